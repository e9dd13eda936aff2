"""Texts cut to what there is room for, saying so."""

from __future__ import annotations

from handlers.language import say

LONGEST_TEXT = 700
"""Characters of a promise or summary that a card shows; the longest real promise has fewer."""


def cut(text: str, longest: int = LONGEST_TEXT) -> str:
    """A text cut behind a sentence, else behind a clause, else at a character, and saying so."""
    if len(text) <= longest:
        return text
    head = text[:longest]
    for marks in ("。；！？\n", "，：、"):
        end = max(head.rfind(mark) for mark in marks)
        if end > longest // 3:
            head = head[: end + 1]
            break
    return head + say("…（以下略）")


def cut_to(text: str, longest: int) -> str:
    """A text of at most so many characters, and a mark where it was longer."""
    return text if len(text) <= longest else text[:longest] + "…"
