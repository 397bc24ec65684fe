"""Reads of a plan's statements for the desk: those asked for, how many there are, and the ones before and after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.plans.answer_models import PlanPoint
from mapdialog.plans.models import Plan
from mapdialog.plans.statement_models import PlanStatement, PlanStatementFile
from mapdialog.plans.statement_words import sender_words

ON_A_PAGE = 100
TABS = ("all", "unread", "late", "unregistered")
FLAGS = ("oral", "anonymous", "files", "placed", "duplicates", "withdrawn", "unsplit", "protected")
NO_PHASE = 0
# Somebody who left a way to be reached is no more anonymous than one who left a name.
_IS_ANONYMOUS = PlanStatement.party_id.is_(None) & (
    func.concat(
        PlanStatement.contact_name,
        PlanStatement.organisation,
        PlanStatement.contact_email,
        PlanStatement.postal_address,
    )
    == ""
)
_HAS_FILES = exists().where(PlanStatementFile.statement_id == PlanStatement.id)
_HAS_POINTS = exists().where(PlanPoint.statement_id == PlanStatement.id)


@dataclass(frozen=True)
class Wanted:
    """What of a plan's statements is asked for. `tab` is one of TABS, `flag` of FLAGS or ''; `phase_id` NO_PHASE is
    outside every phase, None any. `protected` tells whether whoever asks may see those with protected identities."""

    tab: str = "all"
    phase_id: int | None = None
    channel: str = ""
    group: str = ""
    stance: str = ""
    flag: str = ""
    q: str = ""
    order: str = "new"
    protected: bool = False


def list_statements(
    session: Session, plan: Plan, wanted: Wanted, *, page: int = 1, size: int = ON_A_PAGE
) -> Sequence[PlanStatement]:
    """One page (from 1): the latest number first, or the first received first when `order` is 'old'."""
    order = PlanStatement.number.desc() if wanted.order != "old" else PlanStatement.received_at
    query = (
        select(PlanStatement)
        .where(*_conditions(plan, wanted))
        .options(selectinload(PlanStatement.phase), selectinload(PlanStatement.files))
        .order_by(order, PlanStatement.number)
    )
    return session.scalars(query.limit(size).offset((page - 1) * size)).all()


def count_statements(session: Session, plan: Plan, wanted: Wanted) -> dict[str, int]:
    """How many there are of each tab, with the other wishes kept."""
    found = {}
    for tab in TABS:
        chosen = select(func.count()).select_from(PlanStatement)
        found[tab] = session.scalar(chosen.where(*_conditions(plan, replace(wanted, tab=tab)))) or 0
    return found


def count_hidden(session: Session, plan: Plan) -> int:
    """How many statements have protected identities: their number is told to everybody at the desk."""
    query = select(func.count()).select_from(PlanStatement)
    return session.scalar(query.where(PlanStatement.plan_id == plan.id, PlanStatement.is_protected)) or 0


def get_statement(session: Session, plan: Plan, number: int) -> PlanStatement:
    """The plan's statement of that number, or NotFound."""
    found = None
    if number < 2**31:
        found = session.scalar(
            select(PlanStatement).where(PlanStatement.plan_id == plan.id, PlanStatement.number == number)
        )
    if found is None:
        raise NotFound(N_("Yttrandet finns inte i den här planen."))
    return found


def find_next_unread(session: Session, plan: Plan, after: PlanStatement, *, protected: bool) -> int | None:
    """The number of the unread statement to go on with: the first after this one, else the first of all."""
    conditions = _conditions(plan, Wanted(tab="unread", protected=protected))
    query = select(func.min(PlanStatement.number)).where(*conditions, PlanStatement.id != after.id)
    return session.scalar(query.where(PlanStatement.number > after.number)) or session.scalar(query)


def neighbours(
    session: Session, plan: Plan, statement: PlanStatement, *, protected: bool
) -> tuple[int | None, int | None]:
    """The numbers before and after, None at the ends."""
    conditions = _conditions(plan, Wanted(protected=protected))
    before = select(func.max(PlanStatement.number)).where(*conditions, PlanStatement.number < statement.number)
    after = select(func.min(PlanStatement.number)).where(*conditions, PlanStatement.number > statement.number)
    return session.scalar(before), session.scalar(after)


