from __future__ import annotations

import pytest

from handlers.language import Voice, say, speaking
from handlers.query_words import understood
from records.query import CONDITIONS
from records.question.lexicon import FLAG_WORDS
from records.question.meanings import Vocabulary
from records.question.reader import parse

VOCABULARY = Vocabulary(categories=frozenset(("社會福利", "教育")), legislators=frozenset(("楊瓊瓔", "蘇巧慧")))


@pytest.mark.parametrize("language", ["zh-TW", "en"])
@pytest.mark.parametrize(
    "asked",
    [
        "法務部 逾期",
        "衛福部 即將到期",
        "教育部 2023",
        "due:<2026-12-31",
        "due:>2024-12-31 經濟部",
        "2022-2024",
        "2026-12-31 以前",
        "12月31日到期",
        "12月到期 經濟部",
        "6月30日前到期",
        "明年3月到期",
        "明年3月1日到期",
        "去年12月底前到期",
        "今年10月31日前到期",
        "明年第一季到期",
        "今年第四季前到期",
        "明年上半年到期",
        "前年到期",
        "教文",
        "下一季到期",
        "今年下半年到期",
        "明天到期",
        "過去30天內到期",
        "最近三年",
        "兩年內到期",
        "30天內到期",
        "法務部 status:追蹤中",
        "影像 下架",
        "楊瓊瓔 教育部",
        "蘇巧慧 還沒做到",
        "類別:教育 達成",
        "存疑 教育部",
        "佐證不足",
        "無期限 社會福利",
        "影像|圖像 下架",
        '"法務部"',
        "全文:監獄 法務部",
        "衛環",
        "環保署 2030",
        "台鐵",
        "經濟部 含國營事業",
        "逾期 -衛福部",
        "5d6747b3",
        "",
    ],
)
def test_what_an_answer_says_it_understood_can_be_pasted_back(asked: str, language: str) -> None:
    query = parse(asked, VOCABULARY)
    with speaking(Voice(language)):
        said = understood(query)
        for pasted in (said, say("條件：{understood}", understood=said)):
            assert understood(parse(pasted, VOCABULARY)) == said, pasted


EVERY_CONDITION = (
    *(f"is:{name}" for name in CONDITIONS),
    *(f"flag:{name}" for name in FLAG_WORDS),
    *("status:已達成", "status:追蹤中", "status:無更新", "status:部分達成", "status:非承諾"),
    *(
        "due:2023",
        "due:<2023",
        "due:>2023",
        "due:>=2023",
        "due:2023-12",
        "due:=2023-12-31",
        "due:2023-01-01..2023-06-30",
    ),
    *("due:this-month", "due:30d", "due:past-365d", "due:last-year-q4", "due:last-year-h1", "due:year-end"),
    *(
        "evidence:this-month",
        "evidence:30d",
        "legislator:楊瓊瓔",
        "category:教育",
        "agency:衛生福利部",
        "id:5d6747b3",
        '"社會住宅"',
    ),
)


@pytest.mark.parametrize("language", ["zh-TW", "en"])
@pytest.mark.parametrize("left_out", ["", "-"])
@pytest.mark.parametrize("condition", EVERY_CONDITION)
def test_every_condition_asked_for_or_left_out_is_read_back_from_what_is_said_of_it(
    condition: str, left_out: str, language: str
) -> None:
    query = parse(f"教育部 {left_out}{condition}", VOCABULARY)
    with speaking(Voice(language=language)):
        said = say("條件：{query}", query=understood(query))
    assert parse(said, VOCABULARY) == query
