"""Loads the demo municipality once, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from mapdialog.core.clock import now
from mapdialog.core.files import FileStore
from mapdialog.demo import arrivals, content, dialogues
from mapdialog.demo.plans import Plans
from mapdialog.demo.sounds import Voices
from mapdialog.demo.staff import DemoAccount, add_staff
from mapdialog.demo.walks import Walks
from mapdialog.dialogues.models import Dialogue
from mapdialog.districts import linking
from mapdialog.districts.actions import import_districts
from mapdialog.places.actions import PlaceFields, import_places

SET_KEY = "regso"
Progress = Callable[[str, int, int], None]
_STEPS = 5


@dataclass
class DemoReport:
    """What was loaded. `is_new` is False, and all else empty, when the demo was there already."""

    is_new: bool
    accounts: list[DemoAccount] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def load_demo(
    session: Session,
    *,
    secret_key: str,
    receipt_prefix: str,
    progress: Progress | None = None,
    files: FileStore | None = None,
) -> DemoReport:
    """Districts, places, staff, three dialogues, three walks, two plans and what was said. The caller commits.

    Does nothing when any of the demo's dialogues is there, also when two load at the same moment. `progress` is called
    with what is being done, the step and the number of steps. Raises NotFound without geodata/, Conflict when one of
    the demo's addresses has an account.
    """
    content.demand_files()
    session.execute(text("select pg_advisory_xact_lock(hashtext('mapdialog.demo'))"))
    wanted = content.list_dialogues()
    if session.scalar(select(Dialogue.id).where(Dialogue.slug.in_([one["slug"] for one in wanted])).limit(1)):
        return DemoReport(is_new=False)
    tell = progress or (lambda _what, _step, _steps: None)
    report = DemoReport(is_new=True)
    tell("Adding staff accounts", 0, _STEPS)
    report.accounts = add_staff(session)
    tell("Reading districts and places", 1, _STEPS)
    report.counts |= _add_map(session)
    tell("Writing dialogues and contributions", 2, _STEPS)
    calendar = content.Calendar(now())
    sender = arrivals.Sender(secret_key, receipt_prefix)
    voices = Voices(calendar, report.accounts)
    report.counts |= _add_happenings(session, calendar, sender, voices, files)
    tell("Writing answers and support", 3, _STEPS)
    report.counts |= voices.write(session)
    tell("Counting per district", 4, _STEPS)
    _count(session)
    tell("Loaded", _STEPS, _STEPS)
    return report


def _add_map(session: Session) -> dict[str, int]:
    areas = import_districts(
        session,
        content.DISTRICTS,
        set_key=SET_KEY,
        title="RegSO 2025",
        source_name="SCB, RegSO 2025",
        code_field="code",
        name_field="name",
        display_file=content.DISPLAY,
    )
    fields = PlaceFields(name="name", kind="kind", rank="rank")
    named = import_places(session, content.PLACES, fields, label="Demokommunen")
    return {"district": len(areas.added), "place": named.added}


def _add_happenings(
    session: Session, calendar: content.Calendar, sender: arrivals.Sender, voices: Voices, files: FileStore | None
) -> dict[str, int]:
    """Dialogues, walks and plans in the order they came about, so that receipts are numbered as things happened."""
    coordinator = voices.ids["safety_coordinator"]  # type: ignore[index]
    walks = Walks(session, calendar, receipt_prefix=sender.receipt_prefix, actor_id=coordinator)
    wanted = content.list_dialogues()
    planners = (voices.ids["planner"], voices.ids["administrator"])  # type: ignore[index]
    keys = {"receipt_prefix": sender.receipt_prefix, "secret_key": sender.secret_key}
    plans = Plans(session, calendar, actor_ids=planners, files=files, **keys)
    said = [*wanted, *content.list_walks(), *content.list_plans()]
    count = 0
    for one in sorted(said, key=lambda each: int(each.get("published", each.get("created", 0)))):
        if "walk_day" in one:
            walks.add(one, SET_KEY)
        elif "statements" in one:
            plans.add(one)
        else:
            count += _add_dialogue(session, one, calendar, sender, voices)
    told = {"dialogue": len(wanted), "contribution": count}
    told |= {"walk": len(walks.known), "observation": walks.observations}
    return told | {"plan": plans.plans, "statement": plans.statements}


def _add_dialogue(
    session: Session, said: dict[str, Any], calendar: content.Calendar, sender: arrivals.Sender, voices: Voices
) -> int:
    planner = voices.ids["planner"]  # type: ignore[index]
    dialogue = dialogues.add_dialogue(session, said, calendar, actor_id=planner)
    rows = content.list_contributions(dialogue.slug)
    if rows:
        for arrival in arrivals.add_contributions(session, dialogue, rows, calendar, sender):
            voices.add(arrival)
    return len(rows)


def _count(session: Session) -> None:
    """District links in one statement, and the pyramid of counts that the zoomed-out map shows."""
    district_set = linking.lock_set(session, SET_KEY)
    assert district_set is not None
    linking.relink_set(session, district_set)
    session.execute(text("select grid_fold()"))
