"""Tables of plans: the plan, its phases, meetings, documents, map parts and announcements, and its adoption."""

from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapdialog.accounts.models import Account
from mapdialog.core.clock import local, now
from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal, personal
from mapdialog.dialogues.models import Dialogue
from mapdialog.plans.kinds import AnnouncementKind, PhaseKind, PhaseStatus, PlanKind, Procedure, among


class Plan(Base):
    """A plan case from the day it is started to legal force.

    Its statements are contributions, and contributions lie in a dialogue: each plan has one of its own, of kind 'plan',
    which is never published (docs/decisions/0006). `rule_set` names the legal version of the day it was started and
    is fixed once it is announced (by a trigger). `area` in EPSG:3006 may be missing until the first phase is opened;
    `area_words` says the same where there is no map, so that it follows "gäller".
    """

    __tablename__ = "plan"
    __table_args__: Any = (
        CheckConstraint(among("kind", PlanKind), name="kind"),
        CheckConstraint(among("procedure", Procedure), name="procedure"),
        CheckConstraint("registry_number <> ''", name="registry_number"),
        CheckConstraint("name <> ''", name="name"),
        Index("ix_plan_area", "area", postgresql_using="gist"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True, info=impersonal())
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id", ondelete="RESTRICT"), unique=True)
    registry_number: Mapped[str] = mapped_column(Text, info=impersonal())
    name: Mapped[str] = mapped_column(Text, info=impersonal())
    kind: Mapped[str] = mapped_column(Text, info=impersonal())
    procedure: Mapped[str] = mapped_column(Text, info=impersonal())
    grounds: Mapped[list[str]] = mapped_column(JSONB, server_default="[]", info=impersonal())
    grounds_text: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    rule_set: Mapped[str] = mapped_column(Text, info=impersonal())
    started_on: Mapped[date] = mapped_column(Date)
    summary: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    description: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    committee: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    adopting_body: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    officer_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    contact: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))
    submit_to: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    area: Mapped[WKBElement | None] = mapped_column(Geometry("MULTIPOLYGON", 3006, spatial_index=False))
    area_words: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    deviates_from_comprehensive_plan: Mapped[bool | None]
    significant_impact_assumed: Mapped[bool | None]
    impact_decided_on: Mapped[date | None] = mapped_column(Date)
    other_country: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    discontinued_on: Mapped[date | None] = mapped_column(Date)
    discontinued_reason: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1")

    dialogue: Mapped[Dialogue] = relationship()
    officer: Mapped[Account | None] = relationship(foreign_keys=[officer_id])
    phases: Mapped[list["PlanPhase"]] = relationship(
        back_populates="plan", order_by="PlanPhase.starts_on, PlanPhase.id"
    )
    documents: Mapped[list["PlanDocument"]] = relationship(order_by="PlanDocument.position, PlanDocument.id")
    features: Mapped[list["PlanFeature"]] = relationship(order_by="PlanFeature.position, PlanFeature.id")
    overlays: Mapped[list["PlanOverlay"]] = relationship(order_by="PlanOverlay.position, PlanOverlay.id")
    adoption: Mapped["PlanAdoption | None"] = relationship(back_populates="plan")


