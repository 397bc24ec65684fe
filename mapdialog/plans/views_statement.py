"""A citizen's statement on a plan: the form, reading it through, sending it, and the receipt to keep."""

import uuid
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded
from werkzeug.wrappers import Response

from mapdialog.contributions.authoring import owns
from mapdialog.contributions.hints import find_hints
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import Closed, Conflict, DomainError, Invalid, NotFound
from mapdialog.core.text import N_, clean
from mapdialog.plans import public_page, queries, statement_files, submitting
from mapdialog.plans.models import Plan
from mapdialog.plans.statement_drafts import CITIZEN, DraftFiles
from mapdialog.plans.statement_models import PlanStatement, PlanStatementFile
from mapdialog.plans.views import about, blueprint, map_data, standing_of
from mapdialog.web import limits
from mapdialog.web.errors import translated
from mapdialog.web.languages import choose, switch
from mapdialog.web.limits import limiter

SENT = 303
MOST_FILES, MOST_MEGABYTES = 5, 20
# Files of citizens without an account are kept under their form's own unguessable number.
FIELDS = (
    *("client_id", "text", "feature", "lon", "lat", "place_label", "contact_name", "organisation"),
    *("contact_email", "postal_address", "property_designation", "is_protected"),
)
Page = Response | str | tuple[str, int]


@blueprint.get("/plans/<slug>/statement")
def write(slug: str) -> str:
    """An empty form, about the part that was chosen on the map (`part`) if any."""
    plan = queries.get_published(session(), slug)
    values = dict.fromkeys(FIELDS, "") | {"client_id": str(uuid.uuid4()), "feature": request.args.get("part", "")}
    return _form(plan, values)


@blueprint.post("/plans/<slug>/statement")
@limiter.shared_limit(
    lambda: current_app.config["MAPDIALOG"].submit_limit,
    scope="submit",
    deduct_when=lambda response: response.status_code == SENT,
    exempt_when=lambda: request.form.get("action") != "send",
)
def submit(slug: str) -> Page:
    """Read it through (`review`), send it (`send`), or back to the form with everything that was typed."""
    plan = queries.get_published(session(), slug)
    values = {name: clean(request.form.get(name)) for name in FIELDS}
    values["client_id"] = str(_uuid(values["client_id"]))
    errors = _keep_files(values)
    action = request.form.get("action", "review")
    if "language" in request.form:
        switch(request.form["language"])
        return _form(plan, values)
    if action.startswith("drop:"):
        _drafts(values).drop(action.removeprefix("drop:"))
        session().commit()
    if action not in ("review", "send") or errors:
        return _form(plan, values, errors)
    try:
        new = submitting.read_submission(session(), plan, values, _place(values), at=now(), language=choose())
        if action == "send":
            return _send(plan, values, new)
    except (Invalid, Closed, Conflict) as error:
        session().rollback()
        fields = error.fields if isinstance(error, Invalid) else {}
        errors = {name: translated(one) for name, one in fields.items()} or {"form": translated(error)}
        return _form(plan, values, errors), error.status
    hints = sorted({hint.kind for hint in find_hints(values["text"])})
    part = next((one for one in plan.features if str(one.id) == values["feature"]), None)
    kept = _drafts(values).list()
    return render_template("plans/review.html", **about(plan), values=values, hints=hints, part=part, files=kept)


def _send(plan: Plan, values: dict[str, str], new: Any) -> Response:
    config, drafts = current_app.config["MAPDIALOG"], _drafts(values)
    keys = {"secret_key": config.secret_key, "receipt_prefix": config.receipt_prefix}
    received = submitting.receive_submission(session(), plan, new, at=now(), **keys)
    for file in drafts.files():
        statement_files.attach(session(), current_app.extensions["files"], received.statement, file, actor_id=None)
    session().commit()
    drafts.remove()
    session().commit()
    return redirect(
        url_for(".receipt", slug=plan.slug, receipt=received.statement.receipt, token=received.edit_token, sent=1), SENT
    )


@blueprint.get("/plans/<slug>/statement/<receipt>/<token>")
def receipt(slug: str, receipt: str, token: str) -> str:
    """The receipt: number, exact time, period, the whole text, and the answers when there are any."""
    plan = queries.get_published(session(), slug)
    one = public_page.get_by_receipt(session(), plan, receipt)
    if not owns(one, token):
        raise NotFound(N_("Länken gäller inte."))
    return _receipt_page(plan, one)


