"""Runs the simulator in the foreground: ``python -m tests.simulators.sellercloud --port 8401``."""

from __future__ import annotations

import argparse
import signal
import threading
from types import FrameType

from tests.simulators.samples import make_orders

from .server import SellercloudSimulator


def main() -> None:
    """Start, print the made-up credentials, serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulators.sellercloud")
    parser.add_argument("--port", type=int, default=8401)
    parser.add_argument("--orders", type=int, default=50, help="how many sample orders to begin with")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    with SellercloudSimulator(port=options.port) as simulator:
        for sample in make_orders(options.orders, options.seed):
            simulator.add_order(sample.sim_order)
        print(f"Sellercloud simulator: {simulator.url}")
        print(f"Username: {simulator.access.username}")
        print(f"Password: {simulator.access.password}  (made up)")
        print(f"Orders:   {len(simulator.orders)}", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
