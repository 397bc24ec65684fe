"""Puts a walk's protocol together: reads the walk once, numbers its findings and actions, and words everything."""

from collections.abc import Container, Sequence
from datetime import date, datetime

from babel.numbers import format_decimal
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.contributions.models import State
from mapdialog.core.clock import local
from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.core.wording import Translate, clock_in_words, day_in_words, moment_in_words
from mapdialog.geo.geometry import from_element
from mapdialog.walks import (
    astray,
    following_up,
    head_words,
    public_numbers,
    queries,
    returning,
    routes,
    sun,
    tending,
)
from mapdialog.walks.drafts import FOLIAGES, GROUNDS, LIGHTS, WEATHERS
from mapdialog.walks.findings import OwnerType, WalkAction, WalkObservation
from mapdialog.walks.models import HeadDimension, SafetyWalk, WalkStatus
from mapdialog.walks.paper_pictures import Mark, Picture, route_map
from mapdialog.walks.protocol import (
    Action,
    Fact,
    People,
    Protocol,
    Stop,
    Tally,
    Version,
)
from mapdialog.walks.protocol_comparison import judge
from mapdialog.walks.protocol_findings import Maker, finding, label


def make_protocol(session: Session, walk: SafetyWalk, maker: Maker, *, at: datetime) -> Protocol:
    """The walk's protocol as it stands at that moment. Raises Invalid with what is missing before there can be one."""
    everything = list(queries.list_observations(session, walk))
    seen = [one for one in everything if one.state in _shown_states(maker.version)]
    if problem := _obstacle(walk, seen, everything, maker.version):
        raise problem
    say, today = maker.say, local(at).date()
    numbers = {one.id: number for number, one in enumerate(_in_order(walk, seen), start=1)}
    numbers |= {double.id: numbers[one.id] for one in seen for double in one.doubles}
    actions = sorted(queries.list_actions(session, walk), key=lambda one: _answered(one, numbers))
    listed = tuple(_action(one, number, numbers, today, maker) for number, one in enumerate(actions, start=1))
    compared = returning.compare(session, walk, is_public=maker.is_public, is_draft=True)
    far = astray.find(session, walk, seen)
    return Protocol(
        version=maker.version,
        language=maker.language,
        title=walk.title,
        municipality=maker.municipality,
        subtitle=_subtitle(walk, maker),
        registry_number=walk.registry_number,
        made=day_in_words(at, maker.language),
        is_draft=walk.published_at is None,
        cancelled=walk.cancel_reason,
        purpose=walk.purpose,
        facts=tuple(_facts(walk, maker)),
        conditions=tuple(_conditions(walk, [one for one in seen if one.id not in far], maker)),
        people=_people(walk, maker),
        route_map=_map(session, walk, [one for one in seen if one.id not in far], maker),
        route_words=_route_words(walk, len(far), maker),
        is_routed=routes.shape_of(walk) is not None,
        stops=tuple(_stops(walk, seen, numbers, actions, far=far, maker=maker)),
        tallies=tuple(_tallies(walk, seen, maker)),
        actions=listed,
        faults=tuple(_faults(seen, numbers, listed, say)),
        dates=tuple(_dates(session, walk, actions, maker)),
        contact=walk.contact,
        left_out=_left_out(everything, maker),
        comparison=compared,
        judged=judge(compared, maker.files, say),
        earlier_actions=_earlier_actions(session, compared, today, maker),
    )


def obstacle(session: Session, walk: SafetyWalk, version: Version) -> Invalid | None:
    """What keeps that version from being made, with the field (`starts_at`, `observations`) it is about."""
    everything = list(queries.list_observations(session, walk))
    return _obstacle(walk, [one for one in everything if one.state in _shown_states(version)], everything, version)


def _shown_states(version: Version) -> tuple[str, ...]:
    """What is hidden was hidden for a reason that holds on paper too; what nobody has read is not for the public."""
    return (State.APPROVED,) if version == Version.PUBLIC else (State.APPROVED, State.PENDING)


