"""How a plan's consultations were held: days, announcements, dispatches, meetings and documents, phase by phase."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from mapdialog.core.text import clean_line
from mapdialog.plans import consenting
from mapdialog.plans.extending import list_extensions
from mapdialog.plans.kinds import PhaseKind, Procedure
from mapdialog.plans.models import PlanAnnouncement, PlanDocument, PlanMeeting, PlanPhase, PlanPhaseDocument
from mapdialog.plans.party_models import PlanDispatch, PlanRecipient
from mapdialog.plans.phase_guards import is_afterwards
from mapdialog.plans.statement_models import PlanPhaseExtension
from mapdialog.reports import plan_report_words as words
from mapdialog.reports.plan_report import Held, Meeting, Notice

_VERBS = frozenset({
    "finns", "fanns", "kan", "kunde", "ligger", "låg", "visas", "visades", "hänger", "hängde", "går", "gick", "är",
    "var", "har", "hade",
})  # fmt: skip


def read_held(session: Session, phases: Sequence[PlanPhase]) -> tuple[Held, ...]:
    """What is told of each phase, in order of their days."""
    ids = [one.id for one in phases]
    loaded = session.scalars(
        select(PlanPhase)
        .where(PlanPhase.id.in_(ids))
        .options(selectinload(PlanPhase.meetings), selectinload(PlanPhase.announcements))
        .order_by(PlanPhase.starts_on, PlanPhase.id)
    )
    return tuple(_held(session, one) for one in loaded)


def _held(session: Session, phase: PlanPhase) -> Held:
    number = f" {phase.round}" if phase.round > 1 else ""
    extended = list_extensions(session, phase)
    return Held(
        title=f"{words.PHASES[phase.kind]}{number}",
        period=f"{words.day(phase.starts_on)} – {words.day(phase.ends_on)}",
        why_short=_why_short(phase),
        held_text=phase.held_text,
        available_text=_available(phase.available_text),
        extensions=tuple(_extension(one) for one in extended),
        notices=(*_announcements(phase, extended), *_dispatches(session, phase)),
        meetings=tuple(_meeting(one) for one in phase.meetings),
        documents=_documents(session, phase),
        consents=_consents(session, phase),
    )


def _consents(session: Session, phase: PlanPhase) -> str:
    """In the limited standard procedure: how many of those consulted have approved the proposal, which all must."""
    if phase.kind != PhaseKind.CONSULTATION or phase.plan.procedure != Procedure.STANDARD_LIMITED:
        return ""
    held = consenting.count_consents(session, phase.plan)
    if held.is_whole:
        return f"Samrådskretsen, {words.number(held.total)} till antalet, har godkänt förslaget."
    told = f"{words.number(held.approved)} av {words.number(held.total)} i samrådskretsen har godkänt förslaget."
    return f"{told} {words.number(held.declined)} har svarat att de inte godkänner det." if held.declined else told


def _why_short(phase: PlanPhase) -> str:
    if is_afterwards(phase):
        return f"Skedet fördes in i verktyget i efterhand. {_sentence(phase.override_reason)}"
    if phase.min_end_on is None or phase.ends_on >= phase.min_end_on:
        return ""
    lead = f"Tiden är kortare än huvudregelns, som hade gett {words.day(phase.min_end_on)} som sista dag."
    return f"{lead} {_sentence(phase.override_reason or phase.all_agreed_evidence)}".strip()


def _available(said: str) -> str:
    """A sentence of what the officer wrote, which follows 'Förslaget finns på kommunens webbplats och'."""
    known = clean_line(said).rstrip(".")
    if not known:
        return ""
    if known[0].isupper() and _VERBS & set(known.casefold().split()):
        return f"{known}."  # A sentence of its own all the same.
    here = f"här: {known}" if known[0].isupper() else known
    return f"Förslaget fanns att läsa på kommunens webbplats och {here}."


def _sentence(said: str) -> str:
    """With a capital and a full stop, however it was typed."""
    known = said.strip()
    return f"{known[:1].upper()}{known[1:]}{'' if known[-1:] in '.!?' else '.'}"


def _extension(one: PlanPhaseExtension) -> str:
    return f"Tiden förlängdes från {words.day(one.was_on)} till {words.day(one.ends_on)}. {_sentence(one.reason)}"


def _announcements(phase: PlanPhase, extended: Sequence[PlanPhaseExtension]) -> list[Notice]:
    """Each place where a text was announced is a line of its own."""
    told: list[tuple[str, PlanAnnouncement | PlanPhaseExtension]] = [
        *((words.ANNOUNCEMENTS[one.kind], one) for one in phase.announcements),
        *((f"{words.EXTENSION} till {words.day(one.ends_on)}", one) for one in extended),
    ]
    found = []
    for what, one in told:
        if one.board_posted_on is not None:
            until = f" till {one.board_removed_on:%Y-%m-%d}" if one.board_removed_on else ""
            where = f"Kommunens anslagstavla{until}"
            found.append(Notice(what, f"{one.board_posted_on:%Y-%m-%d}", where))
        if one.newspaper:
            found.append(Notice(what, f"{one.newspaper_on:%Y-%m-%d}" if one.newspaper_on else "–", one.newspaper))
    return found


def _dispatches(session: Session, phase: PlanPhase) -> list[Notice]:
    rows = session.execute(
        select(PlanDispatch.kind, func.min(PlanRecipient.sent_on), func.count(PlanRecipient.id))
        .join(PlanRecipient, PlanRecipient.dispatch_id == PlanDispatch.id)
        .where(PlanDispatch.phase_id == phase.id, PlanDispatch.frozen_at.is_not(None), PlanRecipient.channel != "none")
        .group_by(PlanDispatch.id)
        .order_by(PlanDispatch.id)
    )
    return [
        Notice(
            words.DISPATCHES[kind], f"{sent:%Y-%m-%d}" if sent else "–", words.counted(count, "mottagare", "mottagare")
        )
        for kind, sent, count in rows
    ]


def _meeting(one: PlanMeeting) -> Meeting:
    return Meeting(words.MEETINGS[one.kind], words.moment(one.starts_at), one.place, one.attendance, one.notes)


def _documents(session: Session, phase: PlanPhase) -> tuple[str, ...]:
    """What was shown, by title and version; the register of properties has names in it and is not told of."""
    rows = session.scalars(
        select(PlanDocument)
        .join(PlanPhaseDocument, PlanPhaseDocument.document_id == PlanDocument.id)
        .where(PlanPhaseDocument.phase_id == phase.id, PlanDocument.kind != "property_register_extract")
        .order_by(PlanDocument.position, PlanDocument.id)
    )
    return tuple(f"{one.title} ({words.DOCUMENTS[one.kind].lower()}, version {one.number})" for one in rows)
