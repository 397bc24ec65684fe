"""Registering what came another way than through the web form; nothing that was typed or chosen is lost at an error."""

import uuid
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from mapdialog.contributions.rules import Complaints, check_email
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_, clean_line
from mapdialog.geo.geometry import from_element
from mapdialog.places.typed import find_place
from mapdialog.plans import eml, receiving, registering, statement_files
from mapdialog.plans.appealing import oral_words
from mapdialog.plans.forms_statements import RegisterForm, whole
from mapdialog.plans.kinds import Channel, PartyGroup, Stance
from mapdialog.plans.models import Plan, PlanFeature
from mapdialog.plans.queries import get_plan, may_read_protected
from mapdialog.plans.receiving import NewStatement, ReceivedStatement
from mapdialog.plans.registering import Door
from mapdialog.plans.statement_drafts import DraftFiles
from mapdialog.plans.statement_files import check_file
from mapdialog.plans.statement_list import list_alike
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.statement_page import account, blueprint, left_in_the_letter, settings, twins_of, where
from mapdialog.plans.statement_words import DESK_CHANNELS
from mapdialog.plans.timing import reason_in_words
from mapdialog.plans.views_map import map_data
from mapdialog.web import languages
from mapdialog.web.access import may, requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors

Page = Response | str | tuple[str, int]
KEPT = ("channel", "received_on", "meeting", "party_group", "form_of")  # what is likely to be the same the next time
SUMMARY = N_("Något behöver rättas innan yttrandet kan registreras.")


@blueprint.route("/plans/<slug>/statements/new", methods=["GET", "POST"])
@requires("register_statements")
def register(slug: str) -> Page:
    """The form; saving goes through the one door. A saved e-mail fills the form in first."""
    plan = get_plan(session(), slug)
    form = RegisterForm(**{name: request.args.get(name, "")[:40] for name in KEPT if request.args.get(name)})
    form.offer(plan)
    kept = _drafts(form.form_id)
    if not form.is_submitted():
        return _page(plan, form, kept)
    button = request.form.get("do", "save")
    try:
        _keep_sent(kept)
        if button.startswith("drop:"):
            kept.drop(button.removeprefix("drop:"))
            session().commit()
            return _page(plan, form, kept)
        if button == "read_eml" or (form.eml.data and form.eml.data.filename):
            return _page(plan, *_from_letter(plan, form, kept))
        received = _save(plan, form, kept)
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _page(get_plan(session(), slug), form, kept), error.status
    session().commit()
    kept.remove()
    session().commit()
    _tell(received)
    is_for_few = received.statement.is_protected and not may_read_protected(plan, account())
    if button == "next":
        _warn(plan, received.statement)
        values = {name: form[name].data for name in KEPT if form[name].data}
        return redirect(url_for(".register", slug=slug, **values))
    if is_for_few:
        return redirect(url_for(".index", slug=slug))
    return redirect(url_for(".show", slug=slug, number=received.statement.number))


def _drafts(form_id: uuid.UUID) -> DraftFiles:
    return DraftFiles(session(), current_app.extensions["files"], current_user.account_id, form_id)


def _keep_sent(kept: DraftFiles) -> None:
    """Keep what was chosen beside the form before anything else is looked at; every refusal is told."""
    wrong: list[DomainError] = []
    for sent in request.files.getlist("files"):
        if sent and sent.filename:
            try:
                kept.keep(check_file(sent.read(statement_files.MAX_BYTES + 1), sent.filename))
            except DomainError as error:
                wrong.append(error)
    session().commit()  # what was chosen outlives whatever is wrong with the rest
    if wrong:
        raise Invalid(SUMMARY, fields={"files": wrong[0]}) if len(wrong) == 1 else _several(wrong)


def _several(wrong: list[DomainError]) -> Invalid:
    said = " ".join(translated(one) for one in wrong).replace("%", "%%")
    return Invalid(SUMMARY, fields={"files": Invalid(said.replace("%%", "%"))})


