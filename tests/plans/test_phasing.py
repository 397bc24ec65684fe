"""Phases are planned by the law's days, announced, opened, extended and closed, each step with its guard."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core.clock import now, start_of_day
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.files import FileStore
from mapdialog.plans import announcement_texts, announcing, documents, meetings, phase_guards, phasing, timing
from mapdialog.plans.announcement_facts import facts_of, marks
from mapdialog.plans.announcing import AnnouncementDraft
from mapdialog.plans.documents import DocumentDraft
from mapdialog.plans.meetings import MeetingDraft
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.phase_guards import Stopped
from mapdialog.plans.phasing import PhaseDraft
from mapdialog.plans.postings import Proof
from mapdialog.plans.rule_sets import rule_set
from mapdialog.plans.rule_types import Checklist
from mapdialog.reports.plan_report_held import read_held
from tests.plan_seeds import make_plan, make_plan_phase, make_statement, today

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF\n"
MONDAY = date(2026, 12, 7)


@pytest.fixture
def files(config: Config) -> FileStore:
    return FileStore(f"file://{config.data_dir}/plan-test-files")


def draft(
    starts_on: date = MONDAY, ends_on: date = date(2026, 12, 29), kind: str = "consultation", **values: Any
) -> PhaseDraft:
    return PhaseDraft(kind=kind, starts_on=starts_on, ends_on=ends_on, **values)


def stopped(call: Any) -> set[str]:
    with pytest.raises(Stopped) as caught:
        call()
    return {one.key for one in caught.value.problems}


def announced(
    session: Session, plan: Plan, phase: PlanPhase, files: FileStore, *, on: date | None = None, **values: Any
) -> None:
    """Every announcement the phase needs, written of what is known and put up on its first day; saved `on` that day."""
    for state in phase_guards.announcements(rule_set(plan.rule_set), plan, phase):
        facts = facts_of(plan, phase, municipality="Trelleborgs kommun", web_url="https://x.example/plans/a")
        given: dict[str, Any] = {
            "items": announcing.suggested(state, facts),
            "board_url": "https://x.example/anslag/1",
            "board_posted_on": phase.starts_on,
            "newspaper": "Trelleborgs Allehanda",
            "newspaper_on": phase.starts_on,
        }
        announcing.save_announcement(
            session, plan, phase, state.need.kind, AnnouncementDraft(**given | values),
            facts=facts, files=files, version=None, today=on or date.max, actor_id=None,
        )  # fmt: skip


def with_paper(session: Session, plan: Plan, phase: PlanPhase, files: FileStore) -> None:
    made = documents.add_document(
        session, plan, DocumentDraft("plan_map", "", "karta.pdf", PDF + plan.slug.encode()), files=files, actor_id=None
    )
    documents.show_in_phase(session, plan, phase, [made.id], actor_id=None)


def ready_plan(session: Session) -> Plan:
    return make_plan(
        session, submit_to="plan@x.example", deviates_from_comprehensive_plan=False, significant_impact_assumed=False
    )


def test_a_consultation_is_as_long_as_the_law_says_or_has_a_reason(session: Session) -> None:
    plan = make_plan(session)
    assert stopped(lambda: phasing.add_phase(session, plan, draft(ends_on=date(2026, 12, 27)), actor_id=None)) == {
        "too_short"
    }
    phase = phasing.add_phase(
        session, plan, draft(ends_on=date(2026, 12, 27), override_reason="Brådskande."), actor_id=None
    )
    assert (phase.min_end_on, phase.round) == (date(2026, 12, 28), 1)


def test_all_concerned_may_agree_to_a_shorter_review(session: Session) -> None:
    plan = make_plan(session, procedure="standard", grounds=())
    make_plan_phase(session, plan, status="reported", begins=-60)
    short = draft(today() + timedelta(days=30), today() + timedelta(days=35), "review")
    assert "too_short" in stopped(lambda: phasing.add_phase(session, plan, short, actor_id=None))
    agreed = draft(short.starts_on, short.ends_on, "review", all_agreed_evidence="Godkännanden i akten, 3 juni.")
    assert phasing.add_phase(session, plan, agreed, actor_id=None).min_end_on is not None


def test_a_review_comes_after_the_consultation_and_its_report(session: Session, files: FileStore) -> None:
    plan = ready_plan(session)
    with pytest.raises(Invalid):
        phasing.add_phase(session, plan, draft(kind="review"), actor_id=None)
    make_plan_phase(session, plan, status="closed", begins=-60)
    start = today()
    review = phasing.add_phase(session, plan, draft(start, start + timedelta(days=40), "review"), actor_id=None)
    announced(session, plan, review, files)
    with_paper(session, plan, review, files)
    review.override_reason = "Det är bråttom."
    assert stopped(lambda: phasing.announce_phase(session, plan, review, actor_id=None, at=now())) == {"not_reported"}


def test_a_phase_opens_when_everything_is_there_and_says_what_is_not(session: Session, files: FileStore) -> None:
    plan = ready_plan(session)
    start = today()
    phase = phasing.add_phase(session, plan, draft(start, start + timedelta(days=30)), actor_id=None)
    missing = stopped(lambda: phasing.open_phase(session, plan, phase, actor_id=None, at=now()))
    assert {"no_documents", "items_missing", "not_posted"} <= missing
    assert stopped(lambda: phasing.announce_phase(session, plan, phase, actor_id=None, at=now())) == missing
    announced(session, plan, phase, files)
    assert stopped(lambda: phasing.announce_phase(session, plan, phase, actor_id=None, at=now())) == {"no_documents"}
    with_paper(session, plan, phase, files)
    phasing.announce_phase(session, plan, phase, actor_id=None, at=now())
    assert (phase.status, plan.published_at is not None) == ("open", True)
    with pytest.raises(Conflict):
        phasing.open_phase(session, plan, phase, actor_id=None, at=now())


def test_an_announcement_is_complete_posted_and_in_the_newspaper(session: Session, files: FileStore) -> None:
    plan = ready_plan(session)
    start = today() + timedelta(days=3)
    phase = phasing.add_phase(session, plan, draft(start, start + timedelta(days=30)), actor_id=None)
    announced(session, plan, phase, files, newspaper="", newspaper_on=None, board_posted_on=start + timedelta(days=1))
    with_paper(session, plan, phase, files)
    found = stopped(lambda: phasing.announce_phase(session, plan, phase, actor_id=None, at=now()))
    assert found == {"posted_late", "not_in_newspaper"}


def test_a_meeting_is_asked_for_in_the_announcement_only_where_one_is_held(session: Session, files: FileStore) -> None:
    plan = ready_plan(session)
    phase = phasing.add_phase(session, plan, draft(), actor_id=None)
    announced(session, plan, phase, files)
    rules = rule_set(plan.rule_set)
    assert not phase_guards.announcements(rules, plan, phase)[0].missing
    held = MeetingDraft("meeting", start_of_day(date(2026, 12, 15)), "Parkens aula")
    meeting = meetings.save_meeting(session, plan, phase, held, meeting_id=None, actor_id=None)
    assert [one.when for one in phase_guards.announcements(rules, plan, phase)[0].missing] == ["if_meeting"]
    meetings.remove_meeting(session, plan, phase, meeting.id, actor_id=None)
    assert not phase_guards.announcements(rules, plan, phase)[0].missing


def test_what_is_announced_holds_when_the_plan_or_the_phase_has_changed(session: Session, files: FileStore) -> None:
    plan = ready_plan(session)
    start = today() + timedelta(days=3)
    phase = phasing.add_phase(session, plan, draft(start, start + timedelta(days=30)), actor_id=None)
    announced(session, plan, phase, files)
    with_paper(session, plan, phase, files)

    def stale() -> list[str]:
        return [one.key for one in phase_guards.announcements(rule_set(plan.rule_set), plan, phase)[0].stale]

    def announce() -> None:
        phasing.announce_phase(session, plan, phase, actor_id=None, at=now())

    assert stale() == []
    later = draft(start, start + timedelta(days=40), available_text="i stadshusets entré")
    phasing.update_phase(session, plan, phase, later, version=None, actor_id=None)
    plan.submit_to = "nya@x.example"
    assert stale() == ["availability", "within_period", "send_to"]
    assert stopped(announce) == {"items_stale"}
    kept = {key: text for key, text in phase.announcements[0].items.items() if ":" not in key}
    announced(session, plan, phase, files, items=kept)
    assert stale() == ["availability", "within_period", "send_to"], "saving the day alone settles nothing"
    facts = facts_of(plan, phase, municipality="T", web_url="https://x.example")
    own = kept | {"within_period": announcement_texts.item_texts(newest_list(plan, phase), facts)["within_period"]}
    own |= {"send_to": "Skriv till nämnden."}
    announced(session, plan, phase, files, items=own, right=frozenset({"availability"}))
    assert stale() == []
    announce()
    phase.ends_on += timedelta(days=1)
    assert stale() == ["availability", "within_period"]
    lacking = phase_guards.why_not_open(session, rule_set(plan.rule_set), plan, phase, today())
    assert [one.key for one in lacking] == ["items_stale"], "the desk is told, though the phase opens on its day"


def test_a_consultation_held_before_the_tool_was_taken_up_is_put_in_afterwards(
    session: Session, files: FileStore
) -> None:
    plan, start, who = ready_plan(session), today() - timedelta(days=60), {"actor_id": None, "at": now()}
    phase = phasing.add_phase(session, plan, draft(start, start + timedelta(days=30)), actor_id=None)
    letter = make_statement(session, plan, received_at=now() - timedelta(days=40))
    assert "is_past" in stopped(lambda: phasing.announce_phase(session, plan, phase, **who))
    held = draft(phase.starts_on, phase.ends_on, override_reason="Hölls innan verktyget togs i bruk.")
    phasing.update_phase(session, plan, phase, held, version=None, actor_id=None)
    assert stopped(lambda: phasing.announce_phase(session, plan, phase, **who)) == {"not_posted"}
    announced(session, plan, phase, files, items={}, newspaper="", newspaper_on=None)
    phasing.announce_phase(session, plan, phase, **who)
    assert letter.phase_id == phase.id and letter.in_time
    assert phase.min_end_on is not None and phase.min_end_on <= phase.ends_on
    letter.read_at = now()
    session.flush()
    phasing.close_phase(session, plan, phase, **who)
    assert read_held(session, [phase])[0].why_short.endswith("Hölls innan verktyget togs i bruk.")
    review = phasing.add_phase(session, plan, draft(today(), today() + timedelta(days=40), "review"), actor_id=None)
    announced(session, plan, review, files)
    with_paper(session, plan, review, files)
    assert stopped(lambda: phasing.open_phase(session, plan, review, **who)) == {"not_reported"}
    review.override_reason = "Samrådsredogörelsen finns i akten, dnr 12."
    phasing.announce_phase(session, plan, review, **who)
    assert review.status == "open"


def test_what_came_before_a_phase_is_announced_is_judged_when_it_is(session: Session, files: FileStore) -> None:
    plan = ready_plan(session)
    start = today() - timedelta(days=30)
    days = draft(start, start + timedelta(days=28), override_reason="Hölls innan verktyget togs i bruk.")
    phase = phasing.add_phase(session, plan, days, actor_id=None)
    before, within, after = (
        make_statement(session, plan, received_at=now() - timedelta(days=ago)) for ago in (35, 10, 1)
    )
    assert timing.reason_in_words(within) == timing.reason_in_words(after) == timing.PLANNED
    assert timing.reason_in_words(before) == timing.BEFORE
    announced(session, plan, phase, files)
    phasing.announce_phase(session, plan, phase, actor_id=None, at=now())
    assert [one.in_time for one in (before, within, after)] == [None, True, False]
    phasing.extend_phase(session, plan, phase, ends_on=today(), reason="Längre.", actor_id=None)
    assert [one.in_time for one in (before, within, after)] == [None, True, True]


def test_an_announced_phase_given_an_earlier_first_day_takes_in_what_came_since_then(session: Session) -> None:
    plan = ready_plan(session)
    phase = make_plan_phase(session, plan, status="announced", begins=5, days=40)
    letter = make_statement(session, plan, received_at=now() - timedelta(days=2))
    assert letter.phase_id is None
    earlier = draft(today() - timedelta(days=3), phase.ends_on)
    phasing.update_phase(session, plan, phase, earlier, version=None, actor_id=None)
    assert letter.phase_id == phase.id and letter.in_time


def newest_list(plan: Plan, phase: PlanPhase) -> Checklist:
    return phase_guards.announcements(rule_set(plan.rule_set), plan, phase)[0].checklist


def test_words_made_before_a_colleague_changed_the_days_are_asked_about(session: Session, files: FileStore) -> None:
    plan = ready_plan(session)
    phase = phasing.add_phase(session, plan, draft(), actor_id=None)
    state = phase_guards.announcements(rule_set(plan.rule_set), plan, phase)[0]
    words = announcing.suggested(state, facts_of(plan, phase, municipality="T", web_url="https://x.example"))
    seen = marks(state.checklist, plan, phase)
    phase.ends_on += timedelta(days=1)
    announced(session, plan, phase, files, items=words, seen=seen)
    stale = phase_guards.announcements(rule_set(plan.rule_set), plan, phase)[0].stale
    assert [one.key for one in stale] == ["availability", "within_period"]


def test_proof_is_kept_and_a_colleagues_words_are_not_written_over(session: Session, files: FileStore) -> None:
    plan = ready_plan(session)
    phase = phasing.add_phase(session, plan, draft(), actor_id=None)
    announced(session, plan, phase, files, proof=Proof("bevis.pdf", PDF))
    kept = phase.announcements[0]
    assert kept.proof_file_key is not None and files.get(kept.proof_file_key) == PDF
    with pytest.raises(Invalid) as caught:
        announced(session, plan, phase, files, proof=Proof("bevis.pdf", b"MZ\x00\x00"), board_url="anslagstavlan")
    assert set(caught.value.fields) == {"proof", "board_url"}
    facts = facts_of(plan, phase, municipality="T", web_url="")
    with pytest.raises(Conflict):
        announcing.save_announcement(
            session, plan, phase, kept.kind, AnnouncementDraft(),
            facts=facts, files=files, version=0, today=today(), actor_id=None,
        )  # fmt: skip
    with pytest.raises(Invalid) as caught:
        announced(session, plan, phase, files, on=phase.starts_on - timedelta(days=1))
    assert set(caught.value.fields) == {"board_posted_on", "newspaper_on"}, "what has not happened has no proof"


def test_an_open_phase_is_only_extended_and_who_was_late_is_then_in_time(session: Session) -> None:
    plan = make_plan(session)
    phase = make_plan_phase(session, plan, begins=-30, days=28)
    late = make_statement(session, plan)
    assert late.in_time is False
    with pytest.raises(Invalid):
        phasing.extend_phase(session, plan, phase, ends_on=phase.ends_on, reason="", actor_id=None)
    was = phase.ends_on
    made = phasing.extend_phase(
        session, plan, phase, ends_on=today() + timedelta(days=2), reason="Tjänsten låg nere.", actor_id=None
    )
    assert (made.was_on, phase.ends_on) == (was, today() + timedelta(days=2))
    session.expire_all()
    assert late.in_time is True


def test_a_phase_closes_when_its_time_is_over_and_all_is_read(session: Session) -> None:
    plan = make_plan(session)
    phase = make_plan_phase(session, plan, begins=-7, days=28)
    statement = make_statement(session, plan)
    assert stopped(lambda: phasing.close_phase(session, plan, phase, actor_id=None, at=now())) == {"unread", "not_over"}
    after = now() + timedelta(days=40)
    assert stopped(lambda: phasing.close_phase(session, plan, phase, actor_id=None, at=after)) == {"unread"}
    statement.read_at = now()
    session.flush()
    phasing.close_phase(session, plan, phase, actor_id=None, at=after)
    assert phase.status == "closed"


def test_a_phase_is_removed_until_somebody_was_told_of_it(session: Session, files: FileStore) -> None:
    plan = ready_plan(session)
    phase = phasing.add_phase(session, plan, draft(), actor_id=None)
    announced(session, plan, phase, files, board_posted_on=None, newspaper_on=None)
    phasing.remove_phase(session, plan, phase, actor_id=None)
    assert plan.phases == []
    again = phasing.add_phase(session, plan, draft(), actor_id=None)
    announced(session, plan, again, files)
    with pytest.raises(Conflict):
        phasing.remove_phase(session, plan, again, actor_id=None)


def test_documents_have_versions_and_the_register_extract_is_never_public(session: Session, files: FileStore) -> None:
    plan = make_plan(session)

    def add(kind: str, data: bytes, name: str = "a.pdf") -> Any:
        return documents.add_document(session, plan, DocumentDraft(kind, "", name, data), files=files, actor_id=None)

    first, second = add("plan_map", PDF), add("plan_map", PDF + b"2")
    assert (first.number, second.number, second.title) == (1, 2, "Plankarta")
    with pytest.raises(Invalid):
        add("plan_map", PDF + b"2")
    with pytest.raises(Invalid) as caught:
        add("plan_map", b"<html>", "karta.pdf")
    assert "file" in caught.value.fields
    assert not add("property_register_extract", PDF).is_public
    assert documents.newest_ids(session, plan) == {second.id}
    phase = make_plan_phase(session, plan)
    documents.show_in_phase(session, plan, phase, [second.id], actor_id=None)
    with pytest.raises(Invalid):
        documents.show_in_phase(session, plan, phase, [first.id], actor_id=None)
    with pytest.raises(Conflict):
        documents.remove_document(session, plan, second, files=files, actor_id=None)
    documents.remove_document(session, plan, first, files=files, actor_id=None)
    assert [one.id for versions in documents.list_documents(session, plan) for one in versions][0:1] == [second.id]
