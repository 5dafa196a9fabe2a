"""Stored vendor payloads, composed from the contracts' examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from connector.vendors.http import Answer

_HERE = Path(__file__).parent


def payload(vendor: str, name: str) -> Any:
    """A stored body, decoded."""
    return json.loads((_HERE / vendor / "payloads" / f"{name}.json").read_text(encoding="utf-8"))


def answer(vendor: str, name: str, status: int = 200) -> Answer:
    """A stored body as the vendor's answer."""
    return Answer(status, json.dumps(payload(vendor, name)).encode())
