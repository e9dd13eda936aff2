"""Beginning and ending a watch: what was understood, what it would have brought, how soon and of what it tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from handlers import found, offers
from handlers.alerts import is_doubtful_crossing
from handlers.deadline_words import DOUBTFUL_CROSSING
from handlers.language import N_, listed, say, say_n, short_date
from handlers.message import Ask, Button, Message, RefusedError, Section, Tap, in_rows, private
from handlers.policy import Policy
from handlers.preview import LOOKS_BACK, Preview, preview
from handlers.query_words import short, understood
from handlers.wording import INDENT, KIND_NAMES, beside
from records.query import Query
from records.question.meanings import QuestionError
from records.status import Standing
from store import commitments, matching, recipients, watches
from store.engine import Transaction
from store.facts import KeptFact
from store.watches import DAILY, KINDS, NOW, PACES, WEEKLY, Options, Pace

HOW_TO = N_("要訂閱什麼？例如：訂閱 法務部、訂閱 衛福部 逾期、訂閱 影像下架 每週")

MOST = 500
"""Watches of one chat."""

PACE_NAMES = {NOW: N_("即時"), DAILY: N_("每日"), WEEKLY: N_("每週")}
_PACE_TOLD = {
    NOW: N_("有消息就通知。"),
    DAILY: N_("每日 {time} 彙整成一則；期限明確的承諾到期未見完成，當下通知。"),
    WEEKLY: N_("全部彙整在每週一 {time} 的一則。"),
}
_SLOWER: Mapping[Pace, Pace] = {NOW: DAILY, DAILY: WEEKLY}
_HOUR = r"(?:(?:[早晚]上|上午|下午|中午|傍晚|晚間)?\s*(?:[0-9一二三四五六七八九十]{1,3}(?:點半?|:[0-5][0-9]))?)"
"""An hour that people ask for; digests come at one hour for all, which the offer says."""

_PACE_WORDS: Mapping[Pace, str] = {
    NOW: "(?:即時|立刻|立即|馬上)(?:通知)?我?|一?有(?:新?消息|更新|變化|動靜)就(?:馬上|立刻)?通知我?"
    "|now|instantly|immediately|at once|right away",
    DAILY: rf"(?:每日|每天|天天){_HOUR}(?:一次|通知我?|彙整|摘要)?|daily(?: digest)?|every ?day|once a day",
    WEEKLY: rf"(?:每週|每周|每星期|每禮拜|每個?月)[一二三四五六日天]?{_HOUR}(?:一次|通知我?|彙整|摘要)?"
    "|weekly(?: digest)?|every week|once a week|monthly",
}
_PACE = re.compile(
    "|".join(
        rf"(?P<{pace}>(?:^|[\s,，、]|(?<=[\u3400-\u9fff]))(?:{words})\s*$)|^(?P<{pace}_first>{words})[\s,，、]+"
        rf"|[\s,，、](?P<{pace}_within>{words})[\s,，、]"
        for pace, words in _PACE_WORDS.items()
    )
)
"""How often, at the end of what is to be watched, with a blank or without, in front of it or in its midst."""

_KIND_WORDS = {
    "reviewed": "(?:人工)?複核結果|人工複核|複核|reviews|reviewed|review",
    "overdue": "期限已過|已?逾期|過期|overdue",
    "due": "即將到期|快到期|due soon",
    "moved": "期限(?:改動|異動|變動|變更|更改)|改期|moved dates?",
    "evidence": "ai ?新引公文|新佐證|新公文|佐證|(?:new )?(?:evidence|letters?)",
    "removed": "來源移除|移除|removed",
    "added": "新增承諾|新增|新承諾|new commitments?",
}
_KIND = "|".join(f"(?:{words})" for words in _KIND_WORDS.values())
_AND = r"\s*(?:[、,，/]|和|與|及|跟|and)?\s*"
_KINDS = rf"(?:{_KIND})(?:{_AND}(?:{_KIND}))*"
_ONLY = re.compile(
    rf"(?:^|[\s,，、]|(?<=[\u3400-\u9fff]))(?:只收|僅收|只通知我?|only)\s*"
    rf"(?P<kinds>{_KINDS})(?:的?(?:消息|通知))?(?=$|[\s,，、])",
    re.IGNORECASE,
)
"""Which kinds of news: 只收逾期、複核結果."""

_NOT_KIND = "|".join(f"(?:{_KIND_WORDS[kind]})" for kind in ("moved", "evidence", "removed", "added"))
_LEFT_OUT = re.compile(
    rf"(?:^|[\s,，、]|(?<=[\u3400-\u9fff]))(?:(?:不收|不要|不通知|不要通知)\s*(?P<kinds>{_KINDS})"
    rf"|(?:排除|扣除|除了|不含|without|except|-)\s*(?P<others>(?:{_NOT_KIND})(?:{_AND}(?:{_NOT_KIND}))*)(?:以外|之外)?)"
    r"(?:的?(?:消息|通知))?(?=$|[\s,，、。])",
    re.IGNORECASE,
)
"""Which kinds not: 不要新佐證. 除了逾期 leaves out commitments, as it does in a question."""

_PERSON = (
    "[王李張劉陳楊黃趙吳周徐孫朱胡郭何高林羅鄭梁謝宋唐許韓馮鄧曹彭曾蕭田董潘蔡余杜葉程蘇魏呂丁任沈姚盧姜崔鍾譚陸汪范石廖賈夏韋付方鄒孟熊邱江尹薛"
    "侯龍史陶黎賀顧毛郝龔邵萬錢嚴覃武戴莫孔湯溫康施游柯詹洪賴簡莊傅伍柳塗涂翁巫童藍連馬麥牛沙葛管魯蔣袁白費歐鄔紀卓凌蘭章倪舒藺閻鮑雷單尤]"
    "[\u4e00-\u9fff]{1,3}"
)
_LEGISLATOR = re.compile(
    rf"(?:^|(?<=\s))(?:(?:立法委員|立委|委員|質詢[:：])\s*(?P<name>{_PERSON})|(?P<called>{_PERSON})(?:立法委員|立委|委員))(?=\s|$)"
)
"""Somebody who is called a legislator may be watched before any reply in the records names them."""

_EVERY_KIND = frozenset(KINDS)
NARROW = frozenset(("reviewed", "overdue", "due"))
"""The kinds that remain where a watch would bring too much: no letters, no changes of the data."""

_URGENT, _REMIND, _OPEN = 1 << 9, 1 << 10, 1 << 11


def offer(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「訂閱 法務部 每週」: what was understood and what it would bring, to be saved at the button."""
    wanted = read(tx, ask.text)
    query = wanted.query
    if query.in_letters:
        raise QuestionError("公文全文只能查，不能訂閱；請改用標題或承諾裡的字。例如：訂閱 法務部 影像")
    question = watches.question_id(tx, str(query))
    options = _wanted(ask, tx, question, query)
    options = replace(options, pace=wanted.pace or options.pace, kinds=wanted.kinds or options.kinds)
    return _offer(ask, tx, policy, query, options, choosing=False)


