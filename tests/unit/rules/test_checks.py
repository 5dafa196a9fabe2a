"""Sentences and judgements of the connection check that no whole stack is needed for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connector.rules import check_lists, checks, health, quota
from connector.rules.check_lists import Listing
from connector.rules.findings import Verdict, counted, listed, span, tally
from connector.rules.runs import Cursor
from connector.settings import Settings
from connector.vendors.sellercloud.models import OrderDetail
from connector.vendors.sellercloud.reference import Company, Warehouse
from tests.unit.rules.build import order

NOW = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)


def settings(**given: str) -> Settings:
    """Settings with some of them chosen."""
    return Settings.from_environment({"SELLERCLOUD_ENDPOINT": "xx", **given})


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(-5, "0 s"), (0, "0 s"), (119.9, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"), (172_800, "2 days")],
)
def test_a_span_is_told_in_one_unit(seconds: float, told: str) -> None:
    """As a person would."""
    assert span(seconds) == told


def test_lists_and_counts_read_as_sentences() -> None:
    """One and many, ten and more, the largest first."""
    assert (counted(1, "order"), counted(0, "order"), counted(1234, "order")) == ("1 order", "0 orders", "1,234 orders")
    assert listed(range(12)) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more"
    assert tally({"unpaid": 3, "order_status": 9, "dropship": 3}) == "9 order status, 3 dropship, 3 unpaid"


@pytest.mark.parametrize(
    ("listed_there", "total", "verdicts"),
    [
        (True, 5, ["ok"]), (True, 0, ["warning"]), (False, 5, ["warning"]), (False, 0, ["wrong"]),
        (None, 5, ["ok"]), (None, 0, ["not_verifiable"]),
    ],
)  # fmt: skip
def test_a_view_is_judged_by_its_rows_and_by_the_list_of_views(
    listed_there: bool | None, total: int, verdicts: list[str]
) -> None:
    """Either alone can mislead."""
    found = check_lists.view(Listing("view 412", total, total, {}), listed_there)
    assert [str(finding.verdict) for finding in found] == verdicts


def test_a_view_nothing_of_which_would_go_says_so() -> None:
    """All, not a number of them."""
    found = check_lists.view(Listing("view 412", 2, 2, {"dropship": 2}), listed=True)
    assert found[1].message == "All of the first 2 rows would be left out: 2 dropship."


def test_no_company_at_all_is_a_warning() -> None:
    """Sellercloud may then show the orders of one company only."""
    assert checks.companies([], ()).verdict is Verdict.WARNING
    one = Company.model_validate({"ID": 171, "CompanyName": "Northlight"})
    assert checks.companies([one], (171,)).message == "The connector's user sees 171 “Northlight”."


def test_warehouses_of_the_setting_are_named() -> None:
    """With their names; none listed is no crash."""
    one = Warehouse.model_validate({"ID": 12, "Name": "Melbourne DC"})
    assert checks.warehouses([one], {12}).message == "12 “Melbourne DC”."
    assert "it lists none" in checks.warehouses([], {12}).message


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("order", "its goods are declared as 119.00 AUD"),
        ("usd", "its goods are declared as 119.00 USD"),
        ("converted", "its goods are declared as 180.88 AUD"),
    ],
)
def test_foreign_figures_follow_the_setting(choice: str, told: str) -> None:
    """What the hand-off would send, by its own mapping."""
    detail = OrderDetail.model_validate(
        {"OrderID": 1045872, "OrderDetails": {"CurrencyRateFromUSD": "1.52", "CurrencyRateToUSD": 0.658}}
    )
    found = checks.foreign_figures(order(GrandTotal="148.9"), detail, settings(CUSTOMS_VALUE_CURRENCY=choice))
    assert found.verdict is Verdict.NOT_VERIFIABLE
    assert "shows a total of 148.90 and 1 USD = 1.52 AUD" in found.message
    assert told in found.message


def test_a_foreign_order_that_cannot_be_mapped_says_why() -> None:
    """No rate, no detail, no total: a sentence all the same."""
    found = checks.foreign_figures(order(), None, settings(CUSTOMS_VALUE_CURRENCY="converted"))
    assert "a total of nothing and no exchange rate" in found.message
    assert "is not sent: The value cannot be converted" in found.message


@pytest.mark.parametrize("currency", [None, 0, "0", ""])
def test_an_order_in_dollars_or_without_a_currency_is_not_foreign(currency: Any) -> None:
    """The newest foreign one is taken."""
    home = order(ID=9, OrderCurrencyCode=currency)
    assert checks.foreign_order([home]) is None
    assert checks.foreign_order([order(ID=1), home, order(ID=3), order(ID=2)]) == order(ID=3)


def test_a_running_fetch_is_told_beside_the_last_one() -> None:
    """Its age is that of the last complete one."""
    found = health.last_fetch(Cursor(watermark=1000, completed=1), 1000 + 61 * 60, 60)
    assert found.verdict is Verdict.WRONG
    assert found.message == (
        "The last complete one began 61 min ago. No more than 60 min is expected (FetchAlarmMinutes)."
    )


def test_more_than_can_be_counted_is_told_as_such() -> None:
    """A thousand held orders are a thousand or more."""
    assert health.held(1000, 1000).message.startswith("1,000 orders or more held")


def test_a_share_of_two_a_second_is_lowered_not_changed() -> None:
    """The lowest tier has no tier below it."""
    found = quota.starshipit({"2026-11-19": 2, "2026-11-01": 90}, 2.0, NOW)
    assert "refused 2 calls" in found.message
    assert "to 1 for example" in found.then
    assert quota.starshipit({"2026-11-01": 90}, 2.0, NOW).verdict is Verdict.OK
    assert "=2." in quota.starshipit({"2026-11-20": 1}, 20.0, NOW).then
