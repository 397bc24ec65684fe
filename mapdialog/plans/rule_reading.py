"""Reads rule_sets/*.toml into frozen rule sets, and says in which file and at which entry something does not hold."""

import tomllib
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from mapdialog.plans import rule_types as t
from mapdialog.plans.kinds import (
    AnnouncementKind,
    DispatchKind,
    Ground,
    PartyGroup,
    PhaseKind,
    PlanKind,
    Procedure,
    ReportKind,
)
from mapdialog.plans.rule_checking import find_faults
from mapdialog.plans.rule_sets import RuleSet

FOLDER = Path(__file__).parent / "rule_sets"
Made = TypeVar("Made")
Kind = TypeVar("Kind", bound=StrEnum)


class RuleFileError(ValueError):
    """A rule file does not hold; the message names the file, the entry and the field."""


def read_all(folder: Path = FOLDER) -> tuple[RuleSet, ...]:
    """Every rule set of a folder, the oldest first. Raises RuleFileError."""
    found = sorted((read(path) for path in sorted(folder.glob("*.toml"))), key=lambda one: one.used_from)
    if not found:
        raise RuleFileError(f"{folder}: no rule sets")
    for first, second in pairwise(found):
        if first.used_from == second.used_from:
            raise RuleFileError(f"{first.key} and {second.key}: both used from {first.used_from}")
    return tuple(found)


def read(path: Path) -> RuleSet:
    """One file's rule set, its references checked. Raises RuleFileError."""
    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleFileError(f"{path.name}: {error}") from error
    rules = _Reader(path.name, data).rule_set()
    if rules.key != path.stem:
        raise RuleFileError(f"{path.name}: its key is {rules.key!r}, not the file's name")
    if faults := find_faults(rules):
        raise RuleFileError(f"{path.name}: {'; '.join(faults)}")
    return rules


class _Entry:
    """One table of the file: every field is asked for once, and what nobody asks for is a spelling mistake."""

    def __init__(self, file: str, place: str, data: dict[str, Any]) -> None:
        self.place, self.data, self.asked = f"{file}: {place}", data, set[str]()

    def take(self, field: str, kind: type[Made], default: Made | None = None) -> Made:
        self.asked.add(field)
        value = self.data.get(field, default)
        if not isinstance(value, kind):
            raise RuleFileError(f"{self.place}: {field} is {value!r}, not {kind.__name__}")
        return value

    def one(self, field: str, kind: type[Kind], default: Kind | None = None) -> Kind:
        return self._known(field, kind, self.take(field, str, str(default) if default else None))

    def many(self, field: str, kind: type[Kind]) -> tuple[Kind, ...]:
        return tuple(self._known(field, kind, value) for value in self.take(field, list, []))

    def _known(self, field: str, kind: type[Kind], value: str) -> Kind:
        try:
            return kind(value)
        except ValueError:
            raise RuleFileError(f"{self.place}: {field} is {value!r}, not a {kind.__name__}") from None

    def words(self, prefix: str = "", *, needed: bool = True) -> t.Words:
        sv, en = (self.take(f"{prefix}{language}", str, "") for language in ("sv", "en"))
        if (needed or sv or en) and not (sv and en):
            raise RuleFileError(f"{self.place}: {prefix}sv and {prefix}en are both needed")
        return t.Words(sv, en)

    def finish(self) -> None:
        if unknown := sorted(set(self.data) - self.asked):
            raise RuleFileError(f"{self.place}: nobody knows {', '.join(unknown)}")


