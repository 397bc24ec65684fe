"""Phones on a walk: what they send arrives once, nothing is overwritten unseen, and a code opens one walk only."""

import io
import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.contributions.models import Attachment, ContributionRevision, State
from mapdialog.contributions.queries import current_text
from mapdialog.core.clock import now
from mapdialog.notifications.models import OutgoingMail
from mapdialog.walks import recording_access
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.recording_models import WalkDevice, WalkRecordingRevision
from tests.staffing import sign_in
from tests.walks.making import make_walk

SECRET = "t" * 64
LONLAT = [13.1569, 55.3751]


def photo(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    return out.getvalue()


class Plan(NamedTuple):
    """What tests say of a walk between requests, each of which ends its session."""

    id: int
    slug: str
    group_id: int
    stop_id: int


def plan(session: Session, **values: Any) -> Plan:
    walk = make_walk(session, **values)
    made = Plan(walk.id, walk.slug, walk.groups[0].id, walk.stops[0].id)
    session.commit()
    return made


def code_for(session: Session, walk: Plan, role: str) -> str:
    made = recording_access.make_code(
        session, session.get_one(SafetyWalk, walk.id), role, secret_key=SECRET, at=now(), actor_id=None
    )
    return recording_access.words_of(SECRET, made)


@pytest.fixture
def walk(session: Session) -> Plan:
    return plan(session)


@pytest.fixture
def join(app: Flask, session: Session) -> Callable[..., FlaskClient]:
    """A phone that has joined the walk by a code of that role."""
    codes: dict[tuple[int, str], str] = {}

    def make(walk: Plan, role: str = "leader") -> FlaskClient:
        if (walk.id, role) not in codes:
            codes[walk.id, role] = code_for(session, walk, role)
        client = app.test_client()
        answer = client.post(f"/w/{codes[walk.id, role]}")
        assert answer.status_code == 303 and answer.location == f"/walks/{walk.slug}/record"
        return client

    return make


def body(walk: Plan, **values: Any) -> dict[str, Any]:
    return {
        "revision": 1,
        "observed_at": now().isoformat(),
        "group_id": walk.group_id,
        "category": "lighting",
        "polarity": "insecure",
        "severity": 2,
        "text": "Trasig lampa vid bänken",
        "light": "dark_unlit",
        "said_by": "resident",
        "point_source": "gps",
        "accuracy_m": 8.0,
        "place": {"type": "Point", "coordinates": LONLAT},
        "stop_id": None,
        "is_acute": False,
    } | values


def address(walk: Plan, one: uuid.UUID) -> str:
    return f"/api/v1/walks/{walk.slug}/observations/{one}"


def stored(session: Session, one: uuid.UUID) -> WalkObservation:
    session.expire_all()
    return session.scalars(select(WalkObservation).where(WalkObservation.client_id == one)).one()


def test_the_same_observation_sent_twice_is_one(session: Session, walk: Plan, join: Any) -> None:
    phone, one = join(walk), uuid.uuid4()
    first = phone.put(address(walk, one), json=body(walk))
    again = phone.put(address(walk, one), json=body(walk))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json["receipt"] == again.json["receipt"]
    assert stored(session, one).raw_text == "Trasig lampa vid bänken"
    assert session.scalar(select(func.count()).select_from(WalkObservation)) == 1


def test_a_later_revision_changes_it_and_keeps_the_first_words(session: Session, walk: Plan, join: Any) -> None:
    phone, one = join(walk), uuid.uuid4()
    phone.put(address(walk, one), json=body(walk))
    later = body(
        walk, revision=3, text="Två trasiga lampor", severity=3, place={"type": "Point", "coordinates": [13.16, 55.376]}
    )
    assert phone.put(address(walk, one), json=later).json["revision"] == 3
    late = phone.put(address(walk, one), json=body(walk, revision=2, text="En sen, äldre version"))
    assert late.json["revision"] == 3
    found = stored(session, one)
    assert (found.raw_text, current_text(session, found), found.severity) == (
        "Trasig lampa vid bänken",
        "Två trasiga lampor",
        3,
    )
    words = session.scalars(
        select(ContributionRevision.raw_text).where(ContributionRevision.contribution_id == found.id)
    )
    assert list(words) == ["Trasig lampa vid bänken", "Två trasiga lampor"]


def test_an_edit_that_meets_one_from_the_desk_is_kept_beside_it_and_shown(
    client: FlaskClient, session: Session, walk: Plan, join: Any
) -> None:
    phone, one = join(walk), uuid.uuid4()
    phone.put(address(walk, one), json=body(walk))
    found = stored(session, one)
    found.public_text, found.version = "Lampan vid bänken är trasig.", found.version + 1
    session.flush()
    answer = phone.put(address(walk, one), json=body(walk, revision=2, text="Lampan lyser igen"))
    assert answer.json["kept_aside"] == {"text": "Lampan vid bänken är trasig."}
    assert stored(session, one).public_text == "Lampan vid bänken är trasig."
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    page = client.get(f"/staff/walks/{walk.slug}/recording").text
    assert "Lampan lyser igen" in page and "Lampan vid bänken är trasig." in page
    done = client.post(f"/staff/walks/{walk.slug}/recording/kept/{found.id}/2", data={"action": "use"})
    assert done.status_code == 303
    assert stored(session, one).public_text == "Lampan lyser igen"
    assert session.scalars(select(WalkRecordingRevision.settled_at).where(WalkRecordingRevision.revision == 2)).one()


def test_taking_back_leaves_a_tombstone_that_a_later_revision_undoes(session: Session, walk: Plan, join: Any) -> None:
    phone, one = join(walk), uuid.uuid4()
    phone.put(address(walk, one), json=body(walk))
    assert phone.delete(address(walk, one)).json["state"] == "withdrawn"
    assert phone.delete(address(walk, one)).status_code == 200
    assert stored(session, one).state == State.WITHDRAWN
    assert phone.put(address(walk, one), json=body(walk, revision=2)).json["state"] == "pending"
    assert phone.delete(address(walk, uuid.uuid4())).json["state"] == "withdrawn"


@pytest.mark.parametrize("photo_first", [True, False], ids=["photo first", "observation first"])
def test_a_photo_is_attached_once_whichever_comes_first(
    session: Session, walk: Plan, join: Any, photo_first: bool
) -> None:
    phone, one, picture = join(walk), uuid.uuid4(), uuid.uuid4()

    def send_photo() -> int:
        return phone.put(f"{address(walk, one)}/photos/{picture}", data=photo(), content_type="image/jpeg").status_code

    def send_words() -> int:
        return phone.put(address(walk, one), json=body(walk)).status_code

    steps = [send_photo, send_words] if photo_first else [send_words, send_photo]
    assert [step() for step in steps] == [201, 201]
    assert (send_photo(), send_words()) == (200, 200)
    found = stored(session, one)
    attached = session.scalars(select(Attachment).where(Attachment.contribution_id == found.id)).all()
    assert [(str(one.client_id), one.width) for one in attached] == [(str(picture), 640)]
    assert found.photo_count == 1
    again = phone.put(address(walk, one), json=body(walk))
    assert again.json["photos"] == [str(picture)]
    phone.delete(f"{address(walk, one)}/photos/{picture}")
    assert session.scalars(select(Attachment.is_hidden)).one()


def test_a_phone_whose_clock_is_an_hour_slow_is_noticed(session: Session, walk: Plan, join: Any) -> None:
    phone, one = join(walk), uuid.uuid4()
    slow = now() - timedelta(hours=1)
    sent = body(walk, observed_at=(slow - timedelta(minutes=5)).isoformat())
    answer = phone.put(address(walk, one), json=sent, headers={"X-Sent-At": slow.isoformat()})
    found = stored(session, one)
    assert answer.json["clock_offset_s"] == found.clock_offset_s
    assert found.clock_offset_s == pytest.approx(3600, abs=5)
    assert (now() - found.submitted_at).total_seconds() == pytest.approx(300, abs=10)
    assert session.scalars(select(WalkDevice.clock_offset_s)).one() == pytest.approx(3600, abs=5)


def test_participants_are_marked_and_wait_for_the_coordinator(session: Session, walk: Plan, join: Any) -> None:
    phone, one = join(walk, "participant"), uuid.uuid4()
    assert phone.put(address(walk, one), json=body(walk)).json["state"] == "pending"
    assert stored(session, one).recorded_by == "participant"


def test_what_does_not_hold_is_told_by_field(walk: Plan, join: Any) -> None:
    phone = join(walk)
    answer = phone.put(address(walk, uuid.uuid4()), json=body(walk, category="finns-inte", severity=7, place=None))
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"
    assert {one["field"] for one in answer.json["errors"]} == {"category", "severity", "place"}


def test_a_participants_code_opens_that_walk_only_and_nothing_of_staff(session: Session, walk: Plan, join: Any) -> None:
    other = plan(session, title="En annan vandring")
    join(other)
    phone, one = join(walk, "participant"), uuid.uuid4()
    assert phone.get(f"/api/v1/walks/{walk.slug}/package").status_code == 200
    assert phone.get(f"/walks/{walk.slug}/record").status_code == 200
    assert phone.get(f"/api/v1/walks/{other.slug}/package").status_code == 403
    assert phone.put(address(other, one), json=body(other)).status_code == 403
    assert phone.put(f"{address(other, one)}/photos/{one}", data=photo(), content_type="image/jpeg").status_code == 403
    assert phone.delete(address(other, one)).status_code == 403
    assert phone.get(f"/walks/{other.slug}/record").status_code == 403
    for path in ("/staff/", f"/staff/walks/{walk.slug}/recording", "/staff/inbox"):
        assert phone.get(path).status_code == 302
    # The cookie of one walk under the name of another is no key either.
    value = phone.get_cookie(f"walk-{walk.slug}").value
    phone.set_cookie(f"walk-{other.slug}", value)
    assert phone.get(f"/api/v1/walks/{other.slug}/package").status_code == 403


def test_a_phone_changes_only_its_own(session: Session, walk: Plan, join: Any) -> None:
    mine, yours, one = join(walk), join(walk), uuid.uuid4()
    mine.put(address(walk, one), json=body(walk))
    assert yours.put(address(walk, one), json=body(walk, revision=2, text="Någon annans ord")).status_code == 403
    assert yours.delete(address(walk, one)).status_code == 403
    assert (
        yours.put(f"{address(walk, one)}/photos/{uuid.uuid4()}", data=photo(), content_type="image/jpeg").status_code
        == 403
    )
    assert current_text(session, stored(session, one)) == "Trasig lampa vid bänken"


def test_a_changed_code_shuts_out_who_joined_by_the_old_one(
    app: Flask, session: Session, walk: Plan, join: Any
) -> None:
    phone, one = join(walk), uuid.uuid4()
    phone.put(address(walk, one), json=body(walk))
    new = code_for(session, walk, "leader")
    assert phone.put(address(walk, one), json=body(walk, revision=2)).status_code == 403
    # With the new code it is the same phone again: what it recorded is still its own.
    phone.post(f"/w/{new.lower().replace('-', ' ')}")
    assert phone.put(address(walk, one), json=body(walk, revision=2)).status_code == 200
    recording_access.revoke(session, session.get_one(SafetyWalk, walk.id), "leader", at=now(), actor_id=None)
    assert app.test_client().post(f"/w/{new}").status_code == 404


def test_no_code_is_stored_that_a_copy_of_the_database_would_open(session: Session, walk: Plan) -> None:
    words = code_for(session, walk, "participant")
    kept = recording_access.list_open(session, session.get_one(SafetyWalk, walk.id))[0]
    assert words.replace("-", "").encode() not in kept.code_hash
    assert recording_access.find_code(session, "another secret" * 5, words) is None


def test_guessing_codes_is_stopped(session: Session, walk: Plan, limited: Callable[[str], Flask]) -> None:
    narrow = limited("100 per hour").test_client()
    answers = [narrow.get(f"/w/BBBBB-BBB{a}{b}").status_code for a in "BCDFGHJ" for b in "BCDFGH"]
    assert answers[:40] == [404] * 40 and set(answers[40:]) == {429}


def test_the_coordinator_makes_codes_that_phones_join_by(
    app: Flask, client: FlaskClient, session: Session, walk: Plan
) -> None:
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    page = f"/staff/walks/{walk.slug}/recording"
    assert client.post(f"{page}/codes", data={"role": "leader", "action": "new"}).status_code == 303
    shown = client.get(page).text
    words = shown.split('class="code-words">')[1].split("<")[0]
    assert "<svg" in shown and f"/w/{words}" in shown
    assert app.test_client().post(f"/w/{words}").status_code == 303
    assert 'value="close"' not in shown and "1 telefon stängs ute." in client.get(f"{page}?role=leader&ask=close").text
    client.post(f"{page}/codes", data={"role": "leader", "action": "close"})
    assert app.test_client().get(f"/w/{words}").status_code == 404


def test_the_package_has_what_a_phone_needs_without_a_network(walk: Plan, join: Any) -> None:
    made = join(walk).get(f"/api/v1/walks/{walk.slug}/package").json
    assert len(made["categories"]) == 21 and made["categories"][0]["label"] == "Belysning"
    assert [stop["seq"] for stop in made["stops"]] == [1, 2, 3] and made["stops"][2]["position"] is None
    assert made["route"]["type"] == "LineString" and made["role"] == "leader"
    west, south, east, north = made["box"]
    assert west < LONLAT[0] < east and south < LONLAT[1] < north


def test_the_walk_can_be_put_on_the_home_screen(walk: Plan, join: Any) -> None:
    phone = join(walk)
    made = phone.get(f"/walks/{walk.slug}/manifest.webmanifest")
    assert made.mimetype == "application/manifest+json"
    assert (made.json["start_url"], made.json["display"]) == (f"/walks/{walk.slug}/record", "standalone")
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in made.json["icons"]}


