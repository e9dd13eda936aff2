"""How people say what the question language writes otherwise, put into its words before they are read.

The rules stand by their subject, each beside an example; which ones are used first is said here alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from records.question.meanings import QuestionError
from records.question.spoken_dates import DATES, LENGTHS
from records.question.spoken_exclusions import EXCLUSIONS
from records.question.spoken_phrases import AGENCIES, PHRASES
from records.question.spoken_pieces import LEAVES_OUT, Spoken
from records.question.spoken_states import STATES

RULES = (*EXCLUSIONS, *LENGTHS, *DATES, *PHRASES, *STATES, *AGENCIES)
"""In the order in which they are used, each on what the ones before it made of a text."""


_LEFT_OUT = re.compile(rf"(?:{LEAVES_OUT}|扣掉|扣除|除了?|(?<!\S)-)\s*[:：]?\s*(?:[今明去本前後]年|\d{{3,4}}年?)?$")
_LEFT_OUT_BEHIND = re.compile("的?(?:以外|之外|除外)")


def as_written(typed: str, rules: Iterable[Spoken] = RULES) -> str:
    """Put what people say as questions write it; the signs of the text must be normal already (NFKC).

    Raises QuestionError where what is to be left out means several things at once: without its whole it would be asked for.
    """
    for rule in rules:
        if rule.is_several and (found := rule.pattern.search(typed)) and _is_left_out(typed, found):
            raise QuestionError(
                "「-{word}」看不懂：這個不能排除。例如：交通部 -捷運、逾期 -衛福部", word=found[0].strip()
            )
        typed = rule.pattern.sub(rule.meant, typed)
    return typed


def _is_left_out(typed: str, found: re.Match[str]) -> bool:
    before, behind = typed[: found.start()].rstrip(), typed[found.end() :]
    return _LEFT_OUT.search(before) is not None or _LEFT_OUT_BEHIND.match(behind) is not None
