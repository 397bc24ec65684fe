"""The coordinator's pages of walks, by a browser without JavaScript."""

import io
import json
import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.contributions import moderation
from mapdialog.core.clock import local, now
from mapdialog.dialogues.models import Dialogue
from mapdialog.geo.geometry import from_element
from mapdialog.walks import queries, recording_access, tending
from mapdialog.walks.following_up import default_deadline, urgent_deadline
from mapdialog.walks.models import ChecklistSet, SafetyWalk
from mapdialog.walks.tending import ActionDraft
from tests.geo.test_gpx import END, ENTITIES, START, document, points, track
from tests.seeds import make_contribution, make_dialogue, make_district_set
from tests.staffing import sign_in
from tests.walks.making import EVENING, make_walk, observe

SENT: dict[str, Any] = {
    "action": "save",
    "title": "Vandring i hamnen",
    "purpose": "Vi ser på ljuset.",
    "starts_at": "2026-11-26T17:00",
    "ends_at": "2026-11-26T19:00",
    "invitation_text": "Välkommen.",
    "stops-0-name": "Torget",
    "stops-0-position": "0",
    "stops-0-place": "55.3751, 13.1569",
    "stops-0-questions": "Är det ljust?",
    "stops-1-name": "Kajen",
    "stops-1-position": "1",
    "stops-1-place": "6138079 383509",
    "groups-0-name": "Grupp 1",
}


@pytest.fixture
def coordinator(client: FlaskClient, session: Session) -> FlaskClient:
    make_district_set(session)
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    return client


def sent(**values: Any) -> dict[str, Any]:
    return SENT | values


def stored(session: Session) -> SafetyWalk:
    session.expire_all()
    return queries.get_walk(session, "vandring-i-hamnen")


def test_a_walk_is_planned_on_one_page_and_found_in_the_list(coordinator: FlaskClient, session: Session) -> None:
    answer = coordinator.post("/staff/walks/new", data=sent(), follow_redirects=True)
    assert answer.status_code == 200 and "Vandringen är sparad." in answer.text
    walk = stored(session)
    assert walk.starts_at == EVENING
    assert [(stop.name, stop.place is not None) for stop in walk.stops] == [("Torget", True), ("Kajen", True)]
    assert "Vandring i hamnen" in coordinator.get("/staff/walks").text


def test_what_is_wrong_is_told_and_what_was_typed_stays(coordinator: FlaskClient) -> None:
    answer = coordinator.post(
        "/staff/walks/new", data=sent(title="", ends_at="2026-11-26T16:00", purpose="Ett långt syfte.")
    )
    assert answer.status_code == 422
    assert "Ge vandringen en rubrik." in answer.text and "slutar innan den börjar" in answer.text
    assert "Ett långt syfte." in answer.text and "Kajen" in answer.text


def test_everything_that_is_wrong_is_told_at_once_beside_its_field(coordinator: FlaskClient) -> None:
    wrong = {"title": "", "starts_at": "i morgon", "stops-0-place": "Xyzzy", "stops-1-place": "Zyxxy", "route": "{"}
    text = coordinator.post("/staff/walks/new", data=sent(**wrong, **{"groups-1-name": "Grupp 1"})).text
    told = ("en rubrik.", "Skriv dag och tid", "platsen ”Xyzzy”", "platsen ”Zyxxy”", "Varje grupp behöver")
    assert all(text.count(words) >= 1 for words in told), [words for words in told if words not in text]
    for field in ("title", "starts_at", "stops-0-place", "stops-1-place", "groups", "route"):
        assert f'id="{field}-error"' in text, field
    assert "Skriv också när" not in text, "a time that cannot be read is not a missing one"
    empty = coordinator.get("/staff/walks/new").text
    assert empty.count("(valfritt)") > 20 and "Bara rubriken behövs" in empty


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("starts_at", "i morgon", "Skriv dag och tid så här"),
        ("stops-0-place", "Xyzzyplatsen", "Vi hittar inte platsen ”Xyzzyplatsen”"),
        ("stops-0-name", "", "Varje hållpunkt behöver ett namn"),
        ("route", '{"type":"Point","coordinates":[13,55]}', "Rutt"),
        ("route", "{", "Rutt"),
        ("checklist_version_id", "999999", "Checklistan finns inte"),
    ],
)
def test_nonsense_is_refused_in_words(coordinator: FlaskClient, field: str, value: str, words: str) -> None:
    answer = coordinator.post("/staff/walks/new", data=sent(**{field: value}))
    assert answer.status_code in {404, 422}
    assert words in answer.text


