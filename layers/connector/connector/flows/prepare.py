"""Prepare: queued orders are read again, judged again, and mapped.

In: rows in *queued*. Out: orders ready to be created, each with its number; the rows of all others are stored with the
reason they do not go. Wrong: Sellercloud's setbacks as they come; an order that a list leaves out is asked for singly,
because absence from a list means nothing, and one whose own reads fail is tried apart, so that it stops no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from connector.errors import NotFound, Refused, RetryLater, Throttled
from connector.flows.dispatch import queue_rows
from connector.flows.tools import Tools
from connector.rules.eligibility import judge
from connector.rules.hand_off import Prepared, collided, order_number, wait_after
from connector.rules.mapping import Extras, MappingChoices, to_starshipit
from connector.rules.reasons import NotSent, Reason
from connector.settings import CustomsValue, Settings
from connector.state.rows import OrderRow, State
from connector.vendors.calls import WrongAddress
from connector.vendors.sellercloud.codes import CURRENCY, NOTE_CUSTOMER_INSTRUCTIONS
from connector.vendors.sellercloud.models import Order, OrderPage

LISTS_BEFORE_A_PERSON = 5  # two and a half minutes
DETAILS_BEFORE_A_PERSON = 9  # a little over half an hour


def prepare(tools: Tools, rows: Sequence[OrderRow]) -> list[Prepared]:
    """Read, judge and map; what is not sent is recorded on the way."""
    page = _read(tools, rows)
    orders = {order.order_id: order for order in page.orders}
    unreadable = {bad.order_id: bad.problem for bad in page.unreadable}
    prepared = []
    for row in rows:
        try:
            one = _current(tools, row, orders.get(row.order_id), unreadable)
        except (Refused, RetryLater) as exc:
            if not _concerns_one_order(exc):
                raise
            _try_apart(tools, row, Reason.UNREADABLE, tries=DETAILS_BEFORE_A_PERSON, text=exc.text)
            continue
        if isinstance(one, OrderRow):
            tools.ledger.save_many([one])
        elif one is not None:
            prepared.append(one)
    return prepared


def _current(
    tools: Tools, row: OrderRow, order: Order | None, unreadable: Mapping[int | None, str]
) -> Prepared | OrderRow | None:
    """The order as it stands now: ready to be created, or the row that says why not; None when it comes again."""
    if row.order_id in unreadable:
        return _stopped(tools, row, State.EXCLUDED, NotSent(Reason.UNREADABLE, unreadable[row.order_id]))
    if order is None:
        return _not_listed(tools, row)
    current = replace(row, revision=tools.revision(order), company_id=order.company_id)
    verdict = judge(order, tools.guards)
    if verdict is not None:
        return _stopped(tools, current, State.EXCLUDED, verdict)
    one = _mapped(tools, current, order)
    if isinstance(one, NotSent):
        return refused(tools, current, one.reason, one.detail)
    if tools.settings.dry_run:
        return current.to(State.PREVIEWED, tools.now, "would_be_sent", due_at=0)
    return one


def _concerns_one_order(setback: Refused | RetryLater) -> bool:
    """True when a single order's read was answered, but not usably: the vendor is well, the order is not."""
    if isinstance(setback, Refused):
        return not isinstance(setback, WrongAddress)
    return setback.status == 200 and not isinstance(setback, Throttled)


def refused(tools: Tools, row: OrderRow, reason: str, detail: str = "", vendor_text: str = "") -> OrderRow:
    """The row of an order that is not sent until it is corrected; a person sees it."""
    tools.telemetry.count("OrdersRefused")
    tools.telemetry.note("order_refused", order_id=row.order_id, reason=str(reason))
    moved = _stopped(tools, row, State.REFUSED, NotSent(Reason(reason), detail))
    return replace(moved, vendor_text=vendor_text).needing(str(reason), tools.now)


def _stopped(tools: Tools, row: OrderRow, state: State, why: NotSent) -> OrderRow:
    return row.to(
        state,
        tools.now,
        str(state),
        facts=why.facts,
        reason=str(why.reason),
        detail=why.detail,
        due_at=0,
    )


def _read(tools: Tools, rows: Sequence[OrderRow]) -> OrderPage:
    """The orders as they are now, fifty in one call, with their companies: a list may know one company only."""
    companies = sorted({row.company_id for row in rows if row.company_id is not None})
    return tools.sellercloud.orders_by_id([row.order_id for row in rows], companies)


def _not_listed(tools: Tools, row: OrderRow) -> OrderRow | None:
    """An order the list left out: gone, in another company by now, or only late."""
    try:
        detail = tools.sellercloud.order(row.order_id)
    except NotFound:
        return refused(tools, replace(row, revision=""), Reason.NOT_FOUND)
    # Without its revision the order goes by itself as soon as a fetch lists it again.
    unlisted = replace(row, revision="", company_id=detail.company_id or row.company_id)
    _try_apart(tools, unlisted, Reason.NOT_LISTED, tries=LISTS_BEFORE_A_PERSON)
    return None


def _try_apart(tools: Tools, row: OrderRow, reason: Reason, *, tries: int, text: str = "") -> None:
    """Queue the order by itself, later each time; after some tries a person is told."""
    attempts = row.attempts + 1
    if attempts >= tries:
        given_up = replace(row, attempts=attempts)
        tools.ledger.save_many([refused(tools, given_up, reason, vendor_text=text)])
        return
    later = replace(row, attempts=attempts, due_at=tools.now + tools.due_in)
    later = later if attempts > 1 else later.noting(tools.now, "tried_apart", reason=str(reason))
    saved = tools.ledger.save_many([later]).values()
    queue_rows(tools, saved, tools.owner, wait_after(attempts))


def _mapped(tools: Tools, row: OrderRow, order: Order) -> Prepared | NotSent:
    """The order as Starshipit shall get it, under the number chosen for it."""
    number = chosen_number(tools, row, order)
    found = to_starshipit(order, number, extras(tools, order), choices(tools.settings))
    if isinstance(found, NotSent):
        return found
    return Prepared(replace(row, order_number=number), found)


def chosen_number(tools: Tools, row: OrderRow, order: Order) -> str:
    """The number the order goes by, chosen once; from now on it leads to the order."""
    number = order_number(order, row, tools.settings.order_number_source)
    if not row.order_number and not tools.settings.dry_run and not tools.ledger.name(number, row.order_id):
        number = collided(number, row.order_id)
        tools.ledger.name(number, row.order_id)
    return number


def choices(settings: Settings) -> MappingChoices:
    """The settings that shape an order."""
    return MappingChoices(
        settings.kit_mode, settings.customs_value, settings.item_weight_unit, settings.tenant_time_zone
    )


def extras(tools: Tools, order: Order) -> Extras:
    """What only extra calls tell: the gift message, the customer's instructions, the rates of a foreign order."""
    chosen = tools.settings
    gift = chosen.gift_messages and order.is_gift
    foreign = chosen.customs_value is CustomsValue.CONVERTED and CURRENCY.get(order.currency or 0) != "USD"
    instructions = ""
    if chosen.customer_instructions:
        notes = tools.sellercloud.notes(order.order_id)
        instructions = " ".join(note.text for note in notes if note.category == NOTE_CUSTOMER_INSTRUCTIONS)
    if not (gift or foreign):
        return Extras(instructions=instructions)
    detail = tools.sellercloud.order(order.order_id)
    return Extras(
        gift_message=detail.gift_message if gift else "",
        instructions=instructions,
        rate_from_usd=detail.rate_from_usd,
        rate_to_usd=detail.rate_to_usd,
    )
