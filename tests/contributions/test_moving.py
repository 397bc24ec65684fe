"""One's own contribution can be moved: the old place is kept, and districts, grid and counts follow the new one."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mapdialog.config import Config
from mapdialog.contributions.models import Contribution, ContributionDistrict, ContributionRevision, GridDelta, State
from mapdialog.contributions.submission import edit_token
from mapdialog.core import clock
from mapdialog.dialogues.models import Dialogue, Phase
from mapdialog.districts.models import District, DistrictSet
from mapdialog.geo.crs import STORE, WGS84, transform_point
from mapdialog.geo.geometry import from_element, to_element
from tests.contributions.conftest import TRELLEBORG, Send
from tests.staffing import sign_in

EAST, NORTH = transform_point(*TRELLEBORG, WGS84, STORE)
AWAY = {"lon": "13.1669", "lat": "55.3801"}
LINE = {"type": "LineString", "coordinates": [[13.15, 55.37], [13.16, 55.375], [13.17, 55.38]]}

Move = Callable[..., TestResponse]


@pytest.fixture
def move(client: FlaskClient, config: Config) -> Move:
    """Press a button on the page where one's own contribution is moved."""

    def do(one: Contribution, action: str, **fields: Any) -> TestResponse:
        words = {"text": "Det är mörkt här.", "category": "light", "version": one.version, "lon": "", "lat": ""}
        token = edit_token(config.secret_key, one.client_id)
        return client.post(f"/c/{one.receipt}/edit/{token}/place", data={"action": action} | words | fields)

    return do


def now_of(session: Session, one: Contribution) -> Contribution:
    found = session.scalars(select(Contribution).where(Contribution.id == one.id)).one()
    session.refresh(found)
    return found


def revisions(session: Session, one: Contribution) -> list[ContributionRevision]:
    query = select(ContributionRevision).where(ContributionRevision.contribution_id == one.id)
    return list(session.scalars(query.order_by(ContributionRevision.id)))


def test_the_first_place_is_kept_when_it_is_moved_twice(
    move: Move, session: Session, open_dialogue: Dialogue, send: Send
) -> None:
    one = send(open_dialogue)
    assert move(one, "save", **AWAY, place_label="Parken").status_code == 302
    later = now_of(session, one)
    assert (later.lon_e6, later.lat_e6, later.place_label) == (13166900, 55380100, "Parken")
    assert move(later, "save", lon="13.16", lat="55.37").status_code == 302
    places = [from_element(kept.geom) for kept in revisions(session, one)]
    assert len(places) == 3
    assert places[0].equals(from_element(one.geom)) and not places[0].equals(places[1])
    first = revisions(session, one)[0]
    assert (first.raw_text, first.category_id, first.received_at) == (one.raw_text, one.category_id, one.received_at)
    with pytest.raises(Exception, match="public record"):
        session.execute(text("update contribution_revision set geom = null"))


def test_staff_read_what_was_first_received_once_and_that_it_was_moved(
    move: Move, session: Session, dialogue: Dialogue, send: Send, client: FlaskClient
) -> None:
    one = send(dialogue)
    assert move(one, "save", **AWAY, text="Mina nya ord.").status_code == 302
    sign_in(client, session)
    page = client.get(f"/staff/contributions/{one.receipt}", follow_redirects=True).text
    history = page[page.index("Original och författarens ändringar") :]
    history = history[: history.index("</details>")]
    assert history.count("Det är mörkt här.") == 1 and history.count("Författaren ändrade") == 1
    assert history.index("Det är mörkt här.") < history.index("Mina nya ord.")
    assert "Författaren har flyttat platsen" in history


