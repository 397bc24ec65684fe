"""Staff page of the views that were not met, person by person across all phases."""

from flask import render_template

from mapdialog.core.database import session
from mapdialog.plans import unmet
from mapdialog.plans.answers_page import account, blueprint, load, words
from mapdialog.plans.kinds import PlanKind
from mapdialog.plans.queries import may_read_protected
from mapdialog.web.access import requires


@blueprint.get("/plans/<slug>/answers/unmet")
@requires("read_parties")
def unmet_views(slug: str) -> str:
    """Who has views that were not met, and who of them can't be told."""
    plan = load(slug)
    persons = unmet.list_unmet(session(), plan)
    shown = [one for one in persons if not one.is_protected]
    return render_template(
        "staff/plans/answers/unmet.html",
        plan=plan,
        tab="answers",
        persons=shown,
        total=len(persons),
        views=len({view.point_id for one in persons for view in one.views}),
        unreachable=[one for one in shown if not one.can_be_told],
        protected=len(persons) - len(shown),
        may_read=may_read_protected(plan, account()),
        last_day=unmet.last_day(plan),
        by_view=plan.kind in (PlanKind.DETAILED_PLAN, PlanKind.AREA_REGULATIONS),
        **words(),
    )
