"""What holds of every order of the day, whatever people did to it."""

from __future__ import annotations

from tests.e2e.day import Day
from tests.simulators.sellercloud.models import FULLY_SHIPPED


def test_no_order_went_twice(day: Day) -> None:
    """At most one Starshipit order for each Sellercloud order and generation."""
    assert day.rows
    for reference, count in day.starshipit.created_counts().items():
        assert count <= int(day.rows[int(reference)]["generation"]), reference


def test_nothing_is_shipped_on_a_label_that_is_dead(day: Day) -> None:
    """Every number the connector saw to be in Sellercloud is of a live outgoing label, or a person was told."""
    live = day.starshipit.tracking_numbers()
    for order_id, row in day.rows.items():
        if day.sellercloud.snapshot(order_id).shipping_status == FULLY_SHIPPED and not row.get("attention"):
            assert set(row["written"]) <= live, row["events"]


def test_every_order_has_an_end_or_a_reason(day: Day) -> None:
    """Shipped, waiting for its label, or left out or marked with a reason; none is on its way still."""
    assert {row["state"] for row in day.rows.values()} <= {"handed_over", "shipped", "excluded", "refused"}
    for row in day.rows.values():
        assert row["state"] not in ("excluded", "refused") or row["reason"], row


def test_both_vendors_rules_were_kept(day: Day) -> None:
    """No breach, no call above the limit, no order shipped that is on hold, and no message set aside."""
    assert (day.sellercloud.breaches, day.starshipit.breaches, day.starshipit.refusals) == ([], [], 0)
    assert day.dead_letters == 0


def test_no_customer_is_in_the_logs(day: Day) -> None:
    """Neither street nor name nor telephone number of anybody."""
    assert day.logs
    for personal in ("Acacia", "Wattle", "Raman", "Fitzroy", "555 010", "Happy trails"):
        assert not [line for line in day.logs if personal in line], personal
