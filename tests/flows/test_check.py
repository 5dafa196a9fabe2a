"""The connection check: credentials, rights and vendors, as it finds them from where the connector runs."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.flows.bench import ORDERS, TRACKING, Bench
from tests.flows.checking import check, table
from tests.flows.conftest import MakeBench
from tests.flows.fetching import settle
from tests.flows.tracking import add, hand_over
from tests.simulators.sellercloud import SellercloudSimulator

LOGIN, COMPANIES = "POST /api/token", "GET /api/Companies"
DETAIL, PACKAGES = "GET /api/Orders/{id}", "GET /api/Orders/Packages"
WRITES = ("PUT ", "POST ", "DELETE ")


def test_a_healthy_stack_has_nothing_wrong(bench: Bench) -> None:
    """After a fetch and a hand-off every line is well, or says what would prove it."""
    add(bench)
    settle(bench)
    found = check(bench)
    assert found.wrong == []
    for about in ("Sellercloud login", "Sellercloud address", "companies", "right: read orders", "right: read packages",
                  "right: read notes", "right: list orders", "orders by id", "Starshipit keys", "last fetch",
                  "Starshipit: create orders", "time zone", "Starshipit rate", "Sellercloud rate"):  # fmt: skip
        assert found.verdict(about) == "ok", found.one(about)
    assert found.verdict("right: ship orders") == "not_verifiable"
    assert found.answer["settings"]["dry_run"] is False
    assert found.answer["pauses"] == {}


def test_an_empty_account_is_no_fault(bench: Bench) -> None:
    """No order, no view, nothing fetched yet: nothing is wrong, and it says what is to be tried later."""
    found = check(bench)
    assert found.wrong == []
    assert found.verdict("right: read orders") == "not_verifiable"
    assert found.one("orders: Unshipped")["message"] == "0 orders with order status InProcess."
    assert found.verdict("last fetch") == "warning"
    assert "adopts" in found.one("last fetch")["message"]


def test_it_writes_nothing_but_call_slots(bench: Bench) -> None:
    """Neither vendor sees a write, no message is queued, and no row or record changes."""
    for _ in range(3):
        add(bench)
    bench.fetch()
    before, queued = table(bench), {name: list(bench.sqs.queues.get(name, [])) for name in (ORDERS, TRACKING)}
    calls = len(bench.sellercloud.calls), len(bench.starshipit.calls)
    assert check(bench).wrong == []
    after = table(bench)
    changed = {key for key in after | before if after.get(key) != before.get(key)}
    assert {pk for pk, _ in changed} <= {"BUDGET#sellercloud", "BUDGET#starshipit"}
    assert {name: list(bench.sqs.queues.get(name, [])) for name in (ORDERS, TRACKING)} == queued
    made = [call.route for call in bench.sellercloud.calls[calls[0] :]]
    made += [f"{call.method} {call.path}" for call in bench.starshipit.calls[calls[1] :]]
    assert [route for route in made if route.startswith(WRITES)] == [LOGIN]
    assert bench.sellercloud.breaches == []
    assert bench.starshipit.breaches == []


def test_a_wrong_password_is_named_and_tried_once(bench: Bench) -> None:
    """The second check says that it was refused, and no further login is made: accounts lock."""
    bench.sellercloud.change_password("another")
    first = check(bench)
    assert first.wrong == ["Sellercloud login"]
    assert "HTTP 400: “The user name or password is incorrect.”" in first.one("Sellercloud login")["message"]
    assert "connector secrets set sellercloud" in first.one("Sellercloud login")["next"]
    assert first.verdict("Starshipit keys") == "ok"
    again = check(bench)
    assert again.wrong == ["Sellercloud login"]
    assert "not tried again" in again.one("Sellercloud login")["message"]
    assert bench.sellercloud.access.failed_logins == 1
    bench.secrets.store("sellercloud", username="sync@example.com", password="another")
    assert check(bench).wrong == []


def test_a_password_changed_an_hour_ago_is_found_although_the_token_lives(bench: Bench) -> None:
    """The check logs in anew."""
    assert bench.fetch()["status"] == "completed"
    bench.sellercloud.change_password("another")
    assert check(bench).wrong == ["Sellercloud login"]


@pytest.mark.parametrize(("key", "status"), [("api_key", 401), ("api_key", 200), ("subscription_key", 403)])
def test_a_wrong_key_is_named(bench: Bench, key: str, status: int) -> None:
    """Either key, however the refusal looks; the second check calls nobody."""
    if key == "api_key":
        bench.starshipit.switches.api_key_refusal = status  # type: ignore[assignment]
    bench.secrets.store("starshipit", **{**bench.secrets.versions["starshipit"][-1], key: "mistyped"})
    assert check(bench).wrong == ["Starshipit keys"]
    calls = len(bench.starshipit.calls)
    again = check(bench)
    assert "not tried again" in again.one("Starshipit keys")["message"]
    assert "connector secrets set starshipit" in again.one("Starshipit keys")["next"]
    assert again.verdict("Sellercloud login") == "ok"
    assert len(bench.starshipit.calls) == calls


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"username": "REPLACE_ME", "password": "REPLACE_ME"}, "username is not set"),
        ({"username": "somebody", "password": ""}, "password is not set"),
        ({"username": "somebody"}, "password is not set"),
    ],
)
def test_a_placeholder_is_not_configured_and_no_call_is_made(bench: Bench, values: Any, told: str) -> None:
    """The sentence names the field, never a value."""
    bench.secrets.store("sellercloud", **values)
    bench.secrets.store("starshipit", api_key="REPLACE_ME", subscription_key="REPLACE_ME")
    found = check(bench)
    assert found.wrong == ["Sellercloud login", "Starshipit keys"]
    assert found.one("Sellercloud login")["message"] == f"Sellercloud is not configured: {told}."
    assert found.one("Starshipit keys")["message"] == "Starshipit is not configured: api_key is not set."
    assert bench.sellercloud.calls == []
    assert bench.starshipit.calls == []


RIGHTS = [
    ("GET /api/Orders", ["right: list orders"]),
    ("GET /api/Orders/{id}", ["right: read orders"]),
    ("GET /api/Orders/Packages", ["right: read packages"]),
    ("GET /api/Orders/Notes", ["right: read notes"]),
    ("GET /api/Companies", ["right: list companies"]),
]


@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.parametrize(("route", "about"), RIGHTS)
def test_a_missing_right_to_read_is_named(bench: Bench, route: str, about: list[str], status: int) -> None:
    """Each by itself; the other lines stay as they are, and the right to give is named."""
    add(bench)
    bench.sellercloud.deny(route, status)
    found = check(bench)
    assert found.wrong == about
    assert f"HTTP {status}" in found.one(about[0])["message"]
    assert "Give the connector's Sellercloud employee" in found.one(about[0])["next"]
    assert found.verdict("Sellercloud login") == "ok"


@pytest.mark.parametrize("route", ["GET /api/Orders/Views", "GET /api/Companies"])
def test_a_right_these_settings_do_not_need_is_a_warning(make_bench: MakeBench, route: str) -> None:
    """Views without SavedViewIds, companies with CompanyIds."""
    bench = make_bench(COMPANY_IDS="171")
    add(bench)
    bench.sellercloud.deny(route)
    found = check(bench)
    assert found.wrong == []
    about = "right: list views" if "Views" in route else "right: list companies"
    assert found.verdict(about) == "warning"
    assert "needed only when" in found.one(about)["message"]


def test_a_shipped_order_proves_the_right_to_ship_and_the_time_zone(bench: Bench) -> None:
    """What the connector wrote is in Sellercloud: no more is needed."""
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.work(300)
    assert bench.row(sale.order_id).state == "shipped"
    found = check(bench)
    assert found.verdict("right: ship orders") == "ok"
    assert str(sale.order_id) in found.one("right: ship orders")["message"]
    assert "what the connector wrote" in found.one("time zone")["message"]


def test_an_order_shipped_by_hand_proves_nothing(bench: Bench) -> None:
    """Its numbers are not ours."""
    sale = hand_over(bench)
    bench.sellercloud.ship_by_hand(sale.order_id, "HAND1")
    assert check(bench).verdict("right: ship orders") == "not_verifiable"


def test_an_order_that_was_only_found_in_starshipit_proves_no_right_to_create(bench: Bench) -> None:
    """The first run adopts what another connector put there."""
    order_id = add(bench)
    bench.starshipit.create_by_hand(str(order_id), reference=str(order_id))
    settle(bench)
    assert bench.row(order_id).state == "handed_over"
    assert check(bench).verdict("Starshipit: create orders") == "not_verifiable"


@pytest.mark.parametrize("zone", ["Australia/Sydney", "UTC"])
def test_a_zone_behind_sellercloud_s_is_wrong(make_bench: MakeBench, zone: str) -> None:
    """The tenant's clock shows changes in the future of the zone that is set."""
    bench = make_bench(TENANT_TIME_ZONE="America/Los_Angeles" if zone == "UTC" else zone)
    add(bench)
    found = check(bench)
    if zone == "UTC":
        assert found.wrong == ["time zone"]
        assert "TenantTimeZone=America/New_York" in found.one("time zone")["next"]
    else:
        assert found.verdict("time zone") == "not_verifiable"


