"""Whatever Sellercloud shows, an order can be explained: sent or refused, every field, with the values sent."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.rules.explain import explain
from connector.rules.mapping import Extras, MappingChoices, to_starshipit
from connector.rules.reasons import NotSent
from connector.settings import CustomsValue, KitMode, WeightUnit
from connector.vendors.sellercloud.models import Order
from tests.property.orders import SHORT_TEXTS, Json, orders
from tests.unit.rules.build import NEW_YORK

RATES = st.one_of(st.none(), st.decimals("0.0001", 1000, places=4))
EXTRAS = st.builds(
    Extras,
    gift_message=SHORT_TEXTS.map(lambda text: text or ""),
    instructions=SHORT_TEXTS.map(lambda text: text or ""),
    rate_from_usd=RATES,
    rate_to_usd=RATES,
)
CHOICES = st.builds(
    MappingChoices,
    st.sampled_from(KitMode),
    st.sampled_from(CustomsValue),
    st.sampled_from(WeightUnit),
    st.just(NEW_YORK),
)
FLOWING = ("name", "company", "building", "street", "suburb")


@settings(max_examples=300, deadline=None)
@given(orders(), EXTRAS, CHOICES)
def test_every_order_can_be_explained(shown: Json, extras: Extras, choices: MappingChoices) -> None:
    """Values are those of the order that leaves; each word of a text that runs on lies in a source it names."""
    wanted = Order.model_validate(shown)
    sent = to_starshipit(wanted, str(wanted.order_id), extras, choices)
    rows = explain(wanted, sent, extras, choices)
    if isinstance(sent, NotSent):
        assert {row.value for row in rows} == {None}
        assert any(row.problem for row in rows)
        return
    found = {row.target: row for row in rows}
    for number, item in enumerate(sent.items, 1):
        weight = None if item.weight is None else str(item.weight)
        assert found[f"items[{number}].quantity"].value == item.quantity
        assert found[f"items[{number}].weight"].value == weight
        assert weight is None or Decimal(weight) > 0
    for name in FLOWING:
        row = found[f"destination.{name}"]
        assert row.value == getattr(sent.destination, name)
        assert set((row.value or "").split()) <= set(row.source_value.replace(" | ", " ").split()), row
