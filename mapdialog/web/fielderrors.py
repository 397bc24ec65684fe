"""Puts what the domain says is wrong beside the fields of a form; and what a form was filled in with in an address."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import FieldList

from mapdialog.core.errors import DomainError, Invalid
from mapdialog.web.errors import translated


def show_errors(form: FlaskForm, error: DomainError) -> None:
    """Each field's own words at that field; what no field of the form has goes on top."""
    fields = error.fields if isinstance(error, Invalid) else ({error.field: error} if error.field else {})
    for name, one in fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, translated(one)]
        elif (row := _in_a_row(form, name)) is not None:
            rows, field = row
            field.errors = [*field.errors, translated(one)]
            rows.errors = [*rows.errors, {field.name: field.errors}]
        else:
            form.form_errors.append(translated(one))
    if not fields:
        form.form_errors.append(translated(error))


def _in_a_row(form: FlaskForm, name: str) -> tuple[Any, Any] | None:
    """The list of rows and the field in it that is called so ('stops-0-place')."""
    for rows in (field for field in form if isinstance(field, FieldList)):
        for entry in rows.entries:
            for field in getattr(entry, "form", ()):
                if field.name == name:
                    return rows, field
    return None


def in_address(form: FlaskForm) -> dict[str, Any]:
    """What was sent of the form, without its token: addresses end up in logs and histories."""
    names = [field.name for field in form if field.type not in {"CSRFTokenField", "FileField"}]
    return {name: request.form[name][:200] for name in names if name in request.form}
