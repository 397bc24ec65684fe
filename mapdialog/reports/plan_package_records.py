"""What a plan's package tells of the case and of each statement, as plain values that JSON and XML can hold alike."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.plans.announcement_facts import words_of
from mapdialog.plans.answer_models import PlanAnswer, PlanPoint, PlanTheme
from mapdialog.plans.models import Plan, PlanAdoption, PlanPhase
from mapdialog.plans.statement_models import PlanStatement

_PLAN = [
    "registry_number",
    "name",
    "kind",
    "procedure",
    "grounds",
    "grounds_text",
    "rule_set",
    "started_on",
    "summary",
    "description",
    "committee",
    "adopting_body",
    "submit_to",
    "deviates_from_comprehensive_plan",
    "significant_impact_assumed",
    "impact_decided_on",
    "other_country",
    "published_at",
    "discontinued_on",
    "discontinued_reason",
    "created_at",
]
_PHASE = [
    "kind",
    "round",
    "starts_on",
    "ends_on",
    "min_end_on",
    "override_reason",
    "all_agreed_evidence",
    "available_text",
    "held_text",
    "changes_text",
    "major_change",
    "status",
    "opened_at",
    "closed_at",
]
_ANNOUNCEMENT = [
    "kind",
    "items",
    "text",
    "board_url",
    "board_posted_on",
    "board_removed_on",
    "newspaper",
    "newspaper_on",
]
_ADOPTION = [
    "decided_on",
    "body",
    "section",
    "minutes_adjusted_on",
    "announced_on",
    "announced_url",
    "appeal_ends_on",
    "appealed_on",
    "appeal_note",
    "legal_force_on",
    "sent_note",
    "reason",
]
_STATEMENT = [
    "number",
    "receipt",
    "registry_no",
    "received_at",
    "registered_at",
    "received_by",
    "written",
    "in_time",
    "party_group",
    "contact_name",
    "contact_email",
    "organisation",
    "postal_address",
    "property_designation",
    "is_protected",
    "stance",
    "language",
    "subject",
    "raw_text",
    "summary",
    "signatories",
    "views_withdrawn_at",
    "place_label",
]
_MEETING = ["kind", "starts_at", "place", "attendance", "notes"]
_POINT = ["seq", "quote", "summary", "theme"]
_ANSWER = ["text", "outcome", "reason", "forwarded_to", "finalised_at"]
_FILE = ["file", "received_as", "type", "sha256"]

# The same as a tree: which elements each element may hold; None is a value, or a list or a tree of the case's own.
Elements = dict[str, "Elements | None"]
ELEMENTS: Elements = {
    "plan": {
        **dict.fromkeys(_PLAN),
        "phases": {
            **dict.fromkeys(_PHASE),
            "meetings": dict.fromkeys(_MEETING),
            "announcements": dict.fromkeys(_ANNOUNCEMENT),
        },
        "adoption": dict.fromkeys(_ADOPTION),
        "statements_left_out_as_protected": None,
        "files_missing_from_the_store": None,
    },
    "statement": {
        **dict.fromkeys(_STATEMENT),
        "phase": None,
        "files": dict.fromkeys(_FILE),
        "points": {**dict.fromkeys(_POINT), "answer": dict.fromkeys(_ANSWER)},
    },
}


def plan_record(session: Session, plan: Plan, *, left_out: int, missing: Sequence[str]) -> dict[str, Any]:
    """The case with its phases and announcements, and what the package lacks."""
    adoption = session.get(PlanAdoption, plan.id)
    return {
        **_values(plan, _PLAN),
        "phases": [_phase(one) for one in plan.phases],
        "adoption": _values(adoption, _ADOPTION) if adoption is not None else None,
        "statements_left_out_as_protected": left_out,
        "files_missing_from_the_store": list(missing),
    }


def _phase(one: PlanPhase) -> dict[str, Any]:
    meetings = [_values(each, _MEETING) for each in one.meetings]
    announced = [{**_values(each, _ANNOUNCEMENT), "items": words_of(each.items)} for each in one.announcements]
    return {**_values(one, _PHASE), "meetings": meetings, "announcements": announced}


def statement_record(session: Session, one: PlanStatement, attached: Sequence[dict[str, str]]) -> dict[str, Any]:
    """A statement as it was received, with its points and their final answers. Drafts are no public records."""
    rows = session.execute(
        select(PlanPoint, PlanTheme.label, PlanAnswer)
        .outerjoin(PlanTheme, PlanTheme.id == PlanPoint.theme_id)
        .outerjoin(PlanAnswer, (PlanAnswer.id == PlanPoint.answer_id) & (PlanAnswer.status == "final"))
        .where(PlanPoint.statement_id == one.id)
        .order_by(PlanPoint.seq)
    ).all()
    phase = one.phase.kind if one.phase is not None else None
    points = [_point(point, theme, answer) for point, theme, answer in rows]
    for point, _theme, _answer in rows:
        session.expunge(point)
    return {**_values(one, _STATEMENT), "phase": phase, "files": list(attached), "points": points}


def _point(point: PlanPoint, theme: str | None, answer: PlanAnswer | None) -> dict[str, Any]:
    found = _values(point, _POINT[:-1])
    return {**found, "theme": theme, "answer": _values(answer, _ANSWER) if answer is not None else None}


def _values(row: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
