"""One day for all stories of this folder: lived when the first of them is asked for, with those that are selected."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.conftest import Deployed, new_bench
from tests.e2e.terminal import Terminal

pytest.register_assert_rewrite("tests.e2e.day", "tests.e2e.sale")
if TYPE_CHECKING:
    from tests.e2e.day import Day, Tell


@pytest.fixture(scope="session")
def day(request: pytest.FixtureRequest, deployed: Deployed) -> Day:
    """The day after it was lived: everybody's acts are done, and both systems have come to rest."""
    from tests.e2e.day import Day

    selected = _stories(item.obj for item in request.session.items if isinstance(item, pytest.Function))
    with new_bench(deployed) as bench:
        bench.starshipit.webhooks.lanes = 1  # a process of the function takes longer to begin than all messages to come
        day = Day(bench, Terminal(bench.stack, deployed.roles))
        day.live(selected or _everything())
    return day


def _stories(tests: Iterable[Any]) -> list[Tell]:
    return [test.tell for test in tests if hasattr(test, "tell")]


def _everything() -> list[Tell]:
    """Every story of this folder, for a test that is about all of them."""
    files = sorted(Path(__file__).parent.glob("test_*.py"))
    return _stories(test for file in files for test in vars(import_module(f"{__package__}.{file.stem}")).values())
