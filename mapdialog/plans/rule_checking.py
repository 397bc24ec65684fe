"""What must hold between the parts of a rule set: every name that is pointed at exists, and nothing is there twice."""

from collections import Counter
from collections.abc import Iterable

from mapdialog.plans.kinds import PlanKind
from mapdialog.plans.rule_sets import RuleSet
from mapdialog.plans.rule_types import ProcedureRule


def find_faults(rules: RuleSet) -> list[str]:
    """What does not hold, a sentence each; empty when all does."""
    faults = [
        *_twice("period", (one.key for one in rules.periods)),
        *_twice("ground", (one.key for one in rules.grounds)),
        *_twice("procedure", (one.key for one in rules.procedures)),
        *_twice("checklist", (one.key for one in rules.checklists)),
        *_twice("dispatch", (one.key for one in rules.dispatches)),
        *_twice("report", (f"{one.kind} of {kind}" for one in rules.reports for kind in one.plan_kinds)),
        *_twice("appeal", (kind for one in rules.appeals for kind in one.plan_kinds)),
    ]
    faults += [f"period {one.key}: {one.count} is no length" for one in rules.periods if one.count < 1]
    periods = {one.key for one in rules.periods}
    wanted = {one.review_period for one in rules.grounds} - {""}
    wanted |= {one.period for one in rules.appeals if one.period}
    faults += [f"there is no period {key}" for key in sorted(wanted - periods)]
    if rules.valid_to is not None and rules.valid_to < rules.valid_from:
        faults.append("it ends before it begins")
    if rules.used_from > rules.valid_from:
        faults.append("it is used from a day after it is valid")
    for procedure in rules.procedures:
        faults += _procedure_faults(rules, procedure, periods)
    return [*faults, *_list_faults(rules), *_kind_faults(rules)]


def _procedure_faults(rules: RuleSet, procedure: ProcedureRule, periods: set[str]) -> list[str]:
    name = f"procedure {procedure.key}"
    faults = _twice(f"{name}: phase", (one.kind for one in procedure.phases))
    checklists = {one.key: one.kind for one in rules.checklists}
    reports = {(one.kind, kind) for one in rules.reports for kind in one.plan_kinds}
    for phase in procedure.phases:
        faults += [f"{name}: no period {key}" for key in (phase.period, phase.practice) if key and key not in periods]
        if phase.by_ground and not (procedure.has_grounds and rules.grounds_for(procedure.key)):
            faults.append(f"{name}: {phase.kind} goes by grounds it has not")
        faults += [
            f"{name}: {need.kind} has no checklist {need.checklist}"
            for need in phase.announcements
            if checklists.get(need.checklist) != need.kind
        ]
        if phase.report:
            having = [kind for kind in procedure.plan_kinds if phase in procedure.phases_for(kind)]
            lacking = [kind for kind in having if (phase.report.kind, kind) not in reports]
            faults += [f"{name}: nothing says what a {phase.report.kind} of {kind} contains" for kind in lacking]
    return faults


def _list_faults(rules: RuleSet) -> list[str]:
    faults = []
    for checklist in rules.checklists:
        numbers = [one.number for one in checklist.items]
        if numbers != list(range(1, len(numbers) + 1)):
            faults.append(f"checklist {checklist.key}: its numbers are {numbers}")
        faults += _twice(f"checklist {checklist.key}: item", (one.key for one in checklist.items))
    for report in rules.reports:
        faults += _twice(f"report {report.kind}: item", (one.key for one in report.items))
    return faults


def _kind_faults(rules: RuleSet) -> list[str]:
    """Every kind of plan that has a procedure needs to know how its decision is appealed."""
    told = {kind for one in rules.appeals for kind in one.plan_kinds}
    used = {kind for one in rules.procedures for kind in one.plan_kinds}
    return [f"nothing says how a {kind} is appealed" for kind in sorted(used - told, key=list(PlanKind).index)]


def _twice(what: str, keys: Iterable[str]) -> list[str]:
    return [f"{what} {key} is there twice" for key, count in Counter(keys).items() if count > 1]
