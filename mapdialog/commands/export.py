"""`mapdialog export contributions`: a dialogue's contributions as one file."""

from pathlib import Path

import click

from mapdialog.commands.context import open_database
from mapdialog.commands.contributions import epsg_code

_STATES = ("approved", "pending", "hidden", "withdrawn", "all")


@click.group()
def export() -> None:
    """Write contributions to a file."""


@export.command(
    "contributions",
    epilog="Example: mapdialog export contributions --dialogue trygg-vag --format gpkg -o synpunkter.gpkg",
)
@click.option("--dialogue", required=True, metavar="SLUG", help="The dialogue's address.")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["csv", "geojson", "gpkg", "xlsx", "shp", "dxf"]),
    help="Default: what the file's name ends in.",
)
@click.option("--crs", metavar="EPSG", help="Coordinate system; default 3006, for GeoJSON 4326.")
@click.option("--set", "set_key", metavar="NAME", help="Add the district of this set to every row.")
@click.option(
    "--state",
    type=click.Choice(_STATES),
    default="approved",
    show_default=True,
    help="Which contributions; all includes hidden ones.",
)
@click.option(
    "--decimal", type=click.Choice(["point", "comma"]), default="point", show_default=True, help="Decimal mark in CSV."
)
@click.option(
    "--delimiter",
    type=click.Choice([";", ",", "|", "\t"]),
    default=";",
    show_default=True,
    help="Between fields in CSV.",
)
@click.option(
    "--personal-data", is_flag=True, help="With names, addresses and the words as first sent. Keep such a file safe."
)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
def contributions_(
    dialogue: str,
    output: Path,
    file_format: str | None,
    *,
    crs: str | None,
    set_key: str | None,
    state: str,
    decimal: str,
    delimiter: str,
    personal_data: bool,
) -> None:
    """Write a dialogue's contributions, approved ones unless told, to one file. Shapefiles come as a zip."""
    from mapdialog.analysis.scope import Scope
    from mapdialog.core import audit
    from mapdialog.dialogues.queries import get_dialogue
    from mapdialog.districts.queries import get_set
    from mapdialog.geo.crs import name_of
    from mapdialog.reports import atomic
    from mapdialog.reports.contribution_rows import Content
    from mapdialog.reports.export_files import KINDS, write_contributions
    from mapdialog.reports.file_kinds import kind_of

    kind = kind_of(KINDS, output, file_format)
    atomic.demand_room(output)
    with open_database() as (_, session):
        found = get_dialogue(session, dialogue)
        content = Content(
            Scope(found.id, states=() if state == "all" else (state,)),
            "personal" if personal_data else "staff",
            epsg_code(crs) or KINDS[kind].epsg,
            get_set(session, set_key) if set_key else None,
        )
        write_contributions(session, content, kind, output, delimiter=delimiter, decimal_comma=decimal == "comma")
        audit.record(
            session, None, "export_contributions", found, format=kind, state=state, personal_data=personal_data
        )
        click.echo(f"{output}: {output.stat().st_size / 1e6:.1f} MB, {name_of(content.epsg)}", err=True)
