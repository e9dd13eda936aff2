"""Writing a decision into a record's text."""

from __future__ import annotations

import difflib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.decision import Decision, commit_message, one_line
from records.edit import EditError, write_decision
from records.folder import ChangedError, replace_file
from records.parse import parse
from records.problems import UnreadableRecordError
from records.record import Record
from tests.records.made import decision
from tests.sample import progress, record_text, verdict

BREAKING = [
    "\n",
    "\r\n",
    "\r",
    "\u2028",
    "\x85",
    "\x0b",
    "###",
    "## 附註",
    "**",
    "**：",
    "[人工複核]",
    "---",
    "status: 無更新",
    "：",
    " ",
    '"',
    "'",
]
HOSTILE = st.lists(st.sampled_from(BREAKING) | st.text(alphabet="路燈abc\\$1{}<>", max_size=5), max_size=8).map("".join)
TITLES = st.text(alphabet="路燈a：:#-*&![]{}|>%@`'?, 追蹤中status", min_size=1, max_size=20).filter(str.strip)
STATUSES = ("追蹤中", "已延宕", "已達成", "無更新")


def write(text: str, **fields: object) -> str:
    return write_decision("a.md", text, decision(**fields))


def read(text: str) -> Record:
    return parse("a.md", text)


def moved(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went and the lines that came, line ends and empty lines aside."""
    lines = list(difflib.ndiff(before.splitlines(keepends=False), after.splitlines(keepends=False)))
    gone = [line[2:] for line in lines if line.startswith("- ")]
    come = [line[2:] for line in lines if line.startswith("+ ") and line[2:].strip()]
    return gone, come


def test_accepting_sets_the_status_and_appends_an_entry() -> None:
    before = record_text(entries=verdict())
    assert moved(before, write(before)) == (
        ['status: "追蹤中"', 'last_updated: "2026-02-20"'],
        [
            'status: "已達成"',
            'last_updated: "2026-03-02"',
            "### 2026-03-02 [人工複核]",
            "**結果**：採認達成",
            "**狀態**：追蹤中 → 已達成",
            "**複核人**：王小明",
            "**理由**：看過公文",
            "**依據**：院臺專字第1139900021號",
            "**決定編號**：d-1",
        ],
    )


@pytest.mark.parametrize(
    ("outcome", "status", "word"),
    [
        ("accept", "已達成", "採認達成"),
        ("partly", "追蹤中", "部分達成"),
        ("decline", "追蹤中", "不採認"),
        ("not-a-promise", "追蹤中", "非承諾"),
    ],
)
def test_each_outcome_has_its_status_and_its_word(outcome: str, status: str, word: str) -> None:
    after = read(write(record_text(status="已達成"), outcome=outcome, judged="已達成"))
    assert (after.status, after.entries[-1].field("結果")) == (status, word)


@pytest.mark.parametrize(
    ("as_usual", "otherwise"),
    [
        ("## 追蹤紀錄", "## 追蹤紀錄　"),
        ("## 追蹤紀錄", "## \u00a0追蹤紀錄"),
        ("\n---\n\n## 承諾原文", "\n------\n\n## 承諾原文"),
    ],
)
def test_what_is_read_can_be_written_to_however_it_is_marked(as_usual: str, otherwise: str) -> None:
    text = record_text().replace(as_usual, otherwise)
    assert otherwise in text
    assert read(write(text)).decision_ids == ("d-1",)


def test_an_empty_reason_has_no_line() -> None:
    assert "**理由**" not in write(record_text(), reason=" \n ")


def test_no_documents_have_no_line() -> None:
    assert "**依據**" not in write(record_text(), documents=())


def test_a_status_that_stays_has_no_line() -> None:
    assert (
        "**狀態**" not in write(record_text(status="已達成"), outcome="accept", judged="已達成").split("[人工複核]")[1]
    )


def test_several_documents_stand_on_one_line() -> None:
    assert read(write(record_text(), documents=("甲", "乙"))).entries[-1].field("依據") == "甲、乙"


def test_a_decision_makes_the_data_no_newer_than_the_source_made_it() -> None:
    before = record_text(entries=progress(day="2026-02-21"))
    written = read(write(before))
    newest = max(str(entry.date) for entry in read(before).entries)
    assert written.last_updated > newest
    assert written.data_day == newest
    later = read(write(before).replace(f'last_updated: "{written.last_updated}"', 'last_updated: "2027-01-01"'))
    assert later.data_day == "2027-01-01", "the source updated it since"


def test_a_decision_that_is_written_already_is_not_written_again() -> None:
    once = write(record_text())
    assert write(once) == once


def test_a_second_decision_is_written_behind_the_first() -> None:
    twice = write(write(record_text()), id="d-2", judged="已達成", outcome="decline")
    assert read(twice).decision_ids == ("d-1", "d-2")


def test_a_status_that_moved_meanwhile_is_not_overwritten() -> None:
    with pytest.raises(EditError, match="無更新"):
        write(record_text(status="無更新"))


def test_a_file_that_is_no_record_is_not_edited() -> None:
    with pytest.raises(UnreadableRecordError):
        write("不是紀錄")


@pytest.mark.parametrize(
    ("line", "edited"),
    [
        ("status: 追蹤中", "status: 已達成"),
        ("status: '追蹤中'", "status: '已達成'"),
        ('status: "追蹤中"   # 尚待確認', 'status: "已達成"   # 尚待確認'),
        ('status: 追蹤中 # it\'s "open"', 'status: 已達成 # it\'s "open"'),
        ('status:   "追蹤中"  ', 'status:   "已達成"  '),
        ('status: "\\u8ffd蹤中"', 'status: "已達成"'),
    ],
)
def test_quotes_blanks_and_comments_of_the_status_stay(line: str, edited: str) -> None:
    assert edited in write(record_text().replace('status: "追蹤中"', line)).splitlines()


@pytest.mark.parametrize("line", ['"status": "追蹤中"', "status : 追蹤中"])
def test_a_status_written_in_a_way_that_is_not_understood_is_not_edited(line: str) -> None:
    with pytest.raises(EditError):
        write(record_text().replace('status: "追蹤中"', line))


@pytest.mark.parametrize("line", ["status: >-\n  追蹤中", "status:\n  追蹤中", 'status: "追蹤\n  中"'])
def test_a_status_that_spans_lines_is_never_written_wrongly(line: str) -> None:
    with pytest.raises((EditError, UnreadableRecordError)):
        write(record_text().replace('status: "追蹤中"', line))


def test_a_status_line_in_the_body_stays() -> None:
    after = write(record_text(promise='status: "追蹤中"'))
    assert read(after).promise == 'status: "追蹤中"'


def test_a_status_line_inside_a_block_value_stays() -> None:
    text = record_text().replace('title: "增設路燈"', 'title: |\n  status: "追蹤中"\n  ---')
    assert read(write(text)).title == 'status: "追蹤中" ---'


@pytest.mark.parametrize("quote", ['"', "'", ""])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_without_last_updated_gains_one_at_the_end_of_its_front_matter(quote: str, end: str) -> None:
    text = record_text().replace('last_updated: "2026-02-20"\n', "")
    text = text.replace('status: "追蹤中"', f"status: {quote}追蹤中{quote}  # the AI's word")
    after = write(text.replace("\n", end))
    assert f"status: {quote}已達成{quote}  # the AI's word{end}" in after
    assert f"{end}last_updated: {quote}2026-03-02{quote}{end}---{end}" in after
    assert read(after).last_updated == "2026-03-02"


@pytest.mark.parametrize("status", ["status: >-\n  追蹤中", 'status:\n  "追蹤中"', 'status: "追\\\n  蹤中"'])
def test_a_status_of_several_lines_is_split_by_nothing(status: str) -> None:
    text = record_text().replace('last_updated: "2026-02-20"\n', "").replace('status: "追蹤中"', status)
    assert read(text).status == "追蹤中"
    with pytest.raises(EditError):
        write(text)
    dated = write(text, outcome="deadline-right", judged="2026-03-15")
    assert (read(dated).status, read(dated).last_updated) == ("追蹤中", "2026-03-02")


def test_a_last_updated_that_is_no_plain_line_stays_and_gains_no_second() -> None:
    text = record_text().replace('last_updated: "2026-02-20"', '"last_updated": "2026-02-20"')
    assert write(text).count("last_updated") == 1


def test_a_file_without_last_newline_gains_none() -> None:
    assert write(record_text().rstrip("\n")).endswith("**決定編號**：d-1")


def test_empty_lines_at_the_end_stay_there() -> None:
    assert write(record_text() + "\n\n").endswith("**決定編號**：d-1\n\n\n")


def test_a_file_of_crlf_lines_stays_one() -> None:
    after = write(record_text().replace("\n", "\r\n"))
    assert after.count("\n") == after.count("\r\n")


def test_a_byte_order_mark_stays() -> None:
    assert write("\ufeff" + record_text()).startswith("\ufeff---\n")


def test_a_section_behind_the_log_stays_behind_it() -> None:
    after = write(record_text() + "\n## 附註\n\n文\n")
    assert after.endswith("**決定編號**：d-1\n\n## 附註\n\n文\n")


def test_of_two_logs_the_first_gains_the_entry() -> None:
    after = write(record_text() + "\n## 追蹤紀錄\n\n### 2026-01-01 [初始建立]\n文\n")
    assert after.index("d-1") < after.rindex("## 追蹤紀錄")


@pytest.mark.parametrize("heading", ["### 2026-02-20 [初始建立]", "### 某日 初始建立"])
def test_a_log_heading_in_front_matter_is_not_taken_for_the_log(heading: str) -> None:
    odd = record_text().replace("### 2026-02-20 [初始建立]", heading)
    written = write(odd.replace("created_at", "## 追蹤紀錄\ncreated_at"))
    assert written.index("[人工複核]") > written.index(heading)
    assert read(written).decision_ids == ("d-1",)


def test_a_reason_can_forge_no_entry() -> None:
    reason = (
        "好\n\n### 2026-03-02 [人工複核]\r\n**決定編號**：d-666\u2028### 2026-03-02 [人工複核]\x85**決定編號**：d-667"
    )
    assert read(write(record_text(), reason=reason)).decision_ids == ("d-1",)


def test_a_reviewers_name_can_forge_no_field() -> None:
    after = read(write(record_text(), by="王\n**結果**：非承諾\n**決定編號**：d-666"))
    assert (after.entries[-1].field("結果"), after.decision_ids) == ("採認達成", ("d-1",))


def test_a_document_number_can_forge_no_field() -> None:
    after = read(write(record_text(), documents=("甲\n**決定編號**：d-666",)))
    assert after.decision_ids == ("d-1",)


@settings(max_examples=100)
@given(st.text() | HOSTILE)
def test_what_a_person_typed_is_put_on_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


@st.composite
def record_texts(draw: st.DrawFn) -> str:
    """A record's text with a hostile title and log, in any quotes and line ends."""
    quote = draw(st.sampled_from(['"', "'"]))
    title = draw(TITLES).replace("'", "''" if quote == "'" else "'")
    text = record_text(
        title=title,
        status=draw(st.sampled_from(STATUSES)),
        promise=draw(HOSTILE),
        reply=draw(HOSTILE),
        agency=draw(st.sampled_from(["法務部", None])),
        entries=draw(st.sampled_from(["", verdict(), progress() + verdict()])) + draw(HOSTILE),
    )
    lines = text.split("\n")
    for at, line in enumerate(lines[:18]):
        if line.startswith(("title:", "status:", "last_updated:")):
            name, _, value = line.partition(": ")
            bare = draw(st.booleans()) and name != "title"
            lines[at] = f"{name}: " + (value[1:-1] if bare else quote + value[1:-1] + quote)
    text = "\n".join(lines)
    if draw(st.booleans()):
        text = text.rstrip("\r\n")
    if draw(st.booleans()):
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    return draw(st.sampled_from(["", "\ufeff"])) + text


@st.composite
def decisions(draw: st.DrawFn, judged: str) -> Decision:
    return decision(
        outcome=draw(st.sampled_from(["accept", "partly", "decline", "not-a-promise"])),
        judged=judged,
        by=draw(HOSTILE),
        reason=draw(HOSTILE | st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"))),
        day=draw(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))),
        documents=tuple(draw(st.lists(HOSTILE, max_size=3))),
    )


