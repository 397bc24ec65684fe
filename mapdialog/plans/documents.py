"""Writes of plan documents: versions that are never rewritten, and which of them was shown in which phase."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.clock import local, now
from mapdialog.core.errors import Conflict, DomainError, Invalid, NotFound
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_, clean_line
from mapdialog.plans import opened_without
from mapdialog.plans.models import Plan, PlanDocument, PlanPhase, PlanPhaseDocument
from mapdialog.plans.statement_files import check_file

KINDS: dict[str, str] = {
    "plan_map": N_("Plankarta"),
    "plan_description": N_("Planbeskrivning"),
    "programme": N_("Planprogram"),
    "impact_statement": N_("Miljökonsekvensbeskrivning"),
    "investigation": N_("Utredning"),
    "property_register_extract": N_("Fastighetsförteckning"),
    "other": N_("Annan handling"),
}
REGISTER_EXTRACT = "property_register_extract"
FILE_KINDS = frozenset({"pdf", "jpg", "png", "docx", "xlsx", "odt", "ods"})
MAX_BYTES = 150_000_000
ACCEPT = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.odt,.ods"


@dataclass(frozen=True)
class DocumentDraft:
    """A file and what it is called. With a title that the kind has already it is the next version of it."""

    kind: str
    title: str
    file_name: str
    data: bytes
    alt_text: str = ""
    is_public: bool = True


def list_documents(session: Session, plan: Plan) -> list[list[PlanDocument]]:
    """Each document as its versions, the newest first, in the order they are shown."""
    found: dict[tuple[str, str], list[PlanDocument]] = {}
    order = list(KINDS)
    rows = session.scalars(
        select(PlanDocument).where(PlanDocument.plan_id == plan.id).order_by(PlanDocument.number.desc())
    )
    for one in rows:
        found.setdefault((one.kind, one.title), []).append(one)
    return sorted(found.values(), key=lambda versions: (order.index(versions[0].kind), versions[0].title.casefold()))


def shown_in(session: Session, plan: Plan) -> dict[int, list[int]]:
    """The ids of the phases that each document version was shown in, by its id."""
    query = (
        select(PlanPhaseDocument.document_id, PlanPhaseDocument.phase_id)
        .join(PlanDocument, PlanDocument.id == PlanPhaseDocument.document_id)
        .where(PlanDocument.plan_id == plan.id)
        .order_by(PlanPhaseDocument.phase_id)
    )
    found: dict[int, list[int]] = {}
    for document_id, phase_id in session.execute(query):
        found.setdefault(document_id, []).append(phase_id)
    return found


def get_document(session: Session, plan: Plan, key: str) -> PlanDocument:
    """That version, or NotFound."""
    found = session.scalar(select(PlanDocument).where(PlanDocument.plan_id == plan.id, PlanDocument.key == key))
    if found is None:
        raise NotFound(N_("Handlingen finns inte."))
    return found


def add_document(
    session: Session, plan: Plan, draft: DocumentDraft, *, files: FileStore, actor_id: int | None
) -> PlanDocument:
    """Keep a version, told by its content and with its checksum. Raises Invalid by field.

    The property register extract is never public, whatever is asked (PBL 5:13).
    """
    title = clean_line(draft.title) or KINDS.get(draft.kind, "")
    wrong: dict[str, DomainError] = {}
    if draft.kind not in KINDS:
        wrong["kind"] = Invalid(N_("Välj vad det är för handling."))
    if len(title) > 200:
        wrong["title"] = Invalid(N_("Rubriken är för lång. Gränsen är 200 tecken."))
    try:
        checked = check_file(draft.data, draft.file_name, kinds=FILE_KINDS, max_bytes=MAX_BYTES, field="file")
    except DomainError as error:
        wrong["file"] = error
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
    session.execute(select(Plan.id).where(Plan.id == plan.id).with_for_update())
    same = (PlanDocument.plan_id == plan.id, PlanDocument.kind == draft.kind, PlanDocument.title == title)
    newest = session.scalar(select(PlanDocument).where(*same).order_by(PlanDocument.number.desc()).limit(1))
    if newest is not None and newest.sha256 == checked.sha256:
        raise Invalid(N_("Filen är samma som den senaste versionen."), field="file")
    key = secrets.token_hex(12)
    made = PlanDocument(
        plan_id=plan.id,
        kind=draft.kind,
        title=title,
        number=(newest.number if newest else 0) + 1,
        position=list(KINDS).index(draft.kind),
        key=key,
        file_key=f"plans/{plan.id}/documents/{key}.{checked.kind}",
        file_name=checked.name,
        content_type=checked.content_type,
        size_bytes=len(checked.data),
        sha256=checked.sha256,
        alt_text=clean_line(draft.alt_text)[:2_000],
        is_public=draft.is_public and draft.kind != REGISTER_EXTRACT,
        uploaded_by_id=actor_id,
    )
    files.put(made.file_key, checked.data)
    session.add(made)
    session.flush()
    session.expire(plan, ["documents"])
    audit.record(session, actor_id, "plan.document_add", plan, document=made.id, kind=made.kind, number=made.number)
    return made


def remove_document(
    session: Session, plan: Plan, document: PlanDocument, *, files: FileStore, actor_id: int | None
) -> None:
    """Take away a version that no phase has shown. Raises Conflict for one that was."""
    if session.scalar(select(exists().where(PlanPhaseDocument.document_id == document.id))):
        raise Conflict(N_("Handlingen visas i ett skede och kan inte tas bort. Lägg till en ny version i stället."))
    said = {"document": document.id, "kind": document.kind, "number": document.number}
    audit.record(session, actor_id, "plan.document_remove", plan, **said)
    file_key = document.file_key
    session.delete(document)
    session.flush()
    session.expire(plan, ["documents"])
    files.delete(file_key)


def show_in_phase(
    session: Session, plan: Plan, phase: PlanPhase, document_ids: Iterable[int], *, actor_id: int | None
) -> None:
    """Make these versions what the phase shows. Raises Invalid (`documents`).

    In an opened phase nothing that was shown is taken away; what is added is in the log with its day.
    """
    wanted = set(document_ids)
    known = set(session.scalars(select(PlanDocument.id).where(PlanDocument.plan_id == plan.id)))
    if not wanted <= known:
        raise Invalid(N_("Någon av handlingarna finns inte. Läs om sidan."), field="documents")
    now_shown = set(
        session.scalars(select(PlanPhaseDocument.document_id).where(PlanPhaseDocument.phase_id == phase.id))
    )
    if phase.has_opened and now_shown - wanted:
        raise Invalid(
            N_("Skedet är öppnat: det som har visats visas tiden ut. Du kan lägga till handlingar."), field="documents"
        )
    if wanted == now_shown:
        return
    gone = now_shown - wanted
    session.execute(
        delete(PlanPhaseDocument).where(PlanPhaseDocument.phase_id == phase.id, PlanPhaseDocument.document_id.in_(gone))
    )
    session.add_all(PlanPhaseDocument(phase_id=phase.id, document_id=one) for one in sorted(wanted - now_shown))
    if phase.has_opened:
        opened_without.note_documents(phase, local(now()).date())
    session.flush()
    audit.record(session, actor_id, "plan.documents_shown", plan, phase=phase.id, documents=sorted(wanted))


def newest_ids(session: Session, plan: Plan) -> set[int]:
    """The newest version of each document that the public may read: what a phase shows unless told otherwise."""
    newest = (
        select(PlanDocument.kind, PlanDocument.title, func.max(PlanDocument.number).label("number"))
        .where(PlanDocument.plan_id == plan.id)
        .group_by(PlanDocument.kind, PlanDocument.title)
        .subquery()
    )
    query = select(PlanDocument.id).join(
        newest,
        (PlanDocument.kind == newest.c.kind)
        & (PlanDocument.title == newest.c.title)
        & (PlanDocument.number == newest.c.number),
    )
    return set(session.scalars(query.where(PlanDocument.plan_id == plan.id, PlanDocument.is_public)))
