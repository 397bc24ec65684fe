"""The papers of a walk for staff: protocols fresh and published, the route sheet and the poster."""

from datetime import timedelta

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from mapdialog.accounts.models import Account
from mapdialog.config import Config
from mapdialog.contributions.models import State
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError
from mapdialog.core.files import FileStore
from mapdialog.reports import papers, walk_papers, walk_protocols
from mapdialog.reports.file_kinds import pick
from mapdialog.reports.walk_papers import JoinCode
from mapdialog.walks import editor_page, protocol_making, publishing, queries, recording_access
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.protocol import VERSIONS, Version
from mapdialog.web.access import may, requires
from mapdialog.web.errors import translated

blueprint = Blueprint("walk_papers_staff", __name__)
_SLOW = timedelta(minutes=1)
_ANCHORS = {"starts_at": "starts_at", "route": "section-route"}


@blueprint.get("/walks/<slug>/protocol")
def page(slug: str) -> str:
    """Everything that can be printed of the walk, and every protocol that was published."""
    return _page(queries.get_walk(session(), slug))


@blueprint.get("/walks/<slug>/protocol/draft")
def draft(slug: str) -> Response | tuple[str, int]:
    """The protocol as it stands now: `format` and `version` as the form sends them."""
    walk = queries.get_walk(session(), slug)
    kind = pick(walk_protocols.KINDS, request.args.get("format", "pdf"))
    version = Version.INTERNAL if request.args.get("version") == Version.INTERNAL else Version.PUBLIC
    try:
        data = walk_protocols.make_file(session(), walk, kind.name, version, config=_config(), files=_files(), at=now())
    except DomainError as error:
        return _page(walk, error), error.status
    name = f"{prefix(walk)}protokoll-{walk.slug}-{_words(version)}-{local(now()):%Y-%m-%d}{kind.suffix}"
    return attached(data, kind.mime, name)


@blueprint.get("/walks/<slug>/protocol/<int:number>.<kind>")
def published(slug: str, number: int, kind: str) -> Response:
    """A protocol that was published, as it was."""
    walk = queries.get_walk(session(), slug)
    return stored(walk, kind, number)


@blueprint.post("/walks/<slug>/protocol")
@requires("edit_walks")
def publish(slug: str) -> BaseResponse | tuple[str, int]:
    """Ask for the first version, or for a new one in place of that which everybody reads; the worker makes it."""
    walk = queries.get_walk(session(), slug)
    try:
        checks = editor_page.chosen_checks()
        publishing.ask(session(), walk, version=None, checks=checks, actor_id=current_user.account_id, at=now())
    except DomainError as error:
        session().rollback()
        return _page(queries.get_walk(session(), slug), error), error.status
    session().commit()
    return redirect(url_for(".page", slug=slug), 303)


@blueprint.get("/walks/<slug>/route-sheet.pdf")
def route_sheet(slug: str) -> Response | tuple[str, int]:
    """The route sheet, with the participants' code where there is one."""
    walk = queries.get_walk(session(), slug)
    try:
        data = walk_papers.route_sheet(session(), walk, _config(), code=_code(walk))
    except DomainError as error:
        return _page(walk, error), error.status
    return attached(data, "application/pdf", f"{prefix(walk)}ruttblad-{walk.slug}.pdf")


@blueprint.get("/walks/<slug>/poster-<size>.pdf")
def poster(slug: str, size: str) -> Response | tuple[str, int]:
    """The poster, A4 or A3."""
    walk = queries.get_walk(session(), slug)
    try:
        link = url_for("walks_invitation.invitation", slug=slug, _external=True)
        data = walk_papers.poster(session(), walk, _config(), link=link, at=now(), size=size.upper())
    except DomainError as error:
        return _page(walk, error), error.status
    return attached(data, "application/pdf", f"{prefix(walk)}affisch-{walk.slug}-{size.lower()}.pdf")


