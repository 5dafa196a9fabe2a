"""Sellercloud's numbers and their names (contract section 12).

In: nothing. Out: plain tables, name to number, for settings and guards; for currencies number to
ISO code. Wrong: nothing here fails; a number that is in no table is not an error (new ones appear),
it is opaque. Names are spelled as the vendor spells them; a second spelling in use is listed as an
alias. Filter-only payment values (-1, 11, 61 …) are left out: no row ever holds one, so a guard
that named them would let nothing through.
"""

from __future__ import annotations

from collections.abc import Mapping

ORDER_STATUS: dict[str, int] = {
    "Canceled": -1,
    "Cancelled": -1,
    "ShoppingCart": 1,
    "InProcess": 2,
    "Completed": 3,
    "ProblemOrder": 100,
    "OnHold": 200,
    "Quote": 300,
    "Void": 999,
}

SHIPPING_STATUS: dict[str, int] = {
    "Unknown": 0,
    "Unshipped": 1,
    "PartiallyShipped": 2,
    "FullyShipped": 3,
    "ReadyForPickup": 4,
}

PAYMENT_STATUS: dict[str, int] = {
    "NoPayment": 10,
    "Authorized": 20,
    "Charged": 30,
    "Uncleared": 40,
    "PartialRefund": 50,
    "FullRefund": 60,
    "PartiallyPaid": 70,
    "EbayPaid": 80,
    "PaymentError": 99,
}

DROPSHIP_STATUS: dict[str, int] = {
    "None": 0,
    "Pending": 1,
    "Requested": 2,
    "Acknowledged": 3,
    "Processed": 4,
    "PartialProcessed": 5,
    "Canceled": 6,
    "Cancelled": 6,
    "Invalid": 7,
}

CHANNEL: dict[str, int] = {
    "Local_Store": 0,
    "eBayOrder": 1,
    "eBaySingleItem": 2,
    "Yahoo": 3,
    "Amazon": 4,
    "PriceGrabber": 5,
    "Website": 6,
    "Buy": 7,
    "NewEggMall": 12,
    "Magento": 15,
    "QuickBooks": 16,
    "RMS": 17,
    "Cart32": 18,
    "Sears": 19,
    "FBA": 20,
    "Wholesale": 21,
    "Overstock": 22,
    "NewEggdotcom": 23,
    "Etsy": 24,
    "Bonanza": 25,
    "PriceFalls": 26,
    "Wayfair": 27,
    "UnbeatableSale": 28,
    "VendorCentral": 29,
    "Hayneedle": 30,
    "SmartBargains": 31,
    "uBid": 32,
    "ATGStores": 33,
    "StacksAndStacks": 34,
    "Sharkstores": 35,
    "BestBuy": 36,
    "Kohls": 37,
    "Staples": 38,
    "OneStopPlus": 39,
    "Meijer": 40,
    "Sonsi": 41,
    "Walmart": 42,
    "HSN": 43,
    "NewEgg_Business": 44,
    "KMart": 45,
    "Wish": 46,
    "SPRichards": 47,
    "FingerHut": 48,
    "Groupon": 49,
    "Walmart_Marketplace": 50,
    "ShopHQ": 51,
    "PriceMinister": 52,
    "GS": 53,
    "DrugStore": 54,
    "MercadoLibre": 55,
    "JET": 56,
    "ElevenMain": 57,
    "SearsVendor": 58,
    "Choxi": 59,
    "TradeMe": 60,
    "Tanga": 61,
    "Target": 62,
    "GrouponMarketplace": 63,
    "Reverb": 64,
    "BedBathAndBeyond": 65,
    "Dropship_Central": 66,
    "DSW": 67,
    "Houzz": 68,
    "Gilt": 69,
    "BestBuyDS": 70,
    "TopHatter": 71,
    "HomeDepot": 72,
    "MassGenie": 73,
    "Cdiscount": 74,
    "GrouponGateway": 75,
    "SBN": 76,
    "GoogleExpress": 77,
    "Target_Plus": 78,
    "WFS": 79,
}

ORDER_TYPE: dict[str, int] = {
    "None": 0,
    "Sample": 1,
    "Charity": 2,
    "eBayNow": 3,
    "eBayLocalPickup": 4,
    "Same_Day_Delivery": 5,
    "GS": 6,
    "Prime": 7,
    "FBA_Exchange": 8,
    "Amazon_Business": 9,
    "Amazon_Business_Prime": 10,
    "Second_Day": 11,
    "Wish_Express": 12,
    "SBN": 13,
    "Amazon_Global_Express": 15,
    "InStorePickUp": 16,
    "Fulfilled_By_TikTok": 17,
}

NOTE_GENERAL = 0
NOTE_CUSTOMER_INSTRUCTIONS = 1

_ISO_CODES = """
    USD GBP JPY EUR CAD AUD MXN TWD CNY AFA ALL DZD ADP AOA ARS AMD AWG AZM BSD BHD BDT BBD BYR
    BZD BMD BTN INR BOV BOB BAM BWP BRL BND BGL BGN BIF KHR CVE KYD XAF CLF CLP COP KMF CDF CRC
    HRK CUP CYP CZK DKK DJF DOP TPE ECV ECS EGP SVC ERN EEK ETB FKP FJD GMD GEL GHC GIP GTQ GNF
    GWP GYD HTG HNL HKD HUF ISK IDR IRR IQD ILS JMD JOD KZT KES KPW KRW KWD KGS LAK LVL LBP LSL
    LRD LYD CHF LTL MOP MKD MGF MWK MYR MVR MTL MRO MUR MXV MDL MNT XCD MZM MMK ZAR NAD NPR ANG
    XPF NZD NIO NGN NOK OMR PKR PAB PGK PYG PEN PHP PLN QAR ROL RUB RUR RWF SHP WST STD SAR SCR
    SLL SGD SKK SIT SBD SOS LKR SDD SRG SZL SEK SYP TJS TZS THB XOF TOP TTD TND TRL TMM UGX UAH
    AED USS USN UYU UZS VUV VEB VND MAD YER YUM ZMK ZWD ATS
"""

CURRENCY: dict[int, str] = dict(enumerate(_ISO_CODES.split()))


def name_of(table: Mapping[str, int], number: int | None) -> str:
    """The vendor's name of a number; one without a name is shown as it is, one that is not there as empty."""
    if number is None:
        return ""
    return next((name for name, each in table.items() if each == number), str(number))
