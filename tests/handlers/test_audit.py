"""Everyone can see who decided what and when, on which card, and how often people agree with the AI."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from handlers import correct, review, undo, write_back
from handlers.message import Message, plain
from records.status import DEADLINE_RIGHT, NO_DEADLINE
from store import audit, decisions, proposals, queue
from store.schema import audit as table
from store.schema import proposals as schema_proposals
from tests.handlers.conftest import Newsroom
from tests.sample import (
    NEWER_LETTER,
    OLDER_LETTER,
    REVIEW_ROOM,
    REVIEWER,
    STRANGER,
    action_of,
    asks,
    noon,
    record_text,
    taps,
    verdict,
)

DAY = "2026-03-02"
AT = noon(DAY)


def _backlog(newsroom: Newsroom, count: int = 1) -> Message:
    newsroom.sync(
        "2026-03-01",
        {
            f"其他/{n}.md": record_text(
                id=str(n) * 8,
                title=f"第{n}件",
                promise=f"承諾{n}。",
                status="已達成",
                target="2029-12-31",
                entries=verdict(OLDER_LETTER if n % 2 else NEWER_LETTER),
            )
            for n in range(1, count + 1)
        },
    )
    return newsroom.happens(asks("複核", DAY, REVIEWER))


def _press(newsroom: Newsroom, card: Message, label: str) -> Message:
    action = action_of(card, label)
    return newsroom.happens(taps(action, DAY, REVIEWER, REVIEW_ROOM))


def test_each_decision_undo_and_reversal_is_a_row_with_what_the_reviewer_saw(newsroom: Newsroom) -> None:
    card = _backlog(newsroom)
    _press(newsroom, _press(newsroom, card, "採認達成"), "復原")
    with newsroom.database.write() as tx:
        decided = review.settle(tx, card.proposal or 0, "partly", REVIEWER, "", newsroom.policy, AT)
        later = AT + timedelta(hours=1)
        review.reverse(tx, decided.proposal.id, "decline", REVIEWER, "看錯了", newsroom.policy, later)
        rows = list(audit.rows(tx))
    assert [(row.content["action"], row.content.get("outcome")) for row in rows] == [
        ("decide", "accept"),
        ("undo", "accept"),
        ("decide", "partly"),
        ("reverse", "decline"),
    ]
    first = rows[0].content
    assert (first["by"], first["name"], first["version"]) == (str(REVIEWER), "複核人甲", 1)
    assert len(first["evidence"]) == 1
    assert "1119900007" in first["evidence"][0]
    assert (first["before"]["reviewed"], first["after"]["reviewed"]) == ("none", "accept")
    assert first["at"] == "2026-03-02T04:00:00.000000+00:00"
    assert rows[3].content["reason"] == "看錯了"


def test_anybody_reads_a_commitments_log_under_public_names(newsroom: Newsroom) -> None:
    _press(newsroom, _backlog(newsroom), "公文早於承諾")
    shown = newsroom.happens(asks("複核紀錄 11111111", DAY, STRANGER))
    assert "2026-03-02 12:00　複核人甲　決定：❌ 不採認\n　理由：公文早於承諾" in plain(shown)
    assert str(REVIEWER) not in plain(shown)
    assert "還沒有人複核" not in plain(shown)
    assert "請附上" in newsroom.happens(asks("/audit", DAY, STRANGER)).title


def test_a_commitments_card_says_who_settled_it_and_why_and_opens_its_log(newsroom: Newsroom) -> None:
    _press(newsroom, _backlog(newsroom), "公文早於承諾")
    card = newsroom.happens(asks("11111111", DAY, STRANGER))
    assert "AI 判定不採認·尚無結論\n人工複核：不採認（公文早於承諾；複核人甲）" in plain(card)
    action = action_of(card, "複核紀錄")
    assert "決定：❌ 不採認" in plain(newsroom.happens(taps(action, DAY, STRANGER)))


def test_the_head_of_the_log_goes_into_the_file_entrys_commit(newsroom: Newsroom) -> None:
    card = _backlog(newsroom)
    _press(newsroom, card, "採認達成")
    with newsroom.database.read() as tx:
        _, decision = write_back.entry(tx, card.proposal or 0, newsroom.policy)
        assert decision.audit == audit.head(tx)


def test_agreement_is_counted_by_doubt_in_the_random_sample_and_apart_from_it(newsroom: Newsroom) -> None:
    _backlog(newsroom, 4)
    for _ in range(2):
        card = newsroom.happens(asks("複核 隨機", DAY, REVIEWER))
        _press(newsroom, card, "採認達成")
    for _ in range(2):
        card = newsroom.happens(asks("複核", DAY, REVIEWER))
        _press(newsroom, card, "與承諾無關")
    told = plain(newsroom.happens(asks("統計 複核", DAY, STRANGER)))
    assert "複核過的 AI 判定達成 4 件\n✅ 採認達成 2　🟡 部分達成 0　❌ 不採認 2　➖ 不是承諾 0" in told
    sample, others = told.split("▍其他的複核")
    assert "▍隨機抽樣（抽出 2 件，已複核 2 件）\n複核與 AI 判定一致 2/2" in sample
    assert "非隨機抽樣" in others
    assert "複核與 AI 判定一致 0/2" in others
    with newsroom.database.read() as tx:
        older = [one for one in decisions.settled(tx, "verdict") if one.commitment in (1, 3)]
    agreed = sum(one.outcome == "accept" for one in older)
    assert told.count("公文早於答復：") == len({one.drawn_at is None for one in older})
    assert f"{agreed}/" in told


def test_the_weekly_summary_tells_reviewers_the_week_and_the_head_of_the_log(newsroom: Newsroom) -> None:
    _press(newsroom, _backlog(newsroom, 2), "與承諾無關")
    newsroom.sync("2026-03-02")
    newsroom.due(AT)
    newsroom.sync("2026-03-09")
    told = newsroom.due(noon("2026-03-09"))
    for room in (str(REVIEW_ROOM), "slack:CREVIEW"):
        (week,) = [message for message in told[room] if message.title.startswith("複核週報")]
        assert week.title == "複核週報 2026-03-02 至 2026-03-08"
        assert "▍決定了 1 件" in plain(week)
        assert "待複核：新判定 0、既有判定 1" in plain(week)
    with newsroom.database.read() as tx:
        assert audit.head(tx) in plain(week)
    newsroom.sync("2026-03-24")  # two Mondays passed unseen: one summary of all
    (both,) = [one for one in newsroom.due(noon("2026-03-24"))["slack:CREVIEW"] if one.title.startswith("複核週報")]
    assert both.title == "複核週報 2026-03-09 至 2026-03-22"
    newsroom.sync("2026-03-25")
    assert not any(message.title.startswith("複核週報") for message in newsroom.due(noon("2026-03-25")).get(room, []))


def test_the_public_list_holds_reversals_taken_corrections_and_corrected_news(newsroom: Newsroom) -> None:
    card = _backlog(newsroom)
    with newsroom.database.write() as tx:
        first = review.settle(tx, card.proposal or 0, "accept", REVIEWER, "", newsroom.policy, AT).proposal
        later = AT + timedelta(hours=1)
        review.reverse(tx, first.id, "decline", REVIEWER, "公文講的是別條路", newsroom.policy, later)
    assert "（0）" in newsroom.happens(asks("更正紀錄", DAY, STRANGER)).title, "it is not public inside the window"
    newsroom.happens(asks("更正 11111111 做好了", DAY))
    with newsroom.database.write() as tx:
        sent = proposals.open_of(tx, 1, "correction")
        assert sent
        review.settle(tx, sent.id, "partly", REVIEWER, "", newsroom.policy, AT)
        correct.by_hand(tx, 1, "日期寫錯了", REVIEWER, newsroom.policy, AT)
    told = newsroom.happens(asks("更正紀錄", "2026-03-03", STRANGER))
    assert told.title == "更正紀錄（3）"
    assert "改判　第1件：❌ 不採認：公文講的是別條路｜複核人甲" in plain(told)
    assert "採用更正　第1件：🟡 部分達成" in plain(told)
    assert "更正消息　第1件（複核結果）：日期寫錯了" in plain(told)


def test_the_public_list_and_a_records_log_are_told_to_the_first_of_them(on_sqlite: Newsroom) -> None:
    _backlog(on_sqlite, 1)
    with on_sqlite.database.write() as tx:
        proposal = review.settle(tx, 1, "accept", REVIEWER, "", on_sqlite.policy, AT).proposal
        for hour in range(1, 26):
            outcome = "decline" if hour % 2 else "accept"
            later = AT + timedelta(hours=hour)
            proposal = review.reverse(
                tx, proposal.id, outcome, REVIEWER, f"第{hour:02}次", on_sqlite.policy, later
            ).proposal
    public = on_sqlite.happens(asks("更正紀錄", "2026-03-05", STRANGER))
    assert "前面還有 10 件" in plain(public) and "第11次" in plain(public) and "第10次" not in plain(public)
    older = on_sqlite.happens(taps(action_of(public, "較舊的"), "2026-03-05", STRANGER))
    assert older.place == "edit"
    assert "第10次" in plain(older) and "第01次" in plain(older) and "第11次" not in plain(older)
    assert "第25次" in plain(on_sqlite.happens(taps(action_of(older, "較新的"), "2026-03-05", STRANGER)))
    log = on_sqlite.happens(asks("複核紀錄 11111111", "2026-03-05", STRANGER))
    first = on_sqlite.happens(taps(action_of(log, "較舊的"), "2026-03-05", STRANGER))
    assert "第06次" in plain(log) and "第05次" not in plain(log)
    assert "第05次" in plain(first) and "第06次" not in plain(first)


@pytest.mark.parametrize("spoilt", [{"at": "昨天"}, {"fact": "x"}, {"reason": None, "fact": None}])
def test_a_row_that_somebody_spoilt_takes_no_public_list_away(
    on_sqlite: Newsroom, spoilt: Mapping[str, str | None]
) -> None:
    _backlog(on_sqlite, 1)
    with on_sqlite.database.write() as tx:
        review.settle(tx, 1, "accept", REVIEWER, "", on_sqlite.policy, AT)
        correct.by_hand(tx, 1, "日期寫錯了", REVIEWER, on_sqlite.policy, AT)
        id_, content = tx.execute(select(table.c.id, table.c.content).order_by(table.c.id.desc()).limit(1)).one()
        changed = json.dumps({**json.loads(content), **spoilt}, ensure_ascii=False, separators=(",", ":"))
        tx.execute(update(table).where(table.c.id == id_).values(content=changed))
    told = plain(on_sqlite.happens(asks("更正紀錄", "2026-03-05", STRANGER)))
    assert "更正紀錄（1）" in told and "這一列被改過" in told


def test_a_decision_without_its_row_or_of_another_kind_than_it_is_found(newsroom: Newsroom) -> None:
    _backlog(newsroom, 2)
    with newsroom.database.write() as tx:
        for proposal in (1, 2):
            review.settle(tx, proposal, "accept", REVIEWER, "", newsroom.policy, AT)
        head = audit.head(tx)
        assert audit.verify(tx, head[:12]) == (2, [])
        tx.execute(delete(table).where(table.c.hash == head))
        assert [one.id for one in audit.verify(tx)[1]] == [None]
        assert "on proposal 2" in audit.verify(tx)[1][0].reason
        assert any("sealed anew" in one.reason for one in audit.verify(tx, head[:12])[1])
        tx.execute(update(schema_proposals).where(schema_proposals.c.id == 1).values(outcome="decline"))
        assert any("on proposal 1 is not what its row tells" in one.reason for one in audit.verify(tx)[1])


@pytest.mark.parametrize("changed", [{"decided_name": "某人"}, {"target": date(2030, 1, 1)}, {"outcome": None}])
def test_what_a_decision_is_changed_to_beside_its_row_is_found(newsroom: Newsroom, changed: dict[str, object]) -> None:
    _backlog(newsroom, 1)
    with newsroom.database.write() as tx:
        review.settle(tx, 1, "accept", REVIEWER, "", newsroom.policy, AT)
        assert audit.verify(tx) == (1, [])
        tx.execute(update(schema_proposals).where(schema_proposals.c.id == 1).values(**changed))
        assert [one.id for one in audit.verify(tx)[1]] == [None]


def test_an_undone_decision_is_missed_by_nobody(newsroom: Newsroom) -> None:
    _backlog(newsroom, 1)
    with newsroom.database.write() as tx:
        decided = review.settle(tx, 1, "accept", REVIEWER, "", newsroom.policy, AT).proposal
        undo.take_back(tx, 1, decided.version, REVIEWER, newsroom.policy, AT)
        assert audit.verify(tx) == (2, [])


def test_a_row_tells_what_its_card_showed(newsroom: Newsroom) -> None:
    newsroom.sync(
        "2026-03-01", {"a.md": record_text(target="2026-02-01", promise="增設路燈。", reply="", entries=verdict())}
    )
    newsroom.happens(asks("機關說明 11111111 https://example.org/x 已完成", "2026-03-02"))
    with newsroom.database.write() as tx:
        waiting = {one.origin: one.id for one in queue.waiting(tx)}
        review.settle(tx, waiting["deadline"], DEADLINE_RIGHT, REVIEWER, "", newsroom.policy, AT)
        review.settle(tx, waiting["correction"], "accept", REVIEWER, "查過了", newsroom.policy, AT)
        deadline, correction = [row.content for row in audit.rows(tx, action="decide")]
        assert deadline["evidence"] == ["院臺專字第1129900001號"]
        assert correction["sent"] == ["https://example.org/x\n已完成"]
    assert "送來機關說明" in plain(newsroom.happens(asks("複核紀錄 11111111", "2026-03-02")))


def test_how_far_the_ais_deadlines_are_right_is_told_with_their_doubts(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(
        "2026-03-01",
        {
            f"其他/{n}.md": record_text(
                id=str(n) * 8, title=f"第{n}件", promise=f"{word}。", reply="", target="2026-02-01"
            )
            for n, word in enumerate(("增設路燈", "鋪設道路", "興建校舍"), 1)
        },
    )
    with on_sqlite.database.write() as tx:
        review.settle(tx, 1, DEADLINE_RIGHT, REVIEWER, "", on_sqlite.policy, AT)
        for proposal in (2, 3):
            review.settle(tx, proposal, NO_DEADLINE, REVIEWER, "", on_sqlite.policy, AT)
    told = plain(on_sqlite.happens(asks("統計 複核", DAY)))
    assert "複核過的期限 3 件" in told
    assert "AI 擷取的期限正確 1/3" in told
    assert "・公文全文尚未收錄：1/3" in told


def test_public_answers_part_reviewed_unreviewed_doubtful_and_declined_verdicts(newsroom: Newsroom) -> None:
    _backlog(newsroom, 4)
    _press(newsroom, newsroom.happens(asks("複核 早於答復", DAY, REVIEWER)), "公文早於承諾")
    _press(newsroom, newsroom.happens(asks("複核 最新", DAY, REVIEWER)), "採認達成")
    told = plain(newsroom.happens(asks("法務部", DAY, STRANGER)))
    assert "AI 判定：已複核 1、不採認 1、達成未複核 1、達成存疑（佐證不足） 1" in told


def test_a_verdict_of_the_random_sample_that_is_decided_anew_stays_in_it_and_counts_once(on_sqlite: Newsroom) -> None:
    _backlog(on_sqlite, 2)
    card = on_sqlite.happens(asks("複核 隨機", DAY, REVIEWER))
    _press(on_sqlite, card, "採認達成")
    with on_sqlite.database.write() as tx:
        later = AT + timedelta(hours=1)
        review.reverse(tx, card.proposal or 0, "decline", REVIEWER, "公文講的是別條路", on_sqlite.policy, later)
    told = plain(on_sqlite.happens(asks("統計 複核", DAY, STRANGER)))
    assert "▍隨機抽樣（抽出 1 件，已複核 1 件）\n複核與 AI 判定一致 0/1" in told
    assert "其他的複核" not in told
    assert "你的範圍 1/2 已複核" in plain(on_sqlite.happens(asks("複核", DAY, REVIEWER)))


def test_who_accepts_what_the_ai_took_back_does_not_agree_with_it(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"其他/1.md": record_text(status="已達成", entries=verdict())})
    on_sqlite.sync(DAY, {"其他/1.md": record_text(status="追蹤中", entries=verdict() + verdict(NEWER_LETTER))})
    _press(on_sqlite, on_sqlite.happens(asks("複核 判定", DAY, REVIEWER)), "採認達成")
    assert "AI 收回或改列的判定 1 件，複核也改列的 0/1" in plain(on_sqlite.happens(asks("統計 複核", DAY, STRANGER)))


def test_a_row_holds_the_evidence_on_the_card_and_none_that_the_source_took_out(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"其他/1.md": record_text(status="已達成", entries=verdict(OLDER_LETTER))})
    on_sqlite.sync(DAY, {"其他/1.md": record_text(status="已達成", entries=verdict(NEWER_LETTER))})
    _press(on_sqlite, on_sqlite.happens(asks("複核 判定", DAY, REVIEWER)), "採認達成")
    with on_sqlite.database.read() as tx:
        (row,) = audit.rows(tx)
    assert "1139900021" in str(row.content["evidence"])
    assert "1119900007" not in str(row.content["evidence"])


def test_one_decision_for_near_duplicates_is_counted_both_ways(on_sqlite: Newsroom) -> None:
    files = {f"其他/{n}.md": record_text(id=str(n) * 8, status="已達成", entries=verdict()) for n in (1, 2, 3)}
    on_sqlite.sync("2026-03-01", files)
    _press(on_sqlite, on_sqlite.happens(asks("複核", DAY, REVIEWER)), "公文早於承諾")
    offers = on_sqlite.due(AT + timedelta(minutes=1))[str(REVIEW_ROOM)]
    (offer,) = [message for message in offers if message.title == "同段承諾還在等複核，要同樣決定嗎？"]
    _press(on_sqlite, offer, "同樣決定")
    told = plain(on_sqlite.happens(asks("統計 複核", DAY, STRANGER)))
    assert "複核與 AI 判定一致 0/3（同段併計 0/1）" in told


def test_what_was_not_accepted_can_be_asked_for_and_is_counted_apart(newsroom: Newsroom) -> None:
    _backlog(newsroom, 3)
    _press(newsroom, newsroom.happens(asks("複核 早於答復", DAY, REVIEWER)), "公文早於承諾")
    for words in ("法務部 不採認", "AI 判定不採認", "is:not-accepted"):
        assert "共 1 件" in plain(newsroom.happens(asks(words, DAY, STRANGER)))
    told = plain(newsroom.happens(asks("統計 法務部", DAY, STRANGER)))
    assert "已人工複核 1（1），其中採認達成 0（0）、AI 判定不採認 1（1）" in told


def test_a_verdict_that_a_correction_settled_counts_in_the_sample_and_in_the_agreement(newsroom: Newsroom) -> None:
    _backlog(newsroom, 2)
    card = newsroom.happens(asks("複核 隨機", DAY, REVIEWER))
    (record,) = [line for line in plain(card).splitlines() if line.startswith("第")]
    newsroom.happens(asks(f"更正 {record[1] * 8} 其實沒有做", DAY, STRANGER))
    _press(newsroom, newsroom.happens(asks("複核 更正", DAY, REVIEWER)), "改列尚無結論")
    told = plain(newsroom.happens(asks("統計 複核", DAY, STRANGER)))
    assert "▍隨機抽樣（抽出 1 件，已複核 1 件）\n複核與 AI 判定一致 0/1" in told
