"""I1: a person sends an order once more; exactly one more order is made, whatever dies, comes twice or comes late."""

from __future__ import annotations

import pytest

from connector.state.rows import State
from tests.flows.asking import ask_dying, mark, numbers_there
from tests.flows.bench import ORDERS, Bench
from tests.flows.conftest import MakeBench
from tests.flows.scene import (
    CREATE,
    IMPORT,
    ONE,
    SEARCH,
    UNSHIPPED,
    Fuse,
    add_orders,
    assert_well_behaved,
    calls,
    deliver_again,
    hand_off_once,
    run_on,
    settled_bench,
    until_final,
)
from tests.flows.tracking import Sale, assert_shipped, hand_over, say

SHORT = {"FUNCTION_TIMEOUT": "20", "SETTLE_SECONDS": "60"}


def _deleted(bench: Bench, **changes: object) -> Sale:
    """An order that was handed over and then deleted in Starshipit by somebody."""
    sale = hand_over(settled_bench(bench), **changes)  # type: ignore[arg-type]
    bench.starshipit.delete(sale.starshipit_id)
    return sale


def _resend(bench: Bench, order_id: int, *, confirmed: bool = True) -> dict[str, object]:
    return bench.ask("resend", number=str(order_id), confirmed=confirmed)


def _assert_once_more(bench: Bench, order_id: int, number: str = "") -> None:
    """The first order and one more, which the row knows beside the first; nothing is left to do."""
    first, second = bench.starshipit.created_by_api(str(order_id))
    row = bench.row(order_id)
    assert (first.order_number, second.order_number) == (str(order_id), number or f"{order_id}-R2")
    assert (row.state, row.generation, row.attention) == (State.HANDED_OVER, 2, "")
    assert row.starshipit_ids == (first.order_id, second.order_id)
    assert row.order_number == second.order_number
    assert bench.sqs.queues[ORDERS] == []
    assert_well_behaved(bench)


def test_a_person_is_asked_first_and_then_one_more_order_is_made(bench: Bench) -> None:
    """Unconfirmed: what was found, nothing changed. Confirmed: number -R2, who did it in the history."""
    sale = _deleted(bench)
    before = bench.row(sale.order_id)
    asked = _resend(bench, sale.order_id, confirmed=False)
    assert asked["status"] == "confirm"
    assert "no order of it" in str(asked["message"])
    assert "-R2" in str(asked["message"])
    assert bench.row(sale.order_id) == before
    assert _resend(bench, sale.order_id)["status"] == "done"
    event = bench.row(sale.order_id).events[-1]
    assert (event.what, event.facts) == ("resent", {"by": "a tester", "generation": 2})
    bench.work(60)
    _assert_once_more(bench, sale.order_id)


def test_a_second_wish_is_refused_while_the_first_is_on_its_way_and_once_it_is_there(bench: Bench) -> None:
    """Queued: on its way. Handed over: Starshipit has a live order. Deleted again: a third generation."""
    sale = _deleted(bench)
    assert _resend(bench, sale.order_id)["status"] == "done"
    again = _resend(bench, sale.order_id)
    assert (again["status"], "on its way" in str(again["message"])) == ("refused", True)
    bench.work(60)
    there = _resend(bench, sale.order_id)
    assert (there["status"], f"{sale.order_id}-R2" in str(there["message"])) == ("refused", True)
    _assert_once_more(bench, sale.order_id)
    bench.starshipit.delete(bench.row(sale.order_id).starshipit_ids[-1])
    assert _resend(bench, sale.order_id)["status"] == "done"
    bench.work(60)
    assert numbers_there(bench, sale.order_id) == [str(sale.order_id), f"{sale.order_id}-R2", f"{sale.order_id}-R3"]


def test_a_live_order_is_refused_and_an_archived_one_is_not_taken_for_the_new_one(bench: Bench) -> None:
    """In whatever status; the archived first order is neither adopted nor shipped, and the new one's label is."""
    sale = hand_over(settled_bench(bench))
    refused = _resend(bench, sale.order_id)
    assert refused["status"] == "refused"
    assert str(sale.starshipit_id) in str(refused["message"])
    assert "Delete or archive" in str(refused["next"])
    bench.starshipit.archive(sale.starshipit_id)
    assert "archived" in str(_resend(bench, sale.order_id, confirmed=False)["message"])
    assert _resend(bench, sale.order_id)["status"] == "done"
    bench.work(60)
    _assert_once_more(bench, sale.order_id)
    numbers = bench.starshipit.print_label(bench.row(sale.order_id).starshipit_ids[-1])
    bench.work(60)
    assert_shipped(bench, sale, numbers)


