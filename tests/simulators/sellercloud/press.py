"""List rows, encoded once for each version of an order.

Encoding is what a list page costs. Orders are frozen, so a row stays good until its order is
replaced or a switch changes how values are written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import tzinfo
from typing import Protocol

from .models import SimOrder
from .rows import list_row
from .switches import Switches
from .wording import Wording

_KEPT_ROWS = 25_000


class Tenancy(Protocol):
    """What a row needs to know besides its order."""

    zone: tzinfo
    switches: Switches
    companies: Mapping[int, str]


class Press:
    """Encoded rows by order id."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[SimOrder, bytes]] = {}
        self._style: tuple[object, ...] = ()

    def get(self, order: SimOrder, tenancy: Tenancy) -> bytes:
        """The order's list row as JSON."""
        switches = tenancy.switches
        style = (switches.money, switches.amounts, switches.varied_blanks)
        if style != self._style or len(self._rows) >= _KEPT_ROWS:
            self._rows.clear()
            self._style = style
        kept = self._rows.get(order.id)
        if kept is not None and kept[0] is order:
            return kept[1]
        wording = Wording(order, tenancy.zone, switches, tenancy.companies, detail=False)
        row = json.dumps(list_row(order, wording), ensure_ascii=False, separators=(",", ":"))
        self._rows[order.id] = order, row.encode()
        return self._rows[order.id][1]
