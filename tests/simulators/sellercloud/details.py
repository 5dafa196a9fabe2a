"""The detail form of an order, ``GET /api/Orders/{id}`` (section 5), and its packages."""

from __future__ import annotations

from collections.abc import Mapping

from .models import SimLine, SimOrder, SimPackage
from .rows import related_rows
from .state import Column
from .wording import Row, Wording


def detail(order: SimOrder, wording: Wording, columns: Mapping[str, Column]) -> Row:
    """The whole object of section 5.1, without what it never carries (weights, notes)."""
    return {
        "OrderID": order.id,
        "OrderDetails": _order_details(order, wording),
        "Statuses": _statuses(order),
        "OrderItems": [_item(order, line, wording) for line in order.lines],
        "RelatedOrders": related_rows(order, wording),
        "TotalInfo": _totals(order, wording),
        "PaymentOptions": {"PaymentTerms": "", "Total": wording.money(order.grand_total)},
        "ShippingDetails": _shipping(order, wording),
        "OrderPackages": [package_row(order, package) for package in order.packages],
        "LastUpdated": wording.moment(order.last_updated, 2),
        "OrderSiteCode": str(order.site_code),
        "ShippingAddress": wording.address(order.address, shipping=True),
        "BillingAddress": wording.address(order.billing or order.address, shipping=False),
        "StoreType": order.store_type,
        "Payments": [],
        "ProfitAndLoss": {"Comission": "0.00"},
        "CustomColumns": custom_values(order, columns),
        "GiftDetails": {
            "IsGiftOrder": order.gift,
            "IsWholeSaleOrder": False,
            "HasOrderItems": bool(order.lines),
            "GiftDetails": {
                "UseGiftWrap": False,
                "GiftMessage": order.gift_message or None,
                "GiftWrapType": None,
                "GiftWrapFee": 0.0,
            },
        },
        "RequireSignatureConfirmation": order.signature,
        "IsWholeSaleOrder": False,
        "RmaID": 0,
    }


def package_row(order: SimOrder, package: SimPackage) -> Row:
    """A package as section 5.6 and ``GET /api/Orders/Packages`` give it."""
    return {
        "ID": package.id,
        "TrackingNumber": package.tracking,
        "TrackingNumberUrl": None,
        "TrackingNumberText": package.tracking,
        "Length": package.length_in,
        "Width": package.width_in,
        "Height": package.height_in,
        "Weight": package.weight_oz,
        "ShippingCost": 0.0,
        "FinalShippingFee": float(package.final_fee),
        "EstimatedDeliveryDate": None,
        "DeliveryDate": None,
        "DeliveryStatus": package.delivery_status,
        "DeclaredValue": float(package.declared_value),
        "Items": [
            {
                "OrderID": order.id,
                "PackageID": package.id,
                "OrderItemID": content.order_item_id,
                "OrderItemBundleItemID": content.part_id,
                "ProductID": content.product_id,
                "Qty": content.qty,
                "ItemName": content.name,
            }
            for content in package.contents
        ],
    }


def custom_values(order: SimOrder, columns: Mapping[str, Column]) -> list[Row]:
    """Every custom column of the tenant with the order's value."""
    values = dict(order.custom_values)
    return [
        {
            "ID": column.id,
            "ColumnName": column.name,
            "DisplayName": column.display_name,
            "DataType": column.data_type,
            "DataLength": column.data_length,
            "IsDropDownColumn": False,
            "IsDropDownCustomTextAllowed": False,
            "Value": values.get(column.name),
        }
        for column in columns.values()
    ]


def _order_details(order: SimOrder, wording: Wording) -> Row:
    rate = float(order.rate_from_usd)
    return {
        "CompanyId": order.company_id,
        "ClientId": 1,
        "SiteCode": order.site_code,
        "OrderSource": order.channel,
        "OrderSourceOrderId": order.source_id,
        "EbaySellingManagerSalesRecordNumber": order.sales_record_number,
        "CustomerEmail": order.email,
        "CustomerID": order.user_id,
        "PromiseDate": wording.date_or_none(order.promised_on, 3),
        "CurrencyCode": order.currency,
        "CurrencyRateFromUSD": rate,
        "CurrencyRateToUSD": round(1 / rate, 6),
        "OrderDate": wording.moment(order.ordered_on),
        "CreatedOn": wording.moment(order.created_on, 1),
        "OrderSubType": order.subtype,
        "IsOrderLocked": order.locked,
        "MarkettingSourceID": 0,
    }


