"""Operator: one command of a person at the terminal, answered.

In: `{"command": …, arguments, "by": who asks}`. Out: a dictionary with `status`; `done` with what the command found or
did, `refused` and `not_found` when it is not possible as asked, `confirm` when it wants a yes first. Wrong: bad
arguments, missing credentials and a vendor's trouble are answers with a sentence and the next step, never exceptions;
only a setting that cannot be used ends the invocation.

An answer is shown to the person who asked and may hold an order's own data; nothing of it is logged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

from connector.credentials import Secret
from connector.errors import (
    ConnectorError,
    CredentialsRefused,
    NotConfigured,
    NoTimeLeft,
    Refused,
    SettingsError,
    VendorError,
)
from connector.flows.tools import Tools
from connector.state.queues import NotQueued, Queue

Answer = dict[str, Any]
_QUICK = timedelta(seconds=12)  # a person waits
_THOROUGH = timedelta(seconds=90)  # and longer where much is asked; a vendor that hangs takes a third of it
_TEXT_LIMIT = 60_000


@dataclass(frozen=True)
class Command:
    """Where a command's flow is, and how long it may take over the vendors (None: as long as the function runs)."""

    module: str
    patience: timedelta | None = None


COMMANDS: Mapping[str, Command] = {
    "attention": Command("attention"),
    "carriers": Command("carriers", _QUICK),
    "check": Command("check", _THOROUGH),
    "check_carriers": Command("carriers", _QUICK),
    "held": Command("held"),
    "link": Command("link", _QUICK),
    "note_pause": Command("pause"),
    "order": Command("inspect_order", _QUICK),
    "preview": Command("preview"),
    "preview_order": Command("preview", _QUICK),
    "progress": Command("progress"),
    "resend": Command("resend", _QUICK),
    "retry": Command("retry"),
    "sign_test": Command("test_message"),
    "store_carriers": Command("carriers", _QUICK),
    "try_secret": Command("try_secret", _QUICK),
}


class BadRequest(ConnectorError):
    """An argument is missing or wrong; the sentence names it and what would be right."""


@dataclass(frozen=True)
class Desk:
    """What a command works with. `anew` logs in anew; `candidate` (vendor, version) tries a stored secret's version."""

    tools: Tools
    webhook_secret: Secret
    anew: Callable[[], Tools]
    candidate: Callable[[str, str], Tools]

    @property
    def tracking_queue(self) -> Queue:
        """Where a label's report is queued again."""
        return self.tools.tracking_queue


@dataclass(frozen=True)
class Request:
    """One command with its arguments. Every reader raises `BadRequest`."""

    event: Mapping[str, Any]

    @property
    def by(self) -> str:
        """Who asks: the caller's name in AWS, for the order's history."""
        return str(self.event.get("by") or "a person")[:200]

    def text(self, name: str, default: str | None = None) -> str:
        """A text without blanks around it; one without default must be there."""
        value = self.event.get(name)
        written = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if value is not None and not isinstance(value, str | int):
            raise BadRequest(f"{name} must be a text.")
        if len(written) > _TEXT_LIMIT:
            raise BadRequest(f"{name} has {len(written)} characters; at most {_TEXT_LIMIT} are taken.")
        if written or default is not None:
            return written or str(default)
        raise BadRequest(f"{name} is missing.")

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, each once."""
        values = self.event.get(name) or []
        if not isinstance(values, list) or not all(isinstance(value, str | int) for value in values):
            raise BadRequest(f"{name} must be a list of texts.")
        return tuple(dict.fromkeys(str(value).strip() for value in values if str(value).strip()))

    def flag(self, name: str) -> bool:
        """True or false; absent is false."""
        value = self.event.get(name, False)
        if not isinstance(value, bool):
            raise BadRequest(f"{name} must be true or false.")
        return value

    def whole(self, name: str, default: int) -> int:
        """A whole number from 0 on."""
        value = self.event.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise BadRequest(f"{name} must be a whole number from 0 on.")
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        """A group of named values."""
        value = self.event.get(name) or {}
        if not isinstance(value, dict):
            raise BadRequest(f"{name} must be a group of named values.")
        return value


def patience(event: Mapping[str, Any]) -> timedelta | None:
    """How long the command may take over the vendors."""
    command = COMMANDS.get(str(event.get("command")))
    return command.patience if command else None


def answer(desk: Desk, event: Mapping[str, Any]) -> Answer:
    """Carry out the command. Raises `SettingsError` only."""
    name = str(event.get("command") or "")
    command = COMMANDS.get(name)
    if command is None:
        return trouble("refused", "This stack does not know that command.", "Deploy the version the terminal is of.")
    flow: Callable[[Desk, Request], Answer] = getattr(import_module(f"connector.flows.{command.module}"), name)
    try:
        return flow(desk, Request(event))
    except SettingsError:
        raise
    except ConnectorError as exc:
        return explained(exc)


def explained(error: ConnectorError) -> Answer:
    """What an exception means to the person who asked."""
    match error:
        case BadRequest():
            return trouble("refused", str(error), "See the command's --help.")
        case NotConfigured():
            return trouble("not_configured", f"{_sentence(error)}", "Store it: connector secrets set.")
        case CredentialsRefused():
            return trouble(
                "credentials_refused",
                f"{error.vendor.capitalize()} refuses the stored credentials.",
                f"Store the right ones: connector secrets set {error.vendor.lower()}.",
            )
        case NoTimeLeft() | NotQueued():
            return trouble("no_time", f"{_sentence(error)}", "Try again in a moment.")
        case Refused():
            return trouble("vendor_trouble", f"{_said(error)}", "Correct what it says, then try again.")
        case VendorError():
            return trouble("vendor_trouble", f"{_said(error)}", "Try again later; the connector does so by itself.")
        case _:
            return trouble("refused", _sentence(error), "Try again.")


def trouble(status: str, message: str, then: str) -> Answer:
    """An answer that is not `done`."""
    return {"status": status, "message": message, "next": then}


def _said(error: VendorError) -> str:
    answered = "gave no answer" if error.status is None else f"answered HTTP {error.status}"
    shown = "" if error.text.lstrip().startswith("<") else error.text  # a web page is of no use to a reader
    words = f" and said: {shown}" if shown else ""
    return f"{error.vendor} {answered} to {error.operation}{words}"


def _sentence(error: ConnectorError) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]
