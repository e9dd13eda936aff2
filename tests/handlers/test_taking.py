"""Taking records over in batches: what a later file tells reaches the earlier ones, and what was read is remembered."""

from __future__ import annotations

import pytest

from handlers import synced, taking
from handlers.message import plain
from store import commitments, files
from tests.handlers.conftest import Newsroom
from tests.sample import REVIEWER, action_of, asks, noon, record_text, taps, verdict

CITED = "（行政院函　中華民國113年6月20日院臺專字第1139900021號）"
OTHER = "**主旨**：（四）行政院函送王委員大明就社會住宅問題所提質詢之書面答復，請查照案。\n\n王委員就社會住宅問題所提質詢，經查復如下：本年已完成社會住宅。"


def flags(room: Newsroom, path: str) -> list[str]:
    with room.database.read() as tx:
        (key,) = [item.key for item in commitments.known(tx, [path])]
        (standing,) = commitments.standings(tx, [key])
    return [flag.flag for flag in standing.flags]


def deadline(room: Newsroom, path: str) -> str:
    with room.database.read() as tx:
        (key,) = [item.key for item in commitments.known(tx, [path])]
        (standing,) = commitments.standings(tx, [key])
    return standing.deadline.kind


def citing() -> str:
    return record_text(status="已達成", entries=verdict(CITED, summary="已完成。"))


def cited() -> str:
    return record_text(id="22222222", letter=CITED, promise="完成社會住宅。", reply=OTHER)


def test_a_letter_that_arrives_later_is_held_against_the_verdicts_that_cite_it(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"a.md": citing()})
    assert "not_in_text" not in flags(newsroom, "a.md")
    newsroom.sync("2026-03-02", {"b.md": cited()})
    assert flags(newsroom, "a.md")[0] == "not_in_text"


def test_a_letter_in_a_later_batch_is_held_against_the_earlier_ones(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "BATCH", 1)
    newsroom.sync("2026-03-01", {"a.md": citing(), "b.md": cited()})
    assert flags(newsroom, "a.md")[0] == "not_in_text"


def test_a_letter_that_arrives_later_can_make_a_deadline_clear(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text(promise="增設路燈20盞。", reply="")})
    assert deadline(newsroom, "a.md") == "doubtful"
    newsroom.sync("2026-03-02", {"b.md": record_text(id="22222222")})
    assert deadline(newsroom, "a.md") == "clear"


@pytest.mark.parametrize("size", [1, 2, 2000])
def test_batches_of_any_size_give_the_same_groups_and_counts(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(taking, "BATCH", size)
    done = newsroom.sync("2026-03-01", {f"{n}.md": record_text(id=f"{n}" * 8) for n in range(3)})
    assert (done.records, done.added) == (3, 3)
    assert "同段承諾" in plain(newsroom.happens(asks("法務部")))


def test_a_file_that_was_read_is_not_read_again_until_it_changes(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text(), "b.md": "broken"})
    with on_sqlite.database.read() as tx:
        base = synced.compared_with(tx, "")
    assert list(on_sqlite.service(noon("2026-03-01")).source.read(base.revision, base.digests).readings) == []


def test_another_way_of_reading_reads_every_file_over_and_makes_no_news(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.sync("2026-03-01", {"a.md": citing(), "b.md": cited(), "c.md": record_text(id="3" * 8)})
    (newsroom.folder / "c.md").unlink()
    monkeypatch.setattr(synced, "way_of_reading", lambda: "another")
    done = newsroom.sync("2026-03-02")
    assert (done.changed, done.removed, dict(done.news), done.proposals) == (2, 1, {"removed": 1}, 0)
    assert newsroom.sync("2026-03-02").changed == 0


def test_a_file_that_is_gone_takes_its_problem_with_it(on_sqlite: Newsroom) -> None:
    assert on_sqlite.sync("2026-03-01", {"a.md": record_text(), "b.md": "broken"}).problems
    assert not on_sqlite.sync("2026-03-02", {"b.md": ""}).problems
    with on_sqlite.database.read() as tx:
        assert list(files.digests(tx)) == ["a.md"]


def test_an_agency_that_the_directory_does_not_know_is_reported_with_what_is_near(on_sqlite: Newsroom) -> None:
    (problem,) = on_sqlite.sync("2026-03-01", {"a.md": record_text(agency="法務布")}).problems
    assert (problem.code, problem.value) == ("unknown_agency", "法務布")
    assert "法務部" in problem.reason


def test_every_answer_says_how_old_data_is_that_was_not_read_for_days(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text()})
    assert "來源上次讀取" not in plain(on_sqlite.happens(asks("法務部", "2026-03-02")))
    for question in ("法務部", "11111111"):
        assert "來源上次讀取 2026-03-01（3 天前）" in plain(on_sqlite.happens(asks(question, "2026-03-04")))


