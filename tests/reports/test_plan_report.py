"""A plan report tells every statement and point once, counts them once, and on the web points at nobody."""

import re
from datetime import timedelta

import docx
import pypdf
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, RGBColor, Twips
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.clock import now
from mapdialog.core.errors import Invalid
from mapdialog.plans.answer_models import PlanAnswer
from mapdialog.plans.word_files import read
from mapdialog.reports.plan_docx_shell import MARK, TOC_HEADING
from mapdialog.reports.plan_report import OUTCOME_TITLES
from mapdialog.reports.plan_report_blocks import Table, blocks
from mapdialog.reports.plan_report_docx import write_docx
from mapdialog.reports.plan_report_making import Maker, find_phase, make_content
from mapdialog.reports.plan_report_pdf import write_pdf
from mapdialog.reports.plan_report_questions import HIDDEN
from tests.pdf_rules import broken_rules
from tests.plan_seeds import make_answer, make_plan, make_plan_phase, make_point, make_statement
from tests.reports.plan_report_seeds import BRAND, PRIVATE, content_of, make_told, words_of_docx, words_of_pdf
from tests.seeds import make_account

LABEL = re.compile(r"Synpunkt (\d+\.\d+)")


@pytest.fixture
def told(session: Session):
    return make_told(session)


def test_sums_of_every_table_are_the_totals_in_both_editions(session, told):
    for edition in ("full", "web"):
        content = content_of(session, told, edition)
        total = content.totals
        assert (total.statements, total.points, total.late, total.oral) == (7, 8, 1, 1)
        assert sum(one.count for one in total.by_outcome) == total.points
        assert sum(count for _, count, _ in total.by_group) == total.statements
        assert sum(count for _, _, count in total.by_group) == total.points
        assert sum(one.count for one in total.by_district) + total.unplaced == total.statements
        told_points = sum(len(one.points) for one in content.statements)
        assert told_points + total.hidden_points == total.points
        for table in (one for one in blocks(content) if isinstance(one, Table) and one.has_sum):
            for column in table.numeric:
                numbers = [int(row[column].replace("\u00a0", "")) for row in table.rows]
                assert sum(numbers[:-1]) == numbers[-1]


def test_statements_without_a_place_and_protected_ones_are_counted_apart_from_districts(session, told):
    total = content_of(session, told).totals
    assert total.unplaced == 5  # four that pointed nowhere, and one whose place would tell where somebody lives
    assert sum(one.count for one in total.by_district) == 2


def test_a_point_that_repeats_another_is_answered_where_that_one_stands(session, told):
    content = content_of(session, told)
    points = {point.label: point for one in content.statements for point in one.points}
    assert points["3.2"].same_as == "2.2"
    assert points["3.2"].outcome == "not_met"
    assert points["2.1"].changes == (1,)
    assert content.changes[0].causes == ("2.1",)


def test_those_alike_are_gathered_and_late_and_oral_and_petitions_are_marked(session, told):
    marks = {one.number: one for one in content_of(session, told).statements}
    assert marks[6].same_as == 3
    assert marks[3].alike == (6,)
    assert "Undertecknat av 40 personer" in marks[3].marks
    assert "Muntligt" in marks[5].marks
    assert "För sent inkommet" in marks[7].marks


def test_what_came_before_every_phase_is_told_as_such_and_not_as_in_time(session, told):
    make_statement(session, told.plan, received_at=now() - timedelta(days=8))
    content = content_of(session, told)
    early = next(one for one in content.statements if one.number == 8)
    assert early.is_in_time is None and "Inkommet utanför skedena" in early.marks
    assert content.totals.late == 1
    rows = next(one.rows for one in blocks(content) if isinstance(one, Table) and one.caption == "Alla yttranden")
    assert [row[-1] for row in rows] == [*["Ja"] * 6, "Nej, för sent", "Utanför skedena"]


def test_the_web_edition_calls_private_persons_by_number_or_property(session, told):
    who = {one.number: one.who for one in content_of(session, told, "web").statements}
    assert who[1] == "Länsstyrelsen Skåne"
    assert who[2] == "Fastigheten HAMNEN 3:1"
    assert who[3].startswith("Privatperson ")
    assert 4 not in who
    assert {one.number: one.who for one in content_of(session, told).statements}[2] == "Anna Ek, HAMNEN 3:1"


