"""What the source corrects, swaps, moves, links and breaks is taken over as it is by then."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from handlers import review, write_back
from handlers.message import plain
from handlers.policy import BREAKER
from handlers.taking import BATCH
from records.parse import examine
from store import commitments, files, letters, proposals, queue
from tests.handlers.conftest import Newsroom
from tests.sample import (
    NEWER_LETTER,
    OLDER_LETTER,
    OWN_LETTER,
    REVIEWER,
    asks,
    clock_at,
    noon,
    progress,
    record_text,
    verdict,
    write,
)

REPLY = "**主旨**：（三）行政院函送王委員大明就路燈問題所提質詢之書面答復，請查照案。\n\n王委員就路燈問題所提質詢，經交據法務部查復如下：{said}"


def _settle(newsroom: Newsroom, proposal: int, outcome: str, day: str = "2026-03-02") -> None:
    with newsroom.database.write() as tx:
        review.settle(tx, proposal, outcome, REVIEWER, "", newsroom.policy, noon(day))


def _answer(newsroom: Newsroom, text: str, day: str = "2026-03-05") -> str:
    return plain(newsroom.happens(asks(text, day)))


def test_a_letter_that_the_source_corrects_counts_as_it_is_corrected(newsroom: Newsroom) -> None:
    promise = "本部將增設路燈20盞。"
    before, after = (
        record_text(promise=promise, reply=REPLY.format(said=said))
        for said in ("將於115年3月15日前增設。", "尚無期程。")
    )
    other = record_text(id="2" * 8, title="另一件", promise="將設置步道。", reply="")
    newsroom.sync("2026-03-01", {"a.md": before, "b.md": other})
    assert "期限明確 2" in _answer(newsroom, "法務部")
    assert "共 2 件" in _answer(newsroom, "法務部 全文:日前增設")
    newsroom.sync("2026-03-02", {"a.md": after})
    assert "期限明確 0" in _answer(newsroom, "法務部")
    assert "共 2 件" in _answer(newsroom, "法務部 全文:尚無期程")
    assert "共 0 件" in _answer(newsroom, "法務部 全文:日前增設")


def test_a_letter_that_no_record_tells_of_any_more_counts_for_nothing(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text(), "b.md": record_text(id="2" * 8, entries=progress())})
    assert "公文收錄至 2024-06-20" in _answer(newsroom, "法務部")
    newsroom.sync("2026-03-02", {"b.md": ""})
    assert "公文收錄至 2023-03-08" in _answer(newsroom, "法務部")
    with newsroom.database.read() as tx:
        assert letters.find(tx, "院臺專字第1139900021號") is None


def test_a_passed_deadline_that_a_corrected_letter_does_not_state_waits_for_a_person(newsroom: Newsroom) -> None:
    before, after = (
        record_text(target="2026-02-15", promise="將增設路燈。", reply=REPLY.format(said=said))
        for said in ("將於115年2月15日前增設。", "尚無期程。")
    )
    same = record_text(id="2" * 8, title="另一件", target="2026-02-15", promise="將設置步道。", reply="")
    newsroom.sync("2026-03-01", {"a.md": before, "b.md": same})
    newsroom.sync("2026-03-02", {"a.md": after})
    with newsroom.database.read() as tx:
        assert sorted((one.commitment, one.origin) for one in queue.waiting(tx)) == [
            (1, "deadline"),
            (2, "deadline"),
        ]


def test_a_letters_place_that_comes_later_is_told_of_all_its_records_and_asks_nobody_again(on_sqlite: Newsroom) -> None:
    placed = record_text(id="2" * 8, title="另一件")
    without = placed.replace("（三）行政院", "行政院")
    claimed = record_text(reply="", status="已達成", entries=verdict(OWN_LETTER))
    on_sqlite.sync("2026-03-01", {"a.md": claimed, "b.md": without})
    with on_sqlite.database.read() as tx:
        before = proposals.find(tx, 1)
    on_sqlite.sync("2026-03-02", {"b.md": placed})
    with on_sqlite.database.read() as tx:
        assert proposals.find(tx, 1) == before
    card = on_sqlite.happens(asks("11111111", "2026-03-03"))
    assert "📜 公報原文（第三案）" in [button.label for row in card.buttons for button in row]


def test_a_mistyped_day_of_a_letter_is_forgotten_once_it_is_corrected(on_sqlite: Newsroom) -> None:
    wrong = record_text(entries=progress(NEWER_LETTER.replace("113年6月", "114年1月")))
    on_sqlite.sync("2026-03-01", {"a.md": wrong})
    assert "公文收錄至 2025-01-20" in _answer(on_sqlite, "法務部")
    on_sqlite.sync("2026-03-02", {"a.md": record_text(entries=progress())})
    assert "公文收錄至 2024-06-20" in _answer(on_sqlite, "法務部")


def test_a_letter_of_a_year_that_its_number_is_not_of_moves_nothing(on_sqlite: Newsroom) -> None:
    wrong = record_text(entries=progress(NEWER_LETTER.replace("113年", "211年")))
    done = on_sqlite.sync("2026-03-01", {"a.md": wrong})
    assert [problem.code for problem in done.problems] == ["letter_date"]
    assert "公文收錄至 2023-03-08" in _answer(on_sqlite, "法務部")


def test_records_that_share_an_id_keep_their_decisions_where_they_move_together(newsroom: Newsroom) -> None:
    texts = {
        "候車亭.md": record_text(title="候車亭"),
        "公路.md": record_text(title="公路", status="已達成", entries=verdict(OWN_LETTER)),
    }
    newsroom.sync("2026-03-01", {f"甲/{name}": text for name, text in texts.items()})
    _settle(newsroom, 1, "decline")
    moved = {f"甲/{name}": "" for name in texts} | {f"乙/{name}": text for name, text in texts.items()}
    done = newsroom.sync("2026-03-03", moved)
    assert (done.relocated, done.proposals, dict(done.news)) == (2, 0, {})
    assert "公路" in _answer(newsroom, "已複核")


def test_files_that_were_never_readable_count_for_the_breaker(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, breaker=dict(BREAKER))
    good = {f"{n}.md": record_text(id=f"{n:08x}") for n in range(40)}
    newsroom.sync("2026-03-01", good)
    held = newsroom.sync("2026-03-02", {f"odd{n}.md": "garbage" for n in range(3)}).held
    assert held is not None
    assert held.numbers["unreadable"] == 3


def test_a_source_that_lost_everything_is_not_refilled_unseen(on_sqlite: Newsroom) -> None:
    texts = {f"{n}.md": record_text(id=f"{n:08x}") for n in range(5)}
    on_sqlite.sync("2026-03-01", texts)
    on_sqlite.sync("2026-03-02", dict.fromkeys(texts, ""))
    on_sqlite.policy = replace(on_sqlite.policy, breaker=dict(BREAKER))
    assert on_sqlite.sync("2026-03-03", texts).held is not None


def test_a_decision_is_written_where_its_record_moved_to(on_sqlite: Newsroom) -> None:
    on_sqlite.policy = replace(on_sqlite.policy, writes_back=True)
    text = record_text(status="已達成", entries=verdict(OWN_LETTER))
    on_sqlite.sync("2026-03-01", {"甲/1.md": text})
    _settle(on_sqlite, 1, "decline")
    on_sqlite.sync("2026-03-03", {"甲/1.md": "", "乙/1.md": text})
    on_sqlite.service(clock_at("2026-03-03", "12:30")).feed.write_back()
    assert "人工複核" in (on_sqlite.folder / "乙/1.md").read_text()


def test_a_link_to_itself_stops_neither_the_sync_nor_other_decisions(on_sqlite: Newsroom) -> None:
    on_sqlite.policy = replace(on_sqlite.policy, writes_back=True)
    texts = {f"{n}.md": record_text(id=f"{n}" * 8, status="已達成", entries=verdict(OWN_LETTER)) for n in (1, 2)}
    on_sqlite.sync("2026-03-01", texts)
    _settle(on_sqlite, 1, "decline")
    _settle(on_sqlite, 2, "decline")
    (on_sqlite.folder / "1.md").unlink()
    (on_sqlite.folder / "1.md").symlink_to("1.md")
    on_sqlite.sync("2026-03-03")
    assert "人工複核" in (on_sqlite.folder / "2.md").read_text()


@pytest.mark.parametrize("how", ["removed", "unreadable", "linked"])
def test_no_patch_is_made_that_fits_no_file(on_sqlite: Newsroom, tmp_path: Path, how: str) -> None:
    text = record_text(status="已達成", entries=verdict(OWN_LETTER))
    on_sqlite.sync("2026-03-01", {"a.md": text})
    _settle(on_sqlite, 1, "decline")
    if how == "linked":
        (on_sqlite.folder / "elsewhere.txt").write_text(text)
        (on_sqlite.folder / "a.md").unlink()
        (on_sqlite.folder / "a.md").symlink_to("elsewhere.txt")
    on_sqlite.sync("2026-03-02", {"removed": {"a.md": ""}, "unreadable": {"a.md": "garbage"}, "linked": {}}[how])
    with on_sqlite.database.read() as tx:
        [(_, standing, _)] = write_back.decided(tx, on_sqlite.policy, noon("2026-03-01"), noon("2026-03-03"))
        assert write_back.why_no_patch(tx, standing)


def test_a_file_that_reads_needs_no_excuse(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text(status="已達成", entries=verdict(OWN_LETTER))})
    _settle(on_sqlite, 1, "decline")
    with on_sqlite.database.read() as tx:
        [(_, standing, _)] = write_back.decided(tx, on_sqlite.policy, noon("2026-03-01"), noon("2026-03-03"))
        assert write_back.why_no_patch(tx, standing) == ""
        kept = files.find(tx, "a.md")
    assert kept is not None
    assert not kept.is_link


def test_many_odd_things_in_one_file_are_told_at_once() -> None:
    odd = "".join(f"\n### h{n}\n" for n in range(20_000)) + progress("年" * 4000 + "月" * 4000)
    _, problems = examine("a.md", record_text(entries=odd))
    assert len(problems) == 20
    assert problems[-1].reason.startswith("19")


BY_DATE = "\n### 2026-03-16 [狀態變更]\n**狀態**：追蹤中 → 已延宕\n**原因**：目標日期 2026-03-15 已過\n"


def test_a_delay_by_date_asks_nobody_though_the_ai_reports_progress_the_same_night(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-10", {"a.md": record_text()})
    both = record_text(status="已延宕", entries=BY_DATE + progress())
    assert newsroom.sync("2026-03-16", {"a.md": both}).proposals == 0


def test_nothing_is_written_where_the_source_took_back_what_was_judged(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, writes_back=True)
    newsroom.sync("2026-03-01", {"a.md": record_text(status="已達成", entries=verdict(OLDER_LETTER))})
    with newsroom.database.write() as tx:
        review.settle(tx, 1, "decline", REVIEWER, "", newsroom.policy, clock_at("2026-03-01", "13:00"))
    newsroom.service(clock_at("2026-03-01", "14:00")).feed.write_back()
    declined = (newsroom.folder / "a.md").read_text()
    newsroom.sync("2026-03-01", at=clock_at("2026-03-01", "14:05"))
    again = declined.replace('status: "追蹤中"', 'status: "已達成"') + verdict(NEWER_LETTER)
    newsroom.sync("2026-03-02", {"a.md": again})
    with newsroom.database.write() as tx:
        [waits] = queue.waiting(tx)
        review.settle(tx, waits.id, "accept", REVIEWER, "", newsroom.policy, clock_at("2026-03-02", "13:00"))
    newsroom.sync("2026-03-02", {"a.md": declined}, at=clock_at("2026-03-02", "13:10"))
    newsroom.service(clock_at("2026-03-02", "14:00")).feed.write_back()
    assert (newsroom.folder / "a.md").read_text() == declined
    told = [plain(one) for some in newsroom.due(clock_at("2026-03-02", "14:01")).values() for one in some]
    assert any("沒有寫回檔案" in one for one in told)


def test_a_decision_follows_its_record_through_a_swap_of_files(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, writes_back=True)
    kept = record_text(status="已達成", entries=verdict(OLDER_LETTER))
    other = record_text(id="22222222", title="增設天橋")
    newsroom.sync("2026-03-01", {"a.md": kept, "b.md": other})
    with newsroom.database.write() as tx:
        review.settle(tx, 1, "decline", REVIEWER, "", newsroom.policy, clock_at("2026-03-01", "13:00"))
    write(newsroom.folder, "a.md", other)
    write(newsroom.folder, "b.md", kept)
    newsroom.service(clock_at("2026-03-01", "13:31")).feed.write_back()
    newsroom.sync("2026-03-01", at=clock_at("2026-03-01", "13:35"))
    newsroom.service(clock_at("2026-03-01", "13:40")).feed.write_back()
    assert "**結果**：不採認" in (newsroom.folder / "b.md").read_text()
    assert (newsroom.folder / "a.md").read_text() == other


def test_a_letters_subject_that_comes_later_says_who_asked(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text(reply="本部將於115年3月15日前增設路燈20盞。")})
    subject = (
        "**主旨**：行政院函送王委員大明就路燈問題所提質詢之書面答復，請查照案。\n\n本部將於115年3月15日前增設路燈20盞。"
    )
    newsroom.sync("2026-03-02", {"b.md": record_text(id="22222222", title="增設天橋", reply=subject)})
    with newsroom.database.read() as tx:
        assert {standing.legislators for standing in commitments.standings(tx, [1, 2])} == {("王大明",)}


def test_two_records_that_change_places_far_apart_keep_their_decisions(on_sqlite: Newsroom) -> None:
    """Each is read in another batch."""
    ids = {n: f"{n:08d}-aaaa-4bbb-8ccc-000000000001" for n in range(BATCH + 50)}
    texts = {f"{n:04}.md": record_text(id=id_, title=f"第{n}件") for n, id_ in ids.items()}
    on_sqlite.sync("2026-03-01", texts)
    first, last = min(texts), max(texts)
    touched = {
        path: text.replace('last_updated: "2026-02-20"', 'last_updated: "2026-03-01"') for path, text in texts.items()
    }
    swapped = {**touched, first: touched[last], last: touched[first]}
    done = on_sqlite.sync("2026-03-02", swapped)
    assert (done.added, done.removed, done.relocated) == (0, 0, 2)


@pytest.mark.parametrize("field", ["id", "category", "responsible_agency", "url"])
def test_no_value_is_so_long_that_a_database_refuses_all_the_others(newsroom: Newsroom, field: str) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text(), "b.md": record_text(id="2" * 8)})
    noise = hashlib.shake_256(b"noise").hexdigest(4000)
    long = re.sub(
        rf"^( *{field}: ).*$", rf'\g<1>"https://example.org/{noise}"', record_text(id="3" * 8), flags=re.MULTILINE
    )
    done = newsroom.sync("2026-03-02", {"c.md": long, "b.md": record_text(id="2" * 8, title="改過")})
    assert (done.changed, [problem.field for problem in done.problems]) == (1, [field])


def test_a_cited_address_of_any_length_is_reported_and_its_record_read(newsroom: Newsroom) -> None:
    noise = hashlib.shake_256(b"noise").hexdigest(4000)
    cites = re.sub(r"(\*\*來源連結\*\*：).*", rf"\g<1>https://example.org/{noise}", verdict())
    cites = re.sub(r"(\*\*文件編號\*\*：).*\n", "", cites)
    done = newsroom.sync("2026-03-01", {"a.md": record_text(status="已達成", entries=cites)})
    assert done.records == 1
    assert "來源連結" in [problem.field for problem in done.problems]
