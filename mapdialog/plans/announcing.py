"""Writes of announcements: what they state, and the proof that the municipality put them up. Callers commit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.errors import Conflict, Invalid, NotFound
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_, clean
from mapdialog.plans import announcement_facts, announcement_texts, phase_guards
from mapdialog.plans.announcement_texts import Facts
from mapdialog.plans.models import Plan, PlanAnnouncement, PlanPhase
from mapdialog.plans.phase_guards import AnnouncementState
from mapdialog.plans.postings import Posting, check_posting, keep_posting
from mapdialog.plans.rule_sets import rule_set
from mapdialog.plans.rule_types import Checklist
from mapdialog.plans.statement_files import CheckedFile

ITEM_MAX = 10_000
CHANGED_MEANWHILE = N_("En kollega har ändrat texten sedan du öppnade den. Det du skrev finns kvar; jämför och spara.")


@dataclass(frozen=True)
class AnnouncementDraft(Posting):
    """What is typed: the items' words by key, and where and when it was put up.

    `seen` are the marks (`announcement_facts.marks`) of when the page was opened, `right` the keys of the items
    that are said to be right as they stand though the plan or the phase has changed.
    """

    items: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)
    right: frozenset[str] = frozenset()


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
    return is_before and phase.has_opened


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
    keep_posting(written, draft, proof, plan_id=plan.id, files=files)
    written.version += 1
    session.flush()
    session.refresh(phase, ["announcements"])
    audit.record(session, actor_id, "plan.announcement_save", plan, phase=phase.id, kind=kind)
    return written


def _check(draft: AnnouncementDraft, checklist: Checklist, today: date) -> CheckedFile | None:
    """The proof as a checked file, None without one. Raises Invalid with every field that does not hold."""
    checked, wrong = check_posting(draft, today)
    for one in checklist.items:
        if len(draft.items.get(one.key, "")) > ITEM_MAX:
            wrong[f"item-{one.key}"] = Invalid(N_("Texten är för lång. Gränsen är %(most)s tecken."), most=ITEM_MAX)
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
    return checked
