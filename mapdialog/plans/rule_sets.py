"""The law a plan is handled by, as frozen values: procedures, periods, checklists, reports and duties of one version.

The values themselves stand in rule_sets/*.toml, one file a legal version, read and checked by `rule_reading`. A plan
keeps the key of the rule set it was started under.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TypeVar

from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.plans.rule_types import (
    AppealRule,
    Checklist,
    DispatchDuty,
    GroundRule,
    MinimumPeriod,
    ProcedureRule,
    ReportContent,
    Words,
)

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class RuleSet:
    """The rules of one legal version. `used_from` may lie before `valid_from`: then `caution` says what to check."""

    key: str
    label: Words
    valid_from: date
    valid_to: date | None
    used_from: date
    checked_on: date
    law: str
    source: str
    caution: Words
    checks_periods: bool
    periods: tuple[MinimumPeriod, ...]
    grounds: tuple[GroundRule, ...]
    procedures: tuple[ProcedureRule, ...]
    checklists: tuple[Checklist, ...]
    reports: tuple[ReportContent, ...]
    dispatches: tuple[DispatchDuty, ...]
    appeals: tuple[AppealRule, ...]

    def period(self, key: str) -> MinimumPeriod:
        """That period. Raises NotFound."""
        return _found(next((one for one in self.periods if one.key == key), None), key)

    def procedure(self, key: str) -> ProcedureRule:
        """That procedure. Raises NotFound where this version of the law has none of the name."""
        return _found(next((one for one in self.procedures if one.key == key), None), key)

    def ground(self, key: str) -> GroundRule:
        """That ground. Raises NotFound."""
        return _found(next((one for one in self.grounds if one.key == key), None), key)

    def checklist(self, key: str) -> Checklist:
        """That checklist. Raises NotFound."""
        return _found(next((one for one in self.checklists if one.key == key), None), key)

    def procedures_for(self, plan_kind: str) -> tuple[ProcedureRule, ...]:
        """The procedures a plan of that kind may follow, in the file's order."""
        return tuple(one for one in self.procedures if plan_kind in one.plan_kinds)

    def report(self, kind: str, plan_kind: str) -> ReportContent:
        """What that report contains. Raises NotFound where a plan of that kind has no such report."""
        fitting = (one for one in self.reports if one.kind == kind and plan_kind in one.plan_kinds)
        return _found(next(fitting, None), kind)

    def grounds_for(self, procedure: str) -> tuple[GroundRule, ...]:
        """The grounds a procedure may have, in the law's order."""
        return tuple(one for one in self.grounds if procedure in one.procedures)

    def duties(self, plan_kind: str, event: str | None = None) -> tuple[DispatchDuty, ...]:
        """What has to be sent for a plan of that kind, all or those of one event."""
        return tuple(one for one in self.dispatches if plan_kind in one.plan_kinds and event in (None, one.event))

    def appeal(self, plan_kind: str) -> AppealRule:
        """How a decision on a plan of that kind is appealed. Raises NotFound."""
        return _found(next((one for one in self.appeals if plan_kind in one.plan_kinds), None), plan_kind)

    def is_checked_for(self, started_on: date) -> bool:
        """Whether the rules were read as they stood on that day; where not, show `caution`."""
        return self.valid_from <= started_on and (self.valid_to is None or started_on <= self.valid_to)


def _found(thing: Thing | None, key: str) -> Thing:
    if thing is None:
        raise NotFound(N_("Reglerna har inget som heter %(key)s."), key=key)
    return thing


@cache
def list_rule_sets() -> tuple[RuleSet, ...]:
    """Every rule set, the oldest first. Raises `rule_reading.RuleFileError` for a file that does not hold."""
    from mapdialog.plans.rule_reading import read_all

    return read_all()


def rule_set(key: str) -> RuleSet:
    """The rule set of that key. Raises NotFound."""
    return _found(next((one for one in list_rule_sets() if one.key == key), None), key)


def rule_set_on(day: date) -> RuleSet:
    """The rule set a plan started on that day is handled by."""
    return [one for one in list_rule_sets() if one.used_from <= day][-1]


def newest() -> RuleSet:
    """The rule set in force now."""
    return list_rule_sets()[-1]
