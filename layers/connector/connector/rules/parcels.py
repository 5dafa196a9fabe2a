"""Which parcels an order went out in, and on which Sellercloud package each number belongs.

In: every Starshipit order of one sale (redo, clone and split make several), the numbers known to be
cancelled, the packages Sellercloud has. Out: live parcels in a fixed order, how many labels are
still to come, a placement. Wrong: nothing is raised; an order whose reference is not ours, that is
archived, or that is not outgoing counts for nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from connector.rules.tracking import further, is_cancelled, normalise
from connector.vendors.sellercloud import models as sellercloud
from connector.vendors.starshipit import models as starshipit

_OUTGOING = frozenset({"", "outgoing"})
"""Starshipit leaves empty fields out; only what says Return or Transfer is one."""


@dataclass(frozen=True)
class Parcel:
    """A live outgoing label. Carrier and service are Starshipit's words; the status is the furthest
    one shown. The first parcel of a Starshipit order carries what the carrier charges for all of it.
    """

    tracking_number: str
    carrier: str
    service: str
    delivery_status: str
    service_code: str = ""
    cost: Decimal | None = None


@dataclass(frozen=True)
class Placement:
    """Where each parcel goes. `on_packages` includes those that are there already, `to_write` does
    not.
    """

    on_packages: tuple[tuple[Parcel, int], ...]
    left_over: tuple[Parcel, ...]
    to_write: tuple[tuple[Parcel, int], ...]


def live_orders(orders: Iterable[starshipit.Order], our_reference: str) -> tuple[starshipit.Order, ...]:
    """Outgoing orders of our reference, neither archived nor cancelled, oldest first, each once."""
    ours = {
        order.order_id: order
        for order in orders
        if order.reference == our_reference
        and not order.archived
        and not is_cancelled(order.status)
        and normalise(order.order_type) in _OUTGOING
    }
    return tuple(ours[order_id] for order_id in sorted(ours))


def live_parcels(
    orders: Iterable[starshipit.Order], known_cancelled: Collection[str], our_reference: str
) -> tuple[Parcel, ...]:
    """Every outgoing label with a number that was not cancelled, each number once, in a fixed
    order.
    """
    cancelled = {same_number(number) for number in known_cancelled}
    found: dict[str, Parcel] = {}
    for order in live_orders(orders, our_reference):
        cost = order.shipping_cost if order.shipping_cost and order.shipping_cost > 0 else None
        for package in _outgoing(order):
            number = same_number(package.tracking_number)
            if number and number not in cancelled and not is_cancelled(package.delivery_status) and number not in found:
                found[number] = replace(_parcel(order, package), cost=cost)
                cost = None
    return tuple(found.values())


def waiting_for(orders: Iterable[starshipit.Order], our_reference: str, *, first_is_enough: bool = False) -> int:
    """How many outgoing parcels have no label yet; an order that shows no parcel at all counts as
    one. With `first_is_enough` nobody waits for the orders of a sale that have no label at all, once
    another one has all of its labels.
    """
    live = live_orders(orders, our_reference)
    bare = {order.order_id: _bare(order) for order in live}
    if first_is_enough and any(not missing for missing in bare.values()):
        return sum(bare[order.order_id] for order in live if any(p.tracking_number for p in _outgoing(order)))
    return sum(bare.values())


def _bare(order: starshipit.Order) -> int:
    return sum(not package.tracking_number for package in _outgoing(order)) + (not order.packages)


def place(
    parcels: Sequence[Parcel],
    packages: Sequence[sellercloud.Package],
    replaceable: Collection[str] = frozenset(),
) -> Placement:
    """Put every parcel on a package of its own, package ids ascending.

    A parcel that is on a package stays there. Free are packages without a number and those whose
    number is in `replaceable` (ours once, now cancelled or redone); any other number was entered by
    someone else and is left alone.
    """
    wanted = {same_number(parcel.tracking_number): parcel for parcel in reversed(parcels)}
    gone = {same_number(number) for number in replaceable} - wanted.keys()
    there: dict[str, int] = {}
    free: list[int] = []
    for package in sorted(packages, key=lambda package: package.package_id):
        number = same_number(package.tracking_number)
        if number in wanted and number not in there:
            there[number] = package.package_id
        elif not number or number in gone or number in wanted:
            free.append(package.package_id)
    missing = [p for p in _once(parcels) if same_number(p.tracking_number) not in there]
    to_write = tuple(zip(missing, free, strict=False))
    kept = tuple((wanted[number], package_id) for number, package_id in there.items())
    on_packages = tuple(sorted(kept + to_write, key=lambda placed: placed[1]))
    return Placement(on_packages, tuple(missing[len(to_write) :]), to_write)


def _outgoing(order: starshipit.Order) -> tuple[starshipit.Package, ...]:
    return tuple(p for p in order.packages if normalise(p.shipment_type) in _OUTGOING)


def _parcel(order: starshipit.Order, package: starshipit.Package) -> Parcel:
    """A number exists from printing on; the order's own status and its manifest say how far it is
    at least.
    """
    status = "Printed"
    for shown in (order.status, "Dispatched" if order.manifested else "", package.delivery_status):
        status = further(status, shown)
    code = package.carrier_service_code or order.carrier_service_code
    return Parcel(package.tracking_number, order.carrier_name, package.carrier_service_name, status, code)


def _once(parcels: Sequence[Parcel]) -> list[Parcel]:
    return list({same_number(parcel.tracking_number): parcel for parcel in parcels}.values())


def same_number(number: str) -> str:
    """Tracking numbers are one number whatever their case and blanks."""
    return "".join(number.split()).casefold()
