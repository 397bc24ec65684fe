"""What a plan report's Word file has besides its text: styles, page, header and footer, the municipality's template."""

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from mapdialog.core.wording import translator
from mapdialog.plans import word_files, word_styles
from mapdialog.plans.word_files import WordFile
from mapdialog.reports.docx_parts import FINE, INK, MUTED, NOTICE, SMALL, SOFT, Paper
from mapdialog.reports.papers import Brand

# Paragraph styles of the report's own, by the names that a planner meets in Word and a template may define.
POINT, QUOTE, ANSWER = "Synpunkt", "Synpunkt citat", "Kommunens svar"
TOC_HEADING = "Innehåll rubrik"
STYLES = ("Normal", "Title", "Subtitle", "Caption", NOTICE, SMALL, FINE, POINT, QUOTE, ANSWER, TOC_HEADING)
HEADINGS = ("Heading 1", "Heading 2", "Heading 3")
TOC = ("toc 1", "toc 2")
MARK = "[[redogörelse]]"
OWN_WIDTH_MM = 170.0


def own_shell(brand: Brand, *, title: str, running: str, footer: str) -> Any:
    """A document in the installation's own look, without text."""
    paper = Paper(brand, title=title, language="sv")
    paper.header_and_footer(running, footer, translator("sv"))
    _complete(paper.document, brand)
    paper.document.styles["Heading 3"].font.size = Pt(11)
    paper.document.styles["Heading 3"].paragraph_format.space_before = Pt(16)
    paper.document.styles["Caption"].paragraph_format.space_before = Pt(8)
    return paper.document


def template_shell(template: WordFile, brand: Brand, *, title: str) -> Any:
    """The municipality's own template with the styles that it lacks. Its text is left out, unless it holds a paragraph
    with MARK: then the report stands there, and what is round it stays.

    Raises Invalid and TooLarge, saying what is wrong with the file.
    """
    document = word_files.opened(template)
    if not any(one.text.strip() == MARK for one in document.paragraphs):
        word_files.empty(document)
    properties = document.core_properties
    properties.title, properties.language, properties.author = title, "sv-SE", brand.name
    properties.comments = properties.last_modified_by = ""
    if TOC_HEADING not in document.styles and "Heading 1" in document.styles:
        _add_contents_heading(document)
    _complete(document, brand)
    return document


def text_width(document: Any) -> float:
    """How wide the text of the last section is, in millimetres; as ours where the file tells of nothing sensible."""
    section = document.sections[-1]
    page, left, right = section.page_width, section.left_margin, section.right_margin
    if page is None or left is None or right is None or page - left - right < Mm(60):
        return OWN_WIDTH_MM
    return float((page - left - right) / Mm(1))


def _add_contents_heading(document: Any) -> None:
    """Looks as the template's own headings do, but stands in no table of contents."""
    made = document.styles.add_style(TOC_HEADING, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style = document.styles["Heading 1"]
    level = OxmlElement("w:outlineLvl")
    level.set(qn("w:val"), "9")
    made.element.get_or_add_pPr().append(level)


def style_ids(document: Any) -> dict[str, str]:
    """The ids that paragraphs name their styles by; a Swedish Word calls Heading 1 `Rubrik1`."""
    found = {name: document.styles[name].style_id for name in (*STYLES, *HEADINGS, *TOC)}
    return {**found, "Normal": word_styles.text_style(document).style_id}


def _complete(document: Any, brand: Brand) -> None:
    """Add each style that is missing; those that a template has are left as they are."""
    color = brand.color.lstrip("#")
    for name, size, hue, before, after in (
        ("Title", 25, INK, 26, 3),
        ("Subtitle", 13, MUTED, 0, 16),
        ("Heading 1", 14.5, color, 22, 7),
        ("Heading 2", 12, INK, 15, 5),
        ("Heading 3", 11, INK, 12, 3),
        ("Caption", 8.5, MUTED, 8, 8),
    ):
        is_bold = name not in ("Subtitle", "Caption")
        word_styles.add_heading(document, name, size, before=before, after=after, color=hue, is_bold=is_bold)
    for name, size, hue, after in (
        (NOTICE, 9, "5C3B00", 6),
        (SMALL, 8.5, MUTED, 6),
        (FINE, 9, INK, 0),
        (POINT, 10, INK, 3),
        (QUOTE, 9, MUTED, 3),
        (ANSWER, 9.5, INK, 0),
        (TOC_HEADING, 14.5, color, 6),
        ("toc 1", 10, INK, 3),
        ("toc 2", 9.5, INK, 2),
    ):
        if name not in document.styles:
            _add(document, name, size, hue, after)
            _DRESS.get(name, lambda *_: None)(document.styles[name], color)
            if name in TOC:
                stop = Mm(text_width(document))
                stops = document.styles[name].paragraph_format.tab_stops
                stops.add_tab_stop(stop, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    word_files.say_swedish(document)


def _add(document: Any, name: str, size: float, hue: str, after: float) -> None:
    made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style, made.quick_style = document.styles["Normal"], True
    made.font.size, made.font.color.rgb = Pt(size), RGBColor.from_string(hue.upper())
    made.paragraph_format.space_after, made.paragraph_format.line_spacing = Pt(after), 1.2


def _dress_point(style: Any, color: str) -> None:
    style.paragraph_format.space_before = Pt(9)
    style.paragraph_format.keep_with_next = True


def _dress_quote(style: Any, color: str) -> None:
    style.font.italic = True
    style.paragraph_format.left_indent = Mm(6)


def _dress_answer(style: Any, color: str) -> None:
    """A tinted field with a bar of colour, which holds together over several paragraphs."""
    style.paragraph_format.left_indent = style.paragraph_format.right_indent = Mm(3)
    properties = style.element.get_or_add_pPr()
    box = OxmlElement("w:pBdr")
    for side, width, hue in (("top", 4, SOFT), ("left", 24, color), ("bottom", 4, SOFT)):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", str(width)), ("space", "4"), ("color", hue)):
            line.set(qn(f"w:{key}"), value)
        box.append(line)
    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", SOFT)):
        shade.set(qn(f"w:{key}"), value)
    # Word demands its own order of what a paragraph is like.
    after = ("w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl")
    properties.insert_element_before(box, "w:shd", *after)
    properties.insert_element_before(shade, *after)


def _dress_toc_heading(style: Any, color: str) -> None:
    style.font.bold = True
    style.paragraph_format.space_before = Pt(20)


def _dress_toc(style: Any, color: str) -> None:
    style.paragraph_format.left_indent = Mm(5 if style.name.endswith("2") else 0)


_DRESS: dict[str, Any] = {
    POINT: _dress_point,
    QUOTE: _dress_quote,
    ANSWER: _dress_answer,
    TOC_HEADING: _dress_toc_heading,
    "toc 1": _dress_toc,
    "toc 2": _dress_toc,
}
