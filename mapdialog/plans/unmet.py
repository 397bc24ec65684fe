"""Who has views that were not met, across every phase of a plan (PBL 13:11): the one list behind 5:24 and 5:30."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from mapdialog.contributions.models import Contribution
from mapdialog.plans.answer_models import PlanAnswer, PlanAnswerWording, PlanPoint
from mapdialog.plans.kinds import AnswerStatus, PhaseKind, PhaseStatus
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.party_models import PlanParty
from mapdialog.plans.report_models import PlanReport, PlanReportHolding
from mapdialog.plans.rule_sets import rule_set
from mapdialog.plans.rules import ONLY_IF, UNMET_OUTCOMES
from mapdialog.plans.statement_models import PlanStatement

_REVIEWS = (PhaseKind.REVIEW, PhaseKind.SECOND_REVIEW)
_S = PlanStatement.__table__.c
_C = Contribution.__table__.c


@dataclass(frozen=True)
class UnmetView:
    """One view that was not met, or only partly; `number` and `seq` name statement and point."""

    point_id: int
    number: int
    seq: int
    summary: str
    outcome: str
    phase: str | None


@dataclass(frozen=True)
class UnmetPerson:
    """Somebody with unmet views. Without `party_id` the statement's own sender; without name and address nobody knows
    who it is. Never public; one who `is_protected` is left out wherever protected identities are."""

    key: str
    party_id: int | None
    party_number: int | None
    party_group: str
    name: str
    organisation: str
    property_designation: str
    street: str
    postal_code: str
    city: str
    email: str
    notify_by: str
    is_protected: bool
    views: tuple[UnmetView, ...]

    @property
    def has_mail(self) -> bool:
        """True when there is an address for e-mail."""
        return bool(self.email)

    @property
    def has_address(self) -> bool:
        """True when a letter can be addressed."""
        return bool((self.name or self.organisation) and self.street)

    @property
    def can_be_told(self) -> bool:
        """True when there is a way to send them anything."""
        return self.has_mail or self.has_address


def list_unmet(session: Session, plan: Plan, *, of_programme: bool = False) -> list[UnmetPerson]:
    """Everybody with unmet views, by group, then name; their views in order of statement and point.

    Counted are written statements that came before the end of the review, late for the consultation or not, whose
    views were not withdrawn and whose answer is final; of one that is being corrected, what the finished report gives
    holds until then. Of letters with the same words that were divided once, every
    sender is counted. What was said of a programme does not carry over to the plan: `of_programme` lists that alone.
    """
    persons: dict[str, list[Any]] = {}
    for row in session.execute(_query(plan, of_programme)):
        persons.setdefault(row.key, []).append(row)
    made = [_person(key, rows) for key, rows in persons.items()]
    return sorted(made, key=lambda one: (one.party_group, (one.organisation or one.name).casefold(), one.key))


def last_day(plan: Plan) -> date | None:
    """The last day on which a view counts: the last review's, or the consultation's where no review is to be held.

    None, and all counts, until a review that the procedure asks for, or a substantial change forces, is announced.
    What came after the decision was too late, wherever the review was held.
    """
    announced = [
        one for one in plan.phases if one.status != PhaseStatus.DRAFT and one.kind != PhaseKind.PROGRAMME_CONSULTATION
    ]
    reviews = [one for one in announced if one.kind in _REVIEWS]
    if lacks_review(plan):
        return plan.adoption.decided_on if plan.adoption else None
    return max((one.ends_on for one in reviews or announced), default=None)


def is_reviewed(plan: Plan) -> bool:
    """Whether a review is held, or is to be; where none is, the consultation is the only time to write in."""
    return lacks_review(plan) or any(one.kind in _REVIEWS and one.status != PhaseStatus.DRAFT for one in plan.phases)


def lacks_review(plan: Plan) -> bool:
    """True while no review is announced that the procedure asks for, or that a substantial change forces."""
    announced = [one for one in plan.phases if one.status != PhaseStatus.DRAFT]
    if any(one.kind in _REVIEWS for one in announced):
        return False
    rule = rule_set(plan.rule_set).procedure(plan.procedure).phase(PhaseKind.REVIEW)
    has_changed = any(one.major_change for one in announced)
    return rule is not None and (rule.when not in ONLY_IF or has_changed)


def _query(plan: Plan, of_programme: bool) -> Select[Any]:
    """One row for each person and view."""
    of_statement = or_(PlanPoint.statement_id == _S.id, PlanPoint.statement_id == _S.duplicate_of_id)
    mail = func.lower(func.coalesce(_C.contact_email, ""))
    key = case(
        (_S.party_id.is_not(None), literal("p") + cast(_S.party_id, Text)),
        (mail != "", literal("m") + mail),
        else_=literal("s") + cast(_S.id, Text),
    )
    return (
        select(
            key.label("key"),
            _S.party_id,
            PlanParty.number.label("party_number"),
            func.coalesce(PlanParty.party_group, _S.party_group).label("party_group"),
            func.coalesce(PlanParty.name, _C.contact_name, "").label("name"),
            func.coalesce(PlanParty.organisation, _S.organisation).label("organisation"),
            func.coalesce(PlanParty.property_designation, _S.property_designation).label("property_designation"),
            func.coalesce(PlanParty.street, _S.postal_address).label("street"),
            func.coalesce(PlanParty.postal_code, "").label("postal_code"),
            func.coalesce(PlanParty.city, "").label("city"),
            func.coalesce(PlanParty.email, _C.contact_email, "").label("email"),
            func.coalesce(PlanParty.notify_by, "").label("notify_by"),
            or_(_S.is_protected, func.coalesce(PlanParty.is_protected, False)).label("is_protected"),
            PlanPoint.id.label("point_id"),
            _S.number,
            PlanPoint.seq,
            func.coalesce(func.nullif(PlanPoint.summary, ""), PlanPoint.quote).label("summary"),
            _outcome().label("outcome"),
            PlanPhase.kind.label("phase"),
        )
        .select_from(PlanStatement.__table__)
        .join(Contribution.__table__, _C.id == _S.id)
        .join(PlanPoint, and_(PlanPoint.plan_id == _S.plan_id, of_statement))
        .outerjoin(PlanAnswer, PlanAnswer.id == PlanPoint.answer_id)
        .outerjoin(PlanParty, PlanParty.id == _S.party_id)
        .outerjoin(PlanPhase, PlanPhase.id == _S.phase_id)
        .where(*_counts(plan, of_programme))
        .order_by(_S.number, PlanPoint.seq)
    )


def _outcome() -> ColumnElement[Any]:
    """What the final answer gives the point, or else the latest finished report that tells of it."""
    given = (
        select(PlanAnswerWording.outcome)
        .join(PlanReportHolding, PlanReportHolding.answer_id == PlanAnswerWording.answer_id)
        .join(PlanReport, PlanReport.id == PlanReportHolding.report_id)
        .where(
            PlanReportHolding.point_id == PlanPoint.id,
            PlanAnswerWording.version <= PlanReportHolding.answer_version,
            PlanAnswerWording.status == AnswerStatus.FINAL,
        )
        .order_by(PlanReport.frozen_at.desc(), PlanAnswerWording.version.desc(), PlanAnswerWording.id.desc())
        .limit(1)
        .correlate(PlanPoint)
        .scalar_subquery()
    )
    return case((PlanAnswer.status == AnswerStatus.FINAL, PlanAnswer.outcome), else_=given)


def _counts(plan: Plan, of_programme: bool) -> list[ColumnElement[bool]]:
    """What makes a view one of those that the law asks for."""
    is_of_programme = func.coalesce(PlanPhase.kind, "") == PhaseKind.PROGRAMME_CONSULTATION
    found = [
        _S.plan_id == plan.id,
        _S.written,
        _S.views_withdrawn_at.is_(None),
        _outcome().in_(UNMET_OUTCOMES),
        is_of_programme if of_programme else ~is_of_programme,
    ]
    if not of_programme and (day := last_day(plan)) is not None:
        found.append(func.date(func.timezone("Europe/Stockholm", _C.received_at)) <= day)
    return found


def _person(key: str, rows: list[Any]) -> UnmetPerson:
    # The latest statement tells best where somebody without a party can be reached.
    who = rows[-1]
    return UnmetPerson(
        key=key,
        party_id=who.party_id,
        party_number=who.party_number,
        party_group=who.party_group,
        name=who.name,
        organisation=who.organisation,
        property_designation=who.property_designation,
        street=who.street,
        postal_code=who.postal_code,
        city=who.city,
        email=who.email,
        notify_by=who.notify_by,
        is_protected=any(row.is_protected for row in rows),
        views=tuple(UnmetView(row.point_id, row.number, row.seq, row.summary, row.outcome, row.phase) for row in rows),
    )
