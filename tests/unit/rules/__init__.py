"""Tests of connector.rules: plain calls, no doubles."""
