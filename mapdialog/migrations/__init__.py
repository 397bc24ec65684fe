"""Numbered migrations (Alembic) and the one list of modules that hold tables."""
