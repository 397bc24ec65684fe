"""What the editor of a walk shows beside the form's own values: choices, the sun, the map, the way on."""

import json
from datetime import datetime
from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from mapdialog.core.clock import local, now
from mapdialog.core.errors import Forbidden, Invalid
from mapdialog.core.text import N_
from mapdialog.core.wording import clock_in_words
from mapdialog.dialogues.area import list_boxes, list_choices, municipality_box
from mapdialog.geo.geometry import from_element
from mapdialog.walks import actions, checklists, known, news, publishing, queries, repeating, routes, rules, sun
from mapdialog.walks.forms_data import fill, find_drawn, moment
from mapdialog.walks.forms_walk import WalkForm
from mapdialog.walks.models import SafetyWalk, WalkStatus
from mapdialog.walks.typed_places import Where
from mapdialog.web.access import may
from mapdialog.web.languages import choose
from mapdialog.web.mapdata import background_layers

# What the button of a step says; a step back is said as such.
STEPS: dict[str, str] = {
    WalkStatus.INVITED: N_("Visa inbjudan för alla"),
    WalkStatus.PERFORMED: N_("Vandringen är genomförd"),
    WalkStatus.PROTOCOL_DRAFT: N_("Börja med protokollet"),
    WalkStatus.PROTOCOL_PUBLISHED: N_("Publicera protokollet"),
    WalkStatus.ACTIONS_RUNNING: N_("Åtgärderna är igång"),
    WalkStatus.FOLLOWED_UP: N_("Vandringen är uppföljd"),
    WalkStatus.CLOSED: N_("Avsluta vandringen"),
}
BACK: dict[str, str] = {
    WalkStatus.PLANNED: N_("Ta tillbaka inbjudan"),
    WalkStatus.INVITED: N_("Den är inte genomförd än"),
    WalkStatus.PERFORMED: N_("Tillbaka till iakttagelserna"),
    WalkStatus.PROTOCOL_DRAFT: N_("Ta tillbaka protokollet"),
    WalkStatus.ACTIONS_RUNNING: N_("Tillbaka till åtgärderna"),
    WalkStatus.FOLLOWED_UP: N_("Öppna vandringen igen"),
}
# One pin for each kind of what is known: shape by what it says, colour and glyph by what it is.
KNOWN_MARKS = (
    {"key": "known-view", "polarity": "neutral", "color": "#0072B2", "icon": "message-circle"},
    {"key": "known-insecure", "polarity": "insecure", "color": "#E69F00", "icon": "footprints"},
    {"key": "known-secure", "polarity": "secure", "color": "#009E73", "icon": "footprints"},
    {"key": "known-action", "polarity": "action", "color": "#56B4E9", "icon": "hammer"},
)
_ORDER = [status.value for status in WalkStatus]
_NOON = 12
# Pages about a walk, shown where they are mounted: endpoint, words, icon.
PAGES = (
    ("walks_staff.edit", N_("Planering"), "footprints"),
    ("walks_staff.known_before", N_("Det vi redan vet"), "map"),
    ("walks_codes_staff.page", N_("Koder och telefoner"), "key-round"),
    ("walks_staff.participants", N_("Deltagare"), "users"),
    ("walk_follow_up.observations", N_("Iakttagelser"), "eye"),
    ("walk_papers_staff.page", N_("Protokoll och papper"), "file-text"),
    ("walk_follow_up.comparison", N_("Jämförelse"), "repeat"),
)


def where(session: Session) -> Where:
    """What typed places mean in this municipality."""
    box = municipality_box(session)
    near = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) if box else None
    return Where(current_app.config["MAPDIALOG"].local_crs, near)


def make_form(session: Session, walk: SafetyWalk | None) -> WalkForm:
    """The form with its choices, filled with what was sent or else with the stored walk."""
    values = fill(walk) if walk else {"stops": [{"position": 0}], "groups": [{"name": _("Grupp 1")}]}
    form = WalkForm(data=values)
    form.district_id.choices = [("", _("Inte valt")), *((str(key), name) for key, name in list_choices(session))]
    own = walk.id if walk else 0
    earlier = [one for one in queries.list_walks(session) if one.id != own and one.status != WalkStatus.PLANNED]
    form.repeat_of_id.choices = [
        ("", _("Ingen, det är den första här")),
        *((str(one.id), one.title) for one in earlier),
    ]
    versions = [(one.versions[-1], one.title) for one in checklists.list_sets(session)]
    choices = [(str(version.id), _version_name(version.number, title)) for version, title in versions]
    if walk and str(walk.checklist_version_id) not in {key for key, _name in choices}:
        kept = walk.checklist
        choices.insert(0, (str(kept.id), _version_name(kept.number, kept.checklist.title)))
    form.checklist_version_id.choices = choices or [("", _("Grundlistan, 21 kategorier"))]
    return form


def _version_name(number: int, title: str) -> str:
    return _("%(title)s, version %(number)s", title=title, number=number)


def context(session: Session, form: WalkForm, walk: SafetyWalk | None) -> dict[str, Any]:
    """Everything the editor's template needs beside the form."""
    found = known.list_known(session, walk) if walk else []
    return {
        "walk": walk,
        "tabs": tabs(walk),
        "sun_lines": sun_lines(session, walk, _moment(form.starts_at.data), _moment(form.ends_at.data)),
        "steps": steps(walk) if walk and walk.cancelled_at is None else [],
        "waiting_for_news": len(news.list_waiting(session, walk)) if walk else 0,
        "publishing": publishing.state(session, walk) if walk else None,
        "is_told": walk is not None and queries.is_told(session, walk),
        "waiting_answers": publishing.list_waiting_answers(session, walk) if walk else [],
        "waiting_checks": publishing.count_waiting_checks(session, walk) if walk else 0,
        "unread": publishing.count_unread(session, walk) if walk else 0,
        "repeats": repeating.list_repeats(session, walk) if walk else [],
        "may_repeat": walk is not None and repeating.may_repeat(walk),
        "length_m": routes.told_m(routes.length_m(walk)) if walk else 0,
        "known_count": len(found),
        "most_in_group": rules.MOST_IN_GROUP,
        "known_marks": KNOWN_MARKS,
        "map_data": map_data(session, walk, found, find_drawn(form) if form.is_submitted() else None)
        | {"districts": {} if walk and routes.shape_of(walk) is not None else list_boxes(session)},
    }


