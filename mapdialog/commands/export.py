"""`mapdialog export`: a dialogue's contributions, or what safety walks found and led to, as one file."""

from datetime import datetime
from pathlib import Path

import click

from mapdialog.commands.context import open_database
from mapdialog.commands.contributions import epsg_code

_STATES = ("approved", "pending", "hidden", "withdrawn", "all")


@click.group()
def export() -> None:
    """Write contributions or safety walks to a file."""


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


@export.command(
    "walks",
    epilog="Examples: mapdialog export walks --year 2026 -o vandringar.gpkg\n\n"
    "mapdialog export walks --since 2026-11-16 --what actions -o veckans-atgarder.csv",
)
@click.option("--walk", metavar="SLUG", help="One walk's address; all walks without it.")
@click.option("--year", type=click.IntRange(1900, 2200), help="Only walks held in that year.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what came on that day or later.")
@click.option(
    "--what",
    type=click.Choice(["observations", "actions", "squares"]),
    default="observations",
    show_default=True,
    help="A GeoPackage holds both of the first. Squares of 250 m are to be shared: fewer than five are not counted.",
)
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["csv", "xlsx", "geojson", "gpkg"]),
    help="Default: what the file's name ends in.",
)
@click.option("--crs", metavar="EPSG", help="Coordinate system; default 3006, for GeoJSON always 4326.")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
def walks_(
    output: Path,
    *,
    walk: str | None,
    year: int | None,
    since: datetime | None,
    what: str,
    file_format: str | None,
    crs: str | None,
) -> None:
    """Write what safety walks found, or what is done about it, to one file; nothing that is hidden, taken back or
    merged into another."""
    from typing import cast

    from mapdialog.core import audit
    from mapdialog.core.clock import STOCKHOLM
    from mapdialog.core.errors import Invalid
    from mapdialog.core.text import N_
    from mapdialog.geo.crs import WGS84, name_of
    from mapdialog.geo.problems import GeoProblem
    from mapdialog.reports import atomic
    from mapdialog.reports.file_kinds import kind_of
    from mapdialog.reports.walk_files import EVERY_WALK, KINDS, write_walks
    from mapdialog.reports.walk_rows import WalkContent, What
    from mapdialog.walks.queries import get_walk

    kind = kind_of(KINDS, output, file_format)
    epsg = epsg_code(crs) or KINDS[kind].epsg
    if kind == "geojson" and epsg != WGS84:
        raise Invalid(N_("GeoJSON är alltid i WGS 84. Välj GeoPackage för ett annat system."), field="crs")
    try:
        system = name_of(epsg)
    except GeoProblem as problem:
        raise Invalid(problem.message, field="crs", **problem.params) from None
    atomic.demand_room(output)
    with open_database() as (_, session):
        found = get_walk(session, walk) if walk else None
        came = since.replace(tzinfo=STOCKHOLM) if since else None
        content = WalkContent(cast(What, what), found.id if found else None, year, came, epsg)
        write_walks(session, content, kind, output, decimal_comma=False)
        audit.record(session, None, "export_walks", found or EVERY_WALK, format=kind, what=what)
        click.echo(f"{output}: {output.stat().st_size / 1e6:.1f} MB, {system}", err=True)
