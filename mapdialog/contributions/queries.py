"""Reads of contributions for citizens: one by its receipt, a page of a list, what lies near, a photo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from geoalchemy2 import Geometry
from sqlalchemy import ColumnElement, Row, func, select, text
from sqlalchemy.orm import Session, joinedload, selectinload

from mapdialog.contributions.models import (
    Attachment,
    Contribution,
    ContributionDistrict,
    ContributionRevision,
    DraftPhoto,
    GridCount,
    GridDelta,
    OfficialResponse,
    Reply,
    State,
    Support,
)
from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.dialogues.models import Dialogue
from mapdialog.dialogues.queries import VESSELS
from mapdialog.districts.models import District, DistrictSet
from mapdialog.geo import crs, expressions
from mapdialog.geo.bbox import BBox
from mapdialog.geo.strays import together

PAGE_SIZE = 20
NEARBY_MOST = 20


@dataclass(frozen=True)
class Filters:
    """What a reader asks to see. `since` and `until` are moments, until excluded; `q` is searched in what is public."""

    category_ids: tuple[int, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    q: str = ""

    @property
    def is_empty(self) -> bool:
        """True if everything public is asked for."""
        return not (self.category_ids or self.since or self.until or self.q)


def get_dialogue_id(session: Session, slug: str) -> int:
    """The id of a published dialogue, or NotFound: all that the map's feed needs to know."""
    found = session.scalar(select(Dialogue.id).where(Dialogue.slug == slug, Dialogue.published_at.is_not(None)))
    if found is None:
        raise NotFound(N_("Dialogen finns inte eller är inte publicerad än."))
    return found


def get_contribution(session: Session, receipt: str) -> Contribution:
    """A contribution to a dialogue in any state with its parts, or NotFound; what to show is the view's matter."""
    found = session.scalar(
        select(Contribution)
        .where(Contribution.receipt == receipt.strip().upper(), Contribution.dialogue_id.not_in(VESSELS))
        .options(
            joinedload(Contribution.category),
            joinedload(Contribution.dialogue),
            selectinload(Contribution.photos),
            selectinload(Contribution.replies),
            selectinload(Contribution.responses),
        )
    )
    if found is None:
        raise NotFound(N_("Det finns ingen synpunkt med det kvittonumret. Kontrollera siffrorna."))
    return found


def get_public(session: Session, receipt: str) -> Contribution:
    """A contribution everybody may read, or NotFound."""
    found = get_contribution(session, receipt)
    if found.state != State.APPROVED or found.dialogue.published_at is None:
        raise NotFound(N_("Synpunkten visas inte på kartan."))
    return found


def place_geojson(session: Session, contribution_id: int) -> str:
    """The geometry as GeoJSON text in EPSG:4326."""
    return session.scalars(
        select(expressions.as_geojson(Contribution.geom)).where(Contribution.id == contribution_id)
    ).one()


def count_public(session: Session, dialogue_id: int) -> int:
    """How many public contributions a dialogue has, from the top of the pyramid of counts and the log beside it."""
    folded = select(func.coalesce(func.sum(GridCount.count), 0)).where(
        GridCount.dialogue_id == dialogue_id, GridCount.level == 0
    )
    logged = select(func.coalesce(func.sum(GridDelta.change), 0)).where(GridDelta.dialogue_id == dialogue_id)
    return int(session.scalars(select(folded.scalar_subquery() + logged.scalar_subquery())).one())


