"""How the bot itself is doing, for its admins: what waits, what was given up, how old the data is; and when to tell them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers import admins, found
from handlers.message import Ask, Message, RefusedError, Section
from handlers.policy import Policy
from handlers.wording import clock
from store import chats, commitments, outbox, state, watches
from store.engine import Transaction
from store.outbox import Tally
from store.watches import Count

FEED_SILENT = timedelta(hours=36)
"""The pipeline runs every night; after a night without anything somebody should look."""

DELIVERY_LAGS = timedelta(minutes=15)
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
        outbox=outbox.tally(tx, at),
        watches=watches.count(tx),
        stopped=len(chats.stopped(tx)),
        records=commitments.total(tx),
        fed_at=state.read_moment(tx, state.FED_AT),
    )


def status(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「/status」, for admins."""
    if ask.person not in policy.admins:
        raise RefusedError("只有管理員能看系統狀態。")
    counted = figures(tx, ask.at)
    tally, held, fed = counted.outbox, counted.watches, counted.fed_at
    lines = [
        f"待送 {tally.waiting}　重試中 {tally.retrying}　已送 {tally.sent}　放棄 {tally.given_up}",
        f"最久已等 {_span(tally.oldest_seconds)}" if tally.oldest_seconds else "沒有到期未送的",
        f"訂閱 {held.watches}（{held.chats} 個對話、{held.questions} 種條件）",
    ]
    feed = [f"紀錄 {counted.records} 件", f"來源上次有變動 {clock(policy.local(fed)) if fed else '未載明'}"]
    sections = [Section(heading="送出", text="\n".join(lines)), Section(heading="資料", text="\n".join(feed))]
    if stopped := chats.stopped(tx):
        listed = [f"{item.platform}:{item.chat}　{clock(policy.local(item.at))}　{item.reason}" for item in stopped]
        sections.append(_list(f"送不到的對話（{len(stopped)}），訂閱都留著；為它們留著 {tally.kept} 則", listed))
    if failed := outbox.given_up(tx):
        listed = [
            f"{item.id}　{item.platform}:{item.chat}　{clock(policy.local(item.at))}　試了 {item.attempts} 次　{item.error}"
            for item in failed
        ]
        sections.append(_list(f"放棄的（{len(failed)}），可用 nuoyan outbox --retry 再試", listed))
    return Message(title="系統狀態", sections=tuple(sections), footer=str(found.reach(tx, ask.at.date())))


def watch_over(tx: Transaction, policy: Policy, at: datetime) -> int:
    """Tell the admins, once each, where the feed fell silent or delivery lags; how many messages that is."""
    told = 0
    fed = state.read_moment(tx, state.FED_AT)
    if fed and at - fed > FEED_SILENT:
        message = Message(
            title=f"來源已經 {(at - fed) // timedelta(hours=1)} 小時沒有新資料",
            sections=(Section(text=f"上次有變動是 {clock(policy.local(fed))}。請看來源的排程是否還在跑。"),),
        )
        told += admins.tell(tx, f"silent:{fed.isoformat()}", message, policy, at)
    just_woken = policy.is_quiet(at) or policy.is_quiet(at - DELIVERY_LAGS)  # what the night held is on its way
    since = None if just_woken else outbox.due_longest(tx, at)
    if since and at - since > DELIVERY_LAGS:
        tally = outbox.tally(tx, at)
        message = Message(
            title=f"送出延遲：最久的一則已等 {_span((at - since) // timedelta(seconds=1))}",
            sections=(Section(text=f"待送 {tally.waiting} 則，重試中 {tally.retrying} 則。請看平台連線與紀錄檔。"),),
        )
        told += admins.tell(tx, f"lagging:{at.date().isoformat()}", message, policy, at)
    return told


def tell_given_up(tx: Transaction, ids: list[int], error: str, policy: Policy, at: datetime) -> int:
    """Tell the admins of messages that were tried for a day and given up; how many messages that is."""
    message = Message(
        title=f"{len(ids)} 則訊息試了一天仍送不出去",
        sections=(
            Section(text=f"最後的原因：{error}"),
            Section(text="它們還留著：用 /status 看，用 nuoyan outbox --retry 再試。"),
        ),
    )
    return admins.tell(tx, f"given_up:{ids[0]}:{at.isoformat()}", message, policy, at)


def _list(heading: str, lines: list[str]) -> Section:
    more = [f"還有 {len(lines) - LISTED} 個"] if len(lines) > LISTED else []
    return Section(heading=heading, text="\n".join([*lines[:LISTED], *more]))


def _span(seconds: int) -> str:
    minutes = seconds // 60
    return f"{seconds} 秒" if minutes < 1 else f"{minutes} 分" if minutes < 120 else f"{minutes // 60} 小時"
