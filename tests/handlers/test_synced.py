"""What a sync takes over, opens and tells; the real history gives the counts of its independent reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from handlers import review, synced
from handlers.found import understand
from records.folder import Folder
from store import commitments, matching, queue, watches
from tests.handlers.conftest import Newsroom
from tests.sample import (
    HOME,
    NEWER_LETTER,
    OLDER_LETTER,
    OWN_LETTER,
    REVIEWER,
    asks,
    noon,
    progress,
    record_text,
    taps,
    verdict,
)

FILE = "其他/路燈.md"


def _status(newsroom: Newsroom) -> tuple[str, str, str]:
    """The file's word, the effective status, and how that was reviewed, or what waits for review."""
    with newsroom.database.read() as tx:
        [standing] = commitments.standings(tx, [1])
    return standing.recorded, standing.status, "waiting" if standing.is_waiting else standing.reviewed


def test_the_first_load_makes_no_news_and_fills_the_backlog(newsroom: Newsroom) -> None:
    done = newsroom.sync("2026-03-01", {FILE: record_text(status="已達成", entries=verdict())})
    assert (done.records, done.added, dict(done.news), done.proposals, done.queued) == (1, 1, {}, 0, 0)
    with newsroom.database.read() as tx:
        assert [proposal.origin for proposal in queue.waiting(tx, backlog=True)] == ["verdict"]
        assert queue.waiting(tx, backlog=False) == []


