"""One module a use case: the effects in their order; every decision is asked of `rules`."""
