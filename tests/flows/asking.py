"""What the tests of a person's commands share: an order gone from Starshipit, and a command that dies on its way."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from connector.state.rows import OrderRow
from tests.flows.bench import Bench
from tests.flows.scene import Fuse, Killed, fused_runtime


def ask_dying(bench: Bench, fuse: Fuse, command: str, **arguments: Any) -> dict[str, Any] | None:
    """One command whose function the fuse may kill; the answer, if it lived."""
    bench.runtime = lambda: fused_runtime(bench, fuse)  # type: ignore[method-assign]
    try:
        with suppress(Killed):
            return bench.ask(command, **arguments)
    finally:
        del bench.runtime
    return None


def retry(bench: Bench, *numbers: object, **arguments: Any) -> dict[str, str]:
    """Try orders again; the outcome by number."""
    answer = bench.ask("retry", orders=[str(number) for number in numbers], **arguments)
    assert answer["status"] == "done", answer
    return {line["number"]: line["outcome"] for line in answer["results"]}


def numbers_there(bench: Bench, order_id: int) -> list[str]:
    """The numbers of every order the API ever made of this one, in their order."""
    return [made.order_number for made in bench.starshipit.created_by_api(str(order_id))]


def mark(bench: Bench, order_id: int, attention: str, **changes: Any) -> OrderRow:
    """Let the order need a person."""
    tools = bench.runtime().tools(bench.context())

    def marked(row: OrderRow) -> OrderRow:
        return replace(row, **changes).needing(attention, tools.now)

    row = tools.ledger.change(order_id, marked)
    assert row
    return row
