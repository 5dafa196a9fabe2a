"""How many calls a thousand orders cost, counted at the vendors."""

from __future__ import annotations

from math import ceil

import pytest

from connector.state.rows import State
from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench
from tests.simulators.samples import make_orders

pytestmark = pytest.mark.slow


def test_a_thousand_orders_cost_the_calls_they_must(make_bench: MakeBench) -> None:
    """Reads of Sellercloud before the hand-off, and imports, stay near one for each fifty orders."""
    bench: Bench = make_bench(MAX_NEW_ORDERS_PER_RUN="1000", STARSHIPIT_REQUESTS_PER_SECOND="20")
    bench.starshipit.gateway.rate = 20
    samples = make_orders(1000, now=bench.clock.now())
    for sample in samples:
        bench.sellercloud.add_order(sample.sim_order)
    refused = next(sample.sim_order.id for sample in samples if sample.expected == "ships")
    bench.starshipit.faults.poison[str(refused)] = "refused"
    result = bench.fetch()
    bench.work(60)
    seen = result["counts"]["seen"]
    eligible = sum(sample.expected == "ships" for sample in samples)
    gifts = sum(sample.sim_order.gift for sample in samples)
    calls = bench.sellercloud.count()
    reads = sum(number for route, number in calls.items() if route.startswith("GET "))
    assert reads <= 2.4 * ceil(seen / 50) + 6 + gifts, calls
    imports = bench.starshipit.count()["POST /api/orders/import"]
    assert imports <= 1.3 * ceil(eligible / 50) + 4 + 12
    handed_over = [s for s in samples if s.expected == "ships" and s.sim_order.id != refused]
    assert {len(bench.starshipit.created_by_api(str(s.sim_order.id))) for s in handed_over} == {1}
    assert {bench.row(s.sim_order.id).state for s in handed_over} == {State.HANDED_OVER}
    assert bench.starshipit.breaches == []
