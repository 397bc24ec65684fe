"""The views that remain at the end of a report: whose, and which, in one phase or across all of them (PBL 13:11)."""

import re
from collections.abc import Iterable

from sqlalchemy.orm import Session

from mapdialog.plans import unmet
from mapdialog.plans.kinds import PhaseKind
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.unmet import UnmetView
from mapdialog.reports import plan_report_words as words
from mapdialog.reports.plan_report import OUTCOMES, Remaining, Unmet
from mapdialog.reports.plan_report_naming import named
from mapdialog.reports.plan_report_reading import StatementRow
from mapdialog.reports.plan_report_telling import NO_SUMMARY, Telling

_NUMBER = re.compile(r"\d+")
# Somebody with remaining views: their latest statement, and the views.
Found = tuple[StatementRow, list[Remaining]]


def list_unmet(
    session: Session, telling: Telling, plan: Plan, phase: PlanPhase, *, is_across: bool
) -> tuple[tuple[Unmet, ...], int]:
    """Everybody with remaining views, and how many are counted but not told in this edition.

    It is the very list that the notices of 5:24 and 5:30 are sent by, as far as the report's phase goes, or what is of
    the report's own phases in it.
    """
    everybody = list(_found(session, telling, plan, phase, is_across))
    shown = [one for one in everybody if not telling.is_hidden(one[0])]
    made = [Unmet(named(row.sender, is_web=telling.is_web), tuple(views)) for row, views in shown]
    if telling.is_web:
        # In the order of names that nobody is told the labels would tell something of them.
        made.sort(key=lambda one: _NUMBER.sub(lambda found: found[0].zfill(9), one.who.casefold()))
    return tuple(made), len(everybody) - len(shown)


def _found(session: Session, telling: Telling, plan: Plan, phase: PlanPhase, is_across: bool) -> Iterable[Found]:
    later = {one.id for one in plan.phases if one.starts_on > phase.starts_on}
    rows = {row.number: row for row in (telling.rows if is_across else telling.told) if row.phase_id not in later}
    protected = {row.id for row in telling.rows if row.sender.is_protected}
    of_programme = phase.kind == PhaseKind.PROGRAMME_CONSULTATION
    for person in unmet.list_unmet(session, plan, of_programme=of_programme):
        if views := [one for one in person.views if one.number in rows]:
            said = (_remaining(telling, one, protected, is_across=is_across) for one in views)
            yield rows[views[-1].number], list(dict.fromkeys(said))


def _remaining(telling: Telling, view: UnmetView, protected: set[int], *, is_across: bool) -> Remaining:
    """The view in the officer's words; the sender's own only in the full edition, as where it is answered."""
    point = telling.points[view.point_id][0]
    label, outcome = _labelled(telling, view, is_across=is_across), OUTCOMES[view.outcome]
    is_protected = point.statement_id in protected
    if is_protected and telling.is_web:
        return Remaining(label, outcome, "", "")
    quote = "" if is_protected else view.summary
    return Remaining(label, outcome, point.summary or (NO_SUMMARY if telling.is_web else quote), point.reason)


def _labelled(telling: Telling, view: UnmetView, *, is_across: bool) -> str:
    label = telling.points[view.point_id][1]
    return f"{label} ({words.PHASES[view.phase].lower()})" if is_across and view.phase else label
