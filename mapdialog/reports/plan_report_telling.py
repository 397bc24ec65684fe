"""Turns rows of statements and points into what one edition tells of them, and counts both once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mapdialog.plans.kinds import PartyGroup, Stance
from mapdialog.reports import plan_report_words as words
from mapdialog.reports.plan_report import (
    GROUPS,
    OUTCOME_TITLES,
    UNANSWERED,
    Count,
    Group,
    Point,
    Statement,
    Totals,
)
from mapdialog.reports.plan_report_naming import Sender, named
from mapdialog.reports.plan_report_reading import PointRow, StatementRow

NO_SUMMARY = "(Sammanfattning saknas.)"
_HAS_ORGANISATIONS = frozenset({PartyGroup.OTHER_INTEREST, PartyGroup.PUBLIC})


@dataclass(frozen=True)
class Telling:
    """What one edition tells: every row of the plan, those of this report, and which changes each point caused."""

    rows: Sequence[StatementRow]
    told: Sequence[StatementRow]
    is_web: bool
    changes: Mapping[int, tuple[int, ...]]
    points: dict[int, tuple[PointRow, str]] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    alike: dict[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.rows:
            for point in row.points:
                self.points[point.id] = (point, f"{row.number}.{point.seq}")
        shown = [row for row in self.told if not self.is_hidden(row)]
        self.numbers.update({row.id: row.number for row in shown})
        for row in shown:
            if row.duplicate_of_id in self.numbers:
                self.alike.setdefault(row.duplicate_of_id, []).append(row.number)

    def is_hidden(self, row: StatementRow) -> bool:
        """Whether the edition counts the statement without telling of it: protected identities on the web."""
        return self.is_web and row.sender.is_protected

    def groups(self) -> tuple[Group, ...]:
        """The statements by circle; a circle that nobody wrote from is left out."""
        by_key: dict[str, list[Statement]] = {}
        for row in self.told:
            if not self.is_hidden(row):
                by_key.setdefault(group_of(row.sender), []).append(self.statement(row))
        return tuple(Group(key, title, tuple(by_key[key])) for key, title, _ in GROUPS if key in by_key)

    def statement(self, row: StatementRow) -> Statement:
        """One statement as the edition tells it."""
        same_as = self.numbers.get(row.duplicate_of_id) if row.duplicate_of_id is not None else None
        return Statement(
            id=row.id,
            number=row.number,
            who=named(row.sender, is_web=self.is_web),
            group=group_of(row.sender),
            received=words.short_day(row.received_at),
            channel=words.CHANNELS[row.channel],
            stance=words.STANCES[row.stance],
            is_in_time=row.in_time,
            is_written=row.is_written,
            is_withdrawn=row.is_withdrawn,
            registry_number=row.registry_number,
            signatories=row.signatories,
            same_as=same_as,
            alike=tuple(self.alike.get(row.id, ())),
            district="" if row.sender.is_protected else row.district,
            attachments=row.attachments,
            summary=row.summary,
            points=tuple(self.point(row, point) for point in row.points),
        )

    def point(self, row: StatementRow, point: PointRow) -> Point:
        """One point; one that repeats another and shares its answer is answered there, where that one can be read."""
        return Point(
            label=f"{row.number}.{point.seq}",
            theme=point.theme,
            place="" if row.sender.is_protected else point.place,
            view=point.summary or ("" if not self.is_web else NO_SUMMARY),
            quote="" if self.is_web or row.sender.is_protected else point.quote,
            outcome=point.outcome or UNANSWERED,
            answer=point.answer or "",
            reason=point.reason,
            forwarded_to=point.forwarded_to,
            same_as=self._same_as(point),
            changes=self.changes.get(point.id, ()),
        )

    def _same_as(self, point: PointRow) -> str:
        if point.duplicate_of_id is None or not point.is_final:
            return ""
        other, label = self.points[point.duplicate_of_id]
        is_told = other.statement_id in self.numbers and other.duplicate_of_id is None
        return label if is_told and other.answer_id == point.answer_id else ""

    def totals(self, attendance: int) -> Totals:
        """Every number of the report, counted over all statements of it, told or not."""
        told = self.told
        hidden = [row for row in told if self.is_hidden(row)]
        outcomes = Counter(one.outcome or UNANSWERED for row in told for one in row.points)
        placed = Counter(row.district or "Utanför alla områden" for row in told if is_placed(row))
        statements = Counter(group_of(row.sender) for row in told)
        points = Counter(group_of(row.sender) for row in told for _ in row.points)
        return Totals(
            statements=len(told),
            points=sum(len(row.points) for row in told),
            late=sum(row.in_time is False for row in told),
            oral=sum(not row.is_written for row in told),
            without_objection=sum(row.stance == Stance.NO_OBJECTION for row in told),
            hidden_statements=len(hidden),
            hidden_points=sum(len(row.points) for row in hidden),
            by_group=tuple((title, statements[key], points[key]) for key, title, _ in GROUPS if statements[key]),
            by_outcome=tuple(Count(title, outcomes[key]) for key, title in OUTCOME_TITLES.items() if outcomes[key]),
            by_district=tuple(Count(*one) for one in sorted(placed.items(), key=lambda one: (-one[1], one[0]))),
            unplaced=len(told) - placed.total(),
            attendance=attendance,
        )


def group_of(sender: Sender) -> str:
    """The key in GROUPS of the circle that the sender is told in."""
    if sender.organisation and sender.party_group in _HAS_ORGANISATIONS:
        return "organisations"
    return next(key for key, _, kinds in GROUPS if sender.party_group in kinds)


def is_placed(row: StatementRow) -> bool:
    """Whether the statement is counted in a district: somebody pointed at a place, and it tells of nobody protected."""
    return bool(row.spots) and not row.sender.is_protected
