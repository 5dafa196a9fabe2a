"""List proof: what Starshipit's lists prove of printed orders, so that these need not be read one by one.

In: rows of the lists `shipped` and `shipments`. Out: orders as a single read would show them, of which every number is
proven to be a live outgoing label; which rows of ours such an order answers for. Wrong: nothing; whatever is not
certain proves nothing and is read by itself.

`shipments` names all numbers of an order, returns and parcels without a label among them; only `shipped` says of a
number that it is outgoing, and whose reference it carries (contract sections 4.4, 4.5). An order is proven when both
lists agree on it and every one of its numbers stands in `shipped`, as an outgoing one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from connector.rules.parcels import same_number
from connector.rules.tracking import is_cancelled, normalise
from connector.rules.write_back import cancelled_numbers, stale_numbers, unwritten
from connector.settings import ShipWhen
from connector.state.rows import OrderRow, State
from connector.vendors.starshipit.models import FoundOrder, Order, Package

_OUTGOING = "outgoing"


def proven(shipped: Iterable[FoundOrder], shipments: Iterable[FoundOrder]) -> dict[int, Order]:
    """The orders both lists prove, by their Starshipit id."""
    flat: dict[int, list[FoundOrder]] = defaultdict(list)
    for row in shipped:
        flat[row.order_id].append(row)
    found = {}
    for row in shipments:
        order = _order(row, flat.get(row.order_id, []))
        if order is not None:
            found[row.order_id] = order
    return found


def is_promising(shipped: Iterable[FoundOrder], starshipit_ids: Collection[int]) -> bool:
    """True when the first list shows any of these orders as outgoing; else the second proves nothing either."""
    return any(row.order_id in starshipit_ids and normalise(row.shipment_type) == _OUTGOING for row in shipped)


def may_be_proven(row: OrderRow) -> bool:
    """True for an order on the straight road: one Starshipit order, ours, no label of it ever cancelled."""
    is_plain = len(row.starshipit_ids) == 1 and not row.linked_to and not row.adopted_by_number
    return is_plain and row.state in (State.HANDED_OVER, State.SHIPPED) and not cancelled_numbers(row)


def answers_for(order: Order, row: OrderRow, ship_when: ShipWhen) -> bool:
    """True when the order is the row's only one, and shows every label Sellercloud lacks."""
    numbers = {package.tracking_number for package in order.packages}
    is_its = row.starshipit_ids == (order.order_id,) and order.reference == str(row.order_id)
    is_whole = order.order_number == (row.order_number or str(row.order_id))
    return is_its and is_whole and unwritten(row, ship_when) <= numbers and not stale_numbers(row)


def _order(row: FoundOrder, flat: Sequence[FoundOrder]) -> Order | None:
    """The order of one row of `shipments`, if the rows of `shipped` vouch for each of its numbers."""
    known = {same_number(each.tracking_number): each for each in flat}
    numbers = [same_number(number) for number in row.tracking_numbers]
    if not numbers or row.unlabelled or known.keys() - set(numbers):
        return None
    if not all(number in known and _is_live(row, known[number]) for number in numbers):
        return None
    if len({(each.reference, each.order_number) for each in flat}) != 1:
        return None
    first = known[numbers[0]]
    shown = {
        "order_id": row.order_id,
        "order_number": first.order_number,
        "reference": first.reference,
        "type": first.shipment_type,
        "carrier_name": first.carrier_name or row.carrier_name,
        "carrier_service_code": first.carrier_service_code or row.carrier_service_code,
        "packages": [_package(known[number]) for number in dict.fromkeys(numbers)],
    }
    return Order.model_validate(shown)


def _is_live(row: FoundOrder, told: FoundOrder) -> bool:
    is_same = told.order_number == row.order_number
    return is_same and normalise(told.shipment_type) == _OUTGOING and not is_cancelled(told.tracking_status)


def _package(told: FoundOrder) -> Package:
    return Package(
        tracking_number=told.tracking_number,
        carrier_service_code=told.carrier_service_code,
        carrier_service_name=told.carrier_service_name,
        delivery_status=told.tracking_status,
        shipment_type=told.shipment_type,
    )
