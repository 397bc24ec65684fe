"""What an export of safety walks contains, whatever the format: typed columns of observations, and of actions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Integer, Select, Text, and_, case, cast, func, literal, null, or_, select
from sqlalchemy.orm import Session, aliased

from mapdialog.contributions.deciding import STATES
from mapdialog.contributions.models import Contribution, ContributionDistrict, State
from mapdialog.core.text import N_
from mapdialog.dialogues.models import Category
from mapdialog.districts.models import District, DistrictSet
from mapdialog.geo import expressions
from mapdialog.geo.crs import STORE
from mapdialog.geo.tables import Field
from mapdialog.reports.contribution_rows import Column
from mapdialog.walks import astray, statistics, tending
from mapdialog.walks.drafts import LIGHTS
from mapdialog.walks.findings import ResponsibleParty, WalkAction, WalkActionObservation, WalkObservation
from mapdialog.walks.following_up import STATUSES
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.phone_clock import WRONG_S
from mapdialog.walks.recording import SAID_BY
from mapdialog.walks.returning import VERDICTS

What = Literal["observations", "actions", "squares"]
WHATS: tuple[What, ...] = ("observations", "actions")
# Squares are counts of observations, to share with others; `walk_squares` writes them.
EXPORTS: tuple[What, ...] = (*WHATS, "squares")
LAYERS: dict[What, str] = {"observations": "iakttagelser", "actions": "atgarder"}
# A workbook is read by people; the other formats keep the keys, which programs build on.
WORDS: dict[str, dict[str, str]] = {
    "polarity": {"insecure": N_("Otrygg"), "secure": N_("Trygg"), "neutral": N_("Varken eller")},
    "light": LIGHTS,
    "said_by": SAID_BY,
    "recorded_by": {"leader": N_("Vandringsledare"), "participant": N_("En deltagare"), "desk": N_("Vid skrivbordet")},
    "state": {str(key): words for key, words in STATES.items()},
    "verdict": {str(key): words for key, words in VERDICTS.items()},
    "status": {str(key): words for key, words in STATUSES.items()},
    "kind": tending.KINDS,
    "priority": tending.PRIORITIES,
    "owner_type": tending.OWNERS,
    "cost_class": tending.COSTS,
}

_one: Any = WalkObservation.__table__
_common: Any = Contribution.__table__
_walk: Any = SafetyWalk.__table__
_action: Any = WalkAction.__table__


@dataclass(frozen=True)
class WalkContent:
    """What to export: of one walk, of those held in a year, or of all; only what came `since`; places in which system.

    Merged observations are left out, as are hidden and withdrawn ones: they count nowhere else either. `far` says how
    many metres from their walk those lie whose place nobody believes, by id (`far_away`).
    """

    what: What = "observations"
    walk_id: int | None = None
    year: int | None = None
    since: datetime | None = None
    epsg: int = STORE
    far: Mapping[int, float] = field(default_factory=dict)


def far_away(session: Session, content: WalkContent) -> dict[int, float]:
    """What `far` of that content is to be."""
    return astray.find_all(session, session.scalars(_narrowed(select(SafetyWalk), content)))


def columns(content: WalkContent) -> list[Column]:
    """The columns in order. `lon`, `lat` are EPSG:4326, `east`, `north` are `content.epsg`; an action's place is the
    middle of its observations, but for those that lie far away."""
    own = [*_observation_columns(), _far_column(content)] if content.what == "observations" else _action_columns()
    place = _place(content)
    lon, lat = expressions.lon_lat(place)
    east, north = expressions.east_north(expressions.transform(place, content.epsg))
    digits = 7 if content.epsg == 4326 else 3
    return [
        *own,
        _column("lon", "number", N_("Longitud"), expressions.rounded(lon, 6)),
        _column("lat", "number", N_("Latitud"), expressions.rounded(lat, 6)),
        _column("east", "number", N_("Öst"), expressions.rounded(east, digits)),
        _column("north", "number", N_("Nord"), expressions.rounded(north, digits)),
    ]


def _observation_columns() -> list[Column]:
    followed = aliased(_common)
    earlier = select(followed.c.receipt).where(followed.c.id == _one.c.follows_id).scalar_subquery()
    stop = WalkObservation.stop.property.mapper.local_table
    stop_name = select(stop.c.name).where(stop.c.id == _one.c.stop_id).scalar_subquery()
    link = WalkActionObservation.__table__
    double, received = aliased(_one), aliased(_common)
    photos = select(func.sum(received.c.photo_count)).join(double, double.c.id == received.c.id)
    is_told = received.c.state.in_([State.PENDING.value, State.APPROVED.value])
    of_doubles = photos.where(double.c.merged_into_id == _one.c.id, is_told).scalar_subquery()
    answered = select(func.count()).where(link.c.observation_id == _one.c.id).scalar_subquery()
    return [
        _column("receipt", "text", N_("Kvittonummer"), _common.c.receipt),
        *_walk_columns(),
        _column("stop", "text", N_("Hållpunkt"), stop_name),
        _column("category", "text", N_("Kategorinyckel"), Category.key),
        _column("category_label", "text", N_("Kategori"), Category.label_sv),
        _column("polarity", "text", N_("Känns"), _one.c.polarity),
        _column("severity", "integer", N_("Allvar (1 till 3)"), _one.c.severity),
        _column("is_acute", "boolean", N_("Akut"), _one.c.is_acute),
        _column(
            "text", "text", N_("Iakttagelse"), func.coalesce(_common.c.public_text, _common.c.raw_text, type_=Text)
        ),
        _column("light", "text", N_("Ljus"), _one.c.light),
        _column("said_by", "text", N_("Sagt av"), _one.c.said_by),
        _column("recorded_by", "text", N_("Registrerad av"), _one.c.recorded_by),
        _column("state", "text", N_("Läge"), _common.c.state),
        _column("observed_at", "time", N_("Sedd"), case((~_clock_is_doubted(), _common.c.submitted_at))),
        _column("phone_clock_at", "time", N_("Telefonens klocka gick fel och visade"), _phone_clock()),
        _column("received_at", "time", N_("Mottagen"), _common.c.received_at),
        _column("verdict", "text", N_("Sedan förra vandringen"), _one.c.verdict),
        _column("follows", "text", N_("Gäller förra vandringens"), earlier),
        _column("photo_count", "integer", N_("Bilder"), _common.c.photo_count + func.coalesce(of_doubles, 0)),
        _column("action_count", "integer", N_("Åtgärder"), answered),
        _column("district_name", "text", N_("Område"), District.name),
    ]


def _far_column(content: WalkContent) -> Column:
    metres = {key: round(far) for key, far in content.far.items()}
    told = case(metres, value=_one.c.id) if metres else cast(null(), Integer)
    return _column("far_m", "integer", N_("Långt från vandringen (meter)"), told)


def _phone_clock() -> Any:
    """The time that was corrected, or that nobody believes; null where the phone's clock was right."""
    return case((or_(func.abs(_one.c.clock_offset_s) >= WRONG_S, _clock_is_doubted()), _one.c.observed_at))


