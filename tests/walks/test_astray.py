"""Observations that lie far from their walk: kept, told at the desk, left out of maps, and put right there."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.config import Config
from mapdialog.contributions import moderation
from mapdialog.contributions.models import ContributionRevision
from mapdialog.core.clock import now
from mapdialog.core.files import FileStore
from mapdialog.geo.geometry import drawn_to_store, from_element
from mapdialog.notifications import walk_acute
from mapdialog.reports import walk_squares
from mapdialog.reports.walk_files import write_walks
from mapdialog.reports.walk_rows import WalkContent, far_away
from mapdialog.walks import astray, statistics, tending
from mapdialog.walks.drafts import StopDraft
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.protocol import Version
from mapdialog.walks.protocol_findings import Maker
from mapdialog.walks.protocol_making import make_protocol
from mapdialog.walks.tending import ActionDraft
from tests.seeds import make_district_set
from tests.staffing import sign_in
from tests.walks.making import EAST, NORTH, make_walk, observe

SWAPPED: Any = drawn_to_store({"type": "Point", "coordinates": [55.3751, 13.1569]})
LUND = shapely.Point(EAST + 5_000, NORTH + 30_000)


def publish(session: Session, walk: SafetyWalk) -> None:
    walk.status, walk.published_at = "protocol_published", now()
    session.flush()


@pytest.mark.parametrize(("metres", "is_far"), [(1_400, False), (1_700, True), (30_000, True)])
def test_what_lies_further_from_the_route_than_anybody_walks_is_far(
    session: Session, metres: int, is_far: bool
) -> None:
    walk = make_walk(session)
    one = observe(session, walk, place=shapely.Point(EAST - metres, NORTH))
    assert list(astray.find(session, walk, [one]).values()) == ([pytest.approx(metres)] if is_far else [])


def test_a_wide_walk_reaches_as_far_as_it_is_wide(session: Session) -> None:
    route = shapely.LineString([(EAST, NORTH), (EAST + 6_000, NORTH)])
    walk = make_walk(session, route=route, stops=())
    near, far = (observe(session, walk, place=shapely.Point(EAST - metres, NORTH)) for metres in (5_000, 7_000))
    assert list(astray.find(session, walk, [near, far])) == [far.id]


def test_without_a_route_the_municipality_is_what_one_judges_by(session: Session) -> None:
    walk = make_walk(session, route=None, stops=(StopDraft("Skolan"),))
    swapped = observe(session, walk, place=SWAPPED)
    assert astray.find(session, walk, [swapped]) == {}
    make_district_set(session)
    near = observe(session, walk)
    assert list(astray.find(session, walk, [near, swapped])) == [swapped.id]


@pytest.mark.parametrize(("metres", "said"), [(1_780, "1,8 km"), (30_412, "30 km"), (5_170_000, "5 170 km")])
def test_distances_are_told_as_near_as_one_needs(metres: float, said: str) -> None:
    assert astray.kilometres(metres, "sv").replace("\xa0", " ") == said


@pytest.fixture
def files(app: Flask) -> FileStore:
    store: FileStore = app.extensions["files"]
    return store


def protocol(session: Session, walk: SafetyWalk, files: FileStore, version: Version = Version.PUBLIC) -> Any:
    return make_protocol(session, walk, Maker(files, "Trelleborg", "1287", version), at=now())


def test_the_protocols_map_is_of_the_walk_and_says_what_it_leaves_out(session: Session, files: FileStore) -> None:
    walk = make_walk(session)
    moderation.approve(session, observe(session, walk), version=None, actor_id=None)
    before = protocol(session, walk, files)
    far = observe(session, walk, "Långt borta.", place=LUND)
    moderation.approve(session, far, version=None, actor_id=None)
    made = protocol(session, walk, files)
    assert made.route_map.data == before.route_map.data
    assert "1 iakttagelser" in made.route_map.alt
    assert made.route_words == f"{before.route_words}, ej utsatta på kartan, eftersom platsen är oklar: 1"
    told = {one.text: one.remarks for one in made.findings}
    assert "Oklart var, inte utsatt på kartan" in told["Långt borta."]
    assert "Oklart var, inte utsatt på kartan" not in told["Två lampor är släckta."]


def test_public_maps_show_it_when_its_place_is_right(session: Session, client: FlaskClient) -> None:
    walk = make_walk(session)
    for one in (observe(session, walk), far := observe(session, walk, "Långt borta.", place=LUND)):
        moderation.approve(session, one, version=None, actor_id=None)
    publish(session, walk)
    session.commit()

    def spots() -> int:
        return client.get(f"/walks/{walk.slug}").text.count('"shape": "insecure"')

    def places() -> list[bool]:
        found = client.get(f"/api/v1/walks/{walk.slug}/observations.geojson").json["features"]
        return [one["geometry"] is not None for one in found]

    assert (spots(), places()) == (1, [True, False])
    assert "Långt borta." in client.get(f"/walks/{walk.slug}").text
    session.get_one(WalkObservation, far.id).place_source = astray.DESK
    session.commit()
    assert (spots(), places()) == (2, [True, True])


def test_the_desk_is_told_how_far_and_puts_it_at_a_stop(session: Session, client: FlaskClient) -> None:
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    walk = make_walk(session)
    observe(session, walk)
    base = f"/staff/walks/{walk.slug}/observations"
    drawn = client.get(f"{base}.png").data
    far = observe(session, walk, place=LUND)
    assert client.get(f"{base}.png").data == drawn
    listed, page = client.get(base).text, client.get(f"{base}/{far.id}").text
    assert (
        "1 iakttagelse ligger långt från vandringen" in listed and listed.count("Långt från vandringen: 30\xa0km") == 1
    )
    assert len(re.findall(r'"is_far": true', listed)) == 1
    assert "Långt från vandringen: 30\xa0km" in page and "Låt dem byta plats" not in page
    put = f"{base}/{far.id}/place"
    refused = client.post(put, data={"do": "put", "version": far.version})
    assert refused.status_code == 422 and "Välj en hållpunkt, eller visa var det var." in refused.text
    nowhere = client.post(put, data={"do": "put", "version": far.version, "stop": walk.stops[2].id})
    assert nowhere.status_code == 422 and "Hållpunkten har ingen plats på kartan." in nowhere.text
    assert client.post(put, data={"do": "put", "version": 0, "stop": walk.stops[1].id}).status_code == 409
    client.post(put, data={"do": "put", "version": far.version, "stop": walk.stops[1].id})
    session.refresh(far)
    assert (far.point_source, far.stop_id, far.accuracy_m) == ("stop", walk.stops[1].id, None)
    assert from_element(far.anchor).equals(shapely.Point(EAST + 300, NORTH))
    sent = session.scalars(select(ContributionRevision).where(ContributionRevision.contribution_id == far.id)).one()
    assert from_element(sent.geom).equals(LUND)
    assert "Långt från vandringen" not in client.get(base).text


def test_one_press_exchanges_longitude_and_latitude(session: Session, client: FlaskClient) -> None:
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    walk = make_walk(session)
    one = observe(session, walk, place=SWAPPED)
    page = f"/staff/walks/{walk.slug}/observations/{one.id}"
    assert "Låt dem byta plats" in client.get(page).text
    client.post(f"{page}/place", data={"do": "unswap", "version": one.version})
    session.refresh(one)
    assert (one.lon_e6, one.lat_e6) == (pytest.approx(13_156_900, abs=2), pytest.approx(55_375_100, abs=2))
    assert "Långt från vandringen" not in client.get(page).text


def test_a_place_far_away_that_is_right_is_believed_when_the_desk_says_so(
    session: Session, client: FlaskClient
) -> None:
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    walk = make_walk(session)
    one = observe(session, walk, place=LUND)
    page = f"/staff/walks/{walk.slug}/observations/{one.id}"
    client.post(f"{page}/place", data={"do": "confirm", "version": one.version})
    session.refresh(one)
    assert from_element(one.anchor).equals(LUND) and "Långt från vandringen" not in client.get(page).text
    assert astray.find(session, walk, [one]) == {}


def test_an_action_lies_where_those_of_its_observations_lie_that_are_believed(
    session: Session, client: FlaskClient
) -> None:
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    walk = make_walk(session)
    near, far = observe(session, walk), observe(session, walk, place=LUND)
    draft = ActionDraft("Byt lampor", observation_ids=(near.id, far.id))
    tending.create_action(session, walk, draft, today=date(2026, 11, 26), actor_id=None)
    island = re.search(r'"spots": \[(.*?)\]', client.get("/staff/actions?status=all").text)
    assert island is not None and f'"lat": {near.lat_e6 / 1e6}' in island[1]


def test_files_and_figures_tell_it_and_do_not_count_it_where_it_was_not(session: Session, tmp_path: Path) -> None:
    walk = make_walk(session)
    walk.status = "performed"
    make_district_set(session)
    near, far = observe(session, walk), observe(session, walk, place=shapely.Point(EAST - 1_700, NORTH))
    draft = ActionDraft("Byt lampor", observation_ids=(near.id, far.id))
    tending.create_action(session, walk, draft, today=date(2026, 11, 26), actor_id=None)
    told = [["far_m", "", "1700"], ["north", str(NORTH + 5)]]
    for what, told_of in zip(("observations", "actions"), told, strict=True):
        write_walks(session, WalkContent(what, walk.id), "csv", tmp_path / "a.csv", decimal_comma=False)  # type: ignore[arg-type]
        head, *rows = [line.split(";") for line in (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()]
        assert [told_of[0], *(row[head.index(told_of[0])] for row in rows)] == told_of
    content = WalkContent("squares", walk.id)
    squares = walk_squares.read(session, WalkContent("squares", walk.id, far=far_away(session, content)))
    assert [square.feelings.total() for square in squares.values()] == [1]
    seen = statistics.read(session, None).observations
    assert [bool(one.district) for one in seen] == [True, False]


def test_an_acute_findings_mail_says_that_its_place_is_far_away(session: Session, config: Config) -> None:
    walk = make_walk(session)
    letters = [
        walk_acute.report_fault(session, walk, one, config)[0].body_text
        for one in (observe(session, walk, is_acute=True), observe(session, walk, is_acute=True, place=LUND))
    ]
    told = "OBS! Platsen ligger 30\xa0km från vandringen och stämmer nog inte."
    assert [told in letter for letter in letters] == [False, True]
