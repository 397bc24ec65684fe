"""What has become of what an earlier walk found: a walk compared with the one that it repeats."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from mapdialog.contributions.models import State
from mapdialog.core.text import N_
from mapdialog.dialogues.models import Category
from mapdialog.geo.geometry import from_element
from mapdialog.walks import board, queries
from mapdialog.walks.findings import Feeling, Verdict, WalkAction, WalkObservation
from mapdialog.walks.models import SafetyWalk, WalkStop

VERDICTS: dict[str, str] = {
    Verdict.BETTER: N_("Bättre"),
    Verdict.SAME: N_("Lika"),
    Verdict.WORSE: N_("Sämre"),
    Verdict.FIXED: N_("Åtgärdat"),
}
# Where two who looked do not agree, the gloomier word stands: nothing is called fixed that somebody saw broken.
_GLOOM = (Verdict.WORSE, Verdict.SAME, Verdict.BETTER, Verdict.FIXED)
_SAME_PLACE_M = 60.0


@dataclass(frozen=True)
class Picture:
    """A photo that may be shown; the keys are those of the file store, `key` that of /photos/<key>.jpg."""

    key: str
    file_key: str
    thumb_key: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class ActionNow:
    """What is done about it, as it stands today. `status` as in `following_up.STATUSES`."""

    id: int
    title: str
    status: str
    reason: str
    deadline: date
    done_on: date | None


@dataclass(frozen=True)
class Seen:
    """One observation of either walk. `stop_id` is the stop's own in its walk; degrees are EPSG:4326."""

    id: int
    category: str
    label_sv: str
    label_en: str
    color: str
    icon: str
    polarity: str
    severity: int | None
    words: str
    at: datetime
    stop_id: int | None
    lon: float
    lat: float
    pictures: tuple[Picture, ...]
    group: str = ""
    verdict: str | None = None
    follows_id: int | None = None

    @property
    def is_insecure(self) -> bool:
        """True when the place felt insecure."""
        return self.polarity == Feeling.INSECURE


@dataclass(frozen=True)
class Followed:
    """Something the earlier walk found, what the return walk said of it (nothing yet, once, or in several groups), and
    its actions."""

    before: Seen
    checks: tuple[Seen, ...]
    actions: tuple[ActionNow, ...]

    @property
    def verdict(self) -> str | None:
        """One word for all checks, the gloomiest where they differ; None while nobody has looked."""
        return gloomiest({one.verdict for one in self.checks})

    @property
    def is_agreed(self) -> bool:
        """False when groups said different things."""
        return len({one.verdict for one in self.checks}) <= 1

    @property
    def after(self) -> tuple[Picture, ...]:
        """Photos of the return walk."""
        return tuple(photo for one in self.checks for photo in one.pictures)


@dataclass(frozen=True)
class Tally:
    """Counts. `now` is what is there today: new findings, and earlier ones that were looked at and are not fixed.

    `to_mend` are the earlier ones that were not safe places: those can be fixed, and `fixed` of them are. `safe` were
    safe places, and `still_safe` of them were looked at and are no worse.
    """

    earlier: int
    now: int
    earlier_insecure: int
    now_insecure: int
    verdicts: dict[str, int]
    unchecked: int
    new: int
    to_mend: int
    fixed: int
    safe: int
    still_safe: int


@dataclass(frozen=True)
class Part:
    """A stop (`seq` and `name`; a stop that is no longer walked has seq None), or what lies between them (name '')."""

    seq: int | None
    name: str
    followed: tuple[Followed, ...]
    new: tuple[Seen, ...]
    tally: Tally


@dataclass(frozen=True)
class CategoryPart:
    """A category of either walk's checklist, with its counts."""

    key: str
    label_sv: str
    label_en: str
    color: str
    icon: str
    tally: Tally


