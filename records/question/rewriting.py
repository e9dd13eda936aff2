"""A question as it was typed, put step by step into the words that are read."""

from __future__ import annotations

import re
from functools import partial

from records.agencies import directory
from records.question.answered import as_asked
from records.question.cited import letters_apart, links_apart
from records.question.english import in_chinese
from records.question.fields import FIELD_NAME
from records.question.left_out import each_left_out, is_askable, left_out, minus_before_each, with_minus
from records.question.lexicon import FULL_TEXT, RANGE
from records.question.meanings import Vocabulary
from records.question.refused import is_pasted, refuse
from records.question.spoken import as_written
from records.question.spoken_pieces import STATE
from records.question.written_dates import in_digits, years_as_ranges

_THANKS = re.compile(
    r"(?<=\S)(?:[\s,;。!?~]+|(?<=[嗎呢吧了啊]))"
    r"(?:謝謝(?:你們?|您)?|感謝|感恩|拜託|麻煩[你您]?了?|thanks|thank you)[\s。!~]*$",
    re.IGNORECASE,
)
_STOP = re.compile(r"(?<=[\u3400-\u9fff])[。!;?]+(?=[\u3400-\u9fff])")

_BODY_OF = re.compile(
    r"(?<!\S)(?P<whole>[\u4e00-\u9fff]{1,8}[部會院府])(?:(?:所屬|轄下|下轄|底下|旗下)的?|的)(?P<body>[\u4e00-\u9fff]{2,})"
)
"""衛福部的食藥署: the body is asked for, and whose it is only said."""

_LOOSE = re.compile(r"(?<=\s)的(?=[^\s士確]\S)")
"""What is left behind a condition that was put into our words (有期限的教育部)."""

_LABEL = re.compile(
    r"(?:^|(?<=[\s·,、:-]))(?:(?:條件|類別|狀態|質詢(?:委員)?|編號|機關|答復字號|疑點)\s*:\s*|(?:編號|#)\s*(?=[0-9a-f]{8})"
    r"|(?:[文字]號|[Ll]etter(?: [Nn]o\.?| number)?)\s*:?\s*(?=1\d{9}))|·"
)
"""What an answer names the parts of a question by; it may be typed back."""

_QUOTED_BACK = re.compile(r"文字\s*:\s*(?P<words>[^\s·]+)")
_BETWEEN_WORDS = re.compile(rf"(?P<field>[a-z]+:\S+)|(?<=[\u4e00-\u9fff])(?:[:+&]|\.+|/(?={STATE}))(?=[\u4e00-\u9fff])")
"""法務部：逾期, 法務部+逾期, 法務部/逾期."""

_GLUED_OR = re.compile(r"(?<=[\u3400-\u9fff])(?:OR|or)(?=[\u3400-\u9fff])")
_RANGE_IN_WORDS = re.compile(rf"(?:(?<=[\s,、])|^){RANGE.pattern}(?=[\s,、]|$)", re.ASCII)


def in_our_words(typed: str, vocabulary: Vocabulary) -> str:
    """What was typed in the words that are read: a reply as records write it, what an answer said it understood, English.

    Each step works on what the ones before it made. Raises QuestionError where something can't be asked.
    """
    typed = FIELD_NAME.sub(lambda name: name[0].lower(), typed)
    typed = letters_apart(as_asked(_THANKS.sub("", typed)))
    is_sentence = is_pasted(typed)
    typed = _STOP.sub(" ", with_minus(typed))
    if not is_sentence:
        refuse(typed)
    typed = as_written(in_digits(links_apart(typed), is_sentence=is_sentence))
    typed = _LOOSE.sub("", _BODY_OF.sub(_body_of, typed))
    typed = years_as_ranges(typed, is_sentence=is_sentence)
    typed = FULL_TEXT.sub(" fulltext:", left_out(typed, vocabulary))
    typed = minus_before_each(typed, vocabulary)
    typed = _LABEL.sub(" ", _QUOTED_BACK.sub(lambda found: f" {_quoted_back(found['words'])} ", typed))
    typed = _GLUED_OR.sub("|", _BETWEEN_WORDS.sub(lambda found: found["field"] or " ", typed))
    typed = _RANGE_IN_WORDS.sub(lambda found: "".join(found[0].split()), typed)
    named = directory().with_chinese_names(typed)
    return in_chinese(named, lambda said: each_left_out(said, vocabulary), partial(is_askable, vocabulary))


def _body_of(found: re.Match[str]) -> str:
    """What is asked of a body, without the ministry that it belongs to; all as it was where it belongs to none."""
    covered = directory().covers(whole) if (whole := directory().find(found["whole"])) else ()
    body = found["body"]
    is_its_body = any(directory().find(body[:end]) in covered for end in range(len(body), 1, -1))
    return body if is_its_body else found[0]


def _quoted_back(words: str) -> str:
    """The words that an answer says were looked for (文字：影像或圖像、路燈), each in quotation marks."""
    return " ".join(f'"{word.replace("或", "|")}"' for word in words.split("、"))
