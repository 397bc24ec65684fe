"""What the staff start page says of plans: which of them ask for something now, and what first."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from mapdialog.plans import overview_page, queries
from mapdialog.plans.models import Plan

MOST = 8  # running plans that are looked through: a municipality has few, and each costs some questions


@dataclass(frozen=True)
class PlanThatWaits:
    """A plan with the first thing to do in it, as the overview says it, and how many more there are."""

    plan: Plan
    step: dict[str, Any]
    more: int


def list_waiting(session: Session) -> list[PlanThatWaits]:
    """Running plans in which something can be done now: what is late first, then what has the nearest day."""
    running = [
        plan
        for plan in queries.list_plans(session)
        if plan.discontinued_on is None and (plan.adoption is None or plan.adoption.legal_force_on is None)
    ]
    found = []
    for plan in running[:MOST]:
        steps = [one for one in overview_page.said_steps(session, plan) if not one["is_waiting"]]
        if steps:
            found.append(PlanThatWaits(plan, min(steps, key=_urgency), len(steps) - 1))
    return sorted(found, key=lambda one: _urgency(one.step))


def _urgency(step: dict[str, Any]) -> tuple[bool, date]:
    return not step["is_late"], step["by"] or date.max
