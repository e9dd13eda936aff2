"""What can be typed, with examples, and how a status is judged."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.language import say
from handlers.message import Ask, Chat, Message, Section, Tap
from handlers.policy import Policy
from handlers.wording import NOT_UNDONE
from store.engine import Transaction

_COMMAND = re.compile(r"(?<![\w/:])/(?=[a-z])")
"""Where a command begins."""


def explain(ask: Ask, _tx: Transaction, _policy: Policy) -> Message:
    """「說明」; Slack knows one command of the bot's, and what is asked for stands behind it."""
    return _explained(ask.chat)


def _explained(chat: Chat) -> Message:
    told = Message(
        title=say("諾言：行政部門對立法委員書面答復裡的承諾"),
        sections=(
            Section(
                heading=say("查詢"),
                text=say(
                    "法務部 逾期\n衛福部 即將到期、教育部 本月到期、環境部 2030\n"
                    "影像下架、路燈|電桿、交通部 -捷運\n楊瓊瓔 教育部、衛環（委員會）\n"
                    "存疑、佐證不足、有新佐證 本週\n貼上字號、公報連結、一段文字，或編號（例如 5d6747b3）\n"
                    "全文:監獄（找公文全文）、csv 法務部（表格）\n"
                    "統計 衛福部、法務部 本週變化、為什麼說達成 5d6747b3\n"
                    "2026-01-27 的 法務部 逾期（當時的樣子）"
                ),
            ),
            Section(
                heading=say("訂閱"),
                text=say(
                    "訂閱 法務部\n訂閱 衛福部 逾期 每週\n訂閱清單（調整、暫停、取消、匯出）\n"
                    "暫停訂閱 法務部 到 12/31\n匯入訂閱（附上匯出的檔案）\n"
                    "/lang（English、日期的寫法）"
                ),
            ),
            Section(
                heading=say("更正與複核"),
                text=say(
                    "更正 5d6747b3 https://… 哪裡不對（機關請寫「機關說明」）\n"
                    "複核紀錄 5d6747b3、更正紀錄、統計 複核\n"
                    "複核人：複核、複核 法務部、複核 期限、複核 隨機"
                ),
            ),
            _judging(),
        ),
        footer=say("資料：立法院公開資料，經 BrighterArc 擷取"),
    )
    if chat.platform != "slack":
        return told
    sections = tuple(replace(one, text=_COMMAND.sub("/nuoyan ", one.text)) for one in told.sections)
    return replace(told, sections=sections)


def explain_instead(chat: Chat) -> Message:
    """The same for a question that no commitment answers."""
    return replace(_explained(chat), title=say("這裡只查得到承諾，回答不了這個問題。可以這樣問："))


def explain_judging(_tap: Tap, _tx: Transaction, _policy: Policy, _id: int, _version: int) -> Message:
    """The ❓ 怎麼判斷的 button under a list."""
    judging = _judging()
    return Message(title=judging.heading, sections=(Section(text=judging.text),))


def tell_judging(_ask: Ask, _tx: Transaction, _policy: Policy) -> Message:
    """The same for who asks what 佐證不足 means."""
    judging = _judging()
    return Message(title=judging.heading, sections=(Section(text=judging.text),))


def tell_paging(_ask: Ask, _tx: Transaction, _policy: Policy) -> Message:
    """How pages are turned, for who types it."""
    return Message(title=say("翻頁請按那則訊息下面的「◀ 上一頁」「下一頁 ▶」。"))


def _judging() -> Section:
    return Section(
        heading=say("怎麼判斷的"),
        text=say(
            "承諾、期限與「達成」都是 AI 從公文擷取或判定的。「AI 判定達成」沒有經過人工複核。\n"
            "「佐證不足」是說 AI 判定所依據的公文都不晚於答復，這是在看 AI，不是在看機關，{not_undone}。\n"
            "「期限明確」是期限晚於答復日，而且承諾或公文裡寫了那個年月；其餘是「期限存疑」，請先查證。",
            not_undone=say(NOT_UNDONE),
        ),
    )
