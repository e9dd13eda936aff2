"""What a chat watches: the list, and each watch to pause, change or end; the muted. As a file: `handlers/restore.py`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from handlers import found, mute, watch
from handlers.language import N_, listed, say, say_n, short_date
from handlers.message import Ask, Button, Message, Section, Tap, in_rows, private
from handlers.paging import last_page, turns
from handlers.policy import Policy
from handlers.query_words import short, understood
from handlers.wording import beside
from records import spans
from records.dates import UnreadableDateError, read_period
from records.question.english import MONTHS
from records.question.lexicon import DAYS_OF, FEW, SPAN_OF
from records.question.meanings import QuestionError
from records.words import numeral
from store import chats, commitments, watches
from store.engine import Transaction
from store.watches import FOR_EVER, Watch

SHOWN = 20
MUTED_SHOWN = 5
PAUSES = {7: N_("暫停 7 天"), 30: N_("暫停 30 天"), 0: N_("暫停")}
"""Days that the buttons of a watch let it rest; 0 until somebody wakes it."""

_FOR = re.compile(
    r"^(?P<which>.*?)(?:^|\s)(?:for\s+)?(?P<count>\d{1,3}|[一二兩三四五六七八九十]{1,3}|半)\s*(?P<unit>天|日|週|周|個?月|年|days?|weeks?|months?)$"
)
_DAYS_OF = {**DAYS_OF, "day": 1, "days": 1, "week": 7, "weeks": 7, "month": 30, "months": 30}
_LONGEST_PAUSE = 3660
_UNTIL = re.compile(r"^(?P<which>.*?)(?:(?:^|\s)(?:到|至|until)\s*|(?:到|至)\s*(?=(?:民國)?\d))(?P<day>\S.*)$")
"""A day behind 到: either a word of its own stands before it, or a number behind it (即將到期 is a question)."""

_OF_WEEKDAY = dict(
    zip("monday tuesday wednesday thursday friday saturday sunday".split(), "一二三四五六日", strict=True)
)
_WEEKDAY_IN_ENGLISH = re.compile(rf"(?P<next>next )?(?P<day>{'|'.join(_OF_WEEKDAY)})", re.IGNORECASE)

_ENGLISH_DAY = re.compile(rf"^\s*(?P<month>{'|'.join(MONTHS)})[a-z]*\.? (?P<day>\d{{1,2}})\s*$", re.IGNORECASE)
_EVERY = ("全部", "所有", "all")
"""Words for all that a chat watches."""


def listing(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「訂閱清單」: what this chat watches, each with a button that opens it."""
    return _listing(ask, tx, policy)


def listing_by_tap(tap: Tap, tx: Transaction, policy: Policy, _id: int, page: int) -> Message:
    """The 訂閱清單 button."""
    return _listing(tap, tx, policy, page=page)


def turn_page(tap: Tap, tx: Transaction, policy: Policy, _id: int, page: int) -> Message:
    """Another page in place of the one that was tapped."""
    return _listing(tap, tx, policy, page=page).placed("edit")


def edit(tap: Tap, tx: Transaction, policy: Policy, watch_id: int, code: int) -> Message:
    """A watch by itself: 0 shows it, any other number lets it want what the number says."""
    held = _held(tap, tx, watch_id)
    if held is None:
        return private(say("這裡已經沒有這個訂閱。"))
    if code:
        query = found.read_back(held.query)
        options = watch.read_code(code, query)
        if options != held.options:
            watches.change(tx, held.id, options)
            watch.owe_anew(tap, tx, policy)
            held = replace(held, options=options)
    return _panel(tap, tx, policy, held, choosing=True).placed("edit")


def pause(tap: Tap, tx: Transaction, policy: Policy, watch_id: int, days: int) -> Message:
    """The 暫停 buttons: a watch rests for so many days, with 0 until somebody wakes it."""
    until = FOR_EVER if not days else _midnight(tap.at.date() + timedelta(days=min(days, _LONGEST_PAUSE)), policy)
    return _rest(tap, tx, policy, watch_id, until)


def resume(tap: Tap, tx: Transaction, policy: Policy, watch_id: int, _version: int) -> Message:
    """The 恢復 button."""
    return _rest(tap, tx, policy, watch_id, None)


