"""What a person asks of the fetch, and what a changed setting sets going."""

from __future__ import annotations

from connector.state.rows import State
from tests.flows.bench import Bench
from tests.simulators.samples import make_orders
from tests.simulators.sellercloud import SimLine


def test_a_wish_the_fetch_does_not_know_is_refused_in_words(bench: Bench) -> None:
    """A misspelt action does nothing at all, and says what is allowed."""
    result = bench.fetch(action="relaese")
    assert result["status"] == "refused"
    assert "allowed are fetch and release" in result["message"]
    assert bench.sellercloud.calls == []


def test_an_order_refused_for_a_setting_goes_when_the_setting_is_changed(bench: Bench) -> None:
    """A gift message too long for the label refuses the order; with gift messages off it goes by itself."""
    sample = next(one for one in make_orders(20, now=bench.clock.now()) if one.expected == "ships").sim_order
    order_id = bench.sellercloud.add_order(sample)
    bench.sellercloud.edit(
        order_id, gift=True, gift_message="many happy returns " * 20, lines=(SimLine(product_id="TENT"),)
    )
    bench.fetch()
    bench.work(60)
    assert bench.row(order_id).state is State.REFUSED
    assert bench.row(order_id).reason == "too_long"
    bench.environment["GIFT_MESSAGES"] = "false"
    bench.clock.pass_time(300)
    bench.fetch()
    bench.work(60)
    assert bench.row(order_id).state is State.HANDED_OVER
    assert len(bench.starshipit.created_by_api(str(order_id))) == 1
