"""The Starshipit client and its contract."""
