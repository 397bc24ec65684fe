"""The paper letters are written on: ours or the municipality's template, a section a letter, and where things stand."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table

from mapdialog.plans import word_files, word_styles
from mapdialog.plans.word_files import WordFile

# An A4 folded once in a Swedish C5 envelope with its window to the right (H2): from the page's left and upper edge.
WINDOW = (112.0, 47.0, 80.0, 27.0)
BODY_TOP_MM = 92.0
FONT = "Arial"
_LEFT_MM, _TOP_MM = 22.0, 18.0
_LINE_MM = 5.0
_REFERENCES = (qn("w:headerReference"), qn("w:footerReference"))
_AFTER_NUMBERS = ("w:cols", "w:formProt", "w:vAlign", "w:noEndnote", "w:titlePg", "w:textDirection", "w:bidi")
_AT_THE_END = ("w:rtlGutter", "w:docGrid", "w:printerSettings", "w:sectPrChange")


@dataclass(frozen=True)
class Paper:
    """A document without text; `sender` is the place of who sends (left, top, width and height) and `text_top_mm`
    where the text of a first page would begin by itself."""

    document: Any
    sender: tuple[float, float, float, float]
    text_top_mm: float

    def ends_letter(self, paragraph: Any) -> None:
        """Let a letter's section end with the paragraph (XML): the next one begins on page 1 of its own.

        It has no header of its own, and so that of the section before it.
        """
        section = deepcopy(self.document.element.body.sectPr)
        paragraph.get_or_add_pPr().append(section)

    def first_has_headers(self) -> None:
        """Headers and footers belong to the first section; those after it have the same as long as they say nothing."""
        body = self.document.element.body
        sections = list(body.iter(qn("w:sectPr")))
        for section in sections[1:]:
            for one in [each for each in section if each.tag in _REFERENCES]:
                section.remove(one)


def own() -> Paper:
    """Paper of our own. A letter's second page and those after it say which they are."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(_LEFT_MM)
    section.top_margin = section.bottom_margin = Mm(_TOP_MM)
    section.different_first_page_header_footer = True
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10.5)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(7), 1.2
    heading = document.styles["Heading 1"]
    heading.font.name, heading.font.size, heading.font.bold = FONT, Pt(14), True
    heading.font.color.rgb = None
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        heading.element.rPr.rFonts.attrib.pop(qn(f"w:{name}"), None)
    heading.paragraph_format.space_after = Pt(8)
    _number_pages(section.footer.paragraphs[0])
    _number_anew(document)
    return Paper(document, (_LEFT_MM, _TOP_MM, 78, 60), _TOP_MM)


def on_template(template: WordFile) -> Paper:
    """The template without its text. Who sends stands under its header, beside the window.

    Raises Invalid and TooLarge.
    """
    document = word_files.opened(template)
    word_files.empty(document)
    word_styles.add_heading(document, "Heading 1", 14, before=0, after=8)
    _count_pages_of_the_letter(document)
    _number_anew(document)
    section = document.sections[-1]
    left = min(_mm(section.left_margin), 60.0)
    under = header_bottom_mm(document)
    sender = (left, max(WINDOW[1], under + 2), WINDOW[0] - left - 6, WINDOW[3] + 8)
    return Paper(document, sender, max(_mm(section.top_margin), under))


def header_bottom_mm(document: Any) -> float:
    """About how far down from the page's edge a first page's header reaches; pictures that float don't count."""
    section = document.sections[-1]
    header = section.first_page_header if section.different_first_page_header_footer else section.header
    return _mm(section.header_distance) + sum(_height_mm(one) for one in header.iter_inner_content())


def _height_mm(block: Any) -> float:
    if isinstance(block, Table):
        rows = [[sum(map(_height_mm, cell.iter_inner_content())) for cell in row.cells] for row in block.rows]
        return sum(max(row, default=0) for row in rows)
    pictures = [
        int(one.get("cy", 0)) / Mm(1) for one in block._p.findall(".//" + qn("wp:inline") + "/" + qn("wp:extent"))
    ]
    return max([*pictures, _LINE_MM * (1 + block.text.count("\n"))])


def _mm(length: Any) -> float:
    return float((length or 0) / Mm(1))


def _number_pages(line: Any) -> None:
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    line.add_run("Sida ")
    for kind in ("begin", "PAGE", "separate", "2", "end"):
        run = line.add_run()._r
        if kind == "PAGE":
            run.append(_tag("w:instrText"))
            run[-1].text = kind
        elif kind == "2":
            run.text = kind
        else:
            run.append(_tag("w:fldChar", fldCharType=kind))


def _number_anew(document: Any) -> None:
    """Every section begins with page 1, on a page of its own."""
    section = document.element.body.sectPr
    for name in ("type", "pgNumType"):
        for one in section.findall(qn(f"w:{name}")):
            section.remove(one)
    section.insert_element_before(_tag("w:pgNumType", start="1"), *_AFTER_NUMBERS, *_AT_THE_END)


def _count_pages_of_the_letter(document: Any) -> None:
    """A footer that says how many pages there are means those of the letter, not of all letters in the file."""
    for part in word_files.headers_and_footers(document):
        for one in part.iter(qn("w:instrText")):
            one.text = (one.text or "").replace("NUMPAGES", "SECTIONPAGES")
        for one in part.iter(qn("w:fldSimple")):
            one.set(qn("w:instr"), one.get(qn("w:instr"), "").replace("NUMPAGES", "SECTIONPAGES"))


def _tag(name: str, **attributes: str) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made
