"""What a citizen sends is taken once, or refused with every complaint beside its field."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.contributions import rules
from mapdialog.contributions.models import AbuseReport, Comment, Contribution, State
from mapdialog.contributions.receiving import receive
from mapdialog.contributions.terms import Terms, get_terms
from mapdialog.core import clock
from mapdialog.core.errors import Closed, Conflict, Invalid, NotFound
from mapdialog.dialogues.models import Dialogue
from tests.contributions.conftest import POINT, Send, make_dialogue


def sent(**fields: Any) -> dict[str, Any]:
    return {"client_id": str(uuid.uuid4()), "category": "light", "text": "Mörkt."} | fields


def complaints(session: Session, config: Config, dialogue: Dialogue, place: Any = None, **fields: Any) -> set[str]:
    with pytest.raises(Invalid) as caught:
        receive(session, dialogue.slug, sent(**fields), place or POINT, config)
    return set(caught.value.fields)


def test_all_complaints_come_at_once_each_beside_its_field(
    session: Session, config: Config, dialogue: Dialogue
) -> None:
    found = complaints(
        session,
        config,
        dialogue,
        {"type": "Point", "coordinates": [18.0, 59.3]},
        client_id="x",
        text="  ",
        category="nej",
        mood=7,
        contact_email="fel",
        contact_name="x" * 200,
        accuracy_m="långt",
        submitted_at="i går",
        website="http://spam.example",
    )
    assert found == {
        "client_id",
        "text",
        "category",
        "mood",
        "contact_email",
        "contact_name",
        "accuracy_m",
        "geometry",
        "submitted_at",
        "website",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", None),
        ("text", 7),
        ("text", ["a"]),
        ("text", "\u200b\ufeff "),
        ("text", "a" * 10_001),
        ("category", ""),
        ("category", "closed"),
        ("category", ["light"]),
        ("mood", True),
        ("mood", 1.5),
        ("mood", "3"),
        ("mood", {}),
        ("contact_email", "a@b"),
        ("contact_email", "a@b.se\nBcc: c@d.se"),
        ("contact_email", 5),
        ("client_id", None),
        ("accuracy_m", -1),
        ("accuracy_m", float("nan")),
        ("accuracy_m", [1]),
        ("submitted_at", 5),
        ("place_label", 9),
    ],
)
def test_each_field_is_refused_for_its_own_reason(
    session: Session, config: Config, dialogue: Dialogue, field: str, value: Any
) -> None:
    assert complaints(session, config, dialogue, **{field: value}) == {field}


@pytest.mark.parametrize(
    "place",
    [
        None,
        5,
        [],
        {},
        {"type": "Point"},
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": [200, 55]},
        {"type": "MultiPoint", "coordinates": [[13.15, 55.37]]},
        {"type": "Point", "coordinates": ["13.1", 55.3]},
        {"type": "LineString", "coordinates": [[13.15, 55.37]]},
        {"type": "Polygon", "coordinates": [[[13.1, 55.3]]]},
    ],
)
def test_a_place_that_is_none_is_refused(session: Session, config: Config, dialogue: Dialogue, place: Any) -> None:
    with pytest.raises(Invalid) as caught:
        receive(session, dialogue.slug, sent(), place, config)
    assert set(caught.value.fields) == {"geometry"}


def test_lines_and_areas_are_taken_only_where_the_dialogue_allows_them(session: Session, config: Config) -> None:
    line = {"type": "LineString", "coordinates": [[13.15, 55.37], [13.16, 55.38]]}
    area = {"type": "Polygon", "coordinates": [[[13.15, 55.37], [13.16, 55.37], [13.16, 55.38], [13.15, 55.37]]]}
    strict = make_dialogue(session, allows_lines=False, allows_areas=False)
    free = make_dialogue(session)
    for place in (line, area):
        assert complaints(session, config, strict, place) == {"geometry"}
        assert receive(session, free.slug, sent(), place, config).created


def test_without_an_area_any_place_on_earth_will_do(session: Session, config: Config) -> None:
    anywhere = make_dialogue(session, area=None)
    for lon, lat in ((-71.06, 42.36), (151.2, -33.9), (0, 0), (-179.9, 10), (18, 89.9)):
        place = {"type": "Point", "coordinates": [lon, lat]}
        accepted = receive(session, anywhere.slug, sent(), place, config)
        session.expire_all()
        kept = session.get(Contribution, accepted.contribution_id)
        assert kept is not None and abs(kept.lon_e6 / 1e6 - lon) < 2e-6 and abs(kept.lat_e6 / 1e6 - lat) < 2e-6


def test_the_same_client_id_gives_the_same_receipt_and_one_row(
    session: Session, config: Config, dialogue: Dialogue
) -> None:
    values = sent()
    first = receive(session, dialogue.slug, values, POINT, config)
    again = receive(session, dialogue.slug, values | {"text": "annat"}, POINT, config)
    assert (again.receipt, again.edit_token, again.created) == (first.receipt, first.edit_token, False)
    assert session.scalar(select(func.count()).select_from(Comment)) == 1
    with pytest.raises(Conflict):
        receive(session, make_dialogue(session).slug, values, POINT, config)


def test_a_lost_answer_is_given_again_even_after_the_phase_closed(
    session: Session, config: Config, dialogue: Dialogue
) -> None:
    values = sent()
    first = receive(session, dialogue.slug, values, POINT, config)
    dialogue.phases[0].closes_at = clock.now() - timedelta(hours=1)
    session.flush()
    assert receive(session, dialogue.slug, values, POINT, config).receipt == first.receipt
    with pytest.raises(Closed):
        receive(session, dialogue.slug, sent(), POINT, config)


def test_what_is_not_open_takes_nothing(session: Session, config: Config) -> None:
    for closed in (make_dialogue(session, level="information"), make_dialogue(session)):
        if closed.level != "information":
            closed.phases[0].accepts_contributions = False
        session.flush()
        with pytest.raises(Closed):
            receive(session, closed.slug, sent(), POINT, config)
    draft = make_dialogue(session, published_at=None)
    for slug in (draft.slug, "finns-inte"):
        with pytest.raises(NotFound):
            receive(session, slug, sent(), POINT, config)


def test_staff_read_first_where_the_dialogue_says_so(dialogue: Dialogue, open_dialogue: Dialogue, send: Send) -> None:
    assert (send(dialogue).state, send(dialogue).public_text) == (State.PENDING, None)
    shown = send(open_dialogue, "Fint.")
    assert (shown.state, shown.public_text) == (State.APPROVED, "Fint.")


def test_a_personal_number_waits_for_staff_also_where_they_read_afterwards(open_dialogue: Dialogue, send: Send) -> None:
    assert send(open_dialogue, "Grannen 640823-3234 kör för fort").state == State.PENDING


def test_what_was_said_is_kept_word_for_word(dialogue: Dialogue, send: Send) -> None:
    kept = send(
        dialogue,
        "  Rad ett\r\n\r\nRad två <b>  ",
        mood=-2,
        contact_email="Bo@Exempel.SE",
        contact_name=" Bo  Ek ",
        accuracy_m=12.5,
        place_label="Algatan",
        place_source="gps",
        shows_name=True,
        language="en",
    )
    assert isinstance(kept, Comment)
    assert (kept.raw_text, kept.mood, kept.contact_email, kept.contact_name) == (
        "Rad ett\n\nRad två <b>",
        -2,
        "Bo@exempel.se",
        "Bo Ek",
    )
    assert (kept.accuracy_m, kept.place_label, kept.place_source, kept.shows_name) == (12.5, "Algatan", "gps", True)


def test_a_phone_with_a_wrong_clock_cannot_send_from_the_future(dialogue: Dialogue, send: Send) -> None:
    now = clock.now()
    assert send(dialogue, submitted_at=(now + timedelta(days=9)).isoformat()).submitted_at <= clock.now()
    assert send(dialogue, submitted_at="1999-01-01T00:00:00Z").submitted_at > now - timedelta(days=61)
    assert send(dialogue, submitted_at=(now - timedelta(hours=2)).isoformat()).submitted_at == now - timedelta(hours=2)


def test_a_flood_is_noted_for_staff_and_not_stopped(session: Session, config: Config, dialogue: Dialogue) -> None:
    accepted = receive(session, dialogue.slug, sent(), POINT, config, is_flood=True)
    assert accepted.created
    assert session.scalars(select(AbuseReport.reason)).all() == ["flood"]


def test_a_changed_area_is_heeded_at_once(session: Session, config: Config, dialogue: Dialogue) -> None:
    assert get_terms(session, dialogue.slug, clock.now()).area is not None
    far = make_dialogue(session)
    dialogue.area = far.area
    session.flush()
    assert receive(session, dialogue.slug, sent(), POINT, config).created
    dialogue.area = None
    session.flush()
    assert get_terms(session, dialogue.slug, clock.now()).area is None


TERMS = Terms(1, "x", True, True, True, True, True, True, True, {"light": 1})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    ),
    st.sampled_from(
        [
            "client_id",
            "text",
            "category",
            "mood",
            "contact_email",
            "contact_name",
            "shows_name",
            "language",
            "place_source",
            "place_label",
            "accuracy_m",
            "submitted_at",
            "website",
        ]
    ),
)
def test_anything_at_all_in_a_field_is_taken_or_refused_but_never_breaks(value: Any, field: str) -> None:
    try:
        new = rules.check_new(sent(**{field: value}), POINT, TERMS, clock.now())
    except Invalid as error:
        assert set(error.fields) == {field}
    else:
        assert 1 <= len(new.text) <= rules.TEXT_MAX
