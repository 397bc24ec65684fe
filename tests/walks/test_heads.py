"""Who took part is counted by group; what cannot be read is told beside its field, and nothing typed is lost."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.walks import heads, queries
from mapdialog.walks.models import SafetyWalk
from tests.seeds import make_district_set
from tests.staffing import sign_in
from tests.walks.making import make_walk


def test_an_empty_total_is_the_largest_sum() -> None:
    read = heads.read(7, {"g7-gender-women": "8", "g7-gender-men": " 6 ", "g7-age-13-19": "3"})
    assert (read.head_count, read.wrong) == (14, {})
    assert heads.read(7, {}).head_count is None
    assert heads.read(7, {"g7-total": "20", "g7-gender-women": "8"}).head_count == 20


@pytest.mark.parametrize("typed", ["tre", "-1", "2,5", "1000", "٣", "9" * 12])
def test_what_is_no_number_of_people_is_named(typed: str) -> None:
    assert heads.read(7, {"g7-age-80+": typed}).wrong.keys() == {"g7-age-80+"}


@pytest.fixture
def walk(session: Session) -> SafetyWalk:
    make_district_set(session)
    made = make_walk(session)
    session.commit()
    return made


def typed(walk: SafetyWalk, **values: Any) -> dict[str, Any]:
    """As `first_gender_women=8` says: by group, dimension and band."""
    ids = {"first": walk.groups[0].id, "second": walk.groups[1].id}
    return {
        f"g{ids[group]}-{rest.replace('_', '-', 1)}": value
        for group, rest, value in ((*name.split("_", 1), value) for name, value in values.items())
    }


def test_numbers_are_stored_by_group_and_shown_with_their_sums(
    client: FlaskClient, session: Session, walk: SafetyWalk
) -> None:
    address, slug = f"/staff/walks/{walk.slug}/participants", walk.slug
    sent = typed(walk, first_total="14", first_gender_women="8", first_gender_men="6", second_role_resident="9")
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    page = client.post(address, data=sent, follow_redirects=True).text
    assert "Deltagarna är sparade." in page
    assert "<output data-all>23</output>" in page
    assert "Gruppen var större än 20" not in page
    session.expire_all()
    first, second = queries.get_walk(session, slug).groups
    assert (first.head_count, second.head_count) == (14, 9)
    assert {(one.dimension, one.band): one.count for one in first.heads} == {
        ("gender", "women"): 8,
        ("gender", "men"): 6,
    }


def test_nothing_is_stored_when_one_number_is_wrong_and_all_that_was_typed_stays(
    client: FlaskClient, session: Session, walk: SafetyWalk
) -> None:
    address, slug = f"/staff/walks/{walk.slug}/participants", walk.slug
    sent = typed(walk, first_total="4", first_gender_women="8", second_role_resident="några", second_total="9")
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    answer = client.post(address, data=sent)
    assert answer.status_code == 422
    assert "Summan 8 är fler än de 4 som gick med." in answer.text
    assert "Skriv antalet med siffror" in answer.text and 'value="några"' in answer.text
    session.expire_all()
    assert all(group.head_count is None for group in queries.get_walk(session, slug).groups)


def test_who_may_not_edit_walks_reads_and_cannot_write(client: FlaskClient, session: Session, walk: SafetyWalk) -> None:
    address = f"/staff/walks/{walk.slug}/participants"
    sign_in(client, session, Role.READER)
    assert "data-heads disabled" in client.get(address).text
    assert client.post(address, data={}).status_code == 403


def test_a_group_of_more_than_twenty_gets_a_word(client: FlaskClient, session: Session, walk: SafetyWalk) -> None:
    address, sent = f"/staff/walks/{walk.slug}/participants", typed(walk, first_total="26", second_total="20")
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    assert client.post(address, data=sent, follow_redirects=True).text.count("Gruppen var större än 20") == 1
