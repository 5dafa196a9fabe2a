"""Decisions of the write-back, as tables: which labels matter, what Sellercloud is told, when a person is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.rules.parcels import Parcel
from connector.rules.ship_plan import NOTE_LIMIT, Plan, needs_packages, note_text, plan
from connector.rules.write_back import (
    CANCELLED_NUMBER,
    LABEL_CANCELLED_AFTER_SHIPPING,
    UNSHIP_REFUSED,
    cancelled_numbers,
    has_reached,
    incomplete_since,
    is_worth_a_look,
    printed_at,
    shows,
    stale_numbers,
    unwritten,
    waited,
    with_reports,
)
from connector.settings import ShipWhen
from connector.state.rows import Label, OrderRow, State
from connector.vendors.sellercloud.models import Order, Package
from connector.vendors.starshipit.webhook import Report

NOW = 1_795_000_000
ROW = OrderRow(order_id=1045872, state=State.HANDED_OVER, since=NOW - 100)
PRINTED, DISPATCHED = ShipWhen.PRINTED, ShipWhen.DISPATCHED


def row(*written: str, **labels: str) -> OrderRow:
    """A row with labels by number, and the numbers Sellercloud has."""
    known = {number: Label(status, reported_at=NOW - 50) for number, status in labels.items()}
    return replace(ROW, labels=known, written=written)


def order(**fields: Any) -> Order:
    """An order as the list shows it; unshipped and in process unless told otherwise."""
    return Order.model_validate({"ID": 1045872, "StatusCode": 2, "ShippingStatus": 1, **fields})


def packages(*numbers: str) -> tuple[Package, ...]:
    """Packages 1, 2, … with these numbers on them."""
    return tuple(Package.model_validate({"ID": place, "TrackingNumber": n}) for place, n in enumerate(numbers, 1))


def parcel(number: str, status: str = "Printed") -> Parcel:
    """A live label."""
    return Parcel(number, "Australia Post", "Express", status)


def report(number: str, status: str, **fields: str) -> Report:
    """A label report."""
    return Report(number, status, "1045872", **fields)


@pytest.mark.parametrize(
    ("statuses", "holds"),
    [
        (["Printed"], "Printed"),
        (["Printed", "Dispatched", "Delivered"], "Delivered"),
        (["Delivered", "Dispatched", "Printed"], "Delivered"),
        (["Printed", "Cancelled", "Delivered"], "Cancelled"),
        (["Canceled"], "Canceled"),
        (["HeldAtCustoms", "Printed"], "Printed"),
        (["Printed", "HeldAtCustoms"], "Printed"),
        (["Exception", "InTransit"], "InTransit"),
    ],
)
def test_statuses_only_move_forward(statuses: list[str], holds: str) -> None:
    """Repeats, skips, reorderings and unknown words change nothing; cancelled is final."""
    changed = with_reports(ROW, [report("A", status) for status in statuses], NOW)
    assert changed is not None
    assert changed.labels["A"].status == holds
    assert with_reports(changed, [report("A", status) for status in statuses], NOW + 5) is None


def test_a_later_report_without_names_keeps_those_known() -> None:
    """Carrier, service and the label's date stay when a carrier event leaves them out."""
    first = with_reports(ROW, [report("A", "Printed", carrier="AP", service="7D55", shipped_at="2026-11-20")], NOW)
    assert first
    later = with_reports(first, [report("A", "Delivered")], NOW + 9)
    assert later
    assert later.labels["A"] == Label("Delivered", "AP", "7D55", "2026-11-20", NOW + 9)


@pytest.mark.parametrize(
    ("changes", "stale"),
    [
        ({}, set()),
        ({"written": ("A",)}, {"A"}),
        ({"written": ("B",)}, set()),
        ({"wrote_at": NOW}, {"A"}),
        ({"unshipping": NOW}, {"A"}),
    ],
)
def test_a_cancelled_number_sellercloud_shows_or_may_show(changes: dict[str, Any], stale: set[str]) -> None:
    """Cancelled before writing is nobody's concern; written, or while a write is unseen, it has to be taken away."""
    cancelled = with_reports(replace(row(A="Printed", B="Printed"), **changes), [report("A", "Cancelled")], NOW)
    assert cancelled
    assert cancelled.attention == ""
    assert cancelled_numbers(cancelled) == {"A"}
    assert stale_numbers(cancelled) == stale
    only_a = replace(cancelled, labels={"A": cancelled.labels["A"]})
    assert is_worth_a_look(only_a, [report("A", "Cancelled")], PRINTED) is bool(stale)
    assert not is_worth_a_look(only_a, [report("B", "Delivered")], PRINTED)


