"""How a plan report ends: the changes, and the views that remain. It never says more than its answers bear out."""

from sqlalchemy import delete, select

from mapdialog.core.clock import now
from mapdialog.plans.answer_models import PlanAnswer, PlanChange
from mapdialog.plans.report_models import PlanReport
from mapdialog.reports.plan_report_blocks import Table, Text, blocks
from mapdialog.reports.plan_report_making import Maker, make_content
from mapdialog.reports.plan_report_questions import NO_CHANGE
from tests.plan_seeds import make_answer, make_plan_phase, make_point, make_statement
from tests.reports.plan_report_seeds import content_of, make_told

NONE, ALL_MET = "Inga ändringar görs med anledning av synpunkterna.", "Inga synpunkter kvarstår."


def _said(content):
    return "\n".join(one.words for one in blocks(content) if isinstance(one, Text))


def _forget_changes(session, told):
    session.execute(delete(PlanChange).where(PlanChange.plan_id == told.plan.id))
    session.expire_all()


def test_met_views_without_a_change_are_asked_about_and_never_told_as_no_change(session):
    told = make_told(session)
    assert NO_CHANGE not in [one.what for one in content_of(session, told).questions]
    _forget_changes(session, told)
    for edition in ("full", "web"):
        content = content_of(session, told, edition)
        assert [(one.where, one.what) for one in content.questions] == [("Ändringar", NO_CHANGE)]
        assert NONE not in _said(content) and "Ändringarna är inte beskrivna än." in _said(content)
    told.phase.changes_text = "Kravet är redan uppfyllt i förslaget."
    session.flush()
    content = content_of(session, told)
    assert content.questions == () and NONE not in _said(content)


def test_a_report_in_which_nothing_was_met_says_that_nothing_is_changed(session):
    told = make_told(session)
    _forget_changes(session, told)
    for answer in session.scalars(select(PlanAnswer).where(PlanAnswer.outcome.in_(["met", "partly_met"]))):
        answer.outcome, answer.reason = "not_met", "Bostäder behövs."
    session.flush()
    content = content_of(session, told)
    assert content.questions == () and NONE in _said(content)


def test_a_draft_with_unanswered_points_does_not_know_what_changes_or_what_remains(session):
    told = make_told(session, is_answered=False)
    _forget_changes(session, told)
    said = _said(content_of(session, told))
    assert NONE not in said and ALL_MET not in said
    assert said.count("alla synpunkter är inte besvarade än") == 2


def test_what_remains_may_grow_while_a_point_waits_for_its_answer(session):
    told = make_told(session)
    assert "fler kan tillkomma" not in _said(content_of(session, told))
    told.points["7.1"].answer_id = None
    session.flush()
    assert "fler kan tillkomma" in _said(content_of(session, told))


def _remaining(content):
    table = next(one for one in blocks(content) if isinstance(one, Table) and one.caption == "Kvarstående synpunkter")
    return {row[1].partition(":")[0]: row for row in table.rows}


def test_what_remains_is_told_with_the_view_and_the_reason(session):
    told = make_told(session)
    for edition, who in (("full", "Anna Ek, HAMNEN 3:1"), ("web", "Fastigheten HAMNEN 3:1")):
        row = _remaining(content_of(session, told, edition))["2.2"]
        assert row == (who, "2.2: inte tillgodosedd", told.points["2.2"].summary, "Bostäder behövs.")


def test_a_view_of_an_earlier_phase_that_tells_who_somebody_is_keeps_the_web_edition_from_being_final(session):
    told = make_told(session)
    told.plan.procedure = "extended"
    review = make_plan_phase(session, told.plan, "review", begins=-1, days=20)
    told.points["2.2"].summary = "Anna Ek vill ha lägre hus."
    told.phase.status = "reported"
    session.add(
        PlanReport(
            plan_id=told.plan.id, phase_id=told.phase.id, kind="samradsredogorelse", edition="full", format="docx",
            number=1, is_draft=False, state="done", file_key="k", sha256="0" * 64, frozen_at=now(),
        )
    )  # fmt: skip
    session.flush()
    maker = Maker(told.plan, review, "granskningsutlatande", "web", "Trelleborgs kommun", "1287")
    content = make_content(session, maker, at=now())
    assert "Synpunkt 2.2" in [one.where for one in content.questions]
    assert "Anna Ek" not in "".join(map(str, blocks(content)))


def test_the_web_edition_lists_who_remains_by_the_names_that_it_shows(session):
    told = make_told(session)
    for name in ("Zeta Berg", "Alma Berg", "Moa Berg"):
        statement = make_statement(session, told.plan, contact_name=name)
        make_answer(session, [make_point(session, statement)], outcome="not_met", reason="Bostäder behövs.")
    shown = [one.who for one in content_of(session, told, "web").unmet if one.who.startswith("Privatperson")]
    numbers = [int(one.split()[1]) for one in shown]
    assert len(numbers) > 2 and numbers == sorted(numbers)


def test_a_report_made_anew_after_a_later_review_lists_nothing_of_that(session):
    told = make_told(session)
    review = make_plan_phase(session, told.plan, "review", status="closed", begins=-3, days=1)
    again = make_plan_phase(session, told.plan, "second_review", begins=-1)
    statement = make_statement(session, told.plan, organisation="Föreningen Sent", party_group="other_interest")
    make_answer(session, [make_point(session, statement)], outcome="not_met", reason="Bostäder behövs.")

    def listed(phase):
        maker = Maker(told.plan, phase, "granskningsutlatande", "full", "Trelleborgs kommun", "1287")
        unmet = make_content(session, maker, at=now()).unmet
        return {view.label.split(".")[0] for one in unmet for view in one.views}

    assert statement.phase_id == again.id
    assert str(statement.number) not in listed(review) and str(statement.number) in listed(again)
