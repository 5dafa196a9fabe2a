"""Which labels count, what is still to come, which package gets which number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.rules.parcels import Parcel, live_parcels, place, waiting_for
from connector.vendors.sellercloud.models import Package
from connector.vendors.starshipit import models as starshipit
from tests.unit.rules.build import parcel_order

OURS = "1045872"


def numbers(*orders: Any, cancelled: frozenset[str] = frozenset()) -> list[str]:
    """The live tracking numbers of these orders."""
    return [parcel.tracking_number for parcel in live_parcels(orders, cancelled, OURS)]


def parcels(*tracking_numbers: str) -> list[Parcel]:
    """Printed parcels with these numbers."""
    return [Parcel(number, "Australia Post", "Parcel Post", "Printed") for number in tracking_numbers]


def packages(**numbers_by_id: str) -> list[Package]:
    """Sellercloud packages p7="33A": id 7 with that number."""
    return [
        Package.model_validate({"ID": name[1:], "TrackingNumber": number}) for name, number in numbers_by_id.items()
    ]


def test_every_outgoing_label_once_oldest_order_first() -> None:
    """Split, cloned and repeated orders give their labels in an order that never changes."""
    first = parcel_order(1, {"tracking_number": "33A"}, {"tracking_number": "33B"})
    second = parcel_order(2, {"tracking_number": "33b "}, {"tracking_number": "33C"})
    assert numbers(second, first, second) == ["33A", "33B", "33C"]


@pytest.mark.parametrize(
    "changes",
    [
        {"archived": True},
        {"reference": "999"},
        {"reference": ""},
        {"type": "Return"},
        {"shipment_type": "Transfer"},
        {"status": "Cancelled"},
    ],
)
def test_labels_of_other_orders_do_not_count(changes: dict[str, Any]) -> None:
    """Archived, foreign, returning and cancelled orders ship nothing."""
    other = parcel_order(2, {"tracking_number": "33B"}, {}, **changes)
    assert numbers(other, parcel_order(1, {"tracking_number": "33A"})) == ["33A"]
    assert waiting_for([other], OURS) == 0


def test_return_and_cancelled_labels_do_not_count() -> None:
    """Whether Starshipit says so or a webhook said it before."""
    order = parcel_order(
        1,
        {"tracking_number": "33A"},
        {"tracking_number": "33R", "shipment_type": "Return"},
        {"tracking_number": "33C", "delivery_status": "Cancelled"},
        {"tracking_number": "33D"},
    )
    assert numbers(order, cancelled=frozenset({"33d"})) == ["33A"]


def test_what_a_parcel_shows() -> None:
    """Carrier and service as Starshipit names them, the code of the order if the label has none."""
    order = parcel_order(
        1,
        {"tracking_number": "33A", "carrier_service_name": "Parcel Post"},
        carrier_service_code="7D55",
    )
    assert live_parcels([order], (), OURS) == (Parcel("33A", "Australia Post", "Parcel Post", "Printed", "7D55"),)


@pytest.mark.parametrize(
    ("order_status", "manifested", "package_status", "expected"),
    [
        ("Unshipped", False, "", "Printed"),
        ("Printed", False, "Teleported", "Printed"),
        ("Printed", True, "Printed", "Dispatched"),
        ("Shipped", False, "Printed", "Shipped"),
        ("Shipped", True, "In Transit", "In Transit"),
        ("Printed", False, "Delivered", "Delivered"),
    ],
)
def test_a_parcel_is_as_far_as_anything_says(
    order_status: str, manifested: bool, package_status: str, expected: str
) -> None:
    """A number means printed, a manifest dispatched; a label's own status may be further."""
    order = parcel_order(
        1,
        {"tracking_number": "33A", "delivery_status": package_status},
        status=order_status,
        manifested=manifested,
    )
    assert live_parcels([order], (), OURS)[0].delivery_status == expected


def test_labels_still_to_come() -> None:
    """Unprinted parcels count one each, an order that shows none counts once."""
    half = parcel_order(1, {"tracking_number": "33A"}, {}, {"shipment_type": "Return"})
    assert waiting_for([half, half], OURS) == 1
    assert waiting_for([half, parcel_order(2)], OURS) == 2
    assert waiting_for([], OURS) == 0


def test_parcels_go_on_free_packages_by_id() -> None:
    """The lowest package id gets the first parcel."""
    first, second = parcels("33A", "33B")
    found = place([first, second], packages(p9="", p7=""))
    assert found.on_packages == found.to_write == ((first, 7), (second, 9))
    assert found.left_over == ()


def test_a_parcel_stays_where_it_is() -> None:
    """What is written is not moved, and the other parcel fills the gap."""
    first, second = parcels("33A", "33B")
    found = place([first, second], packages(p7="", p9="33a"))
    assert found.on_packages == ((second, 7), (first, 9))
    assert found.to_write == ((second, 7),)


def test_more_parcels_than_packages() -> None:
    """What cannot be placed is named, for the order note."""
    first, second = parcels("33A", "33B")
    assert place([first, second], packages(p7="")).left_over == (second,)


def test_a_number_someone_entered_is_left_alone() -> None:
    """Only numbers of our own that went out of use are replaced."""
    (new,) = parcels("33N")
    assert place([new], packages(p7="33OLD")).left_over == (new,)
    assert place([new], packages(p7="33OLD"), {"33old"}).to_write == ((new, 7),)


def test_a_live_number_is_not_replaced_by_mistake() -> None:
    """A number that is live again is live, whatever was known before."""
    (again,) = parcels("33A")
    found = place([again], packages(p7="33A"), {"33A"})
    assert (found.on_packages, found.to_write) == (((again, 7),), ())


def test_a_doubled_number_makes_room() -> None:
    """The same number on two packages is right on the first and free to replace on the second."""
    first, second = parcels("33A", "33B")
    found = place([first, second], packages(p7="33A", p9="33A"))
    assert found.to_write == ((second, 9),)


def part(order_id: int, *numbers: str) -> starshipit.Order:
    """A part of a split order, with a parcel for each number; an empty one is not printed."""
    packages = [{"tracking_number": number} for number in numbers]
    return starshipit.Order.model_validate({"order_id": order_id, "reference": "7", "packages": packages})


@pytest.mark.parametrize(
    ("parts", "all_of_them", "first_is_enough"),
    [
        ([("A",), ("",)], 1, 0),
        ([("A",), ()], 1, 0),
        ([("A", ""), ("",)], 2, 2),
        ([("A", ""), ("B",), ("",)], 2, 1),
        ([("A",), ("B",)], 0, 0),
        ([("",), ("",)], 2, 2),
    ],
)
def test_how_many_labels_a_split_order_waits_for(
    parts: list[tuple[str, ...]], all_of_them: int, first_is_enough: int
) -> None:
    """All parts, or, where that is set, only those that were begun once one of them is complete."""
    orders = [part(number, *labels) for number, labels in enumerate(parts, 1)]
    assert waiting_for(orders, "7") == all_of_them
    assert waiting_for(orders, "7", first_is_enough=True) == first_is_enough


def test_the_freight_of_an_order_stands_with_its_first_live_parcel() -> None:
    """One price for all parcels of a Starshipit order: written once, and nothing where none is known."""
    two = part(1, "A", "B").model_copy(update={"shipping_cost": Decimal("11.85")})
    free = part(2, "C").model_copy(update={"shipping_cost": Decimal(0)})
    costs = {parcel.tracking_number: parcel.cost for parcel in live_parcels([two, free], {"A"}, "7")}
    assert costs == {"B": Decimal("11.85"), "C": None}