@settings(max_examples=150)
@given(record_texts(), st.data())
def test_a_decision_moves_only_the_status_the_day_and_one_entry(text: str, data: st.DataObject) -> None:
    made = data.draw(decisions(read(text).status))
    after = write_decision("a.md", text, made)
    gone, come = moved(text.rstrip("\r\n"), after.rstrip("\r\n"))
    assert all(line.lstrip("\ufeff").startswith(("status:", "last_updated:")) for line in gone)
    kept = [line for line in come if not line.startswith(("status:", "last_updated:"))]
    assert 3 <= len(kept) <= 7 and kept[0] == f"### {made.day} [人工複核]" and kept[-1] == "**決定編號**：d-1"


@settings(max_examples=100)
@given(record_texts(), st.data())
def test_a_written_decision_reads_back_with_the_new_status(text: str, data: st.DataObject) -> None:
    made = data.draw(decisions(read(text).status))
    after = read(write_decision("a.md", text, made))
    assert after.status == ("已達成" if made.outcome == "accept" else "追蹤中") and "d-1" in after.decision_ids


@settings(max_examples=100)
@given(record_texts(), st.data())
def test_a_decision_written_twice_is_written_once(text: str, data: st.DataObject) -> None:
    made = data.draw(decisions(read(text).status))
    once = write_decision("a.md", text, made)
    assert write_decision("a.md", once, made) == once


