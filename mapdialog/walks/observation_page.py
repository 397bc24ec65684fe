"""The page of one observation, and what the other pages of observations share with it."""

from collections.abc import Iterable
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from mapdialog.contributions.case import Case, case_of
from mapdialog.contributions.deciding import DECISIONS
from mapdialog.contributions.models import State
from mapdialog.contributions.published_rules import find_rule, list_current
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid, NotFound
from mapdialog.core.text import N_
from mapdialog.walks import astray, board, cancelling, queries, recording_sync
from mapdialog.walks.drafts import LIGHTS
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.following_up import STATUSES
from mapdialog.walks.forms_actions import POLARITIES, SEVERITIES
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.phone_clock import is_doubted, wrong_by
from mapdialog.walks.recording import SAID_BY
from mapdialog.walks.views_follow_up import STATUS_LOOKS, page_map
from mapdialog.walks.walk_maps import observation_spot
from mapdialog.web.errors import translated
from mapdialog.web.languages import choose

RECORDERS = {
    "leader": N_("Vandringsledare"),
    "participant": N_("En deltagare"),
    "desk": N_("Vid skrivbordet"),
}


def get(walk: SafetyWalk, observation_id: int) -> WalkObservation:
    """The observation, or NotFound where it is another walk's."""
    found = session().get(WalkObservation, observation_id) if observation_id < 2**63 else None
    if found is None or found.walk_id != walk.id:
        raise NotFound(N_("Iakttagelsen finns inte på den här vandringen."))
    return found


def render(walk: SafetyWalk, one: WalkObservation, problem: DomainError | None = None) -> str:
    """The page as HTML, with what a refused form of it was refused for."""
    case: Case = case_of(session(), one)
    everything = queries.list_observations(session(), walk, also_merged=True)
    about = doubts(walk, [one])
    spot = observation_spot(1, one, one.category.label_sv, "#case", is_far=bool(about["far"]))
    fields = {}
    if isinstance(problem, Invalid):
        fields = problem.fields or ({problem.field: problem} if problem.field else {})
    return render_template(
        "walks/staff/observation.html",
        walk=walk,
        one=one,
        case=case,
        doubles=[other for other in everything if other.merged_into_id == one.id],
        actions=board.list_by_observation(session(), walk).get(one.id, []),
        map_data=page_map([spot], [walk]),
        problem=translated(problem) if problem else "",
        errors={name: translated(wrong) for name, wrong in fields.items()},
        can_unswap=one.id in about["far"] and astray.unswapped(session(), walk, one) is not None,
        rules=list_current(),
        find_rule=find_rule,
        decisions=DECISIONS,
        **about,
        **words(),
    )


def doubts(walk: SafetyWalk, listed: Iterable[WalkObservation]) -> dict[str, Any]:
    """What a coordinator is to look at before believing it, by id: `far` says in kilometres how far from the walk,
    `contradictory` those that were called both fixed and insecure, `meanwhile` those seen while it was cancelled,
    `after_protocol` those that came when a protocol was published already, so that it does not tell them."""
    told = [one for one in listed if one.state != State.WITHDRAWN]
    far = astray.find(session(), walk, told)
    return {
        "far": {key: astray.kilometres(metres, choose()) for key, metres in far.items()},
        "meanwhile": cancelling.list_made_meanwhile(session(), walk, told),
        "after_protocol": {
            one.id for one in told if walk.published_at is not None and one.received_at > walk.published_at
        },
        "contradictory": recording_sync.list_contradictory(session(), [one.id for one in told]),
    }


def words() -> dict[str, Any]:
    """What the templates' small parts say things with."""
    return {
        "polarities": POLARITIES,
        "severities": SEVERITIES,
        "said_by": SAID_BY,
        "recorders": RECORDERS,
        "lights": LIGHTS,
        "statuses": STATUSES,
        "status_looks": STATUS_LOOKS,
        "clock_wrong_by": lambda one: wrong_by(one.clock_offset_s, _, choose()),
        "clock_is_doubted": is_doubted,
    }
