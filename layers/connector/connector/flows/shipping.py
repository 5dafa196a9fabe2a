"""Shipping: the ship calls of several orders, between one fresh read and one read-back.

In: cases, each an order whose lease is held, with its Starshipit orders. Out: the orders that must be looked at
again, with seconds; the rows of the others are shipped, waiting for more labels, or marked for a person. Wrong:
nothing is raised; a 200 is no proof and a 500 no denial, so only the read-back decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from connector.errors import NotFound, Refused
from connector.flows.setback import SETBACKS, delay_after
from connector.flows.ship_calls import PATIENCE_SECONDS, Case, not_counted, read_notes, ship
from connector.flows.tools import Tools
from connector.rules.carriers import CarrierMap
from connector.rules.parcels import live_parcels, same_number, waiting_for
from connector.rules.write_back import (
    LABEL_CANCELLED_AFTER_SHIPPING,
    cancelled_numbers,
    has_reached,
    lacking,
    needs_packages,
    plan,
    shown_numbers,
    shows,
    waited,
)
from connector.state.rows import OrderRow, State
from connector.vendors.sellercloud.models import Order

LAG_SECONDS = 60
LOOK_AGAIN_SECONDS = 15.0
WRITES_BEFORE_A_PERSON = 4
# 500 is Sellercloud's word for almost anything wrong with a request; these say that nobody looked at it.
_UNANSWERED = (None, 408, 502, 503, 504)


def ship_all(tools: Tools, cases: Sequence[Case], carriers: CarrierMap) -> dict[int, float]:
    """Ship every case; the orders to be looked at again, with seconds."""
    for case in cases:
        _collect(tools, case)
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
        _look_again(case, delay_after(tools, exc))


def _collect(tools: Tools, case: Case) -> None:
    """All live parcels of the order, or the reason why it is not their time yet."""
    case.parcels = live_parcels(case.orders, case.cancelled, case.reference)
    waiting = waiting_for(case.orders, case.reference)
    if not lacking(case.parcels, case.row.written):
        _end(tools, case, lambda row: row.noting(tools.now, "label_not_live"))
    elif waiting:
        _end(tools, case, lambda row: row.noting(tools.now, "waiting_for_labels", missing=waiting))
    elif not has_reached(case.parcels, case.row, tools.settings.ship_when):
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
            _look_again(case, delay)
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
    todo = plan(order, case.packages, case.parcels, case.row)
    if todo.done:
        _shipped(tools, case, "shipped_by_hand" if todo.by_hand else "shipped")
    elif tools.now - case.row.wrote_at < LAG_SECONDS:
        _look_again(case, LOOK_AGAIN_SECONDS)
    elif todo.attention:
        _end(tools, case, lambda row: row.needing(todo.attention, tools.now))
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
        _look_again(case, LOOK_AGAIN_SECONDS)
    else:
        _end(tools, case, lambda row: row.needing("not_listed_in_sellercloud", tools.now))


def _verify(tools: Tools, case: Case, order: Order | None) -> None:
    """Done means Sellercloud shows Fully Shipped with these numbers, each on a package or in a note."""
    if case.for_the_note:
        read_notes(tools, case)
    if order is not None and not shows(order, (), case.parcels, case.noted) and len(case.parcels) > 1:
        case.packages = tools.sellercloud.packages(case.order_id)
    if order is not None and shows(order, case.packages, case.parcels, case.noted):
        case.shown = shown_numbers(order)
        _shipped(tools, case, "shipped")
    elif isinstance(case.failure, Refused):
        _give_up(tools, case, "write_back_refused", case.failure.text)
    else:
        _not_shown(tools, case, order)


def _not_shown(tools: Tools, case: Case, order: Order | None) -> None:
    """Look again when the write has had time to show; a step forward gives all tries back."""
    failure = case.failure
    if failure is not None and failure.status in _UNANSWERED:
        not_counted(tools, case)
    elif failure is not None:
        case.row = tools.ledger.change(case.order_id, lambda r: replace(r, vendor_text=failure.text)) or case.row
    if order is not None and shown_numbers(order, case.packages) - case.shown:
        case.row = tools.ledger.change(case.order_id, lambda row: replace(row, attempts=0)) or case.row
    _look_again(case, LOOK_AGAIN_SECONDS)


def _shipped(tools: Tools, case: Case, what: str) -> None:
    """The numbers are in Sellercloud; a cancelled one that still is keeps its mark for a person."""
    numbers = {parcel.tracking_number for parcel in case.parcels}

    def shipped(row: OrderRow) -> OrderRow:
        cancelled = cancelled_numbers(row)
        shown = {number for number in row.labels if same_number(number) in case.shown}
        written = tuple(sorted(({*row.written, *numbers} - cancelled) | shown))
        stale = cancelled & shown
        kept = row.needing(LABEL_CANCELLED_AFTER_SHIPPING, tools.now) if stale else row.settled()
        facts = {"tracking_numbers": sorted(numbers)}
        changes = {"written": written, "attempts": 0, "wrote_at": 0, "due_at": 0, "vendor_text": ""}
        return kept.to(State.SHIPPED, tools.now, what, facts=facts, **changes)

    is_first = case.row.state is not State.SHIPPED
    _end(tools, case, shipped)
    tools.telemetry.note("order_shipped", order_id=case.order_id, parcels=len(case.parcels), how=what)
    if is_first and what == "shipped":
        tools.telemetry.count("OrdersShipped")


def _give_up(tools: Tools, case: Case, reason: str, said: str) -> None:
    """A definite refusal, or tries enough: a person is told, in the vendor's words."""
    _end(tools, case, lambda row: replace(row, vendor_text=said, attempts=0).needing(reason, tools.now))
    tools.telemetry.count("WriteBackFailed")


def _look_again(case: Case, seconds: float) -> None:
    case.over, case.again = True, seconds


def _end(tools: Tools, case: Case, how: Callable[[OrderRow], OrderRow | None]) -> None:
    """Store what became of the case; its messages are done."""
    case.row = tools.ledger.change(case.order_id, how) or case.row
    case.over = True
