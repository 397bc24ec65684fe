"""Writes of a plan's register of parties: add, change, remove. Never public, never in a log. Callers commit."""

from dataclasses import asdict, dataclass, fields

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account
from mapdialog.contributions.rules import check_email
from mapdialog.core import audit
from mapdialog.core.errors import Conflict, DomainError, Forbidden, Invalid
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.plans.kinds import PartyGroup
from mapdialog.plans.models import Plan
from mapdialog.plans.parties import next_number
from mapdialog.plans.party_models import PlanParty, PlanRecipient
from mapdialog.plans.queries import may_read_protected
from mapdialog.plans.statement_models import PlanStatement

LINE_MAX, NOTE_MAX = 300, 4_000
NOTIFY_BY: dict[str, str] = {
    "letter": N_("Brev"),
    "email": N_("E-post"),
    "none": N_("På annat sätt"),
}
CHANGED_MEANWHILE = N_("En kollega har ändrat uppgifterna sedan du öppnade sidan. Jämför, och spara igen.")
NOT_FOR_YOU = N_("Den här har skyddade personuppgifter. Planens handläggare och administratörer får läsa dem.")
_SUMMARY = N_("Något behöver rättas innan det går att spara.")


@dataclass(frozen=True)
class PartyDraft:
    """What is said of a party, as it was typed or read from a file."""

    party_group: str = PartyGroup.PROPERTY_PARTY
    name: str = ""
    organisation: str = ""
    property_designation: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    email: str = ""
    phone: str = ""
    note: str = ""
    is_protected: bool = False
    notify_by: str = "letter"

    def cleaned(self) -> "PartyDraft":
        """The same with every line trimmed, the postal code as '231 42' and the address in its sending form.

        Raises Invalid with every field that does not hold.
        """
        values = asdict(self)
        for name, value in values.items():
            if isinstance(value, str):
                values[name] = clean(value) if name == "note" else clean_line(value)
        wrong = _problems(values)
        if wrong:
            raise Invalid(_SUMMARY, fields=wrong)
        digits = values["postal_code"].replace(" ", "")
        if len(digits) == 5 and digits.isdecimal():
            values["postal_code"] = f"{digits[:3]} {digits[3:]}"
        return PartyDraft(**values)


NAMES = tuple(one.name for one in fields(PartyDraft))


def draft_of(party: PlanParty) -> PartyDraft:
    """What is stored of a party, as a draft to change."""
    return PartyDraft(**{name: getattr(party, name) for name in NAMES})


def may_read(plan: Plan, party: PlanParty, account: Account) -> bool:
    """Whether the account may read this party."""
    return not party.is_protected or may_read_protected(plan, account)


def note_reading(session: Session, plan: Plan, party: PlanParty, account: Account) -> bool:
    """Raise Forbidden unless the account may read it, and log the reading of a protected one; True: commit that."""
    if not party.is_protected:
        return False
    if not may_read_protected(plan, account):
        raise Forbidden(NOT_FOR_YOU)
    audit.record(session, account.id, "party.read_protected", party)
    return True


def add_party(
    session: Session, plan: Plan, draft: PartyDraft, *, source: str = "staff", actor_id: int | None
) -> PlanParty:
    """A new party with the plan's next number. Raises Invalid by field."""
    values = asdict(draft.cleaned())
    session.execute(select(Plan.id).where(Plan.id == plan.id).with_for_update())
    number = next_number(session, PlanParty.number, PlanParty.plan_id == plan.id)
    made = PlanParty(plan_id=plan.id, number=number, source=source, **values)
    session.add(made)
    session.flush()
    audit.record(session, actor_id, "party.add", made, plan=plan.id)
    return made


def update_party(
    session: Session, party: PlanParty, draft: PartyDraft, *, version: int | None, actor_id: int | None
) -> list[str]:
    """Save what is said of a party; returns the names of what changed. Raises Invalid by field, Conflict.

    Whoever becomes protected is so with every statement; statements stay protected when the register says otherwise.
    """
    session.refresh(party, with_for_update=True)
    if version is not None and version != party.version:
        raise Conflict(CHANGED_MEANWHILE)
    values = asdict(draft.cleaned())
    changed = [name for name, value in values.items() if getattr(party, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(party, name, values[name])
    party.version += 1
    if "is_protected" in changed and party.is_protected:
        own = select(PlanStatement).where(PlanStatement.party_id == party.id)
        for statement in session.scalars(own):
            statement.is_protected = True
    session.flush()
    audit.record(session, actor_id, "party.change", party, fields=changed)
    return changed


def remove_party(session: Session, party: PlanParty, *, actor_id: int | None) -> None:
    """Take somebody out who has neither written nor been written to. Raises Conflict."""
    if is_used(session, party):
        raise Conflict(N_("Den här har lämnat ett yttrande eller fått ett utskick, och finns därför kvar i ärendet."))
    audit.record(session, actor_id, "party.remove", party, plan=party.plan_id)
    session.delete(party)
    session.flush()


def is_used(session: Session, party: PlanParty) -> bool:
    """Whether a statement or a sending names the party, or another is merged into it."""
    written = exists().where(PlanStatement.__table__.c.party_id == party.id)
    sent = exists().where(PlanRecipient.party_id == party.id)
    merged = exists().where(PlanParty.__table__.c.merged_into_id == party.id)
    return bool(session.scalar(select(written | sent | merged)))


def _problems(values: dict[str, object]) -> dict[str, DomainError]:
    wrong: dict[str, DomainError] = {}
    for name, value in values.items():
        most = NOTE_MAX if name == "note" else LINE_MAX
        if isinstance(value, str) and len(value) > most:
            wrong[name] = Invalid(N_("Texten är för lång. Gränsen är %(most)s tecken."), most=most)
    if not (values["name"] or values["organisation"]):
        wrong["name"] = Invalid(N_("Skriv ett namn, eller en myndighet, förening eller ett företag."))
    if values["party_group"] not in set(PartyGroup):
        wrong["party_group"] = Invalid(N_("Välj en grupp i listan."))
    if values["notify_by"] not in NOTIFY_BY:
        wrong["notify_by"] = Invalid(N_("Välj något i listan."))
    try:
        values["email"] = check_email(values["email"]) or ""
    except Invalid as error:
        wrong["email"] = error
    else:
        if values["notify_by"] == "email" and not values["email"]:
            wrong["email"] = Invalid(N_("Skriv e-postadressen, eller välj att meddela på annat sätt."))
    return wrong
