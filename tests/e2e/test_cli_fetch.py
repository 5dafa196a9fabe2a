"""`connector fetch` against the deployed stack: now, some days, and what stops it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from tests.e2e.conftest import Bench
from tests.e2e.terminal import Terminal


def test_now_and_then_an_old_order_by_its_day(bench: Bench, terminal: Terminal) -> None:
    """A new order goes at once; one that no tick finds any more goes by its day of creation."""
    new = bench.sellercloud.add_order()
    bench.sellercloud.add_order(payment_status=10)
    ran = terminal("fetch", role="operator")
    assert (ran.code, ran.err) == (0, ""), ran
    assert "1  queued for Starshipit" in ran.out
    assert "1 unpaid - The payment status is not one of" in ran.out.replace("\n", " ")
    day = datetime.now(UTC) - timedelta(days=40)
    old = bench.sellercloud.add_order(created_on=day, ordered_on=day, last_updated=day)
    assert terminal("fetch", "--json", role="operator").json["counts"]["seen"] == 2
    days = ("--from", f"{day - timedelta(days=2):%Y-%m-%d}", "--to", f"{day + timedelta(days=2):%Y-%m-%d}")
    ran = terminal("fetch", *days, role="operator")
    assert ran.code == 0, ran
    assert "1  queued for Starshipit" in ran.out
    assert "orders created" in ran.out
    rows = bench.stack.order_rows()
    assert {new, old} <= set(rows)


def test_what_stops_it_is_one_sentence_with_its_exit_code(bench: Bench, terminal: Terminal) -> None:
    """Days to come, vendor down, wrong password, placeholder, somebody without the right."""
    wrong = terminal("fetch", "--from", "2199-01-01", role="operator")
    assert (wrong.code, "The first day (from) lies in the future" in wrong.err) == (1, True), wrong
    bench.sellercloud.faults.outage = True
    down = terminal("fetch", role="operator")
    assert down.code == 4
    assert "Sellercloud answered HTTP 503" in down.err
    bench.sellercloud.faults.clear()
    bench.sellercloud.change_password("obviously-changed")
    bench.sellercloud.revoke_tokens()
    refused = terminal("fetch", "--json", role="operator")
    assert (refused.code, refused.json["status"]) == (4, "credentials_refused"), refused
    denied = terminal("fetch", role="nobody")
    assert (denied.code, "is missing" in denied.err) == (3, True)


def test_a_fetch_that_runs_is_waited_for_and_said(bench: Bench, terminal: Terminal) -> None:
    """Another run holds the lease: the terminal says so, waits as long as it was told, and gives up."""
    table = bench.stack.outputs["LedgerTable"]
    lease = {"pk": {"S": "LEASE#fetch"}, "sk": {"S": "LEASE"}, "lease_owner": {"S": "another"}, "fence": {"N": "1"}}
    lease["ends_at"] = {"N": str(time.time() + 60)}
    bench.stack.client("dynamodb").put_item(TableName=table, Item=lease)
    busy = terminal("fetch", "--wait", "1", role="operator")
    assert busy.code == 1
    assert busy.err.splitlines()[0] == "Another fetch is running. Waiting up to 1 s."
    assert "still running" in busy.err
