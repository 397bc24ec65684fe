"""Staff pages of what is sent to a plan's parties: what the law asks for, who gets it, using the list, the proof."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Response as FlaskResponse
from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid, NotFound
from mapdialog.core.text import N_, slugify
from mapdialog.plans import (
    dispatch_actions,
    dispatch_letters,
    dispatch_rows,
    dispatch_texts,
    dispatching,
    duties,
    word_templates,
)
from mapdialog.plans.dispatch_letters import LetterHead
from mapdialog.plans.dispatch_rows import shown_channel, shown_name
from mapdialog.plans.duties import Occasion
from mapdialog.plans.forms_dispatch import SentForm, UseForm, WordsForm, numbers
from mapdialog.plans.models import Plan
from mapdialog.plans.party_models import PlanDispatch
from mapdialog.plans.party_page import blueprint, settings, today, words
from mapdialog.plans.queries import get_plan
from mapdialog.plans.template_models import LETTER
from mapdialog.web import languages
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors

Page = Response | str | tuple[str, int]
MOST_SHOWN = 300
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_SUCH = N_("Utskicket finns inte i den här planen.")


@blueprint.get("/plans/<slug>/dispatches")
@requires("read_parties")
def dispatches(slug: str) -> str:
    """What the law asks to be sent in this plan, by when, and how far it has come."""
    plan = get_plan(session(), slug)
    return render_template(
        "staff/plans/parties/dispatches.html",
        plan=plan,
        tab="parties",
        occasions=duties.list_occasions(session(), plan),
        today=today(),
        language=languages.choose(),
        **words(plan),
    )


@blueprint.post("/plans/<slug>/dispatches")
@requires("read_parties")
def prepare(slug: str) -> Response:
    """Begin a sending with a first wording."""
    plan = get_plan(session(), slug)
    kind, _dash, phase = request.form.get("occasion", "").rpartition("-")
    phase_id = int(phase) if phase.isdecimal() and len(phase) < 10 and phase != "0" else None
    occasion = duties.find_occasion(duties.list_occasions(session(), plan), kind, phase_id)
    if occasion is None:
        raise NotFound(N_("Planen har inget sådant utskick."))
    adoption = plan.adoption
    title, body = dispatch_texts.suggest(
        plan,
        occasion.kind,
        occasion.phase,
        municipality=settings().municipality,
        web_url=f"{settings().base_url.rstrip('/')}/plans/{plan.slug}",
        appeal_last_day=adoption.appeal_ends_on if adoption else None,
    )
    made = dispatch_actions.prepare(session(), plan, occasion, title, body, actor_id=current_user.account_id)
    dispatch_id = made.id
    session().commit()
    return redirect(url_for(".dispatch", slug=slug, dispatch_id=dispatch_id))


@blueprint.get("/plans/<slug>/dispatches/<int:dispatch_id>")
@requires("read_parties")
def dispatch(slug: str, dispatch_id: int) -> str:
    """One sending: its words, who gets it and why; when it is used, the list as it was and the proof."""
    plan, found = _load(slug, dispatch_id)
    return _page(plan, found)


@blueprint.post("/plans/<slug>/dispatches/<int:dispatch_id>/words")
@requires("read_parties")
def save_words(slug: str, dispatch_id: int) -> Page:
    """What it says."""
    plan, found = _load(slug, dispatch_id)
    form = WordsForm()
    try:
        dispatch_actions.save_words(
            session(), found, form.title.data or "", form.body.data or "", actor_id=current_user.account_id
        )
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _page(plan, found, words_form=form), error.status
    session().commit()
    flash(_("Texten är sparad."), "success")
    return redirect(url_for(".dispatch", slug=slug, dispatch_id=dispatch_id))


@blueprint.post("/plans/<slug>/dispatches/<int:dispatch_id>/use")
@requires("read_parties")
def use(slug: str, dispatch_id: int) -> Page:
    """Lock the list as it is now."""
    plan, found = _load(slug, dispatch_id)
    form = UseForm()
    try:
        occasion = _occasion(plan, found)
        recipients = dispatch_actions.freeze(
            session(),
            plan,
            found,
            occasion,
            at=now(),
            actor_id=current_user.account_id,
            extra=numbers(form.extra.data, "extra"),
            without=numbers(form.without.data, "without"),
            reason=form.reason.data or "",
        )
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _page(plan, found, use_form=form), error.status
    count = len(recipients)
    session().commit()
    flash(ngettext("Listan är låst med %(num)s mottagare.", "Listan är låst med %(num)s mottagare.", count), "success")
    return redirect(url_for(".dispatch", slug=slug, dispatch_id=dispatch_id))


@blueprint.post("/plans/<slug>/dispatches/<int:dispatch_id>/mail")
@requires("read_parties")
def mail(slug: str, dispatch_id: int) -> Page:
    """Send the mails."""

    def act(found: PlanDispatch) -> str:
        sent = dispatch_actions.send_mails(session(), found, on=today(), actor_id=current_user.account_id)
        return ngettext("%(num)s e-brev skickas nu.", "%(num)s e-brev skickas nu.", sent)

    return _do(slug, dispatch_id, act)


@blueprint.post("/plans/<slug>/dispatches/<int:dispatch_id>/sent")
@requires("read_parties")
def sent(slug: str, dispatch_id: int) -> Page:
    """Note when it was sent, and the proof."""
    form = SentForm()

    def act(found: PlanDispatch) -> str:
        day: Any = form.on.data
        if day is None:
            raise Invalid(N_("Skriv vilken dag det skickades."), field="on")
        if day > today():
            raise Invalid(N_("Dagen har inte varit än."), field="on")
        who = form.who.data or ""
        ids = [
            one.id
            for one in found.recipients
            if (one.sent_on is None and shown_channel(one) == who) or str(one.id) == who
        ]
        marked = dispatch_actions.mark_sent(
            session(), found, ids, on=day, proof=form.proof.data or "", actor_id=current_user.account_id
        )
        return ngettext("Noterat för %(num)s mottagare.", "Noterat för %(num)s mottagare.", marked)

    return _do(slug, dispatch_id, act, form)


@blueprint.post("/plans/<slug>/dispatches/<int:dispatch_id>/discard")
@requires("read_parties")
def discard(slug: str, dispatch_id: int) -> Response:
    """Throw away a sending that was never used."""
    _plan, found = _load(slug, dispatch_id)
    try:
        dispatch_actions.discard(session(), found, actor_id=current_user.account_id)
    except DomainError as error:
        session().rollback()
        flash(translated(error), "warn")
        return redirect(url_for(".dispatch", slug=slug, dispatch_id=dispatch_id))
    session().commit()
    flash(_("Utkastet är borta."), "success")
    return redirect(url_for(".dispatches", slug=slug))


@blueprint.get("/plans/<slug>/dispatches/<int:dispatch_id>/letters.docx")
@requires("read_parties")
def letters(slug: str, dispatch_id: int) -> FlaskResponse:
    """The letters, one a page, as a Word file."""
    plan, found = _load_frozen(slug, dispatch_id)
    recipients = [one for one in found.recipients if shown_channel(one) == "letter"]
    if not recipients:
        raise NotFound(N_("Ingen i listan får brev."))
    config = settings()
    head = LetterHead(
        config.municipality, plan.committee, plan.contact or config.contact, plan.registry_number, today()
    )
    template = word_templates.for_letters(session(), current_app.extensions["files"])
    made = dispatch_letters.write(head, found.title, found.body, recipients, template)
    response = FlaskResponse(made, mimetype=DOCX)
    response.headers.set("Content-Disposition", "attachment", filename=f"brev-{slugify(found.title)}.docx")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/plans/<slug>/dispatches/<int:dispatch_id>/list.xlsx")
@requires("read_parties")
def list_file(slug: str, dispatch_id: int) -> FlaskResponse:
    """The list for the municipality's own print service."""
    _plan, found = _load_frozen(slug, dispatch_id)
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "list.xlsx"
    dispatch_rows.write(path, found.recipients, _)
    answer = send_file(path, mimetype=XLSX, as_attachment=True, download_name=f"lista-{slugify(found.title)}.xlsx")
    answer.call_on_close(folder.cleanup)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _load(slug: str, dispatch_id: int) -> tuple[Plan, PlanDispatch]:
    plan = get_plan(session(), slug)
    found = session().get(PlanDispatch, dispatch_id) if dispatch_id < 2**31 else None
    if found is None or found.plan_id != plan.id:
        raise NotFound(NO_SUCH)
    return plan, found


