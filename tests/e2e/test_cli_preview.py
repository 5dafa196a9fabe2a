"""`connector preview` against the deployed stack: nothing is written, and what it says is what the fetch then does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from tests.e2e.conftest import Bench
from tests.e2e.terminal import Terminal
from tests.simulators.samples import make_orders
from tests.simulators.sellercloud.models import SimAddress


def traces(bench: Bench) -> tuple[list[str], int, int]:
    """What a preview may not leave: items of the table besides budgets, messages, calls of Starshipit."""
    items = [json.dumps(item, default=str, sort_keys=True) for item in bench.stack.ledger()]
    kept = sorted(item for item in items if '"pk": "BUDGET#' not in item)
    return kept, bench.stack.depth("OrdersQueue"), len(bench.starshipit.calls)


@contextmanager
def environment(bench: Bench, function: str, **changes: str) -> Iterator[None]:
    """The function with other settings for a while, as after a deployment."""
    client, name = bench.stack.client("lambda"), bench.stack.functions[function]
    before = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    client.update_function_configuration(FunctionName=name, Environment={"Variables": {**before, **changes}})
    try:
        yield
    finally:
        client.update_function_configuration(FunctionName=name, Environment={"Variables": before})


def test_it_writes_nothing_and_tells_what_the_fetch_then_does(terminal: Terminal, bench: Bench) -> None:
    """Sample orders in several answers: the same orders, then really handed over; the rest for the reason told."""
    for sample in make_orders(60, seed=5, now=datetime.now(UTC)):
        bench.sellercloud.add_order(sample.sim_order)
    before = traces(bench)
    ran = terminal("preview", "--json", role="operator")
    assert (ran.code, ran.err) == (0, ""), ran
    told: dict[str, Any] = ran.json
    assert traces(bench) == before
    assert told["complete"]
    table = terminal("preview", role="operator")
    assert (table.code, table.err) == (0, ""), table
    assert f"Would go: {len(told['would_send'])}" in table.out
    for row in told["would_send"][:5]:
        assert re.search(rf"{row['order_id']} +{row['ship_to']['city'][:5]}.* {row['units']} ", table.out)
    assert "Nothing was" in table.out

    bench.fetch()
    bench.wait_until_idle()
    rows = bench.stack.order_rows()
    sent = {order_id for order_id, row in rows.items() if row["state"] == "handed_over"}
    assert sent == {row["order_id"] for row in told["would_send"]}
    left = {order_id: row["reason"] for order_id, row in rows.items() if row["state"] in ("excluded", "refused")}
    assert left == {row["order_id"]: row["reason"] for row in told["left_out"]}


def test_one_order_field_by_field(terminal: Terminal, bench: Bench) -> None:
    """Source beside target; a refused mapping at its field; nobody's number is one sentence."""
    good = bench.sellercloud.add_order(source_id="#AU7", signature=True)
    nowhere = bench.sellercloud.add_order(address=SimAddress(first_name="A", street1="1 St", city="X", country=""))
    before = traces(bench)
    ran = terminal("preview", "--order", str(good), role="operator")
    assert (ran.code, ran.err) == (0, ""), ran
    for words in ("RequireSignatureConfirmation", "1.0886 kg each", "2.4 lb", "StreetLine1", "14 Acacia Cres"):
        assert words in ran.out
    refused = terminal("preview", "--order", f"id:{nowhere}", "--json", role="operator")
    assert (refused.code, refused.json["mapping"]["reason"]) == (0, "no_country")
    unknown = terminal("preview", "--order", "#NOWHERE", role="operator")
    assert (unknown.code, unknown.err.splitlines()[0]) == (1, "No order goes by #NOWHERE here.")
    assert traces(bench) == before


def test_what_is_wrong_is_one_sentence_with_its_exit_code(terminal: Terminal, bench: Bench) -> None:
    """Vendor down, a view that does not exist, wrong password, nobody's rights, no such stack."""
    order_id = bench.sellercloud.add_order()
    bench.sellercloud.faults.outage = True
    for arguments in (("preview",), ("preview", "--order", str(order_id))):
        down = terminal(*arguments, role="operator")
        assert (down.code, down.out) == (4, ""), down
        assert "Sellercloud answered HTTP 503" in down.err
        assert "→ " in down.err
    bench.sellercloud.faults.outage = False
    bench.sellercloud.switches.unknown_view = 404
    with environment(bench, "AnswerOperator", SAVED_VIEW_IDS="999"):
        unread = terminal("preview", role="operator")
        assert (unread.code, unread.out) == (1, ""), unread
        assert "Saved view 999 could not be read: Sellercloud answered HTTP 404" in unread.err.replace("\n", " ")
        assert "SavedViewIds" in unread.err
    with environment(bench, "AnswerOperator", KIT_MODE="halves"):
        setting = terminal("preview", role="operator")
        assert setting.code != 0
        assert "KitMode" in setting.err
    bench.sellercloud.change_password("obviously-changed")
    bench.sellercloud.revoke_tokens()
    refused = terminal("preview", "--json", role="operator")
    assert (refused.code, refused.json["status"]) == (4, "credentials_refused"), refused
    assert "connector secrets set sellercloud" in refused.json["next"]
    denied = terminal("preview", role="nobody")
    assert (denied.code, "is missing" in denied.err) == (3, True)
    assert terminal("preview", "--stack", "elsewhere", role="operator").code == 3
