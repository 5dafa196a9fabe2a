"""Property tests run each rule hundreds of times: they are part of the whole gate, not of the inner loop."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The gate draws the same examples every time; HYPOTHESIS_PROFILE=default explores others.
settings.register_profile("gate", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "gate")

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)
