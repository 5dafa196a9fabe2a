"""Decisions of the write-back: which labels matter, and what Sellercloud shows of them.

In: the row, reports of its labels, the live parcels, the order as Sellercloud shows it now. Out: whether a look is
worth its calls, which numbers are missing, stale or ours. Wrong: nothing; what is to be done is said by `ship_plan` and
`unshipping`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from connector.rules.parcels import Parcel, same_number
from connector.rules.tracking import further, is_cancelled, reached
from connector.settings import ShipWhen
from connector.state.rows import Label, OrderRow, State
from connector.vendors.fields import moment
from connector.vendors.sellercloud.codes import ORDER_STATUS, SHIPPING_STATUS
from connector.vendors.sellercloud.models import Order, Package
from connector.vendors.starshipit.webhook import Report

MAY_SHIP = frozenset({ORDER_STATUS["InProcess"], ORDER_STATUS["Completed"]})
_STATUS_NAMES = {number: name for name, number in ORDER_STATUS.items()}
LABEL_CANCELLED_AFTER_SHIPPING = "label_cancelled_after_shipping"
LABEL_NOT_FOUND = "label_not_in_starshipit"
CANCELLED_NUMBER = "cancelled_number_in_sellercloud"
UNSHIP_REFUSED = "unship_refused"
_ABOUT_A_CANCELLED_LABEL = frozenset({LABEL_CANCELLED_AFTER_SHIPPING, CANCELLED_NUMBER, UNSHIP_REFUSED})
_LONGEST_WAIT_SECONDS = 900.0


def with_reports(row: OrderRow, reports: Sequence[Report], now: int) -> OrderRow | None:
    """The row with what was reported of its labels; statuses only move forward. None when that is nothing new."""
    labels = dict(row.labels)
    changed = row
    for report in reports:
        known = labels.get(report.tracking_number)
        status = further(known.status, report.status) if known else report.status
        if known and status == known.status:
            continue
        labels[report.tracking_number] = Label(
            status,
            report.carrier or (known.carrier if known else ""),
            report.service or (known.service if known else ""),
            report.shipped_at or (known.printed_at if known else ""),
            now,
        )
        changed = changed.noting(now, "label_reported", tracking_number=report.tracking_number, status=status)
    if changed is row:
        return None
    changed = replace(changed, labels=labels)
    return changed.settled() if row.attention == LABEL_NOT_FOUND and not _wanted(changed) else changed


def _wanted(row: OrderRow) -> frozenset[str]:
    """Numbers of labels that were not cancelled and are not known to be in Sellercloud."""
    return frozenset(row.labels) - cancelled_numbers(row) - frozenset(row.written)


def cancelled_numbers(row: OrderRow) -> frozenset[str]:
    """Tracking numbers of the order whose label was cancelled."""
    return frozenset(number for number, label in row.labels.items() if is_cancelled(label.status))


def stale_numbers(row: OrderRow) -> frozenset[str]:
    """Cancelled numbers that Sellercloud shows, or may show: written, or a write or un-shipping was not seen to end."""
    cancelled = cancelled_numbers(row)
    return cancelled if row.wrote_at or row.unshipping else cancelled & frozenset(row.written)


def unwritten(row: OrderRow, ship_when: ShipWhen) -> frozenset[str]:
    """Reported numbers that went far enough to be written and are not known to be in Sellercloud."""
    return frozenset(
        number for number, label in row.labels.items() if reached(label.status, ship_when) and number not in row.written
    )


def is_worth_a_look(row: OrderRow, reports: Sequence[Report], ship_when: ShipWhen) -> bool:
    """True when these reports may change Sellercloud: a number it lacks, a cancelled one it has or others waited for.

    A parcel of a shipped order that is on its way, or delivered, costs no call; nor does a cancellation told once more
    when a person was told of it.
    """
    cancelled = {report.tracking_number for report in reports if is_cancelled(report.status)}
    numbers = unwritten(row, ship_when)
    if numbers and (cancelled or any(report.tracking_number in numbers for report in reports)):
        return True
    if row.state is State.SHIPPED and cancelled - frozenset(row.written):
        return any(not _is_told(row, number) for number in cancelled)
    stale = stale_numbers(row)
    return bool(cancelled & stale) and any(not _is_told(row, number) for number in stale)


def _is_told(row: OrderRow, number: str) -> bool:
    """True when the mark for a person is about a cancelled label, and younger than this one's cancellation."""
    label = row.labels.get(number)
    return row.attention in _ABOUT_A_CANCELLED_LABEL and label is not None and label.reported_at <= row.attention_since


