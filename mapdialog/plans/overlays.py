"""Writes of what lies over a plan's background map: a picture, shapes from a file, a WMS layer. Callers commit."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.basemap.layers import Layer
from mapdialog.core import audit
from mapdialog.core.errors import DomainError, Invalid, NotFound
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_, clean_line
from mapdialog.districts import nearness
from mapdialog.geo import features
from mapdialog.geo.geometry import from_element, from_store, to_element
from mapdialog.plans import picture_warp
from mapdialog.plans.map_files import MapRow, closed
from mapdialog.plans.models import Plan, PlanOverlay
from mapdialog.plans.picture_warp import Corners
from mapdialog.plans.statement_files import check_file

MOST = 12
MAX_BYTES = 60_000_000
MOST_SHAPES_BYTES = 3_000_000  # what a citizen's phone is asked to draw
SIMPLIFY_M = 0.25
FAR_M = 1_000.0  # what surrounds a plan may be shown, what lies elsewhere is in the wrong system
_NAMES = ("Layer", "namn", "name", "titel", "beteckning", "kod")


@dataclass(frozen=True)
class Picture:
    """A picture's file, and where its corners are (EPSG:3006)."""

    file_name: str
    data: bytes
    corners: Corners


def get_overlay(session: Session, plan: Plan, key: str) -> PlanOverlay:
    """That overlay of the plan, or NotFound."""
    found = session.scalar(select(PlanOverlay).where(PlanOverlay.plan_id == plan.id, PlanOverlay.key == key))
    if found is None:
        raise NotFound(N_("Kartlagret finns inte."))
    return found


def add_picture(
    session: Session,
    plan: Plan,
    title: str,
    opacity: float,
    picture: Picture,
    *,
    files: FileStore,
    actor_id: int | None,
) -> PlanOverlay:
    """A picture laid on its corners; kept as it came and as the map shows it. Raises Invalid by field."""
    picture_warp.size_of(picture.data)
    checked = check_file(
        picture.data, picture.file_name, kinds=frozenset({"jpg", "png", "tif"}), max_bytes=MAX_BYTES, field="file"
    )
    _demand_here(session, plan, picture_warp.outline(picture.corners), "corners")
    warped = picture_warp.warp(checked.data, picture_warp.checked(picture.corners))
    made = _new(session, plan, "image", title, opacity)
    made.file_key = f"plans/{plan.id}/overlays/{made.key}.{checked.kind}"
    made.corners = to_element(picture_warp.outline(picture.corners))
    files.put(made.file_key, checked.data)
    files.put(shown_key(made), warped.png)
    return _keep(session, plan, made, actor_id)


def move_picture(
    session: Session, plan: Plan, overlay: PlanOverlay, corners: Corners, *, files: FileStore, actor_id: int | None
) -> None:
    """Lay a picture on other corners. Raises Invalid."""
    if overlay.kind != "image" or overlay.file_key is None:
        raise Invalid(N_("Bara en bild har hörn."), field="corners")
    _demand_here(session, plan, picture_warp.outline(corners), "corners")
    warped = picture_warp.warp(files.get(overlay.file_key), picture_warp.checked(corners))
    overlay.corners = to_element(picture_warp.outline(corners))
    files.put(shown_key(overlay), warped.png)
    session.flush()
    audit.record(session, actor_id, "plan.overlay_update", plan, overlay=overlay.id)


def add_shapes(
    session: Session, plan: Plan, title: str, opacity: float, rows: Iterable[MapRow], *, actor_id: int | None
) -> PlanOverlay:
    """The shapes of a map file, drawn by the browser. Raises Invalid (`file`) when they are too many for a phone."""
    made, rows = _new(session, plan, "vector", title, opacity), list(rows)
    _demand_here(session, plan, shapely.GeometryCollection([row.shape for row in rows]), "file_crs")
    made.shapes = {"type": "FeatureCollection", "features": [_feature(row) for row in rows]}
    size = len(json.dumps(made.shapes))
    if size > MOST_SHAPES_BYTES:
        raise Invalid(
            N_("Formerna tar %(size)s MB. Gränsen är %(limit)s MB: skicka färre lager, eller plankartan som bild."),
            field="file",
            size=round(size / 1_000_000, 1),
            limit=MOST_SHAPES_BYTES // 1_000_000,
        )
    return _keep(session, plan, made, actor_id)


def _demand_here(session: Session, plan: Plan, shape: BaseGeometry, field: str) -> None:
    """What lies over a plan's map lies by the plan, or in the municipality where it has no area. Raises Invalid."""
    if plan.area is None:
        if not nearness.is_near(session, shape):
            raise Invalid(N_("Kartlagret hamnar utanför kommunen. Kontrollera koordinatsystemet."), field=field)
        return
    metres = from_element(plan.area).distance(shape)
    if metres > FAR_M:
        raise Invalid(
            N_("Kartlagret hamnar %(km)s km från planområdet. Kontrollera koordinatsystemet."),
            field=field,
            km=round(metres / 1_000),
        )


def _feature(row: MapRow) -> dict[str, Any]:
    shape = shapely.simplify(closed(row.shape), SIMPLIFY_M)
    values = {name.casefold(): value for name, value in row.values.items()}
    label = next((str(values[name.casefold()]) for name in _NAMES if values.get(name.casefold())), "")
    return features.feature(features.geometry(from_store(shape), digits=6), {"label": clean_line(label)[:120]})


