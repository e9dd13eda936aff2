"""The commands of reviewers and operators: what waits, a decision, its patch, a correction, the outbox, the audit log."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from datetime import datetime, time
from difflib import get_close_matches
from typing import Annotated

import typer

from bot import contract
from bot.service import Service
from bot.shell import LARGEST, As, Json, Today, UsageError, did_you_mean, open_service, print_json, read_admin, read_day
from handlers import card, correct, review, undo, write_back
from handlers.language import listed, say, say_n
from handlers.message import RefusedError
from handlers.wording import KIND_NAMES
from records.decision import commit_message
from records.edit import EditError, write_decision
from records.patch import write_patch
from records.problems import in_one_line
from records.status import DEADLINE_OUTCOMES, DISMISS, OUTCOMES
from store import audit, chats, commitments, facts, outbox_state, proposals, queue, recipients, texts

commands = typer.Typer()
audit_commands = typer.Typer(help="The audit log of decisions, grants and undos.", no_args_is_help=True)
commands.add_typer(audit_commands, name="audit")

_UNDO = "undo"
"""In place of an outcome: the decision is taken back."""


@commands.command("proposals")
def proposals_(
    today: Today = None,
    as_json: Json = False,
    backlog: Annotated[bool, typer.Option("--backlog", help="baseline verdicts and deadlines instead")] = False,
) -> None:
    """List all that waits for review, most doubtful first."""
    _, service = open_service(today)
    service.feed.load_if_empty()
    with service.database.read() as tx:
        waiting = queue.waiting(tx, backlog=backlog)
        standings = {s.key: s for s in commitments.standings(tx, [p.commitment for p in waiting])}
        if as_json:
            items = [
                contract.waiting(tx, proposal, standings[proposal.commitment], service.policy.zone)
                for proposal in waiting
            ]
            print_json(tx, service, {"proposals": items})
            return
        for proposal in waiting:
            standing = standings[proposal.commitment]
            change = f"{contract.stands_before(proposal, standing) or '—'} → {proposal.to_status or standing.recorded}"
            if proposal.origin == "deadline":
                change = say("期限 {target}", target=standing.target_text or "—")
            agencies = listed(standing.agencies) or say("未載明機關")
            print(f"{proposal.id}\t{proposal.origin}\t{change}\t{agencies}\t{standing.title}")
        print(say_n("待複核 {n} 件", len(waiting)))


@commands.command()
def decide(
    proposal: Annotated[int, typer.Argument(max=LARGEST)],
    outcome: str,
    reason: Annotated[str, typer.Option(help="why, in a few words; stands in the file")] = "",
    as_: As = "",
    today: Today = None,
    as_json: Json = False,
    reverse: Annotated[bool, typer.Option("--reverse", help="decide anew what was decided and made public")] = False,
    on: Annotated[
        str,
        typer.Option("--date", metavar="YYYY-MM-DD", help="the date of deadline-moved; of accept, when it was kept"),
    ] = "",
) -> None:
    """Settle a proposal, by an admin.

    A verdict: accept (with --date where it is known when the promise was kept), partly, decline, not-a-promise; a
    correction also: dismiss; a deadline: deadline-right, deadline-moved --date, no-deadline. While a decision can be undone: undo.
    """
    settings, service = open_service(today)
    known = (*OUTCOMES, *DEADLINE_OUTCOMES, DISMISS, _UNDO)
    if outcome not in known:
        near = get_close_matches(outcome, known, n=1)
        raise UsageError(f"no outcome {outcome!r}: one of {', '.join(known)}" + did_you_mean(near))
    person = read_admin(settings, as_)
    target = read_day("--date", on) if on else None
    with service.database.write() as tx:
        held = proposals.find(tx, proposal)
        if held is None:
            raise RefusedError(f"no proposal {proposal}")
        standing_already = held.outcome is not None and not reverse and outcome != _UNDO
        if outcome == _UNDO:
            undo.take_back(tx, proposal, held.version, person, service.policy, service.clock.now())
        elif reverse:
            decided_now = review.reverse(
                tx, proposal, outcome, person, reason, service.policy, service.clock.now(), target=target
            )
            proposal = decided_now.proposal.id
        elif not standing_already:
            review.settle(tx, proposal, outcome, person, reason, service.policy, service.clock.now(), target=target)
    service.feed.write_back()
    with service.database.read() as tx:
        decided, standing = card.load(tx, proposal)
        told = {
            "proposal": decided.id,
            "record": standing.id,
            "outcome": decided.outcome,
            "by": decided.decided_by,
            "at": decided.decided_at and decided.decided_at.astimezone(settings.timezone).isoformat(timespec="seconds"),
            "reason": decided.reason,
            "effective": standing.status,
            "write_back": write_back.state_of(tx, decided, service.policy),
        }
        if as_json:
            print_json(tx, service, told)
        else:
            if standing_already:
                print(review.why_not(decided, service.policy))
            print(listed(f"{name}: {'—' if value is None else value}" for name, value in told.items()))
    raise typer.Exit(1 if standing_already else 0)


@commands.command()
def export(
    since: Annotated[str, typer.Option("--since", metavar="YYYY-MM-DD", help="decisions of this day and later")],
    prefix: Annotated[str | None, typer.Option(help="the records' folder in the repository")] = None,
    today: Today = None,
) -> None:
    """Write every decision since a day as patches that `git am` takes; one that no longer fits its file, or stands in it, is named."""
    settings, service = open_service(today)
    first = datetime.combine(read_day("--since", since), time(0), settings.timezone)
    written: dict[str, str] = {}
    refused = 0
    with service.database.read() as tx:
        for proposal, standing, decision in write_back.decided(tx, service.policy, first, service.clock.now()):
            path = standing.path
            if why := write_back.why_no_patch(tx, standing):
                refused += 1
                print(in_one_line(f"nuoyan: {path}: {why}"), file=sys.stderr)
                continue
            before = written.get(path) or texts.find(tx, [proposal.commitment])[proposal.commitment]
            try:
                written[path] = write_decision(path, before, decision)
            except EditError as reason:
                refused += 1
                print(in_one_line(f"nuoyan: {path}: {reason}"), file=sys.stderr)
                continue
            if written[path] == before:
                why = say("檔案裡已經有這個決定（{decision}），所以沒有補丁", decision=decision.id)
                print(in_one_line(f"nuoyan: {path}: {why}"), file=sys.stderr)
                continue
            patch = write_patch(
                path,
                before,
                written[path],
                message=commit_message(standing.title, decision),
                author=("諾言 Nuoyan", "nuoyan@localhost"),
                at=(proposal.decided_at or first).astimezone(settings.timezone),
                prefix=settings.prefix if prefix is None else prefix,
            )
            sys.stdout.buffer.write(patch.encode())
    raise typer.Exit(1 if refused else 0)


@commands.command("correct")
def correct_(
    fact: Annotated[int, typer.Argument(max=LARGEST)],
    reason: Annotated[str, typer.Option(help="what is right; everybody who was told the news reads it")] = "",
    as_: As = "",
    today: Today = None,
    as_json: Json = False,
) -> None:
    """Send a correction of news that was wrong to exactly the chats that got it; its number ends the news' message."""
    settings, service = open_service(today)
    person = read_admin(settings, as_)
    if not reason.strip():
        raise UsageError("say what is right: --reason '…'")
    with service.database.write() as tx:
        owed = correct.by_hand(tx, fact, reason, person, service.policy, service.clock.now())
        if as_json:
            print_json(tx, service, {"fact": fact, "queued": owed})
            return
    print(say("更正通知會送到 {owed} 個收過這則消息的對話", owed=owed))


