"""Decisions about what the public sees. The original stays; every decision is a row of the log. Callers commit."""

import uuid
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from mapdialog.contributions.actions import count_replies
from mapdialog.contributions.deciding import MESSAGE_MAX, check_length, check_rule, demand_open
from mapdialog.contributions.models import AbuseReport, Contribution, ModerationEntry, Reply, State
from mapdialog.contributions.queries import current_text
from mapdialog.contributions.rules import TEXT_MAX
from mapdialog.core.clock import now
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.events import announce
from mapdialog.core.text import N_, clean

CHANGED_MEANWHILE = N_("Synpunkten har ändrats sedan du öppnade den. Läs den igen; det du skrev finns kvar.")
EMPTY_TEXT = N_("Skriv den text som ska visas. Ska inget visas, dölj synpunkten i stället.")


def approve(
    session: Session,
    contribution: Contribution,
    *,
    version: int | None,
    actor_id: int | None,
    decision_id: uuid.UUID | None = None,
) -> ModerationEntry:
    """Make it public, with the text staff wrote for it or the author's latest.

    Returns the row of the log, by which it can be undone; many decided about at once share their `decision_id`.
    """
    take(session, contribution, version)
    demand_open("approve", contribution.state)
    was = _found(contribution)
    _publish(session, contribution)
    entry = _log_undoable(session, contribution, "approve", actor_id, was=was, decision_id=decision_id)
    announce(session, "contribution_approved", contribution=contribution, entry=entry)
    return entry


def restore(
    session: Session, contribution: Contribution, *, version: int | None, actor_id: int | None
) -> ModerationEntry:
    """Make something hidden public again; returns the row of the log, by which it can be undone."""
    take(session, contribution, version)
    demand_open("restore", contribution.state)
    was = _found(contribution)
    _publish(session, contribution)
    contribution.hidden_rule = contribution.hidden_reason = None
    entry = _log_undoable(session, contribution, "restore", actor_id, was=was)
    announce(session, "contribution_approved", contribution=contribution, entry=entry)
    return entry


def hide(
    session: Session,
    contribution: Contribution,
    *,
    rule: str,
    message: str = "",
    version: int | None,
    actor_id: int | None,
    decision_id: uuid.UUID | None = None,
) -> ModerationEntry:
    """Take it from the public's sight by a published rule, with a message to the author.

    Open reports about it are thereby settled. Returns the row of the log, by which it can be undone; many decided about
    at once share their `decision_id`. Raises Invalid (field `rule` or `message`).
    """
    rule, message = check_rule(rule), check_length(clean(message), "message", MESSAGE_MAX)
    take(session, contribution, version)
    demand_open("hide", contribution.state)
    was = _found(contribution)
    contribution.state = State.HIDDEN.value
    contribution.hidden_rule, contribution.hidden_reason = rule, message or None
    contribution.moderated_at = now()
    session.flush()
    was["reports"] = settle_reports(session, contribution.id, None, actor_id)
    entry = _log_undoable(
        session, contribution, "hide", actor_id, was=was, decision_id=decision_id, rule=rule, note=message
    )
    announce(session, "contribution_hidden", contribution=contribution, entry=entry)
    return entry


def edit(
    session: Session,
    contribution: Contribution,
    *,
    text: str,
    approves: bool,
    version: int | None,
    actor_id: int | None,
) -> ModerationEntry | None:
    """Change what the public sees; the original stays. With `approves` it becomes public at the same time.

    Returns the row of the log by which both are undone together, if it became public.
    """
    text = check_length(clean(text), "public_text", TEXT_MAX)
    if not text:
        raise Invalid(EMPTY_TEXT, field="public_text")
    take(session, contribution, version)
    demand_open("edit", contribution.state)
    was, entry = _found(contribution), None
    before = contribution.public_text if contribution.public_text is not None else current_text(session, contribution)
    contribution.public_text = text
    if text != before:
        log(session, contribution, "edit", actor_id, text_before=before, text_after=text)
    if approves and contribution.state == State.PENDING:
        _publish(session, contribution)
        entry = _log_undoable(session, contribution, "approve", actor_id, was=was)
        announce(session, "contribution_approved", contribution=contribution, entry=entry)
    session.flush()
    return entry


