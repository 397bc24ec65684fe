"""Plays a plan through its steps with the application's own actions, at whatever time the test says it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core.clock import STOCKHOLM
from mapdialog.core.files import FileStore
from mapdialog.plans import announcing, answering, approving, documents, phase_guards, phasing, points, themes
from mapdialog.plans.announcement_facts import facts_of
from mapdialog.plans.announcing import AnnouncementDraft
from mapdialog.plans.answer_models import PlanPoint
from mapdialog.plans.answer_rules import AnswerDraft
from mapdialog.plans.documents import DocumentDraft
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.phasing import PhaseDraft
from mapdialog.plans.points import PointDraft
from mapdialog.plans.receiving import NewStatement, receive_statement
from mapdialog.plans.rule_sets import rule_set
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.statement_tending import mark_read
from mapdialog.reports import plan_reports
from mapdialog.reports.plan_report import PlanReportContent
from mapdialog.reports.plan_report_making import Maker, make_content
from tests.plan_seeds import make_sending
from tests.plans.corpus import Voice

SENDINGS = {"consultation": ("consultation_invitation",), "review": ("review_notice", "review_documents")}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF\n"


def clock(day: date, hour: int = 12, minute: int = 0) -> datetime:
    """That time of that day in Stockholm."""
    return datetime.combine(day, time(hour, minute), STOCKHOLM)


@dataclass
class Play:
    """A plan being played: who writes answers, who reviews them, and the points by their words."""

    session: Session
    plan: Plan
    config: Config
    files: FileStore
    author_id: int
    reviewer_id: int
    points: dict[str, PlanPoint] = field(default_factory=dict)
    themes: dict[str, int] = field(default_factory=dict)

    def open(self, kind: str, starts_on: date, ends_on: date) -> PlanPhase:
        """A phase from its preparation to its first morning."""
        who: dict[str, Any] = {"actor_id": self.author_id}
        phase = phasing.add_phase(self.session, self.plan, PhaseDraft(kind, starts_on, ends_on), **who)
        draft = DocumentDraft("plan_description", f"Planbeskrivning {kind}", "plan.pdf", PDF)
        made = documents.add_document(self.session, self.plan, draft, files=self.files, **who)
        documents.show_in_phase(self.session, self.plan, phase, [made.id], **who)
        for state in phase_guards.announcements(rule_set(self.plan.rule_set), self.plan, phase):
            self._announce(phase, state)
        make_sending(self.session, phase, *SENDINGS[kind])
        phasing.announce_phase(self.session, self.plan, phase, at=clock(starts_on, 7), **who)
        return phase

    def _announce(self, phase: PlanPhase, state: Any) -> None:
        facts = facts_of(self.plan, phase, municipality="Trelleborgs kommun", web_url="https://x.example/p")
        written = AnnouncementDraft(
            items={key: words or "Se handlingarna." for key, words in announcing.suggested(state, facts).items()},
            board_url="https://x.example/anslag",
            board_posted_on=phase.starts_on,
            newspaper="Ortstidningen",
            newspaper_on=phase.starts_on,
        )
        announcing.save_announcement(
            self.session, self.plan, phase, state.need.kind, written,
            facts=facts, files=self.files, version=None, today=phase.starts_on, actor_id=self.author_id,
        )  # fmt: skip

    def receive(self, phase: PlanPhase, voices: Iterable[Voice]) -> list[PlanStatement]:
        """Each voice's statement, spread over the phase; the late one two minutes after the last second."""
        made = []
        for number, voice in enumerate(voices):
            at = clock(phase.starts_on + timedelta(days=number % (phase.ends_on - phase.starts_on).days), 13)
            if voice.special == "late":
                at = clock(phase.ends_on + timedelta(days=1), 0, 1)
            made.append(self._receive(voice, at))
        return made

    def _receive(self, voice: Voice, at: datetime) -> PlanStatement:
        import uuid

        new = NewStatement(
            client_id=uuid.uuid4(),
            text=voice.text,
            received_by=voice.channel,
            received_at=at,
            contact_name=voice.name,
            contact_email=voice.email,
            organisation=voice.organisation,
            postal_address=voice.address,
            property_designation=voice.property_designation,
            party_group=voice.group,
            is_protected=voice.special == "protected",
            language="en" if voice.special == "english" else "sv",
            signatories=40 if voice.special == "petition" else 1,
        )
        return receive_statement(
            self.session, self.plan, new, secret_key="t" * 64, receipt_prefix="TRE", at=at, actor_id=self.author_id
        ).statement

    def split(self, statements: Sequence[PlanStatement], voices: Sequence[Voice], at: datetime) -> None:
        """Each statement into its points, quoted where they stand, and read."""
        for statement, voice in zip(statements, voices, strict=True):
            for theme, words in voice.points:
                if theme not in self.themes:
                    self.themes[theme] = themes.save_theme(self.session, self.plan, theme, actor_id=self.author_id).id
                draft = PointDraft(summary=words, quote=words, theme_id=self.themes[theme])
                self.points[words] = points.add_point(self.session, statement, draft, actor_id=self.author_id)
            mark_read(self.session, statement, True, at=at, actor_id=self.author_id)

    def answer(self, words: Sequence[str], draft: AnswerDraft, at: datetime) -> None:
        """One answer for all of them, reviewed and approved by somebody else."""
        chosen = [self.points[one] for one in words]
        saving = answering.answer_points(self.session, self.plan, chosen, draft, actor_id=self.author_id)
        approving.review_many(self.session, [saving.answer], at=at, actor_id=self.reviewer_id)
        approving.approve_many(self.session, [saving.answer], at=at, actor_id=self.reviewer_id)

    def content(self, phase: PlanPhase, kind: str, edition: str, at: datetime) -> PlanReportContent:
        """What the report says, without its map."""
        maker = Maker(self.plan, phase, kind, edition, "Trelleborgs kommun", "1287", is_draft=False, has_map=False)
        return make_content(self.session, maker, at=at)

    def finish(self, phase: PlanPhase, kind: str, edition: str, at: datetime, to: Path) -> Path:
        """The finished and approved report as a Word file."""
        asked = plan_reports.ask_for(
            self.session, self.plan, kind, edition, "docx", phase=phase, is_draft=False, actor_id=self.author_id, at=at
        )
        plan_reports.keep(self.session, asked, self.config, self.files, at=at, tell=lambda percent: None)
        plan_reports.approve(self.session, asked, self.config, actor_id=self.reviewer_id, at=at)
        assert asked.file_key is not None
        path = to / f"{kind}-{edition}.docx"
        path.write_bytes(self.files.get(asked.file_key))
        return path
