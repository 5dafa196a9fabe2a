"""What each handler imports at start: a cold start pays for every module."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"boto3", "botocore", "requests", "urllib3", "pydantic", "aws_lambda_powertools", "pycountry", "moto"}
PROGRAM = """
import json, sys
sys.path[:0] = [{function!r}, {connector!r}]
import app
names = {{name.split(".")[0] for name in sys.modules}}
ours = sorted(name for name in sys.modules if name.startswith("connector."))
print(json.dumps([sorted(names), ours]))
"""


def imported(function: str) -> tuple[set[str], set[str]]:
    """Top-level packages, and our own modules, loaded by importing a handler in a fresh interpreter."""
    connector = str(ROOT / "layers" / "connector")
    program = PROGRAM.format(function=str(ROOT / "functions" / function), connector=connector)
    ran = subprocess.run([sys.executable, "-B", "-c", program], capture_output=True, text=True, check=True, cwd="/")
    packages, ours = json.loads(ran.stdout)
    return set(packages), set(ours)


@pytest.mark.parametrize(
    ("function", "allowed"),
    [
        ("receive_tracking", set()),
        ("fetch_orders", {"pydantic", "boto3", "botocore", "urllib3"}),
        ("hand_off_orders", {"pydantic", "boto3", "botocore", "urllib3"}),
        ("apply_tracking", {"pydantic", "boto3", "botocore", "urllib3"}),
        ("reconcile", {"pydantic", "boto3", "botocore", "urllib3"}),
        ("answer_operator", {"pydantic", "boto3", "botocore", "urllib3"}),
    ],
)
def test_a_handler_loads_no_heavy_package_it_may_not_need(function: str, allowed: set[str]) -> None:
    """The web-hook answers quickly, so it loads nothing heavy; nobody loads requests, powertools or countries early."""
    packages, _ = imported(function)
    assert packages & HEAVY <= allowed


def test_the_webhook_knows_neither_flows_of_orders_nor_the_ledger() -> None:
    """It checks, queues and answers: what it cannot import it cannot do."""
    _, ours = imported("receive_tracking")
    assert not {name for name in ours if name.startswith("connector.flows.")} - {"connector.flows.receive"}
    assert "connector.state.ledger" not in ours


@pytest.mark.parametrize("package", ["functions", "tests", "local"])
def test_imports_point_one_way(package: str) -> None:
    """The package knows nothing of Lambda, tests or the local stack; rules know neither flows nor the state's I/O."""
    connector = ROOT / "layers" / "connector" / "connector"
    for path in connector.rglob("*.py"):
        text = path.read_text()
        assert f"import {package}" not in text, path
        assert f"from {package}" not in text, path
    for path in (connector / "rules").glob("*.py"):
        for forbidden in ("connector.flows", "connector.state.ledger", "connector.state.records", "connector.runtime"):
            assert forbidden not in path.read_text(), (path, forbidden)
