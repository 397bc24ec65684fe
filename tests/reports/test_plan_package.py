"""A plan's package for the archive, and the registrar's list of what came in."""

import csv
import hashlib
import io
import json
import re
import uuid
import zipfile
from contextlib import contextmanager
from datetime import timedelta

import openpyxl
import pytest
from click.testing import CliRunner
from lxml import etree
from sqlalchemy import func, select, text

from mapdialog.accounts.models import Role
from mapdialog.core import jobs
from mapdialog.core.audit import AuditEvent
from mapdialog.core.clock import local, now
from mapdialog.core.errors import NotFound
from mapdialog.core.files import FileStore
from mapdialog.geo import ogrfile
from mapdialog.plans.models import Plan
from mapdialog.plans.statement_models import PlanStatement, PlanStatementFile
from mapdialog.reports import plan_packages
from mapdialog.reports.jobs import make_plan_package
from mapdialog.reports.plan_package import write_package
from mapdialog.reports.plan_package_xml import METS, XLINK
from tests.plan_seeds import make_plan, make_plan_phase, make_statement
from tests.reports.plan_report_seeds import make_told
from tests.staffing import sign_in

SCAN = b"%PDF-1.4 a scanned letter, as it was received"


@pytest.fixture
def told(session, config):
    made = make_told(session)
    FileStore(config.files_url).put("plan-statements/x/scan.pdf", SCAN)
    owner = session.scalars(select(PlanStatement).where(PlanStatement.number == 2)).one()
    session.add(
        PlanStatementFile(
            statement_id=owner.id, client_id=uuid.uuid4(), file_key="plan-statements/x/scan.pdf", size_bytes=len(SCAN),
            file_name="Brev från Övre.pdf", content_type="application/pdf", sha256=hashlib.sha256(SCAN).hexdigest(),
        )
    )  # fmt: skip
    session.flush()
    return made


@pytest.fixture
def package(session, told, config, tmp_path):
    write_package(
        session, told.plan, tmp_path / "p.zip", FileStore(config.files_url), municipality="Trelleborgs kommun", at=now()
    )
    with zipfile.ZipFile(tmp_path / "p.zip") as zipped:
        root = zipped.namelist()[0].partition("/")[0]
        return {one.removeprefix(f"{root}/"): zipped.read(one) for one in zipped.namelist()}


def test_every_file_is_listed_in_mets_and_manifest_with_its_own_checksum(package):
    listed = {}
    for reference in etree.fromstring(package["METS.xml"]).iter(f"{{{METS}}}file", f"{{{METS}}}mdRef"):
        place = reference if reference.tag.endswith("mdRef") else reference[0]
        listed[place.get(f"{{{XLINK}}}href")] = (reference.get("CHECKSUM"), int(reference.get("SIZE")))
    own = {"METS.xml", "manifest-sha256.txt"}
    assert listed.keys() == package.keys() - own
    for path, (digest, size) in listed.items():
        assert (hashlib.sha256(package[path]).hexdigest(), len(package[path])) == (digest, size)
    manifest = dict(reversed(line.split("  ", 1)) for line in package["manifest-sha256.txt"].decode().splitlines())
    assert {path: hashlib.sha256(package[path]).hexdigest() for path in package.keys() - own} | {
        "METS.xml": hashlib.sha256(package["METS.xml"]).hexdigest()
    } == manifest


