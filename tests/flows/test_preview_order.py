"""`connector preview --order N`: one order's verdict, and its mapping field by field, source beside target."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench
from tests.flows.fetching import add_orders, settle
from tests.flows.previewing import nothing_written
from tests.simulators.sellercloud.models import SimAddress, SimKitPart, SimLine, SimNote

pytestmark = pytest.mark.slow


def shown(bench: Bench, number: object) -> dict[str, Any]:
    """The answer, with its fields by target; nothing was written for it."""
    with nothing_written(bench):
        answer = bench.ask("preview_order", number=str(number))
    assert answer["status"] == "done", answer
    return {**answer, "fields": {field["target"]: field for field in answer["fields"]}}


def pair(answer: dict[str, Any], target: str) -> tuple[Any, str, str]:
    """What is sent, where it comes from, what is in there."""
    field = answer["fields"][target]
    return field["value"], field["source"], field["source_value"]


def test_units_dates_and_values_stand_beside_their_sources(bench: Bench) -> None:
    """Pounds beside kilograms, the tenant's clock beside UTC, the price beside the value, each under its own name."""
    line = SimLine(product_id="TENT", name="Tent", price=Decimal("119"), weight_lb=119, qty=2)
    [order_id] = add_orders(bench, 1, lines=(line,), carrier="USPS", service="Priority Mail", currency=5)
    answer = shown(bench, order_id)
    assert (answer["order_id"], answer["verdict"], answer["mapping"]) == (order_id, None, None)
    assert "No fetch has seen" in answer["standing"]
    assert pair(answer, "items[1].weight")[0::2] == ("53.9775", "119 lb")
    assert pair(answer, "items[1].weight")[1] == "Items[1].Weight"
    assert answer["fields"]["items[1].weight"]["unit"] == "kg each"
    assert pair(answer, "destination.street") == ("14 Acacia Cres", "ShippingAddress.StreetLine1", "14 Acacia Cres")
    value, source, of = pair(answer, "shipping_method")
    assert (value, source, of) == ("USPS Priority Mail", "ShippingCarrier + ShippingService", "USPS | Priority Mail")
    assert "on the clock of America/New_York" in pair(answer, "order_date")[2]
    assert str(pair(answer, "order_date")[0]).endswith("Z")
    assert pair(answer, "reference") == (str(order_id), "ID", str(order_id))


def test_a_kit_is_shown_component_by_component(make_bench: MakeBench) -> None:
    """Each component is an item, with its share of the kit's weight and price."""
    bench = make_bench(KIT_MODE="components")
    parts = (SimKitPart(product_id="MUG", name="Mug", qty=2), SimKitPart(product_id="POT", name="Pot"))
    kit = SimLine(product_id="SET", name="Set", price=Decimal("30"), weight_lb=3, qty=2, parts=parts)
    [order_id] = add_orders(bench, 1, lines=(kit,))
    answer = shown(bench, order_id)
    assert pair(answer, "items[1].sku") == ("MUG", "Items[1].BundleItems[1].ProductID", "MUG")
    assert pair(answer, "items[2].sku")[0] == "POT"
    assert pair(answer, "items[1].quantity")[0] == 4
    assert pair(answer, "items[1].value")[::2] == ("10", "30.0 × 2 kits, over 6 pieces")
    assert "3 lb × 2 kits, over 6 pieces" in pair(answer, "items[1].weight")[2]


def test_lines_that_do_not_ship_are_named(bench: Bench) -> None:
    """A fee and a line already shipped are not items; a person sees why."""
    lines = (
        SimLine(product_id="A", name="A", qty=1, weight_lb=1),
        SimLine(product_id="FEE", name="Fee", non_shipping=True),
        SimLine(product_id="GONE", name="Gone", qty=2, qty_shipped=2),
    )
    [order_id] = add_orders(bench, 1, lines=lines)
    answer = bench.ask("preview_order", number=str(order_id))
    left = [field["source_value"] for field in answer["fields"] if field["target"] == "(not sent)"]
    assert left == ["FEE: non-shipping", "GONE: 2 of 2 shipped"]


def test_a_refused_mapping_names_the_field_and_shows_the_rest(bench: Bench) -> None:
    """Nothing is sent; the field at fault carries the sentence, the others what Sellercloud shows."""
    to = SimAddress(first_name="Priya", street1="1 High St", city="x" * 101, country="Australia", country_code="AU")
    [order_id] = add_orders(bench, 1, address=to)
    answer = shown(bench, order_id)
    assert answer["mapping"]["reason"] == "too_long"
    assert "101 characters, 100 fit" in answer["fields"]["destination.city"]["problem"]
    assert answer["fields"]["destination.city"]["source_value"] == "x" * 101
    assert pair(answer, "destination.name") == (None, "ShippingAddress.FirstName", "Priya")
    assert [name for name, field in answer["fields"].items() if field["problem"]] == ["destination.city"]


