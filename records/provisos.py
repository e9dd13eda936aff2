"""The conditions that a promise ties itself to: 如經雙邊諮商成功, 倘立法院通過."""

from __future__ import annotations

import re
from collections.abc import Sequence

SHOWN = 2
"""Conditions that a card names."""

_CONDITION = re.compile(
    r"""(?<![例諸比假不猶譬宛有重檢監忽巡近電正輕珍])
    (?: 如(?=[經有無能獲未遇果確需屬順蒙得係奉因於在受逾遭涉]|發現|發生|查|業者|戶籍|民眾|立法院|行政院|大院|貴院|該|本(?![（(]?\d))
      | 倘若?(?!使無) | 若(?![干非無其是為])
      | 俟 | 一旦 | 視(?=[^，。；為察同訊障力覺聽野頻線窗]{1,20}(?:情形|狀況|結果|需要|需求|進度|發展|而定))
      | (?<![期等接款看善優對招])待(?=[^，。；遇命業產查審辦補援拆改]{3,30}(?:後|完竣|完成)) )
    [^，。；、：\n]{2,40}""",
    re.VERBOSE,
)


def provisos(promise: str) -> Sequence[str]:
    """The conditions that stand in a promise, in its own words, each once."""
    return list(dict.fromkeys(found[0] for found in _CONDITION.finditer(promise)))