def test_an_order_nobody_told_us_of_is_seen(bench: Bench) -> None:
    """Made by hand with our reference under any number, also when the search lags behind."""
    sale = _deleted(bench)
    bench.starshipit.switches.search_lag_seconds = 3600
    by_hand = bench.starshipit.create_by_hand("SOMETHING", reference=str(sale.order_id))
    refused = _resend(bench, sale.order_id)
    assert (refused["status"], str(by_hand) in str(refused["message"])) == ("refused", True)


def test_a_printed_label_is_refused_until_it_is_cancelled(make_bench: MakeBench) -> None:
    """The order is archived, its label still is a parcel: reported by web-hook, or only shown on the archived order."""
    for reported in (True, False):
        bench = settled_bench(make_bench(SHIP_WHEN="dispatched"))
        sale = hand_over(bench)
        [number] = bench.starshipit.print_label(sale.starshipit_id)
        if reported:
            bench.work(60)
        bench.starshipit.archive(sale.starshipit_id)
        refused = _resend(bench, sale.order_id)
        assert (refused["status"], number in str(refused["message"])) == ("refused", True)
        bench.starshipit.cancel_label(sale.starshipit_id)
        bench.work(60)
        assert _resend(bench, sale.order_id)["status"] == "done"
        bench.work(60)
        assert len(numbers_there(bench, sale.order_id)) == 2


@pytest.mark.parametrize("route", [ONE, SEARCH, UNSHIPPED])
@pytest.mark.parametrize("kind", ["500", "503", "429", "garbage", "lost_before_commit"])
def test_nothing_is_done_when_starshipit_does_not_answer(bench: Bench, route: str, kind: str) -> None:
    """One sentence and a next step; the row is as it was."""
    sale = _deleted(bench)
    bench.starshipit.faults.always(route, kind)
    before = bench.row(sale.order_id)
    answer = _resend(bench, sale.order_id)
    assert answer["status"] in ("vendor_trouble", "no_time"), answer
    assert answer["next"]
    assert bench.row(sale.order_id) == before


def test_credentials_refused_and_not_configured_do_nothing(bench: Bench) -> None:
    """The answer names what to store."""
    sale = _deleted(bench)
    before = bench.row(sale.order_id)
    bench.secrets.store("starshipit", api_key="wrong", subscription_key="wrong")
    assert _resend(bench, sale.order_id)["status"] == "credentials_refused"
    bench.secrets.store("starshipit", api_key="REPLACE_ME", subscription_key="REPLACE_ME")
    assert _resend(bench, sale.order_id)["status"] in ("not_configured", "credentials_refused")
    assert bench.row(sale.order_id) == before


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_effect_and_asked_again_there_is_one_more_order(make_bench: MakeBench, after: bool) -> None:
    """Wherever the command dies, asking again is safe; a row stored and not queued is found by a later fetch."""
    at = 1
    while True:
        bench = make_bench(**SHORT)
        sale = _deleted(bench)
        fuse = Fuse(at, after=after)
        ask_dying(bench, fuse, "resend", number=str(sale.order_id), confirmed=True)
        _resend(bench, sale.order_id)
        until_final(bench, [sale.order_id])
        _assert_once_more(bench, sale.order_id)
        if not fuse.burnt:
            break
        at += 1
    assert at > 5


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["", "lost_after_commit", "lost_before_commit", "late_commit"])
def test_the_hand_off_of_the_new_generation_killed_at_any_effect(make_bench: MakeBench, kind: str) -> None:
    """Its message comes again, its create is lost or late: one more order, never two, and never the old one adopted."""
    at = 1
    while True:
        bench = make_bench(**SHORT)
        sale = hand_over(settled_bench(bench))
        bench.starshipit.archive(sale.starshipit_id)
        assert _resend(bench, sale.order_id)["status"] == "done"
        if kind:
            bench.starshipit.faults.next(IMPORT, kind, seconds=45 if kind == "late_commit" else None)
        deliver_again(bench)
        fuse = Fuse(at)
        hand_off_once(bench, fuse)
        bench.fetch()
        until_final(bench, [sale.order_id])
        run_on(bench, 600)
        _assert_once_more(bench, sale.order_id)
        if not fuse.burnt:
            break
        at += 1 if not kind else 3
    assert at > 5


