"""The map feed: what lies in a map's window as GeoJSON, clusters where it is crowded and single pins where not."""

import hashlib
from collections.abc import Iterator

import numpy as np
from sqlalchemy.orm import Session

from mapdialog.contributions import feed_clusters, feed_counts, feed_held, feed_json, feed_rows, grid
from mapdialog.contributions.feed_counts import Question
from mapdialog.contributions.feed_held import Found
from mapdialog.contributions.feed_state import MapState
from mapdialog.contributions.feed_tallies import Tallies
from mapdialog.contributions.queries import Filters
from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.geo.bbox import BBox

MAX_FEATURES = 500
MAX_BYTES = 64_000
WORLD = BBox(-180.0, -90.0, 180.0, 90.0)
EVERYTHING = Filters()
_DEEPEST_ZOOM = 24
_SQUARES = 450  # One feature a square, and room for what changes between two statements.
_FOUND_BY_PLACE = 30_000  # Up to so many in the window, finding by place beats finding by time or words.
_SOON_FOUND = 2_000  # Up to so many, it is not worth asking what is held.
_STREET_ZOOM, _PINS_IN_STREET = 18, 300  # Close by and few: pins, however near each other they stand.
_SHORTEST_WORD = 3
_FORMAT = "3"  # Part of the ETag; another answer to the same question needs another number.


def map_features(
    session: Session, state: MapState, box: BBox = WORLD, zoom: int = 0, filters: Filters = EVERYTHING
) -> bytes:
    """GeoJSON of the public contributions in a box (EPSG:4326): at most 500 features and 64 kB, counts exact.

    In the box is what its published longitude and latitude (six decimals) say, edges included. `zoom` is the web map's
    own: squares of 64 pixels hold one feature each. `total` is how many lie in the box. A cluster has `cluster`,
    `count` and, where there is room, `categories` (counts per key); a pin has `id` (its receipt), `category`, `mood`.
    Raises Invalid for words too short to search.
    """
    if 0 < len(filters.q) < _SHORTEST_WORD:
        raise Invalid(N_("Skriv minst tre tecken att söka efter."), field="q")
    words = feed_json.Words(state.category_ids, state.category_keys)
    categories = np.array(state.category_ids, dtype=np.int64)
    asked = Question(state.dialogue_id, categories, box, grid.window(box), min(max(zoom, 0), _DEEPEST_ZOOM), filters)
    wanted, most = asked.zoom + 2, _SQUARES
    while True:
        tallies, found = _tallies(session, asked, state, wanted, most)
        for total, features in _attempts(session, asked, tallies, found, words):
            body = feed_json.collection(total, features)
            if len(features) <= MAX_FEATURES and len(body) <= MAX_BYTES:
                return body
        wanted, most = tallies.level - 1, most // 2


def _tallies(
    session: Session, asked: Question, state: MapState, wanted: int, most: int
) -> tuple[Tallies, Found | None]:
    """Tallies by square of the box, exact, at level `wanted` or a coarser one, and what is held of the box."""
    surveyed = feed_counts.survey(session, asked, wanted, most)
    level = wanted if surveyed.level == grid.DEEPEST else surveyed.level
    if level == surveyed.level and not asked.needs_rows:
        return feed_counts.resolved(session, asked, surveyed), None
    found = _held(session, asked, state, surveyed.total)
    if found is not None:
        return found.tallies(level, len(asked.categories)), found
    by_place = surveyed.total <= _FOUND_BY_PLACE or not asked.needs_rows
    where = feed_rows.Where(surveyed.level, surveyed.cells) if by_place else None
    return feed_rows.tallies_by_rows(session, asked, level, where), None


def _held(session: Session, asked: Question, state: MapState, total: int) -> Found | None:
    """What the filters find in the box, where that is in memory already or finding by place would take longer."""
    if not asked.needs_rows or total <= _SOON_FOUND:
        return None
    found = feed_held.find(session, asked, (state.folds, state.logged), reads=total > _FOUND_BY_PLACE)
    return found.within(asked) if found is not None else None


def _attempts(
    session: Session, asked: Question, tallies: Tallies, found: Found | None, words: feed_json.Words
) -> Iterator[tuple[int, list[str]]]:
    """Ways to say it, the richest first: the total and the features' texts."""
    if asked.zoom >= _STREET_ZOOM and tallies.total <= _PINS_IN_STREET:
        rows = feed_rows.pins(session, asked, _where(tallies.level, tallies.cells, found))
        yield len(rows), [feed_json.pin(row, words) for row in rows]
    alone, clusters = feed_clusters.arranged(tallies, asked.zoom)
    rows = feed_rows.pins(session, asked, _where(tallies.level, alone, found))
    pins = [feed_json.pin(row, words) for row in rows]
    for with_categories in (True, False):
        yield clusters.total + len(pins), feed_json.clusters(clusters, words, with_categories=with_categories) + pins


def _where(level: int, cells: grid.Ints, found: Found | None) -> feed_rows.Where:
    """Squares to read pins from. Where their exact keys are known, none beside them is looked at."""
    if found is None:
        return feed_rows.Where(level, cells)
    return feed_rows.Where(grid.FINEST, found.keys_in(level, cells))


def etag(state: MapState, box: BBox = WORLD, zoom: int = 0, filters: Filters = EVERYTHING) -> str:
    """A mark that differs whenever `map_features` would answer differently to the same question."""
    return hashlib.blake2b(repr((_FORMAT, *state, *box, zoom, filters)).encode(), digest_size=12).hexdigest()
