"""What is sent to a plan's parties: who and why, the list that is locked when used, letters, mails and the proof."""

import io
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.config import Config
from mapdialog.core.clock import local, now
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.notifications import listeners, sending
from mapdialog.notifications.models import OutgoingMail
from mapdialog.plans import dispatch_actions, dispatch_texts, dispatching, duties, next_steps
from mapdialog.plans.dispatch_rows import shown_channel
from mapdialog.plans.duties import Occasion
from mapdialog.plans.kinds import DispatchKind
from mapdialog.plans.models import Plan, PlanAdoption, PlanMeeting
from mapdialog.plans.party_models import PlanDispatch, PlanParty
from tests.plan_seeds import make_answer, make_party, make_plan, make_plan_phase, make_point, make_statement
from tests.staffing import sign_in

SECRET = "Hemliga Hilda Skyddström"


@pytest.fixture
def plan(session: Session) -> Plan:
    made = make_plan(session)
    make_plan_phase(session, made, status="closed", begins=-90)
    make_plan_phase(session, made, "review", status="closed", begins=-40)
    home = {"street": "Gata 5", "postal_code": "205 15", "city": "Malmö"}
    make_party(session, made, "", organisation="Länsstyrelsen Skåne", party_group="authority_mandatory", **home)
    make_party(session, made, "Anna Ek", street="Storgatan 1", postal_code="231 42", city="Trelleborg")
    make_party(session, made, "Bo Alm", email="bo@ex.example", notify_by="email", party_group="resident_affected")
    make_party(session, made, "Cia Utan", party_group="other_interest")
    make_party(session, made, SECRET, street="Smygvägen 2", is_protected=True)
    return made


def occasion_of(session: Session, plan: Plan, kind: str) -> Occasion:
    return next(one for one in duties.list_occasions(session, plan) if one.kind == kind)


def ready(session: Session, plan: Plan, kind: str = "consultation_invitation") -> tuple[Occasion, PlanDispatch]:
    occasion = occasion_of(session, plan, kind)
    made = dispatch_actions.prepare(
        session, plan, occasion, "Samråd om Övre", "Kom och säg.\n\nVälkommen.", actor_id=None
    )
    return occasion, made


def frozen(session: Session, plan: Plan, kind: str = "consultation_invitation") -> PlanDispatch:
    occasion, made = ready(session, plan, kind)
    dispatch_actions.freeze(session, plan, made, occasion, at=now(), actor_id=None, reason="Cia söks per telefon")
    return made


def adopt(session: Session, plan: Plan) -> None:
    today = now().date()
    session.add(
        PlanAdoption(
            plan=plan, decided_on=today, body="KF", minutes_adjusted_on=today, announced_on=today,
            appeal_ends_on=today + timedelta(days=21),
        )
    )  # fmt: skip
    session.flush()
    session.refresh(plan, ["adoption"])


def unmet(session: Session, plan: Plan, **values: object) -> None:
    statement = make_statement(session, plan, received_at=now() - timedelta(days=30), **values)
    make_answer(session, [make_point(session, statement)], outcome="not_met")


def test_an_invitation_goes_to_the_groups_the_law_names_each_in_the_way_there_is(session: Session, plan: Plan) -> None:
    proposal = dispatching.propose(session, plan, occasion_of(session, plan, "consultation_invitation"))
    assert [(one.name, one.channel) for one in proposal.addressees] == [
        ("Länsstyrelsen Skåne", "letter"),
        ("Anna Ek", "letter"),
        ("Skyddade personuppgifter, nummer 5", "none"),
        ("Bo Alm", "email"),
        ("Cia Utan", "none"),
    ]
    assert all("5 kap. 11 §" in one.reason for one in proposal.addressees)
    assert proposal.protected[0].address == "" and SECRET not in repr(proposal)


