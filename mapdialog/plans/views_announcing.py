"""The planner's pages of announcements, and of extensions: the words, and the proof that they were put up."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import Conflict, DomainError, Invalid, NotFound
from mapdialog.core.text import N_
from mapdialog.plans import (
    announcement_facts,
    announcement_texts,
    announcing,
    extending,
    phase_guards,
    phase_page,
    phasing,
    queries,
)
from mapdialog.plans.announcement_texts import Facts
from mapdialog.plans.announcing import AnnouncementDraft
from mapdialog.plans.desk import blueprint, send_kept
from mapdialog.plans.forms_posting import PostingForm, fill_posting, read_posting
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.phase_guards import AnnouncementState
from mapdialog.plans.postings import Posting
from mapdialog.plans.rule_sets import rule_set
from mapdialog.plans.statement_models import PlanPhaseExtension
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors

Page = Response | str | tuple[str, int]


@blueprint.route("/plans/<slug>/phases/<int:phase_id>/announcement/<kind>", methods=["GET", "POST"])
@requires("edit_plans")
def announcement(slug: str, phase_id: int, kind: str) -> Page:
    """One announcement. With `renew` the words are made anew of what is known, before anything is saved: all of
    them, or with the value `stale` those that the plan or the phase has changed under."""
    plan = queries.get_plan(session(), slug)
    phase = phasing.get_phase(session(), plan, phase_id)
    state = announcing.get_state(plan, phase, kind)
    form = PostingForm(data=fill_posting(state.written))
    facts = _facts(plan, phase)
    if not form.is_submitted():
        return _page(plan, phase, state, form, announcing.suggested(state, facts))
    items = {one.key: request.form.get(f"item-{one.key}", "") for one in state.checklist.items}
    if "renew" in request.form:
        asked = state.stale if request.form["renew"] == "stale" else state.checklist.items
        made = announcement_texts.item_texts(state.checklist, facts)
        return _page(plan, phase, state, form, items | {one.key: made[one.key] for one in asked})
    is_readable = form.validate()
    errors: dict[str, str] = {}
    try:
        if not is_readable:
            raise Invalid(N_("Något behöver rättas innan det går att spara."))
        _save(plan, phase, kind, form, items)
    except DomainError as error:
        session().rollback()
        errors = _errors_of(form, error)
        if isinstance(error, Conflict) and state.written is not None:
            session().refresh(state.written)
            form.version.data = str(state.written.version)
        return _page(plan, phase, state, form, items, errors=errors), error.status
    session().commit()
    is_fixed = announcing.is_fixed(phase, state)
    flash(_("Uppgifterna om anslaget är sparade.") if is_fixed else _("Texten är sparad."), "success")
    return redirect(url_for(".announcement", slug=slug, phase_id=phase_id, kind=kind))


@blueprint.get("/plans/<slug>/phases/<int:phase_id>/announcement/<kind>/proof")
@requires("edit_plans")
def announcement_proof(slug: str, phase_id: int, kind: str) -> Response:
    """The file that shows that it was announced."""
    plan = queries.get_plan(session(), slug)
    written = announcing.get_state(plan, phasing.get_phase(session(), plan, phase_id), kind).written
    if written is None or written.proof_file_key is None:
        raise NotFound(N_("Filen finns inte."))
    return send_kept(written.proof_file_key, written.proof_file_name)


@blueprint.route("/plans/<slug>/phases/<int:phase_id>/extensions/<int:extension_id>", methods=["GET", "POST"])
@requires("edit_plans")
def extension(slug: str, phase_id: int, extension_id: int) -> Page:
    """What to announce of an extension, and where and when it was."""
    plan = queries.get_plan(session(), slug)
    phase = phasing.get_phase(session(), plan, phase_id)
    found = extending.get_extension(session(), phase, extension_id)
    form = PostingForm(data=fill_posting(found))
    if not form.is_submitted():
        return _extension_page(plan, phase, found, form)
    is_readable = form.validate()
    try:
        if not is_readable:
            raise Invalid(N_("Något behöver rättas innan det går att spara."))
        extending.save_posting(
            session(),
            plan,
            found,
            Posting(**read_posting(form)),
            files=current_app.extensions["files"],
            version=form.seen,
            today=local(now()).date(),
            actor_id=current_user.account_id,
        )
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        session().refresh(found)
        if isinstance(error, Conflict):
            form.version.data = str(found.version)
        return _extension_page(plan, phase, found, form), error.status
    session().commit()
    flash(_("Uppgifterna om anslaget är sparade."), "success")
    return redirect(url_for(".phase", slug=slug, phase_id=phase_id, _anchor="extended"))


@blueprint.get("/plans/<slug>/phases/<int:phase_id>/extensions/<int:extension_id>/proof")
@requires("edit_plans")
def extension_proof(slug: str, phase_id: int, extension_id: int) -> Response:
    """The file that shows that the extension was announced."""
    phase = phasing.get_phase(session(), queries.get_plan(session(), slug), phase_id)
    found = extending.get_extension(session(), phase, extension_id)
    if found.proof_file_key is None:
        raise NotFound(N_("Filen finns inte."))
    return send_kept(found.proof_file_key, found.proof_file_name)


def _extension_page(plan: Plan, phase: PlanPhase, found: PlanPhaseExtension, form: PostingForm) -> str:
    return render_template(
        "staff/plans/extension.html",
        **phase_page.frame(plan),
        phase=phase,
        extension=found,
        form=form,
        text=phase_page.extension_text(plan, phase, found),
    )


def _save(plan: Plan, phase: PlanPhase, kind: str, form: PostingForm, items: dict[str, str]) -> None:
    draft = AnnouncementDraft(
        items=items,
        seen={key: mark for key in items if (mark := request.form.get(f"seen-{key}"))},
        right=frozenset(request.form.getlist("right")),
        **read_posting(form),
    )
    announcing.save_announcement(
        session(),
        plan,
        phase,
        kind,
        draft,
        facts=_facts(plan, phase),
        files=current_app.extensions["files"],
        version=form.seen,
        today=local(now()).date(),
        actor_id=current_user.account_id,
    )


def _errors_of(form: PostingForm, error: DomainError) -> dict[str, str]:
    """The items' own errors by key; all others go beside the form's fields."""
    fields = error.fields if isinstance(error, Invalid) else {}
    items = {name.removeprefix("item-"): translated(one) for name, one in fields.items() if name.startswith("item-")}
    rest = {name: one for name, one in fields.items() if not name.startswith("item-")}
    if rest or not items:
        show_errors(form, Invalid(error.message, fields=rest, **error.params) if rest else error)
    return items


def _facts(plan: Plan, phase: PlanPhase) -> Facts:
    config = current_app.config["MAPDIALOG"]
    address = f"{config.base_url.rstrip('/')}/plans/{plan.slug}"
    return announcement_facts.facts_of(plan, phase, municipality=config.municipality, web_url=address)


def _page(
    plan: Plan,
    phase: PlanPhase,
    state: AnnouncementState,
    form: PostingForm,
    items: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
) -> str:
    is_fixed = announcing.is_fixed(phase, state)
    if is_fixed and state.written is not None:
        items = state.written.items
    facts = _facts(plan, phase)
    kept = state.written.items if state.written is not None else {}
    return render_template(
        "staff/plans/announcement.html",
        remains=phase_guards.why_not_post(session(), rule_set(plan.rule_set), plan, phase, local(now()).date()),
        **phase_page.frame(plan),
        phase=phase,
        state=state,
        form=form,
        items=items,
        item_errors=errors or {},
        is_fixed=is_fixed,
        seen=announcement_facts.marks(state.checklist, plan, phase),
        stale={one.key for one in state.stale if items.get(one.key) == kept.get(one.key)} if not is_fixed else set(),
        unmarked=announcement_facts.unmarked(kept),
        right=request.form.getlist("right"),
        made=announcement_texts.item_texts(state.checklist, facts),
        whole=announcement_texts.whole_text(state.checklist, facts, items),
    )
