"""Whose clock Sellercloud keeps: what its times prove of the setting, and what they do not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.rules.findings import Verdict
from connector.rules.zone_sanity import judge

NOW = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)
NAMES = ["America/Los_Angeles", "America/New_York", "UTC", "Asia/Kolkata", "Australia/Adelaide", "Australia/Sydney"]
ZONES = st.sampled_from([ZoneInfo(name) for name in NAMES])
AGES = st.floats(0, 400).map(lambda hours: timedelta(hours=hours))


def on_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """A moment as a tenant in that zone shows it."""
    return moment.astimezone(zone).replace(tzinfo=None)


@given(ZONES, st.lists(AGES, max_size=4), st.lists(AGES, max_size=4))
def test_the_right_zone_is_never_called_wrong(zone: ZoneInfo, shown: list[timedelta], writes: list[timedelta]) -> None:
    """However old the orders are, and whoever changed them after our write."""
    moments = [on_clock(NOW - age, zone) for age in shown]
    written = [(on_clock(NOW - age / 2, zone), int((NOW - age).timestamp())) for age in writes]
    assert judge(moments, written, zone, NOW).verdict is not Verdict.WRONG


@given(ZONES, ZONES, AGES)
def test_one_write_of_ours_proves_zone_and_offset(true: ZoneInfo, chosen: ZoneInfo, age: timedelta) -> None:
    """A zone whose clock is ahead of the tenant's is found out by it, and the right one is named."""
    at = NOW - age
    found = judge([], [(on_clock(at, true) + timedelta(seconds=20), int(at.timestamp()))], chosen, NOW)
    gap = (at.astimezone(chosen).utcoffset() or timedelta()) - (at.astimezone(true).utcoffset() or timedelta())
    if not gap:
        assert found.verdict is Verdict.OK
    elif gap > timedelta():
        assert found.verdict is Verdict.WRONG
        hours = (at.astimezone(true).utcoffset() or timedelta()).total_seconds() / 3600
        assert f"UTC{hours:+03.0f}"[:6] in found.message or hours % 1


@pytest.mark.parametrize(
    ("true", "chosen", "named"),
    [
        ("UTC", "America/New_York", "TenantTimeZone=UTC"),
        ("Australia/Sydney", "America/New_York", "TenantTimeZone=Australia/Sydney"),
        ("America/New_York", "America/Los_Angeles", "TenantTimeZone=America/New_York"),
        ("Asia/Kolkata", "UTC", "TenantTimeZone=Asia/Kolkata"),
    ],
)
def test_a_change_in_the_future_names_a_better_zone(true: str, chosen: str, named: str) -> None:
    """The order was changed a minute ago on its tenant's clock."""
    moment = on_clock(NOW - timedelta(minutes=1), ZoneInfo(true))
    found = judge([moment, moment - timedelta(days=1)], [], ZoneInfo(chosen), NOW)
    assert found.verdict is Verdict.WRONG
    assert named in found.then


@pytest.mark.parametrize(
    ("age", "verdict"),
    [
        (timedelta(minutes=3), Verdict.OK),
        (timedelta(minutes=-4), Verdict.OK),
        (timedelta(hours=5), Verdict.NOT_VERIFIABLE),
        (timedelta(days=900), Verdict.NOT_VERIFIABLE),
    ],
)
def test_a_change_in_the_past_fits_and_proves_little(age: timedelta, verdict: Verdict) -> None:
    """A fresh one is taken as a good sign; clocks may differ by some minutes."""
    zone = ZoneInfo("Australia/Sydney")
    assert judge([on_clock(NOW - age, zone), None], [], zone, NOW).verdict is verdict


def test_times_with_their_zone_need_no_setting() -> None:
    """Whatever it says."""
    assert judge([NOW], [], ZoneInfo("Asia/Kolkata"), NOW).verdict is Verdict.OK


def test_without_any_time_nothing_is_claimed() -> None:
    """No order, orders without times, and a moment no calendar of ours has."""
    zone = ZoneInfo("UTC")
    for moments in ([], [None], [datetime(9999, 12, 31)], [datetime(1900, 1, 1)]):
        assert judge(moments, [(None, 5)], zone, NOW).verdict is Verdict.NOT_VERIFIABLE
