"""Tables of those a plan concerns, and of what was sent to them. Never public, never in a public export or a log."""

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
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapdialog.accounts.models import Account
from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal, personal
from mapdialog.plans.kinds import DispatchKind, PartyGroup, among
from mapdialog.plans.models import Plan, PlanPhase


class PlanParty(Base):
    """Somebody the plan concerns, or who has written: an authority, an owner, a resident, an organisation.

    `number` is what a private person is called in the web version ("Privatperson 12"); it is given once in a plan and
    never used again. One with `is_protected` is left out of exports, letters, maps and searches, except for those who
    may read protected identities, and every reading is logged. One that turned out to be another is merged into that:
    its row stays, for what was sent to it and for its number, and is in no list. `consent` is '' until it has answered
    whether it approves the proposal.
    """

    __tablename__ = "plan_party"
    __table_args__: Any = (
        UniqueConstraint("plan_id", "number"),
        UniqueConstraint("id", "plan_id"),
        CheckConstraint(among("party_group", PartyGroup), name="party_group"),
        CheckConstraint("source in ('register','self','staff')", name="source"),
        CheckConstraint("notify_by in ('letter','email','none')", name="notify_by"),
        CheckConstraint("name <> '' or organisation <> ''", name="is_somebody"),
        CheckConstraint("consent in ('','approved','declined')", name="consent"),
        CheckConstraint("merged_into_id <> id", name="not_into_itself"),
        ForeignKeyConstraint(
            ["merged_into_id", "plan_id"],
            ["plan_party.id", "plan_party.plan_id"],
            name="fk_plan_party_merged_into_id_plan_party",
            ondelete="RESTRICT",
        ),
        Index(None, "plan_id", "party_group"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id, ondelete="RESTRICT"))
    number: Mapped[int]
    party_group: Mapped[str] = mapped_column(Text, info=impersonal())
    name: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    organisation: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    property_designation: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    street: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    postal_code: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    city: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    email: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    phone: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    note: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    is_protected: Mapped[bool] = mapped_column(server_default="false")
    source: Mapped[str] = mapped_column(Text, server_default="staff", info=impersonal())
    notify_by: Mapped[str] = mapped_column(Text, server_default="letter", info=impersonal())
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1")
    consent: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    consent_on: Mapped[date | None] = mapped_column(Date)
    consent_note: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    merged_into_id: Mapped[int | None] = mapped_column(index=True)
    merged_into: Mapped["PlanParty | None"] = relationship(
        primaryjoin="foreign(PlanParty.merged_into_id) == remote(PlanParty.id)", viewonly=True
    )

    @property
    def standing(self) -> "PlanParty":
        """The party that this one is merged into, or itself."""
        return self.merged_into or self


class PlanDispatch(Base):
    """A sending to many: an invitation to a consultation, a notice of review, of the report (5:24), of adoption (5:30).

    From `frozen_at` on the list of recipients is a document and is never altered (triggers see to it); `sha256` is the
    checksum of the list as it was frozen.
    """

    __tablename__ = "plan_dispatch"
    __table_args__ = (
        CheckConstraint(among("kind", DispatchKind), name="kind"),
        CheckConstraint("(frozen_at is null) = (sha256 is null)", name="frozen_with_a_checksum"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id, ondelete="RESTRICT"), index=True)
    phase_id: Mapped[int | None] = mapped_column(ForeignKey(PlanPhase.id, ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(Text, info=impersonal())
    title: Mapped[str] = mapped_column(Text, info=impersonal())
    body: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    frozen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sha256: Mapped[str | None] = mapped_column(Text, info=impersonal())
    recipients: Mapped[list["PlanRecipient"]] = relationship(
        order_by="PlanRecipient.id", back_populates="dispatch", cascade="all, delete-orphan"
    )


class PlanRecipient(Base):
    """One recipient of a dispatch as they were then: name and address are copies. Sending adds when and the proof.

    `mail_id` is the mail's number in the queue; `mail_failed_on` the day it turned out that it never can be delivered.
    """

    __tablename__ = "plan_recipient"
    __table_args__ = (
        UniqueConstraint("dispatch_id", "party_id"),
        ForeignKeyConstraint(["party_id"], ["plan_party.id"], ondelete="RESTRICT"),
        CheckConstraint("channel in ('letter','email','none')", name="channel"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    dispatch_id: Mapped[int] = mapped_column(ForeignKey(PlanDispatch.id, ondelete="CASCADE"))
    party_id: Mapped[int] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(Text, info=impersonal())
    name: Mapped[str] = mapped_column(Text, info=personal("plan"))
    address: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    email: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    reason: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    sent_on: Mapped[date | None] = mapped_column(Date)
    proof: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    mail_id: Mapped[int | None] = mapped_column(BigInteger)
    mail_failed_on: Mapped[date | None] = mapped_column(Date)
    dispatch: Mapped[PlanDispatch] = relationship(back_populates="recipients")
    party: Mapped[PlanParty] = relationship()
