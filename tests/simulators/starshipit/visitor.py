"""Visitor: a plain client with the right keys, to drive the simulator without a socket."""

from __future__ import annotations

import json
from typing import Any

from tests.simulators.transport import Request, Response

from .order import Json
from .server import StarshipitSimulator


def sample_order(number: str = "5012847", **changes: Any) -> Json:
    """A made-up order as a client sends it; the reference is the number."""
    order: Json = {
        "order_number": number,
        "reference": number,
        "order_date": "2026-06-01T02:15:00Z",
        "shipping_method": "Standard",
        "signature_required": False,
        "currency": "AUD",
        "destination": {
            "name": "Priya Example",
            "street": "12 Sample Street",
            "suburb": "Richmond",
            "city": "Richmond",
            "state": "VIC",
            "post_code": "3121",
            "country": "Australia",
        },
        "items": [
            {
                "description": "Cotton T-shirt, navy, M",
                "sku": "TS-NVY-M",
                "quantity": 2,
                "weight": 0.21,
                "value": 24.5,
            }
        ],
    }
    return order | changes


class Visitor:
    """Calls `sim.handle` and remembers the last raw response."""

    def __init__(self, simulator: StarshipitSimulator, **headers: str) -> None:
        self.simulator = simulator
        self.headers = {
            "content-type": "application/json",
            "user-agent": "visitor",
            "starshipit-api-key": simulator.gateway.api_key,
            "ocp-apim-subscription-key": simulator.gateway.subscription_key,
        } | {name.replace("_", "-").lower(): value for name, value in headers.items()}
        self.last = Response(0)

    def ask(self, method: str, path: str, body: object = None, **query: object) -> Json:
        """One call, path without "/api"; the parsed answer, {} when it was lost."""
        raw = b"" if body is None else json.dumps(body).encode()
        sent = tuple((name, str(value)) for name, value in query.items())
        self.last = self.simulator.handle(Request(method, f"/api{path}", sent, self.headers, raw))
        if self.last.lost or not self.last.body.startswith(b"{"):
            return {}
        answer: Json = json.loads(self.last.body)
        return answer

    def create(self, number: str = "5012847", **changes: Any) -> Json:
        """`POST /api/orders` with a sample order."""
        return self.ask("POST", "/orders", {"order": sample_order(number, **changes)})

    def bring_in(self, *orders: Json) -> Json:
        """`POST /api/orders/import`."""
        return self.ask("POST", "/orders/import", {"orders": list(orders)})

    def get(self, path: str, **query: object) -> Json:
        """A read."""
        return self.ask("GET", path, **query)
