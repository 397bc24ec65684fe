"""Everything staff need about one contribution on one page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from mapdialog.contributions.answering import find_draft
from mapdialog.contributions.hints import Hint, find_hints
from mapdialog.contributions.models import (
    AbuseReport,
    Contribution,
    ContributionDistrict,
    ModerationEntry,
    OfficialResponse,
    Reply,
)
from mapdialog.contributions.queries import current_text, place_geojson
from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.dialogues.queries import VESSELS
from mapdialog.districts.models import District, DistrictSet
from mapdialog.geo import expressions

NEAR_M = 50.0
MOST_NEAR = 8


@dataclass(frozen=True)
class Case:
    """A contribution with its history. `latest` is the author's latest wording, `shown` what the public sees or would
    see; `place` is GeoJSON text in EPSG:4326, `hints` stand in `shown`."""

    contribution: Contribution
    latest: str
    shown: str
    hints: list[Hint]
    place: str
    districts: list[tuple[str, str]]
    log: Sequence[ModerationEntry]
    reports: Sequence[AbuseReport]
    nearby: Sequence[Contribution]
    draft: OfficialResponse | None

    @property
    def answers(self) -> list[OfficialResponse]:
        """The published answers."""
        return [one for one in self.contribution.responses if one.published_at is not None]

    def reports_on(self, reply_id: int | None) -> list[AbuseReport]:
        """Open reports about the contribution itself (None) or one of its replies."""
        return [one for one in self.reports if one.reply_id == reply_id]


def get_for_staff(session: Session, receipt: str) -> Contribution:
    """A contribution to a dialogue in any state with its parts, or NotFound; a plan's or a walk's is none."""
    query = (
        select(Contribution)
        .where(Contribution.receipt == receipt.strip().upper(), Contribution.dialogue_id.not_in(VESSELS))
        .options(
            joinedload(Contribution.category),
            joinedload(Contribution.dialogue),
            selectinload(Contribution.revisions),
            selectinload(Contribution.photos),
            selectinload(Contribution.replies),
            selectinload(Contribution.responses).joinedload(OfficialResponse.author),
        )
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(N_("Det finns ingen synpunkt med det numret."))
    return found


def get_reply(session: Session, contribution: Contribution, reply_id: int) -> Reply:
    """A reply under the contribution, or NotFound."""
    found = session.get(Reply, reply_id)
    if found is None or found.contribution_id != contribution.id:
        raise NotFound(N_("Svaret finns inte."))
    return found


def open_case(session: Session, receipt: str) -> Case:
    """Everything about a contribution to a dialogue, or NotFound."""
    return case_of(session, get_for_staff(session, receipt))


def case_of(session: Session, contribution: Contribution) -> Case:
    """Everything about a contribution of any kind."""
    latest = current_text(session, contribution)
    shown = contribution.public_text if contribution.public_text is not None else latest
    return Case(
        contribution=contribution,
        latest=latest,
        shown=shown,
        hints=find_hints(shown),
        place=place_geojson(session, contribution.id),
        districts=_districts(session, contribution.id),
        log=_log(session, contribution.id),
        reports=_open_reports(session, contribution.id),
        nearby=_nearby(session, contribution),
        draft=find_draft(session, contribution.id),
    )


def _districts(session: Session, contribution_id: int) -> list[tuple[str, str]]:
    query = (
        select(DistrictSet.title, District.name)
        .join(District, District.district_set_id == DistrictSet.id)
        .join(ContributionDistrict, ContributionDistrict.district_id == District.id)
        .where(ContributionDistrict.contribution_id == contribution_id)
        .order_by(DistrictSet.is_default.desc(), DistrictSet.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def _log(session: Session, contribution_id: int) -> Sequence[ModerationEntry]:
    query = (
        select(ModerationEntry)
        .where(ModerationEntry.contribution_id == contribution_id)
        .options(joinedload(ModerationEntry.actor))
        .order_by(ModerationEntry.at.desc(), ModerationEntry.id.desc())
    )
    return session.scalars(query).all()


def _open_reports(session: Session, contribution_id: int) -> Sequence[AbuseReport]:
    query = select(AbuseReport).where(AbuseReport.contribution_id == contribution_id, AbuseReport.resolved_at.is_(None))
    return session.scalars(query.order_by(AbuseReport.reported_at)).all()


def _nearby(session: Session, contribution: Contribution) -> Sequence[Contribution]:
    """Others within 50 metres in any dialogue, in any state, the nearest first."""
    here = select(Contribution.anchor).where(Contribution.id == contribution.id).scalar_subquery()
    query = (
        select(Contribution)
        .where(
            Contribution.id != contribution.id,
            Contribution.dialogue_id.not_in(VESSELS),
            expressions.within_distance(Contribution.geom, here, NEAR_M),
        )
        .options(joinedload(Contribution.category), joinedload(Contribution.dialogue))
        .order_by(expressions.nearest_first(Contribution.geom, here))
        .limit(MOST_NEAR)
    )
    return session.scalars(query).all()
