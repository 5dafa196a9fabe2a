"""The destination: which field goes where, how long texts flow, why an order has none."""

from __future__ import annotations

from typing import Any

import pytest

from connector.rules.mapping import Extras
from connector.rules.reasons import NotSent, Reason
from tests.unit.rules.build import address, mapped, order, refused

US = {"CountryCode": "US", "CountryName": "", "City": "Austin", "StateCode": "TX"}


def sent(**changes: Any) -> dict[str, Any]:
    """The destination of an order with a changed address, empty fields left out."""
    wanted = order(ShippingAddress=address(**changes))
    return mapped(wanted).destination.model_dump(exclude_none=True)


def why_not(**changes: Any) -> NotSent:
    """Why an order with a changed address is refused."""
    return refused(order(ShippingAddress=address(**changes)))


def test_an_australian_address() -> None:
    """Line 2 is the building, line 1 the street, the city is suburb and city."""
    assert sent() == {
        "name": "Priya Raman",
        "email": "priya.raman@example.net",
        "phone": "+61 400 555 010",
        "building": "Unit 3",
        "street": "14 Acacia Cres",
        "suburb": "Fitzroy",
        "city": "Fitzroy",
        "state": "VIC",
        "post_code": "3065",
        "country": "Australia",
    }


def test_a_city_is_no_suburb_elsewhere() -> None:
    """Only Australia and New Zealand name a locality in the suburb."""
    assert "suburb" not in sent(**US)
    assert sent(CountryCode="NZL")["suburb"] == "Fitzroy"


@pytest.mark.parametrize("field", ["StreetLine1", "StreetLine2"])
def test_a_single_line_is_the_street(field: str) -> None:
    """The street is required, whichever line holds it."""
    only = sent(**{"StreetLine1": "", "StreetLine2": "", field: "PO Box 7"})
    assert only["street"] == "PO Box 7"
    assert "building" not in only


def test_leading_zeros_of_a_postcode_stay() -> None:
    """Darwin is 0800."""
    assert sent(PostalCode="0800")["post_code"] == "0800"


def test_state_name_serves_without_a_code() -> None:
    """Outside the US often only the name is filled in; none at all is no reason to refuse."""
    assert sent(StateCode="")["state"] == "Victoria"
    assert "state" not in sent(StateCode="", StateName="")


def test_who_receives_it() -> None:
    """A company without a person is the name; the customer stands in when neither is given."""
    company = sent(FirstName="", LastName="", CompanyName="Acme")
    assert (company["name"], company.get("company")) == ("Acme", None)
    assert sent(FirstName="", LastName="")["name"] == "Priya Raman"
    assert sent(MiddleInitial="K")["name"] == "Priya K Raman"


def test_the_address_has_the_first_word_on_email() -> None:
    """The receiver's own address wins over the customer's."""
    assert sent(EmailAddress="door@example.net")["email"] == "door@example.net"


def test_a_long_street_flows_into_the_building() -> None:
    """Read from building to street, the text is as it was."""
    long = " ".join(["street"] * 20)
    found = sent(StreetLine1=long, StreetLine2="")
    assert f"{found['building']} {found['street']}" == long


def test_long_lines_run_on() -> None:
    """Two lines that need three fields share two."""
    line_2, line_1 = " ".join(["level"] * 20), "14 Acacia Cres"
    found = sent(StreetLine1=line_1, StreetLine2=line_2)
    assert f"{found['building']} {found['street']}" == f"{line_2} {line_1}"


def test_the_suburb_takes_a_third_piece_where_it_is_free() -> None:
    """Outside Australia and New Zealand there is one more field."""
    long = " ".join(["street"] * 40)
    found = sent(**US, StreetLine1=long, StreetLine2="")
    assert f"{found['building']} {found['street']} {found['suburb']}" == long


def test_the_company_field_takes_the_rest() -> None:
    """Where the suburb is taken, the text starts in the company field."""
    long = " ".join(["street"] * 40)
    found = sent(StreetLine1=long, StreetLine2="")
    assert f"{found['company']} {found['building']} {found['street']}" == long


def test_a_long_company_flows_into_the_building() -> None:
    """A company's full name ends where the address begins."""
    long = " ".join(["holding"] * 14)
    found = sent(CompanyName=long, StreetLine2="")
    assert f"{found['company']} {found['building']}" == long
    assert found["street"] == "14 Acacia Cres"


def test_a_long_name_flows_into_the_company() -> None:
    """A name over the limit keeps its end."""
    found = sent(FirstName=" ".join(["Ana"] * 30), CompanyName="Acme")
    assert f"{found['name']} {found['company']}" == " ".join(["Ana"] * 30) + " Raman Acme"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"CountryCode": "", "CountryName": ""}, Reason.NO_COUNTRY),
        ({"CountryCode": "ZZ", "CountryName": "Atlantis"}, Reason.UNKNOWN_COUNTRY),
        ({"StreetLine1": "", "StreetLine2": " "}, Reason.NO_STREET),
        ({"City": "", "StateCode": "", "StateName": "", "PostalCode": ""}, Reason.NO_CITY),
    ],
)
def test_what_an_address_needs(changes: dict[str, Any], reason: Reason) -> None:
    """Each thing a parcel cannot arrive without has a reason of its own."""
    assert why_not(**changes) == NotSent(reason)


def test_no_address_and_no_name() -> None:
    """An address that says nothing of a place is none; a parcel needs a name."""
    named_only = {"FirstName": "Priya", "LastName": "Raman", "PhoneNumber": "1"}
    nameless = order(FirstName="", LastName="", ShippingAddress=address(FirstName="", LastName=""))
    assert refused(order(ShippingAddress=None)) == NotSent(Reason.NO_ADDRESS)
    assert refused(order(ShippingAddress=named_only)) == NotSent(Reason.NO_ADDRESS)
    assert refused(nameless) == NotSent(Reason.NO_NAME)


@pytest.mark.parametrize(
    ("field", "text", "detail"),
    [
        ("City", "c" * 101, "city: 101 characters, 100 fit"),
        ("StateCode", "s" * 101, "state: 101 characters, 100 fit"),
        ("PostalCode", "12345-67890", "post_code: 11 characters, 10 fit"),
        ("PhoneNumber", "1" * 101, "phone: 101 characters, 100 fit"),
        ("EmailAddress", "e" * 101, "email: 101 characters, 100 fit"),
        ("LastName", "n " * 101, "name: 207 characters, 200 fit"),
        (
            "StreetLine1",
            "s" * 101,
            "company and street lines: 108 characters, 3 fields of 100 hold whole words",
        ),
    ],
)
def test_what_fits_nowhere_is_refused_and_not_cut(field: str, text: str, detail: str) -> None:
    """The detail names the field and the limit, not the text."""
    assert why_not(**{field: text}) == NotSent(Reason.TOO_LONG, detail)


def test_what_the_driver_is_told() -> None:
    """Instructions come first, a gift message says that it is one; too much is refused."""
    extras = Extras(gift_message="Happy\ntrails!", instructions="Ring twice")
    told = mapped(order(), extras=extras).destination.delivery_instructions
    assert told == "Ring twice Gift: Happy trails!"
    assert refused(order(), extras=Extras(gift_message="x" * 95)) == NotSent(
        Reason.TOO_LONG, "delivery_instructions: 101 characters, 100 fit"
    )
