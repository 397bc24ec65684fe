"""Reads the way that a phone recorded: stretches of positions, moments by the phone's clock made ours."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

import shapely

from mapdialog.api.walk_bodies import read_moment
from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.geo.geometry import parse_geojson, to_store
from mapdialog.geo.problems import GeoProblem
from mapdialog.walks.tracks import NewTrack

# Four hours of a position each second metre; a stretch has at least two.
MOST_POSITIONS = 20_000


def read_track(
    sent: Mapping[str, Any], *, client_id: uuid.UUID, revision: int, clock_offset_s: float | None
) -> NewTrack:
    """A NewTrack of `stretches` [[[lon, lat], …], …] in EPSG:4326. Raises Invalid with the field that does not hold."""
    group = sent.get("group_id")
    if isinstance(group, bool) or not isinstance(group, int) or not 0 < group < 2**31:
        raise Invalid(N_("Ange ett heltal."), field="group_id")
    ahead = timedelta(seconds=clock_offset_s or 0)
    return NewTrack(
        client_id=client_id,
        group_id=group,
        revision=revision,
        stretches=_stretches(sent.get("stretches")),
        started_at=_moment(sent, "started_at") + ahead,
        ended_at=_moment(sent, "ended_at") + ahead,
    )


def _stretches(value: Any) -> shapely.MultiLineString:
    """In EPSG:3006."""
    try:
        drawn = {"type": "MultiLineString", "coordinates": value}
        way = to_store(parse_geojson(drawn, allowed=("MultiLineString",), max_vertices=MOST_POSITIONS))
    except GeoProblem as problem:
        raise Invalid(problem.message, field="stretches", **problem.params) from None
    return cast(shapely.MultiLineString, way if way.geom_type == "MultiLineString" else shapely.multilinestrings([way]))


def _moment(sent: Mapping[str, Any], name: str) -> datetime:
    found = read_moment(sent.get(name))
    if found is None:
        raise Invalid(N_("Ange %(name)s som en tidpunkt med tidszon."), field=name, name=name)
    return found
