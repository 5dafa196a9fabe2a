"""The ship date is one Sellercloud accepts (product.md, Tracking 4), whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.rules.ship_date import clamp

ZONES = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "America/New_York",
            "Australia/Lord_Howe",
            "Pacific/Auckland",
            "Pacific/Kiritimati",
            "Asia/Kathmandu",
            "UTC",
        )
    ]
)
CHANGES_OF_CLOCKS = [
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 4, 4, 14, tzinfo=UTC),
    datetime(2026, 10, 3, 15, tzinfo=UTC),
]
NOWS = st.one_of(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    st.builds(
        lambda change, seconds: change + timedelta(seconds=seconds),
        st.sampled_from(CHANGES_OF_CLOCKS),
        st.integers(-10_000, 10_000),
    ),
)
SPANS = st.one_of(
    st.integers(0, 10_000).map(lambda seconds: timedelta(seconds=seconds)),
    st.timedeltas(timedelta(0), timedelta(days=400)),
)


def on_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the tenant's clock shows."""
    return moment.astimezone(zone).replace(tzinfo=None)


@settings(max_examples=200, deadline=None)
@given(NOWS, SPANS, SPANS, st.booleans(), ZONES)
def test_ship_date_is_neither_in_the_future_nor_before_the_creation(
    now: datetime, since_creation: timedelta, off: timedelta, late: bool, zone: ZoneInfo
) -> None:
    """For every zone, also while clocks change; where both cannot hold, the creation does."""
    created = on_clock(now - since_creation, zone)
    found = clamp(now + off if late else now - off, now, created, zone)
    assert found.tzinfo is None
    assert found.microsecond == 0
    assert found >= created
    if created.replace(microsecond=0) + timedelta(seconds=1) <= on_clock(now, zone):
        assert found <= on_clock(now, zone)
    else:
        assert found - created < timedelta(seconds=1)


@settings(max_examples=60, deadline=None)
@given(NOWS, SPANS, ZONES, ZONES)
def test_the_zone_of_the_wish_does_not_matter(now: datetime, ago: timedelta, one: ZoneInfo, tenant: ZoneInfo) -> None:
    """A label time is a moment: the same in Auckland and in UTC."""
    wished = now - ago
    assert clamp(wished.astimezone(one), now, None, tenant) == clamp(wished, now, None, tenant)
