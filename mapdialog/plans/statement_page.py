"""The blueprint of statements at the desk, and what its pages share: loading one, its log in words, the map."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from mapdialog.accounts.models import Account, Role
from mapdialog.config import Config
from mapdialog.core import audit
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError
from mapdialog.core.text import N_, clean_line
from mapdialog.dialogues.area import municipality_box
from mapdialog.places.typed import Where
from mapdialog.plans import party_merging, statement_list
from mapdialog.plans.models import Plan
from mapdialog.plans.party_models import PlanParty
from mapdialog.plans.queries import get_plan, may_read_protected
from mapdialog.plans.statement_list import FLAGS, TABS, Wanted
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.statement_tending import demand_readable
from mapdialog.plans.statement_words import CHANNELS, GROUPS, PHASES, SHOWN_AS, STANCES, groups_of
from mapdialog.web.errors import translated
from mapdialog.web.filters import datetime_short

blueprint = Blueprint("plan_statements_staff", __name__)


@blueprint.app_template_global("has_view")
def has_view(endpoint: str) -> bool:
    """Whether a page is mounted: some parts of a plan's desk may not be."""
    return endpoint in current_app.view_functions


TAB_WORDS = {
    "all": N_("Alla"),
    "unread": N_("Olästa"),
    "late": N_("För sent"),
    "unregistered": N_("Utan diarienummer"),
}
FLAG_WORDS = {
    "oral": N_("Muntliga"),
    "anonymous": N_("Utan avsändare"),
    "files": N_("Med filer"),
    "placed": N_("Med plats på kartan"),
    "duplicates": N_("Dubbletter"),
    "withdrawn": N_("Återtagna"),
    "unsplit": N_("Inte uppdelade i synpunkter"),
    "protected": N_("Skyddade personuppgifter"),
}
EVENTS = {
    "statement.read": N_("Läste yttrandet"),
    "statement.unread": N_("Satte det bland de olästa"),
    "statement.guard": N_(
        "Märktes som skyddat: samma namn eller e-post som någon med skyddade personuppgifter i registret"
    ),
    "statement.read_protected": N_("Öppnade yttrandet med skyddade personuppgifter"),
    "statement.change": N_("Ändrade uppgifterna"),
    "statement.correct": N_("Rättade hur det kom in"),
    "statement.party": N_("Bytte vem yttrandet är från"),
    "statement.duplicate": N_("Ändrade om det är en dubblett"),
    "statement.place": N_("Ändrade platsen"),
    "statement.withdrawn": N_("Noterade att synpunkterna är återtagna"),
    "statement.not_withdrawn": N_("Noterade att synpunkterna gäller igen"),
    "statement.file": N_("Bifogade en fil"),
}
FIELDS = {
    "registry_no": N_("nummer i diariet"),
    "party_group": N_("grupp"),
    "stance": N_("ställningstagande"),
    "shown_as": N_("hur avsändaren visas"),
    "signatories": N_("antal underskrifter"),
    "is_protected": N_("skyddade personuppgifter"),
    "assigned_to_id": N_("vem som svarar"),
    "received_at": N_("när det kom in"),
    "received_by": N_("hur det kom in"),
    "written": N_("skriftligt eller muntligt"),
    "phase_id": N_("skede"),
    "in_time": N_("i tid eller inte"),
    "contact_name": N_("namn"),
    "contact_email": N_("e-post"),
    "organisation": N_("organisation"),
    "postal_address": N_("postadress"),
    "property_designation": N_("fastighet"),
    "party_id": N_("vem i registret"),
}


def settings() -> Config:
    """The application's settings."""
    config = current_app.config["MAPDIALOG"]
    assert isinstance(config, Config)
    return config


def account() -> Account:
    """The signed-in account."""
    return session().get_one(Account, current_user.account_id)


def load(slug: str, number: int) -> tuple[Plan, PlanStatement]:
    """The plan and its statement of that number. Raises NotFound, Forbidden for a protected one that is not for you."""
    plan = get_plan(session(), slug)
    statement = statement_list.get_statement(session(), plan, number)
    demand_readable(statement, account())
    return plan, statement


