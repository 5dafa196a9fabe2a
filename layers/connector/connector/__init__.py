"""Sellercloud to Starshipit connector: the trade, the vendors and the ledger; nothing of Lambda."""
