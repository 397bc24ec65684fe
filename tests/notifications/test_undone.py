"""A letter about a decision waits two minutes, and is never sent when the decision is undone in that time."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.contributions import answering, moderation, undoing
from mapdialog.contributions.case import get_for_staff
from mapdialog.contributions.models import Contribution, ModerationEntry
from mapdialog.core import clock
from mapdialog.dialogues.models import Dialogue
from mapdialog.notifications import listeners, sending
from mapdialog.notifications.actions import TIME_TO_UNDO, count_gone
from mapdialog.notifications.models import OutgoingMail
from tests.contributions.conftest import Send
from tests.notifications.test_sending import with_settings
from tests.seeds import make_account


@pytest.fixture
def settings(config: Config, tmp_path: Path) -> Config:
    chosen = with_settings(config, data_dir=tmp_path)
    listeners.configure(chosen)
    return chosen


@pytest.fixture
def one(session: Session, settings: Config, dialogue: Dialogue, send: Send) -> Contribution:
    """A contribution that waits, whose author gave an address and has had the receipt."""
    found = get_for_staff(session, send(dialogue, contact_email="bo@exempel.se").receipt)
    assert sending.send_due(session, settings) == 1
    return found


def purposes(session: Session, *, sent: bool) -> list[str]:
    query = select(OutgoingMail.purpose).where(OutgoingMail.sent_at.is_not(None) == sent)
    return list(session.scalars(query.order_by(OutgoingMail.id)))


def two_minutes_later(session: Session) -> None:
    session.execute(update(OutgoingMail).values(next_try_at=OutgoingMail.next_try_at - TIME_TO_UNDO))
    session.commit()


def undo(session: Session, entry: ModerationEntry) -> int:
    """Undo it; returns how many letters about it had gone."""
    assert entry.decision_id is not None
    assert entry.actor_id is not None
    undone = undoing.undo(session, entry.decision_id, actor_id=entry.actor_id)
    session.commit()
    return count_gone(session, undone.entry_ids)


def test_the_letter_waits_two_minutes_and_then_goes(session: Session, settings: Config, one: Contribution) -> None:
    moderation.approve(session, one, version=None, actor_id=None)
    session.commit()
    assert timedelta(minutes=2) == TIME_TO_UNDO
    assert sending.send_due(session, settings) == 0
    waits = session.scalars(select(OutgoingMail.next_try_at).where(OutgoingMail.purpose == "published")).one()
    assert timedelta(seconds=100) < waits - clock.now() <= TIME_TO_UNDO
    two_minutes_later(session)
    assert sending.send_due(session, settings) == 1
    assert purposes(session, sent=True) == ["receipt", "published"]


def test_an_undone_decision_sends_no_letter_and_leaves_the_others_alone(
    session: Session, settings: Config, one: Contribution
) -> None:
    seen = {"version": None, "actor_id": make_account(session).id}
    moderation.hide(session, one, rule="hate", **seen)
    assert undo(session, moderation.restore(session, one, **seen)) == 0
    assert purposes(session, sent=False) == ["hidden"], "the decision before it stands, and so does its letter"
    two_minutes_later(session)
    assert sending.send_due(session, settings) == 1
    assert purposes(session, sent=True) == ["receipt", "hidden"]


def test_a_letter_that_has_gone_is_told_of_and_the_decision_undone_all_the_same(
    session: Session, settings: Config, one: Contribution
) -> None:
    entry = moderation.approve(session, one, version=None, actor_id=make_account(session).id)
    session.commit()
    two_minutes_later(session)
    assert sending.send_due(session, settings) == 1
    assert undo(session, entry) == 1
    session.refresh(one)
    assert one.state == "pending"


def test_an_answer_is_written_about_at_once(session: Session, settings: Config, one: Contribution) -> None:
    answering.save_answer(session, one, text="Lagas.", unit="Gatan", publishes=True, version=None, actor_id=None)
    session.commit()
    assert sending.send_due(session, settings) == 1
    assert purposes(session, sent=True) == ["receipt", "answered"]
