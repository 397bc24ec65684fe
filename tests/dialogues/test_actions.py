"""Dialogues are created, changed, published and reported back by the rules."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from mapdialog.core.audit import AuditEvent
from mapdialog.core.clock import now
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.dialogues import actions
from mapdialog.dialogues.drafts import CategoryDraft, Draft, PhaseDraft
from mapdialog.dialogues.models import Dialogue
from mapdialog.dialogues.publishing import warnings
from mapdialog.dialogues.rules import status_at
from mapdialog.dialogues.templates import copy_of, draft_of, list_templates
from mapdialog.geo.geometry import from_element
from tests.seeds import make_account


def a_draft(**values: object) -> Draft:
    full = {
        "title": "Trygg väg till tåget",
        "influence_text": "Mycket.",
        "use_text": "I beslutet.",
        "phases": (PhaseDraft("Lämna synpunkter", now() - timedelta(days=1), now() + timedelta(days=20)),),
        "categories": (CategoryDraft("Belysning", color="#E69F00"), CategoryDraft("Grönt")),
    } | values
    return Draft(**full)  # type: ignore[arg-type]


def test_a_new_dialogue_gets_an_address_from_its_title_and_the_category_other(session: Session) -> None:
    dialogue = actions.create_dialogue(session, a_draft())
    assert dialogue.slug == "trygg-vag-till-taget"
    assert [category.key for category in dialogue.categories] == ["belysning", "gront", "other"]
    assert dialogue.published_at is None


def test_the_second_dialogue_with_the_same_title_gets_another_address(session: Session) -> None:
    actions.create_dialogue(session, a_draft())
    assert actions.create_dialogue(session, a_draft()).slug == "trygg-vag-till-taget-2"


@pytest.mark.parametrize("title", ["x" * 200, "Grönt " * 30, "🙂", "new", "Ett långt namn med ord " * 4])
def test_an_address_of_our_own_making_is_always_one_that_works(session: Session, title: str) -> None:
    made = [actions.create_dialogue(session, a_draft(title=title)).slug for _ in range(3)]
    assert len(set(made)) == 3
    assert made[1:] == [f"{made[0]}-2", f"{made[0]}-3"]
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) and len(slug) <= 80 for slug in made)


def test_an_address_taken_a_moment_ago_gives_way_to_the_next(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two planners save the same title at once: the second looked for a free address before the first had saved."""
    actions.create_dialogue(session, a_draft())
    looked = iter(["trygg-vag-till-taget", "trygg-vag-till-taget-2"])
    monkeypatch.setattr(actions, "_free_slug", lambda *_: next(looked))
    assert actions.create_dialogue(session, a_draft()).slug == "trygg-vag-till-taget-2"
    assert session.scalar(select(func.count(Dialogue.id))) == 2


@pytest.mark.parametrize("slug", ["Stora", "a b", "-a", "new", "a/b", "å", "a" * 81])
def test_an_address_that_would_not_work_is_refused_at_its_field(session: Session, slug: str) -> None:
    with pytest.raises(Invalid) as caught:
        actions.create_dialogue(session, a_draft(slug=slug))
    assert set(caught.value.fields) == {"slug"}


def test_every_fault_in_a_draft_is_told_at_once(session: Session) -> None:
    phase = PhaseDraft("Bakvänd", now(), now() - timedelta(days=1))
    twice = (CategoryDraft("Ljus"), CategoryDraft("ljus"))
    with pytest.raises(Invalid) as caught:
        actions.create_dialogue(session, a_draft(title=" ", level="x", phases=(phase,), categories=twice))
    assert set(caught.value.fields) == {"title", "level", "phases", "categories"}


@pytest.mark.parametrize("missing", ["influence_text", "use_text", "phases"])
def test_citizens_are_not_asked_before_they_are_told_what_their_views_are_worth(session: Session, missing: str) -> None:
    dialogue = actions.create_dialogue(session, a_draft(**{missing: () if missing == "phases" else "  "}))
    with pytest.raises(Invalid) as caught:
        actions.publish(session, dialogue)
    assert set(caught.value.fields) == {missing}
    assert dialogue.published_at is None


