"""The one door for statements: from the web, a letter or a meeting alike, written exactly once. Callers commit."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.contributions.models import Contribution, State
from mapdialog.contributions.submission import edit_token, token_hash
from mapdialog.contributions.writing import link_districts, next_receipt
from mapdialog.core import audit, events
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.geo.geometry import anchor, from_element, to_element
from mapdialog.plans import parties
from mapdialog.plans.kinds import Channel, Stance
from mapdialog.plans.models import Plan
from mapdialog.plans.party_models import PlanParty
from mapdialog.plans.queries import find_phase_of
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.statement_tending import protect

RECEIVED = "plan_statement_received"
TEXT_MAX = 100_000
_AS_GIVEN = ("shown_as", "stance", "source_key", "feature_id", "meeting_id", "signatories")
ORAL = frozenset({Channel.PHONE, Channel.MEETING})


@dataclass(frozen=True, kw_only=True)
class NewStatement(parties.Sender):
    """What came in. `place` in EPSG:3006, None where nobody pointed at one; `received_at` None means now.

    `written` None follows the channel: what came by phone or was said at a meeting is oral. `party_id` None finds or
    makes the party out of who the sender says they are; an anonymous statement has none.
    """

    client_id: uuid.UUID
    text: str
    received_by: str = Channel.WEB
    received_at: datetime | None = None
    written: bool | None = None
    place: BaseGeometry | None = None
    place_label: str = ""
    feature_id: int | None = None
    stance: str = Stance.NEUTRAL
    shown_as: str = "number"
    language: str = "sv"
    subject: str = ""
    source_key: str | None = None
    registry_no: str = ""
    meeting_id: int | None = None
    signatories: int = 1


@dataclass(frozen=True)
class ReceivedStatement:
    """What became of it; `is_new` is False when the client_id was received before, and then nothing was written."""

    statement: PlanStatement
    edit_token: str
    is_new: bool


def receive_statement(
    session: Session,
    plan: Plan,
    new: NewStatement,
    *,
    secret_key: str,
    receipt_prefix: str,
    at: datetime,
    actor_id: int | None = None,
) -> ReceivedStatement:
    """Write a statement with its receipt, number, phase and districts, and announce RECEIVED when it is new.

    `at` is the server's clock, `actor_id` who registered it (None: the sender). Late ones are taken as all others and
    marked. One that is known stays as it is, but for a protected identity that is learnt of now. Raises Invalid by
    field, Conflict when the client_id was used elsewhere.
    """
    # Numbers are given one by one, and the same statement sent twice at the same moment follows itself.
    session.execute(select(Plan.id).where(Plan.id == plan.id).with_for_update())
    token = edit_token(secret_key, new.client_id)
    if (known := _known(session, plan, new.client_id)) is not None:
        if new.is_protected and not known.is_protected:
            protect(session, known, actor_id=actor_id)
        return ReceivedStatement(known, token, is_new=False)
    _check(plan, new, at)
    is_guarded = not new.is_protected and parties.is_like_protected(session, plan, new)
    new = replace(new, is_protected=new.is_protected or is_guarded)
    made = _row(session, plan, new, at, party=_party(session, plan, new))
    made.edit_token_hash = token_hash(token)
    made.receipt, made.registered_by_id = next_receipt(session, receipt_prefix), actor_id
    session.add(made)
    session.flush()
    link_districts(session, made.id)
    audit.record(session, actor_id, "plan.statement", plan, statement=made.id, channel=new.received_by)
    if is_guarded:
        audit.record(session, None, "statement.guard", made)
    events.announce(session, RECEIVED, plan=plan, statement=made, edit_token=token)
    return ReceivedStatement(made, token, is_new=True)


def _known(session: Session, plan: Plan, client_id: uuid.UUID) -> PlanStatement | None:
    found = session.scalar(select(Contribution).where(Contribution.client_id == client_id))
    if found is None:
        return None
    if not isinstance(found, PlanStatement) or found.plan_id != plan.id:
        raise Conflict(N_("Samma nummer har redan använts någon annanstans. Ladda om sidan och skicka igen."))
    return found


def _party(session: Session, plan: Plan, new: NewStatement) -> PlanParty | None:
    # Anybody can write any organisation's name on the web; what came otherwise has been seen by somebody at the desk.
    return parties.find_or_make(session, plan, new, is_vouched=new.received_by != Channel.WEB)


def _check(plan: Plan, new: NewStatement, at: datetime) -> None:
    wrong: dict[str, Invalid] = {}
    if not clean(new.text):
        wrong["text"] = Invalid(N_("Skriv vad du tycker om planen."))
    elif len(new.text) > TEXT_MAX:
        wrong["text"] = Invalid(
            N_("Texten är %(length)s tecken lång. Korta den till högst %(most)s."), length=len(new.text), most=TEXT_MAX
        )
    if new.received_at is not None and new.received_at > at:
        wrong["received_at"] = Invalid(N_("Yttrandet kan inte ha kommit in i framtiden."))
    if new.signatories < 1:
        wrong["signatories"] = Invalid(N_("Minst en person står bakom yttrandet."))
    if new.place is None and plan.area is None:
        wrong["place"] = Invalid(N_("Planen har inget område än. Rita det först, eller välj en plats för yttrandet."))
    if wrong:
        raise Invalid(N_("Något i yttrandet behöver rättas."), fields=dict(wrong))


def _row(session: Session, plan: Plan, new: NewStatement, at: datetime, *, party: PlanParty | None) -> PlanStatement:
    received_at = new.received_at or at
    phase, in_time = find_phase_of(plan, received_at)
    place = new.place if new.place is not None else from_element(plan.area).representative_point()  # type: ignore[arg-type]
    return PlanStatement(
        client_id=new.client_id,
        dialogue_id=plan.dialogue_id,
        category_id=plan.dialogue.categories[0].id,
        geom=to_element(place),
        anchor=to_element(anchor(place)),
        place_source="pin" if new.place is not None else "plan",
        place_label=clean_line(new.place_label),
        raw_text=clean(new.text),
        state=State.PENDING.value,
        channel=new.received_by,
        language=new.language,
        submitted_at=received_at,
        received_at=received_at,
        contact_name=clean_line(new.contact_name) or None,
        contact_email=clean_line(new.contact_email) or None,
        plan_id=plan.id,
        phase_id=phase.id if phase else None,
        number=parties.next_number(session, PlanStatement.number, PlanStatement.plan_id == plan.id),
        party_id=party.id if party else None,
        party_group=party.party_group if party else new.party_group,
        received_by=new.received_by,
        written=new.written if new.written is not None else new.received_by not in ORAL,
        in_time=in_time,
        registry_no=clean_line(new.registry_no),
        registered_at=at,
        organisation=clean_line(new.organisation),
        postal_address=clean(new.postal_address),
        property_designation=clean_line(new.property_designation),
        is_protected=new.is_protected or bool(party and party.is_protected),
        subject=clean_line(new.subject),
        **{name: getattr(new, name) for name in _AS_GIVEN},
    )