def test_remaining_views_are_listed_by_whoever_gave_them(session, told):
    unmet = {
        one.who: tuple((view.label, view.outcome) for view in one.views) for one in content_of(session, told).unmet
    }
    assert unmet["Anna Ek, HAMNEN 3:1"] == (
        ("2.2", "Inte tillgodosedd"),
        ("2.3", "Delvis tillgodosedd"),
    )
    assert unmet["Anonym"] == unmet["Bo Alm"]  # who wrote the same words has the same views
    assert unmet["Bo Alm"] == (("3.1", "Delvis tillgodosedd"), ("3.2", "Inte tillgodosedd"))


def test_a_word_file_read_back_has_every_point_once_with_its_reason(session, told, tmp_path):
    write_docx(content_of(session, told), tmp_path / "r.docx", BRAND)
    document = docx.Document(tmp_path / "r.docx")
    text = "\n".join(one.text for one in document.paragraphs)
    heads = [one.text for one in document.paragraphs if one.style.name == "Synpunkt"]
    assert sorted(LABEL.match(one).group(1) for one in heads) == sorted(told.points)
    for reason in ("Bostäder behövs.", "Ljuset räcker.", "Rör genomförandet.", "Handläggs för sig.", "Drift."):
        assert f"Skäl: {reason}" in text
    assert {one.style.name for one in document.paragraphs} >= {"Title", "Heading 1", "Heading 2", "Heading 3"}
    repeated = [table for table in document.tables if table._tbl.findall(f".//{qn('w:tblHeader')}")]
    assert len(repeated) >= 4
    assert 'TOC \\o "1-2"' in words_of_docx(tmp_path / "r.docx")
    assert 'w:val="sv-SE"' in words_of_docx(tmp_path / "r.docx")


@pytest.mark.parametrize("weight", [600, 3])
def test_a_pdf_read_back_has_every_point_once_with_tags_whole_or_joined(session, told, tmp_path, weight):
    content = content_of(session, told)
    write_pdf(content, tmp_path / "r.pdf", BRAND, part_weight=weight)
    reader = pypdf.PdfReader(tmp_path / "r.pdf")
    text = "\n".join(page.extract_text() for page in reader.pages)
    labels = [
        found.group(1) for line in text.split("\n") if (found := re.match(r"Synpunkt (\d+\.\d+)\b(?! handlar)", line))
    ]
    assert sorted(labels) == sorted(told.points)
    for page in reader.pages:
        *before, last = re.split(r"^Synpunkt \d+\.\d+\b(?! handlar)", page.extract_text(), flags=re.MULTILINE)
        assert not before or any(f"{verdict}." in last for verdict in OUTCOME_TITLES.values()), "parted from its answer"
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "sv"
    assert broken_rules(tmp_path / "r.pdf", "ua1") == broken_rules(tmp_path / "r.pdf", "2a") == []
    assert _tags(root["/StructTreeRoot"]).count("/H3") == 7
    _every_page_and_tag_knows_the_other(reader)
    front = reader.pages[0].extract_text()
    for item in (one for one in reader.outline if not isinstance(one, list)):
        page = reader.get_destination_page_number(item)
        assert re.search(rf"{item.title}[ .]*{page + 1}\b", " ".join(front.split()))
        assert item.title in reader.pages[page].extract_text()


def _tags(element) -> list[str]:
    element = element.get_object()
    kids = element.get("/K", [])
    found = [element["/S"]] if "/S" in element else []
    for kid in kids if isinstance(kids, list) else [kids]:
        if isinstance(kid.get_object(), dict):
            found += _tags(kid)
    return found


def _every_page_and_tag_knows_the_other(reader: pypdf.PdfReader) -> None:
    """Each page's key leads in the tree of parents to tags that point at that very page."""
    pairs = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]
    numbers = list(_numbers(pairs))
    assert len({key for key, _ in numbers}) == len(numbers)
    by_key = dict(numbers)
    for page in reader.pages:
        elements = [
            one.get_object() for one in by_key[page["/StructParents"]].get_object() if one.get_object() is not None
        ]
        pages = {one.raw_get("/Pg").idnum for one in elements if "/Pg" in one}
        assert page.indirect_reference.idnum in pages


def _numbers(tree):
    tree = tree.get_object()
    for kid in tree.get("/Kids", []):
        yield from _numbers(kid)
    flat = tree.get("/Nums", [])
    yield from zip(flat[::2], flat[1::2], strict=True)


