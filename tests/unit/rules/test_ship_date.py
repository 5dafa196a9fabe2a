"""The ship date on the tenant's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from connector.rules.ship_date import clamp
from tests.unit.rules.build import NEW_YORK

NOW = datetime(2026, 11, 20, 15, 0, 0, 500, tzinfo=UTC)
CREATED = datetime(2026, 11, 19, 21, 20, 41, 370000)


def test_the_label_time_on_the_tenants_clock() -> None:
    """A moment between creation and now is only read on another clock."""
    assert clamp(NOW - timedelta(hours=2), NOW, CREATED, NEW_YORK) == datetime(2026, 11, 20, 8, 0)


@pytest.mark.parametrize("wished", [None, NOW + timedelta(days=1)])
def test_never_in_the_future(wished: datetime | None) -> None:
    """No wish and a wish for tomorrow both mean now, in whole seconds."""
    assert clamp(wished, NOW, CREATED, NEW_YORK) == datetime(2026, 11, 20, 10, 0)


def test_never_before_the_creation() -> None:
    """A fraction of the creation counts up, as the date is sent in whole seconds."""
    wished = datetime(2026, 11, 1, tzinfo=UTC)
    assert clamp(wished, NOW, CREATED, NEW_YORK) == datetime(2026, 11, 19, 21, 20, 42)
    assert clamp(wished, NOW, None, NEW_YORK) == datetime(2026, 10, 31, 20, 0)


def test_a_creation_with_a_zone_is_converted() -> None:
    """Seen with Z in the vendor's samples."""
    created = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
    assert clamp(created - timedelta(hours=1), NOW, created, NEW_YORK) == datetime(2026, 11, 20, 9)


def test_a_creation_ahead_of_now_wins() -> None:
    """With a wrong TenantTimeZone the creation is the only thing known of Sellercloud's clock."""
    honolulu = ZoneInfo("Pacific/Honolulu")
    now = datetime(2026, 11, 20, 2, 25, tzinfo=UTC)
    assert clamp(None, now, CREATED, honolulu) == datetime(2026, 11, 19, 21, 20, 42)


def test_the_repeated_hour() -> None:
    """01:45 of the first round is in the future when the clock shows 01:30 of the second."""
    wished = datetime(2026, 11, 1, 5, 45, tzinfo=UTC)
    now = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert clamp(wished, now, None, NEW_YORK) == datetime(2026, 11, 1, 1, 30)
