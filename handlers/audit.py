"""複核紀錄: each decision, grant and way back becomes a row of the audit log; anybody may read a commitment's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from handlers import found
from handlers.basis import sent_in
from handlers.language import N_, say, say_n
from handlers.message import Ask, Button, Message, Person, Section, Tap
from handlers.outcome_words import NO_CONCLUSION_LABEL, OUTCOME_LABELS
from handlers.paging import last_page, turns
from handlers.policy import Policy
from handlers.reach import read_reach
from handlers.reread import record_of
from handlers.status_words import DECLINE_WORDS
from handlers.wording import ACTION_WORDS, INDENT, NOT_UNDONE
from records.query import Query
from records.status import ACCEPT, DECLINE, NO_CONCLUSION, Standing
from store import audit, commitments, people
from store.engine import Transaction
from store.proposals import Proposal

ADMIN, SENDER = N_("管理員"), N_("送件人")
"""What is written for who is no reviewer: an admin who grants or corrects, somebody who sent something in."""

ASKED = 5
"""Records of one id among which somebody is asked to choose."""

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
        # a deadline's card shows the commitment's own letter, any other one those that the AI cited
        is_of_deadline = proposal is not None and proposal.origin == "deadline"
        shown = [record.letter] if is_of_deadline else [citation.letter for citation in record.citations]
        content["evidence"] = sorted({letter.key for letter in shown if letter.key})
    if proposal is not None:
        if action != "submit" and (sent := sent_in(tx, proposal)):
            content["sent"] = [f"{one.link}\n{one.text}".strip() for one in sent]
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
    named = commitments.of_id(tx, query.ids[0]) if query == Query(ids=query.ids) and len(query.ids) == 1 else []
    if not named:
        return Message(title=say("請附上一筆承諾的編號，例如：複核紀錄 5d6747b3"))
    return _log(tx, named[0], policy, ask.at) if len(named) == 1 else which_one(named, "audit")


def which_one(named: Sequence[Standing], verb: str) -> Message:
    """Which of several records of one id is meant, each a button of a verb."""
    buttons = tuple((Button(label=one.title[:40], action=f"{verb}:{one.key}:0"),) for one in named[:ASKED])
    return Message(title=say_n("有 {n} 筆用這個編號，要哪一筆？", len(named)), buttons=buttons)


def show_by_tap(tap: Tap, tx: Transaction, policy: Policy, key: int, page: int) -> Message:
    """🧾 複核紀錄 on a commitment's card."""
    return _log(tx, found.standing(tx, key), policy, tap.at, page)


def turn_page(tap: Tap, tx: Transaction, policy: Policy, key: int, page: int) -> Message:
    """Earlier or later rows in place of those that were tapped."""
    return show_by_tap(tap, tx, policy, key, page).placed("edit")


def _log(tx: Transaction, standing: Standing, policy: Policy, at: datetime, page: int = 0) -> Message:
    rows = list(audit.rows(tx, standing.key))
    page = page if page * SHOWN < len(rows) else 0
    end = len(rows) - page * SHOWN
    shown = rows[max(0, end - SHOWN) : end]
    lines = [line for row in shown for line in _lines(row.content, policy)]
    if any(_is_decline(row.content) for row in shown):
        lines.append(say(DECLINE_WORDS, not_undone=say(NOT_UNDONE)))
    if earlier := max(0, end - SHOWN):
        lines.insert(0, say_n("（前面還有 {n} 筆）", earlier))
    return Message(
        title=say("複核紀錄：{title}", title=standing.title),
        sections=(Section(text="\n".join(lines) if lines else say("還沒有人複核過這筆。")),),
        footer=say(
            "{reach}\n編號 {record}·紀錄頭 {head}",
            reach=read_reach(tx, at.date()),
            record=standing.id[:8],
            head=audit.head(tx)[:12],
        ),
        buttons=turns(
            page, last_page(len(rows), SHOWN), lambda to: f"audit-turn:{standing.key}:{to}", newest_first=True
        ),
    )


def _lines(content: Mapping[str, Any], policy: Policy) -> list[str]:
    try:
        return _row(content, policy)
    except (KeyError, ValueError, TypeError, AttributeError):
        return [say("⚠️ 這一列被改過，讀不出來。")]


def _is_decline(content: Mapping[str, Any]) -> bool:
    """Whether a row tells of a verdict of the AI's that was not accepted; the same outcome also settles without one."""
    stood = content.get("before" if content.get("action") == "undo" else "after")
    is_of_none = isinstance(stood, Mapping) and stood.get("reviewed") == NO_CONCLUSION
    return content.get("outcome") == DECLINE and not is_of_none and content.get("origin") != "correction"


def _row(content: Mapping[str, Any], policy: Policy) -> list[str]:
    at = policy.local(datetime.fromisoformat(content["at"]))
    done = N_("送來機關說明") if content.get("statement") else ACTION_WORDS[content["action"]]
    head = f"{at:%Y-%m-%d %H:%M}\u3000{say(content['name'])}\u3000{say(done)}"
    if outcome := content.get("outcome"):
        is_none = outcome == DECLINE and not _is_decline(content)
        head += say("：{words}", words=NO_CONCLUSION_LABEL if is_none else OUTCOME_LABELS[outcome])
    lines = [head]
    if target := content.get("target"):
        is_day = content.get("outcome") == ACCEPT
        lines.append(INDENT + (say("完成 {target}", target=target) if is_day else say("期限 {target}", target=target)))
    if reason := content.get("reason"):
        lines.append(INDENT + say("理由：{reason}", reason=say(reason)))
    if like := content.get("like"):
        lines.append(INDENT + say("比照同段承諾的案號 {proposal} 一併決定", proposal=like))
    elif (evidence := content.get("evidence")) and (version := content.get("version")):
        lines.append(INDENT + say_n("當時紀錄上的公文 {n} 件，卡片第 {version} 版", len(evidence), version=version))
    return lines
