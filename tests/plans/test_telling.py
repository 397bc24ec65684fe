"""Participants are told what became of their views, and officers reminded of what the law asks for: once each."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.config import Config
from mapdialog.core.clock import now
from mapdialog.notifications import jobs, listeners
from mapdialog.notifications.models import OutgoingMail
from mapdialog.plans import reminding, telling
from mapdialog.plans.models import Plan, PlanAdoption
from mapdialog.plans.report_models import PlanReport
from tests.plan_seeds import make_party, make_plan, make_plan_phase, make_statement, today
from tests.seeds import make_account

NAME, WORDS = "Anna Ekdahl", "Husen skymmer havet för hela gatan."


@pytest.fixture(autouse=True)
def mails_are_written(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(listeners._settings, "config", config)


@pytest.fixture
def plan(session: Session) -> Plan:
    made = make_plan(session, officer_id=make_account(session, Role.PLANNER).id, published_at=now())
    make_plan_phase(session, made)
    return made


def mails(session: Session, purpose: str) -> list[OutgoingMail]:
    query = select(OutgoingMail).where(OutgoingMail.purpose == purpose).order_by(OutgoingMail.id)
    return list(session.scalars(query))


def finish(session: Session, plan: Plan) -> None:
    session.add(
        PlanReport(
            plan_id=plan.id, phase_id=plan.phases[0].id, kind="samradsredogorelse", edition="web", format="pdf",
            number=1, state="done", is_draft=False, file_key="k", sha256="s", frozen_at=now(),
        )
    )  # fmt: skip
    session.flush()


def adopt(session: Session, plan: Plan, announced_on: date, **values: object) -> None:
    session.add(
        PlanAdoption(
            plan=plan, decided_on=announced_on, body="Kommunfullmäktige", minutes_adjusted_on=announced_on,
            announced_on=announced_on, appeal_ends_on=announced_on + timedelta(days=21), **values,
        )
    )  # fmt: skip
    session.flush()
    session.refresh(plan, ["adoption"])


def test_everybody_with_an_address_is_told_once_when_the_report_is_finished(session: Session, plan: Plan) -> None:
    first = make_statement(session, plan, WORDS, contact_name=NAME, contact_email="anna@ex.example")
    second = make_statement(session, plan, "Mer.", contact_name=NAME, contact_email="Anna@ex.example")
    english = make_statement(session, plan, "No.", contact_name="Bo", contact_email="bo@ex.example", language="en")
    make_statement(session, plan, "Brev.", contact_name="Cia")
    make_statement(session, plan, "Skydd.", contact_name="D", contact_email="d@ex.example", is_protected=True)
    assert not telling.tell(session, at=now()), "nothing is finished yet"
    finish(session, plan)
    assert len(telling.tell(session, at=now())) == 2 and not telling.tell(session, at=now())
    anna, bo = mails(session, "plan_told")
    assert (anna.recipient, bo.recipient) == ("anna@ex.example", "bo@ex.example")
    assert first.receipt in anna.body_text and second.receipt in anna.body_text
    assert english.receipt in bo.body_text and "Vänliga" not in bo.body_text
    for mail in (anna, bo):
        assert not {one for one in (NAME, WORDS, "Bo") if one in mail.body_text.replace("Bortse", "")}


def test_whoever_was_told_of_the_report_is_told_of_the_adoption_too(session: Session, plan: Plan) -> None:
    make_statement(session, plan, contact_name=NAME, contact_email="anna@ex.example")
    finish(session, plan)
    telling.tell(session, at=now())
    adopt(session, plan, today())
    (news,) = telling.tell(session, at=now())
    assert news.phase is None and not telling.tell(session, at=now())
    assert "Kommunfullmäktige antog planen" in mails(session, "plan_told")[-1].body_text


def test_a_plan_the_public_does_not_know_of_tells_nobody(session: Session, plan: Plan) -> None:
    make_statement(session, plan, contact_name=NAME, contact_email="anna@ex.example")
    finish(session, plan)
    session.execute(update(Plan).values(published_at=None))
    assert not telling.tell(session, at=now())


def test_the_officer_is_reminded_before_the_day_and_after_it_once_each(session: Session, plan: Plan) -> None:
    make_party(session, plan, NAME)
    begins = plan.phases[0].starts_on
    assert not reminding.remind(session, today=begins - timedelta(days=10))
    for day, is_overdue in ((begins, False), (begins + timedelta(days=1), True)):
        (reminder,) = reminding.remind(session, today=day)
        assert [one.is_overdue for one in reminder.matters] == [is_overdue]
        assert not reminding.remind(session, today=day)
    mail = mails(session, "plan_reminder")[0]
    assert "5 kap. 11 §" in mail.body_text and NAME not in mail.body_text
    assert f"/staff/plans/{plan.slug}/dispatches#" in mail.body_text


def test_the_officer_is_reminded_of_legal_force_unless_it_is_appealed(session: Session, plan: Plan) -> None:
    adopt(session, plan, today() - timedelta(days=30))
    assert "legal_force" in [one.key.split(":")[0] for one in reminding.list_matters(session, plan, today())]
    assert plan.adoption is not None
    plan.adoption.appealed_on = today() - timedelta(days=10)
    assert "legal_force" not in [one.key.split(":")[0] for one in reminding.list_matters(session, plan, today())]


def test_the_worker_knows_both_jobs() -> None:
    assert {"remind_of_plans", "tell_of_plans"} <= {one.name for one in jobs.jobs.declared()}
