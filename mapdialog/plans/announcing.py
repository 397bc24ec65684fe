"""Writes of announcements: what they state, and the proof that the municipality put them up. Callers commit."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.errors import Conflict, DomainError, Invalid, NotFound
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.plans import announcement_facts, announcement_texts, phase_guards
from mapdialog.plans.announcement_texts import Facts
from mapdialog.plans.kinds import PhaseStatus
from mapdialog.plans.models import Plan, PlanAnnouncement, PlanPhase
from mapdialog.plans.phase_guards import AnnouncementState
from mapdialog.plans.rule_sets import rule_set
from mapdialog.plans.rule_types import Checklist
from mapdialog.plans.statement_files import CheckedFile, check_file

PROOF_KINDS = frozenset({"pdf", "jpg", "png", "tif", "eml", "msg", "docx"})
ITEM_MAX = 10_000
CHANGED_MEANWHILE = N_("En kollega har ändrat texten sedan du öppnade den. Det du skrev finns kvar; jämför och spara.")


@dataclass(frozen=True)
class Proof:
    """A file that shows that it was announced, as it was sent."""

    name: str
    data: bytes


@dataclass(frozen=True)
class AnnouncementDraft:
    """What is typed: the items' words by key, and where and when it was put up.

    `seen` are the marks (`announcement_facts.marks`) of when the page was opened, `right` the keys of the items
    that are said to be right as they stand though the plan or the phase has changed.
    """

    items: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)
    right: frozenset[str] = frozenset()
    board_url: str = ""
    board_posted_on: date | None = None
    board_removed_on: date | None = None
    newspaper: str = ""
    newspaper_on: date | None = None
    proof: Proof | None = None


def get_state(plan: Plan, phase: PlanPhase, kind: str) -> AnnouncementState:
    """The announcement of that kind that the phase needs before it or after its report, or NotFound."""
    rules = rule_set(plan.rule_set)
    for after in (False, True):
        for state in phase_guards.announcements(rules, plan, phase, after=after):
            if state.need.kind == kind:
                return state
    raise NotFound(N_("Skedet har ingen sådan kungörelse."))


def suggested(state: AnnouncementState, facts: Facts) -> dict[str, str]:
    """The words of each item: those that are written, and what is known where nothing is."""
    made = announcement_texts.item_texts(state.checklist, facts)
    kept = state.written.items if state.written else {}
    return {key: kept.get(key, "").strip() or text for key, text in made.items()}


def is_fixed(phase: PlanPhase, state: AnnouncementState) -> bool:
    """Whether the words stay what was put up: the phase has been opened, and the announcement went before it."""
    is_before = any(
        state.need.kind == one.need.kind
        for one in phase_guards.announcements(rule_set(phase.plan.rule_set), phase.plan, phase)
    )
    return is_before and phase.status not in (PhaseStatus.DRAFT, PhaseStatus.ANNOUNCED)


def save_announcement(
    session: Session,
    plan: Plan,
    phase: PlanPhase,
    kind: str,
    draft: AnnouncementDraft,
    *,
    facts: Facts,
    files: FileStore,
    version: int | None,
    today: date,
    actor_id: int | None,
) -> PlanAnnouncement:
    """Keep what it states and the proof of it. Raises Invalid by field, Conflict when a colleague was first.

    `version` is what one saw, 0 for one that was not written yet, None to save whatever there is.
    """
    session.execute(select(PlanPhase.id).where(PlanPhase.id == phase.id).with_for_update())
    session.refresh(phase, ["announcements", "status"])
    state = get_state(plan, phase, kind)
    written = state.written
    if version is not None and version != (written.version if written else 0):
        raise Conflict(CHANGED_MEANWHILE)
    proof = _check(draft, state.checklist, today)
    if written is None:
        written = PlanAnnouncement(plan_id=plan.id, phase_id=phase.id, kind=kind, items={}, version=0)
        session.add(written)
    if not is_fixed(phase, state):
        written.items = announcement_facts.marked(
            {one.key: clean(draft.items.get(one.key, "")) for one in state.checklist.items},
            written.items,
            made=announcement_texts.item_texts(state.checklist, facts),
            now=announcement_facts.marks(state.checklist, plan, phase),
            seen=draft.seen,
            right=draft.right,
        )
        written.text = announcement_texts.whole_text(state.checklist, facts, written.items)
    written.board_url, written.newspaper = clean_line(draft.board_url), clean_line(draft.newspaper)
    written.board_posted_on, written.board_removed_on = draft.board_posted_on, draft.board_removed_on
    written.newspaper_on = draft.newspaper_on
    if proof is not None:
        written.proof_file_key, written.proof_file_name = (
            f"plans/{plan.id}/proofs/{uuid.uuid4().hex}.{proof.kind}",
            proof.name,
        )
        files.put(written.proof_file_key, proof.data)
    written.version += 1
    session.flush()
    session.refresh(phase, ["announcements"])
    audit.record(session, actor_id, "plan.announcement_save", plan, phase=phase.id, kind=kind)
    return written


def _check(draft: AnnouncementDraft, checklist: Checklist, today: date) -> CheckedFile | None:
    """The proof as a checked file, None without one. Raises Invalid with every field that does not hold."""
    checked = None
    wrong: dict[str, DomainError] = {}
    for one in checklist.items:
        if len(draft.items.get(one.key, "")) > ITEM_MAX:
            wrong[f"item-{one.key}"] = Invalid(N_("Texten är för lång. Gränsen är %(most)s tecken."), most=ITEM_MAX)
    if draft.board_url and not _is_address(clean_line(draft.board_url)):
        wrong["board_url"] = Invalid(N_("Skriv hela adressen, till exempel https://www.trelleborg.se/anslagstavla."))
    if draft.board_removed_on and draft.board_posted_on is None:
        wrong["board_posted_on"] = Invalid(N_("Skriv också vilken dag texten sattes upp."))
    elif draft.board_removed_on and draft.board_posted_on and draft.board_removed_on < draft.board_posted_on:
        wrong["board_removed_on"] = Invalid(N_("Texten togs ner innan den sattes upp. Ändra dagen."))
    for name in ("board_posted_on", "board_removed_on", "newspaper_on"):
        day: date | None = getattr(draft, name)
        if day is not None and day > today:
            wrong[name] = Invalid(N_("Dagen har inte varit än. Skriv den när det är gjort."))
    if draft.newspaper_on and not clean_line(draft.newspaper):
        wrong["newspaper"] = Invalid(N_("Skriv vilken tidning det stod i."))
    if draft.proof is not None:
        try:
            checked = check_file(draft.proof.data, draft.proof.name, kinds=PROOF_KINDS, field="proof")
        except DomainError as error:
            wrong["proof"] = error
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
    return checked


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
