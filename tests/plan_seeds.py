"""Plans with parties, statements and answers for tests, written by the application's own actions if there are any."""

import uuid
from datetime import date, timedelta
from typing import Any

from shapely.geometry import MultiPolygon, Point, box
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.core.clock import local, now, start_of_day
from mapdialog.plans.answer_models import PlanAnswer, PlanPoint
from mapdialog.plans.correcting import keep_holding
from mapdialog.plans.held_phases import lacking_proof
from mapdialog.plans.models import Plan, PlanAnnouncement, PlanPhase
from mapdialog.plans.party_models import PlanDispatch, PlanParty
from mapdialog.plans.receiving import NewStatement, receive_statement
from mapdialog.plans.report_models import PlanReport
from mapdialog.plans.rule_sets import rule_set
from mapdialog.plans.starting import PlanStart, start_plan
from mapdialog.plans.statement_models import PlanStatement
from tests.seeds import TRELLEBORG

RULE_SET = "pbl-2025"


def today() -> date:
    """The day it is in Stockholm."""
    return local(now()).date()


def make_plan(
    session: Session, name: str = "Detaljplan för Övre", *, officer_id: int | None = None, **values: Any
) -> Plan:
    """A detailed plan in the extended procedure, 800 m square around the town centre; `values` are set on the row."""
    east, north = TRELLEBORG
    area = MultiPolygon([box(east - 400, north - 400, east + 400, north + 400)])
    start = PlanStart(
        registry_number="SBN 2026/123",
        name=name,
        kind="detailed_plan",
        procedure=values.pop("procedure", "extended"),
        grounds=tuple(values.pop("grounds", ("2",))),
        started_on=values.pop("started_on", date(2026, 1, 15)),
        rule_set=RULE_SET,
        area=values.pop("area", area),
        summary="Nya bostäder och en förskola.",
        committee="Samhällsbyggnadsnämnden",
        adopting_body="Kommunfullmäktige",
        officer_id=officer_id,
    )
    plan = start_plan(session, start, actor_id=None)
    for key, value in {"area_words": "kvarteret Övre vid Hamngatan", **values}.items():
        setattr(plan, key, value)
    session.flush()
    return plan


def make_plan_phase(
    session: Session,
    plan: Plan,
    kind: str = "consultation",
    *,
    status: str = "open",
    begins: int = -7,
    days: int = 28,
    **values: Any,
) -> PlanPhase:
    """A phase that begins `begins` days from today and lasts `days`; opened (and closed) as its status says."""
    starts_on = values.pop("starts_on", today() + timedelta(days=begins))
    ends_on = values.pop("ends_on", starts_on + timedelta(days=days))
    opened = status in ("open", "closed", "reported")
    phase = PlanPhase(
        plan=plan,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        status=status,
        opened_at=min(now(), start_of_day(starts_on)) if opened else None,
        closed_at=now() if opened and status != "open" else None,
        **values,
    )
    session.add(phase)
    session.flush()
    session.refresh(plan, ["phases"])
    return phase


def make_posting(session: Session, phase: PlanPhase, kind: str = "kungorelse") -> PlanAnnouncement:
    """What the phase was announced with, put up and in the newspaper the day it began."""
    day = phase.starts_on
    made = PlanAnnouncement(
        plan_id=phase.plan_id, phase_id=phase.id, kind=kind, board_posted_on=day, newspaper_on=day, newspaper="TA"
    )
    session.add(made)
    session.flush()
    session.refresh(phase, ["announcements"])
    return made


def make_postings(session: Session, plan: Plan) -> None:
    """Everything that the plan's procedure has its phases announced with, put up the day each began."""
    law = rule_set(plan.rule_set)
    for phase in plan.phases:
        for need in lacking_proof(law, plan, phase, plan.procedure):
            make_posting(session, phase, need.kind)


def make_sending(session: Session, phase: PlanPhase, *kinds: str) -> None:
    """What the law asks to be sent for the phase, sent: the invitation, unless other kinds are named."""
    for kind in kinds or ("consultation_invitation",):
        sent = {"frozen_at": now(), "sha256": "0" * 64}
        session.add(PlanDispatch(plan_id=phase.plan_id, phase_id=phase.id, kind=kind, title="Utskick", **sent))
    session.flush()


def make_party(
    session: Session, plan: Plan, name: str = "Anna Ek", *, party_group: str = "property_party", **values: Any
) -> PlanParty:
    """Somebody in the plan's register."""
    number = session.scalar(select(func.count()).where(PlanParty.plan_id == plan.id)) or 0
    party = PlanParty(
        plan_id=plan.id, number=number + 1, party_group=party_group, name=name, source="register", **values
    )
    session.add(party)
    session.flush()
    return party


def make_statement(
    session: Session,
    plan: Plan,
    text: str = "Husen är för höga och skymmer havet.",
    *,
    at: tuple[float, float] | None = None,
    **values: Any,
) -> PlanStatement:
    """One statement through the one door; `at` is metres east and north of the town centre, None: no place."""
    place = Point(TRELLEBORG[0] + at[0], TRELLEBORG[1] + at[1]) if at is not None else None
    new = NewStatement(client_id=values.pop("client_id", uuid.uuid4()), text=text, place=place, **values)
    return receive_statement(session, plan, new, secret_key="t" * 64, receipt_prefix="TRE", at=now()).statement


def make_point(
    session: Session, statement: PlanStatement, summary: str = "Husen är för höga.", **values: Any
) -> PlanPoint:
    """The next point of a statement."""
    seq = (session.scalar(select(func.max(PlanPoint.seq)).where(PlanPoint.statement_id == statement.id)) or 0) + 1
    point = PlanPoint(plan_id=statement.plan_id, statement_id=statement.id, seq=seq, summary=summary, **values)
    session.add(point)
    session.flush()
    return point


def make_answer(
    session: Session,
    points: list[PlanPoint],
    text: str = "Höjden sänks till fyra våningar.",
    *,
    outcome: str = "partly_met",
    reason: str = "Behovet av bostäder väger tungt.",
    status: str = "final",
    **values: Any,
) -> PlanAnswer:
    """One answer to the points, final unless told otherwise."""
    answer = PlanAnswer(plan_id=points[0].plan_id, text=text, outcome=outcome, reason=reason, status=status, **values)
    session.add(answer)
    session.flush()
    for point in points:
        point.answer_id = answer.id
    session.flush()
    return answer


def make_frozen_report(session: Session, phase: PlanPhase, *, seconds: int = 0, **values: Any) -> PlanReport:
    """A finished report that tells of every statement of the phase, approved that many seconds from now."""
    told = select(PlanStatement.id).where(PlanStatement.phase_id == phase.id)
    report = PlanReport(
        **{
            "plan_id": phase.plan_id, "phase_id": phase.id, "kind": "samradsredogorelse", "edition": "full",
            "format": "pdf", "number": 1, "is_draft": False, "state": "done", "file_key": "k", "sha256": "0" * 64,
            "size_bytes": 9, "made_at": now(), "frozen_at": now() + timedelta(seconds=seconds), **values,
        }
    )  # fmt: skip
    session.add(report)
    session.flush()
    keep_holding(session, report, session.scalars(told), [])
    return report
