"""The model test: random lives of orders, and what must be true of both systems when the dust has settled."""
