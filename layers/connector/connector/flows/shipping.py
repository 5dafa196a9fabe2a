"""Shipping: the ship calls of several orders, between one fresh read and one read-back.

In: cases, each an order whose lease is held, with its Starshipit orders. Out: the orders that must be looked at
again, with seconds; the rows of the others are shipped, waiting for more labels, or marked for a person. Wrong:
nothing is raised; a 200 is no proof and a 500 no denial, so only the read-back decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from connector.errors import OutcomeUnknown, Refused
from connector.flows.setback import SETBACKS, delay_after
from connector.flows.tools import Tools
from connector.rules.carriers import CarrierMap
from connector.rules.parcels import Parcel, live_parcels, waiting_for
from connector.rules.ship_date import clamp
from connector.rules.write_back import Plan, has_reached, needs_packages, plan, printed_at, shows
from connector.state.rows import OrderRow, State
from connector.vendors.sellercloud.models import Order, Package, Shipment
from connector.vendors.starshipit.models import Order as StarshipitOrder

LAG_SECONDS = 60
LOOK_AGAIN_SECONDS = 15.0
WRITES_BEFORE_A_PERSON = 4
NOTE_LIMIT = 1000


@dataclass
class Case:
    """One order to be shipped. `noted` are numbers that stand in an order note."""

    row: OrderRow
    orders: Sequence[StarshipitOrder]
    cancelled: frozenset[str]
    parcels: tuple[Parcel, ...] = ()
    packages: tuple[Package, ...] = ()
    noted: set[str] = field(default_factory=set)
    said: str = ""
    refused: bool = False
    again: float | None = None
    over: bool = False

    @property
    def order_id(self) -> int:
        """The Sellercloud order."""
        return self.row.order_id

    @property
    def reference(self) -> str:
        """What the Starshipit orders carry: our id, or another connector's reference for an order matched by number."""
        return self.orders[0].reference if self.row.adopted_by_number else str(self.order_id)


def ship_all(tools: Tools, cases: Sequence[Case]) -> dict[int, float]:
    """Ship every case; the orders to be looked at again, with seconds."""
    for case in cases:
        _collect(tools, case)
    open_cases = [case for case in cases if not case.over]
    before = _read(tools, open_cases)
    written = [case for case in open_cases if _step(tools, case, lambda c: _write(tools, c, before))]
    after = _read(tools, [case for case in written if not case.over])
    for case in written:
        if not case.over:
            _step(tools, case, lambda c: _verify(tools, c, after))
    return {case.order_id: case.again for case in cases if case.again is not None}


def _step(tools: Tools, case: Case, step: Callable[[Case], None]) -> bool:
    """One step of one case; a setback makes the case wait and leaves the others alone."""
    try:
        step(case)
    except SETBACKS as exc:
        case.over, case.again = True, delay_after(tools, exc)
    return not case.over


def _collect(tools: Tools, case: Case) -> None:
    """All live parcels of the order, or the reason why it is not their time yet."""
    case.parcels = live_parcels(case.orders, case.cancelled, case.reference)
    waiting = waiting_for(case.orders, case.reference)
    ship_when = tools.settings.ship_when
    if not case.parcels:
        _end(tools, case, lambda row: row.noting(tools.now, "label_not_live"))
    elif waiting:
        _end(tools, case, lambda row: row.noting(tools.now, "waiting_for_labels", missing=waiting))
    elif not has_reached(case.parcels, case.row, ship_when):
        case.over = True


def _read(tools: Tools, cases: Sequence[Case]) -> dict[int, Order]:
    """The orders as Sellercloud shows them now, in one call."""
    if not cases:
        return {}
    companies = sorted({case.row.company_id for case in cases if case.row.company_id is not None})
    try:
        page = tools.sellercloud.orders_by_id([case.order_id for case in cases], companies)
    except SETBACKS as exc:
        delay = delay_after(tools, exc)
        for case in cases:
            case.over, case.again = True, delay
        return {}
    return {order.order_id: order for order in page.orders}


def _write(tools: Tools, case: Case, orders: dict[int, Order]) -> None:
    """Tell Sellercloud what it does not show yet."""
    order = orders.get(case.order_id)
    if order is None:
        _try_again(tools, case, "not_listed_in_sellercloud")
        return
    if needs_packages(order, case.parcels):
        case.packages = tools.sellercloud.packages(case.order_id)
    todo = plan(order, case.packages, case.parcels, case.row)
    if todo.done:
        _shipped(tools, case, "shipped_by_hand" if todo.by_hand else "shipped")
    elif todo.attention:
        _end(tools, case, lambda row: row.needing(todo.attention, tools.now))
    elif tools.now - case.row.wrote_at < LAG_SECONDS:
        case.over, case.again = True, LOOK_AGAIN_SECONDS
    else:
        _ship(tools, case, order, todo)


