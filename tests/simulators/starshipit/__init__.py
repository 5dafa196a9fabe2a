"""Starshipit simulator: API, account, warehouse and webhook sender (contracts/starshipit.md).

`with StarshipitSimulator() as sim:` serves the API on `sim.url`. The warehouse acts through
`sim.print_label(...)` and its neighbours; `sim.switches`, `sim.faults`, `sim.latency` and
`sim.webhooks` say how the vendor behaves; `sim.orders`, `sim.labels()` and
`sim.created_by_api()` are for checks.
"""

from .desk import Call
from .faults import Fault, Faults
from .order import Create, Item, Label, Order, Package, Refused
from .rules import Rule
from .server import StarshipitSimulator
from .switches import Latency, Switches
from .webhooks import Delivery, Message, Webhooks

__all__ = [
    "Call",
    "Create",
    "Delivery",
    "Fault",
    "Faults",
    "Item",
    "Label",
    "Latency",
    "Message",
    "Order",
    "Package",
    "Refused",
    "Rule",
    "StarshipitSimulator",
    "Switches",
    "Webhooks",
]
