"""更正通知: a fact was found wrong, or a decision was reversed; those who were told are told again, whatever they watch now."""

from __future__ import annotations

from datetime import datetime

from handlers import alerts, audit, found
from handlers.message import MESSAGE, Button, Message, Person, RefusedError, Section
from handlers.policy import Policy
from handlers.wording import KIND_NAMES, agency_line, status_line
from store import commitments, facts, outbox, recipients
from store.engine import Transaction


class NoSuchNewsError(RefusedError):
    """There is no news of that number."""


def by_hand(tx: Transaction, fact_id: int, why: str, person: Person, policy: Policy, at: datetime) -> int:
    """An admin corrects news; it stands in the audit log and in the public list. Raises as `correct` does."""
    owed = correct(tx, fact_id, f"by-hand:{at.isoformat()}", why, policy, at)
    (fact,) = facts.find(tx, [fact_id])
    standing = commitments.standing(tx, fact.commitment)
    audit.write(tx, "correct", person, at, standing=standing, name="管理員", fact=fact_id, reason=why)
    return owed


def correct(
    tx: Transaction,
    fact_id: int,
    occasion: str,
    why: str,
    policy: Policy,
    at: datetime,
    *,
    due_at: datetime | None = None,
    says: int | None = None,
) -> int:
    """Owe a correction to exactly the chats that were sent a fact, and the fact to nobody else; how many messages that is.

    `occasion` makes it one correction however often it is asked for; `says` is the fact that it tells in place of the
    wrong one. Raises NoSuchNewsError where there is no such fact.
    """
    news = alerts.gather(tx, [fact_id]).get(fact_id)
    if news is None:
        raise NoSuchNewsError(f"沒有編號 {fact_id} 的消息；編號在通知最後的「消息」後面。")
    fact, standing = news.fact, news.standing
    message = Message(
        title=f"更正通知：{standing.title}",
        sections=(
            Section(
                text=f"{agency_line(standing)}\n{fact.day.isoformat()} 的「{KIND_NAMES[fact.kind]}」消息更正如下："
            ),
            Section(text=why),
            Section(text=f"目前：{status_line(standing)}"),
        ),
        footer=f"這則更正發給收過原消息的每個對話。\n{found.reach(tx, at.date())}\n編號 {standing.id[:8]}·消息 {fact_id}",
        buttons=((Button(label="📄 承諾卡", action=f"show:{standing.key}:0"),),),
    )
    body = MESSAGE.dump_python(message, mode="json")
    owed = 0
    recipients.owe_no_longer(tx, fact_id, at)
    for place in recipients.told(tx, fact_id, at):
        key = f"correction:{occasion}:{fact_id}|{'|'.join(place)}"
        owed += outbox.send(tx, key, place, policy.awake(due_at or at), fact=says or fact_id, body=body)
    return owed
