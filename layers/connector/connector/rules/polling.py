"""Polling: what Starshipit's lists tell of labels that nobody reported.

In: rows of its lists, the orders' rows as the ledger has them. Out: reports as the web-hook would have brought them.
Wrong: nothing is raised; a row without a tracking number, a return label, and an order that is not ours tell nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from connector.rules.parcels import same_number
from connector.rules.tracking import further, is_cancelled, normalise, rank
from connector.rules.write_back import unwritten, waited
from connector.settings import Settings
from connector.state.rows import OrderRow
from connector.vendors.starshipit.models import FoundOrder
from connector.vendors.starshipit.webhook import TEXT_LIMIT, Report

PRINTED = "Printed"
"""What an order in the list of printed ones is at least (Starshipit contract 4.5)."""
OVERLAP = timedelta(hours=1)
FIRST_LOOK = timedelta(days=7)
SWEEP_LOOK = timedelta(days=7)
_OUTGOING = frozenset({"", "outgoing"})


def ask_since(mark: int, now: int, *, sweep: bool) -> datetime:
    """From when the lists are asked for: the start of the last complete poll, and an overlap."""
    began = datetime.fromtimestamp(mark or now, UTC)
    if sweep or not mark:
        return datetime.fromtimestamp(now, UTC) - (SWEEP_LOOK if mark else FIRST_LOOK)
    return began - OVERLAP


def reports_in(found: Iterable[FoundOrder]) -> dict[str, Report]:
    """What the lists say of each tracking number, the furthest status of all; returns are left out."""
    rows = list(found)
    returns = {same_number(n) for row in rows if normalise(row.shipment_type) not in _OUTGOING for n in _numbers(row)}
    reports: dict[str, Report] = {}
    for row in rows:
        for number in _numbers(row):
            key = same_number(number)
            if key in returns or not (row.order_number or row.reference):
                continue
            known = reports.get(key)
            status = _status(row)
            reports[key] = Report(
                tracking_number=number,
                status=further(known.status, status) if known else status,
                order_number=row.order_number or (known.order_number if known else ""),
                reference=row.reference or (known.reference if known else ""),
                carrier=(row.carrier_name or (known.carrier if known else ""))[:TEXT_LIMIT],
            )
    return reports


def is_news(report: Report, row: OrderRow) -> bool:
    """True when the report tells what the row does not know of a number Sellercloud lacks, or of a cancelled one."""
    number = same_number(report.tracking_number)
    if number in {same_number(written) for written in row.written} and not is_cancelled(report.status):
        return False
    known = next((label for n, label in row.labels.items() if same_number(n) == number), None)
    return known is None or further(known.status, report.status) != known.status


def labels_to_report(row: OrderRow, settings: Settings, now: int, *, sweep: bool) -> list[Report]:
    """Reports of labels that were told and led to nothing yet: once a day, and when the others are waited for too long.

    The write-back then looks again, and says what is missing.
    """
    numbers = unwritten(row, settings.ship_when)
    if row.attention or not numbers:
        return []
    overdue = waited(row, numbers, now) >= settings.partly_printed_hours * 3600
    return [_again(row, number) for number in sorted(numbers)[:1]] if sweep or overdue else []


def _again(row: OrderRow, number: str) -> Report:
    label = row.labels[number]
    return Report(number, label.status, row.order_number or str(row.order_id), str(row.order_id), label.carrier)


def order_ids(report: Report, aliases: Mapping[str, int]) -> tuple[int, ...]:
    """The orders the report may be about: by reference, by number, by the number without a split's suffix."""
    names = (report.reference, report.order_number, report.order_number.rpartition("-")[0])
    found = [aliases.get(name) or (int(name) if name.isdecimal() and len(name) < 15 else 0) for name in names]
    return tuple(dict.fromkeys(order_id for order_id in found if order_id))


def _numbers(row: FoundOrder) -> tuple[str, ...]:
    return tuple(number for number in dict.fromkeys((*row.tracking_numbers, row.tracking_number)) if number)


def _status(row: FoundOrder) -> str:
    """The parcel's own status where the list shows one; a label that is listed was printed at least."""
    shown = row.tracking_status
    return shown if is_cancelled(shown) or (rank(shown) or 0) > 0 else PRINTED
