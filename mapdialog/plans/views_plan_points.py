"""Staff pages of points: a statement beside what it is split into, one point, and the plan's themes."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from shapely.geometry.base import BaseGeometry
from werkzeug.wrappers import Response

from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_, clean_line
from mapdialog.geo.geometry import from_element
from mapdialog.places.typed import find_place
from mapdialog.plans import answer_reading, correcting, point_locks, points, statement_list, statement_tending, themes
from mapdialog.plans.answer_models import PlanPoint, PlanTheme
from mapdialog.plans.answer_rules import AnswerDraft
from mapdialog.plans.answering import attach, create_answer
from mapdialog.plans.answers_page import (
    account,
    actor_id,
    blueprint,
    feature_choices,
    load,
    load_point,
    officer_choices,
    theme_choices,
    words,
)
from mapdialog.plans.forms_answers import PointForm, place_text, whole
from mapdialog.plans.models import Plan
from mapdialog.plans.queries import may_read_protected
from mapdialog.plans.quoting import marked
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.statement_page import where
from mapdialog.plans.views_map import map_data
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors

Page = Response | str | tuple[str, int]


@blueprint.get("/plans/<slug>/answers/next")
@requires("read_parties")
def next_undivided(slug: str) -> Response:
    """On to the next statement that has no points."""
    plan = load(slug)
    after, protected = whole(request.args.get("after")) or 0, may_read_protected(plan, account())
    number = answer_reading.find_undivided(session(), plan, after, protected=protected)
    if number is None:
        flash(_("Alla yttranden är uppdelade i synpunkter."), "success")
        return redirect(url_for(".index", slug=slug, state="unanswered"))
    return redirect(url_for(".split", slug=slug, number=number))


@blueprint.get("/plans/<slug>/answers/statements/<int:number>")
@requires("read_parties")
def split(slug: str, number: int) -> str:
    """A statement's text beside its points."""
    plan, statement = _load(slug, number)
    if statement_tending.note_reading(session(), statement, actor_id()):
        session().commit()
    return _split_page(plan, statement, _form(plan))


@blueprint.post("/plans/<slug>/answers/statements/<int:number>")
@requires("edit_plans")
def add_point(slug: str, number: int) -> Page:
    """A new point of the words that were marked or written; the statement counts as read."""
    plan, statement = _load(slug, number)
    form = _form(plan)
    try:
        draft = form.draft(_new_theme(plan, form), _place(form))
        made = points.add_point(session(), statement, draft, actor_id=actor_id())
        statement_tending.mark_read(session(), statement, True, at=now(), actor_id=actor_id())
    except DomainError as error:
        return _again(slug, number, form, error)
    session().commit()
    flash(_("Synpunkt %(seq)s är sparad.", seq=made.seq), "success")
    return redirect(url_for(".split", slug=slug, number=number) + f"#point-{made.id}")


@blueprint.post("/plans/<slug>/answers/statements/<int:number>/whole")
@requires("edit_plans")
def whole_point(slug: str, number: int) -> Page:
    """One point for the whole statement, 'ingen erinran', with the answer that all such get."""
    plan, statement = _load(slug, number)
    try:
        made = points.add_whole_point(session(), statement, actor_id=actor_id())
        statement_tending.mark_read(session(), statement, True, at=now(), actor_id=actor_id())
        _note(plan, made)
    except DomainError as error:
        return _again(slug, number, _form(plan), error)
    session().commit()
    flash(_("Yttrandet är noterat som ”ingen erinran”."), "success")
    return redirect(url_for(".next_undivided", slug=slug, after=number))


@blueprint.post("/plans/<slug>/answers/statements/<int:number>/correct")
@requires("edit_plans")
def correct_statement(slug: str, number: int) -> Page:
    """Open a statement that a finished report tells of without points."""
    plan, statement = _load(slug, number)
    try:
        correcting.correct_statement(
            session(), plan, statement, request.form.get("why", ""), at=now(), actor_id=actor_id()
        )
    except DomainError as error:
        session().rollback()
        flash(translated(error), "warn")
    else:
        session().commit()
        flash(_("Yttrandet är öppet för rättelse. Redogörelsen är märkt som inaktuell."), "success")
    return redirect(url_for(".split", slug=slug, number=number))


@blueprint.get("/plans/<slug>/answers/points/<int:point_id>")
@requires("read_parties")
def point(slug: str, point_id: int) -> str:
    """One point, to be changed."""
    plan, statement, found = load_point(slug, point_id)
    form = _form(plan)
    form.fill(found)
    return _point_page(plan, statement, found, form)


@blueprint.post("/plans/<slug>/answers/points/<int:point_id>")
@requires("edit_plans")
def change_point(slug: str, point_id: int) -> Page:
    """What the pressed button says: save, move, mark as a duplicate, or delete."""
    plan, statement, found = load_point(slug, point_id)
    form, version, wish = _form(plan), whole(request.form.get("version")), request.form.get("do", "save")
    try:
        if wish in ("up", "down"):
            points.move_point(session(), found, -1 if wish == "up" else 1, actor_id=actor_id())
        elif wish == "delete":
            points.delete_point(session(), found, version=version, actor_id=actor_id())
        elif wish == "duplicate":
            original = _named(plan, request.form.get("duplicate_of", ""))
            themes.mark_duplicate(session(), found, original, version=version, actor_id=actor_id())
        else:
            draft = form.draft(_new_theme(plan, form), _place(form, found))
            points.change_point(session(), found, draft, version=version, actor_id=actor_id())
    except DomainError as error:
        session().rollback()
        plan, statement, found = load_point(slug, point_id)
        show_errors(form, error)
        # What was typed stays; saved again, it is over what a colleague wrote, which stands beside it.
        form.version.data = str(found.version)
        return _point_page(plan, statement, found, form, translated(error)), error.status
    session().commit()
    flash(_("Synpunkten är borttagen.") if wish == "delete" else _("Sparat."), "success")
    place = "" if wish == "delete" else f"#point-{point_id}"
    return redirect(url_for(".split", slug=slug, number=statement.number) + place)


