"""The cards of all that waits in the real records, within both platforms' limits and with nothing cut by a renderer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.slack_render import render_blocks
from bot.telegram_render import render_markup, render_text
from handlers.card import card, load
from handlers.message import Message, plain
from handlers.reread import record_of
from store import queue
from store.proposals import Proposal
from tests.doubles.blockkit import Check
from tests.doubles.markup import Markup, units
from tests.handlers.conftest import Newsroom
from tests.sample import REVIEWER, action_of, asks, noon, record_text, taps, verdict

DAY = "2026-01-28"


def _lines(message: Message) -> list[str]:
    """Every line that a card is made of."""
    texts = [message.title, *(text for s in message.sections for text in (s.heading, s.text)), message.footer]
    return [line for text in texts for line in text.split("\n") if line.strip()]


def _in_telegram(message: Message) -> str:
    """What a person reads there, once the limits were held to."""
    text = Markup(render_text(message)).text
    assert units(text) <= 4096
    keyboard = render_markup(message)
    buttons = [button for row in keyboard.to_dict()["inline_keyboard"] for button in row] if keyboard else []
    assert len(buttons) <= 100
    assert all(len(button.get("callback_data", "").encode()) <= 64 for button in buttons)
    return text


def _in_slack(message: Message) -> str:
    """What a person reads there, once the limits were held to: of blocks, sections, headers, rows and buttons."""
    blocks = render_blocks(message)
    check = Check().blocks(blocks)
    assert (check.errors, check.lapses) == ([], [])
    texts = [text for block in blocks for text in (block.get("text"), *block.get("elements", [])) if text]
    return "\n".join(text["text"] for text in texts if text["type"] == "plain_text")


@pytest.mark.parametrize(("day", "warns"), [("2026-03-15", False), ("2026-03-16", True)])
def test_a_card_says_that_what_was_kept_in_part_past_its_date_will_be_told_as_late(
    on_sqlite: Newsroom, day: str, warns: bool
) -> None:
    on_sqlite.sync(day, {"a.md": record_text(status="已達成", entries=verdict())})
    card = plain(on_sqlite.happens(asks("複核", day, REVIEWER)))
    assert ("期限 2026-03-15 已過：「部分達成」之後會發出期限已過的通知。" in card) == warns


def test_every_record_of_the_corpus_that_has_a_verdict_renders_as_a_card_within_the_platforms_limits(
    on_sqlite: Newsroom, corpus: Callable[[int], Path]
) -> None:
    on_sqlite.folder = corpus(7)
    on_sqlite.sync(DAY)
    with on_sqlite.database.read() as tx:
        waiting = queue.waiting(tx, backlog=True)
        cards = [(proposal, card(tx, proposal.id, on_sqlite.policy, noon(DAY))) for proposal in waiting]
    assert Counter(proposal.origin for proposal in waiting) == {"verdict": 431, "deadline": 354}
    for proposal, message in cards:
        for shown in (_in_telegram(message), _in_slack(message)):
            cut = [line for line in _lines(message) if line not in shown]
            assert cut == [], proposal
    _check_unsupported(on_sqlite, cards)


def _check_unsupported(newsroom: Newsroom, cards: list[tuple[Proposal, Message]]) -> None:
    """The card of an unsupported verdict shows the reply's date, the newest cited letter's, and what it does not mean."""
    count = 0
    with newsroom.database.read() as tx:
        for proposal, message in cards:
            _, standing = load(tx, proposal.id)
            if proposal.origin == "verdict" and standing.unsupported:
                count += 1
                record = record_of(tx, standing)
                cited = max(citation.letter.date for citation in record.verdicts if citation.letter.date)
                text = plain(message)
                for part in (f"答復　{standing.letter_date}", str(cited), "不代表沒做到"):
                    assert part in text, (proposal, part)
    assert count == 321


def test_every_letter_that_a_card_has_no_room_for_is_shown_behind_a_button(
    on_sqlite: Newsroom, corpus: Callable[[int], Path]
) -> None:
    on_sqlite.folder = corpus(7)
    on_sqlite.sync("2026-01-28")
    with on_sqlite.database.read() as tx:
        waiting = queue.waiting(tx)
    longest = 0
    for proposal in waiting[::5]:
        with on_sqlite.database.read() as tx:
            shown = card(tx, proposal.id, on_sqlite.policy, noon("2026-01-28"))
        button = next((b for row in shown.buttons for b in row if b.action.startswith("cited:")), None)
        if button is None:
            continue
        page = on_sqlite.happens(taps(button.action, "2026-01-28", REVIEWER))
        listed = 0
        while True:
            longest = max(longest, len(plain(page)))
            listed += sum(line[:1].isdecimal() for line in page.sections[0].text.splitlines())
            onward = next((b for row in page.buttons for b in row if "下一頁" in b.label), None)
            if onward is None:
                break
            page = on_sqlite.happens(taps(onward.action, "2026-01-28", REVIEWER))
        assert f"📚 其餘 {listed} 件公文" == button.label
    assert 500 < longest < 3000


def test_an_address_that_no_platform_takes_makes_no_button(on_sqlite: Newsroom) -> None:
    entries = verdict().replace("https://example.org/gazette/1.doc", "https://a.tw/x.doc（第3頁） y")
    on_sqlite.sync("2026-03-01", {"其他/路燈.md": record_text(status="已達成", entries=entries)})
    shown = on_sqlite.happens(asks("複核", "2026-03-02", REVIEWER))
    assert [button.url for row in shown.buttons for button in row if button.url] == [
        "https://example.org/gazette/1129901_00001.doc"
    ]


def test_each_letter_behind_a_cards_own_has_its_link(on_sqlite: Newsroom) -> None:
    letters = [f"（行政院函　中華民國111年1月{day}日院臺專字第11199{day:05d}號）" for day in range(1, 8)]
    entries = "".join(verdict(letter) for letter in letters)
    on_sqlite.sync("2026-03-01", {"a.md": record_text(status="已達成", entries=entries)})
    card = on_sqlite.happens(asks("複核", "2026-03-02", REVIEWER))
    rest = on_sqlite.happens(taps(action_of(card, "其餘"), "2026-03-02", person=REVIEWER))
    links = [button.label for row in rest.buttons for button in row if button.url]
    assert links[0] == "📄 公文4"


def test_a_deadlines_card_says_how_a_near_duplicates_same_date_was_settled(newsroom: Newsroom) -> None:
    doubtful = {"promise": "本部將增設路燈20盞。", "reply": "本部將增設路燈20盞。"}
    files = {f"{n}.md": record_text(id=f"{n}" * 8, title=f"路燈{n}", target="2024-03-15", **doubtful) for n in (1, 2)}
    newsroom.sync("2026-03-01", files)
    first = newsroom.happens(asks("複核 期限", "2026-03-02", REVIEWER))
    newsroom.happens(taps(action_of(first, "不是期限"), "2026-03-02", person=REVIEWER))
    second = newsroom.happens(asks("複核 期限", "2026-03-02", REVIEWER))
    assert "期限經人工複核：不是期限" in plain(second)


def test_a_card_says_nothing_of_late_news_that_was_told_before(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-14", {"a.md": record_text()})
    on_sqlite.watch("法務部 即時", "2026-03-14")
    on_sqlite.sync("2026-03-16")
    on_sqlite.due(noon("2026-03-16"))
    on_sqlite.sync("2026-03-17", {"a.md": record_text(status="已達成", entries=verdict())})
    card = on_sqlite.happens(asks("複核", "2026-03-17", REVIEWER))
    on_sqlite.happens(taps(action_of(card, "採認達成"), "2026-03-17", REVIEWER))
    on_sqlite.happens(asks("更正 11111111 只做了一半", "2026-03-18"))
    assert "期限已過的通知" not in plain(on_sqlite.happens(asks("複核 更正", "2026-03-18", REVIEWER)))
