"""What the fetch tests share: orders to list, what was asked of Sellercloud, what was remembered and queued."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connector.state.records import DRY_RUN_PREFIX
from connector.state.rows import OrderRow, State
from tests.flows.bench import ORDERS, Bench

LIST, BY_VIEW = "GET /api/Orders", "GET /api/Orders/GetAllByView"
HOUR = 3600.0
TICK = 300.0


def add_orders(bench: Bench, count: int, **changes: Any) -> list[int]:
    """So many plain orders that may go, changed alike."""
    return [bench.sellercloud.add_order(**changes) for _ in range(count)]


def row_of(bench: Bench, order_id: int) -> OrderRow | None:
    """The ledger's row, if there is one."""
    return bench.runtime().tools(bench.context()).ledger.get(order_id)


def states(bench: Bench, order_ids: Iterable[int]) -> set[State | None]:
    """The states these orders are in; None for one without a row."""
    rows = bench.runtime().tools(bench.context()).ledger.get_many(order_ids)
    return {rows[i].state if i in rows else None for i in order_ids}


def cursor(bench: Bench) -> dict[str, Any]:
    """The cursor as stored."""
    return bench.runtime().tools(bench.context()).records.get("CURSOR", "fetch")


def dry_cursor(bench: Bench) -> dict[str, Any]:
    """The dry run's cursor as stored."""
    return bench.runtime().tools(bench.context()).records.beside(DRY_RUN_PREFIX).get("CURSOR", "fetch")


def asked(bench: Bench, route: str = LIST) -> list[dict[str, list[str]]]:
    """The queries of the list calls so far, by-id reads left out."""
    queries = []
    for call in bench.sellercloud.calls:
        if call.route == route:
            query: dict[str, list[str]] = {}
            for name, value in parse_qsl(urlsplit(call.path).query):
                query.setdefault(name.removeprefix("model."), []).append(value)
            if "orderIDs" not in query:
                queries.append(query)
    return queries


def pages_asked(bench: Bench, route: str = LIST) -> list[int]:
    """The page numbers asked for so far."""
    return [int(query["pageNumber"][0]) for query in asked(bench, route)]


def pointers(bench: Bench) -> list[tuple[int, int]]:
    """Every pointer in the orders queue, with its version."""
    bodies = [json.loads(message.body) for message in bench.sqs.queues.get(ORDERS, [])]
    return [(order_id, version) for body in bodies for order_id, version in body["orders"]]


def clamp(bench: Bench, size: int) -> None:
    """Let Sellercloud put only `size` rows on a page of a list."""
    send = bench.wire.send

    def clamped(method: str, url: str, *, query: Any = (), **rest: Any) -> Any:
        listing = url.endswith(("/Orders", "/GetAllByView")) and not any("orderIDs" in name for name, _ in query)
        shorter = [(n, str(size) if listing and n.endswith("pageSize") else value) for n, value in query]
        return send(method, url, query=shorter, **rest)

    bench.wire.send = clamped  # type: ignore[method-assign]


def settle(bench: Bench, ticks: int = 1, pause: float = TICK) -> dict[str, Any]:
    """So many ticks of the schedule, and the work they bring; the last tick's result."""
    result: dict[str, Any] = {}
    for _ in range(ticks):
        result = bench.fetch()
        bench.work(pause)
    return result


def created(bench: Bench, order_id: int) -> int:
    """How many orders the connector made in Starshipit for this one."""
    return len(bench.starshipit.created_by_api(str(order_id)))
