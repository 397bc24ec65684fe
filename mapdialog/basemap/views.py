"""Background maps for the browser: tiles through our own proxy, the built-in vector map, and drawn maps."""

import hashlib
from functools import cache

from flask import Blueprint, Response, abort, current_app, make_response, request

from mapdialog.basemap import drawing, tiles, vector
from mapdialog.basemap.frame import parse_frame
from mapdialog.basemap.layers import Layer, load_layers
from mapdialog.basemap.pictures import empty_tile, kind_of
from mapdialog.basemap.tilecache import TileCache
from mapdialog.core.database import session
from mapdialog.core.errors import Invalid
from mapdialog.geo.problems import GeoProblem

blueprint = Blueprint("basemap", __name__)
RETRY_SECONDS = 20
MAX_MARKERS = 20
FARTHEST_M = 2.5e7
# A mistake in the file of layers is told at the start, not on the first page that shows a map.
blueprint.record_once(lambda state: _check(state.app.config["MAPDIALOG"].map_layers))


def layers() -> tuple[Layer, ...]:
    """The configured layers, read once."""
    return _layers(current_app.config["MAPDIALOG"].map_layers)


def _check(file: str) -> None:
    load_layers(file)


@cache
def _layers(file: str) -> tuple[Layer, ...]:
    return load_layers(file)


@blueprint.get("/basemap/<key>/<int:z>/<int:x>/<int:y>.png")
def tile(key: str, z: int, x: int, y: int) -> Response:
    """A tile of a configured layer. While its server is away: a transparent tile that is not to be kept."""
    layer = next((one for one in layers() if one.key == key), None)
    if layer is None or not tiles.is_on_earth(z, x, y) or not layer.min_zoom <= z <= layer.max_zoom:
        abort(404)
    config = current_app.config["MAPDIALOG"]
    found = tiles.get_tile(layer, z, x, y, TileCache(config.data_dir / "tiles", config.tile_cache_mb))
    body = found.data or empty_tile()
    response = make_response(body)
    response.mimetype = kind_of(body) or "application/octet-stream"
    if found.is_failure:
        response.status_code = 503
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        response.headers["Cache-Control"] = "no-store"
        return response
    return _cached(response, hashlib.sha256(body).hexdigest()[:16], layer.keep_days * 86_400 // 4)


@blueprint.get("/basemap/vector.json")
def vector_map() -> Response:
    """The built-in background as GeoJSON."""
    made = vector.vector_file(session(), current_app.config["MAPDIALOG"].municipality_code)
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = make_response(made.gzipped if takes_gzip else made.body)
    response.mimetype = "application/geo+json"
    response.headers["Vary"] = "Accept-Encoding"
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    return _cached(response, made.etag, 3_600)


@blueprint.get("/basemap/static.png")
def drawn_map() -> Response:
    """A drawn map: `bbox` w,s,e,n in EPSG:3006, `width`, `height`, `scale` 1–2, any `marker`=east,north[,rrggbb]."""
    width, height = request.args.get("width", 640, type=int), request.args.get("height", 480, type=int)
    scale = 2 if request.args.get("scale") == "2" else 1
    try:
        frame = parse_frame(request.args.get("bbox", ""), width, height)
        markers = [_marker(text) for text in request.args.getlist("marker")[:MAX_MARKERS]]
    except GeoProblem as problem:
        raise Invalid(problem.message, field="bbox", **problem.params) from None
    code = current_app.config["MAPDIALOG"].municipality_code
    body = drawing.static_map(
        session(), frame, frame.width, frame.height, markers=markers, scale=scale, municipality_code=code
    )
    response = make_response(body)
    response.mimetype = "image/png"
    return _cached(response, hashlib.sha256(body).hexdigest()[:16], 3_600)


def _marker(text: str) -> drawing.Marker:
    """'east,north' or 'east,north,rrggbb'; anything else answers 404, since only our own pages make these addresses."""
    parts = text.split(",")
    try:
        color = f"#{int(parts[2], 16):06x}" if len(parts) > 2 and len(parts[2]) == 6 else drawing.PRIMARY
        east, north = float(parts[0]), float(parts[1])
        if not (abs(east) < FARTHEST_M and abs(north) < FARTHEST_M):  # NaN is not below anything either
            raise ValueError(text)
        return drawing.Marker(east, north, color)
    except (ValueError, IndexError):
        abort(404)


def _cached(response: Response, etag: str, seconds: int) -> Response:
    response.set_etag(etag)
    response.cache_control.public = True
    response.cache_control.max_age = seconds
    response.make_conditional(request)
    return response
