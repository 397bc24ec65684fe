"""What the desk notes about a statement that was received; the statement itself never changes. Callers commit."""

from dataclasses import dataclass, fields
from datetime import datetime

from shapely.geometry.base import BaseGeometry
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account
from mapdialog.contributions.models import ContributionDistrict
from mapdialog.contributions.writing import link_districts
from mapdialog.core import audit
from mapdialog.core.errors import Conflict, DomainError, Forbidden, Invalid
from mapdialog.core.text import N_, clean_line
from mapdialog.geo.geometry import anchor, from_element, to_element
from mapdialog.plans.kinds import PartyGroup, Stance
from mapdialog.plans.models import Plan, PlanFeature
from mapdialog.plans.parties import Sender, find_or_make
from mapdialog.plans.party_models import PlanParty
from mapdialog.plans.queries import may_read_protected
from mapdialog.plans.statement_models import PlanStatement

CHANGED_MEANWHILE = N_("En kollega har ändrat uppgifterna sedan du öppnade sidan. Jämför, och spara igen.")
NOT_FOR_YOU = N_(
    "Det här yttrandet har skyddade personuppgifter. Planens handläggare och administratörer får läsa det."
)
_SUMMARY = N_("Något behöver rättas innan det går att spara.")
LINE_MAX = 200
MOST_SIGNATORIES = 1_000_000


@dataclass(frozen=True)
class Notes:
    """What the desk says about a statement."""

    registry_no: str = ""
    party_group: str = PartyGroup.PUBLIC
    stance: str = Stance.NEUTRAL
    shown_as: str = "number"
    signatories: int = 1
    is_protected: bool = False
    assigned_to_id: int | None = None


def demand_readable(statement: PlanStatement, account: Account) -> None:
    """Raise Forbidden unless the account may read it: those with protected identities are for few."""
    if statement.is_protected and not may_read_protected(statement.plan, account):
        raise Forbidden(NOT_FOR_YOU)


def note_reading(session: Session, statement: PlanStatement, actor_id: int) -> bool:
    """Log that somebody opened a statement with protected identity; True when there is something to commit."""
    if statement.is_protected:
        audit.record(session, actor_id, "statement.read_protected", statement)
    return statement.is_protected


def mark_read(session: Session, statement: PlanStatement, is_read: bool, *, at: datetime, actor_id: int) -> None:
    """Somebody has read it, or wants it among the unread again. The first who read it stands."""
    if (statement.read_at is not None) == is_read:
        return
    statement.read_at, statement.read_by_id = (at, actor_id) if is_read else (None, None)
    session.flush()
    audit.record(session, actor_id, "statement.read" if is_read else "statement.unread", statement)


def save_notes(
    session: Session, statement: PlanStatement, notes: Notes, *, version: int | None, actor: Account
) -> list[str]:
    """Save what the desk says; returns the names of what changed. Raises Invalid by field, Conflict, Forbidden."""
    demand_version(session, statement, version)
    if wrong := _problems(session, notes):
        raise Invalid(_SUMMARY, fields=wrong)
    if statement.is_protected and not notes.is_protected:
        demand_readable(statement, actor)
    values = {one.name: getattr(notes, one.name) for one in fields(Notes)} | {
        "registry_no": clean_line(notes.registry_no)
    }
    changed = [name for name, value in values.items() if getattr(statement, name) != value]
    for name in changed:
        setattr(statement, name, values[name])
    if "is_protected" in changed and statement.is_protected:
        _protect_party(statement)
    if changed:
        _changed(session, statement, "statement.change", actor.id, fields=changed)
    return changed


def protect(session: Session, statement: PlanStatement, *, actor_id: int | None) -> None:
    """Mark it as one with protected identity, when that is learnt after it was registered."""
    statement.is_protected = True
    _protect_party(statement)
    _changed(session, statement, "statement.change", actor_id, fields=["is_protected"])


def _protect_party(statement: PlanStatement) -> None:
    # Whoever's statement is protected is so in every list; the other way takes a look at the register.
    if statement.party is not None:
        statement.party.is_protected = True


def choose_party(session: Session, statement: PlanStatement, party_id: int | None, *, actor_id: int) -> None:
    """Say which of the register's parties it is from, or none; the party lends its group and its protection."""
    party = session.get(PlanParty, party_id) if party_id is not None else None
    if party_id is not None and (party is None or party.plan_id != statement.plan_id):
        raise Invalid(N_("Personen finns inte i planens register."), field="party_id")
    _take_party(session, statement, party.standing if party else None, actor_id)


def sender_of(statement: PlanStatement) -> Sender:
    """Who the statement says it is from, to be found in the register."""
    return Sender(
        party_group=statement.party_group,
        contact_name=statement.contact_name or "",
        contact_email=statement.contact_email or "",
        organisation=statement.organisation,
        postal_address=statement.postal_address,
        property_designation=statement.property_designation,
        is_protected=statement.is_protected,
    )


