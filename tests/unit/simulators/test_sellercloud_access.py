"""Log-in, tokens, the hourly allowance, rights and wrong addresses of the simulated tenant."""

from __future__ import annotations

import json

import pytest

from tests.simulators.transport import Request

from .sellercloud_caller import Caller


@pytest.fixture
def caller() -> Caller:
    return Caller()


def _wrong(caller: Caller) -> tuple[int, str]:
    body = {"Username": "sync@example.com", "Password": "wrong"}
    answer = caller.raw("POST", "/api/token", body)
    return answer.status, json.loads(answer.body)["Message"]


def test_token_names_its_life(caller: Caller) -> None:
    """The token answer carries the keys of the contract and the configured life."""
    caller.sim.switches.token_life_seconds = 1800.0
    body = json.loads(caller.log_in().body)
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 1800.0
    assert body[".expires"] == "2026-11-20T15:34:05.0000000Z"
    assert caller.sim.logins == 1


def test_expired_revoked_and_missing_tokens_are_refused(caller: Caller) -> None:
    """A bad token of any sort is a 401 whose reason phrase says so."""
    assert caller.raw("GET", "/api/Orders").reason == "Invalid token"
    caller.log_in()
    assert caller.raw("GET", "/api/Orders").status == 200
    caller.clock.advance(seconds=3600)
    assert caller.raw("GET", "/api/Orders").status == 401
    caller.log_in()
    caller.sim.revoke_tokens()
    assert caller.raw("GET", "/api/Orders").status == 401


@pytest.mark.parametrize("status", [400, 401, 500])
def test_wrong_passwords_lock_the_account(caller: Caller, status: int) -> None:
    """After the set number of wrong passwords even the right one is refused, until unlocked."""
    caller.sim.switches.wrong_password_status = status
    caller.sim.switches.lockout_after = 2
    assert _wrong(caller) == (status, "The user name or password is incorrect.")
    assert "locked" in _wrong(caller)[1]
    assert caller.log_in().status == status
    caller.sim.unlock()
    assert caller.log_in().status == 200
    assert caller.sim.access.failed_logins == 3


def test_hourly_allowance_counts_every_call(caller: Caller) -> None:
    """Log-ins count; above the allowance comes 409 with a reset time of seven fraction digits."""
    caller.sim.access.rate_limit_per_hour = 3
    caller.get("/api/Orders/Views")
    caller.get("/api/Orders/Views")
    status, body = caller.call("GET", "/api/Orders/Views")
    assert status == 409
    assert body == {
        "Error": "Too many requests.",
        "RateLimitResetTime": "2026-11-20T16:04:05.0000000Z",
    }
    caller.sim.switches.throttle_status = 429
    assert caller.log_in().status == 429
    assert caller.sim.access.throttled_calls == 2
    caller.clock.advance(hours=1)
    assert caller.log_in().status == 200


def test_throttle_now_ends_by_itself(caller: Caller) -> None:
    """A throttle switched on by the test lasts as long as asked."""
    caller.log_in()
    caller.sim.throttle(30)
    assert caller.raw("GET", "/api/Orders").status == 409
    caller.clock.advance(seconds=30)
    assert caller.raw("GET", "/api/Orders").status == 200


def test_missing_right_is_a_404_or_403(caller: Caller) -> None:
    """A right taken away shows as 404 by default, and only on its endpoint."""
    caller.sim.deny("GET /api/Settings/ShippingCarriers")
    path = "/api/Settings/ShippingCarriers?siteCode=0"
    assert caller.call("GET", path)[0] == 404
    caller.sim.deny("GET /api/Settings/ShippingCarriers", status=403)
    assert caller.call("GET", path)[0] == 403
    caller.sim.allow("GET /api/Settings/ShippingCarriers")
    assert caller.get(path)[0] == {"Key": "USPS", "Value": "USPS"}


def test_paths_ignore_letter_case(caller: Caller) -> None:
    """Paths are matched without regard to case, unknown ones are 404, wrong methods 405."""
    number = caller.sim.add_order()
    assert caller.get(f"/API/orders/{number}")["OrderID"] == number
    assert caller.call("GET", "/api/Nowhere")[0] == 404
    assert caller.call("DELETE", "/api/Orders")[0] == 405
    assert caller.sim.count()["GET /api/Orders/{id}"] == 1


def test_portal_host_answers_with_a_page(caller: Caller) -> None:
    """Outside /rest is the portal: a log-in page with status 200, and the team look-up."""
    answer = caller.sim.handle(Request("POST", "/api/token", (), {}, b"{}"))
    assert (answer.status, answer.body[:14]) == (200, b"<!doctype html")
    lookup = Request("GET", "/api/server-by-team/", (("team", "northlight"),), {}, b"")
    found = json.loads(caller.sim.handle(lookup).body)
    assert found["RestApiEndpoint"] == caller.sim.url
    lookup = Request("GET", "/api/server-by-team/", (("team", "nobody"),), {}, b"")
    assert json.loads(caller.sim.handle(lookup).body)["Success"] is False


def test_reference_lists(caller: Caller) -> None:
    """Carriers, services, warehouses, companies and health checks have their shapes."""
    site = caller.get("/api/Settings/ShippingCarriers?siteCode=3")
    assert {"Key": "AustraliaPost", "Value": "Australia Post"} in site
    services = caller.get("/api/Settings/ShippingServices?siteCode=3&carrier=Australia%20Post")
    assert {"Key": "Express Post", "Value": "Express Post"} in services
    assert caller.call("GET", "/api/Settings/ShippingCarriers")[0] == 400
    assert caller.get("/api/Warehouses?model.pageSize=1")["TotalResults"] == 3
    companies = caller.get("/api/Companies")["Items"]
    assert [(row["ID"], row["IsDefaultCompany"]) for row in companies] == [
        (171, True),
        (172, False),
    ]
    assert "Tenant" in caller.get("/api/Diagnostics/Tenant")
