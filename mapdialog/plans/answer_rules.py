"""What an answer must hold to be kept as a draft, and before it is reviewed. Pure."""

from dataclasses import dataclass

from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.plans.kinds import Outcome
from mapdialog.plans.labels import OUTCOMES
from mapdialog.plans.rules import needs_reason

TEXT_MAX = 20_000
REASON_MAX = 10_000


@dataclass(frozen=True)
class AnswerDraft:
    """What somebody wrote as an answer; `outcome` None until it is chosen."""

    text: str = ""
    outcome: str | None = None
    reason: str = ""
    forwarded_to: str = ""

    def cleaned(self) -> "AnswerDraft":
        """The same as it is kept."""
        return AnswerDraft(clean(self.text), self.outcome or None, clean(self.reason), clean_line(self.forwarded_to))


def faults(draft: AnswerDraft) -> dict[str, DomainError]:
    """What keeps even a draft from being kept, by field."""
    wrong: dict[str, DomainError] = {}
    if draft.outcome is not None and draft.outcome not in OUTCOMES:
        wrong["outcome"] = Invalid(N_("Välj i listan vad som blev av synpunkten."))
    for field, words, most in (("text", draft.text, TEXT_MAX), ("reason", draft.reason, REASON_MAX)):
        if len(words) > most:
            wrong[field] = Invalid(
                N_("Texten är %(length)s tecken lång. Korta den till högst %(most)s."), length=len(words), most=most
            )
    if not (draft.text or draft.reason or draft.outcome):
        wrong["text"] = Invalid(N_("Skriv svaret."))
    return wrong


def lacks(draft: AnswerDraft) -> dict[str, DomainError]:
    """What an answer still lacks before it can be reviewed, by field; empty when it is whole."""
    wrong: dict[str, DomainError] = {}
    if not draft.text:
        wrong["text"] = Invalid(N_("Skriv svaret."))
    if draft.outcome not in OUTCOMES:
        wrong["outcome"] = Invalid(N_("Välj vad som blev av synpunkten."))
    elif needs_reason(draft.outcome) and not draft.reason:
        wrong["reason"] = Invalid(N_("Skriv skälet. Det krävs för alla svar utom ”Tillgodosedd”."))
    if draft.outcome == Outcome.FORWARDED and not draft.forwarded_to:
        wrong["forwarded_to"] = Invalid(N_("Skriv vem synpunkten lämnas vidare till."))
    return wrong