def _clock_is_doubted() -> Any:
    """`phone_clock.is_doubted` of a row."""
    return and_(
        _one.c.recorded_by != "desk", _one.c.clock_offset_s.is_(None), _common.c.submitted_at != _one.c.observed_at
    )


def _action_columns() -> list[Column]:
    made_on = func.date(func.timezone("Europe/Stockholm", _action.c.created_at))
    days = case((_action.c.done_on.is_not(None), func.greatest(_action.c.done_on - made_on, 0)))
    link = WalkActionObservation.__table__
    receipts = (
        select(func.string_agg(_common.c.receipt, literal(", ")))
        .join(link, link.c.observation_id == _common.c.id)
        .where(link.c.action_id == _action.c.id)
        .scalar_subquery()
    )
    return [
        _column("id", "integer", N_("Nummer"), _action.c.id),
        *_walk_columns(),
        _column("title", "text", N_("Åtgärd"), _action.c.title),
        _column("where", "text", N_("Var"), _action.c.where_text),
        _column("description", "text", N_("Beskrivning"), _action.c.description),
        _column("party", "text", N_("Ansvarig"), ResponsibleParty.name),
        _column("owner_type", "text", N_("Slags ansvarig"), _action.c.owner_type),
        _column("kind", "text", N_("Slags åtgärd"), _action.c.kind),
        _column("priority", "text", N_("Prioritet"), _action.c.priority),
        _column("cost_class", "text", N_("Kostnad"), _action.c.cost_class),
        _column("created_on", "date", N_("Registrerad"), made_on),
        _column("deadline", "date", N_("Ska vara klar"), _action.c.deadline),
        _column("status", "text", N_("Status"), _action.c.status),
        _column("reason", "text", N_("Skäl"), _action.c.status_reason),
        _column("done_on", "date", N_("Klart den"), _action.c.done_on),
        _column("days_to_done", "integer", N_("Dagar till klart"), days),
        _column("case_no", "text", N_("Ärendenummer hos andra"), _action.c.external_case_no),
        _column("observations", "text", N_("Iakttagelser"), receipts),
    ]


