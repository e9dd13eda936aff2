"""The table of all it can do: words that begin a message, and verbs that a button carries."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from handlers import (
    agreement,
    as_of,
    audit,
    breaker,
    cited,
    digest,
    grant,
    health,
    history,
    letter,
    mute,
    nearest,
    own_words,
    press,
    queue,
    restore,
    sharing,
    show,
    snooze,
    statistics,
    submit,
    table,
    voices,
    watch,
    watchlist,
    week,
)
from handlers import ask as asking
from handlers import help as helping
from handlers.card_buttons import DECLINE_REASONS
from handlers.language import N_, say
from handlers.message import Ask, Message, RefusedError, Section, Tap, private
from handlers.policy import Policy
from handlers.review import OUTCOMES_OF
from handlers.spoken import as_commanded
from records.question.lexicon import KEYWORDS, SHOWN_ID
from records.status import ACCEPT, ACCEPT_PARTLY, DEADLINE_RIGHT, DISMISS, NO_CONCLUSION, NO_DEADLINE, NOT_PROMISED
from records.words import traditional
from store import prompts
from store.engine import Transaction

AskHandler = Callable[[Ask, Transaction, Policy], Message]
TapHandler = Callable[[Tap, Transaction, Policy, int, int], Message]
WrittenHandler = Callable[[Ask, Transaction, Policy, int, int], Message]
Handler = TypeVar("Handler")

WORDS: tuple[tuple[str, AskHandler], ...] = (
    ("訂閱清單 我訂了什麼 我的訂閱 /watches /list watches subscriptions", watchlist.listing),
    ("取消訂閱 退訂 /unwatch unwatch unsubscribe", watchlist.end_by_words),
    ("暫停訂閱 /pause pause", watchlist.pause_by_words),
    ("恢復訂閱 /resume resume", watchlist.resume_by_words),
    ("匯出訂閱 /export", restore.export),
    ("匯入訂閱 /import", restore.restore),
    ("訂閱 /watch watch subscribe", watch.offer),
    ("複核統計 審核統計", agreement.statistics),
    ("統計 統計圖 統計表 /stats statistics stats", statistics.statistics),
    ("複核紀錄 審核紀錄 /audit audit", audit.show),
    ("更正紀錄 更正清單 /corrections corrections", agreement.corrections),
    ("複核人名單 /reviewers", grant.listing),
    ("/grant", grant.grant),
    ("/revoke", grant.revoke),
    ("更正 提供佐證 /correct correct", submit.send),
    ("機關說明 /statement statement", submit.send_statement),
    ("複核 審核 /review review", queue.pull),
    ("為什麼 為何 憑什麼 why", history.why),
    ("系統狀態 /status", health.status),
    ("語言 日期格式 /lang /language", voices.choose),
    ("怎麼判斷", helping.tell_judging),
    ("翻頁", helping.tell_paging),
    ("說明 幫助 怎麼用 /help /start help", helping.explain),
    ("查詢 查 /ask ask", asking.answer),
)
"""What the first word of a message asks for; the words are tried in this order, anything else is a question."""

_ANYTHING = re.compile("(?![前後])..", re.DOTALL)
_NAMED = "|".join(KEYWORDS) + "|隨機|最舊|最久|最新|最存疑|判定|期限|更正|即時|一般|不?通知|案號"
_GLUED: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys("訂閱 取消訂閱 退訂 暫停訂閱 恢復訂閱 匯入訂閱 為什麼 為何 憑什麼 查詢".split(), _ANYTHING),
    "統計": re.compile("(?![前後至到表圖]|[局處室](?:\\s|$)|資料|數據|年報).."),
    **dict.fromkeys("語言 日期格式".split(), re.compile("[英中]文|[正繁]體|english|西元|民國")),
    **dict.fromkeys("更正 提供佐證 機關說明".split(), re.compile(r"\s*(?:#|編號|https?:|[0-9a-f]{8})")),
    **dict.fromkeys(
        "複核 審核 複核統計 審核統計 複核紀錄 審核紀錄".split(),
        re.compile(rf"(?:[^\s，。]{{1,8}}[部會署局院府司]|{_NAMED}|[0-9a-f]{{8}}|#|\d)"),
    ),
}
"""What may stand right behind words that begin a message; behind the others a blank must."""

_SIGNS = "?？!！。~～"
_COLONS = ":："

CHANGING_VERBS: Mapping[str, TapHandler] = {
    "watch": watch.save,
    "unwatch": watch.end,
    "edit": watchlist.edit,
    "pause": watchlist.pause,
    "resume": watchlist.resume,
    "mute": mute.mute,
    "unmute": watchlist.unmute,
    "note": watchlist.note,
    "end-all": watchlist.confirm_all,
    "end-all-now": restore.end_all,
    "speak": voices.choose_by_tap,
}
"""The buttons that change what a chat watches, or how it is spoken to: in some groups only their admins may."""

VERBS: Mapping[str, TapHandler] = {
    **CHANGING_VERBS,
    "show": show.open_card,
    "page": asking.open_question,
    "turn": asking.turn_page,
    "csv": table.download,
    "by-agency": statistics.by_agency,
    "text": letter.read,
    "gazette": letter.turn_gazette,
    "log": history.log,
    "cited": cited.more,
    "how": helping.explain_judging,
    "paste": sharing.to_paste,
    "paste-list": sharing.list_to_paste,
    "inquire": sharing.to_ask,
    "offer": watch.offer_otherwise,
    "watches": watchlist.listing_by_tap,
    "watches-turn": watchlist.turn_page,
    "later": snooze.snooze,
    "export": restore.export_by_tap,
    "digest": digest.turn_page,
    "then": as_of.turn_page,
    "week": week.turn_page,
    ACCEPT: press.decide,
    ACCEPT_PARTLY: press.decide,
    NOT_PROMISED: press.decide,
    **dict.fromkeys(DECLINE_REASONS, press.decide),
    NO_CONCLUSION: press.decide,
    DISMISS: press.decide,
    DEADLINE_RIGHT: press.decide,
    NO_DEADLINE: press.decide,
    "why": own_words.ask_reason,
    **{f"{own_words.REASONED}{one}": own_words.decide for allowed in OUTCOMES_OF.values() for one in allowed},
    "when": own_words.ask_date,
    "deadline": press.ask_about_deadline,
    "status": press.ask_about_status,
    "alike": press.decide_alike,
    "undo": press.undo,
    "undo-one": press.undo_one,
    "next": queue.skip,
    "send": submit.ask_for,
    "sent": submit.more,
    "take-back": submit.take_back,
    "audit": audit.show_by_tap,
    "audit-turn": audit.turn_page,
    "corrections": agreement.turn_page,
    "release": breaker.release,
}
"""What a button's verb does, with its id and version."""

