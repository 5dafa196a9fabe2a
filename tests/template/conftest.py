"""The template as the tests of this folder read it."""

from __future__ import annotations

from typing import Any

import pytest

from local.template import load_template


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    """template.yaml, short forms written out."""
    return load_template()


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    """Its resources by logical id."""
    found: dict[str, Any] = template["Resources"]
    return found


def of_type(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    """Properties of all resources of a type."""
    return {name: r["Properties"] for name, r in resources.items() if r["Type"] == kind}