class Wanted(NamedTuple):
    """What somebody asks to watch; how often, and which kinds of news, where they say so."""

    query: Query
    pace: Pace | None
    kinds: frozenset[str]


def read(tx: Transaction, text: str) -> Wanted:
    """What is to be watched, and how. Raises QuestionError."""
    pace: Pace | None = None
    text, kinds = text.strip(), frozenset[str]()
    if only := _ONLY.search(text):
        kinds = _kinds_in(only["kinds"])
        text = f"{text[: only.start()]} {text[only.end() :]}".strip()
    while left_out := _LEFT_OUT.search(text):
        kinds = (kinds or _EVERY_KIND) - _kinds_in(left_out["kinds"] or left_out["others"])
        if not kinds:
            raise QuestionError("這樣一種消息都不剩，請至少留一種。例如：訂閱 法務部 不要新佐證")
        text = f"{text[: left_out.start()]} {text[left_out.end() :]}".strip()
    if told := _PACE.search(text):
        pace = next(pace for pace in PACES if str(told.lastgroup).startswith(pace))
        text = f"{text[: told.start()]} {text[told.end() :]}".strip()
    if not text:
        raise QuestionError(HOW_TO)
    return Wanted(_whole_ids(tx, _by_legislator(tx, text)), pace, kinds)


