"""Which body a name means, and what a question for it covers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.agencies import Agency, Directory, load_directory

DIRECTORY = load_directory()
AGENCIES = sorted(agency.name for agency in DIRECTORY)


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


@pytest.mark.parametrize("name", AGENCIES)
def test_every_body_is_found_by_its_own_name(name: str) -> None:
    assert DIRECTORY.find(name) == name


def test_every_parent_and_successor_is_in_the_directory() -> None:
    named = {name for agency in DIRECTORY for name in (*agency.parents, *agency.successors, *agency.part_to)}
    assert named <= set(AGENCIES)


def test_a_citys_commission_is_not_the_central_one() -> None:
    assert DIRECTORY.find("新北市政府客委會") is None


def test_an_unknown_name_is_not_found() -> None:
    assert DIRECTORY.find("不存在部") is None


def test_two_bodies_that_share_a_name_are_refused() -> None:
    with pytest.raises(ValueError, match="means both"):
        Directory(
            [Agency(name="甲部", kind="ministry"), Agency(name="乙部", kind="ministry", aliases=("甲部",))], {}, []
        )


@pytest.mark.parametrize("field", [None, "", "無", "主管機關", "相關部會", "地方政府"])
def test_a_field_that_names_nobody_resolves_to_nobody(field: str | None) -> None:
    assert DIRECTORY.resolve(field) == ()


@pytest.mark.parametrize(
    "field", ["法務部、內政部", "法務部,內政部", "法務部及內政部", "法務部/內政部", "法務部；內政部"]
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


def test_a_name_that_is_no_body_is_unknown() -> None:
    assert "不存在部" not in DIRECTORY


def test_a_ministry_covers_its_bodies() -> None:
    assert "矯正署" in DIRECTORY.covers("法務部")


def test_a_ministry_covers_what_it_was_called_before() -> None:
    assert "農業委員會" in DIRECTORY.covers("農業部")


def test_a_former_name_covers_its_successor() -> None:
    assert "農業部" in DIRECTORY.covers("農業委員會")


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
        {},
        [],
    )
    assert "丙署" in directory.covers("甲部") & directory.covers("乙部")


def test_bodies_that_name_each_other_as_successor_do_not_loop() -> None:
    directory = Directory(
        [
            Agency(name="甲部", kind="ministry", successors=("乙部",)),
            Agency(name="乙部", kind="ministry", parents=("甲部",), part_to=("甲部",)),
        ],
        {},
        [],
    )
    assert directory.covers("乙部") == {"甲部", "乙部"}


def test_a_committee_stands_for_its_ministries() -> None:
    assert DIRECTORY.committee("衛環") == ("衛生福利部", "勞動部", "環境部")


def test_every_member_of_a_committee_is_a_body() -> None:
    committees = ["內政委員會", "外交國防", "經濟委員會", "財政委員會", "教文", "交通委員會", "司法法制", "衛環"]
    assert all(name in DIRECTORY for committee in committees for name in DIRECTORY.committee(committee))


def test_a_ministry_is_no_committee() -> None:
    assert DIRECTORY.committee("法務部") == ()


def test_a_body_is_called_by_its_name_of_today() -> None:
    assert DIRECTORY.now("農業委員會") == "農業部"


def test_several_successors_are_joined() -> None:
    assert DIRECTORY.now("體育署") == "運動部、全民運動署"


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=40) | st.lists(st.sampled_from([*AGENCIES, "、", "及", "無", "甲"]), max_size=5).map("".join))
def test_any_field_at_all_resolves_to_names_each_once(field: str) -> None:
    names = DIRECTORY.resolve(field)
    assert len(set(names)) == len(names) and all(names)
