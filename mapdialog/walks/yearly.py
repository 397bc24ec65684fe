"""A year of safety walks for the situation picture and action plan of lag (2023:196): sums that point at nobody."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from mapdialog.core.clock import local
from mapdialog.walks import statistics
from mapdialog.walks.figures import Lump, Outcome, lump
from mapdialog.walks.findings import Feeling, OwnerType, WalkAction
from mapdialog.walks.following_up import NEEDS_REASON, is_open, is_overdue
from mapdialog.walks.models import BANDS, HeadDimension, SafetyWalk
from mapdialog.walks.public_numbers import suppressed

Number = int | None


@dataclass(frozen=True)
class Held:
    """A walk that was held; `people` None when not counted or not to be told."""

    title: str
    area: str
    day: date
    people: Number
    observations: int
    repeats: str


@dataclass(frozen=True)
class CategoryLine:
    """What was found of a category, by its name, in all and how it felt."""

    label: str
    total: int
    insecure: int
    secure: int


@dataclass(frozen=True)
class ActionLine:
    """An action whose protocol is published. `party` '' for private owners and where none is chosen."""

    title: str
    walk: str
    where: str
    owner_type: str
    party: str
    deadline: date
    is_late: bool
    status: str
    reason: str


@dataclass(frozen=True)
class Summary:
    """The year. Participants are told only where they are many enough. Findings are of places: `categories` counts them
    all, `places` by district (the default set; '' is outside all), where few of a category are put together.

    `verdicts` counts earlier findings by what return walks said of them; those are no observations of their own.
    `carried` are open actions of this and earlier years' walks; `carried_unpublished` how many more there are in walks
    whose protocols are not published. `refused` is of this year's walks.
    """

    year: int
    made_on: date
    held: tuple[Held, ...]
    people: Number
    counted_walks: int
    bands: dict[str, dict[str, Number]]
    observations: int
    insecure: int
    secure: int
    verdicts: dict[str, int]
    categories: tuple[CategoryLine, ...]
    places: dict[str, Lump]
    outcome: Outcome
    done_in_year: int
    refused: tuple[ActionLine, ...]
    carried: tuple[ActionLine, ...]
    carried_unpublished: int


def summarise(session: Session, year: int, today: date, *, in_english: bool = False) -> Summary:
    """The summary of the walks held in that year, as it stands today."""
    made = statistics.make(session, year, today, in_english=in_english)
    facts = made.facts
    heads = statistics.participants(facts.walks)
    told = suppressed({str(key): count for key, count in heads.items()})
    found = {walk.id: sum(one.walk_id == walk.id for one in facts.observations) for walk in facts.walks}
    total = sum(heads.values())
    actions = _actions(session, year)
    is_own = {walk.id for walk in facts.walks}
    open_ones = [one for one in actions if is_open(one.status)]
    table = _place_table(facts)
    return Summary(
        year=year,
        made_on=today,
        held=tuple(_held(walk, told.get(str(walk.id)), found[walk.id]) for walk in facts.walks),
        people=next(iter(suppressed({"all": total}).values()), None),
        counted_walks=len(heads),
        bands=_bands(facts.walks),
        observations=len(facts.observations),
        insecure=sum(one.polarity == Feeling.INSECURE for one in facts.observations),
        secure=sum(one.polarity == Feeling.SECURE for one in facts.observations),
        verdicts=facts.verdicts,
        categories=_categories(facts),
        places={place: lump(cells) for place, cells in table.items()},
        outcome=made.whole,
        done_in_year=sum(one.done_on is not None and one.done_on.year == year for one in actions),
        refused=tuple(
            _line(one, today)
            for one in actions
            if one.status in NEEDS_REASON and one.walk_id in is_own and one.walk.published_at is not None
        ),
        carried=tuple(_line(one, today) for one in open_ones if one.walk.published_at is not None),
        carried_unpublished=sum(one.walk.published_at is None for one in open_ones),
    )


def _held(walk: SafetyWalk, people: Number, observations: int) -> Held:
    assert walk.starts_at is not None
    area = walk.area_name or (walk.district.name if walk.district else "")
    repeats = walk.repeat_of.title if walk.repeat_of is not None else ""
    return Held(walk.title, area, local(walk.starts_at).date(), people, observations, repeats)


def _bands(walks: tuple[SafetyWalk, ...]) -> dict[str, dict[str, Number]]:
    found = {}
    for dimension in HeadDimension:
        heads = [one for walk in walks for group in walk.groups for one in group.heads if one.dimension == dimension]
        shown = suppressed({key: sum(one.count for one in heads if one.band == key) for key in BANDS[dimension]})
        if shown:
            found[dimension.value] = shown
    return found


def _categories(facts: statistics.Facts) -> tuple[CategoryLine, ...]:
    felt: dict[str, list[str]] = {}
    for one in facts.observations:
        felt.setdefault(facts.categories.get(one.category, one.category), []).append(one.polarity)
    made = [
        CategoryLine(label, len(own), own.count(Feeling.INSECURE.value), own.count(Feeling.SECURE.value))
        for label, own in felt.items()
    ]
    return tuple(sorted(made, key=lambda line: (-line.total, line.label)))


def _place_table(facts: statistics.Facts) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for one in facts.observations:
        cells = table.setdefault(one.district, {})
        label = facts.categories.get(one.category, one.category)
        cells[label] = cells.get(label, 0) + 1
    return dict(sorted(table.items(), key=lambda row: (-sum(row[1].values()), row[0])))


def _actions(session: Session, year: int) -> list[WalkAction]:
    """Actions of the walks held until the end of the year, by deadline."""
    query = select(WalkAction).join(WalkAction.walk).where(statistics.held_until(year))
    query = query.options(joinedload(WalkAction.walk), joinedload(WalkAction.party))
    return list(session.scalars(query.order_by(WalkAction.deadline, WalkAction.id)))


def _line(one: WalkAction, today: date) -> ActionLine:
    is_named = one.party is not None and one.owner_type != OwnerType.PRIVATE
    return ActionLine(
        title=one.title,
        walk=one.walk.title,
        where=one.where_text,
        owner_type=one.owner_type,
        party=one.party.name if is_named and one.party is not None else "",
        deadline=one.deadline,
        is_late=is_overdue(one.status, one.deadline, today),
        status=one.status,
        reason=one.status_reason,
    )