def _by_legislator(tx: Transaction, text: str) -> Query:
    """A question in which who is called a legislator, and stands nowhere in the records yet, is one all the same."""
    query = found.understand(tx, text)
    named = _LEGISLATOR.search(text)
    if named is None or not query.words or matching.tally(tx, Query(words=query.words), date.min):
        return query
    name = named["name"] or named["called"]
    return found.understand(tx, f"{text[: named.start()]} legislator:{name} {text[named.end() :]}")


def _kinds_in(words: str) -> frozenset[str]:
    return frozenset(kind for kind, said in _KIND_WORDS.items() if re.search(said, words, re.IGNORECASE))


def _wanted(event: Ask | Tap, tx: Transaction, question: int, query: Query) -> Options:
    """What a chat's watch of a question wants before anything else is said: what was chosen for it, else the usual."""
    watch = watches.find(tx, event.chat.room, question)
    held = watches.held(tx, watch, event.chat.room) if watch is not None else None
    return held.options if held else usual(query)


def _whole_ids(tx: Transaction, query: Query) -> Query:
    """A question for one commitment by its whole id, as the button on its card asks it."""
    if query != Query(ids=query.ids) or len(query.ids) != 1:
        return query
    named = commitments.of_id(tx, query.ids[0])
    return Query(ids=(named[0].id,)) if len({one.id for one in named}) == 1 else query


def offer_otherwise(tap: Tap, tx: Transaction, policy: Policy, question: int, code: int) -> Message:
    """The 🔔 button under an answer (0), and those of the offer that choose another pace or other kinds of news."""
    query = found.asked(tx, question)
    options = read_code(code, query) if code else _wanted(tap, tx, question, query)
    offered = _offer(tap, tx, policy, query, options, choosing=bool(code & _OPEN))
    return offered.placed("edit") if code else offered


def save(tap: Tap, tx: Transaction, policy: Policy, question: int, code: int) -> Message:
    """The 訂閱 button: from now on this chat hears of the question's news."""
    query = found.asked(tx, question)
    options = read_code(code, query)
    chat = tap.chat.room
    if len(watches.of_chat(tx, chat)) >= MOST and not watches.find(tx, chat, question):
        raise RefusedError(say("一個對話最多 {most} 個訂閱。請先從「訂閱清單」取消幾個。", most=MOST))
    new = watches.add(tx, chat, question, options, by=str(tap.person), made_at=tap.at)
    watch = watches.find(tx, chat, question)
    held = watches.held(tx, watch, chat) if watch is not None and not new else None
    if held and code:
        watches.change(tx, held.id, options)
    woken = held is not None and held.rests(tap.at)
    if held and woken:
        watches.pause(tx, [held.id], None)
    unmuted = [one for one in _watched_alone(tx, query) if watches.unmute(tx, chat, one.key)]
    owe_anew(tap, tx, policy)
    lines = [
        *([say("暫停已解除。")] if woken else []),
        *([say("靜音已解除。")] if unmuted else []),
        told(options, policy),
        *([] if tap.reaches else [say("⚠️ 我還不在這個頻道，消息送不進來。請先在這裡輸入 /invite 把我加入。")]),
    ]
    return Message(
        title=say("{what}：{name}", what=say("已訂閱") if new else say("這裡已經訂閱"), name=name(tx, query, tap)),
        sections=(Section(text="\n".join(lines)),),
        buttons=(
            (
                Button(label=say("取消訂閱"), action=f"unwatch:{watch}:0"),
                Button(label=say("⚙️ 調整"), action=f"edit:{watch}:0"),
            ),
            (Button(label=say("訂閱清單"), action="watches:0:0"),),
        ),
    )


def _watched_alone(tx: Transaction, query: Query) -> list[Standing]:
    """The commitments that a question asks for by their ids: who watches one by itself wants to hear of it."""
    return [one for id_ in query.ids for one in commitments.of_id(tx, id_)]


def end(tap: Tap, tx: Transaction, policy: Policy, watch: int, _version: int) -> Message:
    """The 取消訂閱 button."""
    chat = tap.chat.room
    dropped = watches.held(tx, watch, chat)
    if dropped is None:
        return private(say("這裡已經沒有這個訂閱。"))
    watches.drop(tx, [watch])
    owe_anew(tap, tx, policy)
    query = found.read_back(dropped.query)
    again = f"watch:{dropped.question}:{write_code(dropped.options)}"
    return Message(
        title=say("已取消訂閱：{name}", name=name(tx, query, tap)),
        buttons=((Button(label=say("🔔 重新訂閱"), action=again),),),
    )


