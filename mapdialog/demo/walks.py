"""Makes the demo's safety walks as the coordinator would: planned, walked, written about, and followed up."""

import random
import uuid
from datetime import datetime, timedelta
from typing import Any

import shapely
import shapely.affinity
from sqlalchemy.orm import Session

from mapdialog.contributions import moderation
from mapdialog.core.clock import local
from mapdialog.demo.arrivals import NAMESPACE
from mapdialog.demo.content import Calendar
from mapdialog.demo.doings import Doer, follow_up
from mapdialog.districts.queries import find_district_for_point
from mapdialog.geo import geometry
from mapdialog.walks import actions, coming, publishing, recording, routes, sun
from mapdialog.walks.drafts import GroupDraft, StopDraft, WalkDraft
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import HeadDimension, SafetyWalk, WalkGroup, WalkStatus

# From the invitation's page to the board: what a walk with a published protocol has gone through.
_WALKED = (WalkStatus.INVITED, WalkStatus.PERFORMED, WalkStatus.PROTOCOL_DRAFT)
_FIRST_FINDING = timedelta(minutes=6)
_BETWEEN_FINDINGS = timedelta(minutes=3, seconds=10)


class Walks:
    """Adds walks one by one; remembers them by key, so that a return walk finds the one it repeats."""

    def __init__(self, session: Session, calendar: Calendar, *, receipt_prefix: str, actor_id: int) -> None:
        self.session, self.calendar, self.receipt_prefix = session, calendar, receipt_prefix
        self.doer = Doer(session, calendar, actor_id)
        self.known: dict[str, SafetyWalk] = {}
        self.observations = 0

    def add(self, said: dict[str, Any], district_set: str) -> SafetyWalk:
        """One walk; `said` as in demo/walks.json. The caller commits."""
        starts_at = self._start(said)
        walk = actions.create_walk(
            self.session, self._draft(said, starts_at, district_set), actor_id=self.doer.actor_id
        )
        self.known[said["key"]] = walk
        if "invited" in said:
            self._step(walk, WalkStatus.INVITED, self.calendar.moment(said["invited"], "09:40"))
        for order, people in enumerate(said.get("coming", ())):
            mark = uuid.uuid5(NAMESPACE, f"{walk.slug}/coming/{order}")
            coming.say(self.session, walk, mark, people, at=self.calendar.moment(-5, f"18:{order * 7:02d}"))
        if "observations" in said:
            self._walk(walk, said, starts_at)
        # The actions above stamp the present moment; in the demo all this happened earlier.
        walk.created_at = self.calendar.moment(said["created"], "10:20")
        self.session.flush()
        return walk

    def _start(self, said: dict[str, Any]) -> datetime:
        """Half past five, or half past seven while evenings are long: a walk is meant to see the lamps lit."""
        day = self.calendar.working_day(said["walk_day"])
        lon, lat = said["stops"][0]["place"]
        sunset = sun.sun_day(lon, lat, day).sunset
        is_late = sunset is not None and local(sunset).hour >= 18
        return self.calendar.moment((day - self.calendar.day(0)).days, "19:30" if is_late else "17:30")

    def _draft(self, said: dict[str, Any], starts_at: datetime, district_set: str) -> WalkDraft:
        route = _line(said["route"])
        district = find_district_for_point(self.session, *route.centroid.coords[0][:2], key=district_set)
        plain = ("title", "purpose", "organiser", "contact", "area_name", "meeting_place", "invitation_text")
        repeated = self.known.get(said.get("repeats", ""))
        return WalkDraft(
            **{name: said[name] for name in plain},
            registry_number=said.get("registry_number", ""),
            district_id=district.id if district else None,
            repeat_of_id=repeated.id if repeated else None,
            route=route,
            pre_meeting_at=self._meeting(said["pre_meeting"]),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=said["minutes"]),
            follow_up_at=self._meeting(said["follow_up"]),
            stops=tuple(StopDraft(one["name"], one["questions"], _point(one["place"])) for one in said["stops"]),
            groups=tuple(GroupDraft(one["name"], one.get("leader", "")) for one in said["groups"]),
        )

    def _meeting(self, said: list[Any]) -> datetime:
        days = (self.calendar.working_day(said[0]) - self.calendar.day(0)).days
        return self.calendar.moment(days, said[1])

    def _step(self, walk: SafetyWalk, wanted: WalkStatus, at: datetime) -> None:
        actions.take_step(self.session, walk, wanted.value, version=None, actor_id=self.doer.actor_id, at=at)

    def _walk(self, walk: SafetyWalk, said: dict[str, Any], starts_at: datetime) -> None:
        """What was seen, who was there, and the protocol; then what came of it."""
        published = self.calendar.answer(said["published"], "11:00", starts_at)
        self._step(walk, WalkStatus.INVITED, starts_at)
        found = self._record(walk, said, starts_at)
        for step in _WALKED[1:]:
            self._step(walk, step, published)
        for group, heads in zip(walk.groups, said["groups"], strict=True):
            self._count(group, heads["heads"])
        self._conditions(walk, said, starts_at)
        self._read(walk, said, found)
        follow_up(self.doer, walk, said, found)
        # The worker publishes it with its files, as it would any other.
        actor_id = self.doer.actor_id
        publishing.ask(self.session, walk, version=None, actor_id=actor_id, at=published, as_of=published)
        self.observations += len(found)

    def _record(self, walk: SafetyWalk, said: dict[str, Any], starts_at: datetime) -> dict[str, WalkObservation]:
        """Every observation in the order they came upon it, sent by the phones at once."""
        found: dict[str, WalkObservation] = {}
        dice = random.Random(walk.slug)  # noqa: S311 - by how many seconds a phone was slow is no secret
        for order, one in enumerate(sorted(said["observations"], key=lambda each: int(each["stop"]))):
            at = starts_at + _FIRST_FINDING + order * _BETWEEN_FINDINGS + timedelta(seconds=dice.randrange(90))
            new = self._observation(walk, one, at)
            made = recording.record(self.session, walk, new, receipt_prefix=self.receipt_prefix, at=at)
            found[one["key"]] = made.observation
        return found

    def _observation(self, walk: SafetyWalk, one: dict[str, Any], at: datetime) -> recording.NewObservation:
        stop = walk.stops[one["stop"] - 1]
        assert stop.place is not None
        place = shapely.affinity.translate(geometry.from_element(stop.place), *one["offset_m"])
        assert isinstance(place, shapely.Point)
        loaded = self.calendar.loaded_at.isoformat()
        return recording.NewObservation(
            client_id=uuid.uuid5(NAMESPACE, f"{loaded}/{walk.slug}/{one['key']}"),
            group_id=walk.groups[one["group"] - 1].id,
            observed_at=at,
            sent_at=at,
            place=None if one["point_source"] == "stop" else place,
            stop_id=stop.id,
            light=_light(walk, at),
            **{name: one[name] for name in _AS_SAID},
        )

    def _count(self, group: WalkGroup, heads: dict[str, Any]) -> None:
        counts = {(key.value, band): count for key in HeadDimension for band, count in heads[key.value].items()}
        actions.count_heads(self.session, group, counts, head_count=heads["total"], actor_id=self.doer.actor_id)

    def _conditions(self, walk: SafetyWalk, said: dict[str, Any], starts_at: datetime) -> None:
        walk.weather, walk.ground = said["weather"], said["ground"]
        walk.light = _light(walk, starts_at + timedelta(hours=1))
        walk.foliage = "in_leaf" if 5 <= local(starts_at).month <= 10 else "bare"

    def _read(self, walk: SafetyWalk, said: dict[str, Any], found: dict[str, WalkObservation]) -> None:
        """The coordinator reads everything the days after, hides what names somebody and merges what came twice."""
        at = self.calendar.moment(said["moderated"], "09:10")
        for key, one in found.items():
            at += timedelta(minutes=2)
            if rule := said["hidden"].get(key):
                entry = moderation.hide(self.session, one, rule=rule, version=None, actor_id=self.doer.actor_id)
            else:
                entry = moderation.approve(self.session, one, version=None, actor_id=self.doer.actor_id)
            entry.at = one.moderated_at = at
        for one in said["observations"]:
            if kept := one.get("double"):
                recording.merge(self.session, walk, found[kept], [found[one["key"]]], actor_id=self.doer.actor_id)


_AS_SAID = ("category", "polarity", "severity", "said_by", "text", "point_source", "accuracy_m", "recorded_by")


def _light(walk: SafetyWalk, at: datetime) -> str:
    middle = routes.centre(walk)
    assert middle is not None
    return {"daylight": "daylight", "dusk": "dusk", "dark": "dark_lit"}[sun.sun_at(*middle, at).sky]


def _point(lonlat: list[float]) -> shapely.Point:
    point = geometry.to_store(shapely.Point(lonlat))
    assert isinstance(point, shapely.Point)
    return point


def _line(lonlats: list[list[float]]) -> shapely.LineString:
    line = geometry.to_store(shapely.LineString(lonlats))
    assert isinstance(line, shapely.LineString)
    return line
