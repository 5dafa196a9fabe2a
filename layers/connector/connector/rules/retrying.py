"""Retrying: what it means to try one order once more, by where it stands.

In: the row, who asks, the time, and, for the marks `asks` names, what the vendors show now. Out: what becomes of it,
with a sentence; the row to store, whether a pointer to it is queued, which label reports are given to the write-back
again. Wrong: nothing; whatever is on its way, finished, or waits for something else is left as it is and the sentence
says so.

    refused ──► queued: read, judged and mapped anew          unknown, marked ──► looked for again, never created
    excluded ─► queued, if it was asked for by its number     handed over, shipped ──► its labels' reports once more

Trying twice does no harm: an order that is on its way is left alone, a report that was applied changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connector.rules.again import Again, Ask, Outcome, Shown, Wish, labels, noted, reports, some
from connector.rules.compare import ARCHIVED, REMOVED_IN_PART, STILL_IN_STARSHIPIT, VANISHED
from connector.rules.parcels import same_number
from connector.rules.reasons import Reason
from connector.rules.settling import RESENDS, SEVERAL_ORDERS
from connector.rules.write_back import (
    CANCELLED_NUMBER,
    LABEL_CANCELLED_AFTER_SHIPPING,
    UNSHIP_REFUSED,
    cancelled_numbers,
    stale_numbers,
    unwritten,
)
from connector.settings import ShipWhen
from connector.state.rows import OrderRow, State
from connector.vendors.starshipit.models import Order as StarshipitOrder
from connector.vendors.starshipit.webhook import Report

# So long after a write Sellercloud may not show it yet.
WRITE_SHOWS_AFTER_SECONDS = 60
UNSHIPPED_IN_SELLERCLOUD = "unshipped_in_sellercloud"
# Marks the write-back sets on an order whose label it cannot write; without such a label they mean nothing more.
_ABOUT_A_LABEL = frozenset(
    {
        "label_not_in_starshipit", "not_listed_in_sellercloud", "packages_hold_other_numbers", "parcels_without_label",
        "partially_shipped_in_sellercloud", "sellercloud_does_not_answer", "write_back_not_shown",
        "write_back_refused", UNSHIPPED_IN_SELLERCLOUD,
    }
)  # fmt: skip
# What only a person can put right, and nobody sees when it is done.
_DONE_BY_HAND = frozenset({REMOVED_IN_PART, STILL_IN_STARSHIPIT})
_ORDER_IS = "order_is_"
_ASKED_OF_STARSHIPIT = frozenset({SEVERAL_ORDERS, VANISHED, ARCHIVED})
_ASKED_OF_SELLERCLOUD = frozenset({LABEL_CANCELLED_AFTER_SHIPPING, CANCELLED_NUMBER, UNSHIPPED_IN_SELLERCLOUD})


def asks(row: OrderRow, ship_when: ShipWhen) -> Ask:
    """Who has to be asked about this order first."""
    if row.attention in _ASKED_OF_STARSHIPIT:
        return Ask.STARSHIPIT
    if row.attention in _ASKED_OF_SELLERCLOUD and not unwritten(row, ship_when):
        return Ask.SELLERCLOUD
    return Ask.NOBODY


def again(row: OrderRow, wish: Wish, shown: Shown) -> Again:
    """What trying this order again means."""
    if row.state in (State.HANDED_OVER, State.SHIPPED):
        return _in_starshipit(row, wish, shown)
    waits = row.state in (State.QUEUED, State.SENDING, State.UNKNOWN) and not row.attention
    if waits or row.state is State.SENDING:
        return _on_its_way(row)
    if unwritten(row, wish.ship_when):
        # Starshipit reported a label of it: somewhere there is a parcel, so a second order must not be made.
        return Again(
            Outcome.WRITTEN_BACK,
            f"Starshipit reported a label of it ({labels(row, wish)}), so it is not sent; that is looked for again.",
            row.noting(wish.now, "retried", by=wish.by),
            reports=reports(row, wish),
        )
    match row.state:
        case State.UNKNOWN:
            return _looked_for(row, wish)
        case State.HELD:
            return Again(Outcome.HELD, "The surge guard holds it: connector release.")
        case State.EXCLUDED if not wish.by_number:
            return _unmarked(row, wish, "It is left out and stays so.")
        case _:
            return _queued(row, wish)


def _on_its_way(row: OrderRow) -> Again:
    message = "It is on its way to Starshipit already."
    if row.state is State.UNKNOWN:
        message = "Its create was not answered; the connector looks for it in Starshipit by itself."
    return Again(Outcome.ON_ITS_WAY, message)


def _queued(row: OrderRow, wish: Wish) -> Again:
    """Read, judged and mapped anew by the hand-off."""
    queued = noted(row.settled(), wish, State.QUEUED, due_at=wish.now + wish.due_in)
    message = "It is read, judged and mapped anew; if the reason stands, it needs a person again."
    if row.state is State.EXCLUDED:
        message = "It is read and judged anew; if the reason stands, it is left out again."
        known = row.reason in set(Reason)
        message += f" The reason was: {Reason(row.reason).sentence}" if known else ""
    elif row.state is State.QUEUED:
        message = "No label of it is left to be looked for; it goes to Starshipit."
    elif row.state is State.PREVIEWED:
        message = "The dry run judges and maps it anew."
    return Again(Outcome.QUEUED, message, queued, hand_off=True)


def _looked_for(row: OrderRow, wish: Wish) -> Again:
    """Two complete looks more. None of them creates anything: the one more create there is counts as made."""
    resends = max(row.resends, RESENDS)
    looked = noted(row.settled(), wish, State.UNKNOWN, looks=0, resends=resends, due_at=wish.now)
    message = (
        "It is looked for in Starshipit again, twice; nothing is created. If it is not found it needs a person "
        "again, who may then resend it: connector resend."
    )
    return Again(Outcome.LOOKED_FOR, message, looked, hand_off=True)


def _in_starshipit(row: OrderRow, wish: Wish, shown: Shown) -> Again:
    """The write-back is tried again, or the mark taken away when nothing is left of its cause."""
    if row.attention in _ASKED_OF_STARSHIPIT and not _is_found(row, shown.live):
        return _not_found(shown.live)
    if unwritten(row, wish.ship_when):
        return _written_back(row, wish)
    match row.attention:
        case "":
            pass
        case code if code == UNSHIP_REFUSED and stale_numbers(row):
            return _unshipped_again(row, wish)
        case code if code in _ASKED_OF_SELLERCLOUD:
            return _after_reading(row, wish, shown)
        case code if code in _ASKED_OF_STARSHIPIT:
            return _unmarked(row, wish, "Starshipit shows its live order.")
        case code if code in _DONE_BY_HAND:
            return _unmarked(row, wish, "Taken as done by hand.")
        case code if _is_about_a_label(code):
            return _unmarked(_unread(row), wish, "No label of it is left to be written; a new one is taken as ever.")
        case _:
            return Again(Outcome.STILL_STANDS, f"That is for a person to put right: connector order {row.order_id}.")
    if row.state is State.SHIPPED:
        return Again(Outcome.NOTHING_TO_DO, "Sellercloud shows it shipped, with every number known.")
    return Again(Outcome.NOTHING_TO_DO, "It is in Starshipit and waits for its label.")


def _written_back(row: OrderRow, wish: Wish) -> Again:
    """Its labels' reports once more. A mark about something else stays; the write-back takes it away if it ships."""
    is_moot = row.attention in _ASKED_OF_STARSHIPIT or _is_about_a_label(row.attention)
    kept = _unread(row).settled() if is_moot else row
    return Again(
        Outcome.WRITTEN_BACK,
        f"Sellercloud is read anew and told of {labels(row, wish)}; if that is not possible, it needs a person again.",
        noted(kept, wish, row.state, attempts=0),
        reports=reports(row, wish),
    )


