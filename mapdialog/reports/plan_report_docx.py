"""Sets a plan report as a Word file, paragraph by paragraph onto the disk: ten thousand views take no memory."""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from lxml import etree  # type: ignore[import-untyped]

from mapdialog.plans.word_files import WordFile
from mapdialog.reports import plan_docx_xml as xml
from mapdialog.reports.docx_parts import NOTICE, SMALL
from mapdialog.reports.papers import Brand
from mapdialog.reports.plan_docx_shell import (
    ANSWER,
    MARK,
    OWN_WIDTH_MM,
    POINT,
    QUOTE,
    TOC_HEADING,
    own_shell,
    style_ids,
    template_shell,
    text_width,
)
from mapdialog.reports.plan_report import PlanReportContent
from mapdialog.reports.plan_report_blocks import (
    Block,
    Facts,
    Figures,
    Heading,
    Image,
    Signatures,
    Table,
    Text,
    View,
    blocks,
)
from mapdialog.reports.plan_report_looks import OUTCOME_COLORS, facts_on_top, footer, notices, running
from mapdialog.walks.paper_pictures import Picture

_PLACE = "6f0e7a5c-the-report-stands-here"
_STYLES = {"normal": "Normal", "small": SMALL, "kept": "Normal", "about": SMALL}
Tell = Callable[[int], None]


def write_docx(
    of: PlanReportContent,
    path: Path,
    brand: Brand,
    *,
    template: WordFile | None = None,
    tell: Tell = lambda percent: None,
) -> None:
    """Write the report to `path`; `tell` hears how many percent are written.

    Raises Invalid and TooLarge for a bad template.
    """
    title = f"{of.title}: {of.plan_name}"
    if template is None:
        document = own_shell(brand, title=title, running=running(of), footer=footer(of))
    else:
        document = template_shell(template, brand, title=title)
    _mark_place(document)
    paper = _Paper(document, brand, of)
    shell = io.BytesIO()
    listed = [one for one in blocks(of) if isinstance(one, Heading)]
    body = paper.front(listed)
    pictures = [paper.inline(one.picture) for one in blocks(of) if isinstance(one, Image)]
    document.save(shell)
    main = document.part.partname.lstrip("/")
    with zipfile.ZipFile(shell) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        for entry in source.infolist():
            if entry.filename != main:
                target.writestr(entry, source.read(entry.filename))
                continue
            before, after = _halves(source.read(entry.filename))
            with target.open(entry.filename, "w", force_zip64=True) as out:
                out.write(before)
                for part in body:
                    out.write(part.encode())
                _write_blocks(out, paper, of, pictures, tell)
                out.write(after)