@pytest.mark.slow
def test_two_people_at_once_one_of_them_loses(make_bench: MakeBench) -> None:
    """The second runs whole between any two effects of the first: one generation begins, one order is made."""
    at = 1
    while True:
        bench = make_bench(**SHORT)
        sale = _deleted(bench)
        bench.starshipit.gateway.rate = 1000  # a call is stopped after its slot was reserved, and made late
        others: list[dict[str, object]] = []
        fuse = Fuse(
            at,
            meanwhile=lambda bench=bench, sale=sale, others=others: others.append(_resend(bench, sale.order_id)),  # type: ignore[misc]
        )
        mine = ask_dying(bench, fuse, "resend", number=str(sale.order_id), confirmed=True)
        assert mine
        if others:
            assert sorted(str(each["status"]) for each in (mine, *others)) == ["done", "refused"], at
        bench.work(120)
        _assert_once_more(bench, sale.order_id)
        if not others:
            break
        at += 1
    assert at > 5


@pytest.mark.parametrize("duplicates", ["duplicate", "reject"])
def test_the_old_generation_committed_late_is_never_taken_for_the_new_one(
    make_bench: MakeBench, duplicates: str
) -> None:
    """The first create is given up; it appears hours later, after the second one was made: the row keeps to its own."""
    bench = settled_bench(make_bench(**SHORT))
    bench.starshipit.switches.duplicates = duplicates  # type: ignore[assignment]
    [order_id] = add_orders(bench, 1)
    bench.starshipit.faults.next(IMPORT, "late_commit", seconds=9000)
    bench.starshipit.faults.next(CREATE, "lost_before_commit")
    bench.fetch()
    until_final(bench, [order_id])
    assert bench.row(order_id).attention == "outcome_unknown"
    assert _resend(bench, order_id)["status"] == "done"
    bench.starshipit.faults.next(CREATE, "lost_after_commit")
    bench.starshipit.faults.next(IMPORT, "lost_after_commit")
    bench.clock.pass_time(9000)
    until_final(bench, [order_id])
    row = bench.row(order_id)
    made = {order.order_number: order.order_id for order in bench.starshipit.created_by_api(str(order_id))}
    assert made.keys() == {str(order_id), f"{order_id}-R2"}
    assert (row.state, row.order_number) == (State.HANDED_OVER, f"{order_id}-R2")
    assert row.starshipit_ids == (made[f"{order_id}-R2"],)


def test_an_order_still_being_looked_for_is_left_to_the_connector(bench: Bench) -> None:
    """Unknown, not given up yet: whoever waits gets an answer; a new generation would be a second parcel."""
    settled_bench(bench)
    [order_id] = add_orders(bench, 1)
    bench.starshipit.faults.next(IMPORT, "late_commit", seconds=300)
    bench.fetch()
    hand_off_once(bench)
    assert bench.row(order_id).state is State.UNKNOWN
    assert _resend(bench, order_id)["status"] == "refused"
    until_final(bench, [order_id])
    assert numbers_there(bench, order_id) == [str(order_id)]


@pytest.mark.parametrize("source", ["sellercloud_id", "channel"])
def test_the_number_of_the_new_generation(make_bench: MakeBench, source: str) -> None:
    """The setting's number with -R2; 50 characters are kept to; a number that is taken gets the order's id."""
    bench = make_bench(ORDER_NUMBER_SOURCE=source)
    short = _deleted(bench, source_id="112-9")
    expected = "112-9" if source == "channel" else str(short.order_id)
    bench.runtime().tools(bench.context()).ledger.name(f"{expected}-R2", 999)
    assert _resend(bench, short.order_id)["status"] == "done"
    bench.work(60)
    assert numbers_there(bench, short.order_id) == [expected, f"{expected}-R2-{short.order_id}"]
    long = _deleted(bench, source_id="X" * 49)
    assert _resend(bench, long.order_id)["status"] == "done"
    bench.work(60)
    first = "X" * 49 if source == "channel" else str(long.order_id)
    assert numbers_there(bench, long.order_id) == [first, f"{long.order_id}-R2"]


def test_reports_of_both_generations_find_the_order_by_number_alone(bench: Bench) -> None:
    """No reference in the report: the old number and the new one, with and without a split's suffix, lead to it."""
    sale = _deleted(bench)
    _resend(bench, sale.order_id)
    bench.work(60)
    for place, number in enumerate(
        (sale.order_id, f"{sale.order_id}-R2", f"{sale.order_id}-R2-1", f"{sale.order_id}-1")
    ):
        say(bench, f"T{place}", "Cancelled", str(number))
    bench.work()
    assert sorted(bench.row(sale.order_id).labels) == ["T0", "T1", "T2", "T3"]
    assert "UnmatchedTracking" not in bench.telemetry.metrics


