"""The words that questions are asked with, each with what it means; `records/question/meanings.py` reads them."""

from __future__ import annotations

import re

from records import flags
from records.query import (
    CLEAR,
    DOUBTFUL,
    DUE_SOON,
    IN_DOUBT,
    NO_AGENCY,
    NO_DEADLINE,
    NOT_ACCEPTED,
    OVERDUE,
    REVIEWED,
    UNSUPPORTED,
    WAITING,
)
from records.record import ACHIEVED, DELAYED, NOT_A_PROMISE, PARTLY, STALE, TRACKING
from records.spans import NOT_YET_DUE

_CONDITION_WORDS = {
    OVERDUE: "逾期 已逾期 逾期未完成 已到期 到期了 到期未完成 期限到了 期限過了 期限已到 過期 已過期 期限已過 延宕 已延宕 延誤 跳票"
    " overdue late delayed",
    DUE_SOON: "即將到期 即將逾期 快到期 快到期了 將到期 快要到期 upcoming duesoon due",
    CLEAR: "期限明確 明確期限 clear",
    DOUBTFUL: "期限存疑 doubtful",
    NO_DEADLINE: "沒期限 沒有期限 無期限 nodeadline",
    WAITING: "待複核 待審核 待審 複核中 pending waiting",
    REVIEWED: "已複核 已人工複核 人工複核 reviewed",
    NOT_ACCEPTED: "不採認 未採認 判定不採認 ai判定不採認 notaccepted",
    UNSUPPORTED: "佐證不足 判定存疑 unsupported",
    IN_DOUBT: "存疑 有疑點 indoubt",
    NO_AGENCY: "未載明機關 沒有機關 無機關 noagency",
}
_STATUS_WORDS: dict[tuple[str, ...], str] = {
    (ACHIEVED,): "已達成 達成 已完成 已兌現 已實現 已做到 兌現 achieved kept done",
    (TRACKING, DELAYED): "尚無結論 追蹤中 進行中 open tracking",
    (STALE,): "無更新 stale",
    (PARTLY,): "部分達成 partly",
    (NOT_A_PROMISE,): "非承諾 不是承諾",
}
FLAG_WORDS = {
    flags.NOT_IN_TEXT: "公文沒談這件事 沒談這件事",
    flags.LATER_THAN_DOCUMENT: "摘要提到公文之後的事",
    flags.PREDATES: "公文早於答復 公文早於承諾 早於答復 早於承諾",
    flags.SAME_LETTER: "就是這件答復 引用的就是這件答復 引用的就是承諾所在的這件答復",
    flags.SAME_DAY: "與答復同一天 公文與答復同一天 同一天",
    flags.NO_DOCUMENT: "沒附可查的公文 沒附公文",
    flags.WORD_MISMATCH: "標示前後不一 前後不一 ai標示前後不一",
    flags.NUMBER_MISSING: "摘要沒提到數字",
    flags.DEADLINE_BEFORE_LETTER: "期限早於答復 期限早於答復日 既成事實 多為既成事實",
    flags.DEADLINE_NOT_IN_LETTER: "公文查無這個期限 公文查無期限",
    flags.LETTER_NOT_HELD: "公文尚未收錄 公文全文尚未收錄",
}
_NOT_YET = "還沒有 還沒 還未 尚未 沒有 沒 未"
_DONE = "達成 完成 做到 兌現"
_UNFINISHED_WORDS = [f"{no}{done}" for no in _NOT_YET.split() for done in _DONE.split()] + [
    "沒消息",
    "沒下文",
    "unfinished",
]
SWITCH_OF = {
    **dict.fromkeys(
        (
            "自己的 本身 機關本身 本機關 僅本機關 只本機關 只看本機關"
            " 只看本身 僅本身 只要本身 只含本身 只問本身 只看本院 本院 本部 itself"
        ).split(),
        "only_itself",
    ),
    **dict.fromkeys("含國營 連國營 國營事業 國營企業 公營事業".split(), "state_owned"),
    **{
        f"{with_}{firms}": "state_owned"
        for with_ in ("含", "包含", "包括", "連同")
        for firms in ("國營事業", "國營企業", "公營事業")
    },
}
EVIDENCE_WORDS = frozenset("有新佐證 新佐證 有新公文 新公文 newevidence evidence".split())
DUE_WORDS = frozenset("到期 期滿".split())
"""Where the question says no day or stretch of days, deadlines that have passed; else they only say what the days are of."""

