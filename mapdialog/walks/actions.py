"""Writes of walks: create, change, take the next step, count who took part. Callers commit."""

import uuid
from datetime import datetime

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.clock import now
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import N_, clean, clean_line, slugify
from mapdialog.dialogues.models import Dialogue, Kind, Level
from mapdialog.geo.geometry import to_element
from mapdialog.walks import checklists, drafts, planning, rules
from mapdialog.walks.drafts import WalkDraft
from mapdialog.walks.findings import WalkAction, WalkObservation
from mapdialog.walks.models import SafetyWalk, WalkGroup, WalkHeadCount, WalkStatus

RESERVED = {"new", "checklists", "sun", "statistics", "summary", "export"}
CHANGED_MEANWHILE = N_(
    "En kollega har ändrat vandringen sedan du öppnade den. Det du skrev finns kvar; jämför och spara."
)


def create_walk(session: Session, draft: WalkDraft, *, actor_id: int | None) -> SafetyWalk:
    """A planned walk with its vessel, groups and stops. Raises Invalid."""
    drafts.check(draft)
    if draft.checklist_version_id is None:
        version = checklists.ensure_standard(session)
    else:
        version = checklists.get_version(session, draft.checklist_version_id)
    title = clean_line(draft.title)
    vessel = Dialogue(kind=Kind.WALK.value, slug=f"walk:{uuid.uuid4()}", title=title, level=Level.INFORMATION.value)
    session.add(vessel)
    session.flush()
    walk = SafetyWalk(
        slug=_free_slug(session, title),
        title=title,
        dialogue=vessel,
        checklist=version,
        status=WalkStatus.PLANNED.value,
        created_by_id=actor_id,
    )
    session.add(walk)
    _copy(walk, draft)
    session.flush()
    _place_rows(session, walk, draft)
    checklists.use_for(session, vessel, version)
    audit.record(session, actor_id, "walk.create", walk)
    return walk


def update_walk(
    session: Session, walk: SafetyWalk, draft: WalkDraft, *, version: int | None, actor_id: int | None
) -> None:
    """Change everything the editor holds. Raises Invalid, Conflict when it is no longer the `version` one saw."""
    drafts.check(draft)
    lock(session, walk, version)
    if walk.status != WalkStatus.PLANNED and draft.starts_at is None:
        raise Invalid(N_("Vandringen behöver en tid: inbjudan är redan ute."), field="starts_at")
    if draft.repeat_of_id == walk.id:
        raise Invalid(N_("En vandring kan inte vara återvandring av sig själv."), field="repeat_of_id")
    if draft.repeat_of_id != walk.repeat_of_id and _has_checked(session, walk):
        raise Invalid(
            N_("Vandringen har redan bedömt vad den förra fann, så den förra går inte att byta."), field="repeat_of_id"
        )
    walk.title = walk.dialogue.title = clean_line(draft.title)
    _copy(walk, draft)
    if draft.checklist_version_id not in (None, walk.checklist_version_id):
        walk.checklist = checklists.get_version(session, draft.checklist_version_id or 0)
        checklists.use_for(session, walk.dialogue, walk.checklist)
    _place_rows(session, walk, draft)
    audit.record(session, actor_id, "walk.update", walk)


def take_step(
    session: Session, walk: SafetyWalk, wanted: str, *, version: int | None, actor_id: int | None, at: datetime
) -> None:
    """Move the walk to its next status. Raises Conflict, and Invalid (`status`) with the first thing that is missing.

    With the published protocol approved observations become public; back to the draft they no longer are.
    """
    lock(session, walk, version)
    before = walk.status
    if walk.cancelled_at is not None:
        raise Conflict(N_("Vandringen är inställd. Säg först att den blir av."))
    step = rules.check_step(before, wanted)
    if missing := rules.obstacles(step, readiness(walk), at):
        raise Invalid(missing[0], field="status")
    walk.status = step.value
    if rules.is_public_at(step) and walk.published_at is None:
        walk.published_at = at
    elif not rules.is_public_at(step):
        walk.published_at = None
    session.flush()
    audit.record(session, actor_id, "walk.step", walk, before=before, after=step.value)


