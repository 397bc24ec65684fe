"""The parts a rule set is made of: periods, grounds, procedures, checklists, reports, duties, appeals; all frozen."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from mapdialog.plans.kinds import AnnouncementKind, DispatchKind, Ground, PhaseKind, PlanKind, Procedure, ReportKind


@dataclass(frozen=True)
class Words:
    """One text in the two languages of the site."""

    sv: str
    en: str

    def text(self, language: str) -> str:
        """The text in that language; Swedish for any but `en`."""
        return self.en if language == "en" and self.en else self.sv

    def __str__(self) -> str:
        return self.sv

    def __bool__(self) -> bool:
        return bool(self.sv)


class Unit(StrEnum):
    """What a period is counted in (lag 1930:173)."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


class Certainty(StrEnum):
    """How sure a rule is: read in the law, the authority's guidance, our reading of the law, practice, or memory."""

    STATUTE = "statute"
    GUIDANCE = "guidance"
    READING = "reading"
    PRACTICE = "practice"
    MEMORY = "memory"


class When(StrEnum):
    """In which case something is demanded."""

    ALWAYS = "always"
    OPTIONAL = "optional"
    AFTER_MAJOR_CHANGE = "after_major_change"
    WITHOUT_APPROVAL = "without_approval"
    NOT_ANNOUNCED_OR_CHANGED = "not_announced_or_changed"
    AFTER_REPORT = "after_report"
    AFTER_ADOPTION = "after_adoption"
    IF_MEETING = "if_meeting"


class Chosen(StrEnum):
    """Who of a dispatch's groups it is sent to."""

    ALL = "all"
    UNMET = "unmet"
    UNMET_IN_WRITING = "unmet_in_writing"
    INVOLVED = "involved"


class Event(StrEnum):
    """The day from which a duty's time runs."""

    ANNOUNCED = "announced"
    REPORTED = "reported"
    ADOPTION_ANNOUNCED = "adoption_announced"
    LEGAL_FORCE = "legal_force"
    OPENED = "opened"
    DISCONTINUED = "discontinued"


@dataclass(frozen=True)
class Basis:
    """Where a rule stands, how sure it is, and what to know about it."""

    legal_ref: str
    certainty: Certainty
    source: str
    note: Words


@dataclass(frozen=True)
class MinimumPeriod:
    """A shortest time. `by_agreement` marks one that may be shorter where all concerned agree (5:18)."""

    key: str
    count: int
    unit: Unit
    label: Words
    basis: Basis
    by_agreement: bool = False

    @property
    def legal_ref(self) -> str:
        """The section, as a person cites it."""
        return self.basis.legal_ref


@dataclass(frozen=True)
class GroundRule:
    """One ground for those procedures, and the shortest review it demands ('' where it demands none of its own)."""

    key: Ground
    label: Words
    review_period: str
    basis: Basis
    procedures: tuple[Procedure, ...]


@dataclass(frozen=True)
class ReportNeed:
    """Which report a phase ends in; one that is only allowed may be done within a later report instead."""

    kind: ReportKind
    is_required: bool


@dataclass(frozen=True)
class PhaseRule:
    """One phase of a procedure. `period` is the shortest time in law, `practice` what is customary where law has none.

    With `by_ground` the grounds of the plan decide the shortest time, the longest of them. `ask` is what those
    consulted are asked for besides their views, often nothing.
    """

    kind: PhaseKind
    when: When
    basis: Basis
    period: str | None
    practice: str | None
    by_ground: bool
    report: ReportNeed | None
    announcements: tuple["AnnouncementNeed", ...]
    ask: Words


@dataclass(frozen=True)
class AnnouncementNeed:
    """An announcement, the case in which it is demanded, and the checklist of what it states."""

    kind: AnnouncementKind
    when: When
    checklist: str


@dataclass(frozen=True)
class Step:
    """One line of the procedure as it is shown: what happens, and where the law says so."""

    key: str
    label: Words
    legal_ref: str
    phase: PhaseKind | None


@dataclass(frozen=True)
class ProcedureRule:
    """A way from proposal to adoption, for the kinds of plan that may go it."""

    key: Procedure
    label: Words
    description: Words
    plan_kinds: tuple[PlanKind, ...]
    has_grounds: bool
    basis: Basis
    steps: tuple[Step, ...]
    phases: tuple[PhaseRule, ...]

    def phase(self, kind: PhaseKind) -> PhaseRule | None:
        """The rule of that phase, None where the procedure has no such phase."""
        return next((one for one in self.phases if one.kind == kind), None)

    def phases_for(self, plan_kind: str) -> tuple[PhaseRule, ...]:
        """The phases a plan of that kind can have, in their order; a programme has nothing but its own consultation."""
        if plan_kind == PlanKind.PLAN_PROGRAMME:
            return tuple(one for one in self.phases if one.kind == PhaseKind.PROGRAMME_CONSULTATION)
        return self.phases


@dataclass(frozen=True)
class ChecklistItem:
    """One thing an announcement states. `number` is the law's own."""

    key: str
    number: int
    label: Words
    legal_ref: str
    when: When


@dataclass(frozen=True)
class Checklist:
    """What an announcement of that kind states, and where it is put up."""

    key: str
    kind: AnnouncementKind
    label: Words
    newspaper: bool
    basis: Basis
    items: tuple[ChecklistItem, ...]


@dataclass(frozen=True)
class ReportItem:
    """One thing a report contains; what is not `is_required` is guidance or custom."""

    key: str
    label: Words
    legal_ref: str
    is_required: bool
    certainty: Certainty


@dataclass(frozen=True)
class ReportContent:
    """What a report of that kind contains for those kinds of plan."""

    kind: ReportKind
    plan_kinds: tuple[PlanKind, ...]
    label: Words
    basis: Basis
    items: tuple[ReportItem, ...]


@dataclass(frozen=True)
class DispatchDuty:
    """What is sent, to whom, and by when: `count` of `unit` after the day of `event` (0 days: the same day).

    `procedures` are those it is for (none: all); `only_grounds` that the plan has no other grounds, `not_grounds` that
    it has. Of the authorities only those whose names hold one of `authorities` (none: all). `phase` is the kind of
    phase whose event it is, None for those the event itself goes with.
    """

    key: str
    kind: DispatchKind
    plan_kinds: tuple[PlanKind, ...]
    label: Words
    recipients: Words
    groups: tuple[str, ...]
    chosen: Chosen
    event: Event
    count: int
    unit: Unit
    as_soon_as_possible: bool
    basis: Basis
    procedures: tuple[Procedure, ...] = ()
    only_grounds: tuple[Ground, ...] = ()
    not_grounds: tuple[Ground, ...] = ()
    authorities: tuple[str, ...] = ()
    phase: PhaseKind | None = None

    def is_for(self, procedure: str, grounds: Iterable[str]) -> bool:
        """Whether it is demanded in that procedure on those grounds."""
        own = set(grounds)
        if self.procedures and procedure not in self.procedures:
            return False
        if self.only_grounds and not (own and own <= set(self.only_grounds)):
            return False
        return not (self.not_grounds and own and own <= set(self.not_grounds))


@dataclass(frozen=True)
class AppealRule:
    """Who may appeal and how, in plain words. `only_written` plans demand a written view in time (13:11).

    `full_unreviewed` is said instead of `full` where no review is held, and empty where that makes no difference.
    `heading` and `receipt` stand before the decision. `title`, `until` ({day}), `last_day`, `appealed`, `who`, `send`
    ({where}, {number}) stand after it, and are empty where nothing is decided that can be reviewed.
    """

    key: str
    plan_kinds: tuple[PlanKind, ...]
    only_written: bool
    period: str
    short: Words
    full: Words
    full_unreviewed: Words
    oral: Words
    anonymous: Words
    late: Words
    heading: Words
    receipt: Words
    title: Words
    until: Words
    last_day: Words
    appealed: Words
    send: Words
    who: Words
    basis: Basis
