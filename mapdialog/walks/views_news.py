"""Asking for news of a walk by mail, and the page of a mail's link where it is confirmed or stopped."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import Invalid
from mapdialog.walks import news, queries
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.public_page import after_protocol
from mapdialog.walks.views_follow_up import settings
from mapdialog.walks.views_invitation import invitation_page
from mapdialog.web.errors import translated
from mapdialog.web.headers import keep_secret
from mapdialog.web.languages import choose
from mapdialog.web.limits import limiter

blueprint = Blueprint("walk_news", __name__)


@blueprint.post("/walks/<slug>/news")
@limiter.limit("20 per hour")
def ask_for_news(slug: str) -> Any:
    """Send a mail by which the address is confirmed; the answer is the same whether it was there before or not."""
    walk, email = queries.get_invited(session(), slug), request.form.get("email", "")
    try:
        news.ask_for(session(), walk, email, language=choose(), at=now())
    except Invalid as error:
        session().rollback()
        return _page_of(walk, {"news_email": email[:320], "news_problem": translated(error)}), error.status
    session().commit()
    flash(_("Vi har skickat ett brev till adressen. Öppna länken i det, så är det klart."), "news")
    return redirect(_address_of(walk), 303)


@blueprint.get("/walks/news/<token>")
def subscription(token: str) -> Response:
    """What the link of a mail opens: a button to confirm, or one to stop; opening it changes nothing by itself."""
    found = news.open_link(session(), settings().secret_key, token)
    return keep_secret(render_template("walks/news.html", subscriber=found, token=token))


@blueprint.post("/walks/news/<token>")
@limiter.limit("60 per hour")
def change_subscription(token: str) -> Response:
    """Confirm, or stop and be erased."""
    found = news.open_link(session(), settings().secret_key, token)
    if found is not None and request.form.get("action") == "confirm":
        news.confirm(found, now())
    elif found is not None and request.form.get("action") == "stop":
        news.stop(session(), found)
    session().commit()
    return redirect(url_for(".subscription", token=token), 303)


@blueprint.get("/walks/news/<token>/stop")
def stop_link(token: str) -> Response:
    """The address of a mail's List-Unsubscribe, opened by hand: the page with the button."""
    return redirect(url_for(".subscription", token=token))


@blueprint.post("/walks/news/<token>/stop")
@limiter.limit("60 per hour")
def stop_by_mail_program(token: str) -> Response:
    """The button "unsubscribe" of a mail program (RFC 8058): no page of ours, no cookie, no redirect; at once."""
    if request.form.get("List-Unsubscribe") != "One-Click":
        abort(400)
    found = news.open_link(session(), settings().secret_key, token)
    if found is not None:
        news.stop(session(), found)
    session().commit()
    return keep_secret(render_template("walks/news.html", subscriber=None, token=token))


def _address_of(walk: SafetyWalk) -> str:
    page = "walk_results.walk" if walk.published_at else "walks_invitation.invitation"
    return url_for(page, slug=walk.slug, _anchor="news")


def _page_of(walk: SafetyWalk, problem: dict[str, str]) -> str:
    if walk.published_at is not None:
        return render_template("walks/public.html", **after_protocol(walk), **problem)
    return invitation_page(walk, **problem)