def tabs(walk: SafetyWalk | None) -> list[tuple[str, str, str, str]]:
    """Endpoint, address, words and icon of the pages about a stored walk."""
    if walk is None:
        return []
    mounted = [page for page in PAGES if page[0] in current_app.view_functions]
    if walk.repeat_of_id is None:
        mounted = [page for page in mounted if page[0] != "walk_follow_up.comparison"]
    return [(endpoint, url_for(endpoint, slug=walk.slug), label, icon) for endpoint, label, icon in mounted]


def map_data(
    session: Session, walk: SafetyWalk | None, found: list[known.Known], drawn: BaseGeometry | None = None
) -> dict[str, Any]:
    """The island of the page's map: box [w, s, e, n] of what was drawn (EPSG:3006), else of the walk or the whole
    municipality; layers, and what is known as marks (EPSG:4326)."""
    shape = drawn or (routes.shape_of(walk) if walk else None)
    box = list(routes.bounds_lonlat(shape)) if shape is not None else municipality_box(session)
    marks = [
        {"mark": one.mark, "at": [round(one.lon, 6), round(one.lat, 6)], "label": said_of(one), "number": number}
        for number, one in enumerate(found, start=1)
    ]
    return {"bbox": box, "layers": background_layers(), "known": marks, "sun": url_for("walks_staff.sun_times")}


def plan_data(walk: SafetyWalk) -> dict[str, Any]:
    """The route as a GeoJSON geometry and the stops that have a place, for a map that is only looked at (EPSG:4326)."""
    stops = [(stop, routes.lon_lat(stop.place)) for stop in walk.stops if stop.place is not None]
    return {
        "route": json.loads(routes.to_text(from_element(walk.route))) if walk.route is not None else None,
        "stops": [{"seq": stop.seq, "name": stop.name, "at": at} for stop, at in stops],
    }


def said_of(one: known.Known) -> str:
    """A mark's name: what it is, and of what."""
    kinds = {"view": _("Synpunkt"), "observation": _("Tidigare iakttagelse"), "action": _("Öppen åtgärd")}
    about = one.label.label_sv if one.label is not None else one.text
    return f"{kinds[one.kind]}: {about}"


def steps(walk: SafetyWalk) -> list[dict[str, Any]]:
    """The steps that may follow: value, words, whether it goes back, and what is missing."""
    ready = actions.readiness(walk)
    found = []
    for step in rules.NEXT[walk.status]:
        is_back = _ORDER.index(step) < _ORDER.index(walk.status)
        found.append(
            {
                "value": step.value,
                "words": _(BACK[step] if is_back else STEPS[step]),
                "is_back": is_back,
                "missing": [] if is_back else [_(one) for one in rules.obstacles(step, ready, now())],
            }
        )
    return found


def chosen_checks() -> str:
    """What the pressed button of publishing says about verdicts that wait; only who may moderate may approve them."""
    chosen = request.form.get("checks", "")
    if chosen == publishing.APPROVE and not may("moderate"):
        raise Forbidden(N_("Din roll får inte göra det här. Fråga en administratör."))
    return chosen


def sun_lines(
    session: Session, walk: SafetyWalk | None, starts_at: datetime | None, ends_at: datetime | None
) -> list[str]:
    """What the sun does on the walk's day, in words; empty without a time or a place."""
    place = (routes.centre(walk) if walk else None) or where(session).near
    return said_of_sun(place, starts_at, ends_at)


def said_of_sun(place: tuple[float, float] | None, starts_at: datetime | None, ends_at: datetime | None) -> list[str]:
    """Sunset and end of dusk (or sunrise), and the sky at the beginning and the end, for a place (lon, lat)."""
    if place is None or starts_at is None:
        return []
    start = sun.sun_at(*place, starts_at)
    lines = []
    if local(starts_at).hour < _NOON and start.day.sunrise is not None:
        lines.append(_("Solen går upp %(time)s.", time=_clock(start.day.sunrise)))
    elif start.day.sunset is None:
        lines.append(_("Solen går inte ned, eller inte upp, den dagen."))
    elif start.day.dusk is None:
        lines.append(_("Solen går ned %(time)s. Det blir inte mörkt den natten.", time=_clock(start.day.sunset)))
    else:
        sunset, dusk = _clock(start.day.sunset), _clock(start.day.dusk)
        lines.append(_("Solen går ned %(sunset)s och skymningen slutar %(dusk)s.", sunset=sunset, dusk=dusk))
    lines.append(_("När ni börjar: %(sky)s.", sky=_(sun.SKIES[start.sky]).lower()))
    if ends_at is not None and ends_at > starts_at:
        lines.append(_("När ni slutar: %(sky)s.", sky=_(sun.SKIES[sun.sun_at(*place, ends_at).sky]).lower()))
    return lines


def _moment(typed: datetime | None) -> datetime | None:
    """A time that makes sense, as a moment; of others the sun says nothing."""
    try:
        return moment(typed)
    except Invalid:
        return None


def _clock(at: datetime) -> str:
    return clock_in_words(at, choose())
