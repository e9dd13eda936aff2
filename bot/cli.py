"""The command line. Exit status 0 done, 1 found problems or refused, 2 used wrongly or settings or database unusable."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot import contract
from bot import settings as environment
from bot.cli_review import commands as reviewing
from bot.settings import SettingsError
from bot.shell import (
    LARGEST,
    As,
    Json,
    NoAdminError,
    Today,
    UsageError,
    clock,
    open_service,
    print_json,
    read_day,
    read_person,
)
from bot.terminal import HERE, Terminal
from handlers import ask as asking
from handlers import correct
from handlers.as_of import find as find_as_of
from handlers.language import N_, Voice, say, say_n, speak
from handlers.message import Person, RefusedError, plain
from handlers.reach import HELD_WORDS
from handlers.synced import LIVED_BEYOND
from records.check import find_problems
from records.dates import latest_credible
from records.folder import Folder
from records.problems import Problem
from records.question.meanings import QuestionError
from records.source import Reading, SourceError, name_revision
from records.status import Standing
from store import matching
from store.engine import Database, DatabaseError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, help="諾言 Nuoyan")

app.add_typer(reviewing)

UNCONNECTED = N_(
    "沒有設定 TELEGRAM_BOT_TOKEN 或 SLACK_BOT_TOKEN，所以在這裡對話。\n"
    "要接上 Telegram：向 @BotFather 取得權杖，"
    "設 TELEGRAM_BOT_TOKEN 後重新執行（README 有步驟）。\n"
    "要接上 Slack：依 README 建立應用程式，"
    "設 SLACK_BOT_TOKEN 與 SLACK_APP_TOKEN 後重新執行。\n"
)
UNSERVED = N_("PORT 的頁面要接上 Telegram 或 Slack 才會開；終端機對話不開。\n")
SAMPLES = N_("這裡用的是隨附的範例紀錄，內容為虛構。設 RECORDS 為紀錄資料夾，就改用真實資料。\n")


_FAILURES: tuple[tuple[type[Exception], int, str], ...] = (
    (SettingsError, 2, "set it right in the environment or in .env"),
    (
        DatabaseError,
        2,
        "check DATABASE_URL, that the database runs, that its disk has room and that nobody keeps it locked",
    ),
    (QuestionError, 2, "ask like the example"),
    (UsageError, 2, "see nuoyan --help"),
    (typer.TyperException, 2, "see nuoyan --help; what begins with - and is no option stands behind --"),
    (SourceError, 1, "check RECORDS"),
    (NoAdminError, 1, "add them to ADMINS, or act as one of them: --as telegram:111"),
    (correct.NoSuchNewsError, 1, "take the number from the end of the news: 消息 412 is nuoyan correct 412"),
    (RefusedError, 1, "see nuoyan proposals; an admin decides anew with nuoyan decide … --reverse --reason …"),
)
"""What may go wrong for a reason that a person can mend: the exit status, and what to do; the first that fits."""


def main() -> NoReturn:
    """Run a command; every failure is told in one line (with `--json` an object) on standard error."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese shows what it can
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    if not all(map(_is_text, sys.argv)):
        _stop("an argument is no UTF-8 text", "write it in UTF-8, in a locale that has it: LC_ALL=C.UTF-8", 2)
    try:
        status = app(standalone_mode=False)
        sys.stdout.flush()
    except tuple(kind for kind, _, _ in _FAILURES) as wrong:
        failed, fix = next((status, fix) for kind, status, fix in _FAILURES if isinstance(wrong, kind))
        _stop(_told(wrong), fix, failed)
    except (KeyboardInterrupt, typer.Abort, BrokenPipeError):
        sys.exit(130)
    except OSError as full:
        if full.errno != errno.ENOSPC:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left would fail once more at the end
        _stop("what was to be printed found no room", "make room where it is written to, and run it again", 1)
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
    settings, service = open_service(today)
    if not settings.telegram_bot_token and not settings.slack_bot_token:
        print(say(UNCONNECTED) + ("" if settings.records else say(SAMPLES)) + (say(UNSERVED) if settings.port else ""))
        try:
            service.feed.sync()
        except SourceError as away:
            if service.feed.is_empty():
                raise
            print(f"nuoyan: {away} (check RECORDS)", file=sys.stderr)
        Terminal(service, Person.parse("terminal:me")).chat()
        return
    # both chat libraries take 0.6 s to import, which no other command needs
    process = import_module("bot.process")
    raise typer.Exit(0 if asyncio.run(process.run(settings, service)) else 2)


@app.command()
def chat(today: Today = None, as_: As = "terminal:me") -> None:
    """Chat in the terminal; where input is no terminal, one line is one turn."""
    settings, service = open_service(today)
    service.feed.load_if_empty()
    if not settings.records and sys.stdin.isatty():
        print(say(SAMPLES))
    Terminal(service, read_person(as_)).chat()


