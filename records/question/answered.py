"""What an answer says it understood (條件：法務部及所屬·期限已過、未列達成), as it may be typed or pasted back.

`handlers/query_words.py` prints it; `tests/handlers/test_answered.py` holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_DAY = r"(?:\d{4}-\d{2}-\d{2}|民國\d{2,3}年\d{1,2}月\d{1,2}日)"
_SAID = [
    (r"期限已過、未列達成", "逾期"),
    (r"30 天內到期、未列達成", "即將到期"),
    (r"AI\s*判定達成、佐證不足", "佐證不足"),
    (r"(?:尚?未经?|尚?未經?|還?沒有?)(?:人工)?[複复]核[過过]?", "-已複核"),
    (r"(?<![沒無所])有期限(?!存疑|明確)", "-沒有期限"),
    (r"判定或期限存疑", "存疑"),
    (r"(?i:AI)\s+標示前後不一", "ai標示前後不一"),
    (r"摘要沒提到(?!數字)\s*\S*", "摘要沒提到數字"),
    (rf"期限早於\s*({_DAY})", r"due:<\1"),
    (rf"期限晚於\s*({_DAY})", r"due:>\1"),
    (rf"期限在\s*({_DAY})\s*以前", r"due:<=\1"),
    (rf"期限在\s*({_DAY})\s*以後", r"due:>=\1"),
    (rf"期限在\s*({_DAY})\s*至\s*({_DAY})", r"due:\1..\2"),
    (rf"期限是\s*({_DAY})", r"due:=\1"),
    (r"期限在\s*(?=(?:民國)?\d{3,4}\s*年?\s*(?:底|\d{1,2}\s*月\s*(?:底|\d{1,2}\s*日)?)?\s*[以之]?[前後])", ""),
    (r"期限在\s*(\d{4})\s*年(?:\(民國\d+年\))?", r"due:\1"),
    (r"([去今明前後]年)\s*(\d{1,2})\s*月\s*(\d{1,2}\s*日)?(?:結束(前))?到期", r"\1\2月\3\4到期"),
    (r"([去明前後]年)\s*([上下])半年(?:結束(前))?到期", r"\1\2半年\3到期"),
    (r"([去今明前後]年)\s*第\s*(\d)\s*季(?:結束(前))?到期", r"\1第\2季\3到期"),
    (r"下一個\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日到期", r"\1月\2日到期"),
    (r"下一個\s*(\d{1,2})\s*月到期", r"\1月到期"),
    (r"(?<![\d年])(\d{1,2})\s*月\s*(\d{1,2})\s*日前到期", r"\1月\2日前到期"),
    (r"(\S+?委員會)的機關\((?:[^()]|\([^()]*\))*\)", r"\1"),
    (r"(?<=及所屬)\|", " "),
    (r"期限已過·未見完成紀錄|未見完成紀錄", "逾期"),
    (r"達成\(含 ?AI ?判定\)", "已達成"),
    (r"AI\s*判定達成", "已達成"),
    (r"AI\s*判定不採認", "不採認"),
    (r"\((?:\S+ 前為|當時為)[^()]*\)(?:及所屬)?", ""),
    (r"\(含國營事業\)", " 含國營事業"),
    (r"(過去)? *(\d+) +([天年])內到期", r"\1\2\3內到期"),
    (r"最近 +(\d+) +天有新佐證", r"最近\1天有新佐證"),
    (r"尚無結論\(來源標為(\S+?)\)", r"status:\1"),
    (r"\(都要有\)", ""),
    (r"(?i:asked by)\s*:", "質詢:"),
    (r"全部承諾", ""),
]
_SAID_IN_ENGLISH: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
    (rf" \((?:[^()]|\([^()]*\))+ until {_DAY}\)", ""),
    (r" and its bodies\b", "及所屬"),
    (r"\bno deadline\b", "無期限"),
    (r"kept \(AI verdicts included\)", "已達成"),
    (r"\b[A-Z][A-Za-z,&.'’ -]* \(([\u3400-\u9fff]+)\)", r"\1"),
    (r"\bno conclusion \(marked (\S+) in the source\)", r"status:\1"),
    (r"past their date, not listed as kept", "逾期"),
    (r"due within 30 days, not listed as kept", "即將到期"),
    (r"AI says kept, thin evidence", "佐證不足"),
    (r"doubtful verdict or deadline", "存疑"),
    (rf"deadline before ({_DAY})", r"due:<\1"),
    (rf"deadline after ({_DAY})", r"due:>\1"),
    (rf"deadline on ({_DAY}) or before", r"due:<=\1"),
    (rf"deadline on ({_DAY}) or after", r"due:>=\1"),
    (rf"deadline from ({_DAY}) to ({_DAY})", r"due:\1..\2"),
    (rf"deadline on ({_DAY})", r"due:=\1"),
    (r"deadline in (\d{4})(?: \(ROC \d+\))?", r"due:\1"),
    (r"(?<=[\u3400-\u9fff]) or (?=[\u3400-\u9fff])", "|"),
    (r" \(all of them\)", ""),
    (r"\bletters' text: ", "公文全文:"),
    (r"\breply's number: ", ""),
    (r"(?<![^含]:)\btext: ", "文字:"),
    *(
        (rf"\bdoubt: {english}", f"doubt: {chinese}")
        for english, chinese in (
            ("letter is about something else", "公文沒談這件事"),
            ("summary tells of a day after the letter", "摘要提到公文之後的事"),
            ("letter older than the reply", "公文早於答復"),
            ("it is this very reply", "就是這件答復"),
            ("letter of the reply's day", "公文與答復同一天"),
            ("no letter to check", "沒附可查的公文"),
            ("AI's labels disagree", "ai標示前後不一"),
            ("number missing from the summary", "摘要沒提到數字"),
            ("deadline before the reply", "期限早於答復"),
            ("This deadline is not in the letter", "公文查無這個期限"),
            ("the letter's text is not held yet", "公文全文尚未收錄"),
        )
    ),
    (r"\bnew evidence in the last (\d+) days", r"最近\1天有新佐證"),
    *(
        (rf"\bnew evidence {english}", f"{chinese}有新佐證")
        for english, chinese in (
            *(("today", "今天"), ("yesterday", "昨天"), ("this week", "本週"), ("last week", "上週")),
            *(("this month", "本月"), ("last month", "上個月"), ("this quarter", "本季"), ("last quarter", "上季")),
            *(("this year", "今年"), ("last year", "去年")),
        )
    ),
    (r"\bwithout: [^·]+", lambda found: found[0].replace("without: ", "不含:").replace(", ", "、")),
    (r"(?<![^含]:)\bstatus: ", "狀態:"),
    (r"(?<![^含]:)\bcategory: ", "類別:"),
    (r"(?<![^含]:)\bdoubt: ", "疑點:"),
    (r"(?:^|(?<=[\s·:]))ID:? (?=[0-9a-f]{8}\b)", "編號:"),
    (r"(?:^|(?<=[\s·]))ID: ", "編號:"),
    (r"^Understood: ", "條件:"),
    (r"\bdue on the next (\d{1,2})-(\d{1,2})(?![\d-])", r"\1月\2日到期"),
    (r"\bdue in the next month (\d+)", r"\1月到期"),
    (r"\bdue by (\d{1,2})-(\d{1,2})(?![\d-])", r"\1月\2日前到期"),
    *(
        (rf"\bdue {before}{part} of {english}", rf"{chinese}{meant}{by}到期")
        for english, chinese in (
            ("last year", "去年"),
            ("this year", "今年"),
            ("next year", "明年"),
            ("the year before last", "前年"),
            ("the year after next", "後年"),
        )
        for before, by in (("before the end of ", "前"), ("", ""))
        for part, meant in (
            (r"month (\d+)", r"\1月"),
            (r"(\d+)-(\d+)", r"\1月\2日"),
            (r"quarter (\d)", r"第\1季"),
            ("the first half", "上半年"),
            ("the second half", "下半年"),
        )
    ),
    (r"\bdue the year before last", "前年到期"),
    (r"\bdue the day after tomorrow", "後天到期"),
    (r"\bdue from today on\b", "還沒到期"),
    (r"\bthe agencies of (?:the )?(\S+?委員會) \((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", r"\1"),
    (r"\ball commitments\b", ""),
]
_PATTERNS = [
    *((re.compile(said, re.IGNORECASE), meant) for said, meant in _SAID_IN_ENGLISH),
    *((re.compile(said), f" {meant} ") for said, meant in _SAID),
]
_LABELLED_FIELD = re.compile(r"狀態\s*:\s*(?=status:)")
_LEFT_OUT_FIELD = re.compile(r"不含\s*:\s*(?:編號\s*:\s*|(?=[a-z]+:))")
_AFTER_NAME = re.compile(r"(?<=\S) (?=及所屬)")


def as_asked(typed: str) -> str:
    """A text in which what only answers say stands as questions do; its signs must be normal already (NFKC)."""
    for said, meant in _PATTERNS:
        typed = said.sub(meant, typed)
    return _LEFT_OUT_FIELD.sub("-", _LABELLED_FIELD.sub("", _AFTER_NAME.sub("", typed)))