def test_rows_are_added_moved_and_taken_away_without_saving(coordinator: FlaskClient, session: Session) -> None:
    def names(action: str) -> list[str]:
        page = coordinator.post("/staff/walks/new", data=sent(action=action)).text
        return re.findall(r'name="stops-\d+-name"[^>]*value="([^"]*)"', page)

    assert names("stop_down:0") == names("stop_up:1") == ["Kajen", "Torget"]
    assert names("stop_up:0") == ["Torget", "Kajen"]
    assert names("stop_add") == ["Torget", "Kajen", ""]
    assert names("stop_remove:0") == ["Kajen"]
    assert session.scalars(select(SafetyWalk)).all() == []


def test_the_sun_is_told_before_anything_is_saved(coordinator: FlaskClient, session: Session) -> None:
    page = coordinator.post("/staff/walks/new", data=sent(action="sun")).text
    assert "Solen går ned 15.4" in page and "När ni börjar: mörkt." in page
    lines = coordinator.get("/staff/walks/sun?lon=13.1569&lat=55.3751&starts_at=2026-06-21T19:00&ends_at=").json
    assert lines is not None and "21.5" in lines["lines"][0] and "dagsljus" in lines["lines"][1]
    morning = coordinator.get("/staff/walks/sun?lon=13.1569&lat=55.3751&starts_at=2026-11-26T07:00&ends_at=").json
    assert morning is not None and morning["lines"][0].startswith("Solen går upp 08.0")
    for wrong in ("", "?lon=x&lat=1", "?lon=500&lat=1&starts_at=2026-06-21T19:00", "?lon=1&lat=1&starts_at=nu"):
        assert coordinator.get(f"/staff/walks/sun{wrong}").json == {"lines": []}
    assert session.scalars(select(SafetyWalk)).all() == []


def test_a_route_comes_from_a_gpx_file(coordinator: FlaskClient, session: Session) -> None:
    file = (io.BytesIO(document(track(points(START, END)))), "vandring.gpx")
    coordinator.post("/staff/walks/new", data=sent(route_file=file), content_type="multipart/form-data")
    route = stored(session).route
    assert route is not None and 600 < from_element(route).length < 700


@pytest.mark.parametrize("data", [b"inte xml", document(track(points(START, END)), ENTITIES), b""])
def test_a_file_without_a_way_is_refused_beside_its_field(coordinator: FlaskClient, data: bytes) -> None:
    file = (io.BytesIO(data), "vandring.gpx")
    answer = coordinator.post("/staff/walks/new", data=sent(route_file=file), content_type="multipart/form-data")
    assert answer.status_code == 422
    assert 'id="route_file-error"' in answer.text


@pytest.mark.parametrize(("data", "action"), [(b"inte xml", "save"), (document(track(points(START, END))), "stop_add")])
def test_a_file_that_is_to_be_chosen_again_is_said_to_be(coordinator: FlaskClient, data: bytes, action: str) -> None:
    words = "Välj GPX-filen igen innan du sparar."
    chosen = coordinator.post("/staff/walks/new", data=sent(action=action, route_file=(io.BytesIO(data), "rutt.gpx")))
    assert words in chosen.text
    assert words not in coordinator.post("/staff/walks/new", data=sent(action="stop_add")).text


def test_a_new_walks_map_knows_where_each_district_lies(coordinator: FlaskClient, session: Session) -> None:
    new = map_of(coordinator.get("/staff/walks/new").text)
    assert all(w < e and s < n for w, s, e, n in new["districts"].values()) and new["districts"]
    walk = make_walk(session)
    assert map_of(coordinator.get(f"/staff/walks/{walk.slug}").text)["districts"] == {}


def map_of(page: str) -> dict[str, Any]:
    found = re.search(r'id="editor-map"[^>]*>(.*?)</script>', page, re.S)
    assert found is not None
    return dict(json.loads(found[1]))


def test_a_route_from_a_file_is_not_lost_when_something_else_is_wrong(coordinator: FlaskClient) -> None:
    file = (io.BytesIO(document(track(points(START, END)))), "vandring.gpx")
    answer = coordinator.post(
        "/staff/walks/new", data=sent(title="", route_file=file), content_type="multipart/form-data"
    )
    assert "LineString" in answer.text and "Välj GPX-filen igen" not in answer.text


