"""Amend: what was edited in Sellercloud after the hand-off is sent to Starshipit, while it may be.

In: the row and the order, both read afresh under the order's lease. Out: the change sent and seen in Starshipit, or the
row marked for a person with the fields. Wrong: setbacks of the vendors as they come; a change is stored before it goes,
and one of unknown outcome is looked for by the next run before anything is repeated.

    same fields as sent → nothing
    → sale → printed · split · changed on both sides · split in Sellercloud → a person
           → what is sent stored → one call → what it shows → stored
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from connector.errors import OutcomeUnknown, Refused
from connector.flows import look
from connector.flows.prepare import choices
from connector.flows.tools import Tools
from connector.flows.whole_sale import live_orders
from connector.rules.amendment import amendment, emptied
from connector.rules.compare import (
    AFTER_PRINTING,
    AFTER_SPLIT,
    CANNOT_BE_SENT,
    MARKS,
    NOT_APPLIED,
    SPLIT_IN_SELLERCLOUD,
    Sides,
    decide,
    difference,
    group,
    in_several,
    in_vain,
    is_pending,
    is_printed,
    named,
    not_taken,
    pending,
    settled,
    shrank,
    sides,
    updated,
)
from connector.rules.fingerprints import Fingerprints, of_new, of_shown
from connector.rules.mapping import Extras, to_starshipit
from connector.rules.reasons import NotSent
from connector.rules.revision import revision
from connector.settings import CustomsValue
from connector.state.rows import OrderRow, State
from connector.vendors.calls import WrongAddress
from connector.vendors.sellercloud.codes import CURRENCY
from connector.vendors.sellercloud.models import Order
from connector.vendors.starshipit.models import NewOrder
from connector.vendors.starshipit.models import Order as StarshipitOrder


def desired_now(tools: Tools, row: OrderRow, order: Order) -> NewOrder | NotSent:
    """The order as it would be sent now, without what is frozen at hand-off: gift message and instructions."""
    extras = Extras()
    if tools.settings.customs_value is CustomsValue.CONVERTED and CURRENCY.get(order.currency or 0) != "USD":
        detail = tools.sellercloud.order(order.order_id)
        extras = Extras(rate_from_usd=detail.rate_from_usd, rate_to_usd=detail.rate_to_usd)
    return to_starshipit(order, row.order_number or str(row.order_id), extras, choices(tools.settings))


def remembered(tools: Tools, row: OrderRow, order: Order) -> OrderRow:
    """The row of an order that has been looked at as it is now."""
    return replace(row, revision=tools.revision(order), company_id=order.company_id or row.company_id)


def amend(tools: Tools, row: OrderRow, order: Order) -> None:
    """Send what was edited, or say why a person decides."""
    wanted = desired_now(tools, row, order)
    if isinstance(wanted, NotSent):
        _mark(tools, row, CANNOT_BE_SENT, why=str(wanted.reason), detail=wanted.detail)
        return
    desired = of_new(wanted)
    if row.sent == desired:
        _store(tools, row, order)
        return
    live = live_orders(tools, row)
    shown = of_shown(live)
    if not live and row.linked_to:
        _mark(tools, row, AFTER_SPLIT)
    elif not shown:
        return
    elif not row.sent:
        _store(tools, row, order, "baseline_taken", sent=desired, there=shown)
    else:
        _compared(tools, _Edit(row, order, wanted, sides(desired, row, shown)), live)


@dataclass(frozen=True)
class _Edit:
    row: OrderRow
    order: Order
    wanted: NewOrder
    of: Sides


def _compared(tools: Tools, edit: _Edit, live: tuple[StarshipitOrder, ...]) -> None:
    """Three ways: what Starshipit shows already is taken note of, the rest is sent or shown to a person."""
    row, of = edit.row, edit.of
    found = difference(of)
    several = in_several(live, row)
    mark = decide(found, printed=any(map(is_printed, live)), several=several)
    if shrank(of.desired, of.shown, found.open) and _was_split(tools, row):
        mark = SPLIT_IN_SELLERCLOUD
    sent, there = updated(of.sent, of.desired, found.already), updated(of.there, of.shown, found.already)
    if mark:
        _mark(tools, row, mark, fields=named(found.open))
    elif several or any(map(is_printed, live)) or not found.to_send:
        _store(tools, row, edit.order, sent=sent, there=there)
    elif not _was_tried(row, edit.order) and not _may_arrive(tools, row):
        kept = replace(edit, of=replace(of, sent=sent, there=there))
        _send(tools, kept, live[0], found.to_send)


def _was_split(tools: Tools, row: OrderRow) -> bool:
    try:
        return tools.sellercloud.was_split(row.order_id)
    except WrongAddress:
        raise
    except Refused:  # our user may not ask: then the quantities speak for themselves
        return False


def _was_tried(row: OrderRow, order: Order) -> bool:
    """True when Starshipit was sent this very edit and did not take it."""
    return row.attention == NOT_APPLIED and row.revision == in_vain(revision(order))


def _may_arrive(tools: Tools, row: OrderRow) -> bool:
    """True while a change of unknown outcome may still be carried out: it is not sent once more before that."""
    left = max((event.at for event in row.events if event.what == "amending"), default=0)
    return is_pending(row) and tools.now < left + tools.settings.settle_seconds


def _send(tools: Tools, edit: _Edit, shown: StarshipitOrder, fields: Collection[str]) -> None:
    """One call, stored before it is made, and what Starshipit shows after it."""
    change = amendment(edit.wanted, shown, fields)
    if change is None:
        _mark(tools, edit.row, NOT_APPLIED, fields=named(fields))
        return
    of = edit.of
    sent = pending(of.sent, of.desired, fields)
    sending = _store(tools, edit.row, None, "amending", fields, sent=sent, there=of.there)
    if sending is None:
        return
    after, refusal, lost = None, "", False
    try:
        after = tools.starshipit.update(change)
        rest = emptied(change, after) if after is not None else None
        after = tools.starshipit.update(rest) if rest is not None else after
    except WrongAddress:
        raise
    except Refused as exc:
        refusal = exc.text or "refused"
    except OutcomeUnknown:
        lost = True
    if after is None or not of_shown([after]):
        after = look.by_id(tools, shown.order_id)
    if after is not None and of_shown([after]):
        _verified(tools, edit, fields, after, refusal=refusal, lost=lost)


def _verified(
    tools: Tools, edit: _Edit, fields: Collection[str], after: StarshipitOrder, *, refusal: str, lost: bool
) -> None:
    """Only what Starshipit shows counts: printed in between, it may have said yes and changed nothing."""
    of, row = edit.of, edit.row
    now = sides(of.desired, replace(row, sent=of.sent, there=of.there), of_shown([after])).shown
    missing = not_taken(fields, of.desired, of.shown, now)
    if not missing:
        sent_with = {group(field) for field in fields}  # what else changed meanwhile was the warehouse
        other = {field for field in of.shown.keys() | now.keys() if of.shown.get(field) != now.get(field)}
        moved = {field for field in other if group(field) in sent_with}
        sent = settled(updated(of.sent, of.desired, fields))
        there = updated(of.there, now, {*moved, *fields})
        _store(tools, row, edit.order, "amended", fields, sent=sent, there=there)
        tools.telemetry.count("OrdersAmended")
        tools.telemetry.note("order_amended", order_id=row.order_id)
    elif not lost:
        mark = AFTER_PRINTING if is_printed(after) else NOT_APPLIED
        said = replace(row, vendor_text=refusal, sent=of.sent, there=of.there)
        if mark == NOT_APPLIED:
            said = replace(said, revision=in_vain(revision(edit.order)))
        _mark(tools, said, mark, fields=named(missing))


def _mark(tools: Tools, row: OrderRow, mark: str, **facts: object) -> None:
    """A person is told; somebody else's mark stays. Every run looks again, until the cause is gone."""

    def marked(now: OrderRow) -> OrderRow | None:
        kept = replace(now, sent=row.sent, there=row.there, revision=row.revision)
        if not now.attention or now.attention in MARKS:
            kept = replace(kept, vendor_text=row.vendor_text).needing(mark, tools.now, **facts)
        return None if kept == now else kept

    _change(tools, row, marked)


def _store(
    tools: Tools,
    row: OrderRow,
    order: Order | None,
    what: str = "",
    fields: Collection[str] = (),
    **changes: Fingerprints,
) -> OrderRow | None:
    """The row with what is known now; with the order, everything about it is done, and our mark goes."""

    def stored(now: OrderRow) -> OrderRow | None:
        known = replace(now, **changes)  # type: ignore[arg-type]
        if order is not None:
            known = replace(remembered(tools, known, order), missed=0)
            known = known.settled() if known.attention in MARKS else known
        facts = {"fields": named(fields)} if fields else {}
        known = known.noting(tools.now, what, **facts) if what else known
        return None if known == now else known

    return _change(tools, row, stored)


def _change(tools: Tools, row: OrderRow, how: Callable[[OrderRow], OrderRow | None]) -> OrderRow | None:
    """Change the row as it is by now; None when it is not handed over any more."""
    changed = tools.ledger.change(row.order_id, lambda now: how(now) if now.state is State.HANDED_OVER else None)
    return changed if changed is not None and changed.state is State.HANDED_OVER else None
