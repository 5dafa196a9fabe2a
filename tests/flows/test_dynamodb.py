"""DynamoDB's stand-in answers as moto does, whatever the ledger, the records, the leases and the budget do with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from connector.errors import LostRace, NoTimeLeft
from connector.state.budgets import LedgerBudget
from connector.state.leases import Lease, Leases
from connector.state.ledger import Ledger
from connector.state.records import Records
from connector.state.rows import OrderRow, State
from connector.vendors.budget import Rate
from tests.fakes import FakeClock
from tests.flows.dynamodb import PROJECTED, FakeDynamoDb

pytestmark = pytest.mark.slow

Operation = tuple[Any, ...]
ORDERS = st.integers(1, 5)
NAMES = st.sampled_from(["7", "A-1", "B"])
OWNERS = st.sampled_from(["one", "two"])
STATES = st.sampled_from(list(State))
VALUES = st.dictionaries(
    st.sampled_from(["ids", "at", "run"]),
    st.one_of(
        st.integers(-(2**40), 2**40),
        st.text(max_size=5),
        st.none(),
        st.booleans(),
        st.floats(-1e6, 1e6).map(lambda value: round(value, 3)),
        st.lists(st.integers(0, 9), max_size=3),
        st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 9), max_size=2),
    ),
)
OPERATIONS = st.one_of(
    st.tuples(st.just("new"), ORDERS, STATES, st.integers(0, 3), st.booleans(), NAMES | st.just("")),
    st.tuples(st.just("save"), ORDERS, STATES, st.integers(0, 3), st.integers(0, 2)),
    st.tuples(st.just("get_many"), st.lists(ORDERS, max_size=5)),
    st.tuples(st.just("name"), NAMES, ORDERS),
    st.tuples(st.just("by_number"), NAMES),
    st.tuples(st.just("by_channel"), NAMES),
    st.tuples(st.just("lead"), NAMES, ORDERS),
    st.tuples(st.just("led"), st.lists(NAMES, max_size=2)),
    st.tuples(st.just("marked")),
    st.tuples(st.just("due"), STATES, st.integers(0, 4)),
    st.tuples(st.just("put"), NAMES, VALUES, st.sampled_from([0, 60])),
    st.tuples(st.just("put_many"), st.dictionaries(NAMES, VALUES, min_size=1)),
    st.tuples(st.just("read"), NAMES),
    st.tuples(st.just("read_many"), st.lists(NAMES, max_size=3)),
    st.tuples(st.just("remove"), NAMES),
    st.tuples(st.just("take"), OWNERS, st.sampled_from([1, 30])),
    st.tuples(st.just("release"), st.integers(0, 3)),
    st.tuples(st.just("reserve"), st.sampled_from([0.1, 1.0, 30.0]), st.sampled_from([0.0, 0.5])),
    st.tuples(st.just("push"), st.floats(0, 5).map(lambda value: round(value, 2))),
    st.tuples(st.just("wait"), st.sampled_from([0.3, 5.0, 40.0])),
)


class Stack:
    """The state package over one client. Every method answers in plain values, to be compared."""

    def __init__(self, client: Any, table: str) -> None:
        self.clock = FakeClock()
        self.ledger = Ledger(client, table, self.clock, history_days=30, prefix="dry#")
        self.records = Records(client, table, self.clock, "dry#")
        self.leases = Leases(client, table, self.clock)
        self.budget = LedgerBudget(client, table, self.clock, "vendor", Rate(0.7, 3))
        self.taken: list[Lease] = []

    def do(self, operation: Operation) -> object:
        name, *arguments = operation
        how: Callable[..., object] = getattr(self, f"_{name}")
        try:
            return how(*arguments)
        except (LostRace, NoTimeLeft) as exc:
            return type(exc), str(exc), getattr(exc, "after", None)

    def _new(self, order_id: int, state: State, due: int, attention: bool, channel: str) -> object:
        row = OrderRow(order_id, state, since=7, due_at=due, revision="é" * due, channel_order_id=channel)
        row = row.noting(7, "noted", how="x", count=1)
        return self.ledger.save(row.needing("look", 9) if attention else row)

    def _save(self, order_id: int, state: State, due: int, behind: int) -> object:
        row = self.ledger.get(order_id)
        if row is None:
            return None
        return self.ledger.save(replace(row, state=state, due_at=due, version=max(0, row.version - behind)))

    def _get_many(self, ids: list[int]) -> object:
        return {key: asdict(row) for key, row in sorted(self.ledger.get_many(ids).items())}

    def _name(self, number: str, order_id: int) -> object:
        return self.ledger.name(number, order_id)

    def _by_number(self, number: str) -> object:
        return self.ledger.by_number(number)

    def _by_channel(self, number: str) -> object:
        return self.ledger.by_channel_number(number), self.ledger.beside("").by_channel_number(number)

    def _lead(self, number: str, order_id: int) -> None:
        self.ledger.lead(number, order_id)

    def _led(self, numbers: list[str]) -> object:
        return self.records.get_each([("TRACKING", number) for number in numbers] + [("KIND", "7")])

    def _marked(self) -> object:
        return sorted(asdict(each).items() for each in self.ledger.marked())

    def _due(self, state: State, before: int) -> object:
        rows = [self.ledger.get(order_id) for order_id in self.ledger.due(state, before)]
        due = [row.due_at or row.since for row in rows if row]
        return due == sorted(due), sorted(row.order_id for row in rows if row), self.ledger.oldest(state)

    def _put(self, name: str, values: dict[str, Any], keep: int) -> None:
        self.records.put("KIND", name, values, keep_seconds=keep)

    def _put_many(self, records: dict[str, dict[str, Any]]) -> None:
        self.records.put_many("KIND", records)

    def _read(self, name: str) -> object:
        return self.records.get("KIND", name)

    def _read_many(self, names: list[str]) -> object:
        return self.records.get_many("KIND", names)

    def _remove(self, name: str) -> None:
        self.records.remove("KIND", name)

    def _take(self, owner: str, seconds: int) -> object:
        lease = self.leases.take("fetch", owner, seconds)
        if lease:
            self.taken.append(lease)
        return lease

    def _release(self, which: int) -> None:
        if self.taken:
            self.leases.release(self.taken[which % len(self.taken)])

    def _reserve(self, seconds: float, lead: float) -> object:
        return self.budget.reserve(self.clock.now() + timedelta(seconds=seconds), lead)

    def _push(self, seconds: float) -> None:
        self.budget.push(self.clock.now() + timedelta(seconds=seconds))

    def _wait(self, seconds: float) -> None:
        self.clock.pass_time(seconds)


@pytest.fixture(scope="module")
def moto_client() -> Iterator[Any]:
    """DynamoDB as moto has it; each example makes a table of its own."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "obviously-fake")
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        yield boto3.client("dynamodb", region_name="us-east-1")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(operations=st.lists(OPERATIONS, min_size=5, max_size=40))
def test_the_stand_in_answers_as_moto_does(moto_client: Any, operations: list[Operation]) -> None:
    """Whatever is stored, changed, looked up and lost in a race: both answer alike, step by step."""
    make_table(moto_client)
    try:
        real, fake = Stack(moto_client, "ledger"), Stack(FakeDynamoDb(), "ledger")
        for step, operation in enumerate(operations):
            assert fake.do(operation) == real.do(operation), (step, operation)
    finally:
        moto_client.delete_table(TableName="ledger")


