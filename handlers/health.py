"""How the bot itself is doing, for its admins: what waits, what was given up, how old the data is; and when to tell them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers import admins
from handlers.language import say, say_n, short_date
from handlers.message import Ask, Message, NotAllowedError, Section
from handlers.policy import Policy
from handlers.reach import read_reach
from handlers.synced import LIVED_BEYOND, lived_beyond
from handlers.wording import clock
from store import chats, commitments, outbox_state, state, watches
from store.engine import Transaction
from store.outbox_state import Tally
from store.watches import Count

FEED_SILENT = timedelta(hours=36)
"""The pipeline runs every night; after a night without anything somebody should look."""

DELIVERY_LAGS = timedelta(minutes=15)
CAUGHT_UP = timedelta(hours=1)
"""How long delivery must not have lagged for the next lag to be another one."""

LISTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How the bot is doing at a moment, in numbers; `stopped` counts chats that can't be written to.

    `fed_at` is when the source last brought anything; None where it never did.
    """

    at: datetime
    outbox: Tally
    watches: Count
    stopped: int
    records: int
    fed_at: datetime | None

    @property
    def silent_seconds(self) -> int | None:
        """How long the source has brought nothing."""
        return max(0, int((self.at - self.fed_at).total_seconds())) if self.fed_at else None


def figures(tx: Transaction, at: datetime) -> Figures:
    """Count."""
    return Figures(
        at=at,
        outbox=outbox_state.tally(tx, at),
        watches=watches.count(tx),
        stopped=len(chats.stopped(tx)),
        records=commitments.total(tx),
        fed_at=state.read_moment(tx, state.FED_AT),
    )


