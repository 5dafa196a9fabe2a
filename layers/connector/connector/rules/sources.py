"""Where in Sellercloud's answers something stands: the names of its fields, and what is in them.

In: an order with what would be sent of it; our models. Out: sources. Wrong: `KeyError` for an attribute that is not
there, which is a mistake of the caller.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import AliasChoices, BaseModel

from connector.rules.mapping import Extras, MappingChoices
from connector.vendors.sellercloud.models import Address, Order
from connector.vendors.starshipit.models import NewOrder

Source = tuple[str, str]
"""Names of Sellercloud's fields, and what is in them."""


@dataclass(frozen=True)
class Case:
    """One order's surroundings; `sent` is None when it is refused."""

    order: Order
    sent: NewOrder | None
    extras: Extras
    choices: MappingChoices

    @property
    def address(self) -> Address:
        """The shipping address; an empty one if the order has none."""
        return self.order.address or Address.model_validate({})


def name_of(model: type[BaseModel], attribute: str) -> str:
    """A field's name in Sellercloud's answers; the first where several spellings are read."""
    field = model.model_fields[attribute]
    alias = field.validation_alias or field.alias
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    return str(alias or attribute)


def of_order(attribute: str) -> str:
    """The name of an order's field."""
    return name_of(Order, attribute)


def of_address(attribute: str) -> str:
    """The name of a field of the order's shipping address."""
    return f"{of_order('address')}.{name_of(Address, attribute)}"


def first_of(*candidates: Source) -> Source:
    """The first that is filled in; else all names, so that a person sees where it could stand."""
    filled = next(((name, value) for name, value in candidates if value), None)
    return filled or (" or ".join(name for name, _ in candidates), "")


def all_of(*candidates: Source) -> Source:
    """All that are filled in, side by side."""
    filled = [(name, value) for name, value in candidates if value] or [(name, "") for name, _ in candidates]
    return " + ".join(name for name, _ in filled), " | ".join(value for _, value in filled if value)
