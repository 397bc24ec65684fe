"""Carries a walk's form over to a draft and back."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

import shapely
from geoalchemy2 import WKBElement
from sqlalchemy.orm import Session

from mapdialog.core.clock import STOCKHOLM, local
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_, clean_line
from mapdialog.geo import geojson, geometry, gpx
from mapdialog.geo.geometry import from_element
from mapdialog.geo.problems import GeoProblem
from mapdialog.walks import astray, far_routes, far_stops
from mapdialog.walks.drafts import CONDITIONS, LINES, TEXTS, TIMES, GroupDraft, StopDraft, WalkDraft, problems
from mapdialog.walks.forms_walk import StopForm, WalkForm
from mapdialog.walks.models import SafetyWalk, WalkStop
from mapdialog.walks.routes import lon_lat, to_text
from mapdialog.walks.typed_places import Where, find_place, name_in
from mapdialog.web.languages import choose

# Old walks may be written in; what lies further off is a slip of the finger.
YEARS = (1990, 2099)
# A name with its coordinates after it, as `_typed` writes a place that was found by its name.
_NAMED = re.compile(r"(?P<name>.+) \((?P<place>-?\d+\.\d+, -?\d+\.\d+)\)")
_IDS = ("district_id", "repeat_of_id", "checklist_version_id")


def fill(walk: SafetyWalk) -> dict[str, Any]:
    """The form's values for a stored walk."""
    values: dict[str, Any] = {name: getattr(walk, name) for name in (*LINES, *TEXTS)}
    values |= {name: getattr(walk, name) or "" for name in CONDITIONS}
    values |= {name: str(getattr(walk, name) or "") for name in _IDS}
    for name in TIMES:
        moment = getattr(walk, name)
        values[name] = local(moment).replace(tzinfo=None) if moment else None
    values["version"] = str(walk.version)
    values["route"] = to_text(from_element(walk.route)) if walk.route is not None else ""
    values["stops"] = [
        {"id": stop.id, "position": number, "name": stop.name, "questions": stop.questions, "place": _typed(stop)}
        for number, stop in enumerate(walk.stops)
    ]
    values["groups"] = [{"id": group.id, "name": group.name, "leader": group.leader} for group in walk.groups]
    return values


def _typed(stop: WalkStop) -> str:
    """Its place as it stands in the form: '55.375800, 13.157100' or 'Stortorget (55.375800, 13.157100)'."""
    if stop.place is None:
        return ""
    lon, lat = lon_lat(stop.place)
    place = f"{lat:.6f}, {lon:.6f}"
    return f"{stop.place_words} ({place})" if stop.place_words else place


def read(form: WalkForm, session: Session, where: Where, walk: SafetyWalk | None = None) -> WalkDraft:
    """The draft that the form says; places that nobody touched stay exactly what they are in `walk`.

    Raises Invalid with every field that cannot be read and every one that does not hold, all at once.

    A route read from a file is put into the form as a drawing, so that it is not lost when something else is wrong.
    One that lies far away is asked about, once, and so is a stop far from the rest of the walk.
    """
    wrong: dict[str, DomainError] = {}
    rows = _stops(form, session, where, walk, wrong)
    stops, by_stops = tuple(draft for _row, draft in rows), form.route_by_stops.data
    route = None if by_stops else _or_wrong(wrong, "route", lambda: _route(form, stops, walk))
    wrong |= _far_away(rows, route, walk)
    # Between stops that are not found, or lie wrong, no route can be drawn; it is enough to hear of the stops.
    if by_stops and not wrong:
        route = _or_wrong(wrong, "route", lambda: _route(form, stops, walk))
    if route is not None and not form.route_is_there.data and not _is_stored(route, walk):
        is_swapped = far_routes.is_swapped(session, route)
        if is_swapped is not None:
            form.offers_swap, wrong["route_is_there"] = is_swapped, far_routes.question(is_swapped)
    values: dict[str, Any] = {name: form[name].data or "" for name in (*LINES, *TEXTS)}
    values |= {name: form[name].data or None for name in CONDITIONS}
    values |= {name: _number(form[name].data) for name in _IDS}
    values |= {name: _or_wrong(wrong, name, partial(moment, form[name].data)) for name in TIMES}
    groups = tuple(
        GroupDraft(row.name.data or "", row.leader.data or "", _number(row.id.data))
        for row in (entry.form for entry in form.groups.entries)
        if row.id.data or clean_line(row.name.data) or clean_line(row.leader.data)
    )
    draft = WalkDraft(route=route, stops=stops, groups=groups, **values)
    told = {
        *wrong,
        *(name.split("-")[0] for name in wrong if name.endswith("-name")),
        *(name for name in form.data if form[name].errors),
    }
    wrong |= {name: error for name, error in problems(draft).items() if name not in told}
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
    return draft


def moment(typed: datetime | None) -> datetime | None:
    """A time on Stockholm's clock as an aware moment. Raises Invalid for a year that no walk is held in."""
    if typed is not None and not YEARS[0] <= typed.year <= YEARS[1]:
        raise Invalid(N_("Skriv ett år mellan %(first)s och %(last)s."), first=YEARS[0], last=YEARS[1])
    return typed.replace(tzinfo=STOCKHOLM).astimezone(UTC) if typed is not None else None


