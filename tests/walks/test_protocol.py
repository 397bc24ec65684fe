"""What a protocol says: everything for those who made the walk, and for the public nothing that points at anybody."""

import io
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import docx
import pypdf
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from mapdialog.contributions import moderation
from mapdialog.core.clock import STOCKHOLM
from mapdialog.core.errors import Invalid, Unavailable
from mapdialog.core.files import FileStore
from mapdialog.reports import papers
from mapdialog.reports.papers import Brand
from mapdialog.reports.walk_protocol_docx import protocol_docx
from mapdialog.reports.walk_protocol_pdf import protocol_pdf
from mapdialog.walks import queries, recording, repeating, tending
from mapdialog.walks.drafts import StopDraft
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.paper_pictures import PHOTO_SIDE
from mapdialog.walks.protocol import Protocol, Version
from mapdialog.walks.protocol_findings import Maker
from mapdialog.walks.protocol_making import make_protocol
from mapdialog.walks.tending import ActionDraft
from tests.pdf_rules import broken_rules
from tests.walks.making import EVENING, make_walk, observe
from tests.walks.protocols import add_photo, make_performed

AT = datetime(2026, 12, 1, 9, 0, tzinfo=STOCKHOLM)
BRAND = Brand("Trelleborgs kommun", "#0a5a78")


@pytest.fixture
def files(app: Flask) -> FileStore:
    found = app.extensions["files"]
    assert isinstance(found, FileStore)
    return found


@pytest.fixture
def walk(session: Session, files: FileStore) -> SafetyWalk:
    return make_performed(session, files)


def made(session: Session, walk: SafetyWalk, files: FileStore, version: Version, language: str = "sv") -> Protocol:
    maker = Maker(files, "Trelleborgs kommun", "1287", version, language)
    return make_protocol(session, walk, maker, at=AT)


def test_the_internal_version_holds_everything_but_names(session: Session, walk: SafetyWalk, files: FileStore) -> None:
    protocol = made(session, walk, files, Version.INTERNAL)
    kiosk, dark, unread = protocol.findings
    assert [(one.number, one.text) for one in (kiosk, dark, unread)] == [
        (1, "Kiosken ger liv."),
        (2, "Två lampor är släckta."),
        (3, "Ingen har läst den här."),
    ]
    assert "Sagt av: barn eller ungdom" in dark.remarks and "Inte läst av kommunen än" in unread.remarks
    assert [stop.name for stop in protocol.stops] == ["Stationen", "Tunneln under Hedvägen", "Skolan", "På vägen"]
    assert (protocol.total.insecure, protocol.total.secure, protocol.total.total) == (2, 1, 3)
    assert {one.responsible for one in protocol.actions} == {"Gatuenheten", "Bo Ek", "Inte känt"}
    assert dark.actions == ((1, "Byt lampor"),) and protocol.actions[0].findings == (2,)
    assert protocol.actions[0].is_late and protocol.actions[0].description == "Ring Eva."
    assert [one.reason for one in protocol.not_done] == ["För dyrt."]
    assert protocol.faults == ("Åtgärd 2: Laga staketet (Bo Ek). Ärende F-17.",)
    assert protocol.people.dimensions[0] == ("Kön", (("Kvinnor", "9"), ("Män", "6")))
    assert protocol.left_out == "En iakttagelse är dold eller tillbakatagen och står inte här."
    assert "Anna" not in repr(protocol)  # who leads a group
    assert [name for name, _ in protocol.conditions] == ["Ljus", "Solen"]
    assert "solnedgång 15.4" in dict(protocol.conditions)["Solen"]


def test_the_public_version_leaves_out_what_is_not_for_everybody(
    session: Session, walk: SafetyWalk, files: FileStore
) -> None:
    protocol = made(session, walk, files, Version.PUBLIC)
    assert [one.text for one in protocol.findings] == ["Kiosken ger liv.", "Två lampor är släckta."]
    assert {one.responsible for one in protocol.actions} == {"Gatuenheten", "Privat ägare", "Inte känt"}
    assert protocol.people.dimensions[1] == ("Roll", (("Boende", "visas inte"), ("Polis", "visas inte")))
    said = repr(protocol)
    for words in ("Bo Ek", "Ring Eva", "Ingen har läst", "Den dolda", "F-17", "Sagt av", "Ett ansikte", "Anna"):
        assert words not in said, words


