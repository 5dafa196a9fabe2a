"""Time: the clock every flow is given, and the deadline of one invocation.

In: nothing. Out: aware UTC moments, sleeps, remaining seconds. Wrong: `NoTimeLeft` when a step would not end in time.
Tests and simulations hand in a clock of their own; nothing else in the package asks the operating system for the time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from connector.errors import NoTimeLeft


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait; zero or less returns at once."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait; zero or less returns at once."""
        if seconds > 0:
            time.sleep(seconds)


@dataclass(frozen=True)
class Deadline:
    """When the running invocation is stopped by its platform."""

    clock: Clock
    ends_at: datetime

    def remaining(self) -> float:
        """Seconds left; may be negative."""
        return (self.ends_at - self.clock.now()).total_seconds()

    def require(self, seconds: float, step: str) -> None:
        """Raise `NoTimeLeft` unless `seconds` remain for `step`."""
        if self.remaining() < seconds:
            raise NoTimeLeft(f"{step} may need {seconds:.0f} s and the invocation ends sooner")
