"""The same decision about many: first the consequence in words, then the deed."""

import uuid
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from mapdialog.contributions import bulk, queries_staff
from mapdialog.contributions.desk import asked_before, blueprint
from mapdialog.contributions.inbox import Asked
from mapdialog.contributions.inbox_page import fields_of
from mapdialog.contributions.models import Contribution
from mapdialog.contributions.published_rules import list_current
from mapdialog.core.database import session
from mapdialog.core.errors import Invalid
from mapdialog.dialogues.queries import VESSELS
from mapdialog.web.access import requires


@blueprint.post("/inbox/bulk")
@requires("moderate")
def many() -> Response | str | tuple[str, int]:
    """Approve or hide those that are ticked, or all that match the filter."""
    here = asked_before()
    decision = "hide" if request.form.get("decision") == "hide" else "approve"
    ids, up_to = _chosen(here)
    if not ids:
        flash(_("Kryssa för minst en synpunkt i listan."), "warn")
        return redirect(url_for(".inbox") + f"?{here.query}")
    if not request.form.get("confirmed"):
        return _confirm(here, decision, ids, up_to)
    decision_id = uuid.uuid4()
    try:
        if decision == "approve":
            done = bulk.approve_many(session(), ids, actor_id=current_user.account_id, decision_id=decision_id)
        else:
            done = bulk.hide_many(
                session(),
                ids,
                rule=request.form.get("rule", ""),
                message=request.form.get("message", ""),
                actor_id=current_user.account_id,
                decision_id=decision_id,
            )
    except Invalid as error:
        session().rollback()
        return _confirm(here, decision, ids, up_to, fields_of(error)), 422
    session().commit()
    _tell(decision, done, len(ids) - done, decision_id)
    return redirect(url_for(".inbox") + f"?{here.query}")


def _chosen(here: Asked) -> tuple[list[int], int]:
    """Ids, and with `scope=all` the highest: what arrives after the question was asked is not part of the answer."""
    if request.form.get("scope") != "all":
        return sorted({int(one) for one in request.form.getlist("ids") if one.isdecimal() and len(one) < 18}), 0
    given = request.form.get("up_to", "")
    up_to = int(given) if given.isdecimal() and len(given) < 18 else queries_staff.newest_id(session(), here.wanted)
    return queries_staff.list_ids(session(), replace(here.wanted, up_to_id=up_to), bulk.MOST), up_to


def _confirm(here: Asked, decision: str, ids: list[int], up_to: int, errors: Any = None) -> str:
    shown = (Contribution.id.in_(ids[:10]), Contribution.dialogue_id.not_in(VESSELS))
    query = select(Contribution).where(*shown).order_by(Contribution.id)
    total = len(ids)
    if up_to:
        total = queries_staff.count_inbox(session(), replace(here.wanted, up_to_id=up_to))
    return render_template(
        "staff/inbox/confirm.html",
        here=here,
        decision=decision,
        ids=ids,
        up_to=up_to,
        errors=errors or {},
        some=session().scalars(query).all(),
        total=total,
        most=bulk.MOST,
        rules=list_current(),
        typed=None,
        sent=request.form,
    )


def _tell(decision: str, done: int, left: int, decision_id: uuid.UUID) -> None:
    kind = f"success {decision_id}" if done else "warn"
    if decision == "approve":
        flash(ngettext("%(num)s synpunkt är publicerad.", "%(num)s synpunkter är publicerade.", done), kind)
    else:
        flash(ngettext("%(num)s synpunkt är dold.", "%(num)s synpunkter är dolda.", done), kind)
    if left:
        flash(
            ngettext(
                "%(num)s var redan behandlad och ändrades inte.",
                "%(num)s var redan behandlade och ändrades inte.",
                left,
            ),
            "warn",
        )
