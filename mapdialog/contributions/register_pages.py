"""Registering a contribution for somebody who told it by telephone, letter or at a meeting."""

import uuid
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.contributions import moderation
from mapdialog.contributions.case import get_for_staff
from mapdialog.contributions.desk import blueprint
from mapdialog.contributions.forms_staff import DESK_CHANNELS, RegisterForm
from mapdialog.contributions.placing import place_from_text, place_in_district
from mapdialog.contributions.receiving import receive
from mapdialog.contributions.submission import Accepted
from mapdialog.core.clock import start_of_day
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.dialogues import area
from mapdialog.dialogues.models import Dialogue
from mapdialog.dialogues.queries import get_dialogue
from mapdialog.web.access import requires
from mapdialog.web.fielderrors import show_errors
from mapdialog.web.mapdata import map_data
from mapdialog.web.shell import remember_dialogue


@blueprint.route("/dialogues/<slug>/register", methods=["GET", "POST"])
@requires("moderate")
def register(slug: str) -> Response | str | tuple[str, int]:
    """The form, and writing through the same door as the citizens'."""
    dialogue = get_dialogue(session(), slug)
    remember_dialogue(slug)
    form = RegisterForm(client_id=str(uuid.uuid4()))
    form.category.choices = [(one.key, one.label_sv) for one in dialogue.categories if one.is_active]
    form.district.choices = [("", _("Välj …")), *((str(key), name) for key, name in area.list_choices(session()))]
    if not form.is_submitted():
        return _page(form, dialogue)
    try:
        accepted = _receive(form, dialogue)
    except DomainError as error:
        session().rollback()
        show_errors(form, _at_our_fields(error))
        return _page(form, dialogue), error.status
    session().commit()
    flash(_("Registrerad med kvittonummer %(receipt)s.", receipt=accepted.receipt), "success")
    if form.another.data:
        return redirect(url_for(".register", slug=slug))
    return redirect(url_for(".show", receipt=accepted.receipt))


def _receive(form: RegisterForm, dialogue: Dialogue) -> Accepted:
    config = current_app.config["MAPDIALOG"]
    sent: dict[str, Any] = {
        name: form[name].data or ""
        for name in ("client_id", "category", "text", "place_label", "contact_name", "contact_email")
    }
    if form.received_on.data:
        sent["submitted_at"] = start_of_day(form.received_on.data).isoformat()
    sent["place_source"] = "list" if not (form.place.data or "").strip() and form.district.data else "coordinates"
    channel = form.channel.data if form.channel.data in DESK_CHANNELS else "phone"
    accepted = receive(session(), dialogue.slug, sent, _place(form), config, channel=channel)
    if accepted.created:
        moderation.log(session(), get_for_staff(session(), accepted.receipt), "register", current_user.account_id)
    return accepted


def _place(form: RegisterForm) -> dict[str, Any]:
    if not (form.place.data or "").strip() and (form.district.data or "").isdecimal():
        return place_in_district(session(), int(form.district.data))
    box = area.municipality_box(session())
    near = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) if box else None
    return place_from_text(form.place.data or "", local_zone=current_app.config["MAPDIALOG"].local_crs, near=near)


def _page(form: RegisterForm, dialogue: Dialogue) -> str:
    return render_template(
        "staff/inbox/register.html", form=form, dialogue=dialogue, map_data=map_data(session(), dialogue)
    )


def _at_our_fields(error: DomainError) -> DomainError:
    """The same error, with what is wrong with the geometry told beside the field where the place was typed."""
    if isinstance(error, Invalid) and "geometry" in error.fields:
        error.fields["place"] = error.fields.pop("geometry")
    return error
