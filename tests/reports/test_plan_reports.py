"""Reports of plans in versions: asked for at the desk, made by the worker, finished, approved and then public."""

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from mapdialog.accounts.models import Role
from mapdialog.core import jobs
from mapdialog.core.clock import now
from mapdialog.core.errors import Conflict, Invalid, NotFound
from mapdialog.core.files import FileStore
from mapdialog.plans import answering, approving, correcting
from mapdialog.plans.answer_models import PlanAnswer, PlanPoint
from mapdialog.plans.models import Plan
from mapdialog.plans.point_locks import is_reported
from mapdialog.plans.report_models import PlanReport
from mapdialog.reports import plan_reports
from mapdialog.reports.jobs import make_plan_report
from tests.plan_seeds import make_answer, make_point, make_statement
from tests.reports.plan_report_seeds import content_of, make_told, words_of_docx
from tests.seeds import make_account
from tests.staffing import sign_in


@pytest.fixture
def told(session):
    made = make_told(session)
    made.plan.published_at = now()
    session.flush()
    return made


def _ask(session, told, edition="web", file_format="docx", **values):
    return plan_reports.ask_for(
        session, told.plan, "samradsredogorelse", edition, file_format, actor_id=None, at=now(), **values
    )


def _keep(session, report, config):
    progress = []
    plan_reports.keep(session, report, config, FileStore(config.files_url), at=now(), tell=progress.append)
    return progress


def test_versions_are_numbered_for_each_edition_and_kept(session, told, config):
    first = _ask(session, told)
    with pytest.raises(Conflict):
        _ask(session, told)
    _keep(session, first, config)
    second, paper, other = _ask(session, told), _ask(session, told, "web", "pdf"), _ask(session, told, "full", "pdf")
    assert (first.number, second.number, paper.number, other.number) == (1, 2, 3, 1)
    assert first.state == "done"
    assert len(first.sha256) == 64
    assert FileStore(config.files_url).get(first.file_key)


def test_a_final_version_is_not_made_while_something_remains(session, told, config):
    told.points["2.1"].answer_id = None
    session.flush()
    with pytest.raises(Invalid, match="1 att rätta"):
        _keep(session, _ask(session, told, is_draft=False), config)
    _keep(session, _ask(session, told, "full"), config)  # a draft is


def test_only_a_finished_version_is_approved_and_then_nothing_changes_it(session, told, config):
    draft = _ask(session, told, "full")
    _keep(session, draft, config)
    with pytest.raises(Conflict):
        plan_reports.approve(session, draft, config, actor_id=None, at=now())
    final = _ask(session, told, is_draft=False)
    _keep(session, final, config)
    with pytest.raises(NotFound):
        plan_reports.get_public(session, told.plan, "samradsredogorelse", "docx")
    plan_reports.approve(session, final, config, actor_id=None, at=now())
    assert told.phase.status == "reported"
    assert plan_reports.get_public(session, told.plan, "samradsredogorelse", "docx") is final
    with pytest.raises(Conflict):
        plan_reports.try_again(session, final, actor_id=None, at=now())


def test_a_full_edition_is_never_public(session, told, config, client):
    final = _ask(session, told, "full", is_draft=False)
    _keep(session, final, config)
    plan_reports.approve(session, final, config, actor_id=None, at=now())
    assert client.get(f"/plans/{told.plan.slug}/reports/samradsredogorelse.docx").status_code == 404


def test_what_came_up_since_a_final_version_was_made_stops_its_approval(session, told, config):
    final = _ask(session, told, is_draft=False)
    _keep(session, final, config)
    told.points["7.1"].summary = "Ring 070-174 06 05."
    session.flush()
    with pytest.raises(Invalid):
        plan_reports.approve(session, final, config, actor_id=None, at=now())


def test_what_would_say_something_else_now_is_made_again_before_it_is_approved(session, told, config):
    final, paper = _ask(session, told, is_draft=False), _ask(session, told, file_format="pdf", is_draft=False)
    _keep(session, final, config)
    was = told.points["2.1"].summary
    told.points["2.1"].summary = "Synpunkten handlar om skuggorna."
    session.flush()
    with pytest.raises(Conflict, match="har ändrats sedan versionen gjordes"):
        plan_reports.approve(session, final, config, actor_id=None, at=now())
    assert final.frozen_at is None
    told.points["2.1"].summary = was
    session.flush()
    paper.content_sha256, paper.file_key, paper.sha256, paper.state = final.content_sha256, "k", "0" * 64, "done"
    for one in (final, paper):  # neither the day nor the approval of the other format is a change
        plan_reports.approve(session, one, config, actor_id=None, at=now() + timedelta(days=2))
        assert one.frozen_at is not None


