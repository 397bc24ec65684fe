"""Makes the demo's dialogues as staff would: draft, publish, and feedback for the one that is finished."""

from typing import Any

from shapely.geometry import box
from sqlalchemy.orm import Session

from mapdialog.demo.content import Calendar, area
from mapdialog.dialogues import actions
from mapdialog.dialogues.drafts import PLAIN_FIELDS, CategoryDraft, Draft, PhaseDraft
from mapdialog.dialogues.models import Dialogue
from mapdialog.geo import geometry


def add_dialogue(session: Session, said: dict[str, Any], calendar: Calendar, *, actor_id: int) -> Dialogue:
    """One published dialogue; `said` as in demo/dialogues.json. The caller commits."""
    dialogue = actions.create_dialogue(session, _draft(said, calendar), actor_id=actor_id)
    actions.publish(session, dialogue, actor_id=actor_id)
    if "feedback_text" in said:
        actions.save_feedback(session, dialogue, said["feedback_text"], publishes=True, version=None, actor_id=actor_id)
        dialogue.feedback_published_at = calendar.answer(
            said["feedback_published"], "09:00", calendar.moment(said["decision_on"])
        )
    # The actions above stamp the present moment; in the demo all this happened earlier.
    dialogue.published_at = calendar.moment(said["published"], "10:00")
    dialogue.created_at = calendar.moment(said["published"] - 12, "13:20")
    session.flush()
    return dialogue


def _draft(said: dict[str, Any], calendar: Calendar) -> Draft:
    plain = {name: said[name] for name in PLAIN_FIELDS if name in said}
    plain["decision_on"] = calendar.working_day(said["decision_on"])
    return Draft(
        **plain,
        area=area(said["area"]),
        start_view=geometry.to_store(box(*said["start_view"])),
        categories=tuple(CategoryDraft(**one) for one in said["categories"]),
        phases=tuple(_phase(one, calendar) for one in said["phases"]),
    )


def _phase(said: dict[str, Any], calendar: Calendar) -> PhaseDraft:
    return PhaseDraft(
        title=said["title"],
        opens_at=calendar.moment(said["opens"]),
        closes_at=calendar.moment(said["closes"]),
        accepts_contributions=said["accepts_contributions"],
        accepts_replies=said["accepts_replies"],
    )
