"""The question language."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from records import spans
from records.agencies import directory
from records.flags import DEADLINE_FLAGS, VERDICT_FLAGS
from records.query import CONDITIONS, Query
from records.question.meanings import QuestionError, Vocabulary
from records.question.reader import parse
from records.question.suggestions import gist, near_misses, understand
from records.record import EFFECTIVE_STATUSES
from records.words import fold
from tests.records.made import TODAY, record, standing

DIRECTORY = directory()
VOCABULARY = Vocabulary(
    categories=frozenset({"社會福利", "交通"}),
    legislators=frozenset({"王大明", "楊瓊瓔", "伍麗華Saidhai Tahovecahe", "范雲"}),
)
OPEN = ("追蹤中", "已延宕")
PIECES = st.sampled_from(
    "法務部 衛福部 逾期 overdue 即將到期 已達成 的 agency: is: status: due: due:< with: id: category: legislator: - 不含 「 」 , ， 、 : ： "
    "2026-12-31 116-10-31 無 影像 交通 王大明 Ministry of Justice 含國營事業 還沒做到 \n \t 路燈 a".split(" ")
)
TYPED = st.lists(PIECES | st.text(max_size=3), max_size=10).map("".join) | st.text()
WORDS = st.text(alphabet="路燈影像下架 a1-:，。臺計劃，", min_size=1, max_size=8).map(fold).filter(bool)
EITHER = st.lists(WORDS, min_size=1, max_size=3, unique=True).map("|".join)
PARTS_OF_YEARS = [
    f"{year}-year-{part}" for year in ("last", "this", "next") for part in ("02", "12", "02-29", "q4", "h2")
]
SPANS = st.sampled_from(
    [*sorted(spans.NAMED), *PARTS_OF_YEARS, *(f"..{part}" for part in PARTS_OF_YEARS)]
) | st.integers(1, 9999).map("{}d".format)
NAMES = st.sampled_from(sorted(agency.name for agency in DIRECTORY))


def some(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, unique=True, max_size=3).map(tuple)


BOTH_LEFT_OUT = (Query(agencies=("衛生福利部",)), Query(agencies=("教育部",)))
ALONE = st.one_of(
    NAMES.map(lambda name: Query(agencies=(name,))),
    st.sampled_from(["社會福利", "其他"]).map(lambda name: Query(categories=(name,))),
    st.sampled_from(EFFECTIVE_STATUSES).map(lambda status: Query(statuses=(status,))),
    st.sampled_from(["王大明", "楊瓊瓔"]).map(lambda name: Query(legislators=(name,))),
    st.sampled_from(sorted(CONDITIONS)).map(lambda name: Query(conditions=(name,))),
    st.sampled_from(VERDICT_FLAGS).map(lambda name: Query(flags=(name,))),
    SPANS.map(lambda span: Query(due_in=(span,))),
    SPANS.map(lambda span: Query(evidence_in=(span,))),
    st.dates(min_value=date(1000, 1, 1)).map(lambda day: Query(due=(("<", day),))),
    st.dates(min_value=date(1000, 1, 1)).map(lambda day: Query(due=((">=", day), ("<=", day)))),
    st.from_regex(r"[0-9a-f]{8}", fullmatch=True).map(lambda prefix: Query(ids=(prefix,))),
)
QUERIES = st.builds(
    Query,
    agencies=some(NAMES),
    only_itself=st.booleans(),
    state_owned=st.booleans(),
    categories=some(st.sampled_from(["社會福利", "交通", "其他"])),
    statuses=some(st.sampled_from(EFFECTIVE_STATUSES)),
    legislators=some(st.sampled_from(["王大明", "楊瓊瓔"])),
    due=st.lists(
        st.tuples(st.sampled_from(["<", "<=", ">", ">=", "="]), st.dates(min_value=date(1000, 1, 1))),
        unique=True,
        max_size=2,
    ).map(tuple),
    conditions=some(st.sampled_from(sorted(CONDITIONS))),
    flags=some(st.sampled_from((*VERDICT_FLAGS, *DEADLINE_FLAGS))),
    ids=some(st.from_regex(r"[0-9a-f]{8}", fullmatch=True)),
    due_in=some(SPANS),
    evidence_in=some(SPANS),
    letters=some(st.sampled_from(["院臺專字第1100097614號", "院臺專字第1100097615號"])),
    gazettes=some(st.sampled_from(["https://lci.ly.gov.tw/a,b.doc", "https://lci.ly.gov.tw/LCIDC01_1.doc"])),
    words=some(EITHER),
    excluded=some(EITHER),
    in_letters=some(EITHER),
    without=st.lists(ALONE, unique=True, max_size=3).map(tuple),
)


def year(number: int) -> tuple[tuple[str, date], ...]:
    return ((">=", date(number, 1, 1)), ("<=", date(number, 12, 31)))


YEARS_2022_TO_2024 = Query(due=((">=", date(2022, 1, 1)), ("<=", date(2024, 12, 31))))
SECOND_HALF_2023 = Query(due=((">=", date(2023, 6, 1)), ("<=", date(2023, 12, 31))))


def asked(text: str) -> Query:
    return parse(text, VOCABULARY)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Query()),
        ("法務部 overdue", Query(agencies=("法務部",), conditions=("overdue",))),
        ("法務部逾期", Query(agencies=("法務部",), conditions=("overdue",))),
        ("法務部的逾期承諾", Query(agencies=("法務部",), conditions=("overdue",))),
        ("請問法務部有哪些逾期", Query(agencies=("法務部",), conditions=("overdue",))),
        ("還沒做到的有哪些 勞動部", Query(agencies=("勞動部",), statuses=OPEN)),
        ("全部", Query()),
        ("法務部 全文:監獄", Query(agencies=("法務部",), in_letters=("監獄",))),
        ("衛福部 即將到期", Query(agencies=("衛生福利部",), conditions=("due-soon",))),
        ("影像下架", Query(words=("影像下架",))),
        ("Ministry of Justice overdue", Query(agencies=("法務部",), conditions=("overdue",))),
        (
            "agency:法務部 is:overdue -疫情",
            Query(agencies=("法務部",), conditions=("overdue",), excluded=("疫情|疫苗|防疫|新冠|covid|肺炎",)),
        ),
        ("法务部 逾期", Query(agencies=("法務部",), conditions=("overdue",))),
        ("佐证不足", Query(conditions=("unsupported",))),
        ("待复核", Query(conditions=("waiting",))),
        ("杨琼璎 教育部", Query(agencies=("教育部",), legislators=("楊瓊瓔",))),
        ("社会住宅", Query(words=("社會住宅",))),
        ("游錫堃", Query(words=("游錫堃",))),
        ("12月31日到期", Query(due_in=("12-31",))),
        ("12/31到期", Query(due_in=("12-31",))),
        ("12月到期", Query(due_in=("12",))),
        ("三十天內到期", Query(due_in=("30d",))),
        ("半年內到期", Query(due_in=("182d",))),
        ("後年到期", Query(due_in=("year-after-next",))),
        ("2022-2024", Query(due=((">=", date(2022, 1, 1)), ("<=", date(2024, 12, 31))))),
        ("111年至113年", Query(due=((">=", date(2022, 1, 1)), ("<=", date(2024, 12, 31))))),
        ("2022 至 2024", YEARS_2022_TO_2024),
        ("2022–2024", YEARS_2022_TO_2024),
        ("2022 - 2024", YEARS_2022_TO_2024),
        ("法務部 111 ~ 113年之間到期", Query(agencies=("法務部",), due=YEARS_2022_TO_2024.due)),
        ("2023-06~2023-12", SECOND_HALF_2023),
        ("112年6月至12月", SECOND_HALF_2023),
        ("自112年6月起至112年12月底止", SECOND_HALF_2023),
        ("2023 -2024", Query(due=year(2023), without=(Query(due=year(2024)),))),
        ("-2022-2024", Query(without=(YEARS_2022_TO_2024,))),
        ("110-119", Query(due=((">=", date(2021, 1, 1)), ("<=", date(2030, 12, 31))))),
        ("本季到期", Query(due_in=("this-quarter",))),
        ("教育部下一季到期", Query(agencies=("教育部",), due_in=("next-quarter",))),
        ("下半年到期", Query(due_in=("second-half",))),
        ("明天到期", Query(due_in=("tomorrow",))),
        ("12月底到期", Query(due_in=("12-31",))),
        ("2月底前到期", Query(due_in=("..02-29",))),
        ("教育部12月底到期", Query(agencies=("教育部",), due_in=("12-31",))),
        ("教育部12月31日前到期", Query(agencies=("教育部",), due_in=("..12-31",))),
        (
            "衛福部 逾期 -新冠",
            Query(agencies=("衛生福利部",), conditions=("overdue",), excluded=("疫情|疫苗|防疫|新冠|covid|肺炎",)),
        ),
        ("疫苗要不要打", Query(words=("疫苗要不要打",))),
        ("國防部隊", Query(words=("國防部隊",))),
        ("文化部落", Query(words=("文化部落",))),
        ("最近三年 教育部", Query(agencies=("教育部",), due_in=("past-1095d",))),
        ("近30天", Query(due_in=("past-30d",))),
        ("過去30天內到期", Query(due_in=("past-30d",))),
        ("最近30天到期", Query(due_in=("30d",))),
        ("有新佐證 最近7天", Query(evidence_in=("7d",))),
        ("法務部逾期影像", Query(agencies=("法務部",), conditions=("overdue",), words=("影像",))),
        ("食藥署過期食品", Query(agencies=("食品藥物管理署",), words=("過期食品",))),
        ("衛福部2023年底前", Query(agencies=("衛生福利部",), due=(("<=", date(2023, 12, 31)),))),
        ("沒有期限的教育部承諾", Query(agencies=("教育部",), conditions=("no-deadline",))),
        ("教育部或文化部", Query(agencies=("教育部", "文化部"))),
        ("overdue法務部", Query(agencies=("法務部",), conditions=("overdue",))),
        ("法務部overdue", Query(agencies=("法務部",), conditions=("overdue",))),
        ("路燈OR電桿", Query(words=("路燈|電桿",))),
        ("立委 楊瓊瓔", Query(legislators=("楊瓊瓔",))),
        ("伍麗華", Query(legislators=("伍麗華Saidhai Tahovecahe",))),
        ("伍麗華 Saidhai．Tahovecahe 教育部", Query(agencies=("教育部",), legislators=("伍麗華Saidhai Tahovecahe",))),
        ("1100097614", Query(letters=("1100097614",))),
        ("院臺施1100099150", Query(letters=("院臺施字第1100099150號",))),
        ("院臺施字第 1100099150 號", Query(letters=("院臺施字第1100099150號",))),
        (
            "法務部院臺施字第1100099150號逾期",
            Query(agencies=("法務部",), letters=("院臺施字第1100099150號",), conditions=("overdue",)),
        ),
        (
            "（行政院函　中華民國110年12月1日院臺專字第1100097614號）",
            Query(letters=("院臺專字第1100097614號",)),
        ),
        ("文字：影像", Query(words=("影像",))),
        ("條件：法務部及所屬·期限已過", Query(agencies=("法務部",), conditions=("overdue",))),
        ("transport", Query(words=("transport",))),
        ("不含疫情", Query(excluded=("疫情|疫苗|防疫|新冠|covid|肺炎",))),
        ("逾期 -衛福部", Query(conditions=("overdue",), without=(Query(agencies=("衛生福利部",)),))),
        ("教育部 不含 2023", Query(agencies=("教育部",), without=(Query(due=year(2023)),))),
        ("法務部 不要逾期", Query(agencies=("法務部",), without=(Query(conditions=("overdue",)),))),
        ("逾期 -無期限", Query(conditions=("overdue",), without=(Query(conditions=("no-deadline",)),))),
        ("逾期 -達成", Query(conditions=("overdue",), without=(Query(statuses=("已達成",)),))),
        ("教育部 -楊瓊瓔", Query(agencies=("教育部",), without=(Query(legislators=("楊瓊瓔",)),))),
        (
            "-尚無結論",
            Query(without=(Query(statuses=("追蹤中",)), Query(statuses=("已延宕",)))),
        ),
        (
            "-教育部|文化部",
            Query(without=(Query(agencies=("教育部",)), Query(agencies=("文化部",)))),
        ),
        (
            "-2023|2024",
            Query(without=(Query(due=year(2023)), Query(due=year(2024)))),
        ),
        ("逾期 不含衛福部、教育部", Query(conditions=("overdue",), without=BOTH_LEFT_OUT)),
        ("逾期 不含衛福部和教育部", Query(conditions=("overdue",), without=BOTH_LEFT_OUT)),
        ("法務部 不含無期限的", Query(agencies=("法務部",), without=(Query(conditions=("no-deadline",)),))),
        ("不含衛福部及所屬", Query(without=(Query(agencies=("衛生福利部",)),))),
        ("交通部不含捷運", Query(agencies=("交通部",), excluded=("捷運",))),
        ("逾期 衛福部以外", Query(conditions=("overdue",), without=(Query(agencies=("衛生福利部",)),))),
        ("條件：狀態：達成·質詢：楊瓊瓔", Query(statuses=("已達成",), legislators=("楊瓊瓔",))),
        ("條件：狀態：達成（含 AI 判定）·質詢：楊瓊瓔", Query(statuses=("已達成",), legislators=("楊瓊瓔",))),
        ("文字：法務部", Query(words=("法務部",))),
        ("公文全文:監獄", Query(in_letters=("監獄",))),
        ("6月30日前到期", Query(due_in=("..06-30",))),
        ("上週 上周 到期", Query(due_in=("last-week",))),
        ("明年底到期", Query(due_in=("next-year-end",))),
        ("明年三月", Query(due_in=("next-year-03",))),
        ("教育部明年3月到期", Query(agencies=("教育部",), due_in=("next-year-03",))),
        ("去年12月底前到期", Query(due_in=("..last-year-12",))),
        ("今年10月31日前到期", Query(due_in=("..this-year-10-31",))),
        ("明年上半年到期", Query(due_in=("next-year-h1",))),
        ("年底前到期", Query(due_in=("..12-31",))),
        ("12月31號到期", Query(due_in=("12-31",))),
        ("快逾期的", Query(conditions=("due-soon",))),
        ("明年第一季到期", Query(due_in=("next-year-q1",))),
        ("今年Q4", Query(due_in=("this-year-q4",))),
        ("有新佐證 去年12月", Query(evidence_in=("last-year-12",))),
        ("-agency:法務部 -is:overdue", Query(without=(Query(agencies=("法務部",)), Query(conditions=("overdue",))))),
        ("不含 疫情相關", Query(excluded=("疫情|疫苗|防疫|新冠|covid|肺炎",))),
        ("不含入出國及移民署", Query(without=(Query(agencies=("入出國及移民署",)),))),
        ("“影像 下架”", Query(words=("影像 下架",))),
        ("what’s overdue at MOJ", Query(agencies=("法務部",), conditions=("overdue",))),
        ("MOJ’s overdue", Query(agencies=("法務部",), conditions=("overdue",))),
        ('-"疫情"', Query(excluded=("疫情",))),
        ('-"達成"', Query(excluded=("達成",))),
        ("類別 社會福利", Query(categories=("社會福利",))),
        ("法務部 早於答復", Query(agencies=("法務部",), flags=("predates",))),
        ("法務部公文早於承諾", Query(agencies=("法務部",), flags=("predates",))),
        ("「影像 下架」", Query(words=("影像 下架",))),
        ('"法務部"', Query(words=("法務部",))),
        ("法務部長", Query(words=("法務部長",))),
        ("新北", Query(words=("新北",))),
        ("新北市政府", Query(agencies=("新北市政府",))),
        ("還沒做到", Query(statuses=OPEN)),
        ("已達成", Query(statuses=("已達成",))),
        ("交通", Query(categories=("交通",))),
        ("楊瓊瓔委員", Query(legislators=("楊瓊瓔",))),
        ("5d6747b3", Query(ids=("5d6747b3",))),
        ("經濟部含國營事業", Query(agencies=("經濟部",), state_owned=True)),
        ("行政院 本身", Query(agencies=("行政院",), only_itself=True)),
        ("due:<116-10-31", Query(due=(("<", date(2027, 10, 31)),))),
        ("due:2026-12-31", Query(due=(("=", date(2026, 12, 31)),))),
        ("due:2026", Query(due=((">=", date(2026, 1, 1)), ("<=", date(2026, 12, 31))))),
        ("due:<115年", Query(due=(("<", date(2026, 1, 1)),))),
        ("due:>=2026", Query(due=((">=", date(2026, 1, 1)),))),
        ("due:>2026-06", Query(due=((">", date(2026, 6, 30)),))),
        ("due:<=115年底", Query(due=(("<=", date(2026, 12, 31)),))),
        ("ｄｕｅ：＜２０２６－１２－３１", Query(due=(("<", date(2026, 12, 31)),))),
        ("agency:無", Query(conditions=("no-agency",))),
        ("法務部，內政部", Query(agencies=("法務部", "內政部"))),
        ("法務部 法務部", Query(agencies=("法務部",))),
        ("衛環", Query(agencies=("衛生福利部", "勞動部", "環境部"))),
        (
            "衛福部逾期 不要疫情",
            Query(agencies=("衛生福利部",), conditions=("overdue",), excluded=("疫情|疫苗|防疫|新冠|covid|肺炎",)),
        ),
        ("教育部 本月到期", Query(agencies=("教育部",), due_in=("this-month",))),
        ("教育部本月到期", Query(agencies=("教育部",), due_in=("this-month",))),
        ("下個月到期", Query(due_in=("next-month",))),
        ("30天內到期", Query(due_in=("30d",))),
        ("兩週內到期", Query(due_in=("14d",))),
        ("next month", Query(due_in=("next-month",))),
        ("今年底到期的有哪些 交通部", Query(agencies=("交通部",), due_in=("year-end",))),
        ("有新佐證 本週", Query(evidence_in=("this-week",))),
        ("本週 有新佐證 法務部", Query(agencies=("法務部",), evidence_in=("this-week",))),
        ("有新佐證", Query(evidence_in=("30d",))),
        ("環保署 2030", Query(agencies=("環境保護署",), due=year(2030))),
        ("衛福部2023逾期", Query(agencies=("衛生福利部",), due=year(2023), conditions=("overdue",))),
        ("民國112年", Query(due=year(2023))),
        ("112年", Query(due=year(2023))),
        ("112", Query(words=("112",))),
        ("2025前 沒消息", Query(due=(("<", date(2025, 1, 1)),), statuses=OPEN)),
        ("2026-12-31以前", Query(due=(("<=", date(2026, 12, 31)),))),
        ("115年底前到期", Query(due=(("<=", date(2026, 12, 31)),))),
        ("2026年起", Query(due=((">=", date(2026, 1, 1)),))),
        ("20萬戶", Query(words=("20萬戶",))),
        ("存疑 教育部", Query(agencies=("教育部",), conditions=("in-doubt",))),
        ("判定存疑", Query(conditions=("unsupported",))),
        ("教育部｜文化部", Query(agencies=("教育部", "文化部"))),
        ("路燈|電桿 逾期", Query(words=("路燈|電桿",), conditions=("overdue",))),
        ("路燈 或 電桿", Query(words=("路燈|電桿",))),
        ('"路燈"|"電桿"', Query(words=("路燈|電桿",))),
        ('"路燈" OR "電桿"', Query(words=("路燈|電桿",))),
        ("「路燈」或「電桿」", Query(words=("路燈|電桿",))),
        ("法務部「路燈」", Query(agencies=("法務部",), words=("路燈",))),
        ("法務部「路燈」逾期", Query(agencies=("法務部",), words=("路燈",), conditions=("overdue",))),
        ('法務部"路燈"有沒有做到？', Query(agencies=("法務部",), words=("路燈",))),
        ("「路燈」做到了嗎", Query(words=("路燈",))),
        ("法務部 有沒有 路燈", Query(agencies=("法務部",), words=("路燈",))),
        ("法務部還沒做到嗎", Query(agencies=("法務部",), statuses=OPEN)),
        ("法務部沒有做到嗎", Query(agencies=("法務部",), statuses=OPEN)),
        ("法務部尚未完成嗎", Query(agencies=("法務部",), statuses=OPEN)),
        ("法務部未達成嗎", Query(agencies=("法務部",), statuses=OPEN)),
        ("未經採認", Query(words=("未經採認",))),
        ("待採認", Query(words=("待採認",))),
        ('路燈 or "電桿"', Query(words=("路燈|電桿",))),
        ('逾期 -"路燈"|"電桿"', Query(conditions=("overdue",), excluded=("路燈|電桿",))),
        ("agency:教育部|文化部", Query(agencies=("教育部", "文化部"))),
        ("-路燈|電桿", Query(excluded=("路燈|電桿",))),
        ("院臺專字第1100097614號", Query(letters=("院臺專字第1100097614號",))),
        ("院臺專字第1100097614", Query(letters=("院臺專字第1100097614號",))),
        ("https://lci.ly.gov.tw/a,b.doc", Query(gazettes=("https://lci.ly.gov.tw/a,b.doc",))),
        ("經濟部 不含國營事業", Query(agencies=("經濟部",))),
        ("經濟部 水利署 逾期", Query(agencies=("水利署",), conditions=("overdue",))),
        ("水利署 逾期 經濟部", Query(agencies=("水利署",), conditions=("overdue",))),
        ("經濟部 台電", Query(agencies=("台灣電力股份有限公司",))),
        ("衛環 勞動部", Query(agencies=("勞動部",))),
        ("行政院 法務部", Query(agencies=("法務部",))),
        ("經濟部、水利署", Query(agencies=("經濟部", "水利署"))),
        ("經濟部 和 水利署", Query(agencies=("經濟部", "水利署"))),
        ("經濟部|水利署", Query(agencies=("經濟部", "水利署"))),
        ("農業部 農委會", Query(agencies=("農業部", "農業委員會"))),
        ("內政部 營建署、警政署", Query(agencies=("營建署", "警政署"))),
        ("衛福部：食藥署、健保署", Query(agencies=("食品藥物管理署", "中央健康保險署"))),
        ("教育部 與 文化部", Query(agencies=("教育部", "文化部"))),
        ("農委會做到了嗎", Query(agencies=("農業委員會",))),
        ("金管會何時上路", Query(agencies=("金融監督管理委員會",))),
        ("核能做到了嗎", Query(words=("核能",))),
        ("說明會做到了嗎", Query(words=("說明會",))),
        ("社會住宅會做到嗎", Query(words=("社會住宅",))),
        ("經濟部 包含國營事業", Query(agencies=("經濟部",), state_owned=True)),
        ("儲能 1,000MW", Query(words=("儲能", "1000mw"))),
        ("疫苗 3,500萬劑", Query(words=("疫苗", "3500萬劑"))),
        ("MOI, NPA overdue", Query(agencies=("內政部", "警政署"), conditions=("overdue",))),
        ("AI says done MOTC", Query(agencies=("交通部",), statuses=("已達成",))),
        ("AI說沒達成 交通部", Query(agencies=("交通部",), statuses=OPEN)),
        ("教育部 以及國教署", Query(agencies=("教育部", "國民及學前教育署"))),
        ("教育部，國教署", Query(agencies=("教育部", "國民及學前教育署"))),
        ("教育部 & 國教署", Query(agencies=("教育部", "國民及學前教育署"))),
        ("行政院本身 法務部", Query(agencies=("行政院", "法務部"), only_itself=True)),
        ("agency:經濟部 agency:水利署", Query(agencies=("經濟部", "水利署"))),
        ("AI判定存疑", Query(conditions=("unsupported",))),
        ("AI 說做到了 法務部", Query(agencies=("法務部",), statuses=("已達成",))),
        ("AI 完成驗收", Query(words=("ai", "完成驗收"))),
        ("MOE 2024 or later", Query(agencies=("教育部",), due=((">=", date(2024, 1, 1)),))),
        ("2024 or earlier MOE", Query(agencies=("教育部",), due=(("<=", date(2024, 12, 31)),))),
        ("due next 90 days", Query(due_in=("90d",))),
        ("evidence not accepted", Query(conditions=("not-accepted",))),
        ("verdict in doubt MOJ", Query(agencies=("法務部",), conditions=("unsupported",))),
        ("楊瓊瓔or王大明", Query(legislators=("楊瓊瓔", "王大明"))),
        ("letter no. 1100097614", Query(letters=("1100097614",))),
        ("本月底到期", Query(due_in=("this-month",))),
        ("法務部逾期幾件了", Query(agencies=("法務部",), conditions=("overdue",))),
        ("教育部有什麼承諾", Query(agencies=("教育部",))),
    ],
)
def test_a_question_is_read_as_people_mean_it(text: str, query: Query) -> None:
    assert asked(text) == query


@pytest.mark.parametrize(
    ("text", "offers"),
    [
        ("環保署 2030", [("text", "2030", replace(asked("環保署"), words=("2030",)))]),
        ("新北", [("agency", "新北市政府", Query(agencies=("新北市政府",)))]),
        ("社宅 逾期", [("synonym", "社會住宅", replace(asked("逾期"), words=("社宅|社會住宅",)))]),
        ("法務布", [("near", "法務部", Query(agencies=("法務部",)))]),
        ("捷運和輕軌", [("near", "捷運或輕軌", Query(words=("捷運|輕軌",)))]),
        ("范云", [("near", "范雲", Query(legislators=("范雲",)))]),
        (
            "法務布逾期",
            [
                ("text", "法務布逾期", Query(words=("法務布逾期",))),
                ("near", "法務部", Query(agencies=("法務部",), conditions=("overdue",))),
            ],
        ),
        ("楊瓊櫻", [("near", "楊瓊瓔", Query(legislators=("楊瓊瓔",)))]),
        (
            "交通",
            [
                ("committee", "交通委員會", Query(agencies=DIRECTORY.committee("交通委員會"))),
                ("agency", "交通部", Query(agencies=("交通部",))),
                ("text", "交通", Query(words=("交通",))),
            ],
        ),
        ("法務部 逾期", []),
        ("疫苗過期", [("text", "疫苗過期", Query(words=("疫苗過期",)))]),
        ("新北市", [("agency", "新北市政府", Query(agencies=("新北市政府",)))]),
    ],
)
def test_what_a_word_may_mean_besides_is_offered(text: str, offers: list[tuple[str, str, Query]]) -> None:
    found = (*understand(text, VOCABULARY).offers, *near_misses(text, VOCABULARY))
    assert [(offer.kind, offer.word, offer.query) for offer in found] == offers


@pytest.mark.parametrize(
    ("text", "body"),
    [("原住民族事務委員會", "原住民族委員會"), ("標準局", "標準檢驗局"), ("委員會", None), ("路燈局", None)],
)
def test_a_body_is_offered_of_whose_name_a_text_is_a_part(text: str, body: str | None) -> None:
    offered = [offer.word for offer in understand(text, VOCABULARY).offers if offer.kind == "near"]
    assert offered == ([body] if body else [])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("即將道期", "即將到期"),
        ("尚無結輪", "尚無結論"),
        ("法務部 愈期", "法務部 逾期"),
        ("法務部愈期", "法務部逾期"),
        ("法務部 overdu", "法務部 overdue"),
        ("Minstry of Justice overdue", "Ministry of Justice overdue"),
        ("agency:法務", "agency:法務部"),
        ("2023捷運", "2023 捷運"),
        ("達成疫苗", "達成 疫苗"),
    ],
)
def test_a_word_that_is_nearly_one_of_ours_is_offered_as_that(typed: str, meant: str) -> None:
    assert parse(meant, VOCABULARY) in [offer.query for offer in near_misses(typed, VOCABULARY)]


def test_a_mistyped_field_is_refused_with_the_one_that_is_near() -> None:
    with pytest.raises(QuestionError) as refused:
        parse("stauts:已達成", VOCABULARY)
    assert refused.value.values == {"name": "stauts", "near": "status"}
    assert parse("covid:19", VOCABULARY).words == ("covid:19",)


@pytest.mark.parametrize("text", ["國營事業 逾期", "國營企業", "本部逾期", "逾期 自己的"])
def test_what_only_an_agency_has_is_asked_with_an_agency(text: str) -> None:
    with pytest.raises(QuestionError, match="要和機關一起問"):
        understand(text, VOCABULARY)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("法務部去年達成的", "沒有完成的日期"),
        ("法務部今年完成了哪些", "沒有完成的日期"),
        ("法務部2021年承諾2022年逾期", "一次問一個"),
        ("due 3/4/2026", "2026-12-31"),
        ("all ministries of the Executive Yuan overdue", "要問各部會"),
    ],
)
def test_what_the_records_can_not_tell_is_refused_with_what_can_be_asked(text: str, says: str) -> None:
    with pytest.raises(QuestionError, match=says):
        asked(text)


@pytest.mark.parametrize("text", ["法務部沒有逾期也沒有達成的", "逾期但沒有存疑的法務部", "法務部逾期以外的那些"])
def test_a_sentence_that_leaves_something_out_has_no_gist(text: str) -> None:
    assert gist(text, VOCABULARY) == Query()


def test_a_sentence_that_asks_whether_there_is_something_has_one() -> None:
    assert gist("不知道法務部有沒有期限明確的事", VOCABULARY) == parse("法務部 期限明確", VOCABULARY)


@pytest.mark.parametrize(
    "span", ["2022年到期", "112年到期", "112年6月底前到期", "2025年底到期", "30天內到期", "15年內到期", "本月到期"]
)
@pytest.mark.parametrize("topic", ["捷運", "社會住宅", "再生能源"])
def test_days_that_a_topic_follows_without_a_blank_are_asked_for(span: str, topic: str) -> None:
    apart = parse(f"{topic} {span}", VOCABULARY)
    assert apart.due or apart.due_in
    assert parse(f"{span}{topic}", VOCABULARY) == parse(f"{span}的{topic}承諾", VOCABULARY) == apart


@pytest.mark.parametrize("text", ["法務部|路燈", "逾期或即將到期", "達成或逾期 法務部"])
def test_alternatives_are_of_one_kind(text: str) -> None:
    with pytest.raises(QuestionError, match="同一種條件"):
        asked(text)


@pytest.mark.parametrize(("text", "means"), [("法務部且逾期", "法務部 逾期"), ("逾期而且佐證不足", "逾期 佐證不足")])
def test_what_is_joined_by_and_is_asked_together(text: str, means: str) -> None:
    assert asked(text) == asked(means)


@pytest.mark.parametrize(
    "text", ["消除路燈", "扣除額", "特別扣除額", "海外", "T-NCAP", "南港-宜蘭", "未能達成", "5G(第二期)"]
)
def test_what_only_looks_like_a_condition_is_a_text(text: str) -> None:
    query = asked(text)
    assert query == Query(words=query.words)


NO_DAYS = (
    "全文:",
    "13月到期",
    "2月30日到期",
    "2026-02-30",
    "112年13月",
    "2024-2022",
    "-2024-2022",
    "112年12月至6月",
    "2021、2023",
    "2021、2022、2024",
    "今年、明年到期",
)


@pytest.mark.parametrize(
    "text",
    [
        "due:..",
        "逾期達成",
        "逾期但達成",
        "法務部 如期完成",
        "2022年達成",
        "MOE kept last year",
        "due:明天",
        "due:<",
        "status:完成",
        "is:未知",
        "with:什麼",
        "due:2026-02-30",
        "id:status:",
        "letter:agency:法務部",
        *NO_DAYS,
    ],
)
def test_a_question_that_can_not_be_read_is_answered_with_what_can(text: str) -> None:
    with pytest.raises(QuestionError, match=r"例如|可用"):
        asked(text)


@pytest.mark.parametrize(
    ("typed", "as_if"),
    [
        ("衛福部 疫苗的", "衛福部 疫苗"),
        ("逾期 社會福利的", "逾期 社會福利"),
        ("教育部 去年的", "教育部 去年"),
        ("行政院 自己的", "行政院 本身"),
        ("112年疫苗逾期", "112年 疫苗 逾期"),
        ("社會福利排除衛福部", "社會福利 -衛福部"),
        ("逾期 教育部除外？", "逾期 -教育部"),
        ("教育部沒有逾期嗎？", "教育部 未逾期"),
        ("做到了，教育部", "達成 教育部"),
        ("教育部 做到", "教育部 達成"),
        ("衛福部/逾期", "衛福部 逾期"),
        ("衛福部…逾期", "衛福部 逾期"),
        ("影像下架喔", "影像下架"),
        ("MOHW overdue no covid", "衛福部 逾期 -covid"),
        ("overdue non-MOE", "逾期 -教育部"),
        ("finance ministry overdue", "財政部 逾期"),
        ("ministry of transport overdue", "交通部 逾期"),
        ("overdue with a clear deadline", "逾期 期限明確"),
        ("who is overdue", "逾期"),
        ("逾期 未 完成", "逾期 未完成"),
        ("教育部 還沒 完成", "教育部 還沒完成"),
        ("未 逾期", "未逾期"),
        ("-完成 教育部", "-達成 教育部"),
        ("行政院自己的 逾期", "行政院 本身 逾期"),
        ("教育部 進度 逾期", "教育部 逾期"),
        ("113 教育部 逾期", "113年 教育部 逾期"),
        ("逾期了嗎", "逾期"),
        ("期限過了", "逾期"),
        ("no later than 2023", "2023年底前到期"),
        ("MOE no end date", "教育部 無期限"),
        ("完成|部分達成", "達成|部分達成"),
        ("請幫我列出教育部所有已經逾期但是沒有完成的，2022、2023", "教育部 逾期 沒有完成 2022-2023"),
    ],
)
def test_what_stands_around_a_word_makes_no_other_of_it(typed: str, as_if: str) -> None:
    assert parse(typed, VOCABULARY) == parse(as_if, VOCABULARY)


@pytest.mark.parametrize(
    "typed",
    [
        "使用目的",
        "公開查處標的",
        "2050淨零",
        "無法完成",
        "預計完成",
        "該工程預計於114年完成",
        "身心狀況",
        "工程進度",
        "我要看護",
        "non-profit",
    ],
)
def test_a_word_stays_whole(typed: str) -> None:
    assert parse(typed, VOCABULARY).words == (typed,)


@pytest.mark.parametrize(("typed", "words"), [("完成 規劃", ("規劃", "完成")), ("MOE no progress", ("no", "progress"))])
def test_what_stands_beside_a_text_is_text(typed: str, words: tuple[str, ...]) -> None:
    assert (parse(typed, VOCABULARY).words, parse(typed, VOCABULARY).statuses) == (words, ())


@pytest.mark.parametrize("category", ["科技.研發", "研發&創新", "無障礙/逾期", "科技:研發"])
def test_a_category_of_any_signs_is_read_back(category: str) -> None:
    assert parse(str(Query(categories=(category,))), VOCABULARY) == Query(categories=(category,))


@pytest.mark.parametrize(
    "sentence",
    [
        "行政院於103年、106年及107年核定調增國軍地域加給後，人力編現成果具顯著效果。",
        "衛福部表示，去年完成的長照據點布建已達三千處，並將持續推動",
        "依2021年承諾，2022年底前到期的補助計畫將由衛福部持續辦理",
    ],
)
def test_nothing_is_refused_in_a_sentence_that_was_pasted(sentence: str) -> None:
    assert parse(sentence, VOCABULARY).words


@pytest.mark.parametrize(("text", "words"), [("|或", ("或",)), ("||或||", ("或",)), ("|毒品或詐騙|", ("毒品|詐騙",))])
def test_a_bar_with_nothing_on_one_side_says_nothing(text: str, words: tuple[str, ...]) -> None:
    assert asked(text) == Query(words=words)


@settings(max_examples=150)
@given(TYPED)
@example("|或")  # nothing at all around the word that joins
def test_any_text_at_all_is_a_query_or_a_question_error(text: str) -> None:
    try:
        found = asked(text)
    except QuestionError:
        return
    assert isinstance(found, Query)


@settings(max_examples=150)
@given(QUERIES)
def test_a_query_is_read_back_from_its_normal_form(query: Query) -> None:
    assert asked(str(query)) == parse(str(query), Vocabulary()) == query


@settings(max_examples=150)
@given(TYPED)
@example("㍘")  # one sign for 0点, which is Simplified
@example("id:status:\n法務部agency:")
@example("agency:法務部agency:category:,法務部")
@example("agency:法務部:category:,法務部")
@example("agency::category:\n法務部")
@example("agency:;category:\n法務部")
def test_whatever_was_typed_is_read_back_from_its_normal_form(text: str) -> None:
    assume(not set('"＂') & set(text))
    try:
        found = asked(text)
    except QuestionError:
        return
    assert asked(str(found)) == parse(str(found), Vocabulary()) == found


SAMPLE = standing(record())


def answers(text: str, **fields: Any) -> bool:
    return asked(text).matches(replace(SAMPLE, **fields), TODAY)


def test_an_empty_question_is_answered_by_everything() -> None:
    assert answers("")


@pytest.mark.parametrize(
    "text",
    [
        "法務部",
        "路燈",
        "臺北路燈"[2:],
        "is:due-soon",
        "is:clear",
        "due:<=2026-03-15",
        "status:追蹤中",
        "其他",
        "id:11111111",
        "-疫情",
    ],
)
def test_a_question_is_answered_by_what_it_describes(text: str) -> None:
    vocabulary = replace(VOCABULARY, categories=frozenset({"其他"}))
    assert parse(text, vocabulary).matches(SAMPLE, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "內政部",
        "影像",
        "is:overdue",
        "is:doubtful",
        "due:<2026-03-15",
        "status:已達成",
        "category:交通",
        "id:2",
        "-路燈",
        "is:no-agency",
    ],
)
def test_a_question_is_not_answered_by_what_it_does_not_describe(text: str) -> None:
    assert not answers(text)


def test_a_question_for_a_ministry_is_answered_by_its_bodies() -> None:
    assert answers("法務部", agencies=("矯正署",))


def test_a_question_for_a_ministry_itself_is_not_answered_by_its_bodies() -> None:
    assert not answers("法務部 本身", agencies=("矯正署",))


def test_a_question_for_a_former_name_is_answered_by_its_successor() -> None:
    assert answers("農委會", agencies=("農業部",))


def test_values_of_one_field_are_alternatives() -> None:
    assert answers("法務部 內政部")


def test_words_must_all_be_there() -> None:
    assert not answers("路燈 影像")


def test_a_commitment_without_deadline_answers_no_question_for_days() -> None:
    assert not answers("due:<2030-01-01", target=None)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("is:overdue", {"target": date(2026, 3, 1)}),
        ("is:no-deadline", {"target": None}),
        ("is:waiting", {"proposed": "已達成"}),
        ("is:reviewed", {"reviewed": "decline"}),
        ("is:unsupported", {"status": "已達成", "unsupported": True}),
        ("is:no-agency", {"agencies": ()}),
        ("is:in-doubt", {"status": "已達成", "unsupported": True}),
        ("due:next-month", {"target": date(2026, 4, 10)}),
        ("evidence:this-week", {"evidence_on": date(2026, 3, 3)}),
        ("evidence:7d", {"evidence_on": date(2026, 2, 23)}),
        ("letter:院臺專字第1100000001號", {"letter_number": "院臺專字第1100000001號"}),
        ("gazette:https://a.test/1.doc", {"url": "https://a.test/1.doc"}),
        ("電桿|燈泡", {"searched": "更換燈泡"}),
    ],
)
def test_a_condition_asks_for_what_its_name_says(text: str, fields: dict[str, object]) -> None:
    assert answers(text, **fields) and not answers(text)


def test_what_only_the_source_calls_reviewed_is_not_reviewed() -> None:
    assert not answers("is:reviewed", reviewed="source")