@pytest.mark.parametrize("is_swapped", [False, True])
def test_a_route_far_away_is_asked_about_before_it_is_saved(
    coordinator: FlaskClient, session: Session, is_swapped: bool
) -> None:
    ends = [place[::-1] if is_swapped else (place[0] + 0.3, place[1]) for place in (START, END)]
    file = (io.BytesIO(document(track(points(*ends)))), "vandring.gpx")
    asked = coordinator.post("/staff/walks/new", data=sent(route_file=file), content_type="multipart/form-data")
    assert asked.status_code == 422 and "mer än en mil utanför kommunen" in asked.text
    assert ('value="route_swap"' in asked.text) == is_swapped and "Kajen" in asked.text
    drawn = route_in(asked.text)
    west = re.search(r'"bbox": \[([\d.]+)', asked.text)
    assert west and abs(float(west[1]) - (55.37 if is_swapped else 13.45)) < 0.1  # the map opens where the route lies
    if is_swapped:
        turned = coordinator.post("/staff/walks/new", data=sent(route=drawn, action="route_swap"))
        drawn = route_in(turned.text)
        assert "mer än en mil" not in turned.text
    coordinator.post("/staff/walks/new", data=sent(route=drawn) | ({} if is_swapped else {"route_is_there": "y"}))
    walk = stored(session)
    assert walk.route is not None and 600 < from_element(walk.route).length < 700
    again = sent(route=drawn, version=str(walk.version), title="Vandring i hamnen")
    assert coordinator.post("/staff/walks/vandring-i-hamnen", data=again).status_code == 302  # asked about once


def route_in(page: str) -> str:
    found = re.search(r'<textarea name="route"[^>]*>([^<]*)', page)
    assert found
    return unescape(found[1])


def test_the_route_may_go_straight_between_the_stops(coordinator: FlaskClient, session: Session) -> None:
    coordinator.post("/staff/walks/new", data=sent(route_by_stops="y"))
    route = stored(session).route
    assert route is not None and abs(from_element(route).length - 300) < 2
    answer = coordinator.post("/staff/walks/new", data=sent(**{"route_by_stops": "y", "stops-1-place": ""}))
    assert answer.status_code == 422 and "Minst två hållpunkter" in answer.text


def test_saving_what_was_opened_changes_nothing(coordinator: FlaskClient, session: Session) -> None:
    """Nor does it change the name that a place was found by."""
    coordinator.post("/staff/walks/new", data=sent(**{"route_by_stops": "y", "stops-0-place": "Ruta B"}))
    before = stored(session)
    kept = [from_element(stop.place).wkt for stop in before.stops if stop.place is not None]
    page = coordinator.get("/staff/walks/vandring-i-hamnen").text
    fields = dict(re.findall(r'name="((?:stops|groups)-\d+-\w+)"[^>]*?value="([^"]*)"', page))
    assert fields["stops-0-place"].startswith("Ruta B (55.")
    fields |= {"title": before.title, "starts_at": "2026-11-26T17:00", "version": str(before.version), "action": "save"}
    assert coordinator.post("/staff/walks/vandring-i-hamnen", data=fields).status_code == 302
    after = stored(session)
    assert after.starts_at == EVENING and [stop.name for stop in after.stops] == ["Torget", "Kajen"]
    moved = [from_element(stop.place).wkt for stop in after.stops if stop.place is not None]
    assert moved == kept and [stop.place_words for stop in after.stops] == ["Ruta B", ""]


def test_a_colleagues_change_is_not_overwritten(coordinator: FlaskClient, session: Session) -> None:
    coordinator.post("/staff/walks/new", data=sent())
    answer = coordinator.post("/staff/walks/vandring-i-hamnen", data=sent(version="99", purpose="Mitt."))
    assert answer.status_code == 409
    assert "En kollega har ändrat vandringen" in answer.text and "Mitt." in answer.text
    assert stored(session).purpose == "Vi ser på ljuset."


def test_the_walk_is_taken_from_step_to_step(coordinator: FlaskClient, session: Session) -> None:
    coordinator.post("/staff/walks/new", data=sent(invitation_text=""))
    page = coordinator.post(
        "/staff/walks/vandring-i-hamnen/step", data={"status": "invited"}, follow_redirects=True
    ).text
    assert "Skriv en inbjudan." in page and stored(session).status == "planned"
    walk = stored(session)
    walk.invitation_text = "Välkommen."
    session.commit()
    coordinator.post("/staff/walks/vandring-i-hamnen/step", data={"status": "invited"})
    assert stored(session).status == "invited"
    coordinator.post("/staff/walks/vandring-i-hamnen/step", data={"status": "closed"})
    assert stored(session).status == "invited"


