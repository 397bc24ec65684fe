"""Everything the planner's results page shows of a dialogue, gathered once and free of words and layout."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mapdialog.analysis import choropleth, queries
from mapdialog.analysis.asking import Asked
from mapdialog.analysis.choropleth import Picture
from mapdialog.analysis.counts import CategoryCount, ChannelCount, DistrictTable, OpenMatter, Totals
from mapdialog.analysis.districts import district_table
from mapdialog.analysis.heat import Heat, binned_cells, heat
from mapdialog.analysis.periods import Series, series
from mapdialog.analysis.scope import Scope
from mapdialog.districts.models import DistrictSet
from mapdialog.geo.classes import METHODS, Classes


@dataclass(frozen=True)
class Step:
    """One line of a legend: step of colour, class name (msgid), smallest and largest value, how many areas."""

    step: str
    name: str
    low: float
    high: float
    areas: int


@dataclass(frozen=True)
class Districts:
    """A dialogue per district: the table, the picture, and the classes that both share."""

    set: DistrictSet
    table: DistrictTable
    measure: str
    classes: Classes
    picture: Picture | None

    def step(self, row: Any) -> str:
        """The row's step of colour."""
        return choropleth.step_of(self.classes.index(choropleth.value_of(row, self.measure)), self.classes)

    def name(self, row: Any) -> str | None:
        """The name of the row's class (msgid); None without a value."""
        return self.classes.name(choropleth.value_of(row, self.measure))

    @property
    def method(self) -> str:
        """How the classes were found (msgid)."""
        return METHODS[self.classes.method]

    @property
    def most(self) -> int:
        """The highest count of a district."""
        return max((row.count for row in self.table.rows), default=0)

    @property
    def legend(self) -> list[Step]:
        """Classes from few to many."""
        found = [self.classes.index(choropleth.value_of(row, self.measure)) for row in self.table.rows]
        return [
            Step(choropleth.step_of(index, self.classes), name, low, high, found.count(index))
            for index, (name, (low, high)) in enumerate(zip(self.classes.names, self.classes.ranges(), strict=True))
        ]

    @property
    def unknown(self) -> int:
        """How many districts have no value, because their population is not known."""
        return sum(choropleth.value_of(row, self.measure) is None for row in self.table.rows)


@dataclass(frozen=True)
class OpenMatters:
    """What waits: how many without an answer, and the lists to begin with."""

    count: int
    discussed: list[OpenMatter]
    reported: list[OpenMatter]
    oldest: list[OpenMatter]


@dataclass(frozen=True)
class Results:
    """What the page shows. `districts` is None without a district set, `heat` without contributions."""

    totals: Totals
    states: dict[str, int]
    categories: list[CategoryCount]
    series: Series
    channels: list[ChannelCount]
    districts: Districts | None
    heat: Heat | None
    open: OpenMatters


def gather(session: Session, asked: Asked, district_set: DistrictSet | None, at: datetime) -> Results:
    """Count everything that was asked for. Districts are always counted all, also when one of them is looked at."""
    scope = asked.scope
    tally = queries.tally(session, scope)
    return Results(
        totals=tally.totals,
        states=queries.count_by_state(session, scope),
        categories=queries.list_categories(session, scope),
        series=series(tally.days, scope.since, scope.until),
        channels=tally.channels,
        districts=count_districts(session, asked, district_set) if district_set else None,
        heat=heat(binned_cells(session, scope)),
        open=OpenMatters(
            tally.totals.count - tally.totals.answered,
            queries.list_most_discussed_open(session, scope, at),
            queries.list_reported_open(session, scope, at),
            queries.list_oldest_open(session, scope, at),
        ),
    )


def count_districts(session: Session, asked: Asked, district_set: DistrictSet) -> Districts:
    """The dialogue per district. Rates per inhabitant need a known population; else it is counts."""
    scope = Scope(asked.scope.dialogue_id, asked.scope.category_ids, asked.scope.since, asked.scope.until)
    table = district_table(session, scope, district_set)
    measure = asked.measure if table.has_population else "count"
    picture = choropleth.draw(session, district_set, table, measure)
    return Districts(district_set, table, measure, choropleth.classes_of(table, measure), picture)
