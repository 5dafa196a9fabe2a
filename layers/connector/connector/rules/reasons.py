"""Why an order was not sent: one code for each cause, with the sentence an operator reads.

In: nothing. Out: `Reason` (stored in the ledger and counted in metrics, so its values never change
their meaning) and `NotSent`, what a rule answers instead of a result. Wrong: nothing can go wrong
here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """A cause, as stored. `sentence` says in plain English what is wrong and what to do."""

    ORDER_STATUS = "order_status"
    SHIPPING_STATUS = "shipping_status"
    UNPAID = "unpaid"
    DROPSHIP = "dropship"
    FULFILLED_ELSEWHERE = "fulfilled_elsewhere"
    CHANNEL = "channel"
    PRIME = "prime"
    ORDER_TYPE = "order_type"
    COMPANY = "company"
    WAREHOUSE = "warehouse"
    BEFORE_START_DATE = "before_start_date"
    UNREADABLE = "unreadable"
    NO_SHIPPING_ITEMS = "no_shipping_items"
    NO_ADDRESS = "no_address"
    NO_NAME = "no_name"
    NO_STREET = "no_street"
    NO_CITY = "no_city"
    NO_COUNTRY = "no_country"
    UNKNOWN_COUNTRY = "unknown_country"
    TOO_LONG = "too_long"
    BAD_QUANTITY = "bad_quantity"
    BAD_VALUE = "bad_value"
    BAD_WEIGHT = "bad_weight"
    UNKNOWN_CURRENCY = "unknown_currency"
    NO_CURRENCY_RATE = "no_currency_rate"
    NOT_FOUND = "not_found"
    NOT_LISTED = "not_listed"
    REFUSED_BY_STARSHIPIT = "refused_by_starshipit"

    @property
    def sentence(self) -> str:
        """What is wrong and what to do, for an operator."""
        return _SENTENCES[self]


_SENTENCES: dict[Reason, str] = {
    Reason.ORDER_STATUS: "The order status is not one of the setting OrderStatuses; "
    "change the order in Sellercloud or the setting.",
    Reason.SHIPPING_STATUS: "The shipping status is not one of the setting ShippingStatuses; "
    "a shipped order is not sent again.",
    Reason.UNPAID: "The payment status is not one of the setting PaymentStatuses; "
    "the order goes by itself once it is paid.",
    Reason.DROPSHIP: "The dropship status is not one of the setting DropshipStatuses; a vendor ships this order.",
    Reason.FULFILLED_ELSEWHERE: "The channel ships this order itself (FBA, WFS); nothing is to be done.",
    Reason.CHANNEL: "The channel is one of the setting ExcludedChannels; "
    "take it out of the setting to send its orders.",
    Reason.PRIME: "A Prime order must not be shipped through an outside platform; ship it from Sellercloud.",
    Reason.ORDER_TYPE: "The order type is one of the setting ExcludedOrderTypes; "
    "take it out of the setting to send such orders.",
    Reason.COMPANY: "The order's company is not one of the setting CompanyIds.",
    Reason.WAREHOUSE: "The order does not ship completely from a warehouse of the setting "
    "WarehouseIds; move its lines or split the order in Sellercloud.",
    Reason.BEFORE_START_DATE: "The order is older than the setting StartDate.",
    Reason.UNREADABLE: "Sellercloud shows this order in a form that cannot be read; "
    "open it there and correct the fields named.",
    Reason.NO_SHIPPING_ITEMS: "No line of the order is left to ship; "
    "check quantities and non-shipping lines in Sellercloud.",
    Reason.NO_ADDRESS: "The order has no shipping address; enter one in Sellercloud.",
    Reason.NO_NAME: "The shipping address names neither a person nor a company; enter one in Sellercloud.",
    Reason.NO_STREET: "The shipping address has no street; enter it in Sellercloud.",
    Reason.NO_CITY: "The shipping address has neither city nor state nor postal code; enter them in Sellercloud.",
    Reason.NO_COUNTRY: "The shipping address has no country; enter it in Sellercloud.",
    Reason.UNKNOWN_COUNTRY: "The country of the shipping address is not known; choose it from the list in Sellercloud.",
    Reason.TOO_LONG: "A text is longer than Starshipit takes and would be cut; shorten the field named in Sellercloud.",
    Reason.BAD_QUANTITY: "A line has no usable quantity; correct it in Sellercloud.",
    Reason.BAD_VALUE: "A line has a price that cannot be declared; correct it in Sellercloud.",
    Reason.BAD_WEIGHT: "A line has a weight that cannot be true; correct the product's weight in Sellercloud.",
    Reason.UNKNOWN_CURRENCY: "The order's currency is not known; correct it in Sellercloud.",
    Reason.NO_CURRENCY_RATE: "The value cannot be converted, as the order shows no exchange "
    "rate; change the setting CustomsValueCurrency or the order.",
    Reason.NOT_FOUND: "Sellercloud does not show this order to our user any more; "
    "it goes by itself if it is listed again.",
    Reason.NOT_LISTED: "Sellercloud shows this order singly but leaves it out of lists; "
    "check the company rights of our user.",
    Reason.REFUSED_BY_STARSHIPIT: "Starshipit refused this order in its own words; "
    "correct it in Sellercloud and it goes by itself.",
}


@dataclass(frozen=True)
class NotSent:
    """The answer "this order is not sent". `detail` names fields, limits and codes, never customer
    data.
    """

    reason: Reason
    detail: str = ""

    @property
    def facts(self) -> dict[str, str]:
        """What an order's history says of it."""
        return {"reason": str(self.reason), **({"detail": self.detail} if self.detail else {})}

    @property
    def sentence(self) -> str:
        """The reason's sentence with its detail."""
        return f"{self.reason.sentence} ({self.detail})" if self.detail else self.reason.sentence
