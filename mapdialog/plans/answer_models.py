"""Tables of the answering: points of statements, themes, answers and every wording of them, changes to the plan."""

from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapdialog.accounts.models import Account
from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal, personal
from mapdialog.plans.kinds import AnswerStatus, Outcome, among
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.statement_models import PlanStatement


class PlanTheme(Base):
    """What points are about, in one plan's own words: traffic, heights, shade."""

    __tablename__ = "plan_theme"
    __table_args__ = (
        UniqueConstraint("plan_id", "label"),
        UniqueConstraint("id", "plan_id"),
        CheckConstraint("label <> ''", name="label"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id, ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(Text, info=impersonal())
    position: Mapped[int] = mapped_column(server_default="0")


class PlanAnswer(Base):
    """The municipality's answer, given once and used for one point or many.

    A draft until it is reviewed and then final; only final answers are in a report. Unless the views are met it gives
    a reason. `version` counts every saving: who saves over another's work is told, and both wordings are kept in
    `PlanAnswerWording`.
    """

    __tablename__ = "plan_answer"
    __table_args__ = (
        UniqueConstraint("id", "plan_id"),
        CheckConstraint(among("outcome", Outcome), name="outcome"),
        CheckConstraint(among("status", AnswerStatus), name="status"),
        CheckConstraint("status = 'draft' or (text <> '' and outcome is not null)", name="whole_before_it_is_reviewed"),
        CheckConstraint("status = 'draft' or outcome = 'met' or reason <> ''", name="reason_unless_met"),
        Index(None, "plan_id", "status"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id, ondelete="RESTRICT"))
    text: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    outcome: Mapped[str | None] = mapped_column(Text, info=impersonal())
    reason: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    forwarded_to: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    status: Mapped[str] = mapped_column(Text, server_default="draft", info=impersonal())
    author_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finalised_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1")
    author: Mapped[Account | None] = relationship(foreign_keys=[author_id])
    reviewer: Mapped[Account | None] = relationship(foreign_keys=[reviewer_id])
    approver: Mapped[Account | None] = relationship(foreign_keys=[approver_id])
    points: Mapped[list["PlanPoint"]] = relationship(
        back_populates="answer", order_by="PlanPoint.statement_id, PlanPoint.seq", foreign_keys="PlanPoint.answer_id"
    )


class PlanAnswerWording(Base):
    """Every wording that somebody saved of an answer, also one that met another's and was kept aside; append-only.

    `point_ids` are the points that a kept one was written for, empty for all that have the answer.
    """

    __tablename__ = "plan_answer_wording"
    __table_args__ = (Index(None, "answer_id", "version"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey(PlanAnswer.id, ondelete="CASCADE"))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text, info=impersonal())
    outcome: Mapped[str | None] = mapped_column(Text, info=impersonal())
    reason: Mapped[str] = mapped_column(Text, info=impersonal())
    forwarded_to: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    status: Mapped[str] = mapped_column(Text, info=impersonal())
    is_kept_aside: Mapped[bool] = mapped_column(server_default="false")
    point_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    actor: Mapped[Account | None] = relationship()


class PlanPoint(Base):
    """One view in a statement: the words it quotes, a summary, its theme and place, and the answer it got.

    `quote_start` and `quote_end` are offsets (characters of `raw_text`, end excluded) where the words were selected.
    """

    __tablename__ = "plan_point"
    __table_args__: Any = (
        ForeignKeyConstraint(
            ["statement_id", "plan_id"], ["plan_statement.id", "plan_statement.plan_id"], ondelete="RESTRICT"
        ),
        ForeignKeyConstraint(["theme_id", "plan_id"], ["plan_theme.id", "plan_theme.plan_id"]),
        ForeignKeyConstraint(["answer_id", "plan_id"], ["plan_answer.id", "plan_answer.plan_id"]),
        ForeignKeyConstraint(["feature_id", "plan_id"], ["plan_feature.id", "plan_feature.plan_id"]),
        ForeignKeyConstraint(["duplicate_of_id", "plan_id"], ["plan_point.id", "plan_point.plan_id"]),
        UniqueConstraint("statement_id", "seq", deferrable=True, initially="DEFERRED"),
        UniqueConstraint("id", "plan_id"),
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint("summary <> '' or quote <> ''", name="says_something"),
        CheckConstraint("quote_end > quote_start", name="quote"),
        CheckConstraint("duplicate_of_id <> id", name="duplicates_another"),
        Index(None, "plan_id", "theme_id"),
        Index(None, "answer_id"),
        Index(None, "assigned_to_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id, ondelete="RESTRICT"))
    statement_id: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int]
    quote: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    quote_start: Mapped[int | None]
    quote_end: Mapped[int | None]
    summary: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    theme_id: Mapped[int | None]
    feature_id: Mapped[int | None]
    geom: Mapped[WKBElement | None] = mapped_column(Geometry("GEOMETRY", 3006, spatial_index=False))
    duplicate_of_id: Mapped[int | None] = mapped_column(BigInteger)
    answer_id: Mapped[int | None] = mapped_column(BigInteger)
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(server_default="1")
    statement: Mapped[PlanStatement] = relationship(
        primaryjoin="PlanStatement.id == foreign(PlanPoint.statement_id)", viewonly=True
    )
    theme: Mapped[PlanTheme | None] = relationship(
        primaryjoin="PlanTheme.id == foreign(PlanPoint.theme_id)", viewonly=True
    )
    answer: Mapped[PlanAnswer | None] = relationship(
        primaryjoin="PlanAnswer.id == foreign(PlanPoint.answer_id)", viewonly=True, back_populates="points"
    )


class PlanChange(Base):
    """A change of the plan after a phase, in the words the report uses, and the points that caused it."""

    __tablename__ = "plan_change"
    __table_args__ = (UniqueConstraint("id", "plan_id"), CheckConstraint("description <> ''", name="description"))

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id, ondelete="RESTRICT"), index=True)
    phase_id: Mapped[int] = mapped_column(ForeignKey(PlanPhase.id, ondelete="RESTRICT"))
    description: Mapped[str] = mapped_column(Text, info=impersonal())
    document: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    is_major: Mapped[bool] = mapped_column(server_default="false")
    position: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    causes: Mapped[list["PlanChangePoint"]] = relationship(cascade="all, delete-orphan")


class PlanChangePoint(Base):
    """That a point caused a change of the plan."""

    __tablename__ = "plan_change_point"
    __table_args__ = (
        ForeignKeyConstraint(["change_id", "plan_id"], ["plan_change.id", "plan_change.plan_id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["point_id", "plan_id"], ["plan_point.id", "plan_point.plan_id"], ondelete="CASCADE"),
    )

    change_id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, index=True)
    plan_id: Mapped[int]
