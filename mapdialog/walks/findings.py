"""Tables of what a walk found and what is done about it: observations, actions, who is responsible, and the log."""

from datetime import date, datetime
from enum import StrEnum
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
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapdialog.accounts.models import Account
from mapdialog.contributions.models import Attachment, Contribution, State
from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal, personal
from mapdialog.walks.models import LIGHTS, SafetyWalk, WalkGroup, WalkStop


class Feeling(StrEnum):
    """What the observation says of the place, whatever its category leans to."""

    SECURE = "secure"
    INSECURE = "insecure"
    NEUTRAL = "neutral"


class Verdict(StrEnum):
    """What a return walk says of something an earlier walk found."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    FIXED = "fixed"


class OwnerType(StrEnum):
    """What kind of body is responsible."""

    MUNICIPALITY = "municipality"
    MUNICIPAL_COMPANY = "municipal_company"
    STATE = "state"
    ROAD_ASSOCIATION = "road_association"
    PRIVATE = "private"
    POLICE = "police"
    UNKNOWN = "unknown"


class ActionStatus(StrEnum):
    """How far an action has come; which steps are open stands in `walks.following_up`."""

    PROPOSED = "proposed"
    FORWARDED = "forwarded"
    ACCEPTED = "accepted"
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    REJECTED = "rejected"
    OUTSIDE_MANDATE = "outside_mandate"


def _among(column: str, values: type[StrEnum]) -> str:
    return f"{column} in ({','.join(repr(one.value) for one in values)})"


class WalkObservation(Contribution):
    """Something seen on a walk: the contribution's kind `walk_observation`.

    From the common row come `client_id` (the phone's UUID), `category`, `geom`, `raw_text`, `accuracy_m`, `received_at`
    (the server's clock), `state` and the photos. `observed_at` is what the phone's clock said; `clock_offset_s` by how
    many seconds the server's clock was ahead of it when it sent. `submitted_at` is both together, the true time, and
    the one that is shown; where they make no sense (`phone_clock.is_doubted`) it is when we received it.
    `said_by` is a kind of person, never a name. One that is merged into another lives on in that one.
    One that `follows` another is a return check: its `verdict` tells what became of what the earlier walk found. The
    followed one is of the walk that this walk repeats (a trigger sees to it).
    """

    __tablename__ = "walk_observation"
    __table_args__: Any = (
        ForeignKeyConstraint(["group_id", "walk_id"], ["walk_group.id", "walk_group.walk_id"], ondelete="RESTRICT"),
        ForeignKeyConstraint(["stop_id", "walk_id"], ["walk_stop.id", "walk_stop.walk_id"], ondelete="RESTRICT"),
        ForeignKeyConstraint(["merged_into_id", "walk_id"], ["walk_observation.id", "walk_observation.walk_id"]),
        UniqueConstraint("id", "walk_id"),
        CheckConstraint(_among("polarity", Feeling), name="polarity"),
        CheckConstraint("severity between 1 and 3", name="severity"),
        CheckConstraint("polarity <> 'insecure' or severity is not null", name="insecure_has_severity"),
        CheckConstraint(f"light in {LIGHTS}", name="light"),
        CheckConstraint("said_by in ('resident','child','police','staff','property_owner','unknown')", name="said_by"),
        CheckConstraint("point_source in ('gps','manual','stop')", name="point_source"),
        CheckConstraint("point_source <> 'stop' or stop_id is not null", name="stop_is_named"),
        CheckConstraint("recorded_by in ('leader','participant','desk')", name="recorded_by"),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        CheckConstraint(_among("verdict", Verdict), name="verdict"),
        # Should the earlier one be erased, what was said of it remains.
        CheckConstraint("follows_id is null or verdict is not null", name="check_has_a_verdict"),
        CheckConstraint("verdict <> 'fixed' or polarity <> 'insecure'", name="fixed_is_not_insecure"),
        Index(None, "walk_id", "stop_id"),
        Index(None, "group_id"),
        Index(None, "merged_into_id"),
        Index(None, "follows_id"),
    )
    __mapper_args__ = {"polymorphic_identity": "walk_observation"}

    id: Mapped[int] = mapped_column(ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True)
    walk_id: Mapped[int] = mapped_column(ForeignKey("safety_walk.id", ondelete="RESTRICT"))
    group_id: Mapped[int]
    stop_id: Mapped[int | None]
    polarity: Mapped[str] = mapped_column(Text, info=impersonal())
    severity: Mapped[int | None] = mapped_column(SmallInteger)
    is_acute: Mapped[bool] = mapped_column(server_default="false")
    light: Mapped[str | None] = mapped_column(Text, info=impersonal())
    said_by: Mapped[str] = mapped_column(Text, server_default="unknown", info=impersonal())
    point_source: Mapped[str] = mapped_column(Text, info=impersonal())
    recorded_by: Mapped[str] = mapped_column(Text, server_default="leader", info=impersonal())
    observed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    clock_offset_s: Mapped[float | None]
    merged_into_id: Mapped[int | None] = mapped_column(BigInteger)
    follows_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("walk_observation.id", ondelete="SET NULL"))
    verdict: Mapped[str | None] = mapped_column(Text, info=impersonal())

    # Each composite key holds walk_id: the walk itself writes it, the others only read along it.
    walk: Mapped[SafetyWalk] = relationship(foreign_keys=[walk_id])
    group: Mapped[WalkGroup] = relationship(
        primaryjoin="WalkGroup.id == foreign(WalkObservation.group_id)", viewonly=True
    )
    stop: Mapped[WalkStop | None] = relationship(
        primaryjoin="WalkStop.id == foreign(WalkObservation.stop_id)", viewonly=True
    )
    doubles: Mapped[list["WalkObservation"]] = relationship(
        primaryjoin="remote(foreign(WalkObservation.merged_into_id)) == WalkObservation.id",
        order_by="WalkObservation.id",
        viewonly=True,
    )

    @property
    def gallery(self) -> list[Attachment]:
        """Its own photos, then those of what was merged into it, except of what is hidden or taken back.

        A photo that is hidden itself is there too: who shows it to others leaves it out.
        """
        return [photo for one in (self, *self._told_doubles) for photo in one.photos]

    @property
    def is_told_acute(self) -> bool:
        """Whether somebody who saw it called it acute, in it or in one of the doubles whose photos it shows."""
        return self.is_acute or any(one.is_acute for one in self._told_doubles)

    @property
    def _told_doubles(self) -> "list[WalkObservation]":
        return [one for one in self.doubles if one.state in (State.PENDING, State.APPROVED)]


class ResponsibleParty(Base):
    """Who can do something about it: a unit, a company, an authority, a road association, an owner."""

    __tablename__ = "responsible_party"
    __table_args__ = (
        UniqueConstraint("id", "owner_type"),
        CheckConstraint(_among("owner_type", OwnerType), name="owner_type"),
        CheckConstraint("name <> ''", name="name"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True, info=impersonal())
    owner_type: Mapped[str] = mapped_column(Text, info=impersonal())
    email: Mapped[str] = mapped_column(Text, server_default="", info=personal("account"))
    phone: Mapped[str] = mapped_column(Text, server_default="", info=personal("account"))
    is_active: Mapped[bool] = mapped_column(server_default="true")


class WalkAction(Base):
    """What is to be done about one or several observations, by whom and until when, and what became of it.

    Without a party the owner type alone says what is known; with one it is the party's own.
    """

    __tablename__ = "walk_action"
    __table_args__: Any = (
        ForeignKeyConstraint(
            ["party_id", "owner_type"], ["responsible_party.id", "responsible_party.owner_type"], onupdate="CASCADE"
        ),
        UniqueConstraint("id", "walk_id"),
        CheckConstraint(_among("owner_type", OwnerType), name="owner_type"),
        CheckConstraint(_among("status", ActionStatus), name="status"),
        CheckConstraint("kind in ('quick_fix','planned','investment','investigate','inform','no_action')", name="kind"),
        CheckConstraint("priority in ('acute','high','normal','low')", name="priority"),
        CheckConstraint("cost_class in ('small','medium','large')", name="cost_class"),
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint(
            "status not in ('rejected','outside_mandate') or btrim(status_reason) <> ''", name="refusal_has_a_reason"
        ),
        CheckConstraint("(status = 'done') = (done_on is not null)", name="done_has_a_day"),
        CheckConstraint("still_ok is null or follow_up_checked_on is not null", name="checked_before_judged"),
        Index(None, "walk_id"),
        Index(None, "party_id"),
        Index(
            "ix_walk_action_open",
            "deadline",
            postgresql_where=text("status not in ('done','rejected','outside_mandate')"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    walk_id: Mapped[int] = mapped_column(ForeignKey("safety_walk.id", ondelete="RESTRICT"))
    title: Mapped[str] = mapped_column(Text, info=impersonal())
    description: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    where_text: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    party_id: Mapped[int | None]
    owner_type: Mapped[str] = mapped_column(Text, server_default="unknown", info=impersonal())
    kind: Mapped[str] = mapped_column(Text, server_default="planned", info=impersonal())
    priority: Mapped[str] = mapped_column(Text, server_default="normal", info=impersonal())
    cost_class: Mapped[str | None] = mapped_column(Text, info=impersonal())
    deadline: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(Text, server_default="proposed", info=impersonal())
    status_reason: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    external_case_no: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    done_on: Mapped[date | None] = mapped_column(Date)
    follow_up_on: Mapped[date | None] = mapped_column(Date)
    follow_up_checked_on: Mapped[date | None] = mapped_column(Date)
    still_ok: Mapped[bool | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1")

    walk: Mapped[SafetyWalk] = relationship()
    party: Mapped[ResponsibleParty | None] = relationship(
        primaryjoin="ResponsibleParty.id == foreign(WalkAction.party_id)", viewonly=True
    )
    observations: Mapped[list[WalkObservation]] = relationship(
        secondary="walk_action_observation",
        primaryjoin="WalkAction.id == WalkActionObservation.action_id",
        secondaryjoin="WalkObservation.id == WalkActionObservation.observation_id",
        order_by="WalkObservation.id",
        viewonly=True,
    )
    log: Mapped[list["WalkActionLog"]] = relationship(order_by="WalkActionLog.id")


class WalkActionObservation(Base):
    """Which observations an action answers; both belong to the same walk."""

    __tablename__ = "walk_action_observation"
    __table_args__ = (
        ForeignKeyConstraint(["action_id", "walk_id"], ["walk_action.id", "walk_action.walk_id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["observation_id", "walk_id"], ["walk_observation.id", "walk_observation.walk_id"], ondelete="CASCADE"
        ),
        Index(None, "observation_id"),
    )

    action_id: Mapped[int] = mapped_column(primary_key=True)
    observation_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    walk_id: Mapped[int]


class WalkActionLog(Base):
    """Every step of an action's status, with what the public is told; append-only (a trigger sees to it).

    `answered_by` names the party where somebody without an account answered.
    """

    __tablename__ = "walk_action_log"
    __table_args__ = (
        CheckConstraint(_among("to_status", ActionStatus), name="to_status"),
        Index(None, "action_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("walk_action.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    actor_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    answered_by: Mapped[str] = mapped_column(Text, server_default="", info=personal("log"))
    from_status: Mapped[str | None] = mapped_column(Text, info=impersonal())
    to_status: Mapped[str] = mapped_column(Text, info=impersonal())
    public_comment: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    note: Mapped[str] = mapped_column(Text, server_default="", info=personal("log"))
