"""The command line as it is installed: its entry, its packages, and nothing of the functions'."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

from connector_cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SOURCES = sorted((ROOT / "cli").rglob("*.py"))


def third_party(path: Path) -> set[str]:
    """Packages a module imports that Python does not bring."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return {name for name in found if name not in sys.stdlib_module_names}


def test_what_it_imports_is_what_it_installs() -> None:
    """boto3 (with botocore), click, rich; never the functions' package, so that a laptop needs none of theirs."""
    wanted = {name for path in SOURCES for name in third_party(path)}
    declared = {dependency.split(">")[0] for dependency in PROJECT["dependencies"]}
    assert wanted - {"botocore", "connector_cli"} == declared


def test_the_entry_that_is_installed_exists() -> None:
    """`connector` leads to a function."""
    module, name = PROJECT["scripts"]["connector"].split(":")
    assert callable(getattr(import_module(module), name))


def test_every_package_folder_is_found_by_the_installer() -> None:
    """A folder without __init__.py would be left out of the installation."""
    assert all((path.parent / "__init__.py").exists() for path in SOURCES)


def test_every_command_has_its_module() -> None:
    """The table of commands names what is there."""
    for name, (module, what) in COMMANDS.items():
        command = getattr(import_module(f"connector_cli.commands.{module}"), name)
        assert command.name == name
        assert what.endswith(".")


def test_help_loads_no_command_and_no_aws_library() -> None:
    """The list of commands appears at once."""
    program = "import sys, connector_cli.main as m; m.main(['--help']); print(sorted(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-B", "-c", program], capture_output=True, text=True, check=True, cwd=ROOT / "cli"
    )
    loaded = ran.stdout.rsplit("[", 1)[1]
    assert "connector_cli.commands." not in loaded
    assert "'boto3'" not in loaded
