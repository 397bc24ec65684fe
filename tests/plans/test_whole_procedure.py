"""A whole extended procedure and a standard one: sixty statements, four hundred points, and the reports read back."""

import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.config import Config
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.files import FileStore
from mapdialog.plans import changes, phasing, unmet
from mapdialog.plans.answer_rules import AnswerDraft
from mapdialog.plans.changes import ChangeDraft
from mapdialog.plans.models import PlanPhase
from mapdialog.plans.phase_guards import Stopped
from mapdialog.reports.plan_report import PlanReportContent
from tests.plan_seeds import make_plan
from tests.plans.corpus import PLACES, WISHES, Voice, voices
from tests.plans.playing import Play, clock
from tests.seeds import make_account

CONSULTATION, REVIEW = (date(2026, 2, 2), date(2026, 3, 2)), (date(2026, 5, 4), date(2026, 6, 1))
OUTCOMES = ("met", "partly_met", "not_met", "outside_plan", "forwarded", "noted")


@pytest.fixture
def play(session: Session, config: Config) -> Play:
    author = make_account(session, Role.PLANNER, "a@plan.example")
    reviewer = make_account(session, Role.ADMINISTRATOR, "b@plan.example")
    files = FileStore(f"file://{config.data_dir}/played")
    facts = {"deviates_from_comprehensive_plan": False, "significant_impact_assumed": False}
    given = {"submit_to": "Samhällsbyggnadsnämnden, 231 83 Trelleborg", "contact": "plan@x.example"}
    plan = make_plan(session, officer_id=author.id, **facts, **given)
    return Play(session, plan, config, files, author.id, reviewer.id)


def answer_all(play: Play, said: Sequence[Voice], day: date) -> None:
    """One answer for each wish, wherever it is wished for; the outcomes take turns."""
    wanted = {words for voice in said for _, words in voice.points}
    for number, (_, wish) in enumerate(WISHES):
        outcome = OUTCOMES[number % len(OUTCOMES)]
        words = [one for place in PLACES if (one := wish.format(place)) in wanted]
        draft = AnswerDraft(
            text=f"Svar nummer {number}: kommunen har prövat frågan.",
            outcome=outcome,
            reason="" if outcome == "met" else f"Skäl nummer {number}: avvägningen mot behovet av bostäder.",
            forwarded_to="Gatuenheten" if outcome == "forwarded" else "",
        )
        if words:
            play.answer(words, draft, clock(day))


def everything(path: Path) -> str:
    """All that a Word file says anywhere, with its markup."""
    with zipfile.ZipFile(path) as file:
        return "\n".join(file.read(name).decode() for name in file.namelist() if name.endswith((".xml", ".rels")))


def paragraphs(path: Path) -> list[str]:
    """Every paragraph, also those in tables."""
    document = Document(str(path))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    return [one.text for one in document.paragraphs] + [one.text for cell in cells for one in cell.paragraphs]


def told_once(path: Path, said: Sequence[Voice]) -> None:
    whole = Counter(paragraphs(path))
    text = "\n".join(whole)
    missing = [words for voice in said for _, words in voice.points if text.count(words) < 1]
    assert not missing


def sums_are_right(content: PlanReportContent, said: Sequence[Voice]) -> None:
    count = sum(len(voice.points) for voice in said)
    points = [point for group in content.groups for one in group.statements for point in one.points]
    assert Counter(one.view for one in points) == Counter(words for voice in said for _, words in voice.points)
    assert content.totals.statements == len(said) and content.totals.points == count
    assert sum(one.count for one in content.totals.by_outcome) == count
    assert sum(statements for _, statements, _ in content.totals.by_group) == len(said)
    assert {one.outcome for one in points if not one.reason} <= {"met"}


def close_after_reading(play: Play, phase: PlanPhase, said: Sequence[Voice], on: date) -> None:
    """Receive, be stopped while something is unread, split and read all, and close."""
    statements = play.receive(phase, said)
    with pytest.raises(Stopped) as stopped:
        phasing.close_phase(play.session, play.plan, phase, actor_id=play.author_id, at=clock(on))
    assert "unread" in {one.key for one in stopped.value.problems}
    play.split(statements, said, clock(on))
    phasing.close_phase(play.session, play.plan, phase, actor_id=play.author_id, at=clock(on))


