"""Districts with their counts as GeoJSON: the same figures as in every district table."""

import json
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.analysis.districts import district_table
from mapdialog.analysis.scope import Scope
from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.districts.models import District, DistrictSet
from mapdialog.geo import expressions, features

SIMPLIFIED_M = 15.0  # Less than a pixel at the zoom where a whole district is seen.


def get_set(session: Session, key: str) -> DistrictSet:
    """The set of that key, or the default set for an empty one; NotFound when there is none."""
    wanted = DistrictSet.key == key if key else DistrictSet.is_default
    found = session.scalar(select(DistrictSet).where(wanted))
    if found is None:
        raise NotFound(N_("Det finns ingen områdesindelning med det namnet."))
    return found


def district_features(session: Session, dialogue_id: int, district_set: DistrictSet) -> dict[str, Any]:
    """A FeatureCollection (EPSG:4326) with `code`, `name`, `population`, `count`, `per_1000`, `count_<category>`."""
    table = district_table(session, Scope(dialogue_id), district_set)
    drawn = func.coalesce(District.display_geom, District.geom)
    shapes = session.execute(
        select(District.id, expressions.simplified_geojson(drawn, SIMPLIFIED_M)).where(
            District.district_set_id == district_set.id
        )
    )
    shape_of = {row[0]: row[1] for row in shapes}
    made = []
    for row in table.rows:
        counts = {f"count_{key}": count for key, count in row.by_category.items()}
        properties = {
            "code": row.code,
            "name": row.name,
            "population": row.population,
            "count": row.count,
            "per_1000": row.per_1000,
        }
        made.append(features.feature(json.loads(shape_of[row.id]), properties | counts, row.code))
    return features.collection(
        made, set=table.set_key, title=table.set_title, source=table.source, total=table.total, outside=table.outside
    )
