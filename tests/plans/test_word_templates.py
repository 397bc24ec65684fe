"""Word templates of the municipality: taken when real and harmless, kept in versions, and written letters on."""

import io
import zipfile
from datetime import date
from typing import Any

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core.clock import now
from mapdialog.core.errors import Conflict, DomainError, Invalid
from mapdialog.core.files import FileStore
from mapdialog.plans import dispatch_letters, letter_paper, word_files, word_templates
from mapdialog.plans.dispatch_letters import LetterHead
from mapdialog.plans.letter_paper import BODY_TOP_MM, WINDOW
from mapdialog.plans.party_models import PlanRecipient
from mapdialog.plans.template_models import LETTER, REPORT
from mapdialog.plans.word_files import WordFile
from mapdialog.plans.word_styles import TEXT
from tests.word_templates import FONT, as_dotx, changed, make_document, saved

HEAD = LetterHead("Storköpings kommun", "Nämnden", "plan@ex.example", "SBN 2026/1", date(2026, 11, 22))
TYPES, DOCUMENT = "[Content_Types].xml", b"wordprocessingml.document.main"


@pytest.fixture
def files(config: Config) -> FileStore:
    return FileStore(config.files_url)


def add(session: Session, files: FileStore, purpose: str, document: Any, name: str = "mall.docx") -> Any:
    file = saved(document, name)
    return word_templates.add(session, purpose, file, files=files, actor_id=None, at=now())


def letters(template: WordFile | None, *, count: int = 3) -> Any:
    people = [PlanRecipient(name=f"Person {number}", address="Gata 1\n231 42 Ort") for number in range(count)]
    return docx.Document(io.BytesIO(dispatch_letters.write(HEAD, "Samråd", "Kom.\n\nVälkommen.", people, template)))


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (WordFile("a.docx", b"not a word file"), "ingen Word-fil"),
        (WordFile("a.docx", b""), "ingen Word-fil"),
        (WordFile("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "gamla format eller låst"),
        (WordFile("a.docx", bytes(word_files.MAX_BYTES + 1)), "större än 20 MB"),
        (changed(saved(docx.Document()), TYPES, DOCUMENT, b"spreadsheetml.sheet.main"), "ingen Word-fil"),
        (changed(saved(docx.Document()), TYPES, b"", b"", more="word/vbaProject.bin"), "makron"),
        (changed(saved(docx.Document()), "word/document.xml", b"<w:body>", b"<w:bo"), "går inte att öppna"),
    ],
)
def test_what_is_no_harmless_word_file_is_refused_in_words(broken: WordFile, said: str) -> None:
    with pytest.raises(DomainError, match=said) as caught:
        word_files.opened(broken)
    assert caught.value.field == "template"


def test_a_template_is_opened_without_locks_and_without_the_way_to_where_it_lay() -> None:
    document = make_document()
    settings = document.settings.element
    for name in ("attachedTemplate", "documentProtection", "mailMerge"):
        settings.append(OxmlElement(f"w:{name}"))
    part = next(one.target_part for one in document.part.rels.values() if one.reltype.endswith("/settings"))
    key = part.rels.get_or_add_ext_rel("urn:template", "file:///C:/hemligt/mall.dotx")
    settings.find(qn("w:attachedTemplate")).set(qn("r:id"), key)
    opened = word_files.opened(as_dotx(saved(document)))
    assert not [one.tag for one in opened.settings.element if one.tag.endswith(("Template", "Protection", "Merge"))]
    assert b"hemligt" not in b"".join(read(saved(opened)))


def read(file: WordFile) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(file.data)) as zipped:
        return [zipped.read(one) for one in zipped.namelist()]


def test_the_header_that_a_template_has_from_an_earlier_section_stays_when_its_text_goes() -> None:
    document = make_document()
    document.add_section()
    opened = word_files.opened(saved(document))
    word_files.empty(opened)
    assert len(opened.sections) == 1
    assert opened.sections[0].header.paragraphs[0].text == "Storköpings kommun"


def test_every_version_is_kept_and_one_is_in_use(session: Session, files: FileStore, config: Config) -> None:
    assert word_templates.find_name(session, REPORT, config) == ""
    first = add(session, files, REPORT, make_document(), "ett.docx")
    with pytest.raises(Invalid, match="samma som"):
        word_templates.add(
            session, REPORT, WordFile("två.docx", files.get(first.file_key)), files=files, actor_id=None, at=now()
        )
    add(session, files, REPORT, make_document(margin_mm=30), "två.docx")
    assert word_templates.find_name(session, REPORT, config) == "två.docx"
    assert word_templates.find_used(session, LETTER) is None
    word_templates.remove(session, REPORT, actor_id=None, at=now())
    assert word_templates.for_report(session, files, config) is None
    with pytest.raises(Conflict):
        word_templates.remove(session, REPORT, actor_id=None, at=now())
    again = word_templates.use_again(session, first, actor_id=None, at=now())
    found = word_templates.for_report(session, files, config)
    assert (again.number, found) == (3, WordFile("ett.docx", files.get(first.file_key)))
    assert [one.number for one in word_templates.list_versions(session, REPORT)] == [3, 2, 1]


