"""Holds an edited workbook against the plan as it is now, each column by itself: what can be saved, and what not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from mapdialog.core.errors import DomainError
from mapdialog.core.text import N_
from mapdialog.plans.answer_models import PlanPoint, PlanTheme
from mapdialog.plans.answer_rules import AnswerDraft, faults, lacks
from mapdialog.plans.answering import as_draft
from mapdialog.plans.kinds import AnswerStatus
from mapdialog.plans.models import Plan
from mapdialog.plans.point_sheet import mark
from mapdialog.plans.point_sheet_reading import SheetRow
from mapdialog.plans.points import SUMMARY_MAX

Pairs = dict[str, tuple[str, str]]
OF_POINT = ("summary", "theme")
OF_ANSWER = ("answer", "outcome", "reason", "forwarded_to")
FINAL = N_("Svaret är färdigt. Öppna det igen först.")
MIXED = N_("Radens id eller version är en annans. Har rader sorterats utan alla kolumner? Hämta filen på nytt.")


@dataclass(frozen=True)
class RowChange:
    """What a row changes, by column: (before, in the file).

    `fields` are saved. `held` are not, since a colleague was first or the answer is final; `why` says which (a msgid,
    by column). The columns of an answer go together: a text stands with its outcome and reason.
    """

    row: SheetRow
    point: PlanPoint
    fields: Pairs
    held: Pairs = field(default_factory=dict)
    why: Mapping[str, str] = field(default_factory=dict)

    @property
    def changes_answer(self) -> bool:
        """True when an answer is to be saved."""
        return bool(set(self.fields) & set(OF_ANSWER))

    @property
    def changes_point(self) -> bool:
        """True when a summary or a theme is to be saved."""
        return bool(set(self.fields) & set(OF_POINT))

    @property
    def holds_answer(self) -> bool:
        """True when the file's wording of the answer is not to be saved over the one there is."""
        return bool(set(self.held) & set(OF_ANSWER))

    @property
    def meets_final(self) -> bool:
        """True when it is a final answer that something is held for."""
        return FINAL in self.why.values()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why something is held, each reason once (msgids)."""
        return tuple(dict.fromkeys(self.why.values()))


@dataclass(frozen=True)
class Comparison:
    """The workbook against the plan. With `faulty` rows nothing can be saved until they are put right.

    A row stands among `changes` for what can be saved of it, and among `conflicts` (a colleague was first) or `final`
    for what can't. `locked` are rows that changed columns which are not read, with the columns' keys.
    """

    changes: tuple[RowChange, ...]
    conflicts: tuple[RowChange, ...]
    final: tuple[RowChange, ...]
    faulty: tuple[tuple[SheetRow, str], ...]
    locked: tuple[SheetRow, ...]
    unchanged: int
    new_themes: tuple[str, ...] = ()


def compare(session: Session, plan: Plan, rows: Sequence[SheetRow]) -> Comparison:
    """What the rows would change. Rows of points that the plan has not, or told twice, are faulty."""
    points = _points(session, plan, rows)
    made: list[RowChange] = []
    faulty: list[tuple[SheetRow, str]] = []
    seen: set[int] = set()
    for row in rows:
        point = points.get(row.id or 0)
        why = [*row.faults, *_misplaced(row, point, seen)]
        if why or point is None:
            faulty += [(row, one) for one in why]
            continue
        seen.add(point.id)
        change = _change(row, point)
        wrong = _wrong(row, change)
        faulty += [(row, one) for one in wrong]
        if (change.fields or change.held) and not wrong:
            made.append(change)
    held = [one for one in made if one.held]
    return Comparison(
        changes=tuple(one for one in made if one.fields),
        conflicts=tuple(one for one in held if not one.meets_final),
        final=tuple(one for one in held if one.meets_final),
        faulty=tuple(faulty),
        locked=tuple(row for row in rows if row.locked and row.id in seen),
        unchanged=len(seen) - len(made),
        new_themes=_new_themes(session, plan, made),
    )


def draft_of(row: SheetRow) -> AnswerDraft:
    """The answer as the row words it."""
    return AnswerDraft(row.answer, row.outcome, row.reason, row.forwarded_to).cleaned()


def _points(session: Session, plan: Plan, rows: Sequence[SheetRow]) -> dict[int, PlanPoint]:
    """By id, those of the plan that a file may hold: nobody's with protected identity."""
    ids = [one.id for one in rows if one.id is not None]
    query = select(PlanPoint).where(PlanPoint.plan_id == plan.id, PlanPoint.id.in_(ids))
    together = (joinedload(PlanPoint.statement), joinedload(PlanPoint.answer), joinedload(PlanPoint.theme))
    found = session.scalars(query.options(*together).execution_options(populate_existing=True))
    return {one.id: one for one in found if not one.statement.is_protected}


