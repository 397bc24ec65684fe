"""Who a sending goes to and why, as it stands now: by group, or by views that were not met; who cannot be reached."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from mapdialog.contributions.models import Contribution
from mapdialog.core import clock
from mapdialog.core.text import N_
from mapdialog.plans import dispatch_texts, unmet
from mapdialog.plans.announcement_texts import in_words
from mapdialog.plans.answer_models import PlanAnswer, PlanPoint
from mapdialog.plans.completeness import is_undivided
from mapdialog.plans.duties import Occasion
from mapdialog.plans.kinds import AnswerStatus, DispatchKind, PartyGroup, PhaseKind
from mapdialog.plans.labels import GROUP_LABELS, GROUP_ORDER
from mapdialog.plans.models import Plan
from mapdialog.plans.party_models import PlanDispatch, PlanParty, PlanRecipient
from mapdialog.plans.problems import Problem, Weight
from mapdialog.plans.rule_types import Chosen, DispatchDuty
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.unmet import UnmetPerson

ADDED = "Tillagd av handläggaren"
_ASK_FOR_VIEWS = (DispatchKind.CONSULTATION_INVITATION, DispatchKind.REVIEW_NOTICE, DispatchKind.REVIEW_DOCUMENTS)
_UNMET = (Chosen.UNMET, Chosen.UNMET_IN_WRITING)
_INVOLVED = "Har fått utskick i ärendet, eller har lämnat yttrande och får inget e-brev av systemet."
# Whom a duty names in words, by how their own names are written.
_NAMED = {"länsstyrelsen": "länsstyrelse", "lantmäterimyndigheten": "lantmäteri"}


@dataclass(frozen=True)
class Addressee:
    """Somebody a sending goes to. `party_id` None: a sender who is not in the register yet. `address` is lines.

    `channel` 'none' cannot be written to: no address, or a protected identity, which is handled by itself.
    """

    party_id: int | None
    number: int | None
    group: str
    name: str
    address: str
    email: str
    channel: str
    reason: str
    is_protected: bool = False
    sender: UnmetPerson | None = None


@dataclass(frozen=True)
class Proposal:
    """Everybody a sending goes to; `nameless` are statements with unmet views whose sender nobody knows."""

    addressees: tuple[Addressee, ...]
    nameless: int

    def by_channel(self, channel: str) -> list[Addressee]:
        """Those who are written to that way."""
        return [one for one in self.addressees if one.channel == channel and not one.is_protected]

    @property
    def protected(self) -> list[Addressee]:
        """Those who are handled by themselves."""
        return [one for one in self.addressees if one.is_protected]


def propose(session: Session, plan: Plan, occasion: Occasion) -> Proposal:
    """Everybody the occasion's duties name, each once with every reason, by group and name."""
    found: dict[str, Addressee] = {}
    nameless = 0
    for duty in occasion.duties:
        if duty.chosen == Chosen.ALL:
            ones = [(f"p{one.id}", addressed(one, _group_reason(one, duty))) for one in _parties(session, plan, duty)]
        elif duty.chosen == Chosen.INVOLVED:
            ones = [(f"p{one.id}", addressed(one, _INVOLVED)) for one in _involved(session, plan)]
        else:
            ones, unknown = _unmet(session, plan, duty)
            nameless = max(nameless, unknown)
        for key, one in ones:
            known = found.get(key)
            found[key] = replace(known, reason=f"{known.reason} {one.reason}") if known else one
    return Proposal(tuple(sorted(found.values(), key=_order)), nameless)


def addressed(party: PlanParty, reason: str) -> Addressee:
    """A party as a recipient: a protected one only by number."""
    if party.is_protected:
        name = protected_name(party.number)
        return Addressee(party.id, party.number, party.party_group, name, "", "", "none", reason, is_protected=True)
    name = ", ".join(part for part in (party.organisation, party.name) if part)
    address = address_lines(party.street, party.postal_code, party.city)
    channel = choose_channel(party.notify_by, address, party.email)
    return Addressee(party.id, party.number, party.party_group, name, address, party.email, channel, reason)


def protected_name(number: int | None) -> str:
    """What stands in lists for somebody with a protected identity."""
    return f"Skyddade personuppgifter, nummer {number}" if number else "Skyddade personuppgifter"


def choose_channel(notify_by: str, address: str, email: str) -> str:
    """How somebody is written to: as they want it, else in the way there is; 'none' where there is none."""
    ways = {"letter": bool(address), "email": bool(email), "none": True}
    if notify_by and ways[notify_by] and (notify_by != "none" or not (address or email)):
        return notify_by
    return "email" if email and (notify_by == "email" or not address) else "letter" if address else "none"