def owe_anew(event: Ask | Tap, tx: Transaction, policy: Policy) -> None:
    """What waits for a chat is told as its watches want it from now on."""
    recipients.owe_anew(tx, event.chat.room, event.at, policy.due_times)


def usual(query: Query) -> Options:
    """What a watch of a question wants unless somebody says otherwise: a single commitment at once, the rest daily."""
    return Options(pace=NOW if query.ids else DAILY)


def read_code(code: int, query: Query) -> Options:
    """What a button's number says a watch wants; 0 is the usual."""
    if not (kinds := watches.kinds_of(code >> 2)):
        return usual(query)
    pace = PACES[min(code & 3, len(PACES) - 1)]
    return Options(pace=pace, kinds=kinds, urgent=bool(code & _URGENT), remind=bool(code & _REMIND))


def write_code(options: Options, *, choosing: bool = False) -> int:
    """What a watch wants, as a button's number."""
    flags = _URGENT * options.urgent + _REMIND * options.remind + _OPEN * choosing
    return PACES.index(options.pace) + (options.bits << 2) + flags


def choices(verb: str, id_: int, options: Options, *, choosing: bool) -> tuple[tuple[Button, ...], ...]:
    """Rows of buttons that choose a pace and, where they are open, the kinds of news; what is chosen is ticked."""

    def button(label: str, chosen: Options, *, ticked: bool, choosing: bool = choosing) -> Button:
        code = write_code(chosen, choosing=choosing)
        return Button(label=f"✓ {label}" if ticked else label, action=f"{verb}:{id_}:{code}")

    paces = tuple(
        button(say(PACE_NAMES[pace]), replace(options, pace=pace), ticked=pace == options.pace) for pace in PACES
    )
    if not choosing:
        return paces, (button(say("選消息種類…"), options, ticked=False, choosing=True),)
    kinds = [
        button(
            say(KIND_NAMES[kind]),
            replace(options, kinds=options.kinds ^ {kind} or frozenset({kind})),  # the last one stays
            ticked=kind in options.kinds,
        )
        for kind in KINDS
    ]
    night = button(say("夜間也通知"), replace(options, urgent=not options.urgent), ticked=options.urgent)
    remind = button(say("逾期每週提醒"), replace(options, remind=not options.remind), ticked=options.remind)
    rows = in_rows(kinds, 3)
    return (paces, *rows, (night, remind))


def told(options: Options, policy: Policy) -> str:
    """What a watch wants, in words."""
    lines = [say(_PACE_TOLD[options.pace], time=f"{policy.digest_comes:%H:%M}")]
    start, end = policy.quiet
    if options.pace == NOW and start != end and not options.urgent:
        lines.append(say("{start}–{end} 的消息，等到 {end} 再通知。", start=f"{start:%H:%M}", end=f"{end:%H:%M}"))
    if options.kinds != _EVERY_KIND:
        lines.append(say("只收：{kind}", kind=listed(say(KIND_NAMES[kind]) for kind in KINDS if kind in options.kinds)))
    if options.urgent:
        lines.append(say("單獨通知的消息夜間也送。"))
    if options.remind:
        lines.append(say("期限明確、已過而未見完成的，每週一提醒。"))
    return "\n".join(lines)


def name(tx: Transaction, query: Query, event: Ask | Tap) -> str:
    """A watch's name: the title where it watches one commitment."""
    if query.ids:
        found_one = matching.find(tx, query, event.at.date(), limit=1)
        if found_one:
            return found_one[0].title
    return short(query)


