"""`mapdialog plan import-eml` and `import-statements`: what a plan received, from saved e-mails or a table."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapdialog.commands.context import open_database, reading_bar
from mapdialog.core.text import N_

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from mapdialog.config import Config
    from mapdialog.plans.registering import Door
    from mapdialog.plans.statement_importing import Taken

AT_ONCE = 50
# The options of `import-statements`: the role of a column, and what its help says.
COLUMNS = (
    ("name", "Column with the sender's name."),
    ("organisation", "Column with an authority, association or company."),
    ("email", "Column with the e-mail address."),
    ("address", "Column with the postal address."),
    ("property", "Column with the property designation."),
    ("received", "Column with the day (and time) it came in; without a zone it is Stockholm's clock."),
    ("channel", "Column with how it came in: brev, e-post, telefon, möte …"),
    ("subject", "Column with the subject."),
    ("registry_no", "Column with the registry number."),
    ("group", "Column with the sender's group: sakägare, boende, myndighet …; without it they are of the public."),
    ("place", "Column with a place name or two coordinates."),
    ("protected", "Column that marks protected identities (all but empty and no is yes); else known by its heading."),
)
_CHANNELS = ("letter", "email", "counter", "phone", "meeting", "social_media")


@click.command("import-eml", epilog="Example: mapdialog plan import-eml detaljplan-for-ovre ~/yttranden")
@click.argument("plan")
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def import_eml(plan: str, folder: Path, *, dry_run: bool) -> None:
    """Register every .eml file in FOLDER (or a zip of them) as a statement of PLAN, with its attachments.

    PLAN is the last part of its address (/plans/PLAN). The same letter again adds nothing, so it is safe to repeat.
    """
    from mapdialog.plans.letter_import import count_letters, take_letters
    from mapdialog.plans.queries import get_plan

    with open_database() as (config, session):
        found = get_plan(session, plan)
        taken = take_letters(session, found, folder, _door(config), dry=dry_run)
        _work_through(session, taken, count_letters(folder), dry=dry_run)


def import_options(command: Callable[..., None]) -> Callable[..., None]:
    """The option of each column."""
    for name, words in reversed(COLUMNS):
        command = click.option(f"--{name.replace('_', '-')}", default="", metavar="FIELD", help=words)(command)
    return command


@click.command(
    "import-statements",
    epilog="Example: mapdialog plan import-statements detaljplan-for-ovre inkommet.xlsx --text Yttrande --name Namn "
    "--received Inkom",
)
@click.argument("plan")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--text", required=True, metavar="FIELD", help="Column with the words.")
@import_options
@click.option(
    "--default-channel",
    type=click.Choice(_CHANNELS),
    default="letter",
    show_default=True,
    help="How it came in, where the table does not say.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def import_statements(plan: str, file: Path, *, dry_run: bool, **columns: str) -> None:
    """Register every row of FILE (XLSX, CSV) as a statement of PLAN; the same file again adds nothing.

    PLAN is the last part of its address (/plans/PLAN).
    """
    from mapdialog.places.typed import Where
    from mapdialog.plans.queries import get_plan
    from mapdialog.plans.table_import import Columns, TableTaker, describe

    with open_database() as (config, session):
        found = get_plan(session, plan)
        where = Where(config.local_crs, None)
        columns["protected"] = columns["protected"] or describe(file).suggested["protected"]
        taker = TableTaker(session, found, Columns(meanings={}, **columns), _door(config), where, dry=dry_run)
        _work_through(session, taker.take_rows(file), None, dry=dry_run)


def _door(config: "Config") -> "Door":
    from mapdialog.core.clock import now
    from mapdialog.core.files import FileStore
    from mapdialog.plans.registering import Door

    return Door(config, FileStore(config.files_url), now(), None)


def _work_through(session: "Session", taken: "Iterator[Taken]", total: int | None, *, dry: bool) -> None:
    """Commit some at a time; say the sum, and for each that was refused or left something out, why."""
    from mapdialog.commands.main import language
    from mapdialog.core.wording import translator
    from mapdialog.plans.statement_importing import ALREADY, NEW, REFUSED

    translate, counts = translator(language()), {NEW: 0, ALREADY: 0, REFUSED: 0}
    with reading_bar() as bar:
        task = bar.add_task("Reading", total=total)
        for number, one in enumerate(taken, 1):
            counts[one.status] += 1
            reasons = [translate(one.error.message, **one.error.params)] if one.error else []
            reasons += [translate(note) for note in one.notes]
            for left in one.left_out:
                why = translate(left.message, **left.params)
                reasons.append(translate(N_("En bilaga är inte utläst men finns kvar i brevet. %(why)s"), why=why))
            if reasons:
                click.echo(f"{one.label}: {' '.join(reasons)}", err=True)
            if number % AT_ONCE == 0 and not dry:
                session.commit()
            bar.update(task, completed=number)
    verb = "would be registered" if dry else "registered"
    click.echo(f"{counts[NEW]} {verb}, {counts[ALREADY]} there already, {counts[REFUSED]} refused")
    if counts[REFUSED] and not counts[NEW] and not counts[ALREADY]:
        raise click.ClickException("Nothing could be registered.")