def _from_letter(plan: Plan, form: RegisterForm, kept: DraftFiles) -> tuple[RegisterForm, DraftFiles, dict[str, Any]]:
    """The form filled in from the chosen .eml file, and what the registrar should know about the letter."""
    sent = form.eml.data
    if not isinstance(sent, FileStorage) or not sent.filename:
        raise Invalid(N_("Välj en .eml-fil först."), field="eml")
    data = sent.read(eml.MAX_BYTES + 1)
    letter = registering.as_meant(eml.read_letter(data, at=now()), settings())
    new = registering.statement_of(plan, letter)
    files, refused = registering.files_of(letter, data, sent.filename)
    moved = _drafts(new.client_id)
    before = kept.files()
    if new.client_id != form.form_id:
        moved.remove()  # what was left when the same letter was read and not saved
    for file in (*before, *files):
        moved.keep(file)
    session().commit()
    _fill_in(form, new, letter)
    notes = [_(note) for note in registering.notes_about(letter, settings())] + [
        left_in_the_letter(one) for one in refused
    ]
    known = session().scalar(
        select(PlanStatement).where(PlanStatement.client_id == new.client_id, PlanStatement.plan_id == plan.id)
    )
    return form, moved, {"letter_notes": notes, "is_letter": True, "known": known}


def _fill_in(form: RegisterForm, new: NewStatement, letter: eml.Letter) -> None:
    """Put the letter's own into the form; what somebody has typed stays, unless it came from another letter."""
    values = {
        "contact_name": new.contact_name,
        "contact_email": new.contact_email,
        "subject": new.subject,
        "text": new.text,
    }
    if letter.received_at is not None:
        taken = local(letter.received_at)
        values |= {"received_on": f"{taken:%Y-%m-%d}", "received_time": f"{taken:%H.%M.%S}"}
    was_letter = bool(form.source_key.data)
    for name, value in values.items():
        if was_letter or not (form[name].data or "").strip():
            form[name].data = value
    form.client_id.data, form.source_key.data = str(new.client_id), new.source_key or ""
    form.channel.data = Channel.EMAIL.value


def _save(plan: Plan, form: RegisterForm, kept: DraftFiles) -> ReceivedStatement:
    at = now()
    new = _new_statement(plan, form, at)
    door = Door(settings(), current_app.extensions["files"], at, current_user.account_id)
    return registering.register(session(), plan, new, kept.files(), door)


def _new_statement(plan: Plan, form: RegisterForm, at: Any) -> NewStatement:
    """What was typed, with every complaint at its field; what the door itself would refuse is told with the rest."""
    wrong = Complaints()
    _check_lists(form, wrong)
    channel = form.channel.data or ""
    moment = _moment(form, at, wrong)
    feature = session().get(PlanFeature, whole(form.feature.data) or 0)
    typed = clean_line(form.place.data)
    shape = wrong.take("place", lambda: find_place(session(), typed, where(), field="place"))
    if shape is None and feature is not None and feature.plan_id == plan.id:
        shape = from_element(feature.geom).representative_point()
    meetings = {one.id for phase in plan.phases for one in phase.meetings}
    meeting = whole(form.meeting.data)
    new = NewStatement(
        client_id=form.form_id,
        text=form.text.data or "",
        received_by=channel if channel in DESK_CHANNELS else Channel.LETTER,
        received_at=moment,
        written={"written": True, "oral": False}.get(form.form_of.data or ""),
        place=shape,
        place_label=typed if shape is not None and not typed[:1].isdigit() else "",
        feature_id=feature.id if feature is not None and feature.plan_id == plan.id else None,
        contact_name=clean_line(form.contact_name.data)[:200],
        contact_email=wrong.take("contact_email", lambda: check_email(form.contact_email.data), "") or "",
        organisation=clean_line(form.organisation.data)[:200],
        postal_address=clean_line(form.postal_address.data)[:300],
        property_designation=clean_line(form.property_designation.data)[:200],
        is_protected=bool(form.is_protected.data),
        party_group=form.party_group.data or PartyGroup.PUBLIC,
        stance=form.stance.data or Stance.NEUTRAL,
        subject=clean_line(form.subject.data)[:500],
        source_key=clean_line(form.source_key.data)[:300] or None,
        registry_no=clean_line(form.registry_no.data)[:200],
        meeting_id=meeting if meeting in meetings else None,
        signatories=form.signatories.data if form.signatories.data is not None else 1,
    )
    if not (form.text.data or "").strip() and not _drafts(form.form_id).list():
        wrong.fields["text"] = Invalid(N_("Skriv av yttrandet, eller bifoga det som fil."), field="text")
    wrong.stop_if_any(SUMMARY)
    return new