def test_the_same_records_twice_change_nothing(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    again = newsroom.sync("2026-03-01")
    assert (again.added, again.changed, dict(again.news), again.queued) == (0, 0, {}, 0)


def test_records_read_before_another_process_took_some_over_are_not_taken_over(newsroom: Newsroom) -> None:
    at, source = noon("2026-03-01"), Folder(newsroom.folder)
    newsroom.sync("2026-03-01", {FILE: record_text()})
    with newsroom.database.read() as tx:
        base = synced.compared_with(tx, source.place)
    read = source.read(base.revision, base.digests)
    newsroom.sync("2026-03-01", {FILE: record_text(target="2026-06-30")})
    with pytest.raises(synced.OvertakenError), newsroom.database.write() as tx:
        synced.take_over(tx, base, read, newsroom.policy, at)


def test_an_ai_verdict_opens_a_proposal_and_leaves_the_effective_status(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    done = newsroom.sync("2026-03-02", {FILE: record_text(status="已達成", entries=verdict())})
    assert done.proposals == 1
    assert _status(newsroom) == ("已達成", "追蹤中", "waiting")


def test_a_delay_by_date_is_recorded_and_nothing_more(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    entry = "\n### 2026-03-02 [狀態變更]\n**狀態**：追蹤中 → 已延宕\n**原因**：目標日期 2026-03-15 已過\n"
    done = newsroom.sync("2026-03-02", {FILE: record_text(status="已延宕", entries=entry)})
    assert (done.proposals, dict(done.news)) == (0, {})
    assert _status(newsroom) == ("已延宕", "追蹤中", "none")


def test_a_verdict_that_the_source_takes_back_closes_its_proposal(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.sync("2026-03-02", {FILE: record_text(status="已達成", entries=verdict())})
    newsroom.sync("2026-03-03", {FILE: record_text()})
    assert _status(newsroom) == ("追蹤中", "追蹤中", "none")
    with newsroom.database.read() as tx:
        assert queue.waiting(tx, backlog=False) == []


def test_evidence_is_news_once_for_each_letter_and_never_for_the_records_own(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(entries=progress(OLDER_LETTER))})
    own_and_seen = progress(OLDER_LETTER) + progress(OWN_LETTER) + progress(OLDER_LETTER)
    assert dict(newsroom.sync("2026-03-02", {FILE: record_text(entries=own_and_seen)}).news) == {}
    new = own_and_seen + progress(NEWER_LETTER) + verdict(NEWER_LETTER)
    assert dict(newsroom.sync("2026-03-03", {FILE: record_text(entries=new)}).news) == {"evidence": 1}


def test_a_file_that_moves_keeps_its_watch(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.happens(taps(newsroom.happens(asks("訂閱 11111111")).buttons[0][0].action))
    moved = newsroom.sync("2026-03-02", {FILE: "", "交通建設/路燈.md": record_text()})
    assert (moved.relocated, moved.added, moved.removed, dict(moved.news)) == (1, 0, 0, {})
    newsroom.sync("2026-03-03", {"交通建設/路燈.md": record_text(entries=progress())})
    assert list(newsroom.due(noon("2026-03-04"))) == [str(HOME)]


def test_an_unreadable_file_is_reported_and_its_last_good_reading_stays(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    done = newsroom.sync("2026-03-02", {FILE: '---\nid: "open\n---\n'})
    assert [problem.path for problem in done.problems] == [FILE]
    assert (done.removed, _status(newsroom)[0]) == (0, "追蹤中")


def test_a_record_that_vanishes_is_told_and_one_that_comes_back_too(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(), "其他/另一件.md": record_text(id="2" * 8, title="另一件")})
    assert dict(newsroom.sync("2026-03-02", {FILE: ""}).news) == {"removed": 1}
    assert dict(newsroom.sync("2026-03-03", {FILE: record_text()}).news) == {"added": 1}


def test_a_moved_target_date_is_the_datas_change(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    assert dict(newsroom.sync("2026-03-02", {FILE: record_text(target="2026-06-30")}).news) == {"moved": 1}


def test_a_date_that_moves_to_and_fro_in_a_day_is_news_each_time(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target="2027-06-30")})
    for hour, target in enumerate(("2027-12-31", "2027-06-30", "2027-12-31"), 9):
        at = noon("2026-03-02").replace(hour=hour)
        assert dict(newsroom.sync("2026-03-02", {FILE: record_text(target=target)}, at=at).news) == {"moved": 1}


def test_a_date_that_passes_again_is_told_though_nobody_heard_of_it_before(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-15", {FILE: record_text()})
    newsroom.sync("2026-03-16")  # it passes, and nobody watches
    newsroom.sync("2026-03-17", {FILE: record_text(target="2026-09-30")})
    newsroom.watch("法務部 即時", "2026-03-18")
    newsroom.sync("2026-03-20", {FILE: record_text()})
    told = newsroom.due(noon("2026-03-20"))[str(HOME)]
    assert [message.title for message in told] == ["🔔 資料裡的期限改了", "🔔 期限已過·未見完成紀錄"]


def test_a_file_that_comes_back_does_not_tell_a_crossing_that_a_decline_left_untold(newsroom: Newsroom) -> None:
    kept = record_text(status="已達成", entries=verdict(NEWER_LETTER))
    newsroom.sync("2026-03-01", {FILE: kept})
    newsroom.watch("法務部 即時", "2026-03-02")
    newsroom.sync("2026-03-16")
    with newsroom.database.write() as tx:
        review.settle(tx, 1, "decline", REVIEWER, "公文與承諾無關", newsroom.policy, noon("2026-03-17"))
    newsroom.due(noon("2026-03-18"))
    newsroom.sync("2026-03-20", {FILE: ""})
    newsroom.due(noon("2026-03-20"))
    newsroom.sync("2026-03-21", {FILE: kept})
    told = newsroom.due(noon("2026-03-21"))[str(HOME)]
    assert [message.title for message in told] == ["🔔 來源放回了這筆"]


def test_a_date_that_passes_while_the_file_is_gone_is_told_when_it_is_back(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-10", {FILE: record_text()})
    newsroom.watch("法務部 即時", "2026-03-10")
    newsroom.sync("2026-03-12", {FILE: ""})
    newsroom.due(noon("2026-03-12"))
    assert dict(newsroom.sync("2026-03-20", {FILE: record_text()}).news) == {"added": 1, "overdue": 1}


def test_a_record_that_is_removed_twice_in_a_day_is_news_each_time(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    for hour, (text, news) in enumerate((("", "removed"), (record_text(), "added"), ("", "removed")), 9):
        at = noon("2026-03-02").replace(hour=hour)
        assert dict(newsroom.sync("2026-03-02", {FILE: text}, at=at).news) == {news: 1}


def test_two_files_that_share_an_id_are_both_kept(newsroom: Newsroom) -> None:
    done = newsroom.sync("2026-03-01", {FILE: record_text(), "其他/同號.md": record_text(title="同號的另一件")})
    assert (done.records, [problem.code for problem in done.problems]) == (2, ["shared_id", "shared_id"])
    assert "共 2 件" in newsroom.happens(asks("11111111")).sections[0].text


def test_a_deadline_that_passes_is_news_once_and_only_a_clear_one_is_urgent(newsroom: Newsroom) -> None:
    doubtful = record_text(id="3" * 8, title="存疑", promise="將增設。", reply="公文。", letter=NEWER_LETTER)
    newsroom.sync("2026-03-15", {FILE: record_text(), "其他/存疑.md": doubtful})
    newsroom.happens(taps(newsroom.happens(asks("訂閱 法務部")).buttons[0][0].action))
    assert dict(newsroom.sync("2026-03-16").news) == {"overdue": 2}
    assert dict(newsroom.sync("2026-03-16").news) == {}
    told = newsroom.due(noon("2026-03-16"))[str(HOME)]
    assert [message.title for message in told] == ["🔔 期限已過·未見完成紀錄"]
    assert "增設路燈" in told[0].sections[0].text
    with newsroom.database.read() as tx:
        assert [proposal.origin for proposal in queue.waiting(tx, backlog=False)] == ["deadline"]


def test_a_clear_deadline_is_announced_thirty_seven_and_one_day_before(newsroom: Newsroom) -> None:
    newsroom.sync("2026-02-01", {FILE: record_text()})
    kinds = {day: dict(newsroom.sync(day).news) for day in ("2026-02-12", "2026-02-13", "2026-03-08", "2026-03-14")}
    assert kinds == {"2026-02-12": {}, "2026-02-13": {"due": 1}, "2026-03-08": {"due": 1}, "2026-03-14": {"due": 1}}


def test_after_missed_days_only_the_nearest_announcement_is_made(newsroom: Newsroom) -> None:
    newsroom.sync("2026-02-01", {FILE: record_text()})
    assert dict(newsroom.sync("2026-03-14").news) == {"due": 1}


def test_a_day_before_the_last_one_publishes_nothing_and_loses_nothing(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-05", {FILE: record_text()})
    newsroom.happens(taps(newsroom.happens(asks("訂閱 法務部")).buttons[0][0].action))
    changed = record_text(status="已達成", entries=progress() + verdict())
    early = newsroom.sync("2026-03-01", {FILE: changed})
    assert (dict(early.news), early.proposals, early.queued) == ({}, 1, 0)
    late = newsroom.sync("2026-03-06")
    assert dict(late.news) == {"evidence": 2}
    assert late.queued == 2 + len(newsroom.policy.review_chats)


def test_a_foreign_claim_of_review_is_shown_and_settles_nothing(newsroom: Newsroom) -> None:
    claim = verdict() + "\n### 2026-03-02 [人工複核]\n**結果**：採認達成\n**決定編號**：deadbeef0000\n"
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.sync("2026-03-02", {FILE: record_text(status="已達成", entries=claim)})
    assert _status(newsroom) == ("已達成", "追蹤中", "waiting")


def test_a_new_letter_after_a_decision_against_the_verdict_opens_another(newsroom: Newsroom) -> None:
    judged = record_text(status="已達成", entries=verdict())
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.policy = replace(newsroom.policy, writes_back=False)
    newsroom.sync("2026-03-02", {FILE: judged})
    card = newsroom.happens(asks("複核", person=next(iter(newsroom.policy.admins))))
    decline = next(b for row in card.buttons for b in row if b.action.startswith("older"))
    newsroom.happens(taps(decline.action, person=next(iter(newsroom.policy.admins))))
    assert _status(newsroom) == ("已達成", "追蹤中", "decline")
    again = newsroom.sync("2026-03-03", {FILE: record_text(status="已達成", entries=verdict() + verdict(NEWER_LETTER))})
    assert (again.proposals, _status(newsroom)) == (1, ("已達成", "追蹤中", "waiting"))


def test_the_real_history_replayed_gives_the_independent_counts(
    newsroom: Newsroom, corpus: Callable[[int], Path]
) -> None:
    newsroom.folder = corpus(4)
    newsroom.sync("2026-01-27")
    for text in ("訂閱 法務部", "訂閱 勞動部"):
        newsroom.happens(taps(newsroom.happens(asks(text, "2026-01-27")).buttons[0][0].action, "2026-01-27"))
    counts = []
    for commit in (5, 6, 7):
        newsroom.folder = corpus(commit)
        done = newsroom.sync("2026-01-28")
        counts.append((done.proposals, done.news.get("evidence", 0), done.relocated, done.news.get("added", 0)))
    assert counts == [(132, 388, 0, 69), (0, 0, 1, 0), (26, 100, 0, 0)]
    again = newsroom.sync("2026-01-28")
    assert (dict(again.news), again.proposals, again.queued) == ({}, 0, 0)
    with newsroom.database.read() as tx:
        asked = understand(tx, "法務部 overdue")
        overdue, _ = matching.survey(tx, asked, noon("2026-01-28").date(), limit=1)
        assert (overdue.total, overdue.waiting, overdue.clear) == (16, 4, 0)
        assert len(watches.of_chat(tx, HOME.place)) == 2


def test_the_moved_real_file_keeps_its_watch(newsroom: Newsroom, corpus: Callable[[int], Path]) -> None:
    newsroom.folder = corpus(5)
    newsroom.sync("2026-01-27")
    before, after = ({file.relative_to(corpus(n)).as_posix() for file in corpus(n).rglob("*.md")} for n in (5, 6))
    (old,), (new,) = before - after, after - before
    with newsroom.database.read() as tx:
        (moving,) = [item for item in commitments.known(tx) if item.path == old]
    newsroom.happens(taps(newsroom.happens(asks(f"訂閱 {moving.id}")).buttons[0][0].action))
    newsroom.folder = corpus(6)
    assert newsroom.sync("2026-01-28").relocated == 1
    with newsroom.database.read() as tx:
        (moved,) = [item for item in commitments.known(tx) if item.path == new]
    assert moved.key == moving.key
    assert "訂閱清單（1）" in newsroom.happens(asks("訂閱清單")).title
