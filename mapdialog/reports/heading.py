"""What every report says about itself: which dialogue, which time, how many, when it was made."""

from dataclasses import dataclass
from datetime import datetime

from mapdialog.analysis.scope import Scope
from mapdialog.core.clock import now
from mapdialog.core.text import N_
from mapdialog.core.wording import Translate, day_in_words, translator
from mapdialog.dialogues.models import Dialogue


@dataclass(frozen=True)
class Heading:
    """The facts on top of a report, in the language of its reader."""

    title: str
    municipality: str
    period: str
    made: str
    language: str

    @property
    def translate(self) -> Translate:
        """Turns a Swedish msgid into the reader's language."""
        return translator(self.language)


def make_heading(
    dialogue: Dialogue, scope: Scope, municipality: str, *, language: str = "sv", at: datetime | None = None
) -> Heading:
    """The heading of a report on the scope; `period` is in words, `made` is a day on Stockholm's calendar."""
    made = day_in_words(at or now(), language)
    return Heading(dialogue.title, municipality, _period(scope, language, made), made, language)


def _period(scope: Scope, language: str, made: str) -> str:
    translate = translator(language)
    first = day_in_words(scope.since, language) if scope.since else ""
    last = day_in_words(scope.until, language) if scope.until else ""
    if first and last:
        return translate(N_("%(first)s till och med %(last)s"), first=first, last=last)
    if first:
        return translate(N_("från %(first)s"), first=first)
    return translate(N_("till och med %(last)s"), last=last or made)
