"""Statuses: spelling, rank, what counts as shipped, forward only."""

from __future__ import annotations

import pytest

from connector.rules import tracking
from connector.settings import ShipWhen


@pytest.mark.parametrize("spelling", ["InTransit", "In Transit", "in_transit", " IN TRANSIT "])
def test_spelling_does_not_matter(spelling: str) -> None:
    """Webhooks write without spaces, lists with them."""
    assert tracking.rank(spelling) == tracking.rank("InTransit")


def test_the_road_in_its_order() -> None:
    """Each step outranks the one before it."""
    road = ["Unshipped", "Printed", "Dispatched", "InTransit", "OutForDelivery", "Delivered"]
    ranks = [tracking.rank(status) or 0 for status in road]
    assert ranks == sorted(set(ranks))


@pytest.mark.parametrize(
    ("status", "printed", "dispatched"),
    [
        ("Unshipped", False, False),
        ("Printed", True, False),
        ("Awaiting Dispatch", True, False),
        ("Dispatched", True, True),
        ("Shipped", True, True),
        ("Exception", True, True),
        ("PickupInStore", True, True),
        ("Delivered", True, True),
        ("Cancelled", False, False),
        ("Teleported", False, False),
        ("", False, False),
    ],
)
def test_what_counts_as_shipped(status: str, printed: bool, dispatched: bool) -> None:
    """Later steps imply the earlier ones; unknown and cancelled never ship anything."""
    assert tracking.reached(status, ShipWhen.PRINTED) is printed
    assert tracking.reached(status, ShipWhen.DISPATCHED) is dispatched


def test_both_spellings_of_cancelled() -> None:
    """A label is cancelled on either side of the ocean."""
    assert tracking.is_cancelled("Cancelled")
    assert tracking.is_cancelled("canceled")
    assert tracking.rank("Cancelled") is None
    assert not tracking.is_cancelled("Delivered")


@pytest.mark.parametrize(
    ("known", "reported", "holds"),
    [
        ("Printed", "Dispatched", "Dispatched"),
        ("Delivered", "Printed", "Delivered"),
        ("Dispatched", "Teleported", "Dispatched"),
        ("", "Printed", "Printed"),
        ("", "Teleported", ""),
        ("Delivered", "Cancelled", "Cancelled"),
        ("Cancelled", "Printed", "Cancelled"),
    ],
)
def test_statuses_only_move_forward(known: str, reported: str, holds: str) -> None:
    """A late or unknown report changes nothing; a cancelled label does not come back."""
    assert tracking.further(known, reported) == holds
