"""The staff start page."""

from flask import Blueprint, render_template

blueprint = Blueprint("staff", __name__)


@blueprint.get("/")
def start() -> str:
    """What waits: new contributions, reports, dialogues that lack feedback."""
    return render_template("staff/start.html")
