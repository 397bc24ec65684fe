"""What may be right and mostly is not: asked about once before a plan is saved."""

from shapely.geometry import MultiPolygon
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_, clean_line
from mapdialog.districts import nearness
from mapdialog.plans.kinds import Ground, Procedure
from mapdialog.plans.models import Plan
from mapdialog.plans.plan_drafts import PlanDraft
from mapdialog.plans.rule_sets import RuleSet


def about_number(session: Session, number: str, plan: Plan | None) -> Invalid | None:
    """The question about a registry number that another plan has already; None without one."""
    number = clean_line(number)
    same = select(Plan).where(Plan.registry_number == number).order_by(Plan.id).limit(1)
    if plan is not None:
        if plan.registry_number == number:
            return None
        same = same.where(Plan.id != plan.id)
    other = session.scalar(same)
    if other is None:
        return None
    return Invalid(
        N_(
            "Planen ”%(name)s” har redan det diarienumret. "
            "Hör båda till samma ärende, kryssa i det under diarienumret och spara igen."
        ),
        name=other.name,
    )


def about_place(session: Session, area: MultiPolygon) -> tuple[Invalid | None, bool]:
    """The question about an area (EPSG:3006) that lies outside the municipality (None for one that does not), and
    whether it would touch it with longitude and latitude exchanged."""
    is_swapped = nearness.is_swapped(session, area)
    if is_swapped is None:
        return None, False
    if is_swapped:
        said = N_(
            "Planområdet ligger utanför kommunen, men hamnar rätt om longitud och latitud byter plats. "
            "Byt plats på dem, eller kryssa i att området ska ligga där det ligger."
        )
    else:
        said = N_(
            "Planområdet ligger utanför kommunen. Titta på kartan: läses en fil in kan koordinatsystemet vara fel. "
            "Är det rätt, kryssa i att området ska ligga där och spara igen."
        )
    return Invalid(said), is_swapped


def about_deviation(draft: PlanDraft, rules: RuleSet, plan: Plan | None) -> Invalid | None:
    """The question about a proposal that deviates from the comprehensive plan in a procedure that is for those which
    are compatible with it: a small deviation may be. None where it was asked before."""
    ground = next((one for one in rules.grounds if one.key == Ground.NOT_COMPATIBLE), None)
    is_standard = draft.procedure in (Procedure.STANDARD, Procedure.STANDARD_LIMITED)
    if ground is None or not is_standard or not draft.deviates_from_comprehensive_plan:
        return None
    if plan is not None and (plan.deviates_from_comprehensive_plan, plan.procedure) == (True, draft.procedure):
        return None
    return Invalid(
        N_(
            "Är förslaget inte förenligt med översiktsplanen krävs utökat förfarande (%(legal)s). "
            "Välj det, eller kryssa i att förslaget är förenligt med översiktsplanen trots att det avviker."
        ),
        legal=ground.basis.legal_ref,
    )
