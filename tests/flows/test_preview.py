"""`connector preview`: what the next fetch would send and leave out; nothing is written (product.md, Operate)."""

from __future__ import annotations

from typing import Any

import pytest

from connector.flows import preview as flow
from connector.state.rows import State
from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench
from tests.flows.fetching import TICK, add_orders, asked, clamp, created, pointers, settle, states
from tests.flows.previewing import by_reason, ids, nothing_written, previewed, waiting
from tests.simulators.sellercloud.models import SimAddress

pytestmark = pytest.mark.slow

NOWHERE = SimAddress(first_name="A", street1="1 High St", city="Perth", country="", country_code="")


@pytest.mark.parametrize("count", [0, 1, 51])
def test_every_order_is_mapped_or_has_its_reason(bench: Bench, count: int) -> None:
    """None, one, one more than a page: what may go is shown as it would be sent, the rest with its reason."""
    good = add_orders(bench, count)
    unpaid = add_orders(bench, count, payment_status=10)
    nowhere = add_orders(bench, count, address=NOWHERE)
    with nothing_written(bench):
        answer = previewed(bench)
    assert ids(answer["would_send"]) == good
    expected = {"unpaid": unpaid, "no_country": nowhere} if count else {}
    assert by_reason(answer) == expected
    assert (answer["complete"], answer["stopped"]) == (True, None)
    counts = answer["counts"]
    assert (counts.get("orders", 0), counts.get("would_send", 0)) == (3 * count, count)
    assert counts["left_out_by_reason"] == dict.fromkeys(expected, count)


def test_what_would_be_sent_is_told_as_it_would_be_sent(bench: Bench) -> None:
    """Number, addressee, weight in kilograms, value with its currency, method, and how it came to go."""
    [order_id] = add_orders(bench, 1, source_id="#AU1", carrier="USPS", service="Priority Mail", signature=True)
    [shown] = previewed(bench)["would_send"]
    assert shown["ship_to"] == {
        "name": "Priya Raman",
        "city": "Fitzroy",
        "post_code": "3065",
        "country": "Australia",
    }
    expected = {
        "order_id": order_id,
        "order_number": str(order_id),
        "channel_order_id": "#AU1",
        "how": "new",
        "lines": 1,
        "units": 1,
        "kilograms": 1.0886,
        "value": 119.0,
        "shipping_method": "USPS Priority Mail",
        "signature": True,
        "may_be_adopted": True,
    }
    assert {name: shown[name] for name in expected} == expected


def test_a_mapping_refusal_names_the_field(bench: Bench) -> None:
    """An address that does not fit is left out with reason, sentence and detail."""
    [order_id] = add_orders(bench, 1, address=SimAddress(first_name="A", street1="1 St", city="x" * 101, country="AU"))
    [row] = previewed(bench)["left_out"]
    assert (row["order_id"], row["reason"], row["detail"]) == (order_id, "too_long", "city: 101 characters, 100 fit")
    assert "shorten the field" in row["sentence"]


def test_it_asks_as_the_next_tick_would(bench: Bench) -> None:
    """After a complete run only changes are asked for; `all` asks for every open order, as the daily sweep does."""
    old = add_orders(bench, 2)
    settle(bench)
    bench.clock.pass_time(30 * 3600)
    settle(bench)
    new = add_orders(bench, 3)
    with nothing_written(bench):
        changes = previewed(bench)
        assert "lastUpdatedFrom" in asked(bench)[-1]
        everything = previewed(bench, all=True)
        assert "lastUpdatedFrom" not in asked(bench)[-1]
    assert ids(changes["would_send"]) == ids(everything["would_send"]) == new
    assert 0 < changes["since"] < bench.clock.now().timestamp() - 26 * 3600
    assert everything["since"] == 0
    assert everything["counts"]["handed_over"] == len(old)
    assert changes["warnings"] == []


def test_the_first_run_says_that_it_adopts(bench: Bench) -> None:
    """Before the first complete run Starshipit is searched; the preview says so and asks nobody there."""
    add_orders(bench, 2)
    answer = previewed(bench)
    assert any("another connector" in warning for warning in answer["warnings"])
    assert bench.starshipit.calls == []
    settle(bench)
    add_orders(bench, 1)
    assert previewed(bench)["warnings"] == []