def test_a_letter_needs_an_upright_a4_and_a_report_does_not(session: Session, files: FileStore) -> None:
    wide = make_document()
    wide.sections[0].page_width, wide.sections[0].page_height = Mm(297), Mm(210)
    with pytest.raises(Invalid, match="A4 på höjden"):
        add(session, files, LETTER, wide)
    assert add(session, files, REPORT, wide).number == 1


@pytest.mark.parametrize("template", [None, saved(make_document()), as_dotx(saved(make_document(margin_mm=70)))])
def test_the_address_stands_in_the_window_and_the_text_under_it_whatever_the_template(template: Any) -> None:
    made = letters(template)
    frames = list(made.element.iter(qn("w:framePr")))
    assert len(frames) == 6, "who sends and who receives, in each letter"
    twips = [one.get(qn(f"w:{name}")) for one in frames[1::2] for name in ("x", "y", "w", "h", "hAnchor")]
    box = [str(round(mm / 25.4 * 1440)) for mm in WINDOW]
    assert twips == [*box, "page"] * 3
    sender = frames[0]
    right = (int(sender.get(qn("w:x"))) + int(sender.get(qn("w:w")))) / 1440 * 25.4
    assert right < WINDOW[0] - 4
    first = next(one for one in made.paragraphs if one.text == "Samråd")
    top = BODY_TOP_MM - (18 if template is None else 30)
    assert abs(first.paragraph_format.space_before - Mm(top)) < Mm(1)


def test_each_letter_is_a_section_that_counts_its_own_pages_under_the_templates_header() -> None:
    made = letters(saved(make_document()))
    assert [one.text for one in made.paragraphs].count("Samråd") == 3
    assert "Ersätt den här texten." not in [one.text for one in made.paragraphs]
    assert len(made.sections) == 3
    for section in made.sections:
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
        assert section.different_first_page_header_footer
        assert abs(section.left_margin - Mm(35)) < Mm(0.1)
    assert [one.header.is_linked_to_previous for one in made.sections] == [False, True, True]
    assert made.sections[0].header.paragraphs[0].text == "Storköpings kommun"
    assert made.styles["Normal"].font.name == FONT
    fields = [one.get(qn("w:instr")).split() for one in made.sections[0].footer._element.iter(qn("w:fldSimple"))]
    assert fields == [["PAGE"], ["SECTIONPAGES"]]


def test_a_template_without_headings_and_without_air_between_paragraphs_gets_both() -> None:
    document = make_document()
    styles = document.styles
    for name in ("Normal", "Heading 1", "Heading 2", "Body Text"):
        styles[name].delete()
    styles.add_style("Body Text", WD_STYLE_TYPE.PARAGRAPH, builtin=True).paragraph_format.space_after = Pt(0)
    for one in styles.element.xpath("w:docDefaults/w:pPrDefault"):
        one.getparent().remove(one)
    made = letters(saved(document))
    said = {one.text: one.style for one in made.paragraphs}
    assert (said["Samråd"].name, said["Samråd"].font.bold, said["Samråd"].font.size) == ("Heading 1", True, Pt(14))
    assert (said["Kom."].name, said["Kom."].paragraph_format.space_after) == (TEXT, Pt(7))
    styles["Body Text"].paragraph_format.space_after = Pt(6)
    assert next(one.style.name for one in letters(saved(document)).paragraphs if one.text == "Kom.") == "Body Text"
    assert next(one.style.name for one in letters(None).paragraphs if one.text == "Kom.") == "Normal"


def test_how_far_down_a_header_reaches_is_known_before_it_is_printed_over_the_address() -> None:
    assert letter_paper.header_bottom_mm(make_document()) == pytest.approx(26, abs=0.5)
    assert letter_paper.header_bottom_mm(make_document(logo_mm=40)) > WINDOW[1]


def test_an_address_however_long_is_seen_whole_in_the_window() -> None:
    long = "c/o Exempelförvaltningen i Norra hamnen, Att: Bo Exempelsson\nExempelgatan 123 B\n123 45 Exempelstad"
    people = [PlanRecipient(name="Anna Ek", address="Gata 1\n231 42 Ort"), PlanRecipient(name="Brf " * 9, address=long)]
    made = docx.Document(io.BytesIO(dispatch_letters.write(HEAD, "Samråd", "Kom.", people)))
    sizes = [one.runs[0].font.size.pt for one in made.paragraphs if one.text.startswith(("Anna", "Brf"))]
    assert sizes == [11, 10]
    assert {one.get(qn("w:hRule")) for one in made.element.iter(qn("w:framePr"))} == {"atLeast"}
