"""One Sellercloud tenant as a state machine: a request in, an answer out, never a sleep."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from tests.simulators.transport import Request, Response, json_response

from .access import throttled_answer
from .faults import BEFORE, Fault
from .models import Call
from .routes import ROUTES, TOKEN, find, path_exists
from .state import Incoming, Refusal, State
from .unshipping import unshipped

_LIST_ROUTES = ("GET /api/Orders", "GET /api/Orders/GetAllByView")
_PORTAL_PAGE = (
    b"<!doctype html><html><head><title>Log in</title></head>"
    b"<body><form action='/login'>User name, password</form></body></html>"
)
_INVALID_TOKEN = "Invalid token"


class Tenant(State):
    """The tenant behind ``{address}/rest``; other paths are the portal and the team look-up."""

    address = ""

    def handle(self, request: Request) -> Response:
        """Answer one call. Thread-safe; the list-page hook runs outside the lock."""
        with self.lock:
            now = self.clock()
            self.settle(now)
            route, response = self._route(request, now)
            response = replace(response, delay=response.delay + self.faults.delay())
            self._log(request, route, response, now)
        if route in _LIST_ROUTES and response.status == 200 and self.on_list_page is not None:
            self.on_list_page(_page_number(request))
        return response

    def settle(self, now: datetime) -> None:
        """Let late writes show and queued jobs finish."""
        self.book.settle(now)
        self.run_due_jobs(now, lambda order: unshipped(self, order))

    def _route(self, request: Request, now: datetime) -> tuple[str, Response]:
        path = request.path
        if not path.lower().startswith("/rest/"):
            return f"{request.method} {path}", self._outside(request)
        route, ids, known = find(request.method, path[len("/rest") :])
        fault = self.faults.take(route)
        if fault is not None and fault.kind in BEFORE:
            return route, self._instead(fault, now)
        if not known:
            status = 405 if path_exists(route) else 404
            text = f"No HTTP resource was found that matches the request URI '{path}'."
            return route, json_response(status, {"Message": text})
        if fault is not None and fault.kind == "ok_without_effect":
            self.discarding = True
        try:
            response = self._answer(request, route, ids, now, fault)
        finally:
            self.discarding = False
        return route, _after(fault, response)

    def _answer(
        self,
        request: Request,
        route: str,
        ids: tuple[int, ...],
        now: datetime,
        fault: Fault | None,
    ) -> Response:
        self._check_form(request, route)
        if route == TOKEN:
            return self.access.log_in(request, now, self.switches)
        user = self.access.user_of(request.headers.get("authorization", ""), now)
        if user is None:
            return Response(401, reason=_INVALID_TOKEN)
        throttled = self.access.count(user, now, self.switches)
        if throttled is not None:
            return throttled
        if route.lower() in self.denied:
            return Response(self.denied[route.lower()])
        incoming = Incoming(request, route, ids, user, now, fault)
        try:
            return ROUTES[route](self, incoming)
        except Refusal as refusal:
            return json_response(refusal.status, {"Message": refusal.message})

    def _instead(self, fault: Fault, now: datetime) -> Response:
        """Faults that answer in place of the endpoint."""
        if fault.kind == "lost_before":
            return Response(200, lost=True)
        if fault.kind == "unavailable":
            page = b"<html><body>Service Unavailable</body></html>"
            status = int(fault.detail.get("status", 503))
            return Response(status, page, {"Content-Type": "text/html"})
        if fault.kind == "html":
            return Response(200, _PORTAL_PAGE, {"Content-Type": "text/html; charset=utf-8"})
        if fault.kind == "throttle":
            until = now + timedelta(seconds=fault.detail.get("seconds", 60))
            return throttled_answer(until, self.switches)
        if fault.kind == "unauthorized":
            return Response(401, reason=_INVALID_TOKEN)
        if fault.kind == "ok_with_error":
            body = {"OrderID": 0, "NewPackages": [], "UpdatedServerSide": False}
            return json_response(200, {**body, "Error": ["The package could not be updated."]})
        return json_response(500, {"Message": "An error has occurred."})

    def _outside(self, request: Request) -> Response:
        """The portal's log-in page, or the look-up of a team's address (section 1)."""
        if request.path.lower().rstrip("/") != "/api/server-by-team":
            return Response(200, _PORTAL_PAGE, {"Content-Type": "text/html; charset=utf-8"})
        team = dict(request.query).get("team", "").lower()
        if team not in self.teams:
            return json_response(200, {"Success": False, "Message": f"Team {team!r} not found."})
        endpoint = f"{self.address}/rest"
        return json_response(200, {"Success": True, "ServerID": "kx", "RestApiEndpoint": endpoint})

    def _check_form(self, request: Request, route: str) -> None:
        if request.body and "json" not in request.headers.get("content-type", ""):
            self.breaches.append(f"{route}: body without Content-Type: application/json")

    def _log(self, request: Request, route: str, response: Response, now: datetime) -> None:
        path = request.path
        if request.query:
            path = f"{path}?{urlencode(request.query)}"
        agent = request.headers.get("user-agent", "")
        self.calls.append(Call(now, request.method, route, path, response.status, agent, response.lost))


def _after(fault: Fault | None, response: Response) -> Response:
    """Faults that spoil the answer of a call that was carried out."""
    kind = fault.kind if fault else None
    if fault is None:
        return response
    if kind == "error_after":
        return json_response(500, {"Message": "An error has occurred."})
    if kind == "lost_after":
        return replace(response, lost=True)
    if kind == "slow":
        return replace(response, delay=fault.detail.get("seconds", 1.0))
    if kind == "garbled":
        return replace(response, body=response.body[: len(response.body) // 2] or b"{")
    return response


def _page_number(request: Request) -> int:
    for name, value in request.query:
        if name.lower() in ("model.pagenumber", "pagenumber") and value.isdigit():
            return int(value)
    return 1
