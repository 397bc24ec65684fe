"""Reads of the work queue: which of a plan's points are asked for, in which order, and how many of each kind."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account
from mapdialog.contributions.models import Contribution, ContributionDistrict
from mapdialog.plans.answer_models import PlanAnswer, PlanAnswerWording, PlanPoint, PlanTheme
from mapdialog.plans.kinds import AnswerStatus
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.statement_words import sender_words

ON_A_PAGE = 50
NOBODY = 0
# "aside": a colleague's wording lies beside the answer.
STATES = ("all", "unanswered", "mine", "draft", "reviewed", "final", "aside")
ORDERS = ("statement", "theme")
_S = PlanStatement.__table__.c
_C = Contribution.__table__.c
_ASIDE = exists().where(
    PlanAnswerWording.answer_id == PlanPoint.answer_id,
    PlanAnswerWording.is_kept_aside,
    PlanAnswerWording.settled_at.is_(None),
)


@dataclass(frozen=True)
class Wanted:
    """What of the queue is asked for.

    `state` is one of STATES ('mine': assigned to `me` and not final). `officer_id`, `theme_id` and `phase_id` NOBODY
    ask for those without. `protected` tells whether whoever asks may see statements with protected identities.
    """

    state: str = "all"
    me: int | None = None
    officer_id: int | None = None
    theme_id: int | None = None
    district_id: int | None = None
    group: str = ""
    outcome: str = ""
    phase_id: int | None = None
    late: bool = False
    answer_id: int | None = None
    q: str = ""
    order: str = "statement"
    protected: bool = False


@dataclass(frozen=True)
class QueueRow:
    """A point in the queue, as it is listed. `sender` is empty for the anonymous and for protected identities."""

    id: int
    seq: int
    version: int
    summary: str
    quote: str
    theme: str | None
    number: int
    sender: str
    group: str
    phase: str | None
    is_late: bool
    is_protected: bool
    answer_id: int | None
    answer: str
    outcome: str | None
    status: str | None
    officer: str | None
    is_duplicate: bool

    @property
    def words(self) -> str:
        """What the point says: its summary, or what it quotes."""
        return self.summary or self.quote


def list_queue(session: Session, plan: Plan, wanted: Wanted, *, page: int = 1) -> list[QueueRow]:
    """One page (from 1) of the points, by statement and place in it, or theme by theme."""
    order: tuple[Any, ...] = (_S.number, PlanPoint.seq)
    if wanted.order == "theme":
        order = (PlanTheme.position.nulls_last(), PlanTheme.label, *order)
    query = narrowed(_rows(), plan, wanted).order_by(*order)
    found = session.execute(query.limit(ON_A_PAGE).offset((page - 1) * ON_A_PAGE))
    return [_row(one) for one in found]


def list_ids(session: Session, plan: Plan, wanted: Wanted, *, limit: int = 10_000) -> list[int]:
    """The ids of every point asked for, in the order of statements."""
    query = narrowed(joined(select(PlanPoint.id)), plan, wanted).order_by(_S.number, PlanPoint.seq)
    return list(session.scalars(query.limit(limit)))


def count_queue(session: Session, plan: Plan, wanted: Wanted) -> dict[str, int]:
    """How many points there are of each state, with the other wishes kept; one question."""
    others = replace(wanted, state="all")
    columns = [
        func.count().filter(condition) if (condition := _state(state, wanted.me)) is not None else func.count()
        for state in STATES
    ]
    counts = session.execute(narrowed(joined(select(*columns)), plan, others)).one()
    return dict(zip(STATES, counts, strict=True))


def find_neighbours(session: Session, plan: Plan, wanted: Wanted, point: PlanPoint) -> tuple[int | None, int | None]:
    """The points before and after in the queue, by statement; None at its ends."""
    number = select(_S.number).where(_S.id == point.statement_id).scalar_subquery()
    here = func.row(number, point.seq)
    place = func.row(_S.number, PlanPoint.seq)
    base = narrowed(joined(select(PlanPoint.id)), plan, wanted)
    before = base.where(place < here).order_by(_S.number.desc(), PlanPoint.seq.desc()).limit(1)
    after = base.where(place > here).order_by(_S.number, PlanPoint.seq).limit(1)
    return session.scalar(before), session.scalar(after)


def get_points(session: Session, plan: Plan, ids: Sequence[int]) -> list[PlanPoint]:
    """Those of the points that the plan has, by id."""
    query = select(PlanPoint).where(PlanPoint.plan_id == plan.id, PlanPoint.id.in_(ids))
    return list(session.scalars(query.order_by(PlanPoint.id)))


def _rows() -> Select[Any]:
    return joined(
        select(
            PlanPoint.id,
            PlanPoint.seq,
            PlanPoint.version,
            PlanPoint.summary,
            func.left(PlanPoint.quote, 400).label("quote"),
            PlanTheme.label.label("theme"),
            _S.number,
            _C.contact_name,
            _C.contact_email,
            _S.organisation,
            _S.postal_address,
            _S.party_group,
            PlanPhase.kind.label("phase"),
            _S.in_time,
            _S.is_protected,
            PlanPoint.answer_id,
            func.left(PlanAnswer.text, 300).label("answer"),
            PlanAnswer.outcome,
            PlanAnswer.status,
            Account.name.label("officer"),
            PlanPoint.duplicate_of_id,
        )
    )


def joined(query: Select[*tuple[Any, ...]]) -> Select[Any]:
    """The query over points with what belongs to each: statement, phase, theme, answer, officer."""
    return (
        query.select_from(PlanPoint)
        .join(PlanStatement.__table__, _S.id == PlanPoint.statement_id)
        .join(Contribution.__table__, _C.id == _S.id)
        .outerjoin(PlanPhase, PlanPhase.id == _S.phase_id)
        .outerjoin(PlanTheme, PlanTheme.id == PlanPoint.theme_id)
        .outerjoin(PlanAnswer, PlanAnswer.id == PlanPoint.answer_id)
        .outerjoin(Account, Account.id == PlanPoint.assigned_to_id)
    )


def _row(one: Any) -> QueueRow:
    sender = sender_words(
        name=one.contact_name, organisation=one.organisation, email=one.contact_email, address=one.postal_address
    )
    return QueueRow(
        id=one.id,
        seq=one.seq,
        version=one.version,
        summary=one.summary,
        quote="" if one.is_protected else one.quote,
        theme=one.theme,
        number=one.number,
        sender="" if one.is_protected else sender,
        group=one.party_group,
        phase=one.phase,
        is_late=one.in_time is False,
        is_protected=one.is_protected,
        answer_id=one.answer_id,
        answer=one.answer or "",
        outcome=one.outcome,
        status=one.status,
        officer=one.officer,
        is_duplicate=one.duplicate_of_id is not None,
    )


def _state(state: str, me: int | None) -> ColumnElement[bool] | None:
    if state == "unanswered":
        return PlanPoint.answer_id.is_(None)
    if state == "mine":
        is_final = func.coalesce(PlanAnswer.status, "") == AnswerStatus.FINAL
        return (PlanPoint.assigned_to_id == me) & ~is_final
    if state == "aside":
        return _ASIDE
    return PlanAnswer.status == state if state in set(AnswerStatus) else None


def narrowed(query: Select[Any], plan: Plan, wanted: Wanted) -> Select[Any]:
    """The query with every wish as a condition."""
    conditions: list[ColumnElement[bool]] = [PlanPoint.plan_id == plan.id]
    # A search could tell what stands in a protected letter: such letters are never found by one.
    if not wanted.protected or wanted.q:
        conditions.append(_S.is_protected.is_(False))
    if (state := _state(wanted.state, wanted.me)) is not None:
        conditions.append(state)
    for column, value in (
        (PlanPoint.assigned_to_id, wanted.officer_id),
        (PlanPoint.theme_id, wanted.theme_id),
        (_S.phase_id, wanted.phase_id),
    ):
        if value is not None:
            conditions.append(column.is_(None) if value == NOBODY else column == value)
    if wanted.answer_id is not None:
        conditions.append(PlanPoint.answer_id == wanted.answer_id)
    if wanted.group:
        conditions.append(_S.party_group == wanted.group)
    if wanted.outcome:
        conditions.append(PlanAnswer.outcome == wanted.outcome)
    if wanted.late:
        conditions.append(_S.in_time.is_(False))
    if wanted.district_id is not None:
        conditions.append(
            exists().where(
                ContributionDistrict.contribution_id == _S.id, ContributionDistrict.district_id == wanted.district_id
            )
        )
    if wanted.q:
        conditions.append(_says(wanted.q))
    return query.where(*conditions)


def _says(words: str) -> ColumnElement[bool]:
    """Words anywhere in point or answer, or '12' and '#12' for a statement's number."""
    columns = (PlanPoint.summary, PlanPoint.quote, PlanAnswer.text, PlanAnswer.reason)
    found: list[ColumnElement[bool]] = [column.icontains(words, autoescape=True) for column in columns]
    number = words.removeprefix("#")
    if number.isascii() and number.isdecimal() and len(number) < 8:
        found.append(_S.number == int(number))
    return or_(*found)
