"""Writes the paragraphs and tables of a long Word file as text, one after another: python-docx keeps all in memory."""

import re
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from mapdialog.reports.docx_parts import FINE, INK, LINE, MUTED, SOFT

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_MM = 56.6929  # twentieths of a point
_KEPT_ROWS = 14  # a table no longer than that stands on one page


class Words:
    """Paragraphs in the document's styles, and tables `width_mm` wide."""

    def __init__(self, styles: Mapping[str, str], color: str, width_mm: float) -> None:
        self._styles, self._color, self._width_mm = styles, color.lstrip("#"), width_mm

    def paragraph(self, style: str, *runs: str, more: str = "") -> str:
        """A paragraph of finished runs; `more` are further properties of it."""
        return f'<w:p><w:pPr><w:pStyle w:val="{self._styles[style]}"/>{more}</w:pPr>{"".join(runs)}</w:p>'

    def paragraphs(self, style: str, words: str, *, lead: str = "", more: str = "") -> Iterator[str]:
        """A text that empty lines divide into paragraphs; the first begins with the lead, in bold."""
        for part in [one.strip() for one in words.split("\n\n") if one.strip()] or ([""] if lead else []):
            first, lead = (run(lead, bold=True) if lead else ""), ""
            yield self.paragraph(style, first, run(part), more=more)

    def heading(self, level: int, words: str, number: int) -> str:
        """A heading that the table of contents can name by its number."""
        mark = f'<w:bookmarkStart w:id="{number}" w:name="{bookmark(number)}"/>'
        return self.paragraph(f"Heading {level}", mark, run(words), f'<w:bookmarkEnd w:id="{number}"/>')

    def contents_line(self, level: int, words: str, number: int, *, opens: bool, closes: bool) -> str:
        """A line of the table of contents: the first opens its field and the last closes it.

        Nobody knows on which pages Word will put the headings: it makes the table anew when the file is opened. A
        program that does not do so shows these lines, which lead to their headings, without numbers that may be wrong.
        """
        begin = _field_begin('TOC \\o "1-2" \\h \\z \\u', dirty=True) if opens else ""
        end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if closes else ""
        link = f'<w:hyperlink w:anchor="{bookmark(number)}" w:history="1">{run(words)}</w:hyperlink>'
        return self.paragraph(f"toc {level}", begin, link, end)

    def table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths_mm: Sequence[int],
        *,
        caption: str = "",
        numeric: Sequence[int] = (),
        has_sum: bool = False,
    ) -> Iterator[str]:
        """A table, row by row, as wide as all: the widths are to each other as its columns are. Its head is repeated
        on every page. The caption is for readers of screens."""
        scale = _MM * self._width_mm / sum(widths_mm)
        widths = [round(one * scale) for one in widths_mm]
        grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
        told = f'<w:tblCaption w:val="{_attribute(caption)}"/>' if caption else ""
        yield (
            f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblInd w:w="108" w:type="dxa"/>'
            f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="04A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" '
            f'w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>{told}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        )
        keeps = len(rows) <= _KEPT_ROWS
        if head:
            yield self._row(head, widths, numeric, is_head=True, keeps=True, is_bold=True)
        for place, row in enumerate(rows, start=1):
            is_last = place == len(rows)
            yield self._row(row, widths, numeric, keeps=keeps and not is_last, is_bold=has_sum and is_last)
        yield "</w:tbl>"
        yield _AFTER_TABLE

    def figures(self, rows: Sequence[tuple[str, str]]) -> Iterator[str]:
        """Large numbers beside each other."""
        width = round(self._width_mm * _MM / len(rows))
        grid = f'<w:gridCol w:w="{width}"/>' * len(rows)
        yield f'<w:tbl><w:tblPr><w:tblW w:w="{width * len(rows)}" w:type="dxa"/><w:tblInd w:w="108" w:type="dxa"/>'
        yield f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid><w:tr>'
        bar = f'<w:tcBorders><w:left w:val="single" w:sz="24" w:space="0" w:color="{self._color}"/></w:tcBorders>'
        look = f'{bar}<w:shd w:val="clear" w:color="auto" w:fill="{SOFT}"/>'
        for number, what in rows:
            line = self.paragraph(
                FINE, run(number, bold=True, size=17), run(f"\n{what}", color=MUTED, size=8.5), more=_AIR
            )
            yield f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{look}</w:tcPr>{line}</w:tc>'
        yield "</w:tr></w:tbl>"
        yield _AFTER_TABLE

    def _row(
        self,
        row: Sequence[str],
        widths: Sequence[int],
        numeric: Sequence[int],
        *,
        is_head: bool = False,
        keeps: bool,
        is_bold: bool,
    ) -> str:
        head = "<w:tblHeader/>" if is_head else ""
        cells = []
        for number, (words, width) in enumerate(zip(row, widths, strict=True)):
            look = f'<w:shd w:val="clear" w:color="auto" w:fill="{self._color}"/>' if is_head else _UNDER
            place = '<w:jc w:val="right"/>' if number in numeric else ""
            keep = "<w:keepNext/>" if keeps else ""
            hue = "FFFFFF" if is_head else INK
            text = run(words, bold=is_bold or number == 0, color=hue)
            line = self.paragraph(FINE, text, more=f'{keep}<w:spacing w:before="60" w:after="60"/>{place}')
            cells.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{look}</w:tcPr>{line}</w:tc>')
        return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(cells)}</w:tr>"


_UNDER = f'<w:tcBorders><w:bottom w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/></w:tcBorders>'
_AIR = '<w:spacing w:before="100" w:after="100"/>'
_AFTER_TABLE = '<w:p><w:pPr><w:spacing w:after="40" w:line="120" w:lineRule="exact"/></w:pPr></w:p>'
_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def run(words: str, *, bold: bool = False, italic: bool = False, color: str = "", size: float = 0) -> str:
    """A run of text; a line break in it stays one."""
    look = ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "")
    look += (f'<w:color w:val="{color}"/>' if color else "") + (f'<w:sz w:val="{round(size * 2)}"/>' if size else "")
    text = '</w:t><w:br/><w:t xml:space="preserve">'.join(escape(legal(part)) for part in words.split("\n"))
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def muted(words: str) -> str:
    """A run of what matters less."""
    return run(words, color=MUTED, size=8.5)


def bookmark(number: int) -> str:
    """The name of a heading's bookmark, as Word itself would call it."""
    return f"_Toc{number:08d}"


def legal(words: str) -> str:
    """The text without what XML can't hold."""
    return _ILLEGAL.sub("", words)


def _attribute(words: str) -> str:
    return escape(legal(words), {'"': "&quot;"})


def _field_begin(code: str, *, dirty: bool = False) -> str:
    told_dirty = ' w:dirty="true"' if dirty else ""
    begin = f'<w:r><w:fldChar w:fldCharType="begin"{told_dirty}/></w:r>'
    told = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return f'{begin}{told}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
