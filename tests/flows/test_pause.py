"""A person's pause is written down once, seen by everybody, and undone by nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench


def note(bench: Bench, direction: Any = None, paused: Any = True, by: Any = "user/Mo") -> dict[str, Any]:
    """What the command line notes."""
    asked = {} if direction is None else {"direction": direction, "paused": paused}
    return bench.ask("note_pause", by=by, **asked)


def test_without_a_direction_nothing_changes(bench: Bench) -> None:
    """What is paused is told; nothing is, at first."""
    before = list(bench.dynamodb.items())
    assert note(bench) == {"status": "done", "pauses": {}, "changed": False, "dry_run": False}
    assert list(bench.dynamodb.items()) == before


@pytest.mark.parametrize("direction", ["orders", "tracking", "fetch"])
def test_a_pause_keeps_its_author_until_it_is_undone(bench: Bench, direction: str) -> None:
    """Paused twice: the first one stands. Resumed twice: the second changes nothing."""
    at = int(bench.clock.now().timestamp())
    first = note(bench, direction)
    assert first["pauses"] == {direction: {"by": "user/Mo", "at": at}}
    assert first["changed"]
    bench.clock.pass_time(3600)
    second = note(bench, direction, by="user/Kim")
    assert second["pauses"] == {direction: {"by": "user/Mo", "at": at}}
    assert not second["changed"]
    assert note(bench)["pauses"] == first["pauses"]
    assert note(bench, direction, paused=False)["changed"]
    gone = note(bench, direction, paused=False)
    assert (gone["pauses"], gone["changed"]) == ({}, False)


def test_each_direction_is_paused_for_itself(bench: Bench) -> None:
    """Two at once, one of them undone."""
    note(bench, "orders")
    note(bench, "tracking")
    assert set(note(bench)["pauses"]) == {"orders", "tracking"}
    assert set(note(bench, "orders", paused=False)["pauses"]) == {"tracking"}


def test_a_dry_run_sees_the_pause_of_before_and_leaves_its_own(make_bench: MakeBench) -> None:
    """The switch of the dry run does not hide what a person stopped, in either direction."""
    bench = make_bench()
    note(bench, "orders")
    bench.environment["DRY_RUN"] = "true"
    told = note(bench, "fetch")
    assert (set(told["pauses"]), told["dry_run"]) == ({"orders", "fetch"}, True)
    bench.environment["DRY_RUN"] = "false"
    assert set(note(bench)["pauses"]) == {"orders", "fetch"}


def test_tracking_is_not_resumed_in_a_dry_run(make_bench: MakeBench) -> None:
    """Its reports wait for the end of the dry run; the pause itself stays noted."""
    bench = make_bench(DRY_RUN="true")
    assert note(bench, "tracking")["status"] == "done"
    refused = note(bench, "tracking", paused=False)
    assert refused["status"] == "refused"
    assert "DryRun=false" in refused["next"]
    assert set(note(bench)["pauses"]) == {"tracking"}
    assert note(bench, "orders", paused=False)["status"] == "done"


@pytest.mark.parametrize(
    ("direction", "paused"), [("order", True), ("ORDERS", True), (["orders"], True), (True, True), ("orders", "yes")]
)
def test_what_is_no_direction_is_refused(bench: Bench, direction: Any, paused: Any) -> None:
    """A sentence; nothing is noted."""
    answer = note(bench, direction, paused)
    assert answer["status"] == "refused"
    assert answer["message"]
    assert note(bench)["pauses"] == {}


def test_a_note_of_another_version_is_read(bench: Bench) -> None:
    """A record that lacks what this version writes is still a person's pause."""
    bench.runtime().tools(bench.context()).records.put("PAUSE", "orders", {"why": "stocktaking"})
    assert note(bench)["pauses"] == {"orders": {"by": "a person", "at": 0}}


def test_an_endless_name_is_cut(bench: Bench) -> None:
    """Who asks is shown, not trusted."""
    assert len(note(bench, "orders", by="x" * 5000)["pauses"]["orders"]["by"]) == 200