def test_our_own_write_shows_a_zone_that_is_ahead_as_wrong_too(bench: Bench) -> None:
    """Nothing lies in the future then; what the connector wrote has the wrong hour all the same."""
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.work(300)
    bench.environment["TENANT_TIME_ZONE"] = "Europe/London"
    found = check(bench)
    assert "time zone" in found.wrong
    assert "UTC-05:00 (America/New_York)" in found.one("time zone")["message"]


def test_warehouses_and_companies_that_are_not_there_are_named(make_bench: MakeBench) -> None:
    """A company the user does not see is wrong, an unknown warehouse a warning."""
    bench = make_bench(COMPANY_IDS="171;999", WAREHOUSE_IDS="12;77")
    add(bench)
    found = check(bench)
    assert found.wrong == ["companies"]
    assert "names 999, which" in found.one("companies")["message"]
    assert found.verdict("warehouses") == "warning"
    assert "names 77, which" in found.one("warehouses")["message"]


def test_foreign_figures_are_shown_for_a_person_to_compare(make_bench: MakeBench) -> None:
    """Currency, total, rate and what would be declared under the setting; without such an order that is said."""
    bench = make_bench(CUSTOMS_VALUE_CURRENCY="converted")
    add(bench)
    assert check(bench).one("foreign order")["message"] == "No foreign order among 1 order looked at."
    order_id = add(bench, currency=5, rate_from_usd=Decimal("1.52"))
    told = check(bench).one("foreign order")
    assert told["verdict"] == "not_verifiable"
    for part in (f"Order {order_id} is in AUD", "1 USD = 1.52 AUD", "CustomsValueCurrency=converted", "AUD"):
        assert part in told["message"]


