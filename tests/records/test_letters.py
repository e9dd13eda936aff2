"""How a letter is known, dated and attributed, and where a promise stands in it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.letters import (
    asked_in,
    asking_legislators,
    is_verbatim,
    letter_number,
    nearest_sentence,
    read_letter,
)

NUMBER = "（行政院函　中華民國110年12月1日院臺專字第1100097614號）"
URL = "https://example.org/gazette/1.doc"


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        "(行政院函 中華民國110年12月1日 院臺專字第 1100097614 號)",
        "院臺專字第1100097614號",
    ],
)
def test_a_letter_is_known_by_its_number_spaces_and_brackets_aside(text: str) -> None:
    assert letter_number(text) == "院臺專字第1100097614號"


@pytest.mark.parametrize(
    ("text", "number", "day"),
    [  # every form that the real records have
        ("（行政院函　中華民國110年12月1日院臺專字第1100097614號）", "院臺專字第1100097614號", date(2021, 12, 1)),
        ("（行政院函　中華民國111年3月7日院臺施字第1110081234號）", "院臺施字第1110081234號", date(2022, 3, 7)),
        ("（行政院函　中華民國110年9月3日院授主預社字第1100102345號）", "院授主預社字第1100102345號", date(2021, 9, 3)),
        ("（行政院函　中華民國110年9月3日院授主預國字第1100102346號）", "院授主預國字第1100102346號", date(2021, 9, 3)),
        ("（行政院函　中華民國110年9月3日院授主預彙字第1100102347號）", "院授主預彙字第1100102347號", date(2021, 9, 3)),
    ],
)
def test_a_number_is_known_and_dated_in_every_form(text: str, number: str, day: date) -> None:
    letter = read_letter(text, None)
    assert (letter.number, letter.date) == (number, day)


@pytest.mark.parametrize("text", [None, "", "（）", " "])
def test_an_empty_number_field_names_no_letter(text: str | None) -> None:
    assert letter_number(text) is None


@pytest.mark.parametrize("end", ["-1號", "－1號", "A號", "號之1", "之1號", "-1"])
def test_a_letter_of_a_divided_number_is_another_letter(end: str) -> None:
    number = letter_number(f"（行政院函　中華民國110年12月9日院臺專字第1100097614{end}）")
    assert number not in (None, "院臺專字第1100097614號")
    assert read_letter(f"（行政院函　中華民國110年12月9日院臺專字第1100097614{end}）", URL).date == date(2021, 12, 9)


@pytest.mark.parametrize("behind", ["", "函", "，復"])
def test_a_number_with_all_its_digits_needs_no_word_behind_it(behind: str) -> None:
    assert letter_number(f"院臺專字第1100097614{behind}") == "院臺專字第1100097614號"


def test_a_number_of_another_form_stays_whole() -> None:
    assert letter_number("（部授食字 第12號）") == "部授食字第12號"


def test_a_letter_is_dated_by_its_number() -> None:
    assert read_letter(NUMBER, URL).date == date(2021, 12, 1)


def test_a_letter_with_a_number_is_not_known_by_its_gazette_file() -> None:
    assert read_letter(NUMBER, URL).key == "院臺專字第1100097614號"


def test_the_gazette_file_stands_in_where_there_is_no_number() -> None:
    assert read_letter(None, URL).key == URL


def test_a_letter_with_neither_number_nor_url_has_no_key() -> None:
    assert read_letter("", "").key is None


def test_two_letters_of_one_gazette_file_are_two_letters() -> None:
    assert read_letter("院臺專字第1號", URL).key != read_letter("院臺專字第2號", URL).key


def test_the_ordinal_is_read_from_the_subject() -> None:
    assert read_letter(NUMBER, URL, "（八）行政院函送楊委員瓊瓔就深偽問題").ordinal == "八"


def test_the_subject_is_kept_without_its_ordinal() -> None:
    assert read_letter(NUMBER, URL, "（八）行政院函送楊委員瓊瓔").subject == "行政院函送楊委員瓊瓔"


def test_a_subject_without_ordinal_has_none() -> None:
    assert read_letter(NUMBER, URL, "行政院函送楊委員瓊瓔").ordinal is None


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        ("（八）行政院函送楊委員瓊瓔就深偽技術問題", ("楊瓊瓔",)),
        ("（八）行政院函送立法委員楊瓊瓔就深偽技術問題", ("楊瓊瓔",)),
        ("（八）行政院函送高金素梅委員就深偽技術問題", ("高金素梅",)),
        ("行政院函送張廖委員萬堅就教育問題", ("張廖萬堅",)),
        ("行政院函送鄭天財Sra Kacaw委員就原住民問題", ("鄭天財Sra Kacaw",)),
        ("行政院函送伍委員麗華Saidhai．Tahovecahe就原住民問題", ("伍麗華Saidhai.Tahovecahe",)),
        ("行政院函送王委員大明、李委員小華就路燈問題", ("王大明", "李小華")),
        ("行政院函送王委員大明及李委員小華針對路燈問題", ("王大明", "李小華")),
        ("行政院函送王委員大明等15人就路燈問題", ("王大明",)),
        ("行政院函送王委員大明、李小華就路燈問題", ("王大明", "李小華")),
        ("行政院函送王委員大明、李小華、陳小美等所提質詢", ("王大明", "李小華", "陳小美")),
        ("行政院函送王委員大明於110年12月1日本院交通委員會就路燈問題", ("王大明",)),
        ("行政院函送王委員大明於立法院交通委員會第10屆第3會期第6次全體委員會議所提質詢", ("王大明",)),
        ("行政院函送本院委員王大明就路燈問題", ("王大明",)),
        ("行政院函送王委員大明為路燈問題", ("王大明",)),
        ("行政院函送立法委員王大明、李小華就路燈問題", ("王大明", "李小華")),
        ("行政院函送委員王大明就路燈問題", ("王大明",)),
        ("行政院函送本院王委員大明就路燈問題", ("王大明",)),
        ("行政院函送王委員大明關於路燈問題", ("王大明",)),
        ("行政院函送王委員大明有關路燈問題", ("王大明",)),
        ("行政院函送瓦歷斯‧貝林委員就路燈問題", ("瓦歷斯‧貝林",)),
        ("行政院函送委員會就路燈問題", ()),
        ("行政院函送時代力量黨團就路燈問題", ()),
        ("行政院函送王委員就高鐵、台鐵問題", ()),
        ("行政院函復路燈問題", ()),
        ("", ()),
    ],
)
def test_the_subject_names_who_asked(subject: str, names: tuple[str, ...]) -> None:
    assert asking_legislators(subject, "") == names


def test_nobody_asked_where_the_text_below_names_someone_else() -> None:
    assert asking_legislators("行政院函送楊委員瓊瓔就公投問題", "廖委員就原住民保留地問題所提質詢") == ()


@pytest.mark.parametrize(
    "body",
    [
        "楊委員曜就公投問題所提質詢",
        "楊曜委員就公投問題",
        "有關廖委員國棟就公投問題所提質詢",
        "廖委員國棟所提質詢",
        "廖委員國棟針對公投問題所提質詢",
        "**說明**：廖委員就公投問題",
    ],
)
def test_nobody_asked_where_the_text_below_names_somebody_of_another_given_name(body: str) -> None:
    assert asking_legislators("行政院函送楊委員瓊瓔就公投問題", body) == ()


@pytest.mark.parametrize(
    "body",
    ["楊委員瓊瓔就公投問題", "楊瓊瓔委員就公投問題", "楊委員建議公投", "楊委員請本院就公投問題所提質詢", "公投問題"],
)
def test_who_the_text_below_speaks_of_in_another_way_asked(body: str) -> None:
    assert asking_legislators("行政院函送楊委員瓊瓔就公投問題", body) == ("楊瓊瓔",)


def test_the_text_below_may_name_the_same_person_by_surname() -> None:
    assert asking_legislators("行政院函送楊委員瓊瓔就深偽問題", "楊委員就深偽問題所提質詢") == ("楊瓊瓔",)


def test_the_text_below_may_name_the_second_of_two() -> None:
    subject = "行政院函送王委員大明、李委員小華就路燈問題"
    assert asking_legislators(subject, "李委員就路燈問題所提質詢") == ("王大明", "李小華")


@pytest.mark.parametrize(
    ("subject", "committee", "names"),
    [
        ("行政院函送王委員大明於本院交通委員會就路燈問題所提質詢", "交通委員會", ("王大明",)),
        (
            "行政院函送王委員大明、李委員小華於立法院第10屆第3會期社會福利及衛生環境委員會第6次全體委員會議所提質詢",
            "社會福利及衛生環境委員會",
            ("王大明", "李小華"),
        ),
        ("（八）行政院函送貴院財政委員會王委員大明就路燈問題所提質詢", "財政委員會", ("王大明",)),
        ("行政院函送王委員大明就「立法院交通委員會通過決議」等問題所提質詢", None, ("王大明",)),
        ("行政院函送王委員大明就路燈問題所提質詢", None, ("王大明",)),
        ("", None, ()),
    ],
)
def test_the_committee_is_the_one_that_the_subject_states_before_the_question(
    subject: str, committee: str | None, names: tuple[str, ...]
) -> None:
    assert asked_in(subject) == committee
    assert asking_legislators(subject, "") == names


def test_a_letter_holds_the_committee_that_its_subject_states() -> None:
    subject = "（八）行政院函送王委員大明於本院交通委員會就路燈問題所提質詢"
    assert read_letter(NUMBER, URL, subject).committee == "交通委員會"


def test_a_promise_is_verbatim_whatever_its_punctuation_and_blanks() -> None:
    assert is_verbatim("增設路燈,20 盞。", "本部將增設路燈，２０盞，以保障安全")


def test_a_paraphrase_is_not_verbatim() -> None:
    assert not is_verbatim("增設路燈30盞", "本部將增設路燈20盞")


def test_a_promise_without_words_is_not_verbatim() -> None:
    assert not is_verbatim("。。", "任何文字。。")


def test_the_nearest_sentence_is_the_one_that_shares_most_with_the_promise() -> None:
    letter = "一、感謝委員關心。二、本部將於明年增設路燈20盞；三、另案辦理。"
    assert nearest_sentence(letter, "明年增設路燈20盞") == "二、本部將於明年增設路燈20盞；"


def test_a_heading_goes_that_shares_nothing_with_the_promise() -> None:
    letter = "二、關於北倉配水池問題：預計於明年底前施工完成。"
    assert nearest_sentence(letter, "明年底前施工完成") == "預計於明年底前施工完成。"


def test_a_heading_stays_that_the_promise_speaks_of() -> None:
    letter = "二、北倉配水池：預計於明年底前施工完成。"
    assert nearest_sentence(letter, "北倉配水池明年底前施工完成") == letter


def test_a_condition_stays_with_its_sentence() -> None:
    letter = "倘法案通過，本部將於明年增設路燈20盞。"
    assert nearest_sentence(letter, "明年增設路燈20盞") == letter


def test_the_question_that_a_letter_opens_with_is_not_its_own_sentence() -> None:
    letter = "蔡委員就請環保署令中油停工問題所提質詢，經交據環保署查復如下：感謝委員關心。"
    assert nearest_sentence(letter, "請環保署令中油停工") == ""


def test_no_sentence_is_shown_where_none_comes_near_the_promise() -> None:
    assert nearest_sentence("感謝委員關心。另案辦理。", "增設路燈20盞") == ""


@settings(max_examples=100)
@given(st.text(), st.text())
def test_the_nearest_sentence_stands_in_the_letter_as_it_is(letter: str, promise: str) -> None:
    assert nearest_sentence(letter, promise) in letter


@settings(max_examples=100)
@given(st.text(), st.text(), st.text(), st.text())
def test_any_texts_at_all_make_a_letter(number: str, url: str, subject: str, body: str) -> None:
    assert read_letter(number, url, subject, body).text == body


@settings(max_examples=100)
@given(st.text(alphabet="行政院臺專字第0129１２號（）() 中華民國年月日"))
def test_a_letter_number_is_read_the_same_when_read_again(text: str) -> None:
    assert letter_number(letter_number(text)) == letter_number(text)


def test_a_surname_of_two_characters_is_somebody_else() -> None:
    assert asking_legislators("行政院函送張委員育美就路燈問題所提質詢", "張廖委員就路燈問題所提質詢") == ()


@pytest.mark.parametrize(
    "text", ["院臺專字第1100099577", "行政院函中華民國110年12月24日院台專字第1100099577", "院臺專字1100099577函"]
)
def test_a_number_of_ten_digits_is_known_without_its_last_sign(text: str) -> None:
    assert letter_number(text) == "院臺專字第1100099577號"


@pytest.mark.parametrize(
    "opening",
    ["楊委員再就萊豬問題", "楊委員另就萊豬問題", "楊委員書面質詢萊豬問題", "楊委員所提質詢", "楊委員等16人就萊豬問題"],
)
def test_words_behind_who_asked_are_no_other_name(opening: str) -> None:
    assert asking_legislators("（八）行政院函送楊委員瓊瓔就萊豬問題所提質詢之書面答復，請查照案。", opening) == (
        "楊瓊瓔",
    )


@pytest.mark.parametrize("name", ["高金素梅", "張廖萬堅"])
def test_a_whole_name_before_what_was_asked_of_is_read(name: str) -> None:
    subject = f"（八）行政院函送{name}委員對第10屆第4會期施政質詢之書面答復，請查照案。"
    assert asking_legislators(subject, "") == (name,)


def test_an_ordinal_in_half_width_brackets_is_read() -> None:
    letter = read_letter(
        "院臺專字第1100099577號", None, "(八)行政院函送楊委員瓊瓔就萊豬問題所提質詢之書面答復，請查照案。"
    )
    assert letter.ordinal == "八"


def test_a_letter_of_nothing_but_colons_before_the_promise_is_read() -> None:
    assert nearest_sentence("：" * 100_000 + "增設路燈20盞。", "增設路燈20盞。").endswith("增設路燈20盞。")


def test_a_word_before_what_was_asked_is_no_part_of_a_name() -> None:
    assert asking_legislators("行政院函送吳委員斯懷再就教育問題所提質詢", "") == ("吳斯懷",)
