"""Tells what lies in or near the municipality from what a wrong coordinate system has put somewhere else."""

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.districts.models import District
from mapdialog.districts.queries import find_set
from mapdialog.geo import expressions
from mapdialog.geo.geometry import from_store, to_store
from mapdialog.geo.problems import GeoProblem


def is_near(session: Session, shape: BaseGeometry, metres: float = 0.0) -> bool:
    """Whether a shape (EPSG:3006) touches the municipality's districts, or lies so many metres from them at most.
    Without districts everything is near."""
    district_set = find_set(session)
    own = select(District.id).where(District.district_set_id == district_set.id) if district_set is not None else None
    if own is None or session.scalar(own.limit(1)) is None:
        return True
    near = expressions.within_distance(District.geom, expressions.shape(shape), metres)
    return session.scalar(own.where(near).limit(1)) is not None


def is_swapped(session: Session, shape: BaseGeometry, metres: float = 0.0) -> bool | None:
    """None for a shape (EPSG:3006) that is near; True for one far away that would be near with longitude and latitude
    exchanged, False for another."""
    if is_near(session, shape, metres):
        return None
    other = swapped(shape)
    return other is not None and is_near(session, other, metres)


def swapped(shape: BaseGeometry) -> BaseGeometry | None:
    """The shape with longitude and latitude exchanged; None where that is no place on earth."""
    try:
        return to_store(shapely.transform(from_store(shape), lambda places: places[:, ::-1]))
    except GeoProblem:
        return None
