"""Leases: one holder at a time, outlived by their end, fenced."""

from __future__ import annotations

import pytest

from connector.state.leases import Leases
from tests.fakes import FakeClock
from tests.flows.dynamodb import FakeDynamoDb


def make() -> tuple[Leases, FakeClock]:
    """Leases over a table in memory."""
    clock = FakeClock()
    return Leases(FakeDynamoDb(), "ledger", clock), clock


def test_one_holder_at_a_time() -> None:
    """Another is refused until it is given back; a name of its own is free."""
    leases, _ = make()
    lease = leases.take("fetch", "one", 30)
    assert lease
    assert leases.take("fetch", "two", 30) is None
    assert leases.take("order-7", "two", 30)
    leases.release(lease)
    assert leases.take("fetch", "two", 30)


def test_a_holder_that_died_is_outlived() -> None:
    """After its end anybody takes it, with a higher fence; the old holder's release changes nothing."""
    leases, clock = make()
    first = leases.take("fetch", "one", 30)
    assert first
    clock.pass_time(29)
    assert leases.take("fetch", "two", 30) is None
    clock.pass_time(2)
    second = leases.take("fetch", "two", 30)
    assert second
    assert second.fence > first.fence
    leases.release(first)
    assert leases.take("fetch", "three", 30) is None


def test_the_owner_may_take_it_again() -> None:
    """The platform repeats an invocation with its own id: it goes on, under a new fence."""
    leases, _ = make()
    first = leases.take("fetch", "one", 30)
    again = leases.take("fetch", "one", 60)
    assert first
    assert again
    assert (again.fence, again.ends_at > first.ends_at) == (first.fence + 1, True)


def test_a_block_gives_it_back_when_it_fails() -> None:
    """An exception inside leaves the lease free."""
    leases, _ = make()
    with pytest.raises(ZeroDivisionError), leases.held("fetch", "one", 30):
        _ = 1 / 0
    with leases.held("fetch", "two", 30) as lease:
        assert lease
        with leases.held("fetch", "three", 30) as other:
            assert other is None
        assert leases.take("fetch", "three", 30) is None, "who did not hold it gives nothing back"
