"""Small records: kept apart by kind, name and prefix; leftovers of a batch are repeated."""

from __future__ import annotations

from connector.state import documents
from connector.state.records import DRY_RUN_PREFIX, Records
from tests.fakes import FakeClock
from tests.flows.dynamodb import FakeDynamoDb


def test_records_come_back_as_they_were_put() -> None:
    """Whole numbers, fractions, texts, none, lists and maps; an unknown record is empty."""
    records = Records(FakeDynamoDb(), "ledger", FakeClock())
    values = {"a": 1, "b": 1.5, "c": "x", "d": None, "e": [1, "2"], "f": {"g": True}, "h": -3, "i": ""}
    records.put("KIND", "one", values)
    assert records.get("KIND", "one") == values
    assert records.get("KIND", "two") == {}
    assert records.get("OTHER", "one") == {}
    records.remove("KIND", "one")
    records.remove("KIND", "one")
    assert records.get("KIND", "one") == {}


def test_a_dry_run_has_records_of_its_own() -> None:
    """The same names, kept apart; the real run can look at them."""
    records = Records(FakeDynamoDb(), "ledger", FakeClock())
    dry = records.beside(DRY_RUN_PREFIX)
    dry.put("CURSOR", "fetch", {"at": 1})
    assert records.get("CURSOR", "fetch") == {}
    assert records.beside(DRY_RUN_PREFIX).get("CURSOR", "fetch") == {"at": 1}
    assert dry.get_many("CURSOR", ["fetch", "other"]) == {"fetch": {"at": 1}}


def test_many_records_are_stored_whatever_a_batch_leaves_over() -> None:
    """More than a batch takes, half of it refused for now, all there in the end, with their end of life."""
    client, clock = FakeDynamoDb(), FakeClock()
    records = Records(client, "ledger", clock)
    client.unprocessed = 5
    wanted = {f"n#{number}": {"number": number} for number in range(130)}
    records.put_many("ADOPT", wanted, keep_seconds=60)
    client.unprocessed = 5
    assert records.get_many("ADOPT", wanted) == wanted
    ends = {documents.value_of(item["expires_at"]) for item in client.items()}
    assert ends == {int(clock.now().timestamp()) + 60}
