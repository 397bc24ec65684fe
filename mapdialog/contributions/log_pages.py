"""The log of decisions in a dialogue, on a page and as a file."""

import csv
import io
from collections.abc import Iterator
from urllib.parse import urlencode

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from mapdialog.accounts.queries import list_accounts
from mapdialog.contributions import queries_staff
from mapdialog.contributions.deciding import DECISIONS
from mapdialog.contributions.desk import blueprint
from mapdialog.contributions.models import ModerationEntry
from mapdialog.contributions.published_rules import find_rule
from mapdialog.contributions.queries_staff import LogFilter
from mapdialog.core.clock import local
from mapdialog.core.database import session
from mapdialog.dialogues.queries import get_dialogue
from mapdialog.geo.spreadsheet import safe_text
from mapdialog.web.access import requires
from mapdialog.web.shell import remember_dialogue

SIZE = 100


@blueprint.get("/dialogues/<slug>/log")
def log(slug: str) -> str:
    """Who decided what, when and by which rule."""
    dialogue = get_dialogue(session(), slug)
    remember_dialogue(slug)
    wanted, page = _wanted(), max(1, request.args.get("page", 1, type=int) or 1)
    total = queries_staff.count_log(session(), dialogue.id, wanted)
    words = {"actor": str(wanted.actor_id or ""), "action": wanted.action}
    return render_template(
        "staff/inbox/log.html",
        dialogue=dialogue,
        words=words,
        total=total,
        page=page,
        pages=-(-total // SIZE),
        entries=queries_staff.list_log(session(), dialogue.id, wanted, page=page, size=SIZE),
        decisions=DECISIONS,
        accounts=list_accounts(session()),
        find_rule=find_rule,
        page_url=lambda n: f"{url_for('.log', slug=slug)}?{urlencode(words | {'page': n})}",
    )


@blueprint.get("/dialogues/<slug>/log.csv")
@requires("moderate")
def log_csv(slug: str) -> Response:
    """The same as CSV: UTF-8 with BOM, semicolons, times in Stockholm."""
    dialogue = get_dialogue(session(), slug)
    entries = queries_staff.list_log(session(), dialogue.id, _wanted(), page=None)
    answer = Response("".join(_lines(list(entries))), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="beslutslogg-{dialogue.slug}.csv"'
    return answer


def _wanted() -> LogFilter:
    actor, action = request.args.get("actor", ""), request.args.get("action", "")
    actor_id = int(actor) if actor.isdecimal() and len(actor) < 10 else None
    return LogFilter(actor_id, action if action in DECISIONS else "")


def _lines(entries: list[ModerationEntry]) -> Iterator[str]:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            _("Tid"),
            _("Kvittonummer"),
            _("Beslut"),
            _("Regel"),
            _("Av"),
            _("Meddelande"),
            _("Text före"),
            _("Text efter"),
        ]
    )
    for entry in entries:
        rule = find_rule(entry.rule)
        writer.writerow(
            [
                _cell(value)
                for value in (
                    local(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
                    entry.contribution.receipt,
                    _(DECISIONS.get(entry.action, entry.action)),
                    rule.sv if rule else "",
                    entry.actor.name if entry.actor else _("Systemet"),
                    entry.note,
                    entry.text_before,
                    entry.text_after,
                )
            ]
        )
    yield "\ufeff" + out.getvalue()


def _cell(value: str | None) -> str:
    """Text that no spreadsheet reads as a formula."""
    return safe_text(value or "")