def address_lines(street: str, postal_code: str, city: str) -> str:
    """An address as it stands on a letter, by lines."""
    return "\n".join(line for line in (street, f"{postal_code} {city}".strip()) if line)


def why_not_frozen(session: Session, plan: Plan, occasion: Occasion, proposal: Proposal) -> list[Problem]:
    """What stands in the way of using the list now."""
    reference = occasion.duties[0].basis.legal_ref
    found = []
    if any(duty.chosen in _UNMET for duty in occasion.duties) and (count := count_not_final(session, plan)):
        message = N_(
            "%(count)s synpunkter i skriftliga yttranden har inget färdigt svar, så listan kan bli ofullständig."
        )
        found.append(Problem("not_final", message, Weight.STOPS, reference, {"count": count}))
    if occasion.event_on is None:
        is_of_review = occasion.phase is not None and occasion.phase.kind != PhaseKind.CONSULTATION
        report = N_("Granskningsutlåtandet är inte färdigställt här.")
        message = {
            DispatchKind.STATEMENT_NOTICE: report if is_of_review else N_("Redogörelsen är inte färdigställd här."),
            DispatchKind.ADOPTION_NOTICE: N_("Dagen då det justerade protokollet tillkännagavs är inte angiven."),
        }.get(occasion.kind, N_("Planen har inte fått laga kraft."))
        found.append(Problem("too_early", message, Weight.NEEDS_REASON, reference))
    if not proposal.addressees:
        found.append(Problem("nobody", N_("Listan är tom. Ingen i registret hör till utskicket."), Weight.STOPS))
        return found
    if count := len(proposal.by_channel("none")):
        message = N_("Mottagare utan adress, som inte kan nås: %(count)s.")
        found.append(Problem("unreachable", message, Weight.NEEDS_REASON, params={"count": count}))
    for duty in occasion.duties:
        if duty.chosen == Chosen.ALL:
            found += _who_is_missing(duty, proposal.addressees)
    return found


def why_words_lag(plan: Plan, occasion: Occasion, body: str) -> list[Problem]:
    """The day that the letter would tell if it were written now, and that its words, written before, do not."""
    _, fresh = dispatch_texts.suggest(
        plan, occasion.kind, occasion.phase, municipality="", web_url="", appeal_last_day=None
    )
    of, adoption = occasion.phase, plan.adoption
    known: list[date | None] = [of.starts_on, of.ends_on] if of is not None else []
    if of is None and adoption is not None:
        known = [adoption.decided_on, adoption.legal_force_on]
    said = [in_words(day) for day in known if day is not None]
    lacking = [day for day in said if day in fresh and day not in body]
    if not lacking:
        return []
    message = N_(
        "Brevet säger inte %(day)s, som gäller nu. Rätta texten, eller ta bort utskicket och förbered det igen."
    )
    return [Problem("words_lag", message, Weight.NEEDS_REASON, params={"day": lacking[0]})]


def why_too_late(occasion: Occasion, today: date) -> list[Problem]:
    """A letter that asks for views in a phase is of no use after its last day."""
    phase = occasion.phase
    if phase is None or occasion.kind not in _ASK_FOR_VIEWS or today <= phase.ends_on:
        return []
    message = N_("Brevet ber om synpunkter, men tiden gick ut %(end)s. Förläng den först, om det går.")
    return [Problem("too_late", message, Weight.NEEDS_REASON, params={"end": phase.ends_on})]


def _who_is_missing(duty: DispatchDuty, addressees: Iterable[Addressee]) -> list[Problem]:
    """The groups that the duty names and nobody in the list belongs to, and authorities that it names and lacks."""
    reference, authority = duty.basis.legal_ref, PartyGroup.AUTHORITY_MANDATORY
    groups, found = {one.group for one in addressees}, []
    if authority in duty.groups and authority not in groups:
        message = N_("Länsstyrelsen och de andra som lagen alltid nämner saknas: ingen i listan hör till den gruppen.")
        found.append(Problem("no_authority", message, Weight.NEEDS_REASON, reference))
    elif authority in duty.groups:
        names = " ".join(one.name.casefold() for one in addressees if one.group == authority)
        said = duty.recipients.sv.casefold()
        for who in (who for who, written in _NAMED.items() if who in said and written not in names):
            message = N_("Ingen i listan heter något med %(who)s. Kontrollera att den är med.")
            found.append(Problem(f"no_{who}", message, Weight.ADVICE, reference, {"who": who}))
    if PartyGroup.PROPERTY_PARTY in duty.groups and PartyGroup.PROPERTY_PARTY not in groups:
        message = N_("Inga sakägare finns i listan. Läs in fastighetsförteckningen.")
        found.append(Problem("no_property_parties", message, Weight.ADVICE, reference))
    return found


