"""Puts what the domain says is wrong beside the fields of a form; and what a form was filled in with in an address."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm

from mapdialog.core.errors import DomainError, Invalid
from mapdialog.web.errors import translated


def show_errors(form: FlaskForm, error: DomainError) -> None:
    """Each field's own words at that field; what no field of the form has goes on top."""
    fields = error.fields if isinstance(error, Invalid) else ({error.field: error} if error.field else {})
    for name, one in fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, translated(one)]
        else:
            form.form_errors.append(translated(one))
    if not fields:
        form.form_errors.append(translated(error))


def in_address(form: FlaskForm) -> dict[str, Any]:
    """What was sent of the form, without its token: addresses end up in logs and histories."""
    names = [field.name for field in form if field.type not in {"CSRFTokenField", "FileField"}]
    return {name: request.form[name][:200] for name in names if name in request.form}
