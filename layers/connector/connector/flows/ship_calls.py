"""Ship calls: what is told to Sellercloud about one order, under its lease, after a fresh read.

In: a case and its plan. Out: the calls are made and the case knows what failed. Wrong: a setback is raised after it is
noted that nobody looked at the write; a refusal, or an answer that proves nothing, is kept for the read-back to judge.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connector.errors import LostRace, OutcomeUnknown, Refused
from connector.flows.sale import Sale
from connector.flows.setback import SETBACKS
from connector.flows.tools import Tools
from connector.rules.carriers import CarrierMap
from connector.rules.parcels import Parcel
from connector.rules.ship_date import clamp
from connector.rules.ship_plan import Plan, note_text
from connector.rules.write_back import cancelled_numbers, lacking, printed_at, ship_from, waited
from connector.state.rows import OrderRow
from connector.vendors.calls import WrongAddress
from connector.vendors.sellercloud.models import Order, Package, Shipment

# So long an order may wait for a vendor that does not answer, or does not list it, before a person is told.
PATIENCE_SECONDS = 1200


@dataclass
class Case:
    """One order to be shipped.

    `gone` are numbers of ours that no live label carries any more, `reached` says that a live one went far enough,
    `noted` are numbers that stand in an order note.
    """

    row: OrderRow
    sale: Sale
    cancelled: frozenset[str]
    parcels: tuple[Parcel, ...] = ()
    gone: frozenset[str] = frozenset()
    reached: bool = False
    packages: tuple[Package, ...] = ()
    for_the_note: tuple[Parcel, ...] = ()
    noted: set[str] = field(default_factory=set)
    shown: frozenset[str] = frozenset()
    failure: OutcomeUnknown | Refused | None = None
    again: float | None = None
    over: bool = False

    @property
    def order_id(self) -> int:
        """The Sellercloud order."""
        return self.row.order_id

    def look_again(self, seconds: float) -> None:
        """Nothing more is done now; the case comes back after so many seconds."""
        self.over, self.again = True, seconds

    def end(self, tools: Tools, how: Callable[[OrderRow], OrderRow | None]) -> None:
        """Store what became of the case; its messages are done."""
        self.row = tools.ledger.change(self.order_id, how) or self.row
        self.over = True


def ship(tools: Tools, case: Case, order: Order, todo: Plan, carriers: CarrierMap) -> None:
    """The ship calls of one order, then its note. Whatever they answer, the read-back decides."""
    is_first = _is_first(case)
    shipments = [_shipment(tools, case, order, parcel, package_id, carriers) for parcel, package_id in todo.writes]
    _announce(tools, case, _facts(shipments, todo))
    try:
        for shipment in shipments:
            write = tools.sellercloud.ship_order if shipment.package_id is None else tools.sellercloud.ship_package
            write(shipment)
        _note(tools, case, todo.for_the_note, is_first=is_first)
    except (OutcomeUnknown, Refused) as exc:
        if isinstance(exc, WrongAddress):
            not_counted(tools, case)
            raise
        case.failure = exc
        tools.telemetry.note("write_back_answered", order_id=case.order_id, error=str(exc))
    except SETBACKS:
        not_counted(tools, case)
        raise


def _is_first(case: Case) -> bool:
    """True when Sellercloud was never told anything of this order: then no note of ours can be there."""
    row = case.row
    was_told = row.wrote_at or row.written or any(event.what == "ship_call" for event in row.events)
    return not was_told and not case.cancelled


def _facts(shipments: Sequence[Shipment], todo: Plan) -> dict[str, Any]:
    """What the order's history says of these calls."""
    facts = {
        "tracking_numbers": [shipment.tracking_number for shipment in shipments],
        "carrier": ", ".join(dict.fromkeys(shipment.carrier for shipment in shipments)),
        "service": ", ".join(dict.fromkeys(shipment.service for shipment in shipments)),
        "noted": [parcel.tracking_number for parcel in todo.for_the_note],
    }
    return {name: fact for name, fact in facts.items() if fact}


def _announce(tools: Tools, case: Case, facts: dict[str, Any]) -> None:
    """Record that a write is under way, unless a label was cancelled since the parcels were read.

    The same write tried again is no new line of the history: an outage would push everything else out of it.
    """

    def announced(row: OrderRow) -> OrderRow:
        if cancelled_numbers(row) != case.cancelled:
            raise LostRace(f"a label of order {row.order_id} was cancelled meanwhile")
        told = replace(row, wrote_at=tools.now, attempts=row.attempts + 1 if row.wrote_at else 1)
        last = next((event for event in reversed(row.events) if event.what == "ship_call"), None)
        is_repeated = bool(row.wrote_at) and last is not None and last.facts == facts
        return told if is_repeated else told.noting(tools.now, "ship_call", **facts)

    case.row = tools.ledger.change(case.order_id, announced) or case.row


def not_counted(tools: Tools, case: Case) -> None:
    """Nobody looked at the write, so it was no try; a person is told when that goes on for long."""

    def uncounted(row: OrderRow) -> OrderRow:
        kept = replace(row, attempts=max(0, row.attempts - 1))
        late = waited(row, row.labels, tools.now) >= PATIENCE_SECONDS
        return kept.needing("sellercloud_does_not_answer", tools.now) if late else kept

    case.row = tools.ledger.change(case.order_id, uncounted) or case.row


def _shipment(
    tools: Tools, case: Case, order: Order, parcel: Parcel, package_id: int | None, carriers: CarrierMap
) -> Shipment:
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
        cost=parcel.cost if tools.settings.freight_cost else None,
        warehouse_id=ship_from(order) if tools.settings.ship_from_warehouse else None,
    )


def _note(tools: Tools, case: Case, parcels: Sequence[Parcel], *, is_first: bool) -> None:
    """Numbers without a package of their own go into one note; numbers that stand in a note are not noted again."""
    case.for_the_note = tuple(parcels)
    if parcels and not is_first:
        read_notes(tools, case)
    missing = lacking(parcels, case.noted)
    if missing:
        tools.sellercloud.add_note(case.order_id, note_text(missing))


def read_notes(tools: Tools, case: Case) -> None:
    """Which of the numbers for the note stand in one."""
    written = " ".join(note.text for note in tools.sellercloud.notes(case.order_id))
    for parcel in case.for_the_note:
        if re.search(rf"(?<!\w){re.escape(parcel.tracking_number)}(?!\w)", written):
            case.noted.add(parcel.tracking_number)
