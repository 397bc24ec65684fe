"""The demo municipality as it is once loaded: as if people had used it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account
from mapdialog.accounts.passwords import verify
from mapdialog.contributions.models import (
    Contribution,
    ContributionDistrict,
    ModerationEntry,
    OfficialResponse,
    Reply,
    State,
    Support,
)
from mapdialog.contributions.submission import edit_token, token_hash
from mapdialog.core import database
from mapdialog.core.clock import local, now
from mapdialog.core.workdays import is_working_day
from mapdialog.demo import content
from mapdialog.demo.loading import DemoReport, load_demo
from mapdialog.dialogues.models import Dialogue, Kind
from mapdialog.dialogues.rules import status_at
from mapdialog.districts.models import DistrictSet
from mapdialog.geo import geometry
from mapdialog.plans.answer_models import PlanChangePoint, PlanPoint
from mapdialog.plans.duties import list_occasions
from mapdialog.plans.models import Plan
from mapdialog.plans.party_models import PlanRecipient
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.walks import actions, following_up, queries
from mapdialog.walks.findings import ActionStatus
from mapdialog.walks.models import SafetyWalk

SECRET = "t" * 64
DIALOGUES = select(Dialogue).where(Dialogue.kind == Kind.DIALOGUE)
# A plan's statements are written plan by plan, and lie in no inbox.
FROM_CITIZENS = select(Contribution).where(Contribution.kind != "plan_statement")


@pytest.fixture(scope="module")
def municipality(engine: Engine) -> Iterator[tuple[Connection, DemoReport]]:
    """Loaded once, in a transaction that is rolled back after the last test here."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            report = load_demo(session, secret_key=SECRET, receipt_prefix="TRE")
            _publish_walks(session)
            session.commit()
        yield connection, report
        outer.rollback()


def _publish_walks(session: Session) -> None:
    """The steps that the worker takes when it has made a protocol's files."""
    asked = text("select args from procrastinate_jobs where task_name = 'publish_walk_protocol'")
    for said in session.scalars(asked).all():
        walk, at = session.get_one(SafetyWalk, said["walk_id"]), datetime.fromisoformat(said["as_of"])
        for step in ("protocol_published", "actions_running"):
            actions.take_step(session, walk, step, version=None, actor_id=said["actor_id"], at=at)


@pytest.fixture
def session(municipality: tuple[Connection, DemoReport], engine: Engine) -> Iterator[Session]:
    """A session on the loaded municipality; what a test changes in it is undone."""
    connection, _report = municipality
    undone = connection.begin_nested()
    database.session.remove()
    database.session.configure(bind=connection, join_transaction_mode="create_savepoint")
    yield database.session()
    database.session.remove()
    undone.rollback()
    database.session.configure(bind=engine, join_transaction_mode="conditional_savepoint")


@pytest.fixture
def loaded(municipality: tuple[Connection, DemoReport], session: Session) -> DemoReport:
    """What the loading told."""
    return municipality[1]


def count(session: Session, what: type, *where: object) -> int:
    return session.scalar(select(func.count()).select_from(what).where(*where)) or 0  # type: ignore[arg-type]


def test_there_are_a_planned_an_ongoing_and_a_finished_dialogue(session: Session, loaded: DemoReport) -> None:
    found = {one.slug: status_at(one.phases, now()) for one in session.scalars(DIALOGUES)}
    assert found == {"strand-och-brygga": "planned", "trygg-vag": "ongoing", "ostervangsparken": "finished"}
    finished = session.scalars(select(Dialogue).where(Dialogue.slug == "ostervangsparken")).one()
    assert finished.feedback_published_at is not None
    assert "DET HÄR BLEV DET INTE" in finished.feedback_text


def test_every_contribution_has_its_district_and_only_public_ones_count(session: Session, loaded: DemoReport) -> None:
    district_set = session.scalars(select(DistrictSet)).one()
    assert district_set.is_default
    assert district_set.source == "SCB, RegSO 2025"
    assert len(district_set.districts) == 14
    written = loaded.counts["contribution"] + loaded.counts["observation"] + loaded.counts["statement"]
    nowhere = count(session, Contribution, Contribution.place_source == "plan")
    assert count(session, Contribution) == written
    assert count(session, ContributionDistrict) == written - nowhere
    public = count(session, Contribution, Contribution.state == State.APPROVED)
    assert count(session, ContributionDistrict, ContributionDistrict.is_public) == public


