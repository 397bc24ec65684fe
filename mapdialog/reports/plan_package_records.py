"""What a plan's package tells of the case and of each statement, as plain values that JSON and XML can hold alike."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.geo.geometry import from_element
from mapdialog.plans.announcement_facts import words_of
from mapdialog.plans.answer_models import PlanAnswer, PlanPoint, PlanTheme
from mapdialog.plans.models import (
    Plan,
    PlanAdoption,
    PlanAnnouncement,
    PlanDocument,
    PlanOverlay,
    PlanPhase,
    PlanPhaseDocument,
)
from mapdialog.plans.statement_models import PlanPhaseExtension, PlanStatement, ServiceOutage
from mapdialog.reports.plan_package_case import ELEMENTS as CASE
from mapdialog.reports.plan_package_case import case_records
from mapdialog.reports.plan_package_values import values

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
    "contact",
    "area_words",
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
    "readable_on",
    "opened_without",
    "broken_off_on",
    "broken_off_reason",
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
_EXTENSION = [
    "was_on",
    "ends_on",
    "reason",
    "decided_at",
    "board_url",
    "board_posted_on",
    "board_removed_on",
    "newspaper",
    "newspaper_on",
]
_OUTAGE = ["began_at", "ended_at", "note", "noted_at"]
_DOCUMENT = [
    "kind",
    "title",
    "number",
    "file_name",
    "content_type",
    "size_bytes",
    "sha256",
    "alt_text",
    "is_public",
    "uploaded_at",
]
_OVERLAY = ["kind", "title", "wms_url", "wms_layers", "opacity", "shapes", "corners"]
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
            "announcements": {**dict.fromkeys(_ANNOUNCEMENT), "proof": None},
            "extensions": {**dict.fromkeys(_EXTENSION), "proof": None, "outage": dict.fromkeys(_OUTAGE)},
            "documents_shown": None,
        },
        "documents": {**dict.fromkeys(_DOCUMENT), "file": None},
        "overlays": {**dict.fromkeys(_OVERLAY), "file": None},
        "adoption": {
            **dict.fromkeys(_ADOPTION),
            "announcements": {**dict.fromkeys(_ANNOUNCEMENT), "proof": None},
        },
        **CASE,
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


def plan_record(
    session: Session,
    plan: Plan,
    *,
    left_out: int,
    missing: Sequence[str],
    files: Mapping[str, str],
    with_protected: bool,
) -> dict[str, Any]:
    """The case with its phases, papers and announcements, whom it concerned, and what the package lacks.

    `files` are the places in the package of those kept in the store, by their keys there.
    """
    adoption = session.get(PlanAdoption, plan.id)
    own = PlanAnnouncement.plan_id == plan.id
    notices = session.scalars(select(PlanAnnouncement).where(own, PlanAnnouncement.phase_id.is_(None)))
    told = [_announcement(one, files) for one in notices]
    return {
        **values(plan, _PLAN),
        "phases": [_phase(session, one, files) for one in plan.phases],
        "documents": [{**values(one, _DOCUMENT), "file": files.get(one.file_key)} for one in plan.documents],
        "overlays": [_overlay(one, files) for one in plan.overlays],
        "adoption": {**values(adoption, _ADOPTION), "announcements": told} if adoption is not None else None,
        **case_records(session, plan, with_protected=with_protected),
        "statements_left_out_as_protected": left_out,
        "files_missing_from_the_store": list(missing),
    }


def _phase(session: Session, one: PlanPhase, files: Mapping[str, str]) -> dict[str, Any]:
    shown = select(PlanDocument.file_key).join(PlanPhaseDocument, PlanPhaseDocument.document_id == PlanDocument.id)
    shown = shown.where(PlanPhaseDocument.phase_id == one.id).order_by(PlanDocument.id)
    extensions = select(PlanPhaseExtension).where(PlanPhaseExtension.phase_id == one.id)
    return {
        **values(one, _PHASE),
        "meetings": [values(each, _MEETING) for each in one.meetings],
        "announcements": [_announcement(each, files) for each in one.announcements],
        "extensions": [
            _extension(session, each, files) for each in session.scalars(extensions.order_by(PlanPhaseExtension.id))
        ],
        "documents_shown": [files[key] for key in session.scalars(shown) if key in files],
    }


def _announcement(one: PlanAnnouncement, files: Mapping[str, str]) -> dict[str, Any]:
    proof = files.get(one.proof_file_key or "")
    return {**values(one, _ANNOUNCEMENT), "items": words_of(one.items), "proof": proof}


def _extension(session: Session, one: PlanPhaseExtension, files: Mapping[str, str]) -> dict[str, Any]:
    outage = session.get(ServiceOutage, one.outage_id) if one.outage_id else None
    return {
        **values(one, _EXTENSION),
        "proof": files.get(one.proof_file_key or ""),
        "outage": values(outage, _OUTAGE) if outage is not None else None,
    }


def _overlay(one: PlanOverlay, files: Mapping[str, str]) -> dict[str, Any]:
    """The shapes as GeoJSON (EPSG:4326) and the corners as WKT (EPSG:3006), each in one text."""
    shapes = json.dumps(one.shapes, ensure_ascii=False) if one.shapes else None
    corners = from_element(one.corners).wkt if one.corners is not None else None
    kept = values(one, [name for name in _OVERLAY if name not in ("shapes", "corners")])
    return {**kept, "shapes": shapes, "corners": corners, "file": files.get(one.file_key or "")}


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
    return {**values(one, _STATEMENT), "phase": phase, "files": list(attached), "points": points}


def _point(point: PlanPoint, theme: str | None, answer: PlanAnswer | None) -> dict[str, Any]:
    found = values(point, _POINT[:-1])
    return {**found, "theme": theme, "answer": values(answer, _ANSWER) if answer is not None else None}
