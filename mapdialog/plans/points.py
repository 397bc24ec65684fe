"""Writes of points: the views that a statement is split into, their order, theme and place. Callers commit."""

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry
from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account
from mapdialog.core import audit
from mapdialog.core.errors import Conflict, DomainError, Invalid
from mapdialog.core.text import N_, clean
from mapdialog.geo.geometry import to_element
from mapdialog.plans.answer_models import PlanPoint, PlanTheme
from mapdialog.plans.kinds import Stance
from mapdialog.plans.models import PlanFeature
from mapdialog.plans.point_locks import demand_not_final, demand_point_untold, demand_untold, hold_statement, take_point
from mapdialog.plans.quoting import place_quote
from mapdialog.plans.statement_models import PlanStatement

SUMMARY_MAX = 4_000
NO_OBJECTION = "Ingen erinran."  # written into a Swedish record, whatever the language of the desk


@dataclass(frozen=True)
class PointDraft:
    """What somebody marked or wrote.

    A quote's `start` and `end` count characters of the statement's text, end excluded; without them it is looked for
    there. `place` in EPSG:3006.
    """

    summary: str = ""
    quote: str = ""
    start: int | None = None
    end: int | None = None
    theme_id: int | None = None
    feature_id: int | None = None
    place: BaseGeometry | None = None
    assigned_to_id: int | None = None


def add_point(session: Session, statement: PlanStatement, draft: PointDraft, *, actor_id: int | None) -> PlanPoint:
    """The next point of the statement. Raises Invalid by field."""
    hold_statement(session, statement)
    demand_untold(session, statement)
    last = session.scalar(select(func.max(PlanPoint.seq)).where(PlanPoint.statement_id == statement.id)) or 0
    point = PlanPoint(
        plan_id=statement.plan_id, statement_id=statement.id, seq=last + 1, created_by_id=actor_id, version=1
    )
    _copy(session, point, statement, draft)
    session.add(point)
    session.flush()
    audit.record(session, actor_id, "plan_point.create", point, statement=statement.id)
    return point


def add_whole_point(session: Session, statement: PlanStatement, *, actor_id: int | None) -> PlanPoint:
    """One point that stands for the whole statement, which then counts as 'ingen erinran' unless the desk has chosen
    something else for it. Raises Conflict when it has points."""
    hold_statement(session, statement)
    if session.scalar(select(exists().where(PlanPoint.statement_id == statement.id))):
        raise Conflict(N_("Yttrandet är redan delat i synpunkter."))
    if statement.stance == Stance.NEUTRAL:
        statement.stance = Stance.NO_OBJECTION.value
        audit.record(session, actor_id, "statement.change", statement, fields=["stance"])
    return add_point(session, statement, PointDraft(summary=NO_OBJECTION), actor_id=actor_id)


def change_point(
    session: Session, point: PlanPoint, draft: PointDraft, *, version: int | None, actor_id: int | None
) -> None:
    """Other words, theme, part, place or officer. Raises Invalid, or Conflict when its answer is final."""
    take_point(session, point, version)
    demand_not_final(session, point)
    statement = session.get_one(PlanStatement, point.statement_id)
    _copy(session, point, statement, draft)
    session.flush()
    audit.record(session, actor_id, "plan_point.change", point, statement=statement.id)


def move_point(session: Session, point: PlanPoint, step: int, *, actor_id: int | None) -> None:
    """Let the point change places with the one before it (-1) or after it (1) in its statement."""
    statement = session.get_one(PlanStatement, point.statement_id)
    hold_statement(session, statement)
    other = session.scalar(
        select(PlanPoint).where(PlanPoint.statement_id == point.statement_id, PlanPoint.seq == point.seq + step)
    )
    if other is None:
        return
    demand_point_untold(session, point, other)
    point.seq, other.seq = other.seq, point.seq
    session.flush()
    audit.record(session, actor_id, "plan_point.move", point, statement=statement.id)


def delete_point(session: Session, point: PlanPoint, *, version: int | None, actor_id: int | None) -> None:
    """Take an unanswered point away; those after it move up. Raises Conflict for one that has an answer."""
    statement = session.get_one(PlanStatement, point.statement_id)
    hold_statement(session, statement)
    take_point(session, point, version)
    if point.answer_id is not None:
        raise Conflict(N_("Synpunkten har ett svar. Ta bort svaret från den först."))
    demand_point_untold(session, point)
    session.execute(
        update(PlanPoint).where(PlanPoint.duplicate_of_id == point.id).values(duplicate_of_id=None),
        execution_options={"synchronize_session": False},
    )
    seq = point.seq
    audit.record(session, actor_id, "plan_point.delete", point, statement=statement.id)
    session.delete(point)
    session.flush()
    session.execute(
        update(PlanPoint)
        .where(PlanPoint.statement_id == statement.id, PlanPoint.seq > seq)
        .values(seq=PlanPoint.seq - 1),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()


def _copy(session: Session, point: PlanPoint, statement: PlanStatement, draft: PointDraft) -> None:
    """The draft's values onto the point. Raises Invalid with what is wrong with each field."""
    wrong: dict[str, DomainError] = {}
    summary, quote, start, end = clean(draft.summary), clean(draft.quote), None, None
    if not summary and not quote:
        wrong["summary"] = Invalid(N_("Skriv vad synpunkten går ut på, eller markera orden i yttrandet."))
    if len(summary) > SUMMARY_MAX:
        wrong["summary"] = Invalid(
            N_("Sammanfattningen är för lång. Korta den till %(most)s tecken."), most=SUMMARY_MAX
        )
    if quote:
        quote, start, end = place_quote(statement.raw_text, quote, draft.start, draft.end)
        if start is None and not statement.files:
            wrong["quote"] = Invalid(N_("Orden finns inte i yttrandet. Kopiera dem precis som de står."))
    if draft.theme_id is not None and not _is_of_plan(session, PlanTheme, draft.theme_id, statement.plan_id):
        wrong["theme"] = Invalid(N_("Välj ett tema i listan."))
    if draft.feature_id is not None and not _is_of_plan(session, PlanFeature, draft.feature_id, statement.plan_id):
        wrong["feature"] = Invalid(N_("Välj en del av plankartan i listan."))
    if draft.assigned_to_id is not None and session.get(Account, draft.assigned_to_id) is None:
        wrong["assigned_to"] = Invalid(N_("Välj en handläggare i listan."))
    if wrong:
        raise Invalid(N_("Något i synpunkten behöver rättas."), fields=wrong)
    point.summary, point.quote, point.quote_start, point.quote_end = summary, quote, start, end
    point.theme_id, point.feature_id, point.assigned_to_id = draft.theme_id, draft.feature_id, draft.assigned_to_id
    point.geom = to_element(draft.place) if draft.place is not None else None


def _is_of_plan(session: Session, table: type[PlanTheme] | type[PlanFeature], key: int, plan_id: int) -> bool:
    found = session.get(table, key)
    return isinstance(found, PlanTheme | PlanFeature) and found.plan_id == plan_id
