"""Lays a picture of a plan map on the map: where its corners are, and the picture drawn anew with north upwards."""

import io
import warnings
from dataclasses import dataclass

import numpy as np
from PIL import Image
from shapely.geometry import Polygon

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.geo import crs
from mapdialog.geo.problems import GeoProblem
from mapdialog.plans import geotiff

MAX_PIXELS = 80_000_000
LARGEST_SIDE = 4_000  # pixels of the picture that browsers get: enough for A1 on a screen
FORMATS = ("JPEG", "PNG", "TIFF")
Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]  # upper left, upper right, lower right, lower left


@dataclass(frozen=True)
class Warped:
    """A PNG whose edges follow the map's, transparent beside the picture; `bounds` w, s, e, n in degrees."""

    png: bytes
    bounds: tuple[float, float, float, float]


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height of a JPEG, PNG or TIFF. Raises Invalid (`file`)."""
    return _opened(data).size


def corners_from_world_file(text: str, size: tuple[int, int], epsg: int) -> Corners:
    """The four corners in EPSG:3006 by a world file's six lines in `epsg`. Raises Invalid (`world_file`)."""
    try:
        a, d, b, e, c, f = (float(line.strip().replace(",", ".")) for line in text.split()[:6])
    except ValueError:
        raise Invalid(N_("Världsfilen ska ha sex rader med ett tal på varje."), field="world_file") from None
    width, height = size

    def at(x: float, y: float) -> Point:
        # The file's last two lines are the middle of the first pixel.
        east, north = a * (x - 0.5) + b * (y - 0.5) + c, d * (x - 0.5) + e * (y - 0.5) + f
        return crs.transform_point(east, north, epsg, crs.STORE)

    return checked((at(0, 0), at(width, 0), at(width, height), at(0, height)))


def corners_from_geotiff(data: bytes, epsg: int) -> Corners | None:
    """The four corners in EPSG:3006 of a picture that says itself where it lies; None for another. `epsg` is its
    system where it names none that we know. Raises Invalid (`file`, `corners`)."""
    image = _opened(data)
    at = geotiff.places_of(image, epsg)
    if at is None:
        return None
    width, height = image.size
    return checked((at(0, 0), at(width, 0), at(width, height), at(0, height)))


def checked(corners: Corners) -> Corners:
    """The corners, if they go round an area of a sensible size. Raises Invalid (`corners`)."""
    if not np.isfinite(np.array(corners)).all():
        raise Invalid(N_("Hörnen går inte att räkna om. Kontrollera koordinatsystemet."), field="corners")
    outline = Polygon(corners)
    if not outline.is_valid or not 100 < outline.area < 1e10:
        raise Invalid(N_("Hörnen bildar ingen ruta. Skriv dem medurs från bildens övre vänstra hörn."), field="corners")
    return corners


def around(bounds: tuple[float, float, float, float], size: tuple[int, int]) -> Corners:
    """Corners to begin from: the picture over `bounds` (EPSG:3006), in its own proportions."""
    west, south, east, north = bounds
    width, height = size
    metres = max((east - west) / width, (north - south) / height)
    middle_east, middle_north = (west + east) / 2, (south + north) / 2
    half_w, half_h = width * metres / 2, height * metres / 2
    left, right = middle_east - half_w, middle_east + half_w
    top, bottom = middle_north + half_h, middle_north - half_h
    return (left, top), (right, top), (right, bottom), (left, bottom)


def warp(data: bytes, corners: Corners) -> Warped:
    """The picture as the map shows it (Web Mercator). Raises Invalid (`file`, `corners`)."""
    try:
        target = np.array([crs.transform_point(*one, crs.STORE, crs.WEB_MERCATOR) for one in corners])
    except GeoProblem as problem:
        raise Invalid(problem.message, field="corners", **problem.params) from None
    image = _decoded(data)
    west, south = target.min(axis=0)
    east, north = target.max(axis=0)
    edges = [np.linalg.norm(target[1] - target[0]), np.linalg.norm(target[3] - target[0])]
    scale = max(image.width / edges[0], image.height / edges[1])
    scale = min(scale, LARGEST_SIDE / max(east - west, north - south))
    size = (max(1, round((east - west) * scale)), max(1, round((north - south) * scale)))
    seen = np.column_stack([(target[:, 0] - west) * scale, (north - target[:, 1]) * scale])
    own = np.array([(0, 0), (image.width, 0), (image.width, image.height), (0, image.height)], dtype=float)
    made = image.transform(
        size, Image.Transform.PERSPECTIVE, _coefficients(seen, own), Image.Resampling.BICUBIC, fillcolor=(0, 0, 0, 0)
    )
    out = io.BytesIO()
    made.save(out, "PNG", optimize=False, compress_level=6)
    low = crs.transform_point(float(west), float(south), crs.WEB_MERCATOR, crs.WGS84)
    high = crs.transform_point(float(east), float(north), crs.WEB_MERCATOR, crs.WGS84)
    return Warped(out.getvalue(), (*low, *high))


def outline(corners: Corners) -> Polygon:
    """The corners as the polygon that is stored."""
    return Polygon(corners)


def bounds_of(corners: Corners) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees of the warped picture."""
    target = np.array([crs.transform_point(*one, crs.STORE, crs.WEB_MERCATOR) for one in corners])
    west, south = target.min(axis=0)
    east, north = target.max(axis=0)
    low = crs.transform_point(float(west), float(south), crs.WEB_MERCATOR, crs.WGS84)
    return (*low, *crs.transform_point(float(east), float(north), crs.WEB_MERCATOR, crs.WGS84))


def _coefficients(seen: np.ndarray, own: np.ndarray) -> list[float]:
    """What takes a pixel of the new picture to its place in the old one: eight numbers of a projection."""
    rows, values = [], []
    for (x, y), (u, v) in zip(seen, own, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    try:
        return [float(one) for one in np.linalg.solve(np.array(rows), np.array(values))]
    except np.linalg.LinAlgError:
        raise Invalid(N_("Hörnen ligger på en linje. Flytta dem isär."), field="corners") from None


def _opened(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError:
        raise _too_many() from None
    except Exception:  # Decoders of hostile files raise every kind of error.
        raise Invalid(
            N_("Filen är inte en bild som går att lägga på kartan. Skicka JPEG, PNG eller GeoTIFF."), field="file"
        ) from None
    if image.width * image.height > MAX_PIXELS:
        raise _too_many()
    return image


def _too_many() -> Invalid:
    return Invalid(
        N_("Bilden har för många bildpunkter. Gränsen är %(limit)s miljoner. Minska den först."),
        field="file",
        limit=MAX_PIXELS // 1_000_000,
    )


def _decoded(data: bytes) -> Image.Image:
    image = _opened(data)
    try:
        image.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
        image.thumbnail((LARGEST_SIDE + 1_000, LARGEST_SIDE + 1_000))
        return (image.convert("RGB") if image.mode == "CMYK" else image).convert("RGBA")
    except Exception:
        raise Invalid(N_("Bilden är skadad. Spara om den och skicka den igen."), field="file") from None