def status(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「/status」, for admins."""
    if ask.person not in policy.admins:
        raise NotAllowedError(say("只有管理員能看系統狀態。"))
    counted = figures(tx, ask.at)
    tally, held, fed = counted.outbox, counted.watches, counted.fed_at
    lines = [
        say(
            "待送 {waiting}　重試中 {retrying}　已送 {sent}　放棄 {given_up}",
            waiting=tally.waiting,
            retrying=tally.retrying,
            sent=tally.sent,
            given_up=tally.given_up,
        ),
        say("最久已等 {span}", span=_span(tally.oldest_seconds)) if tally.oldest_seconds else say("沒有到期未送的"),
        say(
            "訂閱 {watches}（{chats} 個對話、{questions} 種條件）",
            watches=held.watches,
            chats=held.chats,
            questions=held.questions,
        ),
    ]
    feed = [
        say("紀錄 {records} 件", records=counted.records),
        say("來源上次有變動 {when}", when=clock(policy.local(fed)) if fed else say("未載明")),
    ]
    feed += _unread_why(tx)
    if day := lived_beyond(tx, ask.at.date()):
        feed.append("⚠️ " + say(LIVED_BEYOND, day=short_date(day)))
    sections = [
        Section(heading=say("送出狀況"), text="\n".join(lines)),
        Section(heading=say("資料"), text="\n".join(feed)),
    ]
    if stopped := chats.stopped(tx):
        listed = [f"{item.platform}:{item.chat}　{clock(policy.local(item.at))}　{item.reason}" for item in stopped]
        sections.append(
            _list(say_n("送不到的對話（{n}），訂閱都留著；為它們留著 {kept} 則", len(stopped), kept=tally.kept), listed)
        )
    if failed := outbox_state.given_up(tx):
        listed = [
            say(
                "{id}　{place}　{when}　試了 {attempts} 次　{error}",
                id=item.id,
                place=item.path or f"{item.platform}:{item.chat}",
                when=clock(policy.local(item.at)),
                attempts=item.attempts,
                error=item.error,
            )
            for item in failed
        ]
        sections.append(_list(say_n("放棄的（{n}），可用 nuoyan outbox --retry 再試", len(failed)), listed))
    return Message(title=say("系統狀態"), sections=tuple(sections), footer=str(read_reach(tx, ask.at.date())))


def watch_over(tx: Transaction, policy: Policy, at: datetime) -> int:
    """Tell the admins, once each, where the feed fell silent or delivery lags; how many messages that is."""
    told = 0
    fed = state.read_moment(tx, state.FED_AT)
    awaited = None if fed else state.read_moment(tx, state.AWAITED_SINCE)
    if fed and at - fed > FEED_SILENT:
        why = _unread_why(tx)
        told += admins.tell(tx, f"silent:{fed.isoformat()}", lambda: _silent(fed, why, policy, at), policy, at)
    if awaited and at - awaited > FEED_SILENT:
        told += admins.tell(tx, f"unread:{awaited.isoformat()}", lambda: _unread(awaited, policy), policy, at)
    just_woken = policy.is_quiet(at) or policy.is_quiet(at - DELIVERY_LAGS)  # what the night held is on its way
    since = outbox_state.due_longest(tx, at, at_night=just_woken)
    if since is None or at - since <= DELIVERY_LAGS:
        return told
    lagged_at = state.read_moment(tx, state.LAGGED_AT)
    state.write(tx, state.LAGGED_AT, at.isoformat())
    if lagged_at is None or at - lagged_at > CAUGHT_UP:
        tally = outbox_state.tally(tx, at)
        told += admins.tell(tx, f"lagging:{at.isoformat()}", lambda: _lagging(since, tally, at), policy, at)
    return told


def tell_given_up(
    tx: Transaction, ids: list[int], error: str, policy: Policy, at: datetime, *, refused: bool = False
) -> int:
    """Tell the admins of messages that were tried for a day, or refused for good, and given up; how many messages that is."""

    def compose() -> Message:
        return _given_up(
            say_n("平台拒收 {n} 筆消息", len(ids)) if refused else say_n("{n} 筆消息試了一天仍送不出去", len(ids)),
            error,
        )

    return admins.tell(tx, f"given_up:{ids[0]}:{at.isoformat()}", compose, policy, at)


def _silent(fed: datetime, why: Sequence[str], policy: Policy, at: datetime) -> Message:
    when = clock(policy.local(fed))
    told = why or [say("請看來源的排程是否還在跑。")]
    return Message(
        title=say_n("來源已經 {n} 小時沒有新資料", (at - fed) // timedelta(hours=1)),
        sections=(Section(text="\n".join([say("上次有變動是 {when}。", when=when), *told])),),
    )


def _unread_why(tx: Transaction) -> list[str]:
    """That the source can't be read, and why, where that is so: it is not silent then."""
    why = state.read(tx, state.UNREAD_WHY)
    return [say("⚠️ 來源讀不到：{why}", why=why)] if why else []


def _unread(awaited: datetime, policy: Policy) -> Message:
    return Message(
        title=say("來源從 {when} 起還沒有讀到過", when=clock(policy.local(awaited))),
        sections=(Section(text=say("請看 RECORDS 的網址、RECORDS_TOKEN 與網路；nuoyan sync 會說哪裡不對。")),),
    )


def _lagging(since: datetime, tally: Tally, at: datetime) -> Message:
    told = say(
        "待送 {waiting} 則，重試中 {retrying} 則。請看平台連線與紀錄檔。",
        waiting=tally.waiting,
        retrying=tally.retrying,
    )
    return Message(
        title=say("送出延遲：最久的一則已等 {span}", span=_span((at - since) // timedelta(seconds=1))),
        sections=(Section(text=told),),
    )


def _given_up(title: str, error: str) -> Message:
    return Message(
        title=title,
        sections=(
            Section(text=say("最後的原因：{error}", error=error)),
            Section(text=say("它們還留著：用 /status 看，用 nuoyan outbox --retry 再試。")),
        ),
    )


def _list(heading: str, lines: list[str]) -> Section:
    more = [say_n("還有 {n} 個", len(lines) - LISTED)] if len(lines) > LISTED else []
    return Section(heading=heading, text="\n".join([*lines[:LISTED], *more]))


def _span(seconds: int) -> str:
    minutes = seconds // 60
    if minutes < 1:
        return say_n("{n} 秒", seconds)
    return say_n("{n} 分", minutes) if minutes < 120 else say_n("{n} 小時", minutes // 60)
