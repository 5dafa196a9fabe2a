"""The ledger: conditional writes, look-ups by number and state, what expires."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import LostRace
from connector.state import documents
from connector.state.rows import FINISHED, INDEXED, Label, OrderRow, State
from tests.fakes import FakeClock
from tests.flows.dynamodb import FakeDynamoDb
from tests.unit.state.stack import ledger

TEXTS = st.text(max_size=8)
WHOLES = st.integers(0, 2**40)
ROWS = st.builds(
    OrderRow,
    order_id=st.integers(1, 2**31),
    state=st.sampled_from(State),
    since=WHOLES,
    revision=TEXTS,
    company_id=st.none() | st.integers(1, 999),
    reason=TEXTS,
    vendor_text=TEXTS,
    starshipit_ids=st.lists(WHOLES, max_size=3).map(tuple),
    adopt=st.booleans(),
    due_at=WHOLES,
    attention=TEXTS,
    labels=st.dictionaries(TEXTS.filter(bool), st.builds(Label, status=TEXTS, reported_at=WHOLES), max_size=3),
    written=st.lists(TEXTS, max_size=3).map(tuple),
)


@given(ROWS, st.dictionaries(st.sampled_from(["reason", "count"]), TEXTS | WHOLES))
def test_a_row_comes_back_as_it_was_stored(row: OrderRow, facts: dict[str, object]) -> None:
    """Every field, whatever its value, survives the table; a deadline that is looked for is never empty."""
    row = row.noting(5, "noted").noting(6, "again", **facts)
    book = ledger()
    saved = book.save(row)
    assert saved == replace(row, version=1)
    due_at = row.due_at or (row.since if row.state in INDEXED else 0)
    assert book.get(row.order_id) == replace(saved, due_at=due_at)


def test_of_two_who_change_a_row_one_wins() -> None:
    """The second reads again; nothing of the first change is lost."""
    book = ledger()
    read = book.save(OrderRow(1, State.QUEUED, since=1))
    book.save(replace(read, reason="first"))
    with pytest.raises(LostRace):
        book.save(replace(read, reason="second"))
    assert book.save_many([replace(read, reason="third"), OrderRow(2, State.QUEUED, since=1)]).keys() == {2}
    found = book.get(1)
    assert found
    assert (found.reason, found.version) == ("first", 2)


def test_a_new_row_never_replaces_one_that_is_there() -> None:
    """Two runs meet an unknown order at once: one row."""
    book = ledger()
    book.save(OrderRow(1, State.QUEUED, since=1))
    with pytest.raises(LostRace):
        book.save(OrderRow(1, State.EXCLUDED, since=1))


def test_change_reads_again_until_no_other_run_comes_between() -> None:
    """Somebody writes between reading and storing: both changes are there."""
    book = ledger()
    book.save(OrderRow(1, State.QUEUED, since=1))
    others = iter([lambda: book.save(replace(book.get(1) or OrderRow(1, State.QUEUED, 0), detail="other"))])

    def how(row: OrderRow) -> OrderRow:
        next(others, lambda: None)()
        return replace(row, reason="mine")

    found = book.change(1, how)
    assert found
    assert (found.reason, found.detail, found.version) == ("mine", "other", 3)
    assert book.change(1, lambda row: None) == found
    assert book.change(9, how) is None


def test_a_number_leads_to_one_order_for_ever() -> None:
    """The first to take it keeps it; asking again is no conflict; the own id needs no entry."""
    book = ledger()
    book.save(OrderRow(1, State.QUEUED, since=1, order_number="A-1"))
    assert book.name("A-1", 1)
    assert book.name("A-1", 1)
    assert not book.name("A-1", 2)
    assert book.name("2", 2)
    found = book.by_number("A-1")
    assert found
    assert found.order_id == 1


def test_an_id_is_a_number_unless_the_order_goes_by_another() -> None:
    """A web-hook's bare id finds the row that has no other number; text and strangers find none."""
    book = ledger()
    book.save(OrderRow(1, State.HANDED_OVER, since=1))
    book.save(OrderRow(2, State.HANDED_OVER, since=1, order_number="A-2"))
    assert book.by_number("1") == book.get(1)
    assert book.by_number("2") is None
    assert book.by_number("3") is None
    assert book.by_number("A-9") is None


