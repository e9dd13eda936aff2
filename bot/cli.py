"""The command line. Exit status 0 done, 1 found problems or refused, 2 used wrongly or settings or database unusable."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from difflib import get_close_matches
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, NoReturn

import structlog
import typer

from bot import contract
from bot import settings as environment
from bot.clock import Clock
from bot.service import Service
from bot.settings import Settings, SettingsError
from bot.terminal import HERE, Terminal
from handlers import as_of as history
from handlers import ask as asking
from handlers import card, correct, found, review, settled, undo
from handlers.language import N_, Voice, listed, say, say_n, speak
from handlers.message import Person, RefusedError, plain
from handlers.policy import directory
from handlers.wording import HELD_WORDS, KIND_NAMES
from records.edit import EditError, commit_message, write_decision
from records.folder import Folder
from records.meanings import QuestionError
from records.patch import write_patch
from records.problems import find_problems
from records.record import Problem
from records.source import Reading, SourceError, name_revision
from records.status import DEADLINE_OUTCOMES, DISMISS, OUTCOMES, Standing
from store import audit, chats, commitments, facts, outbox, proposals, recipients, texts
from store.engine import Database, DatabaseError, Transaction

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, help="諾言 Nuoyan")

audit_app = typer.Typer(help="The audit log of decisions, grants and ways back.", no_args_is_help=True)
app.add_typer(audit_app, name="audit")

Today = Annotated[str | None, typer.Option("--today", metavar="YYYY-MM-DD", help="the day to answer for")]
Json = Annotated[bool, typer.Option("--json", help="one JSON object instead of text")]
MOST = 2**31 - 1
"""The largest number that a row of the store may have."""

As = Annotated[str, typer.Option("--as", metavar="telegram:111", help="who asks or decides")]

UNCONNECTED = N_(
    "沒有設定 TELEGRAM_BOT_TOKEN 或 SLACK_BOT_TOKEN，所以在這裡對話。\n"
    "要接上 Telegram：向 @BotFather 取得權杖，"
    "設 TELEGRAM_BOT_TOKEN 後重新執行（README 有步驟）。\n"
    "要接上 Slack：依 README 建立應用程式，"
    "設 SLACK_BOT_TOKEN 與 SLACK_APP_TOKEN 後重新執行。\n"
)
UNSERVED = N_("PORT 的頁面要接上 Telegram 或 Slack 才會開；終端機對話不開。\n")
SAMPLES = N_("這裡用的是隨附的範例紀錄，內容為虛構。設 RECORDS 為紀錄資料夾，就改用真實資料。\n")


class _UsageError(Exception):
    """A command used wrongly; the text says how it is used."""


class _NoAdminError(RefusedError):
    """Who acts from the shell is none of ADMINS."""


_FIRST_YEAR, _LAST_YEAR = 1912, 2200
"""Of the Republic, and far beyond any deadline: days are counted from it back and ahead by years."""

_OF_ELSEWHERE = (
    "the database holds the records of another RECORDS until the next sync (nuoyan sync); "
    "to keep both, give each a DATABASE_URL of its own"
)

_UNDO = "undo"
"""In place of an outcome: the decision is taken back."""

_FAILURES: tuple[tuple[type[Exception], int, str], ...] = (
    (SettingsError, 2, "set it right in the environment or in .env"),
    (
        DatabaseError,
        2,
        "check DATABASE_URL, that the database runs, that its disk has room and that nobody keeps it locked",
    ),
    (QuestionError, 2, "ask like the example"),
    (_UsageError, 2, "see nuoyan --help"),
    (typer.TyperException, 2, "see nuoyan --help"),
    (SourceError, 1, "check RECORDS"),
    (_NoAdminError, 1, "add them to ADMINS, or act as one of them: --as telegram:111"),
    (correct.NoSuchNewsError, 1, "take the number from the end of the news: 消息 412 is nuoyan correct 412"),
    (RefusedError, 1, "see nuoyan proposals"),
)
"""What may go wrong for a reason that a person can mend: the exit status, and what to do; the first that fits."""


def main() -> NoReturn:
    """Run a command; every failure is told in one line (with `--json` an object) on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese shows what it can
    try:
        status = app(standalone_mode=False)
    except tuple(kind for kind, _, _ in _FAILURES) as wrong:
        failed, fix = next((status, fix) for kind, status, fix in _FAILURES if isinstance(wrong, kind))
        _stop(_told(wrong), fix, failed)
    except (KeyboardInterrupt, typer.Abort, BrokenPipeError):
        sys.exit(130)
    sys.exit(status if isinstance(status, int) else 0)