def test_a_published_dialogue_cannot_lose_what_publishing_demands_nor_its_address(session: Session) -> None:
    dialogue = actions.create_dialogue(session, a_draft())
    actions.publish(session, dialogue)
    for change in ({"use_text": ""}, {"slug": "annan"}):
        with pytest.raises(Invalid):
            actions.update_dialogue(session, dialogue, a_draft(**change), version=None)


def test_a_dialogue_that_has_received_something_stays_published(session: Session) -> None:
    dialogue = actions.create_dialogue(session, a_draft())
    actions.publish(session, dialogue)
    with pytest.raises(Conflict):
        actions.unpublish(session, dialogue, received=1)
    actions.unpublish(session, dialogue, received=0)
    assert dialogue.published_at is None


def test_what_changed_is_remembered_with_who_did_it(session: Session) -> None:
    officer = make_account(session)
    dialogue = actions.create_dialogue(session, a_draft(), actor_id=officer.id)
    same = draft_of(dialogue)
    assert actions.update_dialogue(session, dialogue, same, version=dialogue.updated_at) == []
    changed = actions.update_dialogue(
        session,
        dialogue,
        a_draft(summary="Ny", categories=same.categories, phases=same.phases, slug=dialogue.slug),
        version=dialogue.updated_at,
        actor_id=officer.id,
    )
    assert changed == ["summary"]
    rows = session.scalars(select(AuditEvent).where(AuditEvent.object_type == "dialogue").order_by(AuditEvent.id)).all()
    assert [row.action for row in rows] == ["dialogue.create", "dialogue.update"]
    assert {row.actor_id for row in rows} == {officer.id}
    assert rows[1].detail == {"fields": ["summary"]}


def test_saving_over_somebody_elses_change_is_a_conflict(session: Session) -> None:
    dialogue = actions.create_dialogue(session, a_draft())
    seen = dialogue.updated_at
    actions.update_dialogue(session, dialogue, a_draft(summary="Min"), version=seen)
    with pytest.raises(Conflict):
        actions.update_dialogue(session, dialogue, a_draft(summary="Din"), version=seen)
    assert dialogue.summary == "Min"


def test_a_category_in_use_is_put_to_rest_and_an_unused_one_removed(session: Session) -> None:
    dialogue = actions.create_dialogue(session, a_draft())
    lighting = dialogue.categories[0]
    actions.update_dialogue(session, dialogue, a_draft(categories=()), version=None, used_category_ids={lighting.id})
    assert [(one.key, one.is_active) for one in dialogue.categories] == [("belysning", False), ("other", True)]


def test_other_can_be_renamed_but_not_put_to_rest(session: Session) -> None:
    dialogue = actions.create_dialogue(session, a_draft())
    other = dialogue.categories[-1]
    draft = CategoryDraft("Övrigt", id=other.id, is_active=False)
    actions.update_dialogue(session, dialogue, a_draft(categories=(draft,)), version=None)
    assert [(one.key, one.label_sv, one.is_active) for one in dialogue.categories] == [("other", "Övrigt", True)]


def test_a_dialogue_that_ends_after_the_decision_earns_a_warning(session: Session) -> None:
    late = a_draft(decision_on=(now() + timedelta(days=5)).date(), decision_body="KF", contact="a@b.se")
    assert [words for words in warnings(late) if "efter beslutet" in words]
    in_time = a_draft(decision_on=(now() + timedelta(days=25)).date(), decision_body="KF", contact="a@b.se")
    assert warnings(in_time) == []


