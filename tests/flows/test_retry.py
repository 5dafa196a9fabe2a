"""I1, I2, I3: orders that were refused or got stuck are tried again; nothing is made twice, no mark is lost."""

from __future__ import annotations

from typing import Any

import pytest

from connector.state.ledger import Ledger
from connector.state.rows import OrderRow, State
from tests.flows.asking import ask_dying, mark, numbers_there, retry
from tests.flows.bench import ORDERS, TRACKING, Bench
from tests.flows.conftest import MakeBench
from tests.flows.scene import (
    CREATE,
    IMPORT,
    Fuse,
    add_orders,
    assert_handed_over_once,
    assert_well_behaved,
    creates,
    rows,
    settled_bench,
    until_final,
)
from tests.flows.tracking import LIST, SHIP_ORDER, Sale, assert_shipped, hand_over, hand_over_many, starshipit_id

SHORT = {"FUNCTION_TIMEOUT": "20", "SETTLE_SECONDS": "60"}
CANCELLED = "label_cancelled_after_shipping"


def _refused(bench: Bench, count: int = 1) -> list[int]:
    """Orders Starshipit refuses, until its rules are corrected there."""
    ids = add_orders(bench, count)
    bench.starshipit.faults.poison.update({str(order_id): "The post code is not valid" for order_id in ids})
    bench.fetch()
    bench.work(300)
    assert {row.state for row in rows(bench, ids)} == {State.REFUSED}
    return ids


def _given_up(bench: Bench) -> int:
    """An order whose creates were never answered, and which is nowhere."""
    settled_bench(bench)
    [order_id] = add_orders(bench, 1)
    bench.starshipit.faults.next(IMPORT, "lost_before_commit")
    bench.starshipit.faults.next(CREATE, "lost_before_commit")
    bench.fetch()
    until_final(bench, [order_id])
    assert bench.row(order_id).attention == "outcome_unknown"
    return order_id


def _stuck(bench: Bench, **changes: Any) -> tuple[Sale, list[str]]:
    """A printed order Sellercloud shows on hold, so that its numbers are not written."""
    sale = hand_over(settled_bench(bench), **changes)
    bench.sellercloud.hold(sale.order_id)
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    assert bench.row(sale.order_id).attention == "order_is_onhold"
    return sale, numbers


def test_refused_orders_go_once_what_stood_against_them_is_corrected(bench: Bench) -> None:
    """51 of them, by reason: queued at once, each handed over once, with who asked in its history."""
    settled_bench(bench)
    ids = _refused(bench, 51)
    bench.starshipit.faults.poison.clear()
    answer = bench.ask("retry", reason="refused_by_starshipit")
    assert (answer["more"], len(answer["results"])) == (False, 51)
    assert {line["outcome"] for line in answer["results"]} == {"queued"}
    assert {row.events[-1].what for row in rows(bench, ids)} == {"retried"}
    bench.work(120)
    assert_handed_over_once(bench, ids)
    assert_well_behaved(bench)


def test_an_order_that_is_still_refused_needs_a_person_again(bench: Bench) -> None:
    """And trying it twice at once does no harm."""
    settled_bench(bench)
    [order_id] = _refused(bench)
    assert retry(bench, order_id) == {str(order_id): "queued"}
    assert retry(bench, order_id) == {str(order_id): "on_its_way"}
    bench.work(120)
    row = bench.row(order_id)
    assert (row.state, row.attention, creates(bench, order_id)) == (State.REFUSED, "refused_by_starshipit", 0)


def test_only_the_reason_asked_for_and_nothing_that_is_excluded(bench: Bench) -> None:
    """Another reason is left alone; with all, both go, but what a guard keeps back does not."""
    settled_bench(bench)
    unpaid = bench.sellercloud.add_order(payment_status=10)
    refused = _refused(bench)
    other = hand_over(bench)
    mark(bench, other.order_id, "label_not_in_starshipit")
    none = bench.ask("retry", reason="no_such_reason")
    assert none["results"] == []
    assert none["reasons"] == {"refused_by_starshipit": 1, "label_not_in_starshipit": 1}
    assert [line["order_id"] for line in bench.ask("retry", reason="label_not_in_starshipit")["results"]] == [
        other.order_id
    ]
    mark(bench, other.order_id, "label_not_in_starshipit")
    every = {line["order_id"] for line in bench.ask("retry", all=True)["results"]}
    assert every == {*refused, other.order_id}
    assert bench.row(unpaid).state is State.EXCLUDED


