"""The planner's page of a plan's map: what lies over the background, and the parts that citizens can point at."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.basemap.probing import CENTRAL_SWEDEN
from mapdialog.basemap.views import layers as configured_layers
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.dialogues.area import municipality_box
from mapdialog.geo.geometry import from_element, from_store
from mapdialog.plans import forms_map_file, overlays, picture_warp, public_page, queries, wms_trial
from mapdialog.plans.desk import blueprint
from mapdialog.plans.forms_plan_map import OverlayForm, PictureForm, ShapesForm, WmsForm
from mapdialog.plans.models import Plan, PlanOverlay
from mapdialog.plans.overlay_map import for_map
from mapdialog.plans.overlays import Picture
from mapdialog.plans.views_plan_overlays import address_of
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors
from mapdialog.web.mapdata import background_layers

Page = Response | str | tuple[str, int]


@blueprint.get("/plans/<slug>/map")
@requires("edit_plans")
def plan_map(slug: str) -> str:
    """The map as citizens get it, with its overlays and parts as lists."""
    plan = queries.get_plan(session(), slug)
    return render_template("staff/plans/map.html", plan=plan, tab="documents", map_data=map_data(plan))


def map_data(plan: Plan) -> dict[str, Any]:
    """The island of a plan's map at the desk: area, parts, overlays and backgrounds."""
    return public_page.plan_map(plan) | {
        "overlays": for_map(plan, lambda kind, key: address_of(plan, kind, key)),
        "bbox": municipality_box(session()) if plan.area is None else None,
        "layers": background_layers(),
    }


@blueprint.route("/plans/<slug>/map/picture", methods=["GET", "POST"])
@blueprint.route("/plans/<slug>/map/picture/<key>", methods=["GET", "POST"])
@requires("edit_plans")
def overlay_picture(slug: str, key: str = "") -> Page:
    """A new picture, or (`key`) other corners of one."""
    plan = queries.get_plan(session(), slug)
    overlay = overlays.get_overlay(session(), plan, key) if key else None
    form = PictureForm()
    form.offer(current_app.config["MAPDIALOG"].local_crs)
    if not form.is_submitted():
        _begin(form, plan, overlay)
        return _picture_page(plan, overlay, form)
    try:
        _keep_picture(plan, overlay, form)
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _picture_page(plan, overlay, form), error.status
    session().commit()
    flash(_("Bilden ligger på kartan. Kontrollera att den ligger rätt."), "success")
    return redirect(url_for(".plan_map", slug=slug))


def _begin(form: PictureForm, plan: Plan, overlay: PlanOverlay | None) -> None:
    """A picture lies where it lies; a new one begins over the plan's area."""
    if overlay is not None:
        form.fill_corners(overlays.corners_of(overlay))
        form.title.data, form.opacity.data = overlay.title, round(overlay.opacity * 100)
    elif plan.area is not None:
        form.fill_corners(picture_warp.around(from_element(plan.area).bounds, (1414, 1000)))


def _keep_picture(plan: Plan, overlay: PlanOverlay | None, form: PictureForm) -> None:
    files, actor = current_app.extensions["files"], current_user.account_id
    if not form.validate():
        raise Invalid(N_("Något behöver rättas innan det går att spara."))
    sent, world = request.files.get("file"), request.files.get("world_file")
    corners = form.read_corners()
    if overlay is not None:
        if corners is None:
            raise Invalid(N_("Skriv var bildens fyra hörn ligger."), field="corner_1")
        overlays.update_overlay(
            session(), plan, overlay, title=form.title.data or "", opacity=form.share(), actor_id=actor
        )
        overlays.move_picture(session(), plan, overlay, corners, files=files, actor_id=actor)
        return
    if sent is None or not sent.filename:
        raise Invalid(N_("Välj en fil."), field="file")
    data, code = sent.read(), form.file_crs.data or ""
    epsg = int(code) if code.isdecimal() else 3006
    if world is not None and world.filename:
        text = world.read(2_000).decode("ascii", "replace")
        corners = picture_warp.corners_from_world_file(text, picture_warp.size_of(data), epsg)
        form.fill_corners(corners)
    elif own := picture_warp.corners_from_geotiff(data, epsg):
        corners = own
        form.fill_corners(corners)
    if corners is None:
        raise Invalid(N_("Skriv var bildens fyra hörn ligger, eller skicka en världsfil."), field="corner_1")
    picture = Picture(sent.filename, data, corners)
    overlays.add_picture(session(), plan, form.title.data or "", form.share(), picture, files=files, actor_id=actor)


