"""The buttons under an alert: no more of this commitment (a card has it too), or the same alert again later."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.language import N_, say, say_n
from handlers.message import Button, Message, Section, Tap, private
from handlers.policy import Policy
from records.status import Standing
from store import commitments, facts, outbox, recipients, watches
from store.engine import Transaction

WITH_ALIKE = 1
"""What stands in a mute button's action where a commitment's near-duplicates are meant too."""

LATER = {1: N_("3 小時後"), 2: N_("明天早上"), 3: N_("下週一早上")}
"""When an alert may come again, by the button's number."""


def button(standing: Standing, *, alike: bool = False) -> Button:
    """The button that spares a chat what a message tells of: a commitment, or all its near-duplicates with it."""
    if alike:
        return Button(label=say("🔕 這筆和同段承諾靜音"), action=f"mute:{standing.key}:{WITH_ALIKE}")
    return Button(label=say("🔕 這筆靜音"), action=f"mute:{standing.key}:0")


def mute(tap: Tap, tx: Transaction, _: Policy, commitment: int, whose: int) -> Message:
    """The 靜音 buttons: this chat hears nothing more of the commitment, or of it and its near-duplicates, whatever it watches."""
    standing = commitments.standing(tx, commitment)
    if standing is None:
        return private(say("這筆承諾已經找不到了。"))
    alike = commitments.alike(tx, standing) if whose == WITH_ALIKE else []
    for one in (standing, *alike):
        watches.mute(tx, *tap.chat.place, one.key, tap.at)
        outbox.cancel_reminders(tx, tap.chat.place, commitment=one.key)
    spared = say("這裡不再收到這筆承諾的消息；更正通知除外。")
    if alike:
        spared = say_n("這裡不再收到這筆承諾和同段 {n} 筆的消息；更正通知除外。", len(alike))
    return Message(
        title=say("已靜音：{title}", title=standing.title),
        sections=(Section(text=spared),),
        buttons=(
            (
                Button(label=say("取消靜音"), action=f"unmute:{commitment}:{WITH_ALIKE if alike else 0}"),
                Button(label=say("訂閱清單"), action="watches:0:0"),
            ),
        ),
    )


def later(tap: Tap, tx: Transaction, policy: Policy, fact: int, choice: int) -> Message:
    """The 稍後提醒 button asks when; its answers owe this chat the alert once more."""
    place = tap.chat.place
    if place not in recipients.told(tx, fact, tap.at) or not facts.find(tx, [fact]):
        return private(say("這則消息已經找不到了。"))
    if choice not in LATER:
        asks = tuple(Button(label=say(told), action=f"later:{fact}:{number}") for number, told in LATER.items())
        return Message(title=say("什麼時候再提醒？"), buttons=(asks,))
    at = _moment(choice, policy, tap.at)
    outbox.cancel_reminders(tx, place, fact=fact)  # the last choice counts
    key = f"{outbox.REMINDER}{fact}|{'|'.join(place)}|{at.isoformat()}"
    outbox.send(tx, key, place, at, fact=fact)
    local = policy.local(at)
    return Message(title=say("⏰ {when} 再提醒你。", when=local.strftime("%m-%d %H:%M"))).placed("edit")


def _moment(choice: int, policy: Policy, at: datetime) -> datetime:
    if choice == 1:
        return policy.awake(at + timedelta(hours=3))
    morning = policy.next_digest(at + timedelta(seconds=1))
    if morning.date() == policy.local(at).date():
        morning += timedelta(days=1)
    return morning if choice == 2 else policy.next_weekly(morning)