@app.callback(invoke_without_command=True)
def _help(context: typer.Context) -> None:
    """諾言 Nuoyan: the promises of Taiwan's ministries, asked, watched and reviewed."""
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(2)


@app.command("run")
def run_(today: Today = None) -> None:
    """Run everything: the platforms whose tokens are set, sync, clock, delivery; with no token the terminal chat."""
    settings, service = _open(today)
    if not settings.telegram_bot_token and not settings.slack_bot_token:
        print(say(UNCONNECTED) + ("" if settings.records else say(SAMPLES)) + (say(UNSERVED) if settings.port else ""))
        service.sync()
        Terminal(service, Person.parse("terminal:me")).chat()
        return
    _log_to_stderr()
    # both chat libraries take 0.6 s to import, which no other command needs
    process = import_module("bot.process")
    asyncio.run(process.run(settings, service))


@app.command()
def chat(today: Today = None, as_: As = "terminal:me") -> None:
    """Chat in the terminal; where input is no terminal, one line is one turn."""
    settings, service = _open(today)
    service.load_if_empty()
    if not settings.records and sys.stdin.isatty():
        print(say(SAMPLES))
    Terminal(service, _person(as_)).chat()


@app.command()
def ask(
    query: str,
    today: Today = None,
    as_json: Json = False,
    limit: Annotated[int, typer.Option(min=0, max=MOST, help="items in the JSON; 0 is all")] = 10,
    offset: Annotated[int, typer.Option(min=0, max=MOST)] = 0,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="as it stood on that day")] = None,
) -> None:
    """Answer one question."""
    _, service = _open(today)
    service.load_if_empty()
    day = service.clock.now().date()
    past = _day("--as-of", as_of) if as_of else None
    with service.database.write() as tx:
        if not as_json:
            asked = f"{past} 的 {query}" if past else query
            message = asking.answer_text(tx, asked, HERE, service.policy, service.clock.now())
            print(plain(message) + (f"\n\n{message.file.content.rstrip()}" if message.file else ""))
            return
        understood, then = asking.read_for_scripts(tx, query, day)
        if past := past or then:
            stood = history.find(tx, understood, past, service.policy, day)
            total, clear = len(stood), sum(standing.has_clear_deadline for standing in stood)
            items: Sequence[Standing] = stood[offset : offset + limit] if limit else stood[offset:]
        else:
            counts, items = found.find(tx, understood, day, limit=limit or None, offset=offset)
            total, clear = counts.total, counts.clear
        answer = {
            "query": query,
            "understood": str(understood),
            **({"as_of": past.isoformat()} if past else {}),
            "total": total,
            "offset": offset,
            "clear": clear,
            "items": [contract.item(standing, past or day) for standing in items],
        }
        _print_json(tx, service, answer)


@app.command()
def sync(
    today: Today = None,
    as_json: Json = False,
    release: Annotated[bool, typer.Option("--release", help="apply it though it changes more than is allowed")] = False,
) -> None:
    """Turn the day, read the records once, apply due write-back; send nothing."""
    _, service = _open(today)
    result = service.sync(release=release)
    service.write_back()
    told = {
        "records": result.records,
        "added": result.added,
        "changed": result.changed,
        "removed": result.removed,
        "relocated": result.relocated,
        "problems": [asdict(problem) for problem in result.problems],
        "news": dict(result.news),
        "proposals": result.proposals,
        "queued": result.queued,
        "held": {"reason": result.held.reason, "numbers": dict(result.held.numbers)} if result.held else None,
    }
    if as_json:
        with service.database.read() as tx:
            _print_json(tx, service, told)
        raise typer.Exit(1 if result.held else 0)
    if result.held:
        print(say("{held}：{reason}", held=say(HELD_WORDS), reason=result.held.reason))
        print(say("什麼都沒有套用。確認來源沒有出錯，再執行 nuoyan sync --release。"))
    print(
        say(
            "紀錄 {records}：新增 {added}、變更 {changed}、移除 {removed}、移動 {relocated}",
            records=result.records,
            added=result.added,
            changed=result.changed,
            removed=result.removed,
            relocated=result.relocated,
        )
    )
    print(
        say_n(
            "消息 {n}　待複核 {proposals}　待送 {queued}　問題 {problems}",
            sum(result.news.values()),
            proposals=result.proposals,
            queued=result.queued,
            problems=len(result.problems),
        )
    )
    for problem in result.problems:
        print(problem)
    raise typer.Exit(1 if result.held else 0)


