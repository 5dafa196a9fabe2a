"""The Sellercloud client and its contract."""
