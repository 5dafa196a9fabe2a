"""Statuses only move forward (product.md, Tracking 2): repeats, gaps and lateness change nothing."""

from __future__ import annotations

from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.rules.tracking import further, is_cancelled, normalise, rank

STATUSES = st.one_of(
    st.sampled_from(
        [
            "Printed",
            "Dispatched",
            "InTransit",
            "In Transit",
            "OutForDelivery",
            "Delivered",
            "Exception",
            "AttemptedDelivery",
            "Unshipped",
        ]
    ),
    st.text(max_size=12),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(STATUSES, max_size=8))
def test_rank_never_falls(reports: list[str]) -> None:
    """After any series of reports the parcel is as far as the furthest of them."""
    held = reduce(further, reports, "Printed")
    ranks = [found for found in map(rank, ["Printed", *reports]) if found is not None]
    assert rank(held) == max(ranks) or is_cancelled(held)


@settings(max_examples=100, deadline=None)
@given(st.lists(STATUSES, max_size=6))
def test_order_and_repetition_of_reports_do_not_matter(reports: list[str]) -> None:
    """Reordered and doubled messages end in the same step."""
    again = [*reports, *reversed(reports)]
    assert rank(reduce(further, reports, "")) == rank(reduce(further, again, ""))


@settings(max_examples=100, deadline=None)
@given(st.lists(STATUSES, max_size=4), st.lists(STATUSES, max_size=4))
def test_a_cancelled_label_stays_cancelled(before: list[str], after: list[str]) -> None:
    """Nothing that arrives late brings a cancelled label back."""
    held = reduce(further, [*before, "Cancelled", *after], "")
    assert normalise(held) == "cancelled"
