"""Parts that Word files are put together from, with the marks that readers of screens and tables need."""

import io
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from mapdialog.core.text import N_
from mapdialog.core.wording import Translate
from mapdialog.reports.papers import Brand
from mapdialog.walks.paper_pictures import FEELING_COLORS, Picture

NOTICE, WARNING, SMALL, FINE = "Notice", "Warning", "Small", "Cell Fine"
FONT, INK, MUTED, LINE, SOFT, DANGER = "Arial", "16242D", "4C5C66", "D5DEE0", "F3F6F5", "A4262C"
WIDTH_MM = 170
_KEPT_ROWS = 14  # a table no longer than that stands on one page
_LANGUAGES = {"sv": "sv-SE", "en": "en-GB"}


def short(text: str, most: int = 220) -> str:
    """The beginning of a text on one line."""
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[:most].rstrip()}…"


class Paper:
    """A Word document in the municipality's look, written from the top."""

    def __init__(self, brand: Brand, *, title: str, language: str) -> None:
        self.brand, self.document = brand, docx.Document()
        self._last: Any = None
        properties = self.document.core_properties
        properties.title, properties.author, properties.language = title, brand.name, _LANGUAGES[language]
        properties.comments = ""
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin, section.bottom_margin = Mm(22), Mm(20)
        section.header_distance = section.footer_distance = Mm(10)
        section.different_first_page_header_footer = True
        self._set_styles(_LANGUAGES[language])

    def _set_styles(self, language: str) -> None:
        styles = self.document.styles
        color = self.brand.color.lstrip("#")
        _font(styles["Normal"], 10, INK, after=6, lines=1.25)
        tag = OxmlElement("w:lang")
        tag.set(qn("w:val"), language)
        styles["Normal"].element.get_or_add_rPr().append(tag)
        _font(styles["Title"], 25, INK, bold=True, before=26, after=3)
        _font(styles["Subtitle"], 13, MUTED, after=16)
        for name, size, hue, before, after in (("1", 14.5, color, 22, 7), ("2", 12, INK, 15, 5), ("3", 10, INK, 10, 2)):
            _font(styles[f"Heading {name}"], size, hue, bold=True, before=before, after=after)
            styles[f"Heading {name}"].paragraph_format.keep_with_next = True
        _font(styles["Caption"], 8.5, MUTED, after=8)
        _font(styles["List Bullet"], 10, INK, after=3, lines=1.2)
        for name, size, hue in ((NOTICE, 9, "5C3B00"), (WARNING, 10, INK), (SMALL, 8.5, MUTED), (FINE, 9, INK)):
            made = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            made.base_style = styles["Normal"]
            _font(made, size, hue, after=0 if name == FINE else 6, lines=1.15)
        _border(styles["Heading 1"].element.get_or_add_pPr(), "bottom", LINE, space=3)
        _border(styles["Title"].element.get_or_add_pPr(), None, LINE)
        _border(styles[NOTICE].element.get_or_add_pPr(), "left", "7A4F00", 36, space=8)
        _shade(styles[NOTICE].element.get_or_add_pPr(), "FBF1DD")
        _border(styles[WARNING].element.get_or_add_pPr(), "left", DANGER, 48, space=8)
        _shade(styles[WARNING].element.get_or_add_pPr(), "FBEAEA")

    def header_and_footer(self, running: str, footer: str, say: Translate) -> None:
        """The line on top of every page but the first, and title and page number below every page."""
        section = self.document.sections[0]
        line = section.header.paragraphs[0]
        _tabbed(line, self.brand.name, bold=True)
        _run(line, f"\t{running}", 8, MUTED)
        for below in (section.footer, section.first_page_footer):
            line = below.paragraphs[0]
            _tabbed(line, footer)
            _run(line, f"\t{say(N_('Sida'))} ", 8, MUTED)
            _field(line, "PAGE")
            _run(line, f" {say(N_('av'))} ", 8, MUTED)
            _field(line, "NUMPAGES")

    def band(self, kind: str, *lines: str) -> None:
        """Whose paper it is, and what, beside each other under a bar of colour."""
        line = self.document.add_paragraph()
        line.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH_MM), WD_TAB_ALIGNMENT.RIGHT)
        _border(line._p.get_or_add_pPr(), "top", self.brand.color.lstrip("#"), 48, space=10)
        if self.brand.logo is not None:
            _picture(line, self.brand.logo, height=14)
        else:
            _run(line, self.brand.name, 12, INK, bold=True)
        _run(line, f"\t{kind}", 10, INK, bold=True)
        about = self.document.add_paragraph()
        about.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _run(about, "\n".join(one for one in lines if one), 8.5, MUTED)

    def heading(self, words: str, level: int = 1) -> None:
        """A heading of the first, second or third level."""
        self.document.add_heading(words, level)

    def text(self, words: str, style: str = "Normal") -> Any:
        """A paragraph."""
        self._last = self.document.add_paragraph(words, style)
        return self._last

    def warning(self, word: str, lead: str, words: str) -> None:
        """What nobody may miss: one large word, and what it means."""
        _run(self.text("", WARNING), word, 26, DANGER, bold=True)
        self.keep()
        self.text("", WARNING).add_run(f"{lead}.").bold = True
        for part in words.split("\n\n"):
            self.keep()
            self.text(part.strip(), WARNING)

    def keep(self) -> None:
        """Lets what was written last stand on the page of what follows."""
        self._last.paragraph_format.keep_with_next = True

    def paragraphs(self, words: str) -> None:
        """A text that empty lines divide into paragraphs."""
        for part in words.split("\n\n"):
            if part.strip():
                self.text(part.strip())

    def lead(self, lead: str, words: str) -> None:
        """A paragraph that begins in bold."""
        line = self.text("")
        line.add_run(lead).bold = True
        line.add_run(words)

    def bullet(self, lead: str, words: str) -> None:
        """A point of a list; its lead is bold."""
        line = self.text("", "List Bullet")
        if lead:
            line.add_run(lead).bold = True
        line.add_run(words)

    def feeling(self, words: str, polarity: str, remarks: Iterable[str], warning: str = "") -> None:
        """How a place felt, in its colour and in words, and what else is known of it; before it what is urgent."""
        line = self.text("")
        line.paragraph_format.keep_with_next = True
        line.paragraph_format.space_after = Pt(3)
        if warning:
            _run(line, f"{warning.upper()} · ", 8.5, DANGER, bold=True)
        _run(line, words, 8.5, FEELING_COLORS[polarity].lstrip("#"), bold=True)
        _run(line, "".join(f" · {one}" for one in remarks), 8.5, MUTED)

    def numbers(self, rows: Sequence[tuple[int | str, str]]) -> None:
        """Large figures beside each other."""
        table = self._bare_table(1, len(rows), [WIDTH_MM / len(rows)] * len(rows))
        for cell, (number, words) in zip(table.rows[0].cells, rows, strict=True):
            _shade(cell._tc.get_or_add_tcPr(), SOFT)
            line = cell.paragraphs[0]
            line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(6), Pt(6)
            line.paragraph_format.left_indent = Mm(2)
            _run(line, f"{number}", 17, INK, bold=True)
            _run(line, f"\n{words}", 8.5, MUTED)

    def facts(self, rows: Iterable[tuple[str, str]], first_mm: float = 34) -> None:
        """Names and values."""
        rows = list(rows)
        table = self._bare_table(len(rows), 2, (first_mm, WIDTH_MM - first_mm))
        for row, (name, value) in zip(table.rows, rows, strict=True):
            _unsplit(row)
            for cell, words, hue in zip(row.cells, (name, value), (MUTED, INK), strict=True):
                _fill(cell, words, hue)
                _border(cell._tc.get_or_add_tcPr(), "bottom", LINE, parent="w:tcBorders")
        self._after_table()

    def table(
        self,
        head: Sequence[str],
        rows: Iterable[Sequence[Any]],
        widths_mm: Sequence[float],
        *,
        numeric: Collection[int] = (),
        header_column: int = 0,
        has_sum: bool = False,
    ) -> None:
        """A table whose head is repeated on every page; a cell may be (words, finer words under them)."""
        rows = list(rows)
        keeps = len(rows) <= _KEPT_ROWS
        table = self._bare_table(len(rows) + 1, len(head), widths_mm)
        _repeat(table.rows[0])
        for cell, words, number in zip(table.rows[0].cells, head, range(len(head)), strict=True):
            _shade(cell._tc.get_or_add_tcPr(), self.brand.color.lstrip("#"))
            _fill(cell, words, "FFFFFF", bold=True, is_number=number in numeric)
        for place, (row, values) in enumerate(zip(table.rows[1:], rows, strict=True), start=1):
            _unsplit(row)
            is_sum = has_sum and place == len(rows)
            for number, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
                words, under = value if isinstance(value, tuple) else (value, "")
                _fill(cell, str(words), INK, bold=is_sum or number == header_column, is_number=number in numeric)
                if under:
                    _run(cell.paragraphs[0], f"\n{under}", 8.5, MUTED)
                _border(cell._tc.get_or_add_tcPr(), "bottom", LINE, parent="w:tcBorders")
        for row in table.rows[:-1] if keeps else table.rows[:1]:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
        self._after_table()

    def picture(self, picture: Picture, width_mm: float) -> None:
        """A picture of its own, with what it shows in words."""
        line = self.document.add_paragraph()
        line.paragraph_format.keep_with_next = True
        line.paragraph_format.space_after = Pt(3)
        _picture(line, picture, width=width_mm)

    def photos(self, photos: Sequence[Picture], captions: Sequence[str] = ()) -> None:
        """Photos two by two, each at most 80 mm wide and 54 mm high, on the page of the text before them."""
        for start in range(0, len(photos), 2):
            if self._last is not None and not start:
                self.keep()
            line = self.document.add_paragraph()
            for place, photo in enumerate(photos[start : start + 2]):
                if place:
                    line.add_run("   ")
                _picture(line, photo, width=min(80, 54 * photo.width / photo.height))
        if photos and captions:
            self.text(" / ".join(captions), "Caption")

    def _bare_table(self, rows: int, columns: int, widths_mm: Sequence[float]) -> Any:
        table = self.document.add_table(rows, columns)
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
        _indent(table)
        for grid, width in zip(table.columns, widths_mm, strict=True):
            grid.width = Mm(width)
        for row in table.rows:
            for cell, width in zip(row.cells, widths_mm, strict=True):
                cell.width = Mm(width)
        return table

    def _after_table(self) -> None:
        """Air; and Word joins tables that have nothing between them."""
        line = self.document.add_paragraph()
        line.paragraph_format.space_after = Pt(2)
        line.paragraph_format.line_spacing = Pt(6)


