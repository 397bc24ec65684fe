"""A plan's package for the archive, made by the worker for who asked and kept for a week. Callers commit.

What was asked, made and failed stands in the audit log; the package holds names and addresses of those who wrote.
"""

import tempfile
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core import audit, jobs
from mapdialog.core.audit import AuditEvent
from mapdialog.core.errors import Conflict
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_
from mapdialog.plans.models import Plan
from mapdialog.reports.plan_package import write_package

JOB = "make_plan_package"
KEPT = timedelta(days=7)
_ASKED, _FAILED, _MADE = "plan.package_asked", "plan.package_failed", "plan.package"


@dataclass(frozen=True)
class Packaging:
    """How far the latest package has come since `since`; of one that is ready, where its file lies and its size."""

    state: Literal["none", "making", "failed", "ready"]
    since: datetime | None = None
    file_key: str = ""
    size_bytes: int = 0
    has_protected: bool = False


def ask(session: Session, plan: Plan, *, with_protected: bool, actor_id: int | None) -> None:
    """Let the worker make the package. Raises Conflict while one is being made."""
    session.execute(select(Plan.id).where(Plan.id == plan.id).with_for_update())
    if jobs.is_under_way(session, JOB, plan_id=plan.id):
        raise Conflict(N_("Ett paket görs redan. Vänta tills det är klart."))
    once = f"{JOB}:{plan.id}"
    jobs.defer(session, JOB, once=once, plan_id=plan.id, actor_id=actor_id, with_protected=with_protected)
    audit.record(session, actor_id, _ASKED, plan, protected=with_protected)


def keep(
    session: Session,
    plan: Plan,
    config: Config,
    files: FileStore,
    *,
    at: datetime,
    with_protected: bool,
    actor_id: int | None,
) -> None:
    """Make the package and keep it in place of the one before."""
    before = state(session, plan, at)
    key = f"plan-packages/{plan.id}/{uuid.uuid4().hex}.zip"
    with tempfile.TemporaryDirectory(prefix="mapdialog-package-") as folder:
        path = Path(folder) / "package.zip"
        municipality = config.municipality
        write_package(
            session, plan, path, files,
            municipality=municipality, at=at, with_protected=with_protected, actor_id=actor_id,
        )  # fmt: skip
        size = path.stat().st_size
        with path.open("rb") as written:
            files.put_from(key, written)
    audit.record(session, actor_id, _MADE, plan, key=key, size=size, protected=with_protected)
    if before.file_key:
        files.delete(before.file_key)


def note_failure(session: Session, plan: Plan, *, actor_id: int | None) -> None:
    """Keep for who asked that it could not be made; why stands in the worker's log."""
    audit.record(session, actor_id, _FAILED, plan)


def state(session: Session, plan: Plan, at: datetime) -> Packaging:
    """How far the latest package has come; `none` also when it was made more than a week ago."""
    latest = {one: _latest(session, plan, one) for one in (_ASKED, _FAILED, _MADE)}
    made, asked = latest[_MADE], latest[_ASKED]
    newest = max((one for one in latest.values() if one is not None), key=lambda one: one.id, default=None)
    if asked is not None and newest is asked and jobs.is_under_way(session, JOB, plan_id=plan.id):
        return Packaging("making", asked.at, made.detail["key"] if made else "")
    if newest is not None and newest is not made:
        return Packaging("failed", newest.at, made.detail["key"] if made else "")
    if made is None or made.at <= at - KEPT:
        return Packaging("none")
    detail = made.detail
    return Packaging("ready", made.at, detail["key"], detail["size"], detail["protected"])


def forget_old(session: Session, files: FileStore, at: datetime) -> None:
    """Erase the files of packages that were made a week ago."""
    old = select(AuditEvent.detail["key"].astext).where(AuditEvent.action == _MADE, AuditEvent.at <= at - KEPT)
    for key in session.scalars(old.where(AuditEvent.at > at - 5 * KEPT)):
        files.delete(key)


def _latest(session: Session, plan: Plan, action: str) -> AuditEvent | None:
    query = select(AuditEvent).where(
        AuditEvent.object_type == Plan.__tablename__, AuditEvent.object_id == str(plan.id), AuditEvent.action == action
    )
    return session.scalars(query.order_by(AuditEvent.id.desc()).limit(1)).first()