def _check_lists(form: RegisterForm, wrong: Complaints) -> None:
    lists = (("channel", DESK_CHANNELS), ("party_group", frozenset(PartyGroup)), ("stance", frozenset(Stance)))
    for name, known in lists:
        if form[name].data not in known:
            wrong.fields[name] = Invalid(N_("Välj något i listan."), field=name)


def _moment(form: RegisterForm, at: Any, wrong: Complaints) -> Any:
    try:
        return registering.read_moment(form.received_on.data or "", form.received_time.data or "", at)
    except Invalid as error:
        wrong.fields |= error.fields
        return None


def _tell(received: ReceivedStatement) -> None:
    one = received.statement
    if not received.is_new:
        flash(_("Det här yttrandet var redan registrerat som nummer %(number)s.", number=one.number), "warn")
        return
    said = _("Registrerat som nummer %(number)s, kvitto %(receipt)s.", number=one.number, receipt=one.receipt)
    flash(f"{said} {_(reason_in_words(one))}", "success" if one.in_time else "warn")
    if not one.written:
        flash(oral_words(one.plan, languages.choose()), "warn")


def _warn(plan: Plan, one: PlanStatement) -> None:
    """What the statement's own page would have told of whom and what it may be the same as, with links."""
    if one.is_protected:
        flash(_("Nummer %(number)s har skyddade personuppgifter.", number=one.number), "warn")
        return
    alike = [row[0] for row in list_alike(session(), one)]
    if alike:
        said = _("Nummer %(number)s kan vara samma eller höra ihop med yttrande", number=one.number)
        flash(_linked(said, [(url_for(".show", slug=plan.slug, number=other), str(other)) for other in alike]), "warn")
    twins = twins_of(plan, one) if may("read_parties") else []
    if twins and one.party is not None:
        said = _("Avsändaren av nummer %(number)s kan vara samma som en annan i registret:", number=one.number)
        page = url_for("plan_parties_staff.show", slug=plan.slug, number=one.party.number, _anchor="twins")
        names = ", ".join(str(other.number) for other in twins)
        flash(_linked(said, [(page, _("nummer %(number)s", number=names))]), "warn")


def _linked(said: str, links: list[tuple[str, str]]) -> Markup:
    return Markup("{} {}").format(said, Markup(", ").join(Markup('<a href="{}">{}</a>').format(*one) for one in links))


def _page(plan: Plan, form: RegisterForm, kept: DraftFiles, more: dict[str, Any] | None = None) -> str:
    return render_template(
        "staff/plans/statements/register.html",
        plan=plan,
        tab="statements",
        form=form,
        kept=kept.list(),
        map_data=map_data(plan),
        oral_words=oral_words(plan, languages.choose()),
        oral_channels=sorted(receiving.ORAL),
        is_oral=form.form_of.data == "oral" or (not form.form_of.data and form.channel.data in receiving.ORAL),
        accept=statement_files.ACCEPT,
        file_limit_mb=statement_files.MAX_BYTES // 1_000_000,
        most_files=statement_files.MOST_FILES,
        **({"letter_notes": [], "is_letter": False, "known": None} | (more or {})),
    )