def list_duplicates(session: Session, statement: PlanStatement) -> Sequence[PlanStatement]:
    """The statements that are the same as this one."""
    query = select(PlanStatement).where(PlanStatement.duplicate_of_id == statement.id)
    return session.scalars(query.order_by(PlanStatement.number)).all()


def list_alike(session: Session, statement: PlanStatement, *, most: int = 10) -> list[tuple[int, bool]]:
    """Numbers of others that may be the same, and whether their words are: else it is the sender who is.

    Those with protected identities are left out, and those that are known as duplicates of each other.
    """
    same_words = PlanStatement.raw_text == statement.raw_text
    same_sender = [PlanStatement.party_id == statement.party_id] if statement.party_id else []
    if statement.contact_email:
        same_sender.append(func.lower(PlanStatement.contact_email) == statement.contact_email.lower())
    known = (PlanStatement.id == statement.duplicate_of_id, PlanStatement.duplicate_of_id == statement.id)
    query = (
        select(PlanStatement.number, same_words.label("same_words"))
        .where(
            PlanStatement.plan_id == statement.plan_id,
            PlanStatement.id != statement.id,
            PlanStatement.is_protected.is_(False),
            or_(same_words, *same_sender),
            *(one.is_not(True) for one in known),
        )
        .order_by(same_words.desc(), PlanStatement.number)
    )
    return [(row.number, row.same_words) for row in session.execute(query.limit(most))]


def count_points(session: Session, statement: PlanStatement) -> int:
    """Into how many points it has been split."""
    return session.scalar(select(func.count()).where(PlanPoint.statement_id == statement.id)) or 0


def _conditions(plan: Plan, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [PlanStatement.plan_id == plan.id]
    # A search among names would tell them: those with protected identities are never found by it.
    if not wanted.protected or wanted.q:
        found.append(PlanStatement.is_protected.is_(False))
    if wanted.tab == "unread":
        found.append(PlanStatement.read_at.is_(None))
    elif wanted.tab == "late":
        found.append(PlanStatement.in_time.is_(False))
    elif wanted.tab == "unregistered":
        found.append(PlanStatement.registry_no == "")
    if wanted.phase_id is not None:
        found.append(
            PlanStatement.phase_id.is_(None)
            if wanted.phase_id == NO_PHASE
            else PlanStatement.phase_id == wanted.phase_id
        )
    for column, value in (
        (PlanStatement.received_by, wanted.channel),
        (PlanStatement.party_group, wanted.group),
        (PlanStatement.stance, wanted.stance),
    ):
        if value:
            found.append(column == value)
    if wanted.flag:
        found.append(_flagged(wanted.flag))
    if wanted.q:
        found.append(_says(wanted.q))
    return found


def _flagged(flag: str) -> ColumnElement[bool]:
    conditions: dict[str, ColumnElement[bool]] = {
        "oral": PlanStatement.written.is_(False),
        "anonymous": _IS_ANONYMOUS,
        "files": _HAS_FILES,
        "placed": PlanStatement.place_source != "plan",
        "duplicates": PlanStatement.duplicate_of_id.is_not(None),
        "withdrawn": PlanStatement.views_withdrawn_at.is_not(None),
        "unsplit": ~_HAS_POINTS,
        "protected": PlanStatement.is_protected.is_(True),
    }
    return conditions[flag]


def _says(words: str) -> ColumnElement[bool]:
    """Words anywhere in it, a receipt, or '#12' and '12' for a number."""
    columns = (
        PlanStatement.raw_text,
        PlanStatement.contact_name,
        PlanStatement.organisation,
        PlanStatement.contact_email,
        PlanStatement.property_designation,
        PlanStatement.subject,
        PlanStatement.receipt,
        PlanStatement.registry_no,
        PlanStatement.place_label,
    )
    found: list[ColumnElement[bool]] = [column.icontains(words, autoescape=True) for column in columns]
    number = words.removeprefix("#")
    if number.isascii() and number.isdecimal() and len(number) < 8:
        found.append(PlanStatement.number == int(number))
    return or_(*found)


def sender_of(statement: PlanStatement) -> str:
    """Whom it is from, as it says itself; '' for the anonymous and for those with protected identities."""
    if statement.is_protected:
        return ""
    return sender_words(
        name=statement.contact_name,
        organisation=statement.organisation,
        email=statement.contact_email,
        address=statement.postal_address,
    )
