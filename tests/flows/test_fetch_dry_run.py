"""A dry run has rows and a cursor of its own and creates nothing (product.md, Operate)."""

from __future__ import annotations

from connector.state.rows import State
from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench
from tests.flows.fetching import TICK, add_orders, asked, created, cursor, dry_cursor, row_of, settle


def test_a_dry_run_creates_nothing_and_shows_what_it_would_do(make_bench: MakeBench) -> None:
    """What would go is previewed, what would not has its reason, and Starshipit is asked for nothing."""
    bench = make_bench(DRY_RUN="true")
    ids = add_orders(bench, 3)
    unpaid = add_orders(bench, 1, payment_status=10)
    settle(bench, ticks=3)
    assert {bench.row(order_id).state for order_id in ids} == {State.PREVIEWED}
    assert bench.row(*unpaid).reason == "unpaid"
    assert bench.starshipit.calls == []
    bench.environment["DRY_RUN"] = "false"
    assert {row_of(bench, order_id) for order_id in [*ids, *unpaid]} == {None}
    assert cursor(bench) == {}
    assert dry_cursor(bench)["watermark"]


def test_switched_off_it_starts_a_full_sweep_and_all_go(make_bench: MakeBench) -> None:
    """The first real run asks for everything, however long the dry run was, and every order goes once."""
    bench = make_bench(DRY_RUN="true")
    ids = add_orders(bench, 3)
    for _ in range(3):
        bench.fetch()
        bench.clock.pass_time(30 * 3600)
    assert bench.sqs.bodies
    bench.environment["DRY_RUN"] = "false"
    settle(bench, ticks=2)
    assert {created(bench, order_id) for order_id in ids} == {1}


def test_a_dry_run_between_real_runs_is_followed_by_a_sweep(bench: Bench) -> None:
    """Real, dry for an hour, real again: the real cursor did not move meanwhile, and all is asked for once more."""
    old = add_orders(bench, 2)
    settle(bench)
    before = cursor(bench)
    bench.environment["DRY_RUN"] = "true"
    new = add_orders(bench, 2)
    settle(bench, ticks=3)
    bench.environment["DRY_RUN"] = "false"
    assert cursor(bench) == before
    calls = len(asked(bench))
    settle(bench, ticks=2)
    assert ["lastUpdatedFrom" in query for query in asked(bench)[calls:]] == [False, True]
    assert {created(bench, order_id) for order_id in [*old, *new]} == {1}
    assert dry_cursor(bench) == {}


def test_messages_of_a_dry_run_mean_nothing_to_a_real_one(make_bench: MakeBench) -> None:
    """The queue still holds dry pointers when the switch is turned: they lead to no row and are let go."""
    bench = make_bench(DRY_RUN="true")
    ids = add_orders(bench, 3)
    bench.fetch()
    bench.environment["DRY_RUN"] = "false"
    bench.work(TICK)
    assert {created(bench, order_id) for order_id in ids} == {0}
    settle(bench)
    assert {created(bench, order_id) for order_id in ids} == {1}
