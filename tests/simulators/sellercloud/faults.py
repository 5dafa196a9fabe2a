"""Faults a test switches on: standing ones as fields, counted ones with ``next``."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal, get_args

Kind = Literal[
    "error_before",  # 500, nothing applied
    "error_after",  # 500 although applied
    "ok_without_effect",  # 200, nothing applied
    "ok_with_error",  # 200 whose body has a non-empty `Error`, nothing applied
    "lost_before",  # no answer, nothing applied
    "lost_after",  # no answer, applied
    "slow",  # applied, answered after detail `seconds` (default 1)
    "unavailable",  # 503, nothing applied; detail `status` for 502 or 504
    "html",  # 200 with the portal's log-in page
    "garbled",  # 200, applied, body cut in the middle
    "throttle",  # throttled for detail `seconds` (default 60)
    "unauthorized",  # 401, the token stays valid
    "duplicate_row",  # list: the last row of the page before comes once more
    "shifted_page",  # list: as above, and the page's own last row falls out
    "total_off",  # list: TotalResults wrong by detail `by` (default +3)
    "null_items",  # list: Items is null although there are rows
]

BEFORE: frozenset[str] = frozenset(
    {"error_before", "ok_with_error", "lost_before", "unavailable", "html", "throttle"} | {"unauthorized"}
)
"""Kinds that answer in place of the real handler."""


@dataclass(frozen=True)
class Fault:
    """One fault about to happen, with its numbers (``seconds``, ``status``, ``by``)."""

    kind: Kind
    detail: Mapping[str, float]


@dataclass
class _Planned:
    route: str
    fault: Fault
    left: int | None = None
    probability: float = 1.0


@dataclass
class Faults:
    """Switchable faults. Routes are written ``PUT /api/Orders/{id}/Notes``; ``*`` matches any run
    of characters, letter case does not matter.
    """

    latency: float | tuple[float, float] = 0.0
    """Seconds before every answer, fixed or drawn from a range."""
    outage: bool = False
    """Every call is answered 503 and not applied."""
    html: bool = False
    """Every call is answered with the portal's log-in page and status 200."""
    total_offset: int = 0
    """Added to TotalResults of every order list."""
    read_back_lag: float = 0.0
    """Seconds of the clock until a write of the API shows in reads."""
    seed: int = 1
    _planned: list[_Planned] = field(default_factory=list)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def next(self, route: str, kind: Kind, times: int = 1, **detail: float) -> None:
        """Let ``kind`` happen to the next ``times`` calls of ``route``."""
        self._planned.append(_Planned(_pattern(route), _fault(kind, detail), left=times))

    def chance(self, route: str, kind: Kind, probability: float, **detail: float) -> None:
        """Let ``kind`` happen to any call of ``route`` with this (seeded) probability."""
        planned = _Planned(_pattern(route), _fault(kind, detail), probability=probability)
        self._planned.append(planned)

    @property
    def unused(self) -> list[str]:
        """Counted faults that have not happened yet: a misspelt route stays here for ever."""
        return [f"{p.route}: {p.fault.kind}" for p in self._planned if p.left is not None]

    def clear(self) -> None:
        """Back to a healthy vendor; the random sequence goes on."""
        self._planned.clear()
        self.latency, self.outage, self.html = 0.0, False, False
        self.total_offset, self.read_back_lag = 0, 0.0

    def take(self, route: str) -> Fault | None:
        """The fault planned for this call, used up by taking it; standing ones included."""
        if self.outage:
            return Fault("unavailable", {})
        if self.html:
            return Fault("html", {})
        name = route.lower()
        for planned in self._planned:
            if not fnmatchcase(name, planned.route):
                continue
            if planned.left is None:
                if self._random.random() < planned.probability:
                    return planned.fault
                continue
            planned.left -= 1
            if planned.left <= 0:
                self._planned.remove(planned)
            return planned.fault
        return None

    def delay(self) -> float:
        """Seconds this answer takes."""
        if isinstance(self.latency, tuple):
            return self._random.uniform(*self.latency)
        return self.latency


def _pattern(route: str) -> str:
    return route.lower()


def _fault(kind: Kind, detail: Mapping[str, float]) -> Fault:
    if kind not in get_args(Kind):
        raise ValueError(f"unknown fault {kind!r}; known: {', '.join(get_args(Kind))}")
    return Fault(kind, dict(detail))
