"""更正通知: a fact was found wrong, or a decision was reversed; those who were told are told again, whatever they watch now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from functools import partial

from handlers import alerts, audit, voices
from handlers.agency_words import agency_line
from handlers.alerts import News
from handlers.cutting import cut_to
from handlers.deadline_words import last_target_line
from handlers.language import say, say_n, short_date
from handlers.message import Button, Message, Person, RefusedError, Section
from handlers.news import DUE_DAYS, Event, crossing_key, near_key
from handlers.policy import Policy
from handlers.status_words import status_line
from handlers.wording import KIND_NAMES
from records.status import Standing
from store import audit as audit_log
from store import commitments, facts, outbox, recipients
from store.engine import Transaction
from store.outbox import Effect
from store.places import Place

TOGETHER = 4
"""Corrections that one message tells: with the longest reasons, in English, it stays below Telegram's 4,096 characters."""


class NoSuchNewsError(RefusedError):
    """There is no news of that number."""


def by_hand(tx: Transaction, fact_id: int, why: str, person: Person, policy: Policy, at: datetime) -> int:
    """An admin corrects news; it stands in the audit log and in the public list. Raises as `correct` does."""
    recipients.owe_no_longer(tx, fact_id, at)
    owed = correct(tx, fact_id, f"{outbox.BY_HAND}{at.isoformat()}", lambda: why, policy, at)
    (fact,) = facts.find(tx, [fact_id])
    standing = commitments.standing(tx, fact.commitment)
    audit.write(tx, "correct", person, at, standing=standing, name=audit.ADMIN, fact=fact_id, reason=why)
    return owed


def taken_back(tx: Transaction) -> set[int]:
    """The news that admins corrected by hand, which is told to nobody any more."""
    corrected = (row.content.get("fact") for row in audit_log.rows(tx, action="correct"))
    return {fact for fact in corrected if isinstance(fact, int)}  # a row that somebody changed may say anything


def crossing(
    tx: Transaction,
    commitment: int,
    target: str,
    news: str,
    why: Callable[[], str],
    policy: Policy,
    at: datetime,
    *,
    due_at: datetime | None = None,
    clear: bool = False,
    spare: Collection[Place] = (),
) -> int:
    """Correct the alert that a clear deadline passed, or comes near, where that date turns out to be no deadline.

    Whoever was told it hears the correction in place of the news with the key `news`, except places to `spare`. The
    deadline was clear when the date passed, or became so (`clear`) before that was told. That a date comes near is
    corrected only while it lies ahead. Returns how many messages are owed.
    """
    old, new = facts.find_id(tx, crossing_key(commitment, target)), facts.find_id(tx, news)
    if new is None:
        return 0
    if old is not None and (clear or facts.find(tx, [old])[0].urgent):
        taken_back = outbox.corrected(tx, old)  # once it was taken back, it is not taken back again
        return instead(tx, old, new, f"crossing:{new}", why, policy, at, due_at=due_at, spare={*spare, *taken_back})
    if target < policy.local(at).date().isoformat():
        return 0
    owed, spared = 0, set(spare)
    for near in facts.announced(tx, commitment, target):
        here = {*spared, *outbox.corrected(tx, near)}
        owed += instead(tx, near, new, f"near:{new}", why, policy, at, due_at=due_at, spare=here)
        spared.update(recipients.told(tx, near, at))  # of several announcements the last one is taken back
    return owed


def crossings(tx: Transaction, events: Sequence[Event], policy: Policy, at: datetime) -> int:
    """Owe a correction to whoever was told that a date passed which the source has changed since; how many messages."""
    owed = 0
    moves = [(event.before, fact) for event in events for fact in event.facts if fact.kind == "moved"]
    for before, fact in moves:
        if before is None or before[0].target is None:
            continue
        told_date = str(before[0].target)  # the date that stood till now, a reviewer's too
        why = partial(moved, told_date, fact.after)
        # one that was doubtful when the date passed may have been told as clear since: settled, or its letter came
        clear = before[0].has_clear_deadline
        told = crossing(tx, fact.commitment, told_date, fact.key, why, policy, at, clear=clear)
        # where the date moves back, that it passed or comes near is news once more, unless somebody still takes it to stand
        keys = [crossing_key(fact.commitment, told_date)]
        keys += [near_key(fact.commitment, told_date, days) for days in DUE_DAYS]
        if told:
            for number, key in enumerate(keys):
                facts.rename(tx, key, f"corrected:{fact.key}:{number}")
        else:
            facts.let_recur(tx, [known for key in keys if (known := facts.find_id(tx, key)) is not None])
        owed += told
    return owed


def instead(
    tx: Transaction,
    wrong: int,
    right: int,
    occasion: str,
    why: Callable[[], str],
    policy: Policy,
    at: datetime,
    *,
    due_at: datetime | None = None,
    spare: Collection[Place] = (),
) -> int:
    """Tell a fact to those who were told a wrong one as its correction, and not as news besides; how many messages that is.

    Places to `spare` hear it as news.
    """
    for place in recipients.told(tx, wrong, at):
        if place not in spare:
            outbox.cancel(tx, outbox.news_key(right, place))
    return correct(tx, wrong, occasion, why, policy, at, due_at=due_at, says=right, spare=spare)