def test_one_plan_is_being_consulted_on_and_another_is_answered(session: Session, loaded: DemoReport) -> None:
    plans = {plan.slug: plan for plan in session.scalars(select(Plan))}
    assert {slug: plan.phases[0].status for slug, plan in plans.items()} == {
        "detaljplan-for-kvarteret-larkan": "open",
        "detaljplan-for-anderslovs-forskola": "closed",
    }
    invitations = [one for plan in plans.values() for one in list_occasions(session, plan) if one.phase is not None]
    assert [one.is_done for one in invitations if one.kind == "consultation_invitation"] == [True, True]
    proofs = select(func.count()).select_from(PlanRecipient).where(PlanRecipient.proof == "")
    assert session.scalar(proofs) == 0
    answered = plans["detaljplan-for-anderslovs-forskola"]
    statements = session.scalars(select(PlanStatement).where(PlanStatement.plan_id == answered.id)).all()
    assert sorted({one.in_time for one in statements}) == [False, True]
    points = session.scalars(select(PlanPoint).where(PlanPoint.plan_id == answered.id)).all()
    assert len(points) == 9
    assert all(point.answer is not None and point.answer.status == "final" for point in points)
    assert session.scalar(select(func.count()).select_from(PlanChangePoint)) == 4


def test_the_pyramid_of_the_map_counts_exactly_the_public_ones(session: Session, loaded: DemoReport) -> None:
    counted = session.scalar(text("select sum(count) from grid_count where level = 12"))
    waiting = session.scalar(text("select coalesce(sum(change), 0) from grid_delta"))
    assert counted + waiting == count(session, Contribution, Contribution.state == State.APPROVED)


def test_counters_agree_with_what_they_count(session: Session, loaded: DemoReport) -> None:
    grouped = select(Support.contribution_id, func.count()).group_by(Support.contribution_id)
    supports = dict(session.execute(grouped).all())
    public = Reply.state == State.APPROVED
    grouped = select(Reply.contribution_id, func.count()).where(public).group_by(Reply.contribution_id)
    replies = dict(session.execute(grouped).all())
    for one in session.scalars(select(Contribution)):
        assert one.support_count == supports.get(one.id, 0)
        assert one.reply_count == replies.get(one.id, 0)


def test_the_inbox_has_something_to_read_with_personal_data_in_it(session: Session, loaded: DemoReport) -> None:
    waiting = list(session.scalars(FROM_CITIZENS.where(Contribution.state == State.PENDING)))
    assert 20 <= len(waiting) <= 60
    assert all(one.received_at > now() - timedelta(days=4) for one in waiting)
    assert all(one.public_text is None for one in waiting)
    texts = " ".join(one.raw_text for one in waiting)
    assert "070-174 06 05" in texts
    assert "640823-3234" in texts


def test_nothing_happens_in_the_future_or_before_it_could(session: Session, loaded: DemoReport) -> None:
    for one in session.scalars(select(Contribution)):
        assert one.received_at <= now()
        assert one.moderated_at is None or one.received_at <= one.moderated_at <= now()
        assert all(one.received_at < reply.received_at <= now() for reply in one.replies)
    assert count(session, OfficialResponse, OfficialResponse.published_at > func.now()) == 0
    assert count(session, Support, Support.created_at > func.now()) == 0


def test_most_of_what_waited_longest_has_an_answer_in_its_own_words(session: Session, loaded: DemoReport) -> None:
    ongoing = session.scalars(select(Dialogue).where(Dialogue.slug == "trygg-vag")).one()
    old = list(
        session.scalars(
            select(Contribution).where(
                Contribution.dialogue_id == ongoing.id,
                Contribution.state == State.APPROVED,
                Contribution.received_at < now() - timedelta(days=15),
            )
        )
    )
    overdue = [one for one in old if one.answered_at is None]
    assert 1 <= len(overdue) <= 25, "a municipality in use is behind with a few, not with a hundred"
    assert len(overdue) < 0.05 * len(old)
    words = list(session.scalars(select(OfficialResponse.text)))
    assert len(set(words)) == len(words)


def test_an_office_answers_and_decides_on_days_it_works(session: Session, loaded: DemoReport) -> None:
    answers = session.execute(
        select(Contribution.moderated_at, Contribution.answered_at, OfficialResponse.published_at).join(
            OfficialResponse, OfficialResponse.contribution_id == Contribution.id
        )
    ).all()
    assert answers
    for moderated_at, answered_at, published_at in answers:
        assert moderated_at < answered_at == published_at
        assert is_working_day(local(published_at).date())
    for dialogue in session.scalars(DIALOGUES):
        assert dialogue.decision_on is not None
        assert is_working_day(dialogue.decision_on)


