"""Decisions: what the public sees changes, the original does not, and every decision is written down."""

import threading
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.contributions import answering, bulk, moderation
from mapdialog.contributions.case import get_for_staff
from mapdialog.contributions.models import AbuseReport, Contribution, ModerationEntry, Reply, State
from mapdialog.core.database import make_engine
from mapdialog.core.errors import Conflict, Invalid
from tests.conftest import create_database, drop_database
from tests.seeds import make_account, make_contribution, make_dialogue
from tests.staffing import sign_in


def one_pending(session: Session, words: str = "Det är mörkt här.") -> Contribution:
    dialogue = make_dialogue(session, moderation="pre")
    return get_for_staff(session, make_contribution(session, dialogue, words, state="pending"))


def actions_of(session: Session, contribution: Contribution) -> list[str]:
    query = select(ModerationEntry.action).where(ModerationEntry.contribution_id == contribution.id)
    return list(session.scalars(query.order_by(ModerationEntry.id)))


def test_each_decision_is_written_down_with_who_took_it(session: Session) -> None:
    one, boss = one_pending(session), make_account(session)
    seen = {"version": None, "actor_id": boss.id}
    moderation.approve(session, one, **seen)
    moderation.edit(session, one, text="Det är mörkt.", approves=False, **seen)
    moderation.hide(session, one, rule="personal_data", message="Namn i texten.", **seen)
    moderation.restore(session, one, **seen)
    assert actions_of(session, one) == ["approve", "edit", "hide", "restore"]
    rows = session.scalars(select(ModerationEntry).order_by(ModerationEntry.id)).all()
    assert {row.actor_id for row in rows} == {boss.id}
    assert (rows[1].text_before, rows[1].text_after) == ("Det är mörkt här.", "Det är mörkt.")
    assert (rows[2].rule, rows[2].note) == ("personal_data", "Namn i texten.")


def test_the_original_stays_whatever_is_shown_and_the_database_sees_to_it(session: Session) -> None:
    one = one_pending(session)
    moderation.edit(session, one, text="Ändrad.", approves=True, version=None, actor_id=None)
    session.refresh(one)
    assert (one.raw_text, one.public_text, one.state) == ("Det är mörkt här.", "Ändrad.", State.APPROVED)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("update contribution set raw_text = 'Omskriven' where id = :id"), {"id": one.id})


def test_hiding_demands_one_of_the_published_rules_and_settles_the_reports(session: Session) -> None:
    one = one_pending(session)
    session.add(AbuseReport(contribution_id=one.id, reason="hate"))
    for rule in ("", "uppfunnen"):
        with pytest.raises(Invalid):
            moderation.hide(session, one, rule=rule, version=None, actor_id=None)
    assert one.state == State.PENDING
    moderation.hide(session, one, rule="hate", version=None, actor_id=None)
    assert session.scalars(select(AbuseReport.resolved_at)).one() is not None


def test_what_its_author_took_back_is_nobody_elses_to_decide(session: Session) -> None:
    one = one_pending(session)
    one.state = State.WITHDRAWN.value
    session.flush()
    for decide in (
        lambda: moderation.approve(session, one, version=None, actor_id=None),
        lambda: moderation.hide(session, one, rule="hate", version=None, actor_id=None),
        lambda: moderation.edit(session, one, text="x", approves=True, version=None, actor_id=None),
    ):
        with pytest.raises(Conflict):
            decide()
    assert actions_of(session, one) == []


def test_a_decision_on_an_older_version_is_refused(session: Session) -> None:
    one = one_pending(session)
    seen = one.version
    moderation.edit(session, one, text="Kollegans text.", approves=False, version=seen, actor_id=None)
    with pytest.raises(Conflict):
        moderation.edit(session, one, text="Min text.", approves=True, version=seen, actor_id=None)
    session.refresh(one)
    assert (one.public_text, one.state) == ("Kollegans text.", State.PENDING)


def test_an_answer_is_a_draft_until_it_is_published_and_then_stands(session: Session) -> None:
    one = one_pending(session)
    boss = make_account(session)
    seen = {"version": None, "actor_id": boss.id}
    answering.save_answer(session, one, text="Utkast.", unit="", publishes=False, **seen)
    assert one.answered_at is None
    with pytest.raises(Invalid):
        answering.save_answer(session, one, text="Svar.", unit="", publishes=True, **seen)
    first = answering.save_answer(session, one, text="Svar.", unit="Gatan", publishes=True, **seen)
    second = answering.save_answer(session, one, text="Rättelse.", unit="Gatan", publishes=True, **seen)
    assert first is not None
    assert second is not None
    assert first.id != second.id
    assert (first.text, second.text) == ("Svar.", "Rättelse.")
    assert one.answered_at == first.published_at


