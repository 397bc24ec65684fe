"""What lies over a plan's map, for the page's map: pictures, shapes, and tiles of a map server through our proxy."""

from flask import Blueprint, Response, abort, current_app, jsonify, make_response, request, url_for
from flask_login import current_user

from mapdialog.basemap import tiles
from mapdialog.basemap.pictures import empty_tile, kind_of
from mapdialog.basemap.tilecache import TileCache
from mapdialog.basemap.views import layers as configured_layers
from mapdialog.core.database import session
from mapdialog.plans import overlays, queries
from mapdialog.plans.models import Plan, PlanOverlay

blueprint = Blueprint("plan_overlays", __name__)
KEEP_SECONDS = 3_600
_PAGES = {"image": "plan_overlays.picture", "vector": "plan_overlays.shapes"}


def address_of(plan: Plan, kind: str, key: str) -> str:
    """Where the browser fetches an overlay; for tiles a template with {z}, {x} and {y}."""
    if kind == "tiles":
        return f"{url_for('plan_overlays.picture', slug=plan.slug, key=key).removesuffix('.png')}/{{z}}/{{x}}/{{y}}.png"
    return url_for(_PAGES[kind], slug=plan.slug, key=key)


@blueprint.get("/plans/<slug>/overlays/<key>.png")
def picture(slug: str, key: str) -> Response:
    """A picture as the map shows it."""
    overlay = _overlay(slug, key, "image")
    answer = make_response(current_app.extensions["files"].get(overlays.shown_key(overlay)))
    answer.mimetype = "image/png"
    return _kept(answer)


@blueprint.get("/plans/<slug>/overlays/<key>.json")
def shapes(slug: str, key: str) -> Response:
    """Shapes as GeoJSON (EPSG:4326)."""
    answer = jsonify(_overlay(slug, key, "vector").shapes)
    answer.mimetype = "application/geo+json"
    return _kept(answer)


@blueprint.get("/plans/<slug>/overlays/<key>/<int:z>/<int:x>/<int:y>.png")
def tile(slug: str, key: str, z: int, x: int, y: int) -> Response:
    """A tile of a map server that the administrator has configured."""
    layer = overlays.tile_layer(_overlay(slug, key, "wms"), configured_layers())
    if layer is None or not tiles.is_on_earth(z, x, y) or z > layer.max_zoom:
        abort(404)
    config = current_app.config["MAPDIALOG"]
    found = tiles.get_tile(layer, z, x, y, TileCache(config.data_dir / "tiles", config.tile_cache_mb))
    body = found.data or empty_tile()
    answer = make_response(body)
    answer.mimetype = kind_of(body) or "application/octet-stream"
    if found.is_failure:
        answer.status_code = 503
        answer.headers["Cache-Control"] = "no-store"
        return answer
    return _kept(answer)


def _overlay(slug: str, key: str, kind: str) -> PlanOverlay:
    """An overlay of a plan that the public has been told of, or of any plan for staff."""
    find = queries.get_plan if current_user.is_authenticated else queries.get_published
    overlay = overlays.get_overlay(session(), find(session(), slug), key)
    if overlay.kind != kind:
        abort(404)
    return overlay


def _kept(answer: Response) -> Response:
    answer.add_etag()
    answer.cache_control.private, answer.cache_control.max_age = True, KEEP_SECONDS
    answer.make_conditional(request)
    return answer