def test_a_photo_is_shrunk_and_says_what_it_shows(session: Session, walk: SafetyWalk, files: FileStore) -> None:
    (photo,) = made(session, walk, files, Version.PUBLIC).findings[1].photos
    assert (photo.alt, max(Image.open(io.BytesIO(photo.data)).size)) == ("Tunnelns mörka mynning", PHOTO_SIDE)


def test_a_photo_that_is_gone_costs_only_itself(session: Session, walk: SafetyWalk, files: FileStore) -> None:
    dark = next(one for one in made(session, walk, files, Version.PUBLIC).findings if one.photos)
    for one in files._fs.glob(f"{files._root}/photos/*.jpg"):
        files._fs.rm(one)
    assert not made(session, walk, files, Version.PUBLIC).findings[dark.number - 1].photos


@pytest.mark.parametrize("version", list(Version))
def test_what_is_missing_is_said_instead_of_an_empty_paper(
    session: Session, files: FileStore, version: Version
) -> None:
    with pytest.raises(Invalid, match="inga iakttagelser"):
        made(session, make_walk(session), files, version)


def test_without_a_route_the_map_is_of_what_was_found(session: Session, files: FileStore) -> None:
    walk = make_walk(session, route=None, stops=(StopDraft("Skolan"),))
    observe(session, walk)
    protocol = made(session, walk, files, Version.INTERNAL)
    assert (protocol.map_heading, protocol.route_map.alt) == ("Karta", "Karta över det vi såg. Antal iakttagelser: 1.")
    assert "solnedgång 15.4" in dict(protocol.conditions)["Solen"]


def test_a_walk_without_stops_is_told_finding_by_finding(session: Session, files: FileStore) -> None:
    walk = make_walk(session, stops=())
    observe(session, walk, "Fin utsikt.", polarity="secure", severity=None)
    protocol = made(session, walk, files, Version.INTERNAL)
    assert protocol.findings_heading == "Iakttagelserna" and not protocol.has_stops
    assert protocol.route_map.alt == "Karta över rutten och det vi såg. Antal iakttagelser: 1."
    pdf = protocol_pdf(protocol, BRAND)
    told = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())
    assert broken_rules(pdf) == [] and "hållpunkt" not in told.lower() and "På vägen" not in told
    assert "Belysning. Fin utsikt. (iakttagelse 1)" in told
    word = docx.Document(io.BytesIO(protocol_docx(protocol, BRAND)))
    headings = [(one.style.name, one.text) for one in word.paragraphs if one.style and "Heading" in str(one.style.name)]
    at = headings.index(("Heading 1", "Iakttagelserna"))
    assert headings[at + 1] == ("Heading 2", "1. Belysning")


def test_an_acute_finding_is_marked_in_words_where_it_is_told(session: Session, files: FileStore) -> None:
    walk = make_walk(session)
    kept = observe(session, walk, "Brunnslocket är borta.")
    double = observe(session, walk, "Öppen brunn!", is_acute=True)
    other = observe(session, walk, "En lampa är släckt.")
    recording.merge(session, walk, kept, [double], actor_id=None)
    for one in (kept, other):
        moderation.approve(session, one, version=None, actor_id=None)
    protocol = made(session, walk, files, Version.PUBLIC)
    assert [one.is_acute for one in protocol.findings] == [True, False], "who called it acute saw the same"
    assert protocol.faults == ("Iakttagelse 1 anmäldes som akut.",)
    pages = pypdf.PdfReader(io.BytesIO(protocol_pdf(protocol, BRAND))).pages
    assert " ".join(page.extract_text() for page in pages).count("Akut") == 1
    word = [one.text for one in docx.Document(io.BytesIO(protocol_docx(protocol, BRAND))).paragraphs]
    assert [one for one in word if one.startswith("AKUT · Otrygg")] and sum("AKUT" in one for one in word) == 1


