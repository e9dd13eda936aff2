"""A rule for what people say, and the pieces of which the patterns of several rules are made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Spoken:
    """A rule: what people say, what a question writes in its place, and an example."""

    said: str
    """A regular expression over normal text (NFKC)."""

    meant: str
    """What is put in its place, with the pattern's groups (\\1)."""

    example: str
    """A question that this rule is needed for."""

    read_as: str
    """The Query that the example is read as, printed."""

    @property
    def is_several(self) -> bool:
        """Whether it stands for several conditions, all of which must hold."""
        return " " in self.meant.strip() and "不含" not in self.meant

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What people say, compiled."""
        return re.compile(self.said)


STATE = "逾期|過期|還沒|尚未|沒|達成|佐證不足|存疑|即將"
"""With what a condition begins."""

KNOWN = "達成|做到|完成|兌現|逾期|過期|期限|到期|存疑|複核|佐證|不足"
"""With what a condition ends."""

ASKABLE = f"{STATE}|已|完成|做到|兌現|跳票|延|到期|快|待複核|待審|期限"
"""With what begins that of which people ask whether it is so."""

KEEPS = "(?:達成|完成|做到|做完|兌現)"
FINISHED = "(?:完成|做到|達成|兌現|辦完)"
MUST = "(?:要|應該?|必?須|需要?|得|會)"

LEAVES_OUT = "不含|不要|不包含|不包括|排除"
"""What people put before something that must not be."""

OF_AGENCY = r"(?<=[部署局會院府處司])(?<!本部)(?<!本院)"
"""Behind an agency's name."""

ALL_OF_MINISTRIES = "各央有他它餘些個的麼"
"""What stands before 部會 where that means the ministries, not one of them that may do something (教育部會逾期嗎)."""

APART = rf"(?:^|(?<=\s)|{OF_AGENCY})"
"""Where a word begins."""

COUNT = r"(?!\d{3,} ?年)\d+|[一二兩三四五六七八九十半]+"
"""How many; 逾期 112年 is the year, no time."""

UNIT = "(年|個月|週|周|天|日)"
COUNT_OF = rf"(?:{COUNT}) ?(?:年|個月|週|周|天|日)"
AFTER_HOW_LONG = r"(?=的|承諾|\s|,|$|且|而|並|但|佐證|存疑|期限|[嗎呢幾有?])"

MONTH_NUMBER = r"1[0-2]|0?[1-9]"
WHEN = r"(?<!\d)(?:(?:民國|西元)?\d{3,4}年(?:底|\d{1,2}月(?:底|\d{1,2}日)?)?|\d{4}(?:[-/]\d{1,2}){0,2})(?![\d年/-])"
"""A year, a month or a day in digits."""

DAYS = rf"(?:{WHEN}|[今本明後]年(?:年?底|\d{{1,2}}月底?)?|[本下]個?月底?|[本下]週|年底|月底)"
"""The same, or by its name."""
