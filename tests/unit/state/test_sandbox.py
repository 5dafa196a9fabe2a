"""A rehearsal's table: reads go through, writes stay in memory, and nothing at all can write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from connector.state.leases import Leases
from connector.state.queues import Page, Pointer
from connector.state.records import DRY_RUN_PREFIX, Records
from connector.state.rows import OrderRow, State
from connector.state.sandbox import ReadOnly, SandboxLeases, SandboxLedger, SandboxQueue, SandboxRecords
from tests.fakes import FakeClock
from tests.flows.dynamodb import FakeDynamoDb
from tests.unit.state.stack import TABLE, ledger

WRITES = ("put_item", "update_item", "delete_item", "batch_write_item", "transact_write_items", "send_message_batch")


@pytest.fixture
def client() -> Iterator[FakeDynamoDb]:
    """A table with an order and its number; it is the same when the test is over."""
    found = FakeDynamoDb()
    real = ledger(found)
    real.save(OrderRow(1, State.QUEUED, since=5, due_at=9, order_number="#1"))
    real.name("#1", 1)
    Records(found, TABLE, FakeClock()).put("CURSOR", "fetch", {"a": 1})
    before = list(found.items())
    yield found
    assert list(found.items()) == before


def sandbox(client: FakeDynamoDb, **marks: State) -> SandboxLedger:
    """A rehearsal of the table; marks are given as `o7=State.HELD`."""
    return SandboxLedger(ledger(client), {}, {int(name[1:]): state for name, state in marks.items()})


@pytest.mark.parametrize("call", WRITES)
def test_no_write_gets_through(client: FakeDynamoDb, call: str) -> None:
    """Whatever a later method tries, the client underneath only reads."""
    with pytest.raises(AssertionError, match=call):
        getattr(ReadOnly(client), call)
    with pytest.raises(AssertionError):
        SandboxQueue().send("body")


def test_what_was_saved_is_read_back(client: FakeDynamoDb) -> None:
    """New and changed rows, by id, by number and by deadline."""
    found = sandbox(client)
    row = found.get(1)
    assert row is not None
    found.save(replace(row, detail="changed", due_at=50))
    found.save_many([OrderRow(2, State.QUEUED, since=6, due_at=7)])
    assert {i: (r.detail, r.version) for i, r in found.get_many([1, 2, 3]).items()} == {1: ("changed", 2), 2: ("", 1)}
    assert found.due(State.QUEUED, 40) == [2]
    assert found.due(State.QUEUED, 100) == [1, 2]
    by_number = found.by_number("#1")
    assert by_number is not None
    assert by_number.detail == "changed"
    changed = found.change(2, lambda now: replace(now, detail="again"))
    assert changed is not None
    assert (changed.detail, changed.version) == ("again", 2)
    assert found.looked_up == {1: row, 2: None, 3: None}


def test_numbers_lead_where_they_led_and_where_the_rehearsal_let_them(client: FakeDynamoDb) -> None:
    """A number of the table belongs to its order; a new one to the first that asks."""
    found = sandbox(client)
    assert found.name("#1", 1)
    assert not found.name("#1", 2)
    assert found.name("#2", 2)
    assert not found.name("#2", 3)
    assert found.name("3", 3)
    assert found.names == {"#1": 1, "#2": 2}


def test_marks_of_an_earlier_part_hold_for_what_nobody_began(client: FakeDynamoDb) -> None:
    """An order let through or held before is met as that, unless it was really begun since."""
    found = sandbox(client, o1=State.HELD, o2=State.QUEUED, o3=State.HELD)
    rows = found.get_many([1, 2, 3, 4])
    assert {order_id: row.state for order_id, row in rows.items()} == {1: "queued", 2: "queued", 3: "held"}
    assert [event.what for event in rows[2].events] == ["queued"]


def test_rows_of_an_earlier_part_are_restored_unless_others_moved_them_on(client: FakeDynamoDb) -> None:
    """A row that is in truth on its way by now stays as it is stored."""
    found = sandbox(client)
    found.restore([OrderRow(1, State.QUEUED, since=0, detail="old"), OrderRow(2, State.QUEUED, since=0, detail="mine")])
    assert {row.order_id: row.detail for row in found.get_many([1, 2]).values()} == {1: "", 2: "mine"}
    assert [row.order_id for row in found.changed([1, 2, 3])] == [2]


def test_every_stored_order_of_a_state_is_found() -> None:
    """More than a page of the index holds."""
    client = FakeDynamoDb()
    real = ledger(client)
    wanted = list(range(1, 401))
    for order_id in wanted:
        real.save(OrderRow(order_id, State.QUEUED, since=1, due_at=order_id, reason="x" * 3000))
    real.save(OrderRow(999, State.HELD, since=1))
    assert list(sandbox(client).stored_in(State.QUEUED)) == wanted
    assert sandbox(client).oldest(State.QUEUED) is None


def test_records_are_kept_removed_and_kept_apart(client: FakeDynamoDb) -> None:
    """Put, removed, of a dry run: read back from memory, and handed on to the next part."""
    written: dict[str, Any] = {}
    found = SandboxRecords(Records(client, TABLE, FakeClock()), written)
    assert found.get("CURSOR", "fetch") == {"a": 1}
    found.put("CURSOR", "fetch", {"a": 2}, keep_seconds=5)
    found.put_many("CURSOR", {"one": {"b": 1}})
    found.beside(DRY_RUN_PREFIX).put("CURSOR", "fetch", {"dry": 1})
    assert found.get_many("CURSOR", ["fetch", "one", "two"]) == {"fetch": {"a": 2}, "one": {"b": 1}}
    found.remove("CURSOR", "one")
    assert found.get("CURSOR", "one") == {}
    assert found.get_each([("CURSOR", "fetch"), ("CURSOR", "one")]) == {("CURSOR", "fetch"): {"a": 2}}
    again = SandboxRecords(Records(client, TABLE, FakeClock()), written)
    assert again.get("CURSOR", "fetch") == {"a": 2}
    assert again.beside(DRY_RUN_PREFIX).get("CURSOR", "fetch") == {"dry": 1}
    assert again.get_many("CURSOR", ["one"]) == {}


def test_every_lease_is_free_and_none_is_taken(client: FakeDynamoDb) -> None:
    """A fetch that holds the lease hinders no rehearsal."""
    clock = FakeClock()
    other = FakeDynamoDb()
    assert Leases(other, TABLE, clock).take("fetch", "a real one", 60)
    before = list(other.items())
    with SandboxLeases(clock).held("fetch", "me", 60) as lease:
        assert lease is not None
    assert list(other.items()) == before


def test_the_queue_keeps_its_pointers_in_order() -> None:
    """Nothing is sent."""
    queue = SandboxQueue()
    queue.send_pages([Page((Pointer(2, 1), Pointer(1, 1)), "x")], delay=5)
    queue.send_pages([Page((Pointer(3, 1),), "x")])
    assert [pointer.order_id for pointer in queue.pointers] == [2, 1, 3]
