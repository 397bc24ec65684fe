"""The staff form that registers an observation from somebody's paper notes."""

import uuid

import shapely
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.contributions import moderation
from mapdialog.contributions.placing import place_from_text
from mapdialog.contributions.rules import Complaints
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.geo.geometry import anchor, drawn_to_store
from mapdialog.walks import photos_page, queries, recording, recording_sync
from mapdialog.walks.forms_actions import ObservationForm
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.recording import NewObservation
from mapdialog.walks.views_follow_up import blueprint, page_map, settings, whole
from mapdialog.web.access import requires
from mapdialog.web.fielderrors import show_errors

Page = Response | str | tuple[str, int]


@blueprint.route("/walks/<slug>/observations/new", methods=["GET", "POST"])
@requires("moderate")
def register_observation(slug: str) -> Page:
    """From somebody's paper notes, through the door that the phones use."""
    walk = queries.get_walk(session(), slug)
    form = ObservationForm(client_id=str(uuid.uuid4()))
    form.stop.choices = [("", _("Ingen av dem")), *((str(one.id), f"{one.seq}. {one.name}") for one in walk.stops)]
    form.category.choices = [("", _("Välj …")), *((one.key, one.label_sv) for one in walk.dialogue.categories)]
    form.group.choices = [(str(one.id), one.name) for one in walk.groups]
    if not form.is_submitted():
        return _register_page(walk, form)
    try:
        new, photos = _checked(walk, form)
        made = recording.record(session(), walk, new, receipt_prefix=settings().receipt_prefix, at=now())
        if made.is_new:
            moderation.approve(session(), made.observation, version=None, actor_id=current_user.account_id)
        photos_page.keep(made.observation, photos)
        if made.is_new:
            session().refresh(made.observation)
            recording_sync.tell_if_acute(session(), walk, made.observation)
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        if photos_page.has_chosen() and not form.photos.errors:
            form.photos.errors = [_("Välj fotona igen. De följer inte med när sidan visas på nytt.")]
        return _register_page(queries.get_walk(session(), slug), form), error.status
    session().commit()
    flash(_("Registrerad med nummer %(receipt)s.", receipt=made.observation.receipt), "success")
    if form.another.data:
        return redirect(url_for(".register_observation", slug=slug))
    return redirect(url_for(".observations", slug=slug) + f"#iakttagelse-{made.observation.id}")


def _checked(walk: SafetyWalk, form: ObservationForm) -> tuple[NewObservation, photos_page.Chosen]:
    """What was typed, and the photos chosen. Raises Invalid with every field that does not hold."""
    wrong = Complaints()
    place = wrong.take("place", lambda: _place(form))
    photos = wrong.take("photos", photos_page.read_chosen, [])
    new = _new_observation(walk, form, place)
    try:
        recording.check(session(), walk, new)
    except Invalid as error:
        # Of a typed place that can't be read its own words tell more.
        wrong.fields = {**error.fields, **wrong.fields}
    wrong.stop_if_any(N_("Något i iakttagelsen behöver rättas."))
    return new, photos


def _place(form: ObservationForm) -> shapely.Point | None:
    typed = (form.place.data or "").strip()
    if typed:
        return anchor(drawn_to_store(place_from_text(typed, local_zone=settings().local_crs)))
    if not form.stop.data:
        raise Invalid(N_("Välj en hållpunkt, eller visa var det var."), field="place")
    return None


def _new_observation(walk: SafetyWalk, form: ObservationForm, place: shapely.Point | None) -> NewObservation:
    try:
        client_id = uuid.UUID(form.client_id.data or "")
    except ValueError:
        client_id = uuid.uuid4()
    return NewObservation(
        client_id=client_id,
        group_id=whole(form.group.data) or walk.groups[0].id,
        category=form.category.data or "",
        polarity=form.polarity.data or "",
        severity=whole(form.severity.data),
        text=form.text.data or "",
        observed_at=recording.desk_time(walk, now()),
        point_source="manual" if place is not None else "stop",
        place=place,
        stop_id=whole(form.stop.data),
        said_by=form.said_by.data or "unknown",
        light=form.light.data or None,
        is_acute=bool(form.is_acute.data),
        recorded_by="desk",
    )


def _register_page(walk: SafetyWalk, form: ObservationForm) -> str:
    return render_template(
        "walks/staff/register.html",
        walk=walk,
        form=form,
        photos_most=photos_page.most(),
        map_data=page_map([], [walk]),
    )
