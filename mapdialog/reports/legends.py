"""The parts of a legend, the same in web maps and on slides: classes with colours and ranges, and the heat's ramp."""

from dataclasses import dataclass
from typing import Literal

from mapdialog.core.text import N_
from mapdialog.geo.classes import Classes
from mapdialog.reports import figures
from mapdialog.reports.district_report import DistrictReport
from mapdialog.reports.heading import Heading
from mapdialog.reports.heat_report import HeatReport
from mapdialog.reports.ramps import NONE, UNKNOWN, class_colors, heat_stops

Measure = Literal["count", "per_1000"]


@dataclass(frozen=True)
class Entry:
    """One line: a colour, its name, and the values it stands for."""

    color: str
    name: str
    range: str = ""


@dataclass(frozen=True)
class Part:
    """What explains one layer."""

    id: str
    title: str
    entries: tuple[Entry, ...] = ()
    ramp: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    ticks: tuple[str, ...] = ()
    note: str = ""
    round: bool = False


def district_part(report: DistrictReport, measure: Measure) -> Part:
    """Classes of a choropleth from most to least, none and unknown last."""
    heading = report.heading
    classes = report.count_classes if measure == "count" else report.rate_classes
    entries = list(reversed(_class_entries(classes, heading)))
    if classes.has_zero:
        entries.append(Entry(NONE, heading.translate(N_("inga")), "0"))
    if measure == "per_1000" and any(row.per_1000 is None for row in report.table.rows):
        entries.append(Entry(UNKNOWN, heading.translate(N_("folkmängd saknas"))))
    return Part(f"legend-{measure}", measure_title(heading, measure), tuple(entries))


def measure_title(heading: Heading, measure: Measure) -> str:
    """What a choropleth shows, in the reader's language."""
    return heading.translate(N_("Synpunkter per område") if measure == "count" else N_("Synpunkter per 1 000 invånare"))


def _class_entries(classes: Classes, heading: Heading) -> list[Entry]:
    named = zip(class_colors(classes), classes.names, figures.ranges(classes, heading.language), strict=True)
    return [Entry(color, heading.translate(name), span) for color, name, span in named]


def heat_part(report: HeatReport) -> Part:
    """The ramp with the densities at its ends, and how far each contribution was spread out."""
    heading = report.heading
    translate = heading.translate
    if report.heat is None:
        return Part(
            "legend-heat",
            translate(N_("Synpunkternas täthet")),
            note=translate(N_("Det finns inga synpunkter att visa.")),
        )
    found = report.heat.density
    ends = (translate(N_("få")), translate(N_("många")))
    # The ramp runs by the root of the density (see ramps.heat_rgba): its middle is a quarter of the most.
    middle, highest = (figures.density(report.highest * share, heading.language) for share in (0.25, 1.0))
    ticks = ("0", middle, translate(N_("%(highest)s per km²"), highest=highest))
    note = translate(
        N_("Varje synpunkt är utjämnad med en bandbredd på %(metres)s meter."),
        metres=figures.number(round(found.bandwidth_m), heading.language),
    )
    if report.heat.left_out:
        note += " " + translate(
            N_("%(count)s synpunkter ligger långt utanför och syns inte."),
            count=figures.number(report.heat.left_out, heading.language),
        )
    return Part(
        "legend-heat", translate(N_("Synpunkternas täthet")), ramp=heat_stops(), ends=ends, ticks=ticks, note=note
    )
