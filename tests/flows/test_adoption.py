"""Fetch 7: on an empty ledger, orders another connector put into Starshipit are matched before anything is created."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.flows import adopt
from connector.state.rows import State
from tests.flows.bench import ORDERS, Bench
from tests.flows.conftest import MakeBench
from tests.flows.dynamodb import FakeDynamoDb
from tests.flows.scene import (
    CREATE,
    IMPORT,
    SEARCH,
    UNSHIPPED,
    Fuse,
    add_orders,
    assert_handed_over_once,
    assert_well_behaved,
    bulk_reads,
    calls,
    creates,
    hand_off_once,
    queue_page,
    rows,
    run_on,
    until_final,
)

pytestmark = pytest.mark.slow

LISTS = [UNSHIPPED, "GET /api/orders/shipped", "GET /api/orders/shipments"]


def _there(bench: Bench, number: str, reference: str = "", fate: str = "unshipped") -> int:
    """An order another connector put in, and what the warehouse did with it since."""
    starshipit_id = bench.starshipit.create_by_hand(number, reference)
    if fate != "unshipped":
        bench.starshipit.print_label(starshipit_id)
    if fate in ("shipped", "archived"):
        bench.starshipit.manifest(starshipit_id)
    if fate == "archived":
        bench.starshipit.archive(starshipit_id)
    bench.starshipit.outbox.clear()
    return starshipit_id


def _names(order_id: int, how: str) -> tuple[str, str]:
    """Number and reference as another connector may have chosen them."""
    return {
        "reference": (f"SC-{order_id}", str(order_id)),
        "number": (str(order_id), ""),
        "number, numeric reference": (str(order_id), "8812"),
        "channel number": ("#1001", "of the shop"),
        "channel reference": (f"SC-{order_id}", "#1001"),
    }[how]


@pytest.mark.parametrize(
    ("how", "fate"),
    [
        (how, fate)
        for how in ("reference", "number", "number, numeric reference", "channel number", "channel reference")
        for fate in ("unshipped", "printed", "shipped", "archived")
        # An archived order is in no list, and a search row shows no reference.
        if (how, fate) != ("channel reference", "archived")
    ],
)
def test_what_another_connector_put_in_is_adopted(bench: Bench, how: str, fate: str) -> None:
    """By reference, number or channel number, in whatever status, weeks ago: linked, and nothing is created."""
    [order_id] = add_orders(bench, 1, source_id="#1001")
    _there(bench, "X1", "of the shop", "shipped")
    starshipit_id = _there(bench, *_names(order_id, how), fate)
    bench.clock.pass_time(40 * 86_400)
    bench.fetch()
    bench.work(10)
    row = bench.row(order_id)
    assert (row.state, row.starshipit_ids) == (State.HANDED_OVER, (starshipit_id,)), row
    assert row.order_number == _names(order_id, how)[0]
    assert row.adopted_by_number == (how != "reference")
    assert calls(bench, IMPORT) + calls(bench, CREATE) == 0


def test_new_orders_go_and_known_ones_do_not(bench: Bench) -> None:
    """Half of the orders are there already: exactly the other half is created."""
    ids = add_orders(bench, 60)
    for order_id in ids[::2]:
        _there(bench, f"SC-{order_id}", str(order_id))
    bench.fetch()
    until_final(bench, ids)
    assert_handed_over_once(bench, ids[1::2])
    for order_id in ids[::2]:
        assert bench.row(order_id).state is State.HANDED_OVER
        assert creates(bench, order_id) == 0
    assert_well_behaved(bench)


def test_an_empty_starshipit_account_is_asked_four_lists_and_no_search(bench: Bench) -> None:
    """Nothing can be there: no question per order, one import for each fifty."""
    ids = add_orders(bench, 120)
    bench.fetch()
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)
    assert calls(bench, SEARCH) == 0
    assert sum(calls(bench, route) for route in LISTS) == 4
    assert calls(bench, IMPORT) == 3


def test_another_shops_order_of_the_same_channel_number_is_not_taken(bench: Bench) -> None:
    """The number 1001 is there with another Sellercloud order's reference: ours is created."""
    [order_id] = add_orders(bench, 1, source_id="1001")
    _there(bench, "1001", "1040007", "shipped")
    bench.fetch()
    until_final(bench, [order_id])
    assert_handed_over_once(bench, [order_id])


