"""What stands round the map in a report's file: heading and legend above, the table and the sources below."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

from mapdialog.core.text import N_
from mapdialog.core.wording import translator
from mapdialog.reports import figures, legends
from mapdialog.reports.district_report import DistrictReport
from mapdialog.reports.heading import Heading

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@dataclass(frozen=True)
class About:
    """What a report says about itself. `districts` is None for a plain heatmap; `total` counts all contributions."""

    heading: Heading
    districts: DistrictReport | None
    total: int
    attribution: str = ""
    is_weighted: bool = False

    @property
    def facts(self) -> dict[str, str]:
        """How many, from when, and what the map shows."""
        translate, language = self.heading.translate, self.heading.language
        return {
            "count": translate(N_("%(count)s synpunkter"), count=figures.number(self.total, language)),
            "period": self.heading.period,
            "what": self.districts.table.set_title if self.districts else translate(N_("värmekarta")),
        }


def above(about: About, shown: list[legends.Part]) -> str:
    """Heading and legend as HTML."""
    template = _environment(about.heading.language).get_template("reports/map_before.html")
    return template.render(heading=about.heading, facts=about.facts, legends=shown)


def below(about: About) -> str:
    """The table, where there are districts, and the sources as HTML."""
    template = _environment(about.heading.language).get_template("reports/map_after.html")
    return template.render(table=_table(about.districts) if about.districts else None, notes=notes(about))


@lru_cache(maxsize=4)
def _environment(language: str) -> jinja2.Environment:
    made = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)
    made.globals["_"] = translator(language)
    return made


def notes(about: About) -> list[str]:
    """What is left out, and where everything comes from: the same under web maps and on slides."""
    heading, districts = about.heading, about.districts
    translate = heading.translate
    lines = []
    if districts is not None and districts.table.outside:
        count = figures.number(districts.table.outside, heading.language)
        lines.append(translate(N_("%(count)s synpunkter ligger utanför alla områden."), count=count))
    if about.is_weighted:
        lines.append(translate(N_("I värmekartan väger en synpunkt mer ju fler som instämmer.")))
    lines.append(
        translate(
            N_("Källa: synpunkter som är publicerade i dialogen, %(municipality)s, %(made)s."),
            municipality=heading.municipality,
            made=heading.made,
        )
    )
    sources = ", ".join(part for part in ((districts.table.source if districts else ""), about.attribution) if part)
    if sources:
        lines.append(translate(N_("Områden och bakgrund: %(sources)s."), sources=sources))
    lines.append(
        translate(N_("Synpunkterna är ett underlag. De som har svarat är inte ett urval av alla som bor här."))
    )
    return lines


def _table(report: DistrictReport) -> dict[str, Any]:
    heading, table = report.heading, report.table
    translate, language = heading.translate, heading.language
    # Without any population, two columns of dashes would only hide the figures there are.
    people = table.has_population
    head = [
        translate(N_("Kod")),
        translate(N_("Område")),
        *([translate(N_("Invånare"))] if people else []),
        translate(N_("Synpunkter")),
        *([translate(N_("Per 1 000 invånare"))] if people else []),
        *(category.label for category in table.categories),
    ]
    rows = []
    for row in table.rows:
        about = (row.population, row.count, row.per_1000) if people else (row.count,)
        rows.append(
            [row.code, row.name, *(figures.number(one, language) for one in (*about, *row.by_category.values()))]
        )
    return {"head": head, "rows": rows, "caption": table.set_title}
