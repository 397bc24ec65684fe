"""What the API tells of walks: published ones only, approved observations only, nobody named, photos that open."""

import io
import uuid
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.contributions import authoring, moderation
from mapdialog.contributions.models import Attachment
from mapdialog.contributions.photos import read_photo
from mapdialog.core.clock import now
from mapdialog.walks import actions, recording, repeating, tending
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.tending import ActionDraft
from tests.walks.making import make_walk, observe
from tests.walks.test_walk_sync import Plan, code_for

TODAY = date(2026, 11, 21)


@pytest.fixture
def walk(session: Session) -> SafetyWalk:
    return make_walk(session)


def publish(session: Session, slug: str) -> None:
    walk = session.scalars(select(SafetyWalk).where(SafetyWalk.slug == slug)).one()
    walk.status, walk.published_at = "protocol_published", now()
    session.commit()


def add_photo(app: Flask, session: Session, one: WalkObservation, *, hidden: bool = False) -> str:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "red").save(out, "JPEG")
    photo = read_photo(out.getvalue(), max_bytes=10**7, max_pixels=10**8)
    key, file_key, thumb_key = authoring.put_files(app.extensions["files"], photo)
    session.add(
        Attachment(
            contribution_id=one.id,
            client_id=uuid.uuid4(),
            content_type="image/jpeg",
            position=0,
            key=key,
            file_key=file_key,
            thumb_key=thumb_key,
            width=photo.width,
            height=photo.height,
            size_bytes=len(photo.jpeg),
            sha256=photo.sha256,
            is_hidden=hidden,
        )
    )
    session.flush()
    return key


def test_a_walk_is_told_of_only_when_its_protocol_is_published(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    slug = walk.slug
    session.commit()
    assert client.get("/api/v1/walks").get_json() == {"walks": []}
    for path in ("", "/observations.geojson", "/actions"):
        assert client.get(f"/api/v1/walks/{slug}{path}").status_code == 404
    publish(session, slug)
    assert [one["slug"] for one in client.get("/api/v1/walks").get_json()["walks"]] == [slug]


def test_a_published_walk_tells_its_plan_and_people_in_numbers(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    slug = walk.slug
    actions.count_heads(session, walk.groups[0], {}, head_count=4, actor_id=None)
    publish(session, slug)
    told = client.get(f"/api/v1/walks/{slug}")
    found = told.get_json()
    assert found["participants"] is None and found["route"]["type"] == "LineString"
    assert [(one["seq"], one["name"], one["position"] is None) for one in found["stops"]][2] == (3, "Skolan", True)
    assert "Anna" not in told.text
    again = client.get(f"/api/v1/walks/{slug}", headers={"If-None-Match": told.headers["ETag"]})
    assert again.status_code == 304


def test_observations_and_actions_hold_what_is_approved_and_name_no_private_owner(
    app: Flask, session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    shown, double, unread = (observe(session, walk, words) for words in ("Mörkt.", "Dubblett.", "Oläst."))
    for one in (shown, double):
        moderation.approve(session, one, version=None, actor_id=None)
    recording.merge(session, walk, shown, [double], actor_id=None)
    keys = [
        add_photo(app, session, shown),
        add_photo(app, session, shown, hidden=True),
        add_photo(app, session, unread),
    ]
    owner = tending.save_party(session, "Bo Ek", "private", actor_id=None)
    draft = ActionDraft("Laga", party_id=owner.id, observation_ids=(shown.id, unread.id))
    tending.create_action(session, walk, draft, today=TODAY, actor_id=None)
    slug, receipt = walk.slug, shown.receipt
    session.commit()
    assert client.get(f"/photos/{keys[0]}.jpg").status_code == 404
    publish(session, slug)
    (feature,) = client.get(f"/api/v1/walks/{slug}/observations.geojson").get_json()["features"]
    assert (feature["properties"]["text"], feature["properties"]["receipt"]) == ("Mörkt.", receipt)
    assert [url.rsplit("/", 1)[1] for url in feature["properties"]["photos"]] == [f"{keys[0]}.jpg"]
    assert [client.get(f"/photos/{key}.jpg").status_code for key in keys] == [200, 404, 404]
    told = client.get(f"/api/v1/walks/{slug}/actions")
    (action,) = told.get_json()["actions"]
    assert (action["responsible"], action["owner_type"], action["observations"]) == (None, "private", [receipt])
    assert "Bo Ek" not in told.text
    (listed,) = client.get("/api/v1/walks").get_json()["walks"]
    assert (listed["observations"], listed["actions"], listed["actions_done"]) == (1, 1, 0)


def test_a_phone_on_a_return_walk_takes_along_what_it_may_see_of_the_walk_before(
    app: Flask, session: Session, walk: SafetyWalk
) -> None:
    walk.status = "performed"
    seen, unread = observe(session, walk, "Mörkt.", stop_id=walk.stops[1].id), observe(session, walk, "Oläst.")
    moderation.approve(session, seen, version=None, actor_id=None)
    keys = [add_photo(app, session, seen), add_photo(app, session, unread)]
    tending.create_action(session, walk, ActionDraft("Byt", observation_ids=(seen.id,)), today=TODAY, actor_id=None)
    again = repeating.plan_return(session, walk, title="Åter", purpose="", actor_id=None)
    plan = Plan(again.id, again.slug, again.groups[0].id, again.stops[1].id)
    session.commit()

    def earlier(role: str) -> tuple[FlaskClient, list[dict[str, object]]]:
        phone = app.test_client()
        phone.post(f"/w/{code_for(session, plan, role)}")
        return phone, phone.get(f"/api/v1/walks/{plan.slug}/package").get_json()["earlier"]["findings"]

    leader, (finding,) = earlier("leader")
    assert (finding["text"], finding["stop_id"], finding["photos"]) == ("Mörkt.", plan.stop_id, [keys[0]])
    assert finding["actions"] == [{"title": "Byt", "status": "proposed"}]
    assert finding["after"]["worse"] == ["insecure", 3]  # type: ignore[index]
    photo = f"/api/v1/walks/{plan.slug}/earlier/"
    assert [leader.get(f"{photo}{key}.jpg").status_code for key in keys] == [200, 404]
    participant, none = earlier("participant")
    assert none == [] and participant.get(f"{photo}{keys[0]}.jpg").status_code == 404
    assert app.test_client().get(f"{photo}{keys[0]}.jpg").status_code == 403
