"""Pages of one contribution: what everybody sees, and finding one's own again."""

import uuid
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _

from mapdialog.contributions import queries, rules
from mapdialog.contributions.models import Contribution, State
from mapdialog.contributions.published_rules import find_rule
from mapdialog.contributions.terms import get_terms
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, NotFound, TooMany
from mapdialog.core.text import clean_line
from mapdialog.notifications.actions import answer_by, send_personal_link
from mapdialog.plans import queries as plans
from mapdialog.web.callers import find_device_hash
from mapdialog.web.errors import translated
from mapdialog.web.languages import choose
from mapdialog.web.limits import limiter
from mapdialog.web.mapdata import place_image
from mapdialog.web.ownership import own_token

blueprint = Blueprint("contributions", __name__)
Words = dict[str, str]


@blueprint.get("/c/<receipt>")
def page(receipt: str) -> str | Response:
    """A contribution with its answer; while it is not public, only where it stands. A plan has pages of its own."""
    statement = plans.find_statement(session(), receipt)
    if statement is not None and statement.plan.published_at is not None:
        return redirect(url_for("plans.follow", slug=statement.plan.slug, receipt=statement.receipt))  # type: ignore[return-value]
    return show_page(queries.get_contribution(session(), receipt))


def show_page(one: Contribution, errors: Words | None = None, values: Words | None = None) -> str:
    """The page; `errors` and `values` are of a reply that was not taken."""
    if one.state != State.APPROVED or one.dialogue.published_at is None:
        return render_template("contributions/waiting.html", **common(one))
    terms = get_terms(session(), one.dialogue.slug, now())
    return render_template(
        "contributions/page.html",
        **common(one),
        text=one.public_text,
        photos=queries.list_photos(one),
        supported=queries.is_supported_by(session(), one.id, find_device_hash(one.dialogue_id)),
        may_support=terms.accepts_support,
        may_reply=terms.accepts_replies,
        errors=errors or {},
        values={"client_id": str(uuid.uuid4())} | (values or {}),
    )


def common(one: Contribution) -> dict[str, Any]:
    """What both the public page and the author's own need."""
    rule = find_rule(one.hidden_rule)
    position = (one.lon_e6 / 1e6, one.lat_e6 / 1e6)
    place = one.place_label or position_words(*position)
    district = queries.district_name(session(), one.id)
    return {
        "contribution": one,
        "dialogue": one.dialogue,
        "place": place,
        # A place's words often end with the district already.
        "district": "" if district and district.casefold() in place.casefold() else district,
        "map_image": place_image(position),
        "responses": queries.list_responses(one),
        "replies": queries.list_replies(one),
        "state_words": rules.STATE_WORDS[one.state],
        "rule": (rule.label(choose()), rule.text(choose())) if rule else None,
        "answer_by": answer_by(one.received_at, current_app.config["MAPDIALOG"]),
        "own_token": own_token(one),
    }


def position_words(lon: float, lat: float) -> str:
    """'55,3751° N 13,1569° O' (EPSG:4326), for a place without a name."""
    north = _("%(degrees)s° N", degrees=format_decimal(round(lat, 4), "0.0000"))
    return north + " " + _("%(degrees)s° O", degrees=format_decimal(round(lon, 4), "0.0000"))


@blueprint.get("/c")
def lookup() -> str | Response:
    """Find a contribution by its receipt number."""
    receipt, problem = clean_line(request.args.get("receipt")), ""
    if receipt:
        try:
            found = plans.find_statement(session(), receipt) or queries.get_contribution(session(), receipt)
            return redirect(url_for(".page", receipt=found.receipt))  # type: ignore[return-value]
        except NotFound as error:
            problem = translated(error)
    return render_template("contributions/lookup.html", receipt=receipt, problem=problem)


@blueprint.post("/c/link")
@limiter.limit("20 per hour")
def mail_link() -> Response:
    """Mail the personal link again. The answer is the same whether or not number and address belong together."""
    try:
        one = queries.get_contribution(session(), clean_line(request.form.get("receipt")))
        address = rules.check_email(request.form.get("email"))
        if address and one.contact_email and address.lower() == one.contact_email.lower():
            send_personal_link(session(), one, current_app.config["MAPDIALOG"])
            session.commit()
    except TooMany:
        raise
    except DomainError:
        session.rollback()
    flash(_("Om numret och adressen hör ihop kommer länken med e-post inom några minuter."), "success")
    return redirect(url_for(".lookup"))  # type: ignore[return-value]


from mapdialog.contributions import (  # noqa: E402 - their routes
    views_limits,  # noqa: F401
    views_new,  # noqa: F401
    views_own,  # noqa: F401
    views_photos,  # noqa: F401
    views_place,  # noqa: F401
    views_taking_part,  # noqa: F401
)
