"""The page where somebody responsible answers about an action, opened by the signed link of a letter; no account."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from mapdialog.contributions.models import State
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid, TooMany
from mapdialog.core.text import N_
from mapdialog.walks import asking, whereabouts
from mapdialog.walks.asking_models import WalkActionLetter
from mapdialog.walks.following_up import NEXT, STATUSES
from mapdialog.walks.views_follow_up import settings
from mapdialog.web.errors import translated
from mapdialog.web.headers import keep_secret
from mapdialog.web.limits import limiter

blueprint = Blueprint("walk_answers", __name__)


@blueprint.get("/walks/answer/<token>")
def answer(token: str) -> Response:
    """The action, and a form."""
    return _page(_open(token), token)


@blueprint.post("/walks/answer/<token>")
@limiter.limit("60 per hour")
def send_answer(token: str) -> Response:
    """Keep what was answered for the coordinator."""
    letter = _open(token)
    sent = request.form
    try:
        asking.answer(
            session(),
            letter,
            status=sent.get("status", ""),
            comment=sent.get("comment", ""),
            day=_day(sent.get("day", "")),
            today=local(now()).date(),
        )
    except (Invalid, TooMany) as error:
        session().rollback()
        return _page(_open(token), token, error)
    session().commit()
    return redirect(url_for(".answer", token=token, sent=1))


def _open(token: str) -> WalkActionLetter:
    return asking.open_letter(session(), settings().secret_key, token, now())


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        found = date.min
    if not 2000 <= found.year < 2100:
        raise Invalid(N_("Skriv dagen så här: 2026-12-15."), field="day")
    return found


def _page(letter: WalkActionLetter, token: str, problem: DomainError | None = None) -> Response:
    action = letter.action
    fields = problem.fields if isinstance(problem, Invalid) else {}
    seen = [one for one in action.observations if one.state == State.APPROVED]
    html = render_template(
        "walks/answer.html",
        letter=letter,
        action=action,
        token=token,
        seen=[(one, whereabouts.said(session(), one, _)) for one in seen],
        answers=asking.list_answers_of(session(), letter),
        choices=[(one.value, _(STATUSES[one])) for one in NEXT[action.status] if one != "forwarded"],
        statuses=STATUSES,
        open_until=local(letter.expires_at).date(),
        was_sent="sent" in request.args and problem is None,
        problem=translated(problem) if problem else "",
        errors={name: translated(wrong) for name, wrong in fields.items()},
    )
    return keep_secret(html, problem.status if problem else 200)
