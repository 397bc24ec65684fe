"""The staff page of who takes part in a walk: how many say that they come, and how many there were."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import Invalid
from mapdialog.walks import actions, coming, editor_page, head_words, heads, news, queries, rules
from mapdialog.walks.models import BANDS, SafetyWalk, WalkGroup
from mapdialog.walks.views_staff import blueprint
from mapdialog.web.access import requires
from mapdialog.web.errors import translated

Page = Response | str | tuple[str, int]


@blueprint.get("/walks/<slug>/participants")
def participants(slug: str) -> str:
    """Who comes, and who came."""
    walk = queries.get_walk(session(), slug)
    typed: dict[str, str] = {}
    for group in walk.groups:
        typed |= heads.stored(group)
    return _page(walk, typed, {})


@blueprint.post("/walks/<slug>/participants")
@requires("edit_walks")
def count_participants(slug: str) -> Page:
    """Store every group's numbers, or none: what could not be read is told beside its field."""
    walk, sent = queries.get_walk(session(), slug), request.form
    read = {group: heads.read(group.id, sent) for group in walk.groups}
    wrong = {name: error for one in read.values() for name, error in one.wrong.items()}
    for group, one in read.items():
        if one.wrong:
            continue
        try:
            rules.check_heads(one.counts, one.head_count)
        except Invalid as error:
            wrong[heads.total_name(group.id)] = error
    if wrong:
        return _page(walk, sent, {name: translated(error) for name, error in wrong.items()}), 422
    for group, one in read.items():
        actor = current_user.account_id
        actions.count_heads(session(), group, one.counts, head_count=one.head_count, actor_id=actor)
    session().commit()
    flash(_("Deltagarna är sparade."), "success")
    return redirect(url_for(".participants", slug=slug))


def _page(walk: SafetyWalk, typed: Mapping[str, str], wrong: dict[str, str]) -> str:
    people = coming.count_people(session()).get(walk.id, 0)
    shown = [_group(group, typed, wrong) for group in walk.groups]
    return render_template(
        "staff/walks/participants.html",
        walk=walk,
        tabs=editor_page.tabs(walk),
        people=people,
        subscribers=news.count_subscribers(session(), walk),
        takes_answers=coming.is_open(walk, now()),
        missing=coming.groups_missing(people, len(walk.groups)),
        most_in_group=rules.MOST_IN_GROUP,
        groups=shown,
        wrong=list(wrong.items()),
        total=sum(one["head_count"] or 0 for one in shown),
    )


def _group(group: WalkGroup, typed: Mapping[str, str], wrong: dict[str, str]) -> dict[str, Any]:
    """A group as the template draws it: fields with what was typed, and the sums of what could be read."""
    counted = heads.read(group.id, typed)
    sums = heads.sums(counted.counts)
    dimensions = [
        {
            "heading": _(heading),
            "key": dimension,
            "sum": sums[dimension],
            "fields": [
                _field(heads.band_name(group.id, dimension, band), head_words.band(band, _), typed, wrong)
                for band in BANDS[dimension]  # type: ignore[index]
            ],
        }
        for dimension, heading in head_words.DIMENSIONS.items()
    ]
    total = _field(heads.total_name(group.id), _("Hur många gick med?"), typed, wrong)
    return {"group": group, "total": total, "head_count": counted.head_count, "dimensions": dimensions}


def _field(name: str, label: str, typed: Mapping[str, str], wrong: dict[str, str]) -> dict[str, str]:
    return {"name": name, "label": label, "value": typed.get(name, ""), "error": wrong.get(name, "")}
