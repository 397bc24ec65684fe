"""Reads a plan's statements, points and answers for its reports: each row once, as narrow facts, in a fixed order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from mapdialog.contributions.models import Contribution, ContributionDistrict
from mapdialog.core.text import clean_line
from mapdialog.districts.models import District, DistrictSet
from mapdialog.geo.geometry import from_element
from mapdialog.plans.answer_models import PlanAnswer, PlanPoint, PlanTheme
from mapdialog.plans.kinds import AnswerStatus
from mapdialog.plans.models import Plan, PlanFeature
from mapdialog.plans.party_models import PlanParty
from mapdialog.plans.statement_models import PlanStatement, PlanStatementFile
from mapdialog.reports.plan_report_naming import Sender

_BATCH = 500
# Without the original words: of 2,000 letters they would be the most of it all, and no report prints them.
_STATEMENT = PlanStatement.__table__.c
_COMMON = Contribution.__table__.c
_COLUMNS: tuple[Any, ...] = (
    _STATEMENT.id,
    _STATEMENT.phase_id,
    _STATEMENT.number,
    _STATEMENT.party_id,
    _STATEMENT.party_group,
    _STATEMENT.received_by,
    _STATEMENT.written,
    _STATEMENT.in_time,
    _STATEMENT.registry_no,
    _STATEMENT.organisation,
    _STATEMENT.postal_address,
    _STATEMENT.property_designation,
    _STATEMENT.is_protected,
    _STATEMENT.shown_as,
    _STATEMENT.stance,
    _STATEMENT.summary,
    _STATEMENT.signatories,
    _STATEMENT.duplicate_of_id,
    _STATEMENT.meeting_id,
    _STATEMENT.views_withdrawn_at,
    _COMMON.received_at,
    _COMMON.contact_name,
    _COMMON.contact_email,
    _COMMON.place_source,
    _COMMON.anchor,
    PlanParty.number.label("party_number"),
    PlanParty.name.label("party_name"),
    PlanParty.organisation.label("party_organisation"),
    PlanParty.property_designation.label("party_property"),
    PlanParty.street.label("party_street"),
    PlanParty.is_protected.label("party_protected"),
)


@dataclass(frozen=True)
class PointRow:
    """A point. `answer` and what belongs to it are None or empty until the answer of `answer_id` is final."""

    id: int
    statement_id: int
    seq: int
    summary: str
    quote: str
    theme: str
    place: str
    duplicate_of_id: int | None
    answer_id: int | None
    answer: str | None
    outcome: str | None
    reason: str
    forwarded_to: str
    spots: tuple[tuple[float, float], ...]

    @property
    def is_final(self) -> bool:
        """Whether the point has a final answer of its own."""
        return self.answer is not None


@dataclass(frozen=True)
class StatementRow:
    """A statement without its original words; `spots` are places in EPSG:3006 that the sender pointed at."""

    id: int
    phase_id: int | None
    number: int
    party_id: int | None
    sender: Sender
    address: str
    received_at: datetime
    channel: str
    stance: str
    in_time: bool | None
    is_written: bool
    is_withdrawn: bool
    registry_number: str
    signatories: int
    duplicate_of_id: int | None
    meeting_id: int | None
    district: str
    spots: tuple[tuple[float, float], ...]
    attachments: int
    summary: str
    points: tuple[PointRow, ...]


def read_statements(session: Session, plan: Plan) -> list[StatementRow]:
    """Every statement of the plan with its points, in order of number, in three questions whatever their number."""
    points: dict[int, list[PointRow]] = {}
    for row in _stream(session, _points_query(plan)):
        made = _point(row)
        points.setdefault(made.statement_id, []).append(made)
    attached = (
        select(PlanStatementFile.statement_id, func.count())
        .join(PlanStatement.__table__, _STATEMENT.id == PlanStatementFile.statement_id)
        .where(_STATEMENT.plan_id == plan.id)
        .group_by(PlanStatementFile.statement_id)
    )
    files = {row[0]: row[1] for row in session.execute(attached)}
    return [
        _statement(row, tuple(points.pop(row.id, ())), files.get(row.id, 0))
        for row in _stream(session, _statements_query(plan))
    ]


def _stream(session: Session, query: Any) -> Iterator[Any]:
    yield from session.execute(query.execution_options(yield_per=_BATCH))


def _statements_query(plan: Plan) -> Any:
    districts = (
        select(ContributionDistrict.contribution_id, District.name)
        .join(District, District.id == ContributionDistrict.district_id)
        .join(DistrictSet, DistrictSet.id == ContributionDistrict.district_set_id)
        .where(DistrictSet.is_default, ContributionDistrict.dialogue_id == plan.dialogue_id)
        .subquery()
    )
    return (
        select(*_COLUMNS, districts.c.name.label("district"))
        .join_from(PlanStatement.__table__, Contribution.__table__, _COMMON.id == _STATEMENT.id)
        .join(PlanParty, PlanParty.id == _STATEMENT.party_id, isouter=True)
        .join(districts, districts.c.contribution_id == _STATEMENT.id, isouter=True)
        .where(_STATEMENT.plan_id == plan.id)
        .order_by(_STATEMENT.number)
    )


def _points_query(plan: Plan) -> Any:
    final = and_(PlanAnswer.id == PlanPoint.answer_id, PlanAnswer.status == AnswerStatus.FINAL)
    return (
        select(
            PlanPoint.id,
            PlanPoint.statement_id,
            PlanPoint.seq,
            PlanPoint.summary,
            PlanPoint.quote,
            PlanPoint.duplicate_of_id,
            PlanPoint.answer_id,
            PlanPoint.geom,
            PlanTheme.label.label("theme"),
            PlanFeature.title.label("place"),
            PlanAnswer.text.label("answer"),
            PlanAnswer.outcome,
            PlanAnswer.reason,
            PlanAnswer.forwarded_to,
        )
        .join(PlanTheme, PlanTheme.id == PlanPoint.theme_id, isouter=True)
        .join(PlanFeature, PlanFeature.id == PlanPoint.feature_id, isouter=True)
        .join(PlanAnswer, final, isouter=True)
        .where(PlanPoint.plan_id == plan.id)
        .order_by(PlanPoint.statement_id, PlanPoint.seq)
    )


def _point(row: Any) -> PointRow:
    return PointRow(
        id=row.id,
        statement_id=row.statement_id,
        seq=row.seq,
        summary=row.summary,
        quote=row.quote,
        theme=row.theme or "",
        place=row.place or "",
        duplicate_of_id=row.duplicate_of_id,
        answer_id=row.answer_id,
        answer=row.answer,
        outcome=row.outcome,
        reason=row.reason or "",
        forwarded_to=row.forwarded_to or "",
        spots=_spots(row.geom),
    )


def _statement(row: Any, points: tuple[PointRow, ...], attachments: int) -> StatementRow:
    is_placed = row.place_source != "plan"
    return StatementRow(
        id=row.id,
        phase_id=row.phase_id,
        number=row.number,
        party_id=row.party_id,
        sender=_sender(row),
        address=row.postal_address or row.party_street or "",
        received_at=row.received_at,
        channel=row.received_by,
        stance=row.stance,
        in_time=row.in_time,
        is_written=row.written,
        is_withdrawn=row.views_withdrawn_at is not None,
        registry_number=row.registry_no,
        signatories=row.signatories,
        duplicate_of_id=row.duplicate_of_id,
        meeting_id=row.meeting_id,
        district=(row.district or "") if is_placed else "",
        spots=_spots(row.anchor) if is_placed else (),
        attachments=attachments,
        summary=row.summary,
        points=points,
    )


def _sender(row: Any) -> Sender:
    """As the statement says; the register fills in what it leaves out, and protects whoever it says is protected."""
    return Sender(
        statement_number=row.number,
        party_group=row.party_group,
        name=row.contact_name or row.party_name or "",
        organisation=row.organisation or row.party_organisation or "",
        property_designation=row.property_designation or row.party_property or "",
        is_protected=bool(row.is_protected or row.party_protected),
        shown_as=row.shown_as,
        number=row.party_number,
        reached_at=row.contact_email or clean_line(row.postal_address),
    )


def _spots(element: Any) -> tuple[tuple[float, float], ...]:
    """A place to mark on a map: the point itself, or one within the shape."""
    if element is None:
        return ()
    point = from_element(element).representative_point()
    east, north = shapely.get_coordinates(point)[0]
    return ((float(east), float(north)),)
