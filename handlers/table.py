"""All that answers a question as a table (CSV) that spreadsheets open as they should, with its caveats in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date

from handlers import found, offers
from handlers.agency_words import agency_now, is_third_party
from handlers.deadline_words import claimed_done, days_told, other_years_words
from handlers.flag_words import FLAG_NAMES, flag_line
from handlers.language import N_, listed, say, say_n
from handlers.message import Attachment, Message, Section, Tap
from handlers.policy import Policy
from handlers.query_words import heading, short
from handlers.reach import read_reach
from handlers.status_words import brief_status, kept_beside_words
from handlers.wording import INDENT, NOT_UNDONE, case
from records.query import Query
from records.status import Standing
from store import commitments, matching
from store.engine import Transaction

LONGEST_IN_NAME = 30
"""Characters of a question in a file's name."""

MARK = "\ufeff"
"""The byte order mark, by which spreadsheets know UTF-8."""

_DEADLINES = {"clear": N_("期限明確"), "doubtful": N_("期限存疑"), "none": N_("無期限")}
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_COLUMNS = (
    N_("編號（AI 擷取與判定；未複核的不是事實，佐證不足{not_undone}）"),
    N_("標題"),
    N_("機關（現稱）"),
    N_("機關（原文）"),
    N_("質詢委員"),
    N_("類別"),
    N_("來源標記"),
    N_("判定狀態"),
    N_("期限"),
    N_("期限原文"),
    N_("期限可信度"),
    N_("已過天數（只算期限明確）"),
    N_("疑點"),
    N_("答復日"),
    N_("答復字號"),
    N_("公報檔案次"),
    N_("公報檔"),
    N_("同段承諾群組"),
    N_("公文收錄至"),
    N_("資料版本"),
)


def download(tap: Tap, tx: Transaction, _: Policy, question: int, _version: int) -> Message:
    """The ⬇️ CSV button."""
    return table(tx, found.asked(tx, question), tap.at.date())


def table(tx: Transaction, query: Query, today: date) -> Message:
    """A file with every commitment that answers a question, near-duplicates each."""
    standings = matching.find(tx, query, today, limit=None)
    reach = read_reach(tx, today)
    coverage, data = reach.coverage.isoformat() if reach.coverage else say("無"), reach.data_date or say("無")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([say(column, not_undone=say(NOT_UNDONE)) for column in _COLUMNS])
    beside = commitments.kept_beside(tx, standings)
    for standing in standings:
        cells = _cells(standing, today, beside.get(standing.key, ()))
        writer.writerow([harmless(cell) for cell in (*cells, coverage, data)])
    return Message(
        title=say_n("{heading}：{n} 件", len(standings), heading=heading(query)),
        sections=(
            *(Section(text=line) for line in offers.idle_exclusions(tx, query, today)),
            Section(
                text=say(
                    "檔案裡每件都附期限可信度、判定狀態與疑點；引用時請一併保留。\n"
                    "「AI 判定達成」未經人工複核，佐證不足{not_undone}。",
                    not_undone=say(NOT_UNDONE),
                )
            ),
        ),
        footer=str(reach),
        file=Attachment(
            name=say(
                "諾言_{asked}_公文至{coverage}_資料{data}.csv", asked=_in_name(query), coverage=coverage, data=data
            ),
            content=MARK + out.getvalue(),
        ),
    )


def _cells(standing: Standing, today: date, kept_beside: Sequence[Standing]) -> list[str]:
    claimed = claimed_done(standing) if standing.is_overdue(today) else ""
    third = say("第三方，非行政機關") if is_third_party(standing) else ""
    days = days_told(standing, today)
    doubts = [flag_line(flag) if flag.flag in FLAG_NAMES else flag.flag for flag in standing.doubts]
    doubts += [*([say("承諾有條件")] if standing.conditional else []), *kept_beside_words(kept_beside)]
    return [
        standing.id,
        standing.title,
        agency_now(standing),
        standing.agency_text or "",
        listed(standing.legislators),
        standing.category,
        standing.recorded,
        brief_status(standing),
        standing.target.isoformat() if standing.target else "",
        standing.target_text or "",
        say(_DEADLINES[standing.deadline.kind]),
        "" if days is None else str(days),
        say("；").join(filter(None, (third, claimed, other_years_words(standing), *doubts))),
        standing.letter_date.isoformat() if standing.letter_date else "",
        standing.letter_number or "",
        case(standing.letter_ordinal),
        standing.url or "",
        "" if standing.alike is None else str(standing.alike),
    ]


def _in_name(query: Query) -> str:
    """A question in few characters that any system takes in a file's name."""
    return re.sub(r"[^\w.-]+", "-", short(query)).strip("-")[:LONGEST_IN_NAME]


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, also behind blanks."""
    return f"'{cell}" if cell.lstrip(f" {INDENT}").startswith(_FORMULA) or cell.startswith(_FORMULA) else cell
