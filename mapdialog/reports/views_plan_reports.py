"""The reports of a plan at the desk (drafts, what is missing, versions, approval), and its package for the archive."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from mapdialog.accounts.models import Account
from mapdialog.core import audit
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Forbidden, Invalid, NotFound
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_, slugify
from mapdialog.plans import completeness, correcting, labels, report_gaps, word_templates
from mapdialog.plans.kinds import PhaseKind, ReportKind
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.queries import get_plan, may_read_protected
from mapdialog.plans.report_models import PlanReport
from mapdialog.plans.rule_sets import rule_set
from mapdialog.plans.template_models import REPORT
from mapdialog.reports import plan_packages, plan_reports
from mapdialog.reports.plan_report import Question
from mapdialog.reports.plan_report_making import PHASES_OF, Maker, find_phase, kinds_of
from mapdialog.reports.views_walk_papers import attached
from mapdialog.web.access import requires
from mapdialog.web.errors import translated

blueprint = Blueprint("plan_reports_staff", __name__)
Page = BaseResponse | str | tuple[str, int]
STALE_S = 600  # a report takes two minutes at most; after ten its worker is gone


@blueprint.get("/plans/<slug>/reports")
@requires("register_statements")
def index(slug: str) -> str:
    """Every version there is, how far the one being made has come, and the form that asks for another."""
    return _page(get_plan(session(), slug))


@blueprint.post("/plans/<slug>/reports")
@requires("edit_plans")
def make(slug: str) -> Page:
    """Put a report in the queue; `final` asks for one that can be approved, and is told what remains before it.

    `reason` goes past what may have been seen to elsewhere.
    """
    plan = get_plan(session(), slug)
    try:
        kind, phase = _chosen(plan, request.form.get("which", ""))
        report = plan_reports.ask_for(
            session(),
            plan,
            kind,
            request.form.get("edition", ""),
            request.form.get("format", ""),
            phase=phase,
            actor_id=current_user.account_id,
            at=now(),
            is_draft=request.form.get("final") != "1",
            reason=request.form.get("reason", ""),
        )
    except DomainError as error:
        session().rollback()
        return _page(get_plan(session(), slug), error), error.status
    return _queued(plan, report)


@blueprint.get("/plans/<slug>/reports/check")
@requires("register_statements")
def check(slug: str) -> Page:
    """What remains before a report can be finished, place by place."""
    plan = get_plan(session(), slug)
    kind, edition = request.args.get("kind", ""), request.args.get("edition", "full")
    try:
        phase = _chosen(plan, f"{kind}:{request.args.get('phase', '')}")[1] or find_phase(plan, kind)
        config = _config()
        maker = Maker(plan, phase, kind, edition, config.municipality, config.municipality_code)
        found = plan_reports.list_questions(session(), maker, at=now())
    except DomainError as error:
        return _page(plan, error), error.status
    return _check_page(plan, maker, found)


@blueprint.get("/plans/<slug>/reports/<int:report_id>")
@requires("register_statements")
def file(slug: str, report_id: int) -> Response:
    """A version's file."""
    plan = get_plan(session(), slug)
    report = plan_reports.get_report(session(), plan, report_id)
    if report.file_key is None:
        raise Invalid(N_("Redogörelsen är inte gjord än."))
    kind = plan_reports.FORMATS[report.format]
    draft = "-utkast" if report.is_draft else ""
    about = session().get_one(PlanPhase, report.phase_id).key
    name = f"{report.kind}-{about}-{plan.slug}-{report.edition}-v{report.number}{draft}{kind.suffix}"
    return attached(_files().get(report.file_key), kind.mime, name)


@blueprint.post("/plans/<slug>/reports/<int:report_id>/again")
@requires("edit_plans")
def again(slug: str, report_id: int) -> Page:
    """Try once more to make one that failed; what remains before a final one is told as at the first asking."""
    plan = get_plan(session(), slug)
    report = plan_reports.get_report(session(), plan, report_id)
    try:
        plan_reports.try_again(session(), report, actor_id=current_user.account_id, at=now())
    except DomainError as error:
        session().rollback()
        return _page(get_plan(session(), slug), error), error.status
    return _queued(plan, report)