def _write_blocks(out: Any, paper: "_Paper", of: PlanReportContent, pictures: list[str], tell: Tell) -> None:
    total = max(1, of.totals.points)
    told = views = 0
    drawn = iter(pictures)
    for block in blocks(of):
        for part in paper.block(block, drawn):
            out.write(part.encode())
        views += isinstance(block, View)
        if views - told >= 250:
            told = views
            tell(min(99, 100 * views // total))


def _mark_place(document: Any) -> None:
    """Put a mark where the report goes: the template's own, else the end of the text."""
    for one in document.paragraphs:
        if one.text.strip() == MARK:
            one._p.getparent().replace(one._p, parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>{_PLACE}</w:t></w:r></w:p>"))
            return
    made = parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>{_PLACE}</w:t></w:r></w:p>")
    section = document.element.body.find(qn("w:sectPr"))
    if section is None:
        document.element.body.append(made)
    else:
        section.addprevious(made)


def _halves(document: bytes) -> tuple[bytes, bytes]:
    """The document's XML before and after the paragraph that marks the place."""
    root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    for one in root.iter(qn("w:p")):
        if "".join(one.itertext()) == _PLACE:
            comment = etree.Comment(_PLACE)
            one.getparent().replace(one, comment)
            break
    written = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    before, _, after = written.partition(f"<!--{_PLACE}-->".encode())
    return before, after


class _Paper:
    """The blocks of a report as Word's XML."""

    def __init__(self, document: Any, brand: Brand, of: PlanReportContent) -> None:
        self._document, self._brand, self._of = document, brand, of
        self._width, is_own = text_width(document), abs(text_width(document) - OWN_WIDTH_MM) < 1
        # A table is set in by a cell's margin: in a template it ends where the text does, in our own paper beside it.
        self._words = xml.Words(style_ids(document), brand.color, OWN_WIDTH_MM if is_own else self._width - 2)
        self._headings = 0

    def front(self, headings: list[Heading]) -> list[str]:
        """Title, facts, warnings and the table of contents."""
        of, words = self._of, self._words
        found = [words.paragraph("Title", xml.run(of.title)), words.paragraph("Subtitle", xml.run(of.plan_name))]
        found += words.table((), facts_on_top(of), (40, 130))
        for lead, said in notices(of):
            found += words.paragraphs(NOTICE, said, lead=lead)
        found.append(words.paragraph(TOC_HEADING, xml.run("Innehåll")))
        numbered = [(number, one) for number, one in enumerate(headings, start=1) if one.level <= 2]
        for place, (number, one) in enumerate(numbered):
            found.append(
                words.contents_line(one.level, one.words, number, opens=place == 0, closes=place == len(numbered) - 1)
            )
        return found

    def inline(self, picture: Picture) -> str:
        """A picture as wide as the text, kept in the file, as XML that stands in a run."""
        made = self._document.part.new_pic_inline(io.BytesIO(picture.data), Mm(self._width), None)
        made.docPr.set("descr", picture.alt)
        return etree.tostring(made, encoding="unicode")

    def block(self, block: Block, pictures: Iterator[str]) -> Iterator[str]:
        """One block."""
        words = self._words
        match block:
            case Heading(level, said):
                self._headings += 1
                yield words.heading(level, said, self._headings)
            case Text(said, style, lead):
                more = "<w:keepNext/>" if style in ("kept", "about") else ""
                yield from words.paragraphs(_STYLES[style], said, lead=lead, more=more)
            case Facts(rows):
                yield from words.table((), rows, (40, 130))
            case Figures(rows):
                yield from words.figures(rows)
            case Table(caption, head, rows, widths, numeric, has_sum, _):
                yield words.paragraph("Caption", xml.run(caption), more="<w:keepNext/>")
                yield from words.table(head, rows, widths, caption=caption, numeric=numeric, has_sum=has_sum)
            case Image(_, caption):
                drawn = f"<w:r><w:drawing>{next(pictures)}</w:drawing></w:r>"
                yield words.paragraph("Normal", drawn, more="<w:keepNext/>")
                yield words.paragraph("Caption", xml.run(caption))
            case View():
                yield from self._view(block)
            case Signatures(rows):
                for name, office in rows:
                    yield words.paragraph("Normal", more='<w:keepNext/><w:spacing w:before="900"/>')
                    said = f"{'.' * 60}\n{name}\n{office}" if name else f"{'.' * 60}\n{office}"
                    yield words.paragraph("Normal", xml.run(said))

    def _view(self, one: View) -> Iterator[str]:
        words = self._words
        about = xml.muted(f"  {one.about}") if one.about else ""
        yield words.paragraph(POINT, xml.run(f"Synpunkt {one.label}", bold=True), about)
        yield from words.paragraphs("Normal", one.view, more="<w:keepNext/>")
        if one.quote:
            yield from words.paragraphs(QUOTE, f"”{one.quote}”")
        verdict = xml.run(f"{one.verdict}. ", bold=True, color=OUTCOME_COLORS[one.outcome].lstrip("#"))
        for lead, said in one.answer:
            first, verdict = verdict, ""
            yield words.paragraph(ANSWER, first, xml.run(lead, bold=True) if lead else "", xml.run(said))
        yield words.paragraph("Normal", more='<w:spacing w:after="0" w:line="120" w:lineRule="exact"/>')