def _picture_page(plan: Plan, overlay: PlanOverlay | None, form: PictureForm) -> str:
    return render_template(
        "staff/plans/picture.html", plan=plan, tab="documents", form=form, overlay=overlay, map_data=map_data(plan)
    )


@blueprint.route("/plans/<slug>/map/shapes", methods=["GET", "POST"])
@requires("edit_plans")
def overlay_shapes(slug: str) -> Page:
    """Shapes of a map file as an overlay."""
    plan = queries.get_plan(session(), slug)
    form = ShapesForm()
    form.offer()
    if not form.is_submitted():
        return _file_page(plan, form, "shapes")
    try:
        upload = forms_map_file.receive(form, plan.id)
        if upload is None:
            raise Invalid(N_("Välj en fil."), field="file")
        rows = forms_map_file.read(form, upload)
        overlays.add_shapes(
            session(), plan, form.title.data or "", form.share(), rows, actor_id=current_user.account_id
        )
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _file_page(plan, form, "shapes"), error.status
    session().commit()
    flash(_("Formerna ligger på kartan."), "success")
    return redirect(url_for(".plan_map", slug=slug))


@blueprint.route("/plans/<slug>/map/wms", methods=["GET", "POST"])
@requires("edit_plans")
def overlay_wms(slug: str) -> Page:
    """A layer of a map server that the administrator has configured."""
    plan = queries.get_plan(session(), slug)
    form = WmsForm()
    if not form.is_submitted():
        return _file_page(plan, form, "wms")
    try:
        made = overlays.add_wms(
            session(),
            plan,
            form.title.data or "",
            form.share(),
            url=form.wms_url.data or "",
            layers=form.wms_layers.data or "",
            known=configured_layers(),
            actor_id=current_user.account_id,
        )
        _try(plan, made)
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _file_page(plan, form, "wms"), error.status
    session().commit()
    flash(_("Kartlagret ligger på kartan."), "success")
    return redirect(url_for(".plan_map", slug=slug))


def _try(plan: Plan, overlay: PlanOverlay) -> None:
    """Ask the map server for a picture of where the plan is. Raises Invalid by field."""
    layer = overlays.tile_layer(overlay, configured_layers())
    if plan.area is not None:
        middle = from_store(from_element(plan.area).representative_point()).centroid
        at = (middle.x, middle.y)
    else:
        box = municipality_box(session())
        at = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) if box else CENTRAL_SWEDEN
    if layer is not None:
        wms_trial.demand_picture(layer, *at)


def _file_page(plan: Plan, form: OverlayForm, what: str) -> str:
    servers = overlays.list_servers(configured_layers())
    return render_template(
        "staff/plans/overlay.html", plan=plan, tab="documents", form=form, what=what, servers=servers
    )


@blueprint.post("/plans/<slug>/map/overlays/<key>")
@requires("edit_plans")
def overlay_change(slug: str, key: str) -> Response:
    """An overlay's name and opacity, or (`remove`) away with it."""
    plan = queries.get_plan(session(), slug)
    overlay, actor = overlays.get_overlay(session(), plan, key), current_user.account_id
    typed = request.form.get("opacity", "")
    try:
        if "remove" in request.form:
            overlays.remove_overlay(session(), plan, overlay, files=current_app.extensions["files"], actor_id=actor)
        else:
            share = int(typed) / 100 if typed.isdecimal() and len(typed) < 4 else 0.0
            overlays.update_overlay(
                session(), plan, overlay, title=request.form.get("title", ""), opacity=share, actor_id=actor
            )
    except DomainError as error:
        session().rollback()
        flash(_all(error), "warn")
    else:
        session().commit()
        flash(_("Sparat."), "success")
    return redirect(url_for(".plan_map", slug=slug))


def _all(error: DomainError) -> str:
    fields = error.fields if isinstance(error, Invalid) else {}
    return " ".join(translated(one) for one in fields.values()) or translated(error)