def test_what_waits_already_is_shown_as_such(bench: Bench) -> None:
    """Queued by an earlier fetch, with its message still in the queue: on its way already, not new."""
    queued = add_orders(bench, 3)
    bench.fetch()
    new = add_orders(bench, 2)
    with nothing_written(bench):
        answer = previewed(bench)
    how = {row["order_id"]: row["how"] for row in answer["would_send"]}
    assert how == dict.fromkeys(queued, "waiting") | dict.fromkeys(new, "new")
    assert (answer["counts"]["would_send"], answer["counts"]["already_waiting"]) == (5, 3)


def test_a_waiting_order_that_must_not_go_any_more_is_left_out(bench: Bench) -> None:
    """Queued, then put on hold in Sellercloud: the hand-off would stop it, and so does the preview."""
    [order_id] = add_orders(bench, 1)
    bench.fetch()
    bench.sellercloud.hold(order_id)
    answer = previewed(bench)
    assert by_reason(answer) == {"order_status": [order_id]}
    bench.work(TICK)
    assert bench.row(order_id).reason == "order_status"


def test_a_refused_order_goes_again_only_when_it_was_corrected(bench: Bench) -> None:
    """Refused and unchanged it is left out with its reason; corrected it would go, as an order known before."""
    [order_id] = add_orders(bench, 1, address=NOWHERE)
    settle(bench, ticks=2)
    assert by_reason(previewed(bench)) == {"no_country": [order_id]}
    bench.sellercloud.edit(order_id, address=SimAddress(first_name="A", street1="1 St", city="Perth", country="AU"))
    with nothing_written(bench):
        [shown] = previewed(bench)["would_send"]
    assert (shown["order_id"], shown["how"]) == (order_id, "again")


def test_an_order_refused_by_starshipit_shows_its_words(bench: Bench) -> None:
    """What Starshipit said stands beside the reason."""
    [order_id] = add_orders(bench, 1)
    bench.starshipit.faults.poison[str(order_id)] = "The street is not known"
    settle(bench)
    [row] = previewed(bench)["left_out"]
    assert (row["reason"], row["order_id"]) == ("refused_by_starshipit", order_id)
    assert "The street is not known" in row["vendor_text"]


def test_an_excluded_order_is_told_again_and_again(bench: Bench) -> None:
    """The ledger knows the reason already; the preview still names it."""
    unpaid = add_orders(bench, 2, payment_status=10)
    settle(bench)
    assert by_reason(previewed(bench)) == {"unpaid": unpaid}


@pytest.mark.parametrize("count", [130])
@pytest.mark.parametrize("at_once", [500, 50])
def test_the_surge_guard_holds_what_it_would_hold(
    make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch, count: int, at_once: int
) -> None:
    """Forty of 130 go, in one answer or in several; the real fetch lets exactly those through."""
    monkeypatch.setattr(flow, "LISTED_AT_ONCE", at_once)
    bench = make_bench(MAX_NEW_ORDERS_PER_RUN="40", SAVED_VIEW_IDS="411")
    orders = add_orders(bench, count)
    bench.sellercloud.add_view(411, "Edited by mistake", orders)
    with nothing_written(bench):
        answer = previewed(bench)
    assert (answer["answers"] > 1) == (at_once == 50)
    assert len(answer["would_send"]) == 40
    assert len(by_reason(answer)["surge"]) == 90
    assert any("90 orders" in warning for warning in answer["warnings"])
    bench.fetch()
    assert ids(answer["would_send"]) == sorted(order_id for order_id, _ in pointers(bench))


def test_a_surge_guard_partly_used_up_by_a_run_that_was_cut_off(make_bench: MakeBench) -> None:
    """The run that is gone on with has let some through: the preview counts on from there, and says so."""
    bench = make_bench(MAX_NEW_ORDERS_PER_RUN="12", FUNCTION_TIMEOUT="20")
    clamp(bench, 5)
    bench.sellercloud.faults.latency = 2.0
    orders = add_orders(bench, 40)
    bench.fetch()
    begun = {order_id for order_id, _ in pointers(bench)}
    assert 0 < len(begun) < 12
    with nothing_written(bench):
        answer = previewed(bench)
    assert any("read part of its lists" in warning for warning in answer["warnings"])
    for _ in range(30):
        if bench.fetch()["status"] == "completed":
            break
    assert states(bench, orders) == {State.QUEUED, State.HELD}
    assert ids(answer["would_send"]) == sorted({order_id for order_id, _ in pointers(bench)})
    assert answer["counts"]["already_waiting"] == len(begun)


