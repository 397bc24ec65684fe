"""`mapdialog districts import|list`: areas that contributions are counted by."""

from pathlib import Path
from typing import Any

import click

from mapdialog.commands.context import open_database, open_session, reading_bar


@click.group()
def districts() -> None:
    """Import districts."""


@districts.command(
    "import",
    epilog="Example: mapdialog districts import regso.gpkg --set regso --title 'RegSO 2025' "
    "--code regsokod --name regsonamn",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--set", "set_key", required=True, metavar="NAME", help="Key of the set, new or known, such as regso.")
@click.option("--title", help="What people call the set; else its key.")
@click.option(
    "--code", "code_field", required=True, metavar="FIELD", help="Field with the code; re-imports match by it."
)
@click.option("--name", "name_field", required=True, metavar="FIELD", help="Field with the name.")
@click.option("--population", "population_field", metavar="FIELD", help="Field with the number of inhabitants.")
@click.option(
    "--population-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Table (XLSX, CSV) with codes and --population, where the map file has none.",
)
@click.option("--population-year", type=int, metavar="YEAR", help="Year of the population; else this year.")
@click.option("--crs", metavar="EPSG", help="Coordinate system, such as 3006; else the file says or it is guessed.")
@click.option("--layer", metavar="L", help="Layer of a file with several.")
@click.option(
    "--display",
    "display_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Map file with the same codes and the shapes to draw (sea clipped off).",
)
@click.option("--replace", is_flag=True, help="Allow that most known districts vanish.")
def import_(file: Path, crs: str | None, **wanted: Any) -> None:
    """Read FILE (GeoPackage, Shapefile or zip of one, GeoJSON …) as a set of districts."""
    from mapdialog.commands.contributions import epsg_code
    from mapdialog.commands.main import language
    from mapdialog.core.wording import translator
    from mapdialog.districts.actions import import_districts
    from mapdialog.migrations import tables  # noqa: F401 - the log of changes refers to accounts

    with open_database() as (config, session), reading_bar() as bar:
        task = bar.add_task("Reading", total=None)
        report = import_districts(
            session,
            file,
            crs=epsg_code(crs),
            local_zone=config.local_crs,
            **wanted,
            progress=lambda read, total: bar.update(task, completed=read, total=total),
        )
    for line in report.lines(translator(language())):
        click.echo(line)


@districts.command("list", epilog="Example: mapdialog districts list")
def list_() -> None:
    """List the sets: key, number of districts, population, title; the default set is marked with *."""
    from mapdialog.districts.queries import list_sets

    with open_session() as session:
        for one in list_sets(session):
            mark = "*" if one.set.is_default else " "
            click.echo(f"{mark} {one.set.key:<20} {one.districts:>6} {one.population or '–':>10}  {one.set.title}")
