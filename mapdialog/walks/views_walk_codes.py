"""The coordinator's page of a walk's recording: codes with QR, phones, and what phones changed after the desk did."""

import io

import segno
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.walks import editor_page, recording_access, recording_sync, tracks
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.phone_clock import wrong_by
from mapdialog.walks.queries import get_walk
from mapdialog.walks.recording_models import WalkDevice, WalkRecording, WalkRecordingRevision
from mapdialog.walks.routes import told_m
from mapdialog.web.access import requires
from mapdialog.web.languages import choose

blueprint = Blueprint("walks_codes_staff", __name__)


@blueprint.get("/walks/<slug>/recording")
@requires("edit_walks")
def page(slug: str) -> str:
    """Codes to hand out, which phones have joined, and changes to decide about; `role` and `ask` ask before a code
    is changed or closed, and tell how many phones that shuts out."""
    walk = get_walk(session(), slug)
    codes = {code.role: code for code in recording_access.list_open(session(), walk)}
    devices = _devices(walk)
    shown = []
    for role, label in recording_access.ROLES.items():
        words = recording_access.words_of(current_app.config["SECRET_KEY"], codes[role]) if role in codes else ""
        link = url_for("walks_record.arrive", code=words, _external=True) if words else ""
        asked = request.args.get("ask", "") if request.args.get("role") == role else ""
        shown.append(
            {
                "role": role,
                "label": _(label),
                "words": words,
                "link": link,
                "qr": _qr(link) if link else "",
                "phones": sum(device.code is codes.get(role) for device, _count in devices),
                "asked": asked if asked in ("new", "close") else "",
            }
        )
    return render_template(
        "walks/codes.html",
        walk=walk,
        tabs=editor_page.tabs(walk),
        codes=shown,
        devices=devices,
        clock_wrong_by=lambda device: wrong_by(device.clock_offset_s, _, choose()),
        told_m=told_m,
        tracks=[(group, way) for group in walk.groups if (way := tracks.went(group)) is not None],
        kept_aside=[
            (kept, recording_sync.words_now(session(), kept.recording.observation))
            for kept in recording_sync.list_kept_aside(session(), walk)
        ],
    )


@blueprint.post("/walks/<slug>/recording/codes")
@requires("edit_walks")
def change_code(slug: str) -> Response:
    """A new code for a role (the one before closes), or none."""
    walk = get_walk(session(), slug)
    role = request.form.get("role", "")
    if role not in recording_access.ROLES:
        raise NotFound(N_("Rollen finns inte."))
    if request.form.get("action") == "close":
        recording_access.revoke(session(), walk, role, at=now(), actor_id=current_user.account_id)
        flash(_("Koden är stängd. Det som redan är skickat finns kvar."), "success")
    else:
        secret = current_app.config["SECRET_KEY"]
        recording_access.make_code(session(), walk, role, secret_key=secret, at=now(), actor_id=current_user.account_id)
        flash(_("Den nya koden gäller från nu."), "success")
    session.commit()
    return redirect(url_for(".page", slug=slug), 303)


@blueprint.post("/walks/<slug>/recording/kept/<int:observation_id>/<int:revision>")
@requires("edit_walks")
def settle(slug: str, observation_id: int, revision: int) -> Response:
    """Use the phone's words, or let the observation stay as it is."""
    walk = get_walk(session(), slug)
    kept = session().get(WalkRecordingRevision, (observation_id, revision))
    if kept is None or kept.recording.observation.walk_id != walk.id:
        raise NotFound(N_("Ändringen finns inte."))
    use = request.form.get("action") == "use"
    recording_sync.settle(session(), kept, use_words=use, at=now(), actor_id=current_user.account_id)
    session.commit()
    flash(_("Telefonens text gäller nu.") if use else _("Iakttagelsen står kvar som den var."), "success")
    return redirect(url_for(".page", slug=slug), 303)


@blueprint.post("/walks/<slug>/recording/tracks/<int:group_id>")
@requires("edit_walks")
def tend_track(slug: str, group_id: int) -> Response:
    """Show the way that a group went to everybody, leave it out, or take it away."""
    walk = get_walk(session(), slug)
    group = next((one for one in walk.groups if one.id == group_id and one.track is not None), None)
    if group is None:
        raise NotFound(N_("Det finns ingen inspelad väg för gruppen."))
    wanted = request.form.get("action")
    if wanted == "remove":
        tracks.remove(session(), group, at=now(), actor_id=current_user.account_id)
        said = _("Vägen är borttagen.")
    else:
        tracks.show(session(), group, is_public=wanted == "show", actor_id=current_user.account_id)
        said = (
            _("Vägen visas för alla när protokollet är publicerat.") if wanted == "show" else _("Vägen visas bara här.")
        )
    session().commit()
    flash(said, "success")
    return redirect(url_for(".page", slug=slug), 303)


def _qr(link: str) -> Markup:
    """The link as an inline picture, black on white so that every camera reads it in both schemes."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, scale=6, border=4, dark="#000", light="#fff", svgclass="qr",
        lineclass=None, omitsize=True,
    )  # fmt: skip
    return Markup(out.getvalue().decode())  # noqa: S704 - the QR library's own drawing of our own address


def _devices(walk: SafetyWalk) -> list[tuple[WalkDevice, int]]:
    """Phones that joined, the last heard of first, and how many observations came from each."""
    query = (
        select(WalkDevice, func.count(WalkRecording.observation_id))
        .outerjoin(WalkRecording, WalkRecording.device_id == WalkDevice.id)
        .where(WalkDevice.walk_id == walk.id)
        .group_by(WalkDevice.id)
        .order_by(WalkDevice.seen_at.desc().nulls_last())
    )
    return [(row[0], row[1]) for row in session().execute(query)]
