"""Staff pages of one answer: written for one point or many, used again, reviewed, and what met a colleague's work."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from mapdialog.core import audit
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, NotFound
from mapdialog.core.text import N_, clean_line
from mapdialog.plans import answer_queue, answer_reading, answering, approving, correcting
from mapdialog.plans.answer_models import PlanAnswer, PlanAnswerWording, PlanPoint
from mapdialog.plans.answering import Saving
from mapdialog.plans.answers_page import (
    account,
    actor_id,
    blueprint,
    came_from,
    chosen_points,
    load,
    load_point,
    wanted_from,
    words,
)
from mapdialog.plans.forms_answers import AnswerForm, whole
from mapdialog.plans.models import Plan
from mapdialog.plans.point_locks import demand_some, is_reported
from mapdialog.plans.queries import may_read_protected
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors

Page = Response | str | tuple[str, int]
SHOWN_POINTS = 100


@blueprint.get("/plans/<slug>/answers/new")
@requires("read_parties")
def compose(slug: str) -> Page:
    """An answer to the points in the address, written anew or used again; one that has an answer shows that."""
    plan = load(slug)
    points = chosen_points(plan)
    if len(points) == 1 and points[0].answer_id is not None:
        return redirect(url_for(".answer", slug=slug, answer_id=points[0].answer_id, back=came_from() or None))
    return compose_page(plan, points)


@blueprint.post("/plans/<slug>/answers/new")
@requires("edit_plans")
def write(slug: str) -> Page:
    """Search among the answers there are, use one of them, or save what was written."""
    plan = load(slug)
    points, form = chosen_points(plan), AnswerForm()
    if "search" in request.form:
        return compose_page(plan, points, form)
    try:
        if (used := whole(request.form.get("use"))) is not None:
            return _use(plan, points, answer_reading.get_answer(session(), plan, used))
        saving = answering.answer_points(session(), plan, points, form.draft(), actor_id=actor_id())
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return compose_page(load(slug), points, form), error.status
    session().commit()
    if saving.kept_aside is not None:
        return _met(plan, saving)
    said = ngettext("Svaret är sparat som utkast.", "Svaret är sparat som utkast för %(num)s synpunkter.", len(points))
    flash(said, "success")
    return _onwards(plan, points[-1], saving.answer)


@blueprint.get("/plans/<slug>/answers/<int:answer_id>")
@requires("read_parties")
def answer(slug: str, answer_id: int) -> str:
    """One answer with its points and its wordings; a kept wording can be fetched into the form."""
    plan = load(slug)
    found = answer_reading.get_answer(session(), plan, answer_id)
    form = AnswerForm()
    fetched = _wording(found, request.args.get("wording"))
    form.fill(fetched or found, found.version)
    return _answer_page(plan, found, form, fetched=fetched)


@blueprint.post("/plans/<slug>/answers/<int:answer_id>")
@requires("edit_plans")
def save(slug: str, answer_id: int) -> Page:
    """Another wording; one that meets a colleague's is kept and shown beside it."""
    plan = load(slug)
    found, form = answer_reading.get_answer(session(), plan, answer_id), AnswerForm()
    try:
        saving = answering.save_answer(
            session(), found, form.draft(), version=whole(form.version.data) or 0, actor_id=actor_id()
        )
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        plan = load(slug)
        found = answer_reading.get_answer(session(), plan, answer_id)
        fetched = _wording(found, request.form.get("wording"))
        return _answer_page(plan, found, form, fetched=fetched), error.status
    if saving.kept_aside is None and (wording := _wording(found, request.form.get("wording"))) is not None:
        answering.settle(session(), wording, at=now(), actor_id=actor_id())
    session().commit()
    if saving.kept_aside is not None:
        return _met(plan, saving)
    flash(_("Svaret är sparat som utkast."), "success")
    return redirect(url_for(".answer", slug=slug, answer_id=answer_id, back=came_from() or None))


