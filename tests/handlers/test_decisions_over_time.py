"""What is true after several decisions: written back, undone, reversed, beside what people sent in, seen by who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import text as sql

from handlers import review, undo
from handlers.card import card
from handlers.message import Chat, Message, Person, RefusedError, plain
from handlers.taking import BATCH
from records.status import DEADLINE_RIGHT
from store import cards, proposals, queue
from store.cards import Card
from store.proposals import Proposal
from tests.handlers.conftest import Newsroom
from tests.sample import (
    CITIZEN,
    HOME,
    NEWER_LETTER,
    OLDER_LETTER,
    OTHER_REVIEWER,
    OWN_LETTER,
    REVIEW_ROOM,
    REVIEWER,
    STRANGER,
    action_of,
    asks,
    clock_at,
    noon,
    record_text,
    taps,
    verdict,
)

FILE = "a.md"
UNDATED = "**主旨**：（三）行政院函送王委員大明就路燈問題所提質詢之書面答復，請查照案。\n\n本部將增設路燈20盞。"


def _writing(newsroom: Newsroom) -> Newsroom:
    newsroom.policy = replace(newsroom.policy, writes_back=True)
    return newsroom


def _settle(newsroom: Newsroom, proposal: int, outcome: str, at: datetime) -> Proposal:
    with newsroom.database.write() as tx:
        return review.settle(tx, proposal, outcome, REVIEWER, "", newsroom.policy, at).proposal


def _reverse(newsroom: Newsroom, proposal: int, outcome: str, at: datetime) -> Proposal:
    with newsroom.database.write() as tx:
        return review.reverse(tx, proposal, outcome, REVIEWER, "查過了", newsroom.policy, at).proposal


def _undo(newsroom: Newsroom, decided: Proposal, at: datetime) -> None:
    with newsroom.database.write() as tx:
        undo.take_back(tx, decided.id, decided.version, REVIEWER, newsroom.policy, at)


def _card(newsroom: Newsroom, day: str, words: str = "複核") -> Message:
    return newsroom.happens(asks(words, day, person=REVIEWER))


def _press(newsroom: Newsroom, card: Message, label: str, day: str) -> Message:
    action = action_of(card, label)
    return newsroom.happens(taps(action, day, person=REVIEWER, chat=REVIEW_ROOM))


def _send(newsroom: Newsroom, words: str, day: str, person: Person = CITIZEN, clock: str = "12:00") -> Message:
    chat = Chat(platform=person.platform, id=person.id)
    return newsroom.happens(
        replace(asks(f"更正 11111111 {words}", day, person=person, chat=chat), at=clock_at(day, clock))
    )


def _open(newsroom: Newsroom) -> list[int]:
    with newsroom.database.read() as tx:
        return [one.id for one in queue.waiting(tx)]


def test_a_verdict_that_is_read_together_with_our_own_entry_waits_for_a_person(newsroom: Newsroom) -> None:
    _writing(newsroom)
    undated = {"target": "2026-02-15", "promise": "本部將增設路燈20盞。", "reply": UNDATED}
    newsroom.sync("2026-03-01", {FILE: record_text(**undated)})
    _settle(newsroom, 1, DEADLINE_RIGHT, clock_at("2026-03-02", "03:00"))
    claimed = record_text(**undated, status="已達成", entries=verdict(NEWER_LETTER))
    assert newsroom.sync("2026-03-02", {FILE: claimed}, at=clock_at("2026-03-02", "03:30")).proposals == 1
    assert "期限正確" in (newsroom.folder / FILE).read_text()
    assert _card(newsroom, "2026-03-02").title.startswith("待複核")


@pytest.mark.parametrize(("outcome", "left", "back"), [("accept", "已達成", "追蹤中"), ("decline", "追蹤中", "已達成")])
def test_a_source_that_overwrites_a_written_decision_before_it_is_read_is_asked_about(
    newsroom: Newsroom, outcome: str, left: str, back: str
) -> None:
    _writing(newsroom)
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.sync("2026-03-02", {FILE: record_text(status="已達成", entries=verdict(OLDER_LETTER))})
    _settle(newsroom, 1, outcome, clock_at("2026-03-02", "13:00"))
    newsroom.service(clock_at("2026-03-02", "14:00")).feed.write_back()
    written = (newsroom.folder / FILE).read_text()
    assert f'status: "{left}"' in written
    over = written.replace(f'status: "{left}"', f'status: "{back}"') + verdict(NEWER_LETTER)
    assert newsroom.sync("2026-03-03", {FILE: over}).proposals == 1


def test_an_undone_reversal_leaves_what_waits_besides_where_it_is(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.sync("2026-03-02", {FILE: record_text(status="已達成", entries=verdict(OLDER_LETTER))})
    _settle(newsroom, 1, "decline", clock_at("2026-03-02", "13:00"))
    more = verdict(OLDER_LETTER) + verdict(NEWER_LETTER)
    newsroom.sync("2026-03-03", {FILE: record_text(status="已達成", entries=more)})
    waiting = _open(newsroom)
    again = _reverse(newsroom, 1, "partly", clock_at("2026-03-04", "13:00"))
    _undo(newsroom, again, clock_at("2026-03-04", "13:10"))
    assert _open(newsroom) == waiting != []


def test_a_correction_that_was_taken_is_not_dismissed_by_a_reversal(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    _send(on_sqlite, "https://x.tw/a 已經完成了", "2026-03-02")
    _settle(on_sqlite, 1, "accept", clock_at("2026-03-02", "13:00"))
    with pytest.raises(RefusedError, match="不能改成不採用"):
        _reverse(on_sqlite, 1, "dismiss", clock_at("2026-03-03", "13:00"))


def test_what_we_wrote_into_the_file_is_no_verdict_of_the_ais(on_sqlite: Newsroom) -> None:
    _writing(on_sqlite)
    on_sqlite.sync("2026-03-01", {FILE: record_text(status="已達成", entries=verdict(OLDER_LETTER))})
    _send(on_sqlite, "https://x.tw/a AI 引的公文不對", "2026-03-02")
    _press(on_sqlite, _card(on_sqlite, "2026-03-02", "複核 更正"), "改列尚無結論", "2026-03-02")
    on_sqlite.sync("2026-03-02", at=clock_at("2026-03-02", "13:30"))
    assert _card(on_sqlite, "2026-03-03").title == "沒有待複核的。"
    assert "AI 收回" not in plain(on_sqlite.happens(asks("統計 複核", "2026-03-04")))


def test_to_take_back_what_a_person_said_is_no_decline_of_the_ai(on_sqlite: Newsroom) -> None:
    _writing(on_sqlite)
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    _send(on_sqlite, "https://x.tw/a 已經完成了", "2026-03-02")
    _settle(on_sqlite, 1, "accept", clock_at("2026-03-02", "13:00"))
    on_sqlite.sync("2026-03-02", at=clock_at("2026-03-02", "14:00"))
    _send(on_sqlite, "https://x.tw/b 其實沒有", "2026-03-04", STRANGER)
    _press(on_sqlite, _card(on_sqlite, "2026-03-04"), "改列尚無結論", "2026-03-04")
    on_sqlite.sync("2026-03-04", at=clock_at("2026-03-04", "13:00"))
    assert "**結果**：改列尚無結論" in (on_sqlite.folder / FILE).read_text()
    assert "不採認" not in plain(on_sqlite.happens(asks("11111111", "2026-03-05")))


@pytest.mark.parametrize("outcome", ["accept", "decline"])
def test_nothing_is_asked_of_what_the_ai_took_back_before_the_undo(on_sqlite: Newsroom, outcome: str) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    on_sqlite.sync("2026-03-02", {FILE: record_text(status="已達成", entries=verdict(OLDER_LETTER))})
    decided = _settle(on_sqlite, 1, outcome, clock_at("2026-03-02", "13:00"))
    on_sqlite.sync("2026-03-02", {FILE: record_text(entries=verdict(OLDER_LETTER))}, at=clock_at("2026-03-02", "13:10"))
    _undo(on_sqlite, decided, clock_at("2026-03-02", "13:20"))
    assert _open(on_sqlite) == []
    assert "AI 提出改列" not in plain(on_sqlite.happens(asks("11111111", "2026-03-03")))


def test_a_decision_that_was_reversed_is_repeated_for_no_near_duplicate(on_sqlite: Newsroom) -> None:
    texts = {
        f"{n}.md": record_text(id=f"{n}" * 8, title=f"第{n}件", status="已達成", entries=verdict(OLDER_LETTER))
        for n in (1, 2)
    }
    on_sqlite.sync("2026-03-01", texts)
    first = _settle(on_sqlite, 1, "decline", clock_at("2026-03-02", "13:00"))
    _reverse(on_sqlite, 1, "accept", clock_at("2026-03-05", "13:00"))
    with pytest.raises(RefusedError, match="後來改判"):
        on_sqlite.happens(taps(f"alike:1:{first.version}", "2026-03-06", person=REVIEWER, chat=REVIEW_ROOM))


def test_what_an_undo_brings_together_is_shown_whole_page_by_page(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    people = [Person(platform="telegram", id=str(800 + n)) for n in range(4)]
    words = ["甲" * 700, "乙" * 700, "丙" * 700, "丁" * 700]
    for person, said in zip(people[:2], words[:2], strict=True):
        _send(on_sqlite, said, "2026-03-02", person)
    decided = _settle(on_sqlite, 1, "dismiss", clock_at("2026-03-02", "13:00"))
    for person, said in zip(people[2:], words[2:], strict=True):
        _send(on_sqlite, said, "2026-03-02", person, clock="13:05")
    _undo(on_sqlite, decided, clock_at("2026-03-02", "13:10"))
    card = _card(on_sqlite, "2026-03-02")
    assert words[0] in plain(card)
    page = _press(on_sqlite, card, "其餘 2 份", "2026-03-02")
    assert words[2] in plain(page)
    assert page.place == "reply"  # a private word of Telegram's holds 200 characters and no button
    assert words[3] in plain(_press(on_sqlite, page, "下一頁", "2026-03-02"))
    with pytest.raises(RefusedError, match="只有複核人"):
        on_sqlite.happens(taps("sent:1:0", "2026-03-02", person=STRANGER))


def test_who_may_not_is_told_so_in_private_where_they_answered_in_a_group(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(status="已達成", entries=verdict(OLDER_LETTER))})
    service = on_sqlite.service(noon("2026-03-02"))
    for number, event in enumerate(
        (
            asks("原因", person=STRANGER, chat=REVIEW_ROOM, answers="reason:1:1"),
            asks("/grant telegram:5", person=STRANGER, chat=REVIEW_ROOM),
        )
    ):
        refused = service.handle(event, str(number))
        assert refused is not None
        assert refused.place == "private"


def test_a_changed_row_of_the_audit_log_stops_neither_the_log_nor_the_file(newsroom: Newsroom) -> None:
    _writing(newsroom)
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.sync("2026-03-02", {FILE: record_text(status="已達成", entries=verdict(OLDER_LETTER))})
    _settle(newsroom, 1, "decline", clock_at("2026-03-02", "13:00"))
    with newsroom.database.write() as tx:
        tx.execute(sql("update audit set content='changed' where id=1"))
    newsroom.sync("2026-03-02", at=clock_at("2026-03-02", "14:00"))
    assert "人工複核" in (newsroom.folder / FILE).read_text()
    assert "讀不出來" in plain(newsroom.happens(asks("複核紀錄 11111111", "2026-03-03")))


def test_a_settled_deadline_stays_clear_where_the_source_spells_it_otherwise(on_sqlite: Newsroom) -> None:
    undated = {"promise": "本部將增設路燈20盞。", "reply": UNDATED}
    on_sqlite.sync("2026-03-01", {FILE: record_text(**undated, target="2026-02-15")})
    _settle(on_sqlite, 1, DEADLINE_RIGHT, clock_at("2026-03-02", "13:00"))
    on_sqlite.sync("2026-03-03", {FILE: record_text(**undated, target="115-02-15")})
    assert "共 1 件\n期限明確 1" in plain(on_sqlite.happens(asks("法務部 逾期", "2026-03-04")))


def test_what_gathers_in_a_night_is_ten_cards_and_one_word_on_the_rest(newsroom: Newsroom) -> None:
    files = {f"{n}.md": record_text(id=f"{n:08x}", title=f"第{n}件") for n in range(1, 25)}
    newsroom.sync("2026-03-01", files)
    for day, numbers in (("2026-03-02", range(1, 13)), ("2026-03-03", range(13, 25))):
        claimed = {
            f"{n}.md": record_text(id=f"{n:08x}", title=f"第{n}件", status="已達成", entries=verdict()) for n in numbers
        }
        newsroom.sync(day, claimed, at=clock_at(day, "03:26"))
    told = newsroom.due(clock_at("2026-03-03", "08:00"))[str(REVIEW_ROOM)]
    assert len(told) == 11
    assert told[-1].title == "這次另有 14 件新的待複核"


def test_a_sender_is_told_the_last_word_alone_and_when_they_sent_it(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    _send(on_sqlite, "https://x.tw/a 已經完成了", "2026-03-02", clock="20:00")
    _settle(on_sqlite, 1, "accept", clock_at("2026-03-02", "21:00"))
    _reverse(on_sqlite, 1, "not-a-promise", clock_at("2026-03-02", "22:20"))
    [told] = [m for m in on_sqlite.due(clock_at("2026-03-03", "08:00"))[str(HOME)] if "你送來的更正" in m.title]
    assert told.title.startswith("你送來的更正有結果了")
    assert "不是承諾" in plain(told)
    assert "送件時間 03-02 20:00" in plain(told)


def test_a_sender_is_told_the_decision_that_an_undone_reversal_left_in_force(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    _send(on_sqlite, "https://x.tw/a 已經完成了", "2026-03-02", clock="20:00")
    _settle(on_sqlite, 1, "accept", clock_at("2026-03-02", "21:00"))
    again = _reverse(on_sqlite, 1, "not-a-promise", clock_at("2026-03-02", "22:20"))
    _undo(on_sqlite, again, clock_at("2026-03-02", "22:30"))
    [told] = [m for m in on_sqlite.due(clock_at("2026-03-03", "08:00"))[str(HOME)] if "你送來的更正" in m.title]
    assert "採認達成（複核人甲）" in plain(told)


def test_a_grant_is_taken_back_under_any_name_that_its_agency_had(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    grant = "telegram:444 {}"
    for name in ("農委會", "農業部"):
        on_sqlite.happens(asks(f"/grant {grant.format(name)}", person=REVIEWER))
    on_sqlite.happens(asks(f"/revoke {grant.format('農業部')}", person=REVIEWER))
    assert "telegram:444" not in plain(on_sqlite.happens(asks("複核人名單", person=REVIEWER)))


@pytest.mark.parametrize("whom", ["telegram:0222", "telegram:２２２"])
def test_an_id_that_no_press_can_bear_is_granted_nothing(on_sqlite: Newsroom, whom: str) -> None:
    with pytest.raises(RefusedError, match="不是平台編號"):
        on_sqlite.happens(asks(f"/grant {whom}", person=REVIEWER))


def test_a_category_that_no_record_has_any_more_can_be_taken_back(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"教育/a.md": record_text(category="教育"), "b.md": record_text(id="2" * 8)})
    on_sqlite.happens(asks("/grant telegram:333 category:教育", person=REVIEWER))
    on_sqlite.sync("2026-03-02", {"教育/a.md": record_text(category="其他")})
    on_sqlite.happens(asks("/revoke telegram:333 類別:教育", person=REVIEWER))
    assert "telegram:333" not in plain(on_sqlite.happens(asks("複核人名單", person=REVIEWER)))


CLAIMED = "### 2026-03-02 [人工複核]\n**結果**：採認達成\n**複核人**：王部長\n**決定編號**："


def test_a_review_entry_that_is_none_of_this_records_own_is_the_sources_claim(newsroom: Newsroom) -> None:
    kept = record_text(status="已達成", entries=verdict(OLDER_LETTER))
    newsroom.sync("2026-03-01", {FILE: record_text(), "b.md": kept.replace("11111111", "22222222")})
    with newsroom.database.read() as tx:
        [waiting] = queue.waiting(tx)
    real = _settle(newsroom, waiting.id, "accept", clock_at("2026-03-02", "13:00")).decision_id
    for day, decision in (("2026-03-03", "deadbeef0001"), ("2026-03-04", str(real))):
        claimed = record_text(status="已達成") + f"\n{CLAIMED}{decision}\n"
        newsroom.sync(day, {FILE: record_text()})
        assert newsroom.sync(day, {FILE: claimed}, at=clock_at(day, "13:00")).proposals == 1
        shown = newsroom.happens(asks("11111111", day))
        log = action_of(shown, "全部紀錄")
        assert "來源註記：人工複核" in plain(newsroom.happens(taps(log, day)))


def test_decisions_are_written_in_the_order_in_which_they_were_taken(newsroom: Newsroom) -> None:
    _writing(newsroom)
    newsroom.sync("2026-03-01", {FILE: record_text(status="已達成", entries=verdict(OLDER_LETTER))})
    _settle(newsroom, 1, "decline", clock_at("2026-03-02", "09:00"))
    file, away = newsroom.folder / FILE, newsroom.folder.parent / "away.md"
    file.rename(away)
    newsroom.service(clock_at("2026-03-02", "09:31")).feed.write_back()
    _reverse(newsroom, 1, "accept", clock_at("2026-03-02", "09:40"))
    newsroom.service(clock_at("2026-03-02", "10:11")).feed.write_back()
    away.rename(file)
    for minute in range(12, 60):
        newsroom.service(clock_at("2026-03-02", f"10:{minute}")).feed.write_back()
    written = file.read_text()
    assert written.index("**結果**：不採認") < written.index("**結果**：採認達成")
    assert 'status: "已達成"' in written


def test_a_record_that_the_source_calls_late_by_date_takes_later_decisions(newsroom: Newsroom) -> None:
    _writing(newsroom)
    newsroom.sync("2026-03-01", {FILE: record_text(status="已達成", entries=verdict(OLDER_LETTER))})
    _settle(newsroom, 1, "decline", clock_at("2026-03-02", "09:00"))
    newsroom.service(clock_at("2026-03-02", "09:31")).feed.write_back()
    late = (newsroom.folder / FILE).read_text().replace('status: "追蹤中"', 'status: "已延宕"')
    newsroom.sync("2026-03-20", {FILE: late})
    _reverse(newsroom, 1, "accept", clock_at("2026-03-20", "13:00"))
    newsroom.service(clock_at("2026-03-20", "13:31")).feed.write_back()
    written = (newsroom.folder / FILE).read_text()
    assert 'status: "已達成"' in written
    assert "**狀態**：已延宕 → 已達成" in written


def test_a_baseline_verdict_that_flips_and_is_back_waits_as_one_again(newsroom: Newsroom) -> None:
    kept, undone = (record_text(status=status, entries=verdict(OLDER_LETTER)) for status in ("已達成", "追蹤中"))
    for day, text in (("2026-03-01", kept), ("2026-03-02", undone), ("2026-03-03", kept)):
        newsroom.sync(day, {FILE: text})
    assert _card(newsroom, "2026-03-03").title == "待複核　AI 判定「達成」（既有判定）"


def test_a_verdict_that_a_person_confirmed_by_another_way_waits_no_more(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.sync("2026-03-02", {FILE: record_text(status="已達成", entries=verdict(NEWER_LETTER))})
    _send(newsroom, "https://x.tw/a 已經完成了", "2026-03-02")
    [correction] = [one for one in _open(newsroom) if one != 1]
    decided = _settle(newsroom, correction, "accept", clock_at("2026-03-02", "13:00"))
    assert "達成（已複核）" in plain(newsroom.happens(asks("11111111", "2026-03-02")))
    assert _open(newsroom) == []
    _undo(newsroom, decided, clock_at("2026-03-02", "13:10"))
    assert sorted(_open(newsroom)) == [1, correction]


def test_a_card_whose_decision_was_reversed_says_so(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(status="已達成", entries=verdict(OLDER_LETTER))})
    _settle(newsroom, 1, "decline", clock_at("2026-03-02", "09:00"))
    _reverse(newsroom, 1, "accept", clock_at("2026-03-02", "10:00"))
    with newsroom.database.read() as tx:
        shown = plain(card(tx, 1, newsroom.policy, clock_at("2026-03-02", "11:00")))
    assert "（已改判）" in shown
    assert "後來改判：✅ 採認達成：查過了｜複核人甲" in shown
    assert "先前的複核" not in shown


def test_a_correction_that_was_taken_is_no_decline_to_who_sent_it(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(status="已達成", entries=verdict(OLDER_LETTER))})
    _send(on_sqlite, "https://x.tw/a AI 引的公文不對", "2026-03-02")
    decided = _press(on_sqlite, _card(on_sqlite, "2026-03-02", "複核 更正"), "改列尚無結論", "2026-03-02")
    assert decided.title.startswith("↺ 改列尚無結論")
    [told] = [m for m in on_sqlite.due(clock_at("2026-03-03", "08:00"))[str(HOME)] if "你送來的更正" in m.title]
    assert "改列尚無結論（複核人甲）" in plain(told)
    assert "不代表沒做到" in plain(told)


def test_who_sent_a_correction_undoes_nobody_elses_decision_on_it(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    _send(on_sqlite, "https://x.tw/a 已經完成了", "2026-03-02", person=REVIEWER)
    at = clock_at("2026-03-02", "13:00")
    with on_sqlite.database.write() as tx:
        decided = review.settle(tx, 1, "dismiss", OTHER_REVIEWER, "", on_sqlite.policy, at).proposal
    with pytest.raises(RefusedError, match="送件人不能復原"):
        _undo(on_sqlite, decided, clock_at("2026-03-02", "13:10"))


def test_a_changed_row_hides_no_other_row_of_a_records_log(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(status="已達成", entries=verdict(OLDER_LETTER))})
    _settle(on_sqlite, 1, "decline", clock_at("2026-03-02", "09:00"))
    _reverse(on_sqlite, 1, "accept", clock_at("2026-03-02", "10:00"))
    with on_sqlite.database.write() as tx:
        tx.execute(sql("""UPDATE audit SET content = replace(content, '"outcome":"decline"', '"outcome":"no"')"""))
    told = plain(on_sqlite.happens(asks("複核紀錄 11111111", "2026-03-03")))
    assert "⚠️ 這一列被改過，讀不出來。" in told
    assert "改判：✅ 採認達成" in told


LATEST_LETTER = "（行政院函　中華民國113年7月20日院臺專字第1139900031號）"


def _waiting(newsroom: Newsroom) -> list[tuple[str, str, bool]]:
    with newsroom.database.read() as tx:
        return sorted((one.origin, one.proposed, one.backlog) for one in queue.waiting(tx))


def test_what_the_source_took_back_is_asked_though_a_decision_stood_then_and_was_undone(newsroom: Newsroom) -> None:
    kept = record_text(target="2027-12-31", status="已達成", entries=verdict(NEWER_LETTER))
    newsroom.sync("2026-03-01", {FILE: kept})
    declined = _settle(newsroom, 1, "decline", clock_at("2026-03-02", "09:00"))
    back = record_text(target="2027-12-31", entries=verdict(NEWER_LETTER))
    newsroom.sync("2026-03-02", {FILE: back}, at=clock_at("2026-03-02", "09:05"))
    newsroom.sync("2026-03-02", {FILE: back + verdict(LATEST_LETTER)}, at=clock_at("2026-03-02", "09:10"))
    _undo(newsroom, declined, clock_at("2026-03-02", "09:15"))
    assert _waiting(newsroom) == [("verdict", "追蹤中", False)]


def test_a_letter_that_came_while_an_undone_decision_stood_asks_again_after_the_one_against(newsroom: Newsroom) -> None:
    kept = record_text(target="2027-12-31", status="已達成", entries=verdict(NEWER_LETTER))
    newsroom.sync("2026-03-01", {FILE: record_text(target="2027-12-31")})
    newsroom.sync("2026-03-02", {FILE: kept}, at=clock_at("2026-03-02", "08:00"))
    _settle(newsroom, 1, "decline", clock_at("2026-03-02", "09:00"))
    _send(newsroom, "其實完成了", "2026-03-03", clock="08:00")
    taken = _settle(newsroom, 2, "accept", clock_at("2026-03-03", "09:00"))
    newsroom.sync("2026-03-03", {FILE: kept + verdict(LATEST_LETTER)}, at=clock_at("2026-03-03", "09:10"))
    assert _waiting(newsroom) == []
    _undo(newsroom, taken, clock_at("2026-03-03", "09:15"))
    assert ("verdict", "已達成", False) in _waiting(newsroom)


def test_a_baseline_verdict_that_was_decided_and_undone_waits_as_one_again(newsroom: Newsroom) -> None:
    newsroom.sync(
        "2026-03-01", {FILE: record_text(target="2027-12-31", status="已達成", entries=verdict(NEWER_LETTER))}
    )
    before = plain(newsroom.happens(asks("11111111", "2026-03-02")))
    partly = _settle(newsroom, 1, "partly", clock_at("2026-03-02", "13:00"))
    _undo(newsroom, partly, clock_at("2026-03-02", "13:01"))
    assert _waiting(newsroom) == [("verdict", "已達成", True)]
    assert plain(newsroom.happens(asks("11111111", "2026-03-02"))) == before


def test_an_open_card_names_the_status_that_a_decision_besides_gave(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.sync("2026-03-02", {FILE: record_text(status="已達成", entries=verdict(NEWER_LETTER))})
    _send(newsroom, "只做一半", "2026-03-02", clock="13:00")
    _settle(newsroom, 2, "partly", clock_at("2026-03-02", "14:00"))
    assert _card(newsroom, "2026-03-02", "複核 案號 1").title == "待複核　部分達成 → 達成（AI 判定）"


def test_a_decision_is_told_on_the_open_cards_of_its_near_duplicates(newsroom: Newsroom) -> None:
    kept = {"status": "已達成", "entries": verdict(NEWER_LETTER), "target": "2027-12-31"}
    newsroom.sync(
        "2026-03-01", {FILE: record_text(**kept), "b.md": record_text(id="2" * 8, title="增設路燈二", **kept)}
    )
    with newsroom.database.write() as tx:
        cards.add(tx, 2, Card(platform="telegram", chat=REVIEW_ROOM.id, message="7"))
    _settle(newsroom, 1, "decline", clock_at("2026-03-02", "09:00"))
    (edited,) = newsroom.due(clock_at("2026-03-02", "09:01"))[str(REVIEW_ROOM)]
    assert "不採認" in plain(edited)


def test_a_first_load_is_no_update_of_the_data(newsroom: Newsroom) -> None:
    """The text of a cited letter comes with another file of the same load, in another batch of it."""
    others = {f"x/{n:03}.md": record_text(id=f"{n:08x}", title=f"第{n}件") for n in range(BATCH)}
    told = record_text(
        id="f" * 8,
        letter=NEWER_LETTER,
        reply=UNDATED.replace("路燈問題", "農地").replace("增設路燈20盞", "修正灌溉法規"),
    )
    newsroom.sync(
        "2026-03-01", {FILE: record_text(status="已達成", entries=verdict(NEWER_LETTER)), **others, "z.md": told}
    )
    assert "有更新" not in plain(_card(newsroom, "2026-03-02", "複核 案號 1"))


def test_every_summary_of_a_letter_that_verdicts_rest_on_stands_on_the_card(newsroom: Newsroom) -> None:
    first = verdict(NEWER_LETTER, summary="已於115年5月1日完成。")
    newsroom.sync(
        "2026-03-01", {FILE: record_text(status="已達成", entries=first + verdict(NEWER_LETTER, summary="持續辦理。"))}
    )
    text = plain(_card(newsroom, "2026-03-02"))
    assert "AI 摘要（非公文原文）：持續辦理。" in text
    assert "AI 另一則摘要：已於115年5月1日完成。" in text


def test_letters_of_one_day_are_each_counted_among_the_older_ones(newsroom: Newsroom) -> None:
    same_day = OLDER_LETTER.replace("號", "1號")
    entries = verdict(OLDER_LETTER) + verdict(same_day, summary="辦理完竣。")
    newsroom.sync("2026-03-01", {FILE: record_text(status="已達成", entries=entries)})
    assert "；另 1 件也早於答復" in plain(_card(newsroom, "2026-03-02"))


def test_two_decisions_that_no_sync_came_between_are_both_written(newsroom: Newsroom) -> None:
    _writing(newsroom)
    newsroom.sync("2026-02-28", {FILE: record_text()})
    newsroom.sync("2026-03-01", {FILE: record_text(status="已達成", entries=verdict(OLDER_LETTER))})
    _send(newsroom, "https://news.example.tw/9 不是承諾", "2026-03-02", STRANGER, "08:00")
    verdict_card, correction = sorted(_open(newsroom))
    _settle(newsroom, correction, "not-a-promise", clock_at("2026-03-02", "09:00"))
    newsroom.service(clock_at("2026-03-02", "09:31")).feed.write_back()
    _settle(newsroom, verdict_card, "accept", clock_at("2026-03-02", "09:40"))
    for minute in range(11, 60):
        newsroom.service(clock_at("2026-03-02", f"10:{minute}")).feed.write_back()
    written = (newsroom.folder / FILE).read_text()
    assert written.index("**結果**：非承諾") < written.index("**結果**：採認達成")
    assert 'status: "已達成"' in written


def test_an_older_letter_beside_a_later_one_is_no_reason_offered_against_the_verdict(newsroom: Newsroom) -> None:
    both = record_text(status="已達成", entries=verdict(OLDER_LETTER) + verdict(NEWER_LETTER))
    newsroom.sync("2026-03-01", {FILE: both})
    card = _card(newsroom, "2026-03-02")
    labels = [button.label for row in card.buttons for button in row]
    assert labels[0] == "✅ 採認達成"
    assert "❌ 與承諾無關" in labels
    assert "❌ 公文早於承諾" not in labels
    assert "疑點待查證，不代表沒做到。" in plain(card)


def test_a_sentence_of_what_people_found_to_be_no_promise_still_finds_it(newsroom: Newsroom) -> None:
    title = "小果番茄非疫溫室納入補助計畫"
    newsroom.sync("2026-03-01", {FILE: record_text(title=title, status="已達成", entries=verdict(OLDER_LETTER))})
    _settle(newsroom, 1, "not-a-promise", clock_at("2026-03-02", "09:00"))
    near = newsroom.happens(asks(f"農業部宣布{title}今年全面上路", "2026-03-03"))
    assert near.title == "最接近的承諾"
    assert title in plain(near)


@pytest.mark.parametrize(("label", "letter"), [("公文早於承諾", NEWER_LETTER), ("採認達成", OWN_LETTER)])
def test_a_card_that_an_undo_brings_back_says_when_the_data_changed(
    newsroom: Newsroom, label: str, letter: str
) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target="2027-12-31")})
    judged = record_text(target="2027-12-31", status="已達成", entries=verdict())
    newsroom.sync("2026-03-02", {FILE: judged})
    decided = _press(newsroom, _card(newsroom, "2026-03-02"), label, "2026-03-02")
    newsroom.sync("2026-03-02", {FILE: judged + verdict(letter)}, at=clock_at("2026-03-02", "12:10"))
    with newsroom.database.write() as tx:
        assert decided.proposal
        settled = proposals.find(tx, decided.proposal)
        assert settled
        at = clock_at("2026-03-02", "12:15")
        undo.take_back(tx, settled.id, settled.version, REVIEWER, newsroom.policy, at)
    assert "資料在 03-02 12:10 有更新" in plain(_card(newsroom, "2026-03-02"))


@pytest.mark.parametrize("label", ["不採用", "部分達成"])
def test_an_undo_proposes_no_status_that_the_file_had_all_along(newsroom: Newsroom, label: str) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target="2027-12-31")})
    newsroom.happens(asks("更正 11111111 這是說明", "2026-03-02", CITIZEN))
    card = newsroom.happens(asks("複核 更正", "2026-03-02", REVIEWER))
    newsroom.happens(taps(action_of(card, "不是承諾"), "2026-03-02", REVIEWER))
    # a verdict that the file's status does not follow
    newsroom.sync("2026-03-03", {FILE: record_text(target="2027-12-31", entries=verdict(NEWER_LETTER))})
    card = newsroom.happens(asks("複核 判定", "2026-03-03", REVIEWER))
    newsroom.happens(taps(action_of(card, "不是承諾"), "2026-03-03", REVIEWER))
    newsroom.happens(asks("更正 11111111 這是承諾", "2026-03-04", CITIZEN))
    card = newsroom.happens(asks("複核 更正", "2026-03-04", REVIEWER))
    decided = newsroom.happens(taps(action_of(card, label), "2026-03-04", REVIEWER))
    newsroom.happens(taps(action_of(decided, "復原"), "2026-03-04", REVIEWER))
    assert "沒有待複核的" in newsroom.happens(asks("複核 判定", "2026-03-04", REVIEWER)).title
    assert "非承諾（已複核）" in plain(newsroom.happens(asks("11111111", "2026-03-04", STRANGER)))
