"""The Starshipit simulator's create and import."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.simulators.starshipit import Rule, StarshipitSimulator
from tests.simulators.starshipit.visitor import Visitor, sample_order

START = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)


def build(**arguments: Any) -> tuple[StarshipitSimulator, Visitor]:
    """A simulator without a rate limit and a client of it."""
    sim = StarshipitSimulator(rate_per_second=10_000, **arguments)
    return sim, Visitor(sim)


def test_create_fills_what_the_vendor_fills() -> None:
    """Ids, default package, default signature, platform, status, carrier by rule."""
    sim, visitor = build()
    sent = sample_order("A1")
    del sent["signature_required"]
    order = visitor.ask("POST", "/orders", {"order": sent})["order"]
    assert order["order_id"] > 0
    assert order["items"][0]["item_id"] > 0
    assert order["packages"][0]["package_id"] > 0
    assert (order["platform"], order["status"], order["type"]) == ("API", "Unshipped", "Outgoing")
    assert order["signature_required"] is True
    assert (order["carrier"], order["carrier_service_code"]) == ("AusPost", "7D55")
    assert "phone" not in order["destination"]
    assert sim.created_counts() == {"A1": 1}
    assert sim.breaches == []


def test_no_matching_rule_leaves_the_carrier_minus_one() -> None:
    """Unassigned carrier is the number -1."""
    _, visitor = build()
    assert visitor.create(shipping_method="Nobody knows")["order"]["carrier"] == -1


@pytest.mark.parametrize("missing", ["order_number", "destination"])
def test_missing_required_field_is_200_with_success_false(missing: str) -> None:
    """Validation failures are HTTP 200."""
    sim, visitor = build()
    sent = sample_order()
    del sent[missing]
    answer = visitor.ask("POST", "/orders", {"order": sent})
    assert visitor.last.status == 200
    assert answer["success"] is False
    assert missing in answer["errors"][0]["details"]
    assert sim.orders == []


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("strings", ["The destination object is required"]),
        ("empty", []),
        ("null", None),
    ],
)
def test_errors_come_in_several_forms(form: Any, expected: object) -> None:
    """List of objects, list of strings, empty, null, or absent."""
    sim, visitor = build()
    sim.switches.errors_as = form
    assert visitor.create(destination=None)["errors"] == expected
    sim.switches.errors_as = "absent"
    assert "errors" not in visitor.create(destination=None)


def test_over_long_texts_are_cut_or_refused_but_reference_is_always_cut() -> None:
    """post_code holds 10 characters, reference 50."""
    sim, visitor = build()
    place = sample_order()["destination"] | {"post_code": "123456789012"}
    order = visitor.create(destination=place, reference="r" * 60)["order"]
    assert (order["destination"]["post_code"], len(order["reference"])) == ("1234567890", 50)
    sim.switches.over_long = "refuse"
    assert visitor.create(destination=place)["success"] is False
    assert visitor.create(reference="r" * 60)["success"] is True


def test_repeated_number_is_duplicated_or_rejected() -> None:
    """Both readings of 3.3."""
    sim, visitor = build()
    visitor.create("A1")
    assert visitor.create("A1")["success"] is True
    assert len(sim.by_number("A1")) == 2
    sim.switches.duplicates = "reject"
    answer = visitor.create("A1")
    assert "already exists" in answer["errors"][0]["details"]
    assert len(sim.created_by_api("A1")) == 2


def test_import_shuffles_and_takes_at_most_50() -> None:
    """51 are refused and recorded as a breach."""
    sim, visitor = build()
    sent = [sample_order(f"N{i}") for i in range(50)]
    numbers = [o["order_number"] for o in visitor.bring_in(*sent)["orders"]]
    assert numbers != [o["order_number"] for o in sent]
    assert sorted(numbers) == sorted(o["order_number"] for o in sent)
    assert visitor.bring_in(*sent, sample_order("N51"))["success"] is False
    assert sim.breaches == ["51 orders in one import, limit 50"]
    assert len(sim.orders) == 50


@pytest.mark.parametrize(
    ("mode", "success", "created"),
    [
        ("all_or_nothing", False, 0),
        ("partial", False, 1),
        ("partial_success_true", True, 1),
    ],
)
def test_import_failure_modes(mode: Any, success: bool, created: int) -> None:
    """One bad order among two."""
    sim, visitor = build()
    sim.switches.import_failure = mode
    answer = visitor.bring_in(sample_order("good"), sample_order("bad", destination=None))
    assert answer["success"] is success
    assert len(answer.get("orders", [])) == created
    assert len(sim.orders) == created


def test_poisoned_reference_is_refused_wherever_it_goes() -> None:
    """A bad order among good ones, chosen by the test."""
    sim, visitor = build()
    sim.faults.poison["P1"] = "country_code parameter value is required"
    assert visitor.bring_in(sample_order("P1"), sample_order("P2"))["success"] is False
    assert visitor.create("P1")["errors"][0]["details"].startswith("country_code")
    assert visitor.create("P2")["success"] is True


def test_rules_can_make_a_created_order_vanish_move_or_split() -> None:
    """A success is no proof that the order can be read."""
    sim, visitor = build()
    sim.rules[:] = [
        Rule("Gone", action="do_not_import"),
        Rule("Away", action="assign_away"),
        Rule("Split", action="split", parts=2),
    ]
    for method in ("Gone", "Away", "Split"):
        order = visitor.create(method, shipping_method=method)["order"]
        assert visitor.get("/orders", order_id=order["order_id"])["success"] is False
    numbers = [o.order_number for o in sim.by_reference("Split") if not o.deleted]
    assert numbers == ["Split-1", "Split-2"]


def test_catalogue_fills_only_what_was_left_out() -> None:
    """Sent values win, also a zero weight."""
    sim, visitor = build()
    sim.catalogue["S"] = {"weight": 0.4, "tariff_code": "610910"}
    item = visitor.create(items=[{"sku": "S", "quantity": 1, "weight": 0}])["order"]["items"][0]
    assert (item["weight"], item["tariff_code"]) == (0, "610910")


def test_lost_answers() -> None:
    """After the commit, before it, with a 500 after it."""
    sim, visitor = build()
    for kind in ("lost_after_commit", "lost_before_commit", "500_after_commit", "503"):
        sim.faults.next("POST /api/orders", kind)
        visitor.create(kind)
    assert set(sim.created_counts()) == {"lost_after_commit", "500_after_commit"}
    assert [call.status for call in sim.calls] == [0, 0, 500, 503]


def test_late_commit_appears_when_the_clock_reaches_it() -> None:
    """The vendor creates it two minutes after we looked, with that moment as its time."""
    now = [START]
    sim, visitor = build(clock=lambda: now[0])
    sim.faults.next("POST /api/orders/import", "late_commit", seconds=120)
    assert visitor.bring_in(sample_order("L1"), sample_order("L2")) == {}
    assert visitor.get("/orders", order_number="L1")["success"] is False
    now[0] += timedelta(seconds=119)
    assert (sim.orders, sim.waiting_commits) == ([], 1)
    now[0] += timedelta(seconds=60)
    assert visitor.get("/orders", order_number="L1")["success"] is True
    assert {c.time for c in sim.created_by_api("L1")} == {START + timedelta(seconds=120)}
    assert sim.created_by_api("L2")[0].call_id == sim.calls[0].id


def test_soft_failure_and_old_order() -> None:
    """A failure that holds the created order; a success that holds an archived one."""
    sim, visitor = build()
    sim.faults.next("POST /api/orders", "soft_failure")
    answer = visitor.create("S1")
    assert answer["success"] is False
    assert answer["order"]["order_id"] == sim.by_reference("S1")[0].order_id
    sim.faults.next("POST /api/orders", "old_order")
    answer = visitor.create("O1")
    assert (answer["success"], answer["order"]["archived"]) == (True, True)
    assert sim.created_by_api("O1") == []


def test_latency_is_seeded_and_given_to_the_server() -> None:
    """An import takes between its bounds."""
    sim, visitor = build()
    sim.latency.imports = (1.0, 4.0)
    visitor.bring_in(sample_order())
    assert 1.0 <= visitor.last.delay <= 4.0
    visitor.get("/orders/unshipped")
    assert visitor.last.delay == 0.0


def test_unknown_fault_names_are_refused() -> None:
    """A misspelt fault would make a test prove nothing."""
    with pytest.raises(ValueError, match="unknown fault"):
        StarshipitSimulator().faults.next("POST /api/orders", "lost")


def test_faults_by_pattern_by_chance_for_ever_and_cleared() -> None:
    """Routes may hold a star; a share is seeded; `clear` ends what is in force."""
    sim, visitor = build()
    order_id = visitor.create("A1")["order"]["order_id"]
    sim.faults.always("GET /api/orders", "not_found")
    sim.faults.next("GET /api/orders/*", "empty")
    sim.faults.next("GET /api/track", "garbage")
    assert visitor.get("/orders", order_id=order_id)["success"] is False
    assert visitor.get("/orders/unshipped")["orders"] == []
    assert len(visitor.get("/orders/unshipped")["orders"]) == 1
    assert visitor.get("/track", order_number="A1") == {}
    sim.faults.clear()
    assert visitor.get("/orders", order_id=order_id)["success"] is True
    sim.faults.chance("POST /api/orders", "503", 0.5)
    for number in range(100):
        visitor.create(f"C{number}")
    assert 30 < [call.status for call in sim.calls].count(503) < 70


def test_same_seed_gives_the_same_answers() -> None:
    """A simulation can be replayed: shuffles and latencies repeat, another seed differs."""

    def play(seed: int) -> list[object]:
        sim, visitor = build(clock=lambda: START, seed=seed)
        sim.latency.imports = (1.0, 4.0)
        answer = visitor.bring_in(*[sample_order(f"N{i}") for i in range(20)])
        return [answer, visitor.last.delay]

    assert play(7) == play(7)
    assert play(7) != play(8)


def test_duplicate_may_be_a_409_and_deleted_numbers_may_stay_taken() -> None:
    """Switches of the reject mode."""
    sim, visitor = build()
    sim.switches.duplicates = "reject"
    sim.switches.duplicate_status = 409
    sim.delete(visitor.create("A1")["order"]["order_id"])
    sim.switches.deleted_number_taken = True
    visitor.create("A1")
    assert visitor.last.status == 409
    sim.switches.deleted_number_taken = False
    assert visitor.create("A1")["success"] is True
