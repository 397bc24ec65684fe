"""Place search and words for a position, as JSON under /api/v1."""

from typing import Any

import shapely
from flask import Blueprint, Response, current_app, jsonify, request
from flask_babel import gettext as _

from mapdialog.core.database import session
from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.dialogues.queries import get_published
from mapdialog.geo import features
from mapdialog.geo.geometry import from_element
from mapdialog.places import queries
from mapdialog.places.hits import KINDS, Hit, Near

blueprint = Blueprint("places", __name__)
MAX_QUERY = 200


@blueprint.get("/api/v1/places")
def search() -> Response:
    """Places for typed words (`q`), near `lon` and `lat` first; or all to choose among (`dialogue`)."""
    words = request.args.get("q", "").strip()[:MAX_QUERY]
    if words:
        zone = current_app.config["MAPDIALOG"].local_crs
        found = queries.search_places(session(), words, near=_position(), local_zone=zone)
    else:
        found = queries.list_choices(session(), _area(request.args.get("dialogue", "")))
    extra = {} if found else {"message": _("Ingen plats heter så. Prova ett annat ord, eller flytta kartan.")}
    return _cached(features.collection([_feature(hit) for hit in found], **extra), 300)


@blueprint.get("/api/v1/places/near")
def near() -> Response:
    """Words for a position: the nearest place and the district, such as "Algatan, innerstaden"."""
    position = _position()
    if position is None:
        raise Invalid(N_("Ange lon och lat, till exempel lon=13.1569 och lat=55.3751."), field="lon")
    found = queries.describe_position(session(), *position)
    return _cached(
        {"label": label_of(found), "place": found.place, "distance_m": found.distance_m, "district": found.district},
        3600,
    )


def label_of(found: Near) -> str:
    """The place (or "nära" it when it is further off than a block) and the district, without saying one name twice."""
    place = found.place if found.is_close or not found.place else _("nära %(place)s", place=found.place)
    if not place or not found.district:
        return place or found.district
    inner, outer = found.place.casefold(), found.district.casefold()
    return (
        found.district
        if inner in outer and found.is_close
        else place
        if outer in inner
        else f"{place}, {found.district}"
    )


def detail_of(hit: Hit) -> str:
    """What tells namesakes apart: the kind of place and the district."""
    return ", ".join(word for word in (_(KINDS[hit.kind]) if hit.kind in KINDS else hit.kind, hit.district) if word)


def _feature(hit: Hit) -> dict[str, Any]:
    return features.point(hit.lon, hit.lat, {"name": hit.name, "kind": hit.kind, "detail": detail_of(hit)})


def _position() -> tuple[float, float] | None:
    lon, lat = request.args.get("lon", type=float), request.args.get("lat", type=float)
    if lon is None or lat is None:
        return None
    if not (-180 <= lon <= 180 and -89 <= lat <= 89):
        raise Invalid(
            N_("Platsen ligger inte på jorden. Skriv longitud (öst) i lon och latitud (nord) i lat."), field="lon"
        )
    return lon, lat


def _area(slug: str) -> shapely.Geometry | None:
    if not slug:
        return None
    dialogue = get_published(session(), slug)
    return from_element(dialogue.area) if dialogue.area is not None else None


def _cached(body: dict[str, Any], seconds: int) -> Response:
    response = jsonify(body)
    response.cache_control.max_age = seconds
    response.cache_control.private = True
    return response