@pytest.mark.parametrize("mark", [CANCELLED_NUMBER, LABEL_CANCELLED_AFTER_SHIPPING, UNSHIP_REFUSED])
def test_a_cancellation_a_person_knows_of_is_looked_at_once(mark: str) -> None:
    """Told again it costs nothing; a second label's cancellation is news."""
    known = with_reports(row("A", "B", A="Printed", B="Printed"), [report("A", "Cancelled")], NOW)
    assert known
    marked = known.needing(mark, NOW + 1)
    assert not is_worth_a_look(marked, [report("A", "Cancelled")], PRINTED)
    both = with_reports(marked, [report("B", "Cancelled")], NOW + 2)
    assert both
    assert is_worth_a_look(both, [report("B", "Cancelled")], PRINTED)


@pytest.mark.parametrize(
    ("status", "when", "counts"),
    [
        ("Printed", PRINTED, True),
        ("Printed", DISPATCHED, False),
        ("Dispatched", DISPATCHED, True),
        ("Exception", DISPATCHED, True),
        ("Cancelled", PRINTED, False),
        ("Unshipped", PRINTED, False),
        ("HeldAtCustoms", PRINTED, False),
    ],
)
def test_what_counts_as_reported_far_enough(status: str, when: ShipWhen, counts: bool) -> None:
    """A number is to be written from the status of the setting on, unless Sellercloud has it."""
    assert unwritten(row(A=status), when) == ({"A"} if counts else set())
    assert unwritten(row("A", A=status), when) == set()
    assert has_reached([parcel("A", "Unshipped")], row(A=status), when) is counts
    assert is_worth_a_look(row(A=status), [report("A", status)], when) is counts


def test_only_news_of_a_missing_number_is_worth_a_look() -> None:
    """Another parcel's journey costs nothing, even beside a return label that is never written."""
    shipped = row("A", A="Delivered", RET="Printed")
    assert not is_worth_a_look(shipped, [report("A", "Delivered")], PRINTED)
    assert is_worth_a_look(shipped, [report("RET", "Printed")], PRINTED)
    assert is_worth_a_look(row(A="Printed", B="Cancelled"), [report("B", "Cancelled")], PRINTED)


def test_waiting_is_counted_from_the_last_news() -> None:
    """Numbers nobody reported count as waiting for ever."""
    assert waited(row(A="Printed"), ["A", "B"], NOW) == 50
    assert waited(ROW, ["A"], NOW) == NOW


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-11-20T01:02:03.3104471Z", datetime(2026, 11, 20, 1, 2, 3, 310447, tzinfo=UTC)),
        ("2026-11-20T01:02:03", datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)),
        ("no date", None),
        ("", None),
    ],
)
def test_when_a_label_was_printed(said: str, moment: datetime | None) -> None:
    """The vendor's text as a moment in UTC, or nothing."""
    labelled = replace(ROW, labels={"A": Label("Printed", printed_at=said)})
    assert printed_at(labelled, ["A", "unknown"]) == moment


A, B, C = parcel("A"), parcel("B"), parcel("C")
SHIPPED = {"ShippingStatus": 3, "StatusCode": 3}

