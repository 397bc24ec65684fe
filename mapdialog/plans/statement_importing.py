"""Takes many statements in, one by one: each is whole or not there at all, and the same again adds nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_, clean
from mapdialog.plans.models import Plan
from mapdialog.plans.receiving import TEXT_MAX, NewStatement
from mapdialog.plans.registering import Door, register
from mapdialog.plans.statement_files import CheckedFile
from mapdialog.plans.statement_models import PlanStatement

NEW, ALREADY, REFUSED = "new", "already", "refused"


@dataclass(frozen=True)
class Taken:
    """What became, or would become, of one: `status` is NEW, ALREADY or REFUSED, then with the `error` that says why.

    `label` is the row or the file's name; `number` is the statement's own, None before it has one. Of one with
    protected identity neither sender nor subject is told.
    """

    label: str
    status: str
    number: int | None = None
    error: DomainError | None = None
    sender: str = ""
    subject: str = ""
    received_at: datetime | None = None
    length: int = 0
    files: int = 0
    notes: tuple[str, ...] = ()
    left_out: tuple[DomainError, ...] = ()
    is_protected: bool = False
    group: str = ""


@dataclass(frozen=True)
class Arrived:
    """A statement that is to be taken in, its files, what to know about it, and files that stay in the letter."""

    new: NewStatement
    files: tuple[CheckedFile, ...] = ()
    notes: tuple[str, ...] = ()
    left_out: tuple[DomainError, ...] = ()


def take(session: Session, plan: Plan, label: str, arrived: Arrived, door: Door, *, dry: bool) -> Taken:
    """Register one; with `dry` only look whether it would be. What does not hold is told, never raised."""
    status, number, error, new = NEW, None, None, arrived.new
    try:
        if dry:
            number = _look(session, plan, arrived, door)
            status = ALREADY if number else NEW
        else:
            with session.begin_nested():
                received = register(session, plan, new, arrived.files, door)
            number, status = received.statement.number, NEW if received.is_new else ALREADY
    except DomainError as problem:
        status, error = REFUSED, first_problem(problem)
    return Taken(
        label,
        status,
        number,
        error,
        sender="" if new.is_protected else _called(new),
        subject="" if new.is_protected else new.subject,
        is_protected=new.is_protected,
        group=new.party_group,
        received_at=new.received_at,
        length=len(clean(new.text)),
        files=len(arrived.files),
        notes=arrived.notes,
        left_out=arrived.left_out,
    )


def refused(label: str, error: DomainError) -> Taken:
    """One that could not even be read."""
    return Taken(label, REFUSED, error=first_problem(error))


def first_problem(error: DomainError) -> DomainError:
    """The complaint itself, where the error only says that there are some."""
    fields = error.fields if isinstance(error, Invalid) else {}
    return next(iter(fields.values()), error)


def count(taken: Sequence[Taken]) -> dict[str, int]:
    """How many are new, were there already, and are refused."""
    return {status: sum(one.status == status for one in taken) for status in (NEW, ALREADY, REFUSED)}


def _called(new: NewStatement) -> str:
    return ", ".join(part for part in (new.contact_name, new.organisation) if part) or new.contact_email


def _look(session: Session, plan: Plan, arrived: Arrived, door: Door) -> int | None:
    """The number of the one that is there, or None where it would be new. Raises what the door would."""
    new, words = arrived.new, clean(arrived.new.text)
    known = session.scalar(
        select(PlanStatement.number).where(PlanStatement.client_id == new.client_id, PlanStatement.plan_id == plan.id)
    )
    if known is None and not words and not arrived.files:
        raise Invalid(N_("Det finns varken text eller bilagor."), field="text")
    if len(words) > TEXT_MAX:
        raise Invalid(
            N_("Texten är %(length)s tecken lång. Korta den till högst %(most)s."), length=len(words), most=TEXT_MAX
        )
    if new.received_at is not None and new.received_at > door.at:
        raise Invalid(N_("Yttrandet kan inte ha kommit in i framtiden."), field="received_at")
    return known
