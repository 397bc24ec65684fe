"""Pure rules of actions: which status may follow, what it takes, when it is due, and what is overdue."""

from calendar import monthrange
from datetime import date

from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import N_
from mapdialog.core.workdays import next_working_day
from mapdialog.walks.findings import ActionStatus

# Kungsbacka aims at six months for municipal actions; the setting `walk_deadline_months` decides.
DEADLINE_MONTHS = 6
# Who writes 2062 for 2026 is told; a bridge may well take twenty years.
_LATEST_YEARS = 30

STATUSES: dict[str, str] = {
    ActionStatus.PROPOSED: N_("Föreslagen"),
    ActionStatus.FORWARDED: N_("Skickad till ansvarig"),
    ActionStatus.ACCEPTED: N_("Mottagen"),
    ActionStatus.PLANNED: N_("Planerad"),
    ActionStatus.IN_PROGRESS: N_("Pågår"),
    ActionStatus.DONE: N_("Klar"),
    ActionStatus.REJECTED: N_("Görs inte"),
    ActionStatus.OUTSIDE_MANDATE: N_("Utanför vårt ansvar"),
}
_ENDINGS = (ActionStatus.DONE, ActionStatus.REJECTED, ActionStatus.OUTSIDE_MANDATE)
NEXT: dict[str, tuple[ActionStatus, ...]] = {
    ActionStatus.PROPOSED: (
        ActionStatus.FORWARDED,
        ActionStatus.ACCEPTED,
        ActionStatus.PLANNED,
        ActionStatus.IN_PROGRESS,
        *_ENDINGS,
    ),
    ActionStatus.FORWARDED: (ActionStatus.ACCEPTED, ActionStatus.PLANNED, ActionStatus.IN_PROGRESS, *_ENDINGS),
    ActionStatus.ACCEPTED: (ActionStatus.PLANNED, ActionStatus.IN_PROGRESS, *_ENDINGS),
    ActionStatus.PLANNED: (ActionStatus.IN_PROGRESS, *_ENDINGS),
    ActionStatus.IN_PROGRESS: (ActionStatus.PLANNED, *_ENDINGS),
    # Done may turn out not to be; a refusal may be taken back or sent to whom it concerns.
    ActionStatus.DONE: (ActionStatus.IN_PROGRESS,),
    ActionStatus.REJECTED: (ActionStatus.PROPOSED, ActionStatus.FORWARDED),
    ActionStatus.OUTSIDE_MANDATE: (ActionStatus.PROPOSED, ActionStatus.FORWARDED),
}
NEEDS_REASON = frozenset({ActionStatus.REJECTED, ActionStatus.OUTSIDE_MANDATE})


def check_step(current: str, wanted: str, reason: str) -> ActionStatus:
    """The wanted status, if it may follow. Raises Conflict when it may not, Invalid without a public reason."""
    try:
        step = ActionStatus(wanted)
    except ValueError:
        raise Invalid(N_("Välj en status i listan."), field="status") from None
    if step not in NEXT[current]:
        raise Conflict(N_("Den statusen kan inte följa på den som gäller nu. Ladda om sidan."))
    if step in NEEDS_REASON and not reason.strip():
        raise Invalid(N_("Skriv varför. Skälet visas för alla som läser protokollet."), field="status_reason")
    return step


def default_deadline(start: date, months: int = DEADLINE_MONTHS) -> date:
    """The same day of the month that many months later, or that month's last day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def urgent_deadline(start: date) -> date:
    """When something acute is to be done: the first working day after it was known."""
    return next_working_day(start)


def check_deadline(day: date, earliest: date, today: date) -> Invalid | None:
    """What is wrong with a deadline. `earliest` is the walk's day: nothing was asked for before it."""
    if day < earliest:
        return Invalid(N_("Dagen är före vandringen. Skriv en dag från och med %(day)s."), day=earliest.isoformat())
    if day.year > today.year + _LATEST_YEARS:
        return Invalid(N_("Det är mer än %(years)s år bort. Skriv en närmare dag."), years=_LATEST_YEARS)
    return None


def check_done_on(day: date, earliest: date, today: date, field: str = "done_on") -> None:
    """Raise Invalid for a day that has not come, or before the walk; on the walk itself much is mended on the spot."""
    if day > today:
        raise Invalid(N_("Dagen ligger i framtiden. Skriv när det blev klart."), field=field)
    if day < earliest:
        raise Invalid(
            N_("Dagen är före vandringen. Skriv en dag från och med %(day)s."), field=field, day=earliest.isoformat()
        )


def is_open(status: str) -> bool:
    """True while something is left to do."""
    return status not in _ENDINGS


def is_overdue(status: str, deadline: date, today: date) -> bool:
    """True when it should have been done before today and is not."""
    return is_open(status) and deadline < today
