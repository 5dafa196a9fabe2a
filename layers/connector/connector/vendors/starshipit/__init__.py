"""Starshipit: where labels are printed."""
