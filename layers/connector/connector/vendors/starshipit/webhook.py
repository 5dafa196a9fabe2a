"""The web-hook: who sent it, and what it reports of one label (contract section 8).

In: the raw body, the signature header, the secrets valid now. Out: whether it is genuine, and a `Report`. Wrong:
`MalformedReport` with a short reason that repeats nothing of the body.

Plain dataclasses: this module is on the path of an answer that has to be quick.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from connector.errors import ConnectorError

SIGNATURE_HEADER = "x-starshipit-signature"
TEXT_LIMIT = 100
_PREFIX = "sha256="


class MalformedReport(ConnectorError):
    """The body is not a label report."""


@dataclass(frozen=True)
class Report:
    """What Starshipit says of one tracking number. Moments are the vendor's text; statuses have no spaces."""

    tracking_number: str
    status: str
    order_number: str = ""
    reference: str = ""
    carrier: str = ""
    service: str = ""
    shipped_at: str = ""
    updated_at: str = ""

    def body(self) -> str:
        """The queue message."""
        return json.dumps({key: value for key, value in asdict(self).items() if value})

    @classmethod
    def from_message(cls, body: str) -> Report:
        """Read a queue message. Raises `MalformedReport`."""
        try:
            return cls(**json.loads(body))
        except (ValueError, TypeError) as exc:
            raise MalformedReport("not a label report of this connector") from exc

    @classmethod
    def from_body(cls, raw: bytes) -> Report:
        """Read a web-hook's body. Raises `MalformedReport`."""
        try:
            read = json.loads(raw)
        except ValueError as exc:
            raise MalformedReport("the body is not JSON") from exc
        if not isinstance(read, dict):
            raise MalformedReport("the body is not a JSON object")
        nested = read.get("order")
        fields = {**nested, **read} if isinstance(nested, dict) else read
        report = cls(
            tracking_number=_text(fields, "tracking_number"),
            status=_text(fields, "tracking_status"),
            order_number=_text(fields, "order_number"),
            reference=_text(fields, "order_reference") or _text(fields, "reference"),
            carrier=_text(fields, "carrier_name"),
            service=_text(fields, "carrier_service"),
            shipped_at=_text(fields, "shipment_date"),
            updated_at=_text(fields, "last_updated_date"),
        )
        report._check()
        return report

    def _check(self) -> None:
        if not self.tracking_number:
            raise MalformedReport("tracking_number is missing")
        if not self.status:
            raise MalformedReport("tracking_status is missing")
        if not (self.order_number or self.reference):
            raise MalformedReport("order_number and order_reference are missing")


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None or isinstance(value, dict | list | bool):
        return ""
    written = str(value).strip()
    if len(written) > TEXT_LIMIT:
        raise MalformedReport(f"{name} is longer than {TEXT_LIMIT} characters")
    return written


def is_genuine(raw: bytes, signature: str, secrets: Iterable[str]) -> bool:
    """True when one of the secrets made the signature over the raw body.

    Lower-case hex is what was seen; upper case, a `sha256=` prefix and base64 are the same proof and are taken too.
    """
    given = signature.strip()
    given = given[len(_PREFIX) :] if given.lower().startswith(_PREFIX) else given
    genuine = False
    for secret in filter(None, secrets):
        digest = hmac.new(secret.encode(), raw, hashlib.sha256).digest()
        for written in (digest.hex(), base64.b64encode(digest).decode()):
            offered = given.lower() if len(given) == 64 else given
            genuine |= hmac.compare_digest(offered.encode(), written.encode())
    return genuine