def test_a_decision_that_no_longer_fits_its_file_is_told_to_the_reviewers_once(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text(target="2027-12-31")})
    judged = record_text(target="2027-12-31", status="已達成", entries=verdict())
    on_sqlite.sync("2026-03-02", {"a.md": judged})
    card = on_sqlite.happens(asks("複核", person=REVIEWER))
    accept = action_of(card, "部分達成")
    on_sqlite.happens(taps(accept, person=REVIEWER))
    (on_sqlite.folder / "a.md").write_text(judged.replace('"已達成"', '"無更新"'), "utf-8")
    for _ in range(2):
        on_sqlite.service(noon("2026-03-03")).feed.write_back()
    told = [plain(m) for messages in on_sqlite.due(noon("2026-03-03")).values() for m in messages]
    assert sum("沒有寫回檔案：增設路燈" in text for text in told) == 2  # one in each review room
    assert any("檔案的狀態已改為「無更新」" in text for text in told)


def test_a_source_that_overwrites_a_decided_status_is_told_on_the_new_card(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text(target="2027-12-31")})
    on_sqlite.sync("2026-03-02", {"a.md": record_text(target="2027-12-31", status="已達成", entries=verdict())})
    card = on_sqlite.happens(asks("複核", person=REVIEWER))
    accept = next(button for row in card.buttons for button in row if "採認達成" in button.label)
    on_sqlite.happens(taps(accept.action, person=REVIEWER))
    on_sqlite.sync("2026-03-03", {"a.md": record_text(target="2027-12-31", entries=verdict())})
    text = plain(on_sqlite.happens(asks("複核", "2026-03-03", REVIEWER)))
    assert "▍先前的複核" in text
    assert "✅ 採認達成｜複核人甲" in text
    assert "先前的決定仍然有效" in text


def test_the_admins_hear_of_past_entries_that_were_rewritten_and_nobody_else_does(on_sqlite: Newsroom) -> None:
    on_sqlite.happens(taps(on_sqlite.happens(asks("訂閱 法務部")).buttons[0][0].action))
    on_sqlite.sync("2026-03-01", {"a.md": record_text(entries=verdict(summary="已完成。"))})
    on_sqlite.sync("2026-03-02", {"a.md": record_text(entries=verdict(summary="另一種說法。"))})
    due = on_sqlite.due(noon("2026-03-03"))
    (told,) = due.pop(str(REVIEWER))
    assert told.title == "來源改寫了 1 筆紀錄的過往內容"
    assert "增設路燈（11111111）" in plain(told)
    assert "改寫" not in "".join(plain(message) for messages in due.values() for message in messages)


def asked(room: Newsroom) -> set[tuple[str, ...]]:
    with room.database.read() as tx:
        keys = [item.key for item in commitments.known(tx)]
        return {standing.legislators for standing in commitments.standings(tx, keys)}


def test_a_record_without_its_letter_is_attributed_by_another_one_of_that_letter(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text(reply="")})
    assert asked(newsroom) == {()}
    newsroom.sync("2026-03-02", {"b.md": record_text(id="22222222")})
    ((name,),) = asked(newsroom)
    assert "共 2 件" in plain(newsroom.happens(asks(name, "2026-03-03")))


ONE, OTHER_ONE = (
    record_text(id=f"{n}{n}111111-aaaa-4bbb-8ccc-000000000001", title=f"第{n}件", status="已達成", entries=verdict())
    for n in (1, 2)
)


def reviewed(room: Newsroom) -> dict[str, tuple[str, str]]:
    """(path, how it was reviewed) of what the source holds, by title."""
    with room.database.read() as tx:
        keys = [item.key for item in commitments.known(tx) if not item.removed]
        return {standing.title: (standing.path, standing.reviewed) for standing in commitments.standings(tx, keys)}


def decide_first(room: Newsroom) -> None:
    room.sync("2026-03-01", {"a.md": ONE, "b.md": OTHER_ONE})
    room.happens(taps("accept:1:1", person=REVIEWER))
    assert reviewed(room) == {"第1件": ("a.md", "accept"), "第2件": ("b.md", "none")}


def test_two_files_that_change_places_keep_their_own_decisions(newsroom: Newsroom) -> None:
    decide_first(newsroom)
    newsroom.sync("2026-03-03", {"a.md": OTHER_ONE, "b.md": ONE})
    assert reviewed(newsroom) == {"第1件": ("b.md", "accept"), "第2件": ("a.md", "none")}


def test_files_that_move_up_one_after_the_other_keep_their_own_decisions(newsroom: Newsroom) -> None:
    decide_first(newsroom)
    newsroom.sync("2026-03-03", {"a.md": "", "b.md": ONE, "c.md": OTHER_ONE})
    assert reviewed(newsroom) == {"第1件": ("b.md", "accept"), "第2件": ("c.md", "none")}


def test_another_record_at_a_path_that_was_left_has_no_decision_yet(newsroom: Newsroom) -> None:
    decide_first(newsroom)
    newsroom.sync("2026-03-03", {"a.md": ""})
    new = record_text(id="99999999", title="新的", status="已達成", entries=verdict())
    newsroom.sync("2026-03-04", {"a.md": new})
    assert reviewed(newsroom) == {"新的": ("a.md", "none"), "第2件": ("b.md", "none")}


def test_a_record_that_comes_back_at_another_path_keeps_its_decision(newsroom: Newsroom) -> None:
    decide_first(newsroom)
    newsroom.sync("2026-03-03", {"a.md": ""})
    newsroom.sync("2026-03-04", {"d.md": ONE})
    assert reviewed(newsroom) == {"第1件": ("d.md", "accept"), "第2件": ("b.md", "none")}
