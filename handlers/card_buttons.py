"""The buttons of a proposal's card: the outcomes, the likeliest first; undo once it is decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers import cited
from handlers.language import N_, say, say_n
from handlers.message import Button
from handlers.outcome_words import NO_CONCLUSION_LABEL, OUTCOME_LABELS
from handlers.show import source_row
from records.flags import (
    DEADLINE_BEFORE_LETTER,
    DEADLINE_NOT_IN_LETTER,
    LATER_THAN_DOCUMENT,
    NOT_IN_TEXT,
    PREDATES,
    SAME_LETTER,
    SUMMARY,
    WORD_MISMATCH,
    rests_on_more,
)
from records.grounds import Grounds
from records.record import Record
from records.status import (
    ACCEPT,
    ACCEPT_PARTLY,
    DEADLINE_RIGHT,
    DISMISS,
    NO_CONCLUSION,
    NO_DEADLINE,
    NOT_PROMISED,
    Standing,
)
from store.proposals import Proposal
from store.submissions import Submission

DECLINE_LABELS = {"unrelated": N_("與承諾無關"), "older": N_("公文早於承諾"), "itself": N_("就是這件答復")}
"""What the buttons of a decline say, by their verb."""

DECLINE_REASONS = {**DECLINE_LABELS, "itself": N_("引用的就是承諾所在的這件答復")}
"""The reason that each of them gives, in words that stand alone in public."""

_LIKELY_NONE = (DEADLINE_BEFORE_LETTER, DEADLINE_NOT_IN_LETTER)
"""Doubts by which a date is rather no deadline of the promise: what is pressed first must not say that it is right."""

_PRESETS_BY_FLAG = {NOT_IN_TEXT: "unrelated", PREDATES: "older", SAME_LETTER: "itself"}


def sent_row(proposal: Proposal, rest: Sequence[Submission]) -> tuple[tuple[Button, ...], ...]:
    """A button for the `rest` of what was sent in, which the card has no room for; no row where there is none."""
    return ((Button(label=say_n("📎 其餘 {n} 份", len(rest)), action=f"sent:{proposal.id}:0"),),) if rest else ()


def rows(
    proposal: Proposal,
    standing: Standing,
    record: Record,
    grounds: Sequence[Grounds],
    at: datetime,
    *,
    objected: bool,
) -> tuple[tuple[Button, ...], ...]:
    """What a person can press on a card: while it waits every outcome, after the decision undo until the public hears.

    Somebody may have `objected` to what it asks about.
    """
    mark = f"{proposal.id}:{proposal.version}"
    skip = f"next:{proposal.id}:{proposal.taken_from or 0}"
    if proposal.outcome is not None:
        inside = proposal.public_at is not None and proposal.public_at > at
        return ((Button(label=say("↩️ 復原"), action=f"undo:{mark}"),),) if inside else ()
    if proposal.withdrawn_at:
        return source_row(standing)
    last = (
        Button(label=say("✍️ 其他理由") if proposal.is_claim else say("✍️ 附理由決定"), action=f"why:{mark}"),
        Button(label=say("⏭ 先跳過"), action=skip),
    )
    match proposal.origin:
        case "deadline":
            right = (Button(label=say("✅ 期限正確"), action=f"{DEADLINE_RIGHT}:{mark}"),) if standing.target else ()
            wrong = (
                Button(label=say("📅 改日期"), action=f"when:{mark}"),
                Button(label=str(OUTCOME_LABELS[NO_DEADLINE]), action=f"{NO_DEADLINE}:{mark}"),
            )
            outcomes = (wrong[::-1], right) if _doubt_of(standing) in _LIKELY_NONE else (right, wrong)
            back = ((Button(label=say("↩️ 不是期限的事"), action=f"status:{mark}"),),) if objected else ()
            return (*filter(None, outcomes), *back, *source_row(standing), last)
        case "correction":
            dismiss = (Button(label=str(OUTCOME_LABELS[DISMISS]), action=f"{DISMISS}:{mark}"),)
            dated = ((Button(label=say("📅 是期限有誤"), action=f"deadline:{mark}"),),) if standing.target else ()
            return (*_plain_outcomes(mark), *dated, dismiss, *source_row(standing), last)
    if proposal.takes_back:
        return (*_plain_outcomes(mark), *source_row(standing), *_letters(standing, record), last)
    return (*_outcomes(standing, record, grounds, mark), *source_row(standing), *_letters(standing, record), last)


def _letters(standing: Standing, record: Record) -> tuple[tuple[Button, ...], ...]:
    return *cited.letter_row(record, for_review=True), *cited.more_row(standing.key, record)


def _plain_outcomes(mark: str) -> tuple[tuple[Button, ...], ...]:
    """What may hold for a commitment, where no verdict of 達成 is to be accepted or declined."""
    return (
        (
            Button(label=str(OUTCOME_LABELS[ACCEPT]), action=f"{ACCEPT}:{mark}"),
            Button(label=str(OUTCOME_LABELS[ACCEPT_PARTLY]), action=f"{ACCEPT_PARTLY}:{mark}"),
        ),
        (
            Button(label=str(OUTCOME_LABELS[NOT_PROMISED]), action=f"{NOT_PROMISED}:{mark}"),
            Button(label=str(NO_CONCLUSION_LABEL), action=f"{NO_CONCLUSION}:{mark}"),
        ),
    )


def _doubt_of(standing: Standing) -> str:
    """The kind of doubt about a deadline, none where it is clear or there is none."""
    return standing.deadline.doubt.flag if standing.deadline.doubt else ""


def _outcomes(
    standing: Standing, record: Record, grounds: Sequence[Grounds], mark: str
) -> tuple[tuple[Button, ...], ...]:
    """The outcomes of a verdict, the likeliest first."""
    # that one letter is older, or of something else, is no ground against a verdict that rests on another one too
    groundless = set() if standing.unsupported else {PREDATES, SAME_LETTER}
    if rests_on_more(record, standing.flags):
        groundless |= {NOT_IN_TEXT, LATER_THAN_DOCUMENT}
    flags = [flag.flag for flag in standing.flags if flag.flag not in groundless]
    verbs = dict.fromkeys([*(_PRESETS_BY_FLAG[flag] for flag in flags if flag in _PRESETS_BY_FLAG), "unrelated"])
    declines = tuple(Button(label=f"❌ {say(DECLINE_LABELS[verb])}", action=f"{verb}:{mark}") for verb in verbs)
    accept = (Button(label=str(OUTCOME_LABELS[ACCEPT]), action=f"{ACCEPT}:{mark}"),)
    others = (
        Button(label=str(OUTCOME_LABELS[NOT_PROMISED]), action=f"{NOT_PROMISED}:{mark}"),
        Button(label=str(OUTCOME_LABELS[ACCEPT_PARTLY]), action=f"{ACCEPT_PARTLY}:{mark}"),
    )
    if SAME_LETTER in flags and _doubt_of(standing) == DEADLINE_BEFORE_LETTER:
        return others, declines, accept  # the reply reports something finished: no promise, rather than not kept
    # an older letter can be right where the act that the promise tells of is older still
    has_grounds = any(known.hold for known in grounds)
    older = standing.unsupported and not has_grounds and (PREDATES in flags or bool(grounds))
    strong = {NOT_IN_TEXT, LATER_THAN_DOCUMENT, SAME_LETTER} & set(flags)
    if strong or older:
        return declines, others, accept
    if any(flag.flag == WORD_MISMATCH and flag.right == SUMMARY for flag in standing.flags):
        return others[::-1], declines, accept  # the AI's own summary says that it was done in part
    return accept, others, declines
