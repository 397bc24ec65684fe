"""Letters of a sending as one Word file, a letter a page, with the address where a window envelope shows it."""

import io
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from mapdialog.core.wording import day_in_words
from mapdialog.plans.party_models import PlanRecipient

# An A4 folded once in a Swedish C5 envelope with its window to the right (H2): from the page's left and upper edge.
WINDOW_LEFT_MM, WINDOW_TOP_MM, WINDOW_WIDTH_MM, WINDOW_HEIGHT_MM = 112, 47, 80, 27
_MARGIN_MM = 22
_BODY_TOP_MM = 92
FONT = "Arial"


@dataclass(frozen=True)
class LetterHead:
    """What every letter says beside its words: who sends it, how to reach them, the case and the day."""

    municipality: str
    department: str
    contact: str
    registry_number: str
    day: date


def write(head: LetterHead, title: str, body: str, recipients: Sequence[PlanRecipient]) -> bytes:
    """The letters in the list's order as DOCX; body's paragraphs are parted by blank lines."""
    document = docx.Document()
    _set_page(document, head, title)
    before = len(document.element.body)
    address = _prototype(document, head, title, body)
    end = document.element.body.sectPr
    prototype = list(document.element.body)[before - 1 : -1]
    place = prototype.index(address)
    for part in prototype:
        document.element.body.remove(part)
    # Copies put straight before the end: adding paragraph by paragraph searches the whole file every time.
    for number, one in enumerate(recipients):
        parts = [deepcopy(part) for part in prototype]
        parts[place].r_lst[0].text = "\n".join([one.name, *one.address.split("\n")])
        parts[0].get_or_add_pPr().pageBreakBefore_val = number > 0
        for part in parts:
            end.addprevious(part)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def _set_page(document: Any, head: LetterHead, title: str) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.language = title, head.municipality, "sv-SE"
    properties.comments = ""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(_MARGIN_MM)
    section.top_margin, section.bottom_margin = Mm(18), Mm(18)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10.5)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(7), 1.2
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "sv-SE")
    normal.element.get_or_add_rPr().append(language)
    heading = document.styles["Heading 1"]
    heading.font.name, heading.font.size, heading.font.bold = FONT, Pt(14), True
    heading.font.color.rgb = None
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        heading.element.rPr.rFonts.attrib.pop(qn(f"w:{name}"), None)
    heading.paragraph_format.space_after = Pt(8)


def _prototype(document: Any, head: LetterHead, title: str, body: str) -> Any:
    """One letter at the end of the document; returns the paragraph its address goes into."""
    # The page begins with an empty line of no height to speak of; what is in frames hangs on the paragraph after them.
    spacer = document.add_paragraph()
    spacer.paragraph_format.page_break_before = True
    spacer.paragraph_format.space_after = Pt(0)
    spacer.paragraph_format.line_spacing = Pt(1)
    sender = _framed(document, (_MARGIN_MM, 18, 78, 60))
    sender.add_run(head.municipality).bold = True
    rest = [
        *(line for line in (head.department, head.contact) if line),
        "",
        f"Diarienummer {head.registry_number}",
        day_in_words(head.day, "sv"),
    ]
    sender.add_run("\n" + "\n".join(rest))
    box = (WINDOW_LEFT_MM, WINDOW_TOP_MM, WINDOW_WIDTH_MM, WINDOW_HEIGHT_MM)
    address = _framed(document, box)
    address.add_run("")
    first = document.add_heading(title, level=1)
    first.paragraph_format.space_before = Mm(_BODY_TOP_MM - 18)
    for paragraph in body.split("\n\n"):
        document.add_paragraph(paragraph.strip("\n"))
    for paragraph in (sender, address):
        for run in paragraph.runs:
            run.font.size = Pt(9.5 if paragraph is sender else 11)
    return address._p


def _framed(document: Any, box: tuple[float, float, float, float]) -> Any:
    """An empty paragraph in a frame at a fixed place on the page: left, top, width and height in millimetres."""
    frame = OxmlElement("w:framePr")
    left, top, width, height = map(_twips, box)
    for name, value in (
        ("w", width),
        ("h", height),
        ("hRule", "exact"),
        ("wrap", "around"),
        ("vAnchor", "page"),
        ("hAnchor", "page"),
        ("x", left),
        ("y", top),
    ):
        frame.set(qn(f"w:{name}"), str(value))
    paragraph = document.add_paragraph()
    paragraph._p.get_or_add_pPr().insert(0, frame)
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = 1.1
    return paragraph


def _twips(mm: float) -> int:
    return round(mm / 25.4 * 1440)