@blueprint.post("/plans/<slug>/answers/<int:answer_id>/step")
@requires("edit_plans")
def step(slug: str, answer_id: int) -> Page:
    """Reviewed, final, or open again; or a kept wording is used for its points, or done with."""
    plan = load(slug)
    found = answer_reading.get_answer(session(), plan, answer_id)
    wish, version = request.form.get("do", ""), whole(request.form.get("version"))
    try:
        if wish == "review":
            approving.review(session(), found, version=version, at=now(), actor_id=actor_id())
        elif wish == "approve":
            approving.approve(session(), found, version=version, at=now(), actor_id=actor_id())
        elif wish == "reopen":
            approving.reopen(session(), found, version=version, actor_id=actor_id())
        elif wish == "use" and (wording := _wording(found, request.form.get("wording"))) is not None:
            answer_id = answering.use_kept(session(), wording, at=now(), actor_id=actor_id()).id
        elif wish == "correct":
            why = request.form.get("why", "")
            correcting.correct(session(), plan, found, why, version=version, at=now(), actor_id=actor_id())
        elif wish == "settle" and (wording := _wording(found, request.form.get("wording"))) is not None:
            answering.settle(session(), wording, at=now(), actor_id=actor_id())
    except DomainError as error:
        return _refused(slug, answer_id, error)
    session().commit()
    said = {
        "review": _("Svaret är granskat."),
        "approve": _("Svaret är färdigt."),
        "reopen": _("Svaret är öppet igen."),
        "correct": _("Svaret är öppet för en ny lydelse. Redogörelsen är märkt som inaktuell."),
        "use": _("Lydelsen gäller nu. Svaret är ett utkast."),
        "settle": _("Lydelsen är kastad. Den står kvar bland alla lydelser."),
    }
    flash(said.get(wish, _("Sparat.")), "success")
    return redirect(url_for(".answer", slug=slug, answer_id=answer_id, back=came_from() or None))


@blueprint.post("/plans/<slug>/answers/points/<int:point_id>/answer")
@requires("edit_plans")
def part_from(slug: str, point_id: int) -> Page:
    """Give a point an answer of its own to go on with, or none."""
    _plan, _statement, point = load_point(slug, point_id)
    before, version = point.answer_id, whole(request.form.get("version"))
    try:
        if request.form.get("do") == "none":
            answering.unanswer(session(), point, version=version, actor_id=actor_id())
            following = url_for(".compose", slug=slug, ids=point.id, back=came_from() or None)
        else:
            own = answering.detach(session(), point, version=version, actor_id=actor_id())
            following = url_for(".answer", slug=slug, answer_id=own.id, back=came_from() or None)
    except DomainError as error:
        return _refused(slug, before or 0, error)
    session().commit()
    flash(_("Synpunkten har inget svar längre.") if "new" in following else _("Synpunkten har nu ett eget svar."))
    return redirect(following)


def compose_page(plan: Plan, points: Sequence[PlanPoint], form: AnswerForm | None = None) -> str:
    """The page on which those points get an answer. Raises NotFound without points."""
    demand_some(points)
    find = clean_line(request.values.get("find", ""))[:200]
    theme_id = next((one.theme_id for one in points if one.theme_id is not None), None)
    statements = [one.statement for one in points[:SHOWN_POINTS]]
    _log_protected(statements)
    return render_template(
        "staff/plans/answers/compose.html",
        plan=plan,
        tab="answers",
        points=points,
        shown=points[:SHOWN_POINTS],
        form=form or AnswerForm(formdata=None),
        find=find,
        reusable=answer_reading.list_reusable(session(), plan, find, theme_id=theme_id),
        came_from=came_from(),
        **words(),
    )


def _use(plan: Plan, points: Sequence[PlanPoint], found: PlanAnswer) -> Page:
    attached = answering.attach(session(), found, points, actor_id=actor_id())
    session().commit()
    count = len(attached.done)
    flash(ngettext("%(num)s synpunkt har fått svaret.", "%(num)s synpunkter har fått svaret.", count), "success")
    if attached.left:
        left = len(attached.left)
        flash(ngettext("%(num)s har redan ett annat svar.", "%(num)s har redan ett annat svar.", left), "warn")
    return _onwards(plan, points[-1], found)


