"""Word templates as municipalities have them: a font, a header with a logo, a footer, wide margins."""

import io
import zipfile
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt
from PIL import Image, ImageDraw

from mapdialog.plans.word_files import WordFile

FONT = "DejaVu Serif"
NAME = "kommunens mall.docx"


def make_document(*, margin_mm: float = 35, logo_mm: float = 14) -> Any:
    """A4 with a logo in the first page's header, a name in those after it, and pages counted in the footer."""
    made = docx.Document()
    made.add_paragraph("Ersätt den här texten.")
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(margin_mm)
    section.top_margin, section.header_distance = Mm(30), Mm(12)
    section.different_first_page_header_footer = True
    made.styles["Normal"].font.name, made.styles["Normal"].font.size = FONT, Pt(11)
    drawn = Image.new("RGB", (300, 140), "white")
    ImageDraw.Draw(drawn).ellipse((5, 5, 135, 135), fill="#7a1f4d")
    ImageDraw.Draw(drawn).rectangle((160, 50, 295, 90), fill="#7a1f4d")
    picture = io.BytesIO()
    drawn.save(picture, "PNG")
    section.first_page_header.paragraphs[0].add_run().add_picture(picture, height=Mm(logo_mm))
    section.header.paragraphs[0].text = "Storköpings kommun"
    for footer in (section.first_page_footer, section.footer):
        line = footer.paragraphs[0]
        line.add_run("Storköpings kommun, 999 99 Storköping    Sida ")
        for code in ("PAGE", "NUMPAGES"):
            field = f'<w:fldSimple {nsdecls("w")} w:instr=" {code} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
            line._p.append(parse_xml(field))
            line.add_run(" av ")
        line._p.remove(line.runs[-1]._r)
    return made


def saved(document: Any, name: str = NAME) -> WordFile:
    """The document as a file."""
    sink = io.BytesIO()
    document.save(sink)
    return WordFile(name, sink.getvalue())


def as_dotx(file: WordFile) -> WordFile:
    """The same, saved as a template of Word's own kind."""
    return changed(file, "[Content_Types].xml", b"document.main+xml", b"template.main+xml", name="mall.dotx")


def changed(file: WordFile, entry: str, old: bytes, new: bytes, *, name: str = NAME, more: str = "") -> WordFile:
    """The file with other bytes in one of its parts, and an empty part `more`."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file.data)) as source, zipfile.ZipFile(sink, "w") as target:
        for one in source.namelist():
            data = source.read(one)
            target.writestr(one, data.replace(old, new) if one == entry else data)
        if more:
            target.writestr(more, b"")
    return WordFile(name, sink.getvalue())
