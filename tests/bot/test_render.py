"""Both renderers: nothing in a message is markup, and every limit holds."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot import slack_render, telegram_render
from handlers.message import Button, Message, Section, plain
from tests.doubles.blockkit import Check

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=400)
LONG = st.text("字&<>\n*_`[]() ", max_size=6000)


def _in_row(button: Button, number: int) -> Button:
    """One of several buttons that show one commitment, or that open the same page."""
    return button if number % 2 else Button(label=button.label, url=URL)


URL = "https://example.org/gazette/1.doc"
MESSAGES = st.builds(
    Message,
    title=st.text("題&<b>*_", min_size=1, max_size=200),
    sections=st.lists(st.builds(Section, heading=TEXT, text=st.one_of(TEXT, LONG)), max_size=12).map(tuple),
    footer=TEXT,
    buttons=st.lists(
        st.lists(
            st.builds(Button, label=st.text(min_size=1, max_size=90), action=st.just("show:1:0")),
            min_size=1,
            max_size=5,
        )
        .map(lambda row: [_in_row(b, n) for n, b in enumerate(row)])
        .map(tuple),
        max_size=8,
    ).map(tuple),
)


class _Text(HTMLParser):
    """What Telegram makes of HTML: the text, and the tags that were used."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.tags = "", set[str]()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def _read(html: str) -> _Text:
    reader = _Text()
    reader.feed(html)
    reader.close()
    return reader


@given(MESSAGES)
def test_telegram_text_fits_and_holds_no_markup_but_bold(message: Message) -> None:
    read = _read(telegram_render.render_text(message))
    assert len(read.text) <= 4096
    assert read.tags <= {"b"}


@given(MESSAGES)
def test_slack_blocks_keep_every_limit_and_are_plain_text(message: Message) -> None:
    blocks = slack_render.render_blocks(message)
    assert Check().blocks(blocks).errors == []
    assert "mrkdwn" not in str([block["type"] for block in blocks])
    assert not {"<", ">"} & set(slack_render.render_text(message))


def test_what_does_not_fit_is_cut_at_a_line_and_says_so() -> None:
    long = Message(title="題", sections=(Section(text="\n".join(["一行字" * 20] * 200)),), footer="兩個日期")
    read = _read(telegram_render.render_text(long))
    assert "…（以下略）" in read.text
    assert read.text.endswith("兩個日期")


def test_a_title_with_every_character_of_markup_arrives_as_it_is() -> None:
    message = Message(title="R&D <試辦> *計畫* _a_ `b` [c](d)", sections=(Section(text="&lt; < >"),))
    assert _read(telegram_render.render_text(message)).text.startswith("R&D <試辦> *計畫* _a_ `b` [c](d)")
    header = slack_render.render_blocks(message)[0]
    assert header["text"] == {"type": "plain_text", "text": "R&D <試辦> *計畫* _a_ `b` [c](d)", "emoji": False}


def test_a_private_word_fits_a_callback_answer() -> None:
    assert len(telegram_render.render_notice(Message(title="字" * 500))) == 200


@given(MESSAGES)
def test_plain_text_holds_title_sections_and_footer(message: Message) -> None:
    text = plain(message)
    assert message.title.strip("\n") in text
    assert all(section.text.strip("\n") in text for section in message.sections)
