"""The action board: what is asked for, in which order, where it lies; and many actions at once."""

import re
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.districts.models import District
from mapdialog.walks import action_rows, actions_many, board, tending
from mapdialog.walks.board import Wanted
from mapdialog.walks.findings import WalkAction
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.tending import ActionDraft
from tests.seeds import make_district_set
from tests.staffing import sign_in
from tests.walks.making import make_walk, observe

TODAY = date(2026, 11, 26)


@pytest.fixture
def walk(session: Session) -> SafetyWalk:
    make_district_set(session)
    return make_walk(session)


def make_action(
    session: Session, walk: SafetyWalk, title: str = "Byt lampor", deadline: date | None = None, **values: object
) -> WalkAction:
    draft = ActionDraft(title, **values)  # type: ignore[arg-type]
    made = tending.create_action(session, walk, draft, today=TODAY, actor_id=None)
    made.deadline = deadline or made.deadline  # also such as have gone by since
    session.flush()
    return made


def titles(session: Session, **wanted: object) -> list[str]:
    return [one.title for one in board.list_board(session, Wanted(**wanted), TODAY)]  # type: ignore[arg-type]


def test_what_is_overdue_comes_first_and_what_is_closed_last(session: Session, walk: SafetyWalk) -> None:
    make_action(session, walk, "senare", deadline=TODAY + timedelta(days=9))
    done = make_action(session, walk, "klar", deadline=TODAY - timedelta(days=90))
    make_action(session, walk, "i dag, akut", deadline=TODAY, priority="acute")
    make_action(session, walk, "försenad", deadline=TODAY - timedelta(days=1))
    make_action(session, walk, "i dag", deadline=TODAY)
    tending.move(session, done, "done", today=TODAY, version=None, actor_id=None)
    assert titles(session, status="all") == ["försenad", "i dag, akut", "i dag", "senare", "klar"]
    assert titles(session) == ["försenad", "i dag, akut", "i dag", "senare"]
    assert titles(session, status="overdue") == ["försenad"]
    assert titles(session, status="done") == ["klar"]
    counts = board.count_board(session, Wanted("done"), TODAY)
    assert (counts["all"], counts["open"], counts["overdue"], counts["done"], counts["proposed"]) == (5, 4, 1, 1, 4)


def test_the_board_is_narrowed_by_walk_priority_party_and_district(session: Session, walk: SafetyWalk) -> None:
    other = make_walk(session, title="En annan")
    party = tending.save_party(session, "Gatuenheten", "municipality", actor_id=None)
    seen = observe(session, walk)  # in square D, the north-eastern one
    make_action(session, walk, "vår", observation_ids=(seen.id,), priority="high")
    make_action(session, other, "deras", party_id=party.id)
    assert titles(session, walk=walk.slug) == ["vår"]
    assert titles(session, priority="high") == ["vår"]
    assert titles(session, party_id=party.id) == ["deras"]
    assert titles(session, party_id=board.NOBODY) == ["vår"]
    by_code = {one.code: one.id for one in session.scalars(select(District))}
    assert titles(session, district_id=by_code["D"]) == ["vår"]
    assert titles(session, district_id=by_code["A"]) == []


def test_an_action_lies_in_the_middle_of_its_observations_and_without_any_nowhere(
    session: Session, walk: SafetyWalk
) -> None:
    one, two = observe(session, walk), observe(session, walk)
    placed, bare = make_action(session, walk, observation_ids=(one.id, two.id)), make_action(session, walk)
    (place,) = board.list_places(session, [placed.id, bare.id])
    assert place.action_id == placed.id
    assert place.lon == pytest.approx(one.lon_e6 / 1e6) and place.lat == pytest.approx(one.lat_e6 / 1e6)


def test_each_observation_becomes_an_action_of_its_own(session: Session, walk: SafetyWalk) -> None:
    ordinary = observe(session, walk, stop_id=walk.stops[0].id)
    acute = observe(session, walk, "Öppen brunn " * 30, is_acute=True)
    made = actions_many.make_one_each(session, walk, [ordinary, acute], today=TODAY, actor_id=None)
    assert made[0].title == "Belysning: Två lampor är släckta."
    assert len(made[1].title) < 140 and made[1].title.endswith("…")
    assert [one.priority for one in made] == ["normal", "acute"]
    assert [one.deadline for one in made] == [date(2027, 5, 26), date(2026, 11, 27)], "what is acute does not wait"
    assert made[0].where_text == "Stationen" and made[0].observations == [ordinary]
    with pytest.raises(Invalid):
        actions_many.make_one_each(session, walk, [], today=TODAY, actor_id=None)


