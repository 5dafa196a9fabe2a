"""Sellercloud: where the merchant's orders live."""
