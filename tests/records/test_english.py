from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.question.english import in_chinese
from records.question.meanings import QuestionError, Vocabulary
from records.question.reader import parse
from records.question.suggestions import understand

VOCABULARY = Vocabulary(categories=frozenset(("社會福利",)), legislators=frozenset(("楊瓊瓔",)))


@pytest.mark.parametrize(
    ("asked", "means"),
    [
        ("Ministry of Justice past due", "法務部 逾期"),
        ("MOJ past its deadline", "法務部 逾期"),
        ("衛福部 due soon", "衛福部 即將到期"),
        ("教育部 due this month", "教育部 本月到期"),
        ("教育部 this month due", "教育部 本月到期"),
        ("due within 30 days", "30天內到期"),
        ("due within two years", "2年內到期"),
        ("due in the past three years", "過去3年內到期"),
        ("due in the next 2 weeks", "2週內到期"),
        ("due before 2026-12-31", "due:<2026-12-31"),
        ("due after 2026-12-31", "2026-12-31以後到期"),
        ("due in 2030", "2030"),
        ("due by the end of the year", "年底到期"),
        ("new evidence this week", "有新佐證 本週"),
        ("new evidence in the last 7 days", "有新佐證 最近7天"),
        ("no deadline", "沒有期限"),
        ("doubtful deadlines", "期限存疑"),
        ("clear deadline", "期限明確"),
        ("thin evidence", "佐證不足"),
        ("waiting for review", "待複核"),
        ("not yet done 教育部", "還沒做到 教育部"),
        ("not a commitment", "非承諾"),
        ("partly kept", "部分達成"),
        ("no conclusion", "尚無結論"),
        ("MOTC without 捷運", "交通部 -捷運"),
        ("MOTC overdue but not 捷運", "交通部 逾期 -捷運"),
        ("經濟部 with state-owned companies", "經濟部 含國營事業"),
        ("Executive Yuan only itself", "行政院 自己的"),
        ("not the Ministry of Justice", "-法務部"),
        ("overdue except the Ministry of Education and the Ministry of Culture", "逾期 -教育部|文化部"),
        ("not due this year", "-今年到期"),
        ("not due in 2023", "-2023"),
        ("without thin evidence", "-佐證不足"),
        ("not waiting for review", "-待複核"),
        ("due before December 2023", "due:<2023-12-01"),
        ("due in January 2026", "due:2026-01"),
        ("due on March 1", "3月1日到期"),
        ("due by December 31", "12月31日前到期"),
        ("due in 2022-2024", "2022-2024"),
        ("due between 2022 and 2024", "2022-2024"),
        ("due between January 2022 and June 2022", "due:2022-01..2022-06"),
        ("MOE due from June 2022 to December 2022", "教育部 due:2022-06..2022-12"),
        ("Health Ministry overdue", "衛福部 逾期"),
        ("ministry of labor due soon", "勞動部 即將到期"),
        ("asked by: 楊瓊瓔", "楊瓊瓔"),
        ("2022 to 2024", "2022-2024"),
        ("due in six months", "6個月內到期"),
        ("due in a week", "1週內到期"),
        ("due this quarter", "本季到期"),
        ("due tomorrow", "明天到期"),
        ("due by 2023", "due:<=2023"),
        ("letter older than the reply", "公文早於答復"),
        ("agency not named", "未載明機關"),
        ("Show me all of Ministry of Education DUE SOON", "教育部 即將到期"),
    ],
)
def test_english_means_what_the_chinese_does(asked: str, means: str) -> None:
    assert parse(asked, VOCABULARY) == parse(means, VOCABULARY)


@pytest.mark.parametrize(
    "kept", ['"new evidence"', "「due soon」", "agency:法務部", "https://a.tw/due soon".split()[0]]
)
def test_what_is_quoted_a_field_or_a_link_stays(kept: str) -> None:
    assert in_chinese(f"{kept} x", " ".join, bool) == f"{kept} x"


@pytest.mark.parametrize("text", ["undue soonest", "lateral", "delayering", "translate"])
def test_a_phrase_is_found_only_as_whole_words(text: str) -> None:
    assert in_chinese(text, " ".join, bool) == text


@given(st.text())
def test_any_text_can_be_asked_and_what_it_means_prints_back(text: str) -> None:
    try:
        query = parse(text, VOCABULARY)
    except QuestionError:
        return
    assert parse(str(query), VOCABULARY) == query


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("social housing", "社會住宅"),
        ("MOTC drunk driving overdue", "交通部 逾期 酒駕|酒後駕"),
        ("Long-Term Care", "長期照顧|長照"),
        ("migrant workers nuclear", "移工|外籍勞工 核能|核電|核四|核廢"),
        ("法務部 fraud", "法務部 詐騙|詐欺"),
    ],
)
def test_an_english_topic_offers_the_letters_words(asked: str, offered: str) -> None:
    offers = [offer.query for offer in understand(asked, VOCABULARY).offers if offer.kind == "synonym"]
    assert offers == [parse(offered, VOCABULARY)]


@pytest.mark.parametrize("asked", ["-nuclear 路燈", '"social housing"', "social 路燈 housing", "housing"])
def test_what_is_quoted_left_out_or_no_topic_offers_none(asked: str) -> None:
    assert not [offer for offer in understand(asked, VOCABULARY).offers if offer.kind == "synonym"]
