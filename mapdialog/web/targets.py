"""Addresses within this site that a request may ask to be sent on to."""

import re

# Browsers drop tabs and newlines, and read a backslash as a slash: none may hide a second slash.
_LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\\\x7f]*")


def safe_target(wanted: str | None, default: str) -> str:
    """`wanted` if it is a path on this site, else `default`."""
    return wanted if wanted and len(wanted) < 2000 and _LOCAL.fullmatch(wanted) else default
