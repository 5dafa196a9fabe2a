"""What a demo run did, judged by both simulators' own books and the ledger against product.md's invariants.

In: the vendors and the stack after a run. Out: the report (a dict written to .local/report.json) and a table.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from local.processes import STATE
from local.stack import Stack
from local.vendors import Vendors

REPORT = STATE / "report.json"
_FULLY_SHIPPED = 3
_SENT = ("handed_over", "shipped")

Rows = Mapping[int, Mapping[str, Any]]


def make_report(vendors: Vendors, stack: Stack, seconds: float) -> dict[str, Any]:
    """Count and judge."""
    rows = stack.order_rows()
    created = vendors.starshipit.created_counts()
    reasons = Counter(reason_of(row) for row in rows.values() if row["state"] not in _SENT)
    return {
        "orders": {
            "seen": len(rows),
            "eligible": len(vendors.eligible),
            "handed_off": sum(1 for number in vendors.samples if created.get(str(number))),
            "shipped": sum(1 for number in vendors.samples if is_shipped(vendors, number)),
            "not_sent": dict(reasons.most_common()),
        },
        "calls": {
            "sellercloud": dict(sorted(vendors.sellercloud.count().items())),
            "starshipit": dict(sorted(vendors.starshipit.count().items())),
        },
        "violations": list(violations(vendors, rows)),
        "seconds": round(seconds, 1),
    }


def reason_of(row: Mapping[str, Any]) -> str:
    """Why an order was not sent, or that nothing says so."""
    return str(row.get("reason") or row.get("attention") or f"{row['state']} without a reason")


def is_shipped(vendors: Vendors, number: int) -> bool:
    """Whether Sellercloud shows the order Fully Shipped."""
    return vendors.sellercloud.orders[number].shipping_status == _FULLY_SHIPPED


def violations(vendors: Vendors, rows: Rows) -> Iterator[str]:
    """Every invariant of product.md that does not hold, in a sentence each."""
    yield from _created_once(vendors)
    yield from _accounted_for(vendors, rows)
    for number in vendors.samples:
        yield from _shipped_right(vendors, number)
    yield from (f"I6: Sellercloud saw a breach: {breach}" for breach in vendors.sellercloud.breaches)
    yield from (f"I6: Starshipit saw a breach: {breach}" for breach in vendors.starshipit.breaches)
    if vendors.starshipit.refusals:
        yield f"I6: Starshipit refused {vendors.starshipit.refusals} calls for their rate"


def _created_once(vendors: Vendors) -> Iterator[str]:
    created = vendors.starshipit.created_counts()
    eligible = {str(number) for number in vendors.eligible}
    for reference, times in created.items():
        if reference not in eligible:
            yield f"I2: Starshipit holds {reference!r}, which must not go"
        elif times > 1:
            yield f"I1: order {reference} was created {times} times"
    yield from (f"I2: order {reference} was never created" for reference in sorted(eligible - created.keys()))


def _accounted_for(vendors: Vendors, rows: Rows) -> Iterator[str]:
    for number in vendors.eligible:
        if number not in rows:
            yield f"I2: order {number} is not in the ledger"
    for number, row in rows.items():
        if row["state"] not in _SENT and not (row.get("reason") or row.get("attention")):
            yield f"I2: order {number} is {row['state']} without a reason"


def _shipped_right(vendors: Vendors, number: int) -> Iterator[str]:
    """Numbers in packages or in an order note count: Sellercloud may have fewer packages than parcels."""
    shown = vendors.sellercloud.snapshot(number)
    labels = vendors.starshipit.labels(str(number))
    live = {label.tracking_number for label in labels if label.kind == "live"}
    sample = vendors.samples[number]
    if shown.shipping_status != _FULLY_SHIPPED:
        if number in set(vendors.eligible):
            yield f"I3: order {number} is not shipped"
        if shown.tracking and not any(package.tracking for package in sample.sim_order.packages):
            yield f"I4: order {number} has tracking but is not shipped"
        return
    if not live:
        yield f"I3: order {number} is shipped without a live label"
    noted = {tracking for tracking in live if any(tracking in note for note in shown.notes)}
    if lost := live - set(shown.tracking) - noted:
        yield f"I3: order {number} lacks tracking {', '.join(sorted(lost))}"
    if foreign := set(shown.tracking) - live:
        yield f"I4: order {number} shows tracking that is not its own: {', '.join(sorted(foreign))}"


def write_report(report: Mapping[str, Any]) -> None:
    """Write .local/report.json."""
    STATE.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")


def print_report(report: Mapping[str, Any]) -> None:
    """The table a person reads at the end."""
    table = Table(show_header=False, title="Sellercloud → Starshipit → Sellercloud", title_justify="left")
    orders = report["orders"]
    for name in ("seen", "eligible", "handed_off", "shipped"):
        table.add_row(name.replace("_", " "), str(orders[name]))
    for reason, count in orders["not_sent"].items():
        table.add_row(f"not sent: {reason}", str(count))
    for vendor, calls in report["calls"].items():
        table.add_section()
        for path, count in calls.items():
            table.add_row(f"{vendor.capitalize()} {path}", str(count))
    table.add_section()
    table.add_row("seconds", str(report["seconds"]))
    table.add_row("violations", str(len(report["violations"])))
    console = Console() if sys.stdout.isatty() else Console(width=110)
    console.print(table)
    for violation in report["violations"][:20]:
        console.print(f"  {violation}", style="red", markup=False, highlight=False)