@dataclass(frozen=True)
class Comparison:
    """Two walks held against each other: by stop in the return walk's order, and by category, most first."""

    walk: SafetyWalk
    before: SafetyWalk
    parts: tuple[Part, ...]
    categories: tuple[CategoryPart, ...]
    tally: Tally

    @property
    def followed(self) -> tuple[Followed, ...]:
        """Every earlier finding, in the order of the stops."""
        return tuple(one for part in self.parts for one in part.followed)


def compare(
    session: Session, walk: SafetyWalk, *, is_public: bool = False, is_draft: bool = False
) -> Comparison | None:
    """The walk against the one that it repeats; None when it repeats none.

    With `is_public` only what everybody may read, and None unless both protocols are published; with `is_draft` too,
    as it will be once the walk's own is. Else also what waits to be gone through; hidden, withdrawn and merged
    observations are never there, nor hidden photos.
    """
    before = walk.repeat_of
    if before is None:
        return None
    if is_public and (before.published_at is None or (walk.published_at is None and not is_draft)):
        return None
    kept = _kept_ids(session, before)
    earlier = [_seen(one, is_public) for one in _listed(session, before, is_public)]
    now = [_seen(one, is_public) for one in _listed(session, walk, is_public)]
    actions = board.list_by_observation(session, before)
    checks: dict[int, list[Seen]] = {}
    for one in now:
        if one.follows_id is not None:
            checks.setdefault(kept.get(one.follows_id, one.follows_id), []).append(one)
    followed = [
        Followed(one, tuple(checks.get(one.id, ())), tuple(action_now(each) for each in actions.get(one.id, ())))
        for one in earlier
    ]
    new = [one for one in now if one.verdict is None]
    return Comparison(
        walk, before, _by_stop(before, walk, followed, new), _by_category(followed, new), tally(followed, new)
    )


def by_gloom(verdict: str | None) -> int:
    """A key that puts the gloomiest verdict first and what was not judged last."""
    return [one.value for one in _GLOOM].index(verdict) if verdict else len(_GLOOM)


def gloomiest(said: Collection[str | None]) -> str | None:
    """The gloomiest of some verdicts; None of none."""
    return next((one.value for one in _GLOOM if one in said), None)


def tally(followed: Sequence[Followed], new: Sequence[Seen]) -> Tally:
    """Counted."""
    here = [one for one in followed if one.verdict not in (None, Verdict.FIXED)]
    insecure = sum(any(check.is_insecure for check in one.checks) for one in here)
    said = [one.verdict for one in followed]
    safe = [one for one in followed if one.before.polarity == Feeling.SECURE]
    return Tally(
        earlier=len(followed),
        now=len(here) + len(new),
        earlier_insecure=sum(one.before.is_insecure for one in followed),
        now_insecure=insecure + sum(one.is_insecure for one in new),
        verdicts={verdict.value: said.count(verdict.value) for verdict in Verdict},
        unchecked=said.count(None),
        new=len(new),
        to_mend=len(followed) - len(safe),
        fixed=sum(one.verdict == Verdict.FIXED for one in followed if one not in safe),
        safe=len(safe),
        still_safe=sum(one.verdict not in (None, Verdict.WORSE) for one in safe),
    )


def match_stops(earlier: Iterable[WalkStop], now: Sequence[WalkStop]) -> dict[int, int]:
    """Earlier stops' ids with that of the stop that is walked instead: by name, else the nearest within 60 m."""
    found: dict[int, int] = {}
    by_name = {stop.name.casefold(): stop.id for stop in reversed(now)}
    for stop in earlier:
        if stop.name.casefold() in by_name:
            found[stop.id] = by_name[stop.name.casefold()]
        elif stop.place is not None:
            place = from_element(stop.place)
            near = [(place.distance(from_element(one.place)), one.id) for one in now if one.place is not None]
            if near and min(near)[0] <= _SAME_PLACE_M:
                found[stop.id] = min(near)[1]
    return found