def wanted_here(plan: Plan) -> Wanted:
    """What the address asks for; anything it cannot mean is as if it were not there."""
    asked = request.args
    phase = asked.get("phase", "")
    known = {str(one.id) for one in plan.phases} | {"0"}
    return Wanted(
        tab=asked.get("tab", "") if asked.get("tab") in TABS else "all",
        phase_id=int(phase) if phase in known else None,
        channel=asked.get("channel", "") if asked.get("channel") in CHANNELS else "",
        group=asked.get("group", "") if asked.get("group") in GROUPS else "",
        stance=asked.get("stance", "") if asked.get("stance") in STANCES else "",
        flag=asked.get("flag", "") if asked.get("flag") in FLAGS else "",
        q=clean_line(asked.get("q", ""))[:200],
        order="old" if asked.get("order") == "old" else "new",
        protected=may_read_protected(plan, account()),
    )


def words(plan: Plan) -> dict[str, Any]:
    """What keys are called in that plan, for templates."""
    return {
        "channels": CHANNELS,
        "groups": groups_of(plan.kind),
        "stances": STANCES,
        "phase_names": PHASES,
        "shown_as": SHOWN_AS,
        "flags": FLAG_WORDS,
        "tab_words": TAB_WORDS,
        "sender_of": statement_list.sender_of,
    }


def log_of(statement: PlanStatement) -> list[dict[str, Any]]:
    """What was done about it, the latest first: when, by whom, in words."""
    events = audit.list_events(session(), statement)
    names = names_of({event.actor_id for event in events})
    found = []
    for event in events:
        changed = ", ".join(_(FIELDS[name]) for name in event.detail.get("fields", ()) if name in FIELDS)
        said = _(EVENTS[event.action]) if event.action in EVENTS else event.action
        said = f"{said}: {changed}" if changed else said
        found.append({"at": event.at, "by": names.get(event.actor_id, ""), "said": said + _corrected(event.detail)})
    return found


def _corrected(detail: dict[str, Any]) -> str:
    """When and through what it is said to have come in, before and now, and why that was corrected."""
    said = ""
    if "was" in detail and "now" in detail:
        both = [
            f"{datetime_short(datetime.fromisoformat(one['received_at']))}, {_(CHANNELS[one['received_by']])}"
            for one in (detail["was"], detail["now"])
        ]
        said = f". {both[0]} → {both[1]}" if both[0] != both[1] else ""
    return f"{said}. {_('Skäl: %(reason)s', reason=detail['reason'])}" if "reason" in detail else said


def names_of(ids: set[int | None]) -> dict[int | None, str]:
    """Names of accounts by number."""
    query = select(Account.id, Account.name).where(Account.id.in_([one for one in ids if one is not None]))
    return {row.id: row.name for row in session().execute(query)}


def officers(chosen: int | None = None) -> list[tuple[str, str]]:
    """Who can be given a statement to answer."""
    roles = (Role.ADMINISTRATOR.value, Role.PLANNER.value)
    query = select(Account).where((Account.is_active & Account.role.in_(roles)) | (Account.id == (chosen or 0)))
    return [
        ("", _("Ingen vald än")),
        *((str(one.id), one.name) for one in session().scalars(query.order_by(Account.name))),
    ]


def party_options(plan: Plan, chosen: int | None) -> list[tuple[str, str]]:
    """The register as choices, without those with protected identities; the one that is chosen stays."""
    query = select(PlanParty).where(PlanParty.plan_id == plan.id, PlanParty.merged_into_id.is_(None))
    query = query.order_by(PlanParty.name, PlanParty.organisation)
    found = []
    for one in session().scalars(query):
        if one.is_protected and one.id != chosen:
            continue
        name = ", ".join(part for part in (one.name, one.organisation, one.property_designation) if part)
        found.append((str(one.id), name))
    return found


def twins_of(plan: Plan, statement: PlanStatement) -> Sequence[PlanParty]:
    """Others in the register that may be whoever the statement is from."""
    if statement.party is None:
        return []
    return party_merging.list_twins(session(), statement.party, protected=may_read_protected(plan, account()))


def left_in_the_letter(error: DomainError) -> str:
    """Why an attachment was not taken out of its letter, and that it is not lost."""
    return _("En bilaga är inte utläst men finns kvar i brevet. %(why)s", why=translated(error))


def where() -> Where:
    """What typed places mean in this municipality."""
    box = municipality_box(session())
    near = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) if box else None
    return Where(settings().local_crs, near)
