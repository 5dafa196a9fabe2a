"""Waiting for a slot: on time, exchanged when missed, never burnt."""

from __future__ import annotations

from datetime import datetime, timedelta

from connector.vendors.budget import Slot, wait_for
from tests.fakes import START, FakeBudget, FakeClock


class SlowBudget(FakeBudget):
    """A budget whose every reservation takes some time, as a ledger under load does."""

    takes = 0.15

    def reserve(self, latest: datetime, lead: float = 0.0) -> Slot:
        """Reserve, then let time pass."""
        slot = super().reserve(latest, lead)
        self.clock.pass_time(self.takes)
        return slot


FAR = START + timedelta(hours=1)


def test_a_call_leaves_at_its_slot() -> None:
    """An early caller sleeps until then."""
    clock = FakeClock()
    wait_for(Slot(START + timedelta(seconds=3)), FakeBudget(clock), clock, FAR)
    assert clock.now() == START + timedelta(seconds=3)


def test_a_missed_slot_is_exchanged() -> None:
    """A call that would leave late leaves at a slot of its own, so that late calls do not bunch up."""
    clock = FakeClock()
    budget = FakeBudget(clock)
    wait_for(Slot(START - timedelta(seconds=1)), budget, clock, FAR)
    assert budget.reserved == 1


def test_a_late_call_where_bursts_are_allowed_costs_one_reservation() -> None:
    """Sellercloud's hour counts calls, not moments: a slow ledger must not burn the allowance."""
    clock = FakeClock()
    budget = SlowBudget(clock)
    wait_for(Slot(START - timedelta(seconds=1), may_be_late=True), budget, clock, FAR)
    assert budget.reserved == 0


def test_a_ledger_slower_than_the_tolerance_ends_the_exchange() -> None:
    """When reserving takes longer than a call may be late, the next slot is asked for further ahead."""
    clock = FakeClock()
    budget = SlowBudget(clock)
    wait_for(Slot(START - timedelta(seconds=1)), budget, clock, FAR)
    assert 1 <= budget.reserved <= 3
