"""Pure figures of walks: medians and shares of actions, and rows of a table by any key."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from mapdialog.walks.findings import ActionStatus, Feeling
from mapdialog.walks.following_up import NEEDS_REASON, is_open, is_overdue


@dataclass(frozen=True)
class ObservationFact:
    """An observation as figures see it. Keys are '' where it is not known."""

    id: int
    walk_id: int
    district: str
    category: str
    season: str
    light: str
    polarity: str


@dataclass(frozen=True)
class ActionFact:
    """An action as figures see it; it stands where its first observation does."""

    id: int
    walk_id: int
    district: str
    category: str
    season: str
    light: str
    party: str
    status: str
    created_on: date
    deadline: date
    done_on: date | None
    observation_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """How a number of actions have gone.

    `median_days` from registered to done (never under 0), None while none is done. `within` is the share, 0 to 1, of
    those done or due that were done by their deadline; None while none is. Refused ones are in neither.
    """

    total: int
    done: int
    open: int
    overdue: int
    refused: int
    median_days: float | None
    within: float | None


@dataclass(frozen=True)
class Row:
    """A line of a table: what lies under one key."""

    key: str
    walks: int
    observations: int
    insecure: int
    secure: int
    outcome: Outcome


def outcome(actions: Iterable[ActionFact], today: date) -> Outcome:
    """Counted as of today."""
    listed = list(actions)
    done = [one for one in listed if one.status == ActionStatus.DONE and one.done_on is not None]
    overdue = sum(is_overdue(one.status, one.deadline, today) for one in listed)
    days = [max(0, (one.done_on - one.created_on).days) for one in done if one.done_on]
    in_time = sum(one.done_on <= one.deadline for one in done if one.done_on)
    return Outcome(
        total=len(listed),
        done=len(done),
        open=sum(is_open(one.status) for one in listed),
        overdue=overdue,
        refused=sum(one.status in NEEDS_REASON for one in listed),
        median_days=float(median(days)) if days else None,
        within=in_time / (len(done) + overdue) if done or overdue else None,
    )


def rows(
    dimension: str,
    observations: Sequence[ObservationFact],
    actions: Sequence[ActionFact],
    today: date,
    held: Mapping[int, str] | None = None,
) -> list[Row]:
    """A row for each key of 'district', 'category', 'season' or 'light', most observations first. `held` says under
    which key a walk lies also when it found nothing new."""
    of_observation: Callable[[ObservationFact], str] = lambda one: str(getattr(one, dimension))  # noqa: E731
    of_action: Callable[[ActionFact], str] = lambda one: str(getattr(one, dimension))  # noqa: E731
    under = held or {}
    keys = dict.fromkeys([*map(of_observation, observations), *map(of_action, actions), *under.values()])
    made = []
    for key in keys:
        seen = [one for one in observations if of_observation(one) == key]
        walks = {walk_id for walk_id, where in under.items() if where == key}
        made.append(_row(key, seen, [one for one in actions if of_action(one) == key], today, walks))
    return sorted(made, key=lambda row: (-row.observations, -row.outcome.total, row.key))


def party_rows(observations: Sequence[ObservationFact], actions: Sequence[ActionFact], today: date) -> list[Row]:
    """A row for each responsible party: its actions, and the observations that they answer. Most actions first."""
    by_id = {one.id: one for one in observations}
    made = []
    for key in dict.fromkeys(one.party for one in actions):
        own = [one for one in actions if one.party == key]
        answered = {each for one in own for each in one.observation_ids if each in by_id}
        made.append(_row(key, [by_id[each] for each in answered], own, today))
    return sorted(made, key=lambda row: (-row.outcome.total, row.key))


def _row(
    key: str,
    seen: Sequence[ObservationFact],
    actions: Sequence[ActionFact],
    today: date,
    walks: Collection[int] = (),
) -> Row:
    return Row(
        key=key,
        walks=len({one.walk_id for one in seen} | {one.walk_id for one in actions} | set(walks)),
        observations=len(seen),
        insecure=sum(one.polarity == Feeling.INSECURE for one in seen),
        secure=sum(one.polarity == Feeling.SECURE for one in seen),
        outcome=outcome(actions, today),
    )


def season_of(day: date | None) -> str:
    """'winter' (December to February), 'spring', 'summer' or 'autumn'; '' without a day."""
    return ("winter", "spring", "summer", "autumn")[day.month % 12 // 3] if day is not None else ""
