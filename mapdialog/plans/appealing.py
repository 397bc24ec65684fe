"""What somebody who gave views is told of their right to appeal once a plan is adopted (PBL 13:11), in plain words."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from mapdialog.core.clock import local
from mapdialog.core.text import N_
from mapdialog.plans.models import Plan
from mapdialog.plans.public_page import Told
from mapdialog.plans.rule_sets import rule_set
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.unmet import last_day, list_unmet

MAY = N_(
    "En eller flera synpunkter i yttrandet tillgodosågs inte, eller bara delvis, och yttrandet kom in skriftligt i "
    "tid. Du får överklaga om beslutet gäller dig och går dig emot."
)
ALL_MET = N_(
    "Ingen synpunkt i yttrandet fick ett nej. Då ger yttrandet inte rätt att överklaga, om inte planen ändrades efter "
    "granskningen på ett sätt som går dig emot."
)
ORAL = N_("Yttrandet lämnades muntligt. Det ger inte rätt att överklaga.")
WITHDRAWN = N_("Synpunkterna i yttrandet är återtagna. Yttrandet ger inte rätt att överklaga.")
LATE = N_("Yttrandet kom in för sent. Det ger kanske inte rätt att överklaga.")
NAMELESS = N_("Yttrandet har inget namn. Vill du överklaga behöver du kunna visa att det är ditt.")


def oral_words(plan: Plan, language: str) -> str:
    """What the desk is told of views that were given aloud."""
    return rule_set(plan.rule_set).appeal(plan.kind).oral.text(language)


def words_for(session: Session, plan: Plan, statement: PlanStatement, told: Sequence[Told]) -> str:
    """A msgid: what the statement means for its sender's right to appeal; '' where there is nothing to say of it.

    The list of unmet views is the same that decides who is sent the notice of adoption.
    """
    if not rule_set(plan.rule_set).appeal(plan.kind).only_written:
        return ""
    if not statement.written:
        return ORAL
    if statement.views_withdrawn_at is not None:
        return WITHDRAWN
    day = last_day(plan)
    if day is not None and local(statement.received_at).date() > day:
        return LATE
    if not statement.party_id:
        return NAMELESS
    if any(view.number == statement.number for one in list_unmet(session, plan) for view in one.views):
        return MAY
    return ALL_MET if told and all(one.answer is not None for one in told) else ""
