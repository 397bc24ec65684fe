"""Adopting a plan: the order the law sets, the appeal period over Christmas, legal force, the notice and its proof."""

import io
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.audit import AuditEvent
from mapdialog.core.clock import now
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.plans import adopting, adoption_rules
from mapdialog.plans.adopting import NoticeDraft
from mapdialog.plans.adoption_rules import AdoptionDraft, PhaseFact
from mapdialog.plans.kinds import PhaseKind
from mapdialog.plans.models import Plan, PlanAdoption, PlanAnnouncement
from mapdialog.plans.party_models import PlanDispatch, PlanRecipient
from mapdialog.plans.problems import Weight
from mapdialog.plans.report_models import PlanReport
from mapdialog.plans.rule_sets import rule_set
from tests.plan_seeds import RULE_SET, make_frozen_report, make_party, make_plan, make_plan_phase, make_postings
from tests.staffing import sign_in

RULES = rule_set(RULE_SET)
REVIEW_END = date(2026, 11, 2)
TODAY = date(2026, 12, 31)
WHOLE = AdoptionDraft(
    decided_on=date(2026, 11, 30),
    body="Kommunfullmäktige",
    section="§ 112",
    minutes_adjusted_on=date(2026, 12, 2),
    announced_on=date(2026, 12, 3),
)


def facts(*, reported: bool = True, major: bool = False, status: str = "reported") -> list[PhaseFact]:
    return [
        PhaseFact("consultation", "reported", date(2026, 6, 1), False, True),
        PhaseFact("review", status, REVIEW_END, major, reported),
    ]


@pytest.fixture
def plan(session: Session) -> Plan:
    made = make_plan(session)
    for kind, ends_on in (("consultation", date(2026, 6, 1)), ("review", REVIEW_END)):
        phase = make_plan_phase(
            session, made, kind, status="reported", starts_on=ends_on - timedelta(days=30), ends_on=ends_on
        )
    make_postings(session, made)
    session.add(
        PlanReport(
            plan_id=made.id, phase_id=phase.id, kind="granskningsutlatande", edition="web", format="pdf", number=1,
            state="done", is_draft=False, file_key="k", sha256="s", frozen_at=phase.closed_at,
        )
    )  # fmt: skip
    session.flush()
    return made


def save(session: Session, plan: Plan, draft: AdoptionDraft, reason: str = "") -> None:
    adopting.save_adoption(session, plan, draft, reason=reason, version=None, today=TODAY, actor_id=None)


def changed(**values: object) -> AdoptionDraft:
    return AdoptionDraft(**{name: getattr(WHOLE, name) for name in WHOLE.__dataclass_fields__} | values)  # type: ignore[arg-type]


def test_the_appeal_period_rolls_over_christmas(session: Session, plan: Plan) -> None:
    save(session, plan, WHOLE)
    assert plan.adoption is not None and plan.adoption.appeal_ends_on == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"decided_on": None, "body": ""}, {"decided_on", "body"}),
        ({"decided_on": REVIEW_END}, {"decided_on"}),
        ({"minutes_adjusted_on": date(2026, 11, 29)}, {"minutes_adjusted_on"}),
        ({"announced_on": date(2026, 12, 1)}, {"announced_on"}),
        ({"minutes_adjusted_on": None}, {"minutes_adjusted_on"}),
        ({"announced_on": date(2027, 3, 1)}, {"announced_on"}),
        ({"legal_force_on": date(2026, 12, 28)}, {"legal_force_on"}),
        ({"announced_on": None, "legal_force_on": date(2026, 12, 29)}, {"legal_force_on"}),
        ({"appealed_on": date(2026, 12, 10), "legal_force_on": date(2026, 12, 30)}, {"legal_force_on"}),
        (
            {"appealed_on": date(2026, 12, 10), "legal_force_on": date(2026, 12, 30), "is_settled": True},
            {"appeal_note"},
        ),
        ({"announced_url": "javascript:alert(1)"}, {"announced_url"}),
    ],
)
def test_days_out_of_order_are_refused_at_their_field(
    session: Session, plan: Plan, values: dict[str, object], fields: set[str]
) -> None:
    with pytest.raises(Invalid) as caught:
        save(session, plan, changed(**values))
    assert set(caught.value.fields) == fields