ANSWERS: Mapping[str, WrittenHandler] = {
    "reason": own_words.give_reason,
    "date": own_words.give_date,
    "submit": submit.send_in,
}
"""What is done with the words that a prompt asked for, by its action's verb."""

COMMANDS = {
    "help": N_("說明：可以怎麼問"),
    "watch": N_("訂閱：例如 /watch 法務部"),
    "watches": N_("訂閱清單"),
    "review": N_("複核（複核人）"),
    "lang": N_("語言與日期 Language"),
}
"""The commands that a platform's menu offers; a menu takes only a-z, so the Chinese stands in the description."""

_CHANGING_WORDS: frozenset[AskHandler] = frozenset(
    {
        watchlist.pause_by_words,
        watchlist.resume_by_words,
        watchlist.end_by_words,
        restore.restore,
        voices.choose,
    }
)
"""What changes the same by words."""

_ACTION = re.compile(r"([a-z-]+):(\d{1,18}):(\d{1,18})")
_LARGEST = 2**31 - 1
"""The largest number that a button of ours can hold: keys, versions and codes are integers of 32 bits in the store."""

_WHY_OF = re.compile(r"(?P<id>[0-9a-f]{8}[0-9a-f-]{0,28})\s*(?:為什麼|為何|憑什麼|why)\D*")
_THIS_ONE = frozenset(("這筆", "這一筆", "這個承諾", "this", "this one"))
"""What somebody writes in reply to a card to watch what it shows."""

_OF_THIS_ONE = re.compile(
    "(?:已經?)?(?:達成|完成|做到|兌現|逾期|過期)了?(?:嗎|沒有?)?[?？]?"
    "|(?:最新|目前|現在)?的?(?:進度|進展|狀況|情況)(?:如何|怎麼樣|呢)?[?？]?"
)
"""What somebody asks in reply to a card of what it shows."""

_DEEP_LINK = re.compile(r"/start r_([0-9a-f-]{8,36})")


