"""Words on a screen: moments in local time, ages, and texts of others without what could steer a terminal.

In: epoch seconds, texts. Out: text. Wrong: nothing; a moment that is not there is empty.
"""

from __future__ import annotations

from datetime import datetime

_SIZES = ((86_400, "d"), (3600, "h"), (60, "min"))


def moment(epoch: int | None, *, seconds: bool = False) -> str:
    """A moment on this computer's clock, such as 2026-11-20 14:05."""
    if not epoch:
        return ""
    return local(epoch).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def local(epoch: int) -> datetime:
    """A moment in this computer's time zone."""
    return datetime.fromtimestamp(epoch).astimezone()


def age(seconds: float) -> str:
    """A length of time as people say it: 40 s, 5 min, 3 h, 2 d."""
    whole = max(0, int(seconds))
    for size, unit in _SIZES:
        if whole >= size:
            return f"{whole // size} {unit}"
    return f"{whole} s"


def plain(text: object) -> str:
    """A text of somebody else's as one line: without what could move a cursor or colour a screen."""
    written = "" if text is None else str(text)
    return "".join(letter if letter.isprintable() else " " for letter in written)
