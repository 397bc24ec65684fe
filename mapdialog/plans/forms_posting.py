"""The form of where and when a text was put up, and of the file that proves it."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField, StringField
from wtforms.validators import Optional

from mapdialog.dialogues.forms import DayField
from mapdialog.plans.models import PlanAnnouncement
from mapdialog.plans.postings import DAYS, FIELDS, Proof
from mapdialog.plans.statement_models import PlanPhaseExtension


class PostingForm(FlaskForm):
    """Where and when it was put up. What must hold is decided by `plans.postings`."""

    version = HiddenField()
    board_url = StringField(_l("Adress på anslagstavlan"), description=_l("Länken till den riktiga kungörelsen."))
    board_posted_on = DayField(_l("Uppsatt den"), [Optional()])
    board_removed_on = DayField(_l("Nedtagen den"), [Optional()])
    newspaper = StringField(_l("Tidning"))
    newspaper_on = DayField(_l("Stod i tidningen den"), [Optional()])
    proof = FileField(_l("Bevis"), description=_l("Bevis om anslag eller urklipp: PDF, bild, Word eller e-post."))

    @property
    def seen(self) -> int | None:
        """The version that the page was opened with."""
        sent = self.version.data or ""
        return int(sent) if sent.isdecimal() and len(sent) < 10 else None


def fill_posting(row: PlanAnnouncement | PlanPhaseExtension | None) -> dict[str, Any]:
    """The form's values for what is kept; version 0 where nothing is."""
    if row is None:
        return {"version": "0"}
    return {name: getattr(row, name) for name in FIELDS} | {"version": str(row.version)}


def read_posting(form: PostingForm) -> dict[str, Any]:
    """What was typed and sent, by the names of `Posting`."""
    sent = request.files.get("proof")
    days = {name: form[name].data for name in DAYS}
    return days | {
        "board_url": form.board_url.data or "",
        "newspaper": form.newspaper.data or "",
        "proof": Proof(sent.filename, sent.read()) if sent is not None and sent.filename else None,
    }
