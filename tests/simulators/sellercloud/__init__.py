"""Simulator of a Sellercloud tenant: its REST API as contracts/sellercloud.md describes it."""

from .faults import Faults, Kind
from .models import (
    Call,
    ShipmentWrite,
    SimAddress,
    SimContent,
    SimKitPart,
    SimLine,
    SimNote,
    SimOrder,
    SimPackage,
    Snapshot,
)
from .server import SellercloudSimulator
from .switches import Switches

__all__ = [
    "Call",
    "Faults",
    "Kind",
    "SellercloudSimulator",
    "ShipmentWrite",
    "SimAddress",
    "SimContent",
    "SimKitPart",
    "SimLine",
    "SimNote",
    "SimOrder",
    "SimPackage",
    "Snapshot",
    "Switches",
]
