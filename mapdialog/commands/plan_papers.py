"""`mapdialog plan report` and `plan export`: a plan's statutory reports, and the whole plan for the archive."""

from dataclasses import replace
from pathlib import Path

import click

from mapdialog.commands.context import open_database
from mapdialog.commands.walk import working

EXAMPLES = """
\b
Examples:
  mapdialog plan report kvarteret-ovre-hamnen --kind samradsredogorelse --version web -o redogorelse.pdf
  mapdialog plan report kvarteret-ovre-hamnen --kind granskningsutlatande --template mall.docx -o utlatande.docx
  mapdialog plan report kvarteret-ovre-hamnen --kind granskningsutlatande --phase second-review -o utlatande2.docx
  mapdialog plan export kvarteret-ovre-hamnen -o plan.zip
"""
KINDS = ("samradsredogorelse", "granskningsutlatande", "sarskilt_utlatande")


@click.command(epilog=EXAMPLES)
@click.argument("plan")
@click.option("--kind", "report_kind", type=click.Choice(KINDS), required=True, help="Which report.")
@click.option(
    "--version",
    type=click.Choice(["full", "web"]),
    default="full",
    show_default=True,
    help="full: with names; not to be published. web: private persons by number or property.",
)
@click.option("--format", "kind", type=click.Choice(["docx", "pdf"]), help="Default: what the file's name ends in.")
@click.option(
    "--template",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A Word file whose styles, header and footer the DOCX takes on. Default: the one uploaded on the pages of "
    "templates, else the setting's, else our own.",
)
@click.option(
    "--phase",
    default="",
    metavar="PHASE",
    help="consultation, review, second-review and so on; a wrong one is told which there are. "
    "Default: the latest that has been opened.",
)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
def report(
    plan: str, report_kind: str, version: str, *, kind: str | None, template: Path | None, phase: str, output: Path
) -> None:
    """Write a report of PLAN, the last part of its address (/plans/PLAN), as it stands now.

    While something remains to be answered it is marked as a draft, and says what.
    """
    from mapdialog.commands.main import language
    from mapdialog.core.clock import now
    from mapdialog.core.files import FileStore
    from mapdialog.core.wording import translator
    from mapdialog.plans import word_files, word_templates
    from mapdialog.plans.queries import get_plan
    from mapdialog.reports import atomic, plan_reports
    from mapdialog.reports.file_kinds import kind_of
    from mapdialog.reports.plan_report_making import Maker, find_phase, fitting_phases, make_content

    chosen = kind_of(plan_reports.FORMATS, output, kind)
    if template is not None and chosen != "docx":
        raise click.UsageError("--template is for Word files.")
    atomic.demand_room(output)
    with open_database() as (config, session), working("Writing the report"):
        found = get_plan(session, plan)
        of = find_phase(found, report_kind, phase)
        others = [one.key for one in fitting_phases(found, report_kind) if one is not of]
        maker = Maker(found, of, report_kind, version, config.municipality, config.municipality_code)
        content = make_content(session, maker, at=now())
        content = replace(content, is_draft=bool(content.questions))
        own = word_files.read(template) if template else None
        if own is None and chosen == "docx":
            own = word_templates.for_report(session, FileStore(config.files_url), config)
        with atomic.writing(output) as path:
            plan_reports.make_file(content, chosen, path, config, template=own)
    total = content.totals
    about = f"{output.stat().st_size / 1e6:.2f} MB, {total.statements} statements, {total.points} points"
    click.echo(f"{output} ({about})", err=True)
    told = f"It is about the phase {of.key}, {of.starts_on} to {of.ends_on}."
    click.echo(f"{told} For another: --phase {' or '.join(others)}." if others else told, err=True)
    say = translator(language())
    for one in content.questions[:20]:
        click.echo(f"Before it can be finished: {one.where}: {one.text(say)}", err=True)
    if len(content.questions) > 20:
        click.echo(f"… and {len(content.questions) - 20} more.", err=True)


@click.command(epilog=EXAMPLES)
@click.argument("plan")
@click.option("--include-protected", is_flag=True, help="Also statements of protected identities; this is logged.")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
def export(plan: str, output: Path, *, include_protected: bool) -> None:
    """Write everything about PLAN for the archive: a zip in the shape of E-ARK CSIP, with checksums.

    It holds names and addresses of those who wrote: keep it where such things are kept.
    """
    from mapdialog.core.clock import now
    from mapdialog.core.files import FileStore
    from mapdialog.plans.queries import get_plan
    from mapdialog.reports import atomic
    from mapdialog.reports.plan_package import write_package

    atomic.demand_room(output)
    with open_database() as (config, session), working("Writing the package"):
        with atomic.writing(output) as path:
            count = write_package(
                session,
                get_plan(session, plan),
                path,
                FileStore(config.files_url),
                municipality=config.municipality,
                at=now(),
                with_protected=include_protected,
            )
        session.commit()
    click.echo(f"{output} ({output.stat().st_size / 1e6:.2f} MB, {count} files)", err=True)