def test_twelve_hundred_orders_come_in_several_answers(bench: Bench) -> None:
    """At most some five hundred an answer, none twice, none missing, and the counts are of all."""
    bench.environment["MAX_NEW_ORDERS_PER_RUN"] = "5000"
    good = add_orders(bench, 1000)
    unpaid = add_orders(bench, 200, payment_status=10)
    with nothing_written(bench):
        answer = previewed(bench)
    assert answer["answers"] >= 3
    assert ids(answer["would_send"]) == good
    assert by_reason(answer) == {"unpaid": unpaid}
    assert (answer["counts"]["would_send"], answer["counts"]["orders"]) == (1000, 1200)


def test_an_answer_lists_no_more_than_it_may(bench: Bench) -> None:
    """The first of several answers stays within its limit and says where to go on."""
    bench.environment["MAX_NEW_ORDERS_PER_RUN"] = "5000"
    add_orders(bench, 700)
    answer = bench.ask("preview", cursor={})
    assert len(answer["would_send"]) + len(answer["left_out"]) <= 500 + 50
    assert answer["cursor"]


def test_many_that_wait_already_are_all_shown(bench: Bench) -> None:
    """A backlog of over a thousand queued orders: every one is on its way already."""
    bench.environment["MAX_NEW_ORDERS_PER_RUN"] = "5000"
    orders = add_orders(bench, 1100)
    while bench.fetch()["status"] != "completed":
        pass
    answer = previewed(bench)
    assert ids(answer["would_send"]) == orders
    assert answer["counts"]["already_waiting"] == 1100


def test_rows_met_twice_are_counted_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """New orders join the list between two answers, so rows come again: they do not use up the surge guard twice."""
    monkeypatch.setattr(flow, "LISTED_AT_ONCE", 50)
    bench.environment |= {"MAX_NEW_ORDERS_PER_RUN": "128", "SAVED_VIEW_IDS": "411"}
    clamp(bench, 10)
    bench.sellercloud.add_view(411, "All", lambda order: True, ascending=False)
    orders = add_orders(bench, 120)
    cursor: dict[str, Any] | None = {}
    sent: list[int] = []
    while cursor is not None:
        answer = bench.ask("preview", cursor=cursor)
        assert answer["left_out"] == []
        sent += [row["order_id"] for row in answer["would_send"]]
        cursor = answer["cursor"]
        if len(orders) < 128:
            orders += add_orders(bench, 4)
    assert sorted(sent) == orders
    assert answer["counts"]["would_send"] == len(sent)


@pytest.mark.parametrize("real_first", [True, False])
def test_a_dry_run_is_previewed_like_any_other(make_bench: MakeBench, real_first: bool) -> None:
    """New and already shown orders alike are mapped, under the dry run's own cursor; nothing is written."""
    bench = make_bench(DRY_RUN="false" if real_first else "true")
    settle(bench)
    bench.environment["DRY_RUN"] = "true"
    old = add_orders(bench, 2)
    settle(bench, ticks=2)
    assert states(bench, old) == {State.PREVIEWED}
    new = add_orders(bench, 2)
    with nothing_written(bench):
        answer = previewed(bench)
        again = previewed(bench)
    assert answer["dry_run"]
    how = {row["order_id"]: row["how"] for row in answer["would_send"]}
    assert how == dict.fromkeys(old, "previewed") | dict.fromkeys(new, "new")
    assert again["would_send"] == answer["would_send"]


