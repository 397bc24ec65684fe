"""`mapdialog report districts|heatmap`: what the planner takes home, as one file."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mapdialog.commands.context import open_database

if TYPE_CHECKING:
    from mapdialog.analysis.scope import Scope
    from mapdialog.config import Config
    from mapdialog.dialogues.models import Dialogue
    from mapdialog.reports.heading import Heading
    from mapdialog.reports.looks import Look

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def report() -> None:
    """Write a district report or a heatmap. Only what is published is counted and shown."""


def _shared(formats: list[str]) -> Callable[[Any], Any]:
    """The options both reports have."""
    options = [
        click.option("--dialogue", required=True, metavar="SLUG", help="The dialogue's address."),
        click.option("--format", "kind", type=click.Choice(formats), help="Default: what the file's name ends in."),
        click.option("--since", type=_DAY, metavar="DAY", help="First day, such as 2026-03-01."),
        click.option("--until", type=_DAY, metavar="DAY", help="Last day, included."),
        click.option("--pins", is_flag=True, help="In HTML also the latest 2,000 contributions, to switch on."),
        click.option("--weighted", is_flag=True, help="In the heatmap, support counts: 1 + supporters."),
        click.option(
            "--bandwidth", type=click.FloatRange(1, 50_000), metavar="METRES", help="How far heat is spread out."
        ),
        click.option("--language", type=click.Choice(["sv", "en"]), default="sv", show_default=True),
        click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path)),
    ]

    def decorate(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


@report.command(
    "districts", epilog="Example: mapdialog report districts --dialogue trygg-vag --set regso -o omraden.html"
)
@_shared(["csv", "xlsx", "geojson", "gpkg", "html", "png"])
@click.option("--set", "set_key", metavar="NAME", help="The districts' set; default: the installation's own.")
@click.option(
    "--decimal", type=click.Choice(["point", "comma"]), default="point", show_default=True, help="Decimal mark in CSV."
)
def districts_(dialogue: str, output: Path, kind: str | None, set_key: str | None, **options: Any) -> None:
    """Count a dialogue's contributions per district: as table, map or picture."""
    from mapdialog.dialogues.queries import get_dialogue
    from mapdialog.districts.queries import get_set
    from mapdialog.reports import atomic
    from mapdialog.reports.district_files import KINDS, write_districts
    from mapdialog.reports.district_report import make_report
    from mapdialog.reports.file_kinds import kind_of

    chosen = kind_of(KINDS, output, kind)
    atomic.demand_room(output)
    with open_database() as (config, session):
        found = get_dialogue(session, dialogue)
        scope, heading, look = _about(config, found, options)
        made = make_report(session, heading, scope, get_set(session, set_key))
        write_districts(session, made, chosen, output, look=look)
        click.echo(
            f"{_size(output)}: {made.table.total:,} contributions, {made.table.total - made.table.outside:,} of them "
            f"in {len(made.table.rows)} districts and {made.table.outside:,} outside",
            err=True,
        )


@report.command("heatmap", epilog="Example: mapdialog report heatmap --dialogue trygg-vag -o karta.html")
@_shared(["html", "png", "gpkg"])
def heatmap_(dialogue: str, output: Path, kind: str | None, **options: Any) -> None:
    """Draw where a dialogue's contributions lie thick; the file's size does not grow with their number."""
    from mapdialog.dialogues.queries import get_dialogue
    from mapdialog.reports import atomic
    from mapdialog.reports.file_kinds import kind_of
    from mapdialog.reports.heat_files import KINDS, write_heatmap
    from mapdialog.reports.heat_report import make_heat

    chosen = kind_of(KINDS, output, kind)
    atomic.demand_room(output)
    with open_database() as (config, session):
        found = get_dialogue(session, dialogue)
        scope, heading, look = _about(config, found, options)
        made = make_heat(session, heading, scope, look)
        write_heatmap(session, made, chosen, output, look=look)
        click.echo(
            f"{_size(output)}: {made.cells.total:,} contributions in {len(made.cells):,} cells of "
            f"{made.cells.size_m:g} m",
            err=True,
        )


def _about(config: "Config", found: "Dialogue", options: dict[str, Any]) -> "tuple[Scope, Heading, Look]":
    """What is counted, what the report says of itself, and how it looks."""
    from mapdialog.analysis.scope import Scope
    from mapdialog.reports.heading import make_heading
    from mapdialog.reports.looks import Look

    scope = Scope(found.id, since=_day(options["since"]), until=_day(options["until"]))
    if scope.since and scope.until and scope.since > scope.until:
        raise click.BadParameter("the last day is before the first", param_hint="--until")
    look = Look(
        decimal_comma=options.get("decimal") == "comma",
        pins=options["pins"],
        weighted=options["weighted"],
        bandwidth_m=options["bandwidth"],
        municipality_code=config.municipality_code,
    )
    return scope, make_heading(found, scope, config.municipality, language=options["language"]), look


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _size(path: Path) -> str:
    return f"{path} ({path.stat().st_size / 1e6:.2f} MB)"
