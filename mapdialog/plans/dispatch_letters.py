"""Letters of a sending as one Word file, a section each, with the address where a window envelope shows it."""

import io
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from mapdialog.core.wording import day_in_words
from mapdialog.plans import letter_paper, word_files, word_styles
from mapdialog.plans.letter_paper import BODY_TOP_MM, WINDOW, Paper
from mapdialog.plans.party_models import PlanRecipient
from mapdialog.plans.word_files import WordFile

_POINT_MM = 25.4 / 72


@dataclass(frozen=True)
class LetterHead:
    """What every letter says beside its words: who sends it, how to reach them, the case and the day."""

    municipality: str
    department: str
    contact: str
    registry_number: str
    day: date


def write(
    head: LetterHead, title: str, body: str, recipients: Sequence[PlanRecipient], template: WordFile | None = None
) -> bytes:
    """The letters in the list's order as DOCX, on the template if there is one; body's paragraphs are parted by blank
    lines. Raises Invalid and TooLarge for a bad template."""
    paper = letter_paper.own() if template is None else letter_paper.on_template(template)
    document = paper.document
    properties = document.core_properties
    properties.title, properties.author, properties.language = title, head.municipality, "sv-SE"
    properties.comments = properties.last_modified_by = ""
    word_files.say_swedish(document)
    before = len(document.element.body)
    address = _prototype(paper, head, title, body)
    end = document.element.body.sectPr
    prototype = list(document.element.body)[before - 1 : -1]
    place = prototype.index(address)
    for part in prototype:
        document.element.body.remove(part)
    # Copies put straight before the end: adding paragraph by paragraph searches the whole file every time.
    for number, one in enumerate(recipients, start=1):
        parts = [deepcopy(part) for part in prototype]
        words = parts[place].r_lst[0]
        words.text = "\n".join([one.name, *one.address.split("\n")])
        words.rPr.sz_val = Pt(_points(words.text.split("\n")))
        if number < len(recipients):
            paper.ends_letter(parts[-1])
        for part in parts:
            end.addprevious(part)
    paper.first_has_headers()
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def _prototype(paper: Paper, head: LetterHead, title: str, body: str) -> Any:
    """One letter at the end of the document; returns the paragraph its address goes into."""
    document = paper.document
    # The page begins with an empty line of no height to speak of; what is in frames hangs on the paragraph after them.
    spacer = document.add_paragraph()
    _set_tight(spacer, Pt(1))
    sender = _framed(document, paper.sender)
    sender.add_run(head.municipality).bold = True
    rest = [
        *(line for line in (head.department, head.contact) if line),
        "",
        f"Diarienummer {head.registry_number}",
        day_in_words(head.day, "sv"),
    ]
    sender.add_run("\n" + "\n".join(rest))
    address = _framed(document, WINDOW)
    address.add_run("")
    first = document.add_heading(title, level=1)
    first.paragraph_format.space_before = Mm(max(0.0, BODY_TOP_MM - paper.text_top_mm))
    for paragraph in body.split("\n\n"):
        document.add_paragraph(paragraph.strip("\n"), word_styles.text_style(document))
    for run in (*sender.runs, *address.runs):
        run.font.size = Pt(9.5)
    return address._p


def _framed(document: Any, box: tuple[float, float, float, float]) -> Any:
    """An empty paragraph in a frame at a fixed place on the page: left, top, width and height in millimetres."""
    frame = OxmlElement("w:framePr")
    left, top, width, height = map(_twips, box)
    for name, value in (
        ("w", width),
        ("h", height),
        ("hRule", "atLeast"),
        ("wrap", "around"),
        ("vAnchor", "page"),
        ("hAnchor", "page"),
        ("x", left),
        ("y", top),
    ):
        frame.set(qn(f"w:{name}"), str(value))
    paragraph = document.add_paragraph()
    _set_tight(paragraph, 1.1)
    paragraph._p.pPr.insert_element_before(frame, "w:widowControl", "w:spacing", "w:ind", "w:jc")
    return paragraph


def _set_tight(paragraph: Any, lines: Any) -> None:
    """Whatever the template's paragraphs are like, what has a fixed place begins at its upper left corner."""
    layout = paragraph.paragraph_format
    layout.space_before = layout.space_after = layout.left_indent = layout.right_indent = Pt(0)
    layout.first_line_indent, layout.line_spacing, layout.alignment = Pt(0), lines, WD_ALIGN_PARAGRAPH.LEFT


def _points(lines: list[str]) -> int:
    """The largest type in which an address is seen whole in the window, also in a wide font."""
    for size in (11, 10, 9):
        letters = WINDOW[2] / (size * _POINT_MM * 0.6)
        height = sum(ceil(len(line) / letters) for line in lines) * size * _POINT_MM * 1.3
        if height <= WINDOW[3]:
            return size
    return 8


def _twips(mm: float) -> int:
    return round(mm / 25.4 * 1440)
