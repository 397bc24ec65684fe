"""What an import of districts would do, told before anything is written."""

import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core.errors import Invalid
from mapdialog.districts import importing, matching, populations, rules
from mapdialog.districts.importing import Fields, Incoming
from mapdialog.districts.models import District, DistrictSet
from mapdialog.districts.populations import Matched, TableFields
from mapdialog.districts.report import ImportReport
from mapdialog.geo import readers
from mapdialog.geo.problems import GeoProblem

_LIKELY = {
    "code": re.compile(r"^(code|kod|.*kod|.*code|id|.*_id|nyckel|nr|nummer|objekt.*)$", re.IGNORECASE),
    "name": re.compile(r"^(name|namn|.*namn|.*name|ben[äa]mning|beteckning|omr[åa]de)$", re.IGNORECASE),
    "population": re.compile(
        r"^(population|pop|pop_?\d*|bef|befolkning.*|inv|inv[åa]nare.*|folkm[äa]ngd.*|totalt)$", re.I
    ),
}


@dataclass(frozen=True)
class FileFacts:
    """What a file holds: its layers, the chosen layer's fields, number of rows and kind of geometry."""

    layers: tuple[str, ...]
    layer: str
    fields: tuple[str, ...]
    count: int | None
    geometry_type: str | None

    def likely(self, role: str) -> str:
        """The field that most likely is the code, the name or the population; '' when none looks like it."""
        found = [name for name in self.fields if _LIKELY[role].match(name)]
        short = [name for name in found if name.lower() in ("code", "kod", "name", "namn", "population")]
        return next(iter(short or found), "")


@dataclass(frozen=True)
class Preview:
    """The districts as they would be stored, and the report as it would read."""

    districts: list[Incoming]
    report: ImportReport
    people: Matched | None = None

    def fate(self, code: str) -> str:
        """What becomes of one district: added, changed, unchanged."""
        return next((fate for fate in ("added", "changed") if code in getattr(self.report, fate)), "unchanged")

    @property
    def needs_consent(self) -> bool:
        """Would most of the known districts vanish?"""
        known = len(self.report.changed) + len(self.report.unchanged) + len(self.report.removed)
        return rules.is_large_loss(known, len(self.report.removed))


def describe(path: Path, layer: str | None = None) -> FileFacts:
    """A file's layers and fields. Raises Invalid for field `file` when it can't be read or has no such layer."""
    try:
        with readers.open_source(path) as source:
            names = tuple(one.name for one in source.layers)
            chosen = source.layer(layer if layer in names else None)
    except GeoProblem as problem:
        raise Invalid(problem.message, field="file", **problem.params) from None
    return FileFacts(names, chosen.name, chosen.fields, chosen.count, chosen.geometry_type)


def look(
    session: Session,
    path: Path,
    fields: Fields,
    *,
    district_set: DistrictSet | None,
    local_zone: int | None = None,
    people: tuple[Path, TableFields] | None = None,
) -> Preview:
    """Read a file as an import would, and compare it with the set it is meant for; nothing is written.

    `people` is a table of inhabitants and what its columns are.

    Raises Invalid with the field that does not fit the file.
    """
    incoming, report = importing.read_districts(path, fields, local_zone=local_zone)
    matched = populations.add_populations(incoming, *people) if people else None
    report.without_population = sum(one.population is None for one in incoming)
    known: dict[str, District] = {}
    if district_set is not None:
        report.set_key = district_set.key
        rows = session.scalars(select(District).where(District.district_set_id == district_set.id))
        known = {one.code: one for one in rows}
    matching.compare(known, incoming, report)
    return Preview(incoming, report, matched)