PLANS: dict[str, tuple[Order, tuple[Package, ...], list[Parcel], OrderRow, Plan]] = {
    "one parcel ships the order": (order(), (), [A], ROW, Plan(writes=((A, None),))),
    "each on its package": (order(), packages("", ""), [A, B], ROW, Plan(writes=((A, 1), (B, 2)))),
    "the rest in a note": (order(), packages(""), [A, B, C], ROW, Plan(writes=((A, 1),), for_the_note=(B, C))),
    "packages to spare": (order(), packages("", "", ""), [A, B], ROW, Plan(writes=((A, 1), (B, 2)))),
    "no packages at all": (order(), (), [A, B], ROW, Plan(writes=((A, None),), for_the_note=(B,))),
    "kept numbers are written again, for only a call ships": (
        order(TrackingNumber="A"), packages("A", ""), [A, B], ROW, Plan(writes=((A, 1), (B, 2))),
    ),
    "somebody's number stays": (order(TrackingNumber="X"), packages("X", ""), [A], ROW, Plan(writes=((A, 2),))),
    "all packages taken": (
        order(TrackingNumber="X"), packages("X"), [A], ROW, Plan(attention="packages_hold_other_numbers"),
    ),
    "done": (order(**SHIPPED, AllTrackingNumbers=["A", "B"]), (), [A, B], ROW, Plan(done=True)),
    "done, in another form": (order(**SHIPPED, TrackingNumber="a 1"), (), [parcel("A1")], ROW, Plan(done=True)),
    "done, one of them in a note": (order(**SHIPPED, TrackingNumber="A"), (), [A, B], row("A", "B"), Plan(done=True)),
    "one is missing": (
        order(**SHIPPED, TrackingNumber="A"), packages("A", ""), [A, B], ROW, Plan(writes=((B, 2),)),
    ),
    "one is missing and has no place": (
        order(**SHIPPED, TrackingNumber="A"), packages("A"), [A, B], ROW, Plan(for_the_note=(B,)),
    ),
    "a cancelled one of ours makes room": (
        order(**SHIPPED, TrackingNumber="X"), packages("X"), [A], row("X", X="Cancelled"), Plan(writes=((A, 1),)),
    ),
    "also if it was never seen to arrive": (
        order(**SHIPPED, TrackingNumber="X"), packages("X"), [A], row(X="Cancelled"), Plan(writes=((A, 1),)),
    ),
    "and leaves what stands in a note there": (
        order(**SHIPPED, TrackingNumber="X"), packages("X"), [B, A], row("X", "B", X="Cancelled"),
        Plan(writes=((A, 1),)),
    ),
    "a number of a note takes a cancelled one's place": (
        order(**SHIPPED, TrackingNumber="X"), packages("X"), [B], row("X", "B", X="Cancelled"), Plan(writes=((B, 1),)),
    ),
    "but not on an order that was cancelled": (
        order(ShippingStatus=3, StatusCode=-1, TrackingNumber="X"), packages("X"), [B], row("X", "B", X="Cancelled"),
        Plan(done=True),
    ),
    "somebody's number beside ours does not": (
        order(**SHIPPED, AllTrackingNumbers=["X", "B"]), packages("X", "B"), [A, B], row("B", Y="Cancelled"),
        Plan(for_the_note=(A,)),
    ),
    "shipped by hand": (order(**SHIPPED, TrackingNumber="X"), packages("X"), [A], ROW, Plan(done=True, by_hand=True)),
    "shipped by hand after a try of ours": (
        order(**SHIPPED, TrackingNumber="X"), packages("X"), [A], replace(ROW, wrote_at=NOW, attempts=1),
        Plan(done=True, by_hand=True),
    ),
    "shipped by hand without a number": (order(**SHIPPED), packages(""), [A], ROW, Plan(writes=((A, 1),))),
    "un-shipped by hand because its label was cancelled": (
        order(TrackingNumber="X"), packages("X"), [A], row("X", X="Cancelled"), Plan(writes=((A, 1),)),
    ),
    "un-shipped by us, its number still there": (
        order(TrackingNumber="X"), packages("X"), [A], row(X="Cancelled"), Plan(writes=((A, 1),)),
    ),
    "un-shipped by hand": (order(), packages("", ""), [A, B], row("A"), Plan(attention="unshipped_in_sellercloud")),
    "shipped and cancelled": (
        order(ShippingStatus=3, StatusCode=-1), packages(""), [A], ROW, Plan(attention="order_is_cancelled"),
    ),
    "shipped, cancelled, and all there": (
        order(ShippingStatus=3, StatusCode=-1, TrackingNumber="A"), (), [A], ROW, Plan(done=True),
    ),
}  # fmt: skip