def settle(
    session: Session, contribution: Contribution, *, note: str = "", version: int | None, actor_id: int | None
) -> int:
    """Close every open report about it and its replies, having looked; returns how many."""
    take(session, contribution, version)
    settled = settle_reports(session, contribution.id, "all", actor_id)
    if settled:
        log(session, contribution, "resolve_reports", actor_id, note=check_length(clean(note), "note", MESSAGE_MAX))
    return len(settled)


def decide_reply(
    session: Session, reply: Reply, decision: str, *, seen: str, rule: str = "", actor_id: int | None
) -> None:
    """`approve`, `hide` or `restore` a reply. Conflict when its state is no longer `seen`, what the moderator saw."""
    key = check_rule(rule) if decision == "hide" else None
    state = session.scalar(select(Reply.state).where(Reply.id == reply.id).with_for_update())
    session.refresh(reply)
    if state != seen:
        raise Conflict(N_("Svaret har redan behandlats av en kollega. Läs det igen."))
    demand_open(decision, reply.state)
    reply.state = (State.HIDDEN if decision == "hide" else State.APPROVED).value
    reply.hidden_rule = key
    if reply.state == State.APPROVED and reply.public_text is None:
        reply.public_text = reply.raw_text
    session.flush()
    count_replies(session, reply.contribution_id)
    entry = ModerationEntry(
        contribution_id=reply.contribution_id,
        reply_id=reply.id,
        actor_id=actor_id,
        action=f"{decision}_reply",
        rule=key,
    )
    session.add(entry)
    if decision == "hide":
        settle_reports(session, reply.contribution_id, reply.id, actor_id)
    elif decision == "approve":
        announce(session, "reply_published", contribution_id=reply.contribution_id, reply=reply)


def take(session: Session, contribution: Contribution, version: int | None) -> None:
    """Hold the row until commit and count its version up. Conflict when `version`, if given, is not what it is now."""
    current = session.scalar(select(Contribution.version).where(Contribution.id == contribution.id).with_for_update())
    session.refresh(contribution)
    if version is not None and current != version:
        raise Conflict(CHANGED_MEANWHILE)
    contribution.version += 1
    session.flush()


def log(
    session: Session, contribution: Contribution, action: str, actor_id: int | None, **detail: Any
) -> ModerationEntry:
    """One row of the log: `rule`, `note`, `text_before`, `text_after` as they apply."""
    entry = ModerationEntry(contribution_id=contribution.id, actor_id=actor_id, action=action, **detail)
    session.add(entry)
    return entry


def settle_reports(
    session: Session, contribution_id: int, which: "int | str | None", actor_id: int | None
) -> list[int]:
    """Close open reports on the contribution itself (None), on a reply (its id) or all ("all"); returns their ids."""
    about = AbuseReport.contribution_id == contribution_id
    if which is None:
        about &= AbuseReport.reply_id.is_(None)
    elif which != "all":
        about &= AbuseReport.reply_id == which
    statement = (
        update(AbuseReport)
        .where(about, AbuseReport.resolved_at.is_(None))
        .values(resolved_at=func.now(), resolved_by_id=actor_id)
        .returning(AbuseReport.id)
    )
    return list(session.scalars(statement, execution_options={"synchronize_session": False}))


def _publish(session: Session, contribution: Contribution) -> None:
    if contribution.public_text is None:
        contribution.public_text = current_text(session, contribution)
    contribution.state = State.APPROVED.value
    contribution.moderated_at = now()
    session.flush()


def _found(contribution: Contribution) -> dict[str, Any]:
    """What a decision finds, for `undoing`. `version` and `photos` tell later whether anybody has changed it since."""
    moderated_at = contribution.moderated_at
    return {
        "state": contribution.state,
        "hidden_rule": contribution.hidden_rule,
        "hidden_reason": contribution.hidden_reason,
        "public_text": contribution.public_text,
        "moderated_at": moderated_at.isoformat() if moderated_at else None,
        "reports": [],
        "version": contribution.version,
        "photos": contribution.photo_count,
    }


def _log_undoable(
    session: Session,
    contribution: Contribution,
    action: str,
    actor_id: int | None,
    *,
    was: dict[str, Any],
    decision_id: uuid.UUID | None = None,
    **detail: Any,
) -> ModerationEntry:
    entry = log(session, contribution, action, actor_id, was=was, decision_id=decision_id or uuid.uuid4(), **detail)
    session.flush()
    return entry
