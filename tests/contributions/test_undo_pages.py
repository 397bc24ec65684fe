"""The page after a decision: what was done to which one, a button that takes it back, the same place in the list."""

import re

from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.config import Config
from mapdialog.contributions.models import Contribution
from mapdialog.core import clock
from mapdialog.notifications import listeners
from mapdialog.notifications.models import OutgoingMail
from tests.seeds import make_contribution, make_dialogue
from tests.staffing import sign_in


def state_of(session: Session, receipt: str) -> str:
    session.expire_all()
    return session.query(Contribution.state).filter_by(receipt=receipt).scalar()


def form_in(page: str) -> dict[str, str]:
    """The fields of the form that undoes."""
    [form] = re.findall(r'<form[^>]*id="form-undo".*?</form>', page, re.DOTALL)
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def test_what_was_done_is_told_and_the_button_beside_it_takes_it_back(client: FlaskClient, session: Session) -> None:
    dialogue = make_dialogue(session, moderation="pre")
    receipt = make_contribution(session, dialogue, "Mörkt.", state="pending")
    sign_in(client, session, Role.MODERATOR)
    page = client.post(
        f"/staff/contributions/{receipt}/approve", data={"back": "state=all"}, follow_redirects=True
    ).text
    assert f"{receipt} är publicerad." in page
    assert state_of(session, receipt) == "approved"
    page = client.post("/staff/inbox/undo", data=form_in(page), follow_redirects=True).text
    assert f"Ångrat: {receipt} väntar på granskning igen." in page
    assert "form-undo" not in page, "what was undone is decided about again, not undone again"
    assert state_of(session, receipt) == "pending"


def test_a_letter_that_has_gone_is_told_of(client: FlaskClient, session: Session, config: Config) -> None:
    listeners.configure(config)
    dialogue = make_dialogue(session, moderation="pre")
    receipt = make_contribution(session, dialogue, "Mörkt.", state="pending")
    session.execute(update(Contribution).values(contact_email="bo@exempel.se"))
    session.commit()
    sign_in(client, session, Role.MODERATOR)
    page = client.post(f"/staff/contributions/{receipt}/approve", follow_redirects=True).text
    session.execute(update(OutgoingMail).values(sent_at=clock.now()))
    session.commit()
    page = client.post("/staff/inbox/undo", data=form_in(page), follow_redirects=True).text
    assert "Brevet till författaren hade redan gått." in page
    assert state_of(session, receipt) == "pending"


def test_a_number_that_is_no_decision_is_refused_with_words(client: FlaskClient, session: Session) -> None:
    make_dialogue(session)
    sign_in(client, session, Role.MODERATOR)
    for given in ("", "nej", "6e9c1b0e-0000-4000-8000-000000000000"):
        page = client.post("/staff/inbox/undo", data={"decision": given}, follow_redirects=True)
        assert page.status_code == 200
        assert "går inte att ångra" in page.text


def test_a_decision_on_the_second_page_leads_to_the_second_page_while_there_is_one(
    client: FlaskClient, session: Session
) -> None:
    dialogue = make_dialogue(session, moderation="pre")
    receipts = [
        make_contribution(session, dialogue, f"Nummer {n}.", state="pending", at=(40 * n, 0)) for n in range(52)
    ]
    sign_in(client, session, Role.MODERATOR)
    for oldest in (1, 0):
        answer = client.post(f"/staff/contributions/{receipts[oldest]}/approve", data={"page": "2"})
        assert "page=2" in answer.location
    page = client.get(answer.location).text
    assert page.count("inbox-item") >= 50, "where the second page is empty comes the first again"
