"""Faults of API calls: one-shot, counted, permanent or by chance.

Kinds (with options):

- "lost_after_commit": the effect happens, the socket closes after `seconds` (default 0).
- "lost_before_commit": the socket closes, nothing happened.
- "late_commit": the socket closes, the effect happens `seconds` (default 120) of the clock later.
- "500_after_commit": the effect happens, the answer is HTTP 500.
- "429", "500", "502", "503", "504": refused before anything happens.
- "slow": answered properly after `seconds` (default 30).
- "soft_failure": the effect happens, the answer is `success: false` with the order in it (1.4).
- "old_order": a create answers with an archived order of the same number; nothing is created.
  Option `reference` (default: the reference that was sent).
- "refuse": `success: false` with `details`, nothing happened.
- "not_found": a read answers "not found" though the order may exist.
- "empty": a list answers with no rows.
- "garbage": HTTP 200 with a web page in place of JSON.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal, get_args

Kind = Literal[
    "lost_after_commit",
    "lost_before_commit",
    "late_commit",
    "500_after_commit",
    "429",
    "500",
    "502",
    "503",
    "504",
    "slow",
    "soft_failure",
    "old_order",
    "refuse",
    "not_found",
    "empty",
    "garbage",
]
KINDS: frozenset[str] = frozenset(get_args(Kind))


@dataclass
class Fault:
    """One fault waiting for calls of a route; `times` None means for ever."""

    route: str
    kind: str
    times: int | None = 1
    probability: float = 1.0
    seconds: float | None = None
    details: str = "Order could not be created"
    reference: str | None = None


@dataclass
class Faults:
    """The faults in force. A route is "METHOD /api/path" and may hold `*`."""

    seed: int = 1
    waiting: list[Fault] = field(default_factory=list)
    played: list[tuple[str, str]] = field(default_factory=list)
    poison: dict[str, str] = field(default_factory=dict)
    """Reference -> details: every create of such an order is refused."""

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def next(
        self,
        route: str,
        kind: str,
        times: int = 1,
        *,
        seconds: float | None = None,
        details: str | None = None,
        reference: str | None = None,
    ) -> None:
        """Play `kind` on the next `times` calls of the route."""
        self._add(Fault(route, kind, times, 1.0, seconds, details or Fault.details, reference))

    def always(
        self,
        route: str,
        kind: str,
        *,
        seconds: float | None = None,
        details: str | None = None,
        reference: str | None = None,
    ) -> None:
        """Play `kind` on every call of the route until `clear`."""
        self._add(Fault(route, kind, None, 1.0, seconds, details or Fault.details, reference))

    def chance(self, route: str, kind: str, probability: float, *, seconds: float | None = None) -> None:
        """Play `kind` on a seeded share (0..1) of the calls of the route."""
        self._add(Fault(route, kind, None, probability, seconds))

    def clear(self, route: str | None = None) -> None:
        """Forget all faults, or those of one route; the poisoned references stay."""
        self.waiting = [f for f in self.waiting if route is not None and f.route != route]

    def take(self, route: str) -> Fault | None:
        """The fault this call plays, used up if it is counted."""
        for fault in self.waiting:
            if fault.route != route and not fnmatchcase(route, fault.route):
                continue
            if fault.probability < 1.0 and self._random.random() >= fault.probability:
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
            self.played.append((route, fault.kind))
            return fault
        return None

    def _add(self, fault: Fault) -> None:
        if fault.kind not in KINDS:
            raise ValueError(f"unknown fault {fault.kind!r}; known: {', '.join(sorted(KINDS))}")
        self.waiting.append(fault)
