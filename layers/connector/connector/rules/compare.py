"""Three ways: an order as Sellercloud has it now, as we last sent it, and as Starshipit shows it.

In: the row, the order now, fingerprints (`rules.fingerprints`). Out: what has to be looked at at all; which fields are
sent; or why a person decides. Wrong: nothing; a status that is not explicit changes nothing.

    Sellercloud ≠ sent   Starshipit ≠ there   then
    no                   either               nothing: the warehouse may correct what it likes
    yes                  no                   send it
    yes                  yes, and it shows    nothing is left to send
                         what we would send
    yes                  yes                  a person decides: it was edited on both sides

`there` is what Starshipit showed after our last send, in its own spelling; unknown, it is taken to be what we sent. A
value in `sent` that begins with `?` was sent and never seen to have arrived.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from connector.rules.fingerprints import (
    DESTINATION,
    ONE,
    QUANTITY,
    Fingerprints,
    as_one,
    is_line,
    products,
    units,
)
from connector.rules.tracking import is_cancelled, normalise
from connector.state.rows import OrderRow, State
from connector.vendors.sellercloud.codes import ORDER_STATUS, SHIPPING_STATUS
from connector.vendors.sellercloud.models import Order
from connector.vendors.starshipit.models import Order as StarshipitOrder

ON_BOTH_SIDES = "edited_on_both_sides"
AFTER_PRINTING = "edited_after_printing"
AFTER_SPLIT = "edited_after_split"
SPLIT_IN_SELLERCLOUD = "split_in_sellercloud"
CANNOT_BE_SENT = "edit_cannot_be_sent"
NOT_APPLIED = "edit_not_applied"
OTHER_GOODS = "order_holds_other_goods"
NOT_REMOVED = "not_removed_from_starshipit"
REMOVED_IN_PART = "removed_in_part"
STILL_IN_STARSHIPIT = "shipped_by_hand_still_in_starshipit"
VANISHED = "vanished_from_starshipit"
ARCHIVED = "archived_in_starshipit"
_EDITS = frozenset({ON_BOTH_SIDES, AFTER_PRINTING, AFTER_SPLIT, SPLIT_IN_SELLERCLOUD, CANNOT_BE_SENT, NOT_APPLIED})
_STOPS = ("Cancelled", "OnHold", "ProblemOrder", "Void")
_STOPPED = {ORDER_STATUS[name] for name in _STOPS}
MARKS = frozenset({*_EDITS, OTHER_GOODS, NOT_REMOVED, *(f"order_is_{name.lower()}" for name in _STOPS)})
"""The marks that comparing sets, and takes away again when their cause is gone."""
_UNPRINTED = frozenset({"", "unshipped", "saved", "new"})
# Not every answer shows these; what is not shown was not changed.
_NOT_ALWAYS_SHOWN = frozenset({"signature_required", "currency"})
_NEVER_SEEN = "?"
_OUTGOING = frozenset({"", "outgoing"})


class Todo(StrEnum):
    """What an order asks for."""

    NOTHING = "nothing"
    REMEMBER = "remember"  # what was sent is not known yet, and nothing has changed: it is what would be sent now
    SHIPPED = "shipped"
    WITHDRAW = "withdraw"
    EDITED = "edited"


def todo(row: OrderRow, order: Order, revision: str, allowed: Collection[int]) -> Todo:
    """What the order asks for now; `allowed` are the order statuses that may be sent."""
    if row.state is not State.HANDED_OVER:
        return Todo.NOTHING
    same = row.revision.partition(".")[0] == revision
    if same and row.attention in (VANISHED, ARCHIVED):
        return Todo.NOTHING
    if order.shipping_status == SHIPPING_STATUS["FullyShipped"]:
        return Todo.NOTHING if row.wrote_at or row.unshipping else Todo.SHIPPED
    if row.removing or is_stopped(order, allowed):
        return Todo.NOTHING if same and not (row.removing or row.attention) else Todo.WITHDRAW
    if order.status not in allowed and order.status not in (ORDER_STATUS["InProcess"], ORDER_STATUS["Completed"]):
        return Todo.NOTHING
    if same and row.attention not in MARKS and not is_pending(row):
        return Todo.NOTHING if row.sent else Todo.REMEMBER
    return Todo.EDITED


def in_vain(revision: str) -> str:
    """The revision of a row whose edit Starshipit did not take: it is sent again when the order or the mark changes."""
    return f"{revision}!"


def is_stopped(order: Order, allowed: Collection[int]) -> bool:
    """True when Sellercloud says explicitly that the order must not go."""
    return order.status in _STOPPED and order.status not in allowed


def is_printed(order: StarshipitOrder) -> bool:
    """True when a label of it may exist; a status that is not known counts as printed."""
    live = (p for p in order.packages if p.tracking_number and not is_cancelled(p.delivery_status))
    return order.status.casefold() not in _UNPRINTED or order.manifested or any(live)


def may_travel(order: StarshipitOrder) -> bool:
    """True when it has a label that was not cancelled: it may be on a parcel, even of an archived order."""
    labels = (p for p in order.packages if p.tracking_number and normalise(p.shipment_type) in _OUTGOING)
    return normalise(order.order_type) in _OUTGOING and any(not is_cancelled(p.delivery_status) for p in labels)


@dataclass(frozen=True)
class Sides:
    """The three sides of an order, and what Starshipit showed before, with their products named alike."""

    desired: Fingerprints
    sent: Fingerprints
    shown: Fingerprints
    there: Fingerprints


def sides(desired: Fingerprints, row: OrderRow, shown: Fingerprints) -> Sides:
    """The sides of an order; where Starshipit names a product otherwise than we do, all lines are taken as one."""
    arrived = {field: value for field, value in row.sent.items() if not value.startswith(_NEVER_SEEN)}
    there = row.there or settled(row.sent)
    found = Sides(desired, row.sent, shown, there)
    if products(arrived) <= products(there) and ONE not in products(row.sent) | products(there):
        return found
    return Sides(*map(as_one, (desired, row.sent if ONE in products(row.sent) else settled(row.sent), shown, there)))


@dataclass(frozen=True)
class Difference:
    """Fields that Sellercloud changed: to be sent, there already, or changed in Starshipit as well."""

    to_send: frozenset[str] = frozenset()
    already: frozenset[str] = frozenset()
    both: frozenset[str] = frozenset()
    strange: bool = False
    """Starshipit shows products that are neither ours nor were there before."""

    @property
    def open(self) -> frozenset[str]:
        """What Starshipit does not show yet."""
        return self.to_send | self.both


def difference(of: Sides) -> Difference:
    """Compare three ways, field by field."""
    changed = {field for field in of.desired.keys() | of.sent.keys() if of.desired.get(field) != of.sent.get(field)}
    unshown = _NOT_ALWAYS_SHOWN - of.shown.keys()
    already = {field for field in changed - unshown if of.desired.get(field) == of.shown.get(field)}
    both = {
        field
        for field in changed - already - unshown
        if of.shown.get(field) not in {of.there.get(field), _arriving(of.sent.get(field))}
    }
    ours = products(of.there) | products(of.desired) | products(of.sent)
    to_send = frozenset(changed - already - both)
    return Difference(to_send, frozenset(already), frozenset(both), strange=bool(products(of.shown) - ours))


def decide(found: Difference, *, printed: bool, several: bool) -> str:
    """The mark for a person, or empty: what is to be sent may be."""
    matters = any(map(_matters, found.open))
    if printed:
        return AFTER_PRINTING if matters else ""
    if several or (found.strange and any(map(is_line, found.open))):
        return AFTER_SPLIT if matters else ""
    return ON_BOTH_SIDES if found.both else ""


def shrank(desired: Fingerprints, shown: Fingerprints, fields: Iterable[str]) -> bool:
    """True when less is wanted of some product than Starshipit has."""
    quantities = [field for field in fields if field.startswith(QUANTITY)]
    return any(units(desired.get(field, "")) < units(shown.get(field, "")) for field in quantities)


def holds_other_goods(row: OrderRow, desired: Fingerprints, shown: Fingerprints) -> bool:
    """True when Starshipit's orders hold more than the order's own goods: merged, or something was added."""
    ours = [desired, settled(row.sent), row.there]
    known = frozenset().union(*map(products, ours))
    if not products(shown) & known:  # put there by another connector, under names of its own
        return False
    return any(
        units(shown[QUANTITY + product]) > max(units(each.get(QUANTITY + product, "")) for each in ours)
        for product in products(shown)
    )


def pending(sent: Fingerprints, desired: Fingerprints, fields: Iterable[str]) -> dict[str, str]:
    """`sent` while a change is on its way: what becomes of these fields is not known until it is seen."""
    return {**sent, **{field: _NEVER_SEEN + desired.get(field, "") for field in fields}}


def is_pending(row: OrderRow) -> bool:
    """True when a change was sent and never seen to have arrived."""
    return any(value.startswith(_NEVER_SEEN) for value in row.sent.values())


def settled(sent: Fingerprints) -> dict[str, str]:
    """`sent` as it is once everything has arrived."""
    found = {field: value.removeprefix(_NEVER_SEEN) for field, value in sent.items()}
    return {field: value for field, value in found.items() if value}


def updated(known: Fingerprints, newer: Fingerprints, fields: Iterable[str]) -> dict[str, str]:
    """`known` with these fields as they are in `newer`; what is empty there is left out."""
    fields = set(fields)
    kept = {field: value for field, value in known.items() if field not in fields}
    return {**kept, **{field: newer[field] for field in fields if field in newer}}


def not_taken(
    fields: Iterable[str], desired: Fingerprints, before: Fingerprints, after: Fingerprints
) -> frozenset[str]:
    """The fields that matter and stand as they stood before, although they were sent."""
    lines_moved = _line_fields(before) != _line_fields(after)
    return frozenset(
        field
        for field in fields
        if _matters(field)
        and after.get(field) != desired.get(field)
        and after.get(field) == before.get(field)
        and not (is_line(field) and lines_moved)
    )


def named(fields: Iterable[str]) -> list[str]:
    """The fields in a person's words, all lines together."""
    return sorted({"lines" if is_line(field) else field for field in fields})


def in_several(orders: Sequence[StarshipitOrder], row: OrderRow) -> bool:
    """True when the sale lies in several Starshipit orders, or in a part of a split one."""
    number = row.order_number.strip().casefold()
    return len(orders) > 1 or any(order.order_number.strip().casefold() != number for order in orders)


def group(field: str) -> str:
    """What Starshipit replaces together: the destination, the lines, or one field by itself."""
    return "lines" if is_line(field) else "destination" if field in DESTINATION else field


def _matters(field: str) -> bool:
    """Whether the parcel, or where it goes, is another."""
    return field in DESTINATION or field.startswith(QUANTITY)


def _arriving(sent: str | None) -> str | None:
    """What Starshipit shows if a change of unknown outcome has arrived."""
    if sent is None or not sent.startswith(_NEVER_SEEN):
        return _NEVER_SEEN  # nothing shows this
    return sent.removeprefix(_NEVER_SEEN) or None


def _line_fields(found: Fingerprints) -> dict[str, str]:
    return {field: value for field, value in found.items() if is_line(field)}
