"""Starts a plan: the row, the rules of that day, and the vessel that its statements will lie in."""

import uuid
from dataclasses import dataclass
from datetime import date

from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.text import clean, clean_line, slugify
from mapdialog.dialogues.models import Category, Dialogue, Kind, Level
from mapdialog.geo.geometry import to_element
from mapdialog.plans.models import Plan

RESERVED = {"new", "statements", "export", "outages"}


@dataclass(frozen=True)
class PlanStart:
    """What a plan is started with, already checked. `area` is a MultiPolygon in EPSG:3006, or None until it is drawn.

    `rule_set` is the key of the rules in force on `started_on`.
    """

    registry_number: str
    name: str
    kind: str
    procedure: str
    started_on: date
    rule_set: str
    grounds: tuple[str, ...] = ()
    area: BaseGeometry | None = None
    summary: str = ""
    committee: str = ""
    adopting_body: str = ""
    officer_id: int | None = None


def start_plan(session: Session, new: PlanStart, *, actor_id: int | None) -> Plan:
    """Write the plan and its vessel, and the log of it. The caller commits."""
    name = clean_line(new.name)
    vessel = Dialogue(kind=Kind.PLAN.value, slug=f"plan:{uuid.uuid4()}", title=name, level=Level.CONSULTATION.value)
    vessel.categories = [Category(key="other", label_sv="Yttrande", label_en="Statement", icon="file-text")]
    plan = Plan(
        slug=_free_slug(session, name),
        dialogue=vessel,
        registry_number=clean_line(new.registry_number),
        name=name,
        kind=new.kind,
        procedure=new.procedure,
        grounds=list(new.grounds),
        rule_set=new.rule_set,
        started_on=new.started_on,
        area=to_element(new.area) if new.area is not None else None,
        summary=clean(new.summary),
        committee=clean_line(new.committee),
        adopting_body=clean_line(new.adopting_body),
        officer_id=new.officer_id,
        created_by_id=actor_id,
    )
    session.add_all([vessel, plan])
    session.flush()
    audit.record(session, actor_id, "plan.start", plan)
    return plan


def _free_slug(session: Session, name: str) -> str:
    base = slugify(name)[:70]
    base = "plan" if base in {"dialog", ""} else base
    taken = set(session.scalars(select(Plan.slug).where(Plan.slug.startswith(base)))) | RESERVED
    number, slug = 2, base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
