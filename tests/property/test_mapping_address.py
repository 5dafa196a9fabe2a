"""No character of an address is lost (product.md, Hand-off 6)."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings

from connector.rules.address import destination
from connector.rules.reasons import NotSent, Reason
from connector.vendors.sellercloud.models import Address, Order
from tests.property.orders import Json, addresses


def words_of(address: Address) -> Counter[str]:
    """Every word that must arrive. A state's name stands for its code where there is none."""
    texts = (
        address.first_name,
        address.middle_initial,
        address.last_name,
        address.company,
        address.line_1,
        address.line_2,
        address.city,
        address.state_code or address.state_name,
        address.postal_code,
    )
    return Counter(word for text in texts for word in text.split())


@settings(max_examples=300, deadline=None)
@given(addresses())
def test_no_word_of_an_address_is_lost(shown: Json) -> None:
    """Each word arrives whole and as often as it was written, or the order names what is wrong."""
    order = Order.model_validate({"ID": 1, "FirstName": "Priya", "ShippingAddress": shown})
    found = destination(order, "")
    if isinstance(found, NotSent):
        assert found.reason in Reason
        return
    arrived = Counter(word for text in found.model_dump(exclude_none=True).values() for word in text.split())
    assert order.address is not None
    assert not words_of(order.address) - arrived


@settings(max_examples=150, deadline=None)
@given(addresses())
def test_street_lines_keep_their_order(shown: Json) -> None:
    """Read down the label, the words of a line come in the order they were written in."""
    order = Order.model_validate({"ID": 1, "FirstName": "Priya", "ShippingAddress": shown})
    found = destination(order, "")
    if isinstance(found, NotSent):
        return
    assert order.address is not None
    fields = (found.company, found.building, found.street, found.suburb)
    label = " ".join(" ".join(field for field in fields if field).split())
    for line in (order.address.line_1, order.address.line_2):
        assert " ".join(line.split()) in label
