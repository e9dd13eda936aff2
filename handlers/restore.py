"""All that a chat watches as a file, and a file's watches back into a chat."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from handlers import found
from handlers.language import N_, listed, say, say_n
from handlers.message import Ask, Attachment, Button, Message, RefusedError, Section, Tap, private
from handlers.policy import Policy
from handlers.query_words import short
from handlers.watch import MOST, owe_anew
from records.query import Query
from records.question.meanings import QuestionError
from records.question.normal_form import read_normal_form
from store import watches
from store.engine import Transaction
from store.watches import KINDS, Options, Watch

LONGEST = 4 * found.LONGEST_QUESTION
"""Characters of a question in its normal form, which is longer than what was typed."""

HOW_TO = N_("要匯入訂閱，請把之前匯出的檔案傳來，或在「匯入訂閱」後面貼上它的內容。")


class _SavedWatch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    query: Annotated[str, StringConstraints(max_length=LONGEST, strip_whitespace=True)]
    pace: Literal["now", "daily", "weekly"]
    kinds: list[Literal[KINDS]] = Field(min_length=1)  # type: ignore[valid-type]
    urgent: bool = False
    remind: bool = False
    paused_until: AwareDatetime | None = None

    @field_validator("paused_until")
    @classmethod
    def _in_utc(cls, until: datetime | None) -> datetime | None:
        try:
            return until.astimezone(UTC) if until else None
        except OverflowError as reason:
            raise ValueError("no pause ends then") from reason


class _Saved(BaseModel):
    model_config = ConfigDict(extra="forbid")

    nuoyan_watches: Literal[1]
    watches: list[_SavedWatch] = Field(max_length=MOST)


def export(ask: Ask, tx: Transaction, _: Policy) -> Message:
    """「匯出訂閱」: a file of all that this chat watches."""
    return _export(ask, tx)


def export_by_tap(tap: Tap, tx: Transaction, _: Policy, _id: int, _version: int) -> Message:
    """The 匯出 button."""
    return _export(tap, tx)


def restore(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「匯入訂閱」 with a file, or with its content: every watch in it that this chat does not have yet.

    Nothing is taken from a file that can't be read whole.
    """
    text = ask.attached or ask.text
    if not text.strip():
        raise QuestionError(HOW_TO)
    try:
        saved = _Saved.model_validate_json(text.strip().removeprefix("\ufeff"))
        queries = [_watchable(tx, item.query) for item in saved.watches]
    except (ValidationError, QuestionError) as reason:
        raise RefusedError(
            say("看不懂這個檔案，什麼都沒有匯入。{how_to}{where}", how_to=say(HOW_TO), where=_where(reason))
        ) from reason
    held = {item.query for item in watches.of_chat(tx, ask.chat.room)}
    if len(held | {str(query) for query in queries}) > MOST:
        raise RefusedError(say("一個對話最多 {most} 個訂閱，什麼都沒有匯入。", most=MOST))
    new = []
    for item, query in zip(saved.watches, queries, strict=True):
        options = Options(pace=item.pace, kinds=frozenset(item.kinds), urgent=item.urgent, remind=item.remind)
        question = watches.question_id(tx, str(query))
        if watches.add(tx, ask.chat.room, question, options, by=str(ask.person), made_at=ask.at):
            new.append(short(query))
            if item.paused_until and (watch := watches.find(tx, ask.chat.room, question)):
                watches.pause(tx, [watch], item.paused_until)
    owe_anew(ask, tx, policy)
    known = len({str(query) for query in queries} & held)
    lines = [listed(new[:10]) + (say_n("等 {n} 個", len(new)) if len(new) > 10 else "")] if new else []
    lines += [say("另有 {known} 個這裡本來就訂閱了。", known=known)] if known else []
    return Message(
        title=say_n("已匯入 {n} 個訂閱", len(new)),
        sections=(Section(text="\n".join(lines)),) if lines else (),
        buttons=((Button(label=say("訂閱清單"), action="watches:0:0"),),),
    )


def _watchable(tx: Transaction, asked: str) -> Query:
    """A question of a file, in its normal form or in a person's words, that can be watched; raises QuestionError for another."""
    try:
        query = read_normal_form(asked)
    except ValueError:
        query = found.understand(tx, asked)
        if query == Query():  # 「(((」 says nothing, and would be everything
            raise QuestionError(HOW_TO) from None
    if query.in_letters:
        raise QuestionError("公文全文不能訂閱。例如：法務部 逾期")
    return query


def end_all(tap: Tap, tx: Transaction, _: Policy, _id: int, count: int) -> Message:
    """The confirmed 全部取消: every watch ends, and a file comes to restore them from."""
    held = watches.of_chat(tx, tap.chat.room)
    if not held:
        return private(say("這裡已經沒有訂閱。"))
    if count != len(held):
        raise RefusedError(say("訂閱清單在這之間有變動，請從「訂閱清單」再按一次。"))
    watches.drop(tx, [item.id for item in held])
    return Message(
        title=say_n("已取消全部 {n} 個訂閱", len(held)),
        sections=(Section(text=say("要恢復時，把附上的檔案傳回來，或用「匯入訂閱」貼上內容。")),),
        file=_file(tap, held),
    )


def _export(event: Ask | Tap, tx: Transaction) -> Message:
    held = watches.of_chat(tx, event.chat.room)
    if not held:
        return private(say("這裡沒有訂閱可以匯出。"))
    return Message(
        title=say_n("{n} 個訂閱", len(held)),
        sections=(Section(text=say("把這個檔案傳到任何一個對話，就能在那裡匯入。")),),
        file=_file(event, held),
    )


def _file(event: Ask | Tap, held: Sequence[Watch]) -> Attachment:
    saved = [
        {
            "query": item.query,
            "pace": item.options.pace,
            "kinds": [kind for kind in KINDS if kind in item.options.kinds],
            "urgent": item.options.urgent,
            "remind": item.options.remind,
            "paused_until": item.paused_until.isoformat() if item.paused_until else None,
        }
        for item in held
    ]
    # one line: a terminal reads one at a time, and may be given it back
    saved_as = json.dumps({"nuoyan_watches": 1, "watches": saved}, ensure_ascii=False)
    name = f"nuoyan-watches-{event.at.date().isoformat()}.json"
    return Attachment(name=name, content=f"{saved_as}\n")


def _where(reason: Exception) -> str:
    """Which place of a file is wrong."""
    if isinstance(reason, ValidationError):
        place = ".".join(str(part) for part in reason.errors()[0]["loc"])
        return say("（在 {place}）", place=place) if place else ""
    told = say(reason.text, **reason.values) if isinstance(reason, QuestionError) else str(reason)
    return say("（{reason}）", reason=told)