def test_a_public_protocol_waits_until_something_is_approved(session: Session, files: FileStore) -> None:
    walk = make_walk(session)
    sent = EVENING + timedelta(minutes=21)
    observe(session, walk, sent_at=sent, at=sent - timedelta(hours=5))
    with pytest.raises(Invalid, match="Ingen iakttagelse är godkänd"):
        made(session, walk, files, Version.PUBLIC)
    (only,) = made(session, walk, files, Version.INTERNAL).findings
    assert only.remarks[-1] == "Sett 26 november 2026 kl. 12.20: rättad tid, telefonens klocka gick 5 timmar före"


def elements(node: Any) -> Iterator[Any]:
    """Every element of a PDF's structure tree."""
    node = node.get_object()
    if isinstance(node, list):
        for one in node:
            yield from elements(one)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node and not isinstance(node["/K"], int):
            yield from elements(node["/K"])


def test_the_pdf_is_tagged_and_holds_text_tables_and_pictures(
    session: Session, walk: SafetyWalk, files: FileStore
) -> None:
    protocol = made(session, walk, files, Version.PUBLIC)
    # A table of one row does not hang on to the map after it, which would leave half the first page empty.
    protocol = replace(protocol, people=replace(protocol.people, dimensions=protocol.people.dimensions[:1], note=""))
    pdf = protocol_pdf(protocol, BRAND)
    assert broken_rules(pdf) == []
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "sv" and root["/MarkInfo"]["/Marked"] and root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None and reader.metadata.title == "Protokoll: Trygghetsvandring i Östervång"
    tags = list(elements(root["/StructTreeRoot"]["/K"]))
    kinds = [one["/S"] for one in tags]
    assert kinds.count("/H1") == 1 and kinds.count("/H2") > 5 and kinds.count("/H3") == len(protocol.stops)
    figures = [one for one in tags if one["/S"] == "/Figure"]
    assert len(figures) == 2 and all(one.get("/Alt") for one in figures)  # the map and the one photo
    cells = [one for one in tags if one["/S"] == "/TD"]
    assert len(cells) > 20 and all(one["/A"]["/Headers"] for one in cells)
    named = {str(one["/ID"]) for one in tags if one["/S"] == "/TH"}
    assert named >= {str(head) for one in cells for head in one["/A"]["/Headers"]}
    assert len({one.name for page in reader.pages for one in page.images}) == 2
    assert "Deltagare efter grupp" in reader.pages[0].extract_text()
    text = " ".join(page.extract_text() for page in reader.pages)
    for words in ("Två lampor är släckta.", "Byt lampor", "För dyrt.", "Dnr KS 2026/418", f"av {len(reader.pages)}"):
        assert words in text, words
    assert "Ingen har läst" not in text


def test_the_word_file_has_styles_repeated_table_heads_and_alternative_texts(
    session: Session, walk: SafetyWalk, files: FileStore
) -> None:
    protocol = made(session, walk, files, Version.PUBLIC)
    file = docx.Document(io.BytesIO(protocol_docx(protocol, BRAND)))
    styles = [one.style.name for one in file.paragraphs if one.style is not None]
    assert styles.count("Title") == 1 and styles.count("Heading 2") == len(protocol.stops)
    assert styles.count("Heading 3") == len(protocol.findings)
    listed = next(one for one in file.tables if one.cell(0, 1).text == "Vad och var")
    assert [one.cells[1].text.split("\n")[0] for one in listed.rows[1:]] == [one.title for one in protocol.actions]
    assert listed.rows[0]._tr.xpath("./w:trPr/w:tblHeader") and listed.rows[1]._tr.xpath("./w:trPr/w:cantSplit")
    assert [one._inline.docPr.get("descr") for one in file.inline_shapes][1:] == ["Tunnelns mörka mynning"]
    assert file.core_properties.title == "Protokoll: Trygghetsvandring i Östervång"
    assert "NUMPAGES" in file.sections[0].footer._element.xml
    text = "\n".join(one.text for one in file.paragraphs)
    assert "Två lampor är släckta." in text and "Ingen har läst" not in text
    lead = next(one for one in file.paragraphs if one.text.startswith("Antal: 15."))
    assert lead.paragraph_format.keep_with_next


