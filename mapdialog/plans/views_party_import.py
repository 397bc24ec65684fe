"""Staff pages that take parties in from a table: the file, which column is what, what would happen, and doing it."""

import shutil
from collections import Counter
from pathlib import Path

from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.contributions.import_uploads import Upload, get_upload, keep_upload
from mapdialog.core import audit
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.geo.readers import READABLE_TABLES
from mapdialog.plans import party_import
from mapdialog.plans.forms_parties import ColumnsForm, TableForm
from mapdialog.plans.models import Plan
from mapdialog.plans.party_import import CHANGED, NEW, REFUSED, ROLE_WORDS, SAME, Outcome, PartyTaker
from mapdialog.plans.party_page import blueprint, settings
from mapdialog.plans.queries import get_plan
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors

Page = Response | str | tuple[str, int]
MOST_SHOWN = 200
OUTCOME_WORDS = {NEW: N_("Ny"), SAME: N_("Finns redan"), CHANGED: N_("Får nya uppgifter"), REFUSED: N_("Tas inte in")}
CHANGED_WORDS = ROLE_WORDS | {
    "party_group": N_("Grupp"),
    "is_protected": N_("Skyddade personuppgifter"),
    "notify_by": N_("Meddelas genom"),
}


@blueprint.route("/plans/<slug>/parties/import", methods=["GET", "POST"])
@requires("read_parties")
def import_file(slug: str) -> Page:
    """Choose the table."""
    plan = get_plan(session(), slug)
    form = TableForm()
    if not form.is_submitted():
        return _file_page(plan, form)
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid(N_("Välj en fil först."), field="file")
        kept = keep_upload(_root(), plan.dialogue_id, sent.filename, sent.save, readable=READABLE_TABLES)
        party_import.describe(kept.path)
    except DomainError as error:
        show_errors(form, error)
        return _file_page(plan, form), error.status
    return redirect(url_for(".import_columns", slug=slug, token=kept.token))


@blueprint.route("/plans/<slug>/parties/import/<token>", methods=["GET", "POST"])
@requires("read_parties")
def import_columns(slug: str, token: str) -> Page:
    """Which column is what, and row by row what would happen; then it is done."""
    plan = get_plan(session(), slug)
    kept = get_upload(_root(), plan.dialogue_id, token)
    facts = party_import.describe(kept.path)
    form = ColumnsForm(data=facts.suggested)
    form.offer(facts)
    is_wanted = form.is_submitted() and request.form.get("do") == "import"
    try:
        rows = _take(plan, kept, form, dry=not is_wanted)
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _columns_page(plan, kept, form, []), error.status if form.is_submitted() else 200
    if not is_wanted:
        return _columns_page(plan, kept, form, rows)
    counts = Counter(one.kind for one in rows)
    audit.record(session(), current_user.account_id, "party.import", plan, **dict(counts))
    session().commit()
    shutil.rmtree(kept.folder, ignore_errors=True)
    flash(_told(counts), "success" if not counts[REFUSED] else "warn")
    return redirect(url_for(".index", slug=slug))


def _root() -> Path:
    return settings().data_dir / "party-imports"


def _take(plan: Plan, kept: Upload, form: ColumnsForm, *, dry: bool) -> list[Outcome]:
    taker = PartyTaker(
        session(),
        plan,
        form.columns(),
        group=form.default_group.data or "",
        dry=dry,
        actor_id=current_user.account_id,
    )
    return list(taker.take_rows(kept.path))


def _told(counts: "Counter[str]") -> str:
    said = [
        ngettext("%(num)s ny i registret.", "%(num)s nya i registret.", counts[NEW]),
        ngettext("%(num)s fick nya uppgifter.", "%(num)s fick nya uppgifter.", counts[CHANGED]),
        ngettext("%(num)s rad fanns redan.", "%(num)s rader fanns redan.", counts[SAME]),
    ]
    if counts[REFUSED]:
        said.append(ngettext("%(num)s rad togs inte in.", "%(num)s rader togs inte in.", counts[REFUSED]))
    return " ".join(said)


def _why(error: DomainError) -> str:
    fields = error.fields.values() if isinstance(error, Invalid) else ()
    return " ".join(translated(one) for one in fields) or translated(error)


def _file_page(plan: Plan, form: TableForm) -> str:
    return render_template(
        "staff/plans/parties/import.html", plan=plan, tab="parties", form=form, most=party_import.MOST_ROWS
    )


def _columns_page(plan: Plan, kept: Upload, form: ColumnsForm, rows: list[Outcome]) -> str:
    first = [one for one in rows if one.kind == REFUSED]
    shown = (first + [one for one in rows if one.kind != REFUSED])[:MOST_SHOWN]
    return render_template(
        "staff/plans/parties/columns.html",
        plan=plan,
        tab="parties",
        kept=kept,
        form=form,
        roles=[form[role] for role in ROLE_WORDS],
        rows=rows,
        shown=shown,
        counts=Counter(one.kind for one in rows),
        outcome_words=OUTCOME_WORDS,
        changed_words=CHANGED_WORDS,
        why=_why,
    )