def _font(
    style: Any, size: float, color: str, *, bold: bool = False, before: float = 0, after: float = 0, lines: float = 1.1
) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(size), bold, False
    style.font.color.rgb = RGBColor.from_string(color.upper())
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in [name for name in fonts.attrib if "heme" in name]:
        del fonts.attrib[name]
    for spacing in style.element.rPr.findall(qn("w:spacing")):
        style.element.rPr.remove(spacing)
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FONT)
    space = style.paragraph_format
    space.space_before, space.space_after, space.line_spacing = Pt(before), Pt(after), lines


def _run(line: Any, words: str, size: float, color: str, *, bold: bool = False) -> None:
    run = line.add_run(words)
    run.font.size, run.font.color.rgb, run.bold = Pt(size), RGBColor.from_string(color.upper()), bold


def _tabbed(line: Any, words: str, *, bold: bool = False) -> None:
    """Begins a line of header or footer, whose rest stands to the right."""
    stops = line.paragraph_format.tab_stops
    line.style.paragraph_format.tab_stops.clear_all()
    stops.add_tab_stop(Mm(WIDTH_MM), WD_TAB_ALIGNMENT.RIGHT)
    _run(line, words, 8, INK if bold else MUTED, bold=bold)


def _field(line: Any, code: str) -> None:
    """A field that Word fills in: PAGE, NUMPAGES."""
    for kind, words in (("begin", ""), ("", code), ("separate", ""), ("text", "1"), ("end", "")):
        run = line.add_run(words if kind == "text" else "")
        run.font.size, run.font.color.rgb = Pt(8), RGBColor.from_string(MUTED)
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif not kind:
            text = OxmlElement("w:instrText")
            text.set(qn("xml:space"), "preserve")
            text.text = words
            run._r.append(text)


