"""`connector order`: any number of an order, on the deployed stack, through a whole way and through its failures."""

from __future__ import annotations

from typing import Any

from tests.e2e.conftest import Bench
from tests.e2e.terminal import Terminal


def handed_over(bench: Bench, **changes: Any) -> tuple[int, int]:
    """An order on the straight road to Starshipit; its ids there and here."""
    order_id = bench.sellercloud.add_order(**changes)
    bench.fetch()
    bench.wait_for(lambda: bool(bench.starshipit.created_by_api(str(order_id))), "the order in Starshipit", 60)
    bench.wait_until_idle()
    return order_id, bench.starshipit.created_by_api(str(order_id))[0].order_id


def test_an_order_by_all_its_numbers_from_fetch_to_shipped(bench: Bench, terminal: Terminal) -> None:
    """One page with state, history, both vendors and what comes next; the least of the stack's policies is enough."""
    bench.sellercloud.switches.validate_carriers = False
    order_id, starshipit_id = handed_over(bench, source_id="#AU10482")
    ran = terminal("order", str(order_id), role="operator")
    assert (ran.code, ran.err) == (0, "")
    for words in (f"Order {order_id}", "HANDED OVER", "Created in Starshipit", "Sellercloud now", "Starshipit now"):
        assert words in ran.out, ran.out
    assert "Next: The warehouse prints its label." in ran.out
    assert max(map(len, ran.out.splitlines())) <= 110
    [number] = bench.starshipit.print_label(starshipit_id)
    bench.wait_for(lambda: number in bench.sellercloud.snapshot(order_id).tracking, "the number in Sellercloud", 60)
    bench.wait_until_idle()
    for typed in (number.lower(), "AU10482", f"id:{order_id}"):
        told = terminal("order", typed, "--json").json
        [match] = told["matches"]
        assert (match["order_id"], match["state"]) == (order_id, "shipped"), typed
    assert [line["what"] for line in match["timeline"]][-3:] == ["label_reported", "ship_call", "shipped"]
    narrow = terminal("order", number, env={"COLUMNS": "80"})
    assert max(map(len, narrow.out.splitlines())) <= 80
    assert "SHIPPED" in narrow.out
    assert "found by its tracking number" in " ".join(narrow.out.split())


def test_what_is_not_there_and_what_no_fetch_has_seen(bench: Bench, terminal: Terminal) -> None:
    """Exit code 1 with what was tried; an order only Sellercloud has is judged."""
    ran = terminal("order", "4711")
    assert ran.code == 1
    assert "No order goes by 4711: the ledger knows none" in ran.err
    assert "→" in ran.err
    assert not ran.out
    assert terminal("order", "4711", "--json").json["status"] == "not_found"
    order_id = bench.sellercloud.add_order(payment_status=10)
    ran = terminal("order", str(order_id))
    assert ran.code == 0
    assert "NOT SEEN YET" in ran.out
    assert "(NoPayment)" in ran.out
    assert terminal("order").code == 2


def test_vendors_down_and_wrong_passwords_leave_the_history(bench: Bench, terminal: Terminal) -> None:
    """Each vendor's place says what is wrong; a number nobody knows is not called missing then."""
    order_id, _ = handed_over(bench)
    bench.starshipit.faults.always("GET /api/orders", "503")
    bench.sellercloud.change_password("obviously-fake-other")
    bench.sellercloud.revoke_tokens()
    ran = terminal("order", str(order_id))
    assert ran.code == 0
    shown = " ".join(ran.out.replace("│", " ").split())
    assert "Created in Starshipit" in shown
    assert "HTTP 503" in shown
    assert "connector secrets set" in shown
    unknown = terminal("order", "4711")
    assert unknown.code == 4
    assert "The ledger knows no order 4711" in unknown.err


def test_a_stack_that_is_not_there_and_rights_that_are_missing(bench: Bench, terminal: Terminal) -> None:
    """One sentence and a next step."""
    for arguments, role in (((), "nobody"), (("--endpoint-url", "http://127.0.0.1:9"), "installer")):
        ran = terminal("order", "1", *arguments, role=role)
        assert ran.code == 3, ran
        assert "→" in ran.err
        assert not ran.out
    assert not bench.sellercloud.calls
