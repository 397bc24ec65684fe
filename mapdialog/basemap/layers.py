"""The background layers to choose among: read from a TOML file, checked with one line for each mistake."""

import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mapdialog.config import ConfigError

KINDS = ("xyz", "wms", "mbtiles", "pmtiles", "gpkg")
FILES = ("mbtiles", "pmtiles", "gpkg")
VECTOR = "vector"
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_SAME_PLACEHOLDER = {"{TileMatrix}": "{z}", "{TileRow}": "{y}", "{TileCol}": "{x}"}


@dataclass(frozen=True)
class Layer:
    """One background of raster tiles in Web Mercator (EPSG:3857), the only tiling browsers share.

    `url` is a template with {z}, {x}, {y} (or {-y}, or WMTS's {TileMatrix}, {TileRow}, {TileCol}) for xyz, the
    service's address for wms, and empty for files. `headers` go to the map server only, as do keys in `url`.
    """

    key: str
    label: str
    kind: str
    url: str = field(default="", repr=False)
    path: str = ""
    layers: str = ""  # WMS layer names, with commas
    styles: str = ""
    version: str = "1.3.0"
    format: str = "image/png"
    transparent: bool = False
    attribution: str = ""
    min_zoom: int = 0
    max_zoom: int = 19
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    timeout_seconds: float = 6.0
    keep_days: int = 30


def load_layers(file: str | Path) -> tuple[Layer, ...]:
    """The layers of a TOML file with [[layer]] entries; none for an empty name. Raises ConfigError."""
    if not file:
        return ()
    path = Path(file)
    try:
        entries = tomllib.loads(path.read_text("utf-8")).get("layer", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError([f"MAPDIALOG_MAP_LAYERS: cannot read {path}: {error}"]) from None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigError([f"MAPDIALOG_MAP_LAYERS: {path} must hold [[layer]] tables"])
    problems: list[str] = []
    layers = [_layer(entry, number, path.parent, problems) for number, entry in enumerate(entries, start=1)]
    keys = [layer.key for layer in layers]
    problems += [
        f"layer {key!r}: the key is used twice" for key in sorted({key for key in keys if keys.count(key) > 1})
    ]
    if problems:
        raise ConfigError([f"MAPDIALOG_MAP_LAYERS: {problem}" for problem in problems])
    return tuple(layers)


def _layer(entry: dict[str, Any], number: int, folder: Path, problems: list[str]) -> Layer:
    name = f"layer {entry.get('key') or number!r}"
    known = {one.name: one for one in fields(Layer)}
    unknown = sorted(entry.keys() - known.keys() - {"crs"})
    if unknown:
        problems.append(f"{name}: no such setting: {', '.join(unknown)}")
    values = {key: value for key, value in entry.items() if key in known}
    for key, value in values.items():
        if not isinstance(value, _TYPES.get(key, str)) or (isinstance(value, bool) and key != "transparent"):
            problems.append(f"{name}: {key} is of the wrong type")
            return Layer("", "", "")
    layer = Layer(**{"key": "", "label": values.get("key", ""), "kind": "", **values})
    if layer.path:
        layer = Layer(**{**_as_dict(layer), "path": str((folder / layer.path).resolve())})
    for wmts, plain in _SAME_PLACEHOLDER.items():
        layer = Layer(**{**_as_dict(layer), "url": layer.url.replace(wmts, plain)})
    problems += [f"{name}: {problem}" for problem in _faults(layer, str(entry.get("crs", "EPSG:3857")))]
    return layer


_TYPES: dict[str, Any] = {
    "transparent": bool, "min_zoom": int, "max_zoom": int, "headers": dict, "keep_days": int,
    "timeout_seconds": (int, float),
}  # fmt: skip


def _as_dict(layer: Layer) -> dict[str, Any]:
    return {one.name: getattr(layer, one.name) for one in fields(Layer)}


def _faults(layer: Layer, crs: str) -> "list[str]":
    found: list[str] = []
    if not _KEY.fullmatch(layer.key) or layer.key in (VECTOR, "static"):
        found.append("key must be a short word of a-z, 0-9 and -, and neither 'vector' nor 'static'")
    if layer.kind not in KINDS:
        found.append(f"kind must be one of {', '.join(KINDS)}")
    if crs.upper().removeprefix("EPSG:") not in ("3857", "900913"):
        found.append(f"crs {crs} is not supported: order or set up the tiles in Web Mercator (EPSG:3857)")
    if not 0 <= layer.min_zoom <= layer.max_zoom <= 22:
        found.append("min_zoom and max_zoom must be 0-22, in order")
    if layer.kind in FILES:
        if not layer.path or not Path(layer.path).is_file():
            found.append(f"no file at {layer.path or '(path is missing)'}")
        else:
            found += _file_faults(layer)
    elif layer.kind in KINDS:
        found += _url_faults(layer)
    if not 0.5 <= layer.timeout_seconds <= 30:
        found.append("timeout_seconds must be 0.5-30")
    if not all(isinstance(value, str) and "\n" not in value and "\r" not in value for value in layer.headers.values()):
        found.append("headers must be texts on one line")
    return found


def _file_faults(layer: Layer) -> list[str]:
    from mapdialog.basemap.tilefiles import open_tiles

    try:
        open_tiles(layer)
    except ValueError as error:
        return [str(error)]
    return []


def _url_faults(layer: Layer) -> "list[str]":
    try:
        parts = urlsplit(layer.url)
        bare = not parts.hostname or "{" in (parts.hostname or "") or parts.port == 0
    except ValueError:
        return ["url is not an address"]
    if parts.scheme not in ("http", "https") or bare:
        return ["url must begin with https:// or http:// and a host name"]
    if layer.kind == "xyz" and not all(part in layer.url for part in ("{z}", "{x}")):
        return ["url must hold {z}, {x} and {y} (or {TileMatrix}, {TileCol} and {TileRow})"]
    if layer.kind == "xyz" and "{y}" not in layer.url and "{-y}" not in layer.url:
        return ["url must hold {y} or {-y}"]
    if layer.kind == "wms" and not layer.layers:
        return ["layers must name the WMS layers"]
    if layer.kind == "wms" and layer.version not in ("1.1.1", "1.3.0"):
        return ["version must be 1.1.1 or 1.3.0"]
    return []


def for_browser(layers: tuple[Layer, ...], label: str, chosen: "list[str] | None" = None) -> list[dict[str, Any]]:
    """What a page's map needs to know: our own addresses only. The built-in map, named `label`, is always there, last.

    `chosen` are a dialogue's layer keys in its order; without any, all are offered.
    """
    known = {layer.key: layer for layer in layers}
    wanted = [known[key] for key in chosen or known if key in known] or list(layers)
    made: list[dict[str, Any]] = [
        {
            "key": layer.key,
            "label": layer.label,
            "kind": "tiles",
            "url": f"/basemap/{layer.key}/{{z}}/{{x}}/{{y}}.png",
            "attribution": layer.attribution,
            "min_zoom": layer.min_zoom,
            "max_zoom": layer.max_zoom,
        }
        for layer in wanted
    ]
    return [*made, {"key": VECTOR, "label": label, "kind": VECTOR, "url": "/basemap/vector.json", "attribution": ""}]
