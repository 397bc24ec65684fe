"""`mapdialog contributions import`: from a table or map file into a dialogue."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from mapdialog.commands.context import open_database

if TYPE_CHECKING:
    from mapdialog.contributions.importing import ImportReport


@click.group()
def contributions() -> None:
    """Import contributions."""


@contributions.command(
    "import",
    epilog="Example: mapdialog contributions import pins.csv --dialogue trygg-vag --x X --y Y "
    "--text COMMENTS --category TYPE --time DATE --rejects rejects.csv",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dialogue", required=True, metavar="SLUG", help="The dialogue's address.")
@click.option("--text", required=True, metavar="FIELD", help="Field with the words.")
@click.option(
    "--category", required=True, metavar="FIELD", help="Field with the category; new values become categories."
)
@click.option("--x", metavar="FIELD", help="East or longitude (tables).")
@click.option("--y", metavar="FIELD", help="North or latitude (tables).")
@click.option("--time", metavar="FIELD", help="When it was said; without a zone it is Stockholm's clock.")
@click.option("--crs", metavar="EPSG", help="Coordinate system, such as 3006; else the file says or it is guessed.")
@click.option("--encoding", help="Such as utf-8 or cp1252; else detected.")
@click.option("--delimiter", help="Such as ';' or '\\t'; else detected.")
@click.option("--layer", help="Layer of a file with several.")
@click.option("--empty-text", default="", metavar="TEXT", help="Words for rows that have none; else they are rejected.")
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV of the rejected rows with the reason for each.",
)
def import_(
    file: Path,
    *,
    dialogue: str,
    rejects: Path | None,
    encoding: str | None,
    delimiter: str | None,
    crs: str | None,
    **fields: str,
) -> None:
    """Read FILE (CSV, GeoPackage, Shapefile, GeoJSON …) into a dialogue; the same file again adds nothing."""
    from mapdialog.commands.main import language
    from mapdialog.contributions.import_mapping import Mapping
    from mapdialog.contributions.importing import import_file
    from mapdialog.core.wording import translator
    from mapdialog.dialogues.queries import get_dialogue

    mapping = Mapping(**fields, crs=epsg_code(crs))
    console, translate = Console(stderr=True), translator(language())
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    with open_database() as (config, session), bar:
        task = bar.add_task("Reading", total=None)
        report = import_file(
            session,
            get_dialogue(session, dialogue),
            file,
            mapping,
            receipt_prefix=config.receipt_prefix,
            local_zone=config.local_crs,
            rejects=rejects,
            encoding=encoding,
            delimiter=delimiter,
            translate=translate,
            progress=lambda read, total: bar.update(task, completed=read, total=total),
        )
    _tell(report, rejects, translate)


def _tell(report: "ImportReport", rejects: Path | None, translate: Callable[[str], str]) -> None:
    for line in report.lines(translate):
        click.echo(line)
    if report.without_text:
        click.echo("Rows without words are read in too with --empty-text 'Only a mark on the map'.", err=True)
    if report.rejected:
        click.echo(
            f"The rejected rows with the reason for each: {rejects}"
            if rejects
            else "Use --rejects FILE to get the rejected rows with the reason for each.",
            err=True,
        )


def epsg_code(value: str | None) -> int | None:
    """'EPSG:3006' or '3006' as 3006; raises a usage error for anything else."""
    if not value:
        return None
    number = value.upper().removeprefix("EPSG:").strip()
    if not number.isdecimal():
        raise click.BadParameter(f"{value!r} is not an EPSG code such as 3006", param_hint="--crs")
    return int(number)
