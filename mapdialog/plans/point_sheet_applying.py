"""Holds an edited workbook against the plan as it is now, and saves what it changes: all or none. Callers commit."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from mapdialog.core import audit
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.geo.geometry import from_element
from mapdialog.plans.answer_models import PlanAnswer, PlanPoint, PlanTheme
from mapdialog.plans.answer_rules import AnswerDraft, faults, lacks
from mapdialog.plans.answering import answer_points, as_draft, attach, detach, keep_aside, save_answer
from mapdialog.plans.kinds import AnswerStatus
from mapdialog.plans.models import Plan
from mapdialog.plans.point_sheet_reading import SheetRow
from mapdialog.plans.points import SUMMARY_MAX, PointDraft, change_point
from mapdialog.plans.themes import save_theme


@dataclass(frozen=True)
class RowChange:
    """What a row changes: `fields` by name (before, in the file). With `conflict` (a msgid) nothing of it is saved over
    a colleague's work: an answer is kept beside the one there is, to be chosen from."""

    row: SheetRow
    point: PlanPoint
    fields: dict[str, tuple[str, str]]
    conflict: str = ""

    @property
    def changes_answer(self) -> bool:
        """True when the answer, its outcome, reason or addressee differs."""
        return bool(set(self.fields) & {"answer", "outcome", "reason", "forwarded_to"})

    @property
    def changes_point(self) -> bool:
        """True when the summary or the theme differs."""
        return bool(set(self.fields) & {"summary", "theme"})


@dataclass(frozen=True)
class Comparison:
    """The workbook against the plan. With `faulty` rows nothing can be saved until they are put right."""

    changes: tuple[RowChange, ...]
    conflicts: tuple[RowChange, ...]
    faulty: tuple[tuple[SheetRow, str], ...]
    unchanged: int
    new_themes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Applied:
    """How many rows were saved, and the conflicts; of those, how many wordings were kept beside answers."""

    saved: int
    conflicts: tuple[RowChange, ...]
    kept_aside: int


def compare(session: Session, plan: Plan, rows: Sequence[SheetRow]) -> Comparison:
    """What the rows would change. Rows of points that the plan has not, or told twice, are faulty."""
    points = _points(session, plan, rows)
    themes = {label.casefold(): label for label in _theme_labels(session, plan)}
    made: list[RowChange] = []
    faulty: list[tuple[SheetRow, str]] = []
    seen: set[int] = set()
    for row in rows:
        point = points.get(row.id or 0)
        why = [*row.faults]
        if row.id is not None and point is None:
            why.append(N_("Synpunkten finns inte i planen, eller får inte läsas in från en fil."))
        elif row.id in seen:
            why.append(N_("Synpunkten finns på två rader."))
        if why or point is None:
            faulty += [(row, one) for one in why]
            continue
        seen.add(point.id)
        change = _change(row, point)
        wrong = _wrong(row, change)
        faulty += [(row, one) for one in wrong]
        if change.fields and not wrong:
            made.append(change)
    return Comparison(
        changes=tuple(one for one in made if not one.conflict),
        conflicts=tuple(one for one in made if one.conflict),
        faulty=tuple(faulty),
        unchanged=len(seen) - len(made),
        new_themes=tuple(
            sorted(
                {one.row.theme for one in made if "theme" in one.fields and one.row.theme.casefold() not in themes}
                - {""}
            )
        ),
    )


def apply(session: Session, plan: Plan, rows: Sequence[SheetRow], *, actor_id: int) -> Applied:
    """Save what the rows change, against the plan as it is now. Raises Invalid while any row is faulty."""
    found = compare(session, plan, rows)
    if found.faulty:
        raise Invalid(N_("Rätta raderna i filen först. Inget är sparat."), field="file")
    aside = 0
    for one in found.changes:
        if one.changes_point:
            _save_point(session, plan, one, actor_id)
    for drafted in _shared(found.changes):
        aside += _save_answers(session, plan, drafted, actor_id)
    for one in found.conflicts:
        aside += _keep(session, one, actor_id)
    audit.record(
        session, actor_id, "plan_point.import", plan, points=[one.point.id for one in found.changes], aside=aside
    )
    return Applied(len(found.changes), found.conflicts, aside)


def _points(session: Session, plan: Plan, rows: Sequence[SheetRow]) -> dict[int, PlanPoint]:
    """By id, those of the plan that a file may hold: nobody's with protected identity."""
    ids = [one.id for one in rows if one.id is not None]
    query = select(PlanPoint).where(PlanPoint.plan_id == plan.id, PlanPoint.id.in_(ids))
    together = (joinedload(PlanPoint.statement), joinedload(PlanPoint.answer), joinedload(PlanPoint.theme))
    found = session.scalars(query.options(*together).execution_options(populate_existing=True))
    return {one.id: one for one in found if not one.statement.is_protected}