@app.command()
def check(folder: Annotated[Path | None, typer.Argument()] = None, today: Today = None, as_json: Json = False) -> None:
    """List the problems in the records, one a line: path:line: field: reason."""
    settings = environment.load()
    speak(Voice(settings.language))
    source = Folder(folder) if folder else settings.source
    snapshot = source.read(None, {})
    digests: dict[str, str] = {}
    updated: set[str] = set()
    dates: set[date] = set()

    def noted() -> Iterator[Reading]:
        for reading in snapshot.readings:
            digests[reading.path] = reading.digest
            if record := reading.record:
                updated.add(record.last_updated)
                cited = (record.letter, *(citation.letter for citation in record.citations))
                dates.update(letter.date for letter in cited if letter.date)
            yield reading

    problems = find_problems(noted(), directory())
    if as_json:
        header = {
            "today": _clock(settings, today).now().date().isoformat(),
            "data_date": max(updated, default=None),
            "coverage": max(dates).isoformat() if dates else None,
            "revision": snapshot.revision or name_revision(digests),
        }
        found_ = {"files": len(digests), "problems": [asdict(problem) for problem in problems]}
        print(json.dumps({**header, **found_}, ensure_ascii=False))
    else:
        _print_problems(problems, len(digests))
    raise typer.Exit(1 if problems else 0)


@app.command("proposals")
def proposals_(
    today: Today = None,
    as_json: Json = False,
    backlog: Annotated[bool, typer.Option("--backlog", help="baseline verdicts and deadlines instead")] = False,
) -> None:
    """List all that waits for review, most doubtful first."""
    _, service = _open(today)
    service.load_if_empty()
    with service.database.read() as tx:
        waiting = proposals.waiting(tx, backlog=backlog)
        standings = {s.key: s for s in commitments.standings(tx, [p.commitment for p in waiting])}
        if as_json:
            items = [
                contract.waiting(tx, proposal, standings[proposal.commitment], service.policy.zone)
                for proposal in waiting
            ]
            _print_json(tx, service, {"proposals": items})
            return
        for proposal in waiting:
            standing = standings[proposal.commitment]
            change = f"{proposal.from_status or '—'} → {proposal.to_status or standing.recorded}"
            if proposal.origin == "deadline":
                change = say("期限 {target}", target=standing.target_text or "—")
            agencies = listed(standing.agencies) or say("未載明機關")
            print(f"{proposal.id}\t{proposal.origin}\t{change}\t{agencies}\t{standing.title}")
        print(say_n("待複核 {n} 件", len(waiting)))


@app.command()
def decide(
    proposal: Annotated[int, typer.Argument(max=MOST)],
    outcome: str,
    reason: Annotated[str, typer.Option(help="why, in a few words; stands in the file")] = "",
    as_: As = "",
    today: Today = None,
    as_json: Json = False,
    reverse: Annotated[bool, typer.Option("--reverse", help="decide anew what was decided and made public")] = False,
    moved_to: Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="the date of deadline-moved")] = "",
) -> None:
    """Settle a proposal, by an admin.

    A verdict: accept, partly, decline, not-a-promise; a correction also: dismiss; a deadline: deadline-right,
    deadline-moved --date, no-deadline. While a decision can be undone: undo.
    """
    settings, service = _open(today)
    known = (*OUTCOMES, *DEADLINE_OUTCOMES, DISMISS, _UNDO)
    if outcome not in known:
        near = get_close_matches(outcome, known, n=1)
        raise _UsageError(f"no outcome {outcome!r}: one of {', '.join(known)}" + _did_you_mean(near))
    person = _admin(settings, as_)
    target = _day("--date", moved_to) if moved_to else None
    with service.database.write() as tx:
        held = proposals.find(tx, proposal)
        if held is None:
            raise RefusedError(f"no proposal {proposal}: see `nuoyan proposals`")
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
    service.write_back()
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
            "write_back": review.write_back_state(tx, decided, service.policy),
        }
        if as_json:
            _print_json(tx, service, told)
        else:
            if standing_already:
                print(review.why_not(decided, service.policy))
            print(listed(f"{name}: {'—' if value is None else value}" for name, value in told.items()))
    raise typer.Exit(1 if standing_already else 0)


