"""The views that remain at the end of a report: whose, and which, in one phase or across all of them (PBL 13:11)."""

from collections.abc import Sequence

from mapdialog.plans.kinds import PhaseKind
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.reports import plan_report_words as words
from mapdialog.reports.plan_report import OUTCOMES, Unmet
from mapdialog.reports.plan_report_naming import named
from mapdialog.reports.plan_report_reading import StatementRow
from mapdialog.reports.plan_report_telling import Telling, is_unmet


def list_unmet(telling: Telling, plan: Plan, phase: PlanPhase, *, is_across: bool) -> tuple[tuple[Unmet, ...], int]:
    """Everybody with remaining views, and how many are counted but not told. A view given twice stands once each.

    Across phases a statement counts that was given in writing before the report's phase ended, whichever phase it
    answered; a programme's consultation is another matter's. What was taken back does not remain.
    """
    rows = _across(telling.rows, plan, phase) if is_across else telling.told
    by_sender: dict[object, list[StatementRow]] = {}
    for row in rows:
        if row.is_withdrawn or not any(is_unmet(telling.answering(one)[0].outcome) for one in row.points):
            continue
        key = row.party_id if row.party_id is not None else ("statement", row.id)
        by_sender.setdefault(key, []).append(row)
    hidden = sum(telling.is_hidden(of[0]) for of in by_sender.values())
    titles = {one.id: words.PHASES[one.kind] for one in plan.phases}
    told = [
        Unmet(named(of[0].sender, is_web=telling.is_web), _views(telling, of, titles if is_across else {}))
        for of in by_sender.values()
        if not telling.is_hidden(of[0])
    ]
    return tuple(told), hidden


def _across(rows: Sequence[StatementRow], plan: Plan, phase: PlanPhase) -> list[StatementRow]:
    kinds = {one.id: one.kind for one in plan.phases}
    return [
        row
        for row in rows
        if row.is_written
        and kinds.get(row.phase_id or 0) != PhaseKind.PROGRAMME_CONSULTATION
        and (row.in_time or row.phase_id != phase.id)
    ]


def _views(telling: Telling, rows: Sequence[StatementRow], titles: dict[int, str]) -> tuple[tuple[str, str], ...]:
    found = []
    for row in rows:
        for point in row.points:
            outcome = telling.answering(point)[0].outcome
            if outcome is None or not is_unmet(outcome):
                continue
            where = titles.get(row.phase_id or 0, "")
            label = f"{row.number}.{point.seq}"
            found.append((f"{label} ({where.lower()})" if where else label, OUTCOMES[outcome]))
    return tuple(found)
