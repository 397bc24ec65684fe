"""The list of a sending as a workbook, for the municipality's own print service; the protected only by number."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from mapdialog.core.text import N_
from mapdialog.geo.spreadsheet import write_xlsx
from mapdialog.geo.tables import Field, schema
from mapdialog.plans.dispatching import protected_name
from mapdialog.plans.party_models import PlanRecipient
from mapdialog.plans.register import NOTIFY_BY

FIELDS = (
    Field("number", "integer", N_("Nr")),
    Field("name", "text", N_("Namn")),
    Field("street", "text", N_("Adress")),
    Field("place", "text", N_("Postnummer och ort")),
    Field("email", "text", N_("E-post")),
    Field("channel", "text", N_("Meddelas genom")),
    Field("reason", "text", N_("Varför")),
    Field("sent_on", "date", N_("Skickat")),
    Field("proof", "text", N_("Bevis")),
)
_WIDTHS = {"name": 34, "street": 30, "place": 24, "email": 30, "reason": 50, "proof": 30}


def write(path: Path, recipients: Sequence[PlanRecipient], translate: Callable[[str], str]) -> None:
    """Write the list as XLSX with headings in the language of `translate`."""
    fields = [Field(one.name, one.kind, translate(one.label)) for one in FIELDS]
    rows = [_row(one, translate) for one in recipients]
    reader = pa.Table.from_pylist(rows, schema=schema(fields, geometry=False)).to_reader()
    write_xlsx(path, reader, fields, sheet=translate(N_("Utskick")), widths=_WIDTHS, wrapped=frozenset({"reason"}))


def shown_name(one: PlanRecipient) -> str:
    """Whom a recipient is shown as: whoever is protected now is so in older lists too."""
    return protected_name(one.party.number) if one.party.is_protected else one.name


def shown_channel(one: PlanRecipient) -> str:
    """How the recipient is written to; 'none' for whoever is protected now. By letter when a mail didn't arrive."""
    if one.party.is_protected:
        return "none"
    return one.channel if one.mail_failed_on is None else "letter" if one.address else "none"


def _row(one: PlanRecipient, translate: Callable[[str], str]) -> dict[str, Any]:
    is_protected = one.party.is_protected
    lines = [] if is_protected else one.address.split("\n")
    return {
        "number": one.party.number,
        "name": shown_name(one),
        "street": ", ".join(lines[:-1]) if len(lines) > 1 else "".join(lines),
        "place": lines[-1] if len(lines) > 1 else "",
        "email": "" if is_protected else one.email,
        "channel": translate(N_("Hanteras särskilt")) if is_protected else translate(NOTIFY_BY[shown_channel(one)]),
        "reason": one.reason,
        "sent_on": one.sent_on,
        "proof": "" if is_protected else one.proof,
    }