def _statuses(order: SimOrder) -> Row:
    return {
        "OrderStatus": order.status,
        "ShippingStatus": order.shipping_status,
        "PaymentStatus": order.payment_status,
        "DropshipStatus": order.dropship_status,
        "CustomerServiceStatus": 0,
        "BackorderStatus": int(any(line.back_order_qty for line in order.lines)),
        "OkToProcess": 1,
        "OkToShip": order.ok_to_ship,
        "PickingStatus": 0,
        "AddressVerifiedStatus": 0,
        "RushOrder": order.rush,
        "IsDelivered": False,
        "IsExported": order.exported,
        "ChannelNotifiedOfShipping": order.shipped,
        "IsBlackListed": False,
    }


def _item(order: SimOrder, line: SimLine, wording: Wording) -> Row:
    row: Row = {
        "ID": line.id,
        "OrderID": order.id,
        "ProductID": line.product_id,
        "_ProductIDInitial": line.product_id,
        "ProductIDOriginal": line.product_id,
        "DisplayName": wording.padded(line.name),
        "Qty": line.qty,
        "SitePrice": wording.money(line.price),
        "AdjustedSitePrice": wording.money(line.price),
        "LineTotal": wording.money(line.total),
        "LineTaxTotal": wording.money(line.tax),
        "WarehouseID": line.warehouse_id,
        "BackOrderQty": line.back_order_qty,
        "QtyReturned": 0,
        "QtyPicked": 0,
        "Notes": line.notes,
        "BundleItems": [
            {
                "ProductID": part.product_id,
                "ProductName": part.name,
                "ImageURL": "",
                "QtyPerKit": part.qty,
                "TotalQty": part.qty * line.qty,
                "BackOrderQty": 0,
                "Picked": 0,
            }
            for part in line.parts
        ],
        "RowStatus": 0,
        "IsModified": False,
    }
    return wording.blanks(row, ("Notes",))


def _totals(order: SimOrder, wording: Wording) -> Row:
    goods = order.grand_total - order.shipping_total - order.tax_total - order.handling_fee
    return {
        "SubTotal": wording.money(goods + order.discount_total),
        "Discount": wording.money(order.discount_total),
        "PromoCode": "",
        "Tax": wording.money(order.tax_total),
        "TaxRate": 0.0,
        "Shipping": wording.money(order.shipping_total),
        "Handling": wording.money(order.handling_fee),
        "Insurance": 0.0,
        "GiftWrap": 0.0,
        "GrandTotal": wording.money(order.grand_total),
        "IsModified": False,
    }


def _shipping(order: SimOrder, wording: Wording) -> Row:
    pounds, ounces = divmod(order.weight_oz, 16)
    row: Row = {
        "ShippingStatus": order.shipping_status,
        "Carrier": order.carrier,
        "Service": order.service,
        "RushOrder": order.rush,
        "RequirePINToShip": False,
        "OrderShippingPromiseDate": wording.date_or_none(order.promised_on, 3),
        "ShipDate": wording.date_or_none(order.ship_date),
        "ShippingTotal": wording.money(order.shipping_total),
        "CostOfShipping": float(sum(package.final_fee for package in order.packages)),
        "EstShipWeight": {"Pounds": float(pounds), "Ounces": float(ounces)},
        "ShippedBy": order.shipped_by,
        "LockShippingMethod": False,
        "OtherCarrier": "",
        "OtherMethed": "",
        "OrderItemCount": str(len(order.lines)),
        "IsModified": False,
    }
    return wording.blanks(row, ("Carrier", "Service", "ShippedBy"))
