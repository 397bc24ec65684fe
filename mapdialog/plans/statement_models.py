"""Tables of statements: what was received in a plan, in which phase, from whom, and the files that came with it."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapdialog.accounts.models import Account
from mapdialog.contributions.models import Contribution
from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal, personal
from mapdialog.plans.kinds import Channel, PartyGroup, Stance, among
from mapdialog.plans.models import Plan, PlanFeature, PlanMeeting, PlanPhase
from mapdialog.plans.party_models import PlanParty


class PlanStatement(Contribution):
    """A statement (yttrande) in a plan: the contribution's kind `plan_statement`.

    From the common row come `client_id`, `receipt`, `raw_text`, `language`, `geom`, `contact_name` and `contact_email`
    (as they were given), and `received_at`: when it reached the municipality, which for a letter is what the
    registrar says. With `place_source` 'plan' nobody pointed at a place: the point is one inside the plan's area, and
    maps and district counts leave it out. `registered_at` is the server's clock when it was written here.
    `in_time` is None outside every phase; `written` is False for what was said aloud, which gives no right to appeal.
    Never public: the reports are what the public reads.
    """

    __tablename__ = "plan_statement"
    __table_args__: Any = (
        ForeignKeyConstraint(["phase_id", "plan_id"], ["plan_phase.id", "plan_phase.plan_id"], ondelete="RESTRICT"),
        ForeignKeyConstraint(["party_id", "plan_id"], ["plan_party.id", "plan_party.plan_id"], ondelete="RESTRICT"),
        ForeignKeyConstraint(["feature_id", "plan_id"], ["plan_feature.id", "plan_feature.plan_id"]),
        ForeignKeyConstraint(["duplicate_of_id", "plan_id"], ["plan_statement.id", "plan_statement.plan_id"]),
        UniqueConstraint("id", "plan_id"),
        UniqueConstraint("plan_id", "number"),
        CheckConstraint(among("received_by", Channel), name="received_by"),
        CheckConstraint(among("party_group", PartyGroup), name="party_group"),
        CheckConstraint(among("stance", Stance), name="stance"),
        CheckConstraint("shown_as in ('number','property','name')", name="shown_as"),
        CheckConstraint("duplicate_of_id <> id", name="duplicates_another"),
        CheckConstraint("(phase_id is null) = (in_time is null)", name="in_time_in_a_phase"),
        CheckConstraint("signatories >= 1", name="signatories"),
        Index(None, "plan_id", "phase_id"),
        Index(None, "party_id"),
    )
    __mapper_args__ = {"polymorphic_identity": "plan_statement"}

    id: Mapped[int] = mapped_column(ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id, ondelete="RESTRICT"))
    phase_id: Mapped[int | None]
    number: Mapped[int]
    party_id: Mapped[int | None]
    party_group: Mapped[str] = mapped_column(Text, server_default="public", info=impersonal())
    received_by: Mapped[str] = mapped_column(Text, info=impersonal())
    written: Mapped[bool]
    in_time: Mapped[bool | None]
    registry_no: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    registered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    organisation: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    postal_address: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    property_designation: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    is_protected: Mapped[bool] = mapped_column(server_default="false")
    shown_as: Mapped[str] = mapped_column(Text, server_default="number", info=impersonal())
    stance: Mapped[str] = mapped_column(Text, server_default="neutral", info=impersonal())
    summary: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    subject: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    source_key: Mapped[str | None] = mapped_column(Text, info=personal("plan"))
    feature_id: Mapped[int | None]
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey(PlanMeeting.id, ondelete="RESTRICT"))
    signatories: Mapped[int] = mapped_column(server_default="1")
    duplicate_of_id: Mapped[int | None] = mapped_column(BigInteger)
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    views_withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    plan: Mapped[Plan] = relationship(foreign_keys=[plan_id])
    phase: Mapped[PlanPhase | None] = relationship(
        primaryjoin="PlanPhase.id == foreign(PlanStatement.phase_id)", viewonly=True
    )
    party: Mapped[PlanParty | None] = relationship(
        primaryjoin="PlanParty.id == foreign(PlanStatement.party_id)", viewonly=True
    )
    feature: Mapped[PlanFeature | None] = relationship(
        primaryjoin="PlanFeature.id == foreign(PlanStatement.feature_id)", viewonly=True
    )
    files: Mapped[list["PlanStatementFile"]] = relationship(order_by="PlanStatementFile.id")


class PlanStatementFile(Base):
    """A file that came with a statement, stored as it was received (a trigger sees to it); never public."""

    __tablename__ = "plan_statement_file"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey(PlanStatement.id, ondelete="CASCADE"), index=True)
    client_id: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True)
    file_key: Mapped[str] = mapped_column(Text, info=personal("plan"))
    file_name: Mapped[str] = mapped_column(Text, info=personal("plan"))
    content_type: Mapped[str] = mapped_column(Text, info=impersonal())
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text, info=impersonal())
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class ServiceOutage(Base):
    """A time when the service could not receive: a reason for an officer to extend a phase."""

    __tablename__ = "service_outage"
    __table_args__ = (CheckConstraint("ended_at > began_at", name="ends_after_it_begins"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    note: Mapped[str] = mapped_column(Text, info=impersonal())
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    noted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class PlanPhaseExtension(Base):
    """That a phase was given a later end after it was opened, why, and by whom; append-only but for the proof of where
    the new day was announced."""

    __tablename__ = "plan_phase_extension"
    __table_args__ = (
        CheckConstraint("ends_on > was_on", name="only_later"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("board_removed_on >= board_posted_on", name="removed_after_it_was_posted"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    phase_id: Mapped[int] = mapped_column(ForeignKey(PlanPhase.id, ondelete="RESTRICT"), index=True)
    was_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text, info=impersonal())
    outage_id: Mapped[int | None] = mapped_column(ForeignKey(ServiceOutage.id, ondelete="RESTRICT"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    decided_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    board_url: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    board_posted_on: Mapped[date | None] = mapped_column(Date)
    board_removed_on: Mapped[date | None] = mapped_column(Date)
    newspaper: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    newspaper_on: Mapped[date | None] = mapped_column(Date)
    proof_file_key: Mapped[str | None] = mapped_column(Text, info=impersonal())
    proof_file_name: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    version: Mapped[int] = mapped_column(server_default="1")


class PlanDraftFile(Base):
    """A file of a statement that is being written or registered: kept with its form until that is sent, then removed.

    `owner` is the account that registers, 0 for a citizen; `form_id` the form. The bytes lie in the file store.
    """

    __tablename__ = "plan_draft_file"
    __table_args__ = (UniqueConstraint("owner", "form_id", "sha256"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    owner: Mapped[int]
    form_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    sha256: Mapped[str] = mapped_column(Text, info=impersonal())
    file_key: Mapped[str] = mapped_column(Text, info=personal("plan"))
    file_name: Mapped[str] = mapped_column(Text, info=personal("plan"))
    kind: Mapped[str] = mapped_column(Text, info=impersonal())
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    kept_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), index=True)