def stored(walk: SafetyWalk, kind: str, number: int | None) -> Response:
    """A published file out of the store. Raises NotFound."""
    found = queries.get_protocol(session(), walk, kind, number)
    made = walk_protocols.KINDS[kind]
    return attached(_files().get(found.file_key), made.mime, f"protokoll-{walk.slug}-v{found.version}{made.suffix}")


def attached(data: bytes, mime: str, name: str) -> Response:
    """A file to keep. PDF may open in the browser, where it is read as it is."""
    response = Response(data, content_type=mime)
    how = "inline" if mime == "application/pdf" else "attachment"
    response.headers.set("Content-Disposition", how, filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def prefix(walk: SafetyWalk) -> str:
    """A file of a cancelled walk says so by its name."""
    return "installd-" if walk.cancelled_at else ""


def _page(walk: SafetyWalk, error: DomainError | None = None) -> str:
    listed = queries.list_protocols(session(), walk)
    numbers = dict.fromkeys(one.version for one in listed)
    by_number = {number: [one for one in listed if one.version == number] for number in numbers}
    makers = {one.id: one.name for one in _makers([files[0].made_by_id for files in by_number.values()])}
    found = publishing.state(session(), walk)
    return render_template(
        "staff/walks/papers.html",
        walk=walk,
        publishing=found,
        is_slow=found.since is not None and now() - found.since > _SLOW,
        reason=_(found.reason) % (found.params or {}) if found.reason else "",
        obstacles=_obstacles(walk),
        waiting_answers=publishing.list_waiting_answers(session(), walk),
        waiting_checks=publishing.count_waiting_checks(session(), walk),
        unread=publishing.count_unread(session(), walk),
        tabs=editor_page.tabs(walk),
        published=by_number,
        makers=makers,
        versions=VERSIONS,
        kinds=walk_protocols.KINDS,
        waiting=sum(one.state == State.PENDING for one in queries.list_observations(session(), walk)),
        error=translated(error) if error is not None else "",
    )


def _obstacles(walk: SafetyWalk) -> dict[str, tuple[str, str]]:
    """What keeps a paper from being made and where it is mended ('' for nowhere here), by the paper: `public`,
    `internal`, `route_sheet`, `poster`, and `pdf` for all that are PDF."""
    found: dict[str, DomainError | None] = {
        key: protocol_making.obstacle(session(), walk, Version(key)) for key in VERSIONS
    }
    found |= {"route_sheet": walk_papers.sheet_obstacle(walk), "poster": walk_papers.poster_obstacle(walk, now())}
    found["pdf"] = papers.pdf_obstacle()
    return {key: (translated(error), _mended_at(walk, error)) for key, error in found.items() if error is not None}


def _mended_at(walk: SafetyWalk, error: DomainError) -> str:
    if error.field == "observations":
        return url_for("walk_follow_up.observations", slug=walk.slug)
    if error.field in ("starts_at", "route") and may("edit_walks"):
        return url_for("walks_staff.edit", slug=walk.slug, _anchor=_ANCHORS[error.field])
    return ""


def _makers(ids: list[int | None]) -> list[Account]:
    found = (session().get(Account, one) for one in ids if one is not None)
    return [one for one in found if one is not None]


def _code(walk: SafetyWalk) -> JoinCode | None:
    """The participants' code: the leaders' own is told them, not printed."""
    for code in recording_access.list_open(session(), walk):
        if code.role == "participant":
            words = recording_access.words_of(current_app.config["SECRET_KEY"], code)
            link = url_for("walks_record.arrive", code=words, _external=True)
            typed_at = url_for("walks_record.type_code", _external=True).split("://", 1)[-1]
            return JoinCode(words, link, typed_at)
    return None


def _words(version: Version) -> str:
    return {"public": "publik", "internal": "intern"}[version]


def _config() -> Config:
    found = current_app.config["MAPDIALOG"]
    assert isinstance(found, Config)
    return found


def _files() -> FileStore:
    found = current_app.extensions["files"]
    assert isinstance(found, FileStore)
    return found
