"""Staff pages of what a plan received: the list, one statement with its files, and what is noted about it."""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Response as FlaskResponse
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Forbidden, Invalid
from mapdialog.core.text import N_, clean_line
from mapdialog.geo.geometry import from_element, from_store
from mapdialog.places.typed import find_place
from mapdialog.plans import (
    appealing,
    consenting,
    statement_files,
    statement_list,
    statement_tending,
    timing,
    views_outages,
    views_statement_correct,
    views_statement_import,
    views_statement_register,
)
from mapdialog.plans.forms_statements import NotesForm, choices, feature_name, whole
from mapdialog.plans.models import Plan, PlanFeature
from mapdialog.plans.queries import get_plan, may_read_protected
from mapdialog.plans.statement_correcting import can_be_corrected
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.statement_page import (
    account,
    blueprint,
    load,
    log_of,
    names_of,
    officers,
    party_options,
    twins_of,
    wanted_here,
    where,
    words,
)
from mapdialog.plans.statement_tending import Notes
from mapdialog.plans.statement_words import groups_of
from mapdialog.plans.views_map import map_data
from mapdialog.web import languages
from mapdialog.web.access import may, requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors
from mapdialog.web.mapdata import place_image

__all__ = [
    "blueprint",
    "views_outages",
    "views_statement_correct",
    "views_statement_import",
    "views_statement_register",
]
Page = Response | str | tuple[str, int]
FILTERS = ("tab", "phase", "channel", "group", "stance", "flag", "q", "order")