def _misplaced(row: SheetRow, point: PlanPoint | None, seen: set[int]) -> list[str]:
    if row.id is None:
        return []
    if point is None:
        return [N_("Synpunkten finns inte i planen, eller får inte läsas in från en fil.")]
    if row.is_mixed:
        return [MIXED]
    return [N_("Synpunkten finns på två rader.")] if row.id in seen else []


def _new_themes(session: Session, plan: Plan, made: Sequence[RowChange]) -> tuple[str, ...]:
    known = session.scalars(select(PlanTheme.label).where(PlanTheme.plan_id == plan.id))
    folded = {label.casefold() for label in known} | {""}
    named = {one.row.theme for one in made if "theme" in one.fields}
    return tuple(sorted(label for label in named if label.casefold() not in folded))


def _change(row: SheetRow, point: PlanPoint) -> RowChange:
    changed = _differing(row, point)
    why = _why_held(row, point, changed)
    return RowChange(
        row,
        point,
        fields={name: pair for name, pair in changed.items() if name not in why},
        held={name: pair for name, pair in changed.items() if name in why},
        why=why,
    )


def _differing(row: SheetRow, point: PlanPoint) -> Pairs:
    """The columns that somebody edited and that differ from what there is now: (now, in the file)."""
    now = as_draft(point.answer) if point.answer is not None else AnswerDraft()
    pairs = {
        "summary": (point.summary, row.summary),
        "theme": (point.theme.label if point.theme else "", row.theme),
        "answer": (now.text, row.answer),
        "outcome": (now.outcome or "", row.outcome or ""),
        "reason": (now.reason, row.reason),
        "forwarded_to": (now.forwarded_to, row.forwarded_to),
    }
    edited = set(row.touched)
    if point.answer is None and edited & set(OF_ANSWER):
        edited |= set(OF_ANSWER)  # a new answer takes the whole wording
    return {name: pair for name, pair in pairs.items() if name in edited and pair[0] != pair[1]}


def _why_held(row: SheetRow, point: PlanPoint, changed: Pairs) -> dict[str, str]:
    """By column, why it can't be saved over what there is now; without those that can."""
    if point.answer is not None and point.answer.status == AnswerStatus.FINAL:
        return dict.fromkeys(changed, FINAL)
    why = {name: _why_point(row, point, name, changed[name][0]) for name in OF_POINT if name in changed}
    why |= dict.fromkeys((name for name in OF_ANSWER if name in changed), _why_answer(row, point))
    return {name: words for name, words in why.items() if words}


def _why_point(row: SheetRow, point: PlanPoint, name: str, now: str) -> str:
    is_changed = mark(name, now) != row.was[name] if row.was else point.version != row.version
    if not is_changed:
        return ""
    if name == "theme":
        return N_("En kollega har ändrat temat sedan filen hämtades.")
    return N_("En kollega har ändrat sammanfattningen sedan filen hämtades.")


def _why_answer(row: SheetRow, point: PlanPoint) -> str:
    answer = point.answer
    if answer is None:
        return ""  # nothing is written over, though a colleague may have taken an answer away
    if answer.id != row.answer_id:
        return N_("En kollega har gett synpunkten ett annat svar sedan filen hämtades.")
    return N_("En kollega har ändrat svaret sedan filen hämtades.") if answer.version != row.answer_version else ""


def _wrong(row: SheetRow, change: RowChange) -> list[str]:
    wrong = []
    edited = set(change.fields) | set(change.held)
    if edited & set(OF_ANSWER):
        wrong = [_words(one) for one in faults(draft_of(row)).values()]
    if {"outcome", "reason"} & edited and "reason" in (lacking := lacks(draft_of(row))):
        wrong.append(lacking["reason"].message)
    if "summary" in edited and not row.summary and not change.point.quote:
        wrong.append(N_("Sammanfattningen är tom."))
    if "summary" in edited and len(row.summary) > SUMMARY_MAX:
        wrong.append(N_("Sammanfattningen är för lång."))
    return wrong


def _words(error: DomainError) -> str:
    return N_("Svaret är för långt.") if error.params else error.message