def test_mets_refers_only_to_what_it_lists_and_says_what_csip_demands(package):
    mets = etree.fromstring(package["METS.xml"])
    names = {one.get("ID") for one in mets.iter() if one.get("ID")}
    referred = {one.get(kind) for one in mets.iter() for kind in ("FILEID", "DMDID", "ADMID") if one.get(kind)}
    assert referred <= names
    assert [one.get("LABEL") for one in mets.iter(f"{{{METS}}}div")][1:] == [
        "Metadata", "Documentation", "Schemas", "Representations", "Representations/rep1",
    ]  # fmt: skip
    [pointer] = [one.get(f"{{{XLINK}}}href") for one in mets.iter(f"{{{METS}}}mptr")]
    inner = etree.fromstring(package[pointer])
    listed = {one.get(f"{{{XLINK}}}href") for one in inner.iter(f"{{{METS}}}FLocat")}
    folder = pointer.removesuffix("METS.xml")
    assert {f"{folder}{one}" for one in listed} == {one for one in package if one.startswith(folder)} - {pointer}
    assert all(one.get("CREATED") for one in mets.iter(f"{{{METS}}}file", f"{{{METS}}}mdRef"))
    about = etree.fromstring(package["metadata/descriptive/dc.xml"])
    assert about.findtext("{http://purl.org/dc/elements/1.1/}creator") == "Trelleborgs kommun"


def test_records_are_as_the_packages_own_schema_says(package):
    schema = etree.XMLSchema(etree.fromstring(package["schemas/plan_case.xsd"]))
    records = [one for path, one in package.items() if "/data/" in path and path.endswith(".xml")]
    assert len(records) > 5
    for one in records:
        schema.assertValid(etree.fromstring(one))
    with pytest.raises(etree.DocumentInvalid):
        schema.assertValid(etree.fromstring("<statement><unknown>1</unknown></statement>"))


def test_statements_are_told_alike_in_json_and_xml_with_attachments_as_received(package):
    folder = "representations/rep1/data/statements/00002"
    told = json.loads(package[f"{folder}/statement.json"])
    assert (told["contact_name"], len(told["points"])) == ("Anna Ek", 3)
    assert told["points"][1]["answer"]["reason"] == "Bostäder behövs."
    xml = etree.fromstring(package[f"{folder}/statement.xml"])
    assert xml.findtext("raw_text") == told["raw_text"]
    assert len(xml.findall("points")) == 3
    assert package[told["files"][0]["file"]] == SCAN
    assert told["files"][0]["received_as"] == "Brev från Övre.pdf"


def test_protected_identities_are_left_out_and_counted_unless_asked_for(session, told, config, tmp_path, package):
    data = "representations/rep1/data"
    assert json.loads(package[f"{data}/plan.json"])["statements_left_out_as_protected"] == 1
    everything = b"\n".join(package.values()).decode("utf-8", "replace")
    for value in ("Sigrid Hemlig", "HEMLIGA 1:2", "sigrid@exempel.se"):
        assert value not in everything
    write_package(
        session, told.plan, tmp_path / "all.zip", FileStore(config.files_url), municipality="T", at=now(),
        with_protected=True,
    )  # fmt: skip
    with zipfile.ZipFile(tmp_path / "all.zip") as zipped:
        name = next(one for one in zipped.namelist() if one.endswith("statements/00004/statement.json"))
        assert json.loads(zipped.read(name))["contact_name"] == "Sigrid Hemlig"
    noted = session.scalars(select(AuditEvent.detail).where(AuditEvent.action == "plan.export").order_by(AuditEvent.id))
    assert [one["protected"] for one in noted] == [False, True]


def test_announcements_written_in_the_pages_are_told_with_their_words_alone(session, config, tmp_path, client):
    sign_in(client, session, Role.PLANNER)
    plan = make_plan(session)
    phase = make_plan_phase(session, plan, status="draft", begins=7)
    session.commit()
    page = f"/staff/plans/{plan.slug}/phases/{phase.id}/announcement/kungorelse"
    sent = {"item-what": "En plan för hamnen.", "item-meeting": "Möte på biblioteket.", "version": "0"}
    assert client.post(page, data=sent).status_code == 302
    session.expire_all()
    files = FileStore(config.files_url)
    write_package(session, plan, tmp_path / "p.zip", files, municipality="Trelleborgs kommun", at=now())
    with zipfile.ZipFile(tmp_path / "p.zip") as zipped:
        kept = {one.partition("/")[2]: zipped.read(one) for one in zipped.namelist()}
    record = etree.fromstring(kept["representations/rep1/data/plan.xml"])
    etree.XMLSchema(etree.fromstring(kept["schemas/plan_case.xsd"])).assertValid(record)
    assert record.findtext("phases/announcements/items/meeting") == "Möte på biblioteket."
    items = json.loads(kept["representations/rep1/data/plan.json"])["phases"][0]["announcements"][0]["items"]
    assert items["meeting"] == "Möte på biblioteket." and not [key for key in items if ":" in key]


