"""The call budget of one vendor key, shared by all functions of the stack.

In: a wish to call. Out: a `Slot`, the moment from which the call may leave. Wrong: `NoTimeLeft` when the next free slot
lies beyond what the caller can wait for (nothing is reserved then).

Pacing is the generic cell rate algorithm: one number, the theoretical arrival time, moves forward by one interval a
reservation and may run ahead of the clock by at most the burst. A refusal by the vendor pushes that number for
everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from connector.clock import Clock

# The vendors count a sliding window and our calls reach them with jitter: stay under the limit by this share.
PACE = 0.85
LATE_SECONDS = 0.1
PUSH_WHEN_UNTOLD_SECONDS = 2.0


@dataclass(frozen=True)
class Slot:
    """Permission to make one call, from `at` on. Where a burst is allowed a late call harms nobody."""

    at: datetime
    may_be_late: bool = False


@dataclass(frozen=True)
class Rate:
    """How fast a vendor may be called: one call every `interval` seconds, `burst` calls ahead of that at most."""

    interval: float
    burst: int = 1

    @classmethod
    def per_second(cls, calls: float) -> Rate:
        """An even pace just under `calls` a second, no burst (Starshipit)."""
        return cls(interval=1 / (calls * PACE))

    @classmethod
    def per_hour(cls, calls: int) -> Rate:
        """Half of the hour's `calls` at will, the other half evenly: any hour stays within `calls` (Sellercloud)."""
        return cls(interval=2 * 3600 / calls, burst=max(1, calls // 2))


class Budget(Protocol):
    """The shared budget of one vendor key."""

    def reserve(self, latest: datetime, lead: float = 0.0) -> Slot:
        """Reserve one call, `lead` seconds from now at the earliest and `latest` at the latest.

        Raises `NoTimeLeft` and reserves nothing when there is no such slot.
        """
        ...

    def push(self, until: datetime) -> None:
        """Let nobody call before `until`; the vendor refused for speed."""
        ...


def wait_for(slot: Slot, budget: Budget, clock: Clock, latest: datetime) -> None:
    """Sleep until the slot. One missed by more than a moment is exchanged, so that late calls do not bunch up.

    Reserving itself takes time: each exchange asks for a slot further ahead than the one before.
    """
    lead = LATE_SECONDS
    while True:
        early = (slot.at - clock.now()).total_seconds()
        if early > 0:
            clock.sleep(early)
        if slot.may_be_late or clock.now() - slot.at <= timedelta(seconds=LATE_SECONDS):
            return
        slot = budget.reserve(latest, lead)
        lead *= 2
