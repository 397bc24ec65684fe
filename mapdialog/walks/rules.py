"""Pure rules of a walk: which step comes next and what it takes, how many may walk together, when observations show."""

from dataclasses import dataclass
from datetime import datetime

from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import N_
from mapdialog.walks.models import BANDS, HeadDimension, WalkStatus

# Boverket and Socialstyrelsen: at most twenty on a walk, else nobody is heard.
MOST_IN_GROUP = 20
MOST_STOPS = 40
MOST_GROUPS = 20
TITLE_MAX, TEXT_MAX, LINE_MAX = 160, 10_000, 200

STATUSES: dict[str, str] = {
    WalkStatus.PLANNED: N_("Planeras"),
    WalkStatus.INVITED: N_("Inbjudan är ute"),
    WalkStatus.PERFORMED: N_("Genomförd"),
    WalkStatus.PROTOCOL_DRAFT: N_("Protokoll skrivs"),
    WalkStatus.PROTOCOL_PUBLISHED: N_("Protokoll publicerat"),
    WalkStatus.ACTIONS_RUNNING: N_("Åtgärder pågår"),
    WalkStatus.FOLLOWED_UP: N_("Uppföljd"),
    WalkStatus.CLOSED: N_("Avslutad"),
}

# Forward a step at a time (an invitation page may be left out), and back where nobody outside has been told.
NEXT: dict[str, tuple[WalkStatus, ...]] = {
    WalkStatus.PLANNED: (WalkStatus.INVITED, WalkStatus.PERFORMED),
    WalkStatus.INVITED: (WalkStatus.PERFORMED, WalkStatus.PLANNED),
    WalkStatus.PERFORMED: (WalkStatus.PROTOCOL_DRAFT, WalkStatus.INVITED),
    WalkStatus.PROTOCOL_DRAFT: (WalkStatus.PROTOCOL_PUBLISHED, WalkStatus.PERFORMED),
    WalkStatus.PROTOCOL_PUBLISHED: (WalkStatus.ACTIONS_RUNNING, WalkStatus.PROTOCOL_DRAFT),
    WalkStatus.ACTIONS_RUNNING: (WalkStatus.FOLLOWED_UP,),
    WalkStatus.FOLLOWED_UP: (WalkStatus.CLOSED, WalkStatus.ACTIONS_RUNNING),
    WalkStatus.CLOSED: (WalkStatus.FOLLOWED_UP,),
}
_PUBLIC = {
    WalkStatus.PROTOCOL_PUBLISHED,
    WalkStatus.ACTIONS_RUNNING,
    WalkStatus.FOLLOWED_UP,
    WalkStatus.CLOSED,
}
# Observations come while the walk is on and until the protocol is published; a phone may find its network late.
_RECORDING = {WalkStatus.PLANNED, WalkStatus.INVITED, WalkStatus.PERFORMED, WalkStatus.PROTOCOL_DRAFT}


@dataclass(frozen=True)
class Readiness:
    """What a step may need of a walk."""

    has_times: bool
    has_route: bool
    stop_count: int
    has_invitation: bool
    starts_at: datetime | None


def check_step(current: str, wanted: str) -> WalkStatus:
    """The wanted status, if it may follow; raises Conflict when it may not, Invalid for an unknown one."""
    try:
        step = WalkStatus(wanted)
    except ValueError:
        raise Invalid(N_("Välj ett av stegen i listan."), field="status") from None
    if step not in NEXT[current]:
        raise Conflict(N_("Det steget går inte att ta härifrån. Ladda om sidan; en kollega kan ha hunnit före."))
    return step


def obstacles(wanted: WalkStatus, walk: Readiness, at: datetime) -> list[str]:
    """What stands in the way of a step, as Swedish msgids; empty when nothing does."""
    found = []
    if wanted != WalkStatus.PLANNED and not walk.has_times:
        found.append(N_("Bestäm när vandringen börjar."))
    if wanted == WalkStatus.INVITED:
        if not walk.has_invitation:
            found.append(N_("Skriv en inbjudan."))
        if not walk.has_route and not walk.stop_count:
            found.append(N_("Rita rutten eller lägg till minst en hållpunkt."))
    if wanted == WalkStatus.PERFORMED and walk.starts_at is not None and walk.starts_at > at:
        found.append(N_("Vandringen har inte börjat än. Ändra tiden om den redan är gjord."))
    return found


def is_public_at(status: str) -> bool:
    """True from the published protocol on: approved observations may then be read by all."""
    return status in _PUBLIC


def is_over(status: str, ends_at: datetime | None, at: datetime) -> bool:
    """True once a walk is performed, or its time has gone by: nobody can be invited to it any more."""
    return status not in (WalkStatus.PLANNED, WalkStatus.INVITED) or (ends_at is not None and ends_at < at)


def takes_observations(status: str) -> bool:
    """True while phones and the desk may still record."""
    return status in _RECORDING


def groups_needed(participants: int) -> int:
    """How many groups that many people should walk in: at most twenty in each, as even as can be."""
    return max(1, -(-participants // MOST_IN_GROUP))


def check_heads(counts: dict[tuple[str, str], int], head_count: int | None) -> None:
    """Raise Invalid for an unknown band, a negative number, or more people in a dimension than there were in all."""
    for (dimension, band), count in counts.items():
        if dimension not in BANDS or band not in BANDS[HeadDimension(dimension)]:
            raise Invalid(N_("En av grupperna finns inte att välja."), field="heads")
        if count < 0:
            raise Invalid(N_("Antal kan inte vara mindre än noll."), field="heads")
    if head_count is None:
        return
    for dimension in HeadDimension:
        total = sum(count for (of, _band), count in counts.items() if of == dimension)
        if total > head_count:
            raise Invalid(
                N_("Summan %(total)s är fler än de %(heads)s som gick med."),
                field="heads",
                total=total,
                heads=head_count,
            )
