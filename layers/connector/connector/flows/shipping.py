"""Shipping: the ship calls of several orders, between one fresh read and one read-back.

In: cases, each an order whose lease is held, with its Starshipit orders. Out: the orders that must be looked at
again, with seconds; the rows of the others are shipped, waiting for more labels, or marked for a person. Wrong:
nothing is raised; a 200 is no proof and a 500 no denial, so only the read-back decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from connector.errors import NotFound, Refused
from connector.flows.collect import collect, sort
from connector.flows.sale import LOOK_AGAIN_SECONDS, complete
from connector.flows.sale import PATIENCE_SECONDS as SALE_PATIENCE_SECONDS
from connector.flows.setback import SETBACKS, delay_after
from connector.flows.ship_calls import PATIENCE_SECONDS, Case, not_counted, read_notes, ship
from connector.flows.tools import Tools
from connector.flows.unship import unship
from connector.rules.carriers import CarrierMap
from connector.rules.parcels import same_number
from connector.rules.ship_plan import needs_packages, plan
from connector.rules.write_back import (
    CANCELLED_NUMBER,
    cancelled_numbers,
    is_shipped,
    ours,
    shown_numbers,
    shows,
    waited,
)
from connector.state.rows import OrderRow, State
from connector.vendors.sellercloud.models import Order, Package

LAG_SECONDS = 60
WRITES_BEFORE_A_PERSON = 4
# 500 is Sellercloud's word for almost anything wrong with a request; these say that nobody looked at it.
_UNANSWERED = (None, 408, 502, 503, 504)


def ship_all(tools: Tools, cases: Sequence[Case], carriers: CarrierMap) -> dict[int, float]:
    """Ship every case; the orders to be looked at again, with seconds."""
    for case in cases:
        collect(tools, case)
    before = _read(tools, [case for case in cases if not case.over])
    for case in cases:
        _step(tools, case, lambda c: _write(tools, c, before.get(c.order_id), carriers))
    after = _read(tools, [case for case in cases if not case.over])
    for case in cases:
        _step(tools, case, lambda c: _verify(tools, c, after.get(c.order_id)))
    return {case.order_id: case.again for case in cases if case.again is not None}


def _step(tools: Tools, case: Case, step: Callable[[Case], None]) -> None:
    """One step of one case; a setback makes the case wait and leaves the others alone."""
    if case.over:
        return
    try:
        step(case)
    except SETBACKS as exc:
        case.look_again(delay_after(tools, exc))


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
            case.look_again(delay)
        return {}
    return {order.order_id: order for order in page.orders}


def _write(tools: Tools, case: Case, order: Order | None, carriers: CarrierMap) -> None:
    """Tell Sellercloud what it does not show yet."""
    if order is None:
        _not_listed(tools, case)
        return
    if needs_packages(order, case.parcels):
        case.packages = tools.sellercloud.packages(case.order_id)
    case.shown = shown_numbers(order, case.packages)
    if not _may_take_away(tools, case):
        case.look_again(LOOK_AGAIN_SECONDS)
        return
    if not case.packages and needs_packages(order, case.parcels):
        case.packages = tools.sellercloud.packages(case.order_id)
    if not case.parcels:
        unship(tools, case, order)
    elif not case.reached and not is_shipped(order):
        _not_yet(tools, case)
    else:
        _tell(tools, case, order, carriers)


def _may_take_away(tools: Tools, case: Case) -> bool:
    """False while Sellercloud shows a number of ours that no live label carries, and the sale is not wholly known."""
    if _dead(case) and not case.sale.whole:
        complete(tools, case.sale)
        sort(tools, case)
    is_patient = waited(case.row, case.row.labels, tools.now) < SALE_PATIENCE_SECONDS
    return case.sale.whole or not is_patient or not _dead(case)


def _dead(case: Case) -> frozenset[str]:
    """Numbers of ours that Sellercloud shows and no live label carries."""
    return (case.shown & ours(case.row)) - {same_number(parcel.tracking_number) for parcel in case.parcels}


def _not_yet(tools: Tools, case: Case) -> None:
    """A cancelled label was never written after all, and the live ones have not gone far enough."""
    if tools.now - case.row.wrote_at < LAG_SECONDS:
        case.look_again(LOOK_AGAIN_SECONDS)
    else:
        case.end(tools, lambda row: replace(row, wrote_at=0, attempts=0))


def _tell(tools: Tools, case: Case, order: Order, carriers: CarrierMap) -> None:
    """The ship calls, unless there is nothing to tell or a person has to decide."""
    todo = plan(order, case.packages, case.parcels, case.row, case.gone)
    began = max(case.row.wrote_at, case.row.unshipping)
    if todo.done:
        _shipped(tools, case, "shipped_by_hand" if todo.by_hand else "shipped")
    elif tools.now - began < LAG_SECONDS:
        case.look_again(LOOK_AGAIN_SECONDS)
    elif todo.attention:
        case.end(tools, lambda row: row.needing(todo.attention, tools.now))
    elif case.row.wrote_at and case.row.attempts >= WRITES_BEFORE_A_PERSON:
        _give_up(tools, case, "write_back_not_shown", case.row.vendor_text)
    else:
        ship(tools, case, order, todo, carriers)


def _not_listed(tools: Tools, case: Case) -> None:
    """An order the list left out: in another company by now, unreadable, gone, or only late."""
    try:
        company_id = tools.sellercloud.order(case.order_id).company_id
    except NotFound:
        company_id = None
    moved = company_id not in (None, case.row.company_id)
    if moved:
        tools.ledger.change(case.order_id, lambda row: replace(row, company_id=company_id))
    if moved or waited(case.row, case.row.labels, tools.now) < PATIENCE_SECONDS:
        case.look_again(LOOK_AGAIN_SECONDS)
    else:
        case.end(tools, lambda row: row.needing("not_listed_in_sellercloud", tools.now))


def _verify(tools: Tools, case: Case, order: Order | None) -> None:
    """Done means Sellercloud shows Fully Shipped with these numbers, each on a package or in a note."""
    if case.for_the_note:
        read_notes(tools, case)
    elsewhere = case.noted | set(case.row.written)  # a number seen there before may stand in an older note
    packages: tuple[Package, ...] = ()
    if order is not None and not shows(order, (), case.parcels, elsewhere) and (case.packages or len(case.parcels) > 1):
        packages = tools.sellercloud.packages(case.order_id)
    if order is not None and shows(order, packages, case.parcels, elsewhere):
        case.shown = shown_numbers(order, packages)
        _shipped(tools, case, "shipped")
    elif isinstance(case.failure, Refused):
        _give_up(tools, case, "write_back_refused", case.failure.text)
    else:
        _not_shown(tools, case, shown_numbers(order, packages) if order is not None else frozenset())


def _not_shown(tools: Tools, case: Case, shown: frozenset[str]) -> None:
    """Look again when the write has had time to show; a step forward gives all tries back."""
    failure = case.failure
    if failure is not None and failure.status in _UNANSWERED:
        not_counted(tools, case)
    elif failure is not None:
        case.row = tools.ledger.change(case.order_id, lambda r: replace(r, vendor_text=failure.text)) or case.row
    if shown - case.shown:
        case.row = tools.ledger.change(case.order_id, lambda row: replace(row, attempts=0)) or case.row
    case.look_again(LOOK_AGAIN_SECONDS)


def _shipped(tools: Tools, case: Case, what: str) -> None:
    """The numbers are in Sellercloud; one of a cancelled or redone label that still is needs a person."""
    numbers = {parcel.tracking_number for parcel in case.parcels}

    def shipped(row: OrderRow) -> OrderRow:
        cancelled = cancelled_numbers(row)
        shown = {number for number in (*row.labels, *row.written) if same_number(number) in case.shown}
        dead = {
            number for number in (*row.labels, *row.written) if number in cancelled or same_number(number) in case.gone
        }
        written = tuple(sorted(({*row.written, *numbers} - dead) | shown))
        kept = row if case.sale.unexplained else row.settled()
        kept = row.needing(CANCELLED_NUMBER, tools.now, tracking_numbers=sorted(dead & shown)) if dead & shown else kept
        facts = {"tracking_numbers": sorted(numbers)}
        changes = {"written": written, "attempts": 0, "wrote_at": 0, "unshipping": 0, "due_at": 0, "vendor_text": ""}
        return kept.to(State.SHIPPED, tools.now, what, facts=facts, **changes)

    is_first = case.row.state is not State.SHIPPED
    case.end(tools, shipped)
    tools.telemetry.note("order_shipped", order_id=case.order_id, parcels=len(case.parcels), how=what)
    if is_first and what == "shipped":
        tools.telemetry.count("OrdersShipped")


def _give_up(tools: Tools, case: Case, reason: str, said: str) -> None:
    """A definite refusal, or tries enough: a person is told, in the vendor's words."""
    case.end(tools, lambda row: replace(row, vendor_text=said, attempts=0).needing(reason, tools.now))
    tools.telemetry.count("WriteBackFailed")