@blueprint.post("/plans/<slug>/reports/<int:report_id>/approve")
@requires("edit_plans")
def approve(slug: str, report_id: int) -> Page:
    """Freeze a finished version."""
    plan = get_plan(session(), slug)
    report = plan_reports.get_report(session(), plan, report_id)

    def act() -> None:
        plan_reports.approve(session(), report, _config(), actor_id=current_user.account_id, at=now())
        flash(_("Redogörelsen är godkänd och kan inte längre ändras."), "success")

    return _act(plan, act)


@blueprint.get("/plans/<slug>/package")
@requires("edit_plans")
def package(slug: str) -> str:
    """The plan's package for the archive: how far it has come, and the form that asks for one."""
    return _package_page(get_plan(session(), slug))


@blueprint.post("/plans/<slug>/package")
@requires("edit_plans")
def make_package(slug: str) -> Page:
    """Let the worker make the package; protected identities only for those who may read them."""
    plan = get_plan(session(), slug)
    with_protected = "protected" in request.form and _may_read_protected(plan)
    try:
        plan_packages.ask(session(), plan, with_protected=with_protected, actor_id=current_user.account_id)
    except DomainError as error:
        session().rollback()
        return _package_page(get_plan(session(), slug), error), error.status
    session().commit()
    return redirect(url_for(".package", slug=slug, _anchor="published"), 303)