def test_an_appealed_plan_gets_legal_force_when_the_appeal_is_settled(session: Session, plan: Plan) -> None:
    note = "MMD P 123-27 avslog 2026-12-29."
    save(
        session,
        plan,
        changed(appealed_on=date(2026, 12, 10), legal_force_on=date(2026, 12, 30), is_settled=True, appeal_note=note),
        "Länsstyrelsen underrättades med brev.",
    )
    assert plan.adoption is not None and plan.adoption.legal_force_on == date(2026, 12, 30)


def test_legal_force_waits_for_the_notice_to_the_county_and_for_its_weeks(session: Session, plan: Plan) -> None:
    save(session, plan, WHOLE)
    forced = changed(legal_force_on=date(2026, 12, 29))

    def refused(reason: str = "") -> str:
        with pytest.raises(Invalid) as caught:
            save(session, plan, forced, reason)
        assert set(caught.value.fields) == {"reason"}
        return caught.value.fields["reason"].message

    assert "inte skickad till länsstyrelsen" in refused()
    county = make_party(session, plan, "Länsstyrelsen Skåne", party_group="authority_mandatory")
    sent = PlanDispatch(plan_id=plan.id, kind="adoption_notice", title="Antagen")
    session.add(sent)
    session.flush()
    told = {"dispatch_id": sent.id, "reason": "Ska ha den.", "channel": "email", "name": "N"}
    session.add(PlanRecipient(party_id=county.id, sent_on=date(2026, 12, 9), **told))
    session.add(PlanRecipient(party_id=make_party(session, plan).id, **told))
    session.flush()
    sent.frozen_at, sent.sha256 = now(), "s"
    session.flush()
    assert "inte skickad till alla" in refused()
    for one in session.scalars(select(PlanRecipient)):
        one.sent_on = date(2026, 12, 9)
    session.flush()
    assert "tidigast %(day)s" in refused()
    save(session, plan, forced, "Länsstyrelsen beslutade 2026-12-18 att inte pröva planen.")
    save(session, plan, changed(legal_force_on=date(2026, 12, 29), sent_note="Skickat."))
    assert plan.adoption is not None and plan.adoption.sent_note == "Skickat."


def test_a_second_review_that_is_due_stops_whatever_reason_is_given() -> None:
    found = adoption_rules.why_not_adopted(RULES, "extended", "detailed_plan", facts(major=True), date(2026, 11, 30))
    assert [(one.key, one.weight, one.params["phase"]) for one in found] == [
        ("second_review", Weight.STOPS, PhaseKind.SECOND_REVIEW)
    ]
    held = [*facts(major=True), PhaseFact("second_review", "closed", date(2026, 11, 20), False, True)]
    assert not adoption_rules.why_not_adopted(RULES, "extended", "detailed_plan", held, date(2026, 11, 30))


@pytest.mark.parametrize(
    ("phases", "decided_on", "key"),
    [
        (facts(), REVIEW_END, "too_early"),
        (facts(status="open"), date(2026, 11, 30), "open"),
        (facts(reported=False), date(2026, 11, 30), "no_report"),
        (facts()[:1], date(2026, 11, 30), "no_review"),
    ],
)
def test_what_must_come_first_is_told(phases: list[PhaseFact], decided_on: date, key: str) -> None:
    found = adoption_rules.why_not_adopted(RULES, "extended", "detailed_plan", phases, decided_on)
    assert key in [one.key for one in found]


