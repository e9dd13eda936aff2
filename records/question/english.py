"""English phrases that questions are asked with, each as the Chinese words that it means.

Single words stand beside the Chinese ones in `records/question/lexicon.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_PHRASES = {
    "": "(?:the )?(?-i:[Mm]ost)|(?:who|which) (?:is|are|has|have)",  # MOST is a ministry, and WHO is asked about
    "-沒有期限": "with (?:a )?deadlines?",
    "-逾期 -沒有期限": "not (?:yet )?(?:overdue|late|delayed|past due)",
    "還沒到期": "not yet due|not due yet|not due(?! (?:in|on|by|before|after|since|this|next|last))",
    "逾期": "(?:past (?:its|their) (?:date|deadline)s?, )?no completion on file"
    "|over due|deadlines? (?:has |have )?passed|expired"
    "|(?:broken|breaks?|broke) (?:(?:its|their|the) )?promises?|past due|past (?:its|their) (?:date|deadline)s?"
    "|past deadlines?|past (?:the )?dates?|delays?|late|missed (?:its |their )?deadlines?",
    "即將到期": "due soon|coming due|deadlines? soon",
    "沒有期限": "no (?:deadlines?|(?:end |due |target )?dates?|targets?)|without (?:a )?deadlines?",
    "期限明確": "clear deadlines?",
    "期限存疑": "doubtful deadlines?|deadlines? (?:is |are )?in doubt",
    "-有新佐證": "(?:no|without(?: any)?) new (?:evidence|letters?)",
    "已達成 -佐證不足": "with (?:sufficient |good |enough )?evidence",
    "佐證不足": "(?:no|without(?: any)?|lacks?|lacking) evidence|thin evidence|insufficient evidence"
    "|doubtful verdicts?|verdicts? in doubt",
    "存疑": "in doubt|any doubts?|doubtful",
    "有新佐證": "new evidence|new letters?",
    "待複核": "(?:a?waiting|awaits?)(?: for)? review|pending review|to be reviewed|to review",
    "-已複核": "unreviewed|not (?:yet )?reviewed",
    "已複核": "reviewed by people|human review(?:ed)?",
    "已複核 已達成": "evidence accepted",
    "不採認": "(?:AI(?:'s)? verdict |evidence )?not accepted",
    "非承諾": "not (?:a )?(?:commitment|promise)s?",
    "部分達成": "partly (?:kept|achieved|done)",
    "尚無結論": "no conclusions?",
    "類別": "category",
    "質詢": "asked by|legislators?(?= [\u3400-\u9fff])",
    "無更新": "no updates?",
    "還沒做到": "(?:(?:has|have|was|were|is|are)n't|not) (?:yet )?(?:been )?(?:kept|done|achieved|finished|completed?|fulfilled|honou?red)"
    "|(?:unkept|unfulfilled|uncompleted|incomplete)",
    "已達成": "ai (?:says|said|judged|thinks)(?: (?:it )?(?:was|is))? (?:kept|done|achieved|completed)|completed|fulfilled|honou?red",
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
    "年底到期": "(?:due )?(?:by )?(?:the )?end of (?:the |this )year|due (?:by )?(?:the )?end of year|due (?:by )?year[ -]?end",
}

_STRETCHES = {
    "昨天": "yesterday",
    "今天": "today",
    "明天": "tomorrow",
    "上週": "last week",
    "本週": "this week",
    "下週": "next week",
    "上個月": "last month",
    "本月": "this month",
    "下個月": "next month",
    "上季": "last quarter",
    "本季": "this quarter",
    "下季": "next quarter",
    "去年": "last year",
    "今年": "this year",
    "明年": "next year",
}

_DAY = r"(?:\d{3,4}(?:[-/.]\d{1,2}){0,2})"
_DATED = r"\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?"
_YEAR = r"(?:19|20)\d\d"
_NUMBERS = {"a": 1, "an": 1} | {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)
}
_COUNT = "|".join([r"\d{1,4}", *_NUMBERS])
_NEGATION = re.compile(
    r"\b(?:without|excluding|except(?: for)?|but not|(?:all|everything|everyone|any|anything) but|apart from|aside from"
    r"|other than|not|no(?! (?:new|deadline|evidence|letter|document|conclusion|update|agency|later|less|longer|more"
    r"|commitments?|promises?)))"
    r"\s+(?:(?:by|from|about|of|in|for|on|with)\s+)?(?:the\s+)?"
    r"(?P<left_out>$|[^\s,、，]+(?:(?:,?\s+and\s+|,?\s+or\s+|,\s+)(?:the\s+)?[^\s,、，]+)*)",
    re.IGNORECASE,
)
"""Before what is left out, or at the end before something quoted."""

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = "|".join(
    "january february march april may june july august september october november december".split() + MONTHS
)
_UNITS = {"day": "天", "week": "週", "month": "個月", "year": "年"}
_UNIT = "|".join(_UNITS)
_PATTERN = re.compile(
    "|".join(
        [
            r'(?P<kept>"[^"]*"|「[^」]*」|https?://\S+|\b[a-z]+:(?:"[^"]*"|\S*))',
            rf"\b(?P<due>(?:due )?(?P<stretch>{'|'.join(_STRETCHES.values())})(?: due)?)\b",
            rf"\b(?:due )?(?:(?:(?:with)?in (?:the )?(?:next )?|(?<=due )next )(?P<within>{_COUNT})|within the next)"
            rf" (?P<within_unit>{_UNIT})s?\b",
            rf"\b(?:overdue|late|past due)(?: by| for)? (?:more than|over) (?P<over>{_COUNT}) (?P<over_unit>{_UNIT})s?\b",
            rf"\b(?:due )?(?:by|before) (?:the )?end of (?P<end_of>{_YEAR})\b",
            rf"\b(?P<was_due>due )?(?:with)?(?:in )?(?:the )?(?:last|past) (?P<last>{_COUNT}) (?P<last_unit>{_UNIT})s?\b",
            rf"\b(?:due )?(?:from |between |in |(?<=due )|(?=\d+ to ))(?P<from>{_YEAR})(?: ?[-–—~] ?| to | and )(?P<to>{_YEAR})\b",
            rf"\b(?:due )?(?:from |between )?(?P<from_month>{_MONTH}),? (?P<from_month_year>\d{{4}})(?: ?[-–—~] ?| to | until | and )"
            rf"(?P<to_month>{_MONTH}),? (?P<to_month_year>\d{{4}})\b",
            rf"\b(?:due )?(?:from |between )?(?P<from_day>{_DATED})(?: to | until | and )(?P<to_day>{_DATED})\b",
            r"\b(?:(?:due|deadlines?) (?:(?P<side>in|on|before|by|no later than|until|after|later than|since) )?"
            r"|(?P<side_alone>before|after|since|by|from|no later than) )"
            rf"(?P<day>{_DAY})\b",
            rf"\b(?:due )?(?:in |by |before )?q(?P<quarter>[1-4]),? (?P<quarter_year>{_YEAR})\b",
            r"\b(?P<month_due>due )?(?:(?P<month_side>in|on|by|before|after|since) )?"
            rf"(?:(?P<day_before>\d{{1,2}}) )?(?P<month>{_MONTH})"
            r"(?: (?P<day_of_month>\d{1,2}))?(?:,? (?P<year>\d{4}))?\b",
            *(rf"\b(?P<p{number}>{words})\b" for number, words in enumerate(_PHRASES.values())),
        ]
    ),
    re.IGNORECASE,
)
_SIDES = {
    "in": "",
    "on": "",
    "before": "<",
    "by": "<=",
    "no later than": "<=",
    "until": "<=",
    "after": ">",
    "later than": ">",
    "since": ">=",
    "from": ">=",
}
_OR_LATER, _OR_EARLIER = (
    re.compile(rf"\b(?:in )?({_YEAR}) (?:or|and) (?:{side})\b", re.IGNORECASE)
    for side in ("later|after", "earlier|before")
)
_OF_STRETCH = {english: chinese for chinese, english in _STRETCHES.items()}
_CHINESE = tuple(_PHRASES)


def in_chinese(text: str, leave_out: Callable[[str], str], is_known: Callable[[str], bool]) -> str:
    """A question with its English phrases as the Chinese words that they mean; what is quoted, fields and links stay.

    `leave_out` writes several things that are left out together; "no" leaves out only what `is_known`, since letters hold
    no other English.
    """

    def without(found: re.Match[str]) -> str:
        if found[0].casefold().startswith("no ") and not is_known(found["left_out"].split()[0].strip(",")):
            return found[0]
        return leave_out(re.sub(r"(?<=\s)the\s+", "", found["left_out"], flags=re.IGNORECASE))

    typed = _OR_EARLIER.sub(r"no later than \1", _OR_LATER.sub(r"since \1", re.sub(" {2,}", " ", text)))
    return _NEGATION.sub(without, _PATTERN.sub(_mean, typed))


def _mean(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "kept":
            return found[0]
        case "due":
            due = "到期" if "due" in found["due"].casefold() else ""
            return f" {_OF_STRETCH[found['stretch'].casefold()]}{due} "
        case "within_unit":
            return f" {_count(found['within'] or 'one')}{_UNITS[found['within_unit'].casefold()]}內到期 "
        case "over_unit":
            return f" 逾期 -過去{_count(found['over'])}{_UNITS[found['over_unit'].casefold()]}內到期 "
        case "last_unit":
            counted = f"{_count(found['last'])}{_UNITS[found['last_unit'].casefold()]}"
            return f" 過去{counted}內到期 " if found["was_due"] else f" 最近{counted} "
        case "quarter_year":
            return f" {found['quarter_year']}年第{found['quarter']}季 "
        case "end_of":
            return f" due:<={found['end_of']}-12-31 "
        case "day":
            side = found["side"] or found["side_alone"] or "in"
            return f" due:{_SIDES[side.casefold()]}{found['day'].replace('/', '-')} "
        case "to" | "to_day":
            return f" due:{found['from'] or found['from_day']}..{found['to'] or found['to_day']} ".replace("/", "-")
        case "to_month_year":
            first, last = (f"{found[f'{end}_month_year']}-{_number(found[f'{end}_month'])}" for end in ("from", "to"))
            return f" due:{first}..{last} "
        case "month" | "day_of_month" | "year":
            return _of_month(found)
        case group:
            return f" {_CHINESE[int(str(group)[1:])]} "


def _of_month(found: re.Match[str]) -> str:
    if not (found["month_due"] or found["year"]):
        return found[0]  # may and march are words, too
    month = int(_number(found["month"]))
    day = int(found["day_of_month"] or found["day_before"] or 0)
    side = _SIDES[(found["month_side"] or "in").casefold()]
    if found["year"]:
        return f" due:{side}{found['year']}-{month:02d}" + (f"-{day:02d} " if day else " ")
    by = "前" if side.startswith("<") else ""
    return f" {month}月{day}日{by}到期 " if day else f" {month}月{by}到期 "


def _number(month: str) -> str:
    """06 of June."""
    return f"{MONTHS.index(month[:3].casefold()) + 1:02d}"


def _count(said: str) -> int:
    return _NUMBERS.get(said.casefold()) or int(said)
