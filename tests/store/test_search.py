"""Finding words: what holds a word is found, and nothing else, alike on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.policy import Policy
from records.query import Query
from records.words import fold, holds
from store import commitments, matching, search
from store.engine import Database
from tests.sample import record_text, write
from tests.store.steps import START, TODAY, load, load_many, take_over

PROMISE = '推動AI治理，執行率達95%，檔名a_b，路徑C:\\temp，與O\'Brien說"好"；臺鐵電車線／號誌（第2期）、50%~60%，𠮷野家'


def hold(database: Database, word: str) -> list[int]:
    """The keys of the commitments that hold a word."""
    with database.read() as tx:
        asked = Query(words=(fold(word),))
        found = matching.find(tx, asked, TODAY, limit=None, with_no_promises=True)
    return sorted(standing.key for standing in found)


@pytest.mark.parametrize(
    "word",
    [
        "推",
        "推動",
        "推動AI治理",
        "治理",
        "A",
        "AI",
        "ai",
        "95%",
        "%",
        "a_b",
        "_",
        "C:\\temp",
        "\\",
        "O'Brien",
        "'",
        '"',
        '"好"',
        "；",
        "、",
        "／",
        "/",
        "(第2期)",
        "（第2期）",
        "台鐵",
        "臺鐵",
        "50%~60%",
        "𠮷",
        "𠮷野家",
        "電車線／號誌",
        "5",
        "，執行",
    ],
)
def test_a_word_that_stands_in_the_text_is_found(database: Database, folder: Path, policy: Policy, word: str) -> None:
    write(folder, "a.md", record_text(promise=PROMISE))
    take_over(database, folder, policy, START)
    assert len(hold(database, word)) == 1


@pytest.mark.parametrize(
    ("word", "is_there"),
    [
        *((word, True) for word in ("5G", "GW", "Taiwan", "PM2.5", "pm", "V-Watch", "11.25", "A", "T")),
        *((word, False) for word in ("AI", "5GW", "1.2", "M2.5X", "Watch V", "aiw", "15G", "Tai")),
    ],
)
def test_a_latin_word_is_found_whole(
    database: Database, folder: Path, policy: Policy, word: str, is_there: bool
) -> None:
    write(folder, "a.md", record_text(promise="Taiwan V-Watch設5G站，裝置11.25GW，PM2.5達標"))
    take_over(database, folder, policy, START)
    assert len(hold(database, word)) == is_there


@pytest.mark.parametrize(
    "word", ["9_%", "a%b", "axb", "95％以上", "推治", "動推", "BI", "C:/temp", "O''Brien", "i治 理", "野", "理推"]
)
def test_a_word_that_does_not_stand_in_the_text_is_not_found(
    database: Database, folder: Path, policy: Policy, word: str
) -> None:
    write(folder, "a.md", record_text(promise=PROMISE.replace("野家", "家")))
    take_over(database, folder, policy, START)
    assert hold(database, word) == []


def test_no_word_is_found_across_two_parts_of_a_record(database: Database, folder: Path, policy: Policy) -> None:
    write(folder, "a.md", record_text(title="增設路燈", promise="下架影像。"))
    take_over(database, folder, policy, START)
    assert hold(database, "燈下") == []


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_exactly_the_texts_that_hold_a_word_are_found(
    database: Database, folder: Path, policy: Policy, data: st.DataObject
) -> None:
    with database.read() as tx:
        loaded = bool(commitments.known(tx))
    if not loaded:
        load_many(database, folder, policy)
    with database.read() as tx:
        texts = {
            standing.key: standing.searched
            for standing in commitments.standings(tx, [item.key for item in commitments.known(tx) if not item.removed])
        }
    whole = "".join(texts.values()).replace("\n", " ")
    start = data.draw(st.integers(0, len(whole) - 1))
    taken = whole[start : start + data.draw(st.integers(1, 7))]
    mixed = st.text(st.sampled_from("路燈影像下架增設執行率的ab5 %_'\"\\/*:&|!()-^~、。"), min_size=1, max_size=4)
    any_text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=3)
    for typed in (taken, data.draw(mixed), data.draw(any_text)):
        if word := "|".join(filter(None, map(fold, typed.split("|")))):
            meant = sorted(key for key, text in texts.items() if any(holds(text, one) for one in word.split("|")))
            assert hold(database, word) == meant


def test_a_record_that_reads_otherwise_is_found_by_its_new_words_only(
    database: Database, folder: Path, policy: Policy
) -> None:
    write(folder, "a.md", record_text(promise="修建步道。"))
    take_over(database, folder, policy, START)
    write(folder, "a.md", record_text(promise="拆除圍牆。"))
    take_over(database, folder, policy, START)
    assert (hold(database, "步道"), len(hold(database, "圍牆"))) == ([], 1)


def test_a_record_that_came_back_is_found_again(database: Database, folder: Path, policy: Policy) -> None:
    keys = load(database, folder, policy)
    text = (folder / "0001.md").read_text()
    (folder / "0001.md").unlink()
    take_over(database, folder, policy, START)
    assert hold(database, "路燈") == []
    write(folder, "0001.md", text)
    take_over(database, folder, policy, START)
    assert hold(database, "路燈") == keys


def test_a_word_as_long_as_a_chat_message_is_no_error(database: Database, folder: Path, policy: Policy) -> None:
    load(database, folder, policy)
    assert hold(database, "".join(chr(0x4E00 + number) for number in range(4000))) == []


def test_what_is_forgotten_is_not_found_by_its_pairs(database: Database, folder: Path, policy: Policy) -> None:
    keys = load(database, folder, policy)
    with database.write() as tx:
        search.forget(tx, keys)
    assert hold(database, "路燈") == []
