"""Downloads for staff: contributions, district reports and heatmaps in every format."""

from flask import Blueprint, Response, current_app, render_template, request
from flask_login import current_user

from mapdialog.analysis.queries import count_by_state
from mapdialog.analysis.scope import Scope
from mapdialog.config import Config
from mapdialog.core import audit
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import Forbidden
from mapdialog.core.text import N_
from mapdialog.dialogues.models import Dialogue
from mapdialog.dialogues.queries import get_dialogue
from mapdialog.districts.queries import get_set, list_sets
from mapdialog.geo.crs import name_of
from mapdialog.reports import district_files, download_form, export_files, heat_files, streaming
from mapdialog.reports.contribution_rows import Content
from mapdialog.reports.district_report import make_report
from mapdialog.reports.download_form import Wanted
from mapdialog.reports.file_kinds import FileKind
from mapdialog.reports.heading import Heading, make_heading
from mapdialog.reports.heat_report import make_heat
from mapdialog.reports.looks import MAX_PINS, Look
from mapdialog.reports.sending_page import attached, made
from mapdialog.web.access import may, requires
from mapdialog.web.languages import choose
from mapdialog.web.shell import remember_dialogue

blueprint = Blueprint("reports_staff", __name__)


@blueprint.get("/dialogues/<slug>/downloads")
@requires("read")
def downloads(slug: str) -> str:
    """Every file that can be had of a dialogue, with its choices."""
    dialogue = get_dialogue(session(), slug)
    remember_dialogue(slug)
    local_crs = _config().local_crs
    return render_template(
        "staff/downloads/page.html",
        dialogue=dialogue,
        counts=count_by_state(session(), Scope(dialogue.id)),
        sets=list_sets(session()),
        systems=[(epsg, name_of(epsg)) for epsg in dict.fromkeys((3006, local_crs, 4326))],
        kinds={
            "contributions": export_files.KINDS,
            "districts": district_files.KINDS,
            "heatmap": heat_files.KINDS,
        },
        max_pins=MAX_PINS,
        may_see_all=may("moderate"),
        may_personal=may("export_personal_data"),
    )


@blueprint.get("/dialogues/<slug>/downloads/contributions")
@requires("read")
def contributions(slug: str) -> Response:
    """A dialogue's contributions as one file. What is not public takes the right to it, and every download is noted."""
    dialogue = get_dialogue(session(), slug)
    wanted = download_form.read(request.args, dialogue, export_files.KINDS)
    _check_rights(wanted)
    content = Content(
        wanted.scope, wanted.audience, wanted.epsg, get_set(session(), wanted.set_key) if wanted.set_key else None
    )
    export_files.check(content, wanted.kind.name)
    audit.record(
        session(),
        current_user.account_id,
        "export_contributions",
        dialogue,
        format=wanted.kind.name,
        states=list(wanted.scope.states),
        personal_data=wanted.audience == "personal",
    )
    session.commit()
    name = _file_name(dialogue, "synpunkter", wanted.kind)
    if wanted.kind.name == "csv":
        pieces = streaming.stream_csv(session(), content, decimal_comma=wanted.decimal_comma)
        return attached(Response(pieces, content_type=wanted.kind.mime), name)
    if wanted.kind.name == "geojson":
        return attached(Response(streaming.stream_geojson(session(), content), content_type=wanted.kind.mime), name)
    return made(
        wanted.kind, name, lambda path: export_files.write_contributions(session(), content, wanted.kind.name, path)
    )


@blueprint.get("/dialogues/<slug>/downloads/districts")
@requires("read")
def districts(slug: str) -> Response:
    """The district report as one file."""
    dialogue = get_dialogue(session(), slug)
    wanted = download_form.read(request.args, dialogue, district_files.KINDS)
    _check_public(wanted)
    report = make_report(session(), _heading(dialogue, wanted), wanted.scope, get_set(session(), wanted.set_key))
    return made(
        wanted.kind,
        _file_name(dialogue, "omraden", wanted.kind),
        lambda path: district_files.write_districts(session(), report, wanted.kind.name, path, look=_look(wanted)),
    )


@blueprint.get("/dialogues/<slug>/downloads/heatmap")
@requires("read")
def heatmap(slug: str) -> Response:
    """The heatmap as one file."""
    dialogue = get_dialogue(session(), slug)
    wanted = download_form.read(request.args, dialogue, heat_files.KINDS)
    _check_public(wanted)
    report = make_heat(session(), _heading(dialogue, wanted), wanted.scope, _look(wanted))
    return made(
        wanted.kind,
        _file_name(dialogue, "varmekarta", wanted.kind),
        lambda path: heat_files.write_heatmap(session(), report, wanted.kind.name, path, look=_look(wanted)),
    )


def _check_rights(wanted: Wanted) -> None:
    if wanted.audience == "personal" and not may("export_personal_data"):
        raise Forbidden(N_("Din roll får inte hämta namn och adresser. Fråga en administratör."))
    if not wanted.scope.is_public and not may("moderate"):
        raise Forbidden(N_("Din roll får bara hämta synpunkter som är publicerade."))


def _check_public(wanted: Wanted) -> None:
    """Reports are made to be passed on: they count what is published and nothing else."""
    if not wanted.is_public:
        raise Forbidden(N_("Rapporter räknar bara synpunkter som är publicerade."))


def _config() -> Config:
    found = current_app.config["MAPDIALOG"]
    assert isinstance(found, Config)
    return found


def _heading(dialogue: Dialogue, wanted: Wanted) -> Heading:
    return make_heading(dialogue, wanted.scope, _config().municipality, language=choose())


def _look(wanted: Wanted) -> Look:
    return Look(wanted.decimal_comma, wanted.pins, wanted.weighted, municipality_code=_config().municipality_code)


def _file_name(dialogue: Dialogue, what: str, kind: FileKind) -> str:
    return f"{dialogue.slug}-{what}-{local(now()):%Y-%m-%d}{kind.suffix}"