def test_one_order_there_is_never_adopted_by_two(bench: Bench) -> None:
    """Two orders carry the channel number 1001 and Starshipit has one: one adopts it, the other is created."""
    ids = add_orders(bench, 2, source_id="1001")
    starshipit_id = _there(bench, "1001", "of the shop")
    bench.fetch()
    until_final(bench, ids)
    found = [row.starshipit_ids for row in rows(bench, ids)]
    assert (starshipit_id,) in found
    assert len(set(found)) == 2
    assert sorted(creates(bench, order_id) for order_id in ids) == [0, 1]


def test_a_number_that_only_contains_ours_is_not_taken(bench: Bench) -> None:
    """A search finds phrases: orders that merely contain the channel number are not read one by one, nor adopted."""
    [order_id] = add_orders(bench, 1, source_id="10")
    for number in range(60):
        _there(bench, f"A10{number}", "of the shop")
    bench.fetch()
    until_final(bench, [order_id])
    assert_handed_over_once(bench, [order_id])
    assert calls(bench, "GET /api/orders") == 0


def test_the_snapshot_is_made_once_though_ten_consumers_ask(bench: Bench) -> None:
    """Ten pages come at once: one run lists the account, the others wait without reading orders, then all go on."""
    ids = add_orders(bench, 20)
    _there(bench, "X1", "of the shop")
    bench.fetch()
    bench.sqs.queues[ORDERS].clear()
    for first in range(0, 20, 2):
        queue_page(bench, ids[first : first + 2])
    came: list[int] = []

    def others(method: str, path: str) -> None:
        if path == "/api/orders/shipments":
            bench.wire.on_send = None
            came.extend(hand_off_once(bench) for _ in range(9))

    bench.wire.on_send = others
    hand_off_once(bench)
    assert came == [1] * 9
    assert bulk_reads(bench) == 1
    until_final(bench, ids)
    assert sum(calls(bench, route) for route in LISTS) == 4
    assert_handed_over_once(bench, ids)
    assert_well_behaved(bench)