def _obstacle(
    walk: SafetyWalk, seen: Sequence[WalkObservation], everything: Sequence[WalkObservation], version: Version
) -> Invalid | None:
    if walk.starts_at is None:
        return Invalid(N_("Protokollet behöver en dag: skriv när vandringen var."), field="starts_at")
    if seen:
        return None
    if version == Version.PUBLIC and any(one.state == State.PENDING for one in everything):
        return Invalid(
            N_("Ingen iakttagelse är godkänd än. Läs och godkänn dem under Iakttagelser; sedan kan protokollet göras."),
            field="observations",
        )
    return Invalid(N_("Vandringen har inga iakttagelser, så protokollet skulle vara tomt."), field="observations")


def _in_order(walk: SafetyWalk, seen: Sequence[WalkObservation]) -> list[WalkObservation]:
    """Stop by stop, and last what was seen on the way."""
    return [one for stop in walk.stops for one in seen if one.stop_id == stop.id] + [
        one for one in seen if one.stop_id is None
    ]


def _subtitle(walk: SafetyWalk, maker: Maker) -> str:
    place = walk.area_name or (walk.district.name if walk.district else "")
    day = day_in_words(walk.starts_at, maker.language) if walk.starts_at else ""
    return ", ".join(part for part in (place, day) if part)


def _facts(walk: SafetyWalk, maker: Maker) -> list[Fact]:
    say, district = maker.say, walk.district.name if walk.district else ""
    place = ", ".join(dict.fromkeys(part for part in (walk.area_name, district) if part))
    times = [clock_in_words(one, maker.language) for one in (walk.starts_at, walk.ends_at) if one]
    groups = len(walk.groups)
    found = [
        (say(N_("Plats")), place),
        (say(N_("Datum")), day_in_words(walk.starts_at, maker.language) if walk.starts_at else ""),
        (say(N_("Tid")), "–".join(times)),
        (say(N_("Samling")), walk.meeting_place),
        (say(N_("Grupper")), str(groups) if groups > 1 else ""),
        (say(N_("Ordnades av")), walk.organiser),
        (say(N_("Kontakt")), walk.contact),
        (say(N_("Diarienummer")), walk.registry_number),
    ]
    return [fact for fact in found if fact[1]]


def _conditions(walk: SafetyWalk, seen: Sequence[WalkObservation], maker: Maker) -> list[Fact]:
    say = maker.say
    given = (
        (N_("Ljus"), LIGHTS, walk.light),
        (N_("Väder"), WEATHERS, walk.weather),
        (N_("Mark"), GROUNDS, walk.ground),
        (N_("Växtlighet"), FOLIAGES, walk.foliage),
    )
    found = [(say(heading), say(words[key])) for heading, words, key in given if key]
    place = routes.centre(walk) or (routes.lon_lat(seen[0].anchor) if seen else None)
    if place is None or walk.starts_at is None:
        return found
    lon, lat = place
    at = sun.sun_at(lon, lat, walk.starts_at)
    is_up = at.elevation_deg >= 0
    height = (
        N_("%(degrees)s° över horisonten när vi började")
        if is_up
        else N_("%(degrees)s° under horisonten när vi började")
    )
    words = [say(height, degrees=f"{abs(round(at.elevation_deg)):d}")]
    if at.day.sunset is not None:
        words.append(say(N_("solnedgång %(time)s"), time=clock_in_words(at.day.sunset, maker.language)))
    if at.day.dusk is not None:
        words.append(say(N_("mörkt efter %(time)s"), time=clock_in_words(at.day.dusk, maker.language)))
    return [*found, (say(N_("Solen")), ", ".join(words))]