def _unread(row: OrderRow) -> OrderRow:
    """The row, so that the next comparison looks at an order whose status was the cause of its mark."""
    return replace(row, revision="") if row.attention.startswith(_ORDER_IS) else row


def _unshipped_again(row: OrderRow, wish: Wish) -> Again:
    """The cancellations' reports once more: the write-back un-ships the order, or says why it cannot."""
    stale = some(sorted(stale_numbers(row)))
    return Again(
        Outcome.WRITTEN_BACK,
        f"Sellercloud is told once more to un-ship it, as the label of {stale} was cancelled.",
        noted(row.settled(), wish, row.state, attempts=0),
        reports=_cancellations(row),
    )


def _cancellations(row: OrderRow) -> tuple[Report, ...]:
    """What was reported of the cancelled labels whose numbers Sellercloud may show."""
    number, reference = row.order_number or str(row.order_id), str(row.order_id)
    return tuple(Report(each, row.labels[each].status, number, reference) for each in sorted(stale_numbers(row)))


def _is_found(row: OrderRow, live: Sequence[StarshipitOrder]) -> bool:
    """True when Starshipit shows what the mark missed; a split order may have several live parts."""
    return len(live) == 1 if row.attention == SEVERAL_ORDERS else bool(live)


def _not_found(live: Sequence[StarshipitOrder]) -> Again:
    if not live:
        message = "Starshipit shows no live order of it any more: connector resend, or restore it there."
        return Again(Outcome.STILL_STANDS, message)
    named = ", ".join(f"{each.order_number} (id {each.order_id}, {each.status or 'New'})" for each in live)
    return Again(Outcome.STILL_STANDS, f"Starshipit still shows several live orders of it: {named}. Keep one of them.")


