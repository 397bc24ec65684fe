"""Decisions about what the public sees. The original stays; every decision is a row of the log. Callers commit."""

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


def approve(session: Session, contribution: Contribution, *, version: int | None, actor_id: int | None) -> None:
    """Make it public, with the text staff wrote for it or the author's latest."""
    take(session, contribution, version)
    demand_open("approve", contribution.state)
    _publish(session, contribution)
    log(session, contribution, "approve", actor_id)
    announce(session, "contribution_approved", contribution=contribution)


def restore(session: Session, contribution: Contribution, *, version: int | None, actor_id: int | None) -> None:
    """Make something hidden public again."""
    take(session, contribution, version)
    demand_open("restore", contribution.state)
    _publish(session, contribution)
    contribution.hidden_rule = contribution.hidden_reason = None
    log(session, contribution, "restore", actor_id)
    announce(session, "contribution_approved", contribution=contribution)


def hide(
    session: Session,
    contribution: Contribution,
    *,
    rule: str,
    message: str = "",
    version: int | None,
    actor_id: int | None,
) -> None:
    """Take it from the public's sight by a published rule, with a message to the author.

    Open reports about it are thereby settled. Raises Invalid (field `rule` or `message`).
    """
    rule, message = check_rule(rule), check_length(clean(message), "message", MESSAGE_MAX)
    take(session, contribution, version)
    demand_open("hide", contribution.state)
    contribution.state = State.HIDDEN.value
    contribution.hidden_rule, contribution.hidden_reason = rule, message or None
    contribution.moderated_at = now()
    session.flush()
    log(session, contribution, "hide", actor_id, rule=rule, note=message)
    settle_reports(session, contribution.id, None, actor_id)
    announce(session, "contribution_hidden", contribution=contribution)


def edit(
    session: Session,
    contribution: Contribution,
    *,
    text: str,
    approves: bool,
    version: int | None,
    actor_id: int | None,
) -> None:
    """Change what the public sees; the original stays. With `approves` it becomes public at the same time."""
    text = check_length(clean(text), "public_text", TEXT_MAX)
    if not text:
        raise Invalid(EMPTY_TEXT, field="public_text")
    take(session, contribution, version)
    demand_open("edit", contribution.state)
    before = contribution.public_text if contribution.public_text is not None else current_text(session, contribution)
    contribution.public_text = text
    if text != before:
        log(session, contribution, "edit", actor_id, text_before=before, text_after=text)
    if approves and contribution.state == State.PENDING:
        _publish(session, contribution)
        log(session, contribution, "approve", actor_id)
        announce(session, "contribution_approved", contribution=contribution)
    session.flush()


def settle(
    session: Session, contribution: Contribution, *, note: str = "", version: int | None, actor_id: int | None
) -> int:
    """Close every open report about it and its replies, having looked; returns how many."""
    take(session, contribution, version)
    settled = settle_reports(session, contribution.id, "all", actor_id)
    if settled:
        log(session, contribution, "resolve_reports", actor_id, note=check_length(clean(note), "note", MESSAGE_MAX))
    return settled


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


def log(session: Session, contribution: Contribution, action: str, actor_id: int | None, **detail: Any) -> None:
    """One row of the log: `rule`, `note`, `text_before`, `text_after` as they apply."""
    session.add(ModerationEntry(contribution_id=contribution.id, actor_id=actor_id, action=action, **detail))


def settle_reports(session: Session, contribution_id: int, which: "int | str | None", actor_id: int | None) -> int:
    """Close open reports on the contribution itself (None), on a reply (its id) or all ("all"); returns how many."""
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
    return len(session.scalars(statement, execution_options={"synchronize_session": False}).all())


def _publish(session: Session, contribution: Contribution) -> None:
    if contribution.public_text is None:
        contribution.public_text = current_text(session, contribution)
    contribution.state = State.APPROVED.value
    contribution.moderated_at = now()
    session.flush()
