"""Texts to pass on: one to paste with its caveats inside, and a polite request that asks the agency how things stand."""

from __future__ import annotations

from datetime import date

from handlers import basis, found, listing, offers
from handlers.agency_words import agency_line
from handlers.cutting import cut
from handlers.deadline_words import deadline_line, target_line
from handlers.flag_words import doubtful_kinds, flag_line
from handlers.language import Voice, say, say_n, short_date, speaking
from handlers.message import Message, Section, Tap
from handlers.policy import Policy
from handlers.query_words import heading
from handlers.reach import read_reach
from handlers.reread import record_of
from handlers.show import held_text
from handlers.status_words import brief_status, kept_beside_words, status_line
from handlers.wording import NOT_UNDONE, case
from records.agencies import directory
from records.dates import roc
from records.flags import PREDATES, SAME_DAY, SAME_LETTER, citation_flag
from records.letters import is_verbatim
from records.record import Record
from records.status import Standing
from store import commitments, decisions, matching
from store.engine import Transaction

LISTED = 5
"""Items of a list that its text to paste names."""

LONGEST_PROMISE = 200
"""Characters of the promise that a request quotes."""


def to_paste(tap: Tap, tx: Transaction, policy: Policy, key: int, _version: int) -> Message:
    """The 📋 轉貼用文字 button: plain text that stands alone."""
    standing = found.standing(tx, key)
    record = record_of(tx, standing)
    return _as_written(paste_text(tx, standing, record, policy, tap.at.date()))


def to_ask(_tap: Tap, tx: Transaction, _: Policy, key: int, _version: int) -> Message:
    """The ✉️ 追問文字 button: a request that can be sent as it stands."""
    standing = found.standing(tx, key)
    record = record_of(tx, standing)
    with speaking(Voice()):
        request = _request(standing, record, held_text(tx, record))
    return _as_written(request, footer=say("請核對後再送出；括號裡的請自行填寫。"))


def list_to_paste(tap: Tap, tx: Transaction, policy: Policy, question: int, _version: int) -> Message:
    """The 📋 轉貼用文字 button under a list: what stands above it, its first items with their dates, and both dates."""
    query, today = found.asked(tx, question), tap.at.date()
    counts, items = matching.survey(tx, query, today, limit=LISTED)
    standings = {standing.key: standing for standing in commitments.standings(tx, [key for key, _ in items])}
    shown = [(standings[key], size) for key, size in items]
    left = counts.folded - len(shown)
    beside = commitments.kept_beside(tx, list(standings.values()))
    parts = listing.sections(tx, shown, counts, query, today, 0, beside)
    lines = [
        say("【諾言】{heading}", heading=heading(query)),
        listing.summary(query, counts, today, lines=offers.led_apart(tx, query, today)[0]),
        *(f"\n{section.heading}\n{section.text}" for section in parts),
        *([say_n("另有 {n} 筆", left)] if left else []),
        "",
        *str(read_reach(tx, today)).splitlines(),
        say("公文收錄日之後的進度這裡查不到。"),
        *([policy.deep_link.partition("?")[0]] if policy.deep_link else []),
    ]
    return _as_written("\n".join(lines))


def _as_written(text: str, footer: str = "") -> Message:
    """A text to be copied: nothing stands before its first line."""
    first, _, rest = text.partition("\n")
    return Message(title=first, sections=(Section(text=rest.lstrip("\n")),), footer=footer)


def paste_text(tx: Transaction, standing: Standing, record: Record, policy: Policy, today: date) -> str:
    """A commitment in few lines, its caveats and both dates inside, with where to find it."""
    told = [brief_status(standing) if standing.is_declined else status_line(standing)]
    decided = decisions.in_force(tx, standing.key)
    if decided and (rests_on := basis.line(tx, decided)):
        told.append(rests_on)
    if standing.is_doubted:
        told.append(_why_doubted(record))
    else:
        if doubts := doubtful_kinds(standing):
            told.append(say("AI 引用的公文有疑點（{doubts}），{not_undone}", doubts=doubts, not_undone=say(NOT_UNDONE)))
        told.append(_deadline_told(standing, today))
    told += kept_beside_words(commitments.kept_beside(tx, [standing]).get(standing.key, ()))
    source = [standing.letter_number or say("字號未載明")]
    if standing.letter_ordinal:
        source.append(say("公報檔第{ordinal}案", ordinal=case(standing.letter_ordinal)))
    where = (
        f"{policy.deep_link}r_{standing.id[:8]}" if policy.deep_link else say("編號 {record}", record=standing.id[:8])
    )
    reach = str(read_reach(tx, today)).splitlines()
    return "\n".join(
        [
            say("【諾言】{agency}｜{title}", agency=agency_line(standing), title=standing.title),
            say("{told}。", told=say("；").join(told)),
            say("出處：{source}", source=say("，").join(source)),
            *reach,
            say("公文收錄日之後的進度這裡查不到。"),
            where,
        ]
    )