TROUBLES: list[tuple[str, Callable[[SellercloudSimulator], None], str, str]] = [
    ("outage", lambda sim: setattr(sim.faults, "outage", True), "Sellercloud answers", "wrong"),
    ("web page", lambda sim: setattr(sim.faults, "html", True), "Sellercloud address", "wrong"),
    ("throttled", lambda sim: sim.throttle(600), "Sellercloud quota", "warning"),
    ("lost", lambda sim: sim.faults.chance(PACKAGES, "lost_before", 1.0), "Sellercloud answers", "wrong"),
    ("login lost", lambda sim: sim.faults.chance(LOGIN, "lost_before", 1.0), "Sellercloud answers", "wrong"),
    ("login 500", lambda sim: sim.faults.chance(LOGIN, "error_before", 1.0), "Sellercloud answers", "wrong"),
    ("token refused", lambda sim: sim.faults.chance("GET *", "unauthorized", 1.0), "Sellercloud login", "wrong"),
    ("garbled", lambda sim: sim.faults.chance(COMPANIES, "garbled", 1.0), "right: list companies", "not_verifiable"),
    ("500", lambda sim: sim.faults.chance(DETAIL, "error_before", 1.0), "right: read orders", "not_verifiable"),
]


@pytest.mark.parametrize(("fault", "plant", "about", "verdict"), TROUBLES, ids=[trouble[0] for trouble in TROUBLES])
def test_a_vendor_in_trouble_is_one_line_and_the_rest_is_answered(
    bench: Bench, fault: str, plant: Callable[[SellercloudSimulator], None], about: str, verdict: str
) -> None:
    """Sellercloud's trouble hides neither Starshipit nor the ledger, and it is not asked again and again."""
    add(bench)
    plant(bench.sellercloud)
    found = check(bench)
    assert found.verdict(about) == verdict
    assert found.verdict("Starshipit keys") == "ok"
    assert found.verdict("surge guard") == "ok"
    if fault not in {"garbled", "500"}:
        assert found.verdict("carriers") == "not_verifiable"
    logins = sum(call.route == LOGIN for call in bench.sellercloud.calls)
    assert logins == (2 if fault == "token refused" else 1)  # a refused token is worth one more
    assert "<" not in str(found.findings)


