"""English phrases that questions are asked with, each as the Chinese words that it means.

Single words stand beside the Chinese ones in `records/question_words.py`.
"""

from __future__ import annotations

import re

_PHRASES = {
    "逾期": "past due|past (?:its|their) (?:date|deadline)s?|past deadlines?|delays?|late",
    "即將到期": "due soon|coming due",
    "沒有期限": "no deadlines?|without (?:a )?deadlines?",
    "期限明確": "clear deadlines?",
    "期限存疑": "doubtful deadlines?",
    "佐證不足": "thin evidence|doubtful verdicts?",
    "存疑": "in doubt|any doubts?",
    "有新佐證": "new evidence|new letters?",
    "待複核": "waiting for review|to be reviewed|to review",
    "已複核": "reviewed by people|human review(?:ed)?",
    "非承諾": "not (?:a )?(?:commitment|promise)s?",
    "部分達成": "partly (?:kept|achieved|done)",
    "尚無結論": "no conclusions?",
    "類別": "category",
    "無更新": "no updates?",
    "還沒做到": "not (?:yet )?(?:kept|done|achieved|finished)",
    "未載明機關": "no agency|agency not named|without (?:an )?agency",
    "含國營事業": "(?:with|including) state-owned(?: companies)?",
    "自己的": "by itself|(?:by )?itself only|only itself",
    "公文沒談這件事": "(?:letters? )?about something else",
    "摘要提到公文之後的事": "summary (?:tells of a day )?after (?:the )?letter",
    "公文早於答復": "(?:letters? )?older than (?:the )?(?:reply|commitment|promise)",
    "就是這件答復": "(?:the )?same letter",
    "與答復同一天": "(?:the )?same day",
    "沒附可查的公文": "no letters? to check|no document",
    "標示前後不一": "labels disagree",
    "摘要沒提到數字": "numbers? missing",
    "期限早於答復": "deadlines? before (?:the )?reply",
    "公文查無這個期限": "deadlines? not in (?:the )?letter",
    "公文尚未收錄": "letters? not held",
    "年底到期": "due (?:by )?(?:the )?end of (?:the |this )?year|due (?:by )?year-?end",
}

_STRETCHES = {
    "今天": "today",
    "上週": "last week",
    "本週": "this week",
    "下週": "next week",
    "上個月": "last month",
    "本月": "this month",
    "下個月": "next month",
    "去年": "last year",
    "今年": "this year",
    "明年": "next year",
}

_DAY = r"(?:\d{3,4}(?:[-/.]\d{1,2}){0,2})"
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = "|".join(
    "january february march april may june july august september october november december".split() + _MONTHS
)
_PATTERN = re.compile(
    "|".join(
        [
            r'(?P<kept>"[^"]*"|「[^」]*」|https?://\S+|\b[a-z]+:(?:"[^"]*"|\S+))',
            rf"\b(?P<due>(?:due )?(?P<stretch>{'|'.join(_STRETCHES.values())})(?: due)?)\b",
            r"\b(?:due )?(?:with)?in (?:the )?(?:next )?(?P<within>\d{1,4}) (?P<within_unit>day|week|month)s?\b",
            r"\b(?:in )?(?:the )?last (?P<last>\d{1,4}) (?P<last_unit>day|week|month)s?\b",
            rf"\bdue (?P<side>in|on|before|by|after|since) (?P<day>{_DAY})\b",
            rf"\bdue (?:in |on |by |before )?(?P<month>{_MONTH})(?: (?P<day_of_month>\d{{1,2}}))?(?:,? (?P<year>\d{{4}}))?\b",
            *(rf"\b(?P<p{number}>{words})\b" for number, words in enumerate(_PHRASES.values())),
            r"\b(?:without|excluding|except|but not|not) (?P<without>[^\s,、，]+)",
        ]
    ),
    re.IGNORECASE,
)
_UNITS = {"day": "天", "week": "週", "month": "個月"}
_SIDES = {"in": "", "on": "", "before": "以前", "by": "以前", "after": "以後", "since": "以後"}
_OF_STRETCH = {english: chinese for chinese, english in _STRETCHES.items()}
_CHINESE = tuple(_PHRASES)


def in_chinese(text: str) -> str:
    """A question with its English phrases as the Chinese words that they mean; what is quoted, fields and links stay."""
    return _PATTERN.sub(_mean, text)


def _mean(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "kept":
            return found[0]
        case "due":
            due = "到期" if "due" in found["due"].casefold() else ""
            return f" {_OF_STRETCH[found['stretch'].casefold()]}{due} "
        case "within_unit":
            return f" {found['within']}{_UNITS[found['within_unit'].casefold()]}內到期 "
        case "last_unit":
            return f" 最近{found['last']}{_UNITS[found['last_unit'].casefold()]} "
        case "day":
            return f" {found['day']}{_SIDES[found['side'].casefold()]}到期 "
        case "month" | "day_of_month" | "year":
            month = _MONTHS.index(found["month"][:3].casefold()) + 1
            if found["year"]:
                day = f"-{int(found['day_of_month']):02d}" if found["day_of_month"] else ""
                return f" {found['year']}-{month:02d}{day} "
            return f" {month}月{int(found['day_of_month'])}日到期 " if found["day_of_month"] else f" {month}月到期 "
        case "without":
            return f" -{found['without']} "
        case group:
            return f" {_CHINESE[int(str(group)[1:])]} "