def test_every_page_about_a_walk_says_how_far_it_has_come(coordinator: FlaskClient, session: Session) -> None:
    slug = make_walk(session).slug
    page = coordinator.get(f"/staff/walks/{slug}").text
    tabs = re.findall(r'<a class="tab" href="([^"]+)"', page)
    assert len(tabs) == 6
    for address in tabs:
        head = coordinator.get(address).text.split('<nav class="tabs')[0]
        assert "Planeras" in re.findall(r'<span class="badge[^>]*>.*?</svg>([^<]*)</span>', head, re.S), address


def test_only_a_planned_walk_that_holds_nothing_can_be_taken_away(coordinator: FlaskClient, session: Session) -> None:
    empty, used, told = make_walk(session), make_walk(session), make_walk(session)
    recording_access.make_code(session, empty, "leader", secret_key="t" * 64, at=now(), actor_id=None)
    observe(session, used)
    told.status = "invited"
    session.commit()
    slugs, vessel = [one.slug for one in (empty, used, told)], empty.dialogue_id
    assert "Ta bort för alltid" in coordinator.get(f"/staff/walks/{slugs[0]}").text
    pages = [coordinator.post(f"/staff/walks/{slug}/delete", follow_redirects=True).text for slug in slugs]
    assert "är borttagen" in pages[0] and "har iakttagelser" in pages[1] and "Bara en vandring som planeras" in pages[2]
    session.expire_all()
    assert [queries.find_walk(session, slug) is None for slug in slugs] == [True, False, False]
    assert session.get(Dialogue, vessel) is None


def test_who_publishes_twice_is_told_that_it_is_published(coordinator: FlaskClient, session: Session) -> None:
    walk = make_walk(session)
    walk.status, walk.published_at, walk.version = "protocol_published", now(), 7
    session.commit()
    step = {"status": "protocol_published", "version": "6"}
    page = coordinator.post(f"/staff/walks/{walk.slug}/step", data=step, follow_redirects=True).text
    assert "Protokollet är redan publicerat." in page and "En kollega" not in page


def test_who_publishes_is_told_what_nobody_has_read(coordinator: FlaskClient, session: Session) -> None:
    walk = make_walk(session)
    walk.status = "protocol_draft"
    moderation.approve(session, observe(session, walk), version=None, actor_id=None)
    pages = [f"/staff/walks/{walk.slug}{end}" for end in ("", "/protocol")]
    assert all("utan dem" not in coordinator.get(page).text for page in pages)
    observe(session, walk, "Oläst.")
    for page in pages:
        told = coordinator.get(page).text
        assert "1 iakttagelse är inte läst och kommer inte med." in told and "Publicera protokollet utan dem" in told


@pytest.mark.parametrize("time", ["0001-01-01T00:00", "9999-12-31T23:59", "1026-11-26T17:00"])
def test_a_year_that_no_walk_is_held_in_is_told_at_its_field(coordinator: FlaskClient, time: str) -> None:
    refused = coordinator.post("/staff/walks/new", data=sent(starts_at=time))
    assert refused.status_code == 422 and "Skriv ett år mellan 1990 och 2099." in refused.text
    sun = coordinator.get(f"/staff/walks/sun?lon=13.2&lat=55.4&starts_at={time}&ends_at=")
    assert (sun.status_code, sun.json) == (200, {"lines": []})


def test_an_action_that_becomes_acute_in_the_form_does_not_keep_the_day_for_what_can_wait(
    coordinator: FlaskClient, session: Session
) -> None:
    walk = make_walk(session)
    session.commit()
    due, form = default_deadline(local(now()).date()), {"title": "Lägg på locket", "kind": "quick_fix"}
    coordinator.post(f"/staff/walks/{walk.slug}/actions/new", data=form | {"priority": "acute", "deadline": str(due)})
    (made,) = queries.list_actions(session, walk)
    assert made.deadline == urgent_deadline(local(now()).date())


