"""The simplified process (5:38 a-c): who is invited, and who gets the consultation report, by which of them it is."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from mapdialog.plans import deadlines, dispatch_texts, dispatching, duties, planning
from mapdialog.plans.announcement_facts import facts_of
from mapdialog.plans.announcement_texts import item_texts
from mapdialog.plans.duties import Occasion
from mapdialog.plans.models import Plan
from mapdialog.plans.rule_sets import newest, rule_set
from tests.plan_seeds import (
    make_answer,
    make_frozen_report,
    make_party,
    make_plan,
    make_plan_phase,
    make_point,
    make_statement,
    today,
)
from tests.plans.test_planning import draft, faults


def simplified(session: Session, *grounds: str) -> Plan:
    plan = make_plan(session, procedure="simplified", grounds=grounds)
    make_plan_phase(session, plan)
    for name in ("Länsstyrelsen Skåne", "Lantmäteriet"):
        make_party(session, plan, "", organisation=name, party_group="authority_mandatory", email="a@x.example")
    make_party(session, plan, "Anna Ek", email="anna@x.example")
    make_party(session, plan, "Bo Alm", party_group="resident_affected", email="bo@x.example")
    return plan


def occasions(session: Session, plan: Plan, kind: str) -> list[Occasion]:
    return [one for one in duties.list_occasions(session, plan) if one.kind == kind]


@pytest.mark.parametrize(
    ("grounds", "invited", "legal_ref"),
    [
        (("38a",), {"Lantmäteriet", "Anna Ek"}, "5 kap. 38 a § PBL"),
        (("38b",), {"Länsstyrelsen Skåne", "Lantmäteriet", "Anna Ek", "Bo Alm"}, "5 kap. 11 § PBL"),
        (("38a", "38c"), {"Länsstyrelsen Skåne", "Lantmäteriet", "Anna Ek", "Bo Alm"}, "5 kap. 11 § PBL"),
        ((), {"Länsstyrelsen Skåne", "Lantmäteriet", "Anna Ek", "Bo Alm"}, "5 kap. 11 § PBL"),
    ],
)
def test_the_invitation_goes_to_the_circle_of_that_section(
    session: Session, grounds: tuple[str, ...], invited: set[str], legal_ref: str
) -> None:
    plan = simplified(session, *grounds)
    (one,) = occasions(session, plan, "consultation_invitation")
    assert {to.name for to in dispatching.propose(session, plan, one).addressees} == invited
    assert [duty.basis.legal_ref for duty in one.duties] == [legal_ref]


def test_the_consultation_report_is_sent_to_those_whose_views_were_not_met(session: Session) -> None:
    plan = simplified(session, "38b")
    phase = plan.phases[0]
    statement = make_statement(session, plan, contact_name="Anna Ek", contact_email="anna@x.example")
    make_answer(session, [make_point(session, statement)], outcome="not_met")
    (before,) = occasions(session, plan, "statement_notice")
    assert (before.phase, before.due_on) == (phase, None)
    assert (
        "Redogörelsen är inte"
        in dispatching.why_not_frozen(session, plan, before, dispatching.propose(session, plan, before))[-1].message
    )
    make_frozen_report(session, phase)
    (one,) = occasions(session, plan, "statement_notice")
    assert [to.email for to in dispatching.propose(session, plan, one).addressees] == ["anna@x.example"]
    assert (one.due_on, one.duties[0].basis.legal_ref) == (today(), "5 kap. 38 b § andra stycket PBL")
    title, body = dispatch_texts.suggest(
        plan, one.kind, phase, municipality="Min", web_url="https://x.example", appeal_last_day=None
    )
    assert title.startswith("Samrådsredogörelse för") and "Granskningsutlåtande" not in body


def test_no_report_is_sent_when_the_implementation_time_is_prolonged_or_the_procedure_is_another(
    session: Session,
) -> None:
    assert not occasions(session, simplified(session, "38a"), "statement_notice")
    assert not occasions(session, make_plan(session), "statement_notice")


def test_the_section_is_asked_for_and_no_other_procedures_ground_is_kept(session: Session) -> None:
    assert "5 kap. 38" in faults(session, procedure="simplified", grounds=("2",))["grounds"]
    given: dict[str, Any] = {"procedure": "simplified", "grounds": ("2", "38c")}
    assert planning.create_plan(session, draft(**given), actor_id=None).grounds == ["38c"]
    assert "grounds" not in faults(session, **given, significant_impact_assumed=True, name="")
    assert deadlines.minimum_end(newest(), "extended", [], "review", today()) is not None


@pytest.mark.parametrize(
    ("ground", "said"),
    [
        ("38a", "ett förslag till att förlänga genomförandetiden för en detaljplan: "),
        ("38b", "ett förslag till att upphäva en detaljplan: "),
        ("38c", "ett förslag till att upphäva vissa bestämmelser i en detaljplan: "),
    ],
)
def test_what_is_proposed_is_said_as_it_is(session: Session, ground: str, said: str) -> None:
    plan = make_plan(session, procedure="simplified", grounds=(ground,))
    phase = make_plan_phase(session, plan, begins=5, status="draft")
    _, letter = dispatch_texts.suggest(
        plan, "consultation_invitation", phase, municipality="Kommunen", web_url="-", appeal_last_day=None
    )
    assert said in letter
    facts = facts_of(plan, phase, municipality="Kommunen", web_url="-")
    assert said in item_texts(rule_set(plan.rule_set).checklist("dp_kungorelse_consultation"), facts)["proposal"]