def test_the_last_day_itself_may_be_the_day_of_the_decision() -> None:
    from mapdialog.core.clock import end_of_day

    day = date(2026, 12, 15)
    draft = a_draft(
        decision_on=day,
        decision_body="KF",
        contact="x",
        phases=(PhaseDraft("Tyck till", end_of_day(day) - timedelta(days=9), end_of_day(day)),),
    )
    assert warnings(draft) == []


def test_feedback_needs_words_and_is_dated_the_first_time_it_is_published(session: Session) -> None:
    dialogue = actions.create_dialogue(session, a_draft())
    with pytest.raises(Invalid):
        actions.save_feedback(session, dialogue, "  ", publishes=True, version=None)
    actions.save_feedback(session, dialogue, "Vi sätter upp tolv lampor.", publishes=True, version=None)
    first = dialogue.feedback_published_at
    actions.save_feedback(session, dialogue, "Vi sätter upp fjorton lampor.", publishes=True, version=None)
    assert first is not None
    assert dialogue.feedback_published_at == first


def test_an_imported_category_is_found_again_by_key_or_name(session: Session) -> None:
    dialogue = actions.create_dialogue(session, a_draft(categories=()))
    made = actions.ensure_category(session, dialogue, "Street light out", "Street light out")
    assert (made.key, made.label_sv) == ("street-light-out", "Street light out")
    assert actions.ensure_category(session, dialogue, "street-light-out") is made
    assert actions.ensure_category(session, dialogue, "x", "STREET LIGHT OUT") is made
    assert actions.ensure_category(session, dialogue, "Pothole").color != made.color


def test_a_dialogue_from_the_command_line_is_open_from_now_with_the_category_other(session: Session) -> None:
    dialogue = actions.open_dialogue(session, slug="boston", title="Boston", publish_at_once=True)
    assert status_at(dialogue.phases, now()) == "ongoing"
    assert dialogue.phases[0].closes_at is None
    assert (dialogue.moderation, dialogue.area) == ("post", None)
    assert [category.key for category in dialogue.categories] == ["other"]
    assert dialogue.published_at is not None


def test_the_command_lines_box_becomes_the_area_in_metres(session: Session) -> None:
    dialogue = actions.open_dialogue(session, slug="ruta", title="Ruta", bbox="13.1,55.35,13.2,55.4")
    east_west = from_element(dialogue.area).bounds  # type: ignore[arg-type]
    assert 6_200 < east_west[2] - east_west[0] < 6_700
    assert dialogue.moderation == "pre"
    with pytest.raises(Invalid):
        actions.open_dialogue(session, slug="ruta2", title="Ruta", bbox="13.2,55.35,13.1,55.4")


@pytest.mark.parametrize("template", list_templates(), ids=lambda template: template.key)
def test_every_template_makes_a_dialogue(session: Session, template: object) -> None:
    from dataclasses import replace

    dialogue = actions.create_dialogue(session, replace(template.draft, title="Prov"))  # type: ignore[attr-defined]
    assert dialogue.categories[-1].key == "other"
    assert all(category.label_en for category in dialogue.categories)


def test_a_copy_takes_texts_and_categories_but_not_time_address_or_identity(session: Session) -> None:
    earlier = actions.create_dialogue(session, a_draft(registry_number="KS 2026/1", decision_on=date(2026, 12, 1)))
    copied = actions.create_dialogue(session, copy_of(earlier))
    assert copied.slug != earlier.slug
    assert [one.key for one in copied.categories] == [one.key for one in earlier.categories]
    assert (list(copied.phases), copied.registry_number, copied.decision_on) == ([], "", None)
    assert session.scalar(select(Dialogue.id).where(Dialogue.id == earlier.id)) != copied.id


def test_the_database_itself_refuses_a_published_dialogue_without_its_promises(session: Session) -> None:
    dialogue = actions.create_dialogue(session, a_draft(influence_text=""))
    with pytest.raises(Exception, match="promises_before_publishing"), session.begin_nested():
        session.execute(text("update dialogue set published_at = now() where id = :id"), {"id": dialogue.id})
