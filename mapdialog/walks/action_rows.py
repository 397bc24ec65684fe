"""The action board as a file: CSV as Swedish Excel wants it, or a workbook; nothing in it is a formula."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from mapdialog.core.text import N_
from mapdialog.geo.spreadsheet import csv_stream, write_xlsx
from mapdialog.geo.tables import Field, schema
from mapdialog.walks import tending
from mapdialog.walks.findings import WalkAction
from mapdialog.walks.following_up import STATUSES, is_overdue

FIELDS = (
    Field("id", "integer", N_("Nummer")),
    Field("walk", "text", N_("Vandring")),
    Field("title", "text", N_("Åtgärd")),
    Field("where", "text", N_("Var")),
    Field("description", "text", N_("Beskrivning")),
    Field("party", "text", N_("Ansvarig")),
    Field("owner", "text", N_("Slags ansvarig")),
    Field("kind", "text", N_("Slags åtgärd")),
    Field("priority", "text", N_("Prioritet")),
    Field("cost", "text", N_("Kostnad")),
    Field("deadline", "date", N_("Ska vara klar")),
    Field("status", "text", N_("Status")),
    Field("overdue", "text", N_("Försenad")),
    Field("reason", "text", N_("Skäl")),
    Field("done_on", "date", N_("Klart den")),
    Field("case", "text", N_("Ärendenummer hos andra")),
    Field("observations", "text", N_("Iakttagelser")),
)
_WIDTHS = {"title": 44, "description": 50, "reason": 40, "party": 28, "walk": 30, "where": 26, "observations": 22}


def write(path: Path, kind: str, actions: Sequence[WalkAction], today: date, translate: Callable[[str], str]) -> None:
    """Write 'csv' or 'xlsx'; words and headings in the language of `translate`."""
    fields = [Field(one.name, one.kind, translate(one.label)) for one in FIELDS]
    rows = [_row(one, today, translate) for one in actions]
    columns = schema(fields, geometry=False)
    reader = pa.Table.from_pylist(rows, schema=columns).to_reader()
    if kind == "csv":
        with path.open("wb") as sink:
            sink.writelines(csv_stream(reader, fields))
        return
    wrapped = frozenset({"title", "description", "reason"})
    write_xlsx(path, reader, fields, sheet=translate(N_("Åtgärder")), widths=_WIDTHS, wrapped=wrapped)


def _row(one: WalkAction, today: date, translate: Callable[[str], str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "walk": one.walk.title,
        "title": one.title,
        "where": one.where_text,
        "description": one.description,
        "party": one.party.name if one.party else "",
        "owner": translate(tending.OWNERS[one.owner_type]),
        "kind": translate(tending.KINDS[one.kind]),
        "priority": translate(tending.PRIORITIES[one.priority]),
        "cost": translate(tending.COSTS[one.cost_class]) if one.cost_class else "",
        "deadline": one.deadline,
        "status": translate(STATUSES[one.status]),
        "overdue": translate(N_("Ja")) if is_overdue(one.status, one.deadline, today) else "",
        "reason": one.status_reason,
        "done_on": one.done_on,
        "case": one.external_case_no,
        "observations": ", ".join(each.receipt for each in one.observations),
    }