def test_many_at_once_leave_alone_what_is_decided(session: Session) -> None:
    dialogue = make_dialogue(session, moderation="pre")
    receipts = [make_contribution(session, dialogue, f"Nummer {n}.", state="pending") for n in range(3)]
    ones = [get_for_staff(session, receipt) for receipt in receipts]
    moderation.hide(session, ones[1], rule="hate", version=None, actor_id=None)
    assert bulk.approve_many(session, [one.id for one in ones], actor_id=None) == 2
    assert [one.state for one in ones] == ["approved", "hidden", "approved"]
    with pytest.raises(Invalid):
        bulk.hide_many(session, [ones[0].id], rule="", message="", actor_id=None)


def test_a_reply_is_decided_about_by_the_state_that_was_seen(session: Session) -> None:
    one = one_pending(session)
    reply = Reply(contribution_id=one.id, client_id=one.client_id, raw_text="Håller med.")
    session.add(reply)
    session.flush()
    moderation.decide_reply(session, reply, "approve", seen="pending", actor_id=None)
    assert (reply.state, reply.public_text) == ("approved", "Håller med.")
    session.refresh(one)
    assert one.reply_count == 1
    with pytest.raises(Conflict):
        moderation.decide_reply(session, reply, "hide", seen="pending", rule="hate", actor_id=None)


# The pages


def test_a_reader_may_look_but_every_decision_is_refused(client: FlaskClient, session: Session) -> None:
    one = one_pending(session)
    sign_in(client, session, Role.READER)
    assert client.get(f"/staff/inbox?open={one.receipt}").status_code == 200
    for decision in ("approve", "hide", "edit", "answer", "restore", "settle"):
        assert client.post(f"/staff/contributions/{one.receipt}/{decision}").status_code == 403, decision
    assert client.post("/staff/inbox/bulk", data={"ids": one.id, "confirmed": "1"}).status_code == 403
    assert actions_of(session, one) == []


def test_the_new_come_first_and_what_asks_for_work_is_counted(client: FlaskClient, session: Session) -> None:
    dialogue = make_dialogue(session, moderation="pre")
    make_contribution(session, dialogue, "Redan publicerad.")
    first, second = (make_contribution(session, dialogue, words, state="pending") for words in ("Äldre.", "Nyare."))
    sign_in(client, session, Role.MODERATOR)
    page = client.get("/staff/inbox").text
    assert page.index(f'data-receipt="{second}"') < page.index(f'data-receipt="{first}"')
    assert "Redan publicerad." not in page.split('id="case"')[0]
    old = client.get("/staff/inbox?order=old").text
    assert old.index(f'data-receipt="{first}"') < old.index(f'data-receipt="{second}"')


def test_a_search_for_words_that_mean_something_to_the_database_finds_only_them(
    client: FlaskClient, session: Session
) -> None:
    dialogue = make_dialogue(session, moderation="pre")
    make_contribution(session, dialogue, "100 % mörkt", state="pending")
    make_contribution(session, dialogue, "Helt vanligt", state="pending")
    sign_in(client, session, Role.MODERATOR)
    for words, found in (("100 %", 1), ("%", 1), ("_", 0), ("'; drop table", 0), ("\x00", 2)):
        page = client.get("/staff/inbox", query_string={"state": "all", "q": words})
        assert page.status_code == 200
        assert page.text.count('class="inbox-item"') == found, words


@pytest.fixture
def two_desks(cluster_url: str) -> Iterator[str]:
    """A database of its own, because two moderators need two connections that see what the other commits."""
    url = create_database(cluster_url, "mapdialog_two_desks")
    yield url
    drop_database(cluster_url, "mapdialog_two_desks")


def test_of_two_decisions_at_the_same_moment_exactly_one_is_taken_and_the_other_told(two_desks: str) -> None:
    engine = make_engine(two_desks)
    with Session(engine) as session:
        receipt = one_pending(session).receipt
        session.commit()
    together, told = threading.Barrier(2), []

    def decide(approves: bool) -> None:
        with Session(engine) as session:
            one = get_for_staff(session, receipt)
            seen = {"version": one.version, "actor_id": None}
            together.wait(10)
            try:
                if approves:
                    moderation.approve(session, one, **seen)
                else:
                    moderation.hide(session, one, rule="hate", **seen)
                session.commit()
            except Conflict as error:
                told.append(error)

    desks = [threading.Thread(target=decide, args=(approves,)) for approves in (True, False)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join(20)
    with Session(engine) as session:
        one = get_for_staff(session, receipt)
        expected = {"approved": ["approve"], "hidden": ["hide"]}
        assert actions_of(session, one) == expected[one.state]
    assert len(told) == 1
    engine.dispose()
