"""The write-back killed before and after every vendor request and every ledger write, then run again (I8)."""

from __future__ import annotations

import pytest

from tests.flows.bench import TRACKING, Bench
from tests.flows.conftest import MakeBench
from tests.flows.tracking import (
    Sale,
    assert_shipped,
    hand_over,
    hand_over_many,
    kill_everywhere,
    note_texts,
    reports,
    writes,
)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("packages", "parcels", "lag"), [(1, 1, 0), (3, 3, 0), (2, 4, 45)])
def test_killed_at_any_effect(make_bench: MakeBench, packages: int, parcels: int, lag: int) -> None:
    """Killed anywhere, redelivered: Fully Shipped, all numbers, each once, one note at most."""

    def make() -> tuple[Bench, Sale]:
        bench = make_bench()
        bench.sellercloud.faults.read_back_lag = lag
        sale = hand_over(bench, packages=packages)
        bench.starshipit.print_label(sale.starshipit_id, parcels=parcels)
        bench.deliver_webhooks()
        return bench, sale

    def act(bench: Bench) -> None:
        bench.deliver(TRACKING, "apply_tracking", 10)

    def check(bench: Bench, sale: Sale) -> None:
        assert_shipped(bench, sale, sorted(bench.starshipit.tracking_numbers(str(sale.order_id))))
        assert len(note_texts(bench, sale.order_id)) == (1 if parcels > packages else 0)
        assert len(set(writes(bench, sale.order_id))) == min(packages, parcels)

    assert kill_everywhere(make, act, check) > 20


def test_a_batch_killed_at_any_effect(make_bench: MakeBench) -> None:
    """Two orders of one batch: wherever it dies, every order ends shipped, none by another's fault."""

    def make() -> tuple[Bench, list[Sale]]:
        bench = make_bench()
        sales = hand_over_many(bench, 2)
        for sale in sales:
            bench.starshipit.print_label(sale.starshipit_id)
        bench.deliver_webhooks()
        return bench, sales

    def check(bench: Bench, sales: list[Sale]) -> None:
        for sale in sales:
            assert_shipped(bench, sale, sorted(bench.starshipit.tracking_numbers(str(sale.order_id))))
            assert len(set(writes(bench, sale.order_id))) == 1

    assert kill_everywhere(make, lambda bench: reports(bench), check) > 25


def test_a_label_that_overtook_its_order_killed_at_any_effect(make_bench: MakeBench) -> None:
    """The row does not know its Starshipit order yet: killed anywhere, the order is linked once and shipped once."""

    def make() -> tuple[Bench, Sale]:
        bench = make_bench()
        [order_id] = [bench.sellercloud.add_order()]
        bench.fetch()
        by_hand = bench.starshipit.create_by_hand(str(order_id), reference=str(order_id))
        bench.starshipit.print_label(by_hand)
        bench.deliver_webhooks()
        return bench, Sale(order_id, by_hand)

    def act(bench: Bench) -> None:
        bench.deliver(TRACKING, "apply_tracking", 10)

    def check(bench: Bench, sale: Sale) -> None:
        assert_shipped(bench, sale, sorted(bench.starshipit.tracking_numbers(str(sale.order_id))))
        assert bench.starshipit.created_by_api(str(sale.order_id)) == []
        assert bench.row(sale.order_id).starshipit_ids == (sale.starshipit_id,)

    assert kill_everywhere(make, act, check) > 20
