"""Marker: orders that were handed over are marked in Sellercloud, if the merchant wants a mark there.

In: rows in *handed over*. Out: the exported flag set (fifty orders a call), or a custom column filled, and the row's
note of it. Wrong: the vendor's setbacks as they come; an order it did not mark is tried again by the next run; a custom
column that does not exist is told once a run, and nothing is marked.

A mark never decides anything here: it is for the merchant's saved views.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from connector.errors import OutcomeUnknown, Refused
from connector.flows.tools import RESERVE_SECONDS, Tools
from connector.state.rows import OrderRow, State
from connector.vendors.calls import WrongAddress

EXPORTED = "exported"
COLUMN = "column:"


def mark(tools: Tools, rows: Sequence[OrderRow]) -> int:
    """Mark those that are not marked yet; how many were."""
    wanted = tools.settings.hand_over_marker
    left = [row for row in rows if wanted and row.marked != wanted]
    if not left:
        return 0
    done = _export(tools, left) if wanted == EXPORTED else _fill(tools, left, wanted.removeprefix(COLUMN))
    for order_id in done:
        tools.ledger.change(order_id, lambda row: _marked(row, wanted, tools.now))
    return len(done)


def _export(tools: Tools, rows: Sequence[OrderRow]) -> Collection[int]:
    ids = [row.order_id for row in rows]
    try:
        return tools.sellercloud.set_exported(ids, exported=True) & set(ids)
    except (OutcomeUnknown, Refused) as exc:
        return _not_marked(tools, exc)


def _fill(tools: Tools, rows: Sequence[OrderRow], name: str) -> Collection[int]:
    """One order after the other: the column's length is read from the first."""
    columns = tools.sellercloud.custom_columns(rows[0].order_id)
    column = next((column for column in columns if column.name.casefold() == name.casefold()), None)
    if column is None:
        tools.telemetry.note("marker_column_missing", setting="HandOverMarker")
        tools.telemetry.count("OrdersNotMarked", len(rows))
        return ()
    done = []
    for row in rows:
        tools.deadline.require(tools.settings.read_timeout + RESERVE_SECONDS, "marking an order")
        try:
            tools.sellercloud.set_custom_column(row.order_id, column, _text(row))
        except (OutcomeUnknown, Refused) as exc:
            _not_marked(tools, exc)
            continue
        done.append(row.order_id)
    return done


def _text(row: OrderRow) -> str:
    """The day first, because a short column cuts the end."""
    day = next((event.at for event in reversed(row.events) if event.what in ("handed_over", "adopted")), row.since)
    return f"{datetime.fromtimestamp(day, UTC):%Y-%m-%d} Starshipit {row.order_number or row.order_id}"


def _not_marked(tools: Tools, exc: OutcomeUnknown | Refused) -> Collection[int]:
    if isinstance(exc, WrongAddress):
        raise exc
    tools.telemetry.note("order_not_marked", error=str(exc))
    tools.telemetry.count("OrdersNotMarked")
    return ()


def _marked(row: OrderRow, wanted: str, now: int) -> OrderRow | None:
    if row.marked == wanted or row.state not in (State.HANDED_OVER, State.SHIPPED):
        return None
    return replace(row, marked=wanted).noting(now, "marked_in_sellercloud")
