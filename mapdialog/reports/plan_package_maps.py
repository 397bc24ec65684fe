"""The geometry of a plan's package: its area, map parts and places of statements, as GeoPackage and GeoJSON."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.contributions.models import Contribution
from mapdialog.geo import tables, writers
from mapdialog.geo.geometry import from_element, from_store
from mapdialog.geo.tables import Field
from mapdialog.plans.models import Plan, PlanFeature
from mapdialog.plans.statement_models import PlanStatement

_S, _C = PlanStatement.__table__.c, Contribution.__table__.c
# Layer: its fields and the values of each, with the shape last (EPSG:3006).
Layer = tuple[str, Sequence[Field], list[tuple[Any, ...]]]


def write_maps(session: Session, plan: Plan, folder: Path, *, with_protected: bool) -> Iterator[tuple[Path, str]]:
    """Write plan.gpkg (EPSG:3006) and a GeoJSON (EPSG:4326) a layer; yields each file and what it is served as."""
    found = [one for one in _layers(session, plan, with_protected=with_protected) if one[2]]
    for number, (name, fields, rows) in enumerate(found):
        shapes = ((*row[:-1], shapely.to_wkb(row[-1])) for row in rows)
        reader = tables.rows_reader(shapes, fields)
        writers.write_gpkg(folder / "plan.gpkg", reader, layer=name, append=number > 0)
        degrees = ((*row[:-1], shapely.to_wkb(from_store(row[-1]))) for row in rows)
        writers.write_geojson(folder / f"{name}.geojson", tables.rows_reader(degrees, fields), layer=name)
        yield folder / f"{name}.geojson", "application/geo+json"
    if found:
        yield folder / "plan.gpkg", "application/geopackage+sqlite3"


def _layers(session: Session, plan: Plan, *, with_protected: bool) -> Iterator[Layer]:
    if plan.area is not None:
        row = (plan.registry_number, plan.name, from_element(plan.area))
        yield "area", (Field("registry_number"), Field("name")), [row]
    parts = session.scalars(select(PlanFeature).where(PlanFeature.plan_id == plan.id).order_by(PlanFeature.id))
    features = [(one.code, one.title, one.text, from_element(one.geom)) for one in parts]
    yield "features", (Field("code"), Field("title"), Field("text")), features
    query = (
        select(_S.number, _C.receipt, _C.received_at, _C.geom)
        .join_from(PlanStatement.__table__, Contribution.__table__, _C.id == _S.id)
        .where(_S.plan_id == plan.id, _C.place_source != "plan", _S.is_protected.is_(False) | with_protected)
        .order_by(_S.number)
    )
    rows = [(row.number, row.receipt, row.received_at, from_element(row.geom)) for row in session.execute(query)]
    yield "statements", (Field("number", "integer"), Field("receipt"), Field("received_at", "time")), rows
