"""A plan with very many statements and points for tests, copied inside the database from one of each."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from mapdialog.plans.answer_models import PlanPoint
from mapdialog.plans.models import Plan
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.themes import save_theme
from tests.plan_seeds import make_answer, make_point, make_statement

_COMMON = (
    "geom, anchor, place_source, place_label, raw_text, state, channel, language, submitted_at, received_at,"
    " dialogue_id, category_id, kind"
)
_OWN = "plan_id, phase_id, party_group, received_by, written, in_time, registered_at, shown_as, stance, signatories"


def fill_plan(session: Session, plan: Plan, statements: int, points_each: int) -> None:
    """Give the plan so many statements (and one, the pattern) and points; a third have one of ten answers."""
    pattern = make_statement(session, plan)
    theme = save_theme(session, plan, "Höjder", actor_id=None)
    answers = [
        make_answer(session, [make_point(session, pattern)], text=f"Svar {n}.", status="draft") for n in range(10)
    ]
    session.execute(
        text(
            f"insert into contribution ({_COMMON}, client_id, receipt, edit_token_hash)"
            f" select {_COMMON}, gen_random_uuid(), 'X-' || n, c.edit_token_hash || int4send(n)"
            " from contribution c, generate_series(1, :count) n where c.id = :id"
        ),
        {"count": statements, "id": pattern.id},
    )
    session.execute(
        text(
            f"insert into plan_statement ({_OWN}, id, number)"
            f" select {_OWN.replace('plan_id', 's.plan_id', 1)}, c.id, 100 + substr(c.receipt, 3)::int"
            " from plan_statement s, contribution c where s.id = :id and c.receipt like 'X-%'"
        ),
        {"id": pattern.id},
    )
    session.execute(
        text(
            "insert into plan_point (plan_id, statement_id, seq, summary, theme_id, answer_id)"
            " select s.plan_id, s.id, n, 'Synpunkt ' || s.number || '.' || n || ' om husens höjd och skugga',"
            " case when n % 2 = 0 then :theme end, case when n % 3 = 0 then :first + (s.number % 10) end"
            " from plan_statement s, generate_series(1, :each) n where s.plan_id = :plan and s.id <> :id"
        ),
        {"theme": theme.id, "first": answers[0].id, "each": points_each, "plan": plan.id, "id": pattern.id},
    )
    session.expire_all()
    session.execute(text("analyze plan_point, plan_statement, contribution, plan_answer"))


def count_points(session: Session, plan: Plan) -> int:
    """How many points the plan has now."""
    return session.query(PlanPoint).filter(PlanPoint.plan_id == plan.id).count()


def some_points(session: Session, plan: Plan, count: int) -> list[PlanPoint]:
    """The first of them, by statement."""
    query = session.query(PlanPoint).join(PlanStatement, PlanStatement.id == PlanPoint.statement_id)
    return query.filter(PlanPoint.plan_id == plan.id).order_by(PlanStatement.number, PlanPoint.seq).limit(count).all()
