"""What stands behind a reason: a vendor's number by its name, anything else as it is.

In: a reason's code and its detail, as a row keeps them. Out: the detail in words. Wrong: nothing; what is not known
stays as it is written.
"""

from __future__ import annotations

from collections.abc import Mapping

from connector.rules.reasons import Reason
from connector.vendors.sellercloud.codes import (
    CHANNEL,
    DROPSHIP_STATUS,
    ORDER_STATUS,
    ORDER_TYPE,
    PAYMENT_STATUS,
    SHIPPING_STATUS,
    name_of,
)

_TABLES: Mapping[str, Mapping[str, int]] = {
    Reason.ORDER_STATUS: ORDER_STATUS,
    Reason.SHIPPING_STATUS: SHIPPING_STATUS,
    Reason.UNPAID: PAYMENT_STATUS,
    Reason.DROPSHIP: DROPSHIP_STATUS,
    Reason.FULFILLED_ELSEWHERE: CHANNEL,
    Reason.CHANNEL: CHANNEL,
    Reason.PRIME: ORDER_TYPE,
    Reason.ORDER_TYPE: ORDER_TYPE,
}


def detail_in_words(reason: str, detail: str) -> str:
    """The detail, such as `NoPayment` for the payment status 10."""
    table = _TABLES.get(reason)
    is_number = detail.removeprefix("-").isascii() and detail.removeprefix("-").isdecimal()
    return name_of(table, int(detail)) if table and is_number else detail


def reason_in_words(reason: str, detail: str) -> str:
    """The reason's sentence with its detail; one that is not known here stands as it is."""
    known = reason in set(Reason)
    sentence = Reason(reason).sentence if known else f"Reason: {reason}."
    return f"{sentence} ({detail_in_words(reason, detail)})" if detail else sentence
