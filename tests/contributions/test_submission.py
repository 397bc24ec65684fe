"""Submitting: one row, one receipt, its districts, exactly once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import shapely
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from mapdialog.contributions.models import Comment, Contribution, ContributionDistrict
from mapdialog.contributions.submission import Accepted, NewContribution, edit_token, submit, token_hash
from mapdialog.core import events
from mapdialog.core.clock import local, now
from mapdialog.core.errors import Conflict
from mapdialog.districts.models import District
from mapdialog.geo.crs import transform_point
from tests.seeds import TRELLEBORG, make_dialogue, make_district_set

SECRET = "t" * 64


def new(category_id: int, **values: Any) -> NewContribution:
    values = {"client_id": uuid.uuid4(), "geometry": shapely.Point(TRELLEBORG), "text": "Mörkt vid bron"} | values
    return NewContribution(category_id=category_id, **values)


def send(session: Session, dialogue_id: int, one: NewContribution) -> Accepted:
    return submit(session, dialogue_id, one, secret_key=SECRET, receipt_prefix="TRE")


def test_a_contribution_gets_a_row_a_kind_a_place_and_a_receipt(session: Session) -> None:
    dialogue = make_dialogue(session)
    accepted = send(session, dialogue.id, new(dialogue.categories[0].id, mood=-1))
    assert accepted.created
    assert accepted.receipt.startswith(f"TRE-{local(now()):%y}-")
    assert len(accepted.receipt.rsplit("-", 1)[1]) == 6
    row = session.get_one(Contribution, accepted.contribution_id)
    assert isinstance(row, Comment)
    assert (row.mood, row.raw_text, row.public_text, row.state) == (-1, "Mörkt vid bron", None, "pending")
    lon, lat = transform_point(*TRELLEBORG, 3006, 4326)
    assert (row.lon_e6, row.lat_e6) == (round(lon * 1e6), round(lat * 1e6))
    assert row.edit_token_hash == token_hash(accepted.edit_token)
    assert accepted.edit_token.encode() not in (row.edit_token_hash or b"")


def test_an_approved_one_is_public_at_once(session: Session) -> None:
    dialogue = make_dialogue(session)
    accepted = send(session, dialogue.id, new(dialogue.categories[0].id, state="approved"))
    assert session.get_one(Contribution, accepted.contribution_id).public_text == "Mörkt vid bron"


def test_the_same_again_gives_the_same_receipt_and_token_and_no_second_row(session: Session) -> None:
    dialogue = make_dialogue(session)
    one = new(dialogue.categories[0].id)
    first, second = (send(session, dialogue.id, one) for _ in range(2))
    assert (first.created, second.created) == (True, False)
    assert (first.receipt, first.edit_token, first.contribution_id) == (
        second.receipt,
        second.edit_token,
        second.contribution_id,
    )
    assert session.query(Contribution).filter_by(client_id=one.client_id).count() == 1


def test_a_resend_takes_no_receipt_number(session: Session) -> None:
    dialogue = make_dialogue(session)
    one = new(dialogue.categories[0].id)
    first = send(session, dialogue.id, one)
    send(session, dialogue.id, one)
    after = send(session, dialogue.id, new(dialogue.categories[0].id))
    assert int(after.receipt[-6:]) == int(first.receipt[-6:]) + 1


def test_the_same_client_id_in_another_dialogue_is_a_conflict(session: Session) -> None:
    one, other = make_dialogue(session), make_dialogue(session, "annan")
    sent = new(one.categories[0].id)
    send(session, one.id, sent)
    with pytest.raises(Conflict):
        send(session, other.id, sent)


def test_only_a_new_one_is_announced(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[dict[str, Any]] = []
    monkeypatch.setitem(
        events._listeners, "contribution_received", [(lambda _session, **news: heard.append(news), lambda **_: True)]
    )
    dialogue = make_dialogue(session)
    one = new(dialogue.categories[0].id, contact_email="a@b.se")
    accepted = send(session, dialogue.id, one)
    send(session, dialogue.id, one)
    assert heard == [{"dialogue_id": dialogue.id, "new": one, "accepted": accepted}]


def test_it_is_linked_to_its_district_in_every_set(session: Session) -> None:
    first, second = make_district_set(session), make_district_set(session, "andra", is_default=False)
    dialogue = make_dialogue(session)
    east, north = TRELLEBORG
    accepted = send(
        session,
        dialogue.id,
        new(dialogue.categories[0].id, geometry=shapely.Point(east - 500, north + 500), state="approved"),
    )
    links = session.query(ContributionDistrict).filter_by(contribution_id=accepted.contribution_id).all()
    assert {link.district_set_id for link in links} == {first.id, second.id}
    assert {session.get_one(District, link.district_id).code for link in links} == {"C"}
    assert all(link.is_public and link.category_id == dialogue.categories[0].id for link in links)


def test_on_a_border_the_lowest_code_wins(session: Session) -> None:
    make_district_set(session)
    dialogue = make_dialogue(session)
    for _ in range(5):
        accepted = send(session, dialogue.id, new(dialogue.categories[0].id))
        link = session.query(ContributionDistrict).filter_by(contribution_id=accepted.contribution_id).one()
        assert session.get_one(District, link.district_id).code == "A"


def test_a_place_outside_every_district_is_accepted_without_links(session: Session) -> None:
    make_district_set(session)
    dialogue = make_dialogue(session)
    accepted = send(session, dialogue.id, new(dialogue.categories[0].id, geometry=shapely.Point(700_000, 7_000_000)))
    assert session.query(ContributionDistrict).filter_by(contribution_id=accepted.contribution_id).count() == 0


def test_a_line_and_an_area_are_anchored_on_themselves(session: Session) -> None:
    from geoalchemy2.shape import to_shape

    dialogue = make_dialogue(session)
    east, north = TRELLEBORG
    line = shapely.LineString([(east, north), (east + 100, north), (east + 100, north + 300)])
    area = shapely.Polygon([(east, north), (east + 100, north), (east, north + 100)])
    for shape in (line, area, shapely.to_wkb(area)):
        accepted = send(session, dialogue.id, new(dialogue.categories[0].id, geometry=shape))
        row = session.get_one(Contribution, accepted.contribution_id)
        assert to_shape(row.geom).distance(to_shape(row.anchor)) < 1e-6


def test_the_token_belongs_to_the_client_id_and_the_secret() -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    assert edit_token(SECRET, one) == edit_token(SECRET, one)
    assert len({edit_token(SECRET, one), edit_token(SECRET, other), edit_token("u" * 64, one)}) == 3


def test_two_sent_at_the_same_moment_become_one(engine: Engine) -> None:
    with Session(engine) as session:
        dialogue = make_dialogue(session, f"samtidigt-{uuid.uuid4().hex[:8]}")
        session.commit()
        dialogue_id, category_ids = dialogue.id, [category.id for category in dialogue.categories]
    sent = [new(category_ids[0]) for _ in range(20)]

    def run(one: NewContribution) -> Accepted:
        with Session(engine) as session:
            accepted = send(session, dialogue_id, one)
            session.commit()
            return accepted

    try:
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(run, [one for one in sent for _ in range(4)]))
        assert sum(answer.created for answer in answers) == 20
        assert len({answer.receipt for answer in answers}) == 20
    finally:
        with engine.begin() as connection:
            for statement in (
                "delete from contribution where dialogue_id = :id",
                "delete from dialogue where id = :id",
            ):
                connection.execute(text(statement), {"id": dialogue_id})