def test_those_whose_views_were_not_met_are_found_across_phases_and_told_why(session: Session, plan: Plan) -> None:
    anna = session.scalars(select(PlanParty).where(PlanParty.name == "Anna Ek")).one()
    unmet(session, plan, party_id=anna.id)
    make_statement(session, plan, "Nytt efter tiden", contact_name="Sen Person", contact_email="sen@ex.example")
    occasion = occasion_of(session, plan, "statement_notice")
    proposal = dispatching.propose(session, plan, occasion)
    assert [(one.name, one.reason) for one in proposal.addressees] == [
        ("Anna Ek", "Skriftliga synpunkter som inte har tillgodosetts, yttrande 1 (5 kap. 24 § första stycket 2 PBL).")
    ]
    adopt(session, plan)
    told = dispatching.propose(session, plan, occasion_of(session, plan, "adoption_notice"))
    assert [one.name for one in told.addressees] == ["Länsstyrelsen Skåne", "Anna Ek"]


def test_a_sender_with_only_an_address_for_mail_gets_a_number_when_the_list_is_locked(
    session: Session, plan: Plan
) -> None:
    unmet(session, plan, contact_email="ensam@ex.example")
    unmet(session, plan)
    occasion, made = ready(session, plan, "statement_notice")
    assert dispatching.propose(session, plan, occasion).nameless == 1
    dispatch_actions.freeze(session, plan, made, occasion, at=now(), actor_id=None, reason="Gjort utanför")
    assert [(one.name, one.channel, one.party.number) for one in made.recipients] == [("ensam@ex.example", "email", 6)]


def test_a_letter_written_before_the_decision_is_not_used_without_its_day(session: Session, plan: Plan) -> None:
    def suggested() -> str:
        words: dict[str, Any] = {"municipality": "Trelleborgs kommun", "web_url": "", "appeal_last_day": None}
        return dispatch_texts.suggest(plan, "adoption_notice", None, **words)[1]

    early = occasion_of(session, plan, "adoption_notice")
    made = dispatch_actions.prepare(session, plan, early, "Antagen", suggested(), actor_id=None)
    adopt(session, plan)
    session.refresh(plan)
    occasion = occasion_of(session, plan, "adoption_notice")
    with pytest.raises(Invalid, match="Brevet säger inte") as caught:
        dispatch_actions.freeze(session, plan, made, occasion, at=now(), actor_id=None)
    assert caught.value.params["day"] in suggested()
    dispatch_actions.save_words(session, made, "Antagen", suggested(), actor_id=None)
    assert dispatch_actions.freeze(session, plan, made, occasion, at=now(), actor_id=None)


def test_the_list_waits_for_the_answers_and_for_its_day(session: Session, plan: Plan) -> None:
    statement = make_statement(session, plan, received_at=now() - timedelta(days=30), contact_name="Eva")
    point = make_point(session, statement)
    occasion, made = ready(session, plan, "statement_notice")
    with pytest.raises(Invalid, match="inget färdigt svar"):
        dispatch_actions.freeze(session, plan, made, occasion, at=now(), actor_id=None, reason="Ändå")
    make_answer(session, [point], outcome="not_met")
    with pytest.raises(Invalid, match="inte färdigställt"):
        dispatch_actions.freeze(session, plan, made, occasion, at=now(), actor_id=None)


def test_a_locked_list_is_kept_as_it_was_by_the_database_too(session: Session, plan: Plan) -> None:
    made = frozen(session, plan)
    assert made.sha256 == dispatch_actions.checksum(made) and len(made.recipients) == 5
    with pytest.raises(Conflict):
        dispatch_actions.save_words(session, made, "Annat", "Annat", actor_id=None)
    with pytest.raises(Conflict):
        dispatch_actions.discard(session, made, actor_id=None)
    party = session.scalars(select(PlanParty).where(PlanParty.name == "Anna Ek")).one()
    party.name = "Anna Annan"
    session.flush()
    assert "Anna Ek" in [one.name for one in made.recipients]
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text("update plan_recipient set name = 'x' where dispatch_id = :id"), {"id": made.id})


