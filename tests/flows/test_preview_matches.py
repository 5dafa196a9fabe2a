"""What the preview says is what happens: the same orders, numbers, reasons and mapped fields (seeded sample orders)."""

from __future__ import annotations

import random
from typing import Any

import pytest

from connector.flows import preview as flow
from connector.state.rows import State
from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench
from tests.flows.fetching import settle
from tests.flows.previewing import by_reason, ids, nothing_written, previewed, sent_orders
from tests.simulators.samples import make_orders

pytestmark = pytest.mark.slow

SETTINGS: list[dict[str, str]] = [
    {},
    {"KIT_MODE": "components", "ORDER_NUMBER_SOURCE": "channel", "CUSTOMER_INSTRUCTIONS": "true"},
    {"CUSTOMS_VALUE_CURRENCY": "converted", "ITEM_WEIGHT_UNIT": "oz", "TENANT_TIME_ZONE": "Australia/Sydney"},
    {"CUSTOMS_VALUE_CURRENCY": "usd", "GIFT_MESSAGES": "false", "MAX_NEW_ORDERS_PER_RUN": "30"},
    {"SAVED_VIEW_IDS": "411", "COMPANY_IDS": "171", "EXCLUDED_CHANNELS": ""},
]


def stack(make_bench: MakeBench, seed: int, settings: dict[str, str]) -> Bench:
    """A stack with seeded orders; in half of the cases some are known already, and some of those changed."""
    bench = make_bench(**settings)
    bench.sellercloud.add_view(411, "Everything", lambda order: True)
    chance = random.Random(seed)
    samples = [sample.sim_order for sample in make_orders(90, seed, bench.clock.now())]
    known = samples[:40] if seed % 2 else []
    for order in known:
        bench.sellercloud.add_order(order)
    if known:
        settle(bench, ticks=2)
        for order in chance.sample(known, 15):
            changes: dict[str, Any] = chance.choice(
                [{"payment_status": 30}, {"service": "Another"}, {"status": 200}, {"address": samples[-1].address}]
            )
            bench.sellercloud.edit(order.id, **changes)
    for order in samples[len(known) :]:
        bench.sellercloud.add_order(order)
    return bench


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda chosen: " ".join(chosen) or "defaults")
@pytest.mark.parametrize(("seed", "at_once"), [(2, 500), (3, 50)])
def test_a_preview_is_what_happens(
    make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch, seed: int, settings: dict[str, str], at_once: int
) -> None:
    """The next fetch and its hand-off send exactly the orders shown, as shown, and stop the others for that reason."""
    monkeypatch.setattr(flow, "LISTED_AT_ONCE", at_once)
    bench = stack(make_bench, seed, settings)
    with nothing_written(bench):
        answer = previewed(bench)
    assert answer["complete"]
    with sent_orders(bench) as sent:
        bench.fetch()
        bench.work(20)
    assert ids(answer["would_send"]) == sorted(sent)
    for shown in answer["would_send"]:
        assert_as_sent(shown, sent[shown["order_id"]])
    for reason, left in by_reason(answer).items():
        rows = [bench.row(order_id) for order_id in left]
        assert {row.reason for row in rows} == {reason}
        assert {row.state for row in rows} <= {State.EXCLUDED, State.HELD, State.REFUSED}
    assert len(answer["would_send"]) > 10
    assert len(answer["left_out"]) > 5


def assert_as_sent(shown: dict[str, Any], order: dict[str, Any]) -> None:
    """A line of the preview says what the order said when it left."""
    to, items = order["destination"], order["items"]
    assert shown["order_number"] == order["order_number"]
    assert shown["ship_to"]["name"] == to["name"]
    assert shown["ship_to"]["country"] == to["country"]
    assert shown["ship_to"]["post_code"] == to.get("post_code", "")
    assert shown["shipping_method"] == order.get("shipping_method", "")
    assert shown["signature"] == order["signature_required"]
    assert shown["currency"] == order.get("currency")
    assert (shown["lines"], shown["units"]) == (len(items), sum(item["quantity"] for item in items))
    kilograms = sum(item["quantity"] * item.get("weight", 0) for item in items)
    assert (shown["kilograms"] or 0) == pytest.approx(kilograms, abs=0.001)
    value = sum(item["quantity"] * item.get("value", 0) for item in items)
    assert (shown["value"] or 0) == pytest.approx(value, abs=0.001)


@pytest.mark.parametrize("settings", SETTINGS[:3], ids=lambda chosen: " ".join(chosen) or "defaults")
def test_every_field_shown_is_the_field_sent(make_bench: MakeBench, settings: dict[str, str]) -> None:
    """`preview --order N` shows, field by field, exactly what then leaves."""
    bench = stack(make_bench, 2, settings)
    with nothing_written(bench):
        shown = {order_id: fields(bench, order_id) for order_id in list(bench.sellercloud.orders)[:40]}
    with sent_orders(bench) as sent:
        bench.fetch()
        bench.work(20)
    compared = [order_id for order_id in shown if order_id in sent]
    assert len(compared) > 20
    for order_id in compared:
        assert shown[order_id] == flat(sent[order_id]), order_id


def fields(bench: Bench, order_id: int) -> dict[str, Any]:
    """The fields that would be sent, numbers as numbers."""
    answer = bench.ask("preview_order", number=str(order_id))
    assert answer["status"] == "done", answer
    found = {field["target"]: field["value"] for field in answer["fields"] if field["value"] is not None}
    return {name: float(v) if name.endswith((".weight", ".value")) else v for name, v in found.items()}


def flat(order: dict[str, Any]) -> dict[str, Any]:
    """An order as it left, one name for each field."""
    plain = {name: value for name, value in order.items() if name not in ("destination", "items")}
    plain |= {f"destination.{name}": value for name, value in order["destination"].items()}
    for number, item in enumerate(order["items"], 1):
        plain |= {f"items[{number}].{name}": value for name, value in item.items()}
    return plain