def test_a_file_is_replaced_byte_for_byte(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_bytes("舊".encode())
    replace_file(file, "舊".encode(), "新\r\n文\n")
    assert file.read_bytes() == "新\r\n文\n".encode()


def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("舊", encoding="utf-8")
    file.chmod(0o640)
    replace_file(file, "舊".encode(), "新")
    assert file.stat().st_mode & 0o777 == 0o640


def test_replacing_leaves_no_temporary_file(tmp_path: Path) -> None:
    file = tmp_path / ("長" * 60 + ".md")
    file.write_text("舊", encoding="utf-8")
    replace_file(file, "舊".encode(), "新")
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_somebody_wrote_to_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("來源新寫的", encoding="utf-8")
    with pytest.raises(ChangedError):
        replace_file(file, "舊".encode(), "新")
    assert [item.read_text(encoding="utf-8") for item in tmp_path.iterdir()] == ["來源新寫的"]


def test_a_text_that_has_no_bytes_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("舊", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        replace_file(file, "舊".encode(), "\ud800")
    assert [item.read_text(encoding="utf-8") for item in tmp_path.iterdir()] == ["舊"]


def _of_deadline(outcome: str, judged: str | None = "2026-03-15", target: date | None = None) -> Decision:
    return decision(outcome=outcome, judged=judged or "", target=target)


@pytest.mark.parametrize(
    ("outcome", "target", "line", "entry"),
    [
        ("deadline-right", None, 'target_date: "2026-03-15"', "**期限**：2026-03-15"),
        ("deadline-moved", date(2027, 6, 30), 'target_date: "2027-06-30"', "**期限**：2026-03-15 → 2027-06-30"),
        ("no-deadline", None, "target_date: null", "**期限**：2026-03-15 → 無"),
    ],
)
def test_a_settled_deadline_changes_its_date_and_appends_an_entry(
    outcome: str, target: date | None, line: str, entry: str
) -> None:
    before = record_text(entries=progress())
    after = write_decision("a.md", before, _of_deadline(outcome, target=target))
    assert line in after
    assert entry in after
    assert read(after).status == read(before).status
    assert read(after).entries[:-1] == read(before).entries
    gone, _ = moved(before, after)
    assert len(gone) == (1 if outcome == "deadline-right" else 2)


def test_a_deadline_that_the_file_gives_otherwise_by_now_is_not_written() -> None:
    with pytest.raises(EditError, match="檔案的期限已改為「2026-03-20」"):
        write_decision("a.md", record_text(target="2026-03-20"), _of_deadline("no-deadline"))


def test_a_settled_deadline_is_written_once() -> None:
    settled = _of_deadline("deadline-moved", target=date(2027, 6, 30))
    once = write_decision("a.md", record_text(), settled)
    assert write_decision("a.md", once, settled) == once


def test_the_commit_tells_the_head_of_the_audit_log() -> None:
    assert "Audit-Head: abc\n" in commit_message("增設路燈", decision(audit="abc"))
    assert "Audit-Head" not in commit_message("增設路燈", decision())


@pytest.mark.parametrize(
    ("later", "is_written"), [(progress(day="2026-03-20"), True), (verdict(day="2026-03-20"), False)]
)
def test_a_delay_by_date_alone_keeps_no_decision_from_the_file(later: str, is_written: bool) -> None:
    text = record_text(status="已延宕", entries=verdict(day="2026-03-02") + later)
    if is_written:
        assert read(write(text, outcome="accept", judged="追蹤中", day=date(2026, 3, 3))).status == "已達成"
    else:
        with pytest.raises(EditError, match="檔案的狀態已改為「已延宕」"):
            write(text, outcome="accept", judged="追蹤中", day=date(2026, 3, 3))


def test_a_day_on_which_the_source_updated_the_file_since_is_kept() -> None:
    later = record_text().replace('last_updated: "2026-02-20"', 'last_updated: "2026-03-03"')
    assert 'last_updated: "2026-03-03"' in write(later)
