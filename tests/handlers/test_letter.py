"""A reply by its number, a gazette file by its address, and the promises taken from them."""

from __future__ import annotations

from handlers.message import plain
from records.query import Query
from store import commitments, matching
from tests.handlers.answers import LONG, many, press
from tests.handlers.conftest import Newsroom
from tests.sample import asks, noon, progress, record_text


def test_an_address_that_comes_with_words_is_the_gazette_files(on_sqlite: Newsroom) -> None:
    many(on_sqlite, 2)
    with on_sqlite.database.read() as tx:
        url = commitments.standings(tx, [1])[0].url
    assert "這是一個公報檔" in on_sqlite.happens(asks(f"看這個 {url} 謝謝", "2026-03-20")).title


def test_an_address_in_any_form_is_the_same_gazette_file(on_sqlite: Newsroom) -> None:
    many(on_sqlite, 2)
    with on_sqlite.database.read() as tx:
        url = commitments.standings(tx, [1])[0].url or ""
    shown = on_sqlite.happens(asks(url, "2026-03-20"))
    bare = url.removeprefix("https://")
    host, _, path = bare.partition("/")
    for form in (f"http://{bare}?x=1#y", f"HTTPS://{host.upper()}/{path}", f"這個連結{url}是什麼", f"<{url}>"):
        assert on_sqlite.happens(asks(form, "2026-03-20")).title == shown.title, form


def test_a_reply_is_found_as_the_records_write_it(on_sqlite: Newsroom) -> None:
    many(on_sqlite, 2)
    for text in ("（行政院函　中華民國112年3月8日院臺專字第1129900001號）", "1129900001"):
        assert "院臺專字第1129900001號" in on_sqlite.happens(asks(text, "2026-03-20")).title


def test_a_letters_number_shows_the_letter_with_its_promises_and_who_cites_it(on_sqlite: Newsroom) -> None:
    other = record_text(
        id="2" * 8,
        title="引用它的",
        letter="（行政院函　中華民國112年3月1日院臺專字第1129900055號）",
        entries=progress("（行政院函　中華民國112年3月8日院臺專字第1129900001號）"),
    )
    on_sqlite.sync("2026-03-20", {"a.md": record_text(reply=f"{LONG}{'增設路燈。' * 500}"), "b.md": other})
    shown = on_sqlite.happens(asks("院臺專字第1129900001號", "2026-03-20"))
    text = plain(shown)
    for part in (
        "日期　2023-03-08",
        "質詢　王大明委員",
        "從這件答復擷取的承諾（1）",
        "引用這件公文的其他紀錄（1）\n2 引用它的",
    ):
        assert part in text, part
    whole = press(on_sqlite, shown, "公文全文")
    second = press(on_sqlite, whole, "下一頁")
    assert (whole.place, second.place) == ("reply", "edit")
    assert "（2/2）" in second.title


def test_the_address_of_a_gazette_file_is_never_this_record(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    with on_sqlite.database.read() as tx:
        [standing] = matching.find(tx, Query(), noon("2026-03-20").date(), limit=1)
    shown = on_sqlite.happens(asks(standing.url or "", "2026-03-20"))
    assert shown.title == "這是一個公報檔，內含 1 件收錄的答復"


def test_a_gazette_file_shows_all_its_replies_page_by_page(on_sqlite: Newsroom) -> None:
    many(on_sqlite, 45)
    with on_sqlite.database.read() as tx:
        url = commitments.standings(tx, [1])[0].url or ""
    first = on_sqlite.happens(asks(url, "2026-03-20"))
    second = press(on_sqlite, first, "下一頁")
    third = press(on_sqlite, second, "下一頁")
    shown = plain(first) + plain(second) + plain(third)
    assert all(f"院臺專字第11299{n:05d}號" in shown for n in range(45))
    assert ("第 41–45 件，共 45 件" in plain(third), third.place) == (True, "edit")
    assert plain(press(on_sqlite, third, "上一頁")) == plain(second)