def test_a_redone_number_makes_room_once_it_is_known_to_be_gone() -> None:
    """Its label was never cancelled; only a sale that was read whole says that nothing carries it any more."""
    shown, known = order(**SHIPPED, TrackingNumber="X"), row("X", X="Printed")
    assert plan(shown, packages("X"), [A], known) == Plan(for_the_note=(A,))
    assert plan(shown, packages("X"), [A], known, {"x"}) == Plan(writes=((A, 1),))


def test_since_when_an_order_is_partly_printed() -> None:
    """The first report of a label that is live still; a later status of it makes the order no younger."""
    told = with_reports(ROW, [report("A", "Printed"), report("B", "Printed")], NOW)
    assert told
    later = with_reports(told, [report("A", "Delivered")], NOW + 500)
    assert later
    assert incomplete_since(later, ["A"]) == NOW
    assert incomplete_since(replace(later, events=()), ["A"]) == NOW + 500
    assert incomplete_since(ROW, ["A"]) == 0


@pytest.mark.parametrize("case", PLANS.values(), ids=PLANS.keys())
def test_what_sellercloud_is_told(case: tuple[Order, tuple[Package, ...], list[Parcel], OrderRow, Plan]) -> None:
    """One line for each state a person can have left the order in."""
    shown, there, parcels, known, expected = case
    assert plan(shown, there, parcels, known) == expected


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"StatusCode": -1}, "order_is_cancelled"),
        ({"StatusCode": 999}, "order_is_void"),
        ({"StatusCode": 200}, "order_is_onhold"),
        ({"StatusCode": 100}, "order_is_problemorder"),
        ({"StatusCode": 1}, "order_is_shoppingcart"),
        ({"StatusCode": 4711}, "order_is_in_an_unknown_status"),
        ({"StatusCode": None}, "order_is_in_an_unknown_status"),
        ({"ShippingStatus": 2}, "partially_shipped_in_sellercloud"),
        ({"ShippingStatus": None}, "partially_shipped_in_sellercloud"),
    ],
)
def test_orders_that_are_never_shipped(fields: dict[str, Any], reason: str) -> None:
    """Cancelled, void, held, problem, partly shipped, unknown or absent: a person decides (I4)."""
    assert plan(order(**fields), packages("", ""), [A, B], ROW) == Plan(attention=reason)


@pytest.mark.parametrize(
    ("shown", "parcels", "needed"),
    [
        (order(), [A], False),
        (order(), [A, B], True),
        (order(TrackingNumber="X"), [A], True),
        (order(**SHIPPED), [A], True),
        (order(**SHIPPED, TrackingNumber="A"), [A], False),
        (order(**SHIPPED, AllTrackingNumbers=["A", "B"]), [A, B], False),
    ],
)
def test_packages_are_read_only_when_numbers_have_to_be_placed(
    shown: Order, parcels: list[Parcel], needed: bool
) -> None:
    """A read that would change nothing is not made."""
    assert needs_packages(shown, parcels) is needed


def test_what_proves_that_it_is_done() -> None:
    """Fully Shipped and every number on a package or in a note; nothing less."""
    assert shows(order(**SHIPPED, TrackingNumber="A"), (), [A], ())
    assert shows(order(**SHIPPED, TrackingNumber="A"), (), [A, B], {"B"})
    assert shows(order(**SHIPPED), packages("A", "B"), [A, B], ())
    assert not shows(order(**SHIPPED, TrackingNumber="A"), (), [A, B], ())
    assert not shows(order(TrackingNumber="A"), packages("A"), [A], ())
    assert not shows(order(ShippingStatus=2, TrackingNumber="A"), (), [A], ())


def test_a_note_cuts_no_number() -> None:
    """Carriers are named while there is room; with a hundred parcels every number still stands whole."""
    assert note_text([A, B]).endswith("A (Australia Post), B (Australia Post)")
    many = [parcel(f"34ABC{number:07d}") for number in range(100)]
    assert len(note_text(many[:25])) <= NOTE_LIMIT
    assert all(each.tracking_number in note_text(many) for each in many)
