"""What a walk's protocol says, whatever paper it is printed on: plain values, everything counted and worded once."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mapdialog.core.text import N_
from mapdialog.core.wording import Translate, day_in_words, translator
from mapdialog.walks.findings import Feeling
from mapdialog.walks.paper_pictures import Picture
from mapdialog.walks.returning import Comparison

FEELINGS: dict[str, str] = {
    Feeling.INSECURE: N_("Otrygg"),
    Feeling.SECURE: N_("Trygg"),
    Feeling.NEUTRAL: N_("Varken eller"),
}
SEVERITIES: dict[int, str] = {1: N_("litet"), 2: N_("märkbart"), 3: N_("allvarligt")}
Fact = tuple[str, str]


class Version(StrEnum):
    """Who it is for. `internal` holds everything but names; `public` what is approved and points at nobody."""

    INTERNAL = "internal"
    PUBLIC = "public"


VERSIONS: dict[str, str] = {Version.PUBLIC: N_("Publik version"), Version.INTERNAL: N_("Intern version")}


@dataclass(frozen=True)
class Finding:
    """An observation. `number` is its number in the protocol; `actions` the numbers and titles of what is done."""

    number: int
    category: str
    polarity: str
    feeling: str
    severity: int | None
    severity_words: str
    text: str
    is_acute: bool
    remarks: tuple[str, ...]
    photos: tuple[Picture, ...]
    actions: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Stop:
    """A stop with what was found there; `number` is None for what was found on the way between stops."""

    number: int | None
    name: str
    findings: tuple[Finding, ...]

    def count(self, polarity: str) -> int:
        """How many felt so."""
        return sum(one.polarity == polarity for one in self.findings)


@dataclass(frozen=True)
class Action:
    """A line of the action list; days are in words."""

    number: int
    title: str
    description: str
    where: str
    responsible: str
    kind: str
    priority: str
    is_acute: bool
    deadline: str
    status: str
    status_words: str
    reason: str
    case_no: str
    is_open: bool
    is_late: bool
    findings: tuple[int, ...]


@dataclass(frozen=True)
class Tally:
    """How many observations of a category, by how they felt."""

    label: str
    insecure: int
    secure: int
    neutral: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.insecure + self.secure + self.neutral


@dataclass(frozen=True)
class People:
    """Participants in numbers: all together in words, and (heading, [(band, number in words)]) by dimension."""

    total: str
    dimensions: tuple[tuple[str, tuple[Fact, ...]], ...]
    note: str


@dataclass(frozen=True)
class Said:
    """What one group said of an earlier finding: who and its verdict ('' where all agree), and its words."""

    who: str
    text: str


@dataclass(frozen=True)
class Judged:
    """What became of an earlier finding: one word for all, the gloomiest where groups differ (`is_agreed` False); what
    each said, that word's first; and (caption, photo) before and after."""

    verdict: str
    is_agreed: bool
    said: tuple[Said, ...]
    photos: tuple[tuple[str, Picture], ...]


@dataclass(frozen=True)
class Protocol:
    """Everything. Findings and actions are numbered from 1 in the order they stand; `earlier_actions` are those of the
    walk that this one repeats, as they stand now, numbered by themselves. Where neither route nor stops can be drawn
    (`is_routed` False) the map is of what was found. `cancelled` is why the walk is, '' where it is not."""

    version: Version
    language: str
    title: str
    municipality: str
    subtitle: str
    registry_number: str
    made: str
    is_draft: bool
    cancelled: str
    purpose: str
    facts: tuple[Fact, ...]
    conditions: tuple[Fact, ...]
    people: People
    route_map: Picture
    route_words: str
    is_routed: bool
    stops: tuple[Stop, ...]
    tallies: tuple[Tally, ...]
    actions: tuple[Action, ...]
    faults: tuple[str, ...]
    dates: tuple[Fact, ...]
    contact: str
    left_out: str
    comparison: Comparison | None
    judged: dict[int, Judged]
    earlier_actions: tuple[Action, ...]

    @property
    def say(self) -> Translate:
        """Turns a Swedish msgid into the protocol's language."""
        return translator(self.language)

    @property
    def map_heading(self) -> str:
        """What the map is called."""
        return self.say(N_("Rutten") if self.is_routed else N_("Karta"))

    @property
    def has_stops(self) -> bool:
        """Whether there were stops to stop at, or all was seen on the way."""
        return any(stop.number is not None for stop in self.stops)

    @property
    def findings_heading(self) -> str:
        """What the part that tells every finding is called."""
        return self.say(N_("Hållpunkt för hållpunkt") if self.has_stops else N_("Iakttagelserna"))

    @property
    def compared_words(self) -> str:
        """What the comparison comes to in one sentence; how many there are now is a span while some are not judged."""
        if self.comparison is None:
            return ""
        day, of = self.comparison.before.starts_at, self.comparison.tally
        words = N_(
            "Vi gick här även %(day)s. Då noterades %(earlier)s iakttagelser. Nu finns %(now)s kvar eller är nya."
        )
        now = f"{of.now}–{of.now + of.unchecked}" if of.unchecked else str(of.now)
        said = self.say(words, day=day_in_words(day, self.language) if day else "–", earlier=of.earlier, now=now)
        left = N_("%(count)s av de tidigare är inte bedömda.")
        return f"{said} {self.say(left, count=of.unchecked)}" if of.unchecked else said

    @property
    def findings(self) -> list[Finding]:
        """Every finding, in order."""
        return [one for stop in self.stops for one in stop.findings]

    @property
    def secure(self) -> list[tuple[Stop, Finding]]:
        """What felt secure, with where it was."""
        return [(stop, one) for stop in self.stops for one in stop.findings if one.polarity == Feeling.SECURE]

    @property
    def not_done(self) -> list[Action]:
        """What will not be done; each has its reason."""
        return [one for one in self.actions if one.status in ("rejected", "outside_mandate")]

    @property
    def done(self) -> int:
        """How many actions are done."""
        return sum(one.status == "done" for one in self.actions)

    @property
    def total(self) -> Tally:
        """All categories together."""
        return summed(self.say(N_("Alla")), self.tallies)

    @property
    def earlier_done(self) -> int:
        """How many of the repeated walk's actions are done."""
        return sum(one.status == "done" for one in self.earlier_actions)

    @property
    def cover_actions(self) -> list[tuple[str, str]]:
        """The figures on the cover that are about actions, with their words."""
        if self.comparison is None:
            return [(str(len(self.actions)), self.say(N_("åtgärder"))), (str(self.done), self.say(N_("klara")))]
        earlier = f"{self.earlier_done}/{len(self.earlier_actions)}"
        return [
            (str(len(self.actions)), self.say(N_("nya åtgärder"))),
            (earlier, self.say(N_("klara sedan förra vandringen"))),
        ]

    @property
    def file_stem(self) -> str:
        """How its files are called, without an ending."""
        return f"protokoll-{self.version.value}"


def summed(label: str, tallies: Sequence[Tally]) -> Tally:
    """Tallies added up."""
    return Tally(
        label,
        sum(one.insecure for one in tallies),
        sum(one.secure for one in tallies),
        sum(one.neutral for one in tallies),
    )
