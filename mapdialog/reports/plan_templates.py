"""Trying a Word template of the municipality's: papers made with it, and what to know of it before it is used."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn

from mapdialog.config import Config
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.plans import dispatch_letters, letter_paper, word_files
from mapdialog.plans.template_models import LETTER, REPORT
from mapdialog.plans.word_files import WordFile
from mapdialog.reports import plan_template_sample as sample
from mapdialog.reports.papers import make_brand
from mapdialog.reports.plan_docx_shell import MARK
from mapdialog.reports.plan_report_docx import write_docx

NO_HEADER = N_("Mallen har varken sidhuvud eller sidfot.")
NO_MARK = N_("Mallens egen text används inte. Skriv [[redogörelse]] på en egen rad i mallen där texten ska stå.")
TOO_TALL = N_("Sidhuvudet ser ut att nå ner i kuvertets fönster, som börjar 47 mm från papperets överkant.")


def make_sample(purpose: str, template: WordFile | None, config: Config, day: date) -> bytes:
    """A made-up report or letter on the template, as DOCX. Raises Invalid and TooLarge for a bad template."""
    if purpose == LETTER:
        head = sample.letter_head(config, day)
        return dispatch_letters.write(head, sample.LETTER_TITLE, sample.LETTER, sample.recipients(), template)
    with tempfile.TemporaryDirectory(prefix="mapdialog-sample-") as folder:
        path = Path(folder) / "sample.docx"
        write_docx(sample.report(config, day), path, make_brand(config), template=template)
        return path.read_bytes()


def demand_usable(purpose: str, template: WordFile, config: Config, day: date) -> None:
    """Write on it once, so that nobody finds out later that it can't be done. Raises Invalid and TooLarge."""
    try:
        make_sample(purpose, template, config, day)
    except DomainError:
        raise
    except Exception:  # Word files hold more than anybody knows of.
        raise Invalid(word_files.BROKEN, field="template", name=template.name) from None


def remarks(purpose: str, template: WordFile) -> list[str]:
    """What to know of a template, as msgids. Raises Invalid and TooLarge."""
    document = word_files.opened(template)
    texts = [one.text.strip() for one in document.paragraphs]
    found = []
    if not any(map(_is_filled, word_files.headers_and_footers(document))):
        found.append(NO_HEADER)
    if purpose == REPORT and any(texts) and MARK not in texts:
        found.append(NO_MARK)
    if purpose == LETTER and letter_paper.header_bottom_mm(document) > letter_paper.WINDOW[1]:
        found.append(TOO_TALL)
    return found


def _is_filled(part: Any) -> bool:
    return bool("".join(part.itertext()).strip()) or next(part.iter(qn("w:drawing"), qn("w:pict")), None) is not None
