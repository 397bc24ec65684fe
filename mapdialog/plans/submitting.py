"""A citizen's own statement: whether the plan takes views now, and what was sent, checked field by field."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.contributions import rules
from mapdialog.core.errors import Closed, Invalid
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.geo import geometry
from mapdialog.plans.kinds import Channel, PhaseStatus
from mapdialog.plans.models import Plan, PlanFeature, PlanPhase
from mapdialog.plans.queries import find_phase_of
from mapdialog.plans.receiving import TEXT_MAX, NewStatement, ReceivedStatement, receive_statement
from mapdialog.plans.statement_models import PlanStatement

NOT_YET = N_("Det går inte att lämna synpunkter på planen än.")
NO_MORE = N_("Planen är avgjord och tar inte emot fler synpunkter.")
BROKEN_OFF = N_(
    "Planarbetet avbröts %(day)s, så planen tar inte emot fler synpunkter här. Det du skrev är inte skickat, men finns "
    "kvar. Vill du att kommunen får det ändå, skicka det till %(to)s och ange diarienummer %(number)s."
)
_LINE_MAX, _ADDRESS_MAX = 200, 500


@dataclass(frozen=True)
class Taking:
    """The phase that a statement sent now would belong to, and whether its last day is over."""

    phase: PlanPhase
    is_late: bool


def find_taking(plan: Plan, at: datetime) -> Taking | None:
    """How the plan takes statements now; None before its first phase and after it was adopted or discontinued.

    An announced phase takes them from its first day, opened or not. After a phase's last day they
    are taken all the same, and marked as late: they are incoming records (TF 2:9). A phase that was broken off is over.
    """
    if plan.adoption is not None or plan.discontinued_on is not None:
        return None
    phase, in_time = find_phase_of(plan, at)
    return Taking(phase, not in_time or phase.broken_off_on is not None) if phase is not None else None


def is_decided(plan: Plan) -> bool:
    """True when the plan takes no more statements, False while it doesn't yet or does."""
    return plan.adoption is not None or plan.discontinued_on is not None


def why_closed(plan: Plan) -> Closed:
    """Why the plan takes no statements, and where one is sent all the same when its planning is broken off."""
    to = clean_line(plan.submit_to).rstrip(".") or clean_line(plan.contact)
    if plan.discontinued_on is None or not to:
        return Closed(NO_MORE if is_decided(plan) else NOT_YET)
    return Closed(BROKEN_OFF, day=plan.discontinued_on, to=to, number=plan.registry_number)


def next_phase(plan: Plan, today: date) -> PlanPhase | None:
    """The next phase that the public has been told of, or None."""
    coming = (one for one in plan.phases if one.status != PhaseStatus.DRAFT and one.starts_on > today)
    return min(coming, key=lambda one: one.starts_on, default=None)


def read_submission(
    session: Session, plan: Plan, sent: Mapping[str, Any], place: Any, *, at: datetime, language: str
) -> NewStatement:
    """What a citizen sends, checked. `place` is a GeoJSON geometry in EPSG:4326 or None; `feature` a part's id.

    Raises Closed, or Invalid with every field that does not hold. Nobody has to say who they are.
    """
    if find_taking(plan, at) is None:
        raise why_closed(plan)
    wrong = rules.Complaints()
    feature = wrong.take("feature", lambda: _feature(session, plan, sent.get("feature")))
    drawn = wrong.take("place", lambda: geometry.drawn_to_store(place) if place is not None else None)
    new = NewStatement(
        client_id=wrong.take("client_id", lambda: rules.check_client_id(sent.get("client_id"))),
        text=wrong.take("text", lambda: _text(sent.get("text")), ""),
        received_by=Channel.WEB,
        place=drawn if drawn is not None or feature is None else geometry.from_element(feature.geom),
        place_label=wrong.take("place_label", lambda: _line(sent.get("place_label")), ""),
        feature_id=feature.id if feature is not None else None,
        contact_email=wrong.take("contact_email", lambda: rules.check_email(sent.get("contact_email")), "") or "",
        postal_address=wrong.take("postal_address", lambda: _line(sent.get("postal_address"), _ADDRESS_MAX), ""),
        is_protected=sent.get("is_protected") in (True, "1", "on"),
        shown_as="property" if clean_line(_words(sent.get("property_designation"))) else "number",
        language=language,
        contact_name=wrong.take("contact_name", lambda: _line(sent.get("contact_name")), ""),
        organisation=wrong.take("organisation", lambda: _line(sent.get("organisation")), ""),
        property_designation=wrong.take("property_designation", lambda: _line(sent.get("property_designation")), ""),
    )
    wrong.stop_if_any(N_("Något i yttrandet behöver rättas."))
    return new


def receive_submission(
    session: Session, plan: Plan, new: NewStatement, *, secret_key: str, receipt_prefix: str, at: datetime
) -> ReceivedStatement:
    """Receive what a citizen sends. The same again is the same statement; other words or another sender under the same
    client_id are a statement of their own, whose number is made of both, so that they too are received once."""
    session.execute(select(Plan.id).where(Plan.id == plan.id).with_for_update())
    known = session.scalar(select(PlanStatement).where(PlanStatement.client_id == new.client_id))
    if known is not None and (said := _said(new)) != _stored(known):
        new = replace(new, client_id=uuid.uuid5(new.client_id, "\x1f".join(said)))
    return receive_statement(session, plan, new, secret_key=secret_key, receipt_prefix=receipt_prefix, at=at)


def _said(new: NewStatement) -> tuple[str, ...]:
    lines = (new.contact_name, new.contact_email, new.organisation, new.property_designation)
    return clean(new.text), clean(new.postal_address), *(clean_line(one) for one in lines)


def _stored(known: PlanStatement) -> tuple[str, ...]:
    lines = (known.contact_name or "", known.contact_email or "", known.organisation, known.property_designation)
    return known.raw_text, known.postal_address, *lines


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _line(value: Any, most: int = _LINE_MAX) -> str:
    words = clean(_words(value)) if most == _ADDRESS_MAX else clean_line(_words(value))
    if len(words) > most:
        raise Invalid(N_("Det är för långt. Korta det till högst %(most)s tecken."), most=most)
    return words


def _text(value: Any) -> str:
    text = clean(_words(value))
    if not text:
        raise Invalid(N_("Skriv vad du tycker om planen."))
    if len(text) > TEXT_MAX:
        raise Invalid(
            N_("Texten är %(length)s tecken lång. Korta den till högst %(most)s."), length=len(text), most=TEXT_MAX
        )
    return text


def _feature(session: Session, plan: Plan, value: Any) -> PlanFeature | None:
    if value in (None, ""):
        return None
    found = session.get(PlanFeature, int(value)) if str(value).isdecimal() and len(str(value)) < 10 else None
    if found is None or found.plan_id != plan.id or not found.is_active:
        raise Invalid(N_("Den delen finns inte i planen. Välj en av dem som visas."))
    return found