def test_what_is_tried_again_takes_the_next_number(session, told, config):
    failed = _ask(session, told)
    failed.state = "failed"
    plan_reports.try_again(session, failed, actor_id=None, at=now())
    assert failed.number == 1
    failed.state = "failed"
    twin = _ask(session, told)
    with pytest.raises(Conflict, match="görs just nu"):
        plan_reports.try_again(session, failed, actor_id=None, at=now())
    twin.state = "failed"
    final = _ask(session, told, is_draft=False)
    _keep(session, final, config)
    plan_reports.approve(session, final, config, actor_id=None, at=now())
    plan_reports.try_again(session, failed, actor_id=None, at=now())
    assert (final.number, failed.number) == (3, 4)


def test_the_desk_lists_what_remains_instead_of_making_a_final_version(session, told, client):
    told.points["2.1"].answer_id = None
    session.flush()
    sign_in(client, session, Role.PLANNER)
    address = f"/staff/plans/{told.plan.slug}/reports"
    form = {"csrf_token": _token(client.get(address)), "which": f"samradsredogorelse:{told.phase.id}", "final": "1"}
    answer = client.post(address, data=form | {"edition": "full", "format": "pdf"})
    assert answer.status_code == 422 and "Synpunkt 2.1" in answer.text
    assert session.scalars(select(PlanReport)).all() == []


def test_the_desk_asks_for_a_draft_and_shows_how_far_it_has_come(session, told, client):
    sign_in(client, session, Role.PLANNER)
    address = f"/staff/plans/{told.plan.slug}/reports"
    token = _token(client.get(address))
    form = {"csrf_token": token, "which": f"samradsredogorelse:{told.phase.id}", "edition": "web", "format": "pdf"}
    assert client.post(address, data=form).status_code == 303
    page = client.get(address).get_data(as_text=True)
    assert 'data-state="making"' in page
    assert "Görs, 0 procent" in page
    again = client.post(address, data=form)
    assert again.status_code == 409
    report = session.scalars(select(PlanReport)).one()
    report.state, report.error = "failed", "Mallen är ingen Word-fil."
    session.flush()
    page = client.get(address).get_data(as_text=True)
    assert "Mallen är ingen Word-fil." in page
    assert client.post(f"{address}/{report.id}/again", data={"csrf_token": token}).status_code == 303
    session.refresh(report)
    assert report.state == "queued"


def test_the_desk_approves_and_everybody_reads_the_web_edition(session, told, client, config):
    final = _ask(session, told, is_draft=False)
    _keep(session, final, config)
    sign_in(client, session, Role.PLANNER)
    address = f"/staff/plans/{told.plan.slug}/reports"
    token = _token(client.get(address))
    public = f"/plans/{told.plan.slug}/reports/samradsredogorelse.docx"
    assert client.get(public).status_code == 404
    assert client.post(f"{address}/{final.id}/approve", data={"csrf_token": token}).status_code == 303
    assert final.sha256 in client.get(address).get_data(as_text=True)
    assert client.get(public).data == FileStore(config.files_url).get(final.file_key)
    assert client.get(f"{address}/{final.id}").status_code == 200
    session.execute(update(Plan).values(published_at=None))
    assert client.get(public).status_code == 404


def test_the_plan_says_which_version_each_file_is_and_which_is_older(session, told, client, config):
    first = _ask(session, told, is_draft=False)
    _keep(session, first, config)
    plan_reports.approve(session, first, config, actor_id=None, at=now())
    paper = _ask(session, told, file_format="pdf", is_draft=False)
    paper.content_sha256, paper.file_key, paper.sha256, paper.state = first.content_sha256, "k", "0" * 64, "done"
    session.flush()
    plan_reports.approve(session, paper, config, actor_id=None, at=now() + timedelta(minutes=1))
    session.commit()
    page = client.get(f"/plans/{told.plan.slug}").text
    assert "DOCX, version 1" in page and "PDF, version 2" in page and "Äldre version" not in page
    session.execute(update(PlanPoint).where(PlanPoint.summary.contains("2.1")).values(summary="Den skuggar."))
    second = _ask(session, told, is_draft=False)
    _keep(session, second, config)
    plan_reports.approve(session, second, config, actor_id=None, at=now() + timedelta(minutes=2))
    session.commit()
    page = client.get(f"/plans/{told.plan.slug}").text
    assert "DOCX, version 3" in page and page.count("Äldre version") == 1
    assert plan_reports.find_outdated([second, paper]) == {paper.id}


