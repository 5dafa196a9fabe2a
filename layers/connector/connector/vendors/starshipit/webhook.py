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
            read = json.loads(body)
            report = cls(**read)
        except (ValueError, TypeError, RecursionError) as exc:
            raise MalformedReport("not a label report of this connector") from exc
        if not all(isinstance(value, str) and len(value) <= TEXT_LIMIT for value in read.values()):
            raise MalformedReport("not a label report of this connector: every value is a short text")
        report._check()
        return report

    @classmethod
    def from_body(cls, raw: bytes) -> Report:
        """Read a web-hook's body; some senders nest it in `order` (section 8.2). Raises `MalformedReport`."""
        try:
            read = json.loads(raw.decode("utf-8-sig"))
        except (ValueError, RecursionError) as exc:
            raise MalformedReport("the body is not JSON") from exc
        if not isinstance(read, dict):
            raise MalformedReport("the body is not a JSON object")
        nested = read.get("order")
        fields = [read, nested] if isinstance(nested, dict) else [read]
        report = cls(
            tracking_number=_name(fields, "tracking_number"),
            status=_name(fields, "tracking_status"),
            order_number=_name(fields, "order_number"),
            reference=_name(fields, "order_reference") or _name(fields, "reference"),
            carrier=_text(fields, "carrier_name")[:TEXT_LIMIT],
            service=_text(fields, "carrier_service")[:TEXT_LIMIT],
            shipped_at=_text(fields, "shipment_date")[:TEXT_LIMIT],
            updated_at=_text(fields, "last_updated_date")[:TEXT_LIMIT],
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


def _name(fields: Iterable[dict[str, Any]], name: str) -> str:
    """A text that something goes by, so that it is never cut."""
    written = _text(fields, name)
    if len(written) > TEXT_LIMIT:
        raise MalformedReport(f"{name} is longer than {TEXT_LIMIT} characters")
    return written


def _text(fields: Iterable[dict[str, Any]], name: str) -> str:
    """The first value that is a text or a number; what could never be stored is refused."""
    for group in fields:
        value = group.get(name)
        written = "" if value is None or isinstance(value, dict | list | bool) else str(value).strip()
        if written:
            break
    if any("\ud800" <= character <= "\udfff" for character in written):
        raise MalformedReport(f"{name} holds half a character")
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
            genuine |= hmac.compare_digest(offered.encode(errors="surrogatepass"), written.encode())
    return genuine
