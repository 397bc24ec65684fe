"""A phone's clock that goes wrong: what it can be believed of, by how much it errs, in words, and what nobody knows."""

from datetime import datetime, timedelta

from babel.units import format_unit

from mapdialog.core.text import N_
from mapdialog.core.wording import Translate
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk

WRONG_S = 120
# What was seen so shortly before it was received is believed on any day: somebody walks the route beforehand.
_LATELY = timedelta(days=1)
_BESIDE_THE_WALK = timedelta(days=3)
_UNITS = (("duration-day", 86_400), ("duration-hour", 3_600), ("duration-minute", 60))


def seen_at(
    walk: SafetyWalk, observed_at: datetime, sent_at: datetime | None, received_at: datetime
) -> tuple[datetime, float | None]:
    """When it was seen by our clock, and by how many seconds ours was ahead of the phone's (None: not told, or mad).

    A clock that is wrong in the same way when it sends is corrected by what it says then, were it in 1970. Where that
    gives a moment that can't be, it went wrong in between, or says nonsense: then it is only known when we received it.
    """
    offset = received_at - sent_at if sent_at is not None else None
    told = observed_at + (offset or timedelta(0))
    if _can_be(walk, told, received_at):
        return told, offset.total_seconds() if offset is not None else None
    return received_at, None


def _can_be(walk: SafetyWalk, told: datetime, received_at: datetime) -> bool:
    """Not ahead of us; and what is said to be old must have been seen about when the walk was."""
    if told > received_at - _LATELY:
        return told <= received_at + timedelta(seconds=WRONG_S)
    if told < walk.created_at - _LATELY:
        return False
    begins, ends = walk.starts_at, walk.ends_at or walk.starts_at
    return begins is None or ends is None or begins - _BESIDE_THE_WALK <= told <= ends + _BESIDE_THE_WALK


def is_doubted(one: WalkObservation) -> bool:
    """True for one whose time nobody knows: `submitted_at` is then when it was received."""
    return one.recorded_by != "desk" and one.clock_offset_s is None and one.submitted_at != one.observed_at


def wrong_by(offset_s: float | None, say: Translate, language: str) -> str:
    """'3 dygn efter' for a clock that is slow by that many seconds, '2 timmar före' for one that is fast; empty where
    it is right, or not known."""
    if offset_s is None or abs(offset_s) < WRONG_S:
        return ""
    unit, size = next(one for one in _UNITS if abs(offset_s) >= 2 * one[1])
    how = format_unit(round(abs(offset_s) / size), unit, locale=language)
    return say(N_("%(how)s efter") if offset_s > 0 else N_("%(how)s före"), how=how)
