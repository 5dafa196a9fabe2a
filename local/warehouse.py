"""The simulated warehouse: prints a label for every parcel of every order handed over, then manifests the order.

In: the Starshipit simulator and how many parcels an order has. Out: webhooks, sent by the simulator. Runs in a thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tests.simulators.starshipit.order import UNSHIPPED, Order
from tests.simulators.starshipit.server import StarshipitSimulator

_LOOK_SECONDS = 0.25
_MANIFEST_AFTER_SECONDS = 2.0


class Warehouse:
    """People who print what comes in. Use as a context manager."""

    def __init__(self, starshipit: StarshipitSimulator, parcels: Callable[[str], int]) -> None:
        self._starshipit = starshipit
        self._parcels = parcels
        self._printed: dict[int, float] = {}
        self._manifested: set[int] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True, name="warehouse")

    @property
    def printed(self) -> int:
        """Orders whose labels are printed."""
        return len(self._printed)

    @property
    def done(self) -> bool:
        """Whether everything printed is manifested too."""
        return len(self._manifested) == len(self._printed)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(5)

    def _work(self) -> None:
        while not self._stop.wait(_LOOK_SECONDS):
            for order in self._starshipit.orders:
                self._handle(order)

    def _handle(self, order: Order) -> None:
        number = order.order_id
        if number in self._manifested or not order.visible:
            return
        if number not in self._printed and order.status == UNSHIPPED:
            self._starshipit.print_label(number, self._parcels(order.reference))
            self._printed[number] = time.monotonic()
        elif number in self._printed and time.monotonic() - self._printed[number] > _MANIFEST_AFTER_SECONDS:
            self._starshipit.manifest(number)
            self._manifested.add(number)
