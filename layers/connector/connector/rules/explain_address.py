"""Where each field of the destination comes from, as Sellercloud names it.

In: an order with what would be sent of it. Out: for each field of `NewDestination` a source and its value. Wrong:
nothing. A long text runs on from field to field; such a field names every text it holds part of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from connector.rules.sources import Case, Source, all_of, first_of, of_address, of_order
from connector.rules.texts import tidy


def _texts(case: Case) -> list[Source]:
    """What may lie in the lines of an address, in the order it is read."""
    where, order = case.address, case.order
    person = [(of_address(a), getattr(where, a)) for a in ("first_name", "middle_initial", "last_name")]
    customer = [(of_order(a), getattr(order, a)) for a in ("first_name", "last_name")]
    named = (" + ".join(name for name, value in person if value), tidy(" ".join(value for _, value in person)))
    known = (" + ".join(name for name, value in customer if value), tidy(" ".join(value for _, value in customer)))
    rest = [(of_address(a), tidy(getattr(where, a))) for a in ("company", "line_2", "line_1", "city")]
    return [named, rest[0], known, *rest[1:]]


_PERSON, _COMPANY, _CUSTOMER, _LINE_2, _LINE_1, _CITY = range(6)
_USUAL = {
    "name": (_PERSON, _COMPANY, _CUSTOMER),
    "company": (_COMPANY, _PERSON),
    "building": (_LINE_2, _LINE_1),
    "street": (_LINE_1, _LINE_2),
    "suburb": (_CITY, _LINE_1),
}
_NAMES = ("first_name", "company", "", "line_2", "line_1", "city")


def _flowing(target: str) -> Callable[[Case], Source]:
    """A field into which the text of another may run on."""

    def source(case: Case) -> Source:
        texts = _texts(case)
        usual = [texts[place] for place in _USUAL[target]]
        default = of_address(_NAMES[_USUAL[target][0]])
        if case.sent is None:
            filled = [text for text in usual if text[1]]
            return filled[0] if filled and target in ("name", "street") else (usual[0][0] or default, usual[0][1])
        value = getattr(case.sent.destination, target)
        if value is None:
            return default, ""
        exact = [text for text in usual if text[1] == value]
        words = set(value.split())
        return exact[0] if exact else all_of(*(text for text in texts if words & set(text[1].split())))

    return source


def _one(attribute: str) -> Callable[[Case], Source]:
    return lambda case: (of_address(attribute), getattr(case.address, attribute))


def _instructions(case: Case) -> Source:
    notes = ("Notes of category 1", case.extras.instructions)
    return all_of(notes, ("GiftDetails.GiftDetails.GiftMessage", case.extras.gift_message))


DESTINATION: Mapping[str, Callable[[Case], Source]] = {
    "name": _flowing("name"),
    "company": _flowing("company"),
    "building": _flowing("building"),
    "street": _flowing("street"),
    "suburb": _flowing("suburb"),
    "city": _one("city"),
    "state": lambda case: first_of(
        (of_address("state_code"), case.address.state_code), (of_address("state_name"), case.address.state_name)
    ),
    "post_code": _one("postal_code"),
    "country": lambda case: all_of(
        (of_address("country_code"), case.address.country_code), (of_address("country_name"), case.address.country_name)
    ),
    "phone": _one("phone"),
    "email": lambda case: first_of((of_address("email"), case.address.email), (of_order("email"), case.order.email)),
    "delivery_instructions": _instructions,
}
