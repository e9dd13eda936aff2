"""How each chat is spoken to: as it chose with /lang, else in the language that its platform hints, else in the deployment's.

The hint is the language of a person's app. Many in Taiwan have it in English and write Chinese: who does is not spoken to in
English, until they write that. Both are of one person, so they count in private chats only; a group that chose nothing hears
the deployment's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from handlers.language import (
    BOTH,
    CHINESE,
    DATES,
    ENGLISH,
    LANGUAGES,
    Voice,
    is_chinese,
    known,
    long_date,
    say,
    speaking,
    voice,
)
from handlers.message import MESSAGE, Ask, Button, Chat, Message, RefusedError, Section, Tap
from handlers.policy import Policy
from store import chats
from store.chats import Manner
from store.engine import Transaction
from store.places import Place

_NO_WORDS = re.compile(r"https?://\S+|[a-z]+:\S+|/\w+")
_WORD = re.compile(r"\b[A-Za-z]?[a-z]{2,}\b")
"""A word of English, which an abbreviation is not; nor is an address, a field or a command."""

_SENTENCE = 3
"""English words, and no Chinese, from which somebody is taken to write English again; scripts and habits use two (csv overdue)."""

_NAMES = {name.casefold(): code for code, name in LANGUAGES.items()} | {
    "中文": CHINESE,
    "繁體中文": CHINESE,
    "繁中": CHINESE,
    "chinese": CHINESE,
    "英文": ENGLISH,
    "英語": ENGLISH,
}
"""What people call the languages."""

_SAMPLE = date(2023, 12, 31)


def of(tx: Transaction, event: Ask | Tap, policy: Policy) -> Voice:
    """How to answer what happened."""
    manner = chats.manner(tx, event.chat.platform, event.chat.id)
    language = manner.language or _spoken(event, manner.spoken, policy) or policy.language
    return Voice(language=language, dates=manner.dates or BOTH)


def listen(tx: Transaction, event: Ask | Tap, policy: Policy, manner: Manner) -> Voice:
    """How to answer what happened; a private chat's language is kept where its platform or the deployment has another."""
    spoken = _spoken(event, manner.spoken, policy)
    unexpected = manner.spoken or spoken != policy.language or event.language not in ("", spoken)
    if spoken and spoken != manner.spoken and unexpected:
        chats.choose(tx, Place(event.chat.platform, event.chat.id, ""), spoken=spoken)
    return Voice(language=manner.language or spoken or policy.language, dates=manner.dates or BOTH)


def of_places(tx: Transaction, places: Iterable[Place], policy: Policy) -> Mapping[Place, Voice]:
    """How to speak to some chats when nobody asked."""
    wanted = list(places)
    manners = chats.manners(tx, {(platform, chat) for platform, chat, _ in wanted})
    voices = {}
    for place in wanted:
        manner = manners.get(place[:2], chats.NO_MANNER)
        language = manner.language or manner.spoken or policy.language
        voices[place] = Voice(language=language, dates=manner.dates or BOTH)
    return voices


def worded(
    tx: Transaction, places: Iterable[Place], policy: Policy, compose: Callable[[], Message]
) -> Iterator[tuple[Place, Any]]:
    """A message for some chats, put into words once for each way of speaking: (place, what the outbox keeps)."""
    bodies: dict[Voice, Any] = {}
    for place, spoken in of_places(tx, places, policy).items():
        if spoken not in bodies:
            with speaking(spoken):
                bodies[spoken] = MESSAGE.dump_python(compose(), mode="json")
        yield place, bodies[spoken]


def choose(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「/lang」 shows what can be chosen, 「/lang en」 chooses a language."""
    asked = ask.text.strip()
    if not asked:
        return _choices()
    language = known(asked) or _NAMES.get(asked.casefold(), "")
    if not language:
        raise RefusedError(
            say("沒有「{word}」這個語言。可用：{known}。例如：/lang en", word=asked, known="、".join(LANGUAGES))
        )
    return _chosen(tx, ask.chat, replace(of(tx, ask, policy), language=language))


def choose_by_tap(tap: Tap, tx: Transaction, policy: Policy, language: int, dates: int) -> Message:
    """The buttons under 「/lang」: the places of what was chosen in LANGUAGES and in DATES, from 1; 0 leaves it."""
    now = of(tx, tap, policy)
    code = (now.language, *LANGUAGES)[language if language <= len(LANGUAGES) else 0]
    form = (now.dates, *DATES)[dates if dates <= len(DATES) else 0]
    return _chosen(tx, tap.chat, Voice(language=code, dates=form)).placed("edit")


def _chosen(tx: Transaction, chat: Chat, wanted: Voice) -> Message:
    chats.choose(tx, Place(chat.platform, chat.id, ""), language=wanted.language, dates=wanted.dates)
    with speaking(wanted):
        return _choices()


def _choices() -> Message:
    now = voice()

    def row(choices: Iterable[tuple[str, str, bool]]) -> tuple[Button, ...]:
        return tuple(Button(label=f"✓ {label}" if on else label, action=action) for label, action, on in choices)

    forms = []
    for number, form in enumerate(DATES, 1):
        with speaking(replace(now, dates=form)):
            forms.append((long_date(_SAMPLE), f"speak:0:{number}", form == now.dates))
    languages = [
        (name, f"speak:{number}:0", code == now.language) for number, (code, name) in enumerate(LANGUAGES.items(), 1)
    ]
    told = LANGUAGES[now.language]
    return Message(
        title=say("語言與日期"),
        sections=(
            Section(
                text=say(
                    "這個對話的回答與通知用：{language}，日期寫成 {date}。",
                    language=told,
                    date=long_date(_SAMPLE),
                )
            ),
            Section(text=say("清單裡只寫一種日期。承諾與公文照來源的文字，不翻譯。")),
        ),
        buttons=(row(languages), row(forms)),
    )


def _spoken(event: Ask | Tap, heard: str, policy: Policy) -> str:
    """The language to speak with a person, where one was `heard` before; '' in a group, where it may be anybody's."""
    if not event.chat.is_private:
        return ""
    if isinstance(event, Tap):
        return heard
    if event.language not in ("", CHINESE) and is_chinese(event.text):
        return policy.language
    if event.language and len(_WORD.findall(_NO_WORDS.sub(" ", event.text))) >= _SENTENCE:
        return event.language
    return heard or event.language
