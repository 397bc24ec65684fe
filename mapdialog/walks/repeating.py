"""Plans a return walk: the same route, stops, checklist and groups as a walk that has been held. Callers commit."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core.errors import Conflict
from mapdialog.core.text import N_
from mapdialog.geo.geometry import from_element
from mapdialog.walks import actions
from mapdialog.walks.drafts import GroupDraft, StopDraft, WalkDraft
from mapdialog.walks.models import SafetyWalk, WalkStatus
from mapdialog.walks.rules import TITLE_MAX

_SAME = ("organiser", "contact", "area_name", "meeting_place", "district_id", "checklist_version_id")
_BEFORE_IT_WAS_HELD = (WalkStatus.PLANNED, WalkStatus.INVITED)


def may_repeat(walk: SafetyWalk) -> bool:
    """True once the walk has been held."""
    return walk.status not in _BEFORE_IT_WAS_HELD


def plan_return(session: Session, walk: SafetyWalk, *, title: str, purpose: str, actor_id: int | None) -> SafetyWalk:
    """A planned walk that repeats this one; times, invitation and people are left to be decided. Raises Conflict."""
    if not may_repeat(walk):
        raise Conflict(N_("Vandringen är inte genomförd än. En återvandring går tillbaka till det som den fann."))
    draft = WalkDraft(
        title=title[:TITLE_MAX],
        purpose=purpose,
        route=from_element(walk.route) if walk.route is not None else None,  # type: ignore[arg-type]
        stops=tuple(
            StopDraft(
                stop.name,
                stop.questions,
                from_element(stop.place) if stop.place is not None else None,  # type: ignore[arg-type]
                place_words=stop.place_words,
            )
            for stop in walk.stops
        ),
        groups=tuple(GroupDraft(group.name) for group in walk.groups),
        repeat_of_id=walk.id,
        **{name: getattr(walk, name) for name in _SAME},
    )
    return actions.create_walk(session, draft, actor_id=actor_id)


def list_repeats(session: Session, walk: SafetyWalk) -> list[SafetyWalk]:
    """The walks that repeat this one, the first planned first."""
    return list(session.scalars(select(SafetyWalk).where(SafetyWalk.repeat_of_id == walk.id).order_by(SafetyWalk.id)))
