"""Reading in many statements at the desk: saved e-mails in a zip, or a table; looked at first, and told row by row."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.contributions.import_uploads import Upload, get_upload, keep_upload
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.geo.readers import READABLE_TABLES
from mapdialog.plans import letter_import, table_import
from mapdialog.plans.forms_statement_import import ColumnsForm, StatementsFileForm
from mapdialog.plans.group_words import key_of
from mapdialog.plans.labels import group_labels, groups_of
from mapdialog.plans.models import Plan
from mapdialog.plans.queries import find_phase_of, get_plan
from mapdialog.plans.registering import Door
from mapdialog.plans.statement_importing import ALREADY, NEW, REFUSED, Taken, count
from mapdialog.plans.statement_page import blueprint, left_in_the_letter, settings, where
from mapdialog.plans.table_import import Columns, TableFacts, TableTaker
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import in_address, show_errors

Page = Response | str | tuple[str, int]
LETTERS = (".zip", ".eml")
READABLE = (*LETTERS, *READABLE_TABLES)
SHOWN = 100
MEANS = "means:"  # begins a field that tells which group a word means
AT_ONCE = 50  # statements in one transaction: others want to register too
STATUS_WORDS = {NEW: N_("Ny"), ALREADY: N_("Finns redan"), REFUSED: N_("Avvisas")}


@blueprint.route("/plans/<slug>/statements/import", methods=["GET", "POST"])
@requires("register_statements")
def import_start(slug: str) -> Page:
    """Choose a file."""
    plan = get_plan(session(), slug)
    form = StatementsFileForm()
    if not form.is_submitted():
        return _start_page(plan, form)
    try:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Invalid(N_("Välj en fil att läsa in."), field="file")
        kept = keep_upload(_root(), plan.dialogue_id, sent.filename, sent.save, readable=READABLE)
        if _is_letters(kept):
            letter_import.count_letters(kept.path)
        else:
            table_import.describe(kept.path)
    except DomainError as error:
        show_errors(form, error)
        return _start_page(plan, form), error.status
    return redirect(url_for(".import_preview", slug=slug, token=kept.token))


@blueprint.get("/plans/<slug>/statements/import/<token>")
@requires("register_statements")
def import_preview(slug: str, token: str) -> Page:
    """What would become of the first ones; the address says which column is what."""
    plan = get_plan(session(), slug)
    upload = get_upload(_root(), plan.dialogue_id, token)
    form = ColumnsForm(request.args)
    facts = _offer(upload, form)
    if facts is not None:
        for role, name in facts.suggested.items():
            if role not in request.args:
                form[role].data = name
    return _preview_page(plan, upload, form, facts)


@blueprint.post("/plans/<slug>/statements/import/<token>")
@requires("register_statements")
def import_run(slug: str, token: str) -> Page:
    """Read them in, some at a time; the same file again adds nothing, so it may be broken off and begun anew."""
    plan = get_plan(session(), slug)
    upload = get_upload(_root(), plan.dialogue_id, token)
    form = ColumnsForm()
    if "preview" in request.form:
        asked = in_address(form) | {MEANS + word: group for word, group in _meanings().items()}
        return redirect(url_for(".import_preview", slug=slug, token=token, **asked))
    facts = _offer(upload, form)
    taken: list[Taken] = []
    try:
        for one in _taking(plan, upload, form.columns(_meanings()), dry=False):
            taken.append(one)
            if len(taken) % AT_ONCE == 0:
                session().commit()
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _preview_page(get_plan(session(), slug), upload, form, facts), error.status
    session().commit()
    upload.keep_result({"counts": count(taken), "rows": [_as_kept(one) for one in taken if _is_worth_telling(one)]})
    return redirect(url_for(".import_done", slug=slug, token=token))


@blueprint.get("/plans/<slug>/statements/import/<token>/done")
@requires("register_statements")
def import_done(slug: str, token: str) -> Page:
    """What became of each."""
    plan = get_plan(session(), slug)
    upload = get_upload(_root(), plan.dialogue_id, token)
    if upload.result is None:
        return redirect(url_for(".import_preview", slug=slug, token=token))
    return render_template(
        "staff/plans/statements/import_done.html",
        plan=plan,
        tab="statements",
        upload=upload,
        result=upload.result,
        status_words=STATUS_WORDS,
    )


def _root() -> Path:
    return settings().data_dir / "statement-imports"


def _meanings() -> dict[str, str]:
    """Which group each word means, by its key, as it was answered; unanswered ones left out."""
    sent = {name: group for name, group in request.values.items() if name.startswith(MEANS) and group}
    return {name.removeprefix(MEANS): group for name, group in sent.items()}


def _is_letters(upload: Upload) -> bool:
    return upload.path.suffix in LETTERS


def _offer(upload: Upload, form: ColumnsForm) -> TableFacts | None:
    if _is_letters(upload):
        return None
    facts = table_import.describe(upload.path)
    form.offer(facts)
    return facts


def _taking(plan: Plan, upload: Upload, columns: Columns, *, dry: bool) -> Iterator[Taken]:
    door = Door(settings(), current_app.extensions["files"], now(), current_user.account_id)
    if _is_letters(upload):
        return letter_import.take_letters(session(), plan, upload.path, door, dry=dry)
    return TableTaker(session(), plan, columns, door, where(), dry=dry).take_rows(upload.path)


def _as_kept(one: Taken) -> dict[str, Any]:
    reason = [translated(one.error)] if one.error else []
    reason += [_(note) for note in one.notes] + [left_in_the_letter(left) for left in one.left_out]
    return {"label": one.label, "status": one.status, "number": one.number, "reason": " ".join(reason)}


def _is_worth_telling(one: Taken) -> bool:
    return one.status != NEW or bool(one.notes or one.left_out)


def _is_late(plan: Plan, one: Taken) -> bool:
    phase, in_time = find_phase_of(plan, one.received_at or now())
    return one.status == NEW and phase is not None and not in_time


def _start_page(plan: Plan, form: StatementsFileForm) -> str:
    return render_template(
        "staff/plans/statements/import_start.html",
        plan=plan,
        tab="statements",
        form=form,
        accept=",".join(READABLE),
        limit_mb=settings().upload_max_mb,
        most_letters=letter_import.MOST_LETTERS,
    )


def _preview_page(plan: Plan, upload: Upload, form: ColumnsForm, facts: TableFacts | None) -> str:
    seen: list[Taken] = []
    if facts is None or form.text.data:
        try:
            seen = list(islice(_taking(plan, upload, form.columns(_meanings()), dry=True), SHOWN))
        except DomainError as error:
            if not form.errors:
                show_errors(form, error)
    unknown = table_import.list_unknown_groups(upload.path, form.group.data, plan.kind) if form.group.data else []
    rows = [
        _as_kept(one)
        | {"sender": one.sender, "subject": one.subject, "received_at": one.received_at, "length": one.length}
        | {"group": one.group, "files": one.files, "is_protected": one.is_protected, "is_late": _is_late(plan, one)}
        for one in seen
    ]
    return render_template(
        "staff/plans/statements/import_preview.html",
        plan=plan,
        tab="statements",
        upload=upload,
        form=form,
        facts=facts,
        unknown=[(key_of(word), word) for word in unknown],
        meanings=_meanings(),
        means=MEANS,
        groups=groups_of(plan.kind),
        group_names=group_labels(plan.kind),
        rows=rows,
        counts=count(seen),
        is_cut=len(seen) == SHOWN,
        shown=SHOWN,
        status_words=STATUS_WORDS,
    )