def test_somebody_is_added_or_left_out_only_with_a_reason_that_is_kept(session: Session, plan: Plan) -> None:
    extra = make_party(session, plan, "Dan Extra", party_group="public", email="d@ex.example")
    occasion, made = ready(session, plan)
    for problem, more in (
        ("inte kan nås: 1", {}),
        ("utskicket", {"without": [2, 4]}),
        ("listan", {"without": [99]}),
        ("registret", {"extra": [99]}),
    ):
        with pytest.raises(Invalid, match=problem):
            dispatch_actions.freeze(session, plan, made, occasion, at=now(), actor_id=None, **more)  # type: ignore[arg-type]
    recipients = dispatch_actions.freeze(
        session, plan, made, occasion, at=now(), actor_id=None, extra=[extra.number], without=[2], reason="Har flyttat"
    )
    assert [one.name for one in recipients if one.reason == dispatching.ADDED] == ["Dan Extra"]
    assert "Anna Ek" not in [one.name for one in recipients]


def test_mails_carry_the_officers_words_only_and_go_once(
    session: Session, plan: Plan, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(listeners._settings, "config", config)
    made = frozen(session, plan)
    assert dispatch_actions.send_mails(session, made, on=date(2026, 11, 22), actor_id=None) == 1
    assert dispatch_actions.send_mails(session, made, on=date(2026, 11, 22), actor_id=None) == 0
    mail = session.scalars(select(OutgoingMail).where(OutgoingMail.purpose == "plan_dispatch")).one()
    assert (mail.recipient, mail.subject) == ("bo@ex.example", "Samråd om Övre")
    assert "Bo Alm" not in mail.body_text and mail.body_text.startswith("Kom och säg.")
    sent = next(one for one in made.recipients if one.channel == "email")
    assert sent.proof == f"E-post {mail.id}" and sent.sent_on == date(2026, 11, 22)


class Refusing:
    """A mail server that takes no mail for anybody."""

    def deliver(self, mail: OutgoingMail, message: EmailMessage) -> None:
        raise sending.Refused(550)


@pytest.mark.parametrize("has_an_address", [True, False])
def test_a_mail_that_never_arrives_is_told_and_its_recipient_is_reached_in_another_way(
    client: FlaskClient, session: Session, plan: Plan, config: Config, monkeypatch: pytest.MonkeyPatch,
    has_an_address: bool,
) -> None:  # fmt: skip
    monkeypatch.setitem(listeners._settings, "config", config)
    bo = session.scalars(select(PlanParty).where(PlanParty.name == "Bo Alm")).one()
    bo.street = "Norra gatan 7" if has_an_address else ""
    made = frozen(session, plan)
    day, dispatch_id, slug = local(now()).date(), made.id, plan.slug
    dispatch_actions.mark_sent(session, made, [one.id for one in made.recipients], on=day, proof="", actor_id=None)
    one = next(each for each in made.recipients if each.channel == "email")
    one.sent_on = None
    session.flush()
    dispatch_actions.send_mails(session, made, on=day, actor_id=None)
    assert occasion_of(session, plan, "consultation_invitation").is_done
    session.commit()
    assert sending.send_due(session, config, transport=Refusing()) == 0
    session.refresh(one)
    assert (one.sent_on, one.proof) == (None, "") and one.mail_failed_on
    assert not occasion_of(session, plan, "consultation_invitation").is_done
    assert dispatch_actions.send_mails(session, made, on=day, actor_id=None) == 0  # not to the same address again
    assert shown_channel(one) == ("letter" if has_an_address else "none")
    session.commit()
    sign_in(client, session, Role.PLANNER)
    page = client.get(f"/staff/plans/{slug}/dispatches/{dispatch_id}").text
    assert "1 e-brev kom inte fram" in page and "E-posten kom inte fram" in page


def test_it_is_sent_when_every_recipient_has_a_day(session: Session, plan: Plan) -> None:
    made = frozen(session, plan)
    assert occasion_of(session, plan, DispatchKind.CONSULTATION_INVITATION).state == duties.LOCKED
    ids = [one.id for one in made.recipients]
    with pytest.raises(Invalid, match="Listan låstes"):
        day_before = local(now()).date() - timedelta(days=1)
        dispatch_actions.mark_sent(session, made, ids, on=day_before, proof="Postat", actor_id=None)
    dispatch_actions.mark_sent(session, made, ids, on=local(now()).date(), proof="Postat", actor_id=None)
    assert occasion_of(session, plan, DispatchKind.CONSULTATION_INVITATION).state == duties.SENT


def test_who_becomes_protected_later_is_so_in_lists_that_were_locked_before(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    made = frozen(session, plan)
    party = session.scalars(select(PlanParty).where(PlanParty.name == "Anna Ek")).one()
    party.is_protected = True
    session.commit()
    sign_in(client, session, Role.ADMINISTRATOR)
    address = f"/staff/plans/{plan.slug}/dispatches/{made.id}"
    assert "Anna Ek" not in client.get(address).text and "Storgatan 1" not in client.get(address).text
    for name in ("letters.docx", "list.xlsx"):
        found = client.get(f"{address}/{name}")
        assert found.status_code == 200 and "Anna Ek" not in words_of(found.data, name), name


def words_of(data: bytes, name: str) -> str:
    if name.endswith("docx"):
        return "\n".join(one.text for one in docx.Document(io.BytesIO(data)).paragraphs)
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    return "\n".join(str(value) for row in sheet.iter_rows(values_only=True) for value in row)


def test_a_whole_sending_at_the_desk(client: FlaskClient, session: Session, plan: Plan) -> None:
    key = occasion_of(session, plan, "consultation_invitation").key
    sign_in(client, session, Role.PLANNER)
    base = f"/staff/plans/{plan.slug}/dispatches"
    page = client.get(base)
    assert "Inbjudan till samråd" in page.text and "5 kap. 24 § första stycket 2 PBL" in page.text
    own = client.post(base, data={"occasion": key}).location
    draft = client.get(own).text
    assert "Samråd om" in draft and "Anna Ek" in draft and SECRET not in draft and "Kan inte nås" in draft
    assert client.get(f"{own}/letters.docx").status_code == 422, "nothing is sent from a list that is not locked"
    assert client.post(f"{own}/words", data={"title": "", "body": "x"}).status_code == 422
    assert client.post(f"{own}/use", data={"extra": "tolv"}).status_code == 422
    assert client.post(f"{own}/use", data={"reason": "Cia söks per telefon"}).status_code == 302
    letters = docx.Document(io.BytesIO(client.get(f"{own}/letters.docx").data))
    addresses = [one.text for one in letters.paragraphs if "Storgatan 1" in one.text or "Gata 5" in one.text]
    assert addresses == ["Länsstyrelsen Skåne\nGata 5\n205 15 Malmö", "Anna Ek\nStorgatan 1\n231 42 Trelleborg"]
    listed = words_of(client.get(f"{own}/list.xlsx").data, "list.xlsx")
    assert "Skyddade personuppgifter, nummer 5" in listed and SECRET not in listed and "Smygvägen" not in listed
    assert client.post(f"{own}/sent", data={"who": "letter", "on": "", "proof": ""}).status_code == 422
    sent = {"who": "letter", "on": f"{local(now()).date()}", "proof": "Lämnat till posten"}
    assert client.post(f"{own}/sent", data=sent).status_code == 302
    assert "Lämnat till posten" in client.get(own).text


def test_the_letter_tells_of_the_reading_place_and_the_meeting(session: Session, plan: Plan) -> None:
    phase = plan.phases[0]
    phase.available_text = "i stadshusets entré, Algatan 13."
    phase.meetings = [PlanMeeting(kind="meeting", starts_at=datetime(2026, 12, 1, 17, tzinfo=UTC), place="Aulan")]
    for kind in ("consultation_invitation", "review_notice"):
        _title, body = dispatch_texts.suggest(
            plan, kind, phase, municipality="T", web_url="https://x.example", appeal_last_day=None
        )
        assert "finns på kommunens webbplats, https://x.example och i stadshusets entré, Algatan 13." in body
        assert "Ett offentligt möte hålls tisdag den 1 december 2026 kl. 18.00. Plats: Aulan." in body


def test_a_mail_is_not_said_to_carry_the_papers_that_lie_in_a_letter(session: Session, plan: Plan) -> None:
    _title, body = dispatch_texts.suggest(
        plan, "legal_force_documents", None, municipality="T", web_url="https://x.example", appeal_last_day=None
    )
    assert "Bifogat" not in body and "med e-post skickas det för sig" in body


def test_the_draft_says_what_is_missing(client: FlaskClient, session: Session, plan: Plan) -> None:
    _occasion, made = ready(session, plan, "statement_notice")
    session.commit()
    sign_in(client, session, Role.PLANNER)
    page = client.get(f"/staff/plans/{plan.slug}/dispatches/{made.id}").text
    assert "Granskningsutlåtandet är inte färdigställt här. (5 kap. 24 § första stycket 2 PBL)" in page


def test_sendings_are_for_planners_only(client: FlaskClient, session: Session, plan: Plan, app: Flask) -> None:
    made = frozen(session, plan)
    session.commit()
    base = f"/staff/plans/{plan.slug}/dispatches"
    ways = (base, f"{base}/{made.id}", f"{base}/{made.id}/letters.docx", f"{base}/{made.id}/list.xlsx")
    assert {client.get(way).status_code for way in ways} == {302}
    for role in (Role.MODERATOR, Role.SAFETY_COORDINATOR):
        sign_in(client, session, role)
        assert {client.get(way).status_code for way in ways} == {403}, role
        assert client.post(f"{base}/{made.id}/mail").status_code == 403
        client.post("/staff/sign-out")


def test_no_party_of_another_plan_is_shown_by_an_address(client: FlaskClient, session: Session, plan: Plan) -> None:
    made = frozen(session, plan)
    other = make_plan(session, "En annan plan")
    session.commit()
    sign_in(client, session, Role.PLANNER)
    assert client.get(f"/staff/plans/{other.slug}/dispatches/{made.id}").status_code == 404


def test_a_second_reviews_letter_tells_of_the_change_and_takes_a_reason_after_its_last_day(session: Session) -> None:
    plan = make_plan(session)
    make_plan_phase(session, plan, "review", status="reported", begins=-200, major_change=True)
    phase = make_plan_phase(session, plan, "second_review", begins=-40, days=30)
    title, letter = dispatch_texts.suggest(
        plan, "review_notice", phase, municipality="T", web_url="https://x.example", appeal_last_day=None
    )
    assert title.startswith("Förnyad granskning") and "ändrats väsentligt" in letter and "Efter samrådet" not in letter
    occasion = duties.find_occasion(duties.list_occasions(session, plan), "review_notice", phase.id)
    assert occasion is not None
    assert [one.key for one in dispatching.why_too_late(occasion, phase.ends_on + timedelta(days=1))] == ["too_late"]
    assert dispatching.why_too_late(occasion, phase.ends_on) == []
    make_party(session, plan, email="anna@ek.example")
    made = dispatch_actions.prepare(session, plan, occasion, title, letter, actor_id=None)
    with pytest.raises(Invalid, match="gick ut"):
        dispatch_actions.freeze(session, plan, made, occasion, at=now(), actor_id=None)
    said = [one for one in next_steps.list_sendings(session, plan, phase.starts_on) if one.params["phase"] is phase]
    assert said and all("Det gäller" in one.message for one in said)