def test_both_vendors_hang_and_the_check_still_answers(make_bench: MakeBench) -> None:
    """Each takes a third of the patience at most; a person waits."""
    bench = make_bench(FUNCTION_TIMEOUT="900")
    bench.sellercloud.faults.latency = 1000.0
    bench.starshipit.latency.reads = (1000.0, 1000.0)
    started = bench.clock.now()
    found = check(bench)
    assert found.wrong == ["Sellercloud answers", "Starshipit answers"]
    assert (bench.clock.now() - started).total_seconds() < 90


def test_a_short_function_says_what_it_could_not_ask(make_bench: MakeBench) -> None:
    """Five seconds are too few for two read timeouts: no traceback, and nothing called wrong that was not looked at."""
    bench = make_bench(FUNCTION_TIMEOUT="5")
    bench.sellercloud.faults.latency = 1.0
    add(bench)
    found = check(bench)
    assert found.wrong == []
    assert any("within the time of one check" in finding["message"] for finding in found.findings)


def test_a_team_nobody_knows_is_a_wrong_address(make_bench: MakeBench) -> None:
    """The look-up of a team name is part of the check."""
    bench = make_bench(SELLERCLOUD_ENDPOINT="nosuchteam")
    send = bench.wire.send

    def looked_up(method: str, url: str, **rest: Any) -> Any:
        if "server-by-team" in url:
            url = "http://127.0.0.1:1/api/server-by-team/"
        return send(method, url, **rest)

    bench.wire.send = looked_up  # type: ignore[method-assign]
    found = check(bench)
    assert found.wrong == ["Sellercloud address"]
    assert "'nosuchteam'" in found.one("Sellercloud address")["message"]


def test_answers_of_another_shape_are_told_and_harm_nothing(bench: Bench) -> None:
    """Money as texts, blanks in every way, rows without a currency: the check reads what can be read."""
    bench.sellercloud.switches.money = "strings_everywhere"
    for _ in range(51):
        add(bench, currency=1)
    found = check(bench)
    assert found.wrong == []
    assert found.one("orders by id")["message"].startswith("50 listed orders")
    assert found.one("orders: Unshipped")["message"].startswith("51 orders")


def test_in_a_dry_run_it_says_so_and_looks_at_the_dry_run_s_rows(make_bench: MakeBench) -> None:
    """On is a warning; nothing proves a right to write then."""
    bench = make_bench(DRY_RUN="true")
    add(bench)
    settle(bench)
    found = check(bench)
    assert found.wrong == []
    assert found.verdict("dry run") == "warning"
    assert found.verdict("right: ship orders") == "not_verifiable"
    assert found.verdict("last fetch") == "ok"
    assert found.answer["settings"]["dry_run"] is True


def test_a_person_s_pauses_are_told(bench: Bench) -> None:
    """For the command line, which knows what is really switched off."""
    bench.ask("note_pause", direction="orders", paused=True)
    pauses = check(bench).answer["pauses"]
    assert pauses["orders"]["by"] == "a tester"
    assert pauses.keys() == {"orders"}


def test_no_secret_is_in_the_answer(bench: Bench) -> None:
    """Neither a password, nor a key, nor a token, whether right or wrong."""
    add(bench)
    bench.secrets.store("starshipit", api_key="obviously-wrong-key", subscription_key="x")
    told = str(check(bench).answer)
    for secret in ("obviously-fake-password", "obviously-wrong-key", "eyJ"):
        assert secret not in told
