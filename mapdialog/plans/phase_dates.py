"""Whether the days of a phase hold: long enough, after the phase before, only ever extended, ending on a weekday."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mapdialog.core.text import N_
from mapdialog.plans import deadlines
from mapdialog.plans.problems import Problem, Weight
from mapdialog.plans.rule_sets import RuleSet
from mapdialog.plans.rule_types import Certainty, MinimumPeriod

# Customary holidays, first and last (month, day): few are at home to read a plan in them.
_JULY, _CHRISTMAS = (
    N_("Tiden löper över juli, då många är lediga. Gör den gärna längre."),
    N_("Tiden löper över jul och nyår, då många är lediga. Gör den gärna längre."),
)
_QUIET = (((7, 1), (7, 31), _JULY), ((12, 20), (12, 31), _CHRISTMAS), ((1, 1), (1, 6), _CHRISTMAS))
_UNCERTAIN = {Certainty.READING, Certainty.PRACTICE, Certainty.MEMORY}


@dataclass(frozen=True)
class PhaseDates:
    """A phase's days. They count from its start, the announcement or when all could be read: the latest.

    `all_agreed`: there is evidence that all concerned agree to a shorter time. `follows` is the last day of the phase
    before. `opened_with` are the first and last day it was opened with, once it has been.
    """

    kind: str
    starts_on: date
    ends_on: date
    announced_on: date | None = None
    available_on: date | None = None
    all_agreed: bool = False
    follows: date | None = None
    opened_with: tuple[date, date] | None = None

    @property
    def counts_from(self) -> date:
        """The first day on which all of it is true: begun, announced, documents and web page there."""
        return max(day for day in (self.starts_on, self.announced_on, self.available_on) if day is not None)


def check_phase_dates(rules: RuleSet, procedure: str, grounds: Iterable[str], dates: PhaseDates) -> list[Problem]:
    """Everything about the days that stops, needs a recorded reason or is worth a thought; empty when they are fine."""
    if dates.ends_on < dates.starts_on:
        message = N_("Sista dagen ligger före den första.")
        return [Problem("ends_before_start", message, Weight.STOPS)]
    found = [*_against_what_was_opened(dates), *_against_the_phase_before(dates), *_of_the_start(dates)]
    least = deadlines.minimum_end(rules, procedure, grounds, dates.kind, dates.counts_from)
    if least is not None:
        found += _against_the_minimum(dates, *least)
    found += _of_the_last_day(dates)
    if not rules.checks_periods:
        message = N_("Planen följer äldre regler, och verktyget kontrollerar inga tider. Läs lagen som den löd då.")
        found.append(Problem("not_checked", message, Weight.ADVICE, rules.law))
    return found


def _against_what_was_opened(dates: PhaseDates) -> list[Problem]:
    if dates.opened_with is None:
        return []
    start, end = dates.opened_with
    found = []
    if dates.starts_on != start:
        message = N_("Skedet är öppnat. Den första dagen går inte att ändra längre.")
        found.append(Problem("start_is_fixed", message, Weight.STOPS))
    if dates.ends_on < end:
        message = N_("Skedet är öppnat och kan bara förlängas. Det slutar %(end)s eller senare.")
        found.append(Problem("only_extending", message, Weight.STOPS, params={"end": end}, suggestion=end))
    return found


def _against_the_phase_before(dates: PhaseDates) -> list[Problem]:
    if dates.follows is None or dates.starts_on > dates.follows:
        return []
    message = N_("Skedet börjar innan det föregående är slut den %(end)s.")
    return [Problem("overlaps", message, Weight.STOPS, params={"end": dates.follows})]


def _of_the_start(dates: PhaseDates) -> list[Problem]:
    if dates.counts_from == dates.starts_on:
        return []
    message = N_(
        "Tiden räknas från %(day)s: först då är förslaget både tillkännagivet och tillgängligt. "
        "Skedet börjar %(start)s."
    )
    params = {"day": dates.counts_from, "start": dates.starts_on}
    return [Problem("counts_later", message, Weight.ADVICE, params=params)]


def _against_the_minimum(dates: PhaseDates, least: date, period: MinimumPeriod) -> list[Problem]:
    suggestion, params = deadlines.roll_forward(least), {"least": least, "end": dates.ends_on}
    if dates.ends_on == least:
        message = N_(
            "Tiden är precis så lång som lagen kräver. Lägg till en dag eller två, så håller den om något strular."
        )
        return [Problem("no_margin", message, Weight.ADVICE, period.legal_ref, suggestion=suggestion)]
    if dates.ends_on > least or (period.by_agreement and dates.all_agreed):
        return []
    if period.by_agreement:
        message = N_(
            "Tiden är för kort: den får tidigast sluta %(least)s. "
            "Den får bara vara kortare om alla berörda är överens om det."
        )
    elif period.basis.certainty in _UNCERTAIN:
        message = N_(
            "Tiden bör inte sluta före %(least)s. Lagen är inte tydlig här: skriv varför en kortare tid räcker."
        )
    else:
        message = N_("Tiden är för kort: den får tidigast sluta %(least)s.")
    return [Problem("too_short", message, Weight.NEEDS_REASON, period.legal_ref, params, suggestion)]


def _of_the_last_day(dates: PhaseDates) -> list[Problem]:
    found = []
    rolled = deadlines.roll_forward(dates.ends_on)
    if rolled != dates.ends_on:
        name = deadlines.holiday_name(dates.ends_on)
        params: dict[str, object] = {"next": rolled, "day": dates.ends_on, "name": name}
        if name is None:
            message = N_("Sista dagen, %(day)s, är en lördag eller söndag. Nästa vardag är %(next)s.")
        else:
            message = N_("Sista dagen, %(day)s, är %(name)s. Nästa vardag är %(next)s.")
        found.append(Problem("ends_on_free_day", message, Weight.ADVICE, "2 § lagen (1930:173)", params, rolled))
    years = {dates.starts_on.year, dates.ends_on.year}
    for first, last, message in _QUIET:
        if any(dates.starts_on <= date(year, *last) and date(year, *first) <= dates.ends_on for year in years):
            found.append(Problem("quiet_season", message, Weight.ADVICE))
            break
    return found
