"""Steps that the store's tests share: records are read the real way, threads start at one moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import TypeVar

from handlers import review, synced
from handlers.policy import Policy
from handlers.synced import Synced
from records.folder import Folder
from store import commitments, decisions, leases, outbox, proposals, queue
from store.engine import Database, Transaction
from store.outbox import Effect
from store.places import Place
from store.schema import commitments as table
from tests.sample import REVIEWER, noon, progress, record_text, verdict, write

Result = TypeVar("Result")

START = noon("2026-03-02")
LATER = noon("2026-03-03")
TODAY = LATER.date()
WINDOW = timedelta(minutes=30)
"""How long a decision of `decide` can be undone."""

LEASE = timedelta(minutes=2)
"""How long `claim` leases what is due."""

_AGENCIES = (
    "法務部",
    "法務部矯正署",
    "教育部",
    "教育部體育署",
    "經濟部",
    "台灣電力公司",
    "交通部、教育部",
    "沒有人知道的小組",
    "無",
    None,
)
_STATUSES = ("追蹤中", "已達成", "已延宕", "追蹤中", "無更新", "追蹤中", "追蹤中")
_TARGETS = (
    ("2026-03-15", "115年3月15日"),
    (None, "近期"),
    ("2025-12-31", "114年12月31日"),
    ("2026-03-20", "儘速"),
    ("115-02-28", "115年2月28日"),
    ("2025-06-30", "適時"),
    ("2090-01-01", "179年1月1日"),
    ("2022-01-01", "111年1月1日"),
)
_PROMISES = (
    "增設路燈20盞",
    "影像下架機制，執行率達95%",
    "檔名為a_b.csv的開放資料",
    "置於C:\\temp\\資料夾",
    "與O'Brien先生會談",
    '推動"AI治理"及5G',
    "臺鐵電車線／號誌更新（第2期）",
    "完成身份查核；佔用清理",
    "煙害防制50%~60%_草案",
)
_ASKING = ("王委員大明", "陳委員美麗", "王委員大明、陳委員美麗", "吳委員秉Sra")


def take_over(database: Database, folder: Path, policy: Policy, at: datetime) -> Synced:
    """Read the folder and bring the store to it, in the order of the service."""
    with database.read() as tx:
        base = synced.compared_with(tx, "")
    snapshot = Folder(folder).read(base.revision, base.digests)
    with database.write() as tx:
        return synced.take_over(tx, base, snapshot, policy, at)


def load(database: Database, folder: Path, policy: Policy, *, count: int = 1, at: datetime = START) -> list[int]:
    """Load so many like records; their keys in the order of their ids."""
    for number in range(1, count + 1):
        text = record_text(id=f"{number:08d}-aaaa-4bbb-8ccc-000000000001", letter=_letter(number))
        write(folder, f"{number:04d}.md", text)
    take_over(database, folder, policy, at)
    return keys(database)


def keys(database: Database) -> list[int]:
    """The keys of every record, in the order of their paths."""
    with database.read() as tx:
        return [item.key for item in sorted(commitments.known(tx), key=lambda item: item.path)]


def load_many(database: Database, folder: Path, policy: Policy) -> None:
    """Load records of every kind: settled, waiting, claimed reviewed by their source, doubtful, removed, without an agency."""
    for number in range(72):
        write(folder, f"{number % 3}/{number:02d}.md", _varied(number))
    take_over(database, folder, policy, START)
    for number in range(0, 72, 3):
        write(folder, f"{number % 3}/{number:02d}.md", _varied(number, verdict(summary="已於109年完成。") + progress()))
    (folder / "1" / "70.md").unlink()
    take_over(database, folder, policy, LATER)
    outcomes = ("accept", "partly", "decline", "not-a-promise")
    with database.write() as tx:
        for at, waiting in enumerate(queue.waiting(tx, backlog=False)):
            if at % 2 == 0:
                review.settle(tx, waiting.id, outcomes[at // 2 % 4], REVIEWER, "已查", policy, LATER)


def everything(database: Database) -> list[int]:
    """The keys of every record that is still there."""
    with database.read() as tx:
        return list(tx.scalars(table.select().with_only_columns(table.c.key).where(table.c.removed_on.is_(None))))


def at_once(count: int, act: Callable[[int], Result]) -> Sequence[Result | Exception]:
    """What so many threads make of an act that they begin at one moment: its result, or what it raised."""
    start = Barrier(count)

    def run(number: int) -> Result | Exception:
        start.wait(timeout=30)
        try:
            return act(number)
        except Exception as raised:  # each thread's end is what a test looks at
            return raised

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def _letter(number: int) -> str:
    return f"（行政院函　中華民國112年3月8日院臺專字第{1129900000 + number}號）"


def _varied(number: int, entries: str = "") -> str:
    target, said = _TARGETS[number % len(_TARGETS)]
    status = "已達成" if entries else _STATUSES[number % len(_STATUSES)]
    claimed = "\n### 2026-02-25 [人工複核]\n**複核結果**：採認\n" if number % 11 == 5 else ""
    asking = _ASKING[number % len(_ASKING)]
    promise = f"本部將於{said}前{_PROMISES[number % len(_PROMISES)]}。"
    return record_text(
        id=f"{number % 40:02x}{number % 5}abcde-0000-4000-8000-000000000000",
        title=f"{('增設路燈', '影像下架', '長照 2.0 計劃', 'ＡＩ治理')[number % 4]}第{number}案",
        category=("其他", "交通", "法務與人權")[number % 3],
        status=status,
        target=target,
        agency=_AGENCIES[number % len(_AGENCIES)],
        letter=_letter(number // 2),
        promise=promise,
        reply=f"**主旨**：（三）行政院函送{asking}就路燈問題所提質詢之書面答復，請查照案。\n\n{asking[0]}委員就路燈問題所提質詢：{promise}",
        entries=(verdict() if status == "已達成" and not entries else "") + claimed + entries,
        value=f"{number}盞" if number % 6 == 0 else None,
    )


def decide(tx: Transaction, proposal: int, version: int, outcome: str = "decline", name: str = "d1") -> bool:
    """A decision at START, with half an hour to undo it."""
    decided = decisions.decide(
        tx,
        proposal,
        version,
        outcome=outcome,
        judged="已達成",
        from_status="追蹤中",
        reviewed_before="none",
        decided_by="telegram:111",
        decided_name="複核人甲",
        decided_at=START,
        reason="公文早於承諾",
        decision_id=name,
        public_at=START + WINDOW,
        target=None,
        flags=(),
    )
    return decided is not None


def opened(database: Database, commitment: int, origin: proposals.Origin = "verdict", at: datetime = START) -> int:
    """A proposal that waits."""
    with database.write() as tx:
        return proposals.open_(tx, commitment, origin, at, doubts=1, from_status="追蹤中", to_status="已達成")


def owe(tx: Transaction, key: str, chat: str = "700", at: datetime = START, kind: outbox.Kind = outbox.SEND) -> bool:
    """A message to a chat falls due."""
    return outbox.put(tx, key, kind, at, place=Place("telegram", chat, ""), body={"title": "路燈"})


def claim(tx: Transaction, at: datetime = START, chats: int = 20) -> list[list[Effect]]:
    """What is due on Telegram."""
    return leases.claim(tx, at, LEASE, kinds=(outbox.SEND, outbox.EDIT), platforms=("telegram",), chats=chats)