def test_districts_counts_and_the_map_follow(
    move: Move, session: Session, open_dialogue: Dialogue, send: Send, client: FlaskClient
) -> None:
    here = shapely.box(EAST - 100, NORTH - 100, EAST + 100, NORTH + 100)
    parts = DistrictSet(key="delar", title="Delar", source="test")
    parts.districts = [
        District(code="1", name="Här", geom=to_element(shapely.MultiPolygon([here]))),
        District(
            code="2", name="Där", geom=to_element(shapely.MultiPolygon([shapely.transform(here, lambda p: p + 600)]))
        ),
    ]
    only_here = DistrictSet(key="bara-har", title="Bara här", source="test")
    only_here.districts = [District(code="1", name="Centrum", geom=to_element(shapely.MultiPolygon([here])))]
    session.add_all([parts, only_here])
    session.commit()
    one = send(open_dialogue)
    lon, lat = transform_point(EAST + 600, NORTH + 600, STORE, WGS84)
    assert move(one, "save", lon=lon, lat=lat).status_code == 302
    links = session.execute(
        select(District.name)
        .join(ContributionDistrict, ContributionDistrict.district_id == District.id)
        .where(ContributionDistrict.contribution_id == one.id)
    )
    assert [name for (name,) in links] == ["Där"]
    counted = session.execute(
        text("""select d.name, sum(n) from (
            select district_id, count as n from district_count
            union all select district_id, change from district_delta) c join district d on d.id = c.district_id
            group by 1 having sum(n) <> 0""")
    ).all()
    assert [tuple(row) for row in counted] == [("Där", 1)]
    assert session.scalar(select(func.sum(GridDelta.change))) == 1
    feed = client.get(f"/api/v1/dialogues/{open_dialogue.slug}/contributions?bbox=13.1,55.3,13.3,55.5&zoom=19").json
    assert feed is not None
    assert [one["geometry"]["coordinates"] for one in feed["features"]] == [[round(lon, 6), round(lat, 6)]]


@pytest.mark.parametrize("why", ["answered", "closed", "withdrawn"])
def test_too_late_is_said_and_neither_words_nor_place_are_changed(
    move: Move, session: Session, dialogue: Dialogue, send: Send, why: str
) -> None:
    one = send(dialogue)
    if why == "answered":
        session.execute(update(Contribution).values(answered_at=clock.now()))
    elif why == "closed":
        session.execute(update(Phase).values(closes_at=clock.now() - timedelta(minutes=1)))
    else:
        session.execute(update(Contribution).values(state=State.WITHDRAWN))
    session.commit()
    answer = move(one, "save", **AWAY, text="Mina nya ord.", place_label="Södra parken")
    assert answer.status_code == 409
    assert "Mina nya ord." in answer.text and "Södra parken" in answer.text and "inte sparad" in answer.text
    assert now_of(session, one).lon_e6 == one.lon_e6 and revisions(session, one) == []


def test_what_another_window_changed_meanwhile_is_shown_and_the_chosen_place_goes_along(
    move: Move, session: Session, dialogue: Dialogue, send: Send, client: FlaskClient, config: Config
) -> None:
    one = send(dialogue)
    assert move(one, "save", **AWAY, text="Andra fönstret.").status_code == 302
    answer = move(one, "save", lon="13.16", lat="55.37", text="Mina nya ord.", place_label="Södra parken")
    assert answer.status_code == 409
    assert "Mina nya ord." in answer.text and "Andra fönstret." in answer.text and "Södra parken" in answer.text
    carried = {"geometry": json.dumps({"type": "Point", "coordinates": [13.16, 55.37]}), "category": "light"}
    carried |= {"text": "Mina nya ord.", "place_label": "Södra parken", "version": str(one.version + 1)}
    token = edit_token(config.secret_key, one.client_id)
    again = client.post(f"/c/{one.receipt}/edit/{token}", data=carried | {"action": "edit"})
    assert again.status_code == 302
    later = now_of(session, one)
    assert (later.lon_e6, later.place_label, later.public_text) == (13160000, "Södra parken", "Mina nya ord.")


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"lon": "13.5", "lat": "55.6"}, "utanför dialogens område"),
        ({}, "Visa på kartan var det gäller"),
        ({"coordinates": "vid torget"}, "Skriv två tal"),
        ({"geometry": "[[[["}, "går inte att läsa"),
        ({"geometry": json.dumps(LINE)}, "Geometrin är av typen LineString"),
    ],
)
def test_a_place_that_cannot_be_taken_says_why_and_keeps_the_words(
    move: Move, session: Session, dialogue: Dialogue, send: Send, place: dict[str, str], words: str
) -> None:
    dialogue.allows_lines = False
    session.commit()
    one = send(dialogue)
    answer = move(one, "save", **place, text="Mina nya ord.")
    assert words in answer.text and 'value="Mina nya ord."' in answer.text
    assert now_of(session, one).version == one.version and revisions(session, one) == []