def _people(walk: SafetyWalk, maker: Maker) -> People:
    """In numbers; for the public without groups of few, and without what they could be worked out from."""
    say, told = maker.say, public_numbers.participants(walk.groups)
    if not told.is_counted:
        return People(say(N_("Inte räknade")), (), "")
    total, bands = told.total, told.bands
    if not maker.is_public:
        total = sum(group.head_count or 0 for group in walk.groups)
        bands = {one.value: {**public_numbers.count_bands(walk.groups, one)} for one in HeadDimension}
    dimensions, hides = [], False
    for dimension, counts in bands.items():
        shown = {key: n for key, n in counts.items() if n != 0}
        hides |= None in shown.values()
        hidden = say(N_("visas inte"))
        rows = ((head_words.band(key, say), hidden if n is None else str(n)) for key, n in shown.items())
        if shown:
            dimensions.append((say(head_words.DIMENSIONS[dimension]), tuple(rows)))
    note = N_("Grupper med färre än fem visas inte, och inte heller sådant som de kan räknas ut av.")
    return People(say(N_("färre än 5")) if total is None else str(total), tuple(dimensions), say(note) if hides else "")


def _map(session: Session, walk: SafetyWalk, seen: Sequence[WalkObservation], maker: Maker) -> Picture:
    marks = []
    for one in seen:
        point = from_element(one.anchor)
        marks.append(Mark(float(point.x), float(point.y), one.polarity))  # type: ignore[attr-defined]
    words = N_("Karta över det vi såg. Antal iakttagelser: %(found)s.")
    if walk.route is not None and not walk.stops:
        words = N_("Karta över rutten och det vi såg. Antal iakttagelser: %(found)s.")
    elif routes.shape_of(walk) is not None:
        words = N_(
            "Karta över rutten: %(stops)s hållpunkter och %(found)s iakttagelser. Hållpunkterna i ordning: %(names)s."
        )
    alt = maker.say(
        words,
        stops=len(walk.stops),
        found=len(seen),
        names=", ".join(f"{stop.seq} {stop.name}" for stop in walk.stops) or "–",
    )
    return route_map(session, walk, marks, alt, municipality_code=maker.municipality_code)


def _route_words(walk: SafetyWalk, far: int, maker: Maker) -> str:
    say, length = maker.say, routes.told_m(routes.length_m(walk))
    stops = say(N_("%(stops)s hållpunkter"), stops=len(walk.stops)) if walk.stops else ""
    metres = say(N_("%(metres)s meter"), metres=format_decimal(length, locale=maker.language)) if length else ""
    left = say(N_("ej utsatta på kartan, eftersom platsen är oklar: %(count)s"), count=far) if far else ""
    return ", ".join(part for part in (metres, stops, left) if part)


def _stops(
    walk: SafetyWalk,
    seen: Sequence[WalkObservation],
    numbers: dict[int, int],
    actions: Sequence[WalkAction],
    *,
    far: Container[int],
    maker: Maker,
) -> list[Stop]:
    """Every stop, also one where nothing was noted; what was seen on the way stands last."""
    answers: dict[int, list[tuple[int, str]]] = {}
    for number, action in enumerate(actions, start=1):
        for kept_id in {one.merged_into_id or one.id for one in action.observations}:
            answers.setdefault(kept_id, []).append((number, action.title))
    made = {
        one.id: finding(one, numbers[one.id], tuple(answers.get(one.id, ())), one.id in far, maker)
        for one in _in_order(walk, seen)
    }
    listed = [
        Stop(stop.seq, stop.name, tuple(made[one.id] for one in seen if one.stop_id == stop.id)) for stop in walk.stops
    ]
    between = tuple(made[one.id] for one in seen if one.stop_id is None)
    return [*listed, Stop(None, maker.say(N_("På vägen")), between)] if between else listed


def _answered(one: WalkAction, numbers: dict[int, int]) -> list[int]:
    """The numbers of the findings that it answers, lowest first, to order actions by; what answers none stands last."""
    return sorted(numbers[each.id] for each in one.observations if each.id in numbers) or [len(numbers) + 1]


