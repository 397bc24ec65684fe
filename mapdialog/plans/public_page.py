"""What the public reads of plans: which there are, where each stands, its map, and what became of a statement."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_, clean_line
from mapdialog.geo import features
from mapdialog.geo.bbox import Bounds
from mapdialog.geo.geometry import from_element, from_store
from mapdialog.plans.answer_models import PlanPoint
from mapdialog.plans.correcting import find_given
from mapdialog.plans.kinds import AnswerStatus, PhaseStatus
from mapdialog.plans.models import Plan, PlanDocument, PlanPhase, PlanPhaseDocument
from mapdialog.plans.report_models import PlanReport
from mapdialog.plans.statement_models import PlanStatement

_MAIL = re.compile(r"[^\s,;<>()]+@[^\s,;<>()]+")
NO_SUCH_STATEMENT = N_("Det finns inget yttrande med det numret i planen. Se efter på kvittot hur numret skrivs.")


@dataclass(frozen=True)
class PublicPlans:
    """Plans that views can be given on now, those to come or between phases, and those that are decided."""

    open: Sequence[Plan]
    waiting: Sequence[Plan]
    decided: Sequence[Plan]

    def __bool__(self) -> bool:
        return bool(self.open or self.waiting or self.decided)


@dataclass(frozen=True)
class Told:
    """A point of a statement and what it was answered; `answer` is None until the report is finished.

    While that answer is being corrected it is the one that the finished report gives.
    """

    point: PlanPoint
    answer: Any
    is_being_corrected: bool = False


def list_public(session: Session, today: date) -> PublicPlans:
    """Every published plan; the open ones in the order they close."""
    query = select(Plan).where(Plan.published_at.is_not(None)).options(selectinload(Plan.phases))
    plans = session.scalars(query.options(selectinload(Plan.adoption)).order_by(Plan.published_at.desc())).all()
    running = {one.id: phase for one in plans if (phase := open_phase(one, today)) is not None}
    decided = [one for one in plans if one.adoption is not None or one.discontinued_on is not None]
    waiting = [one for one in plans if one.id not in running and one not in decided]
    return PublicPlans(
        sorted((one for one in plans if one.id in running), key=lambda one: running[one.id].ends_on), waiting, decided
    )


def open_phase(plan: Plan, today: date) -> PlanPhase | None:
    """The phase that is open today, or None."""
    return next(
        (
            one
            for one in plan.phases
            if one.standing_on(today) == PhaseStatus.OPEN and one.starts_on <= today <= one.ends_on
        ),
        None,
    )


def told_phases(plan: Plan) -> list[PlanPhase]:
    """The phases that the public has been told of, in order."""
    return [one for one in plan.phases if one.status != PhaseStatus.DRAFT]


def list_documents(session: Session, plan: Plan) -> list[PlanDocument]:
    """The newest public version of every document shown in a phase that was told of, or else of all public ones."""
    public = select(PlanDocument).where(PlanDocument.plan_id == plan.id, PlanDocument.is_public)
    phases = [one.id for one in told_phases(plan)]
    shown = select(PlanPhaseDocument.document_id).where(PlanPhaseDocument.phase_id.in_(phases))
    found = session.scalars(public.where(PlanDocument.id.in_(shown)).order_by(PlanDocument.number)).all()
    newest = {(one.kind, one.title): one for one in found}
    return sorted(newest.values(), key=lambda one: (one.position, one.id))


def get_document(session: Session, plan: Plan, key: str) -> PlanDocument:
    """A public document, any version that was ever shown. Raises NotFound."""
    shown = select(PlanPhaseDocument.document_id).where(
        PlanPhaseDocument.phase_id.in_([one.id for one in told_phases(plan)])
    )
    query = select(PlanDocument).where(
        PlanDocument.plan_id == plan.id, PlanDocument.key == key, PlanDocument.is_public, PlanDocument.id.in_(shown)
    )
    document = session.scalar(query)
    if document is None:
        raise NotFound(N_("Handlingen finns inte."))
    return document


def plan_map(plan: Plan) -> dict[str, Any]:
    """`area` and `parts` as GeoJSON geometries in EPSG:4326 (or None, and []), each part with its code and words."""
    area = features.geometry(from_store(from_element(plan.area)), digits=6) if plan.area is not None else None
    parts = [
        {
            "id": one.id,
            "code": one.code,
            "title": one.title,
            "geometry": features.geometry(from_store(from_element(one.geom)), digits=6),
        }
        for one in plan.features
        if one.is_active
    ]
    return {"area": area, "parts": parts}


def bounds(plan: Plan) -> Bounds | None:
    """The rectangle in EPSG:3006 that holds the plan's area; None while there is none."""
    if plan.area is None:
        return None
    west, south, east, north = shapely.total_bounds(from_element(plan.area))
    return float(west), float(south), float(east), float(north)


def way_in(plan: Plan) -> str:
    """How what is not written on the web is sent to where `submit_to` says: letter, mail, both, or '' without it."""
    rest = _MAIL.sub("", plan.submit_to)
    if rest == plan.submit_to:
        return "letter" if rest.strip() else ""
    return "both" if any(one.isdigit() for one in rest) else "mail"


def get_by_receipt(session: Session, plan: Plan, receipt: str) -> PlanStatement:
    """A statement of the plan by its receipt number, however it is typed. Raises NotFound."""
    number = clean_line(receipt).upper().replace(" ", "")
    found = session.scalar(
        select(PlanStatement).where(PlanStatement.plan_id == plan.id, PlanStatement.receipt == number)
    )
    if found is None:
        raise NotFound(NO_SUCH_STATEMENT)
    return found


def list_told(session: Session, statement: PlanStatement) -> list[Told]:
    """The statement's points; with their answers once a report of its phase is finished. One that repeats another
    statement is told what that one was."""
    asked = statement.duplicate_of_id or statement.id
    points = session.scalars(
        select(PlanPoint)
        .where(PlanPoint.statement_id == asked)
        .options(selectinload(PlanPoint.answer))
        .order_by(PlanPoint.seq)
    ).all()
    finished = select(PlanReport.id).where(PlanReport.phase_id == statement.phase_id, PlanReport.frozen_at.is_not(None))
    if session.scalar(finished.limit(1)) is None:
        return []
    given = find_given(session, points)
    return [
        Told(one, one.answer)
        if one.answer is not None and one.answer.status == AnswerStatus.FINAL
        else Told(one, given.get(one.id), one.id in given)
        for one in points
    ]