@app.command()
def export(
    since: Annotated[str, typer.Option("--since", metavar="YYYY-MM-DD", help="decisions of this day and later")],
    prefix: Annotated[str | None, typer.Option(help="the records' folder in the repository")] = None,
    today: Today = None,
) -> None:
    """Write every decision since a day as patches that `git am` takes; one that no longer fits its file is named."""
    settings, service = _open(today)
    first = datetime.combine(_day("--since", since), time(0), settings.timezone)
    written: dict[str, str] = {}
    refused = 0
    with service.database.read() as tx:
        for proposal, standing, decision in settled.decided(tx, service.policy, first, service.clock.now()):
            path = standing.path
            if why := settled.why_no_patch(tx, standing):
                refused += 1
                print(f"nuoyan: {path}: {why}", file=sys.stderr)
                continue
            before = written.get(path) or texts.find(tx, [proposal.commitment])[proposal.commitment]
            try:
                written[path] = write_decision(path, before, decision)
            except EditError as reason:
                refused += 1
                print(f"nuoyan: {path}: {reason}", file=sys.stderr)
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


@app.command("correct")
def correct_(
    fact: Annotated[int, typer.Argument(max=MOST)],
    reason: Annotated[str, typer.Option(help="what is right; everybody who was told the news reads it")] = "",
    as_: As = "",
    today: Today = None,
    as_json: Json = False,
) -> None:
    """Send a correction of news that was wrong to exactly the chats that got it; its number ends the news' message."""
    settings, service = _open(today)
    person = _admin(settings, as_)
    if not reason.strip():
        raise _UsageError("say what is right: --reason '…'")
    with service.database.write() as tx:
        owed = correct.by_hand(tx, fact, reason, person, service.policy, service.clock.now())
        if as_json:
            _print_json(tx, service, {"fact": fact, "queued": owed})
            return
    print(say("更正通知會送到 {owed} 個收過這則消息的對話", owed=owed))


@app.command("outbox")
def outbox_(
    today: Today = None,
    as_json: Json = False,
    retry: Annotated[bool, typer.Option("--retry", help="try again what was given up")] = False,
    of: Annotated[
        str, typer.Option(help="list the news of a commitment (its id), with the numbers to correct it by")
    ] = "",
) -> None:
    """Count what waits to be sent or is retried; list what was given up, and the chats that can't be written to."""
    settings, service = _open(today)
    now = service.clock.now()
    if of:
        _list_news(service, of, now, as_json=as_json)
        return
    with service.database.write() as tx:
        if retry:
            outbox.take_up(tx, [failed.id for failed in outbox.given_up(tx)], now)
        tally = asdict(outbox.tally(tx, now))
        given_up = [
            {**asdict(failed), "at": failed.at.astimezone(settings.timezone).isoformat(timespec="seconds")}
            for failed in outbox.given_up(tx)
        ]
        stopped = [
            {**asdict(chat), "at": chat.at.astimezone(settings.timezone).isoformat(timespec="seconds")}
            for chat in chats.stopped(tx)
        ]
        if as_json:
            _print_json(tx, service, {**tally, "failures": given_up, "stopped": stopped})
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
        news = [
            {
                "fact": fact.id,
                "day": fact.day.isoformat(),
                "kind": fact.kind,
                "told": len(recipients.told(tx, fact.id or 0, now)),
            }
            for fact in facts.of_record(tx, of)
            if fact.kind in KIND_NAMES
        ]
        if as_json:
            _print_json(tx, service, {"news": news})
            return
    for one in news:
        told = say_n("告知 {n} 個對話", int(str(one["told"])))
        print(
            "\t".join((say("消息 {fact}", fact=one["fact"]), str(one["day"]), say(KIND_NAMES[str(one["kind"])]), told))
        )