@blueprint.get("/plans/<slug>/package.zip")
@requires("edit_plans")
def package_file(slug: str) -> Response:
    """The package; the reading is logged."""
    plan = get_plan(session(), slug)
    found = plan_packages.state(session(), plan, now())
    if found.state != "ready":
        raise NotFound(N_("Inget paket finns att hämta."))
    if found.has_protected and not _may_read_protected(plan):
        raise Forbidden(N_("Paketet har skyddade personuppgifter. Gör ett eget utan dem."))
    opened = _files().open(found.file_key)
    audit.record(session(), current_user.account_id, "plan.package_fetched", plan, protected=found.has_protected)
    session().commit()
    name = f"{slugify(plan.registry_number)}.zip"
    response = send_file(opened, mimetype="application/zip", as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _queued(plan: Plan, report: PlanReport) -> Page:
    """Let the worker have the report; a final one is left and told what remains, where anything does."""
    slug, typed = plan.slug, {"file_format": report.format, "reason": report.reason}
    if not report.is_draft:
        maker = plan_reports.maker_of(plan, session().get_one(PlanPhase, report.phase_id), report, _config())
        found = plan_reports.list_questions(session(), maker, at=now())
        if plan_reports.that_stop(found, has_reason=bool(report.reason)):
            session().rollback()
            return _check_page(get_plan(session(), slug), maker, found, **typed), 422
    session().commit()
    return redirect(url_for(".index", slug=slug, _anchor="published"), 303)


def _check_page(plan: Plan, maker: Maker, found: Sequence[Question], *, file_format: str = "", reason: str = "") -> str:
    latest = next((one for one in plan_reports.list_reports(session(), plan) if one.reason), None)
    phase, kind, edition = maker.phase, maker.kind, maker.edition
    return render_template(
        "staff/plans/report_check.html",
        plan=plan,
        tab="reports",
        kind=kind,
        edition=edition,
        phase=phase,
        file_format=file_format,
        found=found,
        takes_reason=found and not plan_reports.that_stop(found, has_reason=True),
        reason=reason or (latest.reason if latest is not None and latest.phase_id == phase.id else ""),
        formats=plan_reports.FORMATS,
        labels=labels,
        endpoints=current_app.view_functions,
    )


def _package_page(plan: Plan, error: DomainError | None = None) -> str:
    return render_template(
        "staff/plans/package.html",
        plan=plan,
        tab="reports",
        package=plan_packages.state(session(), plan, now()),
        may_ask_protected=_may_read_protected(plan),
        kept_days=plan_packages.KEPT.days,
        problem=translated(error) if error is not None else "",
    )


def _may_read_protected(plan: Plan) -> bool:
    return may_read_protected(plan, session().get_one(Account, current_user.account_id))


def _act(plan: Plan, act: Any) -> Page:
    slug = plan.slug
    try:
        act()
    except DomainError as error:
        session().rollback()
        return _page(get_plan(session(), slug), error), error.status
    session().commit()
    return redirect(url_for(".index", slug=slug, _anchor="published"), 303)


def _page(plan: Plan, error: DomainError | None = None) -> str:
    listed = plan_reports.list_reports(session(), plan)
    ids = {one for report in listed for one in (report.asked_by_id, report.approved_by_id) if one is not None}
    phases = {one.id: one for one in plan.phases}
    latest = listed[0] if listed else None
    return render_template(
        "staff/plans/reports.html",
        plan=plan,
        tab="reports",
        reports=listed,
        phases=phases,
        choices=_choices(plan),
        people={one: account.name for one in ids if (account := session().get(Account, one)) is not None},
        template=word_templates.find_name(session(), REPORT, _config()),
        left=completeness.count_left(session(), plan),
        labels=labels,
        formats=plan_reports.FORMATS,
        is_making=any(one.state in plan_reports.WAITING for one in listed),
        stale={one.id for one in listed if _is_stale(one)},
        said=_said(latest),
        public=plan_reports.list_public(session(), plan),
        replaced=plan_reports.find_replaced(listed),
        corrected=correcting.list_corrected(session(), plan),
        lacking={one.report.id: one for one in report_gaps.list_gaps(session(), plan)},
        in_ranges=report_gaps.in_ranges,
        endpoints=current_app.view_functions,
        error=translated(error) if error is not None else "",
    )


def _choices(plan: Plan) -> list[tuple[str, PlanPhase]]:
    """The reports that can be made: a kind and the phase it is about, the latest phase first."""
    procedure = rule_set(plan.rule_set).procedure(plan.procedure)

    def asked(phase: PlanPhase) -> str | None:
        rule = procedure.phase(PhaseKind(phase.kind))
        return rule.report.kind if rule is not None and rule.report is not None else None

    # A consultation ends in a granskningsutlåtande where the procedure has no review.
    found = [
        (kind, phase)
        for kind in kinds_of(plan)
        for phase in plan.phases
        if phase.kind in PHASES_OF[kind]
        and (phase.kind != PhaseKind.CONSULTATION or kind == ReportKind.SAMRADSREDOGORELSE or kind == asked(phase))
    ]
    return sorted(found, key=lambda one: (one[1].starts_on, one[1].id), reverse=True)


def _chosen(plan: Plan, which: str) -> tuple[str, PlanPhase | None]:
    """The kind and phase of 'kind:phase'; no phase means the latest that fits."""
    kind, _colon, asked = which.partition(":")
    return kind, next((phase for known, phase in _choices(plan) if known == kind and str(phase.id) == asked), None)


def _is_stale(report: PlanReport) -> bool:
    return report.state in plan_reports.WAITING and (now() - report.asked_at).total_seconds() > STALE_S


def _said(report: PlanReport | None) -> str:
    """What is told aloud when the latest one has come further."""
    if report is None:
        return ""
    if report.state == "done":
        return _("Redogörelsen är klar.")
    if report.state == "failed":
        return _("Redogörelsen kunde inte göras.")
    return _("Redogörelsen görs: %(percent)s procent.", percent=report.progress // 25 * 25)


def _config() -> Any:
    return current_app.config["MAPDIALOG"]


def _files() -> FileStore:
    found = current_app.extensions["files"]
    assert isinstance(found, FileStore)
    return found
