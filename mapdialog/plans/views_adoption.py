"""Staff pages of a plan's adoption: the decision and its days, the notice of it, and what is sent afterwards."""

from datetime import date
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.config import Config
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import Conflict, DomainError, NotFound
from mapdialog.core.text import N_, clean
from mapdialog.plans import adopting, adoption_rules, announcement_texts, duties
from mapdialog.plans.adopting import COLUMNS, NoticeDraft
from mapdialog.plans.desk import said
from mapdialog.plans.forms_adoption import AdoptionForm, NoticeForm
from mapdialog.plans.labels import DISPATCH_KINDS
from mapdialog.plans.models import Plan
from mapdialog.plans.queries import get_plan
from mapdialog.plans.rule_sets import rule_set
from mapdialog.web import languages
from mapdialog.web.access import requires
from mapdialog.web.fielderrors import show_errors
from mapdialog.web.filters import date_long

blueprint = Blueprint("plan_adoption_staff", __name__)
Page = Response | str | tuple[str, int]


@blueprint.get("/plans/<slug>/adoption")
@requires("edit_plans")
def index(slug: str) -> str:
    """Where the adoption stands, the forms, and what is to be sent by when."""
    return _page(get_plan(session(), slug))


@blueprint.post("/plans/<slug>/adoption")
@requires("edit_plans")
def save(slug: str) -> Page:
    """Keep the decision and its days."""
    plan = get_plan(session(), slug)
    form = AdoptionForm()
    is_readable = form.validate()
    try:
        if not is_readable:
            return _page(plan, form=form), 422
        adopting.save_adoption(
            session(),
            plan,
            form.draft(),
            reason=form.reason.data or "",
            version=_number(form.version.data),
            today=local(now()).date(),
            actor_id=current_user.account_id,
        )
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        plan = get_plan(session(), slug)
        if isinstance(error, Conflict):
            _show_theirs(form, plan)
        return _page(plan, form=form), error.status
    session().commit()
    flash(_("Sparat."), "success")
    return redirect(url_for(".index", slug=slug))


@blueprint.post("/plans/<slug>/adoption/notice")
@requires("edit_plans")
def save_notice(slug: str) -> Page:
    """Keep what the notice says, and where and when it was put up."""
    plan = get_plan(session(), slug)
    form = NoticeForm()
    is_readable = form.validate()
    checklist = adopting.notice_checklist(plan)
    items = {one.key: request.form.get(f"item-{one.key}", "") for one in (checklist.items if checklist else ())}
    try:
        if not is_readable:
            return _page(plan, notice_form=form, typed=items), 422
        sent = request.files.get("proof")
        adopting.save_notice(
            session(),
            plan,
            NoticeDraft(items, form.board_url.data or "", form.board_posted_on.data, form.board_removed_on.data),
            facts=_facts(plan),
            version=_number(form.version.data),
            actor_id=current_user.account_id,
            proof=(sent.filename, sent.read(adopting.PROOF_MAX_BYTES + 1)) if sent and sent.filename else None,
            files=current_app.extensions["files"],
        )
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        plan = get_plan(session(), slug)
        if isinstance(error, Conflict):
            written = adopting.find_notice(session(), plan)
            form.version.data = str(written.version if written else 0)
        return _page(plan, notice_form=form, typed=items), error.status
    session().commit()
    flash(_("Underrättelsen är sparad."), "success")
    return redirect(url_for(".index", slug=slug, _anchor="notice"))


@blueprint.get("/plans/<slug>/adoption/proof")
@requires("edit_plans")
def proof(slug: str) -> FlaskResponse:
    """The file that shows that the notice was put up; always saved, never shown in our name."""
    written = adopting.find_notice(session(), get_plan(session(), slug))
    if written is None or written.proof_file_key is None:
        raise NotFound(N_("Det finns inget bevis."))
    data = current_app.extensions["files"].get(written.proof_file_key)
    response = FlaskResponse(data, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=written.proof_file_name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def _show_theirs(form: AdoptionForm, plan: Plan) -> None:
    """Beside each field what a colleague has saved there meanwhile, where it differs from what was typed."""
    adoption = plan.adoption
    assert adoption is not None  # an adoption is never taken away
    form.version.data = str(adoption.version)
    for name in COLUMNS:
        theirs, field = getattr(adoption, name), form[name]
        if theirs != (clean(field.data or "") if isinstance(theirs, str) else field.data):
            words = date_long(theirs) if isinstance(theirs, date) else theirs or _("ingenting")
            field.errors = [*field.errors, _("Sparat av en kollega: %(value)s", value=words)]


def _settings() -> Config:
    config = current_app.config["MAPDIALOG"]
    assert isinstance(config, Config)
    return config


def _facts(plan: Plan) -> announcement_texts.Facts:
    config = _settings()
    web_url = f"{config.base_url.rstrip('/')}/plans/{plan.slug}"
    return adopting.notice_facts(plan, municipality=config.municipality, web_url=web_url)


def _page(
    plan: Plan,
    *,
    form: AdoptionForm | None = None,
    notice_form: NoticeForm | None = None,
    typed: dict[str, str] | None = None,
) -> str:
    adoption, rules = plan.adoption, rule_set(plan.rule_set)
    if form is None:
        values: dict[str, Any] = {name: getattr(adoption, name) for name in COLUMNS} if adoption else {}
        values.setdefault("body", plan.adopting_body)
        values["version"] = str(adoption.version if adoption else 0)
        values["is_settled"] = bool(adoption and adoption.appealed_on and adoption.legal_force_on)
        form = AdoptionForm(formdata=None, **values)
    county_on = adopting.county_received_on(session(), plan)
    announced = adoption.announced_on if adoption else None
    can_appeal = plan.kind != "plan_programme"
    return render_template(
        "staff/plans/adoption/index.html",
        plan=plan,
        tab="adoption",
        adoption=adoption,
        form=form,
        problems=adopting.problems_of(session(), plan, adoption.decided_on if adoption else None),
        can_appeal=can_appeal,
        appeal_period=rules.period(rules.appeal(plan.kind).period) if can_appeal else None,
        appeal_rule=rules.appeal(plan.kind),
        earliest=adoption_rules.earliest_legal_force(rules, plan.kind, announced, county_received_on=county_on)
        if can_appeal
        else None,
        county_on=county_on,
        occasions=[one for one in duties.list_occasions(session(), plan) if one.phase is None],
        dispatch_kinds=DISPATCH_KINDS,
        today=local(now()).date(),
        language=languages.choose(),
        say=_,
        said=said,
        **_notice(plan, notice_form, typed),
    )


def _notice(plan: Plan, form: NoticeForm | None, typed: dict[str, str] | None) -> dict[str, Any]:
    checklist = adopting.notice_checklist(plan)
    if checklist is None:
        return {"checklist": None}
    written = adopting.find_notice(session(), plan)
    made = announcement_texts.item_texts(checklist, _facts(plan))
    kept = dict(written.items) if written else {}
    texts = typed if typed is not None else {key: kept.get(key, "").strip() or text for key, text in made.items()}
    if form is None:
        names = ("board_url", "board_posted_on", "board_removed_on")
        values = {name: getattr(written, name) for name in names} if written else {}
        form = NoticeForm(formdata=None, **values, version=str(written.version if written else 0))
    return {
        "checklist": checklist,
        "notice_form": form,
        "texts": texts,
        "written": written,
        "is_fixed": bool(written and written.board_posted_on),
        "whole": written.text if written else "",
    }