def test_an_excluded_order_that_is_named_is_judged_anew(bench: Bench) -> None:
    """Excluded again while the reason stands; handed over once it is gone, before any fetch saw that."""
    settled_bench(bench)
    order_id = bench.sellercloud.add_order(payment_status=10)
    bench.fetch()
    assert retry(bench, order_id) == {str(order_id): "queued"}
    bench.work(60)
    assert (bench.row(order_id).state, bench.row(order_id).reason) == (State.EXCLUDED, "unpaid")
    bench.sellercloud.edit(order_id, payment_status=30)
    assert retry(bench, order_id) == {str(order_id): "queued"}
    bench.work(60)
    assert_handed_over_once(bench, [order_id])


@pytest.mark.parametrize("duplicates", ["duplicate", "reject"])
def test_an_unknown_order_is_looked_for_again_and_adopted_if_it_appeared(
    make_bench: MakeBench, duplicates: str
) -> None:
    """It appeared meanwhile, by whatever way: adopted, no create."""
    bench = make_bench(**SHORT)
    bench.starshipit.switches.duplicates = duplicates  # type: ignore[assignment]
    order_id = _given_up(bench)
    by_hand = bench.starshipit.create_by_hand(str(order_id), reference=str(order_id))
    assert retry(bench, order_id) == {str(order_id): "looked_for"}
    until_final(bench, [order_id])
    row = bench.row(order_id)
    assert (row.state, row.starshipit_ids, row.attention) == (State.HANDED_OVER, (by_hand,), "")
    assert creates(bench, order_id) == 0


@pytest.mark.parametrize("first", ["lost_before_commit", "old_order"])
def test_an_unknown_order_that_is_nowhere_is_never_created_by_a_retry(make_bench: MakeBench, first: str) -> None:
    """Three retries, each two looks; no create is made by any, and it needs a person again."""
    bench = settled_bench(make_bench(**SHORT))
    [order_id] = add_orders(bench, 1)
    bench.starshipit.faults.next(IMPORT, first, reference="SOMEBODY" if first == "old_order" else None)
    bench.starshipit.faults.next(CREATE, "lost_before_commit")
    bench.fetch()
    until_final(bench, [order_id])
    asked = bench.starshipit.count()
    made = asked.get(IMPORT, 0) + asked.get(CREATE, 0)
    for _ in range(3):
        assert bench.row(order_id).attention
        assert retry(bench, order_id) == {str(order_id): "looked_for"}
        assert retry(bench, order_id) == {str(order_id): "on_its_way"}
        until_final(bench, [order_id])
    asked = bench.starshipit.count()
    assert asked.get(IMPORT, 0) + asked.get(CREATE, 0) == made
    assert bench.row(order_id).attention == "outcome_unknown"


def test_a_printed_order_is_shipped_once_sellercloud_lets_it(bench: Bench) -> None:
    """Tried while on hold: the mark comes back. Released: Fully Shipped, the number once, the mark gone."""
    sale, numbers = _stuck(bench)
    assert retry(bench, sale.order_id) == {str(sale.order_id): "written_back"}
    assert bench.row(sale.order_id).attention == ""
    bench.work(60)
    assert bench.row(sale.order_id).attention == "order_is_onhold"
    bench.sellercloud.release(sale.order_id)
    retry(bench, sale.order_id)
    retry(bench, sale.order_id)
    bench.work(60)
    assert_shipped(bench, sale, numbers)
    assert retry(bench, sale.order_id) == {str(sale.order_id): "nothing_to_do"}


def test_a_write_back_sellercloud_refused_has_all_its_tries_again(bench: Bench) -> None:
    """Given up after its tries; once Sellercloud takes it, one retry ships it."""
    sale = hand_over(settled_bench(bench))
    for _ in range(12):
        bench.sellercloud.faults.next(SHIP_ORDER, "error_before")
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.work(3600)
    assert bench.row(sale.order_id).attention == "write_back_not_shown"
    bench.sellercloud.faults.clear()
    assert retry(bench, sale.order_id) == {str(sale.order_id): "written_back"}
    bench.work(120)
    assert_shipped(bench, sale, numbers)


