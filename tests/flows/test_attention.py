"""`attention`: every order that needs a person, by reason, the longest waiting first, counted completely."""

from __future__ import annotations

from typing import Any

import pytest

from connector.state.rows import OrderRow, State
from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench
from tests.flows.tracking import add, hand_over


def ask(bench: Bench, **arguments: Any) -> dict[str, Any]:
    """The answer."""
    answer = bench.ask("attention", **arguments)
    assert answer["status"] == "done", answer
    return answer


def mark(bench: Bench, count: int, reason: str, since: int, first: int = 1) -> None:
    """So many orders of a reason, each marked a second after the one before."""
    ledger = bench.runtime().tools(bench.context()).ledger
    for number in range(count):
        ledger.save(OrderRow(first + number, State.HANDED_OVER, since=1).needing(reason, since + number))


def test_nothing_needs_a_person(bench: Bench) -> None:
    """An empty ledger, and one where all is well."""
    assert (ask(bench)["groups"], ask(bench)["total"]) == ([], 0)
    hand_over(bench)
    assert ask(bench)["total"] == 0


def test_orders_are_grouped_by_reason_with_what_to_do(bench: Bench) -> None:
    """Two that were refused, one whose label came although it is cancelled: what happened, what to do, since when."""
    bench.fetch()
    cancelled = hand_over(bench)
    bench.sellercloud.cancel(cancelled.order_id)
    bench.starshipit.print_label(cancelled.starshipit_id)
    bench.work(60)
    bench.clock.pass_time(5000)
    refused = [add(bench), add(bench)]
    bench.starshipit.faults.poison |= {str(order_id): "no such suburb" for order_id in refused}
    bench.fetch()
    bench.work(60)
    answer = ask(bench)
    assert answer["total"] == 3
    first, second = answer["groups"]
    assert (first["reason"], first["count"]) == ("order_is_cancelled", 1)
    assert "shows the order Canceled" in first["sentence"]
    assert first["next"]
    assert first["orders"][0]["order_id"] == cancelled.order_id
    assert first["oldest"] == first["orders"][0]["since"] < second["oldest"] <= answer["now"]
    assert (second["reason"], second["count"]) == ("refused_by_starshipit", 2)
    assert {one["order_id"] for one in second["orders"]} == set(refused)
    assert {one["state"] for one in second["orders"]} == {"refused"}


def test_one_reason_alone_and_what_is_beside_it(bench: Bench) -> None:
    """The others are counted, so that nobody takes a filtered list for the whole."""
    mark(bench, 3, "write_back_refused", 100)
    mark(bench, 2, "outcome_unknown", 50, first=10)
    answer = ask(bench, reason=" write_back_refused ")
    assert [group["reason"] for group in answer["groups"]] == ["write_back_refused"]
    assert (answer["total"], answer["others"]) == (3, {"outcome_unknown": 2})
    misspelt = ask(bench, reason="write_back")
    assert (misspelt["groups"], misspelt["total"]) == ([], 0)
    assert misspelt["others"] == {"outcome_unknown": 2, "write_back_refused": 3}


@pytest.mark.parametrize("count", [1, 20, 51])
def test_counts_are_complete_however_few_are_named(bench: Bench, count: int) -> None:
    """Twenty of each reason are named, the oldest; a limit names more, and never more than a thousand."""
    mark(bench, count, "new_mark", 1000)
    [group] = ask(bench)["groups"]
    assert group["count"] == count
    assert [one["since"] for one in group["orders"]] == list(range(1000, 1000 + min(count, 20)))
    assert len(ask(bench, limit=50)["groups"][0]["orders"]) == min(count, 50)
    assert ask(bench, limit=0)["groups"][0]["orders"] == []
    assert len(ask(bench, limit=10**9)["groups"][0]["orders"]) == count
    assert group["sentence"] == "Marked new_mark."


@pytest.mark.parametrize("arguments", [{"limit": -1}, {"limit": "many"}, {"limit": True}, {"reason": ["x"]}])
def test_wrong_arguments_are_refused(bench: Bench, arguments: dict[str, Any]) -> None:
    """A sentence says what would be right."""
    answer = bench.ask("attention", **arguments)
    assert answer["status"] == "refused"
    assert answer["message"].endswith(".")


def test_vendors_that_are_down_do_not_matter(bench: Bench) -> None:
    """Nobody but the ledger is asked."""
    mark(bench, 1, "outcome_unknown", 100)
    bench.sellercloud.faults.outage = True
    calls = len(bench.sellercloud.calls), len(bench.starshipit.calls)
    assert ask(bench)["total"] == 1
    assert (len(bench.sellercloud.calls), len(bench.starshipit.calls)) == calls


def test_a_dry_run_has_marks_of_its_own(make_bench: MakeBench) -> None:
    """What it found, and how many real orders wait beside it."""
    bench = make_bench()
    mark(bench, 2, "write_back_refused", 100, first=10)
    bench.environment["DRY_RUN"] = "true"
    mark(bench, 1, "no_street", 100)
    answer = ask(bench)
    assert (answer["dry_run"], answer["total"], answer["beside_dry_run"]) == (True, 1, 2)
    bench.environment["DRY_RUN"] = "false"
    answer = ask(bench)
    assert (answer["dry_run"], answer["total"], answer["beside_dry_run"]) == (False, 2, 0)