def _theme_labels(session: Session, plan: Plan) -> Sequence[str]:
    return session.scalars(select(PlanTheme.label).where(PlanTheme.plan_id == plan.id)).all()


def _draft(row: SheetRow) -> AnswerDraft:
    return AnswerDraft(row.answer, row.outcome, row.reason, row.forwarded_to).cleaned()


def _change(row: SheetRow, point: PlanPoint) -> RowChange:
    answer = point.answer
    now = as_draft(answer) if answer is not None else AnswerDraft()
    pairs = {
        "summary": (point.summary, row.summary),
        "theme": (point.theme.label if point.theme else "", row.theme),
        "answer": (now.text, row.answer),
        "outcome": (now.outcome or "", row.outcome or ""),
        "reason": (now.reason, row.reason),
        "forwarded_to": (now.forwarded_to, row.forwarded_to),
    }
    changed = {name: pair for name, pair in pairs.items() if name in row.touched and pair[0] != pair[1]}
    made = RowChange(row, point, changed)
    return replace(made, conflict=_conflict(made, answer))


def _conflict(made: RowChange, answer: PlanAnswer | None) -> str:
    """Why the row can't be saved over what there is now; '' when it can."""
    row, point = made.row, made.point
    if made.changes_answer:
        if (answer.id if answer else None) != row.answer_id:
            return N_("En kollega har gett synpunkten ett annat svar sedan filen hämtades.")
        if answer is not None and answer.version != row.answer_version:
            return N_("En kollega har ändrat svaret sedan filen hämtades.")
    if answer is not None and answer.status == AnswerStatus.FINAL and (made.changes_answer or "summary" in made.fields):
        return N_("Svaret är färdigt. Öppna det igen först.")
    if made.changes_point and point.version != row.version:
        return N_("En kollega har ändrat synpunkten sedan filen hämtades.")
    return ""


def _wrong(row: SheetRow, change: RowChange) -> list[str]:
    wrong = []
    if change.changes_answer:
        wrong = [_words(one) for one in faults(_draft(row)).values()]
    if {"outcome", "reason"} & set(change.fields) and "reason" in (lacking := lacks(_draft(row))):
        wrong.append(lacking["reason"].message)
    if "summary" in change.fields and not row.summary and not change.point.quote:
        wrong.append(N_("Sammanfattningen är tom."))
    if "summary" in change.fields and len(row.summary) > SUMMARY_MAX:
        wrong.append(N_("Sammanfattningen är för lång."))
    return wrong


def _words(error: DomainError) -> str:
    return N_("Svaret är för långt.") if error.params else error.message


def _shared(changes: Sequence[RowChange]) -> list[list[RowChange]]:
    """Rows with the same answer before and the same wording now, together: they go on sharing it."""
    found: dict[tuple[int | None, AnswerDraft], list[RowChange]] = {}
    for one in changes:
        if one.changes_answer:
            found.setdefault((one.row.answer_id, _draft(one.row)), []).append(one)
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
        summary=one.row.summary,
        quote=point.quote,
        start=point.quote_start,
        end=point.quote_end,
        theme_id=theme_id,
        feature_id=point.feature_id,
        place=from_element(point.geom) if point.geom is not None else None,
        assigned_to_id=point.assigned_to_id,
    )
    change_point(session, point, draft, version=one.row.version, actor_id=actor_id)


def _save_answers(session: Session, plan: Plan, rows: Sequence[RowChange], actor_id: int) -> int:
    """One wording for the rows' points; how many wordings had to be kept aside after all."""
    draft, points = _draft(rows[0].row), [one.point for one in rows]
    answer = points[0].answer if rows[0].row.answer_id is not None else None
    if answer is None:
        return int(answer_points(session, plan, points, draft, actor_id=actor_id).kept_aside is not None)
    shared = session.scalar(select(func.count()).where(PlanPoint.answer_id == answer.id)) or 0
    version = rows[0].row.answer_version or 0
    if shared > len(points):
        # Others keep the answer as it was; these get one of their own.
        own = detach(session, points[0], version=None, actor_id=actor_id)
        if len(points) > 1:
            attach(session, own, points[1:], replace=True, actor_id=actor_id)
        answer, version = own, own.version
    return int(save_answer(session, answer, draft, version=version, actor_id=actor_id).kept_aside is not None)


def _keep(session: Session, one: RowChange, actor_id: int) -> int:
    if not one.changes_answer or one.point.answer is None:
        return 0
    return int(keep_aside(session, one.point.answer, _draft(one.row), actor_id=actor_id) is not None)
