"""The planner's pages of a plan's phases: their days and meetings, what they show, and each step with its guard."""

from datetime import date, timedelta
from typing import Any, cast

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.plans import (
    deadlines,
    documents,
    forms_phase,
    held_phases,
    meetings,
    phase_guards,
    phase_page,
    phasing,
    queries,
)
from mapdialog.plans.desk import blueprint, said
from mapdialog.plans.forms_phase import ExtendForm, MeetingForm, PhaseForm
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.phase_guards import Stopped
from mapdialog.plans.rule_sets import rule_set
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors

Page = Response | str | tuple[str, int]
DONE = {
    "announce": N_("Skedet visas för alla och öppnar på sin första dag."),
    "open": N_("Skedet är öppnat för yttranden."),
    "close": N_("Skedet är stängt."),
    "remove": N_("Skedet är borttaget."),
}


@blueprint.get("/plans/<slug>/phases")
def phases(slug: str) -> str:
    """The plan's phases and the procedure they follow."""
    plan = queries.get_plan(session(), slug)
    return render_template("staff/plans/phases.html", **phase_page.list_context(session(), plan))


@blueprint.route("/plans/<slug>/phases/new", methods=["GET", "POST"])
@requires("edit_plans")
def new_phase(slug: str) -> Page:
    """A new phase of the kind that the address names; its days are suggested."""
    plan = queries.get_plan(session(), slug)
    kind = request.values.get("kind", "")
    if kind not in held_phases.allowed(rule_set(plan.rule_set), plan):
        flash(_("Det skedet kan inte planeras nu. Läs stegen i förfarandet."), "warn")
        return redirect(url_for(".phases", slug=slug))
    free_from = max((one.ends_on + timedelta(days=1) for one in plan.phases), default=local(now()).date())
    start = deadlines.roll_forward(max(free_from, local(now()).date()))
    first = {"kind": kind, "starts_on": start, "ends_on": phase_page.said_of_dates(plan, kind, start)["suggested"]}
    form = PhaseForm(data=first)
    if not form.is_submitted():
        return _new_page(plan, kind, form)
    is_readable = form.validate()
    try:
        draft = forms_phase.read_phase(form, kind)
        if not is_readable:
            return _new_page(plan, kind, form), 422
        phase = phasing.add_phase(session(), plan, draft, actor_id=current_user.account_id)
    except DomainError as error:
        session().rollback()
        _show(form, error)
        return _new_page(plan, kind, form), error.status
    session().commit()
    flash(_("Skedet är planerat."), "success")
    return redirect(url_for(".phase", slug=slug, phase_id=phase.id))


def _new_page(plan: Plan, kind: str, form: PhaseForm) -> str:
    start = cast("date | None", form.starts_on.data) or local(now()).date()
    return render_template(
        "staff/plans/new_phase.html",
        **phase_page.frame(plan),
        kind=kind,
        form=form,
        rule=phase_guards.rule_of(rule_set(plan.rule_set), plan, kind),
        dates=phase_page.said_of_dates(plan, kind, start),
    )


@blueprint.route("/plans/<slug>/phases/<int:phase_id>", methods=["GET", "POST"])
@requires("edit_plans")
def phase(slug: str, phase_id: int) -> Page:
    """One phase: everything about it, and the form of its days and texts."""
    plan, one = _phase(slug, phase_id)
    form = PhaseForm(data=forms_phase.fill_phase(one))
    if not form.is_submitted():
        return _page(plan, one, form=form)
    is_readable = form.validate()
    try:
        draft = forms_phase.read_phase(form, one.kind)
        if not is_readable:
            return _page(plan, one, form=form), 422
        seen = int(form.version.data) if (form.version.data or "").isdecimal() else None
        phasing.update_phase(session(), plan, one, draft, version=seen, actor_id=current_user.account_id)
    except DomainError as error:
        session().rollback()
        _show(form, error)
        return _page(plan, one, form=form), error.status
    session().commit()
    flash(_("Skedet är sparat."), "success")
    return redirect(url_for(".phase", slug=slug, phase_id=phase_id))


@blueprint.post("/plans/<slug>/phases/<int:phase_id>/step")
@requires("edit_plans")
def phase_step(slug: str, phase_id: int) -> Page:
    """Announce, open, close or remove the phase; what stands in the way is said."""
    plan, one = _phase(slug, phase_id)
    action, actor = request.form.get("action", ""), current_user.account_id
    try:
        if action == "announce":
            phasing.announce_phase(session(), plan, one, actor_id=actor, at=now())
        elif action == "open":
            phasing.open_phase(session(), plan, one, actor_id=actor, at=now())
        elif action == "close":
            phasing.close_phase(session(), plan, one, actor_id=actor, at=now())
        elif action == "remove":
            phasing.remove_phase(session(), plan, one, actor_id=actor)
        else:
            raise Invalid(N_("Välj vad som ska göras."))
    except DomainError as error:
        session().rollback()
        flash(_all_said(error), "warn")
        return redirect(url_for(".phase", slug=slug, phase_id=phase_id, _anchor="steps"))
    session().commit()
    flash(_(DONE[action]), "success")
    if action == "remove":
        return redirect(url_for(".phases", slug=slug))
    return redirect(url_for(".phase", slug=slug, phase_id=phase_id))