@commands.command("outbox")
def outbox_(
    today: Today = None,
    as_json: Json = False,
    retry: Annotated[bool, typer.Option("--retry", help="try again what was given up")] = False,
    of: Annotated[
        str, typer.Option(help="list the news of a commitment (its id), with the numbers to correct it by")
    ] = "",
) -> None:
    """Count what waits to be sent or is retried; list what was given up, and the chats that can't be written to."""
    settings, service = open_service(today)
    now = service.clock.now()
    if of:
        _list_news(service, of, now, as_json=as_json)
        return
    with service.database.write() as tx:
        if retry:
            outbox_state.take_up(tx, [failed.id for failed in outbox_state.given_up(tx)], now)
        tally = asdict(outbox_state.tally(tx, now))
        given_up = [
            {**asdict(failed), "at": failed.at.astimezone(settings.timezone).isoformat(timespec="seconds")}
            for failed in outbox_state.given_up(tx)
        ]
        stopped = [
            {**asdict(chat), "at": chat.at.astimezone(settings.timezone).isoformat(timespec="seconds")}
            for chat in chats.stopped(tx)
        ]
        if as_json:
            print_json(tx, service, {**tally, "failures": given_up, "stopped": stopped})
            return
    print("　".join(f"{name} {count}" for name, count in tally.items()))
    for failed in given_up:
        place = str(failed["path"] or f"{failed['platform']}:{failed['chat']}")
        told = say("放棄 {id}", id=failed["id"]), say_n("試了 {n} 次", failed["attempts"])
        print("\t".join((told[0], place, str(failed["at"]), told[1], str(failed["error"]))))
    for chat in stopped:
        place = f"{chat['platform']}:{chat['chat']}"
        print("\t".join((say("送不到"), place, str(chat["at"]), str(chat["reason"]))))