class _Reader:
    def __init__(self, file: str, data: dict[str, Any]) -> None:
        self.file, self.top = file, _Entry(file, "the head", data)
        self.source = self.top.take("source", str)

    def rule_set(self) -> RuleSet:
        head = self.top
        valid_to = head.take("valid_to", date) if "valid_to" in head.data else None
        made = RuleSet(
            key=head.take("key", str),
            label=head.words(),
            valid_from=head.take("valid_from", date),
            valid_to=valid_to,
            used_from=head.take("used_from", date),
            checked_on=head.take("checked_on", date),
            law=head.take("law", str),
            source=self.source,
            caution=head.words("caution_"),
            checks_periods=head.take("checks_periods", bool),
            periods=self.each(head, "period", self.period),
            grounds=self.each(head, "ground", self.ground),
            procedures=self.each(head, "procedure", self.procedure),
            checklists=self.each(head, "checklist", self.checklist),
            reports=self.each(head, "report", self.report),
            dispatches=self.each(head, "dispatch", self.dispatch),
            appeals=self.each(head, "appeal", self.appeal),
        )
        head.finish()
        return made

    def each(self, entry: _Entry, field: str, make: Callable[[_Entry], Made]) -> tuple[Made, ...]:
        made = []
        for number, data in enumerate(entry.take(field, list, []), start=1):
            name = data.get("key", data.get("kind", number)) if isinstance(data, dict) else number
            inner = _Entry(self.file, f"{field} {name}", data if isinstance(data, dict) else {})
            made.append(make(inner))
            inner.finish()
        return tuple(made)

    def basis(self, entry: _Entry) -> t.Basis:
        return t.Basis(
            legal_ref=entry.take("legal_ref", str),
            certainty=entry.one("certainty", t.Certainty, t.Certainty.STATUTE),
            source=entry.take("source", str, self.source),
            note=entry.words("note_", needed=False),
        )

    def period(self, entry: _Entry) -> t.MinimumPeriod:
        return t.MinimumPeriod(
            key=entry.take("key", str),
            count=entry.take("count", int),
            unit=entry.one("unit", t.Unit),
            label=entry.words(),
            basis=self.basis(entry),
            by_agreement=entry.take("by_agreement", bool, False),
        )

    def ground(self, entry: _Entry) -> t.GroundRule:
        return t.GroundRule(
            key=entry.one("key", Ground),
            label=entry.words(),
            review_period=entry.take("review_period", str, ""),
            basis=self.basis(entry),
            procedures=entry.many("procedures", Procedure),
        )

    def procedure(self, entry: _Entry) -> t.ProcedureRule:
        return t.ProcedureRule(
            key=entry.one("key", Procedure),
            label=entry.words(),
            description=entry.words("text_"),
            plan_kinds=entry.many("plan_kinds", PlanKind),
            has_grounds=entry.take("has_grounds", bool, False),
            basis=self.basis(entry),
            steps=self.each(entry, "step", self.step),
            phases=self.each(entry, "phase", self.phase),
        )

    def step(self, entry: _Entry) -> t.Step:
        phase = entry.one("phase", PhaseKind) if "phase" in entry.data else None
        return t.Step(entry.take("key", str), entry.words(), entry.take("legal_ref", str), phase)

    def phase(self, entry: _Entry) -> t.PhaseRule:
        report = None
        if "report" in entry.data:
            report = t.ReportNeed(entry.one("report", ReportKind), entry.take("report_is_required", bool))
        return t.PhaseRule(
            kind=entry.one("kind", PhaseKind),
            when=entry.one("when", t.When),
            basis=self.basis(entry),
            period=entry.take("period", str, "") or None,
            practice=entry.take("practice", str, "") or None,
            by_ground=entry.take("by_ground", bool, False),
            report=report,
            announcements=self.each(entry, "announcement", self.announcement),
            ask=entry.words("ask_", needed=False),
        )

    def announcement(self, entry: _Entry) -> t.AnnouncementNeed:
        kind, when = entry.one("kind", AnnouncementKind), entry.one("when", t.When)
        return t.AnnouncementNeed(kind, when, entry.take("checklist", str))

    def checklist(self, entry: _Entry) -> t.Checklist:
        return t.Checklist(
            key=entry.take("key", str),
            kind=entry.one("kind", AnnouncementKind),
            label=entry.words(),
            newspaper=entry.take("newspaper", bool),
            basis=self.basis(entry),
            items=self.each(entry, "item", self.checklist_item),
        )

    def checklist_item(self, entry: _Entry) -> t.ChecklistItem:
        return t.ChecklistItem(
            key=entry.take("key", str),
            number=entry.take("number", int),
            label=entry.words(),
            legal_ref=entry.take("legal_ref", str),
            when=entry.one("when", t.When, t.When.ALWAYS),
        )

    def report(self, entry: _Entry) -> t.ReportContent:
        return t.ReportContent(
            kind=entry.one("kind", ReportKind),
            plan_kinds=entry.many("plan_kinds", PlanKind),
            label=entry.words(),
            basis=self.basis(entry),
            items=self.each(entry, "item", self.report_item),
        )

    def report_item(self, entry: _Entry) -> t.ReportItem:
        certainty = entry.one("certainty", t.Certainty, t.Certainty.STATUTE)
        return t.ReportItem(
            key=entry.take("key", str),
            label=entry.words(),
            legal_ref=entry.take("legal_ref", str, ""),
            is_required=certainty == t.Certainty.STATUTE,
            certainty=certainty,
        )

    def dispatch(self, entry: _Entry) -> t.DispatchDuty:
        return t.DispatchDuty(
            key=entry.take("key", str),
            kind=entry.one("kind", DispatchKind),
            plan_kinds=entry.many("plan_kinds", PlanKind),
            label=entry.words(),
            recipients=entry.words("recipients_"),
            groups=entry.many("groups", PartyGroup),
            chosen=entry.one("chosen", t.Chosen, t.Chosen.ALL),
            event=entry.one("event", t.Event),
            count=entry.take("count", int, 0),
            unit=entry.one("unit", t.Unit, t.Unit.DAYS),
            as_soon_as_possible=entry.take("as_soon_as_possible", bool, False),
            basis=self.basis(entry),
            procedures=entry.many("procedures", Procedure),
            only_grounds=entry.many("only_grounds", Ground),
            not_grounds=entry.many("not_grounds", Ground),
            authorities=tuple(str(one) for one in entry.take("authorities", list, [])),
            phase=entry.one("phase", PhaseKind) if "phase" in entry.data else None,
        )

    def appeal(self, entry: _Entry) -> t.AppealRule:
        return t.AppealRule(
            key=entry.take("key", str),
            plan_kinds=entry.many("plan_kinds", PlanKind),
            only_written=entry.take("only_written", bool),
            period=entry.take("period", str, ""),
            short=entry.words("short_"),
            full=entry.words("full_"),
            **{name: entry.words(f"{name}_") for name in ("oral", "anonymous", "late", "heading", "receipt")},
            **{
                name: entry.words(f"{name}_", needed=False)
                for name in ("full_unreviewed", "title", "until", "last_day", "appealed", "send", "who")
            },
            basis=self.basis(entry),
        )
