"""The page of one action, and what the other pages of actions share with it."""

from typing import Any

from flask import render_template
from flask_babel import ngettext

from mapdialog.core.database import session
from mapdialog.walks import actions_many, asking, board, queries, tending
from mapdialog.walks.findings import WalkAction
from mapdialog.walks.following_up import NEEDS_REASON, STATUSES
from mapdialog.walks.forms_actions import ActionForm, StatusForm
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.views_follow_up import STATUS_LOOKS, action_places, action_spots, page_map, party_choices, today


def get(action_id: int) -> WalkAction:
    """The action, or NotFound."""
    return board.get_action(session(), action_id if action_id < 2**31 else 0)


def offer(form: ActionForm, walk: SafetyWalk, one: WalkAction | None = None) -> None:
    """The register, and the walk's observations to tick."""
    form.party.choices = party_choices(one.party_id if one else None)
    found = queries.list_observations(session(), walk)
    form.observations.choices = [(each.id, actions_many.suggested_title(session(), each)) for each in found]


def filled(one: WalkAction) -> ActionForm:
    """The form with what the action is now."""
    names = ("title", "description", "where_text", "owner_type", "kind", "priority", "deadline", "external_case_no")
    form = ActionForm(
        formdata=None,
        version=one.version,
        party=str(one.party_id or ""),
        cost_class=one.cost_class or "",
        observations=[each.id for each in one.observations],
        **{name: getattr(one, name) for name in names},
    )
    offer(form, one.walk, one)
    return form


def status_form(one: WalkAction) -> StatusForm:
    """An empty form of what may follow."""
    form = StatusForm(formdata=None, version=one.version)
    form.offer(one)
    return form


def render(one: WalkAction, form: ActionForm, moving: StatusForm, typed: dict[str, Any] | None = None) -> str:
    """The page as HTML; `typed` is what a refused form of an answer held, and its `problem`."""
    places = action_places([one])
    return render_template(
        "walks/staff/action.html",
        one=one,
        form=form,
        status_form=moving,
        map_data=page_map(action_spots([one], places, today()), [one.walk]),
        placed=bool(places),
        answers=asking.list_answers(session(), one),
        letters=asking.list_letters(session(), one),
        today=today(),
        typed=typed or {},
        **words(),
    )


def said(done: str, count: int) -> str:
    """How many were done, in words."""
    if done == "ask":
        return ngettext("Frågan om %(num)s åtgärd är på väg.", "Frågan om %(num)s åtgärder är på väg.", count)
    return ngettext("%(num)s åtgärd ändrad.", "%(num)s åtgärder ändrade.", count)


def words() -> dict[str, Any]:
    """What templates of actions call things."""
    return {
        "statuses": STATUSES,
        "status_looks": STATUS_LOOKS,
        "owners": tending.OWNERS,
        "kinds": tending.KINDS,
        "priorities": tending.PRIORITIES,
        "costs": tending.COSTS,
        "needs_reason": NEEDS_REASON,
        "is_late": lambda one: board.is_late(one, today()),
    }