def _list_news(service: Service, of: str, now: datetime, *, as_json: bool) -> None:
    """The news of a commitment with its numbers, which a digest has no room for, and how many chats were told."""
    with service.database.read() as tx:
        if not commitments.of_id(tx, of):
            raise UsageError(f"no record has the id {of!r}: it stands at the end of each card")
        news = [
            {
                "fact": fact.id,
                "day": fact.day.isoformat(),
                "kind": fact.kind,
                "told": len(recipients.told(tx, fact.id, now)),
            }
            for fact in facts.of_record(tx, of)
            if fact.kind in KIND_NAMES
        ]
        if as_json:
            print_json(tx, service, {"news": news})
            return
    if not news:
        print(say("這筆承諾還沒有消息。"), file=sys.stderr)
    for one in news:
        told = say_n("告知 {n} 個對話", int(str(one["told"])))
        print(
            "\t".join((say("消息 {fact}", fact=one["fact"]), str(one["day"]), say(KIND_NAMES[str(one["kind"])]), told))
        )


@audit_commands.command("verify")
def audit_verify(
    as_json: Json = False,
    head: Annotated[str, typer.Option("--head", help="a head noted earlier, from a weekly summary or a commit")] = "",
) -> None:
    """Check that the audit log is what was written: each row's content and place, and a row for each decision."""
    if head and not re.fullmatch("[0-9a-f]{8,64}", head):
        raise UsageError(f"--head {head!r} is no head: write its first 8 characters or more")
    _, service = open_service(None)
    with service.database.read() as tx:
        count, broken = audit.verify(tx, head)
        if as_json:
            print_json(tx, service, {"rows": count, "head": audit.head(tx), "broken": [asdict(row) for row in broken]})
        else:
            for row in broken:
                print(f"row {row.id}: {row.reason}" if row.id is not None else row.reason)
            print(
                f"{count} rows, head {audit.head(tx)}, of {service.database.place}",
                file=sys.stderr if broken else sys.stdout,
            )
    raise typer.Exit(1 if broken else 0)


@audit_commands.command("export")
def audit_export() -> None:
    """Print the audit log, one JSON object a line, as it is sealed: hash = sha256(previous, commitment, content)."""
    _, service = open_service(None)
    with service.database.read() as tx:
        for row in audit.rows(tx):
            print(json.dumps(asdict(row), ensure_ascii=False, sort_keys=True))
