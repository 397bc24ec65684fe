"""What readers do with others' contributions: support, reply, report. Nothing here commits."""

import hashlib
import hmac
import uuid

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from mapdialog.contributions import rules
from mapdialog.contributions.hints import has_strong_hint
from mapdialog.contributions.models import AbuseReport, Contribution, Reply, State, Support
from mapdialog.contributions.terms import Terms
from mapdialog.core import events
from mapdialog.core.errors import Closed, Conflict, Invalid
from mapdialog.core.text import N_


def device_hash(secret_key: str, dialogue_id: int, device: str) -> bytes:
    """A device's mark in one dialogue: without the key it tells nothing, and it differs between dialogues."""
    return hmac.new(secret_key.encode(), f"device:{dialogue_id}:{device}".encode(), hashlib.sha256).digest()


def support(session: Session, contribution: Contribution, terms: Terms, device: bytes) -> int:
    """Say "I think so too", once a device however often it is sent; returns the new count."""
    if not terms.accepts_support:
        raise Closed(N_("Dialogen är inte öppen, så det går inte att hålla med just nu."))
    added = session.execute(
        insert(Support)
        .values(contribution_id=contribution.id, device_hash=device)
        .on_conflict_do_nothing()
        .returning(Support.contribution_id)
    ).one_or_none()
    return _change_support(session, contribution, 1 if added else 0)


def withdraw_support(session: Session, contribution: Contribution, device: bytes) -> int:
    """Take it back; returns the new count."""
    gone = session.execute(
        delete(Support)
        .where(Support.contribution_id == contribution.id, Support.device_hash == device)
        .returning(Support.contribution_id)
    ).one_or_none()
    return _change_support(session, contribution, -1 if gone else 0)


def _change_support(session: Session, contribution: Contribution, change: int) -> int:
    """Added up in the database, so that two devices at once are two."""
    statement = (
        update(Contribution)
        .where(Contribution.id == contribution.id)
        .values(support_count=Contribution.support_count + change)
        .returning(Contribution.support_count)
    )
    count = session.execute(statement, execution_options={"synchronize_session": False}).scalar_one()
    session.expire(contribution, ["support_count"])
    return int(count)


def reply(
    session: Session, contribution: Contribution, terms: Terms, *, client_id: uuid.UUID, text: str, name: str = ""
) -> tuple[Reply, bool]:
    """A citizen's reply, moderated as the dialogue says, and whether it is new (the same client_id gives the first)."""
    found = session.scalar(select(Reply).where(Reply.client_id == client_id))
    if found is not None and found.contribution_id == contribution.id:
        return found, False
    if found is not None:
        raise Conflict(N_("Samma nummer har redan använts för ett annat svar. Ladda om sidan och skicka igen."))
    if not terms.accepts_replies:
        raise Closed(N_("Det går inte att svara i den här dialogen just nu."))
    state = State.PENDING if has_strong_hint(name) else rules.state_on_arrival(terms, text)
    values = {"author_name": name, "raw_text": text, "public_text": text if state == State.APPROVED else None}
    statement = insert(Reply).values(contribution_id=contribution.id, client_id=client_id, state=state, **values)
    statement = statement.on_conflict_do_nothing(index_elements=["client_id"])
    is_new = session.execute(statement.returning(Reply.id)).one_or_none() is not None
    made = session.scalars(select(Reply).where(Reply.client_id == client_id)).one()
    if is_new and state == State.APPROVED:
        count_replies(session, contribution.id)
        events.announce(session, "reply_published", contribution_id=contribution.id, reply=made)
    return made, is_new


def count_replies(session: Session, contribution_id: int) -> None:
    """Set `reply_count` to the number of replies that everybody may read."""
    public = select(func.count()).where(Reply.contribution_id == contribution_id, Reply.state == State.APPROVED)
    session.execute(
        update(Contribution).where(Contribution.id == contribution_id).values(reply_count=public.scalar_subquery()),
        execution_options={"synchronize_session": False},
    )


def report(
    session: Session,
    contribution: Contribution,
    *,
    reason: str,
    text: str = "",
    reply_id: int | None = None,
    device: bytes | None = None,
) -> AbuseReport:
    """A reader's "look at this, please". The same again from one device changes nothing until staff have looked."""
    if reason not in rules.REPORT_REASONS - {"flood"}:
        raise Invalid(N_("Välj vad som är fel."), field="reason")
    if len(text) > rules.REPLY_MAX:
        raise Invalid(
            N_("Texten är %(length)s tecken lång. Korta den till högst %(most)s."),
            field="text",
            length=len(text),
            most=rules.REPLY_MAX,
        )
    if reply_id is not None and not any(one.id == reply_id for one in contribution.replies):
        raise Invalid(N_("Svaret finns inte."), field="reply_id")
    if device is not None:
        same = session.scalar(
            select(AbuseReport).where(
                AbuseReport.contribution_id == contribution.id,
                AbuseReport.device_hash == device,
                AbuseReport.reason == reason,
                AbuseReport.reply_id.is_not_distinct_from(reply_id),
                AbuseReport.resolved_at.is_(None),
            )
        )
        if same is not None:
            return same
    made = AbuseReport(contribution_id=contribution.id, reply_id=reply_id, device_hash=device, reason=reason, text=text)
    session.add(made)
    events.announce(session, "abuse_reported", contribution=contribution, report=made)
    return made
