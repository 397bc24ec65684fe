"""`mapdialog walk protocol`: the protocol of a safety walk as one file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from mapdialog.commands.context import open_database

EXAMPLES = """
\b
Examples:
  mapdialog walk protocol trygghetsvandring-i-ostervang -o protokoll.pdf
  mapdialog walk protocol trygghetsvandring-i-ostervang --version internal --format docx -o utkast.docx
"""


@click.group(epilog=EXAMPLES)
def walk() -> None:
    """Write the papers of a safety walk."""


@walk.command(epilog=EXAMPLES)
@click.argument("walk")
@click.option("--format", "kind", type=click.Choice(["pdf", "docx"]), help="Default: what the file's name ends in.")
@click.option(
    "--version",
    type=click.Choice(["public", "internal"]),
    default="public",
    show_default=True,
    help="public: only approved observations, no small groups. internal: everything but names; not to be passed on.",
)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
def protocol(walk: str, kind: str | None, version: str, output: Path) -> None:
    """Write the protocol of WALK, the last part of its address (/walks/WALK), as it stands now.

    The PDF is tagged for screen readers (PDF/UA); the DOCX is for those who go on writing in it.
    """
    from mapdialog.core.clock import now
    from mapdialog.core.files import FileStore
    from mapdialog.reports import atomic, walk_protocols
    from mapdialog.reports.file_kinds import kind_of
    from mapdialog.walks.protocol import Version
    from mapdialog.walks.queries import get_walk

    chosen = kind_of(walk_protocols.KINDS, output, kind)
    atomic.demand_room(output)
    with open_database() as (config, session), working("Writing the protocol"):
        found = get_walk(session, walk)
        files = FileStore(config.files_url)
        made = walk_protocols.make_file(session, found, chosen, Version(version), config=config, files=files, at=now())
        with atomic.writing(output) as path:
            path.write_bytes(made)
    click.echo(f"{output} ({len(made) / 1e6:.2f} MB)", err=True)


@contextmanager
def working(label: str) -> Iterator[None]:
    """Says on standard error that something is being made, with the time it has taken; silent where nobody watches."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        bar.add_task(label, total=None)
        yield
