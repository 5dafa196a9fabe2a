"""Orders as Sellercloud might show them: ordinary ones with a few fields turned into anything the models can read."""

from __future__ import annotations

import string
from typing import Any

from hypothesis import strategies as st

from tests.unit.rules.build import ADDRESS, LINE, ORDER

Json = dict[str, Any]

WORDS = st.text(string.ascii_letters + string.digits + "äéøß'-/.#\U0001f600", min_size=1, max_size=40)
TEXTS = st.one_of(
    st.none(),
    st.just(""),
    st.text(max_size=40),
    st.lists(WORDS, min_size=2, max_size=5).map(" ".join),
    st.builds(lambda word, times: " ".join([word] * times), WORDS, st.integers(1, 60)),
)
SHORT_TEXTS = st.one_of(st.none(), st.just(""), WORDS)
NUMBERS = st.one_of(
    st.none(),
    st.just(""),
    st.integers(-5, 2_000_000),
    st.decimals(-10, 10**7, places=3, allow_nan=False).map(str),
    st.floats(-10, 1e7, allow_nan=False, allow_infinity=False),
)
COUNTS = st.one_of(st.none(), st.integers(-2, 60), st.just("3.0"), st.just(2_000_000))
MOMENTS = st.one_of(st.none(), st.datetimes().map(lambda found: found.isoformat()), st.just("0001-01-01T00:00:00"))

PART_FIELDS = {"ProductID": TEXTS, "ProductName": TEXTS, "TotalQty": COUNTS, "QtyPerKit": COUNTS, "Qty": COUNTS}
ADDRESS_FIELDS = {
    "FirstName": TEXTS,
    "MiddleInitial": SHORT_TEXTS,
    "LastName": SHORT_TEXTS,
    "CompanyName": TEXTS,
    "StreetLine1": TEXTS,
    "StreetLine2": TEXTS,
    "City": TEXTS,
    "StateName": SHORT_TEXTS,
    "StateCode": SHORT_TEXTS,
    "PostalCode": st.text(string.digits + "- ", max_size=12),
    "CountryName": SHORT_TEXTS,
    "CountryCode": st.sampled_from(["AU", "NZ", "US", "GBR", "Germany", "", "ZZ", None]),
    "PhoneNumber": SHORT_TEXTS,
    "EmailAddress": TEXTS,
}


def changed(base: Json, fields: dict[str, st.SearchStrategy[Any]], most: int) -> st.SearchStrategy[Json]:
    """The base with up to `most` fields drawn anew."""
    names = st.lists(st.sampled_from(sorted(fields)), unique=True, max_size=most)
    drawn = names.flatmap(lambda picked: st.fixed_dictionaries({name: fields[name] for name in picked}))
    return drawn.map(lambda changes: {**base, **changes})


def addresses() -> st.SearchStrategy[Json]:
    """Addresses of every length."""
    return changed(ADDRESS, ADDRESS_FIELDS, 6)


def parts() -> st.SearchStrategy[Json]:
    """Kit components."""
    return changed({"ProductID": "MUG", "TotalQty": 4}, PART_FIELDS, 3)


LINE_FIELDS = {
    "ID": st.integers(1, 9),
    "ProductID": TEXTS,
    "DisplayName": TEXTS,
    "Qty": COUNTS,
    "QtyShipped": COUNTS,
    "SitePrice": NUMBERS,
    "AdjustedSitePrice": NUMBERS,
    "LineTotal": NUMBERS,
    "Weight": NUMBERS,
    "NonShipping": st.sampled_from([0, 1, None, "True"]),
    "ShipFromWareHouseID": st.integers(1, 20),
    "GiftWrapMessage": SHORT_TEXTS,
    "BundleItems": st.one_of(st.none(), st.lists(parts(), max_size=3)),
}


def lines() -> st.SearchStrategy[Json]:
    """Order lines, kits too."""
    return changed(LINE, LINE_FIELDS, 4)


ORDER_FIELDS = {
    "OrderSource": st.one_of(st.none(), st.integers(0, 90)),
    "FirstName": SHORT_TEXTS,
    "LastName": SHORT_TEXTS,
    "CustomerEmail": SHORT_TEXTS,
    "CompanyName": TEXTS,
    "TimeOfOrder": MOMENTS,
    "CreatedOn": MOMENTS,
    "OrderCurrencyCode": st.one_of(st.none(), st.integers(-1, 200)),
    "ShippingCarrier": TEXTS,
    "ShippingService": TEXTS,
    "RequireSignatureConfirmation": st.sampled_from([True, False, None]),
    "ShippingAddress": st.one_of(addresses(), addresses(), st.none()),
    "Items": st.one_of(st.lists(lines(), max_size=3), st.lists(lines(), max_size=3), st.none()),
}


def orders() -> st.SearchStrategy[Json]:
    """Whole orders as decoded JSON."""
    return changed(ORDER, ORDER_FIELDS, 6)
