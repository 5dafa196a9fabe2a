"""Hand-off 3: an unknown outcome is settled by looking, and by nothing else."""

from __future__ import annotations

import pytest

from connector.state.rows import State
from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench
from tests.flows.scene import (
    CREATE,
    IMPORT,
    SEARCH,
    UNSHIPPED,
    add_orders,
    assert_handed_over_once,
    assert_well_behaved,
    calls,
    creates,
    hand_off_once,
    rows,
    settled_bench,
    until_final,
    visible,
)


def _lost(bench: Bench, count: int = 1, kind: str = "lost_before_commit", times: int = 1) -> list[int]:
    """Orders whose import got no answer."""
    settled_bench(bench)
    bench.starshipit.faults.next(IMPORT, kind, times=times)
    ids = add_orders(bench, count)
    bench.fetch()
    hand_off_once(bench)
    assert {row.state for row in rows(bench, ids)} == {State.UNKNOWN}
    return ids


@pytest.mark.parametrize("shows_archived", [True, False])
@pytest.mark.parametrize("fate", ["unshipped", "printed", "shipped", "archived"])
def test_an_order_is_found_in_whatever_status(bench: Bench, fate: str, shows_archived: bool) -> None:
    """The order came to be, and was printed, shipped or archived before anybody looked: adopted, not sent again."""
    [order_id] = _lost(bench, kind="lost_after_commit")
    bench.starshipit.switches.archived_by_number = not shows_archived
    bench.starshipit.switches.search_shows_archived = shows_archived
    [made] = bench.starshipit.created_by_api(str(order_id))
    if fate in ("printed", "shipped", "archived"):
        bench.starshipit.print_label(made.order_id)
    if fate == "shipped":
        bench.starshipit.manifest(made.order_id)
    if fate == "archived":
        bench.starshipit.archive(made.order_id)
    bench.starshipit.outbox.clear()
    until_final(bench, [order_id])
    assert_handed_over_once(bench, [order_id])


def test_a_lagging_search_does_not_lead_to_a_second_order(bench: Bench) -> None:
    """Printed at once, and the search knows nothing of it for hours: found by its number."""
    [order_id] = _lost(bench, kind="lost_after_commit")
    bench.starshipit.switches.search_lag_seconds = 7200
    [made] = bench.starshipit.created_by_api(str(order_id))
    bench.starshipit.print_label(made.order_id)
    bench.starshipit.outbox.clear()
    until_final(bench, [order_id])
    assert_handed_over_once(bench, [order_id])


@pytest.mark.parametrize("reference", ["", "9999999", "PO-17"])
def test_an_order_with_somebody_elses_reference_is_not_taken_for_ours(bench: Bench, reference: str) -> None:
    """Another order has the same number and another reference: it is not adopted, and ours is created."""
    [order_id] = _lost(bench)
    other = bench.starshipit.create_by_hand(str(order_id), reference)
    until_final(bench, [order_id])
    assert_handed_over_once(bench, [order_id])
    assert other not in bench.row(order_id).starshipit_ids


def test_nothing_found_proves_nothing_before_the_settling_time(bench: Bench) -> None:
    """Looked for early and not found: the row waits for the settling time, without looks and without a create."""
    [order_id] = _lost(bench)
    visible(bench)
    hand_off_once(bench)
    row = bench.row(order_id)
    assert (row.state, row.looks) == (State.UNKNOWN, 0)
    assert bench.sqs.next_visible("orders") > 500  # type: ignore[operator]
    assert creates(bench, order_id) == 0


def test_two_complete_looks_then_sent_once_more_under_the_same_number(bench: Bench) -> None:
    """After the settling time two looks find nothing; then, and only then, one single create under the same number."""
    [order_id] = _lost(bench)
    sent_at = bench.row(order_id).sent_at
    searches: list[float] = []

    def on_send(method: str, path: str) -> None:
        now = bench.clock.now().timestamp()
        if f"{method} {path}" == SEARCH:
            searches.append(now - sent_at)
        if f"{method} {path}" == CREATE:
            searches.append(-1)

    bench.wire.on_send = on_send
    until_final(bench, [order_id])
    early, first, second, created = searches
    assert early < 60
    assert 600 <= first < second
    assert created == -1
    assert_handed_over_once(bench, [order_id])
    [made] = bench.starshipit.created_by_api(str(order_id))
    assert made.order_number == str(order_id)