def delete_walk(session: Session, walk: SafetyWalk, *, version: int | None, actor_id: int | None) -> None:
    """Take away a walk that is only planned and holds nothing yet, with its codes. Raises Conflict for any other."""
    lock(session, walk, version)
    if walk.status != WalkStatus.PLANNED:
        raise Conflict(N_("Bara en vandring som planeras kan tas bort: den här har någon utanför fått veta om."))
    holds = (
        exists().where(WalkObservation.walk_id == walk.id),
        exists().where(WalkAction.walk_id == walk.id),
        exists().where(SafetyWalk.repeat_of_id == walk.id),
    )
    if session.scalar(select(or_(*holds))):
        raise Conflict(N_("Vandringen har iakttagelser, åtgärder eller en återvandring och kan inte tas bort."))
    audit.record(session, actor_id, "walk.delete", walk, title=walk.title)
    vessel = walk.dialogue_id
    session.flush()
    session.execute(delete(SafetyWalk).where(SafetyWalk.id == walk.id))
    session.execute(delete(Dialogue).where(Dialogue.id == vessel))
    session.expunge(walk)


def readiness(walk: SafetyWalk) -> rules.Readiness:
    """What steps ask of the walk."""
    return rules.Readiness(
        has_times=walk.starts_at is not None,
        has_route=walk.route is not None,
        stop_count=len(walk.stops),
        has_invitation=bool(walk.invitation_text.strip()),
        starts_at=walk.starts_at,
    )


def count_heads(
    session: Session,
    group: WalkGroup,
    counts: dict[tuple[str, str], int],
    *,
    head_count: int | None,
    actor_id: int | None,
) -> None:
    """Replace what is known of a group's participants: numbers by (dimension, band). Raises Invalid (`heads`)."""
    if head_count is not None and head_count < 0:
        raise Invalid(N_("Antal kan inte vara mindre än noll."), field="heads")
    rules.check_heads(counts, head_count)
    group.head_count = head_count
    group.heads.clear()
    session.flush()
    group.heads.extend(
        WalkHeadCount(dimension=dimension, band=band, count=count)
        for (dimension, band), count in counts.items()
        if count
    )
    session.flush()
    audit.record(session, actor_id, "walk.heads", group)


def lock(session: Session, walk: SafetyWalk, version: int | None) -> None:
    """Hold the walk until commit and count its version up. Conflict when `version`, if given, is not what it is now.

    Phones may go on sending what refers to it meanwhile: its key is not held.
    """
    current = session.scalar(select(SafetyWalk.version).where(SafetyWalk.id == walk.id).with_for_update(key_share=True))
    session.refresh(walk)
    if version is not None and current != version:
        raise Conflict(CHANGED_MEANWHILE)
    walk.version += 1
    walk.updated_at = now()
    session.flush()


def _has_checked(session: Session, walk: SafetyWalk) -> bool:
    checks = exists().where(WalkObservation.walk_id == walk.id, WalkObservation.follows_id.is_not(None))
    return bool(session.scalar(select(checks)))


def _copy(walk: SafetyWalk, draft: WalkDraft) -> None:
    for name in drafts.LINES:
        setattr(walk, name, clean_line(getattr(draft, name)))
    for name in drafts.TEXTS:
        setattr(walk, name, clean(getattr(draft, name)))
    for name in (*drafts.TIMES, *drafts.CONDITIONS, "district_id", "repeat_of_id"):
        setattr(walk, name, getattr(draft, name))
    walk.route = to_element(draft.route) if draft.route is not None else None


def _place_rows(session: Session, walk: SafetyWalk, draft: WalkDraft) -> None:
    planning.place_stops(session, walk, draft.stops)
    planning.place_groups(session, walk, draft.groups or (drafts.GroupDraft("Grupp 1"),))


def _free_slug(session: Session, title: str) -> str:
    base = slugify(title)[:70]
    base = "vandring" if base in {"dialog", ""} else base
    taken = set(session.scalars(select(SafetyWalk.slug).where(SafetyWalk.slug.startswith(base)))) | RESERVED
    number, slug = 2, base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
