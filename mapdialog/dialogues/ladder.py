"""The participation ladder as data: what each level is called, promises and allows (Krokom's strategy for dialogue)."""

from dataclasses import dataclass

from mapdialog.core.text import N_
from mapdialog.dialogues.models import Level


@dataclass(frozen=True)
class Step:
    """One step of the ladder. `accepts_contributions` is false where people are informed only."""

    level: Level
    label: str
    promise: str
    accepts_contributions: bool

    @property
    def number(self) -> int:
        """Which step it is, counted from 1 at the bottom."""
        return LADDER.index(self) + 1

    @property
    def count(self) -> int:
        """How many steps the ladder has."""
        return len(LADDER)


LADDER: tuple[Step, ...] = (
    Step(
        Level.INFORMATION, N_("Information"), N_("Vi berättar vad som är beslutat. Frågan går inte att påverka."), False
    ),
    Step(Level.CONSULTATION, N_("Konsultation"), N_("Du säger vad du tycker om färdiga alternativ."), True),
    Step(Level.DIALOGUE, N_("Dialog"), N_("Du berättar hur du ser på saken och läser vad andra tycker."), True),
    Step(Level.INFLUENCE, N_("Inflytande"), N_("Du är med och formar förslaget i flera steg."), True),
    Step(Level.CO_DECISION, N_("Medbeslutande"), N_("De som har utsetts beslutar tillsammans."), True),
)
STEPS: dict[str, Step] = {step.level.value: step for step in LADDER}
