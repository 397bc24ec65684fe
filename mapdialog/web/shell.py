"""The frame around every staff page: navigation, what waits, and the dialogue one works with."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for
from flask import session as cookie
from werkzeug.routing import BuildError

from mapdialog.contributions import queries_staff as contributions
from mapdialog.core.database import session
from mapdialog.core.text import N_
from mapdialog.dialogues import queries as dialogues
from mapdialog.web.access import may

COOKIE_KEY = "dialogue"


@dataclass(frozen=True)
class Item:
    """A line of the navigation: where it leads, what it is called, its icon and the right it takes."""

    href: str
    label: str
    icon: str
    right: str = "read"


NAVIGATION: tuple[Item, ...] = (
    Item("/staff/", N_("Start"), "house"),
    Item("/staff/inbox", N_("Inkorg"), "inbox"),
    Item("/staff/dialogues", N_("Dialoger"), "messages-square"),
    Item("/staff/walks", N_("Vandringar"), "footprints"),
    Item("/staff/actions", N_("Åtgärder"), "hammer"),
    Item("/staff/plans", N_("Planer"), "map-pinned"),
    Item("/staff/results", N_("Resultat"), "chart-column"),
    Item("/staff/districts", N_("Områden"), "map"),
    Item("/staff/users", N_("Användare"), "users", "administer"),
)

# Pages whose line of the navigation their address does not tell.
_LINE_OF = {
    "contributions_staff": "/staff/inbox",
    "analysis_staff": "/staff/results",
    "reports_staff": "/staff/results",
    "districts_staff": "/staff/districts",
    "plan_templates_staff": "/staff/plans",
}


def remember_dialogue(slug: str) -> None:
    """Make it the dialogue that the frame shows, also on the next page."""
    cookie[COOKIE_KEY] = slug
    g.shell_dialogue = slug


def current_slug() -> str:
    """The slug of the dialogue one works with; empty when none was chosen."""
    return str(g.get("shell_dialogue") or cookie.get(COOKIE_KEY, ""))


def staff_shell() -> dict[str, Any]:
    """What the frame shows: lines of navigation with the active one, what waits, and dialogues to choose among."""
    listed = dialogues.list_names(session())
    slug = current_slug()
    return {
        "items": [item for item in NAVIGATION if may(item.right)],
        "active": _active(),
        "waiting": contributions.count_waiting(session(), limit=1000),
        "dialogues": [(name, title, link_for(name)) for name, title in listed[:12]],
        "current": next(((name, title) for name, title in listed if name == slug), None),
    }


def _active() -> str:
    by_blueprint = _LINE_OF.get(request.blueprint or "")
    if by_blueprint:
        return by_blueprint
    matching = [item.href for item in NAVIGATION if request.path.startswith(item.href) and item.href != "/staff/"]
    return max(matching, default="/staff/" if request.path == "/staff/" else "", key=len)


def link_for(slug: str) -> str:
    """Where choosing another dialogue leads: the same kind of page, of that dialogue."""
    if request.endpoint == "contributions_staff.inbox":
        return url_for("contributions_staff.inbox", dialogue=slug)
    # A walk's and a plan's pages have slugs of their own.
    of_dialogue = request.url_rule is not None and request.url_rule.rule.startswith("/staff/dialogues/<slug>")
    if of_dialogue and set(request.view_args or ()) == {"slug"}:
        try:
            return url_for(str(request.endpoint), slug=slug)
        except BuildError:
            pass
    if not may("edit_dialogues"):
        return url_for("contributions_staff.inbox", dialogue=slug)
    return url_for("dialogues_staff.edit", slug=slug)


def register(app: Flask) -> None:
    """Give the frame to templates."""
    app.jinja_env.globals["staff_shell"] = staff_shell
