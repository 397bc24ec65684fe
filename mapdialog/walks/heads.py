"""What is typed of who took part in a walk: numbers by group, and of each group by gender, age and role."""

from collections.abc import Mapping
from dataclasses import dataclass

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.walks.models import BANDS, HeadDimension, WalkGroup

MOST = 999


@dataclass(frozen=True)
class Counted:
    """A group's numbers as they could be read, and what could not be, by the field's name."""

    head_count: int | None
    counts: dict[tuple[str, str], int]
    wrong: dict[str, Invalid]


def total_name(group_id: int) -> str:
    """The field of how many they were in all."""
    return f"g{group_id}-total"


def band_name(group_id: int, dimension: str, band: str) -> str:
    """The field of how many of one gender, age or role."""
    return f"g{group_id}-{dimension}-{band}"


def stored(group: WalkGroup) -> dict[str, str]:
    """What is known of a group, as it would have been typed."""
    known = {band_name(group.id, one.dimension, one.band): str(one.count) for one in group.heads}
    return known | ({total_name(group.id): str(group.head_count)} if group.head_count is not None else {})


def read(group_id: int, sent: Mapping[str, str]) -> Counted:
    """A group's numbers; left empty, the total is the largest sum. Nothing is raised: `wrong` says what is."""
    counts: dict[tuple[str, str], int] = {}
    wrong: dict[str, Invalid] = {}
    for dimension in HeadDimension:
        for band in BANDS[dimension]:
            number = _number(sent, band_name(group_id, dimension, band), wrong)
            if number is not None:
                counts[dimension.value, band] = number
    total = _number(sent, total_name(group_id), wrong)
    largest = max(sums(counts).values(), default=0)
    return Counted(largest or None if total is None else total, counts, wrong)


def sums(counts: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """How many in each dimension."""
    found = {dimension.value: 0 for dimension in HeadDimension}
    for (dimension, _band), count in counts.items():
        found[dimension] += count
    return found


def _number(sent: Mapping[str, str], name: str, wrong: dict[str, Invalid]) -> int | None:
    typed = sent.get(name, "").strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > 9 or int(typed) > MOST:
        wrong[name] = Invalid(N_("Skriv antalet med siffror, från 0 till %(most)s."), most=MOST)
        return None
    return int(typed)
