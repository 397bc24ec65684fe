"""Table of reports: every version of a statutory report, how its making goes, and the files when it is finished."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from mapdialog.accounts.models import Account
from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal
from mapdialog.plans.answer_models import PlanAnswer, PlanPoint
from mapdialog.plans.kinds import Edition, ReportKind, among
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.statement_models import PlanStatement


class PlanReport(Base):
    """One version of a report in one edition and format.

    `state` goes queued → running → done or failed (`error` says why, `progress` 0–100). With `frozen_at` it is
    finished: approved by somebody, its file and `sha256` (hexadecimal) never change (a trigger sees to it).
    `content_sha256` is of what the file says, to tell whether that is still so. Both formats share one number series.
    `reason` tells why it was finished past what was asked about it; `consents` is the count of approvals as it was
    approved, where the law asks for them.
    """

    __tablename__ = "plan_report"
    __table_args__ = (
        UniqueConstraint("plan_id", "phase_id", "kind", "edition", "format", "number"),
        CheckConstraint(among("kind", ReportKind), name="kind"),
        CheckConstraint(among("edition", Edition), name="edition"),
        CheckConstraint("format in ('docx','pdf')", name="format"),
        CheckConstraint("state in ('queued','running','done','failed')", name="state"),
        CheckConstraint("progress between 0 and 100", name="progress"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("state <> 'done' or (file_key is not null and sha256 is not null)", name="done_has_a_file"),
        CheckConstraint("frozen_at is null or (state = 'done' and not is_draft)", name="only_finished_is_frozen"),
        Index("ix_plan_report_waiting", "asked_at", postgresql_where=text("state in ('queued','running')")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id, ondelete="RESTRICT"))
    phase_id: Mapped[int] = mapped_column(ForeignKey(PlanPhase.id, ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(Text, info=impersonal())
    edition: Mapped[str] = mapped_column(Text, info=impersonal())
    format: Mapped[str] = mapped_column(Text, info=impersonal())
    number: Mapped[int]
    is_draft: Mapped[bool] = mapped_column(server_default="true")
    state: Mapped[str] = mapped_column(Text, server_default="queued", info=impersonal())
    progress: Mapped[int] = mapped_column(server_default="0")
    error: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    file_key: Mapped[str | None] = mapped_column(Text, info=impersonal())
    sha256: Mapped[str | None] = mapped_column(Text, info=impersonal())
    content_sha256: Mapped[str | None] = mapped_column(Text, info=impersonal())
    size_bytes: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    consents: Mapped[str | None] = mapped_column(Text, info=impersonal())
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    made_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    frozen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PlanReportHolding(Base):
    """What a finished report tells: a statement, and each of its points with the version of the answer that it gives.

    Written as the report is approved and never changed (a trigger sees to it). A statement that was not divided stands
    in a row without a point.
    """

    __tablename__ = "plan_report_holding"
    __table_args__ = (
        CheckConstraint("point_id is not null or answer_id is null", name="an_answer_has_its_point"),
        CheckConstraint("(answer_id is null) = (answer_version is null)", name="answer_in_a_version"),
        Index(None, "answer_id", "answer_version"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey(PlanReport.id, ondelete="RESTRICT"), index=True)
    statement_id: Mapped[int] = mapped_column(BigInteger, ForeignKey(PlanStatement.id, ondelete="RESTRICT"), index=True)
    point_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey(PlanPoint.id, ondelete="RESTRICT"), index=True)
    answer_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey(PlanAnswer.id, ondelete="RESTRICT"))
    answer_version: Mapped[int | None]


class PlanCorrection(Base):
    """That what a finished report holds was opened to be corrected, and why: an answer in the version that it had
    there, or a statement that it tells of: without points, or registered wrongly."""

    __tablename__ = "plan_correction"
    __table_args__ = (
        UniqueConstraint("answer_id", "was_version"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("(answer_id is null) = (was_version is null)", name="answer_in_a_version"),
        CheckConstraint("(answer_id is null) <> (statement_id is null)", name="of_one_thing"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id, ondelete="RESTRICT"), index=True)
    answer_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey(PlanAnswer.id, ondelete="RESTRICT"))
    statement_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey(PlanStatement.id, ondelete="RESTRICT"), index=True
    )
    was_version: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, info=impersonal())
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