def test_a_report_made_elsewhere_takes_a_reason_that_the_log_keeps(session: Session) -> None:
    plan = make_plan(session)
    make_plan_phase(session, plan, status="closed", starts_on=date(2026, 5, 1), ends_on=date(2026, 6, 1))
    make_plan_phase(session, plan, "review", status="closed", starts_on=date(2026, 10, 1), ends_on=REVIEW_END)
    make_postings(session, plan)
    with pytest.raises(Invalid) as caught:
        save(session, plan, WHOLE)
    assert set(caught.value.fields) == {"reason"}
    save(session, plan, WHOLE, "Granskningsutlåtandet skrevs i Word, dnr 12.")
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "plan.adopt")).one()
    assert event.detail["reason"] == "Granskningsutlåtandet skrevs i Word, dnr 12."


def test_a_phase_that_fell_short_of_the_law_takes_a_reason_that_the_adoption_keeps(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    session.execute(delete(PlanAnnouncement).where(PlanAnnouncement.kind == "kungorelse"))
    session.expire_all()
    lacking = adopting.problems_of(session, plan, None)
    assert {(one.key, one.weight) for one in lacking} == {("not_posted", Weight.NEEDS_REASON)}
    assert [one.legal_ref for one in lacking] == ["5 kap. 11 d § PBL", "5 kap. 11 d och 18–18 a §§ PBL"]
    sign_in(client, session, Role.PLANNER)
    base = f"/staff/plans/{plan.slug}/adoption"
    sent = {"decided_on": "2026-11-10", "body": "KF"}
    refused = client.post(base, data=sent)
    assert refused.status_code == 422 and "Samråd: det finns inget bevis på att det kungjordes" in refused.text
    assert "(5 kap. 11 d § PBL)" in refused.text
    assert client.post(base, data=sent | {"reason": "Beviset finns i akten, aktbilaga 14."}).status_code == 302
    assert "Beviset finns i akten, aktbilaga 14." in client.get(base).text
    kept = session.scalars(select(PlanAdoption)).one()
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "plan.adopt")).one()
    assert event.detail["reason"] == kept.reason == "Beviset finns i akten, aktbilaga 14."


def test_a_programme_is_never_adopted() -> None:
    found = adoption_rules.why_not_adopted(RULES, "standard", "plan_programme", [], None)
    assert [one.weight for one in found] == [Weight.STOPS]


def test_the_countys_own_weeks_put_legal_force_off() -> None:
    day = adoption_rules.earliest_legal_force(RULES, "detailed_plan", date(2026, 12, 3))
    assert day == date(2026, 12, 29)
    later = adoption_rules.earliest_legal_force(
        RULES, "detailed_plan", date(2026, 12, 3), county_received_on=date(2026, 12, 14)
    )
    assert later == date(2027, 1, 5)


def test_the_notice_is_written_of_what_is_known_and_stays_once_it_is_up(session: Session, plan: Plan) -> None:
    save(session, plan, WHOLE)
    facts_ = adopting.notice_facts(plan, municipality="Trelleborgs kommun", web_url="https://x.example/plans/ovre")
    draft = NoticeDraft({"adoption": "Antagen.", "decision_available": "På webben."}, "", date(2026, 12, 3))
    written = adopting.save_notice(session, plan, draft, facts=facts_, version=0, actor_id=None)
    assert "Antagen." in written.text and written.phase_id is None
    with pytest.raises(Conflict):
        adopting.save_notice(session, plan, draft, facts=facts_, version=0, actor_id=None)
    again = NoticeDraft({"adoption": "Annat."}, "https://x.example", date(2026, 12, 3), date(2026, 12, 28))
    adopting.save_notice(session, plan, again, facts=facts_, version=1, actor_id=None)
    assert written.items["adoption"] == "Antagen." and written.board_removed_on == date(2026, 12, 28)


