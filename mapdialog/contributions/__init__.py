"""Contributions: everything a person puts on the map, and what happens to it."""