def feeling_after(polarity: str, severity: int | None, verdict: str) -> tuple[str, int | None]:
    """How a place is taken to feel when only the verdict was tapped: (polarity, severity). One may say otherwise."""
    if polarity == Feeling.INSECURE and verdict != Verdict.FIXED:
        change = {Verdict.BETTER: -1, Verdict.SAME: 0, Verdict.WORSE: 1}[Verdict(verdict)]
        return polarity, max(1, min(3, (severity or 2) + change))
    if polarity == Feeling.SECURE and verdict != Verdict.WORSE:
        return polarity, None
    if polarity == Feeling.NEUTRAL and verdict == Verdict.WORSE:
        return Feeling.INSECURE.value, 1
    return Feeling.NEUTRAL.value, None


def action_now(action: WalkAction) -> ActionNow:
    """An action as it stands today."""
    return ActionNow(action.id, action.title, action.status, action.status_reason, action.deadline, action.done_on)


def _kept_ids(session: Session, before: SafetyWalk) -> dict[int, int]:
    """Ids of merged observations with that of the one they live on in."""
    everything = queries.list_observations(session, before, also_merged=True)
    return {one.id: one.merged_into_id for one in everything if one.merged_into_id is not None}


def _listed(session: Session, walk: SafetyWalk, is_public: bool) -> Sequence[WalkObservation]:
    states = (State.APPROVED,) if is_public else (State.PENDING, State.APPROVED)
    return [one for one in queries.list_observations(session, walk) if one.state in states]


def _seen(one: WalkObservation, is_public: bool) -> Seen:
    kind: Category = one.category
    words = one.public_text if one.public_text is not None or is_public else one.raw_text
    return Seen(
        id=one.id,
        category=kind.key,
        label_sv=kind.label_sv,
        label_en=kind.label_en,
        color=kind.color,
        icon=kind.icon,
        polarity=one.polarity,
        severity=one.severity,
        words=words or "",
        at=one.submitted_at,
        stop_id=one.stop_id,
        lon=one.lon_e6 / 1e6,
        lat=one.lat_e6 / 1e6,
        pictures=tuple(
            Picture(each.key, each.file_key, each.thumb_key, each.width, each.height, each.alt_text)
            for each in one.gallery
            if not each.is_hidden
        ),
        group=one.group.name,
        verdict=one.verdict,
        follows_id=one.follows_id,
    )


def _by_stop(
    before: SafetyWalk, walk: SafetyWalk, followed: Sequence[Followed], new: Sequence[Seen]
) -> tuple[Part, ...]:
    """The return walk's stops, then earlier ones that are no longer walked, then the way between; empty ones left out.

    A finding stands where the earlier walk found it, wherever it was checked.
    """
    instead = match_stops(before.stops, walk.stops)
    gone = [stop for stop in before.stops if stop.id not in instead]
    places = [(stop.id, stop.seq, stop.name) for stop in walk.stops] + [(stop.id, None, stop.name) for stop in gone]
    made = []
    for stop_id, seq, name in [*places, (None, None, "")]:
        here = tuple(one for one in followed if _place_of(one.before.stop_id, instead) == stop_id)
        found = tuple(one for one in new if one.stop_id == stop_id)
        if here or found:
            made.append(Part(seq, name, here, found, tally(here, found)))
    return tuple(made)


def _place_of(stop_id: int | None, instead: dict[int, int]) -> int | None:
    return instead.get(stop_id, stop_id) if stop_id is not None else None


def _by_category(followed: Sequence[Followed], new: Sequence[Seen]) -> tuple[CategoryPart, ...]:
    kinds: dict[str, Seen] = {}
    for one in [*(each.before for each in followed), *new]:
        kinds.setdefault(one.category, one)
    made = []
    for key, kind in kinds.items():
        counted = tally(
            [one for one in followed if one.before.category == key], [one for one in new if one.category == key]
        )
        made.append(CategoryPart(key, kind.label_sv, kind.label_en, kind.color, kind.icon, counted))
    return tuple(sorted(made, key=lambda one: -(one.tally.earlier + one.tally.now)))
