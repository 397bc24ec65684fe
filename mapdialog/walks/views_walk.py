"""On the walk: joining by a code, and the page that records without a network."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from mapdialog.basemap.layers import for_browser
from mapdialog.basemap.views import layers as configured_layers
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import Forbidden, NotFound
from mapdialog.walks import drafts, recording
from mapdialog.walks.following_up import STATUSES
from mapdialog.walks.forms_actions import POLARITIES
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.queries import find_walk
from mapdialog.walks.recording_access import ROLES, get_code, get_device, join, note_clock
from mapdialog.walks.recording_models import WalkDevice, WalkJoinCode
from mapdialog.walks.recording_package import package
from mapdialog.walks.returning import VERDICTS
from mapdialog.walks.rules import takes_observations
from mapdialog.web import assets, errors, walking
from mapdialog.web.languages import choose
from mapdialog.web.limits import limiter

blueprint = Blueprint("walks_record", __name__)
# Guessing one of 28^10 codes is hopeless at this rate; a class that types it wrong now and then is not stopped.
WRONG_CODES = "40 per hour"
_GROUND = "#0f1a20"


def _wrong(response: Response) -> bool:
    return response.status_code == 404


@blueprint.get("/w")
def type_code() -> BaseResponse | str:
    """Where the code is typed by who cannot scan it."""
    typed = request.args.get("code", "").strip()
    if typed:
        return redirect(url_for(".arrive", code=typed[:40]))
    return render_template("walks/code.html", typed="", error="")


@blueprint.get("/w/<code>")
@limiter.limit(WRONG_CODES, deduct_when=_wrong)
def arrive(code: str) -> str | tuple[str, int]:
    """What the QR code opens: which walk it is, what is kept in the phone, and a button to join."""
    try:
        found = _code(code)
    except NotFound as error:
        return render_template("walks/code.html", typed=code, error=errors.translated(error)), 404
    return render_template(
        "walks/join.html",
        walk=found.walk,
        code=code,
        role=found.role,
        role_label=_(ROLES[found.role]),
        is_open=takes_observations(found.walk.status),
    )


@blueprint.post("/w/<code>")
@limiter.limit(WRONG_CODES, deduct_when=_wrong)
def take_part(code: str) -> BaseResponse:
    """Join: the code becomes a cookie that opens this walk's recording and nothing else."""
    found = _code(code)
    slug = found.walk.slug
    device = join(session(), found, walking.find_mark(slug))
    session.commit()
    # Which group is the phone's own to keep; the page that records takes it over, or asks.
    way = url_for(".record", slug=slug, group=request.form.get("group", "")[:20] or None)
    return walking.remember(make_response(redirect(way, 303)), slug, device.mark)


@blueprint.get("/walks/<slug>/record")
def record(slug: str) -> BaseResponse:
    """The page that records; without a code that works, the way to one. It holds nothing that is personal."""
    try:
        device, walk = get_device(session(), walking.find_mark(slug), slug)
    except Forbidden as error:
        page = render_template("walks/code.html", typed="", error=errors.translated(error))
        return make_response(page, 403)
    note_clock(device, None, now())
    response = make_response(render_template("walks/record.html", walk=walk, island=_island(walk, device)))
    session.commit()
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.get("/walks/<slug>/manifest.webmanifest")
def manifest(slug: str) -> Response:
    """The walk as an application on the home screen."""
    walk = find_walk(session(), slug)
    device_is_in = walking.find_mark(slug) is not None
    title = walk.title if walk is not None and device_is_in else _("Trygghetsvandring")
    address = url_for(".record", slug=slug)
    sizes = [(f"icons/mark-{size}.png", f"{size}x{size}", "image/png") for size in (192, 512)]
    answer = jsonify(
        id=address,
        name=title,
        short_name=_("Vandring"),
        start_url=address,
        scope="/",
        display="standalone",
        background_color=_GROUND,
        theme_color=_GROUND,
        icons=[
            {"src": assets.asset_url(path), "sizes": size, "type": kind, "purpose": "any maskable"}
            for path, size, kind in [*sizes, ("icons/mark.svg", "any", "image/svg+xml")]
        ],
    )
    answer.mimetype = "application/manifest+json"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


def _code(code: str) -> WalkJoinCode:
    return get_code(session(), current_app.config["SECRET_KEY"], code)


def _island(walk: SafetyWalk, device: WalkDevice) -> dict[str, Any]:
    """What the page's script needs: the package, and words and limits that go with it."""
    config = current_app.config["MAPDIALOG"]
    made = package(session(), walk, device, in_english=choose() == "en")
    return made | {
        "slug": walk.slug,
        "layers": for_browser(configured_layers(), _("Karta")),
        "lights": {key: _(label) for key, label in drafts.LIGHTS.items()},
        "said_by": {key: _(label) for key, label in recording.SAID_BY.items()},
        "polarities": {key: str(label) for key, label in POLARITIES.items()},
        "verdicts": {key: _(label) for key, label in VERDICTS.items()},
        "action_statuses": {key: _(label) for key, label in STATUSES.items()},
        "text_most": recording.TEXT_MAX,
        "photos_most": config.photos_per_contribution,
        "acute": {"phone": config.acute_phone, "contact": config.contact},
    }
