"""Which currency and value are declared."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.rules.currency import Declared, declare
from connector.rules.reasons import NotSent, Reason
from connector.settings import CustomsValue

FROM, TO = Decimal("1.52"), Decimal("0.5")
AUD, DOLLAR = 5, 0


@pytest.mark.parametrize(
    ("number", "choice", "rates", "expected"),
    [
        (AUD, CustomsValue.ORDER, (FROM, TO), Declared("AUD")),
        (None, CustomsValue.ORDER, (None, None), Declared(None)),
        (AUD, CustomsValue.USD, (FROM, TO), Declared("USD")),
        (AUD, CustomsValue.CONVERTED, (FROM, TO), Declared("AUD", FROM)),
        (AUD, CustomsValue.CONVERTED, (None, TO), Declared("AUD", Decimal(2))),
        (AUD, CustomsValue.CONVERTED, (Decimal(0), TO), Declared("AUD", Decimal(2))),
        (DOLLAR, CustomsValue.CONVERTED, (None, None), Declared("USD")),
        (AUD, CustomsValue.CONVERTED, (None, None), NotSent(Reason.NO_CURRENCY_RATE, "AUD")),
        (AUD, CustomsValue.CONVERTED, (Decimal(-1), None), NotSent(Reason.NO_CURRENCY_RATE, "AUD")),
        (9999, CustomsValue.ORDER, (None, None), NotSent(Reason.UNKNOWN_CURRENCY, "9999")),
    ],
)
def test_the_currency_declared(
    number: int | None,
    choice: CustomsValue,
    rates: tuple[Decimal | None, Decimal | None],
    expected: Declared | NotSent,
) -> None:
    """The setting decides; conversion needs a usable rate of either direction."""
    assert declare(number, choice, *rates) == expected


def test_a_converted_price_has_cents() -> None:
    """A price stays a price: rounded to hundredths, never to nothing, and nothing stays nothing."""
    declared = Declared("AUD", FROM)
    assert declared.value_of(Decimal("10.01")) == Decimal("15.22")
    assert declared.value_of(Decimal("0.001")) == Decimal("0.01")
    assert declared.value_of(Decimal(0)) == 0
    assert Declared("USD").value_of(Decimal("10.0123")) == Decimal("10.0123")
