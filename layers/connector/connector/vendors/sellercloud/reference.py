"""The tenant's own lists: saved views, companies, warehouses, custom columns, carriers and services.

In: decoded JSON of the reference calls (contract sections 6, 9.2, 10). Out: frozen models; unknown keys are ignored.
Wrong: `pydantic.ValidationError` naming the field.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from connector.vendors.fields import Text, Whole
from connector.vendors.sellercloud.models import Answered


class View(Answered):
    """A saved view."""

    view_id: int = Field(alias="ID")
    name: Text = Field("", alias="Name")


class Company(Answered):
    """A company of the tenant."""

    company_id: int = Field(alias="ID")
    name: Text = Field("", alias="CompanyName")


class Warehouse(Answered):
    """A warehouse of the tenant."""

    warehouse_id: int = Field(alias="ID")
    name: Text = Field("", alias="Name")


class CustomColumn(Answered):
    """A custom column of an order. `length` is how many characters it holds; 0 is unknown."""

    name: Text = Field("", alias="ColumnName")
    length: Whole = Field(None, alias="DataLength")
    value: Text = Field("", alias="Value")

    def fitting(self, text: str) -> str:
        """The text, cut to what the column holds."""
        return text[: self.length] if self.length and self.length > 0 else text


class Choice(Answered):
    """A carrier or a service to choose from. Which of its two names is meant elsewhere is not documented (10.1)."""

    key: Text = Field("", alias="Key")
    value: Text = Field("", alias="Value")

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, data: Any) -> Any:
        return {"Key": data} if isinstance(data, str) else data

    @property
    def names(self) -> tuple[str, ...]:
        """Its names, the key first; without the empty ones."""
        return tuple(dict.fromkeys(name for name in (self.key, self.value) if name))
