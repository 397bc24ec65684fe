"""`mapdialog plan`: what planners do with plan consultations from a terminal; each command in a module of its own."""

import click

from mapdialog.commands.plan_imports import import_eml, import_statements
from mapdialog.commands.plan_papers import export, report


@click.group()
def plan() -> None:
    """Import statements of a plan, and write its papers."""


plan.add_command(import_eml)
plan.add_command(import_statements)
plan.add_command(report)
plan.add_command(export)
