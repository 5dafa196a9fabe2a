"""Try a secret: credentials that are stored and not in use yet are shown to the vendor once.

In: the vendor and the version of its secret. Out: `ok`, or `wrong` with the vendor's words. Wrong: a vendor that does
not answer raises `VendorError`: nothing is known then. One log-in and one read are made and none is repeated, because
accounts lock; a refusal is not remembered as that of the credentials in use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connector.errors import CredentialsRefused, NotConfigured, Refused
from connector.flows.tools import Tools
from connector.vendors.calls import WrongAddress

if TYPE_CHECKING:
    from connector.flows.operator import Desk, Request

VENDORS = {"sellercloud": "Sellercloud", "starshipit": "Starshipit"}


def try_secret(desk: Desk, request: Request) -> dict[str, Any]:
    """Whether the vendor takes them."""
    vendor, version = request.text("vendor"), request.text("version")
    if vendor not in VENDORS:
        message = f"There is no vendor {vendor[:40]!r}; there are {' and '.join(VENDORS)}."
        return {"status": "refused", "message": message, "next": "See --help."}
    name = VENDORS[vendor]
    try:
        _call(desk.candidate(vendor, version), vendor)
    except CredentialsRefused as exc:
        words = f" It says: {exc.text}" if exc.text else ""
        return _verdict("wrong", f"{name} does not take them.{words}", _right(vendor))
    except NotConfigured as exc:
        return _verdict("wrong", f"{str(exc)[:1].upper()}{str(exc)[1:]}", _right(vendor))
    except Refused as exc:
        # Past the log-in, a refusal is about a right. Starshipit has no log-in: there it may be about the keys.
        if vendor != "sellercloud" or isinstance(exc, WrongAddress):
            raise
        words = f" It says: {exc.text}" if exc.text else ""
        message = f"{name} takes them, but refused the first read.{words}"
        return _verdict("ok", message, "See which right is missing: connector check.")
    return _verdict("ok", f"{name} takes them.", "")


def _call(tools: Tools, vendor: str) -> None:
    """The cheapest call that needs the credentials."""
    if vendor == "sellercloud":
        tools.sellercloud.views()
    else:
        tools.starshipit.unshipped(tools.clock.now(), 1)


def _right(vendor: str) -> str:
    if vendor == "sellercloud":
        return "Use a Sellercloud user that logs in without a second factor; several wrong tries lock the account."
    return "Copy both keys anew from Starshipit: Settings, API."


def _verdict(verdict: str, message: str, then: str) -> dict[str, Any]:
    return {"status": "done", "verdict": verdict, "message": message, "next": then}
