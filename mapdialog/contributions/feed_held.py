"""What a filter finds in all of a dialogue, held in memory until something changes: who searches also moves the map."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from mapdialog.contributions import feed_rows, grid
from mapdialog.contributions.feed_counts import Question
from mapdialog.contributions.feed_tallies import Tallies

MOST_ROWS = 1_000_000  # in one finding
_MOST_HELD = 2_000_000  # in all findings of a process: 40 MB
_ROW = np.dtype([("key", ">i8"), ("category", ">i4"), ("lon", ">i4"), ("lat", ">i4")])


@dataclass(frozen=True)
class Found:
    """The contributions that pass a question's filters, wherever they lie, in the order of their keys.

    `category` is the place among the dialogue's categories; `lon` and `lat` are millionths of a degree.
    """

    keys: grid.Ints
    category: npt.NDArray[np.int16]
    lon: npt.NDArray[np.int32]
    lat: npt.NDArray[np.int32]

    def within(self, asked: Question) -> "Found":
        """Those of them that lie in the question's window."""
        edges = asked.binds()
        inside = (self.lon >= edges["west"]) & (self.lon <= edges["east"])
        inside &= (self.lat >= edges["south"]) & (self.lat <= edges["north"])
        return Found(self.keys[inside], self.category[inside], self.lon[inside], self.lat[inside])

    def tallies(self, level: int, width: int) -> Tallies:
        """Tallied by square of a level, for so many categories."""
        cells = self.keys >> 2 * (grid.FINEST - level)
        starts = np.flatnonzero(np.diff(cells, prepend=-1))  # Keys in order: a square's are neighbours.
        if not len(starts):
            nothing = np.empty(0, dtype=np.int64)
            return Tallies(level, nothing, np.empty((0, width), dtype=np.int64), nothing, nothing)
        square = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(cells)))
        by = np.bincount(square * width + self.category, minlength=len(starts) * width).reshape(-1, width)
        lon, lat = (np.add.reduceat(each, starts, dtype=np.int64) for each in (self.lon, self.lat))
        return Tallies(level, cells[starts], by.astype(np.int64), lon, lat)

    def keys_in(self, level: int, cells: grid.Ints) -> grid.Ints:
        """The keys of those that lie in some squares of a level, each once."""
        return np.unique(self.keys[np.isin(self.keys >> 2 * (grid.FINEST - level), cells)])


_shelf: OrderedDict[tuple[Hashable, Hashable], Found | None] = OrderedDict()
_lock = Lock()


def find(session: Session, asked: Question, mark: Hashable, *, reads: bool = True) -> Found | None:
    """All that the question's filters find, or None where that is too much to hold or, without `reads`, not held yet.

    `mark` names the state of the dialogue's map and was read before: what is found is found again for the same mark
    only. Those who ask at the same time wait for the one who reads, instead of reading the same beside each other.
    """
    where = (session.connection().engine.url, asked.dialogue_id, asked.filters)
    with _lock:
        for old in [key for key in _shelf if key[0] == where and key[1] != mark]:
            del _shelf[old]
        key = (where, mark)
        if key not in _shelf and not reads:
            return None
        if key not in _shelf:
            _shelf[key] = _read(session, asked)
            _make_room()
        _shelf.move_to_end(key)
        return _shelf[key]


def _make_room() -> None:
    while len(_shelf) > 1 and sum(len(one.keys) for one in _shelf.values() if one) > _MOST_HELD:
        _shelf.popitem(last=False)


def _read(session: Session, asked: Question) -> Found | None:
    packed = feed_rows.packed(session, asked, MOST_ROWS + 1)
    if len(packed) > MOST_ROWS * _ROW.itemsize:
        return None
    rows = np.frombuffer(packed, dtype=_ROW)
    keys = rows["key"].astype(np.int64)
    order = np.argsort(keys, kind="stable")
    category = np.searchsorted(asked.categories, rows["category"][order].astype(np.int64)).astype(np.int16)
    lon, lat = (rows[name][order].astype(np.int32) for name in ("lon", "lat"))
    return Found(keys[order], category, lon, lat)
