"""How people say what the question language writes otherwise: days, negations, and what they put around a question."""

from __future__ import annotations

import re

_SAID = [
    # days
    (r"(?:今|本)年年?底[以之]?前(?:到期|(?=的|\s|$))", "今年12月31日前到期"),
    (r"明年年?底[以之]?前(?:到期|(?=的|\s|$))", "明年12月31日前到期"),
    (r"去年年?底(?:到期|(?=的|\s|$))", "去年12月到期"),
    (r"(?<![今明去後前本\d一二三四五六七八九十百零〇○])年底[以之]?前(?:到期|(?=的|\s|$))", "12月31日前到期"),
    (r"(?<=月)(\d{1,2})號", r"\1日"),
    (r"(?<![\d年月日/.-])(\d{3,4})底", r"\1年底"),
    (r"(?<!\d)(1\d\d|(?:19|20)\d\d)年?\s*[qQ]([1-4])(?!\d)", r"\1年第\2季"),
    (r"(?<![年\d])第([一二三四1-4])季(?=到期|期滿)", r"今年第\1季"),
    (r"(?:^|(?<=\s))[於在](?=\d{3,4}年)", ""),
    (r"(?:^|(?<=\s))[到至](\d{3,4}年(?:底|\d{1,2}月底?))(?=\s|$)", r"\1前"),
    (r"([上下這])個?(?:禮拜|星期)(?![一二三四五六日天])", r"\1週"),
    # what is not, or not yet
    (r"還沒有?到期|尚?未到期", "3650天內到期"),
    (r"(?:沒有?|尚?未)(?:逾期|過期)(?=的|承諾|\s|$)", " -逾期 -沒有期限 "),
    (r"(?:逾期|過期)超過(\S+?)(年|個月|週|周|天|日)(?:以上)?(?=的|承諾|\s|$)", r"逾期 -過去\1\2內到期 "),
    (r"(?:即將|快要?)(?:逾期|過期)", "即將到期"),
    (r"(?<=逾期|過期)(?:得?最久|最長|最多天)(?:的|(?=\s|$))", ""),  # an answer begins with them
    (r"已經(?=達成|逾期|過期|複核|到期)", "已"),
    (r"(?<![未沒不有])(?:達成|做到)了", "已達成"),
    (r"(?:但是?|而且|並且|且|不過|可是)\s*(?=不含|不要|不包含|不包括|排除|扣除|扣掉|除了|除(?=\S+外))", " "),
    # what English spells in two ways
    (r"(?i)\blabour\b", "labor"),
    (r"(?i)\bdefence\b", "defense"),
    # what asks, and says nothing
    (r"還?有(?:哪些|那些|多少|幾件|幾筆)(?=\S)", " "),
    (r"(?:各|每個?)(?:部會|機關|單位)的?(?=逾期|過期|還沒|尚未|沒|達成|佐證不足|存疑|即將)", " "),
]
_PATTERNS = [(re.compile(said), meant) for said, meant in _SAID]


def as_written(typed: str) -> str:
    """A text in which what people say stands as questions write it; its signs must be normal already (NFKC)."""
    for said, meant in _PATTERNS:
        typed = said.sub(meant, typed)
    return typed
