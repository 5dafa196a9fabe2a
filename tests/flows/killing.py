"""Kills a function between any two effects: every later call of the dead function fails, its clean-up too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.flows.bench import Bench

_EFFECTS = frozenset(
    {"put_item", "update_item", "delete_item", "batch_write_item", "send_message_batch", "send_message", "send"}
)


class Killed(BaseException):
    """The platform stopped the function; nothing below may catch it."""


class Tripwire:
    """Counts a bench's effects on table, queues and wire, and kills the function at one of them."""

    def __init__(self, bench: Bench) -> None:
        self.count = 0
        self._at: int | None = None
        self._after = False
        self._dead = False
        bench.dynamodb = _Wired(self, bench.dynamodb)  # type: ignore[assignment]
        bench.sqs = _Wired(self, bench.sqs)  # type: ignore[assignment]
        bench.wire.send = self.wrap(bench.wire.send)  # type: ignore[method-assign]

    def arm(self, at: int, *, after: bool) -> None:
        """Kill at the effect number `at` from now, before or after it has happened."""
        self.count, self._at, self._after = 0, at, after

    def disarm(self) -> bool:
        """The next invocation lives; whether the armed one was killed."""
        dead, self._dead, self._at = self._dead, False, None
        return dead

    def wrap(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call as a function that may die makes it."""

        def wired(*arguments: Any, **named: Any) -> Any:
            self._die_if(self._dead)
            self.count += 1
            mine = self.count == self._at
            self._die_if(mine and not self._after)
            try:
                return call(*arguments, **named)
            finally:
                self._die_if(mine)

        return wired

    def _die_if(self, condition: bool) -> None:
        if condition:
            self._dead = True
            raise Killed


class _Wired:
    """A client whose effects go through the trip-wire."""

    def __init__(self, wire: Tripwire, client: Any) -> None:
        self._wire = wire
        self._client = client

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        return self._wire.wrap(found) if name in _EFFECTS else found