def test_geometry_comes_as_geopackage_and_geojson(package, tmp_path):
    data = "representations/rep1/data/geometry"
    (tmp_path / "plan.gpkg").write_bytes(package[f"{data}/plan.gpkg"])
    layers = {name for name, _ in ogrfile.gdal().list_layers(tmp_path / "plan.gpkg")}
    assert layers == {"area", "statements"}
    places = json.loads(package[f"{data}/statements.geojson"])["features"]
    assert [one["properties"]["number"] for one in places] == [2, 3]
    assert 12 < places[0]["geometry"]["coordinates"][0] < 14


def test_the_list_of_what_came_in_leaves_protected_out_and_says_so(session, told, client):
    sign_in(client, session, Role.MODERATOR)
    page = client.get("/staff/incoming").get_data(as_text=True)
    assert "Anna Ek" in page
    assert "Sigrid Hemlig" not in page
    assert "skyddade personuppgifter" in page
    assert "Sigrid Hemlig" not in client.get("/staff/incoming?protected=1").get_data(as_text=True)
    yesterday = client.get("/staff/incoming?from=2020-01-01&to=2020-01-02").get_data(as_text=True)
    assert "Anna Ek" not in yesterday


def test_a_letter_registered_afterwards_is_in_the_days_that_the_registrar_reads(session, told, client):
    sign_in(client, session, Role.MODERATOR)
    make_statement(session, told.plan, organisation="Sen post", received_at=now() - timedelta(days=40))
    came = f"{local(now() - timedelta(days=40)):%Y-%m-%d}"
    days = f"from={came}&to={came}"
    assert "Sen post" in client.get("/staff/incoming").get_data(as_text=True)
    assert "Sen post" not in client.get(f"/staff/incoming?{days}").get_data(as_text=True)
    assert "Sen post" in client.get(f"/staff/incoming?{days}&by=received").get_data(as_text=True)
    assert "Sen post" not in client.get("/staff/incoming?by=received").get_data(as_text=True)


def test_an_administrator_may_read_protected_ones_and_that_is_logged(session, told, client):
    sign_in(client, session)
    assert "Sigrid Hemlig" in client.get("/staff/incoming?protected=1").get_data(as_text=True)
    count = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "plan.protected_read")
    assert session.scalar(count) == 1


def test_the_list_as_files_has_the_same_rows(session, told, client):
    sign_in(client, session, Role.PLANNER)
    day = f"{local(now()):%Y-%m-%d}"
    text = client.get(f"/staff/incoming.csv?from={day}&to={day}").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 6
    assert rows[1]["Från"] == "Anna Ek"
    assert rows[1]["Diarienummer"] == "SBN 2026/123"
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/staff/incoming.xlsx?plan={told.plan.slug}").data))
    assert book.active.max_row == 7


def test_those_who_may_not_register_statements_do_not_read_what_came_in(session, told, client):
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    for address in ("/staff/incoming", "/staff/incoming.csv"):
        assert client.get(address).status_code == 403