@blueprint.post("/plans/<slug>/phases/<int:phase_id>/extend")
@requires("edit_plans")
def extend_phase(slug: str, phase_id: int) -> Page:
    """Give an opened phase a later end."""
    plan, one = _phase(slug, phase_id)
    form = ExtendForm()
    is_readable = form.validate()
    outage, new_end = form.outage_id.data or "", cast("date | None", form.new_end.data)
    try:
        if new_end is None:
            raise Invalid(N_("Skriv den nya sista dagen."), field="new_end")
        phasing.extend_phase(
            session(),
            plan,
            one,
            ends_on=new_end,
            reason=form.reason.data or "",
            outage_id=int(outage) if outage.isdecimal() and len(outage) < 10 else None,
            actor_id=current_user.account_id,
        )
    except DomainError as error:
        session().rollback()
        if is_readable or not form.new_end.errors:
            show_errors(form, error)
        return _page(plan, one, extend=form), error.status
    session().commit()
    flash(_("Tiden är förlängd. Yttranden som nu är i tid räknas som det."), "success")
    for problem in phase_guards.date_problems(rule_set(plan.rule_set), plan, phase_guards.dates_of(plan, one)):
        if problem.key == "ends_on_free_day":
            flash(said(problem), "warn")
    return redirect(url_for(".phase", slug=slug, phase_id=phase_id, _anchor="extended"))


@blueprint.post("/plans/<slug>/phases/<int:phase_id>/meetings")
@requires("edit_plans")
def save_meeting(slug: str, phase_id: int) -> Page:
    """Keep a meeting (`meeting_id` in the form), or a new one; with `remove` it is taken away."""
    plan, one = _phase(slug, phase_id)
    given = request.form.get("meeting_id", "")
    meeting_id = int(given) if given.isdecimal() and len(given) < 10 else None
    form = MeetingForm()
    is_readable = form.validate()
    actor = current_user.account_id
    try:
        if "remove" in request.form and meeting_id is not None:
            meetings.remove_meeting(session(), plan, one, meeting_id, actor_id=actor)
        else:
            draft = forms_phase.read_meeting(form)
            meetings.save_meeting(session(), plan, one, draft, meeting_id=meeting_id, actor_id=actor)
            if not is_readable:
                raise Invalid(N_("Något behöver rättas innan det går att spara."))
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _page(plan, one, meeting=form, meeting_id=meeting_id), error.status
    session().commit()
    flash(_("Mötet är sparat.") if "remove" not in request.form else _("Mötet är borttaget."), "success")
    return redirect(url_for(".phase", slug=slug, phase_id=phase_id, _anchor="meetings"))


@blueprint.post("/plans/<slug>/phases/<int:phase_id>/documents")
@requires("edit_plans")
def show_documents(slug: str, phase_id: int) -> Response:
    """Which versions of the documents the phase shows."""
    plan, one = _phase(slug, phase_id)
    ids = [int(text) for text in request.form.getlist("documents") if text.isdecimal() and len(text) < 10]
    try:
        documents.show_in_phase(session(), plan, one, ids, actor_id=current_user.account_id)
    except DomainError as error:
        session().rollback()
        flash(translated(error), "warn")
    else:
        session().commit()
        flash(_("Handlingarna är sparade."), "success")
    return redirect(url_for(".phase", slug=slug, phase_id=phase_id, _anchor="documents"))


@blueprint.get("/plans/<slug>/phases/dates")
@requires("edit_plans")
def phase_dates(slug: str) -> Response:
    """What is said of a phase of a `kind` that begins on `start`, as JSON: lines, and the suggested last day.

    `phase` is the number of one that is stored.
    """
    plan, number = queries.get_plan(session(), slug), request.args.get("phase", "")
    stored = next((one for one in plan.phases if str(one.id) == number), None)
    kind = request.args.get("kind", "")
    try:
        start = date.fromisoformat(request.args.get("start", ""))
    except ValueError:
        return jsonify(lines=[], suggested=None)
    if phase_guards.rule_of(rule_set(plan.rule_set), plan, kind) is None or not 1990 <= start.year <= 2200:
        return jsonify(lines=[], suggested=None)
    found = phase_page.said_of_dates(plan, kind, start, stored)
    return jsonify(lines=found["lines"], suggested=found["suggested"].isoformat() if found["suggested"] else None)


def _phase(slug: str, phase_id: int) -> tuple[Plan, PlanPhase]:
    plan = queries.get_plan(session(), slug)
    return plan, phasing.get_phase(session(), plan, phase_id)


def _all_said(error: DomainError) -> str:
    return " ".join(said(one) for one in error.problems) if isinstance(error, Stopped) else translated(error)


def _show(form: PhaseForm, error: DomainError) -> None:
    """What is wrong beside its field; everything about the days beside the last day, each with its section."""
    if isinstance(error, Stopped):
        form.ends_on.errors = [*form.ends_on.errors, *(said(one) for one in error.problems)]
    else:
        show_errors(form, error)


def _page(plan: Plan, one: PlanPhase, **forms: Any) -> str:
    """The phase's page; a form that was sent takes the place of the stored values."""
    extend = forms.get("extend") or ExtendForm(formdata=None)
    extend.outage_id.choices = phase_page.outage_choices(session())
    own = forms.get("meeting_id")
    rows = [
        (meeting, forms["meeting"] if meeting.id == own else MeetingForm(None, data=forms_phase.fill_meeting(meeting)))
        for meeting in one.meetings
    ]
    sent_new = forms.get("meeting") if own is None else None
    return render_template(
        "staff/plans/phase.html",
        **phase_page.context(session(), plan, one),
        form=forms.get("form") or PhaseForm(None, data=forms_phase.fill_phase(one)),
        extend=extend,
        meeting_rows=rows,
        new_meeting=sent_new or MeetingForm(None),
        open_meeting=own,
        is_new_open=sent_new is not None,
    )