RECENTLY = "30d"
"""What 「有新佐證」 means where it is not said since when."""

SPAN_OF = {
    word: span
    for span, words in {
        "yesterday": "昨天 昨日 yesterday",
        "today": "今天 今日 today",
        "tomorrow": "明天 明日 tomorrow",
        "last-week": "上週 上周 lastweek",
        "this-week": "本週 本周 這週 這周 這禮拜 thisweek",
        "next-week": "下週 下周 nextweek",
        "last-month": "上個月 上月 lastmonth",
        "this-month": "本月 這個月 當月 thismonth",
        "next-month": "下個月 下月 nextmonth",
        "last-quarter": "上季 上一季 lastquarter",
        "this-quarter": "本季 這季 這一季 當季 thisquarter",
        "next-quarter": "下季 下一季 nextquarter",
        "first-half": "上半年 今年上半年",
        "second-half": "下半年 今年下半年",
        "last-year": "去年 lastyear",
        "this-year": "今年 本年 thisyear",
        "next-year": "明年 nextyear",
        "next-year-end": "明年底 明年年底",
        "year-after-next": "後年 后年",
        "year-before-last": "前年",
        "day-after-tomorrow": "後天 后天",
        "year-end": "今年底 今年年底 年底 yearend",
        NOT_YET_DUE: "還沒到期 notyetdue",
    }.items()
    for word in words.split()
}
DAYS_OF = {"天": 1, "日": 1, "週": 7, "周": 7, "個月": 30, "年": 365}
FEW = {"一": 1, "兩": 2, "二": 2, "三": 3, "半": 0.5}
SPAN = re.compile(
    rf"(?:(?P<named>{'|'.join(sorted(SPAN_OF, key=len, reverse=True))})"
    r"|(?P<way>未來|最近|近|過去)?(?P<count>(?<!\d)(?:\d{1,4}(?![\d年])|\d{1,2}(?=年))|[一二兩三四五六七八九十]{1,3}|半)(?P<unit>天|日|週|周|個月|年)(?P<within>[之以]?內)?)(?P<due>內?到期|期滿)?"
)
DAY = re.compile(
    r"(?P<day>(?:(?:中華)?民國|西元)?\d.*?)(?P<side>以前|之前|前|以後|之後|後|起)?(?P<due>到期|期滿)?", re.DOTALL
)
YEAR = re.compile(r"(?:西元)?(?:19|20)\d\d年?|(?:中華)?民國\d{2,3}年?|1\d\d年", re.ASCII)
_DAY_OF_RANGE = r"(?:西元|(?:中華)?民國)?\d{3,4}(?:年(?:底|\d{1,2}月(?:底|\d{1,2}日)?)?|[-/.]\d{1,2}(?:[-/.]\d{1,2})?)?"
RANGE = re.compile(
    rf"自?(?P<first>{_DAY_OF_RANGE})(?:(?P<dash>-|\s+-\s+)|\s*(?:[~–—到至]|起至)\s*)"
    rf"(?P<last>{_DAY_OF_RANGE}|\d{{1,2}}月(?:底|\d{{1,2}}日)?)(?:止|之?間)?(?:到期|期滿)?",
    re.ASCII,
)
"""From one day, month or year to another: 2022-2024, 112年6月至12月, 2023-06~2023-12; a dash stands between years only."""

COMING = re.compile(
    r"(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日|(?P<end>底))?|(?P<slash>\d{1,2})/(?P<slash_day>\d{1,2}))(?P<by>[之以]?前)?(?:到期|期滿)",
    re.ASCII,
)
"""A day or month without its year is the next to come; 前 is from today up to it."""

OF_YEAR = re.compile(
    r"(?:(?P<year>今年|本年|明年|去年|前年|後年)的?(?:(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份?底?|(?P<day>\d{1,2})日)|第?(?P<quarter>[1-4一二三四])季|q(?P<q>[1-4]))|(?P<other_year>去年|明年|前年|後年)的?(?P<half>[上下])半年)"
    r"(?P<by>[之以]?前)?(?:到期|期滿)?",
    re.ASCII | re.IGNORECASE,
)
"""A day, a month or a quarter of a year that is named from today: 明年3月31日, 明年三月, 今年第四季前到期."""

