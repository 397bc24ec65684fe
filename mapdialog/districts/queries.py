"""Reads of district sets and districts."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import collate, func, select
from sqlalchemy.orm import Session

from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.districts.models import District, DistrictSet
from mapdialog.geo import expressions, features
from mapdialog.geo.bbox import Bounds


@dataclass(frozen=True)
class SetSummary:
    """A set with what its list shows; `population` is None where no district has one."""

    set: DistrictSet
    districts: int
    population: int | None
    with_population: int


def list_sets(session: Session) -> list[SetSummary]:
    """Every set, the default first, then by title."""
    counts = (
        select(
            District.district_set_id,
            func.count().label("districts"),
            func.sum(District.population).label("population"),
            func.count(District.population).label("with_population"),
        )
        .group_by(District.district_set_id)
        .subquery()
    )
    rows = session.execute(
        select(DistrictSet, counts.c.districts, counts.c.population, counts.c.with_population)
        .outerjoin(counts, counts.c.district_set_id == DistrictSet.id)
        .order_by(DistrictSet.is_default.desc(), DistrictSet.title)
    )
    return [SetSummary(one, districts or 0, people, known or 0) for one, districts, people, known in rows]


def find_set(session: Session, key: str | None = None) -> DistrictSet | None:
    """The set with the key; without one the default set, else the oldest; None when there is none."""
    if key is not None:
        return session.scalar(select(DistrictSet).where(DistrictSet.key == key))
    return session.scalar(select(DistrictSet).order_by(DistrictSet.is_default.desc(), DistrictSet.id).limit(1))


def get_set(session: Session, key: str | None = None) -> DistrictSet:
    """The same, or NotFound."""
    found = find_set(session, key)
    if found is None:
        raise NotFound(N_("Områdesuppsättningen ”%(key)s” finns inte."), key=key or "")
    return found


def list_districts(session: Session, district_set: DistrictSet) -> list[District]:
    """The districts of a set by name."""
    statement = select(District).where(District.district_set_id == district_set.id)
    return list(session.scalars(statement.order_by(District.name, District.code)))


def find_district_for_point(session: Session, east: float, north: float, *, key: str | None = None) -> District | None:
    """The district of a set (the default one unless named) that holds a place in EPSG:3006, metres.

    On a shared border it is the one whose code comes first, as when a contribution is linked.

        SELECT … WHERE district_set_id = :set AND ST_Covers(geom, :place) ORDER BY code COLLATE "C", id LIMIT 1
    """
    district_set = find_set(session, key)
    if district_set is None:
        return None
    inside = expressions.covers(District.geom, expressions.point(east, north))
    statement = select(District).where(District.district_set_id == district_set.id, inside)
    return session.scalar(statement.order_by(collate(District.code, "C"), District.id).limit(1))


def drawn(simplify_m: float = 0) -> Any:
    """The shape a district is drawn with, as GeoJSON text in EPSG:4326."""
    shape = func.coalesce(District.display_geom, District.geom, type_=District.geom.type)
    return expressions.simplified_geojson(shape, simplify_m) if simplify_m else expressions.as_geojson(shape, 5)


def districts_geojson(session: Session, district_set: DistrictSet, *, simplify_m: float = 0) -> dict[str, Any]:
    """The set as a FeatureCollection in EPSG:4326 with `code`, `name`, `population`, `population_year`."""
    rows = session.execute(
        select(
            District.code,
            District.name,
            District.population,
            District.population_year,
            drawn(simplify_m).label("shape"),
        )
        .where(District.district_set_id == district_set.id)
        .order_by(District.code)
    )
    return features.collection(
        features.feature(
            json.loads(row.shape),
            {
                "code": row.code,
                "name": row.name,
                "population": row.population,
                "population_year": row.population_year,
            },
        )
        for row in rows
    )


def bounds_of(session: Session, district_set: DistrictSet) -> Bounds | None:
    """The set's extent as it is drawn, EPSG:3006 metres; None when it is empty."""
    shape = func.coalesce(District.display_geom, District.geom, type_=District.geom.type)
    row = session.execute(select(*expressions.bounds(shape)).where(District.district_set_id == district_set.id)).one()
    return None if row[0] is None else (row[0], row[1], row[2], row[3])


def count_districts(session: Session, district_set: DistrictSet) -> int:
    """How many districts a set has."""
    counted = select(func.count()).select_from(District).where(District.district_set_id == district_set.id)
    return session.scalar(counted) or 0