def _receipt_page(plan: Plan, statement: PlanStatement, problem: str = "") -> str:
    told = public_page.list_told(session(), statement)
    return render_template(
        "plans/receipt.html",
        **about(plan),
        statement=statement,
        points=told,
        standing=standing_of(plan, statement, told),
        is_new="sent" in request.args,
        link=request.base_url,
        problem=problem,
        was_refused=bool(problem) or request.args.get("files") == "refused",
        most_files=MOST_FILES,
        most_megabytes=MOST_MEGABYTES,
    )


@blueprint.post("/plans/<slug>/statement/<receipt>/<token>")
@limiter.limit("60 per hour")
def add_file(slug: str, receipt: str, token: str) -> Page:
    """Files that come after the words, for instance instead of one that was refused; until the plan is decided."""
    plan = queries.get_published(session(), slug)
    one = public_page.get_by_receipt(session(), plan, receipt)
    if not owns(one, token):
        raise NotFound(N_("Länken gäller inte."))
    problem = ""
    for sent in [sent for sent in request.files.getlist("files") if sent.filename]:
        try:
            take_file(one, sent.stream.read(), sent.filename or "")
        except DomainError as error:
            problem = problem or translated(error)
    session().commit()
    if problem:
        return _receipt_page(plan, one, problem), 422
    flash(_("Filen är mottagen."), "success")
    return redirect(url_for(".receipt", slug=slug, receipt=one.receipt, token=token), SENT)


def take_file(statement: PlanStatement, data: bytes, name: str) -> PlanStatementFile:
    """Keep the sender's file with the statement. Raises Closed, Invalid, TooLarge, UnsupportedMedia."""
    if submitting.is_decided(statement.plan):
        raise submitting.why_closed(statement.plan)
    file = check_upload(data, name, 0)
    # The same file again adds nothing, also when there is room for no more.
    if all(known.sha256 != file.sha256 for known in statement.files):
        file = check_upload(file.data, file.name, len(statement.files))
    return statement_files.attach(session(), current_app.extensions["files"], statement, file, actor_id=None)


@blueprint.errorhandler(RateLimitExceeded)
def too_many(error: RateLimitExceeded) -> Any:
    """429 with everything that was typed, where there is a form to lose."""
    if request.endpoint != "plans.submit":
        return limits.exceeded(error)
    words = limits.wait_in_words()
    plan = queries.get_published(session(), str((request.view_args or {})["slug"]))
    return _form(plan, {name: clean(request.form.get(name)) for name in FIELDS}, {"form": words}), error.code


def _form(plan: Plan, values: dict[str, str], errors: dict[str, str] | None = None) -> str:
    return render_template(
        "plans/write.html",
        **about(plan),
        closed=translated(submitting.why_closed(plan)),
        values=values,
        errors=errors or {},
        files=_drafts(values).list(),
        map_data=map_data(plan),
        most_files=MOST_FILES,
        most_megabytes=MOST_MEGABYTES,
    )


def _keep_files(values: dict[str, str]) -> dict[str, str]:
    """Keep what was chosen, so that it need not be chosen again; what is refused says why."""
    for file in [file for file in request.files.getlist("files") if file.filename]:
        try:
            _drafts(values).keep(check_upload(file.stream.read(), file.filename or "", len(_drafts(values).list())))
        except DomainError as error:
            session().commit()
            return {"files": translated(error)}
    session().commit()
    return {}


def check_upload(data: bytes, name: str, kept: int) -> statement_files.CheckedFile:
    """A citizen's file: a picture or a PDF, at most MOST_FILES of them. Raises Invalid, TooLarge, UnsupportedMedia."""
    if kept >= MOST_FILES:
        raise Invalid(N_("Ett yttrande kan ha högst %(most)s filer."), field="files", most=MOST_FILES)
    return statement_files.check_file(
        data, name, kinds=statement_files.PICTURES_AND_PDF, max_bytes=MOST_MEGABYTES * 1_000_000
    )


def _drafts(values: dict[str, str]) -> DraftFiles:
    return DraftFiles(session(), current_app.extensions["files"], CITIZEN, _uuid(values["client_id"]))


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _place(values: dict[str, str]) -> dict[str, Any] | None:
    """The place that was pointed at on the map, as a GeoJSON point; what can't be read is no place."""
    try:
        lon, lat = float(values["lon"]), float(values["lat"])
    except ValueError:
        return None
    return {"type": "Point", "coordinates": [lon, lat]}
