"""Tells which parties of a plan may be the same, and merges and parts them; nothing is deleted. Callers commit."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from mapdialog.core import audit
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import N_
from mapdialog.plans.models import Plan
from mapdialog.plans.parties import properties
from mapdialog.plans.party_models import PlanParty
from mapdialog.plans.statement_models import PlanStatement

MERGED, PARTED = "party.merge", "party.part"
_FILLED = ("organisation", "name", "email", "phone", "note")
_EMPTY = {"notify_by": "none"}


def list_twins(session: Session, party: PlanParty, *, protected: bool) -> Sequence[PlanParty]:
    """Others in the register that may be the same one, by name, organisation or mail; without the protected ones
    unless whoever asks may read them."""
    if party.merged_into_id is not None or (party.is_protected and not protected):
        return []
    other = aliased(PlanParty)
    query = select(other).join(PlanParty, _may_be_same(other)).where(PlanParty.id == party.id)
    if not protected:
        query = query.where(other.is_protected.is_(False))
    return session.scalars(query.order_by(other.number)).all()


def has_twin() -> ColumnElement[bool]:
    """The condition that another party of the plan, without protected identity, may be the same one."""
    other = aliased(PlanParty)
    return exists().where(_may_be_same(other), other.is_protected.is_(False))


def list_merged(session: Session, party: PlanParty) -> Sequence[PlanParty]:
    """Those that were merged into the party, by number."""
    query = select(PlanParty).where(PlanParty.merged_into_id == party.id)
    return session.scalars(query.order_by(PlanParty.number)).all()


def merge(session: Session, kept: PlanParty, other: PlanParty, *, actor_id: int | None) -> int:
    """Let `kept` have everything that is the other's: statements, and what is said where it says nothing itself.

    The other's row stays, out of every list, with what was sent to it. Returns how many statements moved. Raises
    Invalid for one with itself, Conflict when one of them is merged already.
    """
    _lock(session, kept, other)
    if kept.id == other.id or kept.plan_id != other.plan_id:
        raise Invalid(N_("Välj en annan i planens register."), field="other")
    if kept.merged_into_id is not None or other.merged_into_id is not None:
        raise Conflict(N_("En av dem är redan sammanförd med en annan. Ladda om sidan och se efter."))
    own = session.scalars(select(PlanStatement).where(PlanStatement.party_id == other.id)).all()
    filled, brought = _add_to(kept, other), list_merged(session, other)
    for statement in own:
        _give(statement, kept)
    if kept.is_protected:
        for statement in session.scalars(select(PlanStatement).where(PlanStatement.party_id == kept.id)):
            statement.is_protected = True
    for one in brought:
        one.merged_into_id = kept.id
    other.merged_into_id = kept.id
    _changed(session, kept, other)
    moved = {"statements": [one.id for one in own], "brought": [one.id for one in brought], "filled": filled}
    audit.record(session, actor_id, MERGED, other, plan=kept.plan_id, into=kept.id, **moved)
    return len(own)


def part(session: Session, other: PlanParty, *, actor_id: int | None) -> int:
    """Let one that was merged stand by itself again, with the statements that it had then and that nobody has moved
    since; returns how many. Those that had been merged into it follow, and what was filled in of it at the kept one is
    taken out again, unless somebody has changed it. Raises Conflict."""
    kept = other.merged_into
    if kept is None:
        raise Conflict(N_("Den är inte sammanförd med någon annan."))
    _lock(session, kept, other)
    events = [event for event in audit.list_events(session, other) if event.action == MERGED]
    was = events[0].detail if events else {}
    other.merged_into_id = None
    for one in list_merged(session, kept):
        if one.id in was.get("brought", []):
            one.merged_into_id = other.id
    for name in was.get("filled", []):
        if getattr(kept, name) == getattr(other, name):
            setattr(kept, name, _EMPTY.get(name, ""))
    if not (kept.name or kept.organisation):
        kept.name, kept.organisation = other.name, other.organisation
    moved = was.get("statements", [])
    query = select(PlanStatement).where(PlanStatement.id.in_(moved), PlanStatement.party_id == kept.id)
    back = session.scalars(query).all()
    for statement in back:
        _give(statement, other)
    _changed(session, kept, other)
    audit.record(session, actor_id, PARTED, other, plan=kept.plan_id, statements=[one.id for one in back])
    return len(back)


def _may_be_same(other: type[PlanParty]) -> ColumnElement[bool]:
    own_called = func.lower(func.coalesce(func.nullif(PlanParty.organisation, ""), PlanParty.name))
    its_called = func.lower(func.coalesce(func.nullif(other.organisation, ""), other.name))
    return and_(
        other.plan_id == PlanParty.plan_id,
        other.id != PlanParty.id,
        other.merged_into_id.is_(None),
        or_(
            own_called == its_called,
            and_(PlanParty.name != "", func.lower(PlanParty.name) == func.lower(other.name)),
            and_(PlanParty.email != "", func.lower(PlanParty.email) == func.lower(other.email)),
        ),
    )


def _lock(session: Session, *parties: PlanParty) -> None:
    session.execute(select(Plan.id).where(Plan.id == parties[0].plan_id).with_for_update())
    for party in parties:
        session.refresh(party)


def _add_to(kept: PlanParty, other: PlanParty) -> list[str]:
    """Fill in what is not said of the kept one, and tell what; nobody loses a protection or a no, and no address is
    mixed of two."""
    filled = [name for name in _FILLED if not getattr(kept, name) and getattr(other, name)]
    if not kept.street and other.street:
        filled += ["street", "postal_code", "city"]
    if kept.notify_by == "none" != other.notify_by:
        filled.append("notify_by")
    for name in filled:
        setattr(kept, name, getattr(other, name))
    known = properties(kept.property_designation)
    added = [part.strip() for part in other.property_designation.split(",") if not set(properties(part)) <= set(known)]
    kept.property_designation = ", ".join(part for part in (kept.property_designation, *added) if part)
    kept.is_protected = kept.is_protected or other.is_protected
    if other.consent == "declined" or not kept.consent:
        kept.consent, kept.consent_on, kept.consent_note = other.consent, other.consent_on, other.consent_note
    return filled


def _give(statement: PlanStatement, party: PlanParty) -> None:
    statement.party_id, statement.party_group = party.id, party.party_group
    statement.is_protected = statement.is_protected or party.is_protected
    statement.version += 1


def _changed(session: Session, *parties: PlanParty) -> None:
    for party in parties:
        party.version += 1
    session.flush()
    session.expire_all()
