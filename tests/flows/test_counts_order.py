"""What looking costs on a ledger of a hundred thousand orders: no scan, and a handful of readings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from connector.state import documents
from connector.state.rows import OrderRow, State
from tests.flows.bench import Bench

pytestmark = pytest.mark.slow

ORDERS = 100_000
MARKED = 300
FIRST = 5_000_000
# What the calls to vendors cost beside the ledger: slots of their budgets, and whether their keys are refused.
NOT_THE_LEDGER = ("BUDGET#", "CREDENTIALS#")


class Counted:
    """The table's client, counting its calls; a scan is not among what it can do."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.calls: Counter[str] = Counter()
        self.read = 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found) or name == "exceptions":
            return found

        def call(**arguments: Any) -> Any:
            answer = found(**arguments)
            if not str(arguments.get("Key", {}).get("pk", {}).get("S", "")).startswith(NOT_THE_LEDGER):
                self.calls[name] += 1
                self.read += len(answer.get("Items", ())) + sum(map(len, answer.get("Responses", {}).values()))
            return answer

        return call


def item(number: int) -> dict[str, Any]:
    """One order as the ledger stores it: shipped, on its way, or marked."""
    order_id = FIRST + number
    state = State.SHIPPED if number % 3 else State.HANDED_OVER
    numbers = {"order_number": f"S-{number}", "channel_order_id": f"#C{number}", "starshipit_ids": (number,)}
    row = OrderRow(order_id, state, since=number, version=3, **numbers)  # type: ignore[arg-type]
    row = row.noting(number, "queued", run="x").noting(number, "handed_over", starshipit_id=number)
    stored: dict[str, Any] = {"pk": {"S": f"ORDER#{order_id}"}, "sk": {"S": "ORDER"}}
    if number < MARKED:
        row = row.needing("write_back_refused" if number % 2 else "outcome_unknown", 1 + number)
        stored |= documents.plain({"attention_key": "attention"})
    if state is State.HANDED_OVER:
        stored |= documents.plain({"state_key": str(state), "due_at": number})
    return stored | documents.item_of(row)


@pytest.fixture(scope="module")
def filled() -> Iterator[Bench]:
    """A bench whose ledger holds the orders, with their numbers and tracking numbers."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "obviously-fake")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        bench = Bench()
        for number in range(ORDERS):
            bench.dynamodb.put_item(TableName="ledger", Item=item(number))
        ledger = bench.runtime().tools(bench.context()).ledger
        for number in range(0, ORDERS, 100):
            ledger.name(f"S-{number}", FIRST + number)
            ledger.lead(f"T{number}", FIRST + number)
        yield bench


def cost(bench: Bench, command: str, **arguments: Any) -> tuple[dict[str, Any], Counted]:
    """The answer to a command, and what the ledger was asked for."""
    inner = bench.dynamodb
    counted = Counted(inner)
    bench.dynamodb = counted  # type: ignore[assignment]
    try:
        return bench.ask(command, **arguments), counted
    finally:
        bench.dynamodb = inner


@pytest.mark.parametrize("number", [f"{FIRST + 700}", "#C700", "S-700", "t700"])
def test_an_order_is_found_with_three_readings(filled: Bench, number: str) -> None:
    """By each of the four kinds of number: records in one reading, the channel's numbers in one, rows in one."""
    answer, counted = cost(filled, "order", number=number)
    assert [match["order_id"] for match in answer["matches"]] == [FIRST + 700]
    assert counted.calls == {"batch_get_item": 2, "query": 1}
    assert counted.read <= 4


@pytest.mark.parametrize(("number", "found"), [("C700", True), ("S-700-1", True), ("nobody's", False)])
def test_another_spelling_costs_three_more(filled: Bench, number: str, found: bool) -> None:
    """Tried only when nothing goes by the number as it was typed; the vendors are asked after that."""
    answer, counted = cost(filled, "order", number=number)
    assert (answer["status"] == "done") is found
    assert counted.calls["query"] == 2
    assert sum(counted.calls.values()) <= 7, counted.calls
    assert counted.read <= 6


def test_attention_reads_what_is_marked_and_nothing_else(filled: Bench) -> None:
    """One question to the index for three hundred marks among a hundred thousand orders."""
    answer, counted = cost(filled, "attention")
    assert answer["total"] == MARKED
    assert counted.calls == {"query": 1}
    assert counted.read == MARKED
