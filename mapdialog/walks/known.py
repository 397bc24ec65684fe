"""What is known beforehand along a walk: citizens' public contributions, earlier observations, open actions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, joinedload

from mapdialog.contributions.models import Contribution, State
from mapdialog.dialogues.models import Dialogue, Kind
from mapdialog.geo import expressions
from mapdialog.walks.findings import Feeling, WalkAction, WalkActionObservation, WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.queries import CLOSED
from mapdialog.walks.routes import shape_of

NEAR_M = 75.0
MOST = 200


@dataclass(frozen=True)
class Known:
    """One thing known: `kind` is view, observation or action; `mark` which pin it gets; place in EPSG:4326.

    `label` is its category (both languages) or None; `source` the dialogue or walk it comes from.
    """

    kind: str
    mark: str
    label: Any
    text: str
    source: str
    at: datetime
    lon: float
    lat: float
    receipt: str = ""
    walk_slug: str = ""


def list_known(session: Session, walk: SafetyWalk, *, metres: float = NEAR_M) -> list[Known]:
    """Everything within so many metres of the route and the stops, at most 200 of a kind, the newest first.

    Empty while the walk has neither. SQL: `ST_DWithin(contribution.geom, <route and stops>, metres)`, by the index.
    """
    shape = shape_of(walk)
    if shape is None:
        return []
    near = expressions.within_distance(Contribution.geom, expressions.shape(shape), metres)
    return [*_views(session, near), *_observations(session, walk, near), *_actions(session, walk, near)]


def _views(session: Session, near: ColumnElement[bool]) -> list[Known]:
    query = (
        select(Contribution, *expressions.lon_lat(Contribution.anchor))
        .join(Dialogue, Dialogue.id == Contribution.dialogue_id)
        .where(
            near,
            Contribution.state == State.APPROVED.value,
            Dialogue.kind == Kind.DIALOGUE.value,
            Dialogue.published_at.is_not(None),
        )
        .options(joinedload(Contribution.category), joinedload(Contribution.dialogue))
        .order_by(Contribution.submitted_at.desc())
        .limit(MOST)
    )
    return [
        Known(
            "view",
            "view",
            one.category,
            one.public_text or "",
            one.dialogue.title,
            one.submitted_at,
            lon,
            lat,
            one.receipt,
        )
        for one, lon, lat in session.execute(query)
    ]


def _observations(session: Session, walk: SafetyWalk, near: ColumnElement[bool]) -> list[Known]:
    query = (
        select(WalkObservation, *expressions.lon_lat(WalkObservation.anchor))
        .where(
            near,
            WalkObservation.walk_id != walk.id,
            WalkObservation.merged_into_id.is_(None),
            WalkObservation.state.in_([State.PENDING.value, State.APPROVED.value]),
        )
        .options(joinedload(WalkObservation.category), joinedload(WalkObservation.walk))
        .order_by(WalkObservation.submitted_at.desc())
        .limit(MOST)
    )
    return [
        Known(
            "observation",
            "secure" if one.polarity == Feeling.SECURE else "insecure",
            one.category,
            one.public_text or one.raw_text,
            one.walk.title,
            one.submitted_at,
            lon,
            lat,
            walk_slug=one.walk.slug,
        )
        for one, lon, lat in session.execute(query)
    ]


def _actions(session: Session, walk: SafetyWalk, near: ColumnElement[bool]) -> list[Known]:
    """Open actions of other walks, each at the first of its observations that lies near."""
    query = (
        select(WalkAction, *expressions.lon_lat(Contribution.anchor))
        .join(WalkActionObservation, WalkActionObservation.action_id == WalkAction.id)
        .join(Contribution, Contribution.id == WalkActionObservation.observation_id)
        .where(near, WalkAction.walk_id != walk.id, WalkAction.status.not_in(CLOSED))
        .options(joinedload(WalkAction.walk))
        .ext(distinct_on(WalkAction.id))
        .order_by(WalkAction.id, Contribution.id)
        .limit(MOST)
    )
    return [
        Known("action", "action", None, one.title, one.walk.title, one.created_at, lon, lat, walk_slug=one.walk.slug)
        for one, lon, lat in session.execute(query)
    ]
