"""A change of our package alone reaches the functions at the next deployment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import deploy
from local.processes import ROOT
from local.stack import Stack
from tests.e2e.conftest import Deployed

STACK = "layer-change"


def build_layer(source: Path, target: Path) -> None:
    """What `sam build` does for the connector layer."""
    shutil.rmtree(target)
    target.mkdir()
    variables = {
        "PATH": os.environ["PATH"],
        "ARTIFACTS_DIR": str(target),
        "LAYER_PIP": sys.executable,
        "LAYER_PYTHON": f"{sys.version_info.major}.{sys.version_info.minor}",
    }
    subprocess.run(["make", "-s", "build-ConnectorLayer"], cwd=source, env=variables, check=True)


def layers(stack: Stack) -> list[str]:
    """The layer versions the webhook's function runs with."""
    name = stack.functions["ReceiveTracking"]
    found = stack.client("lambda").get_function_configuration(FunctionName=name)["Layers"]
    return [layer["Arn"] for layer in found]


@pytest.fixture(name="beside")
def _beside(built: Path) -> Iterator[Path]:
    """A folder beside the built one: the built template names the functions by relative paths."""
    folder = Path(tempfile.mkdtemp(prefix="sellercloud-starshipit-build-", dir=built.parent.parent))
    yield folder
    shutil.rmtree(folder)


def test_a_changed_package_is_what_runs_after_the_next_deployment(
    built: Path, deployed: Deployed, tmp_path: Path, beside: Path
) -> None:
    """The connector layer gets a new version, the dependencies keep theirs, and the function runs the new code."""
    parts, source = beside, tmp_path / "connector"
    shutil.copytree(built.parent, parts, dirs_exist_ok=True)
    shutil.copytree(ROOT / "layers/connector", source, ignore=shutil.ignore_patterns("__pycache__"))
    parameters = {"SellercloudEndpoint": "http://127.0.0.1:9/rest", "SchedulesEnabled": "false"}
    template = parts / "template.yaml"
    stack = Stack(deployed.emulator.endpoint, deploy.deploy(deployed.emulator, template, parameters, STACK))
    before = layers(stack)

    package = source / "connector/__init__.py"
    package.write_text(package.read_text() + '\nraise ImportError("the changed layer runs")\n')
    build_layer(source, parts / "ConnectorLayer")
    deploy.deploy(deployed.emulator, template, parameters, STACK)

    after = layers(stack)
    assert before[0] == after[0]
    assert before[1] != after[1]
    answer = stack.invoke("ReceiveTracking")
    assert answer.failed
    assert "the changed layer runs" in str(answer.value)
