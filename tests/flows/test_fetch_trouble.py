"""Killed, run twice, refused by SQS, without credentials: nothing is lost, nothing is done twice (Fetch 4 and 6)."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

import pytest

from connector.state.rows import State
from tests.flows.bench import ORDERS, Bench
from tests.flows.conftest import MakeBench
from tests.flows.fetching import TICK, add_orders, asked, clamp, created, cursor, pointers, settle, states
from tests.flows.killing import Killed, Tripwire

pytestmark = pytest.mark.slow

PASSWORD = "obviously-fake-password"


def test_two_fetches_at_once_are_one(bench: Bench) -> None:
    """A second fetch starts in the middle of the first: it does nothing, and every order is queued once."""
    clamp(bench, 10)
    ids = add_orders(bench, 25)
    others: list[str] = []

    def second(method: str, path: str) -> None:
        if path.endswith("/Orders"):
            bench.wire.on_send = None
            others.append(bench.fetch()["status"])
            bench.wire.on_send = second

    bench.wire.on_send = second
    assert bench.fetch()["status"] == "completed"
    assert set(others) == {"busy"}
    assert Counter(order_id for order_id, _ in pointers(bench)) == dict.fromkeys(ids, 1)
    bench.wire.on_send = None
    assert bench.fetch()["status"] == "completed", "the lease was given back"


def test_a_dead_holder_of_the_lease_blocks_no_longer_than_its_invocation(bench: Bench) -> None:
    """The function was killed while it held the lease: the tick after its time limit takes over."""
    trip = Tripwire(bench)
    add_orders(bench, 3)
    trip.arm(3, after=True)
    with pytest.raises(Killed):
        bench.fetch()
    assert trip.disarm()
    assert bench.fetch()["status"] == "busy"
    bench.clock.pass_time(bench.timeout + 5)
    assert bench.fetch()["status"] == "completed"


def scene() -> tuple[Bench, list[int], list[int], Tripwire]:
    """Six orders that may go and one that may not, on three pages."""
    bench = Bench()
    clamp(bench, 3)
    ids, unpaid = add_orders(bench, 6), add_orders(bench, 1, payment_status=10)
    return bench, ids, unpaid, Tripwire(bench)


@pytest.mark.parametrize("after", [False, True])
def test_killed_between_any_two_effects_the_next_ticks_heal(after: bool) -> None:
    """Wherever a fetch dies, every order is in Starshipit once, and nobody did anything for it."""
    bench, *_, trip = scene()
    bench.fetch()
    assert trip.count > 15
    for place in range(1, trip.count + 1):
        bench, ids, unpaid, trip = scene()
        trip.arm(place, after=after)
        with pytest.raises(Killed):
            bench.fetch()
        assert trip.disarm()
        assert not cursor(bench).get("watermark") or states(bench, ids) == {State.QUEUED}
        settle(bench, ticks=6)
        assert {created(bench, order_id) for order_id in ids} == {1}, place
        assert bench.row(*unpaid).reason == "unpaid"
        assert cursor(bench)["watermark"]


def test_killed_again_and_again_it_still_gets_to_the_end() -> None:
    """Every tick dies one effect later than the one before: the orders arrive all the same, once each."""
    bench = Bench()
    clamp(bench, 3)
    ids = add_orders(bench, 10)
    trip = Tripwire(bench)
    for place in range(1, 60):
        trip.arm(place, after=bool(place % 2))
        with suppress(Killed):
            bench.fetch()
        trip.disarm()
        bench.clock.pass_time(TICK)
    settle(bench, ticks=6)
    assert {created(bench, order_id) for order_id in ids} == {1}


def test_a_message_sqs_refuses_once_is_sent_again(bench: Bench) -> None:
    """`Failed` inside a 200: only that entry is repeated, and the run is complete."""
    ids = add_orders(bench, 30)
    bench.sqs.refuse = 1
    assert bench.fetch()["status"] == "completed"
    assert sorted(order_id for order_id, _ in pointers(bench)) == ids
    assert len(bench.sqs.queues[ORDERS]) == 1


@pytest.mark.parametrize("full", [True, False])
def test_a_message_sqs_refuses_twice_interrupts_the_run_and_nothing_is_lost(bench: Bench, full: bool) -> None:
    """The watermark stays, the orders stay queued in the ledger, and are found again by their deadline."""
    ids = add_orders(bench, 120 if full else 20)
    bench.sqs.refuse = 2
    result = bench.fetch()
    assert result["status"] == "interrupted"
    assert "SQS" in result["message"]
    assert not cursor(bench).get("watermark")
    settle(bench, ticks=7)
    assert {created(bench, order_id) for order_id in ids} == {1}
    assert cursor(bench)["watermark"]


def test_sqs_refusing_the_overdue_ones_interrupts_too(bench: Bench) -> None:
    """The requeue at the start of a run meets the same refusal: a result that says so, not a crash; later it heals."""
    ids = add_orders(bench, 2)
    bench.fetch()
    bench.sqs.queues.clear()
    bench.clock.pass_time(1500)
    bench.sqs.refuse = 2
    assert bench.fetch()["status"] == "interrupted"
    bench.clock.pass_time(1500)
    settle(bench)
    assert {created(bench, order_id) for order_id in ids} == {1}


@pytest.mark.parametrize("status", [400, 401, 500])
def test_a_wrong_password_is_tried_once_until_it_changes(bench: Bench, status: int) -> None:
    """Over many ticks and cold starts there is one login, the account is not locked; a new secret works by itself."""
    bench.sellercloud.switches.wrong_password_status = status
    bench.sellercloud.change_password("obviously-another")
    ids = add_orders(bench, 2)
    for _ in range(20):
        result = bench.fetch()
        assert result["status"] == "credentials_refused"
        assert "secret" in result["message"]
        bench.work(TICK)
    assert bench.sellercloud.access.failed_logins == 1
    assert not bench.sellercloud.access.locked
    assert bench.telemetry.metrics["CredentialsRefused"] == 20
    bench.secrets.store("sellercloud", username="sync@example.com", password="obviously-another")
    settle(bench)
    assert {created(bench, order_id) for order_id in ids} == {1}


def test_a_locked_account_is_left_alone(bench: Bench) -> None:
    """The account is locked: one login, none after it; unlocked with a new secret, all goes on."""
    bench.sellercloud.access.locked = True
    add_orders(bench, 2)
    for _ in range(10):
        assert bench.fetch()["status"] == "credentials_refused"
        bench.clock.pass_time(TICK)
    assert bench.sellercloud.access.failed_logins == 1
    bench.sellercloud.unlock()
    bench.secrets.store("sellercloud", username="sync@example.com", password=PASSWORD)
    assert bench.fetch()["status"] == "completed"


def test_a_password_rotated_in_the_middle_stops_after_one_login(bench: Bench) -> None:
    """The password changes while the token is revoked: one refused login, the run stops at its checkpoint."""
    clamp(bench, 10)
    ids = add_orders(bench, 35)

    def rotate(page: int) -> None:
        if page == 3:
            bench.sellercloud.on_list_page = None
            bench.sellercloud.change_password("obviously-rotated")
            bench.sellercloud.revoke_tokens()

    bench.sellercloud.on_list_page = rotate
    for _ in range(5):
        assert bench.fetch()["status"] == "credentials_refused"
        bench.clock.pass_time(TICK)
    assert bench.sellercloud.access.failed_logins == 1
    calls = len(asked(bench))
    bench.secrets.store("sellercloud", username="sync@example.com", password="obviously-rotated")
    assert bench.fetch()["status"] == "completed"
    assert len(asked(bench)) - calls == 2, "it went on from its checkpoint"
    assert states(bench, ids) == {State.QUEUED}


@pytest.mark.parametrize(
    "values", [{"username": "REPLACE_ME", "password": "REPLACE_ME"}, {"username": "x", "password": ""}, {}]
)
def test_not_configured_makes_no_call(bench: Bench, values: dict[str, str]) -> None:
    """A placeholder or an empty field: the result says what to store, and nobody is called."""
    bench.secrets.store("sellercloud", **values)
    for _ in range(3):
        result = bench.fetch()
        assert result["status"] == "not_configured"
        assert "sellercloud" in result["message"]
        bench.clock.pass_time(TICK)
    assert bench.sellercloud.calls == []
    add_orders(bench, 1)
    bench.secrets.store("sellercloud", username="sync@example.com", password=PASSWORD)
    assert bench.fetch()["counts"]["queued"] == 1


def test_an_address_that_is_a_web_page_is_told(bench: Bench) -> None:
    """The portal's address answers 200 with a log-in page: interrupted, nothing recorded, no watermark."""
    bench.sellercloud.faults.html = True
    result = bench.fetch()
    assert result["status"] == "interrupted"
    assert not cursor(bench).get("watermark")