def test_a_cancelled_label_is_never_reported_as_printed(bench: Bench) -> None:
    """Its mark is moot: it goes, nothing is written, and the next label is taken as ever."""
    sale, _ = _stuck(bench)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.sellercloud.release(sale.order_id)
    bench.work(60)
    assert retry(bench, sale.order_id) == {str(sale.order_id): "settled"}
    bench.work(60)
    assert bench.sellercloud.snapshot(sale.order_id).tracking == ()
    assert (bench.row(sale.order_id).state, bench.row(sale.order_id).attention) == (State.HANDED_OVER, "")
    numbers = bench.starshipit.print_label(bench.starshipit.redo(sale.starshipit_id))
    bench.work(120)
    assert_shipped(bench, sale, numbers)


def test_a_cancelled_number_in_sellercloud_needs_a_person_until_it_is_gone(make_bench: MakeBench) -> None:
    """Retried too early the mark stays; un-shipped by hand it goes; a new label then ships the order again."""
    bench = settled_bench(make_bench(UNSHIP_ON_CANCELLED_LABEL="false"))
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(300)
    assert bench.row(sale.order_id).attention == CANCELLED
    assert retry(bench, sale.order_id) == {str(sale.order_id): "still_stands"}
    assert bench.row(sale.order_id).attention == CANCELLED
    bench.sellercloud.unship_by_hand(sale.order_id)
    assert retry(bench, sale.order_id) == {str(sale.order_id): "settled"}
    bench.work(300)
    row = bench.row(sale.order_id)
    assert (row.state, row.written, row.attention) == (State.HANDED_OVER, (), "")
    numbers = bench.starshipit.print_label(bench.starshipit.redo(sale.starshipit_id))
    bench.work(300)
    assert_shipped(bench, sale, numbers)


def test_several_starshipit_orders_need_a_person_until_one_is_left(bench: Bench) -> None:
    """Both named while both are there; one deleted: settled."""
    bench.starshipit.switches.duplicates = "duplicate"
    sale = hand_over(settled_bench(bench))
    second = bench.starshipit.create_by_hand(str(sale.order_id), reference=str(sale.order_id))
    mark(bench, sale.order_id, "several_starshipit_orders")
    [line] = bench.ask("retry", orders=[str(sale.order_id)])["results"]
    assert line["outcome"] == "still_stands"
    assert str(second) in line["message"]
    bench.starshipit.delete(second)
    assert retry(bench, sale.order_id) == {str(sale.order_id): "settled"}
    assert bench.row(sale.order_id).attention == ""


@pytest.mark.parametrize("vendor", ["starshipit", "sellercloud"])
def test_a_vendor_that_is_down_changes_nothing_and_stops_no_other_order(bench: Bench, vendor: str) -> None:
    """Marks that need a look stay, each with a sentence; the vendor is asked once; refused orders go all the same."""
    settled_bench(bench)
    refused = _refused(bench)
    sales = hand_over_many(bench, 3)
    code = "several_starshipit_orders" if vendor == "starshipit" else CANCELLED
    for sale in sales:
        mark(bench, sale.order_id, code)
    bench.starshipit.faults.always("GET *", "503")
    bench.sellercloud.faults.outage = True
    before = len(bench.starshipit.calls) + len(bench.sellercloud.calls)
    answer = bench.ask("retry", all=True)
    outcomes = {line["order_id"]: line["outcome"] for line in answer["results"]}
    assert outcomes == {**{sale.order_id: "not_now" for sale in sales}, refused[0]: "queued"}
    assert all(line["message"].endswith(".") for line in answer["results"])
    assert [bench.row(sale.order_id).attention for sale in sales] == [code] * 3
    assert len(bench.starshipit.calls) + len(bench.sellercloud.calls) - before <= 2


def test_what_cannot_be_tried_is_said_and_left_alone(make_bench: MakeBench) -> None:
    """Held, on its way, waiting for a label, unknown here, and a number that may mean two orders."""
    bench = settled_bench(make_bench(MAX_NEW_ORDERS_PER_RUN="1"))
    waiting = hand_over(bench)
    ids = add_orders(bench, 5)
    bench.fetch()
    queued, *_, held = sorted(ids, key=lambda order_id: bench.row(order_id).state is State.HELD)
    outcomes = retry(bench, waiting.order_id, queued, held, 7, "none", "id:", "")
    assert outcomes == {
        str(waiting.order_id): "nothing_to_do",
        str(queued): "on_its_way",
        str(held): "held",
        "7": "not_found",
        "none": "not_found",
        "id:": "not_found",
    }
    assert len(bench.sqs.queues[ORDERS]) == 1


