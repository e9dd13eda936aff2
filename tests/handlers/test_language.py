from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from handlers.language import CATALOGUES, CHINESE, LANGUAGES, Voice, known, say, say_n, speaking

ROOT = Path(__file__).parents[2]
SPEAKING = ("records", "handlers", "bot")
KEYWORDS = {"say": None, "say_in": (2,), "say_n": (1, 1), "N_": None, "QuestionError": None, "Refused": None}
TRANSLATED = [code for code in LANGUAGES if code != CHINESE]

HAN = re.compile("[\u3400-\u9fff]")
CHINESE_MARKS = re.compile("[，。；：！？（）「」、　]")

TYPED_OR_READ = {
    "handlers/answer.py": "the words that begin a message",
    "handlers/as_of.py": "how an earlier day is asked for, and fields of a record",
    "handlers/ask.py": "words that people type",
    "handlers/grant.py": "words that people type",
    "handlers/history.py": "fields of a record",
    "handlers/language.py": "what languages call themselves, and how dates are written in Chinese",
    "handlers/letter.py": "Chinese numerals",
    "handlers/sharing.py": "a request to an agency, in its own language",
    "handlers/own_words.py": "words that people type",
    "handlers/press.py": "words that people type",
    "handlers/queue.py": "words that people type",
    "handlers/spoken.py": "words that people type",
    "handlers/statistics.py": "words that people type",
    "handlers/submit.py": "words that people type",
    "handlers/voices.py": "words that people type",
    "handlers/watch.py": "words that people type",
    "handlers/watchlist.py": "words that people type",
    "handlers/week.py": "words that people type",
    "bot/attached.py": "words that people type",
    "bot/cli.py": "the product's name, and words that people type",
    "bot/cli_review.py": "the product's name",
    "bot/demo.py": "words that people type, and a record's lines",
    "bot/setting_values.py": "words that operators write",
    "bot/slack_form.py": "the product's name",
}
"""Where Chinese stands in the code that is not said."""


def _said() -> Iterator[tuple[str, ...]]:
    for folder in SPEAKING:
        for _, _, found, _, _ in extract_from_dir(ROOT / folder, method_map=[("**.py", "python")], keywords=KEYWORDS):
            yield found if isinstance(found, tuple) else (found,)


def _written() -> Iterator[str]:
    for _, call in _calls(*KEYWORDS):
        yield from (
            one.value
            for one in call.args
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and HAN.search(one.value)
        )


def _catalogue(language: str) -> Catalog:
    with (CATALOGUES / language / "LC_MESSAGES" / "nuoyan.po").open("rb") as source:
        return read_po(source, locale=language)


def _messages(language: str) -> list[Message]:
    return [message for message in _catalogue(language) if message.id]


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _texts(either: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (either,) if isinstance(either, str) else tuple(either or ())


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_in_the_catalogue_and_none_is_there_in_vain(language: str) -> None:
    said = {texts[0] for texts in _said()}
    unseen = {text for text in _written() if text not in said}
    assert not unseen, "the extractor does not look into f-strings"
    kept = {_texts(message.id)[0] for message in _messages(language)}
    assert sorted(said - kept) == [], "missing: make catalogues, then translate"
    assert sorted(kept - said) == [], "said nowhere: make catalogues"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_with_the_same_places(language: str) -> None:
    for message in _messages(language):
        assert not message.fuzzy, message.id
        for text in _texts(message.string):
            assert text, f"not translated: {message.id}"
            assert _places(text) == _places(_texts(message.id)[0]), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_that_counts_has_a_singular_and_a_plural(language: str) -> None:
    counting = {texts[0] for texts in _said() if len(texts) > 1}
    plural = {message.id[0] for message in _messages(language) if isinstance(message.id, tuple)}
    assert counting == plural


def test_english_has_no_chinese_punctuation() -> None:
    for message in _messages("en"):
        for text in _texts(message.string):
            assert not CHINESE_MARKS.search(text), text


def test_each_sentence_is_given_exactly_the_values_that_it_has_places_for() -> None:
    for path, call in _calls("say", "say_n", "say_in", "QuestionError"):
        texts = [one for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if not texts or any(keyword.arg is None for keyword in call.keywords):
            continue
        given = {str(keyword.arg) for keyword in call.keywords} | ({"n"} if _name(call) == "say_n" else set())
        assert _places(str(texts[-1].value)) == given, f"{path}:{call.lineno}"


def test_no_sentence_bypasses_the_catalogues() -> None:
    for path, tree in _sources():
        place = path.relative_to(ROOT).as_posix()
        if place.startswith("records/") or place == "handlers/sharing.py":
            continue
        sentence = re.compile("[㐀-鿿][，。！？]") if place in TYPED_OR_READ else HAN
        said = {id(part) for _, call in _calls_in(path, tree, *KEYWORDS) for part in ast.walk(call)}
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and sentence.search(text) and not {id(node)} & (said | told):
                raise AssertionError(f"{place}: {text}")


def test_a_place_where_chinese_is_no_sentence_has_some() -> None:
    for place in TYPED_OR_READ:
        assert HAN.search((ROOT / place).read_text("utf-8"))


def test_a_sentence_counts_in_its_language() -> None:
    with speaking(Voice("en")):
        assert [say_n("｜剩 {n} 天", n) for n in (1, 2)] == [" | 1 day left", " | 2 days left"]
    assert say_n("｜剩 {n} 天", 1) == "｜剩 1 天"


def test_what_is_spoken_ends_with_its_block() -> None:
    with speaking(Voice("en")):
        assert say("沒有相符的承諾。") == "No commitments match."
    assert say("沒有相符的承諾。") == "沒有相符的承諾。"


def test_a_value_is_never_read_as_a_sentence_with_places() -> None:
    assert say("已靜音：{title}", title="{0} {title} %s") == "已靜音：{0} {title} %s"


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("zh-hant", CHINESE),
        ("zh-TW", CHINESE),
        ("zh_CN", CHINESE),
        ("zh", CHINESE),
        ("en", "en"),
        ("en-US", "en"),
        ("en_GB", "en"),
        ("ja", ""),
        ("", ""),
        ("x", ""),
        ("中文", ""),
    ],
)
def test_a_platforms_code_is_one_of_our_languages_or_none(code: str, language: str) -> None:
    assert known(code) == language


def _sources() -> Iterator[tuple[Path, ast.Module]]:
    for folder in SPEAKING:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text("utf-8"))


def _calls(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    for path, tree in _sources():
        yield from _calls_in(path, tree, *names)


def _calls_in(path: Path, tree: ast.Module, *names: str) -> Iterator[tuple[Path, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node) in names:
            yield path, node


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def test_a_sentence_with_a_number_stands_where_it_is_said() -> None:
    for file in sorted(path for folder in ("handlers", "bot") for path in (ROOT / folder).glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say_n":
                told = node.args[0]
                assert isinstance(told, ast.Constant | ast.IfExp), f"{file.name}:{node.lineno}"
