"""The planner's pages of plans: the list of them."""

from flask import render_template
from sqlalchemy import select

from mapdialog.core.database import session
from mapdialog.plans.desk import blueprint
from mapdialog.plans.models import Plan

__all__ = ["blueprint"]


@blueprint.get("/plans")
def index() -> str:
    """Every plan."""
    return render_template("staff/plans/index.html", plans=session().scalars(select(Plan).order_by(Plan.name)).all())
