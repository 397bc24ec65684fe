"""What a dialogue accepts at this moment, read in one statement and kept, because every submission asks."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.dialogues.ladder import STEPS

_TERMS = "select dialogue_terms(%(slug)s, %(at)s)"
_AREA = text("select st_asbinary(area) from dialogue where id = :id")
MOST_KEPT = 64


@dataclass(frozen=True)
class Terms:
    """What a published dialogue accepts now. `area` is its area in EPSG:3006, or None where any place will do;
    `categories` are the active ones, key to id; `version` is the dialogue's row that this was read from (its xmin)."""

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
    version: str = ""

    @property
    def geometry_types(self) -> tuple[str, ...]:
        """GeoJSON types that may be sent."""
        return ("Point", *(["LineString"] if self.allows_lines else []), *(["Polygon"] if self.allows_areas else []))


_kept: dict[str, Terms] = {}
_lock = threading.Lock()


def get_terms(session: Session, slug: str, at: datetime) -> Terms:
    """A published dialogue's terms, or NotFound."""
    # As it stands, without SQLAlchemy's compiling and result rows.
    found = session.connection().exec_driver_sql(_TERMS, {"slug": slug, "at": at}).scalar_one()
    if found is None:
        raise NotFound(N_("Dialogen finns inte eller är inte publicerad än."))
    takes_part = STEPS[found["level"]].accepts_contributions
    contributions, replies = (takes_part and bool(found[name]) for name in ("contributions", "replies"))
    terms = Terms(
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
        area=_area(session, slug, found) if found["has_area"] else None,
        version=found["version"],
    )
    with _lock:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[slug] = terms
    return terms


def kept_terms(slug: str) -> Terms | None:
    """The terms as this process last read them. They may be old: only the database can tell, see `submit_at_once`."""
    return _kept.get(slug)


def _area(session: Session, slug: str, found: Mapping[str, Any]) -> shapely.Geometry:
    """The dialogue's area, prepared; the kept one as long as the dialogue's row is the one it was read from."""
    kept = _kept.get(slug)
    if (
        kept is not None
        and kept.area is not None
        and (kept.dialogue_id, kept.version) == (found["id"], found["version"])
    ):
        return kept.area
    area = shapely.from_wkb(bytes(session.execute(_AREA, {"id": found["id"]}).scalar_one()))
    shapely.prepare(area)
    return area
