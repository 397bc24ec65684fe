"""Reads geodata/: what the demo municipality is made of, with days counted from the day it is loaded."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from mapdialog.config import ROOT
from mapdialog.core.clock import STOCKHOLM, local
from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.core.workdays import is_working_day
from mapdialog.geo import geometry

FOLDER = ROOT / "geodata"
DISTRICTS = FOLDER / "districts_regso_2025.geojson"
DISPLAY = FOLDER / "districts_display.geojson"
PLACES = FOLDER / "places.geojson"


@dataclass(frozen=True)
class Calendar:
    """Turns days before or after the load, and clock times in Stockholm, into moments."""

    loaded_at: datetime

    def day(self, days: int) -> date:
        """The date so many days after the load."""
        return local(self.loaded_at).date() + timedelta(days=days)

    def working_day(self, days: int) -> date:
        """That date, or the next on which a Swedish office works."""
        day = self.day(days)
        while not is_working_day(day):
            day += timedelta(days=1)
        return day

    def answer(self, days: int, clock: str, after: datetime) -> datetime:
        """When an office answered: that day, or the working day before it; the next one if that's not `after`."""
        at = self.moment(days, clock)
        for step in (*range(0, -6, -1), *range(1, 8)):
            found = self.moment(days + step, clock)
            if after < found < self.loaded_at and is_working_day(local(found).date()):
                return found
        return at

    def moment(self, days: int, clock: str = "00:00") -> datetime:
        """That day at a clock time, never in the future when the day is not."""
        at = datetime.combine(self.day(days), time.fromisoformat(clock), STOCKHOLM)
        return min(at, self.loaded_at - timedelta(minutes=1)) if days <= 0 else at


def demand_files() -> None:
    """Raise NotFound when geodata/ is missing, as in an installation without it."""
    if not DISTRICTS.is_file():
        raise NotFound(N_("Demokommunens filer saknas: mappen %(folder)s finns inte."), folder=str(FOLDER))


def list_dialogues() -> list[dict[str, Any]]:
    """The dialogues as demo/dialogues.json has them."""
    found: list[dict[str, Any]] = _read(FOLDER / "demo" / "dialogues.json")["dialogues"]
    return found


def list_contributions(slug: str) -> list[dict[str, Any]]:
    """A dialogue's contributions, oldest first; none when it has no file."""
    path = FOLDER / "demo" / f"contributions_{slug}.json"
    found: list[dict[str, Any]] = _read(path)["contributions"] if path.is_file() else []
    return found


def list_walks() -> list[dict[str, Any]]:
    """The safety walks as demo/walks.json has them."""
    found: list[dict[str, Any]] = _read(FOLDER / "demo" / "walks.json")["walks"]
    return found


def list_plans() -> list[dict[str, Any]]:
    """The plan consultations as demo/plans.json has them."""
    found: list[dict[str, Any]] = _read(FOLDER / "demo" / "plans.json")["plans"]
    return found


def list_parties() -> list[dict[str, Any]]:
    """Who is responsible for what the walks found: `name`, `owner_type`, `email`."""
    found: list[dict[str, Any]] = _read(FOLDER / "demo" / "walks.json")["parties"]
    return found


def area(key: str) -> BaseGeometry:
    """The area of that key (municipality, coast, park), EPSG:3006."""
    features = _read(FOLDER / "demo" / "areas.geojson")["features"]
    shape = next(one["geometry"] for one in features if one["properties"]["key"] == key)
    return geometry.to_store(shapely.from_geojson(json.dumps(shape)))


def shapes(rows: list[dict[str, Any]]) -> Iterator[BaseGeometry]:
    """The geometry of each contribution, EPSG:3006."""
    for row in rows:
        yield geometry.to_store(shapely.from_geojson(json.dumps(row["geometry"])))


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
