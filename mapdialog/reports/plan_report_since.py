"""What has changed in a plan report since the version of it that was approved before: corrections, and what came in."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.plans.answer_models import PlanAnswerWording, PlanChange
from mapdialog.plans.kinds import AnswerStatus
from mapdialog.plans.point_locks import IS_CORRECTION_OF_IT
from mapdialog.plans.report_models import PlanCorrection, PlanReport, PlanReportHolding
from mapdialog.reports import plan_report_words as words
from mapdialog.reports.plan_report import OUTCOME_TITLES, Altered, PlanReportContent, Since
from mapdialog.reports.plan_report_reading import PointRow
from mapdialog.reports.plan_report_telling import Telling


@dataclass(frozen=True)
class Series:
    """Whose versions a report is one of: plan, phase, kind and edition, whatever the format."""

    plan_id: int
    phase_id: int
    kind: str
    edition: str


def fingerprint(content: PlanReportContent) -> str:
    """SHA-256 of everything the report says but the day it was made; of the map, what is drawn on it.

    What changed since the version before is no part: it follows from both.
    """
    said = asdict(replace(content, map=None, map_note="", questions=()))
    for name in ("made_on", "made", "since"):
        del said[name]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def read_since(
    session: Session, series: Series, content: PlanReportContent, telling: Telling, phase_ids: Sequence[int]
) -> Since | None:
    """What is other in the report than in the latest approved version that says something else; None without such."""
    before = _before(session, series, content)
    if before is None or before.frozen_at is None:
        return None
    held = session.scalars(select(PlanReportHolding).where(PlanReportHolding.report_id == before.id)).all()
    rows = [
        *_corrected(session, before, telling),
        *_new(content, telling, {one.statement_id for one in held}, {one.point_id for one in held}),
        *_new_changes(session, before, phase_ids),
    ]
    return Since(before.number, words.day(before.frozen_at), tuple(rows)) if rows else None


def _before(session: Session, series: Series, content: PlanReportContent) -> PlanReport | None:
    query = select(PlanReport).where(
        PlanReport.plan_id == series.plan_id,
        PlanReport.phase_id == series.phase_id,
        PlanReport.kind == series.kind,
        PlanReport.edition == series.edition,
        PlanReport.frozen_at.is_not(None),
    )
    approved = session.scalars(query.order_by(PlanReport.frozen_at.desc(), PlanReport.id.desc())).all()
    if not approved:
        return None
    # The other format of this very version is no version before it.
    own = fingerprint(content)
    return next((one for one in approved if one.content_sha256 != own), None)


def _corrected(session: Session, before: PlanReport, telling: Telling) -> Iterator[Altered]:
    """A line for those points of a correction that have the same fate: in what the answer is other now, and why."""
    query = (
        select(PlanCorrection, PlanReportHolding.point_id)
        .join(PlanReportHolding, IS_CORRECTION_OF_IT)
        .where(PlanReportHolding.report_id == before.id, PlanCorrection.opened_at > before.frozen_at)
        .order_by(PlanCorrection.id, PlanReportHolding.point_id)
    )
    found: dict[int, tuple[PlanCorrection, list[int | None]]] = {}
    for correction, point_id in session.execute(query):
        found.setdefault(correction.id, (correction, []))[1].append(point_id)
    for correction, ids in found.values():
        if correction.statement_id in telling.numbers:
            is_divided = None in ids and _has_points(telling, correction.statement_id)
            what = "Är delat i synpunkter." if is_divided else "Uppgifterna om yttrandet är rättade."
            yield Altered(f"Yttrande {telling.numbers[correction.statement_id]}", what, correction.reason)
            continue
        was, alike = _wording(session, correction), dict[str, list[str]]()
        for point, label in (telling.points[one] for one in ids if one in telling.points):
            alike.setdefault(_in_what(was, point), []).append(label)
        for what, labels in alike.items():
            yield Altered(f"Synpunkt {words.listed(labels)}", what, correction.reason)


def _has_points(telling: Telling, statement_id: int) -> bool:
    return any(row.points for row in telling.told if row.id == statement_id)


def _wording(session: Session, correction: PlanCorrection) -> PlanAnswerWording | None:
    query = select(PlanAnswerWording).where(
        PlanAnswerWording.answer_id == correction.answer_id,
        PlanAnswerWording.version <= correction.was_version,
        PlanAnswerWording.status == AnswerStatus.FINAL,
    )
    return session.scalars(query.order_by(PlanAnswerWording.version.desc(), PlanAnswerWording.id.desc())).first()


def _in_what(was: PlanAnswerWording | None, point: PointRow) -> str:
    """Which parts of the answer are other now. The earlier words stand in the earlier version, and nowhere else."""
    if was is None or not point.is_final:
        return "Svaret rättas."
    said = []
    if was.outcome != point.outcome and was.outcome and point.outcome:
        first, then = OUTCOME_TITLES[was.outcome], OUTCOME_TITLES[point.outcome]
        said.append(f"Ställningstagandet är ändrat från ”{first}” till ”{then}”.")
    parts = {
        "svaret": was.text != point.answer,
        "skälet": was.reason != point.reason,
        "vart synpunkten lämnas vidare": was.forwarded_to != point.forwarded_to,
    }
    if any(parts.values()):
        said.append(f"Ändrat: {words.listed([name for name, is_other in parts.items() if is_other])}.")
    return " ".join(said) or "Svaret är prövat igen och står kvar."


def _new(
    content: PlanReportContent, telling: Telling, statements: set[int], points: set[int | None]
) -> Iterator[Altered]:
    for one in sorted(content.statements, key=lambda one: one.number):
        if one.id not in statements:
            yield Altered(f"Yttrande {one.number}", "Har tillkommit.", "")
    labels = {label: key for key, (_, label) in telling.points.items()}
    for one in content.statements:
        if one.id in statements:
            for point in one.points:
                if labels[point.label] not in points:
                    yield Altered(f"Synpunkt {point.label}", "Har tillkommit.", "")


def _new_changes(session: Session, before: PlanReport, phase_ids: Sequence[int]) -> Iterator[Altered]:
    query = select(PlanChange.created_at).where(PlanChange.phase_id.in_(phase_ids))
    made: Any = session.scalars(query.order_by(PlanChange.position, PlanChange.id))
    for number, at in enumerate(made, start=1):
        if before.frozen_at is not None and at > before.frozen_at:
            yield Altered(f"Ändring {number} i planförslaget", "Har tillkommit.", "")
