"""Ship plan: what Sellercloud has to be told about one order, after a fresh read.

In: the order as Sellercloud shows it now, its packages, the live parcels, the row. Out: a plan: nothing to do,
shipments to write, or a reason a person must look. Wrong: nothing; a state we do not know is never shipped, and a
number somebody else typed in is never overwritten.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from connector.rules.parcels import Parcel, place, same_number
from connector.rules.write_back import (
    MAY_SHIP,
    cancelled_numbers,
    is_shipped,
    lacking,
    ours,
    shown_numbers,
    status_mark,
)
from connector.state.rows import OrderRow
from connector.vendors.sellercloud.codes import SHIPPING_STATUS
from connector.vendors.sellercloud.models import Order, Package

NOTE_LIMIT = 1000  # Sellercloud names none; its contract advises this (unknown 9)
_NOTE = "Starshipit, further parcels of this order: "


@dataclass(frozen=True)
class Plan:
    """What is to be done in Sellercloud. `writes` pairs parcels with package ids, None meaning the whole order."""

    done: bool = False
    attention: str = ""
    by_hand: bool = False
    writes: tuple[tuple[Parcel, int | None], ...] = ()
    for_the_note: tuple[Parcel, ...] = ()


def needs_packages(order: Order, parcels: Sequence[Parcel]) -> bool:
    """True when numbers have to be placed on packages one by one."""
    shown = shown_numbers(order)
    return bool(lacking(parcels, shown)) and (len(parcels) > 1 or bool(shown) or is_shipped(order))


def plan(
    order: Order,
    packages: Sequence[Package],
    parcels: Sequence[Parcel],
    row: OrderRow,
    gone: Collection[str] = frozenset(),
) -> Plan:
    """What Sellercloud has to be told, after a fresh read. `gone` are numbers of ours that no live label carries."""
    shown = shown_numbers(order, packages)
    free = cancelled_numbers(row) | frozenset(gone)
    missing = lacking(parcels, shown | (set(row.written) - free))
    if is_shipped(order) and not missing:
        moved = _out_of_the_note(packages, parcels, shown, free) if order.status in MAY_SHIP else ()
        return Plan(writes=moved, done=not moved)
    if order.status not in MAY_SHIP:
        return Plan(attention=status_mark(order))
    if is_shipped(order):
        return _added(packages, parcels, missing, shown, row, free)
    if order.shipping_status != SHIPPING_STATUS["Unshipped"]:
        return Plan(attention="partially_shipped_in_sellercloud")
    if {same_number(number) for number in row.written} - {same_number(number) for number in free}:
        return Plan(attention="unshipped_in_sellercloud")
    if not packages:
        return Plan(writes=((parcels[0], None),), for_the_note=tuple(parcels[1:]))
    placed = place(parcels, packages, free)
    if not placed.on_packages:
        return Plan(attention="packages_hold_other_numbers")
    # The order is unshipped: a number that stands on a package is written too, for only a ship call ships.
    return Plan(writes=placed.on_packages, for_the_note=placed.left_over)


def _added(
    packages: Sequence[Package],
    parcels: Sequence[Parcel],
    missing: Sequence[Parcel],
    shown: Collection[str],
    row: OrderRow,
    free: Collection[str],
) -> Plan:
    """The order is shipped and numbers are missing: add them, unless a person shipped it with numbers of their own.

    A number of ours whose label was cancelled or redone makes room for a new one.
    """
    known = ours(row) | {same_number(parcel.tracking_number) for parcel in parcels}
    if shown and not known & set(shown):
        return Plan(done=True, by_hand=True)
    wanted = {parcel.tracking_number for parcel in missing}
    elsewhere = lacking(parcels, {*shown, *wanted})  # they stand in a note
    placed = place([parcel for parcel in parcels if parcel not in elsewhere], packages, free)
    writes = tuple((p, package) for p, package in placed.to_write if p.tracking_number in wanted)
    left = tuple(p for p in placed.left_over if p.tracking_number in wanted)
    return Plan(writes=writes, for_the_note=left)


def _out_of_the_note(
    packages: Sequence[Package], parcels: Sequence[Parcel], shown: Collection[str], free: Collection[str]
) -> tuple[tuple[Parcel, int], ...]:
    """Live numbers that stand in a note alone, and now take the places of dead ones."""
    gone = {same_number(number) for number in free} & {same_number(package.tracking_number) for package in packages}
    dead = {package.package_id for package in packages if same_number(package.tracking_number) in gone}
    noted = lacking(parcels, shown)
    placed = place(parcels, packages, free).to_write if dead else ()
    return tuple((parcel, package_id) for parcel, package_id in placed if parcel in noted and package_id in dead)


def note_text(parcels: Sequence[Parcel]) -> str:
    """The order note for parcels without a package of their own: with carriers if there is room, never cut."""
    full = _NOTE + ", ".join(f"{p.tracking_number} ({p.carrier})" for p in parcels)
    return full if len(full) <= NOTE_LIMIT else _NOTE + ", ".join(p.tracking_number for p in parcels)
