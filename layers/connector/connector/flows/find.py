"""Find: which orders of the ledger go by a number a person names.

In: a Sellercloud id, a channel's number, a Starshipit number or a tracking number, as typed. Out: every row that goes
by it, each with how it was found; label reports of this tracking number that matched no order; what people have paused,
which is read along. Wrong: `BadRequest` for a text that can be no number; nothing else is raised, and nobody but the
ledger is asked.

    one reading of records (Starshipit numbers, tracking numbers, pauses) ─┐
    one query of the channel's numbers ────────────────────────────────────┴─► one reading of rows

Only when that finds nothing the number is tried in its other spellings. A dry run has rows of its own: the real ones
are shown beside them, as an order may have been handed over before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.flows.operator import BadRequest
from connector.flows.tools import Tools
from connector.rules.numbers import LONGEST, Named, named
from connector.state.ledger import Ledger
from connector.state.records import DRY_RUN_PREFIX, Records
from connector.state.rows import OrderRow

DIRECTIONS = ("orders", "tracking", "fetch")
BY_ID, BY_CHANNEL = "Sellercloud order id", "channel's order number"
BY_NUMBER, BY_TRACKING, BY_PART = "Starshipit order number", "tracking number", "number of a part of it in Starshipit"
_Key = tuple[str, str]


@dataclass(frozen=True)
class Match:
    """A row that goes by the number, and by which of its numbers. `dry_run` rows are a dry run's own."""

    row: OrderRow
    how: tuple[str, ...]
    dry_run: bool = False


@dataclass
class Found:
    """What the ledger knows of a number. `reports` are labels that were reported and match no order."""

    matches: list[Match] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    pauses: dict[str, dict[str, Any]] = field(default_factory=dict)


def find(tools: Tools, number: str) -> Found:
    """What the ledger knows of the number. Raises `BadRequest`."""
    wanted = named(number)
    if not wanted.text or len(wanted.text) > LONGEST:
        raise BadRequest(f"An order number has 1 to {LONGEST} characters.")
    books = [_Book(tools, "")]
    if tools.settings.dry_run:
        books.insert(0, _Book(tools, DRY_RUN_PREFIX))
    found = Found()
    for book in books:
        book.look(wanted, found)
    if not found.matches:
        for book in books:
            book.look_otherwise(wanted, found)
    known = {label for match in found.matches for label in match.row.labels}
    found.reports = [report for report in found.reports if report["tracking_number"] not in known]
    return found


class _Book:
    """The ledger and its records under one prefix."""

    def __init__(self, tools: Tools, prefix: str) -> None:
        self._ledger: Ledger = tools.ledger.beside(prefix)
        self._records: Records = tools.records.beside(prefix)
        self._is_dry = prefix == DRY_RUN_PREFIX

    def look(self, wanted: Named, found: Found) -> None:
        """The number as it was typed."""
        keys: list[_Key] = [("NUMBER", wanted.text), ("TRACKING", wanted.tracking_number)]
        if not self._is_dry:
            keys += [("PAUSE", direction) for direction in DIRECTIONS]
            keys += [("UNMATCHED", name) for name in dict.fromkeys((wanted.text, wanted.tracking_number))]
        records = self._records.get_each(keys)
        for (kind, name), values in records.items():
            if kind == "PAUSE":
                found.pauses[name] = values
            elif kind == "UNMATCHED":
                found.reports.append({"tracking_number": name, **values})
        ids = {BY_ID: [wanted.order_id] if wanted.order_id else []}
        ids[BY_CHANNEL] = self._ledger.by_channel_number(wanted.channel_number)
        ids[BY_NUMBER] = _ids(records.get(("NUMBER", wanted.text), {}))
        ids[BY_TRACKING] = _ids(records.get(("TRACKING", wanted.tracking_number), {}))
        found.matches += self._rows(ids)

    def look_otherwise(self, wanted: Named, found: Found) -> None:
        """With or without `#`; without what Starshipit adds to the part of a split order."""
        keys = [("NUMBER", name) for name in (wanted.otherwise, wanted.whole) if name]
        records = self._records.get_each(keys) if keys else {}
        ids = {BY_CHANNEL: self._ledger.by_channel_number(wanted.otherwise[:50]) if wanted.otherwise else []}
        ids[BY_NUMBER] = _ids(records.get(("NUMBER", wanted.otherwise), {}))
        found.matches += self._rows(ids)
        parts = _ids(records.get(("NUMBER", wanted.whole), {}))
        whole = named(wanted.whole).order_id
        # A part exists only of what is in Starshipit: any other number that ends alike is another order.
        there = self._rows({BY_PART: [*parts, *([whole] if whole else [])]})
        found.matches += [match for match in there if match.row.starshipit_ids and _goes_by(match.row, wanted.whole)]

    def _rows(self, ids: Mapping[str, Sequence[int]]) -> list[Match]:
        """The rows there are, each once, with every way that leads to it."""
        ways: dict[int, list[str]] = {}
        for how, order_ids in ids.items():
            for order_id in order_ids:
                ways.setdefault(order_id, []).append(how)
        rows = self._ledger.get_many(ways) if ways else {}
        return [Match(rows[order_id], tuple(how), self._is_dry) for order_id, how in ways.items() if order_id in rows]


def _goes_by(row: OrderRow, number: str) -> bool:
    return number in {row.order_number or str(row.order_id), str(row.order_id)}


def _ids(record: Mapping[str, Any]) -> list[int]:
    """The orders a record leads to."""
    one = record.get("order_id")
    return [*record.get("order_ids", ()), *([int(one)] if one else [])]