class PlanPhase(Base):
    """A consultation or a review: the days of a plan on which views are asked for.

    Both days count whole, Europe/Stockholm. `min_end_on` is what the rules demanded for these dates when they were set;
    an end before it needs `override_reason`, or for a review `all_agreed_evidence`. `held_text` tells how the public
    could take part (5:23). `major_change` is set with the report when the plan changed so that a second review is due.
    `broken_off_on` is the day the planning was broken off while it was open: it was closed then, before its time.
    `opened_without` is what it lacked when the clock opened it, as problems (see plans.opened_without), `readable_on`
    the day its documents came where they came after that.
    """

    __tablename__ = "plan_phase"
    __table_args__: Any = (
        UniqueConstraint("plan_id", "kind", "round"),
        UniqueConstraint("id", "plan_id"),
        CheckConstraint(among("kind", PhaseKind), name="kind"),
        CheckConstraint(among("status", PhaseStatus), name="status"),
        CheckConstraint("round >= 1", name="round"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint(
            "min_end_on is null or ends_on >= min_end_on or override_reason <> '' or all_agreed_evidence <> ''",
            name="short_periods_have_a_reason",
        ),
        CheckConstraint("(status in ('open','closed','reported')) = (opened_at is not null)", name="opened"),
        CheckConstraint("(status in ('closed','reported')) = (closed_at is not null)", name="closed"),
        CheckConstraint("(broken_off_on is null) = (broken_off_reason = '')", name="broken_off_with_a_reason"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id, ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(Text, info=impersonal())
    round: Mapped[int] = mapped_column(server_default="1")
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    min_end_on: Mapped[date | None] = mapped_column(Date)
    override_reason: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    all_agreed_evidence: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    available_text: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    held_text: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    changes_text: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    major_change: Mapped[bool] = mapped_column(server_default="false")
    status: Mapped[str] = mapped_column(Text, server_default="draft", info=impersonal())
    opened_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    broken_off_on: Mapped[date | None] = mapped_column(Date)
    broken_off_reason: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    opened_without: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]", info=impersonal())
    readable_on: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(server_default="1")

    plan: Mapped[Plan] = relationship(back_populates="phases")
    meetings: Mapped[list["PlanMeeting"]] = relationship(
        order_by="PlanMeeting.starts_at, PlanMeeting.id", cascade="all, delete-orphan"
    )
    announcements: Mapped[list["PlanAnnouncement"]] = relationship(
        order_by="PlanAnnouncement.id", back_populates="phase"
    )

    @property
    def key(self) -> str:
        """What it is called in addresses, file names and at the terminal, in its plan: 'review', 'second-review-2'."""
        return self.kind.replace("_", "-") + (f"-{self.round}" if self.round > 1 else "")

    def standing_on(self, day: date) -> PhaseStatus:
        """How far it has come that day: what is announced opens by the clock on its first day, as the public was told,
        unless the planning is broken off. The worker stores it (`phasing.open_those_due`)."""
        is_due = self.status == PhaseStatus.ANNOUNCED and self.starts_on <= day and self.plan.discontinued_on is None
        return PhaseStatus.OPEN if is_due else PhaseStatus(self.status)

    @property
    def standing(self) -> PhaseStatus:
        """How far it has come today, Europe/Stockholm."""
        return self.standing_on(local(now()).date())

    @property
    def ended_on(self) -> date:
        """The last day it was held: the one that was announced, or the one it was broken off on before that."""
        return min(self.ends_on, self.broken_off_on or self.ends_on)

    @property
    def has_opened(self) -> bool:
        """Whether it is or has been open."""
        return self.standing not in (PhaseStatus.DRAFT, PhaseStatus.ANNOUNCED)


class PlanMeeting(Base):
    """A public meeting in a phase, how many came, and what was said aloud there (nobody is named)."""

    __tablename__ = "plan_meeting"
    __table_args__ = (
        CheckConstraint("kind in ('meeting','open_house','on_site','digital')", name="kind"),
        CheckConstraint("attendance >= 0", name="attendance"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    phase_id: Mapped[int] = mapped_column(ForeignKey(PlanPhase.id, ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(Text, server_default="meeting", info=impersonal())
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    place: Mapped[str] = mapped_column(Text, info=impersonal())
    attendance: Mapped[int | None]
    notes: Mapped[str] = mapped_column(Text, server_default="", info=personal("plan"))


class PlanDocument(Base):
    """One version of a plan document as it was uploaded, never rewritten; a newer one has the next `number`.

    `kind`: plan_map, plan_description, programme, investigation, impact_statement, property_register_extract, other.
    The property register extract is never public (a check sees to it). `shown_in` are the phases it was shown in.
    """

    __tablename__ = "plan_document"
    __table_args__ = (
        UniqueConstraint("plan_id", "kind", "title", "number"),
        CheckConstraint(
            "kind in ('plan_map','plan_description','programme','investigation','impact_statement',"
            "'property_register_extract','other')",
            name="kind",
        ),
        CheckConstraint(
            "kind <> 'property_register_extract' or not is_public", name="register_extract_is_never_public"
        ),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id, ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(Text, info=impersonal())
    title: Mapped[str] = mapped_column(Text, info=impersonal())
    number: Mapped[int]
    position: Mapped[int] = mapped_column(server_default="0")
    key: Mapped[str] = mapped_column(Text, unique=True, info=impersonal())
    file_key: Mapped[str] = mapped_column(Text, info=impersonal())
    file_name: Mapped[str] = mapped_column(Text, info=impersonal())
    content_type: Mapped[str] = mapped_column(Text, info=impersonal())
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text, info=impersonal())
    alt_text: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    is_public: Mapped[bool] = mapped_column(server_default="true")
    uploaded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))


class PlanPhaseDocument(Base):
    """Which version of a document was shown in which phase."""

    __tablename__ = "plan_phase_document"

    phase_id: Mapped[int] = mapped_column(ForeignKey(PlanPhase.id, ondelete="CASCADE"), primary_key=True)
    document_id: Mapped[int] = mapped_column(
        ForeignKey(PlanDocument.id, ondelete="RESTRICT"), primary_key=True, index=True
    )


class PlanOverlay(Base):
    """The plan map laid over the background: a picture with its four corners, a vector file, or a WMS layer.

    `corners` (EPSG:3006) is the picture's outline as a polygon that begins at its upper left and goes clockwise.
    `shapes` is a vector overlay's GeoJSON (EPSG:4326).
    """

    __tablename__ = "plan_overlay"
    __table_args__ = (
        CheckConstraint("kind in ('image','vector','wms')", name="kind"),
        CheckConstraint("kind <> 'image' or (file_key is not null and corners is not null)", name="image_has_corners"),
        CheckConstraint("kind <> 'wms' or (wms_url <> '' and wms_layers <> '')", name="wms_has_an_address"),
        CheckConstraint("kind <> 'vector' or shapes is not null", name="vector_has_shapes"),
        CheckConstraint("opacity between 0 and 1", name="opacity"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id, ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(Text, info=impersonal())
    title: Mapped[str] = mapped_column(Text, info=impersonal())
    key: Mapped[str] = mapped_column(Text, unique=True, info=impersonal())
    file_key: Mapped[str | None] = mapped_column(Text, info=impersonal())
    corners: Mapped[WKBElement | None] = mapped_column(Geometry("POLYGON", 3006, spatial_index=False))
    shapes: Mapped[dict[str, Any] | None] = mapped_column(JSONB, info=impersonal())
    wms_url: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    wms_layers: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    opacity: Mapped[float] = mapped_column(Double, server_default="0.7")
    position: Mapped[int] = mapped_column(server_default="0")


class PlanFeature(Base):
    """A part of the plan map that can be tapped and written about: a provision's area, a street (EPSG:3006)."""

    __tablename__ = "plan_feature"
    __table_args__: Any = (
        UniqueConstraint("id", "plan_id"),
        CheckConstraint("title <> ''", name="title"),
        Index("ix_plan_feature_geom", "geom", postgresql_using="gist"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id, ondelete="RESTRICT"), index=True)
    code: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    title: Mapped[str] = mapped_column(Text, info=impersonal())
    text: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    geom: Mapped[WKBElement] = mapped_column(Geometry("GEOMETRY", 3006, spatial_index=False))
    position: Mapped[int] = mapped_column(server_default="0")
    is_active: Mapped[bool] = mapped_column(server_default="true")


class PlanAnnouncement(Base):
    """A text that has to be announced, what it states by item, and the proof that it was.

    `items` holds what each item of the checklist says, by its key. The municipality's own notice board and newspaper
    announce; here stands only where and when they did. One with `phase_id` null belongs to the adoption.
    """

    __tablename__ = "plan_announcement"
    __table_args__ = (
        UniqueConstraint("phase_id", "kind"),
        CheckConstraint(among("kind", AnnouncementKind), name="kind"),
        CheckConstraint("board_removed_on >= board_posted_on", name="removed_after_it_was_posted"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id, ondelete="RESTRICT"), index=True)
    phase_id: Mapped[int | None] = mapped_column(ForeignKey(PlanPhase.id, ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(Text, info=impersonal())
    items: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}", info=impersonal())
    text: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    board_url: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    board_posted_on: Mapped[date | None] = mapped_column(Date)
    board_removed_on: Mapped[date | None] = mapped_column(Date)
    newspaper: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    newspaper_on: Mapped[date | None] = mapped_column(Date)
    proof_file_key: Mapped[str | None] = mapped_column(Text, info=impersonal())
    proof_file_name: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    version: Mapped[int] = mapped_column(server_default="1")
    phase: Mapped[PlanPhase | None] = relationship(back_populates="announcements")


class PlanAdoption(Base):
    """The decision that adopts a plan, its announcement, and when it can no longer be appealed.

    `reason` tells why it was adopted past what the law asks for, '' where nothing stood in the way.
    """

    __tablename__ = "plan_adoption"
    __table_args__ = (
        CheckConstraint("minutes_adjusted_on >= decided_on", name="adjusted_after_the_decision"),
        CheckConstraint("announced_on >= minutes_adjusted_on", name="announced_after_adjusting"),
        CheckConstraint("(announced_on is null) = (appeal_ends_on is null)", name="appeal_runs_from_the_announcement"),
        CheckConstraint("legal_force_on > appeal_ends_on", name="legal_force_last"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id, ondelete="RESTRICT"), primary_key=True)
    decided_on: Mapped[date] = mapped_column(Date)
    body: Mapped[str] = mapped_column(Text, info=impersonal())
    section: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    minutes_adjusted_on: Mapped[date | None] = mapped_column(Date)
    announced_on: Mapped[date | None] = mapped_column(Date)
    announced_url: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    appeal_ends_on: Mapped[date | None] = mapped_column(Date)
    appealed_on: Mapped[date | None] = mapped_column(Date)
    appeal_note: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    legal_force_on: Mapped[date | None] = mapped_column(Date)
    sent_note: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    reason: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    version: Mapped[int] = mapped_column(server_default="1")
    plan: Mapped[Plan] = relationship(back_populates="adoption")