def test_nothing_private_stands_in_the_web_edition_searched_for_by_value(session, told, tmp_path):
    content = content_of(session, told, "web")
    write_docx(content, tmp_path / "w.docx", BRAND)
    write_pdf(content, tmp_path / "w.pdf", BRAND)
    for words in (words_of_docx(tmp_path / "w.docx"), words_of_pdf(tmp_path / "w.pdf")):
        assert "Länsstyrelsen Skåne" in words
        for value in PRIVATE:
            assert value not in words


def test_a_protected_identity_is_nameless_in_the_full_edition_too(session, told, tmp_path):
    write_docx(content_of(session, told), tmp_path / "f.docx", BRAND)
    words = words_of_docx(tmp_path / "f.docx")
    assert "Skyddad synpunkt" in words
    for value in ("Sigrid Hemlig", "Gömda vägen", "HEMLIGA 1:2", "sigrid@exempel.se"):
        assert value not in words


def test_whole_reports_have_no_questions_and_open_ones_tell_each_place(session, told):
    assert content_of(session, told, "web").questions == ()
    told.points["2.1"].answer_id = None
    told.phase.status = "open"
    told.phase.closed_at = None
    answer = session.get(PlanAnswer, told.points["7.1"].answer_id)
    answer.status = "draft"
    session.flush()
    found = [(one.where, one.what) for one in content_of(session, told).questions]
    assert found == [
        ("Skedet", "Skedet är inte avslutat än."),
        ("Synpunkt 2.1", "Synpunkten är inte besvarad."),
        ("Synpunkt 7.1", "Svaret är inte slutligt."),
    ]


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("Anna  EK vill ha lägre hus.", "Synpunkt 7.1"),
        ("Ring 070-174 06 05.", "Synpunkt 7.1"),
        ("Skriv till nagon@exempel.se.", "Synpunkt 7.1"),
        ("Född 640823-3234.", "Synpunkt 7.1"),
        ("Bor på Storgatan 4.", "Synpunkt 7.1"),
        ("Äger HEMLIGA 1:2.", "Synpunkt 7.1"),
    ],
)
def test_words_that_tell_who_somebody_is_are_a_fault_of_the_web_edition_alone(session, told, words, where):
    told.points["7.1"].summary = words
    session.flush()
    draft = content_of(session, told, "web")
    faults = draft.questions
    assert [one.where for one in faults] == [where]
    assert words not in faults[0].what and words not in repr(draft) and HIDDEN in repr(draft)
    assert content_of(session, told, "full").questions == ()


def test_the_web_edition_needs_a_summary_where_the_full_one_may_quote(session, told):
    told.points["7.1"].summary = ""
    session.flush()
    assert [one.where for one in content_of(session, told, "web").questions] == ["Synpunkt 7.1"]
    assert content_of(session, told, "full").questions == ()


def test_a_review_report_lists_remaining_views_of_the_consultation_too(session, told):
    review = make_plan_phase(session, told.plan, "review", begins=-1, days=20)
    statement = make_statement(session, told.plan, contact_name="Bo Alm", contact_email="bo.alm@exempel.se")
    make_answer(session, [make_point(session, statement, "Planen bör avslås.")], outcome="not_met")
    assert statement.phase_id == review.id
    maker = Maker(told.plan, review, "granskningsutlatande", "full", "Trelleborgs kommun", "1287")
    told.plan.procedure = "extended"
    content = make_content(session, maker, at=now())
    views = {one.who: [view.label for view in one.views] for one in content.unmet}
    assert views["Bo Alm"] == ["3.1 (samråd)", "3.2 (samråd)", "8.1 (granskning)"]
    assert views["Anna Ek, HAMNEN 3:1"] == ["2.2 (samråd)", "2.3 (samråd)"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("i stadshuset", "Förslaget fanns att läsa på kommunens webbplats och i stadshuset."),
        ("Stadshuset, Algatan 13.", "Förslaget fanns att läsa på kommunens webbplats och här: Stadshuset, Algatan 13."),
        ("Det hängde i biblioteket.", "Det hängde i biblioteket."),
        ("", ""),
    ],
)
def test_where_the_proposal_could_be_read_is_a_sentence_however_it_was_typed(session, told, typed, said):
    told.phase.available_text = typed
    told.phase.min_end_on, told.phase.override_reason = told.phase.ends_on + timedelta(days=1), "alla var överens"
    [held] = content_of(session, told).held
    assert held.available_text == said
    assert held.why_short.endswith("Alla var överens.")