@audit_app.command("verify")
def audit_verify(as_json: Json = False) -> None:
    """Check that the audit log is what was written: each row's content and its place behind the one before."""
    _, service = _open(None)
    with service.database.read() as tx:
        count, broken = audit.verify(tx)
        if as_json:
            _print_json(tx, service, {"rows": count, "head": audit.head(tx), "broken": [asdict(row) for row in broken]})
        else:
            for row in broken:
                print(f"row {row.id}: {row.reason}")
            print(f"{count} rows, head {audit.head(tx)}", file=sys.stderr if broken else sys.stdout)
    raise typer.Exit(1 if broken else 0)


@audit_app.command("export")
def audit_export() -> None:
    """Print the audit log, one JSON object a line, as it is sealed: hash = sha256(previous, commitment, content)."""
    _, service = _open(None)
    with service.database.read() as tx:
        for row in audit.rows(tx):
            print(json.dumps(asdict(row), ensure_ascii=False, sort_keys=True))


@app.command()
def demo() -> None:
    """Play a day on the sample records: a question, a subscription, a sync, an alert, a review. No tokens."""
    speak(Voice(environment.load().language))
    import_module("bot.demo").play()


def _open(today: str | None) -> tuple[Settings, Service]:
    """The settings and a service on a migrated database."""
    settings = environment.load()
    speak(Voice(settings.language))
    for doubt in environment.doubtful_names():
        print(f"nuoyan: {doubt}", file=sys.stderr)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    database = Database(settings.database)
    database.migrate()
    service = Service(database, settings.policy(), _clock(settings, today), settings.source)
    if service.is_of_elsewhere():
        print(f"nuoyan: {_OF_ELSEWHERE}", file=sys.stderr)
    return settings, service


def _clock(settings: Settings, today: str | None) -> Clock:
    return Clock(zone=settings.timezone, today=_day("--today", today) if today else None)


def _day(option: str, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as reason:
        raise _UsageError(f"{option} {text!r} is no day: write YYYY-MM-DD") from reason
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise _UsageError(f"{option} {text} lies beyond what is answered: a day from {_FIRST_YEAR} to {_LAST_YEAR}")
    return day


def _person(text: str) -> Person:
    try:
        return Person.parse(text)
    except ValueError as reason:
        raise _UsageError(f"--as: {reason}") from reason


def _admin(settings: Settings, text: str) -> Person:
    """Who acts from the shell: one of ADMINS."""
    if not text:
        raise _UsageError("say who decides: --as telegram:111, one of ADMINS")
    person = _person(text)
    if person not in settings.admins:
        raise _NoAdminError(f"{person} is no admin")
    return person


def _log_to_stderr() -> None:
    """One event a line; httpx would log every poll with the token in its address."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    for name in ("httpx", "httpcore", "telegram", "apscheduler", "slack_bolt", "slack_sdk", "uvicorn"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _print_json(tx: Transaction, service: Service, fields: Mapping[str, Any]) -> None:
    reach = found.reach(tx, service.clock.now().date())
    header = {
        "today": service.clock.now().date().isoformat(),
        "data_date": reach.data_date,
        "coverage": reach.coverage.isoformat() if reach.coverage else None,
        "revision": reach.revision,
        "read_on": reach.read_on.isoformat() if reach.read_on else None,
    }
    print(json.dumps({**header, **fields}, ensure_ascii=False))


def _print_problems(problems: Sequence[Problem], files: int) -> None:
    for problem in problems:
        print(problem)
    print(say_n("{files} 個檔案，{n} 個問題", len(problems), files=files), file=sys.stderr)


def _told(wrong: Exception) -> str:
    """What is wrong; a mistyped option also says which one was meant."""
    message: str = wrong.format_message() if hasattr(wrong, "format_message") else str(wrong)
    return " ".join(message.split("\n")) if isinstance(wrong, typer.TyperException) else message


def _did_you_mean(near: list[str]) -> str:
    return f"; did you mean {near[0]}?" if near else ""


def _stop(error: str, fix: str, status: int) -> NoReturn:
    """Say what is wrong and what to do, and end."""
    if "--json" in sys.argv:
        print(json.dumps({"error": error, "fix": fix, "ref": None}, ensure_ascii=False), file=sys.stderr)
    else:
        print(f"nuoyan: {error} ({fix})", file=sys.stderr)
    sys.exit(status)
