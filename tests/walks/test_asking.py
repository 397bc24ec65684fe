"""Asking those who are responsible: reminders once each, signed links that expire, answers to be confirmed."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.config import Config
from mapdialog.contributions import moderation
from mapdialog.core.clock import local, now
from mapdialog.core.errors import Closed, Conflict, Invalid, NotFound, TooMany
from mapdialog.notifications import listeners
from mapdialog.notifications.models import OutgoingMail
from mapdialog.notifications.sending import compose
from mapdialog.walks import asking, board, tending
from mapdialog.walks.asking_models import WalkActionAnswer, WalkActionLetter
from mapdialog.walks.board import Wanted
from mapdialog.walks.findings import ResponsibleParty, WalkAction
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.tending import ActionDraft
from tests.seeds import make_account
from tests.staffing import sign_in
from tests.walks.making import make_walk, observe

TODAY = local(now()).date()
NOW: dict[str, Any] = {"today": TODAY, "at": now(), "actor_id": None}


@pytest.fixture(autouse=True)
def _configured(config: Config) -> None:
    listeners.configure(config)


@pytest.fixture
def walk(session: Session) -> SafetyWalk:
    return make_walk(session)


@pytest.fixture
def party(session: Session) -> ResponsibleParty:
    return tending.save_party(
        session, "Vägföreningen", "road_association", email="styrelsen@vag.example", actor_id=None
    )


def make_action(session: Session, walk: SafetyWalk, party: ResponsibleParty | None, days: int = 90) -> WalkAction:
    draft = ActionDraft(
        "Klipp häcken",
        party_id=party.id if party else None,
        where_text="Vid bron",
    )
    made = tending.create_action(session, walk, draft, today=TODAY, actor_id=None)
    made.deadline = TODAY + timedelta(days=days)  # also such as have gone by since
    session.flush()
    return made


def mails(session: Session) -> list[OutgoingMail]:
    return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def ask(session: Session, *actions: WalkAction) -> WalkActionLetter:
    return asking.ask(session, actions, today=TODAY, at=now(), actor_id=None)[0].letters[0]


def remind(session: Session, day: date = TODAY) -> int:
    return sum(len(post.letters) for post in asking.remind(session, today=day, at=now()))


def test_each_party_gets_one_mail_with_a_link_for_every_action(
    session: Session, config: Config, walk: SafetyWalk, party: ResponsibleParty
) -> None:
    other = tending.save_party(session, "Gatuenheten", "municipality", email="gata@x.example", actor_id=None)
    mine = [make_action(session, walk, party), make_action(session, walk, party)]
    asking.ask(session, [*mine, make_action(session, walk, other)], today=TODAY, at=now(), actor_id=None)
    first, second = mails(session)
    assert (first.recipient, second.recipient) == ("styrelsen@vag.example", "gata@x.example")
    links = re.findall(rf"{config.base_url}/walks/answer/(\S+)", first.body_text)
    assert len(set(links)) == 2 and "Klipp häcken" in first.body_text and "Vid bron" in first.body_text
    opened = [asking.open_letter(session, config.secret_key, one, now()).action_id for one in links]
    assert opened == [one.id for one in mine]
    assert {one.status for one in mine} == {"forwarded"}


def test_a_mail_is_answered_to_the_contacts_of_its_walks_else_to_the_municipality(
    session: Session, config: Config, party: ResponsibleParty
) -> None:
    one, other = (make_walk(session, contact=f"Bo, 0410-1 ({name}@x.example)") for name in ("bo", "eva"))
    plain = make_walk(session, contact="Anna på torget")
    asking.ask(session, [make_action(session, each, party) for each in (one, other)], **NOW)
    asking.ask(session, [make_action(session, plain, party)], **NOW)
    first, second = mails(session)
    assert compose(first, config)["Reply-To"] == "bo@x.example, eva@x.example"
    assert "Bo, 0410-1" in first.body_text and config.contact not in first.body_text
    assert compose(second, config)["Reply-To"] == config.contact


def test_nobody_can_be_asked_without_an_address_or_about_what_is_done(
    session: Session, walk: SafetyWalk, party: ResponsibleParty
) -> None:
    done = make_action(session, walk, party)
    tending.move(session, done, "done", today=TODAY, version=None, actor_id=None)
    mute = tending.save_party(session, "Utan adress", "private", actor_id=None)
    with pytest.raises(Invalid):
        ask(session, done, make_action(session, walk, mute), make_action(session, walk, None))
    assert mails(session) == []


def test_reminders_go_once_for_each_deadline(session: Session, walk: SafetyWalk, party: ResponsibleParty) -> None:
    soon, later = make_action(session, walk, party, 10), make_action(session, walk, party, 30)
    assert (remind(session), remind(session)) == (1, 0)
    assert remind(session, TODAY + timedelta(days=11)) == 1  # now overdue, told once more
    assert remind(session, TODAY + timedelta(days=12)) == 0
    soon.deadline = TODAY + timedelta(days=13)
    session.flush()
    assert remind(session) == 1  # a new deadline is a new promise
    tending.move(session, later, "done", today=TODAY, version=None, actor_id=None)
    assert remind(session, TODAY + timedelta(days=40)) == 1  # only the one that is open
    assert [one.purpose for one in mails(session)] == ["walk_reminder"] * 4
    assert "försenade" in mails(session)[-1].subject and "snart" in mails(session)[0].subject


def test_overdue_and_due_soon_of_one_party_stand_in_one_mail(
    session: Session, walk: SafetyWalk, party: ResponsibleParty
) -> None:
    make_action(session, walk, party, -3)
    make_action(session, walk, party, 3)
    assert remind(session) == 2
    [mail] = mails(session)
    assert mail.body_text.index("skulle ha varit klara") < mail.body_text.index("ska snart vara klara")


def test_a_link_opens_nothing_when_changed_too_old_or_no_longer_theirs(
    session: Session, config: Config, walk: SafetyWalk, party: ResponsibleParty
) -> None:
    action = make_action(session, walk, party)
    letter = ask(session, action)
    token = asking.link_token(config.secret_key, letter)
    for broken in ("", "1", token[:-1], token + "x", asking.link_token("another" * 10, letter)):
        with pytest.raises(NotFound):
            asking.open_letter(session, config.secret_key, broken, now())
    with pytest.raises(Closed):
        asking.open_letter(session, config.secret_key, token, now() + asking.LINK_LASTS)
    action.party_id = tending.save_party(session, "En annan", "road_association", actor_id=None).id
    session.flush()
    with pytest.raises(Closed):
        asking.open_letter(session, config.secret_key, token, now())


def test_an_answer_is_a_proposal_until_it_is_confirmed(
    session: Session, walk: SafetyWalk, party: ResponsibleParty
) -> None:
    action = make_action(session, walk, party, 30)
    letter = ask(session, action)
    day = TODAY + timedelta(days=50)
    given = asking.answer(session, letter, status="planned", comment="Ring Bo på 070.", day=day, today=TODAY)
    assert action.status == "forwarded"
    assert board.count_board(session, Wanted(), TODAY)["answered"] == 1
    assert [one.id for one in board.list_board(session, Wanted("answered"), TODAY)] == [action.id]
    asking.take_answer(
        session, given, action, public_comment="Klipps i vår.", uses_day=True, today=TODAY, at=now(), actor_id=None
    )
    line = action.log[-1]
    assert (action.status, action.deadline) == ("planned", day)
    assert (line.answered_by, line.public_comment) == ("Vägföreningen", "Klipps i vår.")
    with pytest.raises(Conflict):
        asking.set_aside(session, given, action, at=now(), actor_id=None)
    with pytest.raises(IntegrityError, match="kept as it was written"), session.begin_nested():
        session.execute(update(WalkActionAnswer).values(comment="annat"))


def test_who_leads_the_walk_is_written_to_when_an_answer_comes(
    session: Session, walk: SafetyWalk, party: ResponsibleParty
) -> None:
    walk.contact = "Tove, tove@x.example"
    (post,) = asking.ask(session, [make_action(session, walk, party)], today=TODAY, at=now(), actor_id=None)
    asking.answer(session, post.letters[0], status="planned", comment="Vi gräver i vår.", day=None, today=TODAY)
    mail = mails(session)[-1]
    assert (mail.recipient, mail.purpose) == ("tove@x.example", "walk_answered")
    assert party.name in mail.subject and "Vi gräver i vår." in mail.body_text and "Svar: Planerad" in mail.body_text
    assert f"/staff/actions/{post.letters[0].action_id}" in mail.body_text


def test_answers_take_a_reason_something_to_say_and_an_end(
    session: Session, walk: SafetyWalk, party: ResponsibleParty
) -> None:
    letter = ask(session, make_action(session, walk, party))
    for status, comment in (("rejected", " "), ("", ""), ("forwarded", "x"), ("burned", "x")):
        with pytest.raises(Invalid):
            asking.answer(session, letter, status=status, comment=comment, day=None, today=TODAY)
    for _number in range(asking.MOST_A_DAY):
        asking.answer(session, letter, status="", comment="Vi tittar på det.", day=None, today=TODAY)
    with pytest.raises(TooMany):
        asking.answer(session, letter, status="", comment="En till.", day=None, today=TODAY)


def test_a_newer_answer_of_the_same_responsible_replaces_the_one_that_waits(
    session: Session, walk: SafetyWalk, party: ResponsibleParty
) -> None:
    action = make_action(session, walk, party)
    first, second = ask(session, action), ask(session, action)
    said = [
        asking.answer(session, letter, status=status, comment="", day=None, today=TODAY)
        for letter, status in ((first, "planned"), (second, "done"))
    ]
    assert [one.is_replaced for one in said] == [True, False]
    assert asking.list_answers(session, action) == said[::-1]  # the older one is still there to be read
    with pytest.raises(Conflict, match="nyare svar"), session.begin_nested():
        asking.set_aside(session, said[0], action, at=now(), actor_id=None)
    account = make_account(session, Role.SAFETY_COORDINATOR)
    asking.set_aside(session, said[1], action, at=now(), actor_id=account.id)
    asking.answer(session, first, status="in_progress", comment="", day=None, today=TODAY)
    assert not said[1].is_replaced  # it had been dealt with


@pytest.mark.parametrize(
    ("status", "days"), [("planned", -1), ("", -400), ("planned", 40_000), ("done", 1), ("done", -9_000)]
)
def test_an_answer_with_a_day_that_cannot_be_is_refused(
    session: Session, walk: SafetyWalk, party: ResponsibleParty, status: str, days: int
) -> None:
    letter = ask(session, make_action(session, walk, party))
    with pytest.raises(Invalid) as raised:
        asking.answer(
            session, letter, status=status, comment="Så är det.", day=TODAY + timedelta(days=days), today=TODAY
        )
    assert raised.value.field == "day"


def test_a_day_that_went_by_while_an_answer_lay_is_no_new_deadline(
    session: Session, walk: SafetyWalk, party: ResponsibleParty
) -> None:
    action = make_action(session, walk, party)
    given = asking.answer(session, ask(session, action), status="planned", comment="", day=TODAY, today=TODAY)
    late = {"public_comment": "", "today": TODAY + timedelta(days=1), "at": now(), "actor_id": None}
    with pytest.raises(Invalid, match="redan varit"), session.begin_nested():
        asking.take_answer(session, given, action, uses_day=True, **late)  # type: ignore[arg-type]
    asking.take_answer(session, given, action, uses_day=False, **late)  # type: ignore[arg-type]


def test_the_page_of_a_link_answers_without_an_account_and_staff_confirm(
    session: Session, config: Config, client: FlaskClient, walk: SafetyWalk, party: ResponsibleParty
) -> None:
    action = make_action(session, walk, party)
    seen = observe(session, walk, "<b>Kolsvart här</b>")
    told = observe(session, walk, "Häcken skymmer.", stop_id=walk.stops[1].id)
    moderation.approve(session, told, version=None, actor_id=None)
    tending.change_action(
        session,
        action,
        ActionDraft("Klipp häcken", (seen.id, told.id), party_id=party.id),
        today=TODAY,
        version=None,
        actor_id=None,
    )
    address = f"/walks/answer/{asking.link_token(config.secret_key, ask(session, action))}"
    session.commit()
    action_id = action.id
    page = client.get(address)
    assert page.status_code == 200 and "no-store" in page.headers["Cache-Control"]
    assert "Kolsvart" not in page.text  # nobody has approved it
    assert "200 m från Tunneln under Hedvägen" in page.text and "55.3" not in page.text
    refused = client.post(address, data={"status": "rejected", "comment": "", "day": ""})
    assert refused.status_code == 422 and "Skriv varför det inte görs" in refused.text
    assert client.post(address, data={"status": "planned", "day": "1 maj"}).status_code == 422
    sent = client.post(address, data={"status": "rejected", "comment": "<script>1</script> Inte vår mark."})
    thanks = client.get(sent.headers["Location"]).text
    assert "Tack" in thanks and "Inte vår mark." in thanks and "Väntar på att läsas" in thanks
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    staff = client.get(f"/staff/actions/{action_id}")
    assert "Inte vår mark." in staff.text and "<script>1" not in staff.text
    given = session.scalars(select(WalkActionAnswer)).one()
    decide = f"/staff/actions/{action_id}/answers/{given.id}"
    assert client.post(decide, data={"do": "take", "public_comment": " "}).status_code == 422
    assert client.post(decide, data={"do": "take", "public_comment": "Inte vår mark."}).status_code == 302
    action = session.get_one(WalkAction, action_id)
    assert (action.status, action.status_reason) == ("rejected", "Inte vår mark.")
    assert "Har förts in." in client.get(address).text


@pytest.mark.parametrize("has_gone_by", [False, True])
def test_the_day_of_an_answer_is_offered_until_it_has_gone_by(
    session: Session, client: FlaskClient, walk: SafetyWalk, party: ResponsibleParty, has_gone_by: bool
) -> None:
    action = make_action(session, walk, party)
    answered_on = TODAY - timedelta(days=9) if has_gone_by else TODAY
    given = {"status": "planned", "comment": "", "day": answered_on + timedelta(days=5), "today": answered_on}
    asking.answer(session, ask(session, action), **given)  # type: ignore[arg-type]
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    page = client.get(f"/staff/actions/{action.id}").text
    assert ('name="uses_day" value="1" checked' in page) != has_gone_by
    assert ("har redan varit" in page) == has_gone_by


def test_staff_ask_from_the_board_and_from_the_action(
    session: Session, client: FlaskClient, walk: SafetyWalk, party: ResponsibleParty
) -> None:
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    one, bare = make_action(session, walk, party), make_action(session, walk, None)
    client.post("/staff/actions", data={"do": "ask", "ids": [one.id, bare.id]})
    client.post(f"/staff/actions/{one.id}/ask")
    assert len(mails(session)) == 2
    assert client.post(f"/staff/actions/{bare.id}/ask").status_code == 422
    assert client.post("/staff/actions", data={"do": "ask", "ids": [bare.id]}).status_code == 422


def test_publishing_tells_of_answers_that_nobody_has_read(
    client: FlaskClient, session: Session, walk: SafetyWalk, party: ResponsibleParty
) -> None:
    moderation.approve(session, observe(session, walk), version=None, actor_id=None)
    action, other = make_action(session, walk, party), make_action(session, make_walk(session, title="En annan"), party)
    for each in (action, other):
        asking.answer(session, ask(session, each), status="", comment="Snart.", day=None, today=TODAY)
    walk.status = "protocol_draft"
    session.commit()
    slug = walk.slug
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    for path in (f"/staff/walks/{slug}", f"/staff/walks/{slug}/protocol"):
        page = client.get(path).text
        assert "väntar på att läsas, i ”Trygghetsvandring i Östervång”: 1." in page, path
        assert f"/staff/actions?walk={slug}&amp;status=answered" in page and "En annan" not in page, path
    for given in session.scalars(select(WalkActionAnswer)):
        given.is_taken, given.decided_at = False, now()
    session.commit()
    assert "väntar på att läsas" not in client.get(f"/staff/walks/{slug}/protocol").text


def test_who_asks_without_marking_is_told_to_mark(client: FlaskClient, session: Session, walk: SafetyWalk) -> None:
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    assert "Markera minst en åtgärd först." in client.post("/staff/actions", data={"do": "ask"}).text
    with pytest.raises(Invalid, match="Markera minst en"):
        asking.ask(session, [], today=TODAY, at=now(), actor_id=None)


def test_a_link_we_never_made_is_not_found(client: FlaskClient) -> None:
    assert client.get("/walks/answer/abc").status_code == 404
    assert client.post("/walks/answer/MTIz.abc", data={"status": "done"}).status_code == 404


def test_the_database_keeps_reminders_single(session: Session, walk: SafetyWalk, party: ResponsibleParty) -> None:
    make_action(session, walk, party, 3)
    remind(session)
    columns = "action_id, party_id, purpose, deadline, expires_at"
    copy = f"insert into walk_action_letter ({columns}) select {columns} from walk_action_letter"
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(copy))