def test_a_return_walks_protocol_tells_what_became_of_what_was_found_before(
    session: Session, walk: SafetyWalk, files: FileStore
) -> None:
    walk.status = "performed"
    again = repeating.plan_return(session, walk, title="Återvandring", purpose="", actor_id=None)
    again.starts_at = AT
    dark = next(one for one in queries.list_observations(session, walk) if one.said_by == "child")
    stop, (one, two) = again.stops[1].id, again.groups[:2]
    check = observe(
        session,
        again,
        "",
        follows_id=dark.id,
        verdict="fixed",
        polarity="neutral",
        severity=None,
        stop_id=stop,
        group_id=one.id,
    )
    add_photo(session, files, check)
    protocol = made(session, again, files, Version.INTERNAL)
    assert protocol.compared_words == (
        "Vi gick här även 26 november 2026. Då noterades 3 iakttagelser. Nu finns 0–2 kvar eller är nya. "
        "2 av de tidigare är inte bedömda."
    )
    assert [(caption, one.alt) for caption, one in protocol.judged[dark.id].photos] == [
        ("Före", "Tunnelns mörka mynning"),
        ("Efter", "Efter: Två lampor är släckta."),
    ]
    assert protocol.findings[0].remarks[0] == "Sedan förra vandringen: åtgärdat"
    assert protocol.cover_actions == [("0", "nya åtgärder"), ("0/3", "klara sedan förra vandringen")]
    refused = [one.reason for one in protocol.earlier_actions if one.status == "rejected"]
    assert len(protocol.earlier_actions) == 3 and refused == ["För dyrt."]
    file = docx.Document(io.BytesIO(protocol_docx(protocol, BRAND)))
    assert "Åtgärdat: belysning. Två lampor är släckta." in [one.text for one in file.paragraphs]
    assert any(one.cell(0, 1).text == "Bättre" and one.cell(0, 4).text == "Åtgärdat" for one in file.tables)
    # The other group disagrees, and has no photo: the first group's stands with that group's word.
    observe(session, again, "Släckt igen", follows_id=dark.id, verdict="same", stop_id=stop, group_id=two.id)
    judged = made(session, again, files, Version.INTERNAL).judged[dark.id]
    assert (judged.verdict, judged.is_agreed) == ("Lika", False)
    assert [(each.who, each.text) for each in judged.said] == [
        ("Grupp 2: lika", "Släckt igen"),
        ("Grupp 1: åtgärdat", ""),
    ]
    assert [caption for caption, _photo in judged.photos] == ["Före", "Efter, Grupp 1: åtgärdat"]


def test_a_protocol_in_english_is_worded_in_english(session: Session, walk: SafetyWalk, files: FileStore) -> None:
    protocol = made(session, walk, files, Version.PUBLIC, "en")
    assert protocol.findings[1].category == "Lighting" and protocol.findings[1].feeling != "Otrygg"
    assert ("Time", "17:00–19:00") in protocol.facts


def test_a_paper_cannot_make_the_server_fetch_anything() -> None:
    for address in ("file:///etc/passwd", "http://127.0.0.1/", "paper:7"):
        with pytest.raises(ValueError, match="not a picture of this paper"):
            papers._fetcher({}).fetch(address)


def test_without_the_libraries_that_set_type_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(Unavailable, match="bin/setup"):
        papers._weasyprint()


def test_actions_stand_in_the_order_of_the_findings_they_answer(session: Session, files: FileStore) -> None:
    """However they were made; what answers nothing stands last. Days are told as everywhere in the paper."""
    walk = make_walk(session)
    later, first = (observe(session, walk, stop_id=walk.stops[n].id) for n in (1, 0))
    for title, ids in (("Ingen", ()), ("Den andra", (later.id,)), ("Den första", (first.id,))):
        draft = ActionDraft(title, observation_ids=ids, deadline=date(2027, 5, 22))
        tending.create_action(session, walk, draft, today=EVENING.date(), actor_id=None)
    maker = Maker(files, "Trelleborg", "1287", Version.INTERNAL)
    made = make_protocol(session, walk, maker, at=EVENING)
    told = [(one.number, one.title, one.findings) for one in made.actions]
    assert told == [(1, "Den första", (1,)), (2, "Den andra", (2,)), (3, "Ingen", ())]
    assert made.stops[0].findings[0].actions == ((1, "Den första"),)
    assert made.actions[0].deadline == "22 maj 2027"