def test_results_and_logs_hold_no_customer_data(bench: Bench) -> None:
    """Names, streets and e-mail of the orders are in no result, log line, or message."""
    ids = add_orders(bench, 3)
    add_orders(bench, 1, payment_status=10)
    result = settle(bench, ticks=2)
    order = bench.sellercloud.orders[ids[0]]
    told = " ".join([str(result), str(bench.telemetry.notes), *bench.sqs.bodies])
    for private in (order.address.first_name, order.address.last_name, order.address.street1, order.address.phone):
        assert private
        assert private not in told


def test_adoption_is_asked_for_until_one_run_was_complete(make_bench: MakeBench) -> None:
    """On an empty ledger every row says it may be in Starshipit already, and after a complete run no new one does."""
    bench = make_bench()
    clamp(bench, 10)
    first = add_orders(bench, 15)
    kinds: list[Any] = []
    bench.sellercloud.on_list_page = lambda page: bench.sellercloud.throttle(30) if page == 2 else None
    kinds.append(bench.fetch()["status"])
    bench.sellercloud.on_list_page = None
    bench.clock.pass_time(60)
    kinds.append(bench.fetch()["status"])
    assert kinds == ["interrupted", "completed"]
    assert {bench.row(order_id).adopt for order_id in first} == {True}
    (later,) = add_orders(bench, 1)
    bench.fetch()
    assert bench.row(later).adopt is False