def test_a_moved_place_is_read_again_by_the_rules_of_edited_words(
    move: Move, session: Session, dialogue: Dialogue, open_dialogue: Dialogue, send: Send
) -> None:
    first, afterwards = send(dialogue), send(open_dialogue)
    session.execute(update(Contribution).where(Contribution.id == first.id).values(state=State.APPROVED))
    session.commit()
    for one, state in ((first, State.PENDING), (afterwards, State.APPROVED)):
        move(one, "save", **AWAY)
        assert now_of(session, one).state == state
    session.execute(update(Contribution).values(moderated_at=clock.now()))
    session.commit()
    move(now_of(session, afterwards), "save", lon="13.16", lat="55.37")
    assert now_of(session, afterwards).state == State.PENDING


def test_less_than_a_metre_is_no_move(move: Move, session: Session, open_dialogue: Dialogue, send: Send) -> None:
    one = send(open_dialogue)
    move(one, "save", lon=str(TRELLEBORG[0] + 0.000005), lat=str(TRELLEBORG[1]))
    assert now_of(session, one).version == one.version
    move(one, "save", lon=str(TRELLEBORG[0] + 0.00003), lat=str(TRELLEBORG[1]))
    assert now_of(session, one).version == one.version + 1


def test_a_line_is_kept_redrawn_or_becomes_a_point(
    move: Move, session: Session, open_dialogue: Dialogue, send: Send
) -> None:
    one = send(open_dialogue, place=LINE)
    opened = move(one, "open")
    assert "ersätter den linjen" in opened.text
    kept = move(one, "keep", text="Mina nya ord.")
    assert kept.status_code == 200 and "Mina nya ord." in kept.text and 'id="edit"' in kept.text
    assert revisions(session, one) == []
    redrawn = LINE | {"coordinates": LINE["coordinates"][:2]}
    move(one, "save", geometry=json.dumps(redrawn), place_source="drawing")
    later = now_of(session, one)
    line = from_element(later.geom)
    assert line.geom_type == "LineString" and shapely.get_num_points(line) == 2
    assert from_element(later.anchor).distance(line) < 0.01
    move(later, "save", **AWAY)
    assert from_element(now_of(session, one).geom).geom_type == "Point"


def test_without_script_the_map_is_pressed_and_moved_and_the_words_go_along(
    move: Move, session: Session, open_dialogue: Dialogue, send: Send
) -> None:
    one = send(open_dialogue)
    window = {"map_east": f"{EAST:.1f}", "map_north": f"{NORTH:.1f}", "map_size": "1.0"}
    answer = move(one, "", **window, text="Mina nya ord.", **{"map_small.x": "250", "map_small.y": "150"})
    assert "Vald plats:" in answer.text and 'value="Mina nya ord."' in answer.text
    assert "Spara plats och text" in answer.text
    found = {name: answer.text.split(f'name="{name}" value="')[1].split('"')[0] for name in ("lon", "lat")}
    east, north = transform_point(float(found["lon"]), float(found["lat"]), WGS84, STORE)
    assert (east - EAST, north - NORTH) == (pytest.approx(100, abs=1), pytest.approx(0, abs=1))


def test_the_page_is_the_authors_alone(client: FlaskClient, config: Config, dialogue: Dialogue, send: Send) -> None:
    one = send(dialogue)
    assert client.get(f"/c/{one.receipt}/edit/fel/place").status_code == 403
    answer = client.get(f"/c/{one.receipt}/edit/{edit_token(config.secret_key, one.client_id)}/place")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_another_language_keeps_the_chosen_place_and_the_words(move: Move, dialogue: Dialogue, send: Send) -> None:
    one = send(dialogue)
    answer = move(one, "", **AWAY, text="Mina nya ord.", language="en")
    assert '<html lang="en">' in answer.text
    assert 'value="Mina nya ord."' in answer.text and 'name="lon" value="13.166900"' in answer.text
