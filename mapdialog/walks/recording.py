"""Writes of what a walk found: observations, idempotent by the phone's UUID, and merging doubles. Callers commit."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import shapely
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from mapdialog.contributions.models import Contribution, State
from mapdialog.contributions.writing import link_districts, next_receipt
from mapdialog.core import audit, events
from mapdialog.core.errors import Closed, Conflict, Invalid
from mapdialog.core.text import N_, clean
from mapdialog.dialogues.models import Category
from mapdialog.geo.geometry import anchor, from_element, to_element
from mapdialog.walks import phone_clock
from mapdialog.walks.drafts import LIGHTS
from mapdialog.walks.findings import Feeling, Verdict, WalkObservation
from mapdialog.walks.models import SafetyWalk, WalkGroup, WalkStop
from mapdialog.walks.rules import takes_observations

RECORDED = "walk_observation_recorded"
TEXT_MAX = 4_000
SAID_BY: dict[str, str] = {
    "resident": N_("Boende"),
    "child": N_("Barn eller ungdom"),
    "police": N_("Polis"),
    "staff": N_("Kommunens personal"),
    "property_owner": N_("Fastighetsägare"),
    "unknown": N_("Inte angivet"),
}
POINT_SOURCES = ("gps", "manual", "stop")
RECORDERS = ("leader", "participant", "desk")
_AS_SENT = (
    *("group_id", "stop_id", "polarity", "severity", "is_acute", "light", "said_by", "point_source", "accuracy_m"),
    *("recorded_by", "observed_at", "language", "follows_id", "verdict"),
)


@dataclass(frozen=True)
class NewObservation:
    """What a phone sends. `place` in EPSG:3006, None only where `point_source` is 'stop'; `observed_at` by its clock.

    `sent_at` is the same clock at the moment of sending: the server compares it with its own. On a return walk
    `follows_id` is what the earlier walk found, and `verdict` what has become of it.
    """

    client_id: uuid.UUID
    group_id: int
    category: str
    polarity: str
    text: str
    observed_at: datetime
    point_source: str
    place: shapely.Point | None = None
    stop_id: int | None = None
    severity: int | None = None
    light: str | None = None
    said_by: str = "unknown"
    accuracy_m: float | None = None
    is_acute: bool = False
    recorded_by: str = "leader"
    sent_at: datetime | None = None
    language: str = "sv"
    follows_id: int | None = None
    verdict: str | None = None


@dataclass(frozen=True)
class Recorded:
    """What became of it; `is_new` is False when the same UUID was received before, and then nothing was written."""

    observation: WalkObservation
    is_new: bool


def record(session: Session, walk: SafetyWalk, new: NewObservation, *, receipt_prefix: str, at: datetime) -> Recorded:
    """Store an observation once, waiting for the coordinator (`state` pending), and announce RECORDED when new.

    `at` is the server's clock. Raises Invalid with every field that does not hold, Closed when the desk
    records after the protocol, Conflict when the UUID was used elsewhere.
    """
    # Two phones, or one that sends twice at the same moment, follow each other.
    session.execute(text("select pg_advisory_xact_lock(hashtextextended(:id, 7))"), {"id": str(new.client_id)})
    if (known := _known(session, walk, new.client_id)) is not None:
        return Recorded(known, is_new=False)
    # What a phone has kept until there was a network is taken whenever it comes, and waits for the coordinator.
    if new.recorded_by == "desk" and not takes_observations(walk.status):
        raise Closed(N_("Protokollet är publicerat. Vandringen tar inte emot fler iakttagelser."))
    category, stop = check(session, walk, new)
    place = new.place if new.place is not None else from_element(stop.place)  # type: ignore[union-attr, arg-type]
    # Notes are typed in long after, at a time of the walk's own.
    seen, offset = (
        (new.observed_at, None)
        if new.recorded_by == "desk"
        else phone_clock.seen_at(walk, new.observed_at, new.sent_at, at)
    )
    made = WalkObservation(
        client_id=new.client_id,
        receipt=next_receipt(session, receipt_prefix),
        dialogue_id=walk.dialogue_id,
        category_id=category.id,
        geom=to_element(place),
        anchor=to_element(anchor(place)),
        place_source=new.point_source,
        raw_text=clean(new.text),
        state=State.PENDING.value,
        channel="walk",
        submitted_at=seen,
        received_at=at,
        walk_id=walk.id,
        clock_offset_s=offset,
        **{name: getattr(new, name) for name in _AS_SENT} | {"verdict": kept_verdict(new)},
    )
    session.add(made)
    session.flush()
    link_districts(session, made.id)
    events.announce(session, RECORDED, walk=walk, observation=made)
    return Recorded(made, is_new=True)


def kept_verdict(new: NewObservation) -> str | None:
    """What is kept of its verdict: something fixed that feels insecure is only better.

    Refused, it would be lost, for the phone may send it when nobody walks any more; called fixed, it would hide what
    somebody found insecure, where else the gloomier word stands. What the phone sent stays in its revision, and the
    coordinator is told (`recording_sync.list_contradictory`).
    """
    return Verdict.BETTER.value if (new.verdict, new.polarity) == (Verdict.FIXED, Feeling.INSECURE) else new.verdict


def desk_time(walk: SafetyWalk, at: datetime) -> datetime:
    """When something is taken to be seen that is typed at the desk at that moment: as the walk began, never later."""
    return min(walk.starts_at or at, at)


def merge(
    session: Session, walk: SafetyWalk, kept: WalkObservation, doubles: list[WalkObservation], *, actor_id: int | None
) -> None:
    """Let `kept` stand for the doubles, which stay as they were received but count no more. Raises Invalid.

    Their photos are shown with it (`gallery`). What was merged into a double before follows it.
    """
    if not doubles or any(one.id == kept.id for one in doubles):
        raise Invalid(N_("Välj minst två olika iakttagelser att slå ihop."), field="observations")
    if any(one.walk_id != walk.id for one in (kept, *doubles)):
        raise Invalid(N_("Iakttagelserna hör inte till samma vandring."), field="observations")
    if kept.merged_into_id is not None:
        raise Conflict(N_("Den är redan ihopslagen med en annan. Ladda om sidan."))
    ids = [one.id for one in doubles]
    followers = session.scalars(select(WalkObservation).where(WalkObservation.merged_into_id.in_(ids)))
    for one in {*doubles, *followers}:
        one.merged_into_id = kept.id
    session.flush()
    for one in (kept, *doubles):
        session.expire(one, ["doubles"])
    audit.record(session, actor_id, "walk.merge", walk, kept=kept.id, merged=ids)


def separate(session: Session, walk: SafetyWalk, double: WalkObservation, *, actor_id: int | None) -> None:
    """Take a merge back: the double counts by itself again, and its photos are its own."""
    kept = session.get(WalkObservation, double.merged_into_id) if double.merged_into_id is not None else None
    double.merged_into_id = None
    session.flush()
    if kept is not None:
        session.expire(kept, ["doubles"])
    audit.record(session, actor_id, "walk.separate", walk, observation=double.id)


def _known(session: Session, walk: SafetyWalk, client_id: uuid.UUID) -> WalkObservation | None:
    found = session.scalar(select(Contribution).where(Contribution.client_id == client_id))
    if found is None:
        return None
    if not isinstance(found, WalkObservation) or found.walk_id != walk.id:
        raise Conflict(N_("Samma nummer har redan använts någon annanstans. Ladda om sidan och skicka igen."))
    return found


def check(session: Session, walk: SafetyWalk, new: NewObservation) -> tuple[Category, WalkStop | None]:
    """Its category and stop in the walk. Raises Invalid with every field that does not hold."""
    wrong: dict[str, Invalid] = {}
    category = next((one for one in walk.dialogue.categories if one.key == new.category), None)
    stop = next((one for one in walk.stops if one.id == new.stop_id), None)
    group = session.get(WalkGroup, new.group_id)
    if category is None:
        wrong["category"] = Invalid(N_("Välj vad det gäller."))
    if group is None or group.walk_id != walk.id:
        wrong["group"] = Invalid(N_("Gruppen hör inte till vandringen."))
    if new.stop_id is not None and stop is None:
        wrong["stop"] = Invalid(N_("Hållpunkten hör inte till vandringen."))
    wrong |= _check_values(new, stop)
    if (new.follows_id, new.verdict) != (None, None) and not _follows(session, walk, new):
        wrong["follows"] = Invalid(N_("Välj bättre, lika, sämre eller åtgärdat om något som förra vandringen fann."))
    if wrong or category is None:
        raise Invalid(N_("Något i iakttagelsen behöver rättas."), fields=dict(wrong))
    return category, stop


def _follows(session: Session, walk: SafetyWalk, new: NewObservation) -> bool:
    """True when it is a whole return check of something that the repeated walk found."""
    earlier = session.get(WalkObservation, new.follows_id) if new.follows_id is not None else None
    is_verdict = new.verdict in {one.value for one in Verdict}
    return is_verdict and earlier is not None and earlier.walk_id == walk.repeat_of_id


def _check_values(new: NewObservation, stop: WalkStop | None) -> dict[str, Invalid]:
    wrong: dict[str, Invalid] = {}
    if new.polarity not in {one.value for one in Feeling}:
        wrong["polarity"] = Invalid(N_("Välj om platsen känns trygg, otrygg eller varken eller."))
    if new.severity not in (None, 1, 2, 3) or (new.polarity == Feeling.INSECURE and new.severity is None):
        wrong["severity"] = Invalid(N_("Välj hur allvarligt det är, från 1 till 3."))
    if new.light is not None and new.light not in LIGHTS:
        wrong["light"] = Invalid(N_("Välj något i listan."))
    if new.said_by not in SAID_BY or new.recorded_by not in RECORDERS:
        wrong["said_by"] = Invalid(N_("Välj något i listan."))
    if len(new.text) > TEXT_MAX:
        wrong["text"] = Invalid(
            N_("Texten är %(length)s tecken lång. Korta den till högst %(most)s."), length=len(new.text), most=TEXT_MAX
        )
    if new.point_source not in POINT_SOURCES or (new.point_source != "stop" and new.place is None):
        wrong["place"] = Invalid(N_("Välj var det är."))
    elif new.point_source == "stop" and (stop is None or (new.place is None and stop.place is None)):
        wrong["place"] = Invalid(N_("Hållpunkten har ingen plats på kartan. Välj var det är."))
    if new.accuracy_m is not None and not 0 <= new.accuracy_m < 1e6:
        wrong["accuracy_m"] = Invalid(N_("Noggrannheten går inte att läsa."))
    return wrong
