"""The 靜音 button under an alert and on a card: this chat hears no more of a commitment."""

from __future__ import annotations

from handlers.language import say, say_n
from handlers.message import Button, Message, Section, Tap, private
from handlers.policy import Policy
from records.status import Standing
from store import commitments, outbox, watches
from store.engine import Transaction

WITH_ALIKE = 1
"""What stands in a mute button's action where a commitment's near-duplicates are meant too."""


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
        watches.mute(tx, tap.chat.room, one.key, tap.at)
        outbox.cancel_reminders(tx, tap.chat.room, commitment=one.key)
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