def test_rows_are_found_by_state_and_deadline() -> None:
    """Oldest deadline first, only those before the moment, only of this state and of this ledger."""
    client = FakeDynamoDb()
    book, dry = ledger(client), ledger(client, prefix="dry#")
    for order_id, due in ((1, 30), (2, 10), (3, 20)):
        book.save(OrderRow(order_id, State.QUEUED, since=5, due_at=due))
    book.save(OrderRow(4, State.UNKNOWN, since=5, due_at=1))
    dry.save(OrderRow(5, State.QUEUED, since=5, due_at=1))
    assert book.due(State.QUEUED, 30) == [2, 3]
    assert book.due(State.QUEUED, 31, limit=2) == [2, 3]
    assert dry.due(State.QUEUED, 31) == [5]
    assert book.get(5) is None


def test_a_row_leaves_the_index_when_its_state_changes() -> None:
    """What is shipped is looked for by nobody."""
    book = ledger()
    row = book.save(OrderRow(1, State.HANDED_OVER, since=5, due_at=6))
    assert book.due(State.HANDED_OVER, 10) == [1]
    book.save(row.to(State.SHIPPED, 7, "shipped"))
    assert book.due(State.HANDED_OVER, 10) == []


def test_the_oldest_is_the_one_that_waits_longest_whatever_its_deadline() -> None:
    """Renewed deadlines hide nobody."""
    book = ledger()
    book.save(OrderRow(1, State.QUEUED, since=5, due_at=900))
    book.save(OrderRow(2, State.QUEUED, since=500, due_at=600))
    assert book.oldest(State.QUEUED) == 5
    assert book.oldest(State.UNKNOWN) is None


def test_the_oldest_is_found_behind_a_page_of_the_index() -> None:
    """An answer holds a megabyte: the next one is asked for."""
    book = ledger()
    for order_id in range(1, 31):
        book.save(OrderRow(order_id, State.QUEUED, since=1000 - order_id, due_at=order_id, reason="x" * 100_000))
    assert book.oldest(State.QUEUED) == 970


@pytest.mark.parametrize("state", State)
def test_only_what_is_finished_expires(state: State) -> None:
    """An order on its way, or one that needs a person, stays until somebody has done something."""
    client, clock = FakeDynamoDb(), FakeClock()
    ledger(client, clock).save(OrderRow(1, state, since=5))
    (item,) = client.items()
    expires = documents.values_of(item).get("expires_at")
    assert expires == (int(clock.now().timestamp()) + 30 * 86_400 if state in FINISHED else None)
    assert ("state_key" in item) is (state in INDEXED)
    marked = FakeDynamoDb()
    ledger(marked, clock).save(OrderRow(1, state, since=5).needing("look", 6))
    (item,) = marked.items()
    assert "expires_at" not in item
    assert documents.values_of(item)["attention_key"] == "attention"


def test_more_rows_than_one_request_takes_are_all_read() -> None:
    """A hundred at a time, repeated ids once."""
    book = ledger()
    book.save_many([OrderRow(order_id, State.QUEUED, since=1) for order_id in range(1, 251)])
    assert book.get_many([*range(1, 300), 1]).keys() == set(range(1, 251))
    assert book.get_many([]) == {}


@pytest.mark.parametrize("value", [b"x", {1, 2}, object()])
def test_a_value_the_table_cannot_hold_is_refused(value: object) -> None:
    """Better than stored as something else."""
    with pytest.raises(TypeError):
        documents.plain({"value": value})
