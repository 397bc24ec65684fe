"""Which rules of PDF/UA-1 (accessible to all) or PDF/A-2a (readable for ever) a PDF file breaks."""

from pathlib import Path

import page


def broken_rules(pdf: Path | bytes, profile: str = "ua1") -> list[str]:
    """Each broken rule with the validator's own words; `profile` is "ua1", "2a" and the like."""
    report = (
        page.validate_pdf_bytes(pdf, profile=profile)
        if isinstance(pdf, bytes)
        else page.validate_pdf(pdf, profile=profile)
    )
    return [f"{one.rule_id}: {one.message}" for one in report.failures]