def test_what_it_does_not_know_it_refuses() -> None:
    """An expression the stand-in was not taught fails the test instead of passing by chance."""
    client = FakeDynamoDb()
    item = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    with pytest.raises(AssertionError, match="unknown condition"):
        client.put_item(TableName="ledger", Item=item, ConditionExpression="size(pk) > :n")
    with pytest.raises(TypeError):
        client.put_item(TableName="ledger", Item=item, ReturnValues="ALL_OLD")  # type: ignore[call-arg]
    assert list(client.items()) == []


def test_entries_left_over_by_a_batch_are_asked_for_again() -> None:
    """DynamoDB may leave part of a batch undone: the connector repeats that part until all is done."""
    client = FakeDynamoDb()
    stack = Stack(client, "ledger")
    client.unprocessed = 3
    stack.records.put_many("KIND", {str(n): {"n": n} for n in range(60)})
    client.unprocessed = 3
    assert stack.records.get_many("KIND", map(str, range(60))) == {str(n): {"n": n} for n in range(60)}


def make_table(client: Any) -> None:
    """The ledger table with its indexes, as the template has it."""
    names = {"pk": "S", "sk": "S", "state_key": "S", "due_at": "N", "attention_key": "S", "attention_since": "N"}
    names["channel_order_id"] = "S"
    client.create_table(
        TableName="ledger",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in names.items()],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            _index("by_state", "state_key", "due_at"),
            _index("by_attention", "attention_key", "attention_since"),
            {
                "IndexName": "by_channel_number",
                "KeySchema": [{"AttributeName": "channel_order_id", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            },
        ],
    )


def _index(name: str, hashed: str, ranged: str) -> dict[str, Any]:
    keys = [{"AttributeName": hashed, "KeyType": "HASH"}, {"AttributeName": ranged, "KeyType": "RANGE"}]
    projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(PROJECTED[name])}
    return {"IndexName": name, "KeySchema": keys, "Projection": projection}
