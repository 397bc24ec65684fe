"""Pages of a return walk: planned with one press, checked at the desk, compared for staff and, published, for all."""

import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.contributions import moderation
from mapdialog.core.clock import now
from mapdialog.walks import repeating, tending
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.tending import ActionDraft
from tests.staffing import sign_in
from tests.walks.making import EVENING, make_walk, observe
from tests.walks.test_walk_sync import photo

UUID = "7f0e4f5e-6ad3-4f6c-9a0e-1f1f4a3b0001"


@pytest.fixture
def before(session: Session) -> SafetyWalk:
    walk = make_walk(session)
    walk.status = "performed"
    session.commit()
    return walk


@pytest.fixture
def coordinator(client: FlaskClient, session: Session) -> FlaskClient:
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    return client


def again(session: Session, before: SafetyWalk) -> SafetyWalk:
    made = repeating.plan_return(session, before, title="Åter", purpose="", actor_id=None)
    session.commit()
    return made


def test_a_return_walk_is_planned_with_one_press_and_found_from_the_first(
    session: Session, coordinator: FlaskClient, before: SafetyWalk
) -> None:
    slug = before.slug
    answer = coordinator.post(f"/staff/walks/{slug}/return")
    made = session.scalars(select(SafetyWalk).where(SafetyWalk.repeat_of_id.is_not(None))).one()
    assert answer.location == f"/staff/walks/{made.slug}"
    assert f"/staff/walks/{made.slug}/comparison" in coordinator.get(answer.location).text
    page = coordinator.get(f"/staff/walks/{slug}").text
    assert answer.location in page and f"/staff/walks/{slug}/comparison" not in page
    assert coordinator.get(f"/staff/walks/{slug}/comparison").status_code == 404


def test_a_finding_is_judged_at_the_desk_once_and_a_wrong_form_loses_no_words(
    session: Session, coordinator: FlaskClient, before: SafetyWalk
) -> None:
    earlier = observe(session, before, "Armaturen lyser inte.", stop_id=before.stops[0].id)
    walk = again(session, before)
    page = f"/staff/walks/{walk.slug}/comparison"
    sent = {"follows": str(earlier.id), "client_id": UUID, "words": "Den är bytt."}
    assert "Armaturen lyser inte." in coordinator.get(page).text
    wrong = coordinator.post(page, data=sent)
    assert wrong.status_code == 422 and "Den är bytt.</textarea>" in wrong.text
    torn = {"verdict": "fixed", "photos": (io.BytesIO(b"nej"), "a.jpg")}
    assert coordinator.post(page, data=sent | torn).status_code == 422
    for _time in range(2):
        with_photo = {"verdict": "fixed", "photos": (io.BytesIO(photo("teal")), "efter.jpg")}
        assert coordinator.post(page, data=sent | with_photo).status_code == 302
    (check,) = session.scalars(select(WalkObservation).where(WalkObservation.follows_id.is_not(None)))
    assert (check.verdict, check.state, check.recorded_by, check.stop.name) == (
        "fixed",
        "approved",
        "desk",
        "Stationen",
    )  # type: ignore[union-attr]
    assert check.photo_count == len(check.photos) == 1
    text = coordinator.get(page).text
    assert "1 av 1 åtgärdade" in text and f"/photos/{check.photos[0].key}-thumb.jpg" in text
    assert coordinator.post(page, data=sent | {"follows": str(check.id), "verdict": "same"}).status_code == 404


def test_everybody_reads_the_comparison_when_both_protocols_are_published(
    session: Session, client: FlaskClient, before: SafetyWalk
) -> None:
    shown = observe(session, before, "Släckt lampa.")
    observe(session, before, "Oläst rad.")
    walk = again(session, before)
    check = observe(
        session, walk, "Nu lyser den.", follows_id=shown.id, verdict="fixed", polarity="neutral", severity=None
    )
    for one in (shown, check):
        moderation.approve(session, one, version=None, actor_id=None)
    draft = ActionDraft("Byt lampan", observation_ids=(shown.id,))
    tending.create_action(session, before, draft, today=EVENING.date(), actor_id=None)
    walk_id, before_id, slug = walk.id, before.id, walk.slug
    for which in (walk_id, before_id):
        session.commit()
        assert client.get(f"/walks/{slug}/comparison").status_code == 404
        found = session.get_one(SafetyWalk, which)
        found.starts_at, found.status, found.published_at = EVENING, "protocol_published", now()
    session.commit()
    page = client.get(f"/walks/{slug}/comparison")
    assert page.status_code == 200 and "1 av 1 åtgärdade" in page.text
    assert "gör åtgärden klar" not in page.text
    assert "Släckt lampa." in page.text and "Nu lyser den." in page.text
    assert "Oläst rad." not in page.text and "<form" not in page.text.split("<main", 1)[1]
    assert f"/walks/{slug}/comparison" in client.get(f"/walks/{slug}").text
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    assert "gör åtgärden klar" in client.get(f"/staff/walks/{slug}/comparison").text
