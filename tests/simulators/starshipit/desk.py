"""Desk: takes a call through the gateway, the fault in force, and the endpoint it asks for."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tests.simulators.transport import Request, Response, json_response

from . import amend, despatch, intake, lookup, removal, windows
from .account import Account, not_found
from .answers import failure, success
from .faults import Fault, Faults
from .gateway import Gateway
from .order import Json, Refused
from .switches import Latency
from .wear import answer_with_old_order, soften

_READS: dict[str, Callable[[Account, windows.Query], Response]] = {
    "/api/orders": lookup.get_orders,
    "/api/orders/unshipped": windows.unshipped,
    "/api/orders/shipped": windows.shipped,
    "/api/orders/shipments": windows.shipments,
    "/api/orders/search": windows.search,
    "/api/orders/summary": lookup.summary,
    "/api/orders/delivered": lookup.delivered,
    "/api/track": lookup.track,
}
_WRITES: dict[str, Callable[[Account, Json], Response]] = {
    "POST /api/orders": intake.create_one,
    "POST /api/orders/import": intake.import_many,
    "PUT /api/orders": amend.update_one,
    "PUT /api/orders/update": amend.update_many,
    "PUT /api/orders/batchupdate": amend.batch_update,
    "DELETE /api/orders/delete": removal.delete_call,
    "POST /api/orders/archive": removal.archive_call,
    "POST /api/orders/restore": removal.restore_call,
    "POST /api/orders/merge": removal.merge_call,
    "POST /api/orders/assign": removal.assign_call,
    "POST /api/orders/shipment": despatch.print_call,
    "POST /api/orders/shipment/clone": despatch.clone_call,
    "POST /api/orders/shipment/replace": despatch.replace_call,
    "POST /api/orders/manifest": despatch.manifest_call,
    "POST /api/deliveryservices": despatch.services_call,
}
_GATEWAY_TEXTS = {
    500: "Internal server error",
    502: "Bad gateway",
    503: "Service unavailable",
    504: "Gateway timeout",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the call log. `status` is 0 when the answer was lost."""

    id: int
    time: datetime
    method: str
    path: str
    full_path: str
    status: int
    function: str
    fault: str | None


class Desk:
    """Answers requests for an account; thread-safe, never sleeps."""

    def __init__(
        self,
        account: Account,
        gateway: Gateway,
        faults: Faults,
        latency: Latency,
        *,
        seconds: Callable[[], float],
        seed: int,
    ) -> None:
        self.account = account
        self.gateway = gateway
        self.faults = faults
        self.latency = latency
        self.calls: list[Call] = []
        self._seconds = seconds
        self._random = random.Random(seed)
        self._ids = 0
        account.breaches = gateway.breaches
        account.poison = faults.poison
        account.apply_late = self._apply

    def handle(self, request: Request) -> Response:
        """Gateway, then fault, then endpoint; every call is logged."""
        with self.account.open():
            self._ids += 1
            call_id = self._ids
            fault: Fault | None = None
            response = self.gateway.check(request, self._seconds())
            if response is None:
                fault = self.faults.take(f"{request.method} {request.path}")
                response = self._play(fault, request, call_id)
                response = self._delayed(request, response)
            self._log(call_id, request, response, fault)
            return response

    def count(self) -> dict[str, int]:
        """Calls by "METHOD /api/path"."""
        with self.account.open():
            return dict(Counter(f"{call.method} {call.path}" for call in self.calls))

    def _delayed(self, request: Request, response: Response) -> Response:
        shortest, longest = self.latency.span(f"{request.method} {request.path}")
        if longest <= 0:
            return response
        return replace(response, delay=response.delay + self._random.uniform(shortest, longest))

    def _log(self, call_id: int, request: Request, response: Response, fault: Fault | None) -> None:
        query = "&".join(f"{k}={v}" for k, v in request.query)
        self.calls.append(
            Call(
                call_id,
                self.account.now(),
                request.method,
                request.path,
                f"{request.path}?{query}" if query else request.path,
                0 if response.lost else response.status,
                request.headers.get("user-agent", ""),
                fault.kind if fault else None,
            )
        )

    def _play(self, fault: Fault | None, request: Request, call_id: int) -> Response:
        """The answer of the endpoint, worn by the fault."""
        if fault is None:
            return self._apply(request, call_id)
        before = self._before(fault, request, call_id)
        if before is not None:
            return before
        response = self._apply(request, call_id)
        if fault.kind == "lost_after_commit":
            return Response(0, lost=True, delay=fault.seconds or 0.0)
        if fault.kind == "500_after_commit":
            return _gateway_error(500)
        if fault.kind == "slow":
            return replace(response, delay=30.0 if fault.seconds is None else fault.seconds)
        return soften(self.account, response)

    def _before(self, fault: Fault, request: Request, call_id: int) -> Response | None:
        """The answer of a fault that keeps the call from its effect now; else None."""
        kind, account = fault.kind, self.account
        if kind == "lost_before_commit":
            return Response(0, lost=True, delay=fault.seconds or 0.0)
        if kind == "late_commit":
            wait = timedelta(seconds=120.0 if fault.seconds is None else fault.seconds)
            account.commit_later(account.now() + wait, call_id, request)
            return Response(0, lost=True)
        if kind == "429":
            return self.gateway.throttled(self._seconds())
        if kind in ("500", "502", "503", "504"):
            return _gateway_error(int(kind))
        if kind == "refuse":
            return failure(account.switches, [Refused(fault.details)])
        if kind == "not_found":
            return failure(account.switches, [not_found("order_number")])
        if kind == "empty":
            return success(orders=[], total_pages=1)
        if kind == "garbage":
            return Response(200, b"<html><body>Please wait</body></html>", {"Content-Type": "text/html"})
        if kind == "old_order":
            return answer_with_old_order(account, request, fault.reference)
        return None

    def _apply(self, request: Request, call_id: int) -> Response:
        """Run the endpoint, also for a late commit."""
        account = self.account
        account.call_id = call_id
        route = f"{request.method} {request.path}"
        try:
            if request.method == "GET" and request.path in _READS:
                return _READS[request.path](account, dict(request.query))
            if route in _WRITES:
                return _WRITES[route](account, dict(request.query) | self._body(request))
        except Refused as refused:
            return failure(account.switches, [refused])
        account.breaches.append(f"unknown call {route}")
        return json_response(404, {"statusCode": 404, "message": "Resource not found"})

    def _body(self, request: Request) -> Json:
        if not request.body:
            return {}
        try:
            data = json.loads(request.body, parse_constant=_no_constant)
        except ValueError:
            data = None
        if not isinstance(data, dict):
            self.account.breaches.append(f"no JSON object sent to {request.path}")
            raise Refused("The request body is not a JSON object", "Bad request", status=400)
        return data


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _gateway_error(status: int) -> Response:
    return json_response(status, {"statusCode": status, "message": _GATEWAY_TEXTS[status]})
