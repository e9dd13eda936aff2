"""Finding words of one, two or more characters: pairs of characters as a prefilter, then the words themselves.

Trigram indexes can't find two-character words, and LIKE alone costs 100 times more at ten times the corpus.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    TextClause,
    bindparam,
    cast,
    column,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from records.words import goes_on_as, is_latin, needed_pairs, pairs
from store.engine import Transaction, batched, insert_rows
from store.schema import commitments, search

_held = commitments.alias("held")
_FTS = table("search", column("rowid"), column("pairs"))


def index(tx: Transaction, texts: Sequence[tuple[int, str]]) -> None:
    """Index (commitment, folded text) pairs that are not indexed yet."""
    if tx.dialect.name == "sqlite":
        insert_rows(
            tx, _FTS, [{"rowid": key, "pairs": " ".join(dict.fromkeys(pairs(searched)))} for key, searched in texts]
        )
    elif texts:
        statement = text(
            "INSERT INTO search (commitment, pairs) VALUES (:key, array_to_tsvector(CAST(:pairs AS text[])))"
        )
        tx.execute(statement, [{"key": key, "pairs": pairs(searched)} for key, searched in texts])


def forget(tx: Transaction, keys: Iterable[int]) -> None:
    """Take commitments out of the index."""
    key = literal_column("rowid") if tx.dialect.name == "sqlite" else search.c.commitment
    for some in batched(list(keys)):
        tx.execute(delete(search).where(key.in_(some)))


def contains(dialect: str, column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """The condition that a column holds a text, letter for letter: LIKE has wildcards, and on SQLite no case."""
    find = func.instr if dialect == "sqlite" else func.strpos
    return find(column, text) > 0


def holds(dialect: str, words: Sequence[str]) -> ColumnElement[bool]:
    """The condition that a commitment's text holds one of some folded words, for a statement on `commitments`.

    A word that is a pair is in a text where the pair is; of the others the texts themselves are read.
    """
    pairs_alone = [
        word for word in words if needed_pairs(word) == ([word], []) and not is_latin(word) and word.isalnum()
    ]
    rest = [word for word in words if word not in pairs_alone]
    found = [commitments.c.key.in_(_matching(dialect, pairs_alone))] if pairs_alone else []
    if not all(any(needed_pairs(word)) for word in rest):
        return or_(*found, _holds_one(dialect, commitments.c.searched, rest))
    if rest:
        # read apart, so that the question itself may stay within an index
        read = _holds_one(dialect, _held.c.searched, rest)
        held = select(_held.c.key).where(_held.c.key.in_(_matching(dialect, rest)), read)
        found.append(commitments.c.key.in_(held))
    return or_(*found)


def _matching(dialect: str, words: Sequence[str]) -> TextClause | Select[tuple[int]]:
    """The commitments whose texts hold all pairs of one of some words."""
    needed = [needed_pairs(word) for word in words]
    if dialect == "sqlite":
        # every token is quoted, and holds only letters and digits that records.words let through
        each = (
            " ".join([*(f'"{pair}"' for pair in whole), *(f'"{head}"*' for head in heads)]) for whole, heads in needed
        )
        terms = " OR ".join(f"({one})" for one in each)
        return text("SELECT rowid FROM search WHERE search MATCH :terms").bindparams(
            bindparam("terms", terms, unique=True)
        )
    each = (
        " & ".join([*(f"'{pair}'" for pair in whole), *(f"'{head}':*" for head in heads)]) for whole, heads in needed
    )
    terms = " | ".join(f"({one})" for one in each)
    return select(search.c.commitment).where(search.c.pairs.op("@@")(cast(literal(terms, Text), TSQUERY)))


def _holds_one(dialect: str, column: ColumnElement[str], words: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(_stands_in(dialect, column, word) for word in words))


def _stands_in(dialect: str, column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """The condition that a text holds a word, as `records.words.holds` says."""
    if not is_latin(word):
        return contains(dialect, column, word)
    # nothing in such a word means anything in a pattern but the full stop
    around = literal(" ") + column + literal(" ")
    before, behind = f"[^{goes_on_as(word[0])}]", f"[^{goes_on_as(word[-1])}]"
    if dialect == "sqlite":
        return around.op("GLOB")(f"*{before}{word}{behind}*")
    return around.op("~")(f"{before}{word.replace('.', '[.]')}{behind}")
