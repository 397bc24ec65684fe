"""What a plan report's finishing waits for outside its own statements: sendings, the county, approvals, other reports.

All of it may have been seen to elsewhere, and is gone past with a reason.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from mapdialog.core.text import N_
from mapdialog.plans import consenting, duties, report_gaps
from mapdialog.plans.duties import Occasion
from mapdialog.plans.kinds import DispatchKind, PartyGroup, PhaseKind, ReportKind
from mapdialog.plans.models import PlanPhase
from mapdialog.plans.phase_guards import is_afterwards
from mapdialog.reports.plan_report import TITLES, PlanReportContent, Question

if TYPE_CHECKING:
    from mapdialog.reports.plan_report_making import Maker

_ASKING = (DispatchKind.CONSULTATION_INVITATION, DispatchKind.REVIEW_NOTICE, DispatchKind.REVIEW_DOCUMENTS)
_COUNTY = "länsstyrels"


def list_outside(
    session: Session, maker: "Maker", phases: Sequence[PlanPhase], content: PlanReportContent
) -> Iterator[Question]:
    """Everything of it, for a report that tells of these phases."""
    held = [one for one in phases if not is_afterwards(one)]
    occasions = [one for one in duties.list_occasions(session, maker.plan) if one.phase in held and one.kind in _ASKING]
    for one in occasions:
        if not one.is_done:
            message = N_("Är inte skickat till alla som ska ha det. Skicka det, eller skriv hur de har fått det.")
            yield Question(one.duties[0].label.sv, message, takes_reason=True)
    if any(_asks_the_county(one) for one in occasions) and not content.county:
        message = N_(
            "Länsstyrelsens yttrande över samrådet är inte registrerat. Registrera det, eller skriv varför det saknas."
        )
        yield Question("Länsstyrelsen", message, takes_reason=True)
    if maker.kind == ReportKind.SAMRADSREDOGORELSE:
        return
    if maker.phase.kind == PhaseKind.CONSULTATION:
        for problem in consenting.why_not_approved(session, maker.plan):
            yield Question("Samrådskretsen", problem.message, params=problem.params, takes_reason=True)
    earlier = report_gaps.list_gaps(session, maker.plan, [ReportKind.SAMRADSREDOGORELSE])
    for problem in report_gaps.list_problems(earlier):
        where = TITLES[ReportKind.SAMRADSREDOGORELSE]
        yield Question(where, problem.message, params=problem.params, takes_reason=True)


def _asks_the_county(occasion: Occasion) -> bool:
    """Whether it is sent to the county so that it gives its views in the consultation (5:14, 3:10)."""
    return (
        occasion.phase is not None
        and occasion.phase.kind == PhaseKind.CONSULTATION
        and any(
            PartyGroup.AUTHORITY_MANDATORY in one.groups
            and (not one.authorities or any(_COUNTY in name for name in one.authorities))
            for one in occasion.duties
        )
    )