def test_decisions_are_in_the_log(session: Session, loaded: DemoReport) -> None:
    def logged(action: str) -> int:
        return count(session, ModerationEntry, ModerationEntry.action == action, ModerationEntry.actor_id.isnot(None))

    assert logged("approve") == count(session, Contribution, Contribution.state == State.APPROVED)
    assert logged("hide") == count(session, Contribution, Contribution.state == State.HIDDEN)
    assert logged("answer") == count(session, OfficialResponse)
    edited = session.scalars(select(ModerationEntry).where(ModerationEntry.action == "edit")).all()
    assert edited
    assert all(entry.text_before and entry.text_after for entry in edited)


def test_receipts_follow_the_order_of_arrival_and_links_work(session: Session, loaded: DemoReport) -> None:
    rows = list(session.scalars(FROM_CITIZENS.order_by(Contribution.id)))
    assert [one.received_at.date() for one in rows] == sorted(one.received_at.date() for one in rows)
    assert len({one.receipt for one in rows}) == len(rows)
    assert rows[0].receipt.startswith("TRE-")
    assert rows[0].edit_token_hash == token_hash(edit_token(SECRET, rows[0].client_id))


def test_each_role_has_an_account_with_its_own_password(session: Session, loaded: DemoReport) -> None:
    assert len({account.password for account in loaded.accounts}) == 5
    stored = {one.email: one for one in session.scalars(select(Account))}
    for account in loaded.accounts:
        assert stored[account.email].role == account.role
        assert verify(stored[account.email].password_hash, account.password)


def test_the_citizens_pages_show_the_demo(client: FlaskClient, loaded: DemoReport) -> None:
    start = client.get("/").text
    for title in ("Trygg väg till tåget och bussen", "Stranden om tio år", "Östervångsparken, en park för alla"):
        assert title in start
    assert client.get("/d/trygg-vag").status_code == 200
    assert "Linbana" in client.get("/d/ostervangsparken/list?q=linbana").text
    assert "DET HÄR BLEV DET INTE" in client.get("/d/ostervangsparken").text, "what it led to is told on its page"


def test_a_walk_is_followed_up_its_return_walk_is_invited_and_one_is_planned(
    session: Session, loaded: DemoReport
) -> None:
    found = {one.status: one for one in queries.list_walks(session)}
    assert found.keys() == {"actions_running", "invited", "planned"}
    walked, back = found["actions_running"], found["invited"]
    assert back.repeat_of_id == walked.id
    assert walked.starts_at < now() < back.starts_at < found["planned"].starts_at
    assert all(is_working_day(local(one.starts_at).date()) for one in found.values())
    public = queries.list_public_observations(session, walked)
    assert 24 <= len(public) < loaded.counts["observation"], "one is hidden and one merged"
    assert {one.polarity for one in public} == {"secure", "insecure", "neutral"}
    assert all(group.head_count for group in walked.groups)


def test_actions_of_the_walk_stand_in_every_status_and_some_are_overdue(session: Session, loaded: DemoReport) -> None:
    walked = next(one for one in queries.list_walks(session) if one.published_at)
    listed = queries.list_actions(session, walked)
    assert {one.status for one in listed} == {one.value for one in ActionStatus}
    today = local(now()).date()
    assert 3 <= sum(following_up.is_overdue(one.status, one.deadline, today) for one in listed) <= 6
    for one in listed:
        moments = [line.at for line in one.log]
        assert moments == sorted(moments)
        assert walked.starts_at < moments[0]
        assert moments[-1] <= now()
        assert all(is_working_day(local(at).date()) for at in moments)
        assert one.done_on is None or one.done_on == local(moments[-1]).date()


def test_what_the_walk_found_lies_on_land_beside_its_route(session: Session, loaded: DemoReport) -> None:
    land = shapely.union_all(
        [geometry.to_store(shapely.from_geojson(json.dumps(one["geometry"]))) for one in json.loads(
            content.DISPLAY.read_text())["features"]]
    )  # fmt: skip
    walked = next(one for one in queries.list_walks(session) if one.published_at)
    route = geometry.from_element(walked.route)
    for one in queries.list_observations(session, walked, also_merged=True):
        place = geometry.from_element(one.geom)
        assert land.covers(place)
        assert place.distance(route) < 120, one.raw_text
