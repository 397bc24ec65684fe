"""Database, errors, events, clock, files, text and marks on personal data: what every domain stands on; no Flask."""
