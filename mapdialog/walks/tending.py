"""Writes of actions: made from observations, given to who is responsible, moved on step by step. Callers commit."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.clock import local, now
from mapdialog.core.errors import Conflict, DomainError, Invalid
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.walks import following_up
from mapdialog.walks.findings import (
    ActionStatus,
    OwnerType,
    ResponsibleParty,
    WalkAction,
    WalkActionLog,
    WalkActionObservation,
    WalkObservation,
)
from mapdialog.walks.models import SafetyWalk

OWNERS: dict[str, str] = {
    OwnerType.MUNICIPALITY: N_("Kommunen"),
    OwnerType.MUNICIPAL_COMPANY: N_("Kommunalt bolag"),
    OwnerType.STATE: N_("Staten"),
    OwnerType.ROAD_ASSOCIATION: N_("Vägförening eller samfällighet"),
    OwnerType.PRIVATE: N_("Privat ägare"),
    OwnerType.POLICE: N_("Polisen"),
    OwnerType.UNKNOWN: N_("Inte känt"),
}
KINDS: dict[str, str] = {
    "quick_fix": N_("Åtgärdas direkt"),
    "planned": N_("Planerad åtgärd"),
    "investment": N_("Investering"),
    "investigate": N_("Utreds"),
    "inform": N_("Information"),
    "no_action": N_("Ingen åtgärd"),
}
PRIORITIES: dict[str, str] = {
    "acute": N_("Akut"),
    "high": N_("Hög"),
    "normal": N_("Normal"),
    "low": N_("Låg"),
}
COSTS: dict[str, str] = {"small": N_("Liten"), "medium": N_("Mellan"), "large": N_("Stor")}


@dataclass(frozen=True)
class ActionDraft:
    """What somebody typed about an action. Without a deadline it gets the default; without a party, the owner type."""

    title: str
    observation_ids: tuple[int, ...] = ()
    description: str = ""
    where_text: str = ""
    party_id: int | None = None
    owner_type: str = OwnerType.UNKNOWN.value
    kind: str = "planned"
    priority: str = "normal"
    cost_class: str | None = None
    deadline: date | None = None
    follow_up_on: date | None = None
    external_case_no: str = ""


def create_action(
    session: Session,
    walk: SafetyWalk,
    draft: ActionDraft,
    *,
    today: date,
    months: int = following_up.DEADLINE_MONTHS,
    actor_id: int | None,
    at: datetime | None = None,
) -> WalkAction:
    """A proposed action of the walk, made `at` or now. Unless told it is due `months` from today, an acute one the
    next working day. Raises Invalid."""
    party = _check(session, walk, draft, today)
    is_acute = draft.priority == "acute"
    due = following_up.urgent_deadline(today) if is_acute else following_up.default_deadline(today, months)
    action = WalkAction(
        walk_id=walk.id,
        status=ActionStatus.PROPOSED.value,
        deadline=draft.deadline or due,
        created_by_id=actor_id,
        created_at=at or now(),
    )
    _copy(action, draft, party)
    session.add(action)
    session.flush()
    _answer(session, action, draft.observation_ids)
    session.add(WalkActionLog(action_id=action.id, actor_id=actor_id, to_status=action.status, at=action.created_at))
    session.flush()
    audit.record(session, actor_id, "walk_action.create", action)
    return action


def change_action(
    session: Session,
    action: WalkAction,
    draft: ActionDraft,
    *,
    today: date,
    version: int | None,
    actor_id: int | None,
) -> None:
    """Change what it is, who does it and until when; its status has `move`. Raises Invalid or Conflict."""
    take(session, action, version)
    party = _check(session, action.walk, draft, today, action)
    _copy(action, draft, party)
    action.deadline = draft.deadline or action.deadline
    session.flush()
    _answer(session, action, draft.observation_ids)
    audit.record(session, actor_id, "walk_action.change", action)


def move(
    session: Session,
    action: WalkAction,
    wanted: str,
    *,
    today: date,
    reason: str = "",
    public_comment: str = "",
    note: str = "",
    done_on: date | None = None,
    version: int | None,
    actor_id: int | None,
    answered_by: str = "",
    at: datetime | None = None,
) -> None:
    """Another status and a line of the log, `at` or now.

    Raises Conflict, Invalid (`status`, `status_reason`, `done_on`).
    """
    take(session, action, version)
    before, reason = action.status, clean(reason)
    step = following_up.check_step(before, wanted, reason)
    day = done_on or today
    if step == ActionStatus.DONE:
        following_up.check_done_on(day, earliest_day(action.walk, local(action.created_at).date(), today), today)
    action.done_on = day if step == ActionStatus.DONE else None
    action.status, action.status_reason = step.value, reason
    line = WalkActionLog(
        action_id=action.id,
        at=at or now(),
        actor_id=actor_id,
        answered_by=clean_line(answered_by),
        from_status=before,
        to_status=step.value,
        public_comment=clean(public_comment) or reason,
        note=clean(note),
    )
    session.add(line)
    session.flush()
    session.expire(action, ["log"])


def earliest_day(walk: SafetyWalk, *days: date) -> date:
    """The first day on which something after the walk may have been done or asked for: its own, or the first of `days`
    where that is earlier."""
    started = () if walk.starts_at is None else (local(walk.starts_at).date(),)
    return min(*started, *days)


def check_still_ok(
    session: Session, action: WalkAction, still_ok: bool, *, on: date, version: int | None, actor_id: int | None
) -> None:
    """Note what a later visit saw of something done: still well, or not."""
    take(session, action, version)
    if action.status != ActionStatus.DONE:
        raise Conflict(N_("Bara det som är klart kan kontrolleras."))
    action.follow_up_checked_on, action.still_ok = on, still_ok
    session.flush()
    audit.record(session, actor_id, "walk_action.check", action, still_ok=still_ok)


def take(session: Session, action: WalkAction, version: int | None) -> None:
    """Hold the action until commit and count its version up; Conflict when somebody changed it meanwhile."""
    current = session.scalar(select(WalkAction.version).where(WalkAction.id == action.id).with_for_update())
    session.refresh(action)
    if version is not None and current != version:
        raise Conflict(N_("En kollega har ändrat åtgärden sedan du öppnade den. Läs den igen."))
    action.version += 1


def save_party(
    session: Session, name: str, owner_type: str, *, email: str = "", phone: str = "", actor_id: int | None
) -> ResponsibleParty:
    """A party by its name, made or changed; its actions follow when its owner type does. Raises Invalid."""
    name = clean_line(name)[:160]
    if not name:
        raise Invalid(N_("Skriv vad den ansvariga heter."), field="name")
    if owner_type not in OWNERS:
        raise Invalid(N_("Välj vilket slags ansvarig det är."), field="owner_type")
    found = session.scalar(select(ResponsibleParty).where(ResponsibleParty.name == name))
    party = found or ResponsibleParty(name=name)
    party.owner_type, party.email, party.phone = owner_type, clean_line(email)[:200], clean_line(phone)[:60]
    session.add(party)
    session.flush()
    audit.record(session, actor_id, "responsible_party.save", party)
    return party


def _check(
    session: Session, walk: SafetyWalk, draft: ActionDraft, today: date, action: WalkAction | None = None
) -> ResponsibleParty | None:
    wrong: dict[str, DomainError] = {}
    party = session.get(ResponsibleParty, draft.party_id) if draft.party_id is not None else None
    if not clean_line(draft.title):
        wrong["title"] = Invalid(N_("Skriv vad som ska göras."))
    if draft.party_id is not None and party is None:
        wrong["party"] = Invalid(N_("Välj en ansvarig i listan."))
    for field, choices in (("owner_type", OWNERS), ("kind", KINDS), ("priority", PRIORITIES), ("cost_class", COSTS)):
        value = getattr(draft, field)
        if value not in choices and not (field == "cost_class" and value is None):
            wrong[field] = Invalid(N_("Välj något i listan."))
    if draft.deadline is not None and (action is None or draft.deadline != action.deadline):
        made_on = local(action.created_at).date() if action is not None else today
        if problem := following_up.check_deadline(draft.deadline, earliest_day(walk, made_on, today), today):
            wrong["deadline"] = problem
    wanted = set(draft.observation_ids)
    known = select(WalkObservation.id).where(WalkObservation.walk_id == walk.id, WalkObservation.id.in_(wanted))
    if set(session.scalars(known)) != wanted:
        wrong["observations"] = Invalid(N_("Iakttagelserna hör inte till samma vandring."))
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
    return party


def _copy(action: WalkAction, draft: ActionDraft, party: ResponsibleParty | None) -> None:
    action.title, action.description = clean_line(draft.title)[:200], clean(draft.description)[:10_000]
    action.where_text, action.external_case_no = clean_line(draft.where_text)[:200], clean_line(draft.external_case_no)
    action.party_id = party.id if party else None
    action.owner_type = party.owner_type if party else draft.owner_type
    action.kind, action.priority, action.cost_class = draft.kind, draft.priority, draft.cost_class
    action.follow_up_on = draft.follow_up_on


def _answer(session: Session, action: WalkAction, observation_ids: tuple[int, ...]) -> None:
    session.execute(delete(WalkActionObservation).where(WalkActionObservation.action_id == action.id))
    session.add_all(
        WalkActionObservation(action_id=action.id, observation_id=one, walk_id=action.walk_id)
        for one in sorted(set(observation_ids))
    )
    session.flush()
    session.expire(action, ["observations"])