def _deadline_told(standing: Standing, today: date) -> str:
    """The target date with its doubt, or with how long it passed and the tail."""
    if standing.deadline.doubt:
        doubt = flag_line(standing.deadline.doubt)
        return say("{target}，{doubt}，請先查證", target=target_line(standing), doubt=doubt)
    line = deadline_line(standing, today)
    if standing.is_overdue(today) and not standing.other_years:
        return say("{line}，{not_undone}", line=line, not_undone=say(NOT_UNDONE))
    return line


def _why_doubted(record: Record) -> str:
    """In what the letters behind the verdict fall short, with both dates where there is one."""
    own = record.letter.date
    for citation in record.verdicts:
        flag = citation_flag(record, citation)
        cited = citation.letter.date
        if flag is None or flag.flag not in (PREDATES, SAME_DAY, SAME_LETTER):
            continue
        if flag.flag == SAME_LETTER:
            return say("AI 引用的就是這件答復，佐證不足，{not_undone}", not_undone=say(NOT_UNDONE))
        if cited and own:
            late = say("與答復同一天") if cited == own else say("早於答復（{own}）", own=short_date(own))
            return say(
                "AI 引用的公文（{cited}）{late}，佐證不足，{not_undone}",
                cited=short_date(cited),
                late=late,
                not_undone=say(NOT_UNDONE),
            )
    return say("AI 判定所依據的公文都不晚於答復，佐證不足，{not_undone}", not_undone=say(NOT_UNDONE))


def _quoted(promise: str, *, is_verbatim: bool) -> str:
    """The promise, in quotation marks only where the letter has it word for word."""
    return f"「{promise}」" if is_verbatim else f"{promise}（AI 擷取，非公文逐字，以公文為準）"


def _request(standing: Standing, record: Record, letter_text: str) -> str:
    """A request to the agency, in its own language whatever the chat's."""
    answered = roc(standing.letter_date) if standing.letter_date else "（日期）"
    number = standing.letter_number or "（字號）"
    who = f"就{'、'.join(standing.legislators)}委員質詢" if standing.legislators else ""
    lines = [
        f"{_addressee(standing)}您好：",
        "",
        f"行政院{answered}{number}{who}之書面答復提到：",
        _quoted(
            cut(record.promise, LONGEST_PROMISE) or standing.title, is_verbatim=is_verbatim(record.promise, letter_text)
        ),
        "",
        "想請教：",
        "一、本案目前辦理情形為何？若已完成，請惠示完成日期及可公開查詢之公文或網址。",
    ]
    if standing.target and standing.has_clear_deadline and not standing.other_years:
        lines.append(
            f"二、依這件答復整理的期限為{roc(standing.target)}（如有出入，請惠予指正），期程有無調整？若有，調整後之期程及原因為何？"
        )
    else:
        lines.append("二、本案有無預定完成期程？若有，請惠示。")
    return "\n".join([*lines, "", "謝謝。", "（姓名、單位、聯絡方式）"])


def _addressee(standing: Standing) -> str:
    """Whom a request is written to: the bodies of today, of a task force that is no more who led it; one to be checked where unknown."""
    names = []
    for name in standing.agencies:
        if name not in directory():
            names.append(f"{name}（請確認機關）")
        elif (body := directory()[name]).until and body.led_by:
            names.append(directory().now(body.led_by))
        else:
            names.append(directory().now(name))
    return "、".join(dict.fromkeys(names)) or "（機關）"
