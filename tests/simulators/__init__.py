"""Simulators of the two vendors' web services: the test bench of the connector."""
