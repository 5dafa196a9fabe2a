"""Run the simulator in the foreground: `python -m tests.simulators.starshipit --port 8092`."""

from __future__ import annotations

import argparse
import threading

from .server import StarshipitSimulator
from .switches import Latency


def main() -> None:
    """Serve until interrupted; prints the made-up credentials."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulators.starshipit", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--rate", type=float, default=20, help="calls per second")
    parser.add_argument("--webhook-url", help="where tracking messages go")
    parser.add_argument("--webhook-secret", help="secret that signs them")
    parser.add_argument("--slow", action="store_true", help="answer as slowly as the real one")
    given = parser.parse_args()
    simulator = StarshipitSimulator(
        port=given.port,
        rate_per_second=given.rate,
        webhook_url=given.webhook_url,
        webhook_secret=given.webhook_secret,
        latency=Latency.real() if given.slow else None,
    )
    with simulator:
        print(f"Starshipit simulator: {simulator.url}")
        print(f"StarShipIT-Api-Key: {simulator.gateway.api_key}")
        print(f"Ocp-Apim-Subscription-Key: {simulator.gateway.subscription_key}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("stopped")


if __name__ == "__main__":
    main()