def _action(one: WalkAction, number: int, numbers: dict[int, int], today: date, maker: Maker) -> Action:
    say, is_internal = maker.say, not maker.is_public
    is_named = one.party is not None and (is_internal or one.owner_type != OwnerType.PRIVATE)
    return Action(
        number=number,
        title=one.title,
        description=one.description if is_internal else "",
        where=one.where_text,
        responsible=one.party.name if one.party is not None and is_named else say(tending.OWNERS[one.owner_type]),
        kind=say(tending.KINDS[one.kind]),
        priority=say(tending.PRIORITIES[one.priority]),
        is_acute=one.priority == "acute",
        deadline=day_in_words(one.done_on or one.deadline, maker.language),
        status=one.status,
        status_words=say(following_up.STATUSES[one.status]),
        reason=one.status_reason,
        case_no=one.external_case_no if is_internal else "",
        is_open=following_up.is_open(one.status),
        is_late=following_up.is_overdue(one.status, one.deadline, today),
        findings=tuple(sorted({numbers[each.id] for each in one.observations if each.id in numbers})),
    )


def _earlier_actions(
    session: Session, compared: returning.Comparison | None, today: date, maker: Maker
) -> tuple[Action, ...]:
    listed = queries.list_actions(session, compared.before) if compared is not None else ()
    return tuple(_action(one, number, {}, today, maker) for number, one in enumerate(listed, start=1))


def _tallies(walk: SafetyWalk, seen: Sequence[WalkObservation], maker: Maker) -> list[Tally]:
    """By category, those with most first."""
    by_label: dict[str, list[str]] = {}
    for one in seen:
        by_label.setdefault(label(one, maker), []).append(one.polarity)
    made = [
        Tally(label, *(of.count(key) for key in ("insecure", "secure", "neutral"))) for label, of in by_label.items()
    ]
    return sorted(made, key=lambda one: (-one.total, one.label))


def _faults(
    seen: Sequence[WalkObservation], numbers: dict[int, int], actions: Sequence[Action], say: Translate
) -> list[str]:
    """What could not wait: acute findings, and actions that were acute or have a case of their own."""
    found = []
    for one in sorted((each for each in seen if each.is_told_acute), key=lambda each: numbers[each.id]):
        words = say(N_("Iakttagelse %(number)s anmäldes som akut."), number=numbers[one.id])
        found.append(words)
    for action in actions:
        if not (action.is_acute or action.case_no):
            continue
        words = say(
            N_("Åtgärd %(number)s: %(title)s (%(who)s)."),
            number=action.number,
            title=action.title,
            who=action.responsible,
        )
        found.append(f"{words} {say(N_('Ärende %(number)s.'), number=action.case_no)}" if action.case_no else words)
    return found


def _dates(session: Session, walk: SafetyWalk, actions: Sequence[WalkAction], maker: Maker) -> list[Fact]:
    say, found = maker.say, []
    if walk.follow_up_at is not None:
        found.append((say(N_("Återträff")), moment_in_words(walk.follow_up_at, maker.language)))
    # One that is only planned is nobody's business yet.
    is_told = SafetyWalk.status != WalkStatus.PLANNED
    for repeat in session.scalars(
        select(SafetyWalk).where(SafetyWalk.repeat_of_id == walk.id, is_told).order_by(SafetyWalk.starts_at)
    ):
        if repeat.starts_at is not None:
            found.append((say(N_("Återvandring")), moment_in_words(repeat.starts_at, maker.language)))
    due = sorted(one.deadline for one in actions if following_up.is_open(one.status))
    if due:
        found.append((say(N_("Första åtgärden ska vara klar")), day_in_words(due[0], maker.language)))
    if len(due) > 1 and due[-1] != due[0]:
        found.append((say(N_("Sista åtgärden ska vara klar")), day_in_words(due[-1], maker.language)))
    return found


def _left_out(everything: Sequence[WalkObservation], maker: Maker) -> str:
    """How many an official should know are not in the paper; the public is not told of what it can't read."""
    hidden = sum(one.state not in _shown_states(maker.version) for one in everything)
    if maker.is_public or not hidden:
        return ""
    if hidden == 1:
        return maker.say(N_("En iakttagelse är dold eller tillbakatagen och står inte här."))
    return maker.say(N_("%(count)s iakttagelser är dolda eller tillbakatagna och står inte här."), count=hidden)
