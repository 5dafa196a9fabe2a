"""Pure decisions over models: no I/O, no clock, no settings look-up."""