def make_party(session: Session, statement: PlanStatement, *, actor_id: int) -> PlanParty:
    """Make a party of whom the statement says it is from, or find the one it must be. Raises Invalid without a name."""
    plan = session.get_one(Plan, statement.plan_id)
    # Numbers of parties are given one by one.
    session.execute(select(Plan.id).where(Plan.id == plan.id).with_for_update())
    party = find_or_make(session, plan, sender_of(statement), is_vouched=True)
    if party is None:
        raise Invalid(N_("Yttrandet säger inte vem det är från, så det går inte att ta in i registret."))
    _take_party(session, statement, party, actor_id)
    return party


def set_duplicate(session: Session, statement: PlanStatement, original: PlanStatement | None, *, actor_id: int) -> None:
    """Say that it is the same as another of the plan's statements, or that it is not. Raises Invalid for a chain."""
    if original is not None:
        if original.id == statement.id:
            raise Invalid(N_("Ett yttrande kan inte vara en dubblett av sig självt."), field="duplicate_of")
        if original.plan_id != statement.plan_id or original.duplicate_of_id is not None:
            raise Invalid(N_("Välj det yttrande som självt inte är en dubblett."), field="duplicate_of")
        if session.scalar(select(PlanStatement.id).where(PlanStatement.duplicate_of_id == statement.id).limit(1)):
            raise Invalid(N_("Det här yttrandet har egna dubbletter. Flytta dem först."), field="duplicate_of")
    statement.duplicate_of_id = original.id if original else None
    _changed(session, statement, "statement.duplicate", actor_id, of=original.id if original else None)


def place_at(
    session: Session,
    statement: PlanStatement,
    place: BaseGeometry | None,
    *,
    feature: PlanFeature | None = None,
    label: str = "",
    actor_id: int,
) -> None:
    """Where on the map it belongs (EPSG:3006), or None for the whole plan; districts are looked up anew.

    With a `feature`, a part of the plan, and no place of its own it lies there.
    """
    if feature is not None and feature.plan_id != statement.plan_id:
        raise Invalid(N_("Delen finns inte i planen."), field="feature")
    if place is None and feature is not None:
        place = from_element(feature.geom).representative_point()
    if place is None and statement.plan.area is None:
        raise Invalid(N_("Planen har inget område än. Rita det först."), field="place")
    shape = place if place is not None else from_element(statement.plan.area).representative_point()  # type: ignore[arg-type]
    statement.geom, statement.anchor = to_element(shape), to_element(anchor(shape))
    statement.place_source = "plan" if place is None else "pin"
    statement.place_label = clean_line(label)[:LINE_MAX]
    statement.feature_id = feature.id if feature else None
    session.execute(delete(ContributionDistrict).where(ContributionDistrict.contribution_id == statement.id))
    session.flush()
    if place is not None:
        link_districts(session, statement.id)
    _changed(session, statement, "statement.place", actor_id, whole_plan=place is None)


def withdraw_views(session: Session, statement: PlanStatement, at: datetime | None, *, actor_id: int) -> None:
    """The sender has taken the views back (or, with None, has not): they stay on record and no longer wait unmet."""
    statement.views_withdrawn_at = at
    _changed(session, statement, "statement.withdrawn" if at else "statement.not_withdrawn", actor_id)


def _take_party(session: Session, statement: PlanStatement, party: PlanParty | None, actor_id: int) -> None:
    statement.party_id = party.id if party else None
    if party is not None:
        statement.party_group = party.party_group
        statement.is_protected = statement.is_protected or party.is_protected
    _changed(session, statement, "statement.party", actor_id, party=party.id if party else None)
    session.expire(statement, ["party"])


def _changed(session: Session, statement: PlanStatement, action: str, actor_id: int | None, **detail: object) -> None:
    statement.version += 1
    session.flush()
    audit.record(session, actor_id, action, statement, **detail)


def demand_version(session: Session, statement: PlanStatement, version: int | None) -> None:
    """Hold the statement until commit, read anew; Conflict when somebody has changed it since that version."""
    session.execute(select(PlanStatement.id).where(PlanStatement.id == statement.id).with_for_update())
    session.refresh(statement)
    if version is not None and version != statement.version:
        raise Conflict(CHANGED_MEANWHILE)


def _problems(session: Session, notes: Notes) -> dict[str, DomainError]:
    wrong: dict[str, DomainError] = {}
    for name, known in (
        ("party_group", set(PartyGroup)),
        ("stance", set(Stance)),
        ("shown_as", {"number", "property", "name"}),
    ):
        if getattr(notes, name) not in known:
            wrong[name] = Invalid(N_("Välj något i listan."))
    if len(clean_line(notes.registry_no)) > LINE_MAX:
        wrong["registry_no"] = Invalid(N_("Korta det till högst %(most)s tecken."), most=LINE_MAX)
    if not 1 <= notes.signatories <= MOST_SIGNATORIES:
        wrong["signatories"] = Invalid(N_("Skriv hur många som har skrivit under, minst 1."))
    if notes.assigned_to_id is not None and session.get(Account, notes.assigned_to_id) is None:
        wrong["assigned_to_id"] = Invalid(N_("Välj någon i listan."))
    return wrong
