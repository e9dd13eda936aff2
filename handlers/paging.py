"""Pages of what one message has no room for, and the buttons that turn to the ones beside it."""

from __future__ import annotations

from collections.abc import Callable

from handlers.language import N_, say
from handlers.message import Button

_BACK, _ON = N_("◀ 上一頁"), N_("下一頁 ▶")
_NEWER, _OLDER = N_("◀ 較新的"), N_("較舊的 ▶")


def last_page(whole: int, size: int) -> int:
    """The number of the last page, from 0, of so many things of which each page shows `size`."""
    return max(0, -(-whole // size) - 1)


def turns(
    page: int, last: int, action: Callable[[int], str], *, newest_first: bool = False
) -> tuple[tuple[Button, ...], ...]:
    """A row of buttons to the pages beside one, from 0 up to `last`; `action` says what opens a page. No row for one page."""
    back, on = (_NEWER, _OLDER) if newest_first else (_BACK, _ON)
    row = [Button(label=say(back), action=action(page - 1))] if page > 0 else []
    row += [Button(label=say(on), action=action(page + 1))] if page < last else []
    return (tuple(row),) if row else ()
