"""The real records: all of them read, counted against an independent script's numbers, and edited."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from records import alike
from records.agencies import directory
from records.check import find_problems
from records.edit import write_decision
from records.flags import PREDATES, citation_flag, read_deadline, unsupported, verdict_flags
from records.grounds import verdict_grounds
from records.letters import Letter, nearest_sentence
from records.question.meanings import Vocabulary
from records.question.reader import parse
from records.record import ACHIEVED, DELAYED, Record
from records.source import Reading
from records.status import Standing
from tests.records.made import decision, read_folder, standing

TODAY = date(2026, 1, 28)
DIRECTORY = directory()
VOCABULARY = Vocabulary()


@pytest.fixture(scope="module")
def readings(corpus: Callable[[int], Path]) -> list[Reading]:
    return read_folder(corpus(7))


@pytest.fixture(scope="module")
def records(readings: list[Reading]) -> list[Record]:
    return [reading.record for reading in readings if reading.record]


@pytest.fixture(scope="module")
def standings(records: list[Record]) -> list[Standing]:
    return [standing(record) for record in records]


def count(standings: list[Standing], text: str) -> int:
    query = parse(text, VOCABULARY)
    return sum(query.matches(each, TODAY) for each in standings)


def test_all_real_records_parse(readings: list[Reading]) -> None:
    assert (len(readings), sum(reading.record is None for reading in readings)) == (1587, 0)


def test_the_first_commit_holds_310_records_that_all_parse(corpus: Callable[[int], Path]) -> None:
    assert [reading.record is not None for reading in read_folder(corpus(1))] == [True] * 310


def test_the_recorded_statuses_are_counted_right(records: list[Record]) -> None:
    assert Counter(record.status for record in records) == {"追蹤中": 597, "已延宕": 559, "已達成": 431}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("is:overdue", 558),
        ("法務部", 43),
        ("法務部 overdue", 12),
        ("衛生福利部", 225),
        ("衛生福利部 overdue", 80),
        ("農業部", 120),
        ("農業部 overdue", 37),
        ("status:已達成 is:unsupported", 321),
    ],
)
def test_a_question_is_answered_by_as_many_records_as_counted(
    standings: list[Standing], text: str, number: int
) -> None:
    assert count(standings, text) == number


def test_three_of_four_verdicts_are_unsupported(records: list[Record]) -> None:
    assert sum(unsupported(record) for record in records if record.status == ACHIEVED) == 321


def test_so_many_ai_citations_are_older_than_the_records_own_letter(records: list[Record]) -> None:
    flags = [
        flag.flag
        for record in records
        for citation in record.citations
        if citation.judgement and (flag := citation_flag(record, citation))
    ]
    assert flags.count(PREDATES) == 2030


@pytest.mark.parametrize(
    ("path", "document", "hold"),
    [
        ("環境保護/2023-提高鋰電池補貼.md", date(2021, 9, 30), True),
        ("醫療衛生/2020-印尼移工集中檢疫.md", date(2021, 1, 4), True),
        ("教育/2021-學校防疫物資補助.md", date(2021, 9, 29), True),
        ("社會福利/2021-健保國民年金影響.md", date(2021, 12, 13), True),
        ("其他/2022-檢疫縮短10天.md", date(2022, 3, 29), True),
        ("社會福利/2023-影像下架合作.md", date(2020, 3, 12), False),
        ("交通建設/2021-大型車駕駛人考驗.md", date(2020, 12, 30), False),
    ],
)
def test_an_older_letter_can_be_right_only_where_the_act_is_older_still(
    records: list[Record], path: str, document: date, hold: bool
) -> None:
    record = next(record for record in records if record.path == path)
    found = verdict_grounds(record, record.letter.text)
    assert {known.hold for known in found if known.document == document} == {hold}


def test_a_draft_is_no_grounds_for_an_older_letter(records: list[Record]) -> None:
    record = next(record for record in records if record.path == "交通建設/2026-汰舊換新貨物稅.md")
    assert not verdict_grounds(record, record.letter.text)


def test_so_many_cited_letters_speak_of_something_else_or_lie_before_what_the_summary_tells(
    records: list[Record],
) -> None:
    texts = {record.letter.key or "": record.letter.full_text for record in records if record.letter.text}
    flags = [flag.flag for record in records for flag in verdict_flags(record, texts)]
    assert (flags.count("not_in_text"), flags.count("later_than_document")) == (78, 155)


def test_the_odd_files_are_reported(readings: list[Reading]) -> None:
    found = Counter(problem.code for problem in find_problems(readings))
    # three words of the AI are none of its three; two letters' numbers have eleven digits, in four files; two of the six files that cite one letter date it otherwise
    assert found == {
        "shared_id": 12,
        "unreadable_date": 1,
        "unknown_agency": 9,
        "letter_date": 4,
        "letter_days": 2,
        "entry_field": 3,
        "other_folder": 7,
        "other_subject": 2,
    }


def test_twenty_target_dates_are_in_roc_years(records: list[Record]) -> None:
    assert sum(bool(record.target and not (record.target_text or "").startswith("2")) for record in records) == 20


def test_most_records_have_no_target_date(records: list[Record]) -> None:
    assert sum(record.target_text is None for record in records) == 786


def test_the_agency_field_is_counted_right(records: list[Record]) -> None:
    named = Counter(record.agency_text for record in records)
    assert (named[None], len(named)) == (117, 151)  # empty counts as one of the spellings


def test_more_than_99_of_100_records_that_name_somebody_name_known_bodies(records: list[Record]) -> None:
    named = [record.agency_text for record in records if DIRECTORY.resolve(record.agency_text)]
    unknown = Counter(name for text in named for name in DIRECTORY.unknown(text))
    assert len(named) == 1460
    assert unknown == {"原住民族事務委員會": 5, "經濟部標準局": 4}  # 1,451 of 1,460 resolve, 99.4 %


def test_what_an_unknown_name_may_mean_is_suggested() -> None:
    assert DIRECTORY.suggest("原住民族事務委員會")[0] == "原住民族委員會"
    assert DIRECTORY.suggest("經濟部標準局")[0] == "標準檢驗局"


def test_ten_records_name_nobody_in_words(records: list[Record]) -> None:
    assert sum(bool(record.agency_text) and not DIRECTORY.resolve(record.agency_text) for record in records) == 10


def test_every_letter_is_known_by_a_number_of_one_of_five_forms(records: list[Record]) -> None:
    forms = Counter((letter.number or "").partition("字第")[0] for letter in _letters(records))
    assert forms == {"院臺專": 3123, "院臺施": 1260, "院授主預社": 10, "院授主預國": 6, "院授主預彙": 6}


def test_every_cited_letter_is_dated(records: list[Record]) -> None:
    assert all(letter.date for letter in _letters(records))


def test_all_but_two_replies_name_who_asked(records: list[Record]) -> None:
    held = [record.letter for record in records if record.letter.text]
    assert (len(held), sum(bool(letter.legislators) for letter in held)) == (1277, 1275)


def test_every_reply_has_its_place_in_the_gazette(records: list[Record]) -> None:
    assert all(record.letter.ordinal for record in records if record.letter.text)


def test_no_reply_states_a_committee(records: list[Record]) -> None:
    assert [record.path for record in records if record.letter.committee] == []


def test_the_letter_holds_a_sentence_near_to_every_promise_but_three_that_only_the_question_holds(
    records: list[Record],
) -> None:
    held = [record for record in records if record.letter.text]
    assert sum(not nearest_sentence(record.letter.text, record.promise) for record in held) == 3


def test_so_many_records_share_most_of_their_text_with_another(records: list[Record]) -> None:
    groups = alike.groups((record.path, record.letter.key, record.promise) for record in records)
    assert (len(groups), len(set(groups.values()))) == (483, 219)


def test_46_pairs_that_share_most_of_their_text_are_both_achieved_and_delayed(records: list[Record]) -> None:
    by_letter: dict[str | None, list[Record]] = defaultdict(list)
    for record in records:
        by_letter[record.letter.key].append(record)
    alike_pairs = [
        (one, other)
        for members in by_letter.values()
        for one, other in combinations(members, 2)
        if alike.groups((record.path, record.letter.key, record.promise) for record in (one, other))
    ]
    pairs = [{one.status, other.status} for one, other in alike_pairs]
    assert (len(pairs), pairs.count({ACHIEVED, DELAYED})) == (329, 46)
    # six of them share most with one that shares more with others
    assert len({one.path for pair in alike_pairs for one in pair}) == 487


def test_the_letters_reach_as_far_as_2022_05_18(records: list[Record]) -> None:
    assert max(letter.date for letter in _letters(records) if letter.date) == date(2022, 5, 18)


def test_every_own_letter_is_dated(records: list[Record]) -> None:
    assert all(record.letter.date for record in records)


def test_all_that_justice_has_overdue_has_a_doubtful_deadline(standings: list[Standing]) -> None:
    assert count(standings, "法務部 is:overdue is:doubtful") == 12


def test_one_deadline_in_three_is_clear(records: list[Record]) -> None:
    texts = {record.letter.key: record.letter.text for record in records if record.letter.text}
    found = Counter(read_deadline(record, texts.get(record.letter.key, "")).kind for record in records)
    assert found == {"clear": 267, "doubtful": 533, "none": 787}


def test_a_decision_touches_only_the_lines_it_may_in_every_real_record(readings: list[Reading]) -> None:
    wrong = [reading.path for reading in readings if reading.record and not _is_clean(reading, reading.record)]
    assert wrong == []


def _letters(records: list[Record]) -> list[Letter]:
    return [letter for record in records for letter in (record.letter, *(each.letter for each in record.citations))]


def _is_clean(reading: Reading, record: Record) -> bool:
    made = decision(
        record=record.id, judged=record.status, outcome="decline" if record.status == ACHIEVED else "accept"
    )
    edited = write_decision(reading.path, reading.text, made)
    lines = difflib.SequenceMatcher(None, old := reading.text.split("\n"), new := edited.split("\n"), autojunk=False)
    for kind, start, end, new_start, new_end in lines.get_opcodes():
        if kind == "replace" and all(line.startswith(("status:", "last_updated:")) for line in old[start:end]):
            continue
        added = [line for line in new[new_start:new_end] if line]
        if kind == "insert" and len(added) == 7 and added[0].startswith("### ") and "d-1" in added[-1]:
            continue
        if kind != "equal":
            return False
    return write_decision(reading.path, edited, made) == edited
