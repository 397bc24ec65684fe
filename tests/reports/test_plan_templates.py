"""The page of Word templates: uploaded, tried, replaced and taken out of use by an administrator, read by planners."""

import io
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.config import Config
from mapdialog.core.clock import now
from mapdialog.core.files import FileStore
from mapdialog.plans import word_templates
from mapdialog.plans.template_models import LETTER, REPORT
from mapdialog.plans.word_files import WordFile
from mapdialog.reports import plan_reports, plan_templates
from mapdialog.reports.plan_docx_shell import MARK
from tests.reports.plan_report_seeds import make_told, words_of_docx
from tests.staffing import sign_in
from tests.word_templates import FONT, make_document, saved

PAGE = "/staff/templates"


def send(client: FlaskClient, purpose: str, file: WordFile) -> tuple[int, str]:
    data = {"template": (io.BytesIO(file.data), file.name)}
    answer = client.post(f"{PAGE}/{purpose}", data=data, content_type="multipart/form-data")
    return answer.status_code, answer.text


def font_of(data: bytes) -> str | None:
    found: str | None = docx.Document(io.BytesIO(data)).styles["Normal"].font.name
    return found


def test_an_administrator_takes_a_template_into_use_and_out_again(client: FlaskClient, session: Session) -> None:
    sign_in(client, session, Role.ADMINISTRATOR)
    page = client.get(PAGE)
    assert page.text.count("Ingen egen mall används") == 2
    for purpose in (REPORT, LETTER):
        assert font_of(client.get(f"{PAGE}/{purpose}/sample.docx").data) == "Arial"
        assert send(client, purpose, saved(make_document(), "vår mall.docx"))[0] == 302
        assert font_of(client.get(f"{PAGE}/{purpose}/sample.docx").data) == FONT
        kept = client.get(f"{PAGE}/{purpose}/1")
        assert font_of(kept.data) == FONT and "attachment" in kept.headers["Content-Disposition"]
    page = client.get(PAGE)
    assert "vår mall.docx" in page.text and "version 1" in page.text
    assert send(client, LETTER, saved(make_document(margin_mm=30), "nya.docx"))[0] == 302
    assert "1 tidigare mall" in client.get(PAGE).text
    assert client.post(f"{PAGE}/{LETTER}/1/use").status_code == 302
    assert client.post(f"{PAGE}/{LETTER}/remove").status_code == 302
    assert "3 tidigare mallar" in client.get(PAGE).text
    assert client.post(f"{PAGE}/{LETTER}/remove").status_code == 409


def test_a_bad_file_is_refused_at_its_field_and_the_template_in_use_stays(
    client: FlaskClient, session: Session
) -> None:
    sign_in(client, session, Role.ADMINISTRATOR)
    send(client, LETTER, saved(make_document(), "bra.docx"))
    status, page = send(client, LETTER, WordFile("dålig.docx", b"nej"))
    assert status == 422 and "ingen Word-fil" in page and "bra.docx" in page and 'aria-invalid="true"' in page
    assert client.post(f"{PAGE}/{LETTER}").status_code == 422
    assert send(client, "poster", saved(make_document()))[0] == 404
    assert client.get(f"{PAGE}/poster/sample.docx").status_code == 404
    assert client.get(f"{PAGE}/{LETTER}/{10**12}").status_code == 404
    assert [one.file_name for one in word_templates.list_versions(session, LETTER)] == ["bra.docx"]


def test_a_planner_tries_templates_and_others_do_not_see_them(client: FlaskClient, session: Session) -> None:
    sign_in(client, session, Role.PLANNER)
    page = client.get(PAGE).text
    assert "En administratör kan byta mallen." in page and 'type="file"' not in page
    assert client.get(f"{PAGE}/{REPORT}/sample.docx").status_code == 200
    assert send(client, REPORT, saved(make_document()))[0] == 403
    client.post("/staff/sign-out")
    sign_in(client, session, Role.MODERATOR)
    assert client.get(PAGE).status_code == 403


def test_a_report_is_written_on_the_pages_template_before_the_settings_and_ours(
    session: Session, config: Config, tmp_path: Path
) -> None:
    told, files, fonts = make_told(session), FileStore(config.files_url), []
    setting = make_document()
    setting.styles["Normal"].font.name = "Georgia"
    (tmp_path / "inställd.docx").write_bytes(saved(setting).data)
    with_setting = replace(config, plan_report_template=str(tmp_path / "inställd.docx"))

    def font(settings: Config) -> None:
        report = plan_reports.ask_for(session, told.plan, "samradsredogorelse", "web", "docx", actor_id=None, at=now())
        plan_reports.keep(session, report, settings, files, at=now(), tell=lambda percent: None)
        fonts.append(font_of(files.get(str(report.file_key))))

    font(config)
    font(with_setting)
    word_templates.add(session, REPORT, saved(make_document()), files=files, actor_id=None, at=now())
    font(with_setting)
    word_templates.remove(session, REPORT, actor_id=None, at=now())
    font(with_setting)
    assert fonts == ["Arial", "Georgia", FONT, "Georgia"]


def test_what_the_owner_of_a_template_should_know_is_told() -> None:
    good = make_document()
    good._body.clear_content()
    assert plan_templates.remarks(REPORT, saved(good)) == plan_templates.remarks(LETTER, saved(good)) == []
    assert plan_templates.remarks(LETTER, saved(make_document(logo_mm=40))) == [plan_templates.TOO_TALL]
    bare = docx.Document()
    assert plan_templates.remarks(REPORT, saved(bare)) == [plan_templates.NO_HEADER]
    bare.add_paragraph("Omslag")
    assert plan_templates.NO_MARK in plan_templates.remarks(REPORT, saved(bare))
    bare.add_paragraph(MARK)
    assert plan_templates.remarks(REPORT, saved(bare)) == [plan_templates.NO_HEADER]


def test_a_report_on_a_template_without_headings_has_them_in_its_outline(config: Config) -> None:
    document = make_document()
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3", "Caption"):
        document.styles[name].delete()
    made = docx.Document(io.BytesIO(plan_templates.make_sample(REPORT, saved(document), config, now().date())))
    heading = made.styles["Heading 2"]
    assert heading.font.bold and heading.element.pPr.find(qn("w:outlineLvl")).get(qn("w:val")) == "1"
    assert {"Title", "Heading 1", "Heading 3", "Caption"} <= {one.style.name for one in made.paragraphs if one.style}


def test_the_sample_report_has_what_reports_have(app: Flask, config: Config, tmp_path: Path) -> None:
    made = plan_templates.make_sample(REPORT, None, config, now().date())
    (tmp_path / "r.docx").write_bytes(made)
    words = words_of_docx(tmp_path / "r.docx")
    assert "Synpunkt 2.1" in words and "Kvarstående synpunkter" in words and config.municipality in words


@pytest.mark.parametrize("name", ["vår mall.docx", "x" * 300 + ".docx"])
def test_the_planner_is_told_which_template_is_used(
    client: FlaskClient, session: Session, app: Flask, name: str
) -> None:
    told = make_told(session)
    files = app.extensions["files"]
    used = word_templates.add(session, REPORT, saved(make_document(), name), files=files, actor_id=None, at=now())
    sign_in(client, session, Role.PLANNER)
    page = client.get(f"/staff/plans/{told.plan.slug}/reports").text
    assert f"Word-filen skrivs på mallen {used.file_name}." in page and PAGE in page
