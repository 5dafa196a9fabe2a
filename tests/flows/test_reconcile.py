"""The reconcile: missed labels are found, changes on either side noticed, and a run goes on where it was cut off."""

from __future__ import annotations

from typing import Any

import pytest

from connector.flows.vanished import look_for
from connector.state.rows import State
from tests.flows.bench import Bench
from tests.flows.tracking import assert_shipped, hand_over, hand_over_many

INTERVAL = 900


def lose_webhooks(bench: Bench) -> None:
    """What Starshipit says from now on reaches nobody."""
    bench._delivered = len(bench.starshipit.outbox)


def order_rows(bench: Bench) -> dict[str, Any]:
    """Every order's row as the table holds it."""
    return {item["pk"]["S"]: item for item in bench.dynamodb.items() if item["sk"]["S"] == "ORDER"}


def tick(bench: Bench) -> dict[str, Any]:
    """One reconcile interval: the run, and what it queued is worked on; web-hooks are lost meanwhile."""
    result = bench.reconcile()
    lose_webhooks(bench)
    bench.work(60)
    bench.clock.pass_time(INTERVAL - 60)
    return result


@pytest.mark.parametrize("ship_when", ["printed", "dispatched"])
def test_with_all_webhooks_lost_every_shipment_is_written_within_one_interval(ship_when: str) -> None:
    """Labels of one and of three parcels, printed after the last poll, manifested or not."""
    bench = Bench(SHIP_WHEN=ship_when)
    sales = hand_over_many(bench, 6, packages=3)
    tick(bench)
    numbers = {}
    for index, sale in enumerate(sales):
        numbers[sale.order_id] = bench.starshipit.print_label(sale.starshipit_id, parcels=1 + index % 3)
        bench.starshipit.manifest(sale.starshipit_id)
    lose_webhooks(bench)
    tick(bench)
    for sale in sales:
        assert_shipped(bench, sale, numbers[sale.order_id])


def test_with_polls_off_the_webhook_alone_ships(bench: Bench) -> None:
    """Nobody runs the reconcile; the reports do."""
    sale = hand_over(bench)
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    assert_shipped(bench, sale, numbers)


def test_a_reported_label_is_not_polled_again(bench: Bench) -> None:
    """What the web-hook told, and what is shipped, is no news: nothing is queued, run after run."""
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    for _ in range(3):
        assert tick(bench)["counts"]["labels_found"] == 0
    bench.starshipit.manifest(sale.starshipit_id)
    assert tick(bench)["counts"]["labels_found"] == 0


def test_labels_of_others_are_none_of_ours(bench: Bench) -> None:
    """The account prints orders of other shops as well; polling leaves them alone and counts nothing unmatched."""
    hand_over(bench)
    other = bench.starshipit.create_by_hand("SHOP-77")
    bench.starshipit.print_label(other)
    result = tick(bench)
    assert result["counts"]["labels_found"] == 0
    assert "UnmatchedTracking" not in bench.telemetry.metrics


def test_a_return_label_is_no_shipment(bench: Bench) -> None:
    """It is in Starshipit's lists like every other label."""
    sale = hand_over(bench)
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    back = bench.starshipit.return_label(sale.starshipit_id)
    bench.starshipit.manifest(back)
    lose_webhooks(bench)
    tick(bench)
    tick(bench)
    assert set(bench.sellercloud.snapshot(sale.order_id).tracking) - {""} == set(numbers)


def test_a_poll_that_fails_in_the_middle_keeps_its_mark(bench: Bench) -> None:
    """The third list is not answered: the next run asks from the same moment, and the label is found."""
    sale = hand_over(bench)
    tick(bench)
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    lose_webhooks(bench)
    bench.starshipit.faults.next("GET /api/orders/shipped", "500")
    assert tick(bench)["status"] == "interrupted"
    bench.clock.pass_time(3 * 3600)
    assert tick(bench)["status"] == "completed"
    assert_shipped(bench, sale, numbers)


def test_an_order_deleted_in_starshipit_needs_a_person_after_two_looks(bench: Bench) -> None:
    """One "not found" proves nothing; two, by id and by reference, do."""
    sale = hand_over(bench)
    bench.starshipit.delete(sale.starshipit_id)
    tick(bench)
    assert bench.row(sale.order_id).attention == ""
    tick(bench)
    assert bench.row(sale.order_id).attention == "vanished_from_starshipit"
    calls = len(bench.starshipit.calls)
    tick(bench)
    assert len(bench.starshipit.calls) - calls <= 5, "a marked order is not looked for in every run"


def test_a_page_that_is_read_twice_in_one_run_is_one_look(bench: Bench) -> None:
    """The invocation ends inside a page; the next one repeats it, a moment later."""
    sale = hand_over(bench)
    bench.starshipit.delete(sale.starshipit_id)
    for _ in range(2):
        tools = bench.runtime().tools(bench.context())
        look_for(tools, [bench.row(sale.order_id)], run_began=int(bench.clock.now().timestamp()) - 60)
    assert bench.row(sale.order_id).attention == ""


