"""The 稍後提醒 button under an alert: the same message to this chat once more, later."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers import alerts, correct
from handlers.language import N_, say, short_date
from handlers.message import Button, Message, Tap, private
from handlers.policy import Policy
from store import commitments, facts, outbox, recipients
from store.engine import Transaction
from store.facts import KeptFact
from store.places import Place

LATER = {1: N_("3 小時後"), 2: N_("明天 {time}"), 3: N_("下週一 {time}")}
"""When an alert may come again, by the button's number."""


def snooze(tap: Tap, tx: Transaction, policy: Policy, fact: int, choice: int) -> Message:
    """The 稍後提醒 button asks when; its answers owe this chat once more what the alert told."""
    place = tap.chat.room
    found = facts.find(tx, [fact])
    if not found or place not in recipients.told(tx, fact, tap.at):
        return private(say("這則消息已經找不到了。"))
    if fact in correct.taken_back(tx):
        return private(say("這則消息已經更正了，不再提醒。"))
    if choice not in LATER:
        time = f"{policy.digest_comes:%H:%M}"
        asks = tuple(
            Button(label=say(told, time=time), action=f"later:{fact}:{number}") for number, told in LATER.items()
        )
        return Message(title=say("什麼時候再提醒？"), buttons=(asks,))
    at = _moment(choice, policy, tap.at)
    for one in (fact, *_told_together(tx, found[0], place, tap.at)):
        outbox.cancel_reminders(tx, place, fact=one)  # the last choice counts
        outbox.send(tx, outbox.reminder_key(one, place, at), place, at, fact=one)
    local = policy.local(at)
    return Message(title=say("⏰ {when} 再提醒你。", when=f"{short_date(local.date())} {local:%H:%M}")).placed("edit")


def _told_together(tx: Transaction, fact: KeptFact, place: Place, at: datetime) -> list[int]:
    """The same news of near-duplicates, by id, that one message told a chat with this."""
    standing = commitments.standing(tx, fact.commitment)
    if standing is None or not (alike := commitments.alike(tx, standing)):
        return []
    by_key = {one.key: one for one in alike}
    told = alerts.common(fact, standing)
    same = [one for one in facts.of(tx, list(by_key)) if alerts.common(one, by_key[one.commitment]) == told]
    return [one.id for one in same if one.id is not None and place in recipients.told(tx, one.id, at)]


def _moment(choice: int, policy: Policy, at: datetime) -> datetime:
    if choice == 1:
        return policy.awake(at + timedelta(hours=3))
    morning = policy.next_digest(at + timedelta(seconds=1))
    if morning.date() == policy.local(at).date():
        morning += timedelta(days=1)
    return morning if choice == 2 else policy.next_weekly(morning)
