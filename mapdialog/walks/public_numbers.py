"""Pure rules of what the public is told in numbers: small groups are not shown, and can't be worked out either."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mapdialog.walks.findings import ActionStatus
from mapdialog.walks.models import BANDS, HeadDimension, WalkGroup

FEWEST = 5


@dataclass(frozen=True)
class Progress:
    """How many actions are done, will not be done, and are left."""

    total: int
    done: int
    refused: int

    @property
    def share(self) -> float:
        """Done of all, 0 to 1."""
        return self.done / self.total if self.total else 0.0


def progress(statuses: Iterable[str]) -> Progress:
    """Counted from the actions' statuses."""
    listed = list(statuses)
    refused = sum(one in (ActionStatus.REJECTED, ActionStatus.OUTSIDE_MANDATE) for one in listed)
    return Progress(len(listed), sum(one == ActionStatus.DONE for one in listed), refused)


def suppressed(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The counts of one dimension; None where fewer than FEWEST are meant. Empty bands are not told.

    The gaps are the total less the rest: where that gives them away, the smallest of the others goes too; where there
    is no other, nothing is told.
    """
    there = {band: count for band, count in counts.items() if count > 0}
    shown: dict[str, int | None] = {band: count if count >= FEWEST else None for band, count in there.items()}
    gaps = [there[band] for band, count in shown.items() if count is None]
    if not gaps or not _gives_away(gaps):
        return shown
    rest = [band for band, count in shown.items() if count is not None]
    if rest:
        shown[min(rest, key=lambda band: there[band])] = None
    return shown if rest or sum(gaps) < FEWEST else {}


def _gives_away(gaps: Sequence[int]) -> bool:
    """Whether what is known of few, how many they are and their sum, says who they are: all ones, or all fours."""
    return sum(gaps) < FEWEST or sum(gaps) in (len(gaps), len(gaps) * (FEWEST - 1))


@dataclass(frozen=True)
class Participants:
    """Who took part, as everybody is told: in all, None for few and where nobody counted (`is_counted` False), and by
    dimension and band, None for few."""

    is_counted: bool
    total: int | None
    bands: dict[str, dict[str, int | None]]


def participants(groups: Iterable[WalkGroup]) -> Participants:
    """Of one walk. Sums over several are made of these, never of what they leave out."""
    listed = list(groups)
    people = total(group.head_count for group in listed)
    bands = {}
    for dimension in HeadDimension if people is not None else ():
        counts = count_bands(listed, dimension)
        # Those that nobody put in a band are the total less the bands, and may be few.
        shown = suppressed({**counts, "": (people or 0) - sum(counts.values())})
        shown.pop("", None)
        if shown:
            bands[dimension.value] = shown
    return Participants(any(group.head_count is not None for group in listed), people, bands)


def count_bands(groups: Iterable[WalkGroup], dimension: HeadDimension) -> dict[str, int]:
    """How many of each band there were in all groups, in the bands' order."""
    heads = [one for group in groups for one in group.heads if one.dimension == dimension]
    return {band: sum(one.count for one in heads if one.band == band) for band in BANDS[dimension]}


def total(head_counts: Iterable[int | None]) -> int | None:
    """How many took part in all groups together; None when unknown or fewer than FEWEST."""
    known = [count for count in head_counts if count is not None]
    return sum(known) if sum(known) >= FEWEST else None
