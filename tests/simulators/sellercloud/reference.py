"""Reference lists, queued jobs and health checks (sections 8.5 and 10)."""

from __future__ import annotations

from collections.abc import Iterable

from tests.simulators.transport import Response, json_response

from .carriers import carriers_of, services_of
from .dates import local_text
from .query import Parameters, page_of
from .rows import WAREHOUSES
from .state import Incoming, Refusal, State


def shipping_carriers(state: State, call: Incoming) -> Response:
    """``GET /api/Settings/ShippingCarriers?siteCode=``."""
    parameters = Parameters(call.request.query, ("siteCode",), prefixed=False)
    return json_response(200, _keyed(carriers_of(_site(parameters))))


def shipping_services(state: State, call: Incoming) -> Response:
    """``GET /api/Settings/ShippingServices?siteCode=&carrier=``."""
    parameters = Parameters(call.request.query, ("siteCode", "carrier"), prefixed=False)
    carrier = parameters.text("carrier")
    if carrier is None:
        raise Refusal(400, "The request is invalid. Missing: carrier.")
    return json_response(200, _keyed(services_of(_site(parameters), carrier)))


def list_warehouses(state: State, call: Incoming) -> Response:
    """``GET /api/Warehouses``."""
    rows: dict[int, dict[str, object]] = {
        number: {
            "ID": number,
            "Name": name,
            "IsDefault": number == 12,
            "WarehouseType": 0,
            "IsSellAble": True,
            "CreatedOn": "2019-02-08T19:09:24",
            "WarehouseAddress": {"Business": name, "Country": ""},
        }
        for number, name in WAREHOUSES.items()
    }
    return _paged(call, rows, "warehouseIds")


def list_companies(state: State, call: Incoming) -> Response:
    """``GET /api/Companies``."""
    rows: dict[int, dict[str, object]] = {
        number: {
            "ID": number,
            "CompanyName": name,
            "IsDefaultCompany": number == state.default_company,
            "IsDisabled": False,
            "EnabledOnChannels": [1, 4, 6],
            "CustomColumns": [],
        }
        for number, name in state.companies.items()
    }
    return _paged(call, rows, "companyID")


def queued_job(state: State, call: Incoming) -> Response:
    """``GET /api/QueuedJobs/{id}``."""
    job = state.jobs.get(call.ids[0])
    if job is None:
        raise Refusal(404, f"Job {call.ids[0]} was not found.")
    basic = {
        "ID": job.id,
        "Status": job.status,
        "ErrorMessage": "; ".join(job.messages) or None,
        "TotalRecords": len(job.orders),
        "TotalSucceeded": job.succeeded,
        "TotalFailure": job.failed,
        "SubmittedOn": local_text(job.submitted, state.zone),
    }
    return json_response(200, {"Basic": basic})


def tenant_diagnostics(state: State, call: Incoming) -> Response:
    """``GET /api/Diagnostics/Tenant``."""
    return json_response(200, {"IsTerriformerServer": False, "Tenant": "simulated"})


def _site(parameters: Parameters) -> int:
    site = parameters.integer("siteCode")
    if site is None:
        raise Refusal(400, "The request is invalid. Missing: siteCode.")
    return site


def _keyed(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in pairs]


def _paged(call: Incoming, rows: dict[int, dict[str, object]], id_name: str) -> Response:
    names = (id_name, "pageNumber", "pageSize", "name", "keyword", "isDefault")
    parameters = Parameters(call.request.query, names, prefixed=True)
    wanted = parameters.integers(id_name)
    found = [row for number, row in rows.items() if not wanted or number in wanted]
    page, size = page_of(parameters)
    body = {"Items": found[(page - 1) * size : page * size], "TotalResults": len(found)}
    return json_response(200, body)
