"""The guards stop what must not go, say why, and trust no field that is not shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from connector.rules.eligibility import Guards, judge, was_asked_for
from connector.rules.reasons import NotSent, Reason
from tests.unit.rules.build import NEW_YORK, line, order

DEFAULTS = Guards(
    order_statuses=frozenset({2}),
    shipping_statuses=frozenset({1}),
    payment_statuses=frozenset({30}),
    dropship_statuses=frozenset({0}),
    excluded_channels=frozenset({20, 79}),
    excluded_order_types=frozenset({7, 10}),
    company_ids=frozenset(),
    warehouse_ids=frozenset(),
    start_date=None,
    zone=NEW_YORK,
)


def test_a_paid_unshipped_order_in_process_goes() -> None:
    """The ordinary order passes every default guard."""
    assert judge(order(), DEFAULTS) is None


@pytest.mark.parametrize(
    ("changes", "reason", "detail"),
    [
        ({"StatusCode": 200}, Reason.ORDER_STATUS, "200"),
        ({"StatusCode": None}, Reason.ORDER_STATUS, "not shown"),
        ({"ShippingStatus": 3}, Reason.SHIPPING_STATUS, "3"),
        ({"ShippingStatus": None}, Reason.SHIPPING_STATUS, "not shown"),
        ({"PaymentStatus": 10}, Reason.UNPAID, "10"),
        ({"PaymentStatus": ""}, Reason.UNPAID, "not shown"),
        ({"Dropship": 2}, Reason.DROPSHIP, "2"),
        ({"Dropship": None}, Reason.DROPSHIP, "not shown"),
        ({"OrderSource": 20}, Reason.FULFILLED_ELSEWHERE, "20"),
        ({"OrderSource": 79}, Reason.FULFILLED_ELSEWHERE, "79"),
        ({"OrderSource": None}, Reason.FULFILLED_ELSEWHERE, "not shown"),
        ({"OrderSubType": 7}, Reason.PRIME, "7"),
        ({"OrderSubType": 10}, Reason.PRIME, "10"),
        ({"OrderSubType": None}, Reason.PRIME, "not shown"),
    ],
)
def test_each_default_guard_stops_its_orders(changes: dict[str, Any], reason: Reason, detail: str) -> None:
    """A wrong or missing field stops the order under the name of its guard."""
    assert judge(order(**changes), DEFAULTS) == NotSent(reason, detail)


def test_other_excluded_channels_and_types_have_names_of_their_own() -> None:
    """An excluded Amazon order is not called fulfilled elsewhere, a sample not Prime."""
    guards = replace(DEFAULTS, excluded_channels=frozenset({4}), excluded_order_types=frozenset({1}))
    assert judge(order(OrderSource=4), guards) == NotSent(Reason.CHANNEL, "4")
    assert judge(order(OrderSubType=1), guards) == NotSent(Reason.ORDER_TYPE, "1")


def test_switched_off_exclusions_ask_for_nothing() -> None:
    """With no excluded channel or type a row that shows neither may go."""
    guards = replace(DEFAULTS, excluded_channels=frozenset(), excluded_order_types=frozenset())
    assert judge(order(OrderSource=None, OrderSubType=None), guards) is None


def test_company_guard_only_when_set() -> None:
    """An empty company setting means all companies, a set one only those."""
    guards = replace(DEFAULTS, company_ids=frozenset({171}))
    assert judge(order(), guards) is None
    assert judge(order(CompanyID=5), guards) == NotSent(Reason.COMPANY, "5")
    assert judge(order(CompanyID=None), guards) == NotSent(Reason.COMPANY, "not shown")


def test_all_shipping_lines_must_lie_in_an_allowed_warehouse() -> None:
    """An order ships as a whole, so half of it in another warehouse stops it."""
    guards = replace(DEFAULTS, warehouse_ids=frozenset({12}))
    half = order(Items=[line(), line(ShipFromWareHouseID=9), line(ShipFromWareHouseID=None)])
    assert judge(order(), guards) is None
    assert judge(half, guards) == NotSent(Reason.WAREHOUSE, "part of the order ships from 9, not shown")
    assert judge(order(Items=[line(ShipFromWareHouseID=9)]), guards) == NotSent(Reason.WAREHOUSE, "9")


def test_lines_that_do_not_ship_have_no_say_about_the_warehouse() -> None:
    """Services and lines shipped before lie nowhere."""
    guards = replace(DEFAULTS, warehouse_ids=frozenset({12}))
    service = line(ShipFromWareHouseID=9, NonShipping=1)
    shipped = line(ShipFromWareHouseID=9, QtyShipped=1)
    assert judge(order(Items=[line(), service, shipped]), guards) is None
    assert judge(order(Items=[]), guards) is None


@pytest.mark.parametrize(
    ("placed", "goes"),
    [
        ("2026-11-20T00:00:00", True),
        ("2026-11-19T23:59:59", False),
        ("2026-11-20T04:59:59Z", False),
        ("2026-11-20T05:00:00Z", True),
    ],
)
def test_start_date_is_a_day_on_the_tenants_clock(placed: str, goes: bool) -> None:
    """A moment without a zone is the tenant's own, one with a zone is converted."""
    guards = replace(DEFAULTS, start_date=date(2026, 11, 20))
    found = judge(order(TimeOfOrder=placed), guards)
    assert found == (None if goes else NotSent(Reason.BEFORE_START_DATE, "2026-11-19"))


def test_start_date_falls_back_to_the_creation() -> None:
    """Without a date of sale the creation counts; without either the order stays."""
    guards = replace(DEFAULTS, start_date=date(2026, 11, 19))
    assert judge(order(TimeOfOrder=None), guards) is None
    assert judge(order(TimeOfOrder=None, CreatedOn="0001-01-01T00:00:00"), guards) == NotSent(
        Reason.BEFORE_START_DATE, "not shown"
    )


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, True),
        ({"StatusCode": 3}, False),
        ({"ShippingStatus": 2}, False),
        ({"CompanyID": 5}, False),
        ({"StatusCode": None, "ShippingStatus": None, "CompanyID": None}, True),
    ],
)
def test_rows_of_a_misspelt_filter_are_noticed(changes: dict[str, Any], asked: bool) -> None:
    """A row that contradicts the question was not asked for; one that hides the field was."""
    assert was_asked_for(order(**changes), {2}, 1, {171}) is asked
    assert was_asked_for(order(CompanyID=5), {2}, 1, ())