def nobody_is_named(path: Path, said: Sequence[Voice]) -> None:
    whole = everything(path)
    private = [voice for voice in said if voice.name]
    values = {value for one in private for value in (one.name, one.email, one.address.split(",")[0]) if value}
    values |= {one.property_designation for one in private if one.special == "protected" and one.property_designation}
    assert not [value for value in values if value in whole]
    hidden = [words for one in said if one.special == "protected" for _, words in one.points]
    assert not [words for words in hidden if words in whole], "what a protected person wrote is counted, not told"


def test_an_extended_procedure_from_announcement_to_review_report(play: Play, tmp_path: Path) -> None:
    said = voices()
    first, last = said[:40], said[40:]
    phase = play.open("consultation", *CONSULTATION)
    close_after_reading(play, phase, first, date(2026, 3, 4))
    late = [one for one in said if one.special == "late"]
    with pytest.raises(Invalid), play.session.begin_nested():
        play.finish(phase, "samradsredogorelse", "full", clock(date(2026, 4, 1)), tmp_path)
    answer_all(play, first, date(2026, 4, 1))
    change = ChangeDraft("Husen sänks en våning.", phase.id)
    changes.save_change(play.session, play.plan, change, actor_id=play.author_id)
    full = play.content(phase, "samradsredogorelse", "full", clock(date(2026, 4, 2)))
    sums_are_right(full, first)
    assert full.totals.late == len(late) == 1 and full.totals.oral == 1
    path = play.finish(phase, "samradsredogorelse", "full", clock(date(2026, 4, 2)), tmp_path)
    told_once(path, first)
    web = play.finish(phase, "samradsredogorelse", "web", clock(date(2026, 4, 2)), tmp_path)
    nobody_is_named(web, first)

    review = play.open("review", *REVIEW)
    close_after_reading(play, review, last, date(2026, 6, 3))
    answer_all(play, last, date(2026, 6, 10))
    met = next(point for words, point in play.points.items() if point.statement_id and "sänkas" in words)
    change = ChangeDraft(phase_id=review.id, description="Huset sänks en våning.", document="Plankarta")
    made = changes.save_change(play.session, play.plan, change, actor_id=play.author_id)
    assert changes.link_points(play.session, made, [met], actor_id=play.author_id) == 1
    statement = play.finish(review, "granskningsutlatande", "full", clock(date(2026, 6, 15)), tmp_path)
    told_once(statement, last)
    nobody_is_named(play.finish(review, "granskningsutlatande", "web", clock(date(2026, 6, 15)), tmp_path), last)

    people = unmet.list_unmet(play.session, play.plan)
    assert people, "those whose views were not met in either phase are told"
    with pytest.raises(IntegrityError), play.session.begin_nested():
        play.session.execute(text("update plan_report set error = 'x'"))
    with pytest.raises((Conflict, Invalid)):
        phasing.extend_phase(
            play.session, play.plan, phase, ends_on=date(2026, 2, 20), reason="kortare",
            actor_id=play.author_id,
        )  # fmt: skip


def test_a_standard_procedure_answers_everything_in_its_review_report(
    session: Session, config: Config, tmp_path: Path
) -> None:
    author = make_account(session, Role.PLANNER, "c@plan.example")
    reviewer = make_account(session, Role.ADMINISTRATOR, "d@plan.example")
    facts = {"deviates_from_comprehensive_plan": False, "significant_impact_assumed": False, "grounds": ()}
    given = {"submit_to": "Samhällsbyggnadsnämnden", "contact": "plan@x.example", "procedure": "standard"}
    plan = make_plan(session, officer_id=author.id, **facts, **given)
    files = FileStore(f"file://{config.data_dir}/played")
    play = Play(session, plan, config, files, author.id, reviewer.id)
    said = voices()[:12]
    phase = play.open("consultation", *CONSULTATION)
    close_after_reading(play, phase, said[:6], date(2026, 3, 4))
    answer_all(play, said[:6], date(2026, 4, 1))
    review = play.open("review", *REVIEW)
    close_after_reading(play, review, said[6:], date(2026, 6, 3))
    answer_all(play, said[6:], date(2026, 6, 10))
    change = ChangeDraft("Husen sänks en våning.", review.id)
    changes.save_change(play.session, play.plan, change, actor_id=play.author_id)
    path = play.finish(review, "granskningsutlatande", "full", clock(date(2026, 6, 15)), tmp_path)
    told_once(path, said)