def _onwards(plan: Plan, point: PlanPoint, found: PlanAnswer) -> Response:
    """To the next unanswered point of the queue when that was asked for, else to the answer."""
    if request.form.get("do") == "next" or "use" in request.form:
        wanted = wanted_from(plan, came_from() + "&state=unanswered")
        _before, after = answer_queue.find_neighbours(session(), plan, wanted, point)
        if after is not None:
            return redirect(url_for(".compose", slug=plan.slug, ids=after, back=came_from() or None))
        flash(_("Det finns inga fler obesvarade efter den i listan."), "success")
        return redirect(url_for(".index", slug=plan.slug) + ("?" + came_from() if came_from() else ""))
    return redirect(url_for(".answer", slug=plan.slug, answer_id=found.id, back=came_from() or None))


def _met(plan: Plan, saving: Saving) -> Page:
    """Both wordings beside each other, and a form that holds what was just written."""
    found, kept = answer_reading.get_answer(session(), plan, saving.answer.id), saving.kept_aside
    assert kept is not None
    form = AnswerForm(formdata=None)
    form.fill(kept, found.version)
    page = render_template(
        "staff/plans/answers/met.html",
        plan=plan,
        tab="answers",
        answer=found,
        kept=kept,
        form=form,
        came_from=came_from(),
        **words(),
    )
    return page, 409


def _refused(slug: str, answer_id: int, error: DomainError) -> Page:
    session().rollback()
    plan = load(slug)
    found = answer_reading.get_answer(session(), plan, answer_id)
    form = AnswerForm(formdata=None)
    form.fill(found, found.version)
    show_errors(form, error)
    return _answer_page(plan, found, form, translated(error)), error.status


def _answer_page(
    plan: Plan,
    found: PlanAnswer,
    form: AnswerForm,
    problem: str = "",
    *,
    fetched: PlanAnswerWording | None = None,
) -> str:
    listed = answer_reading.list_answered_points(session(), found, SHOWN_POINTS)
    allowed = may_read_protected(plan, account())
    readable = [one for one in listed if allowed or not one.statement.is_protected]
    _log_protected([one.statement for one in readable])
    wordings = answer_reading.list_wordings(session(), found)
    return render_template(
        "staff/plans/answers/answer.html",
        plan=plan,
        tab="answers",
        answer=found,
        form=form,
        fetched=fetched,
        points=readable,
        hidden=len(listed) - len(readable),
        wordings=wordings,
        waiting=[(one, _written_for(plan, one)) for one in wordings if one.is_kept_aside and one.settled_at is None],
        is_reported=is_reported(session(), found),
        corrections=correcting.list_corrections(session(), found),
        why=request.form.get("why", ""),
        me=actor_id(),
        problem=problem,
        came_from=came_from(),
        **words(),
    )


def _written_for(plan: Plan, wording: PlanAnswerWording) -> list[PlanPoint]:
    """The points that a kept wording can be used for, of those that this account may read."""
    may_read = may_read_protected(plan, account())
    found = answering.list_written_for(session(), wording)
    return [one for one in found if may_read or not one.statement.is_protected]


def _log_protected(statements: Sequence[object]) -> None:
    """Note that words of protected letters were read here."""
    hidden = [one for one in statements if getattr(one, "is_protected", False)]
    for one in dict.fromkeys(hidden):
        audit.record(session(), actor_id(), "statement.read_protected", one)
    if hidden:
        session().commit()


def _wording(found: PlanAnswer, sent: str | None) -> PlanAnswerWording | None:
    key = whole(sent)
    if key is None:
        return None
    wording = session().get(PlanAnswerWording, key)
    if wording is None or wording.answer_id != found.id:
        raise NotFound(N_("Lydelsen finns inte."))
    return wording