def _picture(line: Any, picture: Picture, *, width: float | None = None, height: float | None = None) -> None:
    """A picture in a line, in millimetres, with its alternative text where readers of screens look for it."""
    run = line.add_run()
    shape = run.add_picture(
        io.BytesIO(picture.data), Mm(width) if width is not None else None, Mm(height) if height is not None else None
    )
    shape._inline.docPr.set("descr", picture.alt)
    for side in ("distL", "distR"):
        shape._inline.set(side, "0")


def _fill(cell: Any, words: str, color: str, *, bold: bool = False, is_number: bool = False) -> None:
    line = cell.paragraphs[0]
    line.style = FINE
    line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(3)
    if is_number:
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _run(line, words, 9, color, bold=bold)


def _indent(table: Any) -> None:
    """Moved in by a cell's own margin, so that its edge stands where the text's does."""
    made = OxmlElement("w:tblInd")
    made.set(qn("w:w"), "108")
    made.set(qn("w:type"), "dxa")
    table._tbl.tblPr.append(made)


def _shade(properties: Any, color: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", color)):
        shade.set(qn(name), value)
    properties.append(shade)


def _border(
    properties: Any, side: str | None, color: str, size: int = 4, *, space: int = 0, parent: str = "w:pBdr"
) -> None:
    """One border line, `size` in eighths of a point; None takes away those there are."""
    for earlier in properties.findall(qn(parent)):
        properties.remove(earlier)
    if side is None:
        return
    box, line = OxmlElement(parent), OxmlElement(f"w:{side}")
    for name, value in (("w:val", "single"), ("w:sz", str(size)), ("w:space", str(space)), ("w:color", color)):
        line.set(qn(name), value)
    box.append(line)
    properties.append(box)


def _repeat(row: Any) -> None:
    """The head of a table: said again on every page, and told as such to readers of screens."""
    _unsplit(row)
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _unsplit(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
