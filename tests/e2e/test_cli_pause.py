"""`connector pause` and `resume` against the deployed stack: what is stopped, who stopped it, what goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import Bench
from tests.e2e.terminal import Terminal


@pytest.fixture(autouse=True)
def running(bench: Bench) -> Iterator[None]:
    """Both consumers run before and after; the schedule is off in these tests, as the stack was deployed."""
    yield
    for function in ("HandOffOrders", "ApplyTracking"):
        _consumer(bench, function, turn="Enabled")


def _consumer(bench: Bench, function: str, turn: str = "") -> str:
    client = bench.stack.client("lambda")
    [mapping] = client.list_event_source_mappings(FunctionName=bench.stack.functions[function])["EventSourceMappings"]
    if turn and mapping["State"] != turn:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=turn == "Enabled")
    return str(mapping["State"])


def test_orders_wait_while_paused_and_go_when_resumed(bench: Bench, terminal: Terminal) -> None:
    """The consumer is off, the note has its author, a second pause changes nothing, and nothing is lost."""
    paused = terminal("pause", "orders", role="operator")
    assert (paused.code, paused.err) == (0, ""), paused
    assert paused.out.startswith("The hand-off of orders to Starshipit is paused.")
    assert _consumer(bench, "HandOffOrders") == "Disabled"
    assert _consumer(bench, "ApplyTracking") == "Enabled"
    again = terminal("pause", "orders", "--json", role="installer").json
    assert "is paused already, since 20" in again["message"]
    assert "operator-at-work" in again["pauses"]["orders"]["by"]
    order = bench.sellercloud.add_order()
    assert bench.fetch()["counts"]["queued"] == 1
    listed = terminal("pause", role="operator")
    assert "operator-at-work" in listed.out.replace("\n", "")
    assert terminal("pause", "--json").json["directions"]["orders"]["waiting"] == 1
    assert len(bench.starshipit.orders) == 0
    resumed = terminal("resume", "orders", role="operator")
    assert (resumed.code, "Messages that waited: 1." in resumed.out) == (0, True), resumed
    bench.wait_for(lambda: len(bench.starshipit.orders) == 1, "the order in Starshipit")
    assert len(bench.starshipit.created_by_api(str(order))) == 1
    assert "is not paused" in terminal("resume", "orders", role="operator").out


def test_the_schedule_keeps_all_it_was_deployed_with(bench: Bench, terminal: Terminal) -> None:
    """On and off again: nothing of the schedule but its state has changed."""
    client, name = bench.stack.client("scheduler"), bench.stack.outputs["FetchScheduleName"]

    def read() -> dict[str, object]:
        told = client.get_schedule(Name=name)
        return {key: told[key] for key in told if key not in ("ResponseMetadata", "LastModificationDate", "State")}

    before = read()
    resumed = terminal("resume", "fetch", role="operator")
    assert "though not by `connector pause`" in resumed.out, resumed
    assert client.get_schedule(Name=name)["State"] == "ENABLED"
    assert terminal("pause", "fetch", role="operator").code == 0
    assert client.get_schedule(Name=name)["State"] == "DISABLED"
    assert read() == before
    assert "paused since" in terminal("pause", role="operator").out


def test_who_may_not_pause_is_told_and_nothing_is_noted(bench: Bench, terminal: Terminal) -> None:
    """A permission is missing, or there is no such direction: the consumer runs on."""
    denied = terminal("pause", "orders", role="nobody")
    assert (denied.code, "is missing" in denied.err) == (3, True)
    assert terminal("pause", "everything", role="operator").code == 2
    assert terminal("resume", role="operator").code == 2
    assert _consumer(bench, "HandOffOrders") == "Enabled"
    assert terminal("pause", "--json").json["directions"]["orders"]["running"]
