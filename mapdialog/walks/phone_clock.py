"""A phone's clock that goes wrong: from when that is told, and by how much and in which direction, in words."""

from babel.units import format_unit

from mapdialog.core.text import N_
from mapdialog.core.wording import Translate

WRONG_S = 120
_UNITS = (("duration-day", 86_400), ("duration-hour", 3_600), ("duration-minute", 60))


def wrong_by(offset_s: float | None, say: Translate, language: str) -> str:
    """'3 dygn efter' for a clock that is slow by that many seconds, '2 timmar före' for one that is fast; empty where
    it is right, or not known."""
    if offset_s is None or abs(offset_s) < WRONG_S:
        return ""
    unit, size = next(one for one in _UNITS if abs(offset_s) >= 2 * one[1])
    how = format_unit(round(abs(offset_s) / size), unit, locale=language)
    return say(N_("%(how)s efter") if offset_s > 0 else N_("%(how)s före"), how=how)
