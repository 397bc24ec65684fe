"""What a district report contains, whatever the format: a dialogue counted per district, as named and typed columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.analysis.counts import DistrictRow, DistrictTable
from mapdialog.analysis.districts import district_table
from mapdialog.analysis.scope import Scope
from mapdialog.core.text import N_
from mapdialog.districts.models import District, DistrictSet
from mapdialog.geo import expressions
from mapdialog.geo.classes import Classes, classify
from mapdialog.geo.crs import STORE
from mapdialog.geo.tables import Field
from mapdialog.reports.heading import Heading


@dataclass(frozen=True)
class DistrictReport:
    """A counted dialogue with its heading; what the writers of each format are given."""

    heading: Heading
    scope: Scope
    district_set: DistrictSet
    table: DistrictTable

    @property
    def count_classes(self) -> Classes:
        """Classes of the counts: the same breaks in map, legend, tooltip and style."""
        return classify([row.count for row in self.table.rows])

    @property
    def rate_classes(self) -> Classes:
        """Classes of the counts per 1,000 inhabitants; none where no population is known."""
        return classify([row.per_1000 for row in self.table.rows])


def make_report(session: Session, heading: Heading, scope: Scope, district_set: DistrictSet) -> DistrictReport:
    """Count the scope per district of the set."""
    return DistrictReport(heading, scope, district_set, district_table(session, scope, district_set))


def fields(table: DistrictTable) -> list[Field]:
    """The columns of every district table: code, name, population, count, per_1000, then one count_<category> each.

    Their names are an interface that others build on, so files carry them and not titles in a language.
    """
    return [
        Field("code"),
        Field("name"),
        Field("population", "integer"),
        Field("count", "integer"),
        Field("per_1000", "number"),
        *(Field(f"count_{category.key}", "integer") for category in table.categories),
    ]


def values(row: DistrictRow) -> list[Any]:
    """A district's values in the order of `fields`."""
    return [row.code, row.name, row.population, row.count, row.per_1000, *row.by_category.values()]


def meanings(table: DistrictTable) -> list[tuple[str, str]]:
    """What each column means: (name, Swedish msgid or the category's own label)."""
    return [
        ("code", N_("Områdets kod")),
        ("name", N_("Områdets namn")),
        ("population", N_("Invånare")),
        ("count", N_("Synpunkter")),
        ("per_1000", N_("Synpunkter per 1 000 invånare")),
        *((f"count_{category.key}", category.label) for category in table.categories),
    ]


def shaped_rows(
    session: Session, report: DistrictReport, epsg: int = STORE, *, drawn_to_m: float | None = None
) -> Iterator[tuple[DistrictRow, bytes]]:
    """Every district with its shape, WKB in `epsg`, in order of code: the borders that counted, for data, or with
    `drawn_to_m` the shape as it is drawn (sea clipped off), simplified by so many metres."""
    shape: Any = District.geom
    if drawn_to_m is not None:
        drawn = func.coalesce(District.display_geom, District.geom, type_=District.geom.type)
        shape = expressions.simplified(drawn, drawn_to_m)
    found = session.execute(
        select(District.id, expressions.as_wkb(expressions.transform(shape, epsg))).where(
            District.district_set_id == report.district_set.id
        )
    )
    shape_of = {identity: bytes(wkb) for identity, wkb in found}
    for row in report.table.rows:
        yield row, shape_of[row.id]
