"""Writes of sendings: prepare, freeze the list when it is used, send the mails, note what was sent. Callers commit."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core import audit, events
from mapdialog.core.clock import local
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.plans import dispatching
from mapdialog.plans.dispatch_rows import shown_channel
from mapdialog.plans.dispatching import Addressee, Proposal
from mapdialog.plans.duties import Occasion
from mapdialog.plans.models import Plan
from mapdialog.plans.parties import next_number
from mapdialog.plans.party_models import PlanDispatch, PlanParty, PlanRecipient
from mapdialog.plans.problems import that_stop
from mapdialog.plans.unmet import UnmetPerson

MAILED = "plan_dispatch_mailed"
TITLE_MAX, BODY_MAX, PROOF_MAX = 200, 20_000, 1_000
FROZEN = N_("Listan är låst och kan inte ändras. Gör ett nytt utskick om något ska läggas till.")
NOT_FROZEN = N_("Lås listan först, så att det syns vilka som fick utskicket.")
_NO_TEXT = {"title": N_("Skriv en rubrik."), "body": N_("Skriv vad som ska stå i brevet.")}


def prepare(
    session: Session, plan: Plan, occasion: Occasion, title: str, body: str, *, actor_id: int | None
) -> PlanDispatch:
    """A new sending with its words, whose recipients are told by the register until it is frozen. Raises Invalid."""
    made = PlanDispatch(
        plan_id=plan.id,
        phase_id=occasion.phase.id if occasion.phase else None,
        kind=str(occasion.kind),
        created_by_id=actor_id,
    )
    made.title, made.body = _words(title, body)
    session.add(made)
    session.flush()
    audit.record(session, actor_id, "dispatch.prepare", made, plan=plan.id, kind=made.kind)
    return made


def save_words(session: Session, dispatch: PlanDispatch, title: str, body: str, *, actor_id: int | None) -> None:
    """Change what it says. Raises Invalid by field, Conflict when it is frozen."""
    _demand_draft(session, dispatch)
    dispatch.title, dispatch.body = _words(title, body)
    session.flush()
    audit.record(session, actor_id, "dispatch.words", dispatch)


def discard(session: Session, dispatch: PlanDispatch, *, actor_id: int | None) -> None:
    """Throw a sending away that was never used. Raises Conflict when it is frozen."""
    _demand_draft(session, dispatch)
    audit.record(session, actor_id, "dispatch.discard", dispatch, plan=dispatch.plan_id, kind=dispatch.kind)
    session.delete(dispatch)
    session.flush()


def freeze(
    session: Session,
    plan: Plan,
    dispatch: PlanDispatch,
    occasion: Occasion,
    *,
    at: datetime,
    actor_id: int | None,
    extra: Iterable[int] = (),
    without: Iterable[int] = (),
    reason: str = "",
) -> list[PlanRecipient]:
    """Write the recipients down as they are now and lock the list with its checksum.

    `extra` and `without` are numbers in the register; leaving somebody out, and going past what needs one, takes a
    reason, which the log keeps. Raises Invalid by field, Conflict when it is frozen already.
    """
    session.execute(select(Plan.id).where(Plan.id == plan.id).with_for_update())
    _demand_draft(session, dispatch)
    reason, without = clean_line(reason), set(without)
    proposal = dispatching.propose(session, plan, occasion)
    addressees = _chosen(session, plan, proposal, set(extra), without)
    problems = [
        *dispatching.why_not_frozen(session, plan, occasion, Proposal(tuple(addressees), 0)),
        *dispatching.why_words_lag(plan, occasion, dispatch.body),
        *dispatching.why_too_late(occasion, local(at).date()),
    ]
    if stopping := that_stop(problems, has_reason=bool(reason)):
        params: dict[str, Any] = dict(stopping[0].params)
        raise Invalid(stopping[0].message, field="reason", **params)
    if without and not reason:
        raise Invalid(N_("Skriv varför de inte ska ha utskicket."), field="reason")
    for one in addressees:
        session.add(_recipient(session, plan, dispatch, one))
    session.flush()
    session.refresh(dispatch, ["recipients"])
    dispatch.sha256, dispatch.frozen_at = checksum(dispatch), at
    session.flush()
    detail = {"without": sorted(without), "reason": reason} if reason else {}
    audit.record(session, actor_id, "dispatch.freeze", dispatch, recipients=len(dispatch.recipients), **detail)
    return dispatch.recipients


def checksum(dispatch: PlanDispatch) -> str:
    """SHA-256 (hexadecimal) of the words and of every recipient as they are written down, in the order of the list."""
    listed = [
        [one.party_id, one.channel, one.name, one.address, one.email, one.reason]
        for one in sorted(dispatch.recipients, key=lambda each: each.id)
    ]
    whole = json.dumps([dispatch.kind, dispatch.title, dispatch.body, listed], ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


def send_mails(session: Session, dispatch: PlanDispatch, *, on: date, actor_id: int | None) -> int:
    """Announce MAILED for those who are mailed and have not been; returns how many. Raises Conflict, not frozen."""
    _demand_frozen(session, dispatch)
    waiting = [one for one in dispatch.recipients if one.sent_on is None and shown_channel(one) == "email"]
    if not waiting:
        return 0
    for one in waiting:
        one.sent_on = on
    events.announce(session, MAILED, dispatch=dispatch, recipients=waiting)
    session.flush()
    audit.record(session, actor_id, "dispatch.mail", dispatch, recipients=len(waiting))
    return len(waiting)


def mark_sent(
    session: Session, dispatch: PlanDispatch, ids: Sequence[int], *, on: date, proof: str, actor_id: int | None
) -> int:
    """Note when those recipients were sent it and what shows it; returns how many. Raises Invalid, Conflict."""
    _demand_frozen(session, dispatch)
    proof, chosen = clean_line(proof), set(ids)
    if len(proof) > PROOF_MAX:
        raise Invalid(N_("Texten är för lång. Gränsen är %(most)s tecken."), field="proof", most=PROOF_MAX)
    marked = [one for one in dispatch.recipients if one.id in chosen]
    if not marked:
        raise Invalid(N_("Välj vilka det gäller."), field="who")
    if dispatch.frozen_at is not None and on < (locked := local(dispatch.frozen_at).date()):
        raise Invalid(N_("Listan låstes %(day)s. Den kan inte ha skickats före det."), field="on", day=locked)
    for one in marked:
        one.sent_on, one.proof = on, proof or one.proof
    session.flush()
    audit.record(session, actor_id, "dispatch.sent", dispatch, recipients=len(marked))
    return len(marked)


def _chosen(session: Session, plan: Plan, proposal: Proposal, extra: set[int], without: set[int]) -> list[Addressee]:
    known = {one.number for one in proposal.addressees}
    if unknown := sorted(without - known):
        message = N_("Nummer %(numbers)s finns inte i listan.")
        raise Invalid(message, field="without", numbers=", ".join(map(str, unknown)))
    kept = [one for one in proposal.addressees if one.number not in without]
    query = select(PlanParty).where(
        PlanParty.plan_id == plan.id, PlanParty.number.in_(extra - known), PlanParty.merged_into_id.is_(None)
    )
    added = {party.number: party for party in session.scalars(query)}
    if unknown := sorted(extra - known - set(added)):
        message = N_("Nummer %(numbers)s finns inte i registret.")
        raise Invalid(message, field="extra", numbers=", ".join(map(str, unknown)))
    return kept + [dispatching.addressed(party, dispatching.ADDED) for _number, party in sorted(added.items())]


def _recipient(session: Session, plan: Plan, dispatch: PlanDispatch, one: Addressee) -> PlanRecipient:
    party_id, name = one.party_id, one.name
    if party_id is None and one.sender is not None:
        # A sender without a party gets one now, so that the list names everybody in the same way.
        party = _known_or_new(session, plan, one.sender)
        party_id = party.id
        name = dispatching.protected_name(party.number) if one.is_protected else name
    return PlanRecipient(
        dispatch_id=dispatch.id,
        party_id=party_id,
        channel=one.channel,
        name=name,
        address=one.address,
        email=one.email,
        reason=one.reason,
    )


def _known_or_new(session: Session, plan: Plan, sender: UnmetPerson) -> PlanParty:
    name = sender.name or ("" if sender.organisation else sender.email)
    query = select(PlanParty).where(
        PlanParty.plan_id == plan.id,
        PlanParty.name == name,
        PlanParty.organisation == sender.organisation,
        PlanParty.email == sender.email,
        PlanParty.street == sender.street,
        PlanParty.is_protected == sender.is_protected,
    )
    if (known := session.scalars(query.order_by(PlanParty.id).limit(1)).first()) is not None:
        return known.standing
    made = PlanParty(
        plan_id=plan.id,
        number=next_number(session, PlanParty.number, PlanParty.plan_id == plan.id),
        party_group=sender.party_group,
        name=name,
        organisation=sender.organisation,
        property_designation=sender.property_designation,
        street=sender.street,
        email=sender.email,
        is_protected=sender.is_protected,
        source="self",
        notify_by="email" if sender.email else "letter" if sender.street else "none",
    )
    session.add(made)
    session.flush()
    return made


def _words(title: str, body: str) -> tuple[str, str]:
    said = {"title": clean_line(title), "body": clean(body)}
    wrong = {name: Invalid(_NO_TEXT[name]) for name, text in said.items() if not text}
    for name, most in (("title", TITLE_MAX), ("body", BODY_MAX)):
        if len(said[name]) > most:
            wrong[name] = Invalid(N_("Texten är för lång. Gränsen är %(most)s tecken."), most=most)
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=dict(wrong))
    return said["title"], said["body"]


def _demand_draft(session: Session, dispatch: PlanDispatch) -> None:
    session.refresh(dispatch, with_for_update=True)
    if dispatch.frozen_at is not None:
        raise Conflict(FROZEN)


def _demand_frozen(session: Session, dispatch: PlanDispatch) -> None:
    session.refresh(dispatch, with_for_update=True)
    if dispatch.frozen_at is None:
        raise Conflict(NOT_FROZEN)
