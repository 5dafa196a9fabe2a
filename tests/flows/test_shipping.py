"""What the ship calls say: carrier, service, and a ship date every clock accepts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.flows.bench import SELLERCLOUD, Bench, Wire
from tests.flows.conftest import MakeBench
from tests.flows.tracking import Sale, add, assert_shipped, hand_over, say, starshipit_id
from tests.simulators.sellercloud import SellercloudSimulator

MAP = """DHL Express / EXPRESS WORLDWIDE = DHL / DHL Worldwide
dhlexpress = DHL / Express Worldwide; * = Other / Standard"""


@pytest.mark.parametrize(
    ("carrier_map", "carrier", "expected"),
    [
        ("", None, ("Plain Label", "Plain Label")),
        ("Plain Label = Australia Post", None, ("Australia Post", "Plain Label")),
        ("plainlabel = Australia Post / Parcel Post", None, ("Australia Post", "Parcel Post")),
        ("Plain Label / PLAIN = UPS / UPS Ground; Plain Label = FedEx / FedEx Ground", None, ("UPS", "UPS Ground")),
        ("* = Other / Standard", None, ("Other", "Standard")),
        (MAP, "Obscure Couriers", ("Other", "Standard")),
    ],
)
def test_carrier_and_service_are_translated(
    make_bench: MakeBench, carrier_map: str, carrier: str | None, expected: tuple[str, str]
) -> None:
    """The merchant's map: service before carrier before `*`; without a match Starshipit's own names go through."""
    bench = make_bench(CARRIER_MAP=carrier_map)
    sale = hand_over(bench, packages=2)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=2, carrier=carrier)
    bench.work(60)
    assert_shipped(bench, sale, numbers)
    shipped = bench.sellercloud.shipments[sale.order_id]
    assert {(write.carrier, write.service) for write in shipped} == {expected}


def test_a_map_makes_a_strict_tenant_accept(make_bench: MakeBench) -> None:
    """The tenant knows its own carriers only: with a fallback in the map every label is accepted."""
    bench = make_bench(CARRIER_MAP="* = Other / Standard")
    bench.sellercloud.switches.validate_carriers = True
    sale = hand_over(bench)
    numbers = bench.starshipit.print_label(sale.starshipit_id, carrier="Obscure Couriers")
    bench.work(60)
    assert_shipped(bench, sale, numbers)


@pytest.mark.parametrize("answer", ["empty", "true", "string", "object"])
def test_every_body_of_a_success_is_one(bench: Bench, answer: Any) -> None:
    """Sellercloud's ship calls answer 200 with nothing, `true`, a text or an object: all shipped in one try."""
    bench.sellercloud.switches.ship_answer = answer
    sale = hand_over(bench, packages=2)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=2)
    bench.work(60)
    assert_shipped(bench, sale, numbers)


def at(make_bench: MakeBench, zone: str, moment: datetime) -> Bench:
    """A bench whose clock shows a moment, with a tenant in a zone."""
    bench = make_bench(TENANT_TIME_ZONE=zone)
    bench.clock.moment = moment
    bench.sellercloud = SellercloudSimulator(clock=bench.clock.now, time_zone=zone)
    bench.sellercloud.switches.validate_carriers = False
    bench.wire = Wire(bench.clock, bench.sellercloud, bench.starshipit)
    assert bench.environment["SELLERCLOUD_ENDPOINT"] == SELLERCLOUD
    return bench


MOMENTS = {
    "an ordinary day": datetime(2026, 11, 20, 1, 2, 3, 400_000, UTC),
    "New York falls back, first hour": datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
    "New York falls back, second hour": datetime(2026, 11, 1, 6, 10, tzinfo=UTC),
    "New York springs forward": datetime(2026, 3, 8, 7, 0, 5, tzinfo=UTC),
    "Sydney falls back": datetime(2026, 4, 4, 16, 10, tzinfo=UTC),
    "New Year in Sydney": datetime(2026, 12, 31, 13, 30, tzinfo=UTC),
}


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Sydney", "UTC"])
@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS.keys())
def test_the_ship_date_is_accepted_on_every_clock(make_bench: MakeBench, moment: datetime, zone: str) -> None:
    """Wherever the tenant is, also in the hour a change of clocks repeats: shipped at the first try."""
    bench = at(make_bench, zone, moment)
    order_id = add(bench)
    bench.fetch()
    bench.work(5)
    sale = Sale(order_id, starshipit_id(bench, order_id))
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.work(30)
    assert_shipped(bench, sale, numbers)
    assert [write.accepted for write in bench.sellercloud.shipments[order_id]] == [True]


@pytest.mark.parametrize(
    "label_says",
    [
        "2026-11-20T13:02:03.3104471Z",
        "2026-11-20T13:02:03",
        "2026-11-20T13:02:03+11:00",
        "2030-01-01T00:00:00Z",
        "1999-01-01T00:00:00Z",
        "20/11/2026 01:02 PM",
        "",
    ],
)
def test_a_label_dated_on_another_clock(bench: Bench, label_says: str) -> None:
    """A label printed in Sydney, its local time marked as UTC, lies in New York's future: clamped, and shipped."""
    order_id = add(bench)
    bench.fetch()
    bench.work(5)
    sale = Sale(order_id, starshipit_id(bench, order_id))
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.starshipit.outbox.clear()
    say(bench, numbers[0], "Printed", order_id, order_reference=str(order_id), shipment_date=label_says)
    bench.work(30)
    assert_shipped(bench, sale, numbers)
    [write] = bench.sellercloud.shipments[order_id]
    created = bench.sellercloud.orders[order_id].created_on
    assert write.ship_date is not None
    assert created <= write.ship_date.astimezone(UTC) <= bench.clock.now()


def test_the_day_of_the_label_is_kept(bench: Bench) -> None:
    """A label printed two days ago and reported late: the order's ship date is that day, on the tenant's clock."""
    sale = hand_over(bench)
    printed = bench.clock.now()
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.clock.pass_time(timedelta(days=2).total_seconds())
    bench.work(30)
    assert_shipped(bench, sale, numbers)
    shown = bench.sellercloud.snapshot(sale.order_id).ship_date
    assert shown is not None
    zone = ZoneInfo("America/New_York")
    assert shown.astimezone(zone).date() == printed.astimezone(zone).date()


def test_an_order_created_a_minute_ago(bench: Bench) -> None:
    """Ordered, handed over and printed within a minute: the ship date is not before the order's creation."""
    order_id = add(bench, created_on=bench.clock.now() + timedelta(milliseconds=700))
    bench.clock.pass_time(2)
    bench.fetch()
    bench.work(5)
    sale = Sale(order_id, starshipit_id(bench, order_id))
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.work(30)
    assert_shipped(bench, sale, numbers)
    assert len(bench.sellercloud.shipments[order_id]) == 1
