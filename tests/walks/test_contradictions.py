"""A return check that calls a place both fixed and insecure: received, kept as only better, told, and settled."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.clock import now
from mapdialog.walks import recording_access, recording_sync, repeating
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.recording import NewObservation
from mapdialog.walks.recording_models import WalkDevice, WalkRecordingRevision
from mapdialog.walks.returning import compare
from tests.staffing import sign_in
from tests.walks.making import make_walk, new_observation, observe


@pytest.fixture
def desk(session: Session, client: FlaskClient) -> FlaskClient:
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    return client


@pytest.fixture
def earlier(session: Session) -> WalkObservation:
    before = make_walk(session)
    before.status = "performed"
    return observe(session, before)


@pytest.fixture
def walk(session: Session, earlier: WalkObservation) -> SafetyWalk:
    return repeating.plan_return(session, earlier.walk, title="Återvandring", purpose="", actor_id=None)


@pytest.fixture
def phone(session: Session, walk: SafetyWalk) -> WalkDevice:
    code = recording_access.make_code(session, walk, "leader", secret_key="t" * 64, at=now(), actor_id=None)
    return recording_access.join(session, code, None)


def contradictory(walk: SafetyWalk, earlier: WalkObservation) -> NewObservation:
    return new_observation(walk, "Lyser, men mörkt ändå.", observed_at=now(), follows_id=earlier.id, verdict="fixed")


def take(
    session: Session, walk: SafetyWalk, phone: WalkDevice, new: NewObservation, revision: int = 1
) -> WalkObservation:
    return recording_sync.take(session, walk, phone, new, revision=revision, prefix="TRE", at=now()).observation


def test_what_feels_insecure_is_kept_as_better_and_as_it_was_sent(
    session: Session, walk: SafetyWalk, phone: WalkDevice, earlier: WalkObservation
) -> None:
    new = contradictory(walk, earlier)
    one = take(session, walk, phone, new)
    assert (one.verdict, one.polarity, one.severity) == ("better", "insecure", 2)
    sent = session.scalars(select(WalkRecordingRevision.sent)).one()
    assert (sent["verdict"], sent["polarity"]) == ("fixed", "insecure")
    found = compare(session, walk)
    assert found is not None and (found.tally.verdicts["fixed"], found.tally.now_insecure) == (0, 1)
    changed = NewObservation(**(vars(new) | {"polarity": "neutral", "severity": None}))
    assert take(session, walk, phone, changed, 2).verdict == "fixed"
    assert take(session, walk, phone, new, 3).verdict == "better"


def test_no_row_calls_what_is_insecure_fixed(session: Session, walk: SafetyWalk, earlier: WalkObservation) -> None:
    one = observe(session, walk, follows_id=earlier.id, verdict="fixed")
    one.verdict = "fixed"
    with pytest.raises(IntegrityError, match="fixed_is_not_insecure"):
        session.flush()


def test_the_coordinator_is_told_and_says_that_it_is_fixed(
    desk: FlaskClient, session: Session, walk: SafetyWalk, phone: WalkDevice, earlier: WalkObservation
) -> None:
    one = take(session, walk, phone, contradictory(walk, earlier))
    plain = take(session, walk, phone, new_observation(walk, follows_id=earlier.id, verdict="better"))
    base = f"/staff/walks/{walk.slug}/observations"
    assert desk.get(base).text.count("Säger emot sig: åtgärdat men otrygg") == 1
    assert "Är det åtgärdat?" not in desk.get(f"{base}/{plain.id}").text
    assert "Är det åtgärdat?" in desk.get(f"{base}/{one.id}").text
    desk.post(f"{base}/{one.id}", data={"do": "fixed", "version": one.version})
    session.refresh(one)
    assert (one.verdict, one.polarity, one.severity) == ("fixed", "neutral", None)
    assert "Säger emot sig" not in desk.get(base).text


def test_approving_it_settles_it_as_better(
    desk: FlaskClient, session: Session, walk: SafetyWalk, phone: WalkDevice, earlier: WalkObservation
) -> None:
    one = take(session, walk, phone, contradictory(walk, earlier))
    base = f"/staff/walks/{walk.slug}/observations"
    desk.post(f"{base}/{one.id}", data={"do": "approve", "version": one.version})
    session.refresh(one)
    assert (one.state, one.verdict) == ("approved", "better") and "Säger emot sig" not in desk.get(base).text
