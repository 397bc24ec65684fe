"""What a phase lacked when the clock opened it: kept, for then nobody was there to be stopped by it."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from mapdialog.plans.models import PlanPhase
from mapdialog.plans.problems import Problem, Weight

NO_DOCUMENTS = "no_documents"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def keep(phase: PlanPhase, problems: Iterable[Problem]) -> None:
    """Write the problems on the phase; days in their parameters as ISO 8601."""
    phase.opened_without = [
        {"key": one.key, "message": one.message, "legal_ref": one.legal_ref, "params": _plain(one.params)}
        for one in problems
    ]


def list_kept(phase: PlanPhase) -> list[Problem]:
    """What was kept, each to be gone past with a recorded reason."""
    return [
        Problem(one["key"], one["message"], Weight.NEEDS_REASON, one["legal_ref"], _days(one["params"]))
        for one in phase.opened_without
    ]


def note_documents(phase: PlanPhase, today: date) -> None:
    """The documents can be read from today: in a phase that opened without them the time counts from now."""
    if phase.readable_on is None and any(one["key"] == NO_DOCUMENTS for one in phase.opened_without):
        phase.readable_on = today


def _plain(params: Any) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else str(value) for name, value in params.items()}


def _days(params: dict[str, str]) -> dict[str, object]:
    return {name: date.fromisoformat(said) if _DAY.fullmatch(said) else said for name, said in params.items()}