def list_public(session: Session, dialogue_id: int, filters: Filters, page: int) -> tuple[Sequence[Contribution], int]:
    """One page (from 1) of public contributions, newest first, and how many there are in all."""
    conditions = _conditions(dialogue_id, filters)
    total = session.scalars(select(func.count()).select_from(Contribution).where(*conditions)).one()
    found = session.scalars(
        select(Contribution)
        .where(*conditions)
        .options(joinedload(Contribution.category), selectinload(Contribution.photos))
        .order_by(Contribution.submitted_at.desc(), Contribution.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return found.all(), total


def _conditions(dialogue_id: int, filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [Contribution.dialogue_id == dialogue_id, Contribution.state == State.APPROVED.value]
    if filters.category_ids:
        conditions.append(Contribution.category_id.in_(filters.category_ids))
    if filters.since:
        conditions.append(Contribution.submitted_at >= filters.since)
    if filters.until:
        conditions.append(Contribution.submitted_at < filters.until)
    if filters.q:
        conditions.append(Contribution.public_text.icontains(filters.q, autoescape=True))
    return conditions


def list_nearby(session: Session, dialogue_id: int, lon: float, lat: float, radius_m: float) -> Sequence[Row]:
    """At most 20 public contributions within `radius_m` metres of a place (EPSG:4326), nearest first.

    Rows have `contribution` (with its category), `distance_m`, `lon` and `lat`.
    """
    east, north = crs.transform_point(lon, lat, crs.WGS84, crs.STORE)
    place = expressions.point(east, north)
    east_of, north_of = expressions.lon_lat(Contribution.anchor)
    return session.execute(
        select(
            Contribution,
            expressions.distance_m(Contribution.geom, place).label("distance_m"),
            east_of.label("lon"),
            north_of.label("lat"),
        )
        .where(
            Contribution.dialogue_id == dialogue_id,
            Contribution.state == State.APPROVED.value,
            expressions.within_distance(Contribution.geom, place, radius_m),
        )
        .options(joinedload(Contribution.category))
        .order_by(expressions.nearest_first(Contribution.geom, place))
        .limit(NEARBY_MOST)
    ).all()


def list_replies(contribution: Contribution) -> list[Reply]:
    """The replies that everybody may read, oldest first."""
    return [reply for reply in contribution.replies if reply.state == State.APPROVED]


def list_photos(contribution: Contribution, *, also_hidden: bool = False) -> list[Attachment]:
    """The photos in their order; hidden ones only for the author and staff."""
    return [photo for photo in contribution.photos if also_hidden or not photo.is_hidden]


def list_responses(contribution: Contribution) -> list[OfficialResponse]:
    """The municipality's published answers."""
    return [answer for answer in contribution.responses if answer.published_at is not None]


def current_text(session: Session, contribution: Contribution) -> str:
    """The author's latest words: of the last edit, or else the first."""
    latest = session.scalar(
        select(ContributionRevision.raw_text)
        .where(ContributionRevision.contribution_id == contribution.id)
        .order_by(ContributionRevision.id.desc())
        .limit(1)
    )
    return latest if latest is not None else contribution.raw_text


def is_supported_by(session: Session, contribution_id: int, device_hash: bytes | None) -> bool:
    """Has this device said "I think so too"?"""
    return device_hash is not None and session.get(Support, (contribution_id, device_hash)) is not None


def list_supported_by(session: Session, contribution_ids: Sequence[int], device_hash: bytes | None) -> set[int]:
    """To which of these this device has said "I think so too"."""
    if device_hash is None or not contribution_ids:
        return set()
    said = select(Support.contribution_id).where(
        Support.device_hash == device_hash, Support.contribution_id.in_(contribution_ids)
    )
    return set(session.scalars(said))


def find_photo(session: Session, key: str) -> tuple[Attachment, Contribution] | None:
    """A photo by the key in its address, with the contribution it belongs to."""
    row = session.execute(
        select(Attachment, Contribution)
        .join(Contribution, Contribution.id == Attachment.contribution_id)
        .where(Attachment.key == key)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def find_draft_photo(session: Session, key: str) -> DraftPhoto | None:
    """A photo of a form that is not sent yet; its key is known to its author alone."""
    return session.scalar(select(DraftPhoto).where(DraftPhoto.key == key))


def district_name(session: Session, contribution_id: int) -> str:
    """The name of the district it lies in, in the default set; empty when there is none."""
    name = session.scalar(
        select(District.name)
        .join(ContributionDistrict, ContributionDistrict.district_id == District.id)
        .join(DistrictSet, DistrictSet.id == District.district_set_id)
        .where(ContributionDistrict.contribution_id == contribution_id, DistrictSet.is_default)
    )
    return name or ""


def start_box(session: Session, dialogue_id: int) -> BBox | None:
    """What the map shows first: the chosen view, else the area, else where contributions lie; EPSG:4326.

    One far away from all others is on the map and in every count, but does not make the whole map small.
    """
    shape = func.coalesce(Dialogue.start_view, Dialogue.area, type_=Geometry(srid=crs.STORE))
    chosen = select(*expressions.bounds(expressions.transform(shape, crs.WGS84))).where(Dialogue.id == dialogue_id)
    edges: list[float | None] = list(session.execute(chosen).one())
    if None not in edges:
        return BBox(*(float(edge) for edge in edges if edge is not None))
    places = np.array(session.execute(_PLACES, {"dialogue": dialogue_id}).all(), dtype=float).reshape(-1, 3)
    if not len(places):
        return None
    lon, lat, count = places.T
    east, north = crs.transformer(crs.WGS84, crs.STORE).transform(lon, lat)
    near = together(east, north, count, at_least_m=_NEARBY_M)
    lon, lat = lon[near], lat[near]
    return BBox(float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))


_NEARBY_M = 5_000.0  # about half a cell
# Where they lie, from the means of the pyramid's cells (some 10 km wide) and the log, not from a scan.
_PLACES = text("""
    select sum_lon_e6 / count / 1e6 as lon, sum_lat_e6 / count / 1e6 as lat, count from grid_count
    where dialogue_id = :dialogue and level = 12 and count > 0
    union all select lon_e6 / 1e6, lat_e6 / 1e6, change from grid_delta where dialogue_id = :dialogue and change > 0
""")
