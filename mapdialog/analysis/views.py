"""The public results of a dialogue: what came in, what the municipality answered, and what it led to."""

from flask import Blueprint, render_template

from mapdialog.analysis import queries
from mapdialog.analysis.asking import Asked
from mapdialog.analysis.periods import series
from mapdialog.analysis.results_page import count_districts
from mapdialog.analysis.scope import Scope
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.dialogues.ladder import STEPS
from mapdialog.dialogues.queries import get_published
from mapdialog.dialogues.rules import status_at
from mapdialog.districts.queries import find_set

blueprint = Blueprint("analysis", __name__)
MOST_ANSWERS = 12


@blueprint.get("/d/<slug>/results")
def results(slug: str) -> str:
    """Always open: counts while it goes on, and the feedback once it is published."""
    dialogue = get_published(session(), slug)
    scope = Scope(dialogue.id)
    district_set = find_set(session())
    tally = queries.tally(session(), scope)
    return render_template(
        "analysis/results.html",
        dialogue=dialogue,
        status=status_at(dialogue.phases, now()),
        step=STEPS[dialogue.level],
        totals=tally.totals,
        categories=queries.list_categories(session(), scope),
        series=series(tally.days),
        districts=count_districts(session(), Asked(scope, "count", {}), district_set) if district_set else None,
        answers=queries.list_answers(session(), scope, MOST_ANSWERS),
    )
