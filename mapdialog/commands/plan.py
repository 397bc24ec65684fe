"""`mapdialog plan`: what planners do with plan consultations from a terminal; each command in a module of its own."""

import click

from mapdialog.commands.plan_imports import import_eml, import_statements
from mapdialog.commands.plan_papers import export, report
from mapdialog.commands.plan_parties import import_parties


@click.group()
def plan() -> None:
    """Import statements and parties of a plan, and write its papers."""


plan.add_command(import_eml)
plan.add_command(import_statements)
plan.add_command(import_parties)
plan.add_command(report)
plan.add_command(export)
