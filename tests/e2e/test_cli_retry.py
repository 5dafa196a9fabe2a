"""`connector retry`, `resend` and `release` on the deployed stack: what they do, and each way they can be refused."""

from __future__ import annotations

import json

import pytest

from tests.e2e.conftest import Bench
from tests.e2e.terminal import Terminal


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person sits at the terminal: what is typed is typed by them."""
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)


def _state(bench: Bench, order_id: int) -> str:
    return str(bench.stack.order_rows().get(order_id, {}).get("state", ""))


def _refused(bench: Bench) -> int:
    """An order Starshipit refuses until its rules are corrected."""
    order_id: int = bench.sellercloud.add_order(source_id="#AU10482")
    bench.starshipit.faults.poison[str(order_id)] = "The post code is not valid"
    bench.fetch()
    bench.wait_for(lambda: _state(bench, order_id) == "refused", "the refusal")
    bench.starshipit.faults.poison.clear()
    return order_id


def _handed_over(bench: Bench) -> int:
    order_id: int = bench.sellercloud.add_order()
    bench.fetch()
    bench.wait_for(lambda: _state(bench, order_id) == "handed_over", "the hand-off")
    return order_id


def _hold(bench: Bench, *order_ids: int) -> None:
    """Orders the surge guard holds."""
    for order_id in order_ids:
        row = {
            "pk": {"S": f"ORDER#{order_id}"}, "sk": {"S": "ORDER"}, "order_id": {"N": str(order_id)},
            "state": {"S": "held"}, "state_key": {"S": "held"}, "due_at": {"N": "1700000000"},
            "since": {"N": "1700000000"}, "version": {"N": "1"}, "reason": {"S": "surge"},
        }  # fmt: skip
        bench.stack.client("dynamodb").put_item(TableName=bench.stack.outputs["LedgerTable"], Item=row)


def test_a_refused_order_is_tried_again_by_number_and_by_reason(bench: Bench, terminal: Terminal) -> None:
    """By the channel's number: on its way, then in Starshipit. By a reason nobody has: the reasons there are."""
    order_id = _refused(bench)
    nothing = terminal("retry", "--reason", "no_city")
    assert (nothing.code, "refused_by_starshipit (1)" in nothing.out) == (0, True)
    ran = terminal("retry", "#AU10482", "no-such-order")
    assert ran.code == 1, ran
    assert f"#AU10482 ({order_id})" in ran.out
    assert "not found" in ran.out
    bench.wait_for(lambda: _state(bench, order_id) == "handed_over", "the hand-off after the retry")
    history = [event["what"] for event in bench.stack.order_rows()[order_id]["events"]]
    assert "retried" in history
    every = terminal("retry", "--all", "--json")
    assert (every.code, every.json["results"], every.json["counts"]) == (0, [], {})
    waiting = terminal("retry", str(order_id), "--json")
    assert (waiting.code, waiting.json["counts"]) == (0, {"nothing_to_do": 1})


def test_an_order_is_sent_once_more_when_a_person_says_so(bench: Bench, terminal: Terminal, somebody: None) -> None:
    """Refused while it is there; asked, declined, asked, agreed; one more order with a number of its own."""
    order_id = _handed_over(bench)
    there = terminal("resend", str(order_id))
    assert there.code == 1
    assert "Delete or archive it there first" in there.err
    [first] = bench.starshipit.created_by_api(str(order_id))
    bench.starshipit.delete(first.order_id)
    declined = terminal("resend", str(order_id), typed="n\n")
    assert declined.code == 130
    assert "Starshipit shows no order of it" in declined.err
    assert _state(bench, order_id) == "handed_over"
    agreed = terminal("resend", str(order_id), typed="y\n")
    assert (agreed.code, f"Order {order_id} is queued" in agreed.out) == (0, True)
    bench.wait_for(lambda: _state(bench, order_id) == "handed_over", "the second hand-off")
    numbers = [made.order_number for made in bench.starshipit.created_by_api(str(order_id))]
    assert numbers == [str(order_id), f"{order_id}-R2"]
    event = next(e for e in bench.stack.order_rows()[order_id]["events"] if e["what"] == "resent")
    assert "person-installer" in event["facts"]["by"]


def test_nobody_can_be_asked_and_who_may_not(bench: Bench, terminal: Terminal) -> None:
    """A script without --yes: exit code 2. Vendor down: 4. No permission, no such stack: 3. Wrong usage: 2."""
    order_id = _handed_over(bench)
    [first] = bench.starshipit.created_by_api(str(order_id))
    bench.starshipit.delete(first.order_id)
    for ran in (terminal("resend", str(order_id)), terminal("resend", str(order_id), "--json")):
        assert (ran.code, "--yes" in ran.out + ran.err) == (2, True)
    bench.starshipit.faults.always("GET *", "503")
    down = terminal("resend", str(order_id), "--yes")
    assert (down.code, "Starshipit answered HTTP 503" in down.err) == (4, True)
    assert down.err.count("\n") <= 4
    assert _state(bench, order_id) == "handed_over"
    for arguments in (["retry", "1"], ["redrive"]):
        denied = terminal(*arguments, role="nobody")
        assert (denied.code, "OperatorPolicy" in denied.err) == (3, True), (arguments, denied)
    absent = terminal("release", "--stack", "another", "--json", role="operator")
    assert (absent.code, len(json.loads(absent.out)["next"]) > 0) == (3, True), absent
    for arguments in (["retry"], ["retry", "1", "--all"], ["resend"], ["redrive", "--list", "--discard"]):
        assert terminal(*arguments).code == 2, arguments


def test_what_the_surge_guard_holds_is_let_go(bench: Bench, terminal: Terminal, somebody: None) -> None:
    """None held; some held, declined, then all let go, and created."""
    assert "holds no order" in terminal("release").out
    ids = [bench.sellercloud.add_order() for _ in range(3)]
    _hold(bench, *ids)
    declined = terminal("release", typed="n\n")
    assert (declined.code, "holds 3 orders" in declined.err) == (130, True)
    assert {_state(bench, order_id) for order_id in ids} == {"held"}
    ran = terminal("release", "--yes", "--json")
    assert (ran.code, ran.json["released"]) == (0, 3)
    bench.wait_for(lambda: all(_state(bench, i) == "handed_over" for i in ids), "all three handed over")
