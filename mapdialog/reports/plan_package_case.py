"""What a plan's package tells of the case beside its phases: whom it concerned, what was sent, told and corrected."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from mapdialog.core.audit import AuditEvent
from mapdialog.plans.answer_models import PlanAnswerWording, PlanChange, PlanPoint
from mapdialog.plans.dispatching import protected_name
from mapdialog.plans.kinds import AnswerStatus
from mapdialog.plans.models import Plan
from mapdialog.plans.party_models import PlanDispatch, PlanParty, PlanRecipient
from mapdialog.plans.report_models import PlanCorrection, PlanReport, PlanReportHolding
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.reports.plan_package_values import plain, values

PARTY = [
    "number", "party_group", "name", "organisation", "property_designation", "street", "postal_code", "city", "email",
    "phone", "note", "is_protected", "source", "notify_by", "created_at", "consent", "consent_on", "consent_note",
]  # fmt: skip
DISPATCH = ["kind", "title", "body", "created_at", "frozen_at", "sha256"]
RECIPIENT = ["channel", "reason", "sent_on", "proof", "mail_failed_on"]
ADDRESS = ["name", "address", "email"]
CHANGE = ["description", "document", "is_major", "created_at"]
REPORT = ["kind", "edition", "format", "number", "sha256", "made_at", "frozen_at", "reason", "consents"]
CORRECTION = ["was_version", "reason", "opened_at"]
WORDING = ["text", "outcome", "reason", "forwarded_to", "written_at"]
EVENT = ["at", "action"]
# The same as a tree, as in plan_package_records.
ELEMENTS: dict[str, Any] = {
    "parties": {**dict.fromkeys(PARTY), "merged_into": None},
    "parties_left_out_as_protected": None,
    "dispatches": {
        **dict.fromkeys(DISPATCH),
        "phase": None,
        "recipients": {"number": None, **dict.fromkeys([*ADDRESS, *RECIPIENT])},
    },
    "changes": {**dict.fromkeys(CHANGE), "phase": None, "points": None},
    "reports": {**dict.fromkeys(REPORT), "phase": None, "holds": None},
    "corrections": {**dict.fromkeys(CORRECTION), "points": None, "statement": None, "was": dict.fromkeys(WORDING)},
    "events": {**dict.fromkeys(EVENT), "detail": None},
}
_S = PlanStatement.__table__.c


def case_records(session: Session, plan: Plan, *, with_protected: bool) -> dict[str, Any]:
    """Parties, dispatches with their recipients, changes, reports with what they hold, corrections and the log.

    Parties of protected identities are left out, and counted, unless asked for.
    """
    phases = {one.id: one.key for one in plan.phases}
    labels = _labels(session, plan)
    parties = session.scalars(select(PlanParty).where(PlanParty.plan_id == plan.id).order_by(PlanParty.number)).all()
    shown = [one for one in parties if with_protected or not _is_protected(one)]
    return {
        "parties": [
            {**values(one, PARTY), "merged_into": one.merged_into.number if one.merged_into else None} for one in shown
        ],
        "parties_left_out_as_protected": len(parties) - len(shown),
        "dispatches": [
            _dispatch(one, phases, with_protected=with_protected)
            for one in _of(session, PlanDispatch, PlanDispatch.plan_id == plan.id)
        ],
        "changes": [
            {
                **values(one, CHANGE),
                "phase": phases[one.phase_id],
                "points": [labels[cause.point_id] for cause in one.causes],
            }
            for one in _of(session, PlanChange, PlanChange.plan_id == plan.id)
        ],
        "reports": [
            {**values(one, REPORT), "phase": phases[one.phase_id], "holds": _holds(session, one, labels)}
            for one in _of(session, PlanReport, PlanReport.plan_id == plan.id, PlanReport.frozen_at.is_not(None))
        ],
        "corrections": [
            _correction(session, one, labels) for one in _of(session, PlanCorrection, PlanCorrection.plan_id == plan.id)
        ],
        "events": _events(session, plan),
    }


def _of(session: Session, table: Any, *which: ColumnElement[bool]) -> Sequence[Any]:
    return session.scalars(select(table).where(*which).order_by(table.id)).all()


def _labels(session: Session, plan: Plan) -> dict[int, str]:
    """What each point is called: '12.3'."""
    label: Any = func.concat(_S.number, ".", PlanPoint.seq)
    query = select(PlanPoint.id, label).join(PlanStatement.__table__, _S.id == PlanPoint.statement_id)
    return {row[0]: row[1] for row in session.execute(query.where(PlanPoint.plan_id == plan.id))}


def _is_protected(one: PlanParty) -> bool:
    return one.is_protected or one.standing.is_protected


def _dispatch(one: PlanDispatch, phases: Mapping[int, str], *, with_protected: bool) -> dict[str, Any]:
    return {
        **values(one, DISPATCH),
        "phase": phases.get(one.phase_id or 0),
        "recipients": [_recipient(each, with_protected=with_protected) for each in one.recipients],
    }


def _recipient(one: PlanRecipient, *, with_protected: bool) -> dict[str, Any]:
    told = {"number": one.party.number, **values(one, [*ADDRESS, *RECIPIENT])}
    if _is_protected(one.party) and not with_protected:
        told |= {"name": protected_name(one.party.number), "address": "", "email": "", "proof": ""}
    return told


def _holds(session: Session, report: PlanReport, labels: Mapping[int, str]) -> list[str]:
    """What the report tells: '12' for a statement without points, '12.3', or '12.3 v2' with its answer's version."""
    query = (
        select(_S.number, PlanReportHolding.point_id, PlanReportHolding.answer_version)
        .join(PlanStatement.__table__, _S.id == PlanReportHolding.statement_id)
        .where(PlanReportHolding.report_id == report.id)
        .order_by(PlanReportHolding.id)
    )
    return [
        " ".join([labels[point_id] if point_id else str(number), *([f"v{version}"] if version else [])])
        for number, point_id, version in session.execute(query)
    ]


def _correction(session: Session, one: PlanCorrection, labels: Mapping[int, str]) -> dict[str, Any]:
    """Which points it was of and the words that the report gave until then, or which statement."""
    held = select(PlanReportHolding.point_id).where(
        PlanReportHolding.answer_id == one.answer_id, PlanReportHolding.answer_version == one.was_version
    )
    points: Iterable[int] = sorted({key for key in session.scalars(held) if key is not None})
    was = select(PlanAnswerWording).where(
        PlanAnswerWording.answer_id == one.answer_id,
        PlanAnswerWording.version <= (one.was_version or 0),
        PlanAnswerWording.status == AnswerStatus.FINAL,
    )
    wording = session.scalars(was.order_by(PlanAnswerWording.version.desc(), PlanAnswerWording.id.desc())).first()
    return {
        **values(one, CORRECTION),
        "points": [labels[key] for key in points],
        "statement": session.scalar(select(_S.number).where(_S.id == one.statement_id)) if one.statement_id else None,
        "was": values(wording, WORDING) if wording is not None else None,
    }


def _events(session: Session, plan: Plan) -> list[dict[str, Any]]:
    """What was done to the plan and when, with the reasons that were given, as the log keeps it: no names."""
    query = select(AuditEvent).where(AuditEvent.object_type == "plan", AuditEvent.object_id == str(plan.id))
    return [
        {"at": plain(one.at), "action": one.action, "detail": json.dumps(one.detail, ensure_ascii=False)}
        for one in session.scalars(query.order_by(AuditEvent.at, AuditEvent.id))
    ]
