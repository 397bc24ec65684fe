"""Writes of themes and of what many points have in common: theme, officer, the point they repeat. Callers commit."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account
from mapdialog.core import audit
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import N_, clean_line
from mapdialog.plans.answer_models import PlanPoint, PlanTheme
from mapdialog.plans.models import Plan
from mapdialog.plans.point_locks import demand_some, demand_unreported, take_point, take_points

LABEL_MAX = 80


def save_theme(
    session: Session, plan: Plan, label: str, theme: PlanTheme | None = None, *, actor_id: int | None
) -> PlanTheme:
    """A new theme, or another name for one. Raises Invalid or Conflict (`label`)."""
    label = clean_line(label)[:LABEL_MAX]
    if not label:
        raise Invalid(N_("Skriv vad temat heter."), field="label")
    other = _named(session, plan, label)
    if other is not None and other is not theme:
        raise Conflict(N_("Det finns redan ett tema med det namnet."), field="label")
    if theme is None:
        last = session.scalar(select(func.max(PlanTheme.position)).where(PlanTheme.plan_id == plan.id)) or 0
        theme = PlanTheme(plan_id=plan.id, position=last + 1)
        session.add(theme)
    theme.label = label
    session.flush()
    audit.record(session, actor_id, "plan_theme.save", theme)
    return theme


def take_theme(session: Session, plan: Plan, label: str, *, actor_id: int | None) -> PlanTheme:
    """The theme of that name, whatever its case, made where the plan has none. Raises Invalid (`label`)."""
    return _named(session, plan, clean_line(label)[:LABEL_MAX]) or save_theme(session, plan, label, actor_id=actor_id)


def _named(session: Session, plan: Plan, label: str) -> PlanTheme | None:
    query = select(PlanTheme).where(PlanTheme.plan_id == plan.id, func.lower(PlanTheme.label) == label.lower())
    return session.scalars(query.limit(1)).first()


def delete_theme(session: Session, theme: PlanTheme, *, actor_id: int | None) -> None:
    """Take away a theme that no point has; raises Conflict else."""
    used = session.scalar(select(func.count()).where(PlanPoint.theme_id == theme.id)) or 0
    if used:
        raise Conflict(N_("%(count)s synpunkter har temat. Ge dem ett annat först."), count=used)
    audit.record(session, actor_id, "plan_theme.delete", theme)
    session.delete(theme)
    session.flush()


def theme_many(
    session: Session, plan: Plan, points: Sequence[PlanPoint], theme_id: int | None, *, actor_id: int | None
) -> int:
    """Give the points that theme, or none; how many. Raises Invalid (`theme`, `ids`), Conflict for reported ones."""
    demand_some(points)
    theme = session.get(PlanTheme, theme_id) if theme_id is not None else None
    if theme_id is not None and (theme is None or theme.plan_id != plan.id):
        raise Invalid(N_("Välj ett tema i listan."), field="theme")
    held = take_points(session, points)
    for one in held:
        demand_unreported(session, one)
        one.theme_id = theme_id
        one.version += 1
    session.flush()
    audit.record(session, actor_id, "plan_point.theme", plan, points=[one.id for one in held], theme=theme_id)
    return len(held)


def assign_many(
    session: Session, plan: Plan, points: Sequence[PlanPoint], account_id: int | None, *, actor_id: int | None
) -> int:
    """Let that officer answer the points, or nobody yet; how many. Raises Invalid (`assigned_to`, `ids`)."""
    demand_some(points)
    account = session.get(Account, account_id) if account_id is not None else None
    if account_id is not None and (account is None or not account.is_active):
        raise Invalid(N_("Välj en handläggare i listan."), field="assigned_to")
    held = take_points(session, points)
    for one in held:
        # Not a change of what the point says: who writes in it meanwhile is not disturbed.
        one.assigned_to_id = account_id
    session.flush()
    audit.record(session, actor_id, "plan_point.assign", plan, points=[one.id for one in held], account=account_id)
    return len(held)


def mark_duplicate(
    session: Session, point: PlanPoint, original: PlanPoint | None, *, version: int | None, actor_id: int | None
) -> None:
    """Note that the point says the same as another, and give it that one's answer; None takes the note away.

    Raises Invalid (`duplicate_of`) for itself, another plan's, or one that is itself a duplicate.
    """
    take_point(session, point, version)
    demand_unreported(session, point)
    if original is not None:
        if original.plan_id != point.plan_id or original.id == point.id:
            raise Invalid(N_("Välj en annan synpunkt i samma plan."), field="duplicate_of")
        if original.duplicate_of_id is not None:
            raise Invalid(N_("Den synpunkten är själv en dubblett. Välj den första."), field="duplicate_of")
        if session.scalar(select(PlanPoint.id).where(PlanPoint.duplicate_of_id == point.id).limit(1)):
            raise Invalid(N_("Andra synpunkter är dubbletter av den här. Peka om dem först."), field="duplicate_of")
        point.answer_id = original.answer_id or point.answer_id
    point.duplicate_of_id = original.id if original else None
    session.flush()
    audit.record(session, actor_id, "plan_point.duplicate", point, of=point.duplicate_of_id)
