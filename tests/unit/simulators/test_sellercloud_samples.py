"""Sample orders: seeded, varied, and each with what should become of it."""

from __future__ import annotations

from collections import Counter

from tests.simulators.samples import SampleOrder, make_orders

from .sellercloud_caller import START, Caller


def _addresses(samples: list[SampleOrder]) -> list[str]:
    return [f"{sample.sim_order.address.street1} {sample.sim_order.address.street2}" for sample in samples]


def test_same_seed_same_orders() -> None:
    """The demo is the same every time; another seed gives another one."""
    assert make_orders(30, seed=4, now=START) == make_orders(30, seed=4, now=START)
    assert make_orders(30, seed=4, now=START) != make_orders(30, seed=5, now=START)


def test_a_fifth_must_not_go() -> None:
    """A fifth has a reason, and every kind of reason appears."""
    kinds = Counter(sample.expected for sample in make_orders(400, now=START))
    assert kinds["ships"] == 320
    assert set(kinds) == {
        "ships",
        "unpaid",
        "partly_shipped",
        "dropship",
        "fulfilled_elsewhere",
        "prime",
        "on_hold",
        "cancelled",
        "bad_address",
    }


def test_every_order_that_ships_passes_the_guards() -> None:
    """What is expected to ship is in process, unshipped, paid, ours to ship and has an address."""
    for sample in make_orders(300, now=START):
        order = sample.sim_order
        passes = (
            (order.status, order.shipping_status, order.payment_status) == (2, 1, 30)
            and order.dropship_status == 0
            and order.channel not in (20, 79)
            and order.subtype not in (7, 10)
            and bool(order.address.street1 and order.address.country_code)
        )
        assert passes is (sample.expected == "ships"), sample


def test_the_mix_holds_the_hard_cases() -> None:
    """Kits, gifts, parcels, long streets, foreign money and odd spellings are all there."""
    samples = make_orders(400, now=START)
    orders = [sample.sim_order for sample in samples]
    assert any(line.parts for order in orders for line in order.lines)
    assert any(order.gift_message for order in orders)
    assert {sample.parcels for sample in samples} == {1, 2, 3}
    assert any(len(text) > 100 for text in _addresses(samples))
    assert {order.currency for order in orders} >= {0, 1, 5, 116, 139}
    assert {order.company_id for order in orders} == {171, 172}
    assert any(not order.address.first_name.isascii() for order in orders)
    assert any(line.weight_lb == 0 for order in orders for line in order.lines)
    assert len({order.source_id for order in orders}) == 400


def test_samples_load_and_pack() -> None:
    """Every sample loads; planned packages hold exactly the order's items."""
    caller = Caller()
    for sample in make_orders(200, now=START):
        number = caller.sim.add_order(sample.sim_order)
        order = caller.sim.orders[number]
        packed: Counter[int] = Counter()
        for package in order.packages:
            for content in package.contents:
                packed[content.order_item_id] += content.qty
        wanted = Counter(
            {
                line.id: line.qty * sum(part.qty for part in line.parts) if line.parts else line.qty
                for line in order.lines
            }
        )
        assert packed == wanted
        assert len(order.packages) == sample.parcels
    assert caller.get("/api/Orders?model.companyID=171&model.companyID=172")["TotalResults"] == 200
