"""What a reviewer's decision rests on where that is not what the AI cited: what somebody sent in, whom nobody verified."""

from __future__ import annotations

from handlers.language import listed, say, say_n
from records.status import DEADLINE_RIGHT
from store import decisions, submissions
from store.engine import Transaction
from store.proposals import Proposal
from store.submissions import Submission


def sent_in(tx: Transaction, proposal: Proposal) -> list[Submission]:
    """What was sent in that a decision settles, also where it decides that anew; what an agency is said to state is first.

    It is read on a correction, or on the deadline that a reviewer found it to be about; no verdict of the AI's has any.
    """
    if proposal.origin == "verdict":
        return []
    sent = submissions.of(tx, proposal.id) or submissions.of(tx, decisions.first_of(tx, proposal).id)
    return sorted(sent, key=lambda one: not one.statement)


def submission_name(sent: Submission) -> str:
    """What it is called: an agency's statement is one by its sender's word alone."""
    return say("機關說明（送件人自述的身分，未經查核）") if sent.statement else say("送來的更正")


def _rested_on(tx: Transaction, proposal: Proposal) -> list[Submission]:
    """What was sent in that a decision follows: not where it finds the deadline right to which somebody objected."""
    return [] if proposal.outcome == DEADLINE_RIGHT else sent_in(tx, proposal)


def sources(tx: Transaction, proposal: Proposal) -> list[str]:
    """What was sent in, by its link or as what it came.

    Of several none by its link: one may say the opposite of what was decided, and its link would be published for it.
    """
    sent = _rested_on(tx, proposal)
    if len(sent) > 1:
        return list(dict.fromkeys(map(submission_name, sent)))
    return list(map(_source, sent))


def _source(sent: Submission) -> str:
    """An agency's statement by that word, whose nobody looked at, with its link; else the link alone."""
    return f"{submission_name(sent)} {sent.link}".strip() if sent.statement or not sent.link else sent.link


def line(tx: Transaction, proposal: Proposal) -> str:
    """所據：機關說明（…）; empty where a decision rests on the letters that its card shows."""
    sent = _rested_on(tx, proposal)
    if len(sent) > 1:
        names = listed(dict.fromkeys(map(submission_name, sent)))
        return say_n("所據：{names}，共 {n} 份，沒有指明採用哪一份", len(sent), names=names)
    named = list(map(_source, sent))
    return say("所據：{sources}", sources=listed(named)) if named else ""
