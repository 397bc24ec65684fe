"""The planner's pages of announcements: the words by item, the whole text, and the proof that it was put up."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import FileField, HiddenField, StringField
from wtforms.validators import Optional

from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import Conflict, DomainError, Invalid, NotFound
from mapdialog.core.text import N_
from mapdialog.dialogues.forms import DayField
from mapdialog.plans import announcement_facts, announcement_texts, announcing, phase_page, phasing, queries
from mapdialog.plans.announcement_texts import Facts
from mapdialog.plans.announcing import AnnouncementDraft, Proof
from mapdialog.plans.desk import blueprint, send_kept
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.phase_guards import AnnouncementState
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors

Page = Response | str | tuple[str, int]


class AnnouncementForm(FlaskForm):
    """Where and when it was put up; the items' words come beside it, as `item-<key>`."""

    version = HiddenField()
    board_url = StringField(_l("Adress på anslagstavlan"), description=_l("Länken till den riktiga kungörelsen."))
    board_posted_on = DayField(_l("Uppsatt den"), [Optional()])
    board_removed_on = DayField(_l("Nedtagen den"), [Optional()])
    newspaper = StringField(_l("Tidning"))
    newspaper_on = DayField(_l("Stod i tidningen den"), [Optional()])
    proof = FileField(_l("Bevis"), description=_l("Bevis om anslag eller urklipp: PDF, bild, Word eller e-post."))


@blueprint.route("/plans/<slug>/phases/<int:phase_id>/announcement/<kind>", methods=["GET", "POST"])
@requires("edit_plans")
def announcement(slug: str, phase_id: int, kind: str) -> Page:
    """One announcement. With `renew` the words are made anew of what is known, before anything is saved: all of
    them, or with the value `stale` those that the plan or the phase has changed under."""
    plan = queries.get_plan(session(), slug)
    phase = phasing.get_phase(session(), plan, phase_id)
    state = announcing.get_state(plan, phase, kind)
    form = AnnouncementForm(data=_fill(state))
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


def _save(plan: Plan, phase: PlanPhase, kind: str, form: AnnouncementForm, items: dict[str, str]) -> None:
    sent = request.files.get("proof")
    days: dict[str, Any] = {name: form[name].data for name in ("board_posted_on", "board_removed_on", "newspaper_on")}
    draft = AnnouncementDraft(
        items=items,
        seen={key: mark for key in items if (mark := request.form.get(f"seen-{key}"))},
        right=frozenset(request.form.getlist("right")),
        board_url=form.board_url.data or "",
        newspaper=form.newspaper.data or "",
        proof=Proof(sent.filename, sent.read()) if sent is not None and sent.filename else None,
        **days,
    )
    seen = form.version.data or ""
    announcing.save_announcement(
        session(),
        plan,
        phase,
        kind,
        draft,
        facts=_facts(plan, phase),
        files=current_app.extensions["files"],
        version=int(seen) if seen.isdecimal() else None,
        today=local(now()).date(),
        actor_id=current_user.account_id,
    )


def _errors_of(form: AnnouncementForm, error: DomainError) -> dict[str, str]:
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


def _fill(state: AnnouncementState) -> dict[str, Any]:
    written = state.written
    if written is None:
        return {"version": "0"}
    names = ("board_url", "board_posted_on", "board_removed_on", "newspaper", "newspaper_on")
    return {name: getattr(written, name) for name in names} | {"version": str(written.version)}


def _page(
    plan: Plan,
    phase: PlanPhase,
    state: AnnouncementState,
    form: AnnouncementForm,
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
        **phase_page.frame(plan),
        phase=phase,
        state=state,
        form=form,
        items=items,
        item_errors=errors or {},
        is_fixed=is_fixed,
        seen=announcement_facts.marks(state.checklist, plan, phase),
        stale={one.key for one in state.stale if items.get(one.key) == kept.get(one.key)} if not is_fixed else set(),
        right=request.form.getlist("right"),
        made=announcement_texts.item_texts(state.checklist, facts),
        whole=announcement_texts.whole_text(state.checklist, facts, items),
    )