def pause_by_words(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「暫停訂閱 法務部 到 2026-12-31」: one by its number or question, or all; without a day until somebody wakes them."""
    which, until = ask.text.strip(), FOR_EVER
    if told := _UNTIL.match(which):
        until = _midnight(_day(told["day"], ask.at.date()), policy)
        if until <= ask.at:
            raise QuestionError("要暫停到明天以後的日子。例如：暫停訂閱 法務部 到 2026-12-31")
        which = told["which"]
    elif told := _FOR.match(which):
        days = int((FEW.get(told["count"]) or numeral(told["count"])) * _DAYS_OF.get(told["unit"], 0))
        if not 0 < days <= _LONGEST_PAUSE:  # 12月 and 113年 are no stretches of time
            raise QuestionError("要暫停多久？例如：暫停訂閱 法務部 3個月、暫停訂閱 法務部 到 12月31日")
        which, until = told["which"], _midnight(ask.at.date() + timedelta(days=days), policy)
    return _rest_some(ask, tx, policy, which, until)


def resume_by_words(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「恢復訂閱 法務部」: one by its number or question, or all."""
    return _rest_some(ask, tx, policy, ask.text.strip(), None)


def end_by_words(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「取消訂閱 法務部」: by its number or question; without one, the list to choose from."""
    which = ask.text.strip()
    if which in _EVERY:
        return _confirm(ask, tx)
    chosen = _chosen(ask, tx, which) if which else []
    if len(chosen) > 1:
        several = say_n(
            "⚠️ 這裡有 {n} 個訂閱都叫「{which}」，什麼都沒有改。請用編號，例如：取消訂閱 1", len(chosen), which=which
        )
        return _listing(ask, tx, policy, note=several)
    if not chosen:
        return _listing(ask, tx, policy, note=_none_such(which))
    tap = Tap(at=ask.at, chat=ask.chat, person=ask.person, action="")
    return watch.end(tap, tx, policy, chosen[0].id, 0)


def confirm_all(tap: Tap, tx: Transaction, _: Policy, _id: int, _version: int) -> Message:
    """The 全部取消 button asks once more."""
    return _confirm(tap, tx)


def unmute(tap: Tap, tx: Transaction, policy: Policy, commitment: int, whose: int) -> Message:
    """The 取消靜音 button: of the commitment, or of its near-duplicates too."""
    standing = commitments.standing(tx, commitment)
    alike = commitments.alike(tx, standing) if standing and whose == mute.WITH_ALIKE else []
    for key in (commitment, *(one.key for one in alike)):
        watches.unmute(tx, tap.chat.room, key)
    return _listing(tap, tx, policy).placed("edit")


def note(tap: Tap, tx: Transaction, policy: Policy, _id: int, wanted: int) -> Message:
    """Whether a week without news is told."""
    chats.choose(tx, tap.chat.room, weekly_note=bool(wanted))
    return _listing(tap, tx, policy).placed("edit")


def _none_such(which: str) -> str:
    return (
        say("⚠️ 這裡沒有「{which}」這個訂閱，什麼都沒有改。可以改用清單上的編號，例如 1", which=which) if which else ""
    )


def _listing(event: Ask | Tap, tx: Transaction, policy: Policy, *, page: int = 0, note: str = "") -> Message:
    held = watches.of_chat(tx, event.chat.room)
    muted = watches.muted(tx, event.chat.room)
    if not held and not muted:
        return Message(title=say("這裡沒有訂閱。"), sections=(Section(text=say(watch.HOW_TO)),))
    begin = page * SHOWN if page * SHOWN < len(held) else 0
    shown = list(enumerate(held[begin : begin + SHOWN], begin + 1))
    names = {item.id: watch.name(tx, found.read_back(item.query), event) for item in held}
    shared = {name for name, count in Counter(names.values()).items() if count > 1}
    lines = [note] if note else []
    for number, item in shown:
        told = (
            say("{name}（{apart}）", name=names[item.id], apart=_apart(item))
            if names[item.id] in shared
            else names[item.id]
        )
        lines.append(f"{number} {_line(event, policy, item, told)}")
    titles = {standing.key: standing.title for standing in commitments.standings(tx, muted[-MUTED_SHOWN:])}
    others = (
        [say_n("另有 {n} 筆；取消前面的靜音，就會列在這裡", len(muted) - len(titles))]
        if len(muted) > len(titles)
        else []
    )
    told = "\n".join([*titles.values(), *others])
    quiet = [Section(heading=say("靜音的承諾（{n}）", n=len(muted)), text=told)] if titles else []
    numbers = [Button(label=f"⚙️ {at}", action=f"edit:{item.id}:0") for at, item in shown]
    wants = chats.chose(tx, event.chat.room, "weekly_note")
    label = say("✓ 沒有新消息也每週告訴我") if wants else say("沒有新消息也每週告訴我")
    rows = list(in_rows(numbers))
    rows += turns(begin // SHOWN, last_page(len(held), SHOWN), "watches-turn:0:{}".format)
    rows += [
        (Button(label=say("取消靜音「{title}」", title=title[:20]), action=f"unmute:{key}:0"),)
        for key, title in titles.items()
    ]
    if held:
        rows.append((Button(label=label, action=f"note:0:{int(not wants)}"),))
        rows.append(
            (
                Button(label=say("⬇️ 匯出"), action="export:0:0"),
                Button(label=say("全部取消…"), action="end-all:0:0"),
            )
        )
    return Message(
        title=say("訂閱清單（{n}）", n=len(held)),
        sections=(*([Section(text="\n".join(lines))] if lines else []), *quiet),
        footer=say("按編號調整、暫停或取消。") if held else "",
        buttons=tuple(rows),
    )


def _apart(held: Watch) -> str:
    """What tells a watch from another of the same name: two records may share a title."""
    query = found.read_back(held.query)
    return say("編號 {record}", record=query.ids[0][:8]) if query.ids else short(query)


def _line(event: Ask | Tap, policy: Policy, held: Watch, called: str) -> str:
    rests = f"⏸ {_rests(held, policy)}" if held.rests(event.at) else ""
    some = say("｜部分種類") if len(held.options.kinds) < len(watches.KINDS) else ""
    return beside(called, say(watch.PACE_NAMES[held.options.pace]) + some, rests)


def _panel(event: Ask | Tap, tx: Transaction, policy: Policy, held: Watch, *, choosing: bool) -> Message:
    query = found.read_back(held.query)
    lines = [say("條件：{understood}", understood=understood(query)), watch.told(held.options, policy)]
    if held.rests(event.at):
        lines.append(f"⏸ {_rests(held, policy)}")
        rest = [Button(label=say("▶ 恢復"), action=f"resume:{held.id}:0")]
    else:
        rest = [Button(label=say(label), action=f"pause:{held.id}:{days}") for days, label in PAUSES.items()]
    return Message(
        title=say("訂閱：{name}", name=watch.name(tx, query, event)),
        sections=(Section(text="\n".join(lines)),),
        buttons=(
            *watch.choices("edit", held.id, held.options, choosing=choosing),
            tuple(rest),
            (
                Button(label=say("取消訂閱"), action=f"unwatch:{held.id}:0"),
                Button(label=say("訂閱清單"), action="watches:0:0"),
            ),
        ),
    )


def _rest(tap: Tap, tx: Transaction, policy: Policy, watch_id: int, until: datetime | None) -> Message:
    held = _held(tap, tx, watch_id)
    if held is None:
        return private(say("這裡已經沒有這個訂閱。"))
    watches.pause(tx, [held.id], until)
    watch.owe_anew(tap, tx, policy)
    return _panel(tap, tx, policy, replace(held, paused_until=until), choosing=False).placed("edit")


def _rest_some(ask: Ask, tx: Transaction, policy: Policy, which: str, until: datetime | None) -> Message:
    every = not which or which in _EVERY
    chosen = watches.of_chat(tx, ask.chat.room) if every else _chosen(ask, tx, which)
    if not chosen:
        return _listing(ask, tx, policy, note=_none_such(which))
    watches.pause(tx, [item.id for item in chosen], until)
    watch.owe_anew(ask, tx, policy)
    names = listed(watch.name(tx, found.read_back(item.query), ask) for item in chosen[:5])
    more = say_n("等 {n} 個訂閱", len(chosen)) if len(chosen) > 5 else ""
    done = (
        say("已暫停：{name}{more}", name=names, more=more)
        if until
        else say("已恢復：{name}{more}", name=names, more=more)
    )
    told = _rests(replace(chosen[0], paused_until=until), policy) if until else say("之後的消息會照常通知。")
    return Message(
        title=done,
        sections=(Section(text=told),),
        buttons=(
            *(
                (Button(label=say("▶ 恢復"), action=f"resume:{one.id}:0"),)
                for one in chosen
                if until and len(chosen) == 1
            ),
            (Button(label=say("訂閱清單"), action="watches:0:0"),),
        ),
    )


def _confirm(event: Ask | Tap, tx: Transaction) -> Message:
    held = watches.of_chat(tx, event.chat.room)
    if not held:
        return private(say("這裡沒有訂閱。"))
    return Message(
        title=say_n("要取消這裡全部 {n} 個訂閱嗎？", len(held)),
        sections=(Section(text=say("取消時會附上一個檔案，之後可以用它全部恢復。")),),
        buttons=(
            (
                Button(label=say_n("取消全部 {n} 個", len(held)), action=f"end-all-now:0:{len(held)}"),
                Button(label=say("不要"), action="watches:0:0"),
            ),
        ),
    )


def _chosen(event: Ask | Tap, tx: Transaction, which: str) -> list[Watch]:
    """The watches that words name: a number of the list, a name in it, or the question itself, also with its pace."""
    held = watches.of_chat(tx, event.chat.room)
    if re.fullmatch(r"\d{1,3}", which):
        return held[int(which) - 1 : int(which)] if int(which) else []
    if named := [item for item in held if watch.name(tx, found.read_back(item.query), event) == which]:
        return named
    query = watch.read(tx, which).query
    return [item for item in held if item.query == str(query)]


def _held(event: Ask | Tap, tx: Transaction, watch_id: int) -> Watch | None:
    return watches.held(tx, watch_id, event.chat.room)


def _rests(held: Watch, policy: Policy) -> str:
    if held.paused_until is None or held.paused_until >= FOR_EVER:
        return say("暫停中，按「恢復」才會再通知。")
    return say("暫停到 {date}，那天起恢復。", date=short_date(policy.local(held.paused_until).date()))


def _midnight(day: date, policy: Policy) -> datetime:
    return datetime.combine(day, time(0), policy.zone)


def _day(text: str, today: date) -> date:
    """The first day again: a date as the records write it, or month and day of the next such day; of 年底 and 月底 the last."""
    text = _ENGLISH_DAY.sub(lambda found: f"{MONTHS.index(found['month'][:3].casefold()) + 1}/{found['day']}", text)
    if short := re.fullmatch(r"(\d{1,2})(?:[/-]|月)(\d{1,2})日?", text.strip()):
        month, day = int(short[1]), int(short[2])
        try:
            soon = date(today.year, month, day)
            return soon if soon >= today else date(today.year + 1, month, day)
        except ValueError:
            pass
    if text.strip() in ("月底", "這個月底", "本月底"):
        return spans.ahead("this-month", today)[1]
    if span := SPAN_OF.get(text.strip().casefold().replace(" ", "")):
        first, last = spans.ahead(span, today)
        return last if "底" in text or "end" in text.casefold() else first
    said = _WEEKDAY_IN_ENGLISH.sub(
        lambda found: f"{'下' if found['next'] else ''}週{_OF_WEEKDAY[found['day'].casefold()]}", text.strip()
    )
    if weekday := re.fullmatch(r"(?P<next>下)?(?:週|周|星期|禮拜)(?P<day>[一二三四五六日天])", said):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=1 if weekday["next"] else 0)
        return monday + timedelta(days="一二三四五六日天".index(weekday["day"]) if weekday["day"] != "天" else 6)
    try:
        period = read_period(text.strip())
    except UnreadableDateError:
        period = None
    if period is None:
        raise QuestionError("看不懂日期「{text}」。例如：暫停訂閱 法務部 到 2026-12-31", text=text)
    return period[1] if "底" in text else period[0]
