"""Staff pages of asking those who are responsible, and of what they answered."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError
from mapdialog.walks import asking
from mapdialog.walks.action_page import filled, get, render, said, status_form
from mapdialog.walks.views_follow_up import blueprint, today
from mapdialog.web.access import requires
from mapdialog.web.errors import translated

Page = Response | str | tuple[str, int]


@blueprint.post("/actions/<int:action_id>/ask")
@requires("edit_walks")
def ask_about_action(action_id: int) -> Page:
    """Write to who is responsible."""
    one = get(action_id)
    try:
        asking.ask(session(), [one], today=today(), at=now(), actor_id=current_user.account_id)
    except DomainError as error:
        session().rollback()
        one = get(action_id)
        return render(one, filled(one), status_form(one), {"problem": translated(error)}), error.status
    session().commit()
    flash(said("ask", 1), "success")
    return redirect(url_for(".action", action_id=action_id))


@blueprint.post("/actions/<int:action_id>/answers/<int:answer_id>")
@requires("edit_walks")
def decide_answer(action_id: int, answer_id: int) -> Page:
    """Confirm what the responsible answered, or lay it aside."""
    one = get(action_id)
    given = asking.get_answer(session(), one, answer_id)
    comment, actor_id = request.form.get("public_comment", ""), current_user.account_id
    try:
        if request.form.get("do") == "take":
            uses_day = "uses_day" in request.form
            asking.take_answer(
                session(),
                given,
                one,
                public_comment=comment,
                uses_day=uses_day,
                today=today(),
                at=now(),
                actor_id=actor_id,
            )
        else:
            asking.set_aside(session(), given, one, at=now(), actor_id=actor_id)
    except DomainError as error:
        session().rollback()
        one = get(action_id)
        typed = {"problem": translated(error), "answer": answer_id, **request.form}
        return render(one, filled(one), status_form(one), typed), error.status
    session().commit()
    flash(_("Svaret är behandlat."), "success")
    return redirect(url_for(".action", action_id=action_id))