def _corrected(session, told, config, label="2.2", reason="Fel våning stod i svaret."):
    """Both editions approved; then the answer of that point is corrected and final again."""
    made = [_ask(session, told, edition, is_draft=False) for edition in ("full", "web")]
    for one in made:
        _keep(session, one, config)
        plan_reports.approve(session, one, config, actor_id=None, at=now())
    author, other = make_account(session, email="a@x.example"), make_account(session, email="b@x.example")
    answer = session.get(PlanAnswer, told.points[label].answer_id)
    answering.keep_wording(session, answer, answering.as_draft(answer), actor_id=None)
    later = {"version": None, "at": now() + timedelta(seconds=1)}
    correcting.correct(session, told.plan, answer, reason, **later, actor_id=author.id)
    new = answering.AnswerDraft("Kajen lämnas fri.", "met")
    answering.save_answer(session, answer, new, version=answer.version, actor_id=author.id)
    approving.review(session, answer, **later, actor_id=other.id)
    approving.approve(session, answer, **later, actor_id=other.id)
    return made


def test_the_next_version_tells_what_was_corrected_since_the_last_and_both_formats_say_the_same(
    session, told, config, tmp_path
):
    full, web = _corrected(session, told, config)
    was = full.sha256
    second, paper = _ask(session, told, "full", is_draft=False), _ask(session, told, "full", "pdf", is_draft=False)
    for one in (second, paper):
        _keep(session, one, config)
        plan_reports.approve(session, one, config, actor_id=None, at=now() + timedelta(minutes=1))
    assert second.content_sha256 == paper.content_sha256 != full.content_sha256
    since = content_of(session, told).since
    assert (since.number, [one.where for one in since.rows]) == (full.number, ["Synpunkt 2.2 och 3.2"])
    assert "från ”Inte tillgodosedd” till ”Tillgodosedd”" in since.rows[0].what and "svaret" in since.rows[0].what
    assert since.rows[0].reason == "Fel våning stod i svaret."
    said = words_of_docx(_path(config, second, tmp_path))
    assert f"Ändringar sedan version {full.number}" in said and "Fel våning stod i svaret." in said
    assert "Kajen bebyggs ändå." not in said  # It stands in the version before, which is kept.
    assert (full.sha256, web.frozen_at is None) == (was, False)


def test_a_report_whose_answer_is_corrected_is_outdated_at_the_desk_and_for_everybody(session, told, config, client):
    _corrected(session, told, config)
    session.commit()
    sign_in(client, session, Role.PLANNER)
    page = client.get(f"/staff/plans/{told.plan.slug}/reports").text
    assert page.count("Inaktuell") == 2 and "2.2, 3.2: Fel våning stod i svaret." in page
    assert "Ett svar i den har rättats" in client.get(f"/plans/{told.plan.slug}").text
    page = client.get(f"/staff/plans/{told.plan.slug}").text
    assert "Rättade ett svar i en färdig redogörelse" in page and "skäl: Fel våning stod i svaret." in page
    assert "Gör en ny version av den." in page
    for edition in ("full", "web"):
        _approved(session, told, config, edition, minutes=1)
    session.commit()
    page = client.get(f"/staff/plans/{told.plan.slug}/reports").text
    assert page.count("Ersatt av version 2") == 2 and "Inaktuell" not in page
    assert "Ett svar i den har rättats" not in client.get(f"/plans/{told.plan.slug}").text
    assert "Gör en ny version av den." not in client.get(f"/staff/plans/{told.plan.slug}").text


def test_a_reason_that_tells_of_somebody_stands_in_the_full_edition_only(session, told, config):
    _corrected(session, told, config, reason="Anna Ek bor på Storgatan 4.")
    assert content_of(session, told).since.rows[0].reason == "Anna Ek bor på Storgatan 4."
    web = content_of(session, told, "web")
    assert web.questions == () and "fullständiga versionen" in web.since.rows[0].reason


