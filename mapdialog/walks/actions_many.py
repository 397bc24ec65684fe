"""Writes of many actions at once: made from observations, given to who is responsible, moved on. Callers commit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.contributions.queries import current_text
from mapdialog.core import audit
from mapdialog.core.errors import Conflict, Invalid, NotFound
from mapdialog.core.text import N_, clean_line
from mapdialog.walks import following_up, tending
from mapdialog.walks.findings import ResponsibleParty, WalkAction, WalkObservation
from mapdialog.walks.following_up import DEADLINE_MONTHS
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.tending import ActionDraft

TITLE_FROM_TEXT = 110


@dataclass(frozen=True)
class Outcome:
    """What became of many: those that were changed, and those that could not be."""

    done: tuple[WalkAction, ...]
    left: tuple[WalkAction, ...]


def suggested_title(session: Session, observation: WalkObservation) -> str:
    """The observation's category and the beginning of its words, to be written over."""
    shown = observation.public_text if observation.public_text is not None else current_text(session, observation)
    words = clean_line(shown)
    if len(words) > TITLE_FROM_TEXT:
        words = words[:TITLE_FROM_TEXT].rsplit(" ", 1)[0] + " …"
    label = observation.category.label_sv
    return f"{label}: {words}" if words else label


def make_one_each(
    session: Session,
    walk: SafetyWalk,
    observations: Sequence[WalkObservation],
    *,
    today: date,
    months: int = DEADLINE_MONTHS,
    actor_id: int | None,
) -> list[WalkAction]:
    """A proposed action for each, its title and place suggested, due in so many months, and at once where it is acute.
    Raises Invalid without any."""
    if not observations:
        raise Invalid(N_("Markera minst en iakttagelse först."), field="observations")
    return [
        tending.create_action(
            session,
            walk,
            ActionDraft(
                title=suggested_title(session, one),
                observation_ids=(one.id,),
                where_text=one.stop.name if one.stop else "",
                kind="quick_fix" if one.is_acute else "planned",
                priority="acute" if one.is_acute else "high" if one.severity == 3 else "normal",
            ),
            today=today,
            months=months,
            actor_id=actor_id,
        )
        for one in observations
    ]


def assign_many(
    session: Session, actions: Sequence[WalkAction], party_id: int | None, *, actor_id: int | None
) -> Outcome:
    """Give all of them to one party. Raises Invalid (`party`) for an unknown one or without actions."""
    _demand(actions)
    party = session.get(ResponsibleParty, party_id) if party_id is not None else None
    if party is None or not party.is_active:
        raise Invalid(N_("Välj en ansvarig i listan."), field="party")
    for action in actions:
        tending.take(session, action, None)
        action.party_id, action.owner_type = party.id, party.owner_type
        session.flush()
        session.expire(action, ["party"])
        audit.record(session, actor_id, "walk_action.assign", action, party=party.id)
    return Outcome(tuple(actions), ())


def move_many(
    session: Session,
    actions: Sequence[WalkAction],
    wanted: str,
    *,
    today: date,
    reason: str = "",
    actor_id: int | None,
) -> Outcome:
    """Take each to that status; those it cannot follow for stay as they are.

    Raises Invalid (`status`, `status_reason`) for an unknown status, without a reason where one is needed, or without
    actions.
    """
    _demand(actions)
    if wanted not in following_up.STATUSES:
        raise Invalid(N_("Välj en status i listan."), field="status")
    done, left = [], []
    for action in actions:
        try:
            tending.move(
                session,
                action,
                wanted,
                today=today,
                reason=reason if wanted in following_up.NEEDS_REASON else "",
                public_comment=reason,
                version=None,
                actor_id=actor_id,
            )
        except Conflict:
            left.append(action)
        else:
            done.append(action)
    return Outcome(tuple(done), tuple(left))


def change_party(
    session: Session,
    party: ResponsibleParty,
    name: str,
    owner_type: str,
    *,
    email: str,
    phone: str,
    is_active: bool,
    actor_id: int | None,
) -> None:
    """Another name, kind or address; one that is no longer active can't be chosen. Raises Invalid, Conflict."""
    name = clean_line(name)[:160]
    other = session.scalar(select(ResponsibleParty.id).where(ResponsibleParty.name == name))
    if other is not None and other != party.id:
        raise Conflict(N_("Det finns redan en ansvarig med det namnet."), field="name")
    if not name:
        raise Invalid(N_("Skriv vad den ansvariga heter."), field="name")
    party.name = name
    session.flush()
    tending.save_party(session, name, owner_type, email=email, phone=phone, actor_id=actor_id)
    party.is_active = is_active
    session.flush()


def get_party(session: Session, party_id: int) -> ResponsibleParty:
    """One of the register, or NotFound."""
    found = session.get(ResponsibleParty, party_id)
    if found is None:
        raise NotFound(N_("Den ansvariga finns inte i registret."))
    return found


def _demand(actions: Sequence[WalkAction]) -> None:
    if not actions:
        raise Invalid(N_("Markera minst en åtgärd först."), field="ids")


def check_email(text: str | None) -> str:
    """One address, or nothing. Raises Invalid (`email`): a reminder that cannot be sent helps nobody."""
    address = clean_line(text)[:200]
    if address and not re.fullmatch(r"[^\s@,;:<>()\"]+@[^\s@,;:<>()\"]+\.[^\s@,;:<>()\".]+", address):
        raise Invalid(N_("Skriv en hel e-postadress, till exempel gata@trelleborg.se."), field="email")
    return address
