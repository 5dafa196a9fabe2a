"""Which days a backfill takes, what it says of those it does not, and which rows lie in them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connector.rules.window import BadWindow, Window

TODAY = date(2026, 11, 20)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (None, "2026-10-31", "The first day (from) is missing"),
        ("", "2026-10-31", "The first day (from) is missing"),
        ("2026-10-1", "2026-10-31", "The first day (from) is not a day: '2026-10-1'"),
        ("20261001", None, "The first day (from) is not a day"),
        ("2026-W40-1", None, "The first day (from) is not a day"),
        ("01/10/2026", None, "The first day (from) is not a day"),
        ("٢٠٢٦-١٠-٠١", None, "The first day (from) is not a day"),
        ("2026-02-30", None, "The first day (from) is not a day"),
        ("2026-10-01\n", None, "The first day (from) is not a day"),
        (20261001, None, "The first day (from) is not a day"),
        (["2026-10-01"], None, "The first day (from) is not a day"),
        (False, None, "The first day (from) is not a day"),
        ("2026-10-01", 0, "The last day (to) is not a day"),
        ("2026-10-01", {}, "The last day (to) is not a day"),
        ("2026-10-02", "2026-10-01", "The first day (from) lies after the last"),
        ("2026-11-21", None, "The first day (from) lies in the future: 2026-11-21; today is 2026-11-20"),
        ("2026-11-20", "2026-11-21", "The last day (to) lies in the future"),
        ("1999-12-31", "2000-01-02", "too long ago"),
        ("0001-01-01", "0001-01-02", "too long ago"),
        ("2025-11-19", "2026-11-20", "are 367 days; at most 366"),
        ("x" * 500, None, "The first day (from) is not a day"),
    ],
)
def test_days_that_cannot_be_asked_for_are_named(first: Any, last: Any, words: str) -> None:
    """One sentence, short, with the day that is wrong."""
    with pytest.raises(BadWindow) as raised:
        Window.read(first, last, TODAY)
    assert words in str(raised.value)
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-11-20", None, 1),
        ("2026-11-20", "", 1),
        ("2026-10-01", "2026-10-01", 1),
        ("2025-11-20", "2026-11-20", 366),
    ],
)
def test_one_day_and_a_whole_year_are_taken(first: str, last: str | None, days: int) -> None:
    """Both days are included; without a last one it is today."""
    window = Window.read(first, last, TODAY)
    assert (window.last - window.first).days + 1 == days


def test_a_day_more_is_asked_for_and_believed_at_either_end() -> None:
    """Whatever zone Sellercloud's clock is in, an order of these days lies within, the hour changed or not."""
    window = Window.read("2026-10-30", "2026-11-02", TODAY)  # the hour goes back on 2026-11-01 in New York
    begins, ends = window.moments(NEW_YORK)
    assert (begins.isoformat(), ends.isoformat()) == ("2026-10-29T00:00:00-04:00", "2026-11-04T00:00:00-05:00")
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC", "Australia/Sydney"):
        early = datetime(2026, 10, 30, 0, 0, tzinfo=ZoneInfo(zone))
        late = datetime(2026, 11, 2, 23, 59, 59, tzinfo=ZoneInfo(zone))
        assert window.holds(early, NEW_YORK), zone
        assert window.holds(late, NEW_YORK), zone
    assert not window.holds(begins - timedelta(seconds=1), NEW_YORK)
    assert not window.holds(ends + timedelta(seconds=1), NEW_YORK)


def test_a_naive_moment_is_read_on_the_tenants_clock_and_none_is_left_to_the_guards() -> None:
    """Sellercloud writes local time without a zone, and sometimes nothing."""
    window = Window.read("2026-10-30", "2026-10-30", TODAY)
    assert window.holds(datetime(2026, 10, 29, 0, 0), NEW_YORK)
    assert not window.holds(datetime(2026, 10, 28, 23, 59), NEW_YORK)
    assert not window.holds(datetime(2026, 10, 29, 3, 59, tzinfo=UTC), NEW_YORK)
    assert window.holds(None, NEW_YORK)