def _offer(
    event: Ask | Tap, tx: Transaction, policy: Policy, query: Query, options: Options, *, choosing: bool
) -> Message:
    question = watches.question_id(tx, str(query))
    count = matching.tally(tx, query, event.at.date())
    idle = offers.idle_exclusions(tx, query, event.at.date())
    muted = watches.muted(tx, event.chat.room)
    watched = watches.find(tx, event.chat.room, question) is not None
    silenced = {one.key for one in _watched_alone(tx, query)}.intersection(muted)
    muted = [key for key in muted if key not in silenced]
    seen = preview(tx, query, options, policy, event.at, muted=muted)
    save = Button(label=say("🔔 訂閱"), action=f"watch:{question}:{write_code(options)}")
    rows: list[tuple[Button, ...]] = [(save,)]
    for label, narrower in _narrower(options) if seen.is_too_much else ():
        fewer = preview(tx, query, narrower, policy, event.at, muted=muted)
        if fewer.messages < seen.messages or fewer.news.total() < seen.news.total():
            told_fewer = say("{label}（{messages} 則）", label=say(label), messages=fewer.messages)
            rows.append((Button(label=told_fewer, action=f"offer:{question}:{write_code(narrower)}"),))
    return Message(
        title=say("訂閱：{name}", name=name(tx, query, event) if query.ids else understood(query)),
        sections=(
            Section(
                text="\n".join(
                    [
                        _matching(tx, query, count, event.at.date()),
                        *idle,
                        told(options, policy),
                        *([say("這裡把它靜音了；訂閱就會解除。")] if silenced else []),
                    ]
                )
            ),
            Section(text="\n".join(_looking_back(seen, options, event.at.date(), watched=watched))),
        ),
        buttons=(*rows, *choices("offer", question, options, choosing=choosing)),
    )


def _narrower(options: Options) -> list[tuple[str, Options]]:
    """What would bring less: of the kinds that were chosen those that matter most, else a slower pace."""
    kinds = options.kinds & NARROW
    slower = _SLOWER.get(options.pace)
    return [
        *([(N_("只收期限與複核"), replace(options, kinds=kinds))] if kinds and kinds != options.kinds else []),
        *([(N_("改成每日") if slower == DAILY else N_("改成每週"), replace(options, pace=slower))] if slower else []),
    ]


def _looking_back(seen: Preview, options: Options, today: date, *, watched: bool) -> list[str]:
    if seen.since is None or (seen.since == today and not seen.news and not seen.coming):
        return [say("消息從今天起收錄，還不能預估會有幾則。")]
    reminders = [say("每週提醒另計，一週最多一則。")] if options.remind else []
    if not seen.news and not seen.coming:
        since = say("（消息從 {since} 起收錄）", since=short_date(seen.since)) if seen.days < LOOKS_BACK.days else ""
        return [say_n("最近 {n} 天沒有相符的消息{since}。", seen.days, since=since), *reminders]
    since = say("，消息從 {since} 起收錄", since=short_date(seen.since)) if seen.days < LOOKS_BACK.days else ""
    foretold = [
        say_n(
            "照這樣訂閱，最近 {n} 天會收到 {messages} 則訊息（{total} 筆消息{since}）。",
            seen.days,
            messages=seen.messages,
            total=seen.news.total(),
            since=since,
        )
    ]
    lines = [*(foretold if seen.news else []), *reminders]
    if seen.coming:
        lines.append(
            say_n("有 {n} 筆新消息還沒到發送的時間。", seen.coming)
            if watched
            else say_n("有 {n} 筆新消息還沒到發送的時間；新的訂閱只收儲存之後的消息，不含這些。", seen.coming)
        )
    if seen.is_too_much:
        daily = (seen.news.total() + seen.coming) / seen.days
        lines.append(
            say("⚠️ 平均一天 {daily:.0f} 筆消息，可能太多", daily=daily)
            + say("，建議只收部分種類、少通知幾次，或多加一個條件。")
        )
    lines += [
        f"{INDENT}{short_date(f.day)} {beside(_kind(f, standing), standing.title)}" for f, standing in seen.samples
    ]
    return lines


def _kind(fact: KeptFact, standing: Standing) -> str:
    return say(DOUBTFUL_CROSSING) if is_doubtful_crossing(fact, standing) else say(KIND_NAMES[fact.kind])


def _matching(tx: Transaction, query: Query, count: int, today: date) -> str:
    if count:
        return say_n("目前相符 {n} 件。", count)
    if query.lasting != query and matching.tally(tx, query.lasting, today):
        return say("目前沒有相符的承諾；之後有相符的就會通知。")
    warning = say("⚠️ 目前沒有相符的承諾，訂閱後可能一直沒有通知。")
    has_several = len(list(query.without_one())) > 1
    return warning + say("試著少用一個條件。") if has_several else warning
