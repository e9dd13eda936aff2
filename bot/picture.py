"""Charts as pictures: horizontal bars that can be read on a phone, with the caveat and the dates drawn into them."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator
from functools import cache
from importlib.resources import files
from itertools import groupby

from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from handlers.message import Chart

WIDTH = 1080
"""Pixels; a phone shows a picture about 390 points wide, so that TEXT is read there like its own 13-point text."""

TEXT, TITLE, SMALL = 34, 46, 28
_MARGIN, _LINE, _BAR, _GAP = 48, 1.4, 44, 26
_LABEL_WIDTH = 330
_INK, _FAINT, _PAPER = "#1f2933", "#52606d", "#ffffff"
_COLOURS = ("#1b7f5c", "#3f7cac", "#e0a030", "#c8d0d8")
"""Told apart in grey, too, and with each kind of colour blindness; none is red: a bar accuses nobody. Green is people's word."""

_SMALLEST = 24
"""Pixels to which a label is made smaller before it is cut."""

FACES = tuple(
    files("justmytype_intl_cjk").joinpath(f"fonts/ofl/notosans{region.casefold()}/NotoSans{region}[wght].ttf")
    for region in ("TC", "SC", "JP", "KR")
)
"""Taiwan's forms first; the records also hold a few characters of other regions (关, 産)."""

_UNBROKEN = re.compile(r"[!-~]+\s*|.", re.DOTALL)

LACKING = "〓"
"""The printers' sign for a character that no face has."""


def draw(chart: Chart) -> bytes:
    """The chart as PNG; as high as its bars need."""
    title = wrap(chart.title, TITLE, WIDTH - 2 * _MARGIN)
    caveat = wrap(chart.caveat, SMALL, WIDTH - 2 * _MARGIN)
    legend = _legend_rows(chart)
    height = 2 * _MARGIN + int(len(title) * TITLE * _LINE) + int(len(legend) * SMALL * 1.7) + _GAP
    height += len(chart.bars) * (_BAR + _GAP) + int((len(caveat) + 1) * SMALL * _LINE) + _GAP
    image = Image.new("RGB", (WIDTH, height), _PAPER)
    pen = ImageDraw.Draw(image)
    top: float = _MARGIN
    for line in title:
        _write(pen, (_MARGIN, top), line, TITLE, _INK)
        top += TITLE * _LINE
    for row in legend:
        for left, colour, name in row:
            pen.rectangle((left, top + 8, left + SMALL, top + 8 + SMALL), fill=colour)
            _write(pen, (left + SMALL + 10, top), name, SMALL, _INK)
        top += SMALL * 1.7
    top = _bars(pen, chart, top + _GAP)
    for line in caveat:
        _write(pen, (_MARGIN, top), line, SMALL, _INK)
        top += SMALL * _LINE
    _write(pen, (_MARGIN, top), chart.source, SMALL, _FAINT)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def describe(chart: Chart) -> str:
    """The picture in words, for those who can't see it: the numbers stand in the message that it comes with."""
    return "\n".join((chart.title, " / ".join(chart.legend), chart.caveat, chart.source))


def _bars(pen: ImageDraw.ImageDraw, chart: Chart, top: float) -> float:
    """Draw the bars, each with its numbers behind it; where the next line begins."""
    most = max((sum(bar.parts) for bar in chart.bars), default=0) or 1
    room = WIDTH - 2 * _MARGIN - _LABEL_WIDTH - 120
    for bar in chart.bars:
        left: float = _MARGIN + _LABEL_WIDTH
        sizes = (size for size in range(TEXT, _SMALLEST, -2) if _length(bar.label, size) <= _LABEL_WIDTH - 16)
        size = next(sizes, _SMALLEST)
        _write(pen, (_MARGIN, top - 2), _fit(bar.label, size, _LABEL_WIDTH - 16), size, _INK)
        for part, colour in zip(bar.parts, _colours(chart), strict=False):
            width = room * part / most
            if width:
                pen.rectangle((left, top, left + max(width - 1, 1), top + _BAR), fill=colour)
                told = str(part)
                if width > _length(told, SMALL) + 12:
                    _write(pen, (left + 6, top + 3), told, SMALL, _INK if colour in _COLOURS[2:] else _PAPER)
            left += width
        told = str(sum(bar.parts)) if chart.adds_up else " / ".join(map(str, bar.parts))
        _write(pen, (left + 10, top - 2), told, TEXT, _INK)
        top += _BAR + _GAP
    return top


def _colours(chart: Chart) -> tuple[str, ...]:
    return _COLOURS if chart.adds_up else _COLOURS[1:]


def _legend_rows(chart: Chart) -> list[list[tuple[float, str, str]]]:
    rows: list[list[tuple[float, str, str]]] = [[]]
    left: float = _MARGIN
    for name, colour in zip(chart.legend, _colours(chart), strict=False):
        width = SMALL + 10 + _length(name, SMALL) + 32
        if left + width > WIDTH - _MARGIN and rows[-1]:
            rows.append([])
            left = _MARGIN
        rows[-1].append((left, colour, name))
        left += width
    return rows


def wrap(text: str, size: int, width: float) -> list[str]:
    """A text in lines of at most a width; Chinese may break anywhere, a Latin word only where it is wider than a line."""
    lines = [""]
    for word in _UNBROKEN.findall(text):
        pieces = [word] if _length(word.strip(), size) <= width else word
        for piece in pieces:
            if _length((lines[-1] + piece).rstrip(), size) > width:
                lines.append("")
            lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def _fit(text: str, size: int, width: float) -> str:
    """A text cut to a width, with a mark where it was cut."""
    if _length(text, size) <= width:
        return text
    while text and _length(text + "…", size) > width:
        text = text[:-1]
    return text + "…"


def _write(pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, fill: str) -> None:
    """Draw a line of text, each character in the first face that has it."""
    left, top = at
    for told, font in _runs(text, size):
        # the faces stand on one line: their upper edges differ
        pen.text((left, top + _font(0, size).getmetrics()[0]), told, font=font, fill=fill, anchor="ls")
        left += font.getlength(told)


def _length(text: str, size: int) -> float:
    """How many pixels a line of text takes."""
    return sum(font.getlength(told) for told, font in _runs(text, size))


def _runs(text: str, size: int) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    """A text in the pieces that one face draws."""
    for face, run in groupby(text, key=face_of):
        characters = list(run)
        told = "".join(characters) if face is not None else LACKING * len(characters)
        yield told, _font(face or 0, size)


def face_of(character: str) -> int | None:
    """The number of the first face that has a character; None where none has it."""
    return next((number for number, held in enumerate(_held()) if ord(character) in held), None)


@cache
def _held() -> tuple[Collection[int], ...]:
    return tuple(TTFont(io.BytesIO(face.read_bytes()), lazy=True).getBestCmap().keys() for face in FACES)


@cache
def _font(face: int, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(io.BytesIO(FACES[face].read_bytes()), size)
    font.set_variation_by_axes([500])
    return font
