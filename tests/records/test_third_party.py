"""A promise that a firm made is known by its first words."""

from __future__ import annotations

import pytest

from records.agencies import directory
from records.third_party import find_third_party

DIRECTORY = directory()


@pytest.mark.parametrize(
    ("promise", "firm"),
    [
        ("台泥集團規劃投資120億元於高雄小港設立鋰電池工廠。", "台泥集團"),
        ("後續台塑公司內部將再協調驗證場域之確切地點。", "台塑公司"),
        ("台農發公司109年營收較108年度成長6%。", "台農發公司"),
        ("台電公司將於112年底前完成。", None),
        ("自來水公司將汰換管線。", None),
        ("臺北捷運公司將增設電梯。", None),
        ("本部已要求台電公司設置專責單位。", None),
        ("要求台泥公司改善。", None),
        ("中小企業放款增加。", None),
        ("該公司將改善。", None),
        ("", None),
    ],
)
def test_the_firm_is_the_one_that_a_promise_begins_with(promise: str, firm: str | None) -> None:
    assert find_third_party(promise) == firm