def test_after_the_second_lost_answer_a_person_decides(bench: Bench) -> None:
    """Sent once more and lost again, never found: marked `outcome_unknown`, counted, and never sent a third time."""
    bench.starshipit.faults.next(CREATE, "lost_before_commit", times=9)
    [order_id] = _lost(bench)
    until_final(bench, [order_id])
    row = bench.row(order_id)
    assert (row.state, row.attention) == (State.UNKNOWN, "outcome_unknown")
    assert bench.telemetry.metrics["OutcomeUnknown"] == 1
    made, events = calls(bench, IMPORT) + calls(bench, CREATE), len(row.events)
    for _ in range(6):
        bench.fetch()
        bench.work(900)
    assert calls(bench, IMPORT) + calls(bench, CREATE) == made == 2
    assert len(bench.row(order_id).events) == events


@pytest.mark.parametrize(
    ("route", "kind"), [(UNSHIPPED, "500"), (SEARCH, "503"), (SEARCH, "refuse"), (UNSHIPPED, "429")]
)
def test_an_incomplete_look_does_not_count(bench: Bench, route: str, kind: str) -> None:
    """A page of the look fails: nothing is concluded from it, and the order that comes to light later is adopted."""
    [order_id] = _lost(bench, kind="late_commit")
    bench.starshipit.account._late.clear()
    bench.clock.pass_time(601)
    bench.starshipit.faults.next(route, kind, times=5)
    for _ in range(5):
        visible(bench)
        hand_off_once(bench)
        row = bench.row(order_id)
        assert (row.state, row.looks) == (State.UNKNOWN, 0), row
    bench.starshipit.create_by_hand(str(order_id), str(order_id))
    until_final(bench, [order_id])
    assert bench.row(order_id).state is State.HANDED_OVER
    assert creates(bench, order_id) == 0


def test_a_look_reads_every_page(bench: Bench) -> None:
    """Three hundred other orders lie before ours: it is found on the second page, without a search."""
    [order_id] = _lost(bench, kind="lost_after_commit")
    for number in range(300):
        bench.starshipit.create_by_hand(f"X{number}", f"REF-{number}")
    visible(bench)
    hand_off_once(bench)
    assert_handed_over_once(bench, [order_id])
    assert calls(bench, SEARCH) == 0
    assert calls(bench, UNSHIPPED) == 2


def test_a_look_that_finds_several_is_for_a_person(bench: Bench) -> None:
    """Somebody duplicated the order meanwhile: all are linked, none is added, a person is told."""
    [order_id] = _lost(bench, kind="lost_after_commit")
    copy = bench.starshipit.create_by_hand(str(order_id), str(order_id))
    until_final(bench, [order_id])
    row = bench.row(order_id)
    assert row.attention == "several_starshipit_orders"
    assert copy in row.starshipit_ids
    assert len(row.starshipit_ids) == 2
    assert creates(bench, order_id) == 1


def test_fifty_unknown_orders_are_settled_in_a_short_invocation(make_bench: MakeBench) -> None:
    """There is no time to look for fifty orders at once: what was found out is kept, and the page gets on."""
    bench = make_bench(FUNCTION_TIMEOUT="20", SETTLE_SECONDS="60")
    ids = _lost(bench, 50)
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)
    assert_well_behaved(bench)


def test_cancelled_while_unknown(bench: Bench) -> None:
    """Never found, and cancelled in Sellercloud meanwhile: it is not sent once more."""
    [order_id] = _lost(bench)
    bench.sellercloud.cancel(order_id)
    until_final(bench, [order_id])
    assert bench.row(order_id).state is State.EXCLUDED
    assert creates(bench, order_id) == 0


def test_a_lost_pointer_is_found_again_by_its_deadline(bench: Bench) -> None:
    """The queue loses the message of an unknown order: the next ticks find the row by index, and it is settled."""
    [order_id] = _lost(bench, kind="lost_after_commit")
    bench.sqs.queues["orders"].clear()
    until_final(bench, [order_id])
    assert_handed_over_once(bench, [order_id])
