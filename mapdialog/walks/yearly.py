"""A year of safety walks for the situation picture and action plan of lag (2023:196): sums that point at nobody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from mapdialog.core.clock import local
from mapdialog.walks import statistics
from mapdialog.walks.figures import ObservationFact, Outcome, Row, season_of
from mapdialog.walks.findings import Feeling, OwnerType, WalkAction
from mapdialog.walks.following_up import NEEDS_REASON, is_open, is_overdue
from mapdialog.walks.models import BANDS, HeadDimension, SafetyWalk
from mapdialog.walks.public_numbers import participants


@dataclass(frozen=True)
class People:
    """Participants of several walks, summed of what each walk tells: `total` of `told` walks, None where none tells;
    of `few` they were too few to be told, and in `uncounted` nobody counted."""

    total: int | None
    told: int
    few: int
    uncounted: int


@dataclass(frozen=True)
class Band:
    """How many of a kind of people; None where no walk tells. `is_least`: there were more, too few to be told."""

    count: int | None
    is_least: bool


@dataclass(frozen=True)
class Held:
    """A walk that was held. `people` None when too few to be told, or nobody counted (`is_counted` False); `season` and
    `light` are keys; `verdicts` what it said of what an earlier walk found, by the word, empty on a first walk."""

    title: str
    area: str
    day: date
    season: str
    light: str
    is_counted: bool
    people: int | None
    observations: int
    repeats: str
    verdicts: dict[str, int]


@dataclass(frozen=True)
class Line:
    """What was found, of a category or in a place, and how it felt; `before` is how much the year before."""

    label: str
    total: int
    insecure: int
    secure: int
    before: int


@dataclass(frozen=True)
class Place:
    """What was found in a district (its name; '' is outside all), in all and of each category."""

    whole: Line
    categories: tuple[Line, ...]


@dataclass(frozen=True)
class ActionLine:
    """An action whose protocol is published. `party` '' for private owners and where none is chosen."""

    title: str
    walk: str
    where: str
    owner_type: str
    party: str
    deadline: date
    done_on: date | None
    is_late: bool
    status: str
    reason: str


@dataclass(frozen=True)
class Totals:
    """A year in figures. `outcome` is of the actions of that year's walks; `done_in_year` of all walks until then."""

    year: int
    walks: int
    people: People
    observations: int
    insecure: int
    secure: int
    outcome: Outcome
    done_in_year: int


@dataclass(frozen=True)
class Summary:
    """The year. Participants are told only where they are many enough; findings are of places, and all told.

    `before` is the year before, None where no walk was held. `verdicts` counts earlier findings by what return walks
    said of them; those are no observations of their own. `refused` is of this year's walks, `done` what was done in the
    year, `carried` open actions of this and earlier years' walks; `done_unpublished` and `carried_unpublished` are how
    many more there are in walks whose protocols are not published.
    """

    made_on: date
    now: Totals
    before: Totals | None
    held: tuple[Held, ...]
    bands: dict[str, dict[str, Band]]
    verdicts: dict[str, int]
    categories: tuple[Line, ...]
    places: tuple[Place, ...]
    seasons: tuple[Row, ...]
    lights: tuple[Row, ...]
    refused: tuple[ActionLine, ...]
    done: tuple[ActionLine, ...]
    done_unpublished: int
    carried: tuple[ActionLine, ...]
    carried_unpublished: int


def summarise(session: Session, year: int, today: date, *, in_english: bool = False) -> Summary:
    """The summary of the walks held in that year, as it stands today."""
    made, earlier = (statistics.make(session, one, today, in_english=in_english) for one in (year, year - 1))
    facts, past = made.facts, earlier.facts.observations
    actions = _actions(session, year)
    is_own = {walk.id for walk in facts.walks}
    open_ones = [one for one in actions if is_open(one.status)]
    done = sorted((one for one in actions if _is_done_in(one, year)), key=lambda one: (one.done_on, one.id))
    return Summary(
        made_on=today,
        now=_totals(year, made, actions),
        before=_totals(year - 1, earlier, actions) if earlier.facts.walks else None,
        held=tuple(_held(walk, facts) for walk in facts.walks),
        bands=_bands(facts.walks),
        verdicts=facts.all_verdicts,
        categories=_by_category(facts, facts.observations, past),
        places=_places(facts, past),
        seasons=tuple(row for row in made.tables["season"] if row.walks),
        lights=tuple(row for row in made.tables["light"] if row.observations),
        refused=_lines((one for one in actions if one.status in NEEDS_REASON and one.walk_id in is_own), today),
        done=_lines(done, today),
        done_unpublished=sum(one.walk.published_at is None for one in done),
        carried=_lines(open_ones, today),
        carried_unpublished=sum(one.walk.published_at is None for one in open_ones),
    )


