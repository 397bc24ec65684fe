"""Which rules of PDF/UA-1 (accessible to all) or PDF/A-2a (readable for ever) a PDF file breaks."""

import re
from pathlib import Path

import page

_STREAM = re.compile(rb">>\s*stream\r?\n")
_LENGTH = re.compile(rb"/Length (\d+)")


def broken_rules(pdf: Path | bytes, profile: str = "ua1") -> list[str]:
    """Each broken rule with the validator's own words; `profile` is "ua1", "2a" and the like.

    The validator takes the last byte of a stream for a part of the line's end where it is a carriage return, as one
    compressed stream of 256 has it: whether lengths are right is counted here when it says that they are not.
    """
    data = pdf if isinstance(pdf, bytes) else pdf.read_bytes()
    failures = page.validate_pdf_bytes(data, profile=profile).failures
    return [f"{one.rule_id}: {one.message}" for one in failures if "STREAM-LENGTH" not in one.rule_id or _lies(data)]


def _lies(data: bytes) -> bool:
    """Whether the length of any stream is not what lies before its end."""
    for found in _STREAM.finditer(data):
        told = _LENGTH.findall(data, max(0, found.start() - 4_000), found.start())
        end = data[found.end() + int(told[-1]) :][:11] if told else b""
        if not end.lstrip(b"\r\n").startswith(b"endstream") or not end.startswith((b"\n", b"\r\n")):
            return True
    return False
