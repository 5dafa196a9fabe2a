"""A preview when things are wrong: one sentence, nothing written, and what was found is not lost."""

from __future__ import annotations

from typing import Any

import pytest

from connector.flows import preview as flow
from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench
from tests.flows.fetching import add_orders, clamp, row_of, settle
from tests.flows.previewing import by_reason, ids, nothing_written, previewed

pytestmark = pytest.mark.slow

LIST, BY_VIEW, DETAIL = "GET /api/Orders", "GET /api/Orders/GetAllByView", "GET /api/Orders/{id}"


def test_a_vendor_that_is_down_is_one_sentence(bench: Bench) -> None:
    """Nothing could be read: the vendor's trouble, a next step, no half answer."""
    add_orders(bench, 3)
    bench.sellercloud.faults.outage = True
    with nothing_written(bench):
        answer = bench.ask("preview")
    assert (answer["status"], "503" in answer["message"]) == ("vendor_trouble", True)
    assert answer["next"]
    assert "cursor" not in answer


def test_a_vendor_that_goes_down_meanwhile(bench: Bench) -> None:
    """Some pages were read: they are shown, and the answer says what stopped it and that it is not complete."""
    clamp(bench, 10)
    add_orders(bench, 35)
    seen: list[int] = []

    def fails(method: str, path: str) -> None:
        seen.extend([1] if path.endswith("/Orders") else [])
        bench.sellercloud.faults.outage = len(seen) > 2

    bench.wire.on_send = fails
    with nothing_written(bench):
        answer = previewed(bench)
    assert not answer["complete"]
    assert answer["stopped"]["status"] == "vendor_trouble"
    assert (answer["counts"]["pages"], answer["counts"]["not_mapped"]) == (2, 15)
    assert any("15 orders were listed and not mapped" in warning for warning in answer["warnings"])


@pytest.mark.parametrize("kind", ["unavailable", "html", "garbled", "lost_before", "throttle"])
def test_a_list_that_fails_once_stops_the_preview_and_the_next_one_is_whole(bench: Bench, kind: Any) -> None:
    """Whatever the fault, there is an answer with a sentence; asked again all is there."""
    orders = add_orders(bench, 3)
    bench.sellercloud.faults.next(LIST, kind)
    with nothing_written(bench):
        answer = bench.ask("preview")
    assert answer["status"] in ("vendor_trouble", "no_time")
    assert answer["message"]
    bench.clock.pass_time(120)
    assert ids(previewed(bench)["would_send"]) == orders


def test_a_wrong_password_is_tried_once_and_remembered(bench: Bench) -> None:
    """Refused credentials: said so; asked again no log-in is tried, because the account would be locked."""
    add_orders(bench, 1)
    bench.secrets.store("sellercloud", username="sync@example.com", password="obviously-fake-and-wrong")
    for _ in range(3):
        answer = bench.ask("preview")
        assert answer["status"] == "credentials_refused"
        assert "connector secrets set sellercloud" in answer["next"]
    logins = [call for call in bench.sellercloud.calls if call.route == "POST /api/token"]
    assert len(logins) == 1
    assert {item["pk"]["S"] for item in bench.dynamodb.items()} == {"CREDENTIALS#sellercloud", "BUDGET#sellercloud"}


def test_a_placeholder_secret_makes_no_call(bench: Bench) -> None:
    """Not configured: no call, no write."""
    bench.secrets.store("sellercloud", username="REPLACE_ME", password="REPLACE_ME")
    with nothing_written(bench):
        answer = bench.ask("preview")
    assert answer["status"] == "not_configured"
    assert bench.sellercloud.calls == []


@pytest.mark.parametrize("status", [404, 500])
def test_a_view_that_does_not_exist_is_named(make_bench: MakeBench, status: int) -> None:
    """The only view cannot be read: refused, with its number and what to do."""
    bench = make_bench(SAVED_VIEW_IDS="999")
    bench.sellercloud.switches.unknown_view = status
    add_orders(bench, 2)
    with nothing_written(bench):
        answer = bench.ask("preview")
    assert answer["status"] == "refused"
    assert f"Saved view 999 could not be read: Sellercloud answered HTTP {status}" in answer["message"]
    assert "SavedViewIds" in answer["next"]


def test_a_missing_view_beside_a_good_one(make_bench: MakeBench) -> None:
    """The good view is previewed; the missing one is named, and the answer is not complete."""
    bench = make_bench(SAVED_VIEW_IDS="411;999")
    bench.sellercloud.switches.unknown_view = 404
    orders = add_orders(bench, 2)
    bench.sellercloud.add_view(411, "Ready", orders)
    answer = previewed(bench)
    assert ids(answer["would_send"]) == orders
    assert not answer["complete"]
    assert answer["stopped"] is None
    assert any("Saved view 999" in warning for warning in answer["warnings"])


def test_an_empty_view_only_warns(make_bench: MakeBench) -> None:
    """Sellercloud shows an unknown view as an empty one, so both are named."""
    bench = make_bench(SAVED_VIEW_IDS="999")
    answer = previewed(bench)
    assert answer["complete"]
    assert answer["warnings"] == ["Saved view 999 is empty, or does not exist."]


