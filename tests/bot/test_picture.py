"""Charts as pictures: every character is drawn, the caveat stands in them, and they fit a phone."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from PIL import Image, ImageFont

from bot.picture import FACES, LACKING, TITLE, WIDTH, draw, face_of, wrap
from handlers.message import Bar, Chart
from records.agencies import directory

CHART = Chart(
    title="法務部及所屬：依答復年",
    legend=("已人工複核", "AI 判定達成·有較晚的公文", "AI 判定達成·佐證不足", "其他"),
    bars=(Bar(label="2021 年答復", parts=(1, 2, 3, 4)), Bar(label="2022 年答復", parts=(0, 0, 1, 0))),
    caveat="佐證不足：AI 判定所依據的公文都不晚於答復，不代表沒做到。",
    source="公文收錄至 2022-05-18·資料版本 2026-01-28｜諾言",
)


def _shape(face: int, character: str) -> bytes:
    """What a character looks like; a character that the font lacks looks like any other that it lacks."""
    font = _faces()[face]
    return bytes(font.getmask(character)) + str(font.getbbox(character)).encode()


@cache
def _faces() -> list[ImageFont.FreeTypeFont]:
    return [ImageFont.truetype(io.BytesIO(face.read_bytes()), 24) for face in FACES]


def test_every_character_of_the_real_records_is_drawn_and_none_is_an_empty_box(corpus: Callable[[int], Path]) -> None:
    told = "".join(path.read_text("utf-8") for path in corpus(7).rglob("*.md"))
    told += "".join(agency.name for agency in directory())
    characters = {one for one in told if "\u3400" <= one <= "\u9fff" or one in "，。、：；（）「」·｜0123456789"}
    assert len(characters) > 2000
    assert {one for one in characters if face_of(one) is None} == set()
    boxes = {_shape(face, "\ufdd0") for face in range(len(FACES))}
    assert {one for one in characters if _shape(face_of(one) or 0, one) in boxes} == set()


def test_a_character_that_no_face_has_is_told_from_an_empty_box() -> None:
    assert face_of("\u1200") is None
    assert face_of(LACKING) == 0
    assert _shape(0, "\u1200") == _shape(0, "\ufdd0") != _shape(0, LACKING)
    draw(Chart(title="ሀ😀关", legend=(), bars=(), caveat="", source=""))


def test_a_picture_is_as_wide_as_a_phone_needs_and_as_high_as_its_bars() -> None:
    low = Image.open(io.BytesIO(draw(CHART)))
    high = Image.open(
        io.BytesIO(draw(Chart(title="x", legend=CHART.legend, bars=CHART.bars * 20, caveat="y", source="z")))
    )
    assert low.size[0] == high.size[0] == WIDTH
    assert low.size[1] < high.size[1] < 10_000 - WIDTH, "Telegram takes photos of at most 10,000 for width and height"


def test_the_caveat_and_the_dates_are_drawn_into_the_picture() -> None:
    whole = Image.open(io.BytesIO(draw(CHART)))
    for without in (replace(CHART, caveat=""), replace(CHART, source="")):
        assert whole.tobytes() != Image.open(io.BytesIO(draw(without))).tobytes()
    assert whole.size != Image.open(io.BytesIO(draw(replace(CHART, caveat="很長。" * 40)))).size


def test_a_chart_without_numbers_or_with_long_names_is_drawn() -> None:
    draw(Chart(title="", legend=(), bars=(), caveat="", source=""))
    draw(
        Chart(
            title="長" * 200,
            legend=CHART.legend,
            bars=(Bar(label="很長的名字" * 9, parts=(0, 0, 0, 0)),),
            caveat="x",
            source="y",
        )
    )


def test_a_line_ends_between_words_and_no_word_is_lost() -> None:
    text = "Ministry of Health and Welfare (衛生福利部) and its bodies: by year of the reply"
    lines = wrap(text, TITLE, 980)
    assert len(lines) > 1
    assert " ".join(lines).split() == text.split()
    assert "".join(wrap("社會福利及衛生環境委員會" * 6, TITLE, 980)) == "社會福利及衛生環境委員會" * 6
    assert "".join(wrap("w" * 200, TITLE, 980)) == "w" * 200
