"""Fixtures of the flow tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.flows.bench import Bench

MakeBench = Callable[..., Bench]


@pytest.fixture
def make_bench(monkeypatch: pytest.MonkeyPatch) -> MakeBench:
    """Makes a bench with the given settings; a client it does not fake has no account to reach."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "obviously-fake")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    return Bench


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    """A bench with default settings."""
    return make_bench()
