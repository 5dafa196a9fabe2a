"""Each handler imports on a fresh interpreter that has boto3 and the two layers, as in Lambda, and nothing else."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.processes import ROOT

HANDLERS = sorted(path.parent.name for path in ROOT.glob("functions/*/app.py"))
RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")

PROBE = """
import json, sys
sys.path[:0] = json.loads(sys.argv[1])
import app
assert callable(app.handler)
print("imported")
"""


@pytest.fixture(scope="module", name="runtime")
def _runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what Lambda's runtime brings: boto3 and what it needs."""
    folder = tmp_path_factory.mktemp("runtime")
    for name in RUNTIME:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (folder / source.name).symlink_to(source)
    return folder


@pytest.mark.parametrize("handler", HANDLERS)
def test_handler_imports_with_boto3_and_the_layers_only(built: Path, runtime: Path, handler: str) -> None:
    """No site-packages, no user settings, no environment; the layers come before the runtime, as in Lambda."""
    layers = [built.parent / name / "python" for name in ("DependenciesLayer", "ConnectorLayer")]
    path = [str(folder) for folder in (ROOT / "functions" / handler, *layers, runtime)]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", PROBE, json.dumps(path)],
        capture_output=True, text=True, check=False, env={},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "imported"


def test_every_function_is_tried() -> None:
    """The list is read from the folder; it is not empty by mistake."""
    assert {"fetch_orders", "hand_off_orders", "receive_tracking", "apply_tracking"} <= set(HANDLERS)


def test_layers_carry_bytecode_for_this_interpreter(built: Path) -> None:
    """Unchecked-hash bytecode, which survives packaging: imports are several times slower without it."""
    tag = sys.implementation.cache_tag
    for layer, package in (("ConnectorLayer", "connector"), ("DependenciesLayer", "pydantic")):
        compiled = list((built.parent / layer / "python" / package).glob(f"__pycache__/*.{tag}.pyc"))
        assert compiled
        flags = int.from_bytes(compiled[0].read_bytes()[4:8], "little")
        assert flags == 0b01  # hash-based, source not checked
