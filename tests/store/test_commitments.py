"""Commitments as they stand: a question's SQL means what Query.matches means, and two processes may read at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.service import Service
from handlers.policy import Policy
from handlers.synced import Synced
from records.flags import DEADLINE_FLAGS, VERDICT_FLAGS
from records.folder import Folder
from records.query import CONDITIONS, Query
from records.record import EFFECTIVE_STATUSES, NOT_A_PROMISE
from records.source import Snapshot
from records.status import Standing
from records.words import fold
from store import commitments, letters, matching, watches
from store.engine import Database
from store.schema import commitments as table
from store.schema import evidence, facts, proposals, responsible, texts
from store.schema import letters as letters_table
from store.schema import outbox as owed
from store.watches import DAILY, Options
from tests.conftest import SetClock
from tests.sample import HOME, OLDER_LETTER, TAIPEI, progress, record_text, write
from tests.store.steps import LATER, START, TODAY, at_once, everything, keys, load, load_many, take_over

AGENCIES = (
    "法務部",
    "法務部矯正署",
    "教育部",
    "經濟部",
    "台灣電力股份有限公司",
    "交通部",
    "行政院",
    "沒有人知道的小組",
    "沒有這個機關",
)
LEGISLATORS = ("王大明", "陳美麗", "大明", "王大", "沒有這個人", "%", "_大明")
SPANS = st.sampled_from(
    (
        "this-week",
        "last-month",
        "next-month",
        "this-year",
        "year-end",
        "next-year-02-29",
        "..last-year-q4",
        "1d",
        "30d",
        "400d",
    )
)
CATEGORIES = ("其他", "交通", "法務與人權", "法務", "%")


def some(values: st.SearchStrategy[str], often: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    """Mostly nothing, now and then a few."""
    few = st.lists(values, min_size=1, max_size=often, unique=True).map(tuple)
    return st.one_of(st.just(()), st.just(()), st.just(()), few)


@st.composite
def questions(draw: st.DrawFn, standings: list[Standing]) -> Query:
    """Questions about these commitments, and some that nothing answers."""
    one = draw(st.sampled_from(standings))
    days = st.one_of(
        st.sampled_from([standing.target for standing in standings if standing.target]),
        st.dates(date(2021, 1, 1), date(2027, 1, 1)),
    )
    start = draw(st.integers(0, len(one.searched) - 1))
    held = one.searched[start : start + draw(st.integers(1, 6))].replace("\n", " ")
    words = st.one_of(
        st.just(fold(held)), st.text(st.sampled_from("路燈影像下架的二a5%_'\"\\/、"), min_size=1, max_size=3).map(fold)
    ).filter(bool)
    either = st.lists(words, min_size=1, max_size=2, unique=True).map("|".join)
    prefixes = st.one_of(
        st.integers(1, 12).map(lambda length: one.id[:length]), st.text("0123456789abcdef-%_", min_size=1, max_size=3)
    )
    left_out = st.one_of(
        st.sampled_from(AGENCIES).map(lambda value: Query(agencies=(value,))),
        st.sampled_from(CATEGORIES).map(lambda value: Query(categories=(value,))),
        st.sampled_from(EFFECTIVE_STATUSES).map(lambda value: Query(statuses=(value,))),
        st.sampled_from(LEGISLATORS).map(lambda value: Query(legislators=(value,))),
        st.sampled_from(sorted(CONDITIONS)).map(lambda value: Query(conditions=(value,))),
        st.sampled_from((*VERDICT_FLAGS, *DEADLINE_FLAGS)).map(lambda value: Query(flags=(value,))),
        st.tuples(st.sampled_from(["<", "="]), days).map(lambda value: Query(due=(value,))),
        SPANS.map(lambda value: Query(due_in=(value,))),
        SPANS.map(lambda value: Query(evidence_in=(value,))),
        st.just(Query(letters=(one.letter_number or "",))),
        prefixes.map(lambda value: Query(ids=(value,))),
    )
    return Query(
        agencies=draw(some(st.sampled_from(AGENCIES))),
        only_itself=draw(st.booleans()),
        state_owned=draw(st.booleans()),
        categories=draw(some(st.sampled_from(CATEGORIES))),
        statuses=draw(some(st.sampled_from(EFFECTIVE_STATUSES), 3)),
        legislators=draw(some(st.sampled_from(LEGISLATORS))),
        due=tuple(
            draw(
                st.one_of(
                    st.just([]), st.lists(st.tuples(st.sampled_from(["<", "<=", ">", ">=", "="]), days), max_size=2)
                )
            )
        ),
        conditions=draw(some(st.sampled_from(sorted(CONDITIONS)))),
        flags=draw(some(st.sampled_from((*VERDICT_FLAGS, *DEADLINE_FLAGS)))),
        ids=draw(some(prefixes)),
        due_in=draw(some(SPANS)),
        evidence_in=draw(some(SPANS)),
        letters=draw(
            some(st.sampled_from([standing.letter_number or "" for standing in standings] + ["院臺專字第9號"]))
        ),
        gazettes=draw(some(st.sampled_from([standing.url or "" for standing in standings] + ["https://a.test/1.doc"]))),
        words=draw(some(either)),
        excluded=draw(some(either)),
        without=tuple(draw(st.lists(left_out, max_size=2))),
    )


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_question_in_sql_means_the_same_as_its_plain_meaning(
    database: Database, folder: Path, policy: Policy, data: st.DataObject
) -> None:
    with database.read() as tx:
        loaded = bool(commitments.known(tx))
    if not loaded:
        load_many(database, folder, policy)
    today = data.draw(
        st.sampled_from([TODAY, date(2026, 2, 28), date(2026, 3, 15), date(2026, 3, 16), date(2022, 1, 2)])
    )
    there = everything(database)
    with database.read() as tx:
        standings = commitments.standings(tx, there)
        for _ in range(4):
            query = data.draw(questions(standings))
            meant = {standing.key for standing in standings if query.matches(standing, today)}
            found = matching.find(tx, query, today, limit=None)
            counts, items = matching.survey(tx, query, today, limit=5)
            assert {standing.key for standing in found} == meant
            assert counts.total == len(found) == len(meant)
            sizes = Counter(standing.alike or standing.key for standing in found)
            assert counts.folded == len(sizes)
            firsts = {standing.alike or standing.key: standing.key for standing in reversed(found)}
            assert items == [(firsts[group], sizes[group]) for group in sizes][:5]


def test_every_condition_alone_means_the_same_in_sql(database: Database, folder: Path, policy: Policy) -> None:
    load_many(database, folder, policy)
    there = everything(database)
    with database.read() as tx:
        standings = commitments.standings(tx, there)
        for name, holds in CONDITIONS.items():
            asked = Query(conditions=(name,))
            asked_of = [one for one in standings if asked.asks_for_no_promises or one.status != NOT_A_PROMISE]
            meant = {standing.key for standing in asked_of if holds(standing, TODAY)}
            found = matching.find(tx, asked, TODAY, limit=None)
            assert {standing.key for standing in found} == meant, name
            assert 0 < len(meant) < len(standings), f"the records tell nothing about {name}"


def test_every_effective_status_occurs_among_the_records_tried(
    database: Database, folder: Path, policy: Policy
) -> None:
    load_many(database, folder, policy)
    there = everything(database)
    with database.read() as tx:
        assert {standing.status for standing in commitments.standings(tx, there)} == set(EFFECTIVE_STATUSES)


def test_the_counts_add_up_to_what_is_listed(database: Database, folder: Path, policy: Policy) -> None:
    load_many(database, folder, policy)
    with database.read() as tx:
        found = matching.find(tx, Query(), TODAY, limit=None)
        counts, _ = matching.survey(tx, Query(), TODAY, limit=1)
    doubtful = [standing for standing in found if standing.deadline.kind == "doubtful"]
    assert counts.total == len(found)
    assert counts.clear == sum(standing.has_clear_deadline for standing in found)
    assert counts.waiting == sum(standing.is_waiting for standing in found)
    assert sum(counts.doubts.values()) == len(doubtful)
    reviewed = [standing for standing in found if standing.is_reviewed and not standing.is_declined]
    claimed = [standing for standing in found if standing.is_claimed]
    assert counts.verdicts == {
        "reviewed": len(reviewed),
        "declined": sum(standing.is_declined for standing in found),
        "doubtful": sum(standing.is_doubted for standing in claimed),
        "unreviewed": sum(not standing.unsupported for standing in claimed),
    }


def test_clear_deadlines_are_listed_first_then_doubtful_ones_then_none(
    database: Database, folder: Path, policy: Policy
) -> None:
    load_many(database, folder, policy)
    with database.read() as tx:
        found = matching.find(tx, Query(), TODAY, limit=None)
    kinds = [("clear", "doubtful", "none").index(standing.deadline.kind) for standing in found]
    assert kinds == sorted(kinds)
    clear = [standing.target for standing in found if standing.target and standing.has_clear_deadline]
    to_come, past = [day for day in clear if day >= TODAY], [day for day in clear if day < TODAY]
    assert clear == sorted(to_come) + sorted(past, reverse=True)
    assert to_come and past


def test_pages_hold_each_answer_once_and_in_order(database: Database, folder: Path, policy: Policy) -> None:
    load_many(database, folder, policy)
    with database.read() as tx:
        whole = matching.find(tx, Query(), TODAY, limit=None)
        pages = [
            standing
            for offset in range(0, len(whole), 7)
            for standing in matching.find(tx, Query(), TODAY, limit=7, offset=offset)
        ]
    assert pages == whole


def test_near_duplicates_are_listed_once_with_their_number(database: Database, folder: Path, policy: Policy) -> None:
    for number in range(3):
        write(folder, f"{number}.md", record_text(id=f"{number:08d}-aaaa-4bbb-8ccc-000000000001"))
    take_over(database, folder, policy, START)
    with database.read() as tx:
        counts, [(key, size)] = matching.survey(tx, Query(), TODAY, limit=5)
        first = commitments.standing(tx, key)
    assert first
    assert (first.path, size) == ("0.md", 3)
    assert (counts.total, counts.folded) == (3, 1)


def test_folded_groups_hold_every_answer_once(database: Database, folder: Path, policy: Policy) -> None:
    load_many(database, folder, policy)
    query = Query(words=("路燈",))
    with database.read() as tx:
        counts, groups = matching.survey(tx, query, TODAY, limit=1000)
    assert (len(groups), sum(size for _, size in groups)) == (counts.folded, counts.total)


def test_a_removed_record_answers_no_question_but_still_stands(
    database: Database, folder: Path, policy: Policy
) -> None:
    [key] = load(database, folder, policy)
    (folder / "0001.md").unlink()
    take_over(database, folder, policy, LATER)
    with database.read() as tx:
        assert matching.find(tx, Query(), TODAY, limit=None) == []
        assert commitments.standing(tx, key) is not None


def test_an_unknown_key_stands_nowhere(database: Database) -> None:
    with database.read() as tx:
        assert commitments.standing(tx, 4711) is None


def test_a_moved_file_keeps_its_key(database: Database, folder: Path, policy: Policy) -> None:
    before = load(database, folder, policy)
    (folder / "0001.md").rename(folder / "moved.md")
    done = take_over(database, folder, policy, LATER)
    assert (done.relocated, keys(database)) == (1, before)


def test_a_letters_text_is_not_lost_to_a_record_that_lacks_it(database: Database) -> None:
    row = {"key": "院臺專字第1號", "date": TODAY, "url": None, "subject": "主旨", "text": "本文"}
    with database.write() as tx:
        letters.add(tx, [row])
        letters.add(tx, [{**row, "text": "", "subject": ""}])
        assert letters.texts(tx, ["院臺專字第1號"]) == {"院臺專字第1號": "本文"}


def test_the_latest_letter_is_the_coverage(database: Database, folder: Path, policy: Policy) -> None:
    write(folder, "a.md", record_text(entries=progress()))
    take_over(database, folder, policy, START)
    with database.read() as tx:
        assert letters.coverage(tx, TODAY) == date(2024, 6, 20)


def test_a_letter_cited_at_the_first_load_counts_as_seen(database: Database, folder: Path, policy: Policy) -> None:
    write(folder, "a.md", record_text(entries=progress(letter=OLDER_LETTER)))
    take_over(database, folder, policy, START)
    [key] = keys(database)
    with database.read() as tx:
        assert letters.seen(tx, [key]) == {key: {"院臺專字第1119900007號"}}


def test_records_are_found_by_target_with_both_ends(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    day, one = date(2026, 3, 15), timedelta(days=1)
    with database.read() as tx:
        assert [standing.key for standing in commitments.by_target(tx, day, day)] == [key]
        assert commitments.by_target(tx, day + one, day + 2 * one) == []
        assert commitments.by_target(tx, day - 2 * one, day - one) == []


def test_categories_and_legislators_are_those_that_occur(database: Database, folder: Path, policy: Policy) -> None:
    load(database, folder, policy)
    with database.read() as tx:
        assert commitments.categories(tx) == {"其他"}
        assert commitments.legislators(tx) == {"王大明"}


def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """What stands in the tables that a sync writes."""
    tables = {
        "commitments": table.select().with_only_columns(table.c.path, table.c.status, table.c.reviewed),
        "texts": texts.select(),
        "responsible": responsible.select(),
        "letters": letters_table.select().with_only_columns(letters_table.c.key),
        "evidence": evidence.select(),
        "facts": facts.select().with_only_columns(facts.c.key),
        "proposals": proposals.select().with_only_columns(proposals.c.commitment, proposals.c.origin),
        "outbox": owed.select().with_only_columns(owed.c.key),
    }
    with database.read() as tx:
        return {name: sorted((tuple(row) for row in tx.execute(rows)), key=str) for name, rows in tables.items()}


class ReadTogether(Folder):
    """A folder whose first reading waits until the other process has read it too."""

    def __init__(self, root: Path, both: Barrier) -> None:
        super().__init__(root)
        self._both: Barrier | None = both

    def read(self, revision: str | None, known: Mapping[str, str]) -> Snapshot:
        found = super().read(revision, known)
        if self._both:
            both, self._both = self._both, None
            both.wait(timeout=30)
        return found


def take_over_at_once(url: str, folder: Path, policy: Policy) -> list[Synced | Exception]:
    """Two processes that read the folder before either writes."""
    others = [Database(url), Database(url)]
    both = Barrier(2)
    clock = SetClock(zone=TAIPEI, moment=LATER)
    services = [Service(other, policy, clock, ReadTogether(folder, both)) for other in others]
    ended = list(at_once(2, lambda number: services[number].feed.sync()))
    for other in others:
        other.close()
    return ended


def test_two_processes_that_first_load_at_once_end_with_one_set_of_rows(
    database: Database, database_url: str, folder: Path, policy: Policy
) -> None:
    for number in range(12):
        write(folder, f"{number}.md", record_text(id=f"{number:08d}-aaaa-4bbb-8ccc-000000000001", entries=progress()))
    ended = take_over_at_once(database_url, folder, policy)
    assert sorted(done.added for done in ended if isinstance(done, Synced)) == [0, 12]
    held = contents(database)
    assert [len(held[name]) for name in ("commitments", "responsible", "evidence", "facts")] == [12, 12, 12, 0]


def test_two_processes_that_take_over_the_same_news_at_once_tell_it_once(
    database: Database, database_url: str, folder: Path, policy: Policy
) -> None:
    load(database, folder, policy, count=6)
    with database.write() as tx:
        question = watches.question_id(tx, "agency:法務部")
        watches.add(tx, HOME.place, question, Options(pace=DAILY), by="telegram:700", made_at=START)
    for file in sorted(folder.iterdir()):
        file.write_text(file.read_text() + progress())
    ended = take_over_at_once(database_url, folder, policy)
    assert sorted(done.news.get("evidence", 0) for done in ended if isinstance(done, Synced)) == [0, 6]
    held = contents(database)
    assert [len(held[name]) for name in ("commitments", "evidence", "facts", "outbox")] == [6, 6, 6, 6]


def test_taking_the_same_reading_over_again_changes_nothing(database: Database, folder: Path, policy: Policy) -> None:
    load_many(database, folder, policy)
    before = contents(database)
    done = take_over(database, folder, policy, LATER)
    assert (done.added, done.changed, done.removed, done.news) == (0, 0, 0, {})
    assert contents(database) == before
