"""The carrier table in force: the document in the ledger, else the parameter CarrierMap.

In: the ledger's records, the settings. Out: the table; the document with who stored it and when. Wrong:
`SettingsError` when the document cannot be read, as a bad parameter is: nothing is written to Sellercloud by half a
table.

The document is one for the whole stack: a dry run, whose records are kept apart, reads and writes the same.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connector.errors import SettingsError
from connector.rules.carriers import CarrierMap

if TYPE_CHECKING:
    from connector.flows.tools import Tools

_KIND, _NAME = "DOCUMENT", "carriers"
_SOURCE = "The carrier table stored with `connector carriers edit`"


@dataclass(frozen=True)
class Document:
    """A stored table: its text as written, who stored it, and when."""

    text: str
    by: str = ""
    at: int = 0

    @property
    def version(self) -> str:
        """A short name for this very text; empty when there is none."""
        return version(self.text)


def version(text: str) -> str:
    """A short name for a text; empty for none."""
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else ""


def stored(tools: Tools) -> Document | None:
    """The document, if there is one. Raises `SettingsError` when what is stored is no text."""
    values = tools.records.beside("").get(_KIND, _NAME)
    if not values:
        return None
    text = values.get("text")
    if not isinstance(text, str):
        raise SettingsError(f"{_SOURCE} is not a text; store it anew.")
    return Document(text, str(values.get("by") or ""), int(values.get("at") or 0)) if text.strip() else None


def in_force(tools: Tools) -> CarrierMap:
    """The table labels are translated by. Raises `SettingsError`."""
    document = stored(tools)
    if document is None:
        return CarrierMap.parse(tools.settings.carrier_map)
    return CarrierMap.parse(document.text, _SOURCE)


def store(tools: Tools, document: Document) -> None:
    """Store the document; one without text removes it."""
    records = tools.records.beside("")
    if document.text:
        records.put(_KIND, _NAME, {"text": document.text, "by": document.by, "at": document.at})
    else:
        records.remove(_KIND, _NAME)
