"""The list of everything that is mounted, in one place."""

from importlib import import_module

from flask import Flask

# module with a `blueprint`, and where it is mounted
MOUNTS: tuple[tuple[str, str], ...] = (
    ("mapdialog.web.home", ""),
    ("mapdialog.basemap.views", ""),
    ("mapdialog.dialogues.views", ""),
    ("mapdialog.contributions.views", ""),
    ("mapdialog.analysis.views", ""),
    ("mapdialog.places.views", ""),
    ("mapdialog.plans.views", ""),
    ("mapdialog.walks.views_walk", ""),
    ("mapdialog.walks.views_walk_plain", ""),
    ("mapdialog.walks.views_invitation", ""),
    ("mapdialog.api.views", "/api/v1"),
    ("mapdialog.accounts.views", ""),
    ("mapdialog.web.staff", "/staff"),
    ("mapdialog.accounts.views_staff", "/staff"),
    ("mapdialog.dialogues.views_staff", "/staff"),
    ("mapdialog.contributions.views_staff", "/staff"),
    ("mapdialog.districts.views_staff", "/staff"),
    ("mapdialog.analysis.views_staff", "/staff"),
    ("mapdialog.reports.views_staff", "/staff"),
    ("mapdialog.reports.views_walk_papers", "/staff"),
    ("mapdialog.reports.views_walk_public_papers", ""),
    ("mapdialog.walks.views_participants", "/staff"),
    ("mapdialog.walks.views_actions", "/staff"),
    ("mapdialog.walks.views_answers", ""),
    ("mapdialog.walks.views_results", ""),
    ("mapdialog.walks.views_news", ""),
    ("mapdialog.walks.views_walk_codes", "/staff"),
    ("mapdialog.reports.views_walks", "/staff"),
    ("mapdialog.reports.views_plan_reports", "/staff"),
    ("mapdialog.reports.views_plan_templates", "/staff"),
    ("mapdialog.reports.views_plan_papers", ""),
    ("mapdialog.reports.views_plan_incoming", "/staff"),
    ("mapdialog.plans.views_staff", "/staff"),
    ("mapdialog.plans.views_plan_overlays", ""),
    ("mapdialog.plans.views_statements", "/staff"),
    ("mapdialog.plans.views_parties", "/staff"),
    ("mapdialog.plans.views_adoption", "/staff"),
    ("mapdialog.plans.views_plan_answers", "/staff"),
)


def register(app: Flask) -> None:
    """Mount every blueprint."""
    for module, prefix in MOUNTS:
        app.register_blueprint(import_module(module).blueprint, url_prefix=prefix or None)
