"""What came in to plans between two days, for the registrar: a line a statement, as a page and as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.contributions.models import Contribution
from mapdialog.core.clock import end_of_day, local, start_of_day
from mapdialog.core.text import N_
from mapdialog.core.wording import Translate
from mapdialog.geo import spreadsheet, tables
from mapdialog.geo.tables import Field
from mapdialog.plans import labels
from mapdialog.plans.models import Plan
from mapdialog.plans.statement_models import PlanStatement, PlanStatementFile
from mapdialog.plans.statement_words import sender_words
from mapdialog.reports.file_kinds import kinds

KINDS = kinds("csv", "xlsx")
_S, _C = PlanStatement.__table__.c, Contribution.__table__.c
_WIDTHS = {"received_at": 18, "registered_at": 18, "channel": 16, "sender": 34, "what": 44, "plan": 34}
FIELDS: tuple[Field, ...] = (
    Field("dnr", title=N_("Diarienummer")),
    Field("number", "integer", N_("Nr")),
    Field("received_at", "text", N_("Inkom")),
    Field("registered_at", "text", N_("Registrerat")),
    Field("channel", title=N_("Sätt")),
    Field("sender", title=N_("Från")),
    Field("what", title=N_("Vad")),
    Field("plan", title=N_("Plan")),
    Field("receipt", title=N_("Kvitto")),
    Field("attachments", "integer", N_("Bilagor")),
)


@dataclass(frozen=True)
class Wanted:
    """Which days (both whole, Stockholm), of one plan or of all, and whether protected identities are shown.

    The days are those on which it was registered, as the registrar goes through them, or with `by_received` came in.
    """

    first: date
    last: date
    plan_id: int | None = None
    with_protected: bool = False
    by_received: bool = False

    @property
    def moment(self) -> Any:
        """The column that the days are days of."""
        return _C.received_at if self.by_received else _S.registered_at


@dataclass(frozen=True)
class Incoming:
    """One statement as the register has it. Personal data: `sender` goes to nobody but who may register statements."""

    plan_slug: str
    dnr: str
    number: int
    received_at: str
    registered_at: str
    channel: str
    sender: str
    what: str
    plan: str
    receipt: str
    attachments: int
    is_late: bool
    is_registered: bool


def list_incoming(session: Session, wanted: Wanted, say: Translate) -> Iterator[Incoming]:
    """What came in, the first first. Those with protected identities are left out unless asked for."""
    for row in session.execute(_query(wanted).execution_options(yield_per=500)):
        yield Incoming(
            plan_slug=row.slug,
            dnr=row.registry_no or row.registry_number,
            number=row.number,
            received_at=f"{local(row.received_at):%Y-%m-%d %H:%M}",
            registered_at=f"{local(row.registered_at):%Y-%m-%d %H:%M}",
            channel=say(labels.CHANNELS[row.received_by]),
            sender=row.organisation
            or sender_words(name=row.contact_name, organisation="", email=row.contact_email, address=row.postal_address)
            or say(N_("Anonym")),
            what=_what(row, say),
            plan=row.name,
            receipt=row.receipt,
            attachments=row.attachments,
            is_late=row.in_time is False,
            is_registered=bool(row.registry_no),
        )


def count_protected(session: Session, wanted: Wanted) -> int:
    """How many of them are left out because of a protected identity."""
    if wanted.with_protected:
        return 0
    everybody = replace(wanted, with_protected=True)
    query = select(func.count()).select_from(PlanStatement.__table__).join(Contribution.__table__, _C.id == _S.id)
    return session.scalar(query.where(*_conditions(everybody), _S.is_protected)) or 0


def write_incoming(rows: Iterator[Incoming], kind: str, path: Path, say: Translate) -> None:
    """The same as csv or xlsx."""
    fields = [Field(one.name, one.kind, say(one.title or one.name)) for one in FIELDS]
    values = (tuple(getattr(row, one.name) for one in FIELDS) for row in rows)
    reader = tables.rows_reader(values, fields, geometry=False)
    if kind == "xlsx":
        sheet, wrapped = say(N_("Inkommet")), frozenset({"what", "sender"})
        spreadsheet.write_xlsx(path, reader, fields, sheet=sheet, widths=_WIDTHS, wrapped=wrapped)
        return
    with path.open("wb") as sink:
        sink.writelines(spreadsheet.csv_stream(reader, fields))


def _query(wanted: Wanted) -> Any:
    attached = select(func.count()).where(PlanStatementFile.statement_id == _S.id).scalar_subquery()
    columns: Sequence[Any] = (
        *(Plan.slug, Plan.registry_number, Plan.name, _S.number, _S.registry_no, _S.received_by, _S.organisation),
        *(_S.subject, _S.in_time, _S.written, _S.registered_at, _C.received_at, _C.receipt),
        *(_C.contact_name, _C.contact_email, _S.postal_address),
        attached.label("attachments"),
    )
    return (
        select(*columns)
        .join_from(PlanStatement.__table__, Contribution.__table__, _C.id == _S.id)
        .join(Plan, Plan.id == _S.plan_id)
        .where(*_conditions(wanted))
        .order_by(wanted.moment, _S.id)
    )


def _conditions(wanted: Wanted) -> list[Any]:
    found = [wanted.moment >= start_of_day(wanted.first), wanted.moment < end_of_day(wanted.last)]
    if wanted.plan_id is not None:
        found.append(_S.plan_id == wanted.plan_id)
    if not wanted.with_protected:
        found.append(_S.is_protected.is_(False))
    return found


def _what(row: Any, say: Translate) -> str:
    """What it is about, as the register wants it: the subject of a letter, else that it is a statement in the plan."""
    words = row.subject or say(N_("Yttrande över %(plan)s"), plan=row.name)
    return words if row.written else f"{words} ({say(N_('muntligt')).lower()})"