SIDES = {"以前": "<", "之前": "<", "前": "<", "以後": ">", "之後": ">", "後": ">", "起": ">="}

LETTER_DIGITS = re.compile(r"(1\d{9})(?:號函?)?", re.ASCII)
"""The number of a reply without its 院臺專字第 or 院臺施字第: a year of the Republic and seven digits."""


SHOWN_ID = re.compile(r"(?:編號|ID) ([0-9a-f]{8})\b")
"""How a message about one commitment ends; help and errors name others as examples."""

LETTER = re.compile(r"(?:[\u4e00-\u9fff]*[日以依])?(?P<number>[\u4e00-\u9fff]{1,9}字第?\s*\d{6,}[A-Za-z]?號?)")
FULL_TEXT = re.compile(r"(?:公文全文|全文|fulltext)\s*:\s*", re.IGNORECASE)
HEAD = re.compile(
    r"^(?:只要(?=[^本])|只看(?=[^本])|想?請問一下|想?請問|想?請教一下|想?請教(?!育|師|授|練|學)|不知道|不曉得|我?想(?:要)?(?:知道|問)(?:一下)?|我想(?:要)?[找看查](?:一下)?|[查找]一下|列出"
    r"|(?:可以|可不可以|能不能|麻煩|請)*你?(?:幫我|替我|給我)(?:[查找列看](?:一下|看看|出|詢)?)?|(?:麻煩|請)(?:告訴我|列出|查詢)|幫忙[查找看](?:一下|看看)?)"
)
TAIL = re.compile(
    r"(?:(?:相關|有關)?的承諾|相關承諾)?(?:的?(?:承諾)?(?:共?有?[幾多][件筆個少]+[件筆個]?(?:承諾|案件)?了?|有(?:哪些|那些|什麼)(?:承諾)?|是哪些|有嗎))?[嗎呢呀啊喔啦欸耶哦囉唷]?[?!。]*$"
)
LONGEST_FIRST = re.compile(
    "(?:逾期|過期)(?:得?最久|最長|最多天|的?前[\\d一二三四五六七八九十]+[名大筆件])|longest|oldest", re.IGNORECASE
)
"""What asks for an order that no list has."""

OR = frozenset(("或", "或者", "or", "|"))
FILLER = frozenset(
    "的 了 類別 有 還 有沒有 有哪些 哪些 案件 承諾 的承諾 及所屬 查 查詢 找 請問 和 及 跟 與 還有 以及 但 但是 不過 目前 現在 "
    "字號 全部 所有 每一件 "
    "立委 委員 立法委員 質詢 everything list show me please the all of by and ministry 幾件 幾筆 件數 "
    "what which is are was were has have promise promises commitment commitments for from with in at about how many "
    "any do did does there but now its their ministries a an that only oldest longest 各部會 各機關 所有部會 所有機關 且 而且 並且".split()
)

CONDITION_OF = {word: name for name, words in _CONDITION_WORDS.items() for word in words.split()}
STATUSES_OF = {word: statuses for statuses, words in _STATUS_WORDS.items() for word in words.split()}
STATUSES_OF |= dict.fromkeys(_UNFINISHED_WORDS, (TRACKING, DELAYED))
FLAG_OF = {word: name for name, words in FLAG_WORDS.items() for word in words.split()}
KEYWORDS = sorted({*CONDITION_OF, *STATUSES_OF, *SWITCH_OF, *FLAG_OF, *EVIDENCE_WORDS}, key=len, reverse=True)
DONE_ALONE = frozenset("完成 做到 有完成 有做到".split())
"""達成, where they stand by themselves or behind an agency: they end other words (預計完成, 112年底前完成)."""

MISSPELT = dict.fromkeys("愈期 踰期 預期 於期 余期 榆期".split(), "逾期") | dict.fromkeys(
    "到其 道期 到齊".split(), "到期"
)
"""Words of two characters that sound like a keyword; longer ones are compared as they stand."""

DUE_AT_END = re.compile(
    rf"(?<!\d)(?<!\d年)(?:{SPAN.pattern})$".replace("(?P<due>內?到期|期滿)?", "(?P<due>內?到期|期滿)")
)
