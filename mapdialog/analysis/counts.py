"""The shapes of results: plain values that pages, files and charts are made of."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Totals:
    """How much came in, and how far it has come."""

    count: int
    answered: int
    supports: int
    replies: int
    with_photo: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True)
class CategoryCount:
    """One category's part. `share` is 0–1 of all counted."""

    id: int
    key: str
    label: str
    label_en: str
    color: str
    count: int
    share: float


@dataclass(frozen=True)
class DayCount:
    """Contributions of one day in Stockholm."""

    day: date
    count: int


@dataclass(frozen=True)
class ChannelCount:
    """Contributions that came one way (web, import, phone …)."""

    channel: str
    count: int


@dataclass(frozen=True)
class Tally:
    """What one pass over contributions tells: totals, days in order (none without any), channels, most first."""

    totals: Totals
    days: list[DayCount]
    channels: list[ChannelCount]


@dataclass(frozen=True)
class DistrictRow:
    """One district's counts; `by_category` is keyed by category key. `per_1000` is None where population is unknown."""

    id: int
    code: str
    name: str
    population: int | None
    count: int
    by_category: dict[str, int]

    @property
    def per_1000(self) -> float | None:
        """Contributions per 1,000 inhabitants, two decimals."""
        return round(self.count * 1000 / self.population, 2) if self.population else None


@dataclass(frozen=True)
class DistrictTable:
    """A dialogue counted per district of one set; `outside` is how many lie in none of its districts."""

    set_key: str
    set_title: str
    source: str
    categories: tuple[CategoryCount, ...]
    rows: tuple[DistrictRow, ...]
    total: int

    @property
    def inside(self) -> int:
        """How many lie in some district. Where districts overlap, a place counts once, in the one first by code."""
        return sum(row.count for row in self.rows)

    @property
    def outside(self) -> int:
        """How many lie in no district of the set."""
        return self.total - self.inside

    @property
    def has_population(self) -> bool:
        """True when at least one district's population is known."""
        return any(row.population for row in self.rows)


@dataclass(frozen=True)
class OpenMatter:
    """A contribution that waits for an answer. `excerpt` is public text."""

    receipt: str
    excerpt: str
    category: str
    color: str
    received_at: datetime
    support_count: int
    reply_count: int
    waiting_days: int
    report_count: int = 0


@dataclass(frozen=True)
class Answer:
    """What the municipality answered to a contribution. `excerpt` is the contribution's public text."""

    receipt: str
    excerpt: str
    category: str
    color: str
    text: str
    unit: str
    published_at: datetime