def test_adoption_at_the_desk_with_its_notice_and_proof(client: FlaskClient, session: Session, plan: Plan) -> None:
    plan.submit_to = "Trelleborgs kommun, 231 83 Trelleborg"
    session.commit()
    sign_in(client, session, Role.PLANNER)
    base = f"/staff/plans/{plan.slug}/adoption"
    assert client.post(base, data={"decided_on": "2026-11-0", "body": "KF"}).status_code == 422
    sent = {"decided_on": "2026-11-10", "body": "KF", "minutes_adjusted_on": "2026-11-12", "announced_on": "2026-11-13"}
    assert client.post(base, data=sent).status_code == 302
    page = client.get(base).text
    assert "4 december 2026" in page and "Den som vill överklaga ska göra det skriftligt" in page
    assert "5 kap. 30 § första stycket 3 och 31 § PBL" in page
    pdf = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n"
    notice = {"version": "0", "item-adoption": "Antagen.", "board_posted_on": "2026-11-13"}
    files = {"proof": (io.BytesIO(pdf), "anslag.pdf")}
    assert client.post(f"{base}/notice", data=notice | {"board_posted_on": "igår"}).status_code == 422
    assert client.post(f"{base}/notice", data=notice | files).status_code == 302
    found = client.get(f"{base}/proof")
    assert found.data == pdf and found.headers["Content-Disposition"].startswith("attachment")


def test_two_who_save_an_adoption_see_each_other_and_nothing_typed_is_lost(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    sign_in(client, session, Role.PLANNER)
    base = f"/staff/plans/{plan.slug}/adoption"
    mine = {"decided_on": "2026-11-10", "body": "Kommunfullmäktige", "section": "§ 112", "version": "0"}
    assert client.post(base, data=mine).status_code == 302
    refused = client.post(base, data=mine | {"section": "§ 113", "sent_note": "Skickat till\r\nlänet"})
    assert refused.status_code == 409 and "En kollega har ändrat" in refused.text
    assert 'value="§ 113"' in refused.text and "Skickat till" in refused.text  # what was typed
    assert "Sparat av en kollega: § 112" in refused.text and "Sparat av en kollega: ingenting" in refused.text
    assert refused.text.count("Sparat av en kollega") == 2 * 2  # at the field and on top; not where both agree
    assert 'name="version" type="hidden" value="1"' in refused.text
    assert client.post(base, data=mine | {"section": "§ 113", "version": "1"}).status_code == 302
    kept = session.scalars(select(PlanAdoption)).one()
    assert (kept.section, kept.version) == ("§ 113", 2)


def test_the_page_says_what_is_missing_before_a_decision(client: FlaskClient, session: Session) -> None:
    made = make_plan(session)
    make_plan_phase(session, made)
    session.commit()
    sign_in(client, session, Role.PLANNER)
    page = client.get(f"/staff/plans/{made.slug}/adoption").text
    assert "Ett skede är inte stängt än." in page and "Skäl att gå vidare ändå" in page


def test_adoption_is_for_planners_only(client: FlaskClient, session: Session, plan: Plan) -> None:
    base = f"/staff/plans/{plan.slug}/adoption"
    assert client.get(base).status_code == 302
    for role in (Role.MODERATOR, Role.SAFETY_COORDINATOR):
        sign_in(client, session, role)
        assert {client.get(base).status_code, client.post(base).status_code} == {403}, role
        assert client.post(f"{base}/notice").status_code == 403
        client.post("/staff/sign-out")


def test_what_was_never_sent_or_is_not_public_takes_a_reason(session: Session, plan: Plan) -> None:
    def asked() -> set[str]:
        return {one.key.rsplit("-", 1)[0] for one in adopting.problems_of(session, plan, TODAY)}

    assert asked() == set()
    make_party(session, plan, "", organisation="Länsstyrelsen", party_group="authority_mandatory", email="l@x.example")
    assert asked() == {"unsent-consultation_invitation", "unsent-review_documents"}
    make_frozen_report(session, plan.phases[0])
    assert "not_public" in asked()
    with pytest.raises(Invalid):
        save(session, plan, WHOLE)
    save(session, plan, WHOLE, reason="Sändlista och bevis i akten.")
    assert plan.adoption is not None and plan.adoption.reason == "Sändlista och bevis i akten."