def test_a_consumer_that_waited_for_the_lease_does_not_list_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its look for the snapshot and its lease another run made it: it is used."""
    ids = add_orders(bench, 55)
    bench.fetch()
    plain = adopt._recent_snapshot
    asked: list[int] = []

    def first_time_late(tools: object) -> object:
        asked.append(1)
        if len(asked) == 1:
            hand_off_once(bench)
            return None
        return plain(tools)  # type: ignore[arg-type]

    monkeypatch.setattr(adopt, "_recent_snapshot", first_time_late)
    hand_off_once(bench)
    until_final(bench, ids)
    assert sum(calls(bench, route) for route in LISTS) == 4


def test_a_large_account_is_listed_in_several_invocations(make_bench: MakeBench) -> None:
    """More pages than one invocation can read: the listing goes on where it stopped, and every order is matched."""
    bench = make_bench(FUNCTION_TIMEOUT="15")
    ids = add_orders(bench, 3)
    wanted = _there(bench, f"SC-{ids[0]}", str(ids[0]), "shipped")
    for number in range(3000):
        bench.starshipit.create_by_hand(f"X{number}", f"of the shop {number}")
    bench.fetch()
    bench.work(300)
    assert bench.row(ids[0]).starshipit_ids == (wanted,)
    assert_handed_over_once(bench, ids[1:])
    assert sum(calls(bench, route) for route in LISTS) < 30


def test_fifty_searches_that_do_not_fit_one_invocation_are_kept(make_bench: MakeBench) -> None:
    """Short invocations: what was searched for is not searched for again, and the page gets to its end."""
    bench = make_bench(FUNCTION_TIMEOUT="20")
    ids = add_orders(bench, 50)
    _there(bench, "X1", "of the shop")
    bench.fetch()
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)
    assert calls(bench, SEARCH) <= 2 * 50 + 10


def test_a_page_that_fails_gives_no_snapshot(bench: Bench) -> None:
    """A list cannot be read: nothing is created on half of the knowledge."""
    [order_id] = add_orders(bench, 1)
    _there(bench, f"SC-{order_id}", str(order_id), "shipped")
    bench.fetch()
    bench.starshipit.faults.next("GET /api/orders/shipped", "500", times=4)
    until_final(bench, [order_id])
    assert creates(bench, order_id) == 0
    assert bench.row(order_id).state is State.HANDED_OVER


@pytest.mark.parametrize("source", ["sellercloud_id", "channel"])
def test_a_lost_ledger_is_rebuilt_without_a_second_order(make_bench: MakeBench, source: str) -> None:
    """Handed over, half of it printed, one archived; the table is lost: the next run finds everything again."""
    bench = make_bench(ORDER_NUMBER_SOURCE=source)
    ids = add_orders(bench, 12, source_id="1001")
    bench.fetch()
    until_final(bench, ids)
    known = {order_id: bench.row(order_id).starshipit_ids for order_id in ids}
    for order_id in ids[:6]:
        bench.starshipit.print_label(known[order_id][0])
    bench.starshipit.archive(known[ids[0]][0])
    bench.starshipit.outbox.clear()
    bench.dynamodb = FakeDynamoDb()
    new = add_orders(bench, 3, source_id="1001")
    bench.fetch()
    until_final(bench, [*ids, *new])
    assert {order_id: bench.row(order_id).starshipit_ids for order_id in ids} == known
    assert_handed_over_once(bench, [*ids, *new])


def test_an_order_put_in_after_the_snapshot_is_found_by_search(bench: Bench) -> None:
    """The other connector still runs for a while: what it puts in after our listing is found, too."""
    ids = add_orders(bench, 51)
    _there(bench, "X1", "of the shop")
    bench.fetch()
    hand_off_once(bench)
    last = ids[-1]
    there = _there(bench, f"SC-{last}", str(last))
    until_final(bench, ids)
    assert bench.row(last).starshipit_ids == (there,)
    assert creates(bench, last) == 0
    assert sum(calls(bench, route) for route in LISTS) == 4


def test_a_hand_off_in_adoption_killed_at_any_effect(make_bench: MakeBench) -> None:
    """Killed at each effect of the snapshot, the search and the adoption: nothing is doubled or lost."""

    def page() -> tuple[Bench, list[int], int]:
        bench = make_bench(FUNCTION_TIMEOUT="20", SETTLE_SECONDS="60")
        ids = add_orders(bench, 2, source_id="#1001")
        there = _there(bench, "#1001", "of the shop", "printed")
        bench.fetch()
        return bench, ids, there

    def effects() -> int:
        fuse = Fuse()
        hand_off_once(page()[0], fuse)
        return fuse.count

    for at in range(1, effects() + 1):
        bench, ids, there = page()
        hand_off_once(bench, Fuse(at, after=at % 2 == 0))
        until_final(bench, ids)
        found = {row.starshipit_ids for row in rows(bench, ids)}
        assert (there,) in found, (at, found)
        assert len(found) == 2
        assert sorted(creates(bench, order_id) for order_id in ids) == [0, 1], at


def test_orders_refused_in_adoption_mode_and_corrected_go_once(bench: Bench) -> None:
    """An order of the first run is refused and corrected a day later: asked for anew, created once."""
    [order_id] = add_orders(bench, 1)
    _there(bench, "X1", "of the shop")
    bench.starshipit.faults.poison[str(order_id)] = "The street is not known"
    bench.fetch()
    until_final(bench, [order_id])
    assert bench.row(order_id).state is State.REFUSED
    bench.starshipit.faults.poison.clear()
    bench.clock.pass_time(timedelta(days=1).total_seconds())
    bench.sellercloud.edit(order_id, service="corrected")
    run_on(bench, 600, every=300)
    assert_handed_over_once(bench, [order_id])
    assert bench.sqs.queues[ORDERS] == []
