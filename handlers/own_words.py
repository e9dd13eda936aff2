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
    r"再看看|再想想|再查|查一下|看一下|先不|按錯|按到|點錯|不確定|不太確定|不知道|無法判斷|沒決定|不小心|不是要按|下次|以後再|請別人|取消|不好意思"
    r"|沒事|^/|[嗎呢]?[?？]$|嗎$|not sure|let me|mistake|wrong button|hold on|no wait|cancel|don't know|can't tell|not decided|no idea"
    r"|will check|forget it|never ?mind|someone else",
    re.IGNORECASE,
)

_NO_DENIAL = re.compile(
    r"無誤|不錯|無疑|無庸置疑|毫無|[沒没無]有?(?:任何|什麼|甚麼)?(?:問題|意見|異議|疑問|毛病|錯)|找不到問題|未發現問題|不反對|不得不|不能不"
    r"|他們|其他都|非常|不僅|不只|無障礙|低收入|缺額|舊案"
    r"|nothing wrong|no (?:issues?|problems?|objections?|doubts?|concerns?|errors?)|not wrong|do(?:n't| not) object",
    re.IGNORECASE,
)
"""Words that hold a sign of denial and deny nothing of the letter."""

_DENIES = re.compile(
    r"[不未沒無非別另他僅只尚仍低缺舊]|早於|之前|以前|n't\b"
    r"|\b(?:not|no|never|none|other|another|older|earlier|before|only|wrong|unrelated|irrelevant)\b",
    re.IGNORECASE,
)
"""What nearly every reason against a letter holds."""

_NOT_DONE = re.compile(
    r"[未沒無不非](?:有|曾|見|能|全部|全|完全|實際|足以)*(?:達成|完成|做到|完工)|not (?:yet )?(?:kept|done)",
    re.IGNORECASE,
)

_AFFIRMS = re.compile(
    r"採認|採用|採納|核可|認可|認同|同意|贊成|可以|屬實|正確|達成(?!率)|完成|做到|對$|是$|相符|合理"
    r"|\b(?:kept|correct|true|done|completed|agreed?|approved?|accept(?:ed)?|confirm(?:ed)?|match(?:es)?|lgtm|looks good)\b"
    r"|\b(?:fine|ok|okay|yes)\b",
    re.IGNORECASE,
)

_OTHERWISE = re.compile(
    "部分|一部分|(?:不是|不算|並?非|不屬於|不構成|沒有|具體)承諾|非具體承諾|(?:not|no) a? ?promised?|partly|partially|in part|half",
    re.IGNORECASE,
)
"""Another outcome, though in words that deny."""

_NEXT_TO_NOTHING = re.compile("[不沒無未非](?:有|是|對)?")
_ENDS = " 。.，,!！~～…"


def means_none(text: str) -> bool:
    """Whether somebody who was asked for words takes back that they wanted to say some (取消。)."""
    return _NEVER_MIND.fullmatch(text.strip(_ENDS)) is not None


def is_reason_against(text: str) -> bool:
    """Whether a text can be nothing but a reason against the AI's letters: it denies something, and affirms nothing.

    Where it may as well be a yes, another outcome or a second thought it is none: who meant one is asked to name the
    decision, and nothing was decided.
    """
    said = _NO_DENIAL.sub("", text).strip(_ENDS)
    if _SECOND_THOUGHTS.search(text.strip(" 。.")) or _OTHERWISE.search(text) or _NEXT_TO_NOTHING.fullmatch(said):
        return False
    return _DENIES.search(said) is not None and not _AFFIRMS.search(_NOT_DONE.sub("", said))