@app.command()
def ask(
    query: str,
    today: Today = None,
    as_json: Json = False,
    limit: Annotated[int, typer.Option(min=0, max=LARGEST, help="items in the JSON; 0 is all")] = 10,
    offset: Annotated[int, typer.Option(min=0, max=LARGEST)] = 0,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="as it stood on that day")] = None,
) -> None:
    """Answer one question."""
    _, service = open_service(today)
    service.feed.load_if_empty()
    day = service.clock.now().date()
    past = read_day("--as-of", as_of) if as_of else None
    with service.database.write() as tx:
        if not as_json:
            message = asking.answer_text(tx, query, HERE, service.policy, service.clock.now(), past=past)
            print(plain(message) + (f"\n\n{message.file.content.rstrip()}" if message.file else ""))
            return
        understood, past = asking.read_for_scripts(tx, query, day, past)
        if past:
            stood = find_as_of(tx, understood, past, service.policy, day)
            total, clear = len(stood), sum(standing.has_clear_deadline for standing in stood)
            items: Sequence[Standing] = stood[offset : offset + limit] if limit else stood[offset:]
        else:
            counts, _ = matching.survey(tx, understood, day, limit=1)
            items = matching.find(tx, understood, day, limit=limit or None, offset=offset)
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
        print_json(tx, service, answer)


@app.command()
def sync(
    today: Today = None,
    as_json: Json = False,
    release: Annotated[bool, typer.Option("--release", help="apply it though it changes more than is allowed")] = False,
) -> None:
    """Turn the day, read the records once, apply due write-back; send nothing."""
    _, service = open_service(today)
    result = service.feed.sync(release=release)
    service.feed.write_back()
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
            print_json(tx, service, told)
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
    if result.lived_until:
        told_until = say(LIVED_BEYOND, day=result.lived_until.isoformat())
        print(f"⚠️ {told_until}", file=sys.stderr)
    for problem in result.problems:
        print(problem)
    raise typer.Exit(1 if result.held else 0)


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(exists=True, file_okay=False)] = None,
    today: Today = None,
    as_json: Json = False,
) -> None:
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
                updated.add(record.data_day)
                cited = (record.letter, *(citation.letter for citation in record.citations))
                dates.update(letter.date for letter in cited if letter.date)
            yield reading

    problems = find_problems(noted())
    if as_json:
        now = clock(settings, today).now().date()
        latest = latest_credible(now)
        header = {
            "today": now.isoformat(),
            "data_date": max((day for day in updated if day <= latest.isoformat()), default=None),
            "coverage": max((day.isoformat() for day in dates if day <= latest), default=None),
            "revision": snapshot.revision or name_revision(digests),
        }
        found_ = {"files": len(digests), "problems": [asdict(problem) for problem in problems]}
        print(json.dumps({**header, **found_}, ensure_ascii=False))
    else:
        _print_problems(problems, len(digests))
    raise typer.Exit(1 if problems else 0)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="a new file; docs/operating.md tells how to restore it")],
) -> None:
    """Write a whole copy of a SQLite database, also while the bot runs."""
    database = Database(environment.load().database)
    if file.exists():
        raise UsageError(f"{file} is there already: name a new file")
    if database.is_sqlite and not Path(database.place).is_file():
        raise DatabaseError(f"there is no database yet: {database.place}")
    database.back_up(file)
    database.close()
    print(f"{database.place} → {file}")


@app.command()
def demo() -> None:
    """Play a day on the sample records: a question, a subscription, a sync, an alert, a review. No tokens."""
    speak(Voice(environment.load().language))
    import_module("bot.demo").play()


def _open_closed_streams() -> None:
    """Let what was started without an input or an output (<&-, >&-) have an empty one."""
    nowhere = Path(os.devnull)
    sys.stdin = sys.stdin or nowhere.open(encoding="utf-8")
    sys.stdout = sys.stdout or nowhere.open("w", encoding="utf-8")
    sys.stderr = sys.stderr or nowhere.open("w", encoding="utf-8")


def _print_problems(problems: Sequence[Problem], files: int) -> None:
    for problem in problems:
        print(problem)
    print(say_n("{files} 個檔案，{n} 個問題", len(problems), files=files), file=sys.stderr)


def _told(wrong: Exception) -> str:
    """What is wrong; a mistyped option also says which one was meant."""
    message: str = wrong.format_message() if hasattr(wrong, "format_message") else str(wrong)
    return " ".join(message.split("\n")) if isinstance(wrong, typer.TyperException) else message


def _is_text(argument: str) -> bool:
    """Whether an argument is text; Python stands in for bytes that are none with what no text holds."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


def _stop(error: str, fix: str, status: int) -> NoReturn:
    """Say what is wrong and what to do, and end."""
    if "--json" in sys.argv:
        print(json.dumps({"error": error, "fix": fix, "ref": None}, ensure_ascii=False), file=sys.stderr)
    else:
        print(f"nuoyan: {error} ({fix})", file=sys.stderr)
    sys.exit(status)