@blueprint.get("/plans/<slug>/statements")
@requires("register_statements")
def index(slug: str) -> str:
    """What is asked for in the address, the latest number first."""
    plan = get_plan(session(), slug)
    wanted = wanted_here(plan)
    counts = statement_list.count_statements(session(), plan, wanted)
    pages = max(1, -(-counts[wanted.tab] // statement_list.ON_A_PAGE))
    page = min(whole(request.args.get("page")) or 1, pages)
    hidden = 0 if wanted.protected and not wanted.q else statement_list.count_hidden(session(), plan)
    return render_template(
        "staff/plans/statements/index.html",
        plan=plan,
        tab="statements",
        wanted=wanted,
        counts=counts,
        listed=statement_list.list_statements(session(), plan, wanted, page=max(page, 1)),
        page=max(page, 1),
        pages=pages,
        hidden=hidden,
        query=_query,
        **words(plan),
    )


@blueprint.get("/plans/<slug>/statements/<int:number>")
@requires("register_statements")
def show(slug: str, number: int) -> str:
    """One statement as it was received, with everything that is noted about it."""
    plan, statement = load(slug, number)
    if statement_tending.note_reading(session(), statement, current_user.account_id):
        session().commit()
    return _page(plan, statement, _filled(statement))


@blueprint.post("/plans/<slug>/statements/<int:number>/read")
@requires("register_statements")
def read(slug: str, number: int) -> Response:
    """Read, or unread again; "next" also goes on to the next unread one."""
    plan, statement = load(slug, number)
    wanted = request.form.get("do", "read")
    is_read = wanted != "unread"
    statement_tending.mark_read(session(), statement, is_read, at=now(), actor_id=current_user.account_id)
    session().commit()
    if wanted == "next":
        following = statement_list.find_next_unread(
            session(), plan, statement, protected=may_read_protected(plan, account())
        )
        if following is None:
            flash(_("Alla yttranden är lästa."), "success")
            return redirect(url_for(".index", slug=slug))
        return redirect(url_for(".show", slug=slug, number=following))
    flash(_("Läst.") if is_read else _("Yttrandet står bland de olästa igen."), "success")
    return redirect(url_for(".show", slug=slug, number=number))


@blueprint.post("/plans/<slug>/statements/<int:number>/notes")
@requires("register_statements")
def save_notes(slug: str, number: int) -> Page:
    """Registry number, group, stance, how the sender is shown, who answers."""
    plan, statement = load(slug, number)
    form = NotesForm()
    notes = Notes(
        registry_no=form.registry_no.data or "",
        party_group=form.party_group.data or "",
        stance=form.stance.data or "",
        shown_as=form.shown_as.data or "",
        signatories=form.signatories.data if form.signatories.data is not None else 0,
        is_protected=bool(form.is_protected.data),
        assigned_to_id=whole(form.assigned_to_id.data),
    )
    try:
        statement_tending.save_notes(session(), statement, notes, version=whole(form.version.data), actor=account())
    except DomainError as error:
        session().rollback()
        plan, statement = load(slug, number)
        show_errors(form, error)
        form.version.data = str(statement.version)
        return _page(plan, statement, form), error.status
    session().commit()
    flash(_("Sparat."), "success")
    if statement.is_protected and not may_read_protected(plan, account()):
        return redirect(url_for(".index", slug=slug))
    return redirect(url_for(".show", slug=slug, number=number))


@blueprint.post("/plans/<slug>/statements/<int:number>/party")
@requires("register_statements")
def party(slug: str, number: int) -> Page:
    """Make a party of the sender, or choose one in the register (for those who may read it)."""

    def act(statement: PlanStatement) -> str:
        if request.form.get("do") == "make":
            statement_tending.make_party(session(), statement, actor_id=current_user.account_id)
            return _("Avsändaren finns nu bland sakägarna.")
        if not may("read_parties"):
            raise Forbidden(N_("Din roll får inte läsa sakägarna. Fråga planens handläggare."))
        chosen = whole(request.form.get("party_id"))
        statement_tending.choose_party(session(), statement, chosen, actor_id=current_user.account_id)
        return _("Sparat.")

    return _do(slug, number, act)


@blueprint.post("/plans/<slug>/statements/<int:number>/duplicate")
@requires("register_statements")
def duplicate(slug: str, number: int) -> Page:
    """Say which statement it is the same as, by its number, or none."""

    def act(statement: PlanStatement) -> str:
        typed = clean_line(request.form.get("duplicate_of")).removeprefix("#")
        original = None
        if typed:
            other = whole(typed)
            if other is None:
                raise Invalid(N_("Skriv yttrandets nummer, till exempel 12."), field="duplicate_of")
            original = statement_list.get_statement(session(), statement.plan, other)
        statement_tending.set_duplicate(session(), statement, original, actor_id=current_user.account_id)
        return _("Sparat.")

    return _do(slug, number, act)


@blueprint.post("/plans/<slug>/statements/<int:number>/place")
@requires("register_statements")
def place(slug: str, number: int) -> Page:
    """Where it belongs: a place, a part of the plan, or the whole plan."""

    def act(statement: PlanStatement) -> str:
        feature, typed = None, clean_line(request.form.get("place"))
        if request.form.get("do") == "whole":
            typed = ""
        elif chosen := whole(request.form.get("feature")):
            feature = session().get(PlanFeature, chosen)
        shape = find_place(session(), typed, where(), field="place")
        label = clean_line(request.form.get("place_label")) if shape is not None or feature is not None else ""
        statement_tending.place_at(
            session(), statement, shape, feature=feature, label=label, actor_id=current_user.account_id
        )
        return _("Platsen är sparad.") if shape is not None or feature else _("Yttrandet gäller hela planen.")

    return _do(slug, number, act)


@blueprint.post("/plans/<slug>/statements/<int:number>/withdrawn")
@requires("register_statements")
def withdrawn(slug: str, number: int) -> Page:
    """The sender has taken the views back, or has not."""

    def act(statement: PlanStatement) -> str:
        is_back = request.form.get("do") == "withdraw"
        statement_tending.withdraw_views(
            session(), statement, now() if is_back else None, actor_id=current_user.account_id
        )
        return _("Noterat. Yttrandet finns kvar som det kom in.")

    return _do(slug, number, act)


@blueprint.post("/plans/<slug>/statements/<int:number>/files")
@requires("register_statements")
def add_files(slug: str, number: int) -> Page:
    """Attach what belongs to it and came with it: a scan that was made later."""

    def act(statement: PlanStatement) -> str:
        sent = [one for one in request.files.getlist("files") if one.filename]
        if not sent:
            raise Invalid(N_("Välj en fil först."), field="files")
        for one in sent:
            checked = statement_files.check_file(one.read(statement_files.MAX_BYTES + 1), one.filename or "")
            if len(statement.files) >= statement_files.MOST_FILES:
                raise Invalid(
                    N_("Ett yttrande kan ha högst %(most)s filer."), field="files", most=statement_files.MOST_FILES
                )
            store = current_app.extensions["files"]
            statement_files.attach(session(), store, statement, checked, actor_id=current_user.account_id)
        return _("Filen är bifogad.")

    return _do(slug, number, act)


@blueprint.get("/plans/<slug>/statements/<int:number>/files/<int:file_id>")
@requires("register_statements")
def file(slug: str, number: int, file_id: int) -> FlaskResponse:
    """A file as it was received: always saved, never shown by the browser in our name."""
    _plan, statement = load(slug, number)
    found = statement_files.get_file(session(), statement, file_id)
    if statement_tending.note_reading(session(), statement, current_user.account_id):
        session().commit()
    response = FlaskResponse(current_app.extensions["files"].get(found.file_key), mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=found.file_name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _do(slug: str, number: int, act: Callable[[PlanStatement], str]) -> Page:
    """One change, committed; what does not hold is said on the page."""
    plan, statement = load(slug, number)
    try:
        said = act(statement)
    except DomainError as error:
        session().rollback()
        plan, statement = load(slug, number)
        return _page(plan, statement, _filled(statement), error), error.status
    session().commit()
    flash(said, "success")
    return redirect(url_for(".show", slug=slug, number=number))


def _filled(statement: PlanStatement) -> NotesForm:
    names = ("registry_no", "party_group", "stance", "shown_as", "signatories", "is_protected", "version")
    values = {name: getattr(statement, name) for name in names}
    return NotesForm(formdata=None, **values, assigned_to_id=str(statement.assigned_to_id or ""))


def _page(plan: Plan, statement: PlanStatement, form: NotesForm, problem: DomainError | None = None) -> str:
    protected = may_read_protected(plan, account())
    form.assigned_to_id.choices = officers(statement.assigned_to_id)
    form.party_group.choices = choices(groups_of(plan.kind))
    before, after = statement_list.neighbours(session(), plan, statement, protected=protected)
    original = session().get(PlanStatement, statement.duplicate_of_id) if statement.duplicate_of_id else None
    lon, lat = from_store(from_element(statement.anchor)).coords[0]
    names = names_of({statement.registered_by_id, statement.read_by_id})
    return render_template(
        "staff/plans/statements/show.html",
        plan=plan,
        tab="statements",
        one=statement,
        can_be_corrected=can_be_corrected(statement),
        form=form,
        before=before,
        after=after,
        original=original,
        duplicates=statement_list.list_duplicates(session(), statement),
        alike=[] if statement.is_protected else statement_list.list_alike(session(), statement),
        points=statement_list.count_points(session(), statement),
        reason=timing.reason_in_words(statement),
        log=log_of(statement),
        registered_by=names.get(statement.registered_by_id, ""),
        read_by=names.get(statement.read_by_id, ""),
        parties=party_options(plan, statement.party_id) if may("read_parties") else [],
        twins=twins_of(plan, statement) if may("read_parties") else [],
        asks_consent=may("read_parties") and statement.party is not None and consenting.is_needed(plan),
        features=[(str(one.id), feature_name(one)) for one in plan.features],
        place=(lon, lat) if statement.place_source != "plan" else None,
        place_picture=place_image((lon, lat)) if statement.place_source != "plan" else None,
        map_data=map_data(plan),
        accept=statement_files.ACCEPT,
        file_limit_mb=statement_files.MAX_BYTES // 1_000_000,
        oral_words=appealing.oral_words(plan, languages.choose()),
        problem=translated(problem) if problem else "",
        wrong_field=problem.field if problem else "",
        **words(plan),
    )


def _query(**changed: object) -> str:
    """The address of the list as it is, with something else changed."""
    kept: dict[str, object] = {name: request.args.get(name, "") for name in FILTERS}
    return urlencode({name: value for name, value in (kept | changed).items() if value != ""})
