"""Pure rules of what the public is told in numbers: small groups are not shown, and can't be worked out either."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mapdialog.walks.findings import ActionStatus

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
    """The counts of one dimension; None where fewer than FEWEST are meant.

    A small gap would be the total less the rest, so then the smallest of the others goes too. Empty bands are not told.
    """
    there = {band: count for band, count in counts.items() if count > 0}
    shown: dict[str, int | None] = {band: count if count >= FEWEST else None for band, count in there.items()}
    gaps = [band for band, count in shown.items() if count is None]
    if gaps and sum(there[band] for band in gaps) < FEWEST:
        rest = [band for band, count in shown.items() if count is not None]
        if rest:
            shown[min(rest, key=lambda band: there[band])] = None
    return shown


def total(head_counts: Iterable[int | None]) -> int | None:
    """How many took part in all groups together; None when unknown or fewer than FEWEST."""
    known = [count for count in head_counts if count is not None]
    return sum(known) if sum(known) >= FEWEST else None
