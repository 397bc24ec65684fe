"""`mapdialog places import`: names that people search for."""

from pathlib import Path
from typing import Any

import click

from mapdialog.commands.context import open_database, reading_bar


@click.group()
def places() -> None:
    """Import place names."""


@places.command("import", epilog="Example: mapdialog places import addresses.csv --name ADRESS --x E --y N --crs 3008")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", required=True, metavar="FIELD", help="Field with the name.")
@click.option("--kind", metavar="FIELD", help="Field with the kind: town, village, street, school, address …")
@click.option("--rank", metavar="FIELD", help="Field with a number: the lower, the earlier it is shown.")
@click.option("--x", metavar="FIELD", help="East or longitude (tables).")
@click.option("--y", metavar="FIELD", help="North or latitude (tables).")
@click.option("--crs", metavar="EPSG", help="Coordinate system, such as 3006; else the file says or it is guessed.")
@click.option("--layer", metavar="L", help="Layer of a file with several.")
@click.option(
    "--label", help="Name of this import, which a later one under the same name replaces; else the file's name."
)
def import_(file: Path, crs: str | None, label: str | None, **fields: Any) -> None:
    """Read FILE (CSV, GeoPackage, GeoJSON …) as place names; the same file again replaces what it gave before."""
    from mapdialog.commands.contributions import epsg_code
    from mapdialog.places.actions import PlaceFields, import_places

    with open_database() as (config, session), reading_bar() as bar:
        task = bar.add_task("Reading", total=None)
        report = import_places(
            session,
            file,
            PlaceFields(**fields, crs=epsg_code(crs)),
            label=label,
            local_zone=config.local_crs,
            progress=lambda read, total: bar.update(task, completed=read, total=total),
        )
    click.echo(f"Coordinate system: {report.crs}")
    click.echo(f"Places: {report.added} added, {report.replaced} replaced, {len(report.skipped)} skipped")
    for row, reason in report.skipped[:20]:
        click.echo(f"Row {row}: {reason}")
