"""Corrects how a statement that staff registered came in: when, through what and from whom. Callers commit."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.plans import parties
from mapdialog.plans.correcting import mark_corrected
from mapdialog.plans.kinds import Channel
from mapdialog.plans.models import Plan
from mapdialog.plans.queries import find_phase_of
from mapdialog.plans.receiving import ORAL
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.statement_tending import demand_version, sender_of
from mapdialog.plans.statement_words import DESK_CHANNELS

REASON_MAX = 2_000
# What no report tells of a statement.
_UNTOLD = {"contact_email", "postal_address"}


@dataclass(frozen=True, kw_only=True)
class CameIn:
    """How it came in, as it should have been registered; `written` None follows the channel."""

    received_at: datetime
    received_by: str
    written: bool | None = None
    contact_name: str = ""
    contact_email: str = ""
    organisation: str = ""
    postal_address: str = ""
    property_designation: str = ""


def can_be_corrected(statement: PlanStatement) -> bool:
    """Whether staff registered it: of what was sent on the web the time is the server's and the rest the sender's."""
    return statement.received_by != Channel.WEB


def correct_registration(
    session: Session,
    statement: PlanStatement,
    came: CameIn,
    reason: str,
    *,
    keep_party: bool,
    version: int | None,
    at: datetime,
    actor_id: int,
) -> list[str]:
    """Put right how it came in; returns the names of what changed. Its words and files stay.

    Phase and lateness are judged anew, and whom it is from where the sender is another, unless `keep_party`. A finished
    report that tells of it is told to be outdated. Raises Invalid by field, Conflict.
    """
    plan = session.get_one(Plan, statement.plan_id)
    # Numbers of parties are given one by one, as when a statement is received.
    session.execute(select(Plan.id).where(Plan.id == plan.id).with_for_update())
    demand_version(session, statement, version)
    if not can_be_corrected(statement):
        raise Conflict(N_("Yttrandet kom genom webbformuläret. Tiden är serverns och resten avsändarens egna ord."))
    why = _check(came, reason, at)
    values = _values(plan, came)
    before = _told(statement)
    changed = [name for name, value in values.items() if getattr(statement, name) != value]
    was_from = statement.party_id
    session.execute(select(func.set_config("mapdialog.corrects", str(statement.id), True)))
    for name in changed:
        setattr(statement, name, values[name])
    if "received_at" in changed:
        statement.submitted_at = came.received_at
    if not keep_party and {*changed} & {"contact_name", "organisation", "contact_email", "property_designation"}:
        _find_party(session, plan, statement)
    if statement.party_id != was_from:
        changed.append("party_id")
    if not changed:
        return []
    statement.channel, statement.version = statement.received_by, statement.version + 1
    session.flush()
    session.execute(select(func.set_config("mapdialog.corrects", "", True)))
    session.expire(statement, ["phase", "party"])
    days = {"was": before, "now": _told(statement)} if before != _told(statement) else {}
    audit.record(session, actor_id, "statement.correct", statement, fields=changed, reason=why, **days)
    if {*changed} - _UNTOLD:
        mark_corrected(session, plan, statement, why, at=at, actor_id=actor_id)
    return changed


def _check(came: CameIn, reason: str, at: datetime) -> str:
    why, wrong = clean(reason), {}
    if not why:
        wrong["why"] = Invalid(N_("Skriv varför det rättas. Skälet står i loggen."))
    elif len(why) > REASON_MAX:
        wrong["why"] = Invalid(N_("Skälet är för långt. Korta det till %(most)s tecken."), most=REASON_MAX)
    if came.received_by not in DESK_CHANNELS:
        wrong["channel"] = Invalid(N_("Välj något i listan."))
    if came.received_at > at:
        wrong["received_on"] = Invalid(N_("Yttrandet kan inte ha kommit in i framtiden."))
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=dict(wrong))
    return why


def _values(plan: Plan, came: CameIn) -> dict[str, Any]:
    phase, in_time = find_phase_of(plan, came.received_at)
    return {
        "received_at": came.received_at,
        "received_by": came.received_by,
        "written": came.written if came.written is not None else came.received_by not in ORAL,
        "contact_name": clean_line(came.contact_name) or None,
        "contact_email": clean_line(came.contact_email) or None,
        "organisation": clean_line(came.organisation),
        "postal_address": clean(came.postal_address),
        "property_designation": clean_line(came.property_designation),
        "phase_id": phase.id if phase else None,
        "in_time": in_time,
    }


def _told(statement: PlanStatement) -> dict[str, Any]:
    """What the log keeps of how it came in: nothing that tells who the sender is."""
    names = ("received_by", "written", "phase_id", "in_time")
    return {"received_at": statement.received_at.isoformat()} | {name: getattr(statement, name) for name in names}


def _find_party(session: Session, plan: Plan, statement: PlanStatement) -> None:
    sender = sender_of(statement)
    sender = replace(sender, is_protected=sender.is_protected or parties.is_like_protected(session, plan, sender))
    party = parties.find_or_make(session, plan, sender, is_vouched=True)
    statement.party_id = party.id if party else None
    statement.is_protected = sender.is_protected or bool(party and party.is_protected)
    if party is not None:
        statement.party_group = party.party_group
