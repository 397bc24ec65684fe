"""Puts the inbox page together: list, open case, filters and what was typed before a refusal."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, url_for
from sqlalchemy import func, select

from mapdialog.contributions import queries_staff
from mapdialog.contributions.case import Case, open_case
from mapdialog.contributions.deciding import CHANNELS, DECISIONS, REPORT_REASONS, STATES
from mapdialog.contributions.hints import find_hints
from mapdialog.contributions.inbox import Asked
from mapdialog.contributions.models import AbuseReport, Contribution, Reply, State
from mapdialog.contributions.published_rules import find_rule, list_current
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid, NotFound
from mapdialog.dialogues.area import list_choices
from mapdialog.dialogues.queries import list_names
from mapdialog.web.errors import translated
from mapdialog.web.mapdata import background_layers


@dataclass(frozen=True)
class Typed:
    """What a refused form held: its values, what was wrong, each field's own words, and which form it was."""

    values: Mapping[str, str]
    problem: str
    fields: Mapping[str, str]
    endpoint: str


def render(here: Asked, *, page: int, open_receipt: str = "", typed: Typed | None = None) -> str:
    """The page as HTML; NotFound when the receipt to open does not exist. After the last page comes the last again:
    whoever decides about all on it does not stand in front of nothing."""
    total = queries_staff.count_inbox(session(), here.wanted)
    pages = -(-total // queries_staff.PAGE_SIZE)
    page = min(page, max(pages, 1))
    listed = queries_staff.list_inbox(session(), here.wanted, page=page)
    case = _opened(open_receipt, listed)
    return render_template(
        "staff/inbox/page.html",
        here=here,
        listed=listed,
        total=total,
        page=page,
        case=case,
        is_opened=bool(open_receipt),
        typed=typed,
        pages=pages,
        page_url=lambda n: url_for(".inbox") + f"?{here.query}&page={n}",
        tabs=queries_staff.count_tabs(session(), here.wanted.dialogue_id),
        marks=_marks([one.id for one in listed]),
        dialogues=list_names(session()),
        districts=list_choices(session()),
        map_json=_map_json(case),
        states=STATES,
        decisions=DECISIONS,
        channels=CHANNELS,
        reasons=REPORT_REASONS,
        rules=list_current(),
        find_rule=find_rule,
        hints_of=_hints_of,
    )


def _opened(receipt: str, listed: Sequence[Contribution]) -> Case | None:
    if receipt:
        try:
            return open_case(session(), receipt)
        except NotFound:
            if not listed:
                return None
    return open_case(session(), listed[0].receipt) if listed else None


def _marks(ids: list[int]) -> dict[int, dict[str, int]]:
    """How many replies wait and reports stand open, by contribution."""
    found: dict[int, dict[str, int]] = {one: {} for one in ids}
    for name, table, condition in (
        ("replies", Reply, Reply.state == State.PENDING.value),
        ("reports", AbuseReport, AbuseReport.resolved_at.is_(None)),
    ):
        query = select(table.contribution_id, func.count()).where(table.contribution_id.in_(ids), condition)
        for contribution_id, count in session().execute(query.group_by(table.contribution_id)):
            found[contribution_id][name] = count
    return found


def _hints_of(contribution: Contribution) -> dict[str, bool]:
    """The kinds of personal data in what the public sees or would see; the value says whether one is certain."""
    kinds: dict[str, bool] = {}
    for hint in find_hints(contribution.public_text if contribution.public_text is not None else contribution.raw_text):
        kinds[hint.kind] = kinds.get(hint.kind, False) or hint.is_strong
    return kinds


def _map_json(case: Case | None) -> str:
    """What the map of the open case shows, as JSON for the page."""
    if case is None:
        return "null"
    one = case.contribution
    near = [
        {"receipt": other.receipt, "at": [other.lon_e6 / 1e6, other.lat_e6 / 1e6], "label": other.category.label_sv}
        for other in case.nearby
    ]
    return json.dumps(
        {
            "geometry": json.loads(case.place),
            "at": [one.lon_e6 / 1e6, one.lat_e6 / 1e6],
            "near": near,
            "layers": background_layers(one.dialogue),
            "category": {
                "key": one.category.key,
                "label": one.category.label_sv,
                "polarity": one.category.polarity,
                "color": one.category.color,
            },
        }
    ).replace("<", "\\u003c")


def fields_of(error: DomainError) -> dict[str, str]:
    """Each field's own words, translated."""
    if isinstance(error, Invalid):
        return {name: translated(one) for name, one in error.fields.items()}
    return {error.field: translated(error)} if error.field else {}