def test_what_is_known_beforehand_is_told_with_its_source(coordinator: FlaskClient, session: Session) -> None:
    dialogue = make_dialogue(session)
    make_contribution(session, dialogue, "Mörkt vid torget.", at=(10, 10))
    make_contribution(session, dialogue, "Långt borta.", at=(1500, 10))
    make_contribution(session, dialogue, "Inte granskat.", at=(10, 10), state="pending")
    earlier = make_walk(session, title="Vandring 2025")
    seen = observe(session, earlier, "Lampan var trasig.")
    draft = ActionDraft("Byt lampan", observation_ids=(seen.id,))
    action = tending.create_action(session, earlier, draft, today=EVENING.date(), actor_id=None)
    session.commit()
    coordinator.post("/staff/walks/new", data=sent(route_by_stops="y"))
    page = coordinator.get("/staff/walks/vandring-i-hamnen/known").text
    for words in ("Mörkt vid torget.", "Trygg väg till tåget", "Lampan var trasig.", "Vandring 2025", "Byt lampan"):
        assert words in page
    for words in ("Långt borta.", "Inte granskat."):
        assert words not in page
    tending.move(session, action, "done", today=EVENING.date(), version=None, actor_id=None)
    session.commit()
    assert "Byt lampan" not in coordinator.get("/staff/walks/vandring-i-hamnen/known").text


def test_a_walk_without_a_place_says_what_is_missing(coordinator: FlaskClient) -> None:
    coordinator.post("/staff/walks/new", data=sent(**{"stops-0-place": "", "stops-1-place": ""}))
    assert "Rutten saknas" in coordinator.get("/staff/walks/vandring-i-hamnen/known").text


def test_a_checklist_is_edited_into_its_next_version(coordinator: FlaskClient, session: Session) -> None:
    page = coordinator.get("/staff/walks/checklists").text
    assert "Grundlistan" in page
    page = coordinator.get("/staff/walks/checklists/standard").text
    assert len(re.findall(r'id="items-\d+-label_sv"', page)) == 21
    fields = {"action": "save", "items-0-label_sv": "Hundar", "items-0-position": "0", "items-0-leaning": "insecure"}
    coordinator.post("/staff/walks/checklists/standard", data=fields)
    session.expire_all()
    versions = session.scalars(select(ChecklistSet)).one().versions
    assert [version.number for version in versions] == [1, 2]
    assert [item.label_sv for item in versions[1].items] == ["Hundar", "Annat"]
    answer = coordinator.post("/staff/walks/checklists/standard", data=fields | {"items-0-label_sv": ""})
    assert answer.status_code == 422 and "behöver ett namn" in answer.text


def test_a_list_of_ones_own_can_be_chosen_for_a_walk(coordinator: FlaskClient, session: Session) -> None:
    fields = {"action": "save", "title": "Skolvandring", "items-0-label_sv": "Skolgården", "items-0-position": "0"}
    coordinator.post("/staff/walks/checklists/new", data=fields)
    own = session.scalars(select(ChecklistSet).where(ChecklistSet.key == "skolvandring")).one().versions[0]
    assert "Skolvandring, version 1" in coordinator.get("/staff/walks/new").text
    coordinator.post("/staff/walks/new", data=sent(checklist_version_id=str(own.id)))
    assert [item.label_sv for item in stored(session).checklist.items] == ["Skolgården", "Annat"]


def test_a_reader_reads_and_changes_nothing(client: FlaskClient, session: Session) -> None:
    walk = make_walk(session)
    session.commit()
    sign_in(client, session, Role.READER)
    listed = client.get("/staff/walks").text
    assert walk.title in listed and "/staff/walks/new" not in listed
    assert client.get(f"/staff/walks/{walk.slug}/known").status_code == 200
    assert client.get(f"/staff/walks/{walk.slug}").status_code == 403
    assert client.post(f"/staff/walks/{walk.slug}/step", data={"status": "invited"}).status_code == 403


def test_what_is_not_there_is_not_found(coordinator: FlaskClient) -> None:
    for path in ("/staff/walks/finns-inte", "/staff/walks/finns-inte/known", "/staff/walks/checklists/finns-inte"):
        assert coordinator.get(path).status_code == 404


def test_the_setting_says_when_an_action_is_due(coordinator: FlaskClient, session: Session) -> None:
    walk = make_walk(session)
    session.commit()
    months = coordinator.application.config["MAPDIALOG"].walk_deadline_months
    due = default_deadline(local(now()).date(), months)
    page = coordinator.get(f"/staff/walks/{walk.slug}/actions/new").text
    assert months == 6 and f'value="{due}"' in page
    assert '<option selected value="unknown">Inte känt' in page, "nobody has said yet who is responsible"
