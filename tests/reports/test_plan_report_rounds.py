"""Reports of a plan that was reviewed twice: each review keeps its own, for everybody and in the archive."""

import warnings
import zipfile
from contextlib import contextmanager
from datetime import timedelta

import pytest
from click.testing import CliRunner

from mapdialog.commands import plan_papers
from mapdialog.commands.main import cli
from mapdialog.core.clock import now
from mapdialog.core.files import FileStore
from mapdialog.plans.report_models import PlanReport
from mapdialog.reports.plan_package import write_package
from tests.plan_seeds import make_plan, make_plan_phase

KIND = "granskningsutlatande"


@pytest.fixture
def twice(session, config):
    """A plan with a review and a second review behind it, and an approved granskningsutlåtande of each."""
    plan = make_plan(session, published_at=now())
    for days, kind in ((90, "review"), (40, "second_review")):
        phase = make_plan_phase(session, plan, kind, status="closed", begins=-days)
        key = f"plan-reports/{kind}"
        FileStore(config.files_url).put(key, f"what {kind} says".encode())
        session.add(
            PlanReport(
                plan_id=plan.id, phase_id=phase.id, kind=KIND, edition="web", format="docx", number=1, is_draft=False,
                state="done", file_key=key, sha256="0" * 64, content_sha256=kind, size_bytes=9, made_at=now(),
                frozen_at=now() - timedelta(days=days),
            )
        )  # fmt: skip
    session.commit()
    return plan


def test_everybody_reads_what_the_first_review_was_answered_after_the_second_one_too(twice, client):
    page = client.get(f"/plans/{twice.slug}").text
    assert "Granskningsutlåtande, granskning</span>" in page and "Granskningsutlåtande, ny granskning</span>" in page
    assert "Äldre version" not in page
    assert "Kommunen har svarat på det som kom in." in page and "Kommunen går igenom" not in page
    for phase, said in (("review/", b"what review says"), ("second-review/", b"what second_review says")):
        address = f"/plans/{twice.slug}/reports/{phase}{KIND}.docx"
        assert address in page and client.get(address).data == said
    assert client.get(f"/plans/{twice.slug}/reports/{KIND}.docx").data == b"what second_review says"
    assert client.get(f"/plans/{twice.slug}/reports/consultation/{KIND}.docx").status_code == 404


def test_the_last_reviews_report_stays_the_plans_when_the_first_ones_is_corrected(twice, client, session):
    first = next(one for one in twice.phases if one.kind == "review")
    session.add(
        PlanReport(
            plan_id=twice.id, phase_id=first.id, kind=KIND, edition="web", format="docx", number=2, is_draft=False,
            state="done", file_key="plan-reports/review", sha256="1" * 64, size_bytes=9, frozen_at=now(),
        )
    )  # fmt: skip
    session.commit()
    assert client.get(f"/plans/{twice.slug}/reports/{KIND}.docx").data == b"what second_review says"


def test_each_reviews_report_has_a_name_of_its_own_in_the_archive(twice, session, config, tmp_path):
    path = tmp_path / "p.zip"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_package(session, twice, path, FileStore(config.files_url), municipality="Trelleborg", at=now())
    with zipfile.ZipFile(path) as zipped:
        names = [one.rpartition("/")[2] for one in zipped.namelist() if "/reports/" in one]
    assert names == [f"{KIND}-review-web-v1.docx", f"{KIND}-second-review-web-v1.docx"]


def test_the_terminal_tells_the_latest_review_that_has_been_opened_or_the_one_that_is_asked_for(
    twice, session, config, tmp_path, monkeypatch
):
    @contextmanager
    def opened():
        yield config, session

    monkeypatch.setattr(plan_papers, "open_database", opened)
    make_plan_phase(session, twice, "second_review", status="draft", begins=10, round=2)

    def ask(*more):
        asked = ["plan", "report", twice.slug, "--kind", KIND, "-o", str(tmp_path / "r.docx"), *more]
        return CliRunner().invoke(cli, asked)

    others = "For another: --phase review or second-review-2."
    assert f"about the phase second-review, {twice.phases[1].starts_on} to" in ask().output
    assert others in ask().output
    assert "about the phase review, " in ask("--phase", "review").output
    wrong = ask("--phase", "consultation")
    assert wrong.exit_code == 1 and "review, second-review, second-review-2" in wrong.output
