"""A plan report too long for one part is set in several, also within a long table."""

import re
from dataclasses import replace

import pypdf

from mapdialog.reports.plan_report import Remaining, Unmet
from mapdialog.reports.plan_report_pdf import write_pdf
from tests.pdf_rules import broken_rules
from tests.reports.plan_report_seeds import BRAND, content_of, make_told


def test_a_list_of_remaining_views_longer_than_a_part_is_set_in_several_and_holds_each_once(session, tmp_path):
    views = tuple(
        Remaining(f"{number}.1", "Inte tillgodosedd", "Höjden. " * 20, "Skäl. ") for number in range(100, 160)
    )
    content = replace(content_of(session, make_told(session)), unmet=(Unmet("Bo Alm", views),))
    write_pdf(content, tmp_path / "r.pdf", BRAND, part_weight=12)
    pages = [page.extract_text() for page in pypdf.PdfReader(tmp_path / "r.pdf").pages]
    holding = [page for page in pages if re.search(r"\b1\d\d\.1: inte", page)]
    assert re.findall(r"\b(1\d\d\.1): inte", " ".join(holding)) == [view.label for view in views]
    assert all("Vad den gäller" in page for page in holding)
    assert broken_rules(tmp_path / "r.pdf", "ua1") == broken_rules(tmp_path / "r.pdf", "2a") == []
