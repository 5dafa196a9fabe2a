"""The connection check of the connector's own state: runs, orders that wait, refusals for speed, carriers."""

from __future__ import annotations

from connector.state.budgets import LedgerBudget
from connector.vendors.budget import Rate
from tests.flows.bench import Bench
from tests.flows.checking import check
from tests.flows.conftest import MakeBench
from tests.flows.fetching import add_orders, settle
from tests.flows.tracking import hand_over

DAY = 86_400.0


def refuse(bench: Bench, vendor: str, rate: Rate, times: int = 1) -> None:
    """Refusals for speed, as any function meets them."""
    for _ in range(times):
        LedgerBudget(bench.dynamodb, "ledger", bench.clock, vendor, rate).push(bench.clock.now())


def test_refusals_at_twenty_a_second_mean_another_tier(make_bench: MakeBench) -> None:
    """The key is good for two: the gateway's refusals are counted where they happen; the setting to change is named."""
    bench = make_bench(STARSHIPIT_REQUESTS_PER_SECOND="20")
    add_orders(bench, 3)
    settle(bench, ticks=3)
    assert bench.starshipit.refusals > 0
    line = check(bench).one("Starshipit rate")
    assert line["verdict"] == "warning"
    assert "for speed in the last 7 days, last on 2026-11-20, at 20 calls a second" in line["message"]
    assert "StarshipitRequestsPerSecond=2" in line["next"]


def test_refusals_at_two_a_second_mean_that_somebody_else_uses_the_key(bench: Bench) -> None:
    """What was refused at another rate says nothing of this one."""
    refuse(bench, "starshipit", Rate.per_second(20), 5)
    assert check(bench).verdict("Starshipit rate") == "ok"
    refuse(bench, "starshipit", Rate.per_second(2))
    line = check(bench).one("Starshipit rate")
    assert line["verdict"] == "warning"
    assert "refused 1 call for speed" in line["message"]
    assert "Another program uses the same subscription key" in line["next"]


def test_refusals_are_forgotten_after_a_week(bench: Bench) -> None:
    """First as a warning, then as a remark; their record expires by itself."""
    refuse(bench, "sellercloud", Rate.per_hour(10800), 3)
    assert check(bench).verdict("Sellercloud rate") == "warning"
    bench.clock.pass_time(8 * DAY)
    line = check(bench).one("Sellercloud rate")
    assert line["verdict"] == "ok"
    assert "the last one on 2026-11-20" in line["message"]
    (record,) = [item for item in bench.dynamodb.items() if item["pk"]["S"].startswith("REFUSALS#")]
    assert 5.9 * DAY < int(record["expires_at"]["N"]) - bench.clock.now().timestamp() < 6 * DAY
    bench.clock.pass_time(8 * DAY)
    assert "the last one" not in check(bench).one("Sellercloud rate")["message"]


def test_a_fetch_that_is_too_old_is_wrong(bench: Bench) -> None:
    """By the minutes of the stack's own alarm."""
    assert check(bench, fetch_minutes=30).verdict("last fetch") == "warning"
    bench.fetch()
    bench.clock.pass_time(1700)
    assert check(bench, fetch_minutes=30).verdict("last fetch") == "ok"
    bench.clock.pass_time(200)
    found = check(bench, fetch_minutes=30)
    assert found.wrong == ["last fetch"]
    assert found.one("last fetch")["message"].startswith("The last complete one began 31 min ago.")
    assert check(bench, fetch_minutes=1440).verdict("last fetch") == "ok"


def test_orders_that_wait_are_counted_with_the_oldest(bench: Bench) -> None:
    """A moment is ordinary, an hour is not."""
    add_orders(bench, 51)
    bench.fetch()
    line = check(bench).one("orders waiting")
    assert line["verdict"] == "ok"
    assert line["message"].startswith("51 orders on the way (51 queued), the oldest for ")
    bench.clock.pass_time(3700)
    line = check(bench).one("orders waiting")
    assert line["verdict"] == "warning"
    assert "61 min" in line["message"]


def test_what_the_surge_guard_holds_leads_to_release(make_bench: MakeBench) -> None:
    """Two of three new orders are held."""
    bench = make_bench(MAX_NEW_ORDERS_PER_RUN="1")
    add_orders(bench, 3)
    bench.fetch()
    line = check(bench).one("surge guard")
    assert line["verdict"] == "warning"
    assert line["message"].startswith("2 orders held")
    assert "connector release" in line["next"]


def test_orders_that_need_a_person_are_counted_by_reason(bench: Bench) -> None:
    """The command that lists them is named."""
    bench.fetch()
    (order_id,) = add_orders(bench, 1)
    bench.starshipit.faults.poison[str(order_id)] = "not served"
    settle(bench)
    line = check(bench).one("attention")
    assert line["verdict"] == "warning"
    assert line["message"] == "1 order in need of a person: 1 refused by starshipit."
    assert "connector attention" in line["next"]


def test_a_carrier_without_entry_and_fallback_is_wrong(bench: Bench) -> None:
    """Starshipit printed with a carrier that Sellercloud does not offer and no entry translates."""
    bench.sellercloud.switches.validate_carriers = True
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    found = check(bench)
    lines = [line for line in found.all("carriers") if line["verdict"] == "wrong"]
    assert lines, found.findings
    bench.environment["CARRIER_MAP"] = "* = Other / Standard"
    assert not [line for line in check(bench).all("carriers") if line["verdict"] == "wrong"]