def waited(row: OrderRow, numbers: Collection[str], now: int) -> int:
    """Seconds since something was last reported of these numbers."""
    return now - max((row.labels[n].reported_at for n in numbers if n in row.labels), default=0)


def patience(seconds: float, receives: int) -> float:
    """How long a message rests: the wait asked for, and longer the more often it came back for nothing.

    SQS gives a message up after a thousand receives; these must outlast any outage.
    """
    return max(seconds, min(_LONGEST_WAIT_SECONDS, 2.0 ** min(receives, 10)))


def incomplete_since(row: OrderRow, numbers: Collection[str]) -> int:
    """Since when labels of the order are known: the first report of one of these numbers, or 0."""
    told = [e.at for e in row.events if e.what == "label_reported" and e.facts.get("tracking_number") in numbers]
    return min((*told, *(row.labels[n].reported_at for n in numbers if n in row.labels)), default=0)


def ours(row: OrderRow) -> frozenset[str]:
    """Every number that is or was of a label of this order, in the form in which numbers are compared."""
    return frozenset(map(same_number, (*row.labels, *row.written)))


def has_reached(parcels: Sequence[Parcel], row: OrderRow, ship_when: ShipWhen) -> bool:
    """True when at least one live label went far enough, by Starshipit's word or by a report."""
    return any(
        reached(parcel.delivery_status, ship_when)
        or reached(row.labels[parcel.tracking_number].status if parcel.tracking_number in row.labels else "", ship_when)
        for parcel in parcels
    )


def printed_at(row: OrderRow, numbers: Collection[str]) -> datetime | None:
    """When the first of these labels was printed, in UTC, if a report said so."""
    moments = []
    for number in numbers:
        label = row.labels.get(number)
        try:
            said = moment(label.printed_at) if label else None
        except ValueError:
            said = None
        if said is not None:
            moments.append(said if said.tzinfo else said.replace(tzinfo=UTC))
    return min(moments, default=None)


def is_shipped(order: Order) -> bool:
    """True when Sellercloud shows the order Fully Shipped."""
    return order.shipping_status == SHIPPING_STATUS["FullyShipped"]


def shown_numbers(order: Order, packages: Sequence[Package] = ()) -> frozenset[str]:
    """Every tracking number Sellercloud shows, in the form in which numbers are compared."""
    return frozenset(map(same_number, order.tracking_numbers | {p.tracking_number for p in packages})) - {""}


def lacking(parcels: Sequence[Parcel], known: Collection[str]) -> list[Parcel]:
    """The parcels whose number is not among the known ones."""
    same = {same_number(number) for number in known}
    return [parcel for parcel in parcels if same_number(parcel.tracking_number) not in same]


def shows(order: Order, packages: Sequence[Package], parcels: Sequence[Parcel], noted: Collection[str]) -> bool:
    """True when Sellercloud shows the order Fully Shipped with every number, on a package or in a note."""
    return is_shipped(order) and not lacking(parcels, shown_numbers(order, packages) | set(noted))


def ship_from(order: Order) -> int | None:
    """The one warehouse all shipping lines leave from; None when there are several, or a line shows none."""
    found = {line.warehouse_id for line in order.lines if not line.non_shipping}
    return found.pop() if len(found) == 1 else None


def status_mark(order: Order) -> str:
    """The mark of an order whose status forbids it to be shipped."""
    return f"order_is_{_STATUS_NAMES.get(order.status or 0, 'in_an_unknown_status')}".lower()
