"""Packages of an order: recreating them all, and editing their sizes (section 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tests.simulators.transport import Response

from .models import ShipmentWrite, SimContent, SimLine, SimOrder, SimPackage
from .shipping import number
from .state import Incoming, Refusal, State

_SIZES = {"length": "length_in", "width": "width_in", "height": "height_in", "weight": "weight_oz"}


def recreate_packages(state: State, call: Incoming) -> Response:
    """``POST /api/Orders/{id}/Shipping/Packages``: all old packages go, ids are new."""
    order = state.true_order(call.ids[0])
    write = ShipmentWrite(call.now, call.route, order.id)
    try:
        packages = _checked(state, call, order)
    except Refusal as refusal:
        state.record(replace(write, accepted=False, message=refusal.message))
        raise
    state.record(write)
    state.save(replace(order, packages=packages), call.now)
    return Response(200)


def edit_packages(state: State, call: Incoming) -> Response:
    """``PUT /api/Orders/{id}/Shipping/Packages``: sizes, weight and value by package id."""
    order = state.true_order(call.ids[0])
    packages = {package.id: package for package in order.packages}
    for given in _given(call):
        package = packages.get(given.get("id", 0))
        if package is None:
            raise Refusal(500, f"Package {given.get('id')} does not belong to order {order.id}.")
        packages[package.id] = replace(package, **_sizes(given))
    state.save(replace(order, packages=tuple(packages.values())), call.now)
    return Response(200)


def default_package(state: State, lines: tuple[SimLine, ...]) -> SimPackage:
    """The one package Sellercloud plans for a new order."""
    contents: list[SimContent] = []
    weight = sum(line.weight_lb * line.qty for line in lines) * 16
    for line in lines:
        if not line.parts:
            contents.append(SimContent(order_item_id=line.id, product_id=line.product_id, qty=line.qty, name=line.name))
        contents.extend(
            SimContent(
                order_item_id=line.id,
                product_id=part.product_id,
                qty=part.qty * line.qty,
                part_id=part.id,
                name=part.name,
            )
            for part in line.parts
        )
    return SimPackage(id=state.next_id("package"), contents=tuple(contents), weight_oz=float(round(weight)))


def _checked(state: State, call: Incoming, order: SimOrder) -> tuple[SimPackage, ...]:
    if order.shipped:
        raise Refusal(500, f"Order {order.id} is already shipped.")
    packages = tuple(_package(state, order, given) for given in _given(call))
    if sum((_packed(package) for package in packages), Counter()) != _needed(order):
        raise Refusal(500, f"Packages do not hold all items of order {order.id}.")
    return packages


def _given(call: Incoming) -> list[dict[str, Any]]:
    packages = call.fields().get("packages")
    if not isinstance(packages, list) or not all(isinstance(given, dict) for given in packages):
        raise Refusal(400, "The request is invalid.")
    if not packages:
        raise Refusal(500, "At least one package is required.")
    return [_lower(given) for given in packages]


def _package(state: State, order: SimOrder, given: Mapping[str, Any]) -> SimPackage:
    items = given.get("items")
    if not isinstance(items, list) or not items:
        raise Refusal(500, "A package must have items.")
    return SimPackage(
        id=state.next_id("package"),
        contents=tuple(_content(order, _lower(item)) for item in items),
        **_sizes(given),
    )


def _content(order: SimOrder, item: Mapping[str, Any]) -> SimContent:
    line = next((line for line in order.lines if line.id == item.get("orderitemid")), None)
    if line is None:
        raise Refusal(500, f"Order item {item.get('orderitemid')} was not found.")
    qty = item.get("qty")
    if not isinstance(qty, int) or qty < 1:
        raise Refusal(500, "Qty must be positive.")
    wanted = item.get("orderitembundleitemproductid")
    if not line.parts:
        return SimContent(order_item_id=line.id, product_id=line.product_id, qty=qty, name=line.name)
    part = next((part for part in line.parts if part.product_id == wanted), None)
    if part is None:
        raise Refusal(500, f"Kit {line.product_id}: list its components, not the kit.")
    return SimContent(
        order_item_id=line.id,
        product_id=part.product_id,
        qty=qty,
        part_id=part.id,
        name=part.name,
    )


def _packed(package: SimPackage) -> Counter[tuple[int, str]]:
    packed: Counter[tuple[int, str]] = Counter()
    for content in package.contents:
        packed[content.order_item_id, content.product_id] += content.qty
    return packed


def _needed(order: SimOrder) -> Counter[tuple[int, str]]:
    """Every order item and kit component, no more and no less."""
    needed: Counter[tuple[int, str]] = Counter()
    for line in order.lines:
        if not line.parts:
            needed[line.id, line.product_id] += line.qty
        for part in line.parts:
            needed[line.id, part.product_id] += part.qty * line.qty
    return needed


def _sizes(given: Mapping[str, Any]) -> dict[str, Any]:
    read = {target: number(given, name) for name, target in _SIZES.items()}
    sizes: dict[str, Any] = {name: value for name, value in read.items() if value is not None}
    if (declared := number(given, "declaredvalue")) is not None:
        sizes["declared_value"] = Decimal(str(declared))
    return sizes


def _lower(given: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in given.items()}
