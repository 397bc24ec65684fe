"""What a dialogue accepts at this moment, read in one statement because every submission asks."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.dialogues.ladder import STEPS

_TERMS = "select dialogue_terms(%(slug)s, %(at)s)"
_AREA = text("select st_asbinary(area) from dialogue where id = :id")
MOST_AREAS_KEPT = 64


@dataclass(frozen=True)
class Terms:
    """What a published dialogue accepts now. `area` is its area in EPSG:3006, or None where any place will do;
    `categories` are the active ones, key to id."""

    dialogue_id: int
    slug: str
    accepts_contributions: bool
    accepts_replies: bool
    accepts_support: bool
    is_premoderated: bool
    allows_lines: bool
    allows_areas: bool
    allows_photos: bool
    categories: Mapping[str, int]
    area: shapely.Geometry | None = None

    @property
    def geometry_types(self) -> tuple[str, ...]:
        """GeoJSON types that may be sent."""
        return ("Point", *(["LineString"] if self.allows_lines else []), *(["Polygon"] if self.allows_areas else []))


def get_terms(session: Session, slug: str, at: datetime) -> Terms:
    """A published dialogue's terms, or NotFound."""
    # As it stands, without SQLAlchemy's compiling and result rows: every submission pays for it.
    found = session.connection().exec_driver_sql(_TERMS, {"slug": slug, "at": at}).scalar_one()
    if found is None:
        raise NotFound(N_("Dialogen finns inte eller är inte publicerad än."))
    takes_part = STEPS[found["level"]].accepts_contributions
    contributions, replies = (takes_part and bool(found[name]) for name in ("contributions", "replies"))
    return Terms(
        dialogue_id=found["id"],
        slug=slug,
        accepts_contributions=contributions,
        accepts_replies=replies and found["allows_replies"],
        accepts_support=contributions or replies,
        is_premoderated=found["moderation"] == "pre",
        allows_lines=found["allows_lines"],
        allows_areas=found["allows_areas"],
        allows_photos=found["allows_photos"],
        categories=found["categories"] or {},
        area=_area(session, found["id"], found["version"]) if found["has_area"] else None,
    )


_areas: dict[int, tuple[str, shapely.Geometry]] = {}
_areas_lock = threading.Lock()


def _area(session: Session, dialogue_id: int, version: str) -> shapely.Geometry:
    """The dialogue's area, kept prepared in this process as long as the row is the one it was read from (xmin)."""
    kept = _areas.get(dialogue_id)
    if kept is not None and kept[0] == version:
        return kept[1]
    area = shapely.from_wkb(bytes(session.execute(_AREA, {"id": dialogue_id}).scalar_one()))
    shapely.prepare(area)
    with _areas_lock:
        if len(_areas) >= MOST_AREAS_KEPT:
            _areas.clear()
        _areas[dialogue_id] = (version, area)
    return area