def test_by_the_channels_and_the_starshipit_number(make_bench: MakeBench) -> None:
    """Whatever number a person has at hand, and the same order named twice is tried once."""
    bench = settled_bench(make_bench(ORDER_NUMBER_SOURCE="channel"))
    sale = hand_over(bench, source_id="112-9")
    mark(bench, sale.order_id, "order_is_onhold")
    assert retry(bench, "112-9", f"id:{sale.order_id}") == {"112-9": "settled", f"id:{sale.order_id}": "settled"}
    events = [event.what for event in bench.row(sale.order_id).events]
    assert events.count("retried") == 1


def test_a_row_changed_meanwhile_is_left_as_it_is_now(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run writes between our read and our write: its change stands, and the person is told."""
    settled_bench(bench)
    ids = _refused(bench, 2)
    real = Ledger.save

    def racing(ledger: Ledger, row: OrderRow) -> OrderRow:
        if row.order_id == ids[0] and row.events[-1].what == "retried":
            monkeypatch.setattr(Ledger, "save", real)
            mark(bench, ids[0], "somebody_was_here")
        return real(ledger, row)

    monkeypatch.setattr(Ledger, "save", racing)
    assert retry(bench, *ids) == {str(ids[0]): "changed_meanwhile", str(ids[1]): "queued"}
    assert bench.row(ids[0]).attention == "somebody_was_here"


def test_thousands_are_tried_in_pieces_each_once(make_bench: MakeBench) -> None:
    """The time is up again and again: a cursor leads on, and no order is tried twice, even if it is marked anew."""
    bench = settled_bench(make_bench(FUNCTION_TIMEOUT="20"))
    tools = bench.runtime().tools(bench.context())
    ids = range(5_000_001, 5_002_501)
    for order_id in ids:
        row = OrderRow(order_id, State.REFUSED, since=tools.now - order_id % 7, reason="no_city")
        tools.ledger.save(row.needing("no_city", tools.now - order_id % 7))
    seen: list[int] = []
    cursor: dict[str, Any] | None = {}
    calls = 0
    while cursor is not None:
        answer = bench.ask("retry", reason="no_city", cursor=cursor)
        seen += [line["order_id"] for line in answer["results"]]
        cursor = answer["cursor"]
        assert answer["more"] is (cursor is not None)
        calls += 1
        bench.clock.pass_time(30)
        mark(bench, seen[-1], "no_city")
    assert sorted(seen) == list(ids)
    assert calls == 3
    named = bench.ask("retry", orders=[str(i) for i in ids][:500])
    assert (len(named["results"]), named["more"]) == (500, False)


def test_named_orders_go_on_where_the_time_was_up(bench: Bench) -> None:
    """One result for each number, in their order, over several calls."""
    settled_bench(bench)
    ids = _refused(bench, 3)
    numbers = [str(i) for i in (*ids, *range(1, 120))]
    bench.timeout = 5.0
    cursor: dict[str, Any] | None = {}
    told: list[str] = []
    while cursor is not None:
        answer = bench.ask("retry", orders=numbers, cursor=cursor)
        told += [line["number"] for line in answer["results"]]
        cursor = answer["cursor"]
    assert told == numbers


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_effect_nothing_is_lost_and_nothing_is_done_twice(make_bench: MakeBench, after: bool) -> None:
    """A refused, an unknown, a printed order: either the mark still stands, or what it takes is on its way."""
    at = 1
    while True:
        bench = make_bench(**SHORT)
        unknown = _given_up(bench)
        sale, numbers = _stuck(bench)
        [refused] = _refused(bench)
        bench.sellercloud.release(sale.order_id)
        bench.starshipit.faults.poison.clear()
        fuse = Fuse(at, after=after)
        ask_dying(bench, fuse, "retry", all=True)
        until_final(bench, [unknown, refused])
        bench.work(600)
        for order_id in (unknown, refused, sale.order_id):
            row = bench.row(order_id)
            assert row.attention or row.state in (State.HANDED_OVER, State.SHIPPED), (at, row)
        bench.ask("retry", all=True)
        until_final(bench, [unknown, refused])
        bench.work(600)
        assert_handed_over_once(bench, [refused])
        assert_shipped(bench, sale, numbers)
        assert (bench.row(unknown).attention, numbers_there(bench, unknown)) == ("outcome_unknown", [])
        if not fuse.burnt:
            break
        at += 1
    assert at > 4


def test_what_the_queues_do_not_take(bench: Bench) -> None:
    """A report: nothing is changed and the mark stays. A pointer: the row is queued, and a later fetch finds it."""
    sale, _ = _stuck(bench)
    bench.sqs.refuse = 2
    assert retry(bench, sale.order_id) == {str(sale.order_id): "not_now"}
    assert bench.row(sale.order_id).attention == "order_is_onhold"
    [refused] = _refused(bench)
    bench.starshipit.faults.poison.clear()
    bench.sqs.refuse = 2
    [line] = bench.ask("retry", orders=[str(refused)])["results"]
    assert (line["outcome"], "later fetch" in line["message"]) == ("queued", True)
    until_final(bench, [refused])
    assert_handed_over_once(bench, [refused])


def test_a_dry_run_tries_its_own_rows_and_touches_no_real_one(make_bench: MakeBench) -> None:
    """The answer says so; what was previewed is judged anew, and nothing is sent."""
    bench = make_bench(DRY_RUN="true")
    [order_id] = add_orders(bench, 1)
    bench.fetch()
    bench.work(60)
    assert bench.row(order_id).state is State.PREVIEWED
    answer = bench.ask("retry", orders=[str(order_id)])
    assert (answer["dry_run"], answer["results"][0]["outcome"]) == (True, "queued")
    bench.work(60)
    assert bench.row(order_id).state is State.PREVIEWED
    assert creates(bench, order_id) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"orders": []},
        {"orders": None, "reason": None, "all": False},
        {"orders": ["1"], "all": True},
        {"orders": ["1"], "reason": "no_city"},
        {"reason": "no_city", "all": True},
        {"orders": "1"},
        {"orders": [{}]},
        {"reason": ["x"]},
        {"all": "yes"},
        {"orders": [str(i) for i in range(501)]},
        {"all": True, "cursor": {"before": "now"}},
        {"all": True, "cursor": {"since": -1}},
        {"orders": ["1"], "cursor": {"done": True}},
        {"orders": ["1"], "cursor": 5},
    ],
)
def test_bad_arguments_are_one_sentence(bench: Bench, arguments: dict[str, Any]) -> None:
    """What is wrong, and nothing is done."""
    answer = bench.ask("retry", **arguments)
    assert answer["status"] == "refused"
    assert answer["message"].endswith(".")
    assert answer["next"]


def test_a_retry_costs_no_vendor_call_where_none_is_needed(bench: Bench) -> None:
    """Refused and printed orders are read by the hand-off and the write-back, not by the command."""
    sale, _ = _stuck(bench)
    refused = _refused(bench)
    before = (len(bench.starshipit.calls), bench.sellercloud.count().get(LIST, 0))
    retry(bench, sale.order_id, *refused)
    assert (len(bench.starshipit.calls), bench.sellercloud.count().get(LIST, 0)) == before
    assert starshipit_id(bench, sale.order_id) == sale.starshipit_id
    assert len(bench.sqs.queues[TRACKING]) == 1


def test_how_many_orders_the_surge_guard_holds(make_bench: MakeBench) -> None:
    """None, then those of one run, with some ids; released they are gone."""
    bench = settled_bench(make_bench(MAX_NEW_ORDERS_PER_RUN="1"))
    assert bench.ask("held") == {
        "status": "done", "count": 0, "at_least": False, "since": None, "orders": [], "dry_run": False
    }  # fmt: skip
    add_orders(bench, 13)
    bench.fetch()
    answer = bench.ask("held")
    assert (answer["count"], len(answer["orders"]), answer["at_least"]) == (12, 10, False)
    assert answer["since"] <= bench.clock.now().timestamp()
    assert bench.fetch(action="release")["released"] == 12
    assert bench.ask("held")["count"] == 0