def test_many_are_given_to_one_party_whose_kind_of_owner_they_take(session: Session, walk: SafetyWalk) -> None:
    party = tending.save_party(session, "Trelleborgs Energi", "municipal_company", actor_id=None)
    two = [make_action(session, walk), make_action(session, walk)]
    actions_many.assign_many(session, two, party.id, actor_id=None)
    assert {(one.party_id, one.owner_type) for one in two} == {(party.id, "municipal_company")}
    party.is_active = False
    session.flush()
    with pytest.raises(Invalid) as raised:
        actions_many.assign_many(session, two, party.id, actor_id=None)
    assert raised.value.field == "party"


def test_many_are_moved_and_those_that_cannot_follow_stay(session: Session, walk: SafetyWalk) -> None:
    open_one, done = make_action(session, walk, "öppen"), make_action(session, walk, "klar")
    tending.move(session, done, "done", today=TODAY, version=None, actor_id=None)
    outcome = actions_many.move_many(session, [open_one, done], "planned", today=TODAY, reason="I vår.", actor_id=None)
    assert [one.title for one in outcome.done] == ["öppen"] and [one.title for one in outcome.left] == ["klar"]
    assert done.status == "done" and open_one.log[-1].public_comment == "I vår." and open_one.status_reason == ""
    with pytest.raises(Invalid) as raised:
        actions_many.move_many(session, [open_one], "rejected", today=TODAY, reason=" ", actor_id=None)
    assert raised.value.field == "status_reason"
    with pytest.raises(Invalid):
        actions_many.move_many(session, [], "planned", today=TODAY, actor_id=None)


def test_a_party_is_renamed_closed_and_never_doubled(session: Session) -> None:
    gata = tending.save_party(session, "Gata", "municipality", actor_id=None)
    tending.save_party(session, "Park", "municipality", actor_id=None)
    actions_many.change_party(
        session, gata, "Gatuenheten", "state", email="gata@x.se", phone="", is_active=False, actor_id=None
    )
    assert (gata.name, gata.owner_type, gata.email, gata.is_active) == ("Gatuenheten", "state", "gata@x.se", False)
    with pytest.raises(Conflict):
        actions_many.change_party(session, gata, "Park", "state", email="", phone="", is_active=True, actor_id=None)


@pytest.mark.parametrize("text", ["gata", "gata@", "a b@x.se", "a@x", "a@x.se, b@x.se", "<a@x.se>"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        actions_many.check_email(text)


def test_the_board_as_a_file_runs_nothing(session: Session, walk: SafetyWalk, tmp_path: Path) -> None:
    make_action(session, walk, "=cmd|'/c calc'!A0", deadline=TODAY - timedelta(days=1))
    listed = board.list_board(session, Wanted(), TODAY)
    action_rows.write(tmp_path / "a.csv", "csv", listed, TODAY, str)
    lines = (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()
    assert (
        lines[0].startswith("Nummer;Vandring;Åtgärd;")
        and ";'=cmd|" in lines[1]
        and ";2026-11-25;Föreslagen;Ja;" in lines[1]
    )
    action_rows.write(tmp_path / "a.xlsx", "xlsx", listed, TODAY, str)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_the_board_is_turned_page_by_page_and_the_file_has_all(
    client: FlaskClient, session: Session, walk: SafetyWalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "ON_A_PAGE", 3)
    party = tending.save_party(session, "Gatuenheten", "municipality", actor_id=None)
    for number in range(7):
        deadline = TODAY + timedelta(days=100 + number)
        make_action(session, walk, f"åtgärd {number}", deadline=deadline, party_id=party.id if number > 4 else None)
    session.commit()
    sign_in(client, session, Role.SAFETY_COORDINATOR)

    def shown(query: str) -> list[int]:
        page = client.get(f"/staff/actions?{query}").text
        return [number for number in range(7) if re.search(rf'<th scope="row">.*åtgärd {number}', page)]

    assert [shown(f"page={page}") for page in (1, 2, 3)] == [[0, 1, 2], [3, 4, 5], [6]]
    assert shown("page=99") == [6] and shown("page=x") == [0, 1, 2]
    assert shown("by=party&page=1") == [0, 5, 6], "groups go on from page to page"
    assert "page=3" in client.get("/staff/actions?by=party&page=2").text
    assert client.get("/staff/actions.csv").text.count("åtgärd ") == 7
