"""`mapdialog doctor`: looks at every part this installation leans on and says what to do about what is wrong."""

import sys

import click

from mapdialog.commands import examining
from mapdialog.commands.examining import BAD, GOOD, WARNING, Finding
from mapdialog.config import Config, ConfigError, load_config

SIGNS = {GOOD: ("good", "green"), WARNING: ("look", "yellow"), BAD: ("BAD ", "red")}

EXAMPLES = """
\b
Examples:
  mapdialog doctor
  MAPDIALOG_DATABASE_URL=postgresql://mapdialog@db.example/mapdialog mapdialog doctor
"""


@click.command(epilog=EXAMPLES)
def doctor() -> None:
    """Check settings, database, PostGIS, migrations, coordinates, files, mail, clock, map layers, papers and worker.

    Exit code 1 when something that must work does not. What only deserves a look does not fail.
    """
    try:
        config = load_config()
    except ConfigError as error:
        for problem in error.problems:
            _show(Finding("settings", BAD, problem, "see docs/configuration.md"))
        sys.exit(1)
    _show(Finding("settings", GOOD, f"data folder {config.data_dir}"))
    findings = list(_examine(config))
    if any(finding.level == BAD for finding in findings):
        click.echo("\nSomething that must work does not; see the lines marked BAD.")
        sys.exit(1)
    click.echo("\nAll that must work does.")


def _examine(config: Config) -> list[Finding]:
    """Run every examination, showing each finding as it comes."""
    findings: list[Finding] = []
    for examination in examining.ALL:
        for finding in examining.safely(examination, config):
            _show(finding)
            findings.append(finding)
    return findings


def _show(finding: Finding) -> None:
    word, color = SIGNS[finding.level]
    click.echo(f"{click.style(word, fg=color)}  {finding.part:<14} {finding.words}")
    if finding.remedy:
        click.echo(f"      {'':<14} → {finding.remedy}")
