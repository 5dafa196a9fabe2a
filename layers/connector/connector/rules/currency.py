"""Which currency and value a customs form declares.

In: the order's currency number, the merchant's choice, Sellercloud's two exchange rates. Out:
`Declared`, the ISO code and what a price becomes in it, or `NotSent`. Wrong: nothing is raised.
Sellercloud converts foreign orders to USD (contract 5), but does not say whether the list shows the
converted figures: that is why a person chooses.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connector.rules.reasons import NotSent, Reason
from connector.settings import CustomsValue
from connector.vendors.sellercloud.codes import CURRENCY

USD = "USD"
_CENT = Decimal("0.01")
_HIGHEST_RATE = Decimal(10_000_000)


@dataclass(frozen=True)
class Declared:
    """The currency's ISO code (None: the order shows none, Starshipit's account default holds) and
    its rate.
    """

    code: str | None
    rate: Decimal = Decimal(1)

    def value_of(self, price: Decimal) -> Decimal:
        """A price in this currency; converted ones in hundredths, above zero staying above."""
        if self.rate == 1:
            return price
        return max((price * self.rate).quantize(_CENT), _CENT) if price else price


def declare(
    number: int | None,
    choice: CustomsValue,
    rate_from_usd: Decimal | None,
    rate_to_usd: Decimal | None,
) -> Declared | NotSent:
    """The currency to declare for an order in currency `number` (Sellercloud contract 12.9)."""
    if choice is CustomsValue.USD:
        return Declared(USD)
    if number is None:
        return Declared(None)
    code = CURRENCY.get(number)
    if code is None:
        return NotSent(Reason.UNKNOWN_CURRENCY, str(number))
    if choice is CustomsValue.ORDER or code == USD:
        return Declared(code)
    rate = _rate(rate_from_usd, rate_to_usd)
    return NotSent(Reason.NO_CURRENCY_RATE, code) if rate is None else Declared(code, rate)


def _rate(rate_from_usd: Decimal | None, rate_to_usd: Decimal | None) -> Decimal | None:
    """Units of the order's currency for one USD; the other direction's rate serves if this one is
    missing.
    """
    for rate, inverse in ((rate_from_usd, False), (rate_to_usd, True)):
        if rate is not None and 1 / _HIGHEST_RATE <= rate <= _HIGHEST_RATE:
            return 1 / rate if inverse else rate
    return None