def add_wms(
    session: Session,
    plan: Plan,
    title: str,
    opacity: float,
    *,
    url: str,
    layers: str,
    known: Iterable[Layer],
    actor_id: int | None,
) -> PlanOverlay:
    """A layer of a map server among the `known` ones, fetched through our own proxy. Raises Invalid by field."""
    wrong: dict[str, DomainError] = {}
    url, layers = clean_line(url), clean_line(layers)
    if not layers:
        wrong["wms_layers"] = Invalid(N_("Skriv vilka lager som ska visas, med komma mellan."))
    if _server_of(url, known) is None:
        wrong["wms_url"] = Invalid(
            N_(
                "Den servern hämtas inte. Medborgarnas webbläsare får inte fråga andra servrar, så kartan går genom "
                "vår, och den frågar bara dem som administratören har ställt in: %(hosts)s. "
                "Lägg annars in plankartan som fil."
            ),
            hosts=", ".join(list_servers(known)) or "–",
        )
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
    made = _new(session, plan, "wms", title, opacity)
    made.wms_url, made.wms_layers = url, layers
    return _keep(session, plan, made, actor_id)


def list_servers(known: Iterable[Layer]) -> list[str]:
    """The map servers that may be asked, as their addresses begin: 'https://karta.kommun.se'."""
    parts = (urlsplit(one.url) for one in known)
    return sorted({f"{one.scheme}://{one.netloc.rpartition('@')[2]}" for one in parts if one.hostname})


def tile_layer(overlay: PlanOverlay, known: Iterable[Layer]) -> Layer | None:
    """The overlay as a layer of the tile proxy, with the keys of its server; None when that is no longer known."""
    server = _server_of(overlay.wms_url, known)
    if server is None:
        return None
    return replace(
        server,
        key=f"plan-{overlay.key}",
        kind="wms",
        url=overlay.wms_url,
        layers=overlay.wms_layers,
        styles="",
        format="image/png",
        transparent=True,
        min_zoom=0,
        max_zoom=19,
        keep_days=1,
    )


def _server_of(url: str, known: Iterable[Layer]) -> Layer | None:
    """The configured layer on the same server, which lends its headers and password; never to another host."""
    try:
        parts = urlsplit(url)
        asked = (parts.scheme, parts.hostname, parts.port)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        return None
    for one in known:
        own = urlsplit(one.url)
        if (own.scheme, own.hostname, own.port) == asked:
            return one
    return None


def update_overlay(
    session: Session, plan: Plan, overlay: PlanOverlay, *, title: str, opacity: float, actor_id: int | None
) -> None:
    """Its name and how much shows through it. Raises Invalid by field."""
    overlay.title, overlay.opacity = _title(title), _opacity(opacity)
    session.flush()
    audit.record(session, actor_id, "plan.overlay_update", plan, overlay=overlay.id)


def remove_overlay(
    session: Session, plan: Plan, overlay: PlanOverlay, *, files: FileStore, actor_id: int | None
) -> None:
    """Take it away, with its files."""
    audit.record(session, actor_id, "plan.overlay_remove", plan, overlay=overlay.id)
    keys = [overlay.file_key, shown_key(overlay)] if overlay.file_key else []
    session.delete(overlay)
    session.flush()
    session.expire(plan, ["overlays"])
    for key in keys:
        if key:
            files.delete(key)


def shown_key(overlay: PlanOverlay) -> str:
    """The file of a picture as the map shows it."""
    return f"plans/{overlay.plan_id}/overlays/{overlay.key}-shown.png"


def corners_of(overlay: PlanOverlay) -> Corners:
    """The corners of a picture in EPSG:3006. Raises ValueError for what has none."""
    if overlay.corners is None:
        raise ValueError(overlay.key)
    ring = [(float(x), float(y)) for x, y in shapely.get_coordinates(from_element(overlay.corners))[:4]]
    return ring[0], ring[1], ring[2], ring[3]


def _new(session: Session, plan: Plan, kind: str, title: str, opacity: float) -> PlanOverlay:
    count = session.scalar(select(func.count()).where(PlanOverlay.plan_id == plan.id)) or 0
    if count >= MOST:
        raise Invalid(N_("En plan har högst %(most)s kartlager. Ta bort något först."), field="title", most=MOST)
    return PlanOverlay(
        plan_id=plan.id,
        kind=kind,
        title=_title(title),
        key=secrets.token_hex(12),
        opacity=_opacity(opacity),
        position=count,
    )


def _keep(session: Session, plan: Plan, made: PlanOverlay, actor_id: int | None) -> PlanOverlay:
    session.add(made)
    session.flush()
    session.expire(plan, ["overlays"])
    audit.record(session, actor_id, "plan.overlay_add", plan, overlay=made.id, kind=made.kind)
    return made


def _title(title: str) -> str:
    title = clean_line(title)
    if not title or len(title) > 120:
        raise Invalid(N_("Ge kartlagret ett namn, högst 120 tecken, till exempel ”Plankarta”."), field="title")
    return title


def _opacity(opacity: float) -> float:
    if not 0.1 <= opacity <= 1:
        raise Invalid(N_("Täckningen är mellan 10 och 100 procent."), field="opacity")
    return opacity
