"""Public names of those who decide: 複核人甲, 乙, …, given in the order of their first decision, tied to no account."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from store.engine import Transaction, insert_new
from store.schema import people

_NAME = select(people.c.public_name).where(people.c.platform == bindparam("platform"), people.c.id == bindparam("id"))
_STEMS = "甲乙丙丁戊己庚辛壬癸"


def public_name(tx: Transaction, platform: str, id_: str) -> str:
    """A person's public name, given now where they have none."""
    while True:
        held: str | None = tx.scalar(_NAME, {"platform": platform, "id": id_})
        if held is not None:
            return held
        count = tx.scalar(select(func.count()).select_from(people)) or 0
        name = f"複核人{_STEMS[count]}" if count < len(_STEMS) else f"複核人{count + 1}號"
        # where another process gives the same name at this moment, this one takes the next
        tx.execute(insert_new(tx, people).values(platform=platform, id=id_, public_name=name).on_conflict_do_nothing())
