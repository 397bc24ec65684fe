"""Reads a way out of a GPX file: tracks or routes as lines in EPSG:3006, or one clear reason why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.parsers import expat

import numpy as np
import shapely
from shapely.geometry import LineString

from mapdialog.geo.geometry import to_store
from mapdialog.geo.problems import N_, GeoProblem

MAX_BYTES = 10_000_000
MAX_POINTS = 200_000
MAX_DEPTH = 100
MAX_LENGTH_M = 50_000.0
MIN_LENGTH_M = 10.0
SIMPLIFY_M = 1.0  # finer than a phone's GPS
JOIN_M = 100.0  # two tracks belong together when one begins where the other ended


@dataclass(frozen=True)
class Way:
    """One track or route of the file: its name (may be empty) and its line in EPSG:3006."""

    name: str
    line: LineString


def read_route(data: bytes, *, number: int | None = None) -> LineString:
    """The way in a GPX file as one line in EPSG:3006, simplified to a metre.

    Tracks go before routes. Segments of a track are joined, empty ones skipped; so are tracks that follow one another.
    Where several lie apart, `number` (from 1) says which; without it GeoProblem names them. Raises GeoProblem for
    everything else that does not give one line of 10 m to 50 km.
    """
    ways = list_ways(data)
    if number is not None:
        if not 1 <= number <= len(ways):
            raise GeoProblem(N_("Filen har %(count)s spår. Skriv ett nummer mellan 1 och %(count)s."), count=len(ways))
        line = ways[number - 1].line
    elif (joined := _joined([way.line for way in ways])) is not None:
        line = joined
    else:
        raise GeoProblem(
            N_("Filen har %(count)s spår som inte hänger ihop: %(names)s. Skriv numret på det som är rutten."),
            count=len(ways),
            names=_named(ways),
        )
    if line.length > MAX_LENGTH_M:
        raise GeoProblem(
            N_("Rutten är %(km)s km lång. Välj en fil med just den här vandringen."), km=round(line.length / 1000)
        )
    return line


def list_ways(data: bytes) -> list[Way]:
    """Every track of the file that has a length, or else every route; raises GeoProblem when there is neither."""
    if len(data) > MAX_BYTES:
        raise GeoProblem(N_("Filen är större än %(limit)s MB. Skicka bara den här vandringens spår."), limit=10)
    seen = _read(data)
    for kind in (seen.tracks, seen.routes):
        if ways := [Way(one.name, line) for one in kind if (line := _line(one.places)) is not None]:
            return ways
    if seen.waypoints:
        raise GeoProblem(N_("Filen har bara enstaka punkter, inget spår och ingen rutt."))
    raise GeoProblem(N_("Filen har inget spår med minst två punkter på olika ställen."))


class _Reader:
    """What an XML reader meets, kept as bare coordinates, with limits so that a hostile file costs no more than a look.

    Written on expat itself: GDAL reads GPX too, but not in UTF-16, nor segments of one point.
    """

    def __init__(self) -> None:
        self.depth = self.points = self.waypoints = 0
        self.root, self.words = "", ""
        self.tracks: list[_Raw] = []
        self.routes: list[_Raw] = []
        self.open: _Raw | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        local = name.rpartition(":")[2]
        if not self.root:
            self.root = local
            if local != "gpx":
                raise GeoProblem(N_("Filen är inte en GPX-fil."))
        if local in ("trk", "rte") and self.depth == 2:
            self.open = _Raw()
            (self.tracks if local == "trk" else self.routes).append(self.open)
        elif local in ("trkpt", "rtept") and self.open is not None:
            self.open.places.append(_position(attributes))
            self.points += 1
        self.waypoints += local == "wpt"
        self.words = ""
        if self.points > MAX_POINTS or self.depth > MAX_DEPTH:
            raise GeoProblem(N_("Filen har för många punkter. Skicka bara den här vandringens spår."))

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] == "name" and self.depth == 3 and self.open is not None:
            self.open.name = " ".join(self.words.split())[:80]
        self.depth -= 1
        if self.depth == 1:
            self.open = None

    def text(self, words: str) -> None:
        if len(self.words) < 500:
            self.words += words

    def doctype(self, *_declaration: object) -> None:
        """GPX has none: whoever declares entities wants them unfolded, or files read."""
        raise GeoProblem(N_("Filen har deklarationer som en GPX-fil inte ska ha. Spara den på nytt i en annan app."))


class _Raw:
    """A track or route as it stands in the file, degrees (lon, lat)."""

    def __init__(self) -> None:
        self.name = ""
        self.places: list[tuple[float, float]] = []


def _position(attributes: dict[str, str]) -> tuple[float, float]:
    try:
        lon, lat = float(attributes["lon"]), float(attributes["lat"])
    except (KeyError, ValueError):
        raise GeoProblem(N_("En punkt i filen saknar longitud eller latitud.")) from None
    if not (abs(lon) <= 180 and abs(lat) <= 90):  # also what is not a number
        raise GeoProblem(N_("En punkt i filen har en longitud eller latitud som inte finns."))
    return lon, lat


def _read(data: bytes) -> _Reader:
    seen = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = seen.start, seen.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = seen.text, seen.doctype
    try:
        parser.Parse(data.lstrip(b" \t\r\n"), True)
    except GeoProblem:
        raise
    except (expat.ExpatError, ValueError, LookupError):
        raise GeoProblem(
            N_("Filen går inte att läsa som GPX. Kanske är den avbruten eller av ett annat slag.")
        ) from None
    return seen


def _line(places: list[tuple[float, float]]) -> LineString | None:
    """A track's points, of all segments, as one line in EPSG:3006; None when it leads nowhere."""
    if len(places) < 2:
        return None
    line = shapely.remove_repeated_points(to_store(LineString(places)))
    simplified = shapely.simplify(line, SIMPLIFY_M)
    return simplified if isinstance(simplified, LineString) and simplified.length >= MIN_LENGTH_M else None


def _joined(lines: Sequence[LineString]) -> LineString | None:
    """The lines as one, where each begins near the end of the one before; None when they do not."""
    for one, other in pairwise(lines):
        if shapely.Point(one.coords[-1]).distance(shapely.Point(other.coords[0])) > JOIN_M:
            return None
    line = LineString(np.concatenate([shapely.get_coordinates(line) for line in lines]))
    return shapely.remove_repeated_points(line)


def _named(ways: Sequence[Way]) -> str:
    told = [f"{number} {way.name} ({round(way.line.length)} m)" for number, way in enumerate(ways[:8], start=1)]
    return "; ".join(told) + (" …" if len(ways) > 8 else "")
