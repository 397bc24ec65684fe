"""Walks and their plans in the database: what is stored, what is refused, and what the database itself keeps."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mapdialog.core.errors import Conflict, Invalid
from mapdialog.dialogues import queries as dialogues
from mapdialog.dialogues.models import Dialogue, Kind
from mapdialog.geo.geometry import from_element
from mapdialog.walks import actions, checklists, queries
from mapdialog.walks.drafts import GroupDraft, StopDraft
from mapdialog.walks.models import ChecklistItem, SafetyWalk
from mapdialog.walks.routes import told_m
from tests.walks.making import EVENING, ROUTE, make_walk, observe, walk_draft


def test_a_walk_is_stored_with_its_route_stops_groups_and_twenty_one_categories(session: Session) -> None:
    make_walk(session)
    walk = queries.get_walk(session, "trygghetsvandring-i-ostervang")
    assert from_element(walk.route).equals(ROUTE)  # type: ignore[arg-type]
    names = ["Stationen", "Tunneln under Hedvägen", "Skolan"]
    assert [(stop.seq, stop.name) for stop in walk.stops] == list(enumerate(names, start=1))
    assert [group.name for group in walk.groups] == ["Grupp 1", "Grupp 2"]
    assert [item.key for item in walk.checklist.items][:2] == ["lighting", "visibility_vegetation"]
    assert len(walk.checklist.items) == len(walk.dialogue.categories) == 21


@pytest.mark.parametrize(("length_m", "told"), [(0.0, 0), (12.4, 12), (19.6, 20), (587.3, 590), (1234.0, 1230)])
def test_a_length_is_told_alike_everywhere(length_m: float, told: int) -> None:
    assert told_m(length_m) == told


def test_two_walks_of_one_title_have_addresses_of_their_own_and_share_the_checklist(session: Session) -> None:
    one, two = make_walk(session), make_walk(session)
    assert (one.slug, two.slug) == ("trygghetsvandring-i-ostervang", "trygghetsvandring-i-ostervang-2")
    assert one.checklist_version_id == two.checklist_version_id


def test_a_walk_without_groups_gets_one(session: Session) -> None:
    assert [group.name for group in make_walk(session, groups=()).groups] == ["Grupp 1"]


def test_the_vessel_of_a_walk_is_no_dialogue_to_anybody(session: Session) -> None:
    walk = make_walk(session)
    vessel = walk.dialogue
    assert vessel.kind == Kind.WALK
    assert dialogues.find_dialogue(session, vessel.slug) is None
    assert dialogues.list_all(session) == dialogues.list_names(session) == []


def test_the_database_never_publishes_a_vessel(session: Session) -> None:
    walk = make_walk(session)
    with pytest.raises(IntegrityError, match="only_dialogues_are_published"), session.begin_nested():
        session.execute(
            text("update dialogue set published_at = now(), influence_text = 'x', use_text = 'x' where id = :id"),
            {"id": walk.dialogue_id},
        )


def test_a_walk_needs_a_vessel_of_its_own(session: Session) -> None:
    walk = make_walk(session)
    dialogue = Dialogue(slug="vanlig", title="Vanlig")
    session.add(dialogue)
    session.flush()
    with pytest.raises(IntegrityError, match="dialogue of kind walk"), session.begin_nested():
        session.execute(text("update safety_walk set dialogue_id = :d where id = :w"), {"d": dialogue.id, "w": walk.id})


def test_every_field_that_does_not_hold_is_told_at_once(session: Session) -> None:
    draft = walk_draft(
        title=" ",
        ends_at=EVENING - timedelta(hours=1),
        pre_meeting_at=EVENING + timedelta(days=1),
        follow_up_at=EVENING - timedelta(days=1),
        light="moonlight",
        stops=(StopDraft(" "),),
        groups=(GroupDraft("A"), GroupDraft("a")),
    )
    with pytest.raises(Invalid) as raised:
        actions.create_walk(session, draft, actor_id=None)
    assert set(raised.value.fields) == {
        "title",
        "ends_at",
        "pre_meeting_at",
        "follow_up_at",
        "light",
        "stops",
        "groups",
    }


def test_stops_change_places_and_keep_their_names(session: Session) -> None:
    walk = make_walk(session)
    first, second, third = (StopDraft(stop.name, stop.questions, None, stop.id) for stop in walk.stops)
    actions.update_walk(
        session,
        walk,
        walk_draft(stops=(third, replace(first, name="Tåget"), StopDraft("Ny"))),
        version=walk.version,
        actor_id=None,
    )
    assert [stop.name for stop in walk.stops] == ["Skolan", "Tåget", "Ny"]
    assert [stop.id for stop in walk.stops][:2] == [third.id, first.id]
    assert second.id not in {stop.id for stop in walk.stops}


def test_groups_may_change_names_with_each_other(session: Session) -> None:
    walk = make_walk(session)
    one, two = walk.groups
    swapped = (GroupDraft("Grupp 2", id=one.id), GroupDraft("Grupp 1", id=two.id))
    actions.update_walk(session, walk, walk_draft(groups=swapped), version=None, actor_id=None)
    assert [(group.id, group.name) for group in walk.groups] == [(one.id, "Grupp 2"), (two.id, "Grupp 1")]


def test_a_stop_or_group_where_something_was_seen_is_not_removed(session: Session) -> None:
    walk = make_walk(session)
    observe(session, walk, stop_id=walk.stops[0].id)
    with pytest.raises(Invalid) as raised:
        actions.update_walk(session, walk, walk_draft(stops=()), version=None, actor_id=None)
    assert raised.value.field == "stops"
    kept = tuple(StopDraft(stop.name, id=stop.id) for stop in walk.stops)
    with pytest.raises(Invalid) as raised:
        actions.update_walk(
            session, walk, walk_draft(stops=kept, groups=(GroupDraft("Ny"),)), version=None, actor_id=None
        )
    assert raised.value.field == "groups"


def test_two_who_edit_the_same_walk_do_not_overwrite_each_other(session: Session) -> None:
    walk = make_walk(session)
    seen = walk.version
    actions.update_walk(session, walk, walk_draft(stops=(), groups=()), version=seen, actor_id=None)
    with pytest.raises(Conflict):
        actions.update_walk(session, walk, walk_draft(stops=(), groups=()), version=seen, actor_id=None)


def test_publishing_the_protocol_opens_the_walk_and_going_back_closes_it(session: Session) -> None:
    walk = make_walk(session)
    late = EVENING + timedelta(days=1)
    for step in ("invited", "performed", "protocol_draft"):
        actions.take_step(session, walk, step, version=None, actor_id=None, at=late)
        assert walk.published_at is None
    actions.take_step(session, walk, "protocol_published", version=None, actor_id=None, at=late)
    assert walk.published_at == late
    actions.take_step(session, walk, "protocol_draft", version=None, actor_id=None, at=late)
    assert walk.published_at is None


def test_a_step_that_lacks_something_says_what(session: Session) -> None:
    walk = make_walk(session, invitation_text="")
    with pytest.raises(Invalid, match="Skriv en inbjudan"):
        actions.take_step(session, walk, "invited", version=None, actor_id=None, at=EVENING)


def test_the_database_opens_no_walk_before_its_protocol(session: Session) -> None:
    walk = make_walk(session)
    with pytest.raises(IntegrityError, match="published_from_its_protocol_on"), session.begin_nested():
        session.execute(text("update safety_walk set published_at = now() where id = :id"), {"id": walk.id})


def test_heads_are_kept_as_numbers_and_replaced_as_a_whole(session: Session) -> None:
    group = make_walk(session).groups[1]
    actions.count_heads(session, group, {("gender", "women"): 8, ("age", "80+"): 2}, head_count=14, actor_id=None)
    actions.count_heads(session, group, {("gender", "women"): 9, ("role", "police"): 0}, head_count=14, actor_id=None)
    assert [(one.dimension, one.band, one.count) for one in group.heads] == [("gender", "women", 9)]
    with pytest.raises(IntegrityError, match="band"), session.begin_nested():
        session.execute(text("insert into walk_head_count values (:id, 'age', 'women', 1)"), {"id": group.id})


def test_an_edited_checklist_is_a_new_version_and_walks_keep_theirs(session: Session) -> None:
    walk = make_walk(session)
    before = walk.checklist
    items = [item for item in checklists.standard_items() if item.key != "noise_smell"]
    made = checklists.add_version(
        session, before.checklist, [*items, checklists.ItemDraft("Skolskjuts")], actor_id=None
    )
    assert (before.number, made.number) == (1, 2)
    assert len(before.items) == 21
    assert [item.key for item in made.items][-1] == "c_skolskjuts"
    assert make_walk(session).checklist_version_id == made.id
    rows = tuple(StopDraft(stop.name, id=stop.id) for stop in walk.stops)
    groups = tuple(GroupDraft(group.name, id=group.id) for group in walk.groups)
    draft = walk_draft(checklist_version_id=made.id, stops=rows, groups=groups)
    actions.update_walk(session, walk, draft, version=None, actor_id=None)
    inactive = [category.key for category in walk.dialogue.categories if not category.is_active]
    assert inactive == ["noise_smell"]


def test_what_stands_in_a_version_is_never_rewritten(session: Session) -> None:
    version = checklists.ensure_standard(session)
    item = session.get_one(ChecklistItem, version.items[0].id)
    with pytest.raises(IntegrityError, match="kept as it was written"), session.begin_nested():
        session.execute(text("update checklist_item set label_sv = 'x' where id = :id"), {"id": item.id})


def test_a_checklist_always_has_room_for_anything_else(session: Session) -> None:
    kept = checklists.check_items([checklists.ItemDraft("Hundar"), checklists.ItemDraft("Annat")])
    assert [item.key for item in kept] == ["c_hundar", "other"]
    with pytest.raises(Invalid):
        checklists.check_items([checklists.ItemDraft("Hundar"), checklists.ItemDraft("hundar")])


def test_the_standard_checklist_has_words_in_both_languages() -> None:
    items = checklists.check_items(checklists.standard_items())
    assert items == checklists.standard_items()
    assert all(item.label_en and item.questions_sv.count("\n") == item.questions_en.count("\n") for item in items)


def test_a_walk_may_repeat_another_but_not_itself(session: Session) -> None:
    first = make_walk(session)
    again = make_walk(session, repeat_of_id=first.id)
    assert again.repeat_of is first
    rows = {"stops": (), "groups": ()}
    with pytest.raises(Invalid):
        actions.update_walk(session, again, walk_draft(repeat_of_id=again.id, **rows), version=None, actor_id=None)
    assert isinstance(session.get(SafetyWalk, again.id), SafetyWalk)
