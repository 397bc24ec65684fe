"""Staff pages of the points as a workbook: taken home, brought back, shown what it changes, saved."""

import tempfile
from pathlib import Path

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from mapdialog.contributions.import_uploads import Upload, get_upload, keep_upload
from mapdialog.core import audit
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.plans import point_sheet, point_sheet_applying, point_sheet_comparing, point_sheet_writing
from mapdialog.plans.answers_page import actor_id, blueprint, load, theme_choices, wanted_of, words
from mapdialog.plans.models import Plan
from mapdialog.plans.point_sheet import COLUMNS
from mapdialog.plans.point_sheet_reading import read_points
from mapdialog.web.access import requires
from mapdialog.web.errors import translated

Page = Response | str | tuple[str, int]
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 200


@blueprint.get("/plans/<slug>/answers.xlsx")
@requires("read_parties")
def workbook(slug: str) -> Response:
    """The points that the address asks for, as a workbook; protected identities are never in it."""
    plan = load(slug)
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "synpunkter.xlsx"
    count = point_sheet_writing.write_points(
        path,
        point_sheet.read_rows(session(), plan, wanted_of(plan, request.args)),
        slug=plan.slug,
        title=f"{plan.name}, {plan.registry_number}",
        themes=[label for _id, label in theme_choices(plan)],
        _=_,
    )
    audit.record(session(), actor_id(), "plan.export_points", plan, points=count)
    session().commit()
    name = f"synpunkter-{plan.slug}-{local(now()):%Y-%m-%d}.xlsx"
    answer = send_file(path, mimetype=MIME, as_attachment=True, download_name=name)
    answer.call_on_close(folder.cleanup)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/plans/<slug>/answers/import")
@requires("read_parties")
def import_start(slug: str) -> str:
    """Choose the file."""
    return render_template("staff/plans/answers/import_start.html", plan=load(slug), tab="answers", problem="")


@blueprint.post("/plans/<slug>/answers/import")
@requires("edit_plans")
def import_file(slug: str) -> Page:
    """Keep the file and show what it changes."""
    plan = load(slug)
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid(N_("Välj en fil."), field="file")
        upload = keep_upload(_root(), plan.dialogue_id, sent.filename, sent.save, readable=(".xlsx",))
        read_points(upload.path, plan.slug)
    except DomainError as error:
        session().rollback()
        page = render_template(
            "staff/plans/answers/import_start.html", plan=load(slug), tab="answers", problem=translated(error)
        )
        return page, error.status
    return redirect(url_for(".import_preview", slug=slug, token=upload.token))


@blueprint.get("/plans/<slug>/answers/import/<token>")
@requires("read_parties")
def import_preview(slug: str, token: str) -> str:
    """What the file changes, and what meets a colleague's work; after saving, what became of it."""
    plan = load(slug)
    return _preview(plan, get_upload(_root(), plan.dialogue_id, token))


@blueprint.post("/plans/<slug>/answers/import/<token>")
@requires("edit_plans")
def import_apply(slug: str, token: str) -> Page:
    """Save what the file changes: all of it, or nothing."""
    plan = load(slug)
    upload = get_upload(_root(), plan.dialogue_id, token)
    if upload.result is not None:
        return redirect(url_for(".import_preview", slug=slug, token=token))
    try:
        done = point_sheet_applying.apply(session(), plan, read_points(upload.path, slug), actor_id=actor_id())
        session().commit()
    except DomainError as error:
        session().rollback()
        return _preview(load(slug), upload, translated(error)), error.status
    held = [
        {
            "number": one.point.statement.number,
            "seq": one.point.seq,
            "id": one.point.id,
            "answer_id": one.point.answer_id if one.holds_answer else None,
            "is_final": one.meets_final,
            "reasons": one.reasons,
            "fields": {name: list(pair) for name, pair in one.held.items()},
        }
        for one in done.held
    ]
    locked = [{"line": row.line, "locked": row.locked} for row in done.locked]
    upload.keep_result({"saved": done.saved, "kept_aside": done.kept_aside, "held": held, "locked": locked})
    flash(ngettext("%(num)s rad är sparad.", "%(num)s rader är sparade.", done.saved), "success")
    return redirect(url_for(".import_preview", slug=slug, token=token))


def _root() -> Path:
    return Path(current_app.config["MAPDIALOG"].data_dir) / "imports" / "points"


def _preview(plan: Plan, upload: Upload, problem: str = "") -> str:
    found = None
    if upload.result is None:
        found = point_sheet_comparing.compare(session(), plan, read_points(upload.path, plan.slug))
    return render_template(
        "staff/plans/answers/import_preview.html",
        plan=plan,
        tab="answers",
        upload=upload,
        found=found,
        result=upload.result,
        problem=problem,
        most=MOST_SHOWN,
        headings={one.key: one.heading for one in COLUMNS},
        **words(),
    )
