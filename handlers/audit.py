"""複核紀錄: each decision, grant and way back becomes a row of the audit log; anybody may read a commitment's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from handlers import found
from handlers.language import N_, say, say_n
from handlers.message import Ask, Message, Person, Section, Tap, private
from handlers.policy import Policy, directory
from handlers.reread import record_of
from handlers.wording import ACTION_WORDS, INDENT, OUTCOME_WORDS
from records.query import Query
from records.status import Standing
from store import audit, commitments, matching, people
from store.engine import Transaction
from store.proposals import Proposal

ADMIN, SENDER = N_("管理員"), N_("送件人")
"""What is written for who is no reviewer: an admin who grants or corrects, somebody who sent something in."""

SHOWN = 20
"""Rows that one message shows, the newest."""


def write(
    tx: Transaction,
    action: str,
    person: Person,
    at: datetime,
    *,
    standing: Standing | None = None,
    proposal: Proposal | None = None,
    name: str | None = None,
    **more: Any,
) -> str:
    """Add a row: who did what and when, which card they saw and which letters it rested on; the row's hash.

    `at` is kept in UTC; `name` is what the public calls them, their reviewer's name where none is given; `more` must be JSON.
    """
    content: dict[str, Any] = {
        "action": action,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": str(person),
        "name": name or people.public_name(tx, person.platform, person.id),
    }
    if standing is not None:
        content |= {"record": standing.id, "path": standing.path}
        record = record_of(tx, standing)
        content["evidence"] = sorted({cited.letter.key for cited in record.citations if cited.letter.key})
    if proposal is not None:
        content |= {"proposal": proposal.id, "origin": proposal.origin, "version": proposal.version}
    return audit.append(tx, standing.key if standing else None, content | more)


def stands(standing: Standing) -> Mapping[str, str | None]:
    """How a commitment stands, for `before` and `after`."""
    return {
        "status": standing.status,
        "reviewed": standing.reviewed,
        "target": standing.target.isoformat() if standing.target else None,
        "deadline": standing.deadline.kind,
    }


def show(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「複核紀錄 5d6747b3」: what people decided about a commitment, in order, under their public names."""
    query = found.understand(tx, ask.text)
    answers = matching.find(tx, query, ask.at.date(), directory(), limit=2) if query.ids else []
    if len(answers) != 1 or query == Query():
        told = say("請附上一筆承諾的編號，例如：複核紀錄 5d6747b3")
        return Message(title=told if not answers else say_n("有 {n} 筆以上用這個編號，請寫完整的編號。", len(answers)))
    return _log(tx, answers[0], policy, ask.at)


def show_by_tap(tap: Tap, tx: Transaction, policy: Policy, key: int, _version: int) -> Message:
    """🧾 複核紀錄 on a commitment's card."""
    standing = commitments.standing(tx, key)
    return _log(tx, standing, policy, tap.at) if standing else private(say("這筆承諾已不在資料裡。"))


def _log(tx: Transaction, standing: Standing, policy: Policy, at: datetime) -> Message:
    rows = list(audit.rows(tx, standing.key))
    lines = [line for row in rows[-SHOWN:] for line in _lines(row.content, policy)]
    if len(rows) > SHOWN:
        lines.insert(0, say_n("（前面還有 {n} 筆）", len(rows) - SHOWN))
    return Message(
        title=say("複核紀錄：{title}", title=standing.title),
        sections=(Section(text="\n".join(lines) if lines else say("還沒有人複核過這筆。")),),
        footer=say(
            "{reach}\n編號 {record}·紀錄頭 {head}",
            reach=found.reach(tx, at.date()),
            record=standing.id[:8],
            head=audit.head(tx)[:12],
        ),
    )


def _lines(content: Mapping[str, Any], policy: Policy) -> list[str]:
    at = policy.local(datetime.fromisoformat(content["at"]))
    head = f"{at:%Y-%m-%d %H:%M}\u3000{say(content['name'])}\u3000{say(ACTION_WORDS[content['action']])}"
    if outcome := content.get("outcome"):
        head += say("：{words}", words=say(OUTCOME_WORDS[outcome]))
    lines = [head]
    if target := content.get("target"):
        lines.append(INDENT + say("期限 {target}", target=target))
    if reason := content.get("reason"):
        lines.append(INDENT + say("理由：{reason}", reason=say(reason)))
    if evidence := content.get("evidence"):
        lines.append(
            INDENT
            + say_n("當時紀錄上的公文 {n} 件，卡片第 {version} 版", len(evidence), version=content.get("version", 1))
        )
    return lines
