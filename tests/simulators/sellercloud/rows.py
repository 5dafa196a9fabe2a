"""The list form of an order: ``GET /api/Orders`` and ``GetAllByView`` (section 4.2)."""

from __future__ import annotations

from .models import SimKitPart, SimLine, SimOrder
from .wording import Row, Wording

WAREHOUSES = {12: "Melbourne DC", 14: "Newark DC", 19: "Auckland 3PL"}
"""Ship-from warehouses of the tenant."""

_ORDER_TEXTS = [
    "EBaySellingManagerSalesRecordNumber",
    "CompletedOrderID",
    "OrderSourceUrl",
    "ShippingCarrier",
    "ShippingService",
    "TrackingNumber",
    "SalesRepEmail",
    "CustomerEmail",
]
_LINE_TEXTS = ["Notes", "GiftWrapMessage", "GiftWrapType", "ImageURL"]


def list_row(order: SimOrder, wording: Wording) -> Row:
    """One row of an order list."""
    row = _identity(order, wording)
    row |= _states(order)
    row |= _times(order, wording)
    row |= _amounts(order, wording)
    row |= _shipping(order, wording)
    row["Items"] = [_line(order, line, wording) for line in order.lines]
    row["RelatedOrders"] = related_rows(order, wording)
    row["Payments"] = []
    return wording.blanks(row, _ORDER_TEXTS)


def related_rows(order: SimOrder, wording: Wording) -> list[Row]:
    """Parents, children and splits of an order."""
    created = wording.moment(order.created_on)
    return [{"RelatedOrderID": other, "RelationshipType": kind, "CreatedOn": created} for other, kind in order.related]


def _identity(order: SimOrder, wording: Wording) -> Row:
    return {
        "ID": order.id,
        "OrderSourceOrderID": order.source_id,
        "OrderSource": order.channel,
        "OrderSubType": order.subtype,
        "FirstName": order.address.first_name,
        "LastName": order.address.last_name,
        "CustomerEmail": order.email,
        "UserID": order.user_id,
        "CompanyID": order.company_id,
        "CompanyName": wording.companies.get(order.company_id, ""),
        "ClientID": 1,
        "EBaySellingManagerSalesRecordNumber": order.sales_record_number,
        "CompletedOrderID": "",
        "OrderSourceUrl": "",
        "ProductIDMostExpensiveInOrder": order.lines[0].product_id if order.lines else "",
        "SalesRepId": 0,
        "SalesRepEmail": "",
        "AddedAfterThisWasWritten": {"Ignore": True},
    }


def _states(order: SimOrder) -> Row:
    return {
        "StatusCode": order.status,
        "ShippingStatus": order.shipping_status,
        "PaymentStatus": order.payment_status,
        "Dropship": order.dropship_status,
        "bRushOrder": order.rush,
        "IsGiftOrder": order.gift,
        "IsBlackListed": False,
        "CustomerServiceStatus": 0,
        "InvoicePrinted": False,
        "RequireSignatureConfirmation": order.signature,
    }


def _times(order: SimOrder, wording: Wording) -> Row:
    return {
        "TimeOfOrder": wording.moment(order.ordered_on),
        "CreatedOn": wording.moment(order.created_on, 1),
        "LastUpdated": wording.moment(order.last_updated, 2),
        "ShipDate": wording.date_or_none(order.ship_date),
        "DeliveryDate": wording.date_or_none(None, 1),
        "EstimatedDeliveryDate": wording.date_or_none(None, 2),
        "OrderShippingPromiseDate": wording.date_or_none(order.promised_on, 3),
        "PaymentDate": wording.date_or_none(order.ordered_on, 4),
        "InvoicePrintedDate": wording.date_or_none(None, 3),
    }


def _amounts(order: SimOrder, wording: Wording) -> Row:
    return {
        "GrandTotal": wording.money(order.grand_total),
        "ShippingTotal": wording.money(order.shipping_total),
        "OrderDiscountsTotal": wording.money(order.discount_total),
        "ShippingDiscountsTotal": 0,
        "InsuranceTotal": 0.0,
        "DeclaredValue": 0.0,
        "HandlingFee": wording.money(order.handling_fee),
        "TaxRate": 0.0,
        "TaxTotal": wording.money(order.tax_total),
        "FinalShippingFee": float(sum(package.final_fee for package in order.packages)),
        "FinalValueTotal": 0.0,
        "OrderCurrencyCode": order.currency,
        "OrderSiteCode": order.site_code,
        "HomeCountryCode": order.home_country,
    }


def _shipping(order: SimOrder, wording: Wording) -> Row:
    address = order.address
    numbers = [package.tracking for package in order.packages if package.tracking]
    return {
        "Country": address.country,
        "DestinationState": address.state_code,
        "DestinationCountry": address.country_code,
        "ShippingState": address.state_code,
        "ShippingCountry": address.country_code,
        "ShippingAddress": wording.address(address, shipping=True),
        "BillingAddress": wording.address(order.billing or address, shipping=False),
        "ShippingCarrier": order.carrier,
        "ShippingService": order.service,
        "TrackingNumber": order.packages[0].tracking if order.packages else "",
        "AllTrackingNumbers": numbers,
        "ShippingWeightTotalOz": order.weight_oz,
    }


def _line(order: SimOrder, line: SimLine, wording: Wording) -> Row:
    row: Row = {
        "ID": line.id,
        "OrderID": order.id,
        "ProductID": wording.padded(line.product_id),
        "ProductIDOriginal": line.product_id,
        "DisplayName": wording.padded(line.name),
        "ProductName": line.name,
        "Qty": line.qty,
        "QtyShipped": line.qty_shipped,
        "QtyReturned": 0,
        "BackOrderQty": line.back_order_qty,
        "IsBackOrder": line.back_order_qty > 0,
        "SitePrice": wording.money(line.price),
        "LineTotal": wording.money(line.total),
        "LineTaxTotal": wording.money(line.tax),
        "Weight": line.weight_lb,
        "Length": line.length_in,
        "Width": line.width_in,
        "Height": line.height_in,
        "NonShipping": int(line.non_shipping),
        "ShipFromWareHouseID": line.warehouse_id,
        "ShipFromWarehouseName": WAREHOUSES.get(line.warehouse_id, ""),
        "StatusCode": order.status,
        "ItemShippingStatus": order.shipping_status,
        "Notes": line.notes,
        "GiftWrapMessage": line.gift_message,
        "GiftWrapType": "",
        "ImageURL": "",
        "KitItemsCount": len(line.parts),
        "BundleItems": [_part(order, line, part) for part in line.parts],
    }
    return wording.blanks(row, _LINE_TEXTS)


def _part(order: SimOrder, line: SimLine, part: SimKitPart) -> Row:
    return {
        "ID": float(part.id),
        "ParentID": line.product_id,
        "OrderItemId": line.id,
        "OrderID": order.id,
        "ProductID": part.product_id,
        "ProductName": part.name,
        "Qty": part.qty,
        "TotalQty": part.qty * line.qty,
        "QtyReturned": 0,
        "QtyPicked": 0,
        "BackOrderQty": 0,
        "IsBackOrder": False,
        "IsPackageGenerated": True,
        "ReplacementSKU": None,
    }
