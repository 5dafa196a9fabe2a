"""The real `sam build` and `sam deploy` of the real template, against an emulator.

In: template parameters. Out: the stack's outputs. Goes wrong as SAM does: its whole output is then in the error.
The dependency layer is built for this machine and this interpreter, because functions run as local processes.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from local.emulator import Emulator, aws_environment
from local.processes import ROOT, LocalError, run_quietly

STACK = "connector"
_BUCKET = "deployment"


def sam() -> str:
    """The SAM command line: from SAM (the Makefile sets it), else from the path."""
    found = os.environ.get("SAM") or shutil.which("sam")
    if not found:
        raise LocalError("The SAM command line is missing; start this through make.")
    return found


def build(target: Path, root: Path = ROOT) -> Path:
    """Build layers and functions into `target`; gives the built template's path.

    Raises LocalError with SAM's output when the build fails.
    """
    for stale in root.glob("functions/*/__pycache__"):
        shutil.rmtree(stale, ignore_errors=True)
    environment = {
        "LAYER_ARCH": "native",
        "LAYER_PYTHON": f"{sys.version_info.major}.{sys.version_info.minor}",
        "LAYER_PIP": sys.executable,
    }
    command = ["build", "--template-file", str(root / "template.yaml"), "--build-dir", str(target)]
    _run([*command, "--parallel"], "http://127.0.0.1:9", environment, root)
    return target / "template.yaml"


def deploy(emulator: Emulator, template: Path, parameters: Mapping[str, str], stack: str = STACK) -> dict[str, str]:
    """Deploy a built template, or update the stack; gives its outputs.

    Raises LocalError with SAM's output when the deployment fails.
    """
    storage = emulator.client("s3")
    if _BUCKET not in [bucket["Name"] for bucket in storage.list_buckets()["Buckets"]]:
        storage.create_bucket(Bucket=_BUCKET)
    values = {"Arch": _architecture(), **parameters}
    values = {name: _as_sam_reads_it(value) for name, value in values.items()}
    with tempfile.TemporaryDirectory(prefix="sellercloud-starshipit-parameters-") as folder:
        # A file (JSON is YAML), because SAM's own syntax for values with spaces and quotes does not carry every text.
        file = Path(folder) / "parameters.yaml"
        file.write_text(json.dumps(values))
        command = ["deploy", "--template-file", str(template), "--stack-name", stack]
        command += ["--s3-bucket", _BUCKET, "--capabilities", "CAPABILITY_IAM", "--no-progressbar"]
        command += ["--no-confirm-changeset", "--no-fail-on-empty-changeset"]
        command += ["--parameter-overrides", f"file://{file}"]
        _run(command, emulator.endpoint, {}, template.parent)
    return outputs(emulator, stack)


def outputs(emulator: Emulator, stack: str = STACK) -> dict[str, str]:
    """The outputs of a deployed stack."""
    answer = emulator.client("cloudformation").describe_stacks(StackName=stack)
    rows = answer["Stacks"][0].get("Outputs", [])
    return {row["OutputKey"]: row["OutputValue"] for row in rows}


def _as_sam_reads_it(value: str) -> str:
    """SAM takes one pair of outer quotes off a value and a backslash before a quote or a space; in a file, twice."""
    for _ in range(2):
        value = '"' + re.sub(r"""\\(?=[ "'])""", r"\\\\", value) + '"'
    return value


def _architecture() -> str:
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"


def _run(arguments: list[str], endpoint: str, extra: Mapping[str, str], cwd: Path) -> None:
    """Run SAM quietly. Its settings and scratch folders are temporary: the home folder is left alone."""
    with tempfile.TemporaryDirectory(prefix="sellercloud-starshipit-sam-") as folder:
        environment = aws_environment(endpoint) | {
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_CHECK_FOR_UPDATES": "0",
            "SAM_CLI_POLL_DELAY": "0.3",
            "__SAM_CLI_APP_DIR": folder,
            "TMPDIR": folder,
            **extra,
        }
        run_quietly([sam(), *arguments], cwd, environment)