def _after_reading(row: OrderRow, wish: Wish, shown: Shown) -> Again:
    """The mark goes once Sellercloud shows the dead number no more, or shows the order shipped again."""
    if shown.numbers is None:
        return Again(Outcome.STILL_STANDS, "Sellercloud does not list the order to our user, so nothing was changed.")
    if wish.now - max(row.wrote_at, row.unshipping) < WRITE_SHOWS_AFTER_SECONDS:
        return Again(Outcome.NOT_NOW, "A write to Sellercloud is under way; try again in a minute.")
    dead = _dead_numbers(row)
    if row.attention == UNSHIPPED_IN_SELLERCLOUD:
        if shown.shipped:
            return _unmarked(row, wish, "Sellercloud shows it shipped again.")
        if dead >= set(row.written):
            return _forgotten(row, wish, dead, "Its label was cancelled, so it stays un-shipped; a new one ships it.")
        message = "Sellercloud still shows it un-shipped: ship it there by hand, or cancel its label in Starshipit."
        return Again(Outcome.STILL_STANDS, message)
    still = sorted(number for number in dead if same_number(number) in shown.numbers)
    if still:
        return Again(
            Outcome.STILL_STANDS,
            f"Sellercloud still shows {some(still)}, whose label was cancelled or redone: un-ship the order there, "
            "or put in the new number.",
        )
    return _forgotten(row, wish, dead, "Sellercloud shows the cancelled number no more.")


def _dead_numbers(row: OrderRow) -> frozenset[str]:
    """Numbers of cancelled labels, and those the mark itself names: of redone ones."""
    told = [e for e in row.events if e.what == "needs_attention" and e.facts.get("reason") == CANCELLED_NUMBER]
    return cancelled_numbers(row) | frozenset(told[-1].facts.get("tracking_numbers", ()) if told else ())


def _forgotten(row: OrderRow, wish: Wish, dead: frozenset[str], message: str) -> Again:
    """Without its mark. The write-back puts the row right, if a cancelled number still stands in it as written."""
    if stale_numbers(row):
        return Again(Outcome.SETTLED, message, noted(row.settled(), wish, row.state), reports=_cancellations(row))
    written = tuple(number for number in row.written if number not in dead)
    return _unmarked(replace(row, written=written), wish, message)


def _is_about_a_label(mark: str) -> bool:
    return mark in _ABOUT_A_LABEL or mark.startswith(_ORDER_IS)


def _unmarked(row: OrderRow, wish: Wish, message: str) -> Again:
    return Again(Outcome.SETTLED, message, noted(row.settled(), wish, row.state))
