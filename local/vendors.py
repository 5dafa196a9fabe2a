"""Both simulated vendors of the demo, filled with made-up orders, and the people who work there.

In: how many orders, and whether Starshipit refuses a whole import for one bad order. Out: running simulators. One of
the orders that would ship is refused by Starshipit, so that every run shows what happens to its neighbours.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from local.processes import LocalError
from tests.simulators.samples import SampleOrder, make_orders
from tests.simulators.sellercloud.server import SellercloudSimulator
from tests.simulators.starshipit.server import StarshipitSimulator
from tests.simulators.starshipit.switches import Switches

WEBHOOK_SECRET = "obviously-fake-webhook-secret"  # noqa: S105
REFUSAL = "The destination post_code is not served by any carrier of this account"
RATE = 20
_WEBHOOK_LANES = 3  # each webhook on its way is a process of the function, and this machine has few cores
MODES = ("all_or_nothing", "partial")


@dataclass(frozen=True)
class Vendors:
    """The two simulators and what should become of each order."""

    sellercloud: SellercloudSimulator
    starshipit: StarshipitSimulator
    samples: dict[int, SampleOrder]
    refused: int | None

    @property
    def eligible(self) -> list[int]:
        """Orders that must be shipped."""
        return [
            number for number, sample in self.samples.items() if sample.expected == "ships" and number != self.refused
        ]

    @property
    def sellercloud_secret(self) -> dict[str, str]:
        """What a person stores as the Sellercloud secret."""
        access = self.sellercloud.access
        return {"username": access.username, "password": access.password}

    @property
    def starshipit_secret(self) -> dict[str, str]:
        """What a person stores as the Starshipit secret."""
        gateway = self.starshipit.gateway
        return {"api_key": gateway.api_key, "subscription_key": gateway.subscription_key}


@contextlib.contextmanager
def vendors(orders: int, mode: str = MODES[0], ports: tuple[int, int] = (0, 0)) -> Iterator[Vendors]:
    """Run both simulators with so many orders. Raises LocalError for an unknown mode."""
    if mode == "all_or_nothing":
        switches = Switches(import_failure="all_or_nothing")
    elif mode == "partial":
        switches = Switches(import_failure="partial")
    else:
        raise LocalError(f"IMPORT_FAILURE_MODE is {mode!r}; allowed are {' and '.join(MODES)}.")
    samples = {sample.sim_order.id: sample for sample in make_orders(orders)}
    shipping = [number for number, sample in samples.items() if sample.expected == "ships"]
    refused = shipping[len(shipping) // 2] if len(shipping) > 1 else None
    with (
        SellercloudSimulator(port=ports[0]) as sellercloud,
        StarshipitSimulator(
            port=ports[1], rate_per_second=RATE, switches=switches, webhook_secret=WEBHOOK_SECRET
        ) as starshipit,
    ):
        for sample in samples.values():
            sellercloud.add_order(sample.sim_order)
        starshipit.webhooks.lanes = _WEBHOOK_LANES
        if refused is not None:
            starshipit.faults.poison[str(refused)] = REFUSAL
        yield Vendors(sellercloud, starshipit, samples, refused)
