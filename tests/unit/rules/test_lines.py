"""Items: what ships, at which price and weight, kits whole and as components."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.rules.reasons import NotSent, Reason
from connector.settings import KitMode, WeightUnit
from connector.vendors.starshipit.models import NewItem
from tests.unit.rules.build import CHOICES, line, mapped, order, refused, total_value, total_weight

COMPONENTS = replace(CHOICES, kit_mode=KitMode.COMPONENTS)
KIT = line(
    ProductID="CAMP-KIT-01",
    DisplayName="Camp starter kit",
    Qty=2,
    SitePrice=10,
    Weight=1,
    BundleItems=[
        {"ProductID": "MUG-ENAMEL", "ProductName": "Enamel mug", "Qty": 2, "TotalQty": 4},
        {"ProductID": "SPOON", "ProductName": "Spoon", "Qty": 1, "TotalQty": 2},
        {"ProductID": "CARD", "ProductName": "Card", "Qty": 0, "TotalQty": 0},
    ],
)


def test_an_ordinary_line() -> None:
    """Weight in kilograms and value are those of one unit."""
    assert mapped(order()).items == (
        NewItem(
            description="Two-person tent, green",
            quantity=1,
            sku="TENT-2P-GRN",
            weight=Decimal("1.0886"),
            value=Decimal(119),
        ),
    )


def test_only_what_is_left_ships() -> None:
    """Shipped quantities are subtracted, shipped and non-shipping lines left out."""
    lines = [line(Qty=5, QtyShipped=2), line(QtyShipped=1), line(NonShipping=1)]
    assert [item.quantity for item in mapped(order(Items=lines)).items] == [3]


@pytest.mark.parametrize("lines", [None, [], [line(Qty=0)], [line(NonShipping=1)]])
def test_nothing_left_to_ship(lines: Any) -> None:
    """An order without anything to ship makes no label."""
    assert refused(order(Items=lines)) == NotSent(Reason.NO_SHIPPING_ITEMS)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Qty": None}, Reason.BAD_QUANTITY),
        ({"Qty": 1_000_001}, Reason.BAD_QUANTITY),
        ({"Qty": 1, "QtyShipped": -1_000_001}, Reason.BAD_QUANTITY),
        ({"SitePrice": -0.01}, Reason.BAD_VALUE),
        ({"SitePrice": "1e12"}, Reason.BAD_VALUE),
        ({"Weight": "1e12"}, Reason.BAD_WEIGHT),
    ],
)
def test_figures_that_cannot_be_true_name_their_line(changes: dict[str, Any], reason: Reason) -> None:
    """The line is named by its place, as an SKU may tell what someone bought."""
    found = refused(order(Items=[line(ID=1), line(**changes)]))
    assert found == NotSent(reason, "line 2")


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({"SitePrice": 100, "AdjustedSitePrice": 90}, "90"),
        ({"SitePrice": 100, "AdjustedSitePrice": 0, "LineTotal": 100}, "100"),
        ({"SitePrice": 100, "AdjustedSitePrice": 0}, "100"),
        ({"SitePrice": 100, "AdjustedSitePrice": 0, "LineTotal": 0}, "0"),
        ({"SitePrice": 0}, "0"),
        ({"SitePrice": None, "AdjustedSitePrice": 0}, "0"),
        ({"SitePrice": "$1,024.50"}, "1024.5"),
        ({"SitePrice": None}, None),
    ],
)
def test_the_price_of_one_unit(changes: dict[str, Any], value: str | None) -> None:
    """The adjusted price counts unless its 0 is only a default; a price of nothing is a price."""
    (item,) = mapped(order(Items=[line(**changes)])).items
    assert item.value == (None if value is None else Decimal(value))


@pytest.mark.parametrize("weight", [None, 0, -1, ""])
def test_an_unknown_weight_is_left_out(weight: Any) -> None:
    """Starshipit then uses its own product catalogue or asks the packer."""
    assert mapped(order(Items=[line(Weight=weight)])).items[0].weight is None


def test_the_unit_is_a_setting() -> None:
    """Sellercloud shows a bare figure; the merchant says what it means."""
    ounces = replace(CHOICES, weight_unit=WeightUnit.OUNCES)
    assert mapped(order(Items=[line(Weight=16)]), ounces).items[0].weight == Decimal("0.4536")


def test_names_that_are_missing_or_too_long() -> None:
    """An SKU over its limit moves to the front of the description, whole."""
    sku = "S" * 51
    items = mapped(
        order(
            Items=[
                line(ID=1, ProductID=sku, DisplayName="Tent"),
                line(ID=2, DisplayName=""),
                line(ID=3, DisplayName="", ProductID=""),
                line(ID=4, DisplayName="d" * 600),
            ]
        )
    ).items
    assert [(item.description, item.sku) for item in items] == [
        (f"{sku} Tent", None),
        ("TENT-2P-GRN", "TENT-2P-GRN"),
        ("Item", None),
        ("d" * 500, "TENT-2P-GRN"),
    ]


def test_a_kit_goes_as_one_line() -> None:
    """In parent mode the kit itself is on the label."""
    (item,) = mapped(order(Items=[KIT])).items
    assert (item.sku, item.quantity, item.value) == ("CAMP-KIT-01", 2, Decimal(10))


def test_a_kit_goes_as_its_components() -> None:
    """Each piece carries the same share, and the totals are those of the kits."""
    items = mapped(order(Items=[KIT, line()]), COMPONENTS).items
    assert [(item.sku, item.quantity) for item in items] == [
        ("MUG-ENAMEL", 4),
        ("SPOON", 2),
        ("TENT-2P-GRN", 1),
    ]
    assert abs(total_value(items[:2]) - 20) < Decimal("0.0001")
    assert abs(total_weight(items[:2]) - Decimal("0.90718474")) < Decimal("0.0001")


def test_components_of_the_kits_that_are_left() -> None:
    """Half of the kits shipped before took half of the components with them."""
    items = mapped(order(Items=[{**KIT, "QtyShipped": 1}]), COMPONENTS).items
    assert [(item.sku, item.quantity) for item in items] == [("MUG-ENAMEL", 2), ("SPOON", 1)]


def test_component_figures_that_do_not_come_out_even() -> None:
    """Without a whole number of pieces per kit the order is refused, not guessed."""
    odd = {**KIT, "QtyShipped": 1, "BundleItems": [{"ProductID": "MUG", "TotalQty": 3}]}
    per_kit = {**odd, "BundleItems": [{"ProductID": "MUG", "TotalQty": 3, "QtyPerKit": 2}]}
    nothing = {**KIT, "BundleItems": [{"ProductID": "MUG"}]}
    assert refused(order(Items=[odd]), COMPONENTS) == NotSent(Reason.BAD_QUANTITY, "line 1, component")
    assert refused(order(Items=[nothing]), COMPONENTS).reason is Reason.BAD_QUANTITY
    assert mapped(order(Items=[per_kit]), COMPONENTS).items[0].quantity == 2


def test_a_kit_whose_components_are_all_gone_goes_as_one_line() -> None:
    """An empty list of components is no reason to send nothing."""
    empty = {**KIT, "BundleItems": [{"ProductID": "CARD", "TotalQty": 0}]}
    assert mapped(order(Items=[empty]), COMPONENTS).items[0].sku == "CAMP-KIT-01"
