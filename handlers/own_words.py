"""What a reviewer's own words say where they name no outcome: a reason against the AI's letters, a yes, second thoughts, or none."""

from __future__ import annotations

import re

_NEVER_MIND = re.compile(
    r"(?:我?先?)?(?:取消|算了|不用了?|不要了?|沒事|跳過|略過|復原|等一下|等等|稍後|晚點)(?:這個|好了|再說|吧|了)?|先不(?:要|用|決定)|"
    r"cancel|skip|undo|wait|never ?mind|not now|later",
    re.IGNORECASE,
)
"""What somebody writes who was asked for a reason or a date and means none."""

_SECOND_THOUGHTS = re.compile(
    r"再看看|再想想|查一下|看一下|先不|按錯|點錯|不確定|^/|[嗎呢]?[?？]$|嗎$|not sure|let me|mistake", re.IGNORECASE
)

_NO_DOUBT = re.compile(
    "無誤|沒錯|不錯|無疑|[沒無](?:有)?(?:問題|意見|異議)|no (?:problem|objection|doubt)", re.IGNORECASE
)
"""A yes in words that deny something else."""

_DENIES = re.compile(
    r"[不未沒無非別另他僅只尚仍低缺舊]|早於|之前|以前|\b(?:not|no|never|none|other|another|older|earlier|before|only|wrong|unrelated|irrelevant)\b"
    r"|n't\b",
    re.IGNORECASE,
)
"""What nearly every reason against a letter holds."""

_AFFIRMS = re.compile(
    r"採認|採用|採納|核可|認可|認同|同意|贊成|可以|屬實|正確|達成|完成|做到|對$|是$"
    r"|\b(?:kept|correct|true|done|agreed?|approved?|accept(?:ed)?|confirm(?:ed)?|lgtm|looks good|fine|ok|okay|yes)\b",
    re.IGNORECASE,
)

_NO_PROMISE = re.compile(r"(?:不是|不算|並?非)承諾$|^(?:not|no) a? ?promise$", re.IGNORECASE)
"""Another outcome, though in words that deny."""

_SHORTEST = 4
"""Characters of a reason that neither denies nor affirms: 「既成」 and 「👍」 are none."""

_ONE_WORD = re.compile("[a-z]+", re.IGNORECASE)
_ENDS = " 。.，,!！~～…"


def means_none(text: str) -> bool:
    """Whether somebody who was asked for words takes back that they wanted to say some (取消。)."""
    return _NEVER_MIND.fullmatch(text.strip(_ENDS)) is not None


def is_reason_against(text: str) -> bool:
    """Whether a text may be a reason against the AI's letters; what may as well be a yes, or another outcome, is none.

    Where it is unclear it is no reason: who meant one is asked to name the decision, and nothing was decided.
    """
    said = _NO_DOUBT.sub("", text).strip(_ENDS)
    if _SECOND_THOUGHTS.search(text.strip(" 。.")) or _NO_PROMISE.search(said):
        return False
    if _DENIES.search(said):
        return True
    is_next_to_nothing = len(said) < _SHORTEST or _ONE_WORD.fullmatch(said)
    return not (is_next_to_nothing or said != text.strip(_ENDS) or _AFFIRMS.search(said))
