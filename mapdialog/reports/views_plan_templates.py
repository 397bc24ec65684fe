"""The municipality's own Word templates at the desk: which are used, trying them, and another in their place."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.config import Config
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_
from mapdialog.plans import word_templates
from mapdialog.plans.desk import send_kept
from mapdialog.plans.template_models import REPORT
from mapdialog.plans.word_files import WordFile
from mapdialog.reports import plan_reports, plan_templates
from mapdialog.reports.views_walk_papers import attached
from mapdialog.web.access import requires
from mapdialog.web.errors import translated

blueprint = Blueprint("plan_templates_staff", __name__)
Page = Response | str | tuple[str, int]


@blueprint.get("/templates")
@requires("edit_plans")
def index() -> str:
    """The template of reports and that of letters, with their earlier versions."""
    return _page()


@blueprint.post("/templates/<purpose>")
@requires("administer")
def upload(purpose: str) -> Page:
    """Use another template from now on."""
    word_templates.demand_purpose(purpose)
    try:
        sent = request.files.get("template")
        if sent is None or not sent.filename:
            raise Invalid(N_("Välj en fil."), field="template")
        file, at = WordFile(sent.filename, sent.read()), now()
        plan_templates.demand_usable(purpose, file, _config(), local(at).date())
        word_templates.add(session(), purpose, file, files=_files(), actor_id=current_user.account_id, at=at)
    except DomainError as error:
        session().rollback()
        return _page({purpose: translated(error)}), error.status
    return _changed(_("Mallen används från och med nu."))


@blueprint.post("/templates/<purpose>/<int:number>/use")
@requires("administer")
def use_again(purpose: str, number: int) -> Page:
    """Take an earlier one back into use."""
    found = word_templates.get_version(session(), purpose, number)
    try:
        word_templates.use_again(session(), found, actor_id=current_user.account_id, at=now())
    except DomainError as error:
        session().rollback()
        return _page({purpose: translated(error)}), error.status
    return _changed(_("Mallen används från och med nu."))


@blueprint.post("/templates/<purpose>/remove")
@requires("administer")
def remove(purpose: str) -> Page:
    """Use none of our own any more."""
    try:
        word_templates.remove(session(), purpose, actor_id=current_user.account_id, at=now())
    except DomainError as error:
        session().rollback()
        return _page({purpose: translated(error)}), error.status
    return _changed(_("Mallen används inte längre. Den finns kvar bland de tidigare."))


@blueprint.get("/templates/<purpose>/<int:number>")
@requires("edit_plans")
def file(purpose: str, number: int) -> Response:
    """A version as it was uploaded."""
    found = word_templates.get_version(session(), purpose, number)
    return send_kept(found.file_key, found.file_name)


@blueprint.get("/templates/<purpose>/sample.docx")
@requires("edit_plans")
def sample(purpose: str) -> Response:
    """A made-up report or letter on what is used now."""
    made = plan_templates.make_sample(purpose, _used(purpose), _config(), local(now()).date())
    name = _("exempel-redogorelse.docx") if purpose == REPORT else _("exempel-brev.docx")
    return attached(made, plan_reports.FORMATS["docx"].mime, name)


def _changed(said: str) -> Response:
    session().commit()
    flash(said, "success")
    return redirect(url_for(".index"))


def _page(problems: dict[str, str] | None = None) -> str:
    rows = []
    for purpose in word_templates.PURPOSES:
        versions = word_templates.list_versions(session(), purpose)
        used = word_templates.find_used(session(), purpose)
        name = word_templates.find_name(session(), purpose, _config())
        earlier = [one for one in versions if one is not used]
        rows.append({"purpose": purpose, "used": used, "name": name, "earlier": earlier, "remarks": _remarks(purpose)})
    return render_template("staff/plans/templates.html", rows=rows, problems=problems or {})


def _remarks(purpose: str) -> list[str]:
    """What to know of the template in use, also that it can't be used any more."""
    try:
        used = _used(purpose)
        return [_(one) for one in plan_templates.remarks(purpose, used)] if used is not None else []
    except DomainError as error:
        return [translated(error)]


def _used(purpose: str) -> WordFile | None:
    word_templates.demand_purpose(purpose)
    if purpose == REPORT:
        return word_templates.for_report(session(), _files(), _config())
    return word_templates.for_letters(session(), _files())


def _config() -> Config:
    found = current_app.config["MAPDIALOG"]
    assert isinstance(found, Config)
    return found


def _files() -> FileStore:
    found = current_app.extensions["files"]
    assert isinstance(found, FileStore)
    return found
