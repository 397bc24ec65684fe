"""Who of those consulted has approved the proposal: the limited standard procedure needs all of them (PBL 5:18).

Approval is active: silence is none. Callers commit.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.errors import Conflict, DomainError, Invalid
from mapdialog.core.text import N_, clean_line
from mapdialog.plans.kinds import PartyGroup, PhaseKind, PhaseStatus, Procedure
from mapdialog.plans.models import Plan
from mapdialog.plans.party_models import PlanParty
from mapdialog.plans.problems import Problem, Weight
from mapdialog.plans.register import CHANGED_MEANWHILE, LINE_MAX

APPROVED, DECLINED, SILENT = "approved", "declined", ""
CONSENTS: dict[str, str] = {
    APPROVED: N_("Har godkänt förslaget"),
    DECLINED: N_("Godkänner inte"),
    SILENT: N_("Har inte svarat"),
}
LEGAL_REF = "5 kap. 18 § första stycket PBL"
_NOT_CONSULTED = (PartyGroup.PUBLIC, PartyGroup.MUNICIPAL_BODY)
_REVIEWS = (PhaseKind.REVIEW, PhaseKind.SECOND_REVIEW)


@dataclass(frozen=True)
class Consents:
    """How many of those consulted have approved, declined, and not answered."""

    approved: int = 0
    declined: int = 0
    silent: int = 0

    @property
    def total(self) -> int:
        """Everybody in the circle."""
        return self.approved + self.declined + self.silent

    @property
    def is_whole(self) -> bool:
        """Whether there is somebody, and all have approved."""
        return 0 < self.total == self.approved


def is_needed(plan: Plan) -> bool:
    """Whether the plan can go to adoption without a review only if all approve: until a review is announced."""
    reviewed = any(one.kind in _REVIEWS and one.status != PhaseStatus.DRAFT for one in plan.phases)
    return plan.procedure == Procedure.STANDARD_LIMITED and not reviewed


def is_consulted() -> ColumnElement[bool]:
    """The condition that a party belongs to the circle: it is in the register, and not as one of the public."""
    return PlanParty.party_group.not_in(_NOT_CONSULTED) & PlanParty.merged_into_id.is_(None)


def count_consents(session: Session, plan: Plan) -> Consents:
    """How the circle stands, those with protected identity among them."""
    query = select(PlanParty.consent, func.count()).where(PlanParty.plan_id == plan.id, is_consulted())
    found: dict[str, int] = {row[0]: row[1] for row in session.execute(query.group_by(PlanParty.consent))}
    return Consents(found.get(APPROVED, 0), found.get(DECLINED, 0), found.get(SILENT, 0))


def why_not_approved(session: Session, plan: Plan) -> list[Problem]:
    """What keeps the plan from being adopted without a review; a reason may tell that all approved elsewhere."""
    if not is_needed(plan):
        return []
    held = count_consents(session, plan)
    if held.is_whole:
        return []
    message = N_(
        "Alla i samrådskretsen har inte godkänt förslaget: %(approved)s av %(total)s har gjort det, %(declined)s säger "
        "nej. Den som är tyst har inte godkänt. Håll en granskning, eller skriv varför den inte behövs."
    )
    if not held.total:
        message = N_(
            "Registret har ingen samrådskrets, så ingen har godkänt förslaget här. Håll en granskning, eller skriv "
            "varför den inte behövs."
        )
    counts = {"approved": held.approved, "total": held.total, "declined": held.declined}
    return [Problem("not_approved", message, Weight.NEEDS_REASON, LEGAL_REF, counts)]


def record_consent(
    session: Session,
    party: PlanParty,
    consent: str,
    *,
    on: date | None,
    note: str,
    today: date,
    version: int | None,
    actor_id: int | None,
) -> None:
    """Keep what a party has answered, the day and where it stands; SILENT takes it back.

    Raises Invalid by field, Conflict when a colleague changed the party meanwhile.
    """
    session.refresh(party, with_for_update=True)
    if version is not None and version != party.version:
        raise Conflict(CHANGED_MEANWHILE)
    note, wrong = clean_line(note), dict[str, DomainError]()
    if consent not in CONSENTS:
        wrong["consent"] = Invalid(N_("Välj något i listan."))
    elif consent != SILENT and on is None:
        wrong["consent_on"] = Invalid(N_("Skriv vilken dag svaret kom."))
    if on is not None and on > today:
        wrong["consent_on"] = Invalid(N_("Dagen har inte varit än."))
    if consent == APPROVED and not note:
        wrong["consent_note"] = Invalid(N_("Skriv var godkännandet finns, till exempel yttrande 7 eller brev."))
    if len(note) > LINE_MAX:
        wrong["consent_note"] = Invalid(N_("Texten är för lång. Gränsen är %(most)s tecken."), most=LINE_MAX)
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
    party.consent, party.consent_on = consent, on if consent != SILENT else None
    party.consent_note = note if consent != SILENT else ""
    party.version += 1
    session.flush()
    audit.record(session, actor_id, "party.consent", party, plan=party.plan_id, consent=consent)
