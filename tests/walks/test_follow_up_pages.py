"""Staff pages after a walk, without JavaScript: observations by stop, merging, actions, the board, the register."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.config import Config
from mapdialog.contributions.models import Attachment
from mapdialog.core.clock import local, now
from mapdialog.notifications import listeners
from mapdialog.notifications.models import OutgoingMail
from mapdialog.walks import queries, recording, tending
from mapdialog.walks.findings import ResponsibleParty, WalkAction, WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.tending import ActionDraft
from tests.staffing import sign_in
from tests.walks.making import make_walk, new_observation, observe
from tests.walks.protocols import add_photo
from tests.walks.test_walk_sync import photo

TODAY = date(2026, 11, 26)


@pytest.fixture
def walk(session: Session, client: FlaskClient) -> SafetyWalk:
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    return make_walk(session)


def make_action(session: Session, walk: SafetyWalk, **values: object) -> WalkAction:
    draft = ActionDraft(**({"title": "Byt lampor i tunneln"} | values))  # type: ignore[arg-type]
    return tending.create_action(session, walk, draft, today=TODAY, actor_id=None)


def test_observations_stand_under_their_stops_in_order(session: Session, client: FlaskClient, walk: SafetyWalk) -> None:
    observe(session, walk, "På vägen dit.")
    observe(session, walk, "Vid tunneln.", stop_id=walk.stops[1].id, recorded_by="participant")
    observe(session, walk, "Vid stationen.", stop_id=walk.stops[0].id)
    page = client.get(f"/staff/walks/{walk.slug}/observations").text
    places = [
        page.index(words) for words in ("1. Stationen", "Vid stationen.", "2. Tunneln", "Vid tunneln.", "På vägen m")
    ]
    assert places == sorted(places) and page.index("På vägen dit.") > places[-1]
    assert "Deltagare" in page and "3 iakttagelser att titta på" in page
    picture = client.get(f"/staff/walks/{walk.slug}/observations.png")
    assert picture.mimetype == "image/png" and picture.data.startswith(b"\x89PNG")


def test_the_search_opens_an_observation_by_its_number(session: Session, client: FlaskClient, walk: SafetyWalk) -> None:
    one = observe(session, walk)
    found = client.get(f"/staff/search?q= {one.receipt.lower()} ")
    assert found.location == f"/staff/walks/{walk.slug}/observations/{one.id}"


def test_a_wrong_clock_costs_no_true_time_and_is_told(session: Session, client: FlaskClient, walk: SafetyWalk) -> None:
    """The phone was three days slow when it sent."""
    at = now()
    seen, days = at - timedelta(hours=1), timedelta(days=3)
    new = new_observation(walk, observed_at=seen - days, sent_at=at - days)
    one = recording.record(session, walk, new, receipt_prefix="TRE", at=at).observation
    pages = [client.get(f"/staff/walks/{walk.slug}/observations{end}").text for end in ("", f"/{one.id}")]
    true, phones = f"{local(seen):%Y-%m-%d %H:%M}", f"{local(seen - days):%Y-%m-%d %H:%M}"
    assert all(f">{true}</time>" in page and "telefonens klocka gick 3 dygn efter" in page for page in pages)
    assert phones not in pages[0] and f"Telefonens klocka visade {phones}." in pages[1]
    file = client.get(f"/staff/walks/export?format=csv&walk={walk.slug}").data.decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(file), delimiter=";"))
    assert (row["observed_at"][:16], row["phone_clock_at"][:16]) == (true, phones)


def test_what_is_shown_is_changed_and_the_original_kept(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    one = observe(session, walk, "Anna på nummer 5 släcker lampan.")
    address = f"/staff/walks/{walk.slug}/observations/{one.id}"
    client.post(address, data={"do": "edit", "public_text": "Lampan släcks.", "version": one.version})
    session.refresh(one)
    assert (one.state, one.public_text, one.raw_text) == (
        "approved",
        "Lampan släcks.",
        "Anna på nummer 5 släcker lampan.",
    )
    assert "Anna på nummer 5" in client.get(address).text
    assert client.post(address, data={"do": "hide", "version": one.version}).status_code == 422
    client.post(address, data={"do": "hide", "rule": "advertising", "version": one.version})
    session.refresh(one)
    assert one.state == "hidden"
    assert client.post(address, data={"do": "approve", "version": 1}).status_code == 409


def test_doubles_are_merged_and_taken_apart(session: Session, client: FlaskClient, walk: SafetyWalk) -> None:
    one, two = observe(session, walk, "Mörkt.", category="litter"), observe(session, walk, "Väldigt mörkt.")
    base = f"/staff/walks/{walk.slug}/observations"
    assert client.post(base, data={"do": "merge", "ids": [one.id]}).status_code == 422
    assert "Vilken ska stå kvar?" in client.post(base, data={"do": "merge", "ids": [one.id, two.id]}).text
    assert client.post(f"{base}/merge", data={"ids": [one.id, two.id]}).status_code == 422
    client.post(f"{base}/merge", data={"ids": [one.id, two.id], "keep": two.id})
    session.refresh(one)
    assert one.merged_into_id == two.id
    assert "1 till är ihopslagen" in client.get(base).text
    assert "<strong>Nedskräpning</strong>" in client.get(f"{base}/{two.id}").text
    client.post(f"{base}/{one.id}/separate")
    session.refresh(one)
    assert one.merged_into_id is None


def test_notes_on_paper_are_registered_and_approved_at_once(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    base = f"/staff/walks/{walk.slug}/observations"
    form = {"category": "lighting", "polarity": "insecure", "severity": "2", "text": "Släckt lampa.", "group": ""}
    refused = client.post(f"{base}/new", data=form)
    assert refused.status_code == 422 and "Välj en hållpunkt" in refused.text and "Släckt lampa." in refused.text
    client.post(f"{base}/new", data=form | {"stop": str(walk.stops[0].id)})
    photos = [(io.BytesIO(photo(colour)), f"{colour}.jpg") for colour in ("red", "blue")]
    client.post(f"{base}/new", data=form | {"place": "55.3751 13.1569", "photos": photos})
    made = session.scalars(
        select(WalkObservation).where(WalkObservation.walk_id == walk.id).order_by(WalkObservation.id)
    ).all()
    assert [(one.recorded_by, one.state, one.point_source) for one in made] == [
        ("desk", "approved", "stop"),
        ("desk", "approved", "manual"),
    ]
    assert abs(made[1].lat_e6 - 55_375_100) < 5
    assert [len(one.photos) for one in made] == [0, 2]


def test_everything_wrong_with_typed_notes_is_told_at_once_and_nothing_typed_is_lost(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    address = f"/staff/walks/{walk.slug}/observations/new"
    typed = {"polarity": "insecure", "text": "Släckt <lampa>.", "place": "vid muren", "light": "dusk", "is_acute": "y"}
    torn = {"photos": (io.BytesIO(b"ingen bild"), "a.jpg")}
    refused = client.post(address, data=typed | torn | {"said_by": "police", "group": walk.groups[1].id})
    wrong = set(re.findall(r'<p class="error" id="(\w+)-error">', refused.text))
    assert refused.status_code == 422 and wrong == {"category", "severity", "place", "photos"}
    assert "Skriv två tal" in refused.text
    for kept in ("Släckt &lt;lampa&gt;.", 'value="vid muren"', 'selected value="dusk"', 'selected value="police"'):
        assert kept in refused.text
    assert f'selected value="{walk.groups[1].id}"' in refused.text and re.search(r"checked[^>]*is_acute", refused.text)
    assert not session.scalars(select(WalkObservation).where(WalkObservation.walk_id == walk.id)).all()
    again = client.post(address, data=typed | {"photos": (io.BytesIO(photo()), "b.jpg")})
    assert "Välj fotona igen." in again.text


def test_several_observations_become_one_action_or_one_each(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    one, two = observe(session, walk), observe(session, walk)
    base = f"/staff/walks/{walk.slug}/observations"
    answer = client.post(base, data={"do": "one_action", "ids": [one.id, two.id]})
    page = client.get(answer.headers["Location"]).text
    assert len(re.findall(r'name="observations"[^>]*checked|checked[^>]*name="observations"', page)) == 2
    client.post(
        answer.headers["Location"],
        data={"title": "Laga belysningen", "observations": [one.id, two.id], "kind": "planned", "priority": "high"},
    )
    action = session.scalars(select(WalkAction)).one()
    assert action.title == "Laga belysningen" and action.observations == [one, two] and action.deadline > TODAY
    client.post(base, data={"do": "actions", "ids": [one.id, two.id]})
    assert len(session.scalars(select(WalkAction)).all()) == 3
    assert client.post(base, data={"do": "actions"}).status_code == 422


def test_safe_places_become_no_actions_and_many_are_asked_about_first(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    safe = observe(session, walk, polarity="secure", severity=None)
    ids = [observe(session, walk).id for _ in range(21)]
    base = f"/staff/walks/{walk.slug}/observations"
    session.commit()
    refused = client.post(base, data={"do": "actions", "ids": [safe.id]})
    assert refused.status_code == 422 and "trygga platser" in refused.text
    assert client.post(base, data={"do": "all"}).text.count(" checked") == 22
    asked = client.post(base, data={"do": "actions", "ids": [safe.id, *ids]}).text
    assert "Skapa 21 åtgärder" in asked and "1 av de markerade berörs inte" in asked
    assert not session.scalars(select(WalkAction)).all()
    done = client.post(base, data={"do": "actions", "ids": [safe.id, *ids], "sure": "1"}, follow_redirects=True).text
    assert "21 åtgärder skapade. 1 markerad lämnades" in done
    assert len(session.scalars(select(WalkAction)).all()) == 21
    assert "Godkänn 22 iakttagelser" in client.post(base, data={"do": "approve", "ids": [safe.id, *ids]}).text
    client.post(base, data={"do": "approve", "ids": [safe.id]})
    again = client.post(base, data={"do": "approve", "ids": [safe.id]})
    assert again.status_code == 422 and "Ingen av de markerade väntar" in again.text


def test_what_is_acute_in_the_notes_is_reported_at_once(
    session: Session, client: FlaskClient, walk: SafetyWalk, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk.contact = "Tove, tove@x.se"
    session.commit()
    monkeypatch.setitem(listeners._settings, "config", config)
    form = {"category": "lighting", "polarity": "insecure", "severity": "3", "text": "Öppen brunn.", "is_acute": "y"}
    client.post(f"/staff/walks/{walk.slug}/observations/new", data=form | {"stop": str(walk.stops[0].id)})
    sent = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
    assert "tove@x.se" in [one.recipient for one in sent] and "vid skrivbordet" in sent[0].body_text


def test_the_start_page_says_what_walks_ask_for(session: Session, client: FlaskClient, walk: SafetyWalk) -> None:
    walk.starts_at, walk.ends_at, walk.follow_up_at = now() + timedelta(days=2), None, None
    session.commit()
    assert "Nästa vandring: Trygghetsvandring" in (page := client.get("/staff/").text) and "Försenade" not in page
    observe(session, walk, is_acute=True)
    observe(session, make_walk(session, title="Södra stranden"))
    make_action(session, walk).deadline = date(2020, 1, 1)
    session.commit()
    page = client.get("/staff/").text
    assert "1 akut iakttagelse är inte läst" in page and "Försenade åtgärder" in page
    assert page.index(walk.title) < page.index("Södra stranden"), "what is acute comes first"


def test_a_refusal_takes_a_reason_and_what_was_typed_stays(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    action = make_action(session, walk)
    address = f"/staff/actions/{action.id}"
    form = {"status": "rejected", "public_comment": "Tyvärr.", "version": action.version}
    refused = client.post(f"{address}/status", data=form)
    assert refused.status_code == 422 and "Skriv varför" in refused.text and "Tyvärr." in refused.text
    client.post(f"{address}/status", data=form | {"status_reason": "Marken är privat.", "version": ""})
    session.refresh(action)
    assert (action.status, action.status_reason) == ("rejected", "Marken är privat.")
    assert "Marken är privat." in client.get(address).text


def test_what_an_action_is_can_be_changed_but_not_over_a_colleague(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    action = make_action(session, walk)
    form = {"title": "Byt alla lampor", "kind": "investment", "priority": "low", "deadline": "2027-02-01", "version": 1}
    assert client.post(f"/staff/actions/{action.id}", data=form).status_code == 302
    session.refresh(action)
    assert (action.title, action.deadline, action.kind) == ("Byt alla lampor", date(2027, 2, 1), "investment")
    late = client.post(f"/staff/actions/{action.id}", data=form | {"title": "Mitt"})
    assert late.status_code == 409 and "Mitt" in late.text


def test_the_board_does_many_at_once_and_keeps_the_ticks_when_refused(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    party = tending.save_party(session, "Gatuenheten", "municipality", actor_id=None)
    one, two = make_action(session, walk), make_action(session, walk, title="Klipp buskarna")
    ids = [one.id, two.id]
    refused = client.post("/staff/actions", data={"do": "move", "to_status": "rejected", "ids": ids})
    assert refused.status_code == 422 and refused.text.count(" checked") == 2
    client.post("/staff/actions", data={"do": "assign", "to_party": party.id, "ids": ids})
    client.post("/staff/actions", data={"do": "move", "to_status": "planned", "ids": [two.id]})
    session.expire_all()
    assert (one.party_id, two.party_id, one.status, two.status) == (party.id, party.id, "proposed", "planned")
    page = client.get("/staff/actions?by=party&status=all").text
    assert "Gatuenheten" in page and "Klipp buskarna" in page
    assert client.get(f"/staff/actions?party={party.id}&status=planned").text.count('name="ids"') == 1
    assert client.post("/staff/actions", data={"do": "burn", "ids": ids}).status_code == 400


@pytest.mark.parametrize(
    "address", ["?status=x&walk=%00&party=-1&district=9999999999999&by=y", "?party=0&priority=acute"]
)
def test_an_address_that_makes_no_sense_shows_the_board(client: FlaskClient, walk: SafetyWalk, address: str) -> None:
    assert client.get(f"/staff/actions{address}").status_code == 200


def test_the_board_comes_as_files_and_as_a_picture(session: Session, client: FlaskClient, walk: SafetyWalk) -> None:
    make_action(session, walk, observation_ids=(observe(session, walk).id,))
    csv = client.get("/staff/actions.csv")
    assert csv.content_type == "text/csv; charset=utf-8" and "Byt lampor i tunneln" in csv.data.decode("utf-8-sig")
    assert client.get("/staff/actions.xlsx").data.startswith(b"PK")
    assert client.get("/staff/actions.png").data.startswith(b"\x89PNG")


def test_the_register_grows_and_refuses_doubles_and_broken_addresses(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    form = {"name": "Trafikverket", "owner_type": "state", "email": "tv@x.se", "is_active": "y"}
    client.post("/staff/actions/parties", data=form)
    party = session.scalars(select(ResponsibleParty)).one()
    assert (party.owner_type, party.email) == ("state", "tv@x.se")
    assert client.post("/staff/actions/parties", data=form).status_code == 409
    assert client.post("/staff/actions/parties", data=form | {"name": "X", "email": "fel"}).status_code == 422
    client.post(f"/staff/actions/parties/{party.id}", data=form | {"name": "Trafikverket Syd"})
    session.refresh(party)
    assert party.name == "Trafikverket Syd"
    assert "Trafikverket Syd" in client.get("/staff/actions/parties").text


def test_a_reader_sees_and_changes_nothing(session: Session, client: FlaskClient) -> None:
    walk = make_walk(session)
    action, one = make_action(session, walk), observe(session, walk)
    sign_in(client, session, Role.READER)
    page = client.get(f"/staff/actions/{action.id}").text
    assert "Byt lampor i tunneln" in page and "<textarea" not in page
    assert 'name="ids"' not in client.get(f"/staff/walks/{walk.slug}/observations").text
    for address in (
        "/staff/actions",
        f"/staff/actions/{action.id}/status",
        f"/staff/walks/{walk.slug}/observations/{one.id}",
        f"/staff/walks/{walk.slug}/observations/{one.id}/photos/x/hide",
    ):
        assert client.post(address, data={"do": "approve", "status": "done"}).status_code == 403


def test_an_observation_of_another_walk_is_not_reached_through_this_one(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    theirs = observe(session, make_walk(session, title="En annan"))
    assert client.get(f"/staff/walks/{walk.slug}/observations/{theirs.id}").status_code == 404
    assert client.post(f"/staff/walks/{walk.slug}/observations/{theirs.id}", data={"do": "approve"}).status_code == 404
    assert client.get(f"/staff/actions/{2**40}").status_code == 404


def test_a_photo_of_a_walk_is_blurred_and_hidden_where_it_is_looked_at(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    one, other = observe(session, walk), observe(session, walk, "En till.")
    add_photo(session, client.application.extensions["files"], one)
    add_photo(session, client.application.extensions["files"], other)
    recording.merge(session, walk, other, [one], actor_id=None)
    session.commit()
    page, of_both = (
        f"/staff/walks/{walk.slug}/observations/{one.id}",
        f"/staff/walks/{walk.slug}/observations/{other.id}",
    )
    assert f'href="{page}#foton"' in client.get(of_both).text, "a double's photos are blurred on its own page"

    def press(decision: str, **sent: str) -> str:
        address = re.search(rf'action="({page}/photos/[^"]*/{decision})"', client.get(page).text)
        assert address is not None, decision
        version = re.findall(r'name="version" value="(\d+)"', client.get(page).text)[0]
        return client.post(address[1], data=sent | {"version": version}, follow_redirects=True).text

    before = queries.list_observations(session, walk, also_merged=True)[0].photos[0].key
    assert "Markera en ruta i fotot" in press("blur")
    said = press("blur", left="0.1", top="0.1", right="0.5", bottom="0.5")
    assert "Fotot är suddat. Originalet finns kvar." in said and before not in said and "protokollet" not in said
    assert "Suddningen är borta." in press("unblur")
    found = queries.get_walk(session, walk.slug)
    found.status, found.published_at = "protocol_published", now()
    session.commit()
    assert "Publicera en ny version, så följer fotot med." in press("hide")
    assert "Dolt" in client.get(page).text
    key = session.scalars(select(Attachment.key).where(Attachment.is_hidden)).one()
    assert client.post(f"{of_both}/photos/{key}/show").status_code == 404, "of that observation alone"