def _load_frozen(slug: str, dispatch_id: int) -> tuple[Plan, PlanDispatch]:
    plan, found = _load(slug, dispatch_id)
    if found.frozen_at is None:
        raise Invalid(dispatch_actions.NOT_FROZEN)
    return plan, found


def _occasion(plan: Plan, found: PlanDispatch) -> Occasion:
    occasion = duties.find_occasion(duties.list_occasions(session(), plan), found.kind, found.phase_id)
    if occasion is None:
        raise NotFound(N_("Planen har inget sådant utskick."))
    return occasion


def _do(slug: str, dispatch_id: int, act: Callable[[PlanDispatch], str], form: SentForm | None = None) -> Page:
    plan, found = _load(slug, dispatch_id)
    try:
        said = act(found)
    except DomainError as error:
        session().rollback()
        if form is None:
            flash(translated(error), "warn")
            return redirect(url_for(".dispatch", slug=slug, dispatch_id=dispatch_id))
        show_errors(form, error)
        return _page(plan, found, sent_form=form), error.status
    session().commit()
    flash(said, "success")
    return redirect(url_for(".dispatch", slug=slug, dispatch_id=dispatch_id))


def _page(
    plan: Plan,
    found: PlanDispatch,
    *,
    words_form: WordsForm | None = None,
    use_form: UseForm | None = None,
    sent_form: SentForm | None = None,
) -> str:
    occasion = _occasion(plan, found)
    shared: dict[str, Any] = {
        "plan": plan,
        "tab": "parties",
        "one": found,
        "occasion": occasion,
        "language": languages.choose(),
        "today": today(),
        "most": MOST_SHOWN,
        **words(plan),
    }
    if found.frozen_at is not None:
        return _frozen_page(found, shared, sent_form)
    proposal = dispatching.propose(session(), plan, occasion)
    return render_template(
        "staff/plans/parties/dispatch_draft.html",
        proposal=proposal,
        problems=[
            *dispatching.why_not_frozen(session(), plan, occasion, proposal),
            *dispatching.why_words_lag(plan, occasion, found.body),
            *dispatching.why_too_late(occasion, local(now()).date()),
        ],
        say=_,
        words_form=words_form or WordsForm(formdata=None, title=found.title, body=found.body),
        use_form=use_form or UseForm(formdata=None),
        **shared,
    )


