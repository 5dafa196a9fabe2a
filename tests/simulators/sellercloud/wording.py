"""How the tenant writes single values: money, dates and the many ways to say "nothing"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from decimal import Decimal

from .dates import local_text
from .models import SimAddress, SimOrder
from .switches import Switches

_CENT = Decimal("0.01")
_NO_DATE = "0001-01-01T00:00:00"

Row = dict[str, object]


class Wording:
    """Renders values of one order; ``seed`` (its id) picks among the equally valid forms."""

    def __init__(
        self,
        order: SimOrder,
        zone: tzinfo,
        switches: Switches,
        companies: Mapping[int, str],
        *,
        detail: bool,
    ) -> None:
        self.seed = order.id
        self._zone = zone
        self.companies = companies
        self._varied = switches.varied_blanks
        self._rate = order.rate_from_usd if switches.amounts == "usd" and order.currency else None
        self._as_text = switches.money == "strings_everywhere" or (switches.money == "strings" and detail)

    def money(self, amount: Decimal) -> float | str:
        """An amount of the order's currency, in USD where the tenant has converted it."""
        if self._rate is not None:
            amount = (amount / self._rate).quantize(_CENT)
        return f"{amount:,.2f}" if self._as_text else float(amount)

    def moment(self, value: datetime, salt: int = 0) -> str:
        """Local time without a zone, 0 to 7 fraction digits."""
        return local_text(value, self._zone, self.seed + salt)

    def date_or_none(self, value: datetime | None, salt: int = 0) -> str | None:
        """As ``moment``; no date is null, or now and then the year 1 of .NET."""
        if value is not None:
            return self.moment(value, salt)
        return _NO_DATE if self._varied and (self.seed + salt) % 5 == 0 else None

    def blanks(self, row: Row, names: Iterable[str]) -> Row:
        """Let empty texts of these names be "", null or absent, different from order to order."""
        if not self._varied:
            return row
        for place, name in enumerate(names):
            if row[name] == "":
                choice = (self.seed + place) % 3
                if choice == 1:
                    row[name] = None
                elif choice == 2:
                    del row[name]
        return row

    def padded(self, text: str) -> str:
        """Blanks around a text now and then (section 3.3)."""
        return f"{text} " if self._varied and text and self.seed % 7 == 0 else text

    def address(self, address: SimAddress, *, shipping: bool) -> Row:
        """The reading shape of an address, the same in both order forms (section 4.3)."""
        row: Row = {
            "ID": self.seed % 1000000 * 2 + (0 if shipping else 1),
            "FirstName": address.first_name,
            "MiddleInitial": "",
            "LastName": address.last_name,
            "CompanyName": self.padded(address.company),
            "StreetLine1": self.padded(address.street1),
            "StreetLine2": address.street2,
            "City": address.city,
            "StateName": address.state,
            "StateCode": address.state_code,
            "PostalCode": address.postal_code,
            "CountryName": address.country,
            "CountryCode": address.country_code,
            "PhoneNumber": address.phone,
            "HomePhone": "",
            "FaxNumber": "",
            "EmailAddress": address.email,
            "WebSiteURL": "",
            "Notes": "",
            "IsShippingAddress": shipping,
            "IsBillingAddress": not shipping,
            "AddressClassification": address.classification,
            "AddressStatus": 2,
            "AddressSource": 0,
        }
        return self.blanks(row, _ADDRESS_TEXTS)


_ADDRESS_TEXTS = [
    "MiddleInitial",
    "CompanyName",
    "StreetLine2",
    "StateName",
    "StateCode",
    "CountryName",
    "CountryCode",
    "PhoneNumber",
    "HomePhone",
    "FaxNumber",
    "EmailAddress",
    "WebSiteURL",
    "Notes",
]