@blueprint.get("/plans/<slug>/answers/themes")
@requires("read_parties")
def list_themes(slug: str) -> str:
    """The plan's themes."""
    return _themes_page(load(slug))


@blueprint.post("/plans/<slug>/answers/themes")
@requires("edit_plans")
def save_theme(slug: str) -> Page:
    """A new theme, another name, or one taken away."""
    plan = load(slug)
    key = whole(request.form.get("theme"))
    theme = session().get(PlanTheme, key) if key is not None else None
    theme = theme if theme is not None and theme.plan_id == plan.id else None
    try:
        if request.form.get("do") == "delete" and theme is not None:
            themes.delete_theme(session(), theme, actor_id=actor_id())
        else:
            themes.save_theme(session(), plan, request.form.get("label", ""), theme, actor_id=actor_id())
    except DomainError as error:
        session().rollback()
        return _themes_page(load(slug), translated(error)), error.status
    session().commit()
    flash(_("Sparat."), "success")
    return redirect(url_for(".list_themes", slug=slug))


def _load(slug: str, number: int) -> tuple[Plan, PlanStatement]:
    plan = load(slug)
    statement = statement_list.get_statement(session(), plan, number)
    statement_tending.demand_readable(statement, account())
    return plan, statement


def _form(plan: Plan) -> PointForm:
    form = PointForm()
    form.offer(theme_choices(plan), feature_choices(plan), officer_choices())
    return form


def _new_theme(plan: Plan, form: PointForm) -> int | None:
    label = (form.new_theme.data or "").strip()
    return themes.take_theme(session(), plan, label, actor_id=actor_id()).id if label else None


def _place(form: PointForm, point: PlanPoint | None = None) -> BaseGeometry | None:
    """What the typed place means; the point's own, exactly, when it was left as it was. Raises Invalid (`place`)."""
    typed = clean_line(form.place.data)
    if point is not None and point.geom is not None and typed == place_text(point):
        return from_element(point.geom)
    return find_place(session(), typed, where(), field="place")


def _named(plan: Plan, name: str) -> PlanPoint | None:
    """The point called '12.3'; None for an empty name. Raises Invalid, NotFound."""
    if not name.strip():
        return None
    number, _dot, seq = name.strip().replace(",", ".").partition(".")
    at = (whole(number), whole(seq or "1"))
    if at[0] is None or at[1] is None:
        raise Invalid(N_("Skriv yttrandets och synpunktens nummer, till exempel 12.3."), field="duplicate_of")
    return answer_reading.find_point(session(), plan, at[0], at[1])


def _note(plan: Plan, made: PlanPoint) -> None:
    """Give it the plan's answer to those who have nothing to object, made the first time."""
    reason = "Yttrandet innehåller inga synpunkter på förslaget."
    draft = AnswerDraft("Kommunen har tagit del av yttrandet.", "noted", reason)
    for one in answer_reading.list_reusable(session(), plan, draft.reason, limit=20):
        if (one.answer.text, one.answer.outcome, one.answer.reason) == (draft.text, draft.outcome, draft.reason):
            attach(session(), one.answer, [made], actor_id=actor_id())
            return
    create_answer(session(), plan, draft, [made], actor_id=actor_id())


def _again(slug: str, number: int, form: PointForm, error: DomainError) -> Page:
    session().rollback()
    plan, statement = _load(slug, number)
    show_errors(form, error)
    return _split_page(plan, statement, form), error.status


def _split_page(plan: Plan, statement: PlanStatement, form: PointForm) -> str:
    listed = answer_reading.list_points(session(), statement)
    before, after = statement_list.neighbours(session(), plan, statement, protected=may_read_protected(plan, account()))
    return render_template(
        "staff/plans/answers/split.html",
        plan=plan,
        tab="answers",
        one=statement,
        form=form,
        points=listed,
        is_locked=point_locks.is_locked(session(), statement),
        marked=marked(statement.raw_text, [(one.quote_start, one.quote_end, one.seq) for one in listed]),
        before=before,
        after=after,
        map_data=map_data(plan),
        **words(),
    )


def _point_page(plan: Plan, statement: PlanStatement, found: PlanPoint, form: PointForm, problem: str = "") -> str:
    original = session().get(PlanPoint, found.duplicate_of_id) if found.duplicate_of_id else None
    return render_template(
        "staff/plans/answers/point.html",
        plan=plan,
        tab="answers",
        one=statement,
        point=found,
        original=original,
        original_number=session().get_one(PlanStatement, original.statement_id).number if original else None,
        form=form,
        problem=problem,
        map_data=map_data(plan),
        **words(),
    )


def _themes_page(plan: Plan, problem: str = "") -> str:
    listed = answer_reading.list_themes(session(), plan)
    return render_template("staff/plans/answers/themes.html", plan=plan, tab="answers", themes=listed, problem=problem)
