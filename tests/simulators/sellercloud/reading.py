"""Endpoints that read orders: the list, saved views, one order, its packages and notes."""

from __future__ import annotations

from collections.abc import Sequence

from tests.simulators.transport import Response, json_response

from .details import custom_values, detail, package_row
from .filters import KNOWN, NOT_SIMULATED, Question, sort_of
from .query import Parameters, page_of
from .state import Incoming, Refusal, State
from .wording import Wording

_DEFAULT_OFFSET = 3


def list_orders(state: State, call: Incoming) -> Response:
    """``GET /api/Orders`` (section 4)."""
    parameters = Parameters(call.request.query, KNOWN, prefixed=True)
    question = Question(parameters, call.now, state.zone, state.switches.inclusive_bounds)
    if state.switches.default_company_only and "companyID" not in parameters:
        question.only_company(state.default_company)
    column, key, ascending = sort_of(parameters)
    page, size = page_of(parameters)
    start, stop = (page - 1) * size, page * size
    asked = set(parameters.integers("orderIDs"))
    if asked:
        found = [state.book.shown[number] for number in asked if number in state.book.shown]
        rows = sorted(filter(question.matches, found), key=lambda o: (key(o), o.id))
        ids = [order.id for order in (rows if ascending else rows[::-1])]
        total, wanted, before = len(ids), ids[start:stop], ids[max(start - 1, 0) : start]
    else:
        kept = state.book.list((question.name, column), question.matches, key)
        total, wanted = len(kept), kept.slice(start, stop, ascending)
        before = kept.slice(start - 1, start, ascending) if start else []
    _report(state, call, parameters)
    return _list_answer(state, call, wanted, before, total)


def list_by_view(state: State, call: Incoming) -> Response:
    """``GET /api/Orders/GetAllByView``: nothing but the view decides (section 6)."""
    parameters = Parameters(call.request.query, ("viewID", "pageNumber", "pageSize"), prefixed=False)
    view_id = parameters.integer("viewID")
    page, size = page_of(parameters)
    _report(state, call, parameters)
    missing = [name for name in ("viewID", "pageNumber", "pageSize") if name not in parameters]
    if view_id is None or missing:
        raise Refusal(400, f"The request is invalid. Missing: {', '.join(missing) or 'viewID'}.")
    view = state.views.get(view_id)
    if view is None:
        if state.switches.unknown_view == "empty":
            return _list_answer(state, call, [], [], 0)
        raise Refusal(state.switches.unknown_view, f"View {view_id} was not found.")
    start, stop = (page - 1) * size, page * size
    kept = state.book.list(("view", view.id, view.version), view.matches, lambda order: order.id)
    before = kept.slice(start - 1, start, view.ascending) if start else []
    return _list_answer(state, call, kept.slice(start, stop, view.ascending), before, len(kept))


def list_views(state: State, call: Incoming) -> Response:
    """``GET /api/Orders/Views``: a bare array."""
    rows = [{"ID": v.id, "Name": v.name} for v in state.views.values() if v.listed]
    return json_response(200, rows)


def get_order(state: State, call: Incoming) -> Response:
    """``GET /api/Orders/{id}``: the detail form."""
    order = state.shown(call.ids[0])
    wording = Wording(order, state.zone, state.switches, state.companies, detail=True)
    return json_response(200, detail(order, wording, state.columns))


def get_packages(state: State, call: Incoming) -> Response:
    """``GET /api/Orders/Packages?id=``: the rows are under ``Results`` (section 7)."""
    names = ("id", "pageNumber", "pageSize")
    parameters = Parameters(call.request.query, names, prefixed=False)
    order = state.shown(_required(parameters, "id"))
    page, size = page_of(parameters)
    _report(state, call, parameters)
    rows = [package_row(order, package) for package in order.packages]
    body = {"Results": rows[(page - 1) * size : page * size], "TotalResults": len(rows)}
    return json_response(200, body)


def get_notes(state: State, call: Incoming) -> Response:
    """``GET /api/Orders/Notes?id=`` (section 9.3)."""
    parameters = Parameters(call.request.query, ("id",), prefixed=False)
    order = state.shown(_required(parameters, "id"))
    wording = Wording(order, state.zone, state.switches, state.companies, detail=True)
    rows = [
        {
            "EntityID": order.id,
            "Category": note.category,
            "NoteID": note.id,
            "Note": note.message,
            "AuditDate": wording.moment(note.written_on),
            "CreatedBy": 77,
            "CreatedByName": note.written_by,
            "CreatedByEmail": note.written_by,
        }
        for note in order.notes
    ]
    return json_response(200, rows)


def get_custom_columns(state: State, call: Incoming) -> Response:
    """``GET /api/Orders/{id}/CustomColumns`` (section 9.2)."""
    return json_response(200, custom_values(state.shown(call.ids[0]), state.columns))


def get_custom_columns_in_bulk(state: State, call: Incoming) -> Response:
    """``POST /api/Orders/GetCustomColumns``."""
    ids = call.fields().get("orderids")
    if not isinstance(ids, list):
        raise Refusal(400, "The request is invalid.")
    known = [state.book.shown[number] for number in ids if number in state.book.shown]
    rows = [{"OrderID": order.id, "CustomColumns": custom_values(order, state.columns)} for order in known]
    return json_response(200, rows)


def get_split_status(state: State, call: Incoming) -> Response:
    """``GET /api/Orders/CheckSplittedStatus?orderID=`` (section 10.3, spelling included)."""
    parameters = Parameters(call.request.query, ("orderID",), prefixed=False)
    order = state.shown(_required(parameters, "orderID"))
    children = [other for other, kind in order.related if kind == 5]
    parent = next((other for other, kind in order.related if kind == 4), 0)
    body = {
        "IsSplitted": bool(children),
        "IsChildOrder": bool(parent),
        "ChildOrderIDs": children,
        "ParrentOrderID": parent,
    }
    return json_response(200, body)


def _required(parameters: Parameters, name: str) -> int:
    value = parameters.integer(name)
    if value is None:
        raise Refusal(400, f"The request is invalid. Missing: {name}.")
    return value


def _report(state: State, call: Incoming, parameters: Parameters) -> None:
    """Tell the test what the server dropped without telling the client."""
    for dropped in parameters.ignored:
        state.breaches.append(f"{call.route}: dropped {dropped}")
    for name in NOT_SIMULATED:
        if name in parameters:
            state.breaches.append(f"{call.route}: {name} is not simulated")
    if (parameters.integer("pageSize") or 0) > 50:
        state.breaches.append(f"{call.route}: pageSize above 50")


def _list_answer(state: State, call: Incoming, ids: Sequence[int], before: Sequence[int], total: int) -> Response:
    kind = call.fault.kind if call.fault else None
    if kind in ("duplicate_row", "shifted_page") and not before:
        state.faults.next(call.route, kind)  # nothing to repeat on a first page: keep it
    if before and kind == "duplicate_row":
        ids = [*before, *ids]
    elif before and kind == "shifted_page":
        ids = [*before, *ids[:-1]]
    if kind == "total_off" and call.fault is not None:
        total += int(call.fault.detail.get("by", _DEFAULT_OFFSET))
    rows = [state.rows.get(state.book.shown[number], state) for number in ids]
    items = b"[" + b",".join(rows) + b"]"
    if kind == "null_items" or (not rows and state.switches.empty_items == "null"):
        items = b"null"
    total = max(total + state.faults.total_offset, 0)
    body = b'{"Items":' + items + b',"TotalResults":%d}' % total
    return Response(200, body, {"Content-Type": "application/json; charset=utf-8"})