def answer(event: Ask | Tap, tx: Transaction, policy: Policy) -> Message:
    """Answer what happened; raises RefusedError or QuestionError where the person must be told why not."""
    if policy.groups_by_admins and not event.manages and changes_watches(event):
        raise RefusedError(say("這個群組的訂閱和設定只有群組管理員能更改。要自己收通知，請私訊我訂閱。"))
    if isinstance(event, Tap):
        tapped, id_, version = _find_tapped(event)
        return (
            tapped(event, tx, policy, id_, version)
            if tapped
            else private(say("這個按鈕已經不能用了，請重新輸入查詢。"))
        )
    if prompted := event.answers or _find_prompt(event, tx):
        written, id_, version = _find(ANSWERS, prompted)
        if written:
            return written(event, tx, policy, id_, version)
    asked, ask = _find_asked(event)
    return asked(ask, tx, policy)


def changes_watches(event: Ask | Tap) -> bool:
    """Whether an event would change what its chat watches, which in some groups only their admins may."""
    if isinstance(event, Tap):
        return _find(CHANGING_VERBS, event.action)[0] is not None
    return _find_asked(event)[0] in _CHANGING_WORDS


def speaks_of_quoted(event: Ask) -> bool:
    """Whether an event may ask about the message that it replies to: the adapter then asks the platform what that says."""
    asked, ask = _find_asked(event)
    is_of_this = asked is asking.answer and _OF_THIS_ONE.fullmatch(ask.text) is not None
    return is_of_this or asked is history.why or (asked is watch.offer and ask.text in _THIS_ONE)


def _find_asked(ask: Ask) -> tuple[AskHandler, Ask]:
    """Who answers what was written, and what remains of it behind the word that says so."""
    text = as_commanded(ask.text.strip())
    if linked := _DEEP_LINK.fullmatch(text):
        text = linked[1]
    if not text:
        return helping.explain, ask
    folded = traditional(text).casefold()  # character for character
    for words, handler in WORDS:
        for word in words.split():
            if folded.startswith(word) and _ends(word, folded):
                rest = text[len(word) :].lstrip(_COLONS).strip()
                if word == "/ask" and rest:  # in a group most people have no other way to speak to the bot
                    return _find_asked(replace(ask, text=rest))
                if handler is watch.offer and rest in _THIS_ONE and (shown := SHOWN_ID.search(ask.quotes)):
                    rest = shown[1]
                return handler, replace(ask, text=rest)
    if text.startswith("/"):
        return _no_command, replace(ask, text=folded)
    if _OF_THIS_ONE.fullmatch(folded) and (shown := SHOWN_ID.search(ask.quotes)):
        return asking.answer, replace(ask, text=shown[1])
    if why := _WHY_OF.fullmatch(folded):
        return history.why, replace(ask, text=why["id"])
    return asking.answer, replace(ask, text=text)


def _no_command(ask: Ask, _tx: Transaction, _policy: Policy) -> Message:
    """What begins like a command and is none: the one that is near."""
    typed = ask.text.split()[0]
    known = [word for words, _ in WORDS for word in words.split() if word.startswith("/")]
    near = difflib.get_close_matches(typed, known, n=1)
    meant = say("是不是 {near}？", near=near[0]) if near else ""
    return Message(
        title=say("沒有 {typed} 這個指令。", typed=typed[:20]) + meant,
        sections=(Section(text=say("輸入「說明」看可以怎麼問。")),),
    )


def _find_prompt(ask: Ask, tx: Transaction) -> str:
    """The action that the message asked for to which this one replies; '' where it asked nothing."""
    if not ask.replies_to or ask.text.lstrip().startswith("/"):  # a command is one wherever it is written
        return ""
    return prompts.find(tx, ask.chat.platform, ask.chat.id, ask.replies_to) or ""


def _find_tapped(tap: Tap) -> tuple[TapHandler | None, int, int]:
    return _find(VERBS, tap.action)


def _find(table: Mapping[str, Handler], action: str) -> tuple[Handler | None, int, int]:
    found = _ACTION.fullmatch(action)
    if found is None or max(numbers := (int(found[2]), int(found[3]))) > _LARGEST:
        return None, 0, 0
    return table.get(found[1]), *numbers


def _ends(word: str, text: str) -> bool:
    """Whether the word ends where it ends: behind most there is a blank; 查緝, 說明會 and 審核機制 are no commands."""
    rest = text[len(word) :]
    if not rest.strip(_SIGNS) or rest[0].isspace():
        return True
    if word not in _GLUED:
        return False
    return rest[0] in _COLONS or (_GLUED[word].match(rest) is not None and not nearest.is_told(text))
