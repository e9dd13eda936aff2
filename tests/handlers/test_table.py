"""A list as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from handlers.table import harmless
from tests.handlers.answers import press
from tests.handlers.conftest import Newsroom
from tests.sample import NEWER_LETTER, asks, record_text, verdict


@pytest.mark.parametrize("text", ["csv法務部", "csv 法務部", "法務部csv", "下載表格法務部"])
def test_a_table_is_asked_for_with_a_blank_or_without(on_sqlite: Newsroom, text: str) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": record_text(id="2" * 8, agency="內政部")})
    assert "1 件" in on_sqlite.happens(asks(text, "2026-03-20")).title


def test_a_table_opens_in_a_spreadsheet_with_its_caveats_and_without_formulas(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(title="=HYPERLINK(1)", status="已達成", entries=verdict())})
    for told in (
        on_sqlite.happens(asks("csv 法務部", "2026-03-20")),
        press(on_sqlite, on_sqlite.happens(asks("法務部", "2026-03-20")), "CSV"),
    ):
        assert told.file
        assert told.file.name == "諾言_法務部_公文至2023-03-08_資料2026-02-20.csv"
        assert told.file.content.startswith("\ufeff")
        [head, row] = csv.reader(io.StringIO(told.file.content[1:]))
        cells = dict(zip(head, row, strict=True))
        assert "佐證不足不代表沒做到" in head[0]
        assert cells["標題"] == "'=HYPERLINK(1)"
        assert cells["判定狀態"] == "AI 判定達成·未經人工複核（佐證不足）"
        assert (cells["公文收錄至"], cells["資料版本"]) == ("2023-03-08", "2026-02-20")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "　=1", "\r=1"])
def test_no_cell_of_a_table_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_a_table_counts_no_days_where_a_list_counts_none(on_sqlite: Newsroom) -> None:
    done = verdict(NEWER_LETTER).replace("[狀態變更]", "[進度更新]")
    company = record_text(id="2" * 8, title="第三方", agency="中國鋼鐵股份有限公司")
    files = {"a.md": record_text(title="已引用", entries=done), "b.md": company, "c.md": record_text(id="3" * 8)}
    on_sqlite.sync("2026-03-20", files)
    told = on_sqlite.happens(asks("csv 逾期", "2026-03-20"))
    assert told.file
    rows = list(csv.DictReader(io.StringIO(told.file.content[1:])))
    assert {row["標題"]: (row["已過天數（只算期限明確）"], row["疑點"]) for row in rows} == {
        "已引用": ("", "期限已過·AI 曾引用完成佐證，未複核"),
        "第三方": ("", "第三方，非行政機關"),
        "增設路燈": ("5", ""),
    }
