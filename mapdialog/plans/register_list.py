"""Reads of a plan's register of parties: those asked for, by group, and what one has written and been sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, case, exists, func, or_, select
from sqlalchemy.orm import Session

from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.plans.consenting import APPROVED, is_consulted
from mapdialog.plans.labels import GROUP_ORDER
from mapdialog.plans.models import Plan
from mapdialog.plans.party_merging import has_twin
from mapdialog.plans.party_models import PlanDispatch, PlanParty, PlanRecipient
from mapdialog.plans.statement_models import PlanStatement

ON_A_PAGE = 100
FLAGS: dict[str, str] = {
    "unreachable": N_("Utan adress"),
    "wrote": N_("Har lämnat yttrande"),
    "silent": N_("Har inte lämnat yttrande"),
    "unapproved": N_("Har inte godkänt förslaget"),
    "twins": N_("Kan vara samma som en annan"),
    "protected": N_("Skyddade personuppgifter"),
}
_STATEMENT = PlanStatement.__table__.c
_WROTE = exists().where(_STATEMENT.party_id == PlanParty.id)


@dataclass(frozen=True)
class Wanted:
    """Which parties are asked for. `protected` tells whether whoever asks may see that protected ones exist by row."""

    group: str = ""
    notify: str = ""
    flag: str = ""
    q: str = ""
    protected: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Whether less than everything is asked for."""
        return bool(self.group or self.notify or self.flag or self.q)


@dataclass(frozen=True)
class Listed:
    """A party in the list, with how many statements it has given."""

    party: PlanParty
    statements: int


def list_parties(session: Session, plan: Plan, wanted: Wanted, *, page: int = 1, size: int = ON_A_PAGE) -> list[Listed]:
    """One page (from 1), by group in the law's order, then name."""
    written = select(func.count()).where(_STATEMENT.party_id == PlanParty.id).scalar_subquery()
    name = func.lower(func.coalesce(func.nullif(PlanParty.organisation, ""), PlanParty.name))
    order = case(GROUP_ORDER, value=PlanParty.party_group, else_=len(GROUP_ORDER))
    query = (
        select(PlanParty, written).where(*_conditions(plan, wanted)).order_by(order, name, PlanParty.name, PlanParty.id)
    )
    rows = session.execute(query.limit(size).offset((page - 1) * size))
    return [Listed(row[0], row[1]) for row in rows]


def count_parties(session: Session, plan: Plan, wanted: Wanted) -> dict[str, int]:
    """How many in each group, of what is asked for."""
    query = select(PlanParty.party_group, func.count()).where(*_conditions(plan, wanted))
    return {row[0]: row[1] for row in session.execute(query.group_by(PlanParty.party_group))}


def count_hidden(session: Session, plan: Plan) -> int:
    """How many have protected identities: their number is told to everybody who may read the register."""
    query = select(func.count()).where(
        PlanParty.plan_id == plan.id, PlanParty.is_protected, PlanParty.merged_into_id.is_(None)
    )
    return session.scalar(query) or 0


def get_party(session: Session, plan: Plan, number: int) -> PlanParty:
    """The plan's party of that number, or NotFound."""
    query = select(PlanParty).where(PlanParty.plan_id == plan.id, PlanParty.number == number)
    found = session.scalar(query) if number < 2**31 else None
    if found is None:
        raise NotFound(N_("Numret finns inte i planens register."))
    return found


def statements_of(session: Session, party: PlanParty) -> Sequence[PlanStatement]:
    """What the party has written, the first first."""
    query = select(PlanStatement).where(PlanStatement.party_id == party.id).order_by(PlanStatement.number)
    return session.scalars(query).all()


def sent_to(session: Session, party: PlanParty) -> Sequence[Row[PlanRecipient, PlanDispatch]]:
    """What was sent to the party and to those merged into it, the latest first: only lists that were used."""
    own = or_(PlanParty.id == party.id, PlanParty.merged_into_id == party.id)
    query = (
        select(PlanRecipient, PlanDispatch)
        .join(PlanDispatch, PlanDispatch.id == PlanRecipient.dispatch_id)
        .join(PlanParty, PlanParty.id == PlanRecipient.party_id)
        .where(own, PlanDispatch.frozen_at.is_not(None))
    )
    return session.execute(query.order_by(PlanDispatch.frozen_at.desc(), PlanDispatch.id.desc())).all()


def called(party: PlanParty) -> str:
    """What a party is called at the desk: the organisation and who is there, or the person."""
    return ", ".join(part for part in (party.organisation, party.name) if part)


def _conditions(plan: Plan, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [PlanParty.plan_id == plan.id, PlanParty.merged_into_id.is_(None)]
    # A search, or a filter by what somebody did, would tell of them: those who are protected are never found by it.
    if not wanted.protected or wanted.q or wanted.flag not in ("", "protected"):
        found.append(PlanParty.is_protected.is_(False))
    if wanted.group:
        found.append(PlanParty.party_group == wanted.group)
    if wanted.notify:
        found.append(PlanParty.notify_by == wanted.notify)
    if wanted.flag:
        found.append(_flagged(wanted.flag))
    if wanted.q:
        found.append(_says(wanted.q))
    return found


def _flagged(flag: str) -> ColumnElement[bool]:
    conditions: dict[str, ColumnElement[bool]] = {
        "unreachable": (PlanParty.street == "") & (PlanParty.email == ""),
        "wrote": _WROTE,
        "silent": ~_WROTE,
        "unapproved": is_consulted() & (PlanParty.consent != APPROVED),
        "twins": has_twin(),
        "protected": PlanParty.is_protected.is_(True),
    }
    return conditions[flag]


def _says(words: str) -> ColumnElement[bool]:
    columns = (
        PlanParty.name,
        PlanParty.organisation,
        PlanParty.property_designation,
        PlanParty.street,
        PlanParty.postal_code,
        PlanParty.city,
        PlanParty.email,
        PlanParty.note,
    )
    found: list[ColumnElement[bool]] = [column.icontains(words, autoescape=True) for column in columns]
    number = words.removeprefix("#")
    if number.isascii() and number.isdecimal() and len(number) < 8:
        found.append(PlanParty.number == int(number))
    return or_(*found)
