"""The planner's map as one file: choropleths, heat and pins to switch between, a legend, and the figures as a table."""

import json
from typing import Any

import folium
import shapely
from sqlalchemy.orm import Session

from mapdialog.basemap.vector import vector_file
from mapdialog.core.text import N_
from mapdialog.core.wording import day_in_words
from mapdialog.geo import features
from mapdialog.geo.bbox import Bounds
from mapdialog.geo.crs import STORE, WGS84, transformer
from mapdialog.reports import figures, folium_map, legends
from mapdialog.reports.district_report import DistrictReport, shaped_rows
from mapdialog.reports.folium_map import Drawn, ReportMap
from mapdialog.reports.heading import Heading
from mapdialog.reports.heat_pictures import web_picture
from mapdialog.reports.heat_report import HeatReport, make_heat
from mapdialog.reports.looks import MAX_PINS, Look
from mapdialog.reports.map_frame import About, above, below
from mapdialog.reports.opening import opening_bounds
from mapdialog.reports.pins import list_pins
from mapdialog.reports.ramps import color_of

_DRAWN_TO_M = 10.0


def districts_page(session: Session, report: DistrictReport, look: Look) -> str:
    """The district report as a page: counts first, rates and heat to switch to, pins where the look wants them."""
    return _page(session, report.heading, look, (report, make_heat(session, report.heading, report.scope, look)))


def heat_page(session: Session, report: HeatReport, look: Look) -> str:
    """The heatmap as a page, on the built-in ground."""
    return _page(session, report.heading, look, (None, report))


def _page(session: Session, heading: Heading, look: Look, reports: tuple[DistrictReport | None, HeatReport]) -> str:
    districts, heat = reports
    translate = heading.translate
    ground = json.loads(vector_file(session, look.municipality_code).body)
    data: dict[str, Any] = {
        "ground": ground,
        "attribution": ground.get("attribution", ""),
        "words": {
            "zoomIn": translate(N_("Zooma in")),
            "zoomOut": translate(N_("Zooma ut")),
            "layers": translate(N_("Välj vad kartan visar")),
        },
        "bounds": _degrees(opening_bounds(session, look.municipality_code, districts, heat)),
    }
    made = ReportMap(tiles=None)
    made.add_child(Drawn("ground", "ground", "ground"))
    shown: dict[str, legends.Part] = {}
    if districts is not None:
        shown |= _add_districts(session, made, data, districts)
    shown |= _add_heat(made, data, heat, show=districts is None)
    if look.pins:
        shown |= _add_pins(session, made, data, (heading, heat))
    made.add_child(folium.LayerControl(collapsed=False))
    made.add_child(folium_map.Legend({name: part.id for name, part in shown.items()}))
    about = About(heading, districts, heat.cells.total, ground.get("attribution", ""), look.weighted)
    parts = {"before": above(about, list(shown.values())), "after": below(about)}
    title = f"{heading.title} – {heading.municipality}"
    return folium_map.page(made, title=title, language=heading.language, data=data, parts=parts)


def _add_districts(
    session: Session, made: ReportMap, data: dict[str, Any], report: DistrictReport
) -> dict[str, legends.Part]:
    data["districts"] = [
        features.feature(features.geometry(shapely.from_wkb(wkb), digits=5), _district(report, row), row.code)
        for row, wkb in shaped_rows(session, report, WGS84, drawn_to_m=_DRAWN_TO_M)
    ]
    measures: list[legends.Measure] = ["count", "per_1000"] if report.table.has_population else ["count"]
    shown = {}
    for measure in measures:
        name = legends.measure_title(report.heading, measure)
        made.add_child(Drawn("districts", measure, name, overlay=False, show=measure == "count"))
        shown[name] = legends.district_part(report, measure)
    translate = report.heading.translate
    made.add_child(Drawn("blank", "", translate(N_("Inga färger")), overlay=False, show=False))
    made.add_child(Drawn("borders", "districts", translate(N_("Områdesgränser")), show=True))
    return shown


def _district(report: DistrictReport, row: Any) -> dict[str, Any]:
    """Its fills, and what its tooltip says, line by line."""
    heading, (counts, rates) = report.heading, (report.count_classes, report.rate_classes)
    translate, language = heading.translate, heading.language
    lines = [
        row.name,
        translate(N_("%(count)s synpunkter"), count=figures.number(row.count, language))
        + f" ({translate(counts.name(row.count) or '')})",
    ]
    if row.per_1000 is not None:
        lines.append(
            translate(N_("%(rate)s per 1 000 invånare"), rate=figures.number(row.per_1000, language))
            + f" ({translate(rates.name(row.per_1000) or '')})"
        )
    most = sorted(report.table.categories, key=lambda one: -row.by_category[one.key])[:3]
    lines += [f"{one.label}: {row.by_category[one.key]}" for one in most if row.by_category[one.key]]
    return {"lines": lines, "fills": {"count": color_of(counts, row.count), "per_1000": color_of(rates, row.per_1000)}}


def _add_heat(made: ReportMap, data: dict[str, Any], report: HeatReport, *, show: bool) -> dict[str, legends.Part]:
    part = legends.heat_part(report)
    if report.heat is None:
        return {}
    url, bounds = web_picture(report.heat)
    data["heat"] = {"url": url, "bounds": bounds, "alt": part.title}
    name = report.heading.translate(N_("Värmekarta"))
    made.add_child(Drawn("heat", "heat", name, show=show))
    return {name: part}


def _add_pins(
    session: Session, made: ReportMap, data: dict[str, Any], about: tuple[Heading, HeatReport]
) -> dict[str, legends.Part]:
    heading, heat = about
    translate = heading.translate
    pins = list_pins(session, heat.scope)
    data["pins"] = [
        [
            pin.lat,
            pin.lon,
            pin.color,
            pin.category,
            pin.text or "",
            f"{day_in_words(pin.submitted_at, heading.language)} · {pin.receipt}",
        ]
        for pin in pins
    ]
    name = translate(N_("Synpunkter"))
    made.add_child(Drawn("pins", "pins", name, show=False))
    seen = dict.fromkeys((pin.category, pin.color) for pin in pins)
    note = ""
    if len(pins) < heat.cells.total:
        note = translate(N_("De senaste %(count)s visas."), count=figures.number(MAX_PINS, heading.language))
    entries = tuple(legends.Entry(color, label) for label, color in seen)
    return {name: legends.Part("legend-pins", name, entries, note=note, round=True)}


def _degrees(bounds: Bounds) -> list[list[float]]:
    west, south, east, north = transformer(STORE, WGS84).transform_bounds(*bounds, densify_pts=5)
    return [[round(south, 6), round(west, 6)], [round(north, 6), round(east, 6)]]
