"""Where the parcel goes: a Sellercloud address into Starshipit's destination, no character lost.

In: the order (address, customer's name and e-mail) and what the courier is told. Out:
`NewDestination` within the lengths of Starshipit contract 2.4, or `NotSent` naming the field.
Wrong: nothing is raised.

Street lines keep the label's reading order: company, building (line 2), street (line 1), suburb.
What does not fit runs on over building and street, then into the suburb where the city does not
need it (outside Australia and New Zealand), then from the company field on. A state that is missing
is not our business: Starshipit does not need one and validates addresses itself.
"""

from __future__ import annotations

from connector.rules import countries
from connector.rules.reasons import NotSent, Reason
from connector.rules.texts import length, spread, tidy
from connector.vendors.sellercloud.models import Address, Order
from connector.vendors.starshipit.models import NewDestination

FIELD_LIMIT = 100
POST_CODE_LIMIT = 10
_SUBURB_IS_CITY = frozenset({"AU", "NZ"})


def destination(order: Order, delivery_instructions: str) -> NewDestination | NotSent:
    """The destination of an order, or the reason why it has none."""
    address = order.address
    if address is None or not _says_where(address):
        return NotSent(Reason.NO_ADDRESS)
    country = countries.find(address.country_code, address.country_name)
    if country is None:
        named = address.country_code or address.country_name
        return NotSent(Reason.UNKNOWN_COUNTRY if named else Reason.NO_COUNTRY)
    if not (address.line_1 or address.line_2):
        return NotSent(Reason.NO_STREET)
    if not (address.city or address.state_code or address.state_name or address.postal_code):
        return NotSent(Reason.NO_CITY)
    addressee = _addressee(address, order)
    if isinstance(addressee, NotSent):
        return addressee
    name, company = addressee
    in_suburb = country.code in _SUBURB_IS_CITY
    lines = _lines(company, address, suburb_free=not in_suburb)
    if isinstance(lines, NotSent):
        return lines
    single = _single_fields(address, order, delivery_instructions)
    if isinstance(single, NotSent):
        return single
    if in_suburb and "city" in single:
        lines["suburb"] = single["city"]
    return NewDestination.model_validate({"name": name, "country": country.name, **lines, **single})


def _says_where(address: Address) -> bool:
    """Whether anything of the address is filled in but the names and ways to call."""
    where = (address.line_1, address.line_2, address.city, address.state_name, address.state_code)
    return any((*where, address.postal_code, address.country_name, address.country_code))


def _addressee(address: Address, order: Order) -> tuple[str, str] | NotSent:
    """Name and company. A company alone is the name; the customer's name stands in for neither.

    A name over the limit runs on into the company field.
    """
    people = (address.first_name, address.middle_initial, address.last_name)
    name, company = tidy(" ".join(people)), tidy(address.company)
    if not name:
        name, company = company or tidy(f"{order.first_name} {order.last_name}"), ""
    if not name:
        return NotSent(Reason.NO_NAME)
    pieces = spread([name], 2, FIELD_LIMIT)
    if pieces is None:
        return _too_long("name", name, 2 * FIELD_LIMIT)
    return pieces[0], tidy(" ".join([*pieces[1:], company]))


def _lines(company: str, address: Address, *, suburb_free: bool) -> dict[str, str] | NotSent:
    """Company, building, street and, if need be, suburb; building and street as contract section 12
    advises.
    """
    street = [address.line_2, address.line_1]
    fits = length(company) <= FIELD_LIMIT
    if fits and (found := spread(street, 2, FIELD_LIMIT)):
        return _named(company, found)
    if fits and suburb_free and (found := spread(street, 3, FIELD_LIMIT)):
        return {**_named(company, found[:2]), "suburb": found[2]}
    fields = 4 if suburb_free else 3
    if found := spread([company, *street], fields, FIELD_LIMIT):
        filled = dict(zip(("company", "building", "street", "suburb"), found, strict=False))
        return filled if len(found) > 2 else {"company": found[0], "street": found[1]}
    total = length(tidy(" ".join([company, *street])))
    room = f"{fields} fields of {FIELD_LIMIT} hold whole words"
    return NotSent(Reason.TOO_LONG, f"company and street lines: {total} characters, {room}")


def _named(company: str, street: list[str]) -> dict[str, str]:
    """One or two street lines; a single one is the street."""
    names = ("building", "street") if len(street) == 2 else ("street",)
    lines = dict(zip(names, street, strict=True))
    return {"company": company, **lines} if company else lines


def _single_fields(address: Address, order: Order, delivery_instructions: str) -> dict[str, str] | NotSent:
    """The fields that flow nowhere: each fits or the order is refused. Empty ones are left out."""
    fields = {
        "city": (address.city, FIELD_LIMIT),
        "state": (address.state_code or address.state_name, FIELD_LIMIT),
        "post_code": (address.postal_code, POST_CODE_LIMIT),
        "phone": (address.phone, FIELD_LIMIT),
        "email": (address.email or order.email, FIELD_LIMIT),
        "delivery_instructions": (delivery_instructions, FIELD_LIMIT),
    }
    kept: dict[str, str] = {}
    for field, (text, limit) in fields.items():
        if length(tidy(text)) > limit:
            return _too_long(field, tidy(text), limit)
        if text.strip():
            kept[field] = tidy(text)
    return kept


def _too_long(field: str, text: str, limit: int) -> NotSent:
    return NotSent(Reason.TOO_LONG, f"{field}: {length(text)} characters, {limit} fit")
