"""The pages of checklists: which there are, and one to edit into its next version."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.core.database import session
from mapdialog.core.errors import DomainError
from mapdialog.walks import checklists, forms_rows
from mapdialog.walks.checklists import ItemDraft
from mapdialog.walks.forms_walk import ChecklistForm
from mapdialog.walks.models import ChecklistSet
from mapdialog.web.fielderrors import show_errors

FIELDS = tuple(ItemDraft.__dataclass_fields__)


def index() -> str:
    """Every list; the standard one also before anybody has used it."""
    return render_template(
        "staff/walks/checklists.html",
        sets=checklists.list_sets(session()),
        standard_count=len(checklists.standard_items()),
    )


def edit(key: str) -> "Response | str | tuple[str, int]":
    """One list: `new` begins from the standard one, `standard` is there even before it is stored."""
    found = _find(key)
    items: list[Any] = list(checklists.latest(session(), found).items) if found else list(checklists.standard_items())
    values = {
        "title": found.title if found else ("" if key == "new" else _("Grundlistan")),
        "items": [{name: getattr(one, name) for name in FIELDS} | {"position": n} for n, one in enumerate(items)],
    }
    form = ChecklistForm(data=values)
    if not form.is_submitted():
        return _page(form, found, key)
    if forms_rows.apply(form, request.form.get("action", "save")):
        return _page(form, found, key)
    try:
        number = _save(form, found, key)
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _page(form, found, key), error.status
    session().commit()
    flash(_("Checklistan är sparad som version %(number)s.", number=number), "success")
    return redirect(url_for(".checklist_index"))


def _find(key: str) -> ChecklistSet | None:
    if key == "new":
        return None
    if key == "standard" and not any(one.key == key for one in checklists.list_sets(session())):
        return None
    return checklists.get_set(session(), key)


def _save(form: ChecklistForm, found: ChecklistSet | None, key: str) -> int:
    drafts = [ItemDraft(**{name: row[name].data or "" for name in FIELDS}) for row in form.item_rows()]
    actor = current_user.account_id
    if found is None and key == "new":
        return checklists.create_set(session(), form.title.data or "", drafts, actor_id=actor).number
    checklist = found or checklists.ensure_standard(session()).checklist
    return checklists.add_version(session(), checklist, drafts, actor_id=actor).number


def _page(form: ChecklistForm, found: ChecklistSet | None, key: str) -> str:
    version = checklists.latest(session(), found) if found else None
    return render_template(
        "staff/walks/checklist.html", form=form, checklist=found, version=version, is_new=key == "new"
    )
