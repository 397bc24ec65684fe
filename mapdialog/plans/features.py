"""Writes of the parts of a plan map that can be pointed at: from a file, drawn, or in a list. Callers commit."""

from collections.abc import Iterable
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.errors import DomainError, Invalid, NotFound
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.geo.geometry import to_element
from mapdialog.plans.answer_models import PlanPoint
from mapdialog.plans.map_files import MapRow, closed
from mapdialog.plans.models import Plan, PlanFeature
from mapdialog.plans.statement_models import PlanStatement

MOST = 500
TITLE_MAX, CODE_MAX, TEXT_MAX = 200, 40, 4_000


@dataclass(frozen=True)
class FeatureDraft:
    """What a part is called: the provision's code, its name, and what it means."""

    code: str
    title: str
    text: str = ""
    is_active: bool = True


@dataclass(frozen=True)
class Columns:
    """Which fields of a file hold what; '' where none does."""

    title: str
    code: str = ""
    text: str = ""


@dataclass(frozen=True)
class Imported:
    """How many parts a file added and how many it changed."""

    added: int
    changed: int


def get_feature(session: Session, plan: Plan, feature_id: int) -> PlanFeature:
    """That part of the plan, or NotFound."""
    found = session.scalar(select(PlanFeature).where(PlanFeature.id == feature_id, PlanFeature.plan_id == plan.id))
    if found is None:
        raise NotFound(N_("Delen finns inte."))
    return found


def import_features(
    session: Session, plan: Plan, rows: Iterable[MapRow], columns: Columns, *, actor_id: int | None
) -> Imported:
    """A part for each row; one with the same code and name gets the file's shape and words. Raises Invalid."""
    known = {(one.code, one.title): one for one in plan.features}
    position = len(known)
    added = changed = 0
    for number, row in enumerate(rows, start=1):
        code = clean_line(str(row.values.get(columns.code) or ""))[:CODE_MAX] if columns.code else ""
        title = clean_line(str(row.values.get(columns.title) or ""))[:TITLE_MAX] or code
        text = clean(str(row.values.get(columns.text) or ""))[:TEXT_MAX] if columns.text else ""
        if not title:
            raise Invalid(
                N_("Rad %(row)s har inget namn i fältet ”%(name)s”. Välj ett annat fält, eller fyll i filen."),
                field="title_field",
                row=number,
                name=columns.title,
            )
        found = known.get((code, title))
        if found is None:
            found = PlanFeature(plan_id=plan.id, code=code, title=title, position=position)
            known[code, title] = found
            session.add(found)
            position, added = position + 1, added + 1
        else:
            changed += 1
        found.text, found.geom, found.is_active = text or found.text or "", to_element(closed(row.shape)), True
    if len(known) > MOST:
        raise Invalid(N_("Kartan får högst %(most)s delar. Skicka en fil med färre."), field="file", most=MOST)
    return _keep_all(session, plan, Imported(added, changed), actor_id)


def _keep_all(session: Session, plan: Plan, done: Imported, actor_id: int | None) -> Imported:
    session.flush()
    session.expire(plan, ["features"])
    audit.record(session, actor_id, "plan.features_import", plan, added=done.added, changed=done.changed)
    return done


def add_feature(
    session: Session, plan: Plan, draft: FeatureDraft, shape: BaseGeometry, *, actor_id: int | None
) -> PlanFeature:
    """A part that was drawn; `shape` in EPSG:3006. Raises Invalid by field."""
    _check(draft)
    count = session.scalar(select(func.count()).where(PlanFeature.plan_id == plan.id)) or 0
    if count >= MOST:
        raise Invalid(N_("Kartan får högst %(most)s delar. Skicka en fil med färre."), field="title", most=MOST)
    made = PlanFeature(plan_id=plan.id, geom=to_element(shape), position=count)
    _fill(made, draft)
    session.add(made)
    session.flush()
    session.expire(plan, ["features"])
    audit.record(session, actor_id, "plan.feature_add", plan, feature=made.id)
    return made


def update_feature(
    session: Session, plan: Plan, feature: PlanFeature, draft: FeatureDraft, *, actor_id: int | None
) -> None:
    """What a part is called, and whether it can be pointed at. Raises Invalid by field."""
    _check(draft)
    _fill(feature, draft)
    session.flush()
    audit.record(session, actor_id, "plan.feature_update", plan, feature=feature.id)


def remove_feature(session: Session, plan: Plan, feature: PlanFeature, *, actor_id: int | None) -> bool:
    """Take a part away; one that statements point at is put to rest instead. True when it is gone."""
    used = (
        exists().where(PlanStatement.feature_id == feature.id),
        exists().where(PlanPoint.feature_id == feature.id),
    )
    is_used = any(session.scalar(select(one)) for one in used)
    if is_used:
        feature.is_active = False
    else:
        session.delete(feature)
    audit.record(session, actor_id, "plan.feature_remove", plan, feature=feature.id)
    session.flush()
    session.expire(plan, ["features"])
    return not is_used


def _fill(feature: PlanFeature, draft: FeatureDraft) -> None:
    feature.code, feature.title, feature.text = clean_line(draft.code), clean_line(draft.title), clean(draft.text)
    feature.is_active = draft.is_active


def _check(draft: FeatureDraft) -> None:
    wrong: dict[str, DomainError] = {}
    if not clean_line(draft.title):
        wrong["title"] = Invalid(N_("Ge delen ett namn, till exempel ”Bostäder, högst fyra våningar”."))
    for name, most in (("title", TITLE_MAX), ("code", CODE_MAX), ("text", TEXT_MAX)):
        if len(getattr(draft, name)) > most:
            wrong[name] = Invalid(N_("Texten är för lång. Gränsen är %(most)s tecken."), most=most)
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
