"""A decision taken back: all is as it was, it is written down, and what somebody changed since is left alone."""

import uuid

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account
from mapdialog.contributions import answering, authoring, bulk, moderation, undoing
from mapdialog.contributions.case import get_for_staff
from mapdialog.contributions.models import AbuseReport, Contribution, ModerationEntry, State
from mapdialog.contributions.terms import get_terms
from mapdialog.core import clock
from mapdialog.core.errors import Conflict, NotFound
from tests.seeds import make_account, make_contribution, make_dialogue


@pytest.fixture
def boss(session: Session) -> Account:
    return make_account(session)


def some_pending(session: Session, count: int) -> list[Contribution]:
    dialogue = make_dialogue(session, moderation="pre")
    texts = [f"Det är mörkt här {n}." for n in range(count)]
    return [get_for_staff(session, make_contribution(session, dialogue, words, state="pending")) for words in texts]


def looks(one: Contribution) -> tuple[object, ...]:
    return one.state, one.public_text, one.hidden_rule, one.hidden_reason, one.moderated_at


def undo(session: Session, entry: ModerationEntry | None, boss: Account) -> undoing.Undone:
    assert entry is not None
    assert entry.decision_id is not None
    return undoing.undo(session, entry.decision_id, actor_id=boss.id)


def last_action(session: Session, one: Contribution) -> str | None:
    query = select(ModerationEntry.action).where(ModerationEntry.contribution_id == one.id)
    return session.scalar(query.order_by(ModerationEntry.id.desc()).limit(1))


def test_each_decision_is_set_back_to_exactly_what_was_before_and_that_is_written_down(
    session: Session, boss: Account
) -> None:
    [one] = some_pending(session, 1)
    seen = {"version": None, "actor_id": boss.id}
    for decide, undone in (
        (lambda: moderation.approve(session, one, **seen), "undo_approve"),
        (lambda: moderation.hide(session, one, rule="hate", message="Hat.", **seen), "undo_hide"),
        (lambda: moderation.edit(session, one, text="Ändrad.", approves=True, **seen), "undo_approve"),
    ):
        before = looks(one)
        entry = decide()
        assert looks(one) != before
        assert undo(session, entry, boss).done == [one]
        session.refresh(one)
        assert looks(one) == before
        assert last_action(session, one) == undone
    moderation.hide(session, one, rule="hate", message="Hat.", **seen)
    before = looks(one)
    undo(session, moderation.restore(session, one, **seen), boss)
    session.refresh(one)
    assert looks(one) == before
    assert (one.hidden_rule, one.hidden_reason) == ("hate", "Hat.")


def test_something_public_that_was_hidden_is_public_again_and_its_reports_are_open(
    session: Session, boss: Account
) -> None:
    [one] = some_pending(session, 1)
    seen = {"version": None, "actor_id": boss.id}
    moderation.approve(session, one, **seen)
    settled = AbuseReport(contribution_id=one.id, reason="other", resolved_at=clock.now(), resolved_by_id=boss.id)
    opened = AbuseReport(contribution_id=one.id, reason="hate")
    session.add_all([settled, opened])
    session.flush()
    undo(session, moderation.hide(session, one, rule="hate", **seen), boss)
    session.expire_all()
    assert one.state == State.APPROVED
    assert opened.resolved_at is None
    assert settled.resolved_at is not None, "settled before, and not by this decision"


def test_what_a_colleague_or_the_author_has_changed_since_is_left_alone_and_the_reason_told(
    session: Session, boss: Account
) -> None:
    answered, edited, withdrawn, pictured = some_pending(session, 4)
    seen = {"version": None, "actor_id": boss.id}
    entries = [moderation.approve(session, one, **seen) for one in (answered, edited, withdrawn, pictured)]
    terms = get_terms(session, answered.dialogue.slug, clock.now())
    answering.save_answer(session, answered, text="Lagas.", unit="Gatan", publishes=True, **seen)
    authoring.edit(
        session, edited, terms, authoring.Edit("Det är mörkt här i dag.", edited.category_id, None, edited.version)
    )
    authoring.withdraw(session, withdrawn, terms)
    pictured.photo_count = 1
    session.flush()
    for entry, reason in zip(
        entries,
        (undoing.DECIDED_AGAIN, undoing.AUTHOR_CHANGED, undoing.TAKEN_BACK, undoing.AUTHOR_CHANGED),
        strict=True,
    ):
        before = looks(entry.contribution)
        with pytest.raises(Conflict) as refused:
            undo(session, entry, boss)
        assert refused.value.message == reason
        assert entry.contribution.receipt in str(refused.value)
        session.refresh(entry.contribution)
        assert looks(entry.contribution) == before


def test_a_decision_is_undone_once_and_only_by_the_one_who_took_it(session: Session, boss: Account) -> None:
    [one] = some_pending(session, 1)
    entry = moderation.approve(session, one, version=None, actor_id=boss.id)
    with pytest.raises(NotFound):
        undo(session, entry, make_account(session, email="kollega@exempel.se"))
    with pytest.raises(NotFound):
        undoing.undo(session, uuid.uuid4(), actor_id=boss.id)
    undo(session, entry, boss)
    with pytest.raises(Conflict) as refused:
        undo(session, entry, boss)
    assert refused.value.message == undoing.ALREADY


def test_many_are_set_back_together_but_not_those_that_were_decided_about_since(
    session: Session, boss: Account
) -> None:
    ones = some_pending(session, 3)
    decision_id = uuid.uuid4()
    ids = [one.id for one in ones]
    assert bulk.approve_many(session, ids, actor_id=boss.id, decision_id=decision_id) == 3
    moderation.hide(session, ones[1], rule="hate", version=None, actor_id=None)
    undone = undoing.undo(session, decision_id, actor_id=boss.id)
    assert ([one.id for one in undone.done], undone.left) == ([ids[0], ids[2]], 1)
    for one in ones:
        session.refresh(one)
    assert [one.state for one in ones] == ["pending", "hidden", "pending"]
