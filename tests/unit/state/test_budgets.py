"""The shared budget of a vendor key: paced, in bursts as allowed, pushed by a refusal."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import NoTimeLeft
from connector.state.budgets import REFUSALS_KEPT_DAYS, LedgerBudget, refusals
from connector.state.records import Records
from connector.vendors.budget import Rate
from tests.fakes import START, FakeClock
from tests.flows.dynamodb import FakeDynamoDb

FAR = timedelta(hours=2)


def make(rate: Rate, functions: int = 1) -> tuple[list[LedgerBudget], FakeClock]:
    """The budget as several functions see it."""
    client, clock = FakeDynamoDb(), FakeClock()
    return [LedgerBudget(client, "ledger", clock, "vendor", rate) for _ in range(functions)], clock


def test_calls_without_a_burst_are_paced_from_the_first() -> None:
    """One each interval, whoever asks."""
    budgets, clock = make(Rate(0.5), functions=3)
    slots = [budgets[n % 3].reserve(clock.now() + FAR).at for n in range(6)]
    assert [(slot - START).total_seconds() for slot in slots] == pytest.approx([0, 0.5, 1, 1.5, 2, 2.5])


def test_a_burst_goes_at_once_and_the_rest_is_paced() -> None:
    """Three now, then one each interval."""
    (budget,), clock = make(Rate(2.0, burst=3))
    slots = [(budget.reserve(clock.now() + FAR).at - START).total_seconds() for _ in range(5)]
    assert slots == pytest.approx([0, 0, 0, 2, 4])


def test_a_slot_that_comes_too_late_is_not_reserved() -> None:
    """It says when one would come, and leaves the next slot to others."""
    (budget,), clock = make(Rate(10.0))
    budget.reserve(clock.now() + FAR)
    with pytest.raises(NoTimeLeft) as caught:
        budget.reserve(clock.now() + timedelta(seconds=5))
    assert caught.value.after == pytest.approx(10.0)
    assert budget.reserve(clock.now() + FAR).at == START + timedelta(seconds=10)


def test_a_refusal_stops_everybody_until_its_end() -> None:
    """Pushed by one function, felt by another; a shorter push does not take a longer one back."""
    (one, other), clock = make(Rate(1.0, burst=5), functions=2)
    one.push(START + timedelta(seconds=60))
    one.push(START + timedelta(seconds=20))
    with pytest.raises(NoTimeLeft):
        other.reserve(clock.now() + timedelta(seconds=59))
    assert other.reserve(clock.now() + FAR).at == START + timedelta(seconds=60)


@given(
    st.sampled_from([Rate(0.6), Rate(0.5, burst=4), Rate.per_second(2), Rate.per_hour(600)]),
    st.lists(st.tuples(st.floats(0, 5), st.integers(0, 2)), max_size=60),
)
def test_no_stretch_of_time_holds_more_calls_than_the_rate_allows(rate: Rate, asks: list[tuple[float, int]]) -> None:
    """However functions ask: in any stretch of time there are at most its length over the interval, and a burst."""
    budgets, clock = make(rate, functions=3)
    slots: list[datetime] = []
    for wait, who in asks:
        clock.pass_time(wait)
        slots.append(budgets[who].reserve(clock.now() + FAR).at)
    slots.sort()
    for first, start in enumerate(slots):
        for count, end in enumerate(slots[first:], start=1):
            allowed = (end - start).total_seconds() / rate.interval + rate.burst
            assert count <= allowed + 0.01


def test_refusals_are_counted_by_day_rate_and_vendor() -> None:
    """All functions together, for two weeks, each rate by itself; reserving counts nothing."""
    client, clock = FakeDynamoDb(), FakeClock()
    rate, other = Rate.per_second(20), Rate.per_second(2)
    one, two = (LedgerBudget(client, "ledger", clock, "vendor", rate) for _ in range(2))
    records = Records(client, "ledger", clock)
    one.reserve(clock.now() + FAR)
    assert refusals(records, "vendor", rate, clock.now()) == {}
    one.push(clock.now() + timedelta(seconds=60))
    two.push(clock.now())  # a shorter push moves nothing and is a refusal all the same
    clock.pass_time(86_400)
    two.push(clock.now())
    assert list(refusals(records, "vendor", rate, clock.now()).items()) == [("2026-11-21", 1), ("2026-11-20", 2)]
    assert refusals(records, "vendor", other, clock.now()) == {}
    assert refusals(records, "elsewhere", rate, clock.now()) == {}
    clock.pass_time(REFUSALS_KEPT_DAYS * 86_400)
    assert refusals(records, "vendor", rate, clock.now()) == {}