def test_a_stopped_order_is_mapped_all_the_same(bench: Bench) -> None:
    """The guards say why it does not go; the mapping shows how it would."""
    [order_id] = add_orders(bench, 1, payment_status=10)
    answer = shown(bench, order_id)
    assert answer["verdict"]["reason"] == "unpaid"
    assert answer["mapping"] is None
    assert pair(answer, "destination.city")[0] == "Fitzroy"


def test_gift_message_and_instructions_come_from_their_own_calls(make_bench: MakeBench) -> None:
    """Both stand beside what the courier is told."""
    bench = make_bench(CUSTOMER_INSTRUCTIONS="true")
    notes = (SimNote(message="Leave at the gate", category=1),)
    [order_id] = add_orders(bench, 1, gift=True, gift_message="Happy trails!", notes=notes)
    value, source, of = pair(shown(bench, order_id), "destination.delivery_instructions")
    assert value == "Leave at the gate Gift: Happy trails!"
    assert "Notes" in source
    assert "GiftMessage" in source
    assert of == "Leave at the gate | Happy trails!"


def test_the_channels_number_finds_the_order_once_it_was_seen(bench: Bench) -> None:
    """By the channel's number and by the Sellercloud id; where it stands is told."""
    [order_id] = add_orders(bench, 1, source_id="#AU7")
    settle(bench)
    for number in ("#AU7", order_id):
        answer = shown(bench, number)
        assert answer["order_id"] == order_id
        assert answer["state"] == "handed_over"
        assert "In Starshipit" in answer["standing"]


def test_a_number_of_several_orders_is_not_guessed(bench: Bench) -> None:
    """Two orders go by it: both are named, none is chosen."""
    orders = add_orders(bench, 2, source_id="1001")
    settle(bench)
    answer = bench.ask("preview_order", number="1001")
    assert answer["status"] == "refused"
    assert all(str(order_id) in answer["message"] for order_id in orders)


@pytest.mark.parametrize("number", ["1", "99999999", "#NOWHERE", "-5", "1e9", "９９"])
def test_an_order_nobody_knows_is_not_found(bench: Bench, number: str) -> None:
    """One sentence, and nothing else."""
    add_orders(bench, 1)
    answer = bench.ask("preview_order", number=number)
    assert answer["status"] == "not_found", answer
    assert answer["next"]


@pytest.mark.parametrize("number", ["", "   ", None, 1.5, ["1"], {"a": 1}])
def test_a_number_that_is_none_is_refused(bench: Bench, number: Any) -> None:
    """The argument is named."""
    answer = bench.ask("preview_order", number=number)
    assert answer["status"] == "refused"
    assert "number" in answer["message"]


def test_a_vendor_that_is_down_and_a_wrong_password(bench: Bench) -> None:
    """Both are answers."""
    [order_id] = add_orders(bench, 1)
    bench.sellercloud.faults.outage = True
    assert bench.ask("preview_order", number=str(order_id))["status"] == "vendor_trouble"
    bench.sellercloud.faults.outage = False
    bench.secrets.store("sellercloud", username="sync@example.com", password="obviously-fake-and-wrong")
    assert bench.ask("preview_order", number=str(order_id))["status"] == "credentials_refused"


def test_an_order_the_list_leaves_out_says_so(bench: Bench) -> None:
    """Shown singly and in no list: the sentence names the right that is missing."""
    [order_id] = add_orders(bench, 1)
    send = bench.wire.send

    def without(method: str, url: str, *, query: Any = (), **rest: Any) -> Any:
        kept = [(name, "1" if name.endswith("orderIDs") else value) for name, value in query]
        return send(method, url, query=kept, **rest)

    bench.wire.send = without  # type: ignore[method-assign]
    answer = shown(bench, order_id)
    assert (answer["verdict"]["reason"], answer["fields"]) == ("not_listed", {})


def test_in_a_dry_run_the_mapping_is_shown_too(make_bench: MakeBench) -> None:
    """The order is mapped as it would be without the dry run."""
    bench = make_bench(DRY_RUN="true")
    [order_id] = add_orders(bench, 1)
    settle(bench)
    answer = shown(bench, order_id)
    assert answer["state"] == "previewed"
    assert pair(answer, "order_number")[0] == str(order_id)