def _walk_columns() -> list[Column]:
    return [
        _column("walk", "text", N_("Vandringens adress"), _walk.c.slug),
        _column("walk_title", "text", N_("Vandring"), _walk.c.title),
        _column("walk_starts_at", "time", N_("Vandringen började"), _walk.c.starts_at),
    ]


def _column(name: str, kind: Any, title: str, value: Any) -> Column:
    return Column(Field(name, kind, title), value)


def _place(content: WalkContent) -> Any:
    if content.what == "observations":
        return _common.c.anchor
    link = WalkActionObservation.__table__
    middle = select(func.ST_Centroid(func.ST_Collect(_common.c.anchor))).select_from(_common)
    middle = middle.join(link, link.c.observation_id == _common.c.id).where(
        link.c.action_id == _action.c.id, _common.c.id.not_in(content.far)
    )
    return cast(middle.scalar_subquery(), _common.c.anchor.type)


def geometry(content: WalkContent) -> Any:
    """Where it is, in `content.epsg`; None for an action without observations whose places are believed."""
    return expressions.transform(_place(content), content.epsg)


def statement(content: WalkContent, values: Sequence[ColumnElement[Any]]) -> Select[Any]:
    """SELECT the values, the oldest first."""
    query = _narrowed(_actions(values) if content.what == "actions" else _observations(values), content)
    if content.since is not None:
        came = _action.c.created_at if content.what == "actions" else _common.c.received_at
        query = query.where(came >= content.since)
    return query


def _narrowed(query: Select[Any], content: WalkContent) -> Select[Any]:
    """Of the walk, or of those held in the year."""
    if content.walk_id is not None:
        query = query.where(_walk.c.id == content.walk_id)
    return query if content.year is None else query.where(statistics.held_in(content.year))


def _observations(values: Sequence[ColumnElement[Any]]) -> Select[Any]:
    where = ContributionDistrict.__table__
    in_default = select(DistrictSet.id).where(DistrictSet.is_default).scalar_subquery()
    return (
        select(*values)
        .select_from(_one)
        .join(_common, _common.c.id == _one.c.id)
        .join(_walk, _walk.c.id == _one.c.walk_id)
        .join(Category.__table__, Category.id == _common.c.category_id)
        .outerjoin(where, (where.c.contribution_id == _one.c.id) & (where.c.district_set_id == in_default))
        .outerjoin(District.__table__, District.id == where.c.district_id)
        .where(_one.c.merged_into_id.is_(None), _common.c.state.in_([State.PENDING.value, State.APPROVED.value]))
        .order_by(_one.c.id)
    )


def _actions(values: Sequence[ColumnElement[Any]]) -> Select[Any]:
    return (
        select(*values)
        .select_from(_action)
        .join(_walk, _walk.c.id == _action.c.walk_id)
        .outerjoin(ResponsibleParty.__table__, ResponsibleParty.id == _action.c.party_id)
        .order_by(_action.c.id)
    )
