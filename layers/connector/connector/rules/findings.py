"""Findings of the connection check: what was looked at, how it stands, what to do.

In: facts, as sentences. Out: `Finding`, and texts several judgements share. Wrong: nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How it stands. A warning works, yet a person should know; what cannot be verified says what would prove it."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"
    NOT_VERIFIABLE = "not_verifiable"


@dataclass(frozen=True)
class Finding:
    """One line of the check. `about` is short and stays the same; `then` is what to do."""

    about: str
    verdict: Verdict
    message: str
    then: str = ""

    def plain(self) -> dict[str, str]:
        """The finding as the command line gets it."""
        return {"about": self.about, "verdict": str(self.verdict), "message": self.message, "next": self.then}


def ok(about: str, message: str) -> Finding:
    """It is as it should be."""
    return Finding(about, Verdict.OK, message)


def warning(about: str, message: str, then: str) -> Finding:
    """It works, and a person should know."""
    return Finding(about, Verdict.WARNING, message, then)


def wrong(about: str, message: str, then: str) -> Finding:
    """Something will not work until a person does what `then` says."""
    return Finding(about, Verdict.WRONG, message, then)


def not_verifiable(about: str, message: str, then: str) -> Finding:
    """Nobody can tell from here; `then` says what would prove it."""
    return Finding(about, Verdict.NOT_VERIFIABLE, message, then)


def span(seconds: float) -> str:
    """A span of time in the unit a person would use: 40 s, 12 min, 3 h, 2 days."""
    whole = max(0, int(seconds))
    if whole < 120:
        return f"{whole} s"
    if whole < 7200:
        return f"{whole // 60} min"
    if whole < 2 * 86_400:
        return f"{whole // 3600} h"
    return f"{whole // 86_400} days"


def ago(moment: float, now: float) -> str:
    """How long ago a moment is."""
    return f"{span(now - moment)} ago"


def listed(entries: Iterable[object], most: int = 10) -> str:
    """Some entries of a list, and how many more there are."""
    found = [str(entry) for entry in entries]
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 order, 12 orders."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def tally(counts: Mapping[str, int]) -> str:
    """Counts by cause, the largest first: 9 dropship, 3 unpaid."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{number} {cause.replace('_', ' ')}" for cause, number in ordered)