def _or_wrong(wrong: dict[str, DomainError], name: str, make: Callable[[], Any]) -> Any:
    try:
        return make()
    except GeoProblem as problem:
        wrong[name] = Invalid(problem.message, **problem.params)
    except Invalid as error:
        wrong[error.field or name] = error
    return None


def _number(text: Any) -> int | None:
    return int(text) if str(text or "").isdecimal() and len(str(text)) < 10 else None


def _stops(
    form: WalkForm, session: Session, where: Where, walk: SafetyWalk | None, wrong: dict[str, DomainError]
) -> list[tuple[StopForm, StopDraft]]:
    """The stops with their rows, and in `wrong` every name that is missing and every place that is not found."""
    kept = _kept(walk)
    drafts = []
    for row in form.stop_rows():
        name, questions, typed = row.name.data or "", row.questions.data or "", clean_line(row.place.data)
        if not (row.id.data or clean_line(name) or questions.strip() or typed):
            continue
        if not clean_line(name):
            wrong[row.name.name] = Invalid(N_("Varje hållpunkt behöver ett namn."))
        named = _NAMED.fullmatch(typed)
        words = named["name"] if named else name_in(typed, where)
        if typed in kept:
            place: shapely.Point | None = cast(shapely.Point, from_element(kept[typed]))
        else:
            name_of_field = row.place.name
            sought = named["place"] if named else typed
            place = _or_wrong(wrong, name_of_field, partial(find_place, session, sought, where, field=name_of_field))
        drafts.append((row, StopDraft(name, questions, place, _number(row.id.data), words)))
    return drafts


def _kept(walk: SafetyWalk | None) -> dict[str, WKBElement]:
    """The places of the stored stops, by how they stand in the form."""
    return {_typed(stop): stop.place for stop in walk.stops if stop.place is not None} if walk else {}


def _far_away(
    rows: list[tuple[StopForm, StopDraft]], route: shapely.LineString | None, walk: SafetyWalk | None
) -> dict[str, DomainError]:
    """What is asked about the stops that lie far from the rest of the walk; not again about one that is stored so."""
    places = {n: draft.place for n, (_row, draft) in enumerate(rows) if draft.place is not None}
    kept, asked = _kept(walk), dict[str, DomainError]()
    words = N_("Hållpunkt %(number)s ligger %(km)s från de andra. Stämmer det?")
    if route is not None:
        words = N_("Hållpunkt %(number)s ligger %(km)s från rutten. Stämmer det?")
    for n, metres in far_stops.find(places, route).items():
        row = rows[n][0]
        row.is_far = clean_line(row.place.data) not in kept
        if row.is_far and not row.is_there.data:
            asked[row.place.name] = Invalid(words, number=n + 1, km=astray.kilometres(metres, choose()))
    return asked


def _route(form: WalkForm, stops: tuple[StopDraft, ...], walk: SafetyWalk | None) -> shapely.LineString | None:
    upload = form.route_file.data
    if upload and getattr(upload, "filename", ""):
        line = _from_file(form, upload.read(gpx.MAX_BYTES + 1))
        form.route.data, form.route_is_there.data = to_text(line), False
        return line
    if form.route_by_stops.data:
        places = [stop.place for stop in stops if stop.place is not None]
        if len(places) < 2:
            raise Invalid(N_("Minst två hållpunkter behöver en plats för att rutten ska kunna dras mellan dem."))
        line = shapely.LineString(places)
        form.route.data, form.route_by_stops.data = to_text(line), False
        return line
    text = (form.route.data or "").strip()
    if not text:
        return None
    if walk is not None and walk.route is not None and text == to_text(from_element(walk.route)):
        return cast(shapely.LineString, from_element(walk.route))
    return _drawn(text)


def _drawn(text: str) -> shapely.LineString:
    shape = geometry.to_store(geometry.parse_geojson(geojson.loads(text), allowed=("LineString",), max_vertices=5_000))
    if not isinstance(shape, shapely.LineString):
        raise Invalid(N_("Rutten korsar sig själv på ett sätt som inte går att läsa. Rita om den."))
    return shape


def _is_stored(route: shapely.LineString, walk: SafetyWalk | None) -> bool:
    return walk is not None and walk.route is not None and from_element(walk.route).equals_exact(route, 0)


def find_drawn(form: WalkForm) -> shapely.LineString | None:
    """The route that stands in the form, EPSG:3006; None without one that can be read."""
    return _or_wrong({}, "route", lambda: _drawn(form.route.data or ""))


def swap_route(form: WalkForm) -> None:
    """Let longitude and latitude of the form's route change places."""
    route = find_drawn(form)
    if route is not None and (line := far_routes.swapped(route)) is not None:
        form.route.data, form.route_is_there.data = to_text(line), False


def _from_file(form: WalkForm, data: bytes) -> shapely.LineString:
    number = _number((form.route_number.data or "").strip())
    try:
        return gpx.read_route(data, number=number)
    except GeoProblem as problem:
        raise Invalid(problem.message, field="route_file", **problem.params) from None
