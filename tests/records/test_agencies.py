"""Which body a name means, and what a question for it covers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from records.agencies import Agency, Directory, directory

DIRECTORY = directory()
AGENCIES = sorted(agency.name for agency in DIRECTORY)

# What people type, what it is called today, what it stands under (- for nothing)
TYPED = """
NCC 通傳會                                | 國家通訊傳播委員會         | 行政院
食藥署 TFDA                               | 食品藥物管理署             | 衛生福利部
疾管署 CDC 疾管局                         | 疾病管制署                 | 衛生福利部
健保署 健保局                             | 中央健康保險署             | 衛生福利部
國健署 國健局                             | 國民健康署                 | 衛生福利部
衛福部 MOHW                               | 衛生福利部                 | 行政院
國教署                                    | 國民及學前教育署           | 教育部
青年署 青發署                             | 青年發展署                 | 教育部
體育署                                    | 運動部、全民運動署         | 行政院
台鐵 臺鐵 台鐵局 鐵路局 TRA               | 國營臺灣鐵路股份有限公司   | 交通部
鐵道局 高鐵局 鐵工局                      | 鐵道局                     | 交通部
高鐵 台灣高鐵公司                         | 台灣高速鐵路股份有限公司   | -
高公局 國道局                             | 高速公路局                 | 交通部
公總 公路總局                             | 公路局                     | 交通部
監理站 監理所                             | 各區監理所                 | 公路局
觀光局 觀光署                             | 觀光署                     | 交通部
氣象局 氣象署                             | 中央氣象署                 | 交通部
民航局                                    | 民用航空局                 | 交通部
航港局                                    | 航港局                     | 交通部
港務公司                                  | 臺灣港務股份有限公司       | 交通部
桃機                                      | 桃園國際機場股份有限公司   | 交通部
郵局                                      | 中華郵政股份有限公司       | 交通部
警政署                                    | 警政署                     | 內政部
刑事局                                    | 刑事警察局                 | 警政署
移民署                                    | 移民署                     | 內政部
消防署                                    | 消防署                     | 內政部
營建署                                    | 國土管理署、國家公園署     | 內政部
國土署                                    | 國土管理署                 | 內政部
住都中心                                  | 國家住宅及都市更新中心     | 內政部
工業局                                    | 產業發展署、產業園區管理局 | 經濟部
產發署                                    | 產業發展署                 | 經濟部
能源局                                    | 能源署                     | 經濟部
國貿局                                    | 國際貿易署                 | 經濟部
中企處                                    | 中小及新創企業署           | 經濟部
商業司                                    | 商業發展署                 | 經濟部
加工出口區管理處                          | 產業園區管理局             | 經濟部
礦務局 地調所                             | 地質調查及礦業管理中心     | 經濟部
標檢局                                    | 標準檢驗局                 | 經濟部
智財局                                    | 智慧財產局                 | 經濟部
水利署                                    | 水利署                     | 經濟部
台電                                      | 台灣電力股份有限公司       | 經濟部
中油                                      | 台灣中油股份有限公司       | 經濟部
台水 自來水公司                           | 台灣自來水股份有限公司     | 經濟部
台糖                                      | 台灣糖業股份有限公司       | 經濟部
中鋼                                      | 中國鋼鐵股份有限公司       | -
台船                                      | 台灣國際造船股份有限公司   | -
農委會                                    | 農業部                     | 行政院
林務局 林保署                             | 林業及自然保育署           | 農業部
防檢局 防檢署                             | 動植物防疫檢疫署           | 農業部
水保局                                    | 農村發展及水土保持署       | 農業部
農金局                                    | 農業金融署                 | 農業部
畜牧處                                    | 畜牧司、動物保護司         | 農業部
漁業署                                    | 漁業署                     | 農業部
農糧署                                    | 農糧署                     | 農業部
農水署                                    | 農田水利署                 | 農業部
環保署 EPA                                | 環境部                     | 行政院
毒化局                                    | 化學物質管理署             | 環境部
科技部 國科會                             | 國家科學及技術委員會       | 行政院
南科管理局                                | 南部科學園區管理局         | 國家科學及技術委員會
竹科管理局                                | 新竹科學園區管理局         | 國家科學及技術委員會
中科管理局                                | 中部科學園區管理局         | 國家科學及技術委員會
原能會 核安會                             | 核能安全委員會             | 行政院
數位部 數發部                             | 數位發展部                 | 行政院
資安署 資安處                             | 資通安全署                 | 數位發展部
國發會                                    | 國家發展委員會             | 行政院
工程會                                    | 公共工程委員會             | 行政院
主計總處                                  | 主計總處                   | 行政院
人總                                      | 人事行政總處               | 行政院
陸委會                                    | 大陸委員會                 | 行政院
僑委會                                    | 僑務委員會                 | 行政院
客委會                                    | 客家委員會                 | 行政院
海委會                                    | 海洋委員會                 | 行政院
海巡                                      | 海巡署                     | 海洋委員會
退輔會 輔導會                             | 國軍退除役官兵輔導委員會   | 行政院
中選會                                    | 中央選舉委員會             | 行政院
公平會                                    | 公平交易委員會             | 行政院
運安會                                    | 國家運輸安全調查委員會     | 行政院
金管會 FSC                                | 金融監督管理委員會         | 行政院
證期局                                    | 證券期貨局                 | 金融監督管理委員會
銀行局                                    | 銀行局                     | 金融監督管理委員會
保險局                                    | 保險局                     | 金融監督管理委員會
央行                                      | 中央銀行                   | 行政院
原民會                                    | 原住民族委員會             | 行政院
勞保局                                    | 勞工保險局                 | 勞動部
勞發署                                    | 勞動力發展署               | 勞動部
職安署                                    | 職業安全衛生署             | 勞動部
高檢署                                    | 臺灣高等檢察署             | 法務部
北檢                                      | 臺灣臺北地方檢察署         | 法務部
國稅局                                    | 各地區國稅局               | 財政部
國產署                                    | 國有財產署                 | 財政部
關務署 海關                               | 關務署                     | 財政部
影視局                                    | 影視及流行音樂產業局       | 文化部
文資局                                    | 文化資產局                 | 文化部
文策院                                    | 文化內容策進院             | 文化部
國圖                                      | 國家圖書館                 | 教育部
大考中心                                  | 大學入學考試中心           | -
國訓中心                                  | 國家運動訓練中心           | 運動部
指揮中心 CECC                             | 中央流行疫情指揮中心       | -
"""
ROWS = [
    (name, *(cell.strip() for cell in cells))
    for typed, *cells in (row.split("|") for row in TYPED.split("\n") if row)
    for name in typed.split()
]

# The day a name ended, by law
CHANGES = [
    ("農業委員會", "2023-08-01", "農業部"),
    ("環境保護署", "2023-08-22", "環境部"),
    ("科技部", "2022-07-27", "國家科學及技術委員會"),
    ("體育署", "2025-09-09", "運動部"),
    ("體育署", "2025-09-09", "全民運動署"),
    ("營建署", "2023-09-20", "國土管理署"),
    ("營建署", "2023-09-20", "國家公園署"),
    ("觀光局", "2023-09-15", "觀光署"),
    ("公路總局", "2023-09-15", "公路局"),
    ("中央氣象局", "2023-09-15", "中央氣象署"),
    ("工業局", "2023-09-26", "產業發展署"),
    ("工業局", "2023-09-26", "產業園區管理局"),
    ("能源局", "2023-09-26", "能源署"),
    ("國際貿易局", "2023-09-26", "國際貿易署"),
    ("中小企業處", "2023-09-26", "中小及新創企業署"),
    ("林務局", "2023-08-01", "林業及自然保育署"),
    ("原子能委員會", "2023-09-27", "核能安全委員會"),
    ("臺灣鐵路管理局", "2024-01-01", "國營臺灣鐵路股份有限公司"),
    ("衛生署", "2013-07-23", "衛生福利部"),
    ("勞工委員會", "2014-02-17", "勞動部"),
    ("國家科學委員會", "2014-03-03", "科技部"),
]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("法務部", "法務部"),
        ("衛福部", "衛生福利部"),
        ("moj", "法務部"),
        ("行政院農業委員會", "農業委員會"),
        ("教育部體育署", "體育署"),
        ("交通部　公路總局", "公路總局"),
        ("臺電", "台灣電力股份有限公司"),
        ("台鐵局", "臺灣鐵路管理局"),
    ],
)
def test_a_body_is_found_under_any_of_its_spellings(written: str, name: str) -> None:
    assert DIRECTORY.find(written) == name


@pytest.mark.parametrize(("typed", "called", "under"), ROWS)
def test_what_people_type_is_the_body_of_today_and_stands_under_its_parent(typed: str, called: str, under: str) -> None:
    found = DIRECTORY.find(typed)
    assert found is not None
    assert DIRECTORY.now(found) == called
    assert (under if under != "-" else ()) in (DIRECTORY[called.split("、")[0]].parents or ((),))


@pytest.mark.parametrize(("before", "day", "after"), CHANGES)
def test_a_change_of_name_is_dated_and_holds_in_both_directions(before: str, day: str, after: str) -> None:
    assert DIRECTORY[before].until == date.fromisoformat(day)
    assert after in DIRECTORY.covers(before)
    assert before in DIRECTORY.covers(after)


def test_every_change_of_name_has_its_source_and_its_day_or_a_note() -> None:
    changed = [agency for agency in DIRECTORY if agency.successors or agency.part_to]
    assert [agency.name for agency in changed if not agency.source or not (agency.until or agency.note)] == []


def test_a_body_begins_on_the_day_that_its_former_name_ends() -> None:
    days = [(agency.until, DIRECTORY[after].since, after) for agency in DIRECTORY for after in agency.successors]
    assert [after for ended, began, after in days if ended and began and ended != began] == []


@pytest.mark.parametrize("name", AGENCIES)
def test_every_body_is_found_by_its_own_name(name: str) -> None:
    assert DIRECTORY.find(name) == name


def test_every_parent_and_successor_is_in_the_directory() -> None:
    named = {name for agency in DIRECTORY for name in (*agency.parents, *agency.successors, *agency.part_to)}
    assert named <= set(AGENCIES)


@pytest.mark.parametrize("name", ["新北市政府客委會", "法務部水利署", "教育部運動部", "內政部新北市政府"])
def test_a_body_written_under_another_is_not_the_one_of_that_name(name: str) -> None:
    assert DIRECTORY.find(name) is None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("行政院農委會漁業署", "漁業署"),
        ("農業部林務局", "林務局"),
        ("科技部南科管理局", "南部科學園區管理局"),
        ("衛福部疾管局", "疾病管制局"),
        ("內政部刑事警察局", "刑事警察局"),
        ("衛福部指揮中心", "中央流行疫情指揮中心"),
        ("經濟部台電公司", "台灣電力股份有限公司"),
    ],
)
def test_a_body_is_found_behind_any_that_it_stood_under(written: str, name: str) -> None:
    assert DIRECTORY.find(written) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("ＮＣＣ", "國家通訊傳播委員會"),
        ("臺電", "台灣電力股份有限公司"),
        ("法务部", "法務部"),
        ("卫福部", "衛生福利部"),
    ],
)
def test_width_and_script_do_not_matter(written: str, name: str) -> None:
    assert DIRECTORY.find(written) == name


def test_every_spelling_is_found_in_simplified_characters() -> None:
    simplified = OpenCC("tw2s").convert
    spellings = [(name, agency.name) for agency in DIRECTORY for name in (agency.name, *agency.aliases)]
    assert [name for spelling, name in spellings if DIRECTORY.find(simplified(spelling)) != name] == []


def test_an_unknown_name_is_not_found() -> None:
    assert DIRECTORY.find("不存在部") is None


def test_two_bodies_that_share_a_name_are_refused() -> None:
    with pytest.raises(ValueError, match="means both"):
        Directory(
            [Agency(name="甲部", kind="ministry"), Agency(name="乙部", kind="ministry", aliases=("甲部",))], (), ()
        )


@pytest.mark.parametrize(
    "field", [None, "", " ", "無", "主管機關", "相關部會", "地方政府", "无", "主管机关", "相關部會及地方政府", "、"]
)
def test_a_field_that_names_nobody_resolves_to_nobody(field: str | None) -> None:
    assert DIRECTORY.resolve(field) == ()


@pytest.mark.parametrize(
    "field",
    [
        "法務部、內政部",
        "法務部, 內政部",
        "法務部，內政部",
        "法務部及內政部",
        "法務部和內政部",
        "法務部與內政部",
        "法務部/內政部",
        "法務部；內政部",
        "法务部与内政部",
    ],
)
def test_a_field_with_several_bodies_is_split(field: str) -> None:
    assert DIRECTORY.resolve(field) == ("法務部", "內政部")


def test_a_body_that_a_field_names_twice_is_listed_once() -> None:
    assert DIRECTORY.resolve("衛福部、衛生福利部") == ("衛生福利部",)


def test_an_unknown_field_stays_whole_where_no_part_is_known() -> None:
    assert DIRECTORY.resolve("甲及乙") == ("甲及乙",)


def test_an_unknown_part_stays_beside_a_known_one() -> None:
    assert DIRECTORY.resolve("法務部及不存在部") == ("法務部", "不存在部")


def test_a_part_that_names_nobody_is_dropped() -> None:
    assert DIRECTORY.resolve("法務部、相關部會") == ("法務部",)


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("國家科學及技術委員會及教育部", ("國家科學及技術委員會", "教育部")),
        ("教育部國民及學前教育署、國家科學及技術委員會", ("國民及學前教育署", "國家科學及技術委員會")),
        ("法務部及永和分局", ("法務部", "永和分局")),
        ("永和分局與中和分局", ("永和分局與中和分局",)),
        ("永和分局、法務部", ("永和分局", "法務部")),
    ],
)
def test_a_conjunction_within_a_name_does_not_divide_it(field: str, names: tuple[str, ...]) -> None:
    assert DIRECTORY.resolve(field) == names


def test_the_unknown_names_of_a_field_are_told() -> None:
    assert DIRECTORY.unknown("法務部、不存在部、相關部會") == ("不存在部",)


@pytest.mark.parametrize("field", [None, "無", "法務部", "法務部、內政部"])
def test_a_field_whose_names_are_known_has_no_unknown_one(field: str | None) -> None:
    assert DIRECTORY.unknown(field) == ()


@pytest.mark.parametrize(
    ("unknown", "near"),
    [
        ("法務布", "法務部"),
        ("法务布", "法務部"),
        ("原住民族事務委員會", "原住民族委員會"),
        ("經濟部標準局", "標準檢驗局"),
        ("經濟部工業署", "工業局"),
        ("法務部水利署", "水利署"),
        ("行政院農業委員", "農業委員會"),
        ("Ministry of Justise", "法務部"),
    ],
)
def test_a_near_miss_is_suggested_and_never_taken_for_the_name(unknown: str, near: str) -> None:
    assert near in DIRECTORY.suggest(unknown)
    assert DIRECTORY.find(unknown) is None
    assert DIRECTORY.resolve(unknown) == (unknown,)


def test_the_nearest_name_is_suggested_first() -> None:
    assert DIRECTORY.suggest("原住民族事務委員會")[0] == "原住民族委員會"


def test_a_body_under_the_one_that_is_written_before_it_is_suggested_first() -> None:
    assert DIRECTORY.suggest("農業部水保處")[0] == "農村發展及水土保持署"


@pytest.mark.parametrize("name", ["路燈", "不存在的機關", "", "甲" * 1000])
def test_nothing_is_suggested_where_no_name_is_near(name: str) -> None:
    assert DIRECTORY.suggest(name) == ()


def test_a_name_that_is_no_body_is_unknown() -> None:
    assert "不存在部" not in DIRECTORY


def test_a_ministry_covers_its_bodies() -> None:
    assert "矯正署" in DIRECTORY.covers("法務部")


def test_a_ministry_covers_what_it_was_called_before() -> None:
    assert "農業委員會" in DIRECTORY.covers("農業部")


def test_a_former_name_covers_its_successor() -> None:
    assert "農業部" in DIRECTORY.covers("農業委員會")


@pytest.mark.parametrize("name", ["教育部", "運動部"])
def test_the_sports_agency_is_found_under_its_old_ministry_and_the_new_one(name: str) -> None:
    assert "體育署" in DIRECTORY.covers(name)


def test_who_took_over_only_a_part_is_covered_from_the_former_name_alone() -> None:
    assert "國民及學前教育署" in DIRECTORY.covers("體育署")
    assert "體育署" not in DIRECTORY.covers("國民及學前教育署")


def test_the_centre_for_disease_control_does_not_answer_for_the_command_centre() -> None:
    assert "中央流行疫情指揮中心" not in DIRECTORY.covers("疾病管制署") | DIRECTORY.covers("衛生福利部")


def test_a_former_name_covers_all_of_several_successors() -> None:
    assert {"運動部", "全民運動署"} <= DIRECTORY.covers("體育署")


def test_the_executive_yuan_covers_only_itself() -> None:
    assert DIRECTORY.covers("行政院") == {"行政院"}


def test_a_state_owned_company_is_not_covered_unasked() -> None:
    assert "台灣電力股份有限公司" not in DIRECTORY.covers("經濟部")


def test_a_state_owned_company_is_covered_when_asked_for() -> None:
    assert "台灣電力股份有限公司" in DIRECTORY.covers("經濟部", state_owned=True)


def test_an_unknown_name_covers_itself() -> None:
    assert DIRECTORY.covers("不存在部") == {"不存在部"}


@pytest.mark.parametrize("kind", ["company", "local", "task-force"])
def test_companies_cities_and_command_centres_stand_under_no_central_body(kind: str) -> None:
    parents = {parent for agency in DIRECTORY if agency.kind == kind for parent in agency.parents}
    assert all(DIRECTORY[parent].kind == "local" for parent in parents)


def test_every_body_covers_itself() -> None:
    assert all(name in DIRECTORY.covers(name) for name in AGENCIES)


def test_a_body_moved_to_another_parent_is_found_under_both() -> None:
    directory = Directory(
        [
            Agency(name="甲部", kind="ministry"),
            Agency(name="乙部", kind="ministry"),
            Agency(name="丙署", kind="body", parents=("甲部", "乙部")),
        ],
        (),
        (),
    )
    assert "丙署" in directory.covers("甲部") & directory.covers("乙部")


def test_bodies_that_name_each_other_as_successor_do_not_loop() -> None:
    directory = Directory(
        [
            Agency(name="甲部", kind="ministry", successors=("乙部",)),
            Agency(name="乙部", kind="ministry", parents=("甲部",), part_to=("甲部",)),
        ],
        (),
        (),
    )
    assert directory.covers("乙部") == {"甲部", "乙部"}


@pytest.mark.parametrize("name", ["衛環", "卫环", "社會福利及衛生環境委員會", "立法院衛環委員會"])
def test_a_committee_stands_for_its_ministries(name: str) -> None:
    assert DIRECTORY.committee(name) == ("衛生福利部", "勞動部", "環境部")


def test_every_member_of_a_committee_is_a_body() -> None:
    committees = ["內政委員會", "外交國防", "經濟委員會", "財政委員會", "教文", "交通委員會", "司法法制", "衛環"]
    assert all(name in DIRECTORY for committee in committees for name in DIRECTORY.committee(committee))


def test_a_ministry_is_no_committee() -> None:
    assert DIRECTORY.committee("法務部") == ()


def test_a_body_is_called_by_its_name_of_today() -> None:
    assert DIRECTORY.now("農業委員會") == "農業部"


def test_several_successors_are_joined() -> None:
    assert DIRECTORY.now("體育署") == "運動部、全民運動署"


@settings(max_examples=100)
@given(st.text(max_size=40) | st.lists(st.sampled_from([*AGENCIES, "、", "及", "無", "甲"]), max_size=5).map("".join))
def test_any_field_at_all_resolves_to_names_each_once(field: str) -> None:
    names = DIRECTORY.resolve(field)
    assert len(set(names)) == len(names) and all(names)


@settings(max_examples=100)
@given(st.lists(st.sampled_from(AGENCIES), min_size=1, max_size=4, unique=True), st.sampled_from("、，,;；/及和與"))
def test_known_names_in_a_row_are_each_found_whatever_stands_between(names: list[str], mark: str) -> None:
    assert DIRECTORY.resolve(mark.join(names)) == tuple(names)


@settings(max_examples=50)
@given(st.text(max_size=20) | st.lists(st.sampled_from("法務部行政院水利署委員會及甲"), max_size=12).map("".join))
def test_at_most_three_known_bodies_are_suggested_for_any_name(name: str) -> None:
    near = DIRECTORY.suggest(name)
    assert len(near) <= 3 and set(near) <= set(AGENCIES)


@pytest.mark.parametrize(
    ("spelt", "body"),
    [
        ("監察院審計部", "審計部"),
        ("總統府國史館", "國史館"),
        ("內政部警政署刑事警察局", "刑事警察局"),
        ("交通部公路總局臺北市區監理所", "臺北市區監理所"),
        ("教育部（體育署）", "體育署"),
        ("Central Bank of the Republic of China (Taiwan)", "中央銀行"),
        ("政院農委會", "農業委員會"),
        ("政院消保處", "消費者保護處"),
        ("衛生福利部中央流行疫情指揮中心", "中央流行疫情指揮中心"),
        ("高雄市政府災害應變中心", None),
        ("法務部指揮中心", None),
        ("法務部中鋼", None),
    ],
)
def test_a_body_is_known_behind_all_that_stand_above_it_and_behind_nobody_else(spelt: str, body: str | None) -> None:
    assert DIRECTORY.find(spelt) == body


def test_a_successor_asks_about_the_bodies_that_came_along_only() -> None:
    assert "營建署" in DIRECTORY.covers("國土管理署")
    assert "墾丁國家公園管理處" not in DIRECTORY.covers("國土管理署")
    assert "墾丁國家公園管理處" in DIRECTORY.covers("國家公園署")
    assert "墾丁國家公園管理處" in DIRECTORY.covers("營建署")
    assert DIRECTORY.covers("行政院新聞局") == {"行政院新聞局"}
    assert "國家科學及技術委員會" in DIRECTORY.covers("國家科學委員會")


def test_other_yuans_ask_about_their_bodies_and_the_cabinet_about_itself() -> None:
    assert "審計部" in DIRECTORY.covers("監察院")
    assert "法務部" not in DIRECTORY.covers("行政院")


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("環境部", {"環境部", "環境保護署"}),
        ("環境保護署", {"環境部", "環境保護署"}),
        ("國土管理署", {"國土管理署"}),
        ("不存在部", {"不存在部"}),
    ],
)
def test_a_body_has_every_name_that_it_was_called_by_and_none_of_a_divided_one(name: str, names: set[str]) -> None:
    assert DIRECTORY.names_of(name) == names


@pytest.mark.parametrize(
    ("field", "named"),
    [
        ("各直轄市、縣（市）政府", ()),
        ("直轄市、縣(市)政府", ()),
        ("跨部會", ()),
        ("教育部等相關部會", ("教育部",)),
        ("交通部、內政部等", ("交通部", "內政部")),
        ("教育部、各縣市政府等機關", ("教育部",)),
        ("內政部暨交通部", ("內政部", "交通部")),
        ("農業部（原農委會）", ("農業部",)),
        ("行政院及所屬各機關", ("行政院",)),
        ("性別平等", ("性別平等",)),
        ("衛福部、（原住民族委員會）", ("衛生福利部", "原住民族委員會")),
    ],
)
def test_a_field_is_read_as_officials_write_it(field: str, named: tuple[str, ...]) -> None:
    assert DIRECTORY.resolve(field) == named


@pytest.mark.parametrize(
    ("field", "bodies"),
    [
        ("教育部､文化部", ("教育部", "文化部")),
        ("經濟部暨所屬機關", ("經濟部",)),
        ("經濟部暨所屬", ("經濟部",)),
        ("教育部及所屬機關學校", ("教育部",)),
        ("經濟部暨所屬機關（構）", ("經濟部",)),
    ],
)
def test_lists_and_what_is_under_a_body_are_read_as_officials_write_them(field: str, bodies: tuple[str, ...]) -> None:
    assert DIRECTORY.resolve(field) == bodies
