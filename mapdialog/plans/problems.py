"""Something that stands in the way in a plan's handling, or is worth a thought, with the section it comes from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Weight(StrEnum):
    """Whether it stops, needs a recorded reason to go on, or is advice only."""

    STOPS = "stops"
    NEEDS_REASON = "needs_reason"
    ADVICE = "advice"


@dataclass(frozen=True)
class Problem:
    """One problem. `message` is a Swedish msgid whose %(name)s are in `params` (dates as dates); `legal_ref` may be ''.

    `suggestion` is a day that would do, where one is known.
    """

    key: str
    message: str
    weight: Weight
    legal_ref: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    suggestion: date | None = None

    @property
    def can_be_overridden(self) -> bool:
        """Whether it may be gone past: with a recorded reason, or freely where it is advice."""
        return self.weight != Weight.STOPS

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The sentence; `translate` turns the msgid into the reader's language."""
        return translate(self.message) % self.params if self.params else translate(self.message)


def that_stop(problems: Iterable[Problem], *, has_reason: bool = False) -> list[Problem]:
    """Those that stand in the way now: what stops, and what needs a reason while there is none."""
    stopping = {Weight.STOPS} if has_reason else {Weight.STOPS, Weight.NEEDS_REASON}
    return [one for one in problems if one.weight in stopping]
