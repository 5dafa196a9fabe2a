"""The order as a whole: numbers, dates, what rules can act on."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.rules.mapping import Extras, to_starshipit
from connector.rules.reasons import NotSent, Reason
from connector.settings import CustomsValue
from tests.unit.rules.build import CHOICES, mapped, order, refused


def test_what_identifies_the_order() -> None:
    """The number is the one chosen before, the reference always Sellercloud's id."""
    found = to_starshipit(order(), "#AU10482", Extras(), CHOICES)
    assert not isinstance(found, NotSent)
    assert (found.order_number, found.reference) == ("#AU10482", "1045872")


def test_an_order_number_has_to_fit() -> None:
    """A number that would be cut could meet another order's; a blank one is a mistake of ours."""
    assert to_starshipit(order(), "n" * 51, Extras(), CHOICES) == NotSent(
        Reason.TOO_LONG, "order number: 51 characters, 50 fit"
    )
    with pytest.raises(ValueError, match="order number"):
        to_starshipit(order(), " ", Extras(), CHOICES)


@pytest.mark.parametrize("required", [True, False])
def test_signature_is_always_said(required: bool) -> None:
    """Left out, the account's default would apply."""
    assert mapped(order(RequireSignatureConfirmation=required)).signature_required is required


@pytest.mark.parametrize(
    ("placed", "created", "expected"),
    [
        ("2026-11-19T21:14:05", None, "2026-11-20T02:14:05Z"),
        ("2026-07-01T12:00:00.123", None, "2026-07-01T16:00:00Z"),
        ("2026-11-19T21:14:05Z", None, "2026-11-19T21:14:05Z"),
        (None, "2026-11-19T21:20:41.37", "2026-11-20T02:20:41Z"),
        ("0001-01-01T00:00:00", None, None),
        ("9999-12-31T23:59:59", None, None),
    ],
)
def test_order_date_is_utc(placed: str | None, created: str | None, expected: str | None) -> None:
    """A moment without a zone is on the tenant's clock; no date is better than a wrong one."""
    assert mapped(order(TimeOfOrder=placed, CreatedOn=created)).order_date == expected


@pytest.mark.parametrize(
    ("carrier", "service", "expected"),
    [
        ("USPS", "Priority Mail", "USPS Priority Mail"),
        ("UPS", "UPS Ground", "UPS Ground"),
        ("ups", "UPS", "UPS"),
        ("UPS", "UPSlow", "UPS UPSlow"),
        ("", "Standard", "Standard"),
        ("FedEx", None, "FedEx"),
        (None, None, None),
        ("A" * 60, "b" * 60, "A" * 60 + " " + "b" * 39),
    ],
)
def test_shipping_method_is_what_the_order_asks_for(carrier: Any, service: Any, expected: str | None) -> None:
    """Carrier and service, the carrier once, so that the account's rules can match it."""
    found = mapped(order(ShippingCarrier=carrier, ShippingService=service))
    assert found.shipping_method == expected


@pytest.mark.parametrize(
    ("company", "channel", "expected"),
    [
        ("Northlight Outdoors", 6, "Northlight Outdoors / Website"),
        ("", 42, "Walmart"),
        ("Northlight Outdoors", 999, "Northlight Outdoors"),
        ("", None, None),
        ("c" * 120, 6, "c" * 100),
    ],
)
def test_shipping_description_names_company_and_channel(
    company: str, channel: int | None, expected: str | None
) -> None:
    """Rules can test it; an unknown channel is opaque."""
    found = mapped(order(CompanyName=company, OrderSource=channel))
    assert found.shipping_description == expected


def test_currency_and_value_follow_the_setting() -> None:
    """Converted by the order's own rate only where the merchant chose that."""
    converted = replace(CHOICES, customs_value=CustomsValue.CONVERTED)
    rate = Extras(rate_from_usd=Decimal("1.5"))
    plain, foreign = mapped(order()), mapped(order(), converted, rate)
    assert (plain.currency, plain.items[0].value) == ("AUD", Decimal(119))
    assert (foreign.currency, foreign.items[0].value) == ("AUD", Decimal("178.5"))
    assert refused(order(), converted) == NotSent(Reason.NO_CURRENCY_RATE, "AUD")
