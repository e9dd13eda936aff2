"""A day over the sample records, in one minute and without tokens: question, subscription, sync, alert, review, file."""

from __future__ import annotations

import difflib
import shutil
import tempfile
from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.clock import Clock
from bot.service import Service
from bot.settings import samples
from bot.terminal import HERE, PLATFORM, Terminal
from handlers.language import listed, say, say_n, voice
from handlers.message import Person
from handlers.policy import Policy
from handlers.wording import KIND_WORDS
from records.folder import Folder
from store import commitments, queue
from store.engine import Database

REVIEWER = Person(platform=PLATFORM, id="reviewer")
_MIDNIGHT = time(0)

FIRST_DAY = date(2026, 3, 2)
"""The day on which the samples are as `examples/records` has them; `examples/next-day` is the night after."""


def play() -> None:
    """Play the day in a temporary folder and database; nothing of it remains."""
    with tempfile.TemporaryDirectory(prefix="nuoyan-demo-") as place:
        folder = Path(place, "records")
        shutil.copytree(samples(), folder)
        _Day(folder, Database(f"sqlite:///{place}/demo.sqlite3")).play()


class _Day:
    """The stage: one folder, one database, one terminal, a clock that the script moves."""

    def __init__(self, folder: Path, database: Database) -> None:
        database.migrate()
        self._folder = folder
        self._database = database
        self._console = Console(highlight=False, soft_wrap=True)
        self._policy = Policy(
            zone=ZoneInfo("Asia/Taipei"),
            admins=frozenset({REVIEWER}),
            review_chats=(HERE,),
            undo_window=timedelta(0),
            digest_at=_MIDNIGHT,
            quiet=(_MIDNIGHT, _MIDNIGHT),
            writes_back=True,
            language=voice().language,
        )
        self._on(FIRST_DAY)

    def play(self) -> None:
        """Every scene, in order."""
        self._scene(say("載入範例紀錄（內容為虛構）"))
        first = self._service.feed.sync()
        self._say(say_n("{records} 筆紀錄，{n} 個問題：", len(first.problems), records=first.records))
        for problem in first.problems:
            self._say(f"  {problem}")
        self._scene(say("一個問題"))
        self._type("法務部 逾期")
        self._scene(say("訂閱"))
        self._type("訂閱 法務部")
        self._type("a")
        self._scene(say("隔天凌晨，來源更新，AI 判定一筆「達成」"))
        shutil.copytree(samples().with_name("next-day"), self._folder, dirs_exist_ok=True)
        self._on(FIRST_DAY + timedelta(days=1))
        second = self._service.feed.sync()
        news = listed(f"{say(KIND_WORDS[kind])} {count}" for kind, count in second.news.items())
        self._say(say("消息：{news}；待複核 {proposals} 件", news=news, proposals=second.proposals))
        self._scene(say("複核人收到的卡片"))
        self._terminal.show_due()
        self._scene(say("複核：AI 引用的公文早於答復，不採認"))
        with self._database.read() as tx:
            waiting = queue.waiting(tx, backlog=False)[0]
        path, before = self._file(waiting.commitment)
        self._terminal.press(f"older:{waiting.id}:{waiting.version}")
        self._service.feed.write_back()
        self._scene(say("寫回紀錄：{path}", path=path))
        _, after = self._file(waiting.commitment)
        for line in difflib.unified_diff(before.splitlines(), after.splitlines(), "之前", "之後", lineterm="", n=1):
            self._say(line)
        self._scene(say("再同步一次：沒有新消息"))
        third = self._service.feed.sync()
        self._say(
            say_n(
                "消息 {n}、待複核 {proposals}、待送 {queued}",
                sum(third.news.values()),
                proposals=third.proposals,
                queued=third.queued,
            )
        )
        self._scene(say("次日早上：訂閱者的每日彙整"))
        self._on(FIRST_DAY + timedelta(days=2))
        self._terminal.show_due()
        self._scene(say("3 月 16 日：一個期限明確的承諾過了期限，當下通知"))
        self._on(date(2026, 3, 16))
        self._service.feed.sync()
        self._terminal.show_due()

    def _on(self, day: date) -> None:
        self._service = Service(
            self._database, self._policy, Clock(zone=self._policy.zone, today=day), Folder(self._folder)
        )
        self._terminal = Terminal(self._service, REVIEWER, self._console)

    def _file(self, commitment: int) -> tuple[str, str]:
        with self._database.read() as tx:
            standing = commitments.standing(tx, commitment)
        path = standing.path if standing else ""
        return path, (self._folder / path).read_text("utf-8")

    def _type(self, line: str) -> None:
        self._say(f"› {line}")
        self._terminal.turn(line)

    def _scene(self, title: str) -> None:
        self._console.rule(title, align="left")

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False)
