"""Where a district's name and number stand on a drawn map: inside it where they fit, else a key to a list beside."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

Box = tuple[float, float, float, float]
Width = Callable[[str, float, bool], float]

NAME_SIZE, COUNT_SIZE, RADIUS = 10.0, 13.0, 8.5
_LETTERS, _MOST_LINES = 17, 4
# So much of a label must lie in its own district; a corner may reach over a border.
_INSIDE = 0.94
_STEPS = 9
_AWAY = (24.0, 36.0, 50.0, 66.0)


@dataclass(frozen=True)
class Wanted:
    """A district to be labelled: its shape in pixels, y downwards, and what is said of it."""

    name: str
    number: str
    count: int
    shape: BaseGeometry


@dataclass(frozen=True)
class Label:
    """Name and number inside the district, centred at (x, y)."""

    about: Wanted
    lines: tuple[str, ...]
    x: float
    y: float


@dataclass(frozen=True)
class Key:
    """A numbered disc at (x, y); `at` is the place in the district where a line leads, None where the disc is in it."""

    about: Wanted
    number: int
    x: float
    y: float
    at: tuple[float, float] | None


def place_labels(
    districts: Sequence[Wanted], size: tuple[float, float], width: Width, taken: list[Box]
) -> tuple[list[Label], list[Wanted]]:
    """Labels on a map of that size in pixels, and the districts without room for one, those with the most first.

    Nothing overlaps: `taken` holds the boxes that are taken already, and is added to. `width` measures (text, size,
    bold) in pixels.
    """
    labels, rest = [], []
    for about in sorted(districts, key=lambda one: -one.shape.area):
        found = None if about.shape.is_empty else _label(about, size, width, taken)
        if found is None:
            rest.append(about)
        else:
            labels.append(found[0])
            taken.append(found[1])
    return labels, sorted(rest, key=lambda one: (-one.count, one.name))


def place_keys(districts: Sequence[Wanted], size: tuple[float, float], taken: list[Box]) -> list[Key]:
    """A numbered disc for each district, in it or beside it; those that find no free place get none."""
    made: list[Key] = []
    for about in districts:
        key = None if about.shape.is_empty else _key(about, len(made) + 1, size, taken)
        if key is not None:
            made.append(key)
            taken.append(_disc(key.x, key.y))
    return made


def wrapped(name: str, letters: int = _LETTERS) -> list[str]:
    """A name in lines of about so many letters, broken at spaces and after hyphens."""
    lines: list[str] = []
    for piece in re.findall(r"[^\s-]+-?\s*", name):
        if lines and len(lines[-1]) + len(piece.rstrip()) <= letters:
            lines[-1] += piece
        else:
            lines.append(piece)
    return [line.rstrip() for line in lines]


def _label(about: Wanted, size: tuple[float, float], width: Width, taken: list[Box]) -> tuple[Label, Box] | None:
    for letters in (_LETTERS, _LETTERS // 2 + 2):
        lines = tuple(wrapped(about.name, letters))
        if len(lines) > _MOST_LINES:
            continue
        wide = max([width(line, NAME_SIZE, True) for line in lines] + [width(about.number, COUNT_SIZE, True)]) + 6
        tall = len(lines) * NAME_SIZE * 1.25 + COUNT_SIZE * 1.3
        if wide * tall > about.shape.area:
            continue
        shapely.prepare(about.shape)
        for x, y in _places(about.shape):
            box = (x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
            if _is_free(box, size, taken) and _lies_in(box, about.shape):
                return Label(about, lines, x, y), box
    return None


def _lies_in(box: Box, shape: BaseGeometry) -> bool:
    square = shapely.box(*box)
    if shape.contains(square):
        return True
    return bool(shapely.intersection(shape, square).area >= _INSIDE * square.area)


def _places(shape: BaseGeometry) -> Iterator[tuple[float, float]]:
    """Places in the largest part of a shape, those farthest from its border first."""
    part = max(shapely.get_parts(shape), key=lambda one: one.area)
    centre = shapely.get_coordinates(shapely.maximum_inscribed_circle(part, tolerance=1.0))[0]
    yield float(centre[0]), float(centre[1])
    west, north, east, south = part.bounds
    grid = [
        (west + (east - west) * (column + 0.5) / _STEPS, north + (south - north) * (row + 0.5) / _STEPS)
        for row in range(_STEPS)
        for column in range(_STEPS)
    ]
    points = shapely.points(grid)
    inside = shapely.contains(part, points)
    depth = shapely.distance(part.boundary, points)
    ranked = sorted(zip(depth.tolist(), grid, inside.tolist(), strict=True), reverse=True)
    yield from (place for _, place, is_in in ranked if is_in)


def _key(about: Wanted, number: int, size: tuple[float, float], taken: list[Box]) -> Key | None:
    places = list(_places(about.shape))
    for x, y in places:
        if _is_free(_disc(x, y), size, taken):
            return Key(about, number, x, y, None)
    x, y = places[0]
    for away in _AWAY:
        for turn in range(16):
            angle = math.tau * (turn + 4) / 16  # downwards first: the sea is in the south
            beside = x + away * math.cos(angle), y + away * math.sin(angle)
            if _is_free(_disc(*beside), size, taken):
                return Key(about, number, *beside, (x, y))
    return None


def _disc(x: float, y: float) -> Box:
    return x - RADIUS - 1, y - RADIUS - 1, x + RADIUS + 1, y + RADIUS + 1


def _is_free(box: Box, size: tuple[float, float], taken: list[Box]) -> bool:
    if box[0] < 0 or box[1] < 0 or box[2] > size[0] or box[3] > size[1]:
        return False
    return not any(box[0] < one[2] and one[0] < box[2] and box[1] < one[3] and one[1] < box[3] for one in taken)