def test_leaving_forgets_the_phone(walk: Plan, join: Any) -> None:
    phone = join(walk)
    assert phone.delete(f"/api/v1/walks/{walk.slug}/device").status_code == 200
    assert phone.get(f"/walks/{walk.slug}/record").status_code == 403


def test_what_a_phone_kept_until_after_the_protocol_is_taken_and_waits_at_the_desk_marked(
    session: Session, walk: Plan, join: Any, client: FlaskClient
) -> None:
    phone, one = join(walk), uuid.uuid4()
    phone.put(address(walk, one), json=body(walk))
    found = session.get_one(SafetyWalk, walk.id)
    found.status, found.published_at = "protocol_published", now()
    session.commit()
    assert phone.put(address(walk, one), json=body(walk, revision=2, text="Bättre sagt")).status_code == 200
    late = uuid.uuid4()
    assert phone.put(address(walk, late), json=body(walk)).status_code == 201
    assert stored(session, late).state == State.PENDING and stored(session, one).state == State.PENDING
    sign_in(client, session)
    assert client.get(f"/staff/walks/{walk.slug}/observations").text.count("Kom efter protokollet") == 1


def test_an_acute_finding_is_reported_at_once_and_once(session: Session, walk: Plan, join: Any) -> None:
    phone, one = join(walk), uuid.uuid4()
    session.get_one(SafetyWalk, walk.id).contact = "Eva, 0410-12 34 56, eva@x.example"
    session.commit()
    phone.put(address(walk, one), json=body(walk))
    assert not session.scalars(select(OutgoingMail)).all()
    acute = body(walk, revision=2, is_acute=True, text="Öppen brunn", stop_id=walk.stop_id)
    for _ in range(2):
        assert phone.put(address(walk, one), json=acute).status_code == 200
    mail, led = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
    assert (mail.recipient, led.recipient, led.body_text) == (
        "kundtjanst@trelleborg.se",
        "eva@x.example",
        mail.body_text,
    )
    assert mail.subject == "AKUT på trygghetsvandring: Belysning"
    seen = stored(session, one)
    assert f"/staff/walks/{walk.slug}/observations/{seen.id}" in mail.body_text
    assert "55.37510, 13.15690" in mail.body_text and "mlat=55.37510&mlon=13.15690" in mail.body_text
    assert "Vid hållpunkt 1: Stationen" in mail.body_text and "Öppen brunn" in mail.body_text
    assert "Foton, om några togs" in mail.body_text and "inget nummer till kommunen" in mail.body_text


