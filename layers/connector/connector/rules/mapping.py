"""A Sellercloud order into a Starshipit order, in total: a valid order or a named reason
(Starshipit contract 12).

In: the order in its list form, the order number chosen for it, what extra calls brought, the
merchant's choices. Out: `NewOrder` within every documented length, or `NotSent`. Wrong: nothing is
raised but `ValueError` for a blank order number, which is a mistake of the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from connector.rules import currency
from connector.rules.address import destination
from connector.rules.lines import items
from connector.rules.reasons import NotSent, Reason
from connector.rules.texts import cut, length, tidy
from connector.settings import CustomsValue, KitMode, WeightUnit
from connector.vendors.fields import in_utc
from connector.vendors.sellercloud.codes import CHANNEL
from connector.vendors.sellercloud.models import Order
from connector.vendors.starshipit.models import NewOrder

NUMBER_LIMIT = 50
METHOD_LIMIT = 100


@dataclass(frozen=True)
class MappingChoices:
    """The merchant's settings that shape an order. `zone` is the tenant's clock."""

    kit_mode: KitMode
    customs_value: CustomsValue
    weight_unit: WeightUnit
    zone: ZoneInfo


@dataclass(frozen=True)
class Extras:
    """What the list form does not show. Rates are Sellercloud's, between USD and the order's
    currency.
    """

    gift_message: str = ""
    instructions: str = ""
    rate_from_usd: Decimal | None = None
    rate_to_usd: Decimal | None = None


def to_starshipit(order: Order, order_number: str, extras: Extras, choices: MappingChoices) -> NewOrder | NotSent:
    """The order to create, or the first reason why it cannot be sent."""
    if not order_number.strip():
        raise ValueError("an order number is needed")
    if length(order_number) > NUMBER_LIMIT:
        fits = f"order number: {length(order_number)} characters, {NUMBER_LIMIT} fit"
        return NotSent(Reason.TOO_LONG, fits)
    to = destination(order, delivery_instructions(extras))
    if isinstance(to, NotSent):
        return to
    declared = currency.declare(order.currency, choices.customs_value, extras.rate_from_usd, extras.rate_to_usd)
    if isinstance(declared, NotSent):
        return declared
    contents = items(order, choices.kit_mode, choices.weight_unit, declared.value_of)
    if isinstance(contents, NotSent):
        return contents
    return NewOrder(
        order_number=order_number,
        reference=str(order.order_id),
        signature_required=order.signature_required,
        destination=to,
        items=contents,
        order_date=order_date(order, choices.zone),
        shipping_method=cut(shipping_method(order), METHOD_LIMIT) or None,
        shipping_description=cut(shipping_description(order), METHOD_LIMIT) or None,
        currency=declared.code,
    )


def shipping_method(order: Order) -> str:
    """Carrier and service as Sellercloud shows them, for the account's rules to act on; the carrier
    once.
    """
    carrier, service = tidy(order.carrier), tidy(order.service)
    if f"{service} ".casefold().startswith(f"{carrier} ".casefold()):
        return service
    return tidy(f"{carrier} {service}")


def shipping_description(order: Order) -> str:
    """Company and sales channel, which rules can test as well."""
    channel = "" if order.channel is None else _channel_names().get(order.channel, "")
    return " / ".join(filter(None, (tidy(order.company_name), channel)))


def order_date(order: Order, zone: ZoneInfo) -> str | None:
    """When the sale was made, in UTC; a moment without a zone is read on the tenant's clock."""
    placed = order.ordered_at or order.created_at
    if placed is None:
        return None
    try:
        return in_utc(placed, zone).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return None


def delivery_instructions(extras: Extras) -> str:
    """What the driver reads first, then the gift message. Too long a text refuses the order: it is
    never cut.
    """
    gift = tidy(extras.gift_message)
    return tidy(f"{extras.instructions} {f'Gift: {gift}' if gift else ''}")


@cache
def _channel_names() -> dict[int, str]:
    return {number: name for name, number in CHANNEL.items()}