def test_what_a_finished_report_holds_is_locked_by_it_and_what_came_later_is_told_as_new(session, told, config):
    _approved(session, told, config, "full")
    late = make_statement(session, told.plan)
    new = make_answer(session, [make_point(session, late)])
    assert not is_reported(session, session.get(PlanAnswer, new.id))
    assert is_reported(session, session.get(PlanAnswer, told.points["2.1"].answer_id))
    since = content_of(session, told).since
    assert [(one.where, one.what) for one in since.rows] == [(f"Yttrande {late.number}", "Har tillkommit.")]


def test_the_web_edition_locks_no_answer_that_it_does_not_tell(session, told, config):
    hidden, told_of = (session.get(PlanAnswer, told.points[label].answer_id) for label in ("4.1", "2.1"))
    _approved(session, told, config, "web")
    assert (is_reported(session, hidden), is_reported(session, told_of)) == (False, True)
    _approved(session, told, config, "full")
    assert is_reported(session, hidden)


def _approved(session, told, config, edition, minutes=0):
    made = _ask(session, told, edition, is_draft=False)
    _keep(session, made, config)
    plan_reports.approve(session, made, config, actor_id=None, at=now() + timedelta(minutes=minutes))
    return made


def test_who_asked_for_a_report_leaves_its_approval_to_a_colleague(session, told, client, config):
    me = sign_in(client, session, Role.PLANNER)
    final = _ask(session, told, is_draft=False)
    final.asked_by_id = me.id
    _keep(session, final, config)
    address = f"/staff/plans/{told.plan.slug}/reports"
    page = client.get(address)
    assert "En kollega godkänner" in page.text
    refused = client.post(f"{address}/{final.id}/approve", data={"csrf_token": _token(page)})
    assert refused.status_code == 409 and "Be en kollega" in refused.text
    assert final.frozen_at is None


def test_what_remains_is_told_at_once_when_a_final_version_is_tried_again(session, told, client):
    failed = _ask(session, told, "full", is_draft=False)
    failed.state = "failed"
    told.points["2.1"].answer_id = None
    session.commit()
    sign_in(client, session, Role.PLANNER)
    address = f"/staff/plans/{told.plan.slug}/reports"
    again = f"{address}/{failed.id}/again"
    answer = client.post(again, data={"csrf_token": _token(client.get(address))})
    assert answer.status_code == 422 and "Synpunkt 2.1" in answer.text
    assert session.scalars(select(PlanReport.state)).all() == ["failed"]


def test_what_remains_is_listed_by_place(session, told, client):
    told.points["2.1"].answer_id = None
    session.flush()
    sign_in(client, session, Role.PLANNER)
    page = client.get(f"/staff/plans/{told.plan.slug}/reports/check?kind=samradsredogorelse&edition=full")
    assert "Synpunkt 2.1" in page.get_data(as_text=True)


@pytest.mark.parametrize(("role", "reads"), [(Role.MODERATOR, True), (Role.SAFETY_COORDINATOR, False), (None, False)])
def test_only_those_who_register_statements_read_reports_and_only_planners_make_them(
    session, told, client, role, reads
):
    if role is not None:
        sign_in(client, session, role)
    address = f"/staff/plans/{told.plan.slug}/reports"
    page = client.get(address)
    assert (page.status_code == 200) is reads
    token = _token(client.get("/staff/sign-in")) if role is None else "x"
    assert client.post(address, data={"csrf_token": token}).status_code in (302, 400, 403)
    assert session.scalars(select(PlanReport)).all() == []


def test_the_worker_makes_what_was_asked_for_and_notes_why_it_could_not(app, config, session, told, monkeypatch):
    @contextmanager
    def here():
        session.commit()
        yield session
        session.commit()

    monkeypatch.setattr(jobs, "session", here)
    jobs.surround(config, app.extensions["engine"])
    told.points["2.1"].answer_id = None
    draft, final = _ask(session, told, "full"), _ask(session, told, "web", is_draft=False)
    make_plan_report(draft.id)
    made = draft.made_at
    make_plan_report(draft.id)  # a job that comes twice makes the report once
    make_plan_report(final.id)
    assert (draft.state, draft.progress, draft.made_at) == ("done", 100, made)
    assert (final.state, final.error) == ("failed", "Redogörelsen kan inte färdigställas än: 1 att rätta.")


def _path(config, report, folder):
    path = folder / "report.docx"
    path.write_bytes(FileStore(config.files_url).get(report.file_key))
    return path


def _token(answer) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.get_data(as_text=True)).group(1)
