"""The breaker: a sync that would change too much at once is held until an admin has looked at it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers import admins
from handlers.language import N_, listed, say
from handlers.message import Button, Message, NotAllowedError, RefusedError, Section, Tap
from handlers.policy import Policy
from handlers.reach import HELD_WORDS
from store import state
from store.engine import Transaction

WHAT = {"status": N_("狀態變更"), "removed": N_("移除"), "added": N_("新增"), "unreadable": N_("變得無法讀取")}
"""What is counted, as people are told it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSync:
    """A sync that was not applied: `reason` for people, `numbers` by kind beside `records` (how many there are now).

    `key` names what the source held, so that a release is good for nothing else.
    """

    key: int
    reason: str
    numbers: Mapping[str, int]


class HeldError(Exception):
    """What was read changes more than the settings allow: nothing of it is to be kept."""

    def __init__(self, held: HeldSync) -> None:
        super().__init__(held.reason)
        self.held = held


class Differences:
    """How a source differs from the store, in few bytes: the files that differ, in one order whenever they are read."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, path: str, digest: str) -> None:
        """Count a file in; its digest is "gone" where it is there no more."""
        self._digest.update(f"{path}\0{digest}\0".encode())

    @property
    def key(self) -> int:
        """What the differences are known by; small enough for a button (31 bits)."""
        return int.from_bytes(self._digest.digest()[:4]) >> 1


def check(
    tx: Transaction,
    key: int,
    records: int,
    numbers: Mapping[str, int],
    policy: Policy,
    *,
    release: bool,
    elsewhere: bool = False,
) -> None:
    """Raise HeldError where `numbers` (by the kinds of WHAT) are too large a share of `records`.

    Unless it was released on its card, or is held already and `release` is given. `elsewhere` says that the records are
    read from another place than before, which then stands among the reasons.
    """
    shares = {kind: count / max(records, 1) for kind, count in numbers.items()}
    # a single file is a large share of a small folder, and no accident
    over = [kind for kind in WHAT if shares[kind] > policy.breaker[kind] and numbers[kind] > 1]
    if not over or state.read(tx, state.RELEASED) == str(key) or (release and _held_key(tx) == key):
        return
    told = [
        say(
            "{what} {number} 件（{share:.1%}，上限 {most:.0%}）",
            what=say(WHAT[k]),
            number=numbers[k],
            share=shares[k],
            most=policy.breaker[k],
        )
        for k in over
    ]
    if elsewhere:
        told.insert(0, say("RECORDS 換成了別的位置"))
    raise HeldError(HeldSync(key=key, reason=listed(told), numbers={"records": records, **numbers}))


def hold(tx: Transaction, held: HeldSync, policy: Policy, at: datetime) -> int:
    """Remember what is held, and owe each admin one card about it, once while it is; how many messages that is."""
    if _held_key(tx) == held.key:
        return 0
    state.write(tx, state.HELD, json.dumps({"key": held.key, "reason": held.reason}, ensure_ascii=False))
    return admins.tell(tx, f"held:{held.key}:{at.isoformat()}", lambda: _card(held), policy, at)


def is_released(tx: Transaction) -> bool:
    """Whether an admin released what is held, and it waits to be applied."""
    held = _held_key(tx)
    return held is not None and state.read(tx, state.RELEASED) == str(held)


def _held_key(tx: Transaction) -> int | None:
    held = state.read(tx, state.HELD)
    return None if held is None else int(json.loads(held)["key"])


def release(tap: Tap, tx: Transaction, policy: Policy, key: int, _version: int) -> Message:
    """An admin's tap: what is held is applied at the next sync, which follows at once."""
    if tap.person not in policy.admins:
        raise NotAllowedError(say("只有管理員能放行更新。"))
    held = state.read(tx, state.HELD)
    if held is None or json.loads(held)["key"] != key:
        raise RefusedError(say("這批更新已經套用，或來源之後又有變動；請看最新的通知。"))
    state.write(tx, state.RELEASED, str(key))
    return Message(title=say("已放行，正在套用更新。"), sections=(Section(text=json.loads(held)["reason"]),)).placed(
        "edit"
    )


def _card(held: HeldSync) -> Message:
    lines = [f"{say(word)} {held.numbers[kind]}" for kind, word in WHAT.items()]
    return Message(
        title=say(HELD_WORDS),
        sections=(
            Section(text=say("來源這次的變動超過上限：{reason}。", reason=held.reason)),
            Section(text=say("現有紀錄 {number} 件\n", number=held.numbers["records"]) + "\n".join(lines)),
            Section(text=say("什麼都還沒有套用，查詢用的是上次的資料。確認來源沒有出錯，再按「放行」。")),
        ),
        buttons=((Button(label=say("✅ 放行，套用更新"), action=f"release:{held.key}:0"),),),
    )
