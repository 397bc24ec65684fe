"""Finds or makes the party that a sender is: never two people made one, if it can be doubted. Callers commit."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
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


def find_or_make(session: Session, plan: Plan, sender: Sender) -> PlanParty | None:
    """The party named by `party_id`, one of the same name and mail or home, or a new one; None for the anonymous.

    Raises Invalid for a party of another plan.
    """
    if sender.party_id is not None:
        party = session.get(PlanParty, sender.party_id)
        if party is None or party.plan_id != plan.id:
            raise Invalid(N_("Personen finns inte i planens register."), field="party_id")
        return party
    name, organisation = clean_line(sender.contact_name), clean_line(sender.organisation)
    if not (name or organisation):
        return None
    email, (street, code, city) = clean_line(sender.contact_email), read_address(sender.postal_address)
    namesakes = select(PlanParty).where(
        PlanParty.plan_id == plan.id,
        PlanParty.is_protected == sender.is_protected,
        func.lower(PlanParty.name) == name.lower(),
        func.lower(PlanParty.organisation) == organisation.lower(),
    )
    for one in session.scalars(namesakes.order_by(PlanParty.id)):
        same_mail = bool(email) and one.email.lower() == email.lower()
        if same_mail or (street and (one.street.lower(), one.postal_code) == (street.lower(), code)):
            return one
    made = PlanParty(
        plan_id=plan.id,
        number=next_number(session, PlanParty.number, PlanParty.plan_id == plan.id),
        party_group=sender.party_group,
        name=name,
        organisation=organisation,
        property_designation=clean_line(sender.property_designation),
        street=street,
        postal_code=code,
        city=city,
        email=email,
        is_protected=sender.is_protected,
        source="self",
        notify_by="email" if email else "letter" if street else "none",
    )
    session.add(made)
    session.flush()
    return made


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
