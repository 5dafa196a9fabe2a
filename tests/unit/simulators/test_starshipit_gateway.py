"""The Starshipit simulator's gateway: keys, rate limit, call log, breaches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.simulators.starshipit import StarshipitSimulator
from tests.simulators.starshipit.visitor import Visitor, sample_order


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def test_wrong_subscription_key_is_refused_by_the_gateway_with_a_status_code_body() -> None:
    """403 by default, 401 by switch, and the body is not the application's envelope."""
    sim = StarshipitSimulator()
    visitor = Visitor(sim, ocp_apim_subscription_key="other")
    assert visitor.get("/orders/unshipped")["statusCode"] == 403
    assert visitor.last.status == 403
    sim.switches.subscription_refusal = 401
    assert "success" not in visitor.get("/orders/unshipped")
    assert visitor.last.status == 401


@pytest.mark.parametrize("status", [200, 401, 403])
def test_wrong_account_key_is_refused_by_the_application(status: int) -> None:
    """The form is unknown, so all three are offered."""
    sim = StarshipitSimulator()
    sim.switches.api_key_refusal = status  # type: ignore[assignment]
    visitor = Visitor(sim, starshipit_api_key="other")
    assert visitor.get("/orders/unshipped")["success"] is False
    assert visitor.last.status == status


def test_more_calls_than_the_rate_in_a_sliding_second_are_refused_counted_and_kept() -> None:
    """The limit is sliding: two bursts on either side of a full second still count as one."""
    clock = Clock()
    sim = StarshipitSimulator(clock=clock, rate_per_second=2)
    visitor = Visitor(sim)
    clock.move(0.9)
    visitor.get("/orders/unshipped")
    visitor.get("/orders/unshipped")
    assert visitor.last.status == 200
    clock.move(0.5)
    assert visitor.get("/orders/unshipped")["statusCode"] == 429
    assert visitor.last.status == 429
    assert "Retry-After" not in visitor.last.headers
    assert (sim.refusals, sim.max_calls_in_a_second, len(sim.breaches)) == (1, 3, 1)
    clock.move(1.0)
    visitor.get("/orders/unshipped")
    assert visitor.last.status == 200


def test_calls_spaced_at_the_rate_are_never_refused() -> None:
    """A call exactly one second after another is outside its window."""
    clock = Clock()
    sim = StarshipitSimulator(clock=clock, rate_per_second=20)
    visitor = Visitor(sim)
    for _ in range(200):
        visitor.get("/orders/unshipped")
        clock.move(0.05)
    assert sim.refusals == 0
    assert sim.max_calls_in_a_second == 20


def test_throttle_can_hide_in_a_200_or_carry_retry_after() -> None:
    """Body-only mode and header mode."""
    sim = StarshipitSimulator(clock=Clock(), rate_per_second=1)
    sim.switches.throttle_status = 200
    sim.switches.retry_after_header = True
    visitor = Visitor(sim)
    visitor.get("/orders/unshipped")
    assert visitor.get("/orders/unshipped")["statusCode"] == 429
    assert visitor.last.status == 200
    assert visitor.last.headers["Retry-After"] == "1"


def test_other_accounts_use_up_the_shared_subscription_key() -> None:
    """The limit belongs to the subscription key, not to the account."""
    sim = StarshipitSimulator(clock=Clock(), rate_per_second=2)
    assert sim.spend_elsewhere(3) == 2
    visitor = Visitor(sim)
    visitor.get("/orders/unshipped")
    assert visitor.last.status == 429
    assert sim.max_calls_in_a_second == 1


def test_calls_are_logged_with_status_and_function() -> None:
    """The log holds time, path, status; a lost answer has status 0."""
    sim = StarshipitSimulator()
    visitor = Visitor(sim, user_agent="reconcile")
    sim.faults.next("GET /api/orders/unshipped", "lost_before_commit")
    visitor.get("/orders/unshipped", limit=1)
    visitor.get("/orders", order_number="none")
    first, second = sim.calls
    assert (first.status, first.fault, first.function) == (0, "lost_before_commit", "reconcile")
    assert first.full_path == "/api/orders/unshipped?limit=1"
    assert (second.status, second.path) == (200, "/api/orders")
    assert sim.count() == {"GET /api/orders/unshipped": 1, "GET /api/orders": 1}


def test_breaches_of_the_contract_are_recorded() -> None:
    """Missing content type, unknown paths, undocumented fields, wrong types, over-long texts."""
    sim = StarshipitSimulator()
    Visitor(sim, content_type="text/plain").get("/orders/unshipped")
    visitor = Visitor(sim)
    visitor.get("/api/orders")
    assert visitor.last.status == 404
    visitor.create(shipping_metod="x", shipping_description="d" * 101)
    destination = sample_order()["destination"] | {"post_code": 3121}
    visitor.create(destination=destination)
    assert sim.breaches == [
        "no Content-Type: application/json on GET /api/orders/unshipped",
        "unknown call GET /api/api/orders",
        "undocumented field order.shipping_metod",
        "order.shipping_description longer than 100",
        "destination.post_code is not text",
    ]


def test_a_body_that_is_no_json_object_is_a_bad_request() -> None:
    """HTTP 400 and a breach."""
    sim = StarshipitSimulator()
    visitor = Visitor(sim)
    visitor.ask("POST", "/orders", ["order"])
    assert visitor.last.status == 400
    assert len(sim.breaches) == 1