def test_after_a_dry_run_the_preview_comes_to_its_end(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Switched off, the next run is a full sweep: previewed in several answers it is begun once, not in each."""
    monkeypatch.setattr(flow, "LISTED_AT_ONCE", 50)
    bench.environment["DRY_RUN"] = "true"
    orders = add_orders(bench, 120)
    settle(bench)
    bench.environment["DRY_RUN"] = "false"
    with nothing_written(bench):
        answer = previewed(bench)
    assert answer["since"] == 0
    assert ids(answer["would_send"]) == orders
    settle(bench, ticks=2)
    assert {created(bench, order_id) for order_id in orders} == {1}


def test_a_preview_beside_a_fetch_disturbs_neither(make_bench: MakeBench) -> None:
    """Asked in the middle of a real fetch: the preview ends, and the fetch does what it would have done."""
    alone = make_bench(MAX_NEW_ORDERS_PER_RUN="60")
    beside = make_bench(MAX_NEW_ORDERS_PER_RUN="60")
    answers: list[dict[str, Any]] = []

    def ask(method: str, path: str) -> None:
        if path.lower().endswith("/orders") and len(beside.sellercloud.calls) > 5:
            beside.wire.on_send = None
            answers.append(previewed(beside))

    beside.wire.on_send = ask
    results = []
    for bench in (alone, beside):
        clamp(bench, 10)
        add_orders(bench, 80)
        result = bench.fetch()
        results.append((result["counts"], sorted(order_id for order_id, _ in pointers(bench))))
    assert len(answers) == 1
    assert answers[0]["complete"]
    assert results[0] == results[1]


def test_a_fetch_in_the_middle_of_a_preview(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two answers everything is fetched and handed over: the preview ends, and lists no order twice."""
    monkeypatch.setattr(flow, "LISTED_AT_ONCE", 50)
    orders = add_orders(bench, 120)
    first = bench.ask("preview", cursor={})
    settle(bench, ticks=2)
    cursor, sent = first["cursor"], first["would_send"]
    while cursor:
        answer = bench.ask("preview", cursor=cursor)
        sent, cursor = sent + answer["would_send"], answer["cursor"]
    assert set(ids(sent)) <= set(orders)
    assert {created(bench, order_id) for order_id in orders} == {1}


def test_orders_whose_outcome_is_open_are_named(bench: Bench) -> None:
    """A create was lost: the order is under way, neither to be sent nor left out."""
    settle(bench)
    [order_id] = add_orders(bench, 1)
    bench.starshipit.faults.next("POST /api/orders/import", "lost_before_commit")
    bench.fetch()
    bench.work(20)
    assert bench.row(order_id).state is State.UNKNOWN
    with nothing_written(bench):
        answer = previewed(bench)
    assert [(row["order_id"], row["state"]) for row in answer["under_way"]] == [(order_id, "unknown")]
    assert (answer["would_send"], answer["left_out"], answer["counts"]["under_way"]) == ([], [], 1)


def test_an_overdue_order_is_on_its_way(bench: Bench) -> None:
    """Its message was lost; the next fetch queues it once more, and the preview shows it once."""
    orders = add_orders(bench, 2)
    bench.fetch()
    bench.sqs.queues.clear()
    bench.clock.pass_time(3 * 3600)
    with nothing_written(bench):
        answer = previewed(bench)
    assert {row["how"] for row in answer["would_send"]} == {"waiting"}
    assert ids(answer["would_send"]) == orders
    assert waiting(bench) == 0


def test_a_pause_is_named(bench: Bench) -> None:
    """What a person paused does not happen by itself, whatever the preview says."""
    add_orders(bench, 1)
    bench.ask("note_pause", direction="orders", paused=True)
    answer = previewed(bench)
    assert any("connector resume orders" in warning for warning in answer["warnings"])
    assert answer["counts"]["would_send"] == 1


def test_gift_messages_are_asked_for_as_the_hand_off_does(make_bench: MakeBench) -> None:
    """A gift order's message is read; one too long for its field is refused, here as there."""
    bench = make_bench(CUSTOMER_INSTRUCTIONS="true")
    [good] = add_orders(bench, 1, gift=True, gift_message="Happy trails!")
    [long] = add_orders(bench, 1, gift=True, gift_message="x " * 60)
    answer = previewed(bench)
    assert ids(answer["would_send"]) == [good]
    assert by_reason(answer) == {"too_long": [long]}


def test_channel_numbers_that_collide_get_their_suffix(make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two orders of one channel number, previewed in two answers: the second gets the suffix it would get."""
    monkeypatch.setattr(flow, "LISTED_AT_ONCE", 1)
    monkeypatch.setattr(flow, "PAGE_LIMIT", 1)
    bench = make_bench(ORDER_NUMBER_SOURCE="channel")
    orders = add_orders(bench, 3, source_id="#1001")
    with nothing_written(bench):
        answer = previewed(bench)
    numbers = {row["order_id"]: row["order_number"] for row in answer["would_send"]}
    settle(bench)
    assert numbers == {order_id: bench.row(order_id).order_number for order_id in orders}
    assert "#1001" in numbers.values()