def test_the_terminal_writes_reports_and_packages(session, told, config, tmp_path, monkeypatch):
    from contextlib import contextmanager

    from mapdialog.commands import plan_papers
    from mapdialog.commands.main import cli

    @contextmanager
    def opened():
        yield config, session

    monkeypatch.setattr(plan_papers, "open_database", opened)
    slug, out = told.plan.slug, tmp_path / "r.docx"
    run = CliRunner().invoke
    kind = ("--kind", "samradsredogorelse")
    done = run(cli, ["plan", "report", slug, *kind, "--version", "web", "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert "7 statements, 8 points" in done.output
    assert zipfile.is_zipfile(out)
    (tmp_path / "bad.docx").write_bytes(b"x")
    for arguments, said in (
        ([*kind, "--template", str(tmp_path / "bad.docx"), "-o", str(out)], "not a Word file"),
        (["--kind", "sarskilt_utlatande", "-o", str(out)], "no such report"),
        ([*kind, "-o", str(tmp_path / "r.txt")], "r.txt"),
    ):
        wrong = run(cli, ["plan", "report", slug, *arguments])
        assert wrong.exit_code == 1
        assert re.search(said, wrong.output), wrong.output
    done = run(cli, ["plan", "export", slug, "-o", str(tmp_path / "p.zip")])
    assert done.exit_code == 0, done.output
    assert zipfile.is_zipfile(tmp_path / "p.zip")


@pytest.fixture
def work(session, app, config, monkeypatch):
    """Does what waits for the worker of making packages, in the test's own transaction."""

    @contextmanager
    def here():
        yield session
        session.commit()

    monkeypatch.setattr(jobs, "session", here)
    jobs.surround(config, app.extensions["engine"])

    def do():
        taken = text("delete from procrastinate_jobs where task_name = 'make_plan_package' returning args")
        for arguments in session.scalars(taken).all():
            make_plan_package(**arguments)

    return do


def test_the_desk_asks_for_a_package_and_fetches_it_when_the_worker_has_made_it(client, session, told, config, work):
    sign_in(client, session, Role.PLANNER)
    address, plan_id = f"/staff/plans/{told.plan.slug}/package", told.plan.id
    assert "Inget paket finns att hämta" in client.get(address).text
    assert client.get(f"{address}.zip").status_code == 404
    assert client.post(address, data={"protected": "1"}).status_code == 303  # of which a planner reads nothing
    assert 'data-state="making"' in client.get(address).text
    assert client.post(address).status_code == 409
    work()
    assert "Paketet är klart." in client.get(address).text
    fetched = client.get(f"{address}.zip")
    with zipfile.ZipFile(io.BytesIO(fetched.data)) as zipped:
        assert zipped.testzip() is None
        assert not any(b"Sigrid Hemlig" in zipped.read(one) for one in zipped.namelist())
    assert "no-store" in fetched.headers["Cache-Control"]
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.object_id == str(plan_id)))
    assert {"plan.package_asked", "plan.export", "plan.package", "plan.package_fetched"} <= set(actions)
    first = plan_packages.state(session, session.get_one(Plan, plan_id), now()).file_key
    client.post(address)
    work()
    files, later = FileStore(config.files_url), now() + plan_packages.KEPT
    with pytest.raises(NotFound):  # the latest is enough
        files.get(first)
    plan_packages.forget_old(session, files, later)
    assert plan_packages.state(session, session.get_one(Plan, plan_id), later).state == "none"
    assert client.get(f"{address}.zip").status_code == 404


def test_a_package_that_could_not_be_made_says_so(client, session, told, work, monkeypatch):
    def fail(*_, **__):
        raise OSError("no room")

    monkeypatch.setattr(plan_packages, "write_package", fail)
    sign_in(client, session, Role.PLANNER)
    address = f"/staff/plans/{told.plan.slug}/package"
    client.post(address)
    with pytest.raises(OSError, match="no room"):
        work()
    assert "Paketet kunde inte göras." in client.get(address).text


def test_a_package_with_protected_identities_is_fetched_only_by_who_may_read_them(client, session, told, work):
    address = f"/staff/plans/{told.plan.slug}/package"
    sign_in(client, session, Role.ADMINISTRATOR)
    client.post(address, data={"protected": "1"})
    work()
    assert client.get(f"{address}.zip").status_code == 200
    client = client.application.test_client()
    sign_in(client, session, Role.PLANNER)
    assert client.get(f"{address}.zip").status_code == 403
    assert "Gör ett eget utan dem" in client.get(address).text
    client = client.application.test_client()
    sign_in(client, session, Role.MODERATOR)
    assert {client.get(address).status_code, client.get(f"{address}.zip").status_code} == {403}
