"""What came of the demo's walk: who was asked, what they did and when, and what they would not do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mapdialog.core.clock import local
from mapdialog.demo.content import Calendar, list_parties
from mapdialog.walks import tending
from mapdialog.walks.findings import ActionStatus, WalkAction, WalkObservation
from mapdialog.walks.models import SafetyWalk


@dataclass(frozen=True)
class Doer:
    """Who writes, and on which calendar."""

    session: Session
    calendar: Calendar
    actor_id: int


def follow_up(by: Doer, walk: SafetyWalk, said: dict[str, Any], found: dict[str, WalkObservation]) -> None:
    """The parties, and every action of the walk with its log. The caller commits."""
    parties = {one["name"]: tending.save_party(by.session, **one, actor_id=by.actor_id) for one in list_parties()}
    made_on = by.calendar.working_day(said["actions_made"])
    for order, one in enumerate(said["actions"]):
        at = by.calendar.moment((made_on - by.calendar.day(0)).days, f"13:{order * 3 % 60:02d}")
        draft = tending.ActionDraft(
            title=one["title"],
            observation_ids=tuple(found[key].id for key in one["observations"]),
            party_id=parties[one["party"]].id,
            deadline=by.calendar.working_day(one["deadline"]),
            **{name: one[name] for name in _AS_SAID if name in one},
        )
        action = tending.create_action(by.session, walk, draft, today=made_on, actor_id=by.actor_id, at=at)
        for step in one["steps"]:
            at = _move(by, action, step, after=at)
        if checked := one.get("checked"):
            on = by.calendar.working_day(checked["day"])
            tending.check_still_ok(by.session, action, checked["still_ok"], on=on, version=None, actor_id=by.actor_id)


_AS_SAID = ("description", "where_text", "kind", "priority", "cost_class", "external_case_no")


def _move(by: Doer, action: WalkAction, step: dict[str, Any], *, after: datetime) -> datetime:
    """One step of the status on a day the office works; returns when."""
    at = by.calendar.answer(step["day"], "14:20", after)
    tending.move(
        by.session,
        action,
        step["to"],
        today=local(at).date(),
        reason=step.get("reason", ""),
        public_comment=step.get("comment", ""),
        note=step.get("note", ""),
        done_on=local(at).date() if step["to"] == ActionStatus.DONE else None,
        version=None,
        actor_id=by.actor_id,
        at=at,
    )
    return at
