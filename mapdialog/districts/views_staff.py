"""Staff pages of district sets: the list, one set with its districts, and changing or removing it."""

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.basemap import drawing
from mapdialog.basemap.drawing import Overlay
from mapdialog.basemap.frame import fit
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.districts import actions, queries, rules, views_import
from mapdialog.districts.desk import blueprint
from mapdialog.districts.models import District, DistrictSet
from mapdialog.geo.bbox import Bounds
from mapdialog.geo.geometry import from_element
from mapdialog.web.access import requires
from mapdialog.web.errors import translated

__all__ = ["blueprint", "views_import"]  # the pages of imports belong to the same blueprint
Page = Response | str | tuple[str, int]
Errors = dict[int, dict[str, str]]
MAP_WIDTH, MAP_HEIGHT = 900, 560
_LAND_AROUND: Bounds = (270_000, 6_130_000, 920_000, 7_670_000)  # Sweden, for a set without districts
MOST_EDITABLE = 400


@blueprint.get("/districts")
def index() -> str:
    """Every set."""
    return render_template("staff/districts/index.html", sets=queries.list_sets(session()))


@blueprint.get("/districts/<key>")
def show(key: str) -> str:
    """One set: its map and its districts."""
    return _page(queries.get_set(session(), key))


@blueprint.get("/districts/<key>/map.png")
def map_image(key: str) -> Response:
    """The set drawn on the built-in map."""
    district_set = queries.get_set(session(), key)
    shapes = [from_element(one.display_geom or one.geom) for one in queries.list_districts(session(), district_set)]
    frame = fit(queries.bounds_of(session(), district_set) or _LAND_AROUND, MAP_WIDTH, MAP_HEIGHT)
    drawn = drawing.static_map(
        session(),
        frame,
        MAP_WIDTH,
        MAP_HEIGHT,
        overlays=[Overlay(shape, width=1.5) for shape in shapes],
        municipality_code=current_app.config["MAPDIALOG"].municipality_code,
    )
    response = make_response(drawn)
    response.mimetype = "image/png"
    response.cache_control.private, response.cache_control.max_age = True, 300
    return response


@blueprint.post("/districts/<key>")
@requires("edit_districts")
def change(key: str) -> Page:
    """Save the title, and what was typed about the districts."""
    district_set = queries.get_set(session(), key)
    edited, errors = _typed(district_set)
    try:
        title = rules.check_title(request.form.get("title"))
        if errors:
            raise Invalid(_("Något behöver rättas innan ändringarna kan sparas."))
    except DomainError as error:
        return _page(district_set, request.form.get("title", ""), errors, translated(error)), error.status
    if title != district_set.title:
        actions.rename_set(session(), district_set, title, actor=current_user.account_id)
    changed = actions.edit_districts(session(), district_set, edited, actor=current_user.account_id)
    session().commit()
    flash(
        ngettext("Sparat. %(num)s område ändrades.", "Sparat. %(num)s områden ändrades.", changed)
        if changed
        else _("Sparat."),
        "success",
    )
    return redirect(url_for(".show", key=key))


@blueprint.post("/districts/<key>/default")
@requires("edit_districts")
def make_default(key: str) -> Response:
    """Count by this set where none is chosen."""
    district_set = queries.get_set(session(), key)
    actions.make_default(session(), district_set, actor=current_user.account_id)
    session().commit()
    flash(_("%(title)s är nu förvald.", title=district_set.title), "success")
    return redirect(url_for(".index"))


@blueprint.get("/districts/<key>/delete")
@requires("edit_districts")
def confirm_delete(key: str) -> str:
    """What would be lost, and a button that says so."""
    return _confirmation(queries.get_set(session(), key))


@blueprint.post("/districts/<key>/delete")
@requires("edit_districts")
def delete(key: str) -> Page:
    """Remove the set; contributions stay."""
    district_set = queries.get_set(session(), key)
    title = district_set.title
    try:
        actions.delete_set(session(), district_set, actor=current_user.account_id)
    except DomainError as error:
        session().rollback()
        return _confirmation(queries.get_set(session(), key), translated(error)), error.status
    session().commit()
    flash(_("%(title)s är borttagen.", title=title), "success")
    return redirect(url_for(".index"))


def _typed(district_set: DistrictSet) -> tuple[dict[int, rules.Edited], Errors]:
    """What was typed in the table's rows, and what is wrong with it, both by the district's id."""
    edited: dict[int, rules.Edited] = {}
    errors: Errors = {}
    year = local(now()).year
    for one in queries.list_districts(session(), district_set):
        if f"name-{one.id}" not in request.form:
            continue
        name, population, stated = (request.form.get(f"{part}-{one.id}") for part in ("name", "population", "year"))
        try:
            edited[one.id] = rules.check_district(name, population, stated, this_year=year)
        except Invalid as error:
            errors[one.id] = {field: translated(wrong) for field, wrong in error.fields.items()}
    return edited, errors


def _page(
    district_set: DistrictSet, title: str | None = None, errors: Errors | None = None, problem: str | None = None
) -> str:
    districts = queries.list_districts(session(), district_set)
    return render_template(
        "staff/districts/show.html",
        set=district_set,
        title=district_set.title if title is None else title,
        districts=districts,
        is_editable=len(districts) <= MOST_EDITABLE,
        areas_km2={one.id: _square_km(one) for one in districts},
        errors=errors or {},
        problem=problem,
        map_size=(MAP_WIDTH, MAP_HEIGHT),
    )


def _square_km(district: District) -> float:
    return float(from_element(district.geom).area) / 1e6


def _confirmation(district_set: DistrictSet, problem: str | None = None) -> str:
    return render_template(
        "staff/districts/delete.html",
        set=district_set,
        districts=queries.count_districts(session(), district_set),
        is_last=len(queries.list_sets(session())) == 1,
        problem=problem,
    )
