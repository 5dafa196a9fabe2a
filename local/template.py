"""template.yaml as Python values, CloudFormation's short forms (`!Ref`, `!GetAtt a.b`) written out.

In: the file. Out: nested dicts and lists. Goes wrong when the file is not YAML.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from local.processes import ROOT


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's tags."""


def _written_out(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)  # noqa: S101 - the only kind left
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _written_out)


def load_template(path: Path = ROOT / "template.yaml") -> dict[str, Any]:
    """The template."""
    loaded: dict[str, Any] = yaml.load(path.read_text(), Loader=_Loader)  # noqa: S506 - a SafeLoader
    return loaded
