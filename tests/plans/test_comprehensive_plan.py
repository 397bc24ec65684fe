"""A comprehensive plan has rules of its own: nobody is told those of a detailed plan, and the court is another."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.config import Config
from mapdialog.core.clock import now
from mapdialog.core.text import clean_line
from mapdialog.notifications import listeners
from mapdialog.notifications.models import OutgoingMail
from mapdialog.plans import adoption_rules, dispatch_texts, next_steps, reminding, telling
from mapdialog.plans.adoption_rules import AdoptionDraft
from mapdialog.plans.models import Plan, PlanAdoption
from mapdialog.plans.rule_sets import rule_set
from mapdialog.reports import plan_report_blocks
from mapdialog.reports.plan_report_looks import facts_on_top
from mapdialog.reports.plan_report_making import Maker, make_content
from tests.plan_seeds import make_party, make_plan, make_plan_phase, make_statement, today
from tests.staffing import sign_in

LAST = date(2027, 3, 22)


@pytest.fixture
def plan(session: Session) -> Plan:
    made = make_plan(
        session, "Översiktsplan 2045", kind="comprehensive_plan", procedure="comprehensive", grounds=(),
        published_at=now(), submit_to="plan@min.example",
    )  # fmt: skip
    make_plan_phase(session, made, "consultation", status="reported", begins=-200)
    return made


def adopted(session: Session, plan: Plan) -> PlanAdoption:
    done = PlanAdoption(
        plan_id=plan.id, decided_on=date(2027, 2, 22), body="Kommunfullmäktige", announced_on=date(2027, 3, 1),
        appeal_ends_on=LAST,
    )  # fmt: skip
    session.add(done)
    session.flush()
    session.refresh(plan, ["adoption"])
    return done


def test_who_writes_is_told_nothing_of_a_right_to_appeal(client: FlaskClient, session: Session, plan: Plan) -> None:
    make_plan_phase(session, plan, "review")
    session.commit()
    form, base = {"client_id": str(uuid.uuid4()), "text": "Mer natur."}, f"/plans/{plan.slug}"
    pages = [
        client.get(base).text,
        client.get(f"{base}/statement").text,
        client.post(f"{base}/statement", data=form | {"action": "review"}).text,
        client.post(f"{base}/statement", data=form | {"action": "send"}, follow_redirects=True).text,
    ]
    assert "Spara kvittot" in pages[-1] and "Det visar vad du skrev och när." in pages[-1]
    for page in pages:
        assert "Så kan beslutet prövas" in page and "direkt till förvaltningsrätten" in page
        assert "överklaga" not in page.lower()


def test_the_adopted_plans_page_and_papers_send_one_to_the_court(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    adopted(session, plan)
    session.commit()
    _, letter = dispatch_texts.suggest(
        plan, "adoption_notice", None, municipality="T", web_url="https://x.example", appeal_last_day=LAST
    )
    assert "förvaltningsrätten" in letter and "22 mars 2027" in letter and "för sent" in letter
    page = client.get(f"/plans/{plan.slug}").text
    assert "Så begär du laglighetsprövning" in page and "laglighetsprövas" in page and "22 mars 2027" in page
    assert "kommunalskatt" in page and "Skicka överklagandet till" not in page and "överklagas" not in page
    assert (
        "can be reviewed for its legality" in client.get(f"/plans/{plan.slug}", headers={"Accept-Language": "en"}).text
    )


def test_who_wrote_is_mailed_of_the_adoption_and_of_the_courts_own_rule(
    session: Session, plan: Plan, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(listeners._settings, "config", config)
    make_plan_phase(session, plan, "review")
    make_statement(session, plan, contact_name="Anna Ek", contact_email="anna@ex.example")
    adopted(session, plan)
    telling.tell(session, at=datetime.combine(LAST, time(6), UTC))
    mail = session.scalars(select(OutgoingMail).where(OutgoingMail.purpose == "plan_told")).one()
    assert "Kommunfullmäktige antog planen den 22 februari 2027" in mail.body_text
    assert "laglighetsprövas" in mail.body_text and "22 mars 2027" in mail.body_text
    assert "överklaga" not in mail.body_text.lower()


def test_the_register_is_called_by_the_words_of_chapter_3(client: FlaskClient, session: Session, plan: Plan) -> None:
    county = make_party(session, plan, "Länsstyrelsen Skåne", party_group="authority_mandatory")
    owner = make_party(session, plan, "Anna Ek")
    session.commit()
    numbers, base = (county.number, owner.number), f"/staff/plans/{plan.slug}/parties"
    sign_in(client, session, Role.PLANNER)
    pages = [base, f"{base}/new", f"{base}/import", *(f"{base}/{one}" for one in numbers), f"{base}/{numbers[0]}/edit"]
    for page in (clean_line(client.get(one).text) for one in (*pages, f"{base}?q=Anna")):
        assert "akägare" not in page and "5 kap." not in page, page
    listed = clean_line(client.get(base).text)
    assert "Länsstyrelsen, regionen och berörda kommuner" in listed and "3 kap. 8 § PBL" in listed
    assert "2 berörda" in listed


def test_the_desk_reads_the_rules_of_comprehensive_plans(client: FlaskClient, session: Session, plan: Plan) -> None:
    phase = make_plan_phase(session, plan, "review")
    oral = make_statement(session, plan, received_by="phone", contact_name="Anna Ek")
    session.commit()
    base, number = f"/staff/plans/{plan.slug}", oral.number
    pages = [f"{base}/phases/{phase.id}", f"{base}/statements/new", f"{base}/statements/{number}", f"{base}/documents"]
    sign_in(client, session, Role.PLANNER)
    said = [client.get(one).text for one in pages]
    for page in said:
        assert "ger inte rätt att överklaga" not in page and "5 kap." not in page and "Berörda" in page
        assert "Sakägare:" not in page
    assert "3 kap. 15 §" in said[1] and "3 kap. 15 §" in said[2]
    new = client.get(f"{base}/phases/new?kind=second_review").text
    assert "Alla berörda är överens" not in new


def test_what_is_next_and_reminded_of_is_told_with_the_sections_of_chapter_3(session: Session, plan: Plan) -> None:
    make_plan_phase(session, plan, "review", status="draft", begins=7)
    steps = next_steps.list_steps(session, plan, today())
    assert [one.legal_ref for one in steps if "handlingar" in one.message] == ["3 kap. 9 och 12 §§ PBL"]
    adopted(session, plan)
    session.refresh(plan)
    assert all("5 kap." not in one.legal_ref for one in next_steps.list_steps(session, plan, LAST + timedelta(days=9)))
    reminders = reminding.list_matters(session, plan, LAST + timedelta(days=2))
    assert reminders and all("5 kap." not in one.legal_ref for one in reminders)


def test_legal_force_asks_whether_the_county_was_told(plan: Plan) -> None:
    draft = AdoptionDraft(
        decided_on=date(2027, 2, 22), body="Kommunfullmäktige", announced_on=date(2027, 3, 1),
        legal_force_on=LAST + timedelta(days=1),
    )  # fmt: skip
    law = rule_set(plan.rule_set)
    for is_sent, keys in ((False, ["not_told"]), (True, [])):
        found = adoption_rules.why_not_legal_force(law, plan.kind, draft, county_received_on=None, is_sent=is_sent)
        assert [one.key for one in found] == keys
        assert all(one.legal_ref == "3 kap. 19 a § PBL" for one in found)


def test_the_special_statement_has_the_countys_review_statement_or_asks_for_it(session: Session, plan: Plan) -> None:
    phase = make_plan_phase(session, plan, "review", begins=-80, days=65, major_change=True)
    make_statement(session, plan, received_by="meeting", contact_name="Anna Ek", received_at=now() - timedelta(days=30))
    maker = Maker(
        plan=plan, phase=phase, kind="sarskilt_utlatande", edition="full", municipality="T", municipality_code="1287"
    )

    def told() -> tuple[list[str], str]:
        content = make_content(session, maker, at=now())
        words = " ".join(str(one) for one in plan_report_blocks.blocks(content))
        assert dict(facts_on_top(content))["Plan"] == "Översiktsplan"
        assert "5 kap." not in words and "13 kap." not in words and "rätt att överklaga" not in words
        return [one.what for one in content.questions], words

    questions, words = told()
    assert any("3 kap. 16 §" in one for one in questions) and "har inte kommit in" in words
    make_statement(
        session, plan, organisation="Länsstyrelsen Skåne", party_group="authority_mandatory",
        received_at=now() - timedelta(days=20),
    )  # fmt: skip
    questions, words = told()
    assert not any("3 kap. 16 §" in one for one in questions) and "3 kap. 16 och 20 §§" in words