def _ship(tools: Tools, case: Case, order: Order, todo: Plan) -> None:
    """The ship calls of one order, then its note. Whatever they answer, the read-back decides."""
    case.row = tools.ledger.save(replace(case.row, wrote_at=tools.now, attempts=case.row.attempts + 1))
    try:
        for parcel, package_id in todo.writes:
            shipment = _shipment(tools, case, order, parcel, package_id)
            write = tools.sellercloud.ship_order if package_id is None else tools.sellercloud.ship_package
            write(shipment)
        _note(tools, case, todo.for_the_note)
    except (OutcomeUnknown, Refused) as exc:
        case.said, case.refused = exc.text, isinstance(exc, Refused)
        tools.telemetry.note("write_back_answered", order_id=case.order_id, error=str(exc))


def _shipment(tools: Tools, case: Case, order: Order, parcel: Parcel, package_id: int | None) -> Shipment:
    carriers = CarrierMap.parse(tools.settings.carrier_map)
    label = case.row.labels.get(parcel.tracking_number)
    name = parcel.carrier or (label.carrier if label else "")
    code = parcel.service_code or (label.service if label else "")
    carrier, service = carriers.translate(name, parcel.service, code)
    wished = printed_at(case.row, [each.tracking_number for each in case.parcels])
    return Shipment(
        order_id=case.order_id,
        carrier=carrier,
        service=service,
        tracking_number=parcel.tracking_number,
        ship_date=clamp(wished, tools.clock.now(), order.created_at, tools.settings.tenant_time_zone),
        package_id=package_id,
    )


def _note(tools: Tools, case: Case, parcels: Sequence[Parcel]) -> None:
    """Numbers without a package of their own go into one note; numbers that stand in a note are not noted again."""
    if not parcels:
        return
    written = "\n".join(note.text for note in tools.sellercloud.notes(case.order_id))
    missing = [p for p in parcels if p.tracking_number not in written]
    if missing:
        lines = ", ".join(f"{p.tracking_number} ({p.carrier})" for p in missing)
        tools.sellercloud.add_note(case.order_id, f"Starshipit, further parcels of this order: {lines}"[:NOTE_LIMIT])
    case.noted |= {parcel.tracking_number for parcel in parcels}


def _verify(tools: Tools, case: Case, orders: dict[int, Order]) -> None:
    """Done means Sellercloud shows Fully Shipped with these numbers."""
    order = orders.get(case.order_id)
    if order is not None and not shows(order, (), case.parcels, case.noted) and len(case.parcels) > 1:
        case.packages = tools.sellercloud.packages(case.order_id)
    if order is not None and shows(order, case.packages, case.parcels, case.noted):
        _shipped(tools, case, "shipped")
    else:
        _try_again(tools, case, "write_back_not_shown")


def _shipped(tools: Tools, case: Case, what: str) -> None:
    numbers = tuple(sorted({*case.row.written, *(p.tracking_number for p in case.parcels)}))

    def shipped(row: OrderRow) -> OrderRow:
        facts = {"tracking_numbers": list(numbers)}
        moved = row.settled().to(State.SHIPPED, tools.now, what, facts=facts, written=numbers, attempts=0, due_at=0)
        return replace(moved, vendor_text="")

    _end(tools, case, shipped)
    tools.telemetry.count("OrdersShipped")
    tools.telemetry.note("order_shipped", order_id=case.order_id, parcels=len(case.parcels))


def _try_again(tools: Tools, case: Case, reason: str) -> None:
    """Look again a little later; after some tries, or a definite refusal, a person is told in the vendor's words."""
    if case.refused or case.row.attempts >= WRITES_BEFORE_A_PERSON:
        said = case.said
        _end(tools, case, lambda row: replace(row, vendor_text=said, attempts=0).needing(reason, tools.now))
        tools.telemetry.count("WriteBackFailed")
        return
    case.over, case.again = True, LOOK_AGAIN_SECONDS


def _end(tools: Tools, case: Case, how: Callable[[OrderRow], OrderRow | None]) -> None:
    """Store what became of the case; its messages are done."""
    case.row = tools.ledger.change(case.order_id, how) or case.row
    case.over = True