def _frozen_page(found: PlanDispatch, shared: dict[str, Any], sent_form: SentForm | None) -> str:
    waiting = dict.fromkeys(("letter", "email", "none"), 0)
    for one in found.recipients:
        if one.sent_on is None:
            waiting[shown_channel(one)] += 1
    form = sent_form or SentForm(formdata=None, on=today())
    said = {
        "letter": _("Alla brev som väntar"),
        "email": _("All e-post som väntar"),
        "none": _("Alla andra som väntar"),
    }
    form.who.choices = [
        (name, f"{said[name]} ({waiting[name]})") for name in ("letter", "none", "email") if waiting[name]
    ]
    form.who.choices += [
        (str(one.id), f"{one.party.number}: {shown_name(one)}") for one in found.recipients[:MOST_SHOWN]
    ]
    return render_template(
        "staff/plans/parties/dispatch.html",
        waiting=waiting,
        template=word_templates.find_used(session(), LETTER),
        failed=sum(one.mail_failed_on is not None and one.sent_on is None for one in found.recipients),
        letters=sum(shown_channel(one) == "letter" for one in found.recipients),
        sent_form=form,
        frozen_at=local(found.frozen_at) if found.frozen_at else None,
        is_whole=dispatch_actions.checksum(found) == found.sha256,
        shown_name=shown_name,
        shown_channel=shown_channel,
        **shared,
    )
