"""The staff blueprint of contributions, and what its pages share."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import parse_qs

from flask import Blueprint, current_app, request

from mapdialog.contributions.inbox import Asked, asked
from mapdialog.core.clock import now
from mapdialog.core.database import session

blueprint = Blueprint("contributions_staff", __name__)


def asked_here() -> Asked:
    """What the inbox's address asks for."""
    return _asked(request.args)


def asked_before() -> Asked:
    """What the inbox asked for when a form on it was sent: its hidden field `back`."""
    return _asked({name: values[0] for name, values in parse_qs(request.form.get("back", "")).items()})


def _asked(given: Mapping[str, str]) -> Asked:
    promised = now() - timedelta(days=current_app.config["MAPDIALOG"].service_promise_days)
    return asked(session(), given, promised)
