"""Finds or makes the party that a sender is: never two people made one, if it can be doubted. Callers commit."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.plans.kinds import PartyGroup
from mapdialog.plans.models import Plan
from mapdialog.plans.party_models import PlanParty

_ADDRESS = re.compile(r"^(?P<street>.+?)[,\n]\s*(?P<code>\d{3} ?\d{2})\s+(?P<city>[^,\n]+)$")


@dataclass(frozen=True, kw_only=True)
class Sender:
    """What a statement tells of its sender. `party_id` names somebody in the register; else one is found or made."""

    party_id: int | None = None
    party_group: str = PartyGroup.PUBLIC
    contact_name: str = ""
    contact_email: str = ""
    organisation: str = ""
    postal_address: str = ""
    property_designation: str = ""
    is_protected: bool = False


def find_or_make(session: Session, plan: Plan, sender: Sender, *, is_vouched: bool = False) -> PlanParty | None:
    """The party named by `party_id`, the one that the sender must be, or a new one; None for the anonymous.

    One of the same name with the same mail, home or property is the same. With `is_vouched` somebody at the desk has
    seen who it is from: then an organisation is known by its name alone. Raises Invalid for a party of another plan.
    """
    if sender.party_id is not None:
        party = session.get(PlanParty, sender.party_id)
        if party is None or party.plan_id != plan.id:
            raise Invalid(N_("Personen finns inte i planens register."), field="party_id")
        return party.standing
    name, organisation = clean_line(sender.contact_name), clean_line(sender.organisation)
    if not (name or organisation):
        return None
    email, (street, code, city) = clean_line(sender.contact_email), read_address(sender.postal_address)
    property_designation = clean_line(sender.property_designation)
    seen = _Seen(name, organisation, email, street, code, property_designation)
    is_protected = sender.is_protected or is_like_protected(session, plan, sender)
    if (known := _find(session, plan, seen, is_protected=is_protected, is_vouched=is_vouched)) is not None:
        return known.standing
    made = PlanParty(
        plan_id=plan.id,
        number=next_number(session, PlanParty.number, PlanParty.plan_id == plan.id),
        party_group=sender.party_group,
        name=name,
        organisation=organisation,
        property_designation=property_designation,
        street=street,
        postal_code=code,
        city=city,
        email=email,
        is_protected=is_protected,
        source="self",
        notify_by="email" if email else "letter" if street else "none",
    )
    session.add(made)
    session.flush()
    return made


def is_like_protected(session: Session, plan: Plan, sender: Sender) -> bool:
    """Whether somebody with protected identity in the register has the sender's name or mail.

    Whoever forgets to say so is taken for that one until the officer has looked: the other mistake can't be undone.
    """
    said = ((PlanParty.name, sender.contact_name), (PlanParty.email, sender.contact_email))
    alike = [func.lower(column) == text.lower() for column, raw in said if (text := clean_line(raw))]
    if not alike:
        return False
    query = select(PlanParty.id).where(PlanParty.plan_id == plan.id, PlanParty.is_protected, or_(*alike))
    return session.scalar(query.limit(1)) is not None


@dataclass(frozen=True)
class _Seen:
    """A sender's own words, trimmed."""

    name: str
    organisation: str
    email: str
    street: str
    code: str
    property_designation: str

    def is_near(self, party: PlanParty) -> bool:
        """Whether the party has the same mail, home or property: with the same name that is the same one."""
        if self.email and party.email.casefold() == self.email.casefold():
            return True
        if self.street and party.street.casefold() == self.street.casefold():
            return party.postal_code == self.code or not (party.postal_code and self.code)
        own = properties(self.property_designation)
        return any(_same_property(one, other) for one in own for other in properties(party.property_designation))


def _find(session: Session, plan: Plan, seen: _Seen, *, is_protected: bool, is_vouched: bool) -> PlanParty | None:
    name, organisation = func.lower(PlanParty.name), func.lower(PlanParty.organisation)
    query = select(PlanParty).where(PlanParty.plan_id == plan.id, PlanParty.is_protected == is_protected)
    query = query.order_by(PlanParty.id)
    namesakes = query.where(name == seen.name.lower(), organisation == seen.organisation.lower())
    if near := [one for one in session.scalars(namesakes) if seen.is_near(one)]:
        return near[0]
    if not (is_vouched and seen.organisation):
        return None
    # Some registers write an organisation where a person's name is.
    called = or_(organisation == seen.organisation.lower(), (organisation == "") & (name == seen.organisation.lower()))
    found = {one.standing.id: one.standing for one in session.scalars(query.where(called))}
    return next(iter(found.values())) if len(found) == 1 else None


def properties(designations: str) -> list[str]:
    """Each property of 'Övre 1, Övre 2', folded so that they can be compared."""
    return [" ".join(part.split()).casefold() for part in designations.split(",") if part.strip()]


def _same_property(one: str, other: str) -> bool:
    # The register writes the municipality before the name ("Trelleborg Övre 1"), people seldom do.
    return one == other or one.endswith(f" {other}") or other.endswith(f" {one}")


def read_address(typed: str) -> tuple[str, str, str]:
    """Street, postal code and city out of 'Storgatan 1, 231 42 Trelleborg'; anything else stays whole as street."""
    typed = clean(typed)
    found = _ADDRESS.match(typed)
    if found is None:
        return clean_line(typed), "", ""
    code = found["code"].replace(" ", "")
    return clean_line(found["street"]), f"{code[:3]} {code[3:]}", clean_line(found["city"])


def next_number(session: Session, column: InstrumentedAttribute[int], among: Any) -> int:
    """The number after the highest among those rows; whoever asks holds the plan's row."""
    return int(session.scalar(select(func.coalesce(func.max(column), 0) + 1).where(among)) or 1)
