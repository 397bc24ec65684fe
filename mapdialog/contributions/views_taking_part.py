"""Support, reply and report by plain forms: what the map's card does with scripts."""

from flask import Response, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _

from mapdialog.contributions import actions, queries, rules
from mapdialog.contributions.models import State
from mapdialog.contributions.terms import get_terms
from mapdialog.contributions.views import blueprint, show_page
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import Closed, Conflict, Invalid
from mapdialog.core.text import clean
from mapdialog.web.callers import find_device_hash, make_device, remember_device
from mapdialog.web.errors import translated
from mapdialog.web.limits import limiter


@blueprint.post("/c/<receipt>/support")
@limiter.limit("300 per hour")
def support(receipt: str) -> Response:
    """Say "I think so too" (`action=add`), or take it back (`remove`)."""
    one = queries.get_public(session(), receipt)
    response: Response = redirect(url_for(".page", receipt=one.receipt))  # type: ignore[assignment]
    if request.form.get("action") == "remove":
        if device := find_device_hash(one.dialogue_id):
            actions.withdraw_support(session(), one, device)
    else:
        mark = make_device()
        device = actions.device_hash(current_app.config["SECRET_KEY"], one.dialogue_id, mark)
        actions.support(session(), one, get_terms(session(), one.dialogue.slug, now()), device)
        remember_device(response, mark)
    session.commit()
    return response


@blueprint.post("/c/<receipt>/replies")
@limiter.limit("100 per hour")
def reply(receipt: str) -> Response | tuple[str, int]:
    """Reply; pressing twice makes one. What was typed stays on the page when it was not taken."""
    one, sent = queries.get_public(session(), receipt), request.form
    wrong = rules.Complaints()
    client_id = wrong.take("client_id", lambda: rules.check_client_id(sent.get("client_id")))
    text = wrong.take("text", lambda: rules.check_text(sent.get("text"), rules.REPLY_MAX), "")
    name = wrong.take("name", lambda: rules.check_name(sent.get("name")))
    try:
        wrong.stop_if_any()
        terms = get_terms(session(), one.dialogue.slug, now())
        made, _created = actions.reply(session(), one, terms, client_id=client_id, text=text, name=name or "")
    except (Invalid, Closed, Conflict) as error:
        session.rollback()
        fields = error.fields if isinstance(error, Invalid) else {}
        words = [translated(problem) for problem in fields.values()] or [translated(error)]
        return reply_page(receipt, " ".join(words)), error.status
    session.commit()
    shown = made.state == State.APPROVED
    flash(_("Ditt svar är publicerat.") if shown else _("Tack! Ditt svar syns när vi har läst det."), "success")
    return redirect(url_for(".page", receipt=one.receipt))  # type: ignore[return-value]


def reply_page(receipt: str, words: str) -> str:
    """The page with a reply that was not taken, and why."""
    typed = {name: request.form.get(name, "") for name in ("text", "name")}
    return show_page(queries.get_public(session(), receipt), {"text": words}, typed)


@blueprint.post("/c/<receipt>/reports")
@limiter.limit("60 per hour")
def report(receipt: str) -> Response | tuple[str, int]:
    """Ask staff to look."""
    one, sent = queries.get_public(session(), receipt), request.form
    device = find_device_hash(one.dialogue_id)
    try:
        actions.report(session(), one, reason=sent.get("reason", ""), text=clean(sent.get("text")), device=device)
    except Invalid as error:
        session.rollback()
        return report_page(receipt, translated(error)), error.status
    session.commit()
    flash(_("Tack för anmälan. Vi tittar på den."), "success")
    return redirect(url_for(".page", receipt=one.receipt))  # type: ignore[return-value]


def report_page(receipt: str, words: str) -> str:
    """The page with a report that was not taken, and why."""
    typed = {"reason": request.form.get("reason", ""), "report_text": request.form.get("text", "")}
    return show_page(queries.get_public(session(), receipt), {"report": words}, typed)