def test_rows_nobody_asked_for_are_counted_and_passed_over(bench: Bench) -> None:
    """Sellercloud ignored the filter: what it lists besides is neither sent nor called left out."""
    orders = add_orders(bench, 2)
    clamp(bench, 2)
    add_orders(bench, 3, status=3, shipping_status=3)
    send = bench.wire.send

    def unfiltered(method: str, url: str, *, query: Any = (), **rest: Any) -> Any:
        kept = [(name, value) for name, value in query if "tatus" not in name]
        return send(method, url, query=kept, **rest)

    bench.wire.send = unfiltered  # type: ignore[method-assign]
    answer = previewed(bench)
    assert ids(answer["would_send"]) == orders
    assert answer["left_out"] == []
    assert answer["counts"]["not_asked_for"] == 3


def test_rows_that_cannot_be_read_are_told(bench: Bench) -> None:
    """One shows its id and is listed with what is wrong; the answer says that there were such rows."""
    [good, bad] = add_orders(bench, 2)
    bench.sellercloud.edit(bad, currency="AUD")
    answer = previewed(bench)
    assert ids(answer["would_send"]) == [good]
    assert by_reason(answer) == {"unreadable": [bad]}
    assert answer["left_out"][0]["detail"] == "OrderCurrencyCode"
    assert any("could not be read" in warning for warning in answer["warnings"])


def test_time_runs_out_and_the_next_answer_goes_on(make_bench: MakeBench) -> None:
    """Slow vendor, short invocation: several answers, nothing twice, nothing missing."""
    bench = make_bench(FUNCTION_TIMEOUT="15")
    clamp(bench, 20)
    bench.sellercloud.faults.latency = 1.5
    orders = add_orders(bench, 130)
    with nothing_written(bench):
        answer = previewed(bench)
    assert answer["answers"] > 2
    assert ids(answer["would_send"]) == orders


def test_calls_for_each_order_that_do_not_fit_are_made_in_smaller_parts(make_bench: MakeBench) -> None:
    """Every order is a gift, every gift costs a call, and fifty calls take longer than an invocation."""
    bench = make_bench(FUNCTION_TIMEOUT="20")
    bench.sellercloud.faults.latency = 1.0
    orders = add_orders(bench, 40, gift=True, gift_message="Hello")
    with nothing_written(bench):
        answer = previewed(bench)
    assert ids(answer["would_send"]) == orders


def test_no_time_at_all_is_said_and_does_not_go_round(make_bench: MakeBench) -> None:
    """The vendor takes so long that not one page fits: the terminal is told, not sent in circles."""
    bench = make_bench(FUNCTION_TIMEOUT="5")
    add_orders(bench, 1)
    bench.sellercloud.faults.latency = 2.9
    answer = bench.ask("preview")
    assert answer["status"] in ("no_time", "vendor_trouble")
    assert "FunctionTimeout" in answer["message"] or answer["status"] == "vendor_trouble"


def test_one_order_whose_details_cannot_be_read_is_left_out_alone(bench: Bench) -> None:
    """A gift order's own read fails: it is tried again by itself in truth; the others are shown."""
    [good, bad] = [*add_orders(bench, 1), *add_orders(bench, 1, gift=True, gift_message="x")]
    bench.sellercloud.faults.next(DETAIL, "ok_with_error", times=9)
    answer = previewed(bench)
    assert ids(answer["would_send"]) == [good]
    assert by_reason(answer) == {"unreadable": [bad]}
    assert "read again" in answer["left_out"][0]["detail"]


def test_an_order_the_bulk_read_leaves_out_is_named(bench: Bench) -> None:
    """Listed, then left out of the read by id: shown singly, it is not listed to our user."""
    [order_id] = add_orders(bench, 1)
    send = bench.wire.send

    def without(method: str, url: str, *, query: Any = (), **rest: Any) -> Any:
        kept = [(name, "1" if name.endswith("orderIDs") else value) for name, value in query]
        return send(method, url, query=kept, **rest)

    bench.wire.send = without  # type: ignore[method-assign]
    with nothing_written(bench):
        answer = previewed(bench)
    assert by_reason(answer) == {"not_listed": [order_id]}


def test_a_cursor_of_nobody_is_refused(bench: Bench) -> None:
    """Not one of ours, cut off, or another kind of thing: a sentence."""
    add_orders(bench, 60)
    for cursor in ({"packed": "abc"}, {"packed": ""}, {"else": 1}, {"packed": "eJwDAAAAAAE="}, {"packed": 5}):
        answer = bench.ask("preview", cursor=cursor)
        assert answer["status"] == "refused", cursor
        assert "cursor" in answer["message"]
    assert bench.ask("preview", cursor="x")["status"] == "refused"
    assert bench.ask("preview", all="yes")["status"] == "refused"


def test_an_order_taken_in_hand_meanwhile_is_left_to_those_who_did(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found by the preview, then really handed over before it was mapped: it is not shown as still to be sent."""
    monkeypatch.setattr(flow, "LISTED_AT_ONCE", 50)
    monkeypatch.setattr(flow, "_FEW", 10)
    bench.environment["CUSTOMER_INSTRUCTIONS"] = "true"
    settle(bench)
    orders = add_orders(bench, 100)
    first = bench.ask("preview")
    settle(bench)
    rest = bench.ask("preview", cursor=first["cursor"])
    assert rest["would_send"] == []
    assert {row.state for order_id in orders if (row := row_of(bench, order_id))} == {"handed_over"}
