"""Observations merged into one: whose photos and actions are shown with it, and what taking them apart gives back."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.contributions import moderation
from mapdialog.core.clock import now
from mapdialog.walks import board, public_page, queries, recording, statistics, tending
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.protocol_findings import Maker
from mapdialog.walks.protocol_making import make_protocol
from mapdialog.walks.tending import ActionDraft
from tests.staffing import sign_in
from tests.walks.making import make_walk, observe
from tests.walks.protocols import DAY, add_photo


@dataclass(frozen=True)
class Three:
    """A published walk's observations of one lamp, approved, waiting and hidden, and a photo of each."""

    slug: str
    ids: list[int]
    keys: list[str]

    def merge(self, session: Session) -> None:
        walk = queries.get_walk(session, self.slug)
        kept, *doubles = (session.get_one(WalkObservation, one) for one in self.ids)
        recording.merge(session, walk, kept, doubles, actor_id=None)
        session.commit()


@pytest.fixture
def three(session: Session, app: Flask) -> Three:
    walk, files = make_walk(session), app.extensions["files"]
    kept, double, hidden = (observe(session, walk, words) for words in ("Mörkt.", "Väldigt mörkt.", "Anna bor här."))
    for one in (kept, double, hidden):
        add_photo(session, files, one)
    keys = [one.photos[0].key for one in (kept, double, hidden)]
    add_photo(session, files, double, hidden=True)
    kept.photo_count, double.photo_count, hidden.photo_count = 1, 2, 1
    for one in (kept, hidden):
        moderation.approve(session, one, version=None, actor_id=None)
    moderation.hide(session, hidden, rule="advertising", version=None, actor_id=None)
    draft = ActionDraft("Byt lampan", observation_ids=(kept.id, double.id))
    tending.create_action(session, walk, draft, today=DAY, actor_id=None)
    walk.status, walk.published_at = "protocol_published", now()
    session.commit()
    return Three(walk.slug, [kept.id, double.id, hidden.id], keys)


def test_photos_follow_the_one_that_stays_and_come_back_when_taken_apart(
    client: FlaskClient, session: Session, app: Flask, three: Three
) -> None:
    def shown() -> list[bool]:
        return [client.get(f"/photos/{key}.jpg").status_code == 200 for key in three.keys]

    assert shown() == [True, False, False]
    three.merge(session)
    assert shown() == [True, True, False]
    told = client.get(f"/walks/{three.slug}").text
    assert [key in told for key in three.keys] == [True, True, False]
    (feature,) = client.get(f"/api/v1/walks/{three.slug}/observations.geojson").get_json()["features"]
    assert len(feature["properties"]["photos"]) == 2, "the one that is hidden itself stays hidden"
    walk = queries.get_walk(session, three.slug)
    protocol = make_protocol(session, walk, Maker(app.extensions["files"], "Trelleborg", "1287"), at=now())
    (finding,) = protocol.findings
    assert len(finding.photos) == 2 and [title for _number, title in finding.actions] == ["Byt lampan"]
    assert protocol.actions[0].findings == (1,)
    assert [one.title for one in board.list_by_observation(session, walk)[three.ids[0]]] == ["Byt lampan"]
    (action,) = client.get(f"/api/v1/walks/{three.slug}/actions").get_json()["actions"]
    assert len(action["observations"]) == 1
    with app.test_request_context():
        assert len(public_page.public_spots(walk)) == 2, "the observation's pin, and the action's"
    (fact,) = statistics.read(session, None).actions
    assert (fact.category, fact.observation_ids) == ("lighting", (three.ids[0],))
    double = session.get_one(WalkObservation, three.ids[1])
    recording.separate(session, walk, double, actor_id=None)
    session.commit()
    assert shown() == [True, False, False]
    assert three.keys[1] not in client.get(f"/walks/{three.slug}").text


def test_the_page_that_merges_shows_photos_and_says_what_becomes_of_them(
    client: FlaskClient, session: Session, three: Three
) -> None:
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    base = f"/staff/walks/{three.slug}/observations"
    page = client.post(base, data={"do": "merge", "ids": three.ids}).text
    assert "Alla foton följer med den som står kvar" in page
    assert all(f"/photos/{key}-thumb.jpg" in page for key in three.keys)
    assert f'value="{three.ids[0]}" checked' in page, "the one that is read already"
    client.post(f"{base}/merge", data={"ids": three.ids, "keep": three.ids[0]})
    page = client.get(f"{base}/{three.ids[0]}").text
    assert all(f"/photos/{key}-thumb.jpg" in page for key in three.keys)
    exported = client.get(f"/staff/walks/export?walk={three.slug}&format=csv").text.splitlines()
    at = exported[0].split(";").index("photo_count")
    assert len(exported) == 2 and exported[1].split(";")[at] == "3", "its own and the double's"
