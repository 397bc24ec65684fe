"""Styles that papers need and a Word template lacks: they are added, and those that it has are left as they are."""

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

TEXT = "Löptext"
_AIR_PT = 7


def add_heading(
    document: Any, name: str, size: float, *, before: float, after: float, color: str = "", is_bold: bool = True
) -> None:
    """Add a title or heading of Word's own where it is missing, in points; `color` as rrggbb."""
    if name in document.styles:
        return
    made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    made.base_style = document.styles["Normal"]
    made.font.size, made.font.bold = Pt(size), is_bold
    if color:
        made.font.color.rgb = RGBColor.from_string(color.upper())
    layout = made.paragraph_format
    layout.space_before, layout.space_after, layout.keep_with_next = Pt(before), Pt(after), True
    if name.startswith("Heading "):
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(int(name[-1]) - 1))
        made.element.get_or_add_pPr().append(level)


def text_style(document: Any) -> Any:
    """The style of running text: one whose paragraphs stand apart. Where the template's ordinary text has no air
    between them it is its body text, else one of ours that differs in nothing else."""
    styles = document.styles
    for name in ("Normal", "Body Text", TEXT):
        if name in styles and _has_air(document, styles[name]):
            return styles[name]
    made = styles.add_style(TEXT, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style, made.paragraph_format.space_after = styles["Normal"], Pt(_AIR_PT)
    return made


def _has_air(document: Any, style: Any) -> bool:
    while style is not None:
        layout = style.paragraph_format
        if layout.space_after is not None or layout.space_before is not None:
            return bool((layout.space_after or 0) + (layout.space_before or 0))
        style = style.base_style
    found = document.styles.element.xpath("w:docDefaults/w:pPrDefault/w:pPr/w:spacing")
    return any(int(one.get(qn("w:after"), "0")) > 0 for one in found)
