"""The blueprint of a plan's parties and of what is sent to them, and what its pages share."""

from typing import Any

from flask import Blueprint, current_app, request
from flask_login import current_user

from mapdialog.accounts.models import Account
from mapdialog.config import Config
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import Forbidden
from mapdialog.core.text import clean_line
from mapdialog.plans import register, register_list
from mapdialog.plans.kinds import PlanKind
from mapdialog.plans.labels import DISPATCH_KINDS, GROUP_LABELS, PHASE_KINDS, group_labels, groups_of
from mapdialog.plans.models import Plan
from mapdialog.plans.party_models import PlanParty
from mapdialog.plans.queries import get_plan, may_read_protected
from mapdialog.plans.register import NOTIFY_BY
from mapdialog.plans.register_list import FLAGS, Wanted, called

blueprint = Blueprint("plan_parties_staff", __name__)


def settings() -> Config:
    """The application's settings."""
    config = current_app.config["MAPDIALOG"]
    assert isinstance(config, Config)
    return config


def account() -> Account:
    """The signed-in account."""
    return session().get_one(Account, current_user.account_id)


def today() -> Any:
    """The day it is in Stockholm."""
    return local(now()).date()


def load_party(slug: str, number: int) -> tuple[Plan, PlanParty]:
    """The plan and its party; reading a protected one is logged at once. Raises NotFound, Forbidden."""
    plan = get_plan(session(), slug)
    party = register_list.get_party(session(), plan, number)
    if not register.may_read(plan, party, account()):
        raise Forbidden(register.NOT_FOR_YOU)
    if request.method == "GET" and register.note_reading(session(), plan, party, account()):
        session().commit()
    return plan, party


def wanted_here(plan: Plan) -> Wanted:
    """What the address asks for; anything it cannot mean is as if it were not there."""
    asked = request.args
    return Wanted(
        group=asked.get("group", "") if asked.get("group") in GROUP_LABELS else "",
        notify=asked.get("notify", "") if asked.get("notify") in NOTIFY_BY else "",
        flag=asked.get("flag", "") if asked.get("flag") in FLAGS else "",
        q=clean_line(asked.get("q", ""))[:200],
        protected=may_read_protected(plan, account()),
    )


def words(plan: Plan) -> dict[str, Any]:
    """What keys are called in that plan, for templates."""
    return {
        "groups": groups_of(plan.kind),
        "group_labels": group_labels(plan.kind),
        "is_comprehensive": plan.kind == PlanKind.COMPREHENSIVE_PLAN,
        "notify_words": NOTIFY_BY,
        "flags": FLAGS,
        "called": called,
        "dispatch_kinds": DISPATCH_KINDS,
        "phase_names": PHASE_KINDS,
    }
