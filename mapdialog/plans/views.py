"""Plans for everybody: the list, a plan with its map and papers, and what became of one's statement."""

from functools import partial
from typing import Any

from flask import Blueprint, current_app, make_response, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from mapdialog.basemap import drawing
from mapdialog.basemap.drawing import Overlay
from mapdialog.basemap.frame import fit
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import NotFound
from mapdialog.geo.geometry import from_element
from mapdialog.plans import appealing, correcting, labels, meetings, overlay_map, public_page, queries, submitting
from mapdialog.plans.announcement_texts import appeal_rule
from mapdialog.plans.kinds import PhaseKind
from mapdialog.plans.models import Plan
from mapdialog.plans.rule_sets import rule_set
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.unmet import is_reviewed
from mapdialog.plans.views_plan_overlays import address_of
from mapdialog.reports import plan_reports
from mapdialog.web.errors import translated
from mapdialog.web.languages import choose
from mapdialog.web.limits import limiter
from mapdialog.web.mapdata import background_layers

blueprint = Blueprint("plans", __name__)
PICTURE = (900, 420)
# What a browser shows without running anything in it.
_SHOWN = {"application/pdf", "image/png", "image/jpeg", "image/webp"}


@blueprint.get("/plans")
def index() -> str:
    """Every plan that the public has been told of."""
    return render_template(
        "plans/index.html", plans=public_page.list_public(session(), today()), labels=labels, today=today()
    )


@blueprint.get("/plans/<slug>")
def page(slug: str) -> str:
    """What the plan is about, its map and papers, how to have a say and until when."""
    plan = queries.get_published(session(), slug)
    reports = plan_reports.list_public(session(), plan)
    return render_template(
        "plans/page.html",
        **about(plan),
        documents=public_page.list_documents(session(), plan),
        reports=reports,
        outdated=plan_reports.find_outdated(reports),
        corrected=correcting.list_corrected(session(), plan),
        told=public_page.told_phases(plan),
        way_in=public_page.way_in(plan),
        map_data=map_data(plan),
    )


@blueprint.get("/plans/<slug>/map.png")
def picture(slug: str) -> Response:
    """The plan's area and parts on a drawn map, for who has no JavaScript."""
    plan = queries.get_published(session(), slug)
    box = public_page.bounds(plan)
    if box is None:
        raise NotFound(queries.NO_SUCH_PLAN)
    parts = [Overlay(from_element(one.geom), width=1) for one in plan.features if one.is_active]
    drawn = drawing.static_map(
        session(),
        fit(box, *PICTURE, margin=0.15),
        *PICTURE,
        markers=[],
        overlays=[Overlay(from_element(plan.area), width=3), *parts],  # type: ignore[arg-type]
        municipality_code=current_app.config["MAPDIALOG"].municipality_code,
    )
    response = make_response(drawn)
    response.mimetype = "image/png"
    response.cache_control.public, response.cache_control.max_age = True, 300
    return response


@blueprint.get("/plans/<slug>/documents/<key>")
def document(slug: str, key: str) -> Response:
    """A public document as it was uploaded."""
    plan = queries.get_published(session(), slug)
    found = public_page.get_document(session(), plan, key)
    response = make_response(current_app.extensions["files"].get(found.file_key))
    response.mimetype = found.content_type
    how = "inline" if found.content_type in _SHOWN else "attachment"
    response.headers.set("Content-Disposition", how, filename=found.file_name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@blueprint.get("/plans/<slug>/follow")
@limiter.limit("120 per hour", exempt_when=lambda: not request.args.get("receipt"))
def follow(slug: str) -> str | tuple[str, int]:
    """What became of a statement, by its receipt number: not its name and words, since a number can be overheard."""
    plan = queries.get_published(session(), slug)
    typed = request.args.get("receipt", "")[:60]
    statement, told, standing, problem = None, [], "", ""
    if typed.strip():
        try:
            statement = public_page.get_by_receipt(session(), plan, typed)
            told = public_page.list_told(session(), statement)
            standing = standing_of(plan, statement, told)
        except NotFound as error:
            problem = translated(error)
    html = render_template(
        "plans/follow.html",
        **about(plan),
        statement=statement,
        points=told,
        standing=standing,
        typed=typed,
        problem=problem,
        example=f"{current_app.config['MAPDIALOG'].receipt_prefix}-{today():%y}-000154",
    )
    return (html, 404) if problem else html


def standing_of(plan: Plan, statement: PlanStatement, told: list[public_page.Told]) -> str:
    """What the statement means for the right to appeal (a msgid), while the adoption can be appealed; else ''."""
    return appealing.words_for(session(), plan, statement, told) if _can_appeal(plan) else ""


def _can_appeal(plan: Plan) -> bool:
    done = plan.adoption
    if done is None or done.legal_force_on is not None:
        return False
    return done.appeal_ends_on is None or today() <= done.appeal_ends_on


def _asked(plan: Plan, taking: submitting.Taking | None) -> str:
    """What those consulted are asked for besides their views, in the open phase; '' for nothing."""
    if taking is None or taking.is_late:
        return ""
    rule = rule_set(plan.rule_set).procedure(plan.procedure).phase(PhaseKind(taking.phase.kind))
    return rule.ask.text(choose()) if rule else ""


@blueprint.app_template_global("swedish_lang")
def swedish_lang() -> Markup:
    """The attribute that marks what the municipality wrote, in Swedish, on a page in another language."""
    return Markup("") if choose() == "sv" else Markup(' lang="sv"')


@blueprint.app_template_global("in_swedish")
def in_swedish(words: str) -> Markup:
    """The municipality's own words within a sentence of ours."""
    return Markup("<span{}>{}</span>").format(swedish_lang(), words) if choose() != "sv" else escape(words)


def today() -> Any:
    """The day it is in Stockholm."""
    return local(now()).date()


def about(plan: Plan) -> dict[str, Any]:
    """What every page about a plan shows on top."""
    taking = submitting.find_taking(plan, now())
    rules = rule_set(plan.rule_set)
    phase = taking.phase.kind if taking else "consultation"
    reports = plan_reports.list_public(session(), plan)
    return {
        "plan": plan,
        "taking": taking,
        "is_decided": submitting.is_decided(plan),
        "can_appeal": _can_appeal(plan),
        "coming": submitting.next_phase(plan, today()),
        "is_answered": taking is not None and any(one.phase_id == taking.phase.id for one in reports),
        "labels": labels,
        "meeting_kinds": meetings.KINDS,
        "today": today(),
        "appeal": appeal_rule(rules, plan.kind, phase, is_reviewed=is_reviewed(plan)),
        "ask": _asked(plan, taking),
        "language": choose(),
    }


def map_data(plan: Plan) -> dict[str, Any]:
    """The plan's shapes and the background, for the page's map."""
    return public_page.plan_map(plan) | {
        "layers": background_layers(),
        "overlays": overlay_map.for_map(plan, partial(address_of, plan)),
        "write_url": url_for("plans.write", slug=plan.slug),
    }


from mapdialog.plans import views_statement  # noqa: E402, F401 - its routes
