"""Who may use which route, said once: a table of blueprints, and a decorator for routes that need more."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask_login import current_user

from mapdialog.accounts.models import Role
from mapdialog.core.errors import Forbidden
from mapdialog.core.text import N_
from mapdialog.web import resending

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
STAFF = "staff"

# Every blueprint has a line here; a test walks every route and fails on one without.
BLUEPRINTS: dict[str, str] = {
    "home": PUBLIC,
    "assets": PUBLIC,
    "basemap": PUBLIC,
    "dialogues": PUBLIC,
    "contributions": PUBLIC,
    "analysis": PUBLIC,
    "places": PUBLIC,
    "plans": PUBLIC,
    "api": PUBLIC,
    "walks_invitation": PUBLIC,
    "walks_record": PUBLIC,  # a phone's own code opens its walk, see web.walking
    "walks_plain": PUBLIC,  # likewise
    "accounts": PUBLIC,  # the sign-in page itself
    "staff": STAFF,
    "accounts_staff": STAFF,
    "dialogues_staff": STAFF,
    "contributions_staff": STAFF,
    "districts_staff": STAFF,
    "analysis_staff": STAFF,
    "reports_staff": STAFF,
    "walks_staff": STAFF,
    "walk_follow_up": STAFF,
    "walk_results": PUBLIC,
    "walk_papers": PUBLIC,
    "walk_papers_staff": STAFF,
    "plan_reports_staff": STAFF,
    "plan_templates_staff": STAFF,
    "plan_papers": PUBLIC,
    "plan_incoming_staff": STAFF,
    "walk_news": PUBLIC,  # a mail's signed link opens its subscription
    "walk_answers": PUBLIC,  # a letter's signed link opens its action
    "walks_codes_staff": STAFF,
    "walk_reports_staff": STAFF,
    "plans_staff": STAFF,
    "plan_overlays": PUBLIC,  # of published plans; staff see them before
    "plan_statements_staff": STAFF,
    "plan_parties_staff": STAFF,
    "plan_adoption_staff": STAFF,
    "plan_answers_staff": STAFF,
}

# All that a password handed out by somebody else is good for.
_WITH_ONE_TIME_PASSWORD = {"accounts_staff.password", "accounts_staff.change_password", "accounts_staff.sign_out"}

# What each role may do; a view names the right it needs with @requires.
RIGHTS: dict[str, frozenset[Role]] = {
    "read": frozenset(Role),
    "moderate": frozenset({Role.ADMINISTRATOR, Role.PLANNER, Role.MODERATOR, Role.SAFETY_COORDINATOR}),
    "answer": frozenset({Role.ADMINISTRATOR, Role.PLANNER, Role.MODERATOR, Role.SAFETY_COORDINATOR}),
    "edit_dialogues": frozenset({Role.ADMINISTRATOR, Role.PLANNER, Role.SAFETY_COORDINATOR}),
    "edit_walks": frozenset({Role.ADMINISTRATOR, Role.PLANNER, Role.SAFETY_COORDINATOR}),
    "export_personal_data": frozenset({Role.ADMINISTRATOR, Role.PLANNER}),
    "edit_districts": frozenset({Role.ADMINISTRATOR, Role.PLANNER}),
    "edit_plans": frozenset({Role.ADMINISTRATOR, Role.PLANNER}),
    "register_statements": frozenset({Role.ADMINISTRATOR, Role.PLANNER, Role.MODERATOR}),
    "read_parties": frozenset({Role.ADMINISTRATOR, Role.PLANNER}),
    "read_protected": frozenset({Role.ADMINISTRATOR}),
    "administer": frozenset({Role.ADMINISTRATOR}),
}


def may(right: str) -> bool:
    """True if the signed-in account has the right."""
    return bool(current_user.is_authenticated) and Role(current_user.role) in RIGHTS[right]


def requires(right: str) -> Callable[[View], View]:
    """Decorator of a staff view: the role must have the right (and it is remembered for the test of all routes)."""
    if right not in RIGHTS:
        raise KeyError(right)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not may(right):
                raise Forbidden(N_("Din roll får inte göra det här. Fråga en administratör."))
            return view(*args, **kwargs)

        guarded.required_right = right  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def register(app: Flask) -> None:
    """Check every request against the table before its view runs."""
    app.jinja_env.globals["may"] = may

    @app.before_request
    def _check() -> Any:
        if request.endpoint is None:
            return None
        rule = rule_of(request.endpoint)
        if rule == PUBLIC:
            return None
        if not current_user.is_authenticated:
            if kept := resending.offer(401):
                return kept
            wanted = request.full_path.rstrip("?") if request.method == "GET" else url_for("staff.start")
            return redirect(url_for("accounts.sign_in", next=wanted))
        if current_user.must_change_password and request.endpoint not in _WITH_ONE_TIME_PASSWORD:
            return redirect(url_for("accounts_staff.password"))
        return None


def rule_of(endpoint: str) -> str:
    """The access rule of an endpoint; an unlisted blueprint is a programming error and answers as staff only."""
    name = endpoint.split(".", 1)[0]
    if name not in BLUEPRINTS:
        current_app.logger.error("blueprint %s has no access rule", name)
        return STAFF
    return BLUEPRINTS[name]