def test_cancelled_on_both_sides_by_people_needs_nobody(bench: Bench) -> None:
    """The seller cancels, the warehouse deletes: there is nothing to decide."""
    sale = hand_over(bench)
    bench.sellercloud.cancel(sale.order_id)
    bench.starshipit.delete(sale.starshipit_id)
    for _ in range(3):
        tick(bench)
    assert bench.row(sale.order_id).attention == ""


def test_an_archived_order_needs_a_person_until_it_is_restored(bench: Bench) -> None:
    """Hidden in Starshipit before its label: nobody prints it."""
    sale = hand_over(bench)
    bench.starshipit.archive(sale.starshipit_id)
    tick(bench)
    assert bench.row(sale.order_id).attention == "archived_in_starshipit"


def test_a_number_put_on_by_hand_is_recorded_and_left(bench: Bench) -> None:
    """Re-tracked in Sellercloud after we shipped it: the daily sweep notes it once and writes nothing."""
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    bench.sellercloud.ship_by_hand(sale.order_id, "HAND-1")
    for _ in range(3):
        bench.clock.pass_time(86_400 / 3)
        tick(bench)
    row = bench.row(sale.order_id)
    assert [event.what for event in row.events].count("retracked_by_hand") == 1
    assert set(bench.sellercloud.snapshot(sale.order_id).tracking) == {"HAND-1"}
    assert not row.attention


def test_an_order_unshipped_by_hand_is_recorded_and_left(bench: Bench) -> None:
    """A person took it back: that is marked, and nothing ships it again."""
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    bench.sellercloud.unship_by_hand(sale.order_id)
    bench.clock.pass_time(86_400)
    tick(bench)
    assert bench.row(sale.order_id).attention == "unshipped_in_sellercloud"
    tick(bench)
    assert bench.sellercloud.snapshot(sale.order_id).shipping_status == 1


def test_a_run_that_is_cut_off_goes_on_behind_the_last_order() -> None:
    """Four hundred orders and a function of ten seconds: every order is compared once, over several ticks."""
    bench = Bench()
    sales = hand_over_many(bench, 400)
    bench.environment["FUNCTION_TIMEOUT"], bench.timeout = "10", 10
    bench.wire.on_send = lambda *_: bench.clock.pass_time(0.7)
    compared, statuses = 0, []
    for _ in range(30):
        result = bench.reconcile()
        compared += result["counts"]["compared"]
        statuses.append(result["status"])
        if result["status"] == "completed":
            break
    assert statuses[-1] == "completed"
    assert "checkpointed" in statuses
    assert compared == len(sales)


def test_two_at_once_do_not_overlap(bench: Bench) -> None:
    """The second finds the lease taken and does nothing."""
    hand_over(bench)
    tools = bench.runtime().tools(bench.context())
    with tools.leases.held("reconcile", "another", 100):
        assert bench.reconcile()["status"] == "busy"


def test_a_dry_run_compares_nothing() -> None:
    """It has sent nothing."""
    bench = Bench(DRY_RUN="true")
    assert bench.reconcile()["status"] == "completed"
    assert not bench.starshipit.calls


@pytest.mark.parametrize(("secret", "status"), [("REPLACE_ME", "not_configured"), ("wrong", "credentials_refused")])
def test_bad_keys_are_told(bench: Bench, secret: str, status: str) -> None:
    """Nothing is asked with a placeholder; refused keys are named."""
    hand_over(bench)
    bench.secrets.store("starshipit", api_key=secret, subscription_key=secret)
    assert bench.reconcile()["status"] == status


def test_a_thousand_unchanged_orders_cost_a_page_of_calls_and_no_write() -> None:
    """≤ 24 Sellercloud and ≤ 12 Starshipit calls; no vendor is written to and no row changes."""
    bench = Bench(STARSHIPIT_REQUESTS_PER_SECOND="20", MAX_NEW_ORDERS_PER_RUN="2000")
    bench.starshipit.gateway.rate = 20
    hand_over_many(bench, 1000)
    bench.reconcile()
    rows = order_rows(bench)
    before = len(bench.sellercloud.calls), len(bench.starshipit.calls)
    bench.clock.pass_time(INTERVAL)
    result = bench.reconcile()
    assert result["counts"]["compared"] == 1000
    sellercloud, starshipit = bench.sellercloud.calls[before[0] :], bench.starshipit.calls[before[1] :]
    assert len(sellercloud) <= 24
    assert len(starshipit) <= 12
    assert {call.method for call in starshipit} == {"GET"}
    assert not [call for call in sellercloud if call.method == "PUT"]
    assert order_rows(bench) == rows
    assert {row["state"]["S"] for row in rows.values()} == {State.HANDED_OVER}
