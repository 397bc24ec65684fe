"""Takes a decision back: what it found is set as it was, unless somebody has changed it since. Callers commit."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from mapdialog.contributions.models import AbuseReport, Contribution, ContributionRevision, ModerationEntry, State
from mapdialog.contributions.moderation import log
from mapdialog.contributions.queries import current_text
from mapdialog.core.errors import Conflict, NotFound
from mapdialog.core.events import announce
from mapdialog.core.text import N_

UNKNOWN = N_("Beslutet går inte att ångra: det är en kollegas, eller så är det för gammalt.")
TAKEN_BACK = N_("Det går inte att ångra %(receipt)s: författaren har tagit tillbaka synpunkten.")
AUTHOR_CHANGED = N_("Det går inte att ångra %(receipt)s: författaren har ändrat synpunkten sedan dess.")
DECIDED_AGAIN = N_("Det går inte att ångra %(receipt)s: synpunkten har behandlats igen sedan dess.")
ALREADY = N_("Beslutet om %(receipt)s är redan ångrat.")
ALL_CHANGED = N_("Det går inte att ångra: synpunkterna har ändrats sedan dess.")
# All that is read anew under the lock: of many contributions the rest would take longer than the deed.
_SET_BACK = ["state", "public_text", "hidden_rule", "hidden_reason", "moderated_at", "version", "photo_count"]


@dataclass(frozen=True)
class Undone:
    """The contributions that are as they were, how many had changed since and stay, and the log rows that fell."""

    done: list[Contribution]
    left: int
    entry_ids: list[int]


def undo(session: Session, decision_id: uuid.UUID, *, actor_id: int) -> Undone:
    """Set back everything that this account decided with one press.

    NotFound when there is no such decision of this account; Conflict, with the reason, when nothing can be set back.
    """
    mine = (ModerationEntry.decision_id == decision_id, ModerationEntry.actor_id == actor_id)
    # In the order of their ids, as bulk decisions lock them, so that two at once wait instead of dead-locking.
    query = select(ModerationEntry).where(*mine).order_by(ModerationEntry.contribution_id)
    entries = session.scalars(query.options(joinedload(ModerationEntry.contribution))).all()
    if not entries:
        raise NotFound(UNKNOWN)
    fell = [entry for entry in entries if _set_back(session, entry, actor_id)]
    if not fell:
        raise Conflict(
            _why(session, entries[0]) if len(entries) == 1 else ALL_CHANGED, receipt=entries[0].contribution.receipt
        )
    return Undone([entry.contribution for entry in fell], len(entries) - len(fell), [entry.id for entry in fell])


def _set_back(session: Session, entry: ModerationEntry, actor_id: int) -> bool:
    """True if it is as it was; False, with nothing touched, if somebody has changed it since the decision."""
    one, was = entry.contribution, entry.was
    session.execute(select(Contribution.id).where(Contribution.id == one.id).with_for_update())
    session.refresh(one, _SET_BACK)
    # An author's new photo is the one change that leaves the version as it is.
    if was is None or (one.version, one.photo_count) != (was["version"], was["photos"]):
        return False
    one.version += 1
    shown = one.public_text
    one.state, one.public_text = was["state"], was["public_text"]
    one.hidden_rule, one.hidden_reason = was["hidden_rule"], was["hidden_reason"]
    one.moderated_at = datetime.fromisoformat(was["moderated_at"]) if was["moderated_at"] else None
    if was["reports"]:
        reports = update(AbuseReport).where(AbuseReport.id.in_(was["reports"]))
        session.execute(reports.values(resolved_at=None, resolved_by_id=None))
    before = one.public_text if one.public_text is not None else current_text(session, one)
    texts = {"text_before": shown, "text_after": before} if shown not in (None, before) else {}
    log(session, one, f"undo_{entry.action}", actor_id, rule=one.hidden_rule, **texts)
    announce(session, "decision_undone", entry=entry)
    return True


def _why(session: Session, entry: ModerationEntry) -> str:
    """Why nothing of the decision could be set back, in words."""
    one = entry.contribution
    if one.state == State.WITHDRAWN:
        return TAKEN_BACK
    later = select(ModerationEntry.action).where(
        ModerationEntry.contribution_id == one.id, ModerationEntry.id > entry.id, ModerationEntry.reply_id.is_(None)
    )
    action = session.scalar(later.order_by(ModerationEntry.id).limit(1))
    if action:
        return ALREADY if action == f"undo_{entry.action}" else DECIDED_AGAIN
    revised = select(ContributionRevision.id).where(
        ContributionRevision.contribution_id == one.id, ContributionRevision.received_at >= entry.at
    )
    by_author = session.scalar(revised.limit(1)) or (entry.was or {}).get("photos") != one.photo_count
    return AUTHOR_CHANGED if by_author else DECIDED_AGAIN
