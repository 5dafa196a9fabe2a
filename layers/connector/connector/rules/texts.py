"""Texts within limits: measured as the vendor counts them, spread over fields without losing a
word.

In: text and a limit. Out: text or pieces of it that fit. Wrong: None where it cannot fit; nothing
is raised.
"""

from __future__ import annotations

from collections.abc import Sequence


def tidy(text: str) -> str:
    """One line with single blanks: address fields have no lines of their own."""
    return " ".join(text.split())


def length(text: str) -> int:
    """Length as a .NET service counts it (UTF-16 units), so that an emoji cannot push a text over a
    limit.
    """
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, limit: int) -> str:
    """At most `limit` long, for texts a reader can do without; never half a character."""
    while length(text) > limit:
        text = text[: limit - length(text)]
    return text.rstrip()


def spread(texts: Sequence[str], fields: int, limit: int) -> list[str] | None:
    """The texts over at most `fields` fields of `limit`, every word in order and whole; None if
    they do not fit.

    Each text starts a field of its own if there are enough; otherwise they run on.
    """
    filled = [tidy(text) for text in texts if text.strip()]
    for attempt in (filled, [" ".join(filled)]):
        pieces = [_wrap(text, limit) for text in attempt]
        flat = [line for lines in pieces for line in lines or ()]
        if all(lines is not None for lines in pieces) and len(flat) <= fields:
            return flat
    return None


def _wrap(text: str, limit: int) -> list[str] | None:
    """Lines of at most `limit`, broken at blanks; None if a single word is longer."""
    lines: list[str] = []
    for word in text.split():
        if length(word) > limit:
            return None
        if lines and length(lines[-1]) + 1 + length(word) <= limit:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines
