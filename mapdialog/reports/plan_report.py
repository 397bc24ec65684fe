"""What a statutory plan report says, whatever paper it is set on: plain values, everything counted and worded once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from mapdialog.plans import labels
from mapdialog.plans.kinds import Edition, Outcome, PartyGroup
from mapdialog.walks.paper_pictures import Picture

# The reports are documents of a Swedish authority and are written in Swedish, whatever the reader's browser prefers.
TITLES = labels.REPORT_KINDS
EDITIONS: dict[str, str] = {Edition.FULL: "Fullständig version", Edition.WEB: "Webbversion"}
OUTCOMES = labels.OUTCOMES
UNANSWERED = "unanswered"
OUTCOME_TITLES: dict[str, str] = {**OUTCOMES, UNANSWERED: "Inte besvarad"}
# In the order the law names them (PBL 5:11), and as reports in practice are read.
GROUPS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("authorities", "Statliga och regionala myndigheter", frozenset({PartyGroup.AUTHORITY_MANDATORY})),
    ("committees", "Kommunala nämnder och bolag", frozenset({PartyGroup.MUNICIPAL_BODY})),
    ("parties", "Sakägare", frozenset({PartyGroup.PROPERTY_PARTY})),
    ("residents", "Boende och hyresgäster", frozenset({PartyGroup.RESIDENT_AFFECTED})),
    ("organisations", "Föreningar och organisationer", frozenset({PartyGroup.TENANTS_ORGANISATION})),
    ("others", "Övriga", frozenset({PartyGroup.OTHER_INTEREST, PartyGroup.PUBLIC})),
)


@dataclass(frozen=True)
class Point:
    """One view and its answer. `label` is '12.3': the statement's number and the point's in it.

    `quote` is empty in the web edition. `same_as` is the label of the point whose answer stands for this one too, when
    that one is answered in the report. `outcome` is a key of OUTCOME_TITLES.
    """

    label: str
    theme: str
    place: str
    view: str
    quote: str
    outcome: str
    answer: str
    reason: str
    forwarded_to: str
    same_as: str
    changes: tuple[int, ...]


@dataclass(frozen=True)
class Statement:
    """One statement. `who` is what this edition calls the sender; days are in words."""

    id: int
    number: int
    who: str
    group: str
    received: str
    channel: str
    stance: str
    is_in_time: bool | None
    is_written: bool
    is_withdrawn: bool
    registry_number: str
    signatories: int
    same_as: int | None
    alike: tuple[int, ...]
    district: str
    attachments: int
    summary: str
    points: tuple[Point, ...]

    @property
    def marks(self) -> tuple[str, ...]:
        """What the reader has to know of how it came: late, oral, withdrawn, signed by many."""
        found = []
        if self.is_in_time is None:
            found.append("Inkommet utanför skedena")
        elif not self.is_in_time:
            found.append("För sent inkommet")
        if not self.is_written:
            found.append("Muntligt")
        if self.is_withdrawn:
            found.append("Synpunkterna är återtagna")
        if self.signatories > 1:
            found.append(f"Undertecknat av {self.signatories} personer")
        return tuple(found)


@dataclass(frozen=True)
class Group:
    """The statements of one circle, in order of their numbers."""

    key: str
    title: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Meeting:
    """A public meeting: what, when and where in words, how many came (None: not counted), what was said aloud."""

    kind: str
    when: str
    place: str
    attendance: int | None
    notes: str


@dataclass(frozen=True)
class Notice:
    """One announcement or dispatch: what, on which day, and where or to how many."""

    what: str
    day: str
    where: str


@dataclass(frozen=True)
class Held:
    """How one phase was held."""

    title: str
    period: str
    why_short: str
    held_text: str
    available_text: str
    extensions: tuple[str, ...]
    notices: tuple[Notice, ...]
    meetings: tuple[Meeting, ...]
    documents: tuple[str, ...]
    consents: str = ""


@dataclass(frozen=True)
class Change:
    """A change of the plan and the labels of the points that caused it."""

    number: int
    description: str
    document: str
    is_major: bool
    causes: tuple[str, ...]


@dataclass(frozen=True)
class Altered:
    """One thing that is other than in the version before: where, what, and why."""

    where: str
    what: str
    reason: str


@dataclass(frozen=True)
class Since:
    """What has changed since the approved version of that number, and the day it was approved in words."""

    number: int
    day: str
    rows: tuple[Altered, ...]


@dataclass(frozen=True)
class Remaining:
    """A view that was not met: its label (and phase), the outcome in words, what it is and why it was not met.

    Without `view` and `reason` where the edition may not tell them.
    """

    label: str
    outcome: str
    view: str
    reason: str


@dataclass(frozen=True)
class Unmet:
    """Somebody with views that were not met, and which."""

    who: str
    views: tuple[Remaining, ...]


@dataclass(frozen=True)
class Count:
    """A line of a table of counts."""

    label: str
    count: int


@dataclass(frozen=True)
class Totals:
    """Every number the report says anywhere. `hidden` statements are counted but not told in this edition."""

    statements: int
    points: int
    late: int
    oral: int
    without_objection: int
    hidden_statements: int
    hidden_points: int
    by_group: tuple[tuple[str, int, int], ...]
    by_outcome: tuple[Count, ...]
    by_district: tuple[Count, ...]
    unplaced: int
    attendance: int

    @property
    def met(self) -> int:
        """How many points were met or partly met, and so should have led to a change."""
        met = (OUTCOME_TITLES[Outcome.MET], OUTCOME_TITLES[Outcome.PARTLY_MET])
        return sum(one.count for one in self.by_outcome if one.label in met)

    @property
    def told_statements(self) -> int:
        """How many statements stand in this edition."""
        return self.statements - self.hidden_statements


@dataclass(frozen=True)
class Question:
    """What keeps a report from being finished: where, and what is the matter. Never holds the words themselves.

    While one `is_open` nobody knows yet what all the answers are. One that `takes_reason` may be gone past with one.
    """

    where: str
    what: str
    statement_number: int | None = None
    is_open: bool = False
    params: Mapping[str, object] = field(default_factory=dict)
    takes_reason: bool = False

    def text(self, translate: Callable[[str], str] = str) -> str:
        """What is the matter; `translate` turns the msgid into the reader's language."""
        return translate(self.what) % self.params if self.params else translate(self.what)


@dataclass(frozen=True)
class PlanReportContent:
    """A whole report in one edition. `drawn` is a digest of what the map shows, also where it is not drawn."""

    kind: str
    edition: str
    is_draft: bool
    plan_name: str
    plan_kind: str
    is_comprehensive: bool
    procedure: str
    municipality: str
    registry_number: str
    committee: str
    made_on: date
    made: str
    contents_by_law: str
    summary: str
    held: tuple[Held, ...]
    groups: tuple[Group, ...]
    totals: Totals
    map: Picture | None
    map_note: str
    drawn: str
    changes: tuple[Change, ...]
    changes_text: str
    is_major_change: bool
    unmet: tuple[Unmet, ...]
    unmet_hidden: int
    officers: tuple[tuple[str, str], ...]
    left_out: str
    questions: tuple[Question, ...]
    since: Since | None = None

    @property
    def title(self) -> str:
        """What the report is."""
        return TITLES[self.kind]

    @property
    def is_web(self) -> bool:
        """Whether everybody may read it."""
        return self.edition == Edition.WEB

    @property
    def county(self) -> tuple[Statement, ...]:
        """What the county has said of a comprehensive plan: its review statement is kept with the plan (3:16, 3:20)."""
        return tuple(one for one in self.statements if "länsstyrels" in one.who.casefold())

    @property
    def is_answered(self) -> bool:
        """Whether all that the report is to tell has come in and is answered."""
        return not any(one.is_open for one in self.questions)

    @property
    def statements(self) -> Iterator[Statement]:
        """Every statement that is told, in the report's order."""
        return (one for group in self.groups for one in group.statements)
