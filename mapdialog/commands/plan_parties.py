"""`mapdialog plan import-parties`: a plan's property parties and others, from a table."""

from pathlib import Path

import click

from mapdialog.commands.context import open_database

GROUPS = (
    "authority_mandatory",
    "municipal_body",
    "property_party",
    "resident_affected",
    "tenants_organisation",
    "other_interest",
    "public",
)


@click.command(
    "import-parties",
    epilog="Example: mapdialog plan import-parties detaljplan-for-ovre fastighetsforteckning.xlsx --column name=Ägare",
)
@click.argument("plan")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="ROLE=FIELD",
    help="Which column is what, where its name does not tell: name, first_name, last_name, organisation, "
    "property_designation, street, postal_code, city, email, phone, group, protected, note.",
)
@click.option(
    "--group", type=click.Choice(GROUPS), default="property_party", show_default=True, help="Where the table says none."
)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def import_parties(plan: str, file: Path, *, columns: tuple[str, ...], group: str, dry_run: bool) -> None:
    """Take the rows of FILE (XLSX, CSV) into the register of PLAN; the same file again adds nothing.

    PLAN is the last part of its address (/plans/PLAN). No name is printed: rows are told by their number.
    """
    from mapdialog.commands.main import in_words
    from mapdialog.plans import party_import
    from mapdialog.plans.party_import import CHANGED, NEW, REFUSED, SAME, PartyTaker
    from mapdialog.plans.queries import get_plan

    counts = dict.fromkeys((NEW, CHANGED, SAME, REFUSED), 0)
    with open_database() as (_config, session):
        found = get_plan(session, plan)
        chosen = party_import.describe(file).suggested | _chosen(columns)
        for one in PartyTaker(session, found, chosen, group=group, dry=dry_run).take_rows(file):
            counts[one.kind] += 1
            if one.error is not None:
                why = " ".join(line.strip() for line in (in_words(one.error) or "").splitlines())
                click.echo(f"row {one.row}: {why}", err=True)
        if not dry_run:
            session.commit()
    click.echo(
        f"{counts[NEW]} new, {counts[CHANGED]} changed, {counts[SAME]} there already, {counts[REFUSED]} refused"
        + (" (nothing was written)" if dry_run else "")
    )
    if counts[REFUSED] and not sum(counts[kind] for kind in (NEW, CHANGED, SAME)):
        raise click.ClickException("Nothing could be taken in.")


def _chosen(columns: tuple[str, ...]) -> dict[str, str]:
    """'name=Ägare' as role and field."""
    from mapdialog.plans.party_import import ROLE_WORDS

    chosen = {}
    for one in columns:
        role, equals, field = one.partition("=")
        if not equals or role not in ROLE_WORDS:
            raise click.BadParameter(
                f"write ROLE=FIELD with a role among {', '.join(ROLE_WORDS)}", param_hint="--column"
            )
        chosen[role] = field
    return chosen
