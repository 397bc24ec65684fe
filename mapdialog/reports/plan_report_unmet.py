"""The views that remain at the end of a report: whose, and which, in one phase or across all of them (PBL 13:11)."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from mapdialog.plans import unmet
from mapdialog.plans.models import Plan
from mapdialog.plans.rules import is_unmet
from mapdialog.reports import plan_report_words as words
from mapdialog.reports.plan_report import OUTCOMES, Unmet
from mapdialog.reports.plan_report_naming import named
from mapdialog.reports.plan_report_reading import StatementRow
from mapdialog.reports.plan_report_telling import Telling

# Somebody with remaining views: their latest statement, and each view's label and outcome.
Found = tuple[StatementRow, list[tuple[str, str]]]


def list_unmet(session: Session, telling: Telling, plan: Plan, *, is_across: bool) -> tuple[tuple[Unmet, ...], int]:
    """Everybody with remaining views, and how many are counted but not told in this edition.

    Across phases it is the very list that the notices of 5:24 and 5:30 are sent by. Of letters with the same words
    every sender has the views of the one that was divided.
    """
    everybody = list(_across(session, telling, plan) if is_across else _within(telling))
    shown = [one for one in everybody if not telling.is_hidden(one[0])]
    made = [Unmet(named(row.sender, is_web=telling.is_web), tuple(views)) for row, views in shown]
    return tuple(made), len(everybody) - len(shown)


def _across(session: Session, telling: Telling, plan: Plan) -> Iterable[Found]:
    by_number = {row.number: row for row in telling.rows}
    for person in unmet.list_unmet(session, plan):
        views = dict.fromkeys(
            (_labelled(telling, one.point_id, one.phase), OUTCOMES[one.outcome]) for one in person.views
        )
        yield by_number[person.views[-1].number], list(views)


def _labelled(telling: Telling, point_id: int, phase: str | None) -> str:
    label = telling.points[point_id][1]
    return f"{label} ({words.PHASES[phase].lower()})" if phase else label


def _within(telling: Telling) -> Iterable[Found]:
    by_id = {row.id: row for row in telling.rows}
    found: dict[object, Found] = {}
    for row in telling.told:
        views = [] if row.is_withdrawn else _views(telling, row, by_id)
        if not views:
            continue
        key = row.party_id if row.party_id is not None else ("statement", row.id)
        earlier = found[key][1] if key in found else []
        found[key] = (row, list(dict.fromkeys([*earlier, *views])))
    return found.values()


def _views(telling: Telling, row: StatementRow, by_id: dict[int, StatementRow]) -> Sequence[tuple[str, str]]:
    points = row.points or (by_id[row.duplicate_of_id].points if row.duplicate_of_id in by_id else ())
    return [
        (telling.points[one.id][1], OUTCOMES[one.outcome])
        for one in points
        if one.outcome is not None and is_unmet(one.outcome)
    ]
