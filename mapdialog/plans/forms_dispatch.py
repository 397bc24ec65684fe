"""Forms of a sending: its words, using the list, and what was sent."""

import re

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.dialogues.forms import DayField


class WordsForm(FlaskForm):
    """What the letter and the mail say."""

    title = StringField(_l("Rubrik"))
    body = TextAreaField(
        _l("Text"),
        description=_l("Samma text till alla, i brev och e-post. Tom rad ger nytt stycke. Nämn inga personer."),
    )


class UseForm(FlaskForm):
    """Who else, who not, and why."""

    extra = StringField(
        _l("Lägg till, nummer i registret"), description=_l("Till exempel den som får överklaga en sen ändring: 12, 14")
    )
    without = StringField(_l("Utelämna, nummer"))
    reason = StringField(_l("Skäl"), description=_l("Behövs när någon utelämnas eller något saknas. Sparas i loggen."))


class SentForm(FlaskForm):
    """When they were sent it, and what shows it."""

    who = SelectField(_l("Vilka"), validate_choice=False)
    on = DayField(_l("Dag"), [Optional()])
    proof = StringField(_l("Bevis eller anteckning"), description=_l("Till exempel: Lämnat till posten av registrator"))


def numbers(typed: str | None, field: str) -> list[int]:
    """'12, 14 15' as numbers. Raises Invalid for the field."""
    parts = [part for part in re.split(r"[,;\s]+", (typed or "").strip()) if part]
    found = [int(part) for part in (one.removeprefix("#") for one in parts) if part.isdecimal() and len(part) < 8]
    if len(found) != len(parts):
        raise Invalid(N_("Skriv nummer med komma emellan, till exempel 12, 14."), field=field)
    return found