def test_a_review_report_before_any_review_says_that_none_was_held(session, told):
    maker = Maker(told.plan, told.phase, "granskningsutlatande", "full", "Trelleborgs kommun", "1287")
    told.plan.procedure = "standard_limited"
    [asked] = make_content(session, maker, at=now()).questions  # ends without one, if all approve
    assert (asked.where, asked.takes_reason) == ("Samrådskretsen", True)
    told.plan.procedure = "extended"
    [asked] = make_content(session, maker, at=now()).questions
    assert asked.what == "Någon granskning har inte hållits."


def test_the_officers_draw_up_the_report_and_sign_it(session, told):
    officer = make_account(session, Role.PLANNER)
    officer.unit, told.plan.officer = "Planavdelningen", officer
    *_, said, signed = blocks(content_of(session, told))
    assert said.words.endswith("av Planavdelningen, Trelleborgs kommun.")
    assert signed.rows == ((officer.name, "Handläggare, Planavdelningen"),)


def test_the_template_of_the_municipality_keeps_its_own_text_and_styles(session, told, tmp_path):
    template = docx.Document()
    template.add_paragraph("Omslag")
    template.add_paragraph(MARK)
    template.add_paragraph("Sista sidan")
    template.sections[0].header.paragraphs[0].text = "Kommunens sidhuvud"
    template.save(tmp_path / "mall.docx")
    write_docx(content_of(session, told), tmp_path / "r.docx", BRAND, template=read(tmp_path / "mall.docx"))
    made = docx.Document(tmp_path / "r.docx")
    texts = [one.text for one in made.paragraphs]
    assert texts[0] == "Omslag"
    assert texts[-1] == "Sista sidan"
    assert "Samrådsredogörelse" in texts
    assert MARK not in texts
    assert made.sections[0].header.paragraphs[0].text == "Kommunens sidhuvud"


def test_tables_pictures_and_the_contents_fit_the_page_and_the_headings_of_the_template(session, told, tmp_path):
    template = docx.Document()
    section = template.sections[0]
    section.page_width, section.left_margin, section.right_margin = Mm(210), Mm(35), Mm(25)
    template.styles["Heading 1"].font.color.rgb = RGBColor(0xAA, 0, 0)
    template.save(tmp_path / "mall.docx")
    write_docx(content_of(session, told), tmp_path / "r.docx", BRAND, template=read(tmp_path / "mall.docx"))
    made = docx.Document(tmp_path / "r.docx")
    wide = [int(one.get(qn("w:w"))) for one in made.element.iter(qn("w:tblW"))]
    assert len(wide) > 3 and all(Mm(140) < Twips(one) < Mm(150) for one in wide)
    assert all(abs(one.width - Mm(150)) < Mm(1) for one in made.inline_shapes)
    assert made.styles[TOC_HEADING].base_style.name == "Heading 1"
    own = tmp_path / "own.docx"
    write_docx(content_of(session, told), own, BRAND)
    wide = {int(one.get(qn("w:w"))) for one in docx.Document(own).element.iter(qn("w:tblW"))}
    assert all(abs(one - 170 * 56.6929) < 4 for one in wide), wide


def test_a_bad_template_is_told_in_words(session, told, tmp_path):
    (tmp_path / "mall.docx").write_bytes(b"not a word file")
    with pytest.raises(Invalid, match="ingen Word-fil"):
        write_docx(content_of(session, told), tmp_path / "r.docx", BRAND, template=read(tmp_path / "mall.docx"))
    with pytest.raises(Invalid, match="går inte att läsa"):
        write_docx(content_of(session, told), tmp_path / "r.docx", BRAND, template=read(tmp_path / "none.docx"))


def test_a_report_without_a_phase_or_of_the_wrong_kind_is_refused(session):
    plan = make_plan(session)
    with pytest.raises(Invalid):
        find_phase(plan, "samradsredogorelse")
    with pytest.raises(Invalid):
        find_phase(plan, "sarskilt_utlatande")


def test_letters_that_no_typeface_has_are_told_by_name_and_nothing_is_read_as_markup(session, told, tmp_path):
    words = "Träd \U0001f333\U0001f3fd \u07f7 \x07 #panic() [a] $b$ \\u0007 @ref <x>"
    told.points["7.1"].summary = words.replace("\x07", "")
    session.flush()
    for weight in (600, 3):
        write_pdf(content_of(session, told), tmp_path / "r.pdf", BRAND, part_weight=weight)
        text = " ".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "r.pdf").pages)
        assert "#panic() [a] $b$ \\u0007 @ref <x>" in " ".join(text.split())
        assert "Träd " in text
