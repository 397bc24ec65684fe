"""Finds places by what people type, and puts words to a position."""

from dataclasses import replace
from typing import Any

import shapely
from sqlalchemy import ColumnElement, case, func, literal, or_, select
from sqlalchemy.orm import Session

from mapdialog.districts.models import District
from mapdialog.districts.queries import find_district_for_point, find_set
from mapdialog.geo import expressions
from mapdialog.geo.crs import STORE, WGS84, name_of, transform_point
from mapdialog.places.coordinates import parse_coordinates
from mapdialog.places.hits import Hit, Near
from mapdialog.places.models import Place
from mapdialog.places.names import fold, without_house_number

NEAR_M, FAR_M = 250.0, 2_000.0
DISTRICT_RANK = 30


def search_places(
    session: Session,
    text: str,
    *,
    near: tuple[float, float] | None = None,
    limit: int = 8,
    local_zone: int | None = None,
) -> list[Hit]:
    """What a typed text may mean, best first: coordinates, else places and districts of the default set.

    Accents and case do not matter, the beginning of a word is enough, small slips of the finger are forgiven; a house
    number that is not known is left out. `near` is (lon, lat): of equally good hits the nearest comes first.
    """
    spot = parse_coordinates(text, local_zone=local_zone, near=near)
    if spot is not None:
        # Latitude and longitude need no name; another system is named as people name it, without its code.
        system = "" if spot.epsg == WGS84 else name_of(spot.epsg).partition(" (EPSG")[0]
        return [Hit(f"{spot.lat:.5f}, {spot.lon:.5f}", "coordinates", system, spot.lon, spot.lat)]
    wanted = fold(text[:100])
    if len(wanted) < 2:
        return []
    found = _search(session, wanted, near, limit)
    street = without_house_number(wanted)
    if not found and street != wanted and len(street) > 1:
        found = _search(session, street, near, limit)
    return found


def _search(session: Session, wanted: str, near: tuple[float, float] | None, limit: int) -> list[Hit]:
    """Places by how well they match, then rank, then distance.

    SELECT … WHERE search_name LIKE 'q%' OR search_name LIKE '% q%' OR 'q' <% search_name  -- six tenths of the trigrams
    """
    folded = Place.search_name
    likeness = func.word_similarity(wanted, folded)
    score = case(
        (folded == wanted, 4),
        (folded.startswith(wanted, autoescape=True), 3),
        (folded.contains(f" {wanted}", autoescape=True), 2),
        else_=likeness,
    )
    matches = or_(
        folded.startswith(wanted, autoescape=True),
        folded.contains(f" {wanted}", autoescape=True),
        literal(wanted).op("<%", is_comparison=True)(folded),
    )
    lon, lat = expressions.lon_lat(Place.geom)
    order = [score.desc(), Place.rank]
    if near is not None:
        order.append(expressions.distance_m(Place.geom, _stored(near)))
    rows = session.execute(
        select(Place.name, Place.kind, Place.rank, lon.label("lon"), lat.label("lat"), score.label("score"))
        .where(matches)
        .order_by(*order, Place.name)
        .limit(limit * 2)
    ).all()
    ranked = [(-float(row.score), row.rank, Hit(row.name, row.kind, "", row.lon, row.lat)) for row in rows]
    ranked += [(-score, DISTRICT_RANK, hit) for score, hit in _districts(session, wanted)]
    ranked.sort(key=lambda one: one[:2])
    return _with_details(session, _unlike([hit for *_, hit in ranked])[:limit])


def _districts(session: Session, wanted: str) -> list[tuple[float, Hit]]:
    """Districts of the default set that match; they are few, so their names are folded here."""
    found = []
    for hit in _district_hits(session):
        folded = fold(hit.name)
        score = 4 if folded == wanted else 3 if folded.startswith(wanted) else 2 if f" {wanted}" in folded else 0
        if score:
            found.append((score - 0.5, hit))
    return found


def _district_hits(session: Session, inside: shapely.Geometry | None = None) -> list[Hit]:
    district_set = find_set(session)
    if district_set is None:
        return []
    shape = func.coalesce(District.display_geom, District.geom, type_=District.geom.type)
    middle = func.ST_PointOnSurface(shape, type_=Place.geom.type)
    lon, lat = expressions.lon_lat(middle)
    statement = select(District.name, lon, lat).where(District.district_set_id == district_set.id)
    if inside is not None:
        statement = statement.where(expressions.intersects(middle, expressions.shape(inside)))
    rows = session.execute(statement.order_by(District.name, District.code))
    return [Hit(name, "district", "", lon, lat) for name, lon, lat in rows]


def list_choices(session: Session, area: shapely.Geometry | None, *, limit: int = 200) -> list[Hit]:
    """Districts of the default set and the best known places, by name: what a list to choose from shows.

    `area` is a dialogue's area in EPSG:3006 or None.
    """
    lon, lat = expressions.lon_lat(Place.geom)
    statement = select(Place.name, Place.kind, lon.label("lon"), lat.label("lat")).order_by(Place.rank, Place.name)
    if area is not None:
        statement = statement.where(expressions.intersects(Place.geom, expressions.shape(area)))
    places = [Hit(row.name, row.kind, "", row.lon, row.lat) for row in session.execute(statement.limit(limit))]
    return _unlike(_district_hits(session, area) + sorted(places, key=lambda hit: fold(hit.name)))


def describe_position(session: Session, lon: float, lat: float) -> Near:
    """Words for a position (EPSG:4326): the nearest named place and the district. Both may be empty.

    SELECT name FROM place ORDER BY geom <-> :spot LIMIT 1
    """
    spot = _stored((lon, lat))
    statement = select(Place.name, expressions.distance_m(Place.geom, spot).label("metres"))
    row = session.execute(statement.order_by(expressions.nearest_first(Place.geom, spot)).limit(1)).first()
    east, north = transform_point(lon, lat, WGS84, STORE)
    district = find_district_for_point(session, east, north)
    name = row.name if row is not None and row.metres <= FAR_M else ""
    metres = round(row.metres) if row is not None and name else None
    return Near(name, metres, district.name if district else "", is_close=metres is not None and metres <= NEAR_M)


def _stored(position: tuple[float, float]) -> ColumnElement[Any]:
    return expressions.point(*transform_point(*position, WGS84, STORE))


def _unlike(hits: list[Hit]) -> list[Hit]:
    """Each name once where the places are the same: two kinds of one village within a kilometre are one answer."""
    kept: list[Hit] = []
    for hit in hits:
        if not any(fold(hit.name) == fold(one.name) and hit.is_near(one) for one in kept):
            kept.append(hit)
    return kept


def _with_details(session: Session, hits: list[Hit]) -> list[Hit]:
    """The district each hit lies in, which tells namesakes apart."""
    detailed = []
    for hit in hits:
        place = transform_point(hit.lon, hit.lat, WGS84, STORE)
        district = find_district_for_point(session, *place) if hit.kind != "district" else None
        detailed.append(replace(hit, district=district.name if district else ""))
    return detailed
