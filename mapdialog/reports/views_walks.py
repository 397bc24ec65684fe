"""Staff pages of figures over all walks: statistics, a year's summary, and both, and the walks themselves, as files."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from mapdialog.core import audit
from mapdialog.core.clock import STOCKHOLM, local, now
from mapdialog.core.database import session
from mapdialog.core.errors import Invalid, NotFound
from mapdialog.core.text import N_
from mapdialog.geo import spreadsheet, tables
from mapdialog.reports.file_kinds import kinds, pick
from mapdialog.reports.sending_page import attached, made
from mapdialog.reports.walk_files import EVERY_WALK, KINDS, write_walks
from mapdialog.reports.walk_rows import EXPORTS, WHATS, WalkContent
from mapdialog.reports.walk_workbook import Sheet, statistics_sheets, summary_sheets, write_book
from mapdialog.walks import figure_words, head_words, queries, statistics, tending, yearly
from mapdialog.walks.drafts import LIGHTS
from mapdialog.walks.following_up import STATUSES
from mapdialog.walks.returning import VERDICTS
from mapdialog.web.access import requires
from mapdialog.web.languages import choose

blueprint = Blueprint("walk_reports_staff", __name__)
_TABLES = kinds("csv", "xlsx")


@blueprint.get("/walks/statistics")
@requires("read")
def figures() -> str:
    """Tables over all walks, or those of a year: where, what, when, in which light, who, and how it went."""
    year, years = _year(), statistics.list_years(session())
    made_now = statistics.make(session(), year, local(now()).date(), in_english=choose() == "en")
    return render_template(
        "staff/walks/statistics.html",
        year=year,
        years=years,
        made=made_now,
        people=yearly.count_people(made_now.facts.walks).total,
        titles=figure_words.TITLES,
        heads=figure_words.HEADS,
        columns=figure_words.COLUMNS,
        label=lambda name, key: figure_words.label(name, key, made_now.facts.categories, _),
        values=figure_words.values,
        verdicts=VERDICTS,
        kinds=KINDS,
    )


@blueprint.get("/walks/statistics.<kind>")
@requires("read")
def figures_file(kind: str) -> Response:
    """The same as csv (one table after the other, its name in the first column) or xlsx (a sheet each)."""
    year, day = _year(), local(now()).date()
    chosen = pick(_TABLES, kind)
    sheets = statistics_sheets(statistics.make(session(), year, day, in_english=choose() == "en"), _)
    name = f"trygghetsvandringar-{year or 'alla'}-{day}{chosen.suffix}"
    if kind == "csv":
        return attached(Response(_csv(sheets), content_type=chosen.mime), name)
    return made(chosen, name, _book(sheets, _("Trygghetsvandringar")))


@blueprint.get("/walks/summary/<int:year>")
@requires("read")
def year_summary(year: int) -> str:
    """A year on paper, for the situation picture: nothing in it points at anybody."""
    found = _summary(year)
    return render_template(
        "staff/walks/summary.html",
        found=found,
        years=statistics.list_years(session()),
        owners=tending.OWNERS,
        statuses=STATUSES,
        verdicts=VERDICTS,
        seasons=figure_words.SEASONS,
        lights=LIGHTS,
        label=lambda name, key: figure_words.label(name, key, {}, _),
        dimensions=head_words.DIMENSIONS,
        band=lambda key: head_words.band(key, _),
        municipality=current_app.config["MAPDIALOG"].municipality,
    )


@blueprint.get("/walks/summary/<int:year>.xlsx")
@requires("read")
def year_workbook(year: int) -> Response:
    """The same as a workbook."""
    sheets = summary_sheets(_summary(year), _)
    return made(_TABLES["xlsx"], f"trygghetsvandringar-{year}.xlsx", _book(sheets, _("Trygghetsvandringar")))


@blueprint.get("/walks/export")
@requires("moderate")
def export() -> Response:
    """Observations, actions or squares, of a walk (`walk`), a year or all, `since` a day, as a file."""
    sent = request.args
    kind = pick(KINDS, sent.get("format", ""))
    what = sent.get("what", WHATS[0])
    if what not in EXPORTS:
        raise Invalid(N_("Välj något i listan."), field="what")
    walk = queries.get_walk(session(), sent["walk"]) if sent.get("walk") else None
    content = WalkContent(what, walk.id if walk else None, _year(), _since(), kind.epsg)
    actor, name = current_user.account_id, f"{walk.slug if walk else 'trygghetsvandringar'}-{what}{kind.suffix}"
    audit.record(session(), actor, "export_walks", walk or EVERY_WALK, format=kind.name, what=what)
    session.commit()
    return made(kind, name, lambda path: write_walks(session(), content, kind.name, path))


def _year() -> int | None:
    sent = request.args.get("year", "")
    if not sent:
        return None
    if not (sent.isascii() and sent.isdecimal() and 1900 <= int(sent[:6]) <= 2200):
        raise Invalid(N_("Skriv året med fyra siffror."), field="year")
    return int(sent)


def _since() -> datetime | None:
    sent = request.args.get("since", "")
    try:
        return datetime.strptime(sent, "%Y-%m-%d").replace(tzinfo=STOCKHOLM) if sent else None
    except ValueError:
        raise Invalid(N_("Skriv dagen som 2026-11-16."), field="since") from None


def _summary(year: int) -> yearly.Summary:
    if not 1900 <= year <= 2200:
        abort(404)
    found = yearly.summarise(session(), year, local(now()).date(), in_english=choose() == "en")
    if not found.held and not found.carried:
        raise NotFound(N_("Ingen vandring hölls det året."))
    return found


def _csv(sheets: list[Sheet]) -> bytes:
    head = (_("Tabell"), _("Grupp"), *sheets[0].head[1:])
    kind_of = {0: "text", 1: "text", len(head) - 1: "number", len(head) - 2: "number"}
    fields = [tables.Field(f"c{at}", kind_of.get(at, "integer"), words) for at, words in enumerate(head)]  # type: ignore[arg-type]
    rows = iter([(sheet.title, *row) for sheet in sheets for row in sheet.rows])
    return b"".join(spreadsheet.csv_stream(tables.rows_reader(rows, fields, geometry=False), fields))


def _book(sheets: list[Sheet], title: str) -> Callable[[Path], None]:
    return lambda path: write_book(path, sheets, title)
