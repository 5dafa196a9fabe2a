"""The day: many people's acts on their own orders, played together against the deployed stack.

In: stories, which are test functions written as generators: what somebody did, then a `yield` of what is waited for.
Out: for each story whether it ended as it says. Wrong: a story that fails ends alone, and its own test fails with it;
a stack that does not come to rest fails the day.

    all stories begin → orders fetched and handed over → [reports told → both sides reconciled] … until every story ends

Stories are told in rounds: whatever all of them wait for is done once for all, so that forty lives of an order take as
long as one. Only the selected stories are told, hence a single one runs by itself.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from tests.e2e.conftest import Bench
from tests.e2e.sale import Sale
from tests.e2e.terminal import Terminal
from tests.simulators.sellercloud import SimPackage

SECONDS = 120.0
MOST_TICKS = 20  # a run of the short-lived functions of these tests takes several


class Until(StrEnum):
    """What a story waits for."""

    HANDED_OVER = "a fetch, and what it found handed over"
    TOLD = "every report that was sent, and what follows from it"
    RECONCILED = "a reconcile run, and what follows from it"
    NEXT_DAY = "the first reconcile run of the next day, which looks at finished orders too"


HANDED_OVER, TOLD, RECONCILED, NEXT_DAY = Until
Story = Generator[Until, None, None]
Tell = Callable[["Day"], Story]


def story(tell: Tell) -> Callable[[Day], None]:
    """Make a test of a story: it passes when the story came to its end during the day."""

    @functools.wraps(tell)
    def test(day: Day) -> None:
        day.ending(tell)

    test.tell = tell  # type: ignore[attr-defined]
    return test


@dataclass
class Day:
    """The bench, the people's desks, and the stories under way."""

    bench: Bench
    terminal: Terminal
    rows: Mapping[int, dict[str, Any]] = field(default_factory=dict)
    logs: Sequence[str] = ()
    dead_letters: int = 0
    _waiting: dict[Tell, tuple[Story, Until]] = field(default_factory=dict)
    _failures: dict[Tell, BaseException] = field(default_factory=dict)
    _told: set[Tell] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.sellercloud, self.starshipit = self.bench.sellercloud, self.bench.starshipit

    def order(self, packages: int = 1, **changes: Any) -> Sale:
        """A new order in Sellercloud, with so many packages planned, and a service the warehouse has a rule for."""
        planned = tuple(SimPackage() for _ in range(packages))
        return Sale(self, self.sellercloud.add_order(**{"packages": planned, "service": "Standard", **changes}))

    def item(self, pk: str, sk: str) -> dict[str, Any]:
        """An item of the ledger; empty when there is none."""
        stack = self.bench.stack
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        found = stack.client("dynamodb").get_item(TableName=stack.outputs["LedgerTable"], Key=key, ConsistentRead=True)
        deserialize = TypeDeserializer().deserialize
        return {name: deserialize(value) for name, value in found.get("Item", {}).items()}

    def live(self, stories: Iterable[Tell]) -> None:
        """Tell the stories to their ends."""
        self.bench.fetch()  # on its very first run the connector looks for each order before it creates it
        for tell in stories:
            self._waiting[tell] = tell(self), HANDED_OVER
        self._go_on(HANDED_OVER)
        while self._waiting:
            if self._is_awaited(HANDED_OVER):
                self.bench.fetch()
                self.settle()
                self._go_on(HANDED_OVER)
            elif self._is_awaited(TOLD):
                self.settle()
                self._go_on(TOLD)
            else:
                self.reconcile(next_day=self._is_awaited(NEXT_DAY))
                self._go_on(RECONCILED, NEXT_DAY)
        self.settle()
        stack = self.bench.stack
        self.rows, self.logs = stack.order_rows(), self.bench.log.new_lines()
        self.dead_letters = stack.depth("OrdersDeadLetters") + stack.depth("TrackingDeadLetters")

    def ending(self, tell: Tell) -> None:
        """Raise what the story failed with."""
        if tell in self._failures:
            raise self._failures[tell]
        assert tell in self._told, "this story was not told"

    def _is_awaited(self, until: Until) -> bool:
        return any(awaited is until for _, awaited in self._waiting.values())

    def _go_on(self, *reached: Until) -> None:
        """Every story that waited for this does what people do next."""
        for tell, (telling, awaited) in list(self._waiting.items()):
            if awaited not in reached:
                continue
            try:
                self._waiting[tell] = telling, next(telling)
            except StopIteration:
                del self._waiting[tell]
                self._told.add(tell)
            except Exception as failure:  # noqa: BLE001 - the story's own test raises it
                del self._waiting[tell]
                self._failures[tell] = failure

    def settle(self) -> None:
        """Every web-hook delivered, both queues empty."""
        assert self.starshipit.flush(SECONDS), "the web-hooks were not all delivered"
        self.bench.wait_until_idle(SECONDS)

    def reconcile(self, *, next_day: bool = False) -> None:
        """A run, as many ticks as it takes, and what follows from it; on the next day it is a full sweep."""
        self.settle()
        if next_day:
            self._a_day_passes()
        for _ in range(MOST_TICKS):
            answer = self.bench.stack.invoke("Reconcile", {})
            assert not answer.failed, answer.value
            if answer.value["status"] != "checkpointed":
                break
        assert answer.value["status"] == "completed", answer.value
        self.settle()

    def _a_day_passes(self) -> None:
        """For the reconcile: its last sweep was long ago."""
        stack = self.bench.stack
        stack.client("dynamodb").update_item(
            TableName=stack.outputs["LedgerTable"],
            Key={"pk": {"S": "CURSOR#reconcile"}, "sk": {"S": "CURSOR"}},
            UpdateExpression="SET swept_at = :long_ago",
            ExpressionAttributeValues={":long_ago": {"N": "0"}},
        )
