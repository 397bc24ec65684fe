"""The table of inhabitants on the page that reads in districts: its columns offered, and those that were chosen."""

from pathlib import Path
from typing import Any

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.districts import populations
from mapdialog.districts.forms import FieldsForm
from mapdialog.districts.populations import TableFields

_ABOUT_TABLE = {"table", "table_code", "table_population", "table_year"}


def offer(table: Path, form: FieldsForm) -> None:
    """Offer the table's columns in the form. Raises Invalid for `population_file`."""
    form.offer_table(populations.describe(table))


def chosen(table: Path | None, form: FieldsForm) -> tuple[Path, TableFields] | None:
    """The table and what its columns are; None without one. Raises Invalid while no column of numbers is chosen."""
    if table is None:
        return None
    if not form.table_population.data:
        raise Invalid(N_("Välj vilket av tabellens fält som har antalet invånare."), field="table_population")
    return table, TableFields(form.table_population.data, form.table_code.data or None, form.table_year.data or None)


def without_table(asked: dict[str, Any]) -> dict[str, Any]:
    """An address's arguments without those about a table."""
    return {name: value for name, value in asked.items() if name not in _ABOUT_TABLE}