def correct(
    tx: Transaction,
    fact_id: int,
    occasion: str,
    why: Callable[[], str],
    policy: Policy,
    at: datetime,
    *,
    due_at: datetime | None = None,
    says: int | None = None,
    spare: Collection[Place] = (),
) -> int:
    """Owe a correction to exactly the chats that were sent a fact, but for those to `spare`; how many messages that is.

    `occasion` makes it one correction however often it is asked for; `why` says what is right; `says` is the fact that it
    tells in place of the wrong one. Who was not told the fact yet is not told it any more once that is settled: see
    `handlers/still_news.py`. Raises NoSuchNewsError where there is no such fact.
    """
    if not facts.find(tx, [fact_id]):
        where = say("編號在通知最後的「消息」後面；彙整裡的用 {command} 查。", command="nuoyan outbox --of 承諾編號")
        raise NoSuchNewsError(say("沒有編號 {fact} 的消息。{where}", fact=fact_id, where=where))
    owed = 0
    places = [place for place in recipients.told(tx, fact_id, at) if place not in spare]
    for place, body in voices.worded(tx, places, policy, lambda: _kept(why())):
        key = outbox.correction_key(occasion, fact_id, place)
        owed += outbox.send(tx, key, place, policy.awake(due_at or at), fact=says or fact_id, body=body)
    return owed


def moved(before: str, after: str | None) -> str:
    """Why a date that passed was none: the source gives another one."""
    if after is None:
        return say("來源現在沒有可讀的期限，不再是 {before}。這是來源資料的更新，不是機關公告。", before=before)
    return say(
        "來源現在的期限是 {after}，不是 {before}。這是來源資料的更新，不是機關公告。", before=before, after=after
    )


def say_anew(tx: Transaction, owed: Effect, policy: Policy, at: datetime) -> int | None:
    """Replace a waiting correction whose date has moved again since.

    Returns the fact that the new one tells; 0 where the date is again the one that was told, so that nothing was wrong;
    None where the date did not move, and the waiting one stays.
    """
    says = facts.find(tx, [owed.fact]) if owed.fact is not None else []
    if not says or says[0].kind != "moved":
        return None
    latest = facts.last_move(tx, says[0].commitment)
    if latest is None or latest.id == says[0].id:
        return None
    [wrong] = facts.find(tx, [owed.corrects])
    if latest.after == wrong.after:
        return 0
    others = {place for place in recipients.told(tx, owed.corrects, at) if place != owed.place}
    why = partial(moved, str(wrong.after), latest.after)
    correct(tx, owed.corrects, f"crossing:{latest.id}", why, policy, at, says=latest.id, spare=others)
    outbox.cancel(tx, outbox.news_key(latest.id, owed.place))  # it is told so, and not as news besides
    return latest.id


def _kept(why: str) -> Message:
    """What the outbox keeps of a correction: why. All else stands in it as it is when it is sent."""
    return Message(title=say("更正通知"), sections=(Section(text=why),))


def compose(news: News, kept: Message, reach: str, told_on: date) -> Message:
    """A correction of some news that a chat was told on a day, as things stand now."""
    fact, standing = news.fact, news.standing
    why = kept.sections[0].text
    if standing.alike is not None and fact.kind not in ("evidence", "reviewed"):
        why += "\n" + say("同段承諾是併成一則通知的，原消息的標題可能是同段的另一筆。")
    return Message(
        title=say("更正通知：{title}", title=standing.title),
        sections=(
            Section(
                text=say(
                    "{agency}\n{day} 的「{kind}」消息更正如下：",
                    agency=agency_line(standing) + alerts.answered(standing),
                    day=short_date(told_on),
                    kind=say(KIND_NAMES[fact.kind]),
                )
            ),
            Section(text=why),
            Section(
                text=say(
                    "目前：{status}\n{deadline}\n編號 {record}·消息 {fact}",
                    status=status_line(standing),
                    deadline=last_target_line(standing),
                    record=standing.id[:8],
                    fact=fact.id,
                )
            ),
        ),
        footer=say("這則更正發給收過原消息的每個對話。\n{reach}", reach=reach),
        buttons=((Button(label=say("📄 承諾卡"), action=f"show:{standing.key}:0"),),),
    )


def messages_of(count: int) -> int:
    """How many messages tell so many corrections that one chat is owed at one time."""
    return count if count <= alerts.AT_ONCE else -(-count // TOGETHER)


def together(corrections: Sequence[tuple[Standing, Message]]) -> Message:
    """Corrections that one chat is owed at one time as one message, each under the title of its commitment."""
    if len(corrections) == 1:
        return corrections[0][1]
    return Message(
        title=say_n("更正通知（{n} 則）", len(corrections)),
        sections=tuple(
            Section(heading=standing.title, text="\n".join(section.text for section in message.sections))
            for standing, message in corrections
        ),
        footer=corrections[-1][1].footer,
        buttons=tuple(
            (Button(label=f"📄 {cut_to(standing.title, 28)}", action=f"show:{standing.key}:0"),)
            for standing, _ in corrections
        ),
    )
