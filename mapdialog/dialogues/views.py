"""Pages of a dialogue: its map, and the same as a list."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request, url_for

from mapdialog.contributions import queries as contributions
from mapdialog.contributions.filtering import read_filters
from mapdialog.contributions.queries import PAGE_SIZE, Filters
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import Invalid
from mapdialog.dialogues import queries
from mapdialog.dialogues.ladder import STEPS
from mapdialog.dialogues.models import Dialogue
from mapdialog.dialogues.rules import is_open, status_at
from mapdialog.web.errors import translated
from mapdialog.web.mapdata import map_data

blueprint = Blueprint("dialogues", __name__)


@blueprint.get("/d/<slug>")
def page(slug: str) -> str:
    """The dialogue with its map."""
    dialogue = queries.get_published(session(), slug)
    total = contributions.count_public(session(), dialogue.id)
    return render_template(
        "dialogues/page.html", **about(dialogue), total=total, map_data=map_data(session(), dialogue)
    )


@blueprint.get("/d/<slug>/list")
def listing(slug: str) -> str:
    """Its contributions, newest first, filtered and paged: what the map shows, without a map."""
    dialogue = queries.get_published(session(), slug)
    asked = {name: request.args.get(name, "").strip()[:200] for name in ("category", "q", "since", "until")}
    keys = {category.key: category.id for category in dialogue.categories}
    try:
        filters, problems = read_filters([asked["category"]], asked["since"], asked["until"], asked["q"], keys), {}
    except Invalid as error:
        filters, problems = Filters(), {name: translated(one) for name, one in error.fields.items()}
    wanted = max(1, min(request.args.get("page", 1, type=int), 100_000))
    found, total = contributions.list_public(session(), dialogue.id, filters, wanted)
    return render_template(
        "dialogues/list.html",
        **about(dialogue),
        contributions=found,
        total=total,
        page=wanted,
        pages=-(-total // PAGE_SIZE),
        filters=asked,
        problems=problems,
        page_url=_page_url(slug, asked),
    )


def about(dialogue: Dialogue) -> dict[str, Any]:
    """What every page about a dialogue shows on top."""
    at = now()
    step = STEPS[dialogue.level]
    open_phases = [phase for phase in dialogue.phases if is_open(phase, at)]
    may_contribute = step.accepts_contributions and any(phase.accepts_contributions for phase in open_phases)
    return {
        "dialogue": dialogue,
        "status": status_at(dialogue.phases, at),
        "step": step,
        "open_phase": next(iter(open_phases), None),
        "may_contribute": may_contribute,
    }


def _page_url(slug: str, asked: dict[str, str]) -> Callable[[int], str]:
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return lambda number: url_for("dialogues.listing", slug=slug, page=number, **kept)
