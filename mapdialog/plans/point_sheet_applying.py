"""Saves what an edited workbook changes, against the plan as it is now: all or none. Callers commit."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.geo.geometry import from_element
from mapdialog.plans.answer_models import PlanTheme
from mapdialog.plans.answer_rules import AnswerDraft
from mapdialog.plans.answering import answer_points, keep_aside, word_points
from mapdialog.plans.models import Plan
from mapdialog.plans.point_sheet_comparing import RowChange, compare, draft_of
from mapdialog.plans.point_sheet_reading import SheetRow
from mapdialog.plans.points import PointDraft, change_point
from mapdialog.plans.themes import save_theme


@dataclass(frozen=True)
class Applied:
    """How many rows were saved, those of which something was held, and how many wordings were kept beside answers."""

    saved: int
    held: tuple[RowChange, ...]
    locked: tuple[SheetRow, ...]
    kept_aside: int


def apply(session: Session, plan: Plan, rows: Sequence[SheetRow], *, actor_id: int) -> Applied:
    """Save what the rows change, against the plan as it is now. Raises Invalid while any row is faulty."""
    found = compare(session, plan, rows)
    if found.faulty:
        raise Invalid(N_("Rätta raderna i filen först. Inget är sparat."), field="file")
    aside = 0
    for one in found.changes:
        if one.changes_point:
            _save_point(session, plan, one, actor_id)
    for drafted in _shared([one for one in found.changes if one.changes_answer]):
        aside += _save_answers(session, plan, drafted, actor_id)
    held = (*found.conflicts, *found.final)
    for drafted in _shared([one for one in held if one.holds_answer]):
        aside += _keep(session, drafted, actor_id)
    audit.record(
        session, actor_id, "plan_point.import", plan, points=[one.point.id for one in found.changes], aside=aside
    )
    return Applied(len(found.changes), held, found.locked, aside)


def _shared(changes: Sequence[RowChange]) -> list[list[RowChange]]:
    """Rows with the same answer now and the same wording in the file, together: they go on sharing it."""
    found: dict[tuple[int | None, int | None, AnswerDraft], list[RowChange]] = {}
    for one in changes:
        key = (one.point.answer_id, one.row.answer_version, draft_of(one.row))
        found.setdefault(key, []).append(one)
    return list(found.values())


def _save_point(session: Session, plan: Plan, one: RowChange, actor_id: int) -> None:
    point, theme_id = one.point, one.point.theme_id
    if "theme" in one.fields:
        label = one.row.theme
        same = select(PlanTheme.id).where(PlanTheme.plan_id == plan.id, func.lower(PlanTheme.label) == label.lower())
        theme_id = session.scalar(same) if label else None
        if label and theme_id is None:
            theme_id = save_theme(session, plan, label, actor_id=actor_id).id
    draft = PointDraft(
        summary=one.row.summary if "summary" in one.fields else point.summary,
        quote=point.quote,
        start=point.quote_start,
        end=point.quote_end,
        theme_id=theme_id,
        feature_id=point.feature_id,
        place=from_element(point.geom) if point.geom is not None else None,
        assigned_to_id=point.assigned_to_id,
    )
    change_point(session, point, draft, version=point.version, actor_id=actor_id)


def _save_answers(session: Session, plan: Plan, rows: Sequence[RowChange], actor_id: int) -> int:
    """One wording for the rows' points; how many wordings had to be kept aside after all."""
    draft, points, answer = draft_of(rows[0].row), [one.point for one in rows], rows[0].point.answer
    if answer is None:
        saving = answer_points(session, plan, points, draft, actor_id=actor_id)
    else:
        version = rows[0].row.answer_version or 0
        saving = word_points(session, answer, points, draft, version=version, actor_id=actor_id)
    return int(saving.kept_aside is not None)


def _keep(session: Session, rows: Sequence[RowChange], actor_id: int) -> int:
    answer, points = rows[0].point.answer, [one.point for one in rows]
    if answer is None:
        return 0
    return int(keep_aside(session, answer, draft_of(rows[0].row), points=points, actor_id=actor_id) is not None)
