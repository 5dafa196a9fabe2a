"""Where a tenant's REST API is, from what a person has at hand (contract section 1).

In: a server id, a portal or REST address, or a team name. Out: the REST base, ending in `/rest`.
Wrong: `SettingsError` with one sentence saying what is allowed; `RetryLater` when the look-up of a
team name gets no usable answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from connector.errors import RetryLater, SettingsError
from connector.vendors.http import Answer, AnswerLost, NotSent, RequestsTransport, Transport

LOOK_UP = "https://api.sellercloud.com/api/server-by-team/"
LOOK_UP_TIMEOUT_SECONDS = 10.0

_LONGEST_SERVER_ID = 4
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_WORD = re.compile(_LABEL)
_VENDOR_HOST = re.compile(rf"({_LABEL})(?:\.api|\.delta)?\.sellercloud\.(com|us)")
_SHARED_NAMES = frozenset({"api", "delta", "www", "help", "developer"})
_ALLOWED = (
    "allowed are a server id (xx), a portal address (xx.sellercloud.com or "
    "xx.delta.sellercloud.com), a team name, or a REST address ending in /rest "
    "(http only on this machine)"
)


@dataclass(frozen=True)
class Known:
    """The REST base is known from what was written."""

    base: str


@dataclass(frozen=True)
class Team:
    """A team name; the vendor must be asked which server it lives on."""

    name: str


def parse(written: str) -> Known | Team:
    """What `written` names, without asking anybody. Raises `SettingsError`."""
    wish = written.strip()
    if _WORD.fullmatch(wish.lower()):
        if len(wish) <= _LONGEST_SERVER_ID:
            return Known(f"https://{wish.lower()}.api.sellercloud.com/rest")
        return Team(wish)
    try:
        address = urlsplit(wish if "://" in wish else f"https://{wish}")
        port = address.port
    except ValueError:
        raise _unusable(written) from None
    if "@" in wish or address.query or address.fragment or not address.hostname:
        raise _unusable(written)
    vendor = _VENDOR_HOST.fullmatch(address.hostname)
    if vendor and vendor[1] not in _SHARED_NAMES:
        if address.scheme != "https" or port not in {None, 443}:
            raise _unusable(written)
        return Known(f"https://{vendor[1]}.api.sellercloud.{vendor[2]}/rest")
    return Known(_elsewhere(address, written))


def discover(team: str, transport: Transport) -> str:
    """The REST base of a team.

    Raises `SettingsError` when the vendor knows no such team, `RetryLater` without a usable answer.
    """
    operation = "server_by_team"
    try:
        answer = transport.send(
            "GET",
            LOOK_UP,
            headers={"Accept": "application/json"},
            query=[("team", team)],
            read_timeout=LOOK_UP_TIMEOUT_SECONDS,
        )
    except (NotSent, AnswerLost) as exc:
        raise RetryLater("Sellercloud", operation) from exc
    base = _told(answer)
    if base is not None:
        return base
    if answer.status in {200, 400, 404} and isinstance(answer.json(), dict):
        raise SettingsError(f"SellercloudEndpoint {team!r} is not a team that Sellercloud knows; {_ALLOWED}.")
    raise RetryLater("Sellercloud", operation, status=answer.status, text=answer.text)


def resolve(written: str, transport: Transport | None = None) -> str:
    """The REST base for a setting. Raises `SettingsError`, or `RetryLater` for a team name."""
    found = parse(written)
    if isinstance(found, Known):
        return found.base
    return discover(found.name, transport or RequestsTransport())


def _told(answer: Answer) -> str | None:
    """The base in a look-up answer; older editions of the vendor's page name other fields."""
    told = answer.json()
    if answer.status != 200 or not isinstance(told, dict) or told.get("Success") is False:
        return None
    for name in ("RestApiEndpoint", "ApiUrl", "ServerID"):
        value = told.get(name)
        if not isinstance(value, str) or not value.strip():
            continue
        try:
            found = parse(value)
        except SettingsError:
            continue
        if isinstance(found, Known):
            return found.base
    return None


def _elsewhere(address: SplitResult, written: str) -> str:
    """A REST address that is not on a Sellercloud host: a proxy, or a simulator on this machine."""
    local = _is_loopback(address.hostname or "")
    path = re.sub(r"/api$", "", address.path.rstrip("/"))
    if local and not path:
        path = "/rest"
    if address.scheme not in ({"http", "https"} if local else {"https"}) or not path.endswith("/rest"):
        raise _unusable(written)
    return f"{address.scheme}://{address.netloc}{path}"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _unusable(written: str) -> SettingsError:
    shown = "(not shown: it seems to hold a password)" if "@" in written else repr(written)
    return SettingsError(f"SellercloudEndpoint {shown} cannot be used; {_ALLOWED}.")