def count_not_final(session: Session, plan: Plan) -> int:
    """Points that may keep the right to appeal open, whose answer is missing or not final, and statements that nobody
    has divided into points: written, and received before the end of the review."""
    counts = [PlanStatement.plan_id == plan.id, PlanStatement.written, PlanStatement.views_withdrawn_at.is_(None)]
    if (day := unmet.last_day(plan)) is not None:
        counts.append(PlanStatement.received_at < clock.end_of_day(day))
    points = (
        select(func.count())
        .select_from(PlanPoint)
        .join(PlanStatement, PlanStatement.id == PlanPoint.statement_id)
        .outerjoin(PlanAnswer, PlanAnswer.id == PlanPoint.answer_id)
        .where(*counts, func.coalesce(PlanAnswer.status, "") != AnswerStatus.FINAL)
    )
    whole = select(func.count()).select_from(PlanStatement).where(*counts, is_undivided())
    return (session.scalar(points) or 0) + (session.scalar(whole) or 0)


def _parties(session: Session, plan: Plan, duty: DispatchDuty) -> Iterable[PlanParty]:
    query = select(PlanParty).where(PlanParty.plan_id == plan.id, PlanParty.party_group.in_(duty.groups))
    found = session.scalars(query.where(PlanParty.merged_into_id.is_(None)).order_by(PlanParty.id))
    return [one for one in found if _is_named(one, duty)]


def _involved(session: Session, plan: Plan) -> Iterable[PlanParty]:
    """Those who were sent anything in the case, and those who wrote and whom no mail of its own reaches."""
    statement = PlanStatement.__table__.c
    sent = (
        select(PlanRecipient.party_id)
        .join(PlanDispatch, PlanDispatch.id == PlanRecipient.dispatch_id)
        .where(PlanDispatch.plan_id == plan.id, PlanDispatch.frozen_at.is_not(None))
    )
    wrote = select(statement.party_id).where(
        statement.plan_id == plan.id,
        statement.party_id.is_not(None),
        or_(func.coalesce(Contribution.contact_email, "") == "", statement.is_protected),
    )
    wrote = wrote.join(Contribution, Contribution.id == statement.id)
    ids = session.scalars(select(PlanParty).where(or_(PlanParty.id.in_(sent), PlanParty.id.in_(wrote)))).all()
    standing = {one.standing.id: one.standing for one in ids}
    return [standing[key] for key in sorted(standing)]


def _is_named(party: PlanParty, duty: DispatchDuty) -> bool:
    """Whether the duty is for this one: of the authorities it may name some alone."""
    if not duty.authorities or party.party_group != PartyGroup.AUTHORITY_MANDATORY:
        return True
    name = f"{party.organisation} {party.name}".casefold()
    return any(one in name for one in duty.authorities)


def _group_reason(party: PlanParty, duty: DispatchDuty) -> str:
    return f"{GROUP_LABELS[party.party_group]} ({duty.basis.legal_ref})."


def _unmet(session: Session, plan: Plan, duty: DispatchDuty) -> tuple[list[tuple[str, Addressee]], int]:
    found, nameless = [], 0
    for person in unmet.list_unmet(session, plan):
        if person.party_id is None and not (person.name or person.organisation or person.email):
            nameless += 1
        elif person.party_group in duty.groups:
            found.append((person.key, _addressed_person(person, _unmet_reason(person, duty))))
    return found, nameless


def _addressed_person(person: UnmetPerson, reason: str) -> Addressee:
    name = ", ".join(part for part in (person.organisation, person.name) if part) or person.email
    address, email = address_lines(person.street, person.postal_code, person.city), person.email
    channel = choose_channel(person.notify_by, address, email)
    if person.is_protected:
        name, address, email, channel = protected_name(person.party_number), "", "", "none"
    return Addressee(
        party_id=person.party_id,
        number=person.party_number,
        group=person.party_group,
        name=name,
        address=address,
        email=email,
        channel=channel,
        reason=reason,
        is_protected=person.is_protected,
        sender=person,
    )


def _unmet_reason(person: UnmetPerson, duty: DispatchDuty) -> str:
    numbers = ", ".join(str(number) for number in sorted({view.number for view in person.views}))
    return f"Skriftliga synpunkter som inte har tillgodosetts, yttrande {numbers} ({duty.basis.legal_ref})."


def _order(one: Addressee) -> tuple[int, str, int]:
    return GROUP_ORDER.get(one.group, len(GROUP_ORDER)), one.name.casefold(), one.number or 0