def count_people(walks: Sequence[SafetyWalk]) -> People:
    """Who took part in all of them, left out where a walk leaves them out, so that no sum gives a small one away."""
    each = [participants(walk.groups) for walk in walks]
    told = [one.total for one in each if one.total is not None]
    counted = sum(one.is_counted for one in each)
    return People(sum(told) if told else None, len(told), counted - len(told), len(each) - counted)


def _totals(year: int, made: statistics.Statistics, actions: Sequence[WalkAction]) -> Totals:
    found = made.facts.observations
    whole = _line("", found, ())
    people, done = count_people(made.facts.walks), sum(_is_done_in(one, year) for one in actions)
    return Totals(year, len(made.facts.walks), people, whole.total, whole.insecure, whole.secure, made.whole, done)


def _held(walk: SafetyWalk, facts: statistics.Facts) -> Held:
    assert walk.starts_at is not None
    told, day = participants(walk.groups), local(walk.starts_at).date()
    return Held(
        title=walk.title,
        area=walk.area_name or (walk.district.name if walk.district else ""),
        day=day,
        season=season_of(day),
        light=walk.light or "",
        is_counted=told.is_counted,
        people=told.total,
        observations=sum(one.walk_id == walk.id for one in facts.observations),
        repeats=walk.repeat_of.title if walk.repeat_of is not None else "",
        verdicts=facts.verdicts.get(walk.id, {}),
    )


def _bands(walks: Sequence[SafetyWalk]) -> dict[str, dict[str, Band]]:
    """Summed of what each walk tells."""
    each = [participants(walk.groups).bands for walk in walks]
    found = {}
    for dimension in HeadDimension:
        of = [bands[dimension] for bands in each if dimension in bands]
        told = {band: [one[band] for one in of if band in one] for band in BANDS[dimension]}
        if of:
            found[dimension.value] = {band: _band(counts) for band, counts in told.items() if counts}
    return found


def _band(counts: Sequence[int | None]) -> Band:
    known = [count for count in counts if count is not None]
    return Band(sum(known) if known else None, bool(known) and None in counts)


def _by_category(
    facts: statistics.Facts, found: Sequence[ObservationFact], past: Sequence[ObservationFact]
) -> tuple[Line, ...]:
    """Of every category that is or was there, the largest first."""
    made = []
    for label in dict.fromkeys(facts.label(one) for one in (*found, *past)):
        own, earlier = ([one for one in listed if facts.label(one) == label] for listed in (found, past))
        made.append(_line(label, own, earlier))
    return tuple(sorted(made, key=lambda line: (-line.total, -line.before, line.label)))


def _places(facts: statistics.Facts, past: Sequence[ObservationFact]) -> tuple[Place, ...]:
    made = []
    for place in dict.fromkeys(one.district for one in (*facts.observations, *past)):
        own, earlier = ([one for one in listed if one.district == place] for listed in (facts.observations, past))
        made.append(Place(_line(place, own, earlier), _by_category(facts, own, ())))
    return tuple(sorted(made, key=lambda one: (-one.whole.total, -one.whole.before, one.whole.label)))


def _line(label: str, found: Sequence[ObservationFact], past: Sequence[ObservationFact]) -> Line:
    felt = [one.polarity for one in found]
    return Line(label, len(felt), felt.count(Feeling.INSECURE.value), felt.count(Feeling.SECURE.value), len(past))


def _actions(session: Session, year: int) -> list[WalkAction]:
    """Actions of the walks held until the end of the year, by deadline."""
    query = select(WalkAction).join(WalkAction.walk).where(statistics.held_until(year))
    query = query.options(joinedload(WalkAction.walk), joinedload(WalkAction.party))
    return list(session.scalars(query.order_by(WalkAction.deadline, WalkAction.id)))


def _is_done_in(one: WalkAction, year: int) -> bool:
    return one.done_on is not None and one.done_on.year == year


def _lines(actions: Iterable[WalkAction], today: date) -> tuple[ActionLine, ...]:
    """Those whose protocol is published."""
    return tuple(_action_line(one, today) for one in actions if one.walk.published_at is not None)


def _action_line(one: WalkAction, today: date) -> ActionLine:
    is_named = one.party is not None and one.owner_type != OwnerType.PRIVATE
    return ActionLine(
        title=one.title,
        walk=one.walk.title,
        where=one.where_text,
        owner_type=one.owner_type,
        party=one.party.name if is_named and one.party is not None else "",
        deadline=one.deadline,
        done_on=one.done_on,
        is_late=is_overdue(one.status, one.deadline, today),
        status=one.status,
        reason=one.status_reason,
    )
