"""The table of inhabitants on the page that reads in districts: kept when it is sent, and its columns chosen there."""

from pathlib import Path
from typing import Any

from flask import request

from mapdialog.contributions.import_uploads import Upload, get_upload, keep_upload
from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.districts import populations
from mapdialog.districts.forms import FieldsForm
from mapdialog.districts.populations import TableFields
from mapdialog.geo.readers import READABLE_TABLES

_COLUMNS = ("table_code", "table_population", "table_year")


def address_after(root: Path, owner: int, asked: dict[str, Any]) -> dict[str, Any] | None:
    """The preview's address where a table was sent or taken away, else None. Raises Invalid for `population_file`."""
    rest = {name: value for name, value in asked.items() if name != "table" and name not in _COLUMNS}
    if "drop_table" in request.form:
        return rest
    sent = request.files.get("population_file")
    if sent is None or not sent.filename:
        return None
    kept = keep_upload(root, owner, sent.filename, sent.save, readable=READABLE_TABLES, field="population_file")
    populations.describe(kept.path)
    return rest | {"table": kept.token}


def offer(root: Path, owner: int, form: FieldsForm) -> Upload | None:
    """The table that goes with the form, its columns offered; None without one. Raises NotFound, Invalid."""
    if not form.table.data:
        return None
    kept = get_upload(root, owner, form.table.data)
    form.offer_table(populations.describe(kept.path))
    return kept


def chosen(table: Upload | None, form: FieldsForm) -> tuple[Path, TableFields] | None:
    """The table and what its columns are; None without one. Raises Invalid while no column of numbers is chosen."""
    if table is None:
        return None
    if not form.table_population.data:
        raise Invalid(N_("Välj vilket av tabellens fält som har antalet invånare."), field="table_population")
    fields = TableFields(form.table_population.data, form.table_code.data or None, form.table_year.data or None)
    return table.path, fields
