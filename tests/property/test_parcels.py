"""Each number lands on its own package (product.md, Tracking 3), and no dead label ships (I4)."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.rules.parcels import Parcel, live_parcels, place
from connector.vendors.sellercloud.models import Package
from connector.vendors.starshipit.models import Order

NUMBERS = st.sampled_from([f"33{letter}" for letter in "ABCDEFGH"])
PARCELS = st.lists(NUMBERS, unique=True, max_size=6).map(
    lambda found: [Parcel(number, "Australia Post", "Parcel Post", "Printed") for number in found]
)
PACKAGES = st.dictionaries(st.integers(1, 20), st.one_of(st.just(""), NUMBERS), max_size=6).map(
    lambda found: [
        Package.model_validate({"ID": package_id, "TrackingNumber": number}) for package_id, number in found.items()
    ]
)
REPLACEABLE = st.frozensets(NUMBERS, max_size=4)

LABELS = st.fixed_dictionaries(
    {"tracking_number": st.one_of(st.none(), NUMBERS)},
    optional={
        "shipment_type": st.sampled_from(["Outgoing", "Return", ""]),
        "delivery_status": st.sampled_from(["Printed", "Cancelled", "In Transit", None, "New?"]),
    },
)
ORDERS = st.lists(
    st.fixed_dictionaries(
        {
            "order_id": st.integers(1, 5),
            "reference": st.sampled_from(["7", "7", "8", None]),
            "packages": st.lists(LABELS, max_size=4),
        },
        optional={
            "archived": st.booleans(),
            "type": st.sampled_from(["Outgoing", "Return"]),
            "status": st.sampled_from(["Printed", "Shipped", "Unshipped"]),
        },
    ),
    max_size=5,
    unique_by=lambda order: order["order_id"],
)


@settings(max_examples=100, deadline=None)
@given(PARCELS, PACKAGES, REPLACEABLE)
def test_placing_never_drops_or_doubles_a_number(
    parcels: list[Parcel], packages: list[Package], replaceable: frozenset[str]
) -> None:
    """Every parcel is on exactly one package or left over, and no package holds two."""
    found = place(parcels, packages, replaceable)
    placed = [parcel for parcel, _ in found.on_packages] + list(found.left_over)
    used = [package_id for _, package_id in found.on_packages]
    assert sorted(p.tracking_number for p in placed) == sorted(p.tracking_number for p in parcels)
    assert used == sorted(set(used))
    assert set(found.to_write) <= set(found.on_packages)


@settings(max_examples=100, deadline=None)
@given(PARCELS, PACKAGES, REPLACEABLE, st.randoms())
def test_placing_is_deterministic(
    parcels: list[Parcel], packages: list[Package], replaceable: frozenset[str], random: Any
) -> None:
    """The order in which Sellercloud lists its packages changes nothing."""
    shuffled = list(packages)
    random.shuffle(shuffled)
    assert place(parcels, shuffled, replaceable) == place(parcels, packages, replaceable)


@settings(max_examples=100, deadline=None)
@given(PARCELS, PACKAGES, REPLACEABLE)
def test_placing_keeps_what_is_there(
    parcels: list[Parcel], packages: list[Package], replaceable: frozenset[str]
) -> None:
    """A live number is written to no second package, and nobody else's number is overwritten."""
    found = place(parcels, packages, replaceable)
    there = {package.package_id: package.tracking_number for package in packages}
    live = {parcel.tracking_number for parcel in parcels}
    for parcel, package_id in found.to_write:
        assert parcel.tracking_number not in there.values()
        assert there[package_id] in {"", *replaceable, *live}
    assert not (found.left_over and "" in set(there.values()) - _written_over(found.to_write, there))


def _written_over(to_write: tuple[tuple[Parcel, int], ...], there: dict[int, str]) -> set[str]:
    """The empty text, if every empty package is being written to."""
    empty = {package_id for package_id, number in there.items() if not number}
    return {""} if empty <= {package_id for _, package_id in to_write} else set()


@settings(max_examples=100, deadline=None)
@given(PARCELS, PACKAGES, REPLACEABLE)
def test_placing_twice_writes_once(parcels: list[Parcel], packages: list[Package], replaceable: frozenset[str]) -> None:
    """After the writes were made the same question has nothing left to write."""
    first = place(parcels, packages, replaceable)
    written = {package_id: parcel.tracking_number for parcel, package_id in first.to_write}
    after = [
        package.model_copy(
            update={
                "tracking_number": written.get(package.package_id, package.tracking_number),
            }
        )
        for package in packages
    ]
    second = place(parcels, after, replaceable)
    assert second.to_write == ()
    assert second.on_packages == first.on_packages


@settings(max_examples=100, deadline=None)
@given(ORDERS, st.frozensets(NUMBERS, max_size=3))
def test_only_live_outgoing_labels_of_our_orders_count(shown: list[dict[str, Any]], cancelled: frozenset[str]) -> None:
    """I4: no number of a cancelled, returning, archived or foreign label gets through; no live one
    is lost.
    """
    orders = [Order.model_validate(order) for order in shown]
    found = {parcel.tracking_number for parcel in live_parcels(orders, cancelled, "7")}
    expected = {
        label["tracking_number"]
        for order in shown
        if order["reference"] == "7" and not order.get("archived") and order.get("type") != "Return"
        for label in order["packages"]
        if label["tracking_number"]
        and label.get("shipment_type") != "Return"
        and label.get("delivery_status") != "Cancelled"
    }
    assert found == expected - cancelled