@pytest.mark.parametrize(
    ("clock", "observed"),
    [
        ("1970-01-01T00:10:00Z", "1970-01-01T00:05:00Z"),
        ("2099-12-31T23:00:00Z", "1970-01-01T00:00:00Z"),
        ("nonsens", None),
    ],
)
def test_no_clock_is_so_strange_that_an_observation_is_lost(
    session: Session, walk: Plan, join: Any, clock: str, observed: str | None
) -> None:
    phone, one = join(walk), uuid.uuid4()
    sent = body(walk, **({"observed_at": observed} if observed else {}))
    assert phone.put(address(walk, one), json=sent, headers={"X-Sent-At": clock}).status_code == 201
    assert stored(session, one).submitted_at


@pytest.mark.parametrize(
    "values",
    [
        {"text": "noll\x00tecken \ud800 och \u202e"},
        {"text": "å" * 4001},
        {"severity": True},
        {"severity": 10**30},
        {"accuracy_m": 1e308},
        {"place": {"type": "Point", "coordinates": ["x", None]}},
        {"place": [1, 2]},
        {"stop_id": "ett"},
        {"group_id": -1},
        {"observed_at": "igår"},
        {"revision": 0},
        {"category": ["lighting"]},
        {"light": {"a": 1}},
    ],
    ids=str,
)
def test_what_no_phone_of_ours_sends_is_kept_clean_or_refused_in_words(
    walk: Plan, join: Any, values: dict[str, Any]
) -> None:
    phone = join(walk)
    written = json.dumps(body(walk, **values))  # with escapes, as half a character can't be sent otherwise
    answer = phone.put(address(walk, uuid.uuid4()), data=written, content_type="application/json")
    assert answer.status_code in {201, 422}
    assert answer.status_code == 201 or answer.json["errors"]