def test_an_order_cancelled_or_shipped_in_sellercloud_meanwhile_does_not_go(bench: Bench) -> None:
    """The hand-off reads and judges it anew: left out with the reason."""
    sale = _deleted(bench)
    assert _resend(bench, sale.order_id)["status"] == "done"
    bench.sellercloud.ship_by_hand(sale.order_id, "BYHAND")
    bench.work(60)
    assert bench.row(sale.order_id).state is State.EXCLUDED
    assert len(numbers_there(bench, sale.order_id)) == 1


def test_an_order_adopted_from_another_connector_gets_one_of_our_own(bench: Bench) -> None:
    """Matched by number on the first run, then archived: the new one carries our reference, the old is left alone."""
    [order_id] = add_orders(bench, 1)
    old = bench.starshipit.create_by_hand(str(order_id), reference="THEIRS", platform="Other")
    bench.fetch()
    bench.work(60)
    assert bench.row(order_id).starshipit_ids == (old,)
    bench.clock.pass_time(3600)
    assert _resend(bench, order_id)["status"] == "refused"
    bench.starshipit.archive(old)
    assert _resend(bench, order_id)["status"] == "done"
    bench.work(60)
    assert numbers_there(bench, order_id) == [f"{order_id}-R2"]
    row = bench.row(order_id)
    assert (row.state, row.adopted_by_number) == (State.HANDED_OVER, False)
    numbers = bench.starshipit.print_label(row.starshipit_ids[-1])
    bench.work(60)
    assert_shipped(bench, Sale(order_id, row.starshipit_ids[-1]), numbers)


def test_a_shipped_order_is_refused_with_what_to_do(bench: Bench) -> None:
    """A further parcel is made in Starshipit by hand; its number is added."""
    sale = hand_over(settled_bench(bench))
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    refused = _resend(bench, sale.order_id)
    assert (refused["status"], numbers[0] in str(refused["message"])) == ("refused", True)
    by_hand = bench.starshipit.create_by_hand("MORE", reference=str(sale.order_id))
    numbers += bench.starshipit.print_label(by_hand)
    bench.work(120)
    assert_shipped(bench, sale, numbers)


def test_what_the_queue_does_not_take_goes_with_a_later_fetch(bench: Bench) -> None:
    """The person is told; nothing is lost."""
    sale = _deleted(bench)
    bench.sqs.refuse = 2
    answer = _resend(bench, sale.order_id)
    assert (answer["status"], "later fetch" in str(answer["message"])) == ("done", True)
    until_final(bench, [sale.order_id])
    _assert_once_more(bench, sale.order_id)


def test_a_dry_run_and_unknown_numbers_and_bad_arguments(make_bench: MakeBench) -> None:
    """Each is one sentence with a next step."""
    bench = settled_bench(make_bench())
    for arguments in ({}, {"number": ""}, {"number": None}, {"number": ["7"]}, {"number": "7", "confirmed": "yes"}):
        answer = bench.ask("resend", **arguments)
        assert (answer["status"], bool(answer["next"])) == ("refused", True), arguments
    for number in ("7", "id:", "id:x", "none", "9" * 40, "#1001", "٣"):
        assert bench.ask("resend", number=number, confirmed=True)["status"] == "not_found", number
    dry = make_bench(DRY_RUN="true")
    assert "DryRun" in bench_message(dry)


def bench_message(bench: Bench) -> str:
    """What a resend is answered with."""
    return str(bench.ask("resend", number="7", confirmed=True)["message"])


def test_a_number_that_may_mean_two_orders_means_none(bench: Bench) -> None:
    """A channel's number that is another order's id: nothing is done until the id is named."""
    sale = _deleted(bench)
    other = hand_over(bench, source_id=str(sale.order_id))
    refused = bench.ask("resend", number=str(sale.order_id), confirmed=True)
    assert (refused["status"], f"id:{other.order_id}" in refused["next"]) == ("refused", True)
    assert bench.ask("resend", number=f"id:{sale.order_id}", confirmed=True)["status"] == "done"
    bench.work(60)
    _assert_once_more(bench, sale.order_id)
    assert len(numbers_there(bench, other.order_id)) == 1


def test_a_number_sellercloud_may_show_though_its_label_was_cancelled(bench: Bench) -> None:
    """That has to be put right first."""
    sale = _deleted(bench)
    mark(bench, sale.order_id, "label_cancelled_after_shipping")
    refused = _resend(bench, sale.order_id)
    assert (refused["status"], "connector retry" in str(refused["next"])) == ("refused", True)
    assert calls(bench, IMPORT) == 1
