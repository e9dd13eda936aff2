"""A record file's text, made to order, and the cast of people and places that tests tell of."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from handlers.message import Ask, Chat, Message, Person, Tap

TAIPEI = ZoneInfo("Asia/Taipei")

REVIEWER = Person(platform="telegram", id="111")
OTHER_REVIEWER = Person(platform="slack", id="U222")
CITIZEN = Person(platform="telegram", id="700")
STRANGER = Person(platform="telegram", id="666")

HOME = Chat(platform="telegram", id="700")
NEWSROOM = Chat(platform="slack", id="CNEWS")
REVIEW_ROOM = Chat(platform="telegram", id="-100500")
SLACK_REVIEW_ROOM = Chat(platform="slack", id="CREVIEW")

OWN_LETTER = "（行政院函　中華民國112年3月8日院臺專字第1129900001號）"
OLDER_LETTER = "（行政院函　中華民國111年1月5日院臺專字第1119900007號）"
NEWER_LETTER = "（行政院函　中華民國113年6月20日院臺專字第1139900021號）"


def noon(day: str) -> datetime:
    """Noon of a day in Taipei."""
    return datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=TAIPEI)


def clock_at(day: str, clock: str) -> datetime:
    """A moment of a day in Taipei: 08:30."""
    hour, minute = clock.split(":")
    return noon(day).replace(hour=int(hour), minute=int(minute))


def asks(text: str, day: str = "2026-03-02", person: Person = CITIZEN, chat: Chat = HOME, answers: str = "") -> Ask:
    """Someone writes, in a form that `answers` an action where that is given."""
    return Ask(at=noon(day), chat=chat, person=person, text=text, answers=answers)


def taps(action: str, day: str = "2026-03-02", person: Person = CITIZEN, chat: Chat = HOME, message: str = "1") -> Tap:
    """Someone presses."""
    return Tap(at=noon(day), chat=chat, person=person, action=action, message=message)


def action_of(message: Message, label: str) -> str:
    """What the button does whose label holds some words."""
    return next(button.action for row in message.buttons for button in row if label in button.label)


def verdict(
    letter: str = OLDER_LETTER, day: str = "2026-03-02", judgement: str = "達成證據", summary: str = "已完成。"
) -> str:
    """A 狀態變更 entry of the AI."""
    return _cited("狀態變更", letter, day, judgement, summary)


def progress(letter: str = NEWER_LETTER, day: str = "2026-03-02", summary: str = "持續辦理。") -> str:
    """A 進度更新 entry of the AI."""
    return _cited("進度更新", letter, day, "進度更新", summary)


def _cited(heading: str, letter: str, day: str, judgement: str, summary: str) -> str:
    return (
        f"\n### {day} [{heading}]\n**來源類型**：立法院答復\n**文件編號**：{letter}\n"
        f"**來源連結**：https://example.org/gazette/1.doc\n**內容摘要**：{summary}\n**AI 判斷**：{judgement}\n"
    )


def record_text(
    *,
    id: str = "11111111-aaaa-4bbb-8ccc-000000000001",
    title: str = "增設路燈",
    category: str = "其他",
    status: str = "追蹤中",
    target: str | None = "2026-03-15",
    agency: str | None = "法務部",
    letter: str = OWN_LETTER,
    promise: str = "本部將於115年3月15日前增設路燈20盞。",
    reply: str = "**主旨**：（三）行政院函送王委員大明就路燈問題所提質詢之書面答復，請查照案。\n\n王委員就路燈問題所提質詢，經交據法務部查復如下：本部將於115年3月15日前增設路燈20盞。",
    entries: str = "",
    value: str | None = None,
) -> str:
    """The text of a record file, in the form of the source."""

    def quoted(text: str | None) -> str:
        return "null" if text is None else f'"{text}"'

    held = f"## 來源回覆\n\n{reply}\n\n" if reply else ""
    return f"""---
id: {quoted(id)}
title: {quoted(title)}
category: {quoted(category)}
status: {quoted(status)}
target_date: {quoted(target)}
target_value: {quoted(value)}
responsible_agency: {quoted(agency)}
source:
  document_id: "94208d56-c6ab-aeb0-2ba9-7e90cf81304a"
  term: "11"
  session_period: "01"
  ey_number: {quoted(letter)}
  url: "https://example.org/gazette/1129901_00001.doc"
created_at: "2026-02-20"
last_updated: "2026-02-20"
---

## 承諾原文

{promise}

{held}## 追蹤紀錄

### 2026-02-20 [初始建立]
從第11屆第01會期答復文件中萃取此承諾。
{entries}"""


def write(folder: Path, path: str, text: str) -> None:
    """Put a record file into a folder."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
