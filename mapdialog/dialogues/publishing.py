"""Pure rules of publishing: what must be said before citizens are asked, and what deserves a second thought."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from mapdialog.core.clock import local
from mapdialog.core.text import N_
from mapdialog.dialogues.drafts import CategoryDraft, Draft, PhaseDraft
from mapdialog.dialogues.ladder import STEPS
from mapdialog.dialogues.models import Category, Dialogue, Phase

OTHER = "other"


def obstacles(dialogue: "Dialogue | Draft") -> dict[str, str]:
    """What stands in the way of publishing: the field and what to do (Swedish msgid); empty when nothing does.

    Citizens are told early how much they can influence and how their views are used (Trelleborg's principles for
    dialogue, KS 2017/455), so both texts are demanded; a table constraint demands them too.
    """
    found: dict[str, str] = {}
    if not dialogue.title.strip():
        found["title"] = N_("Skriv en rubrik.")
    if not dialogue.influence_text.strip():
        found["influence_text"] = N_("Skriv hur mycket man kan påverka. Det står överst där man lämnar sin synpunkt.")
    if not dialogue.use_text.strip():
        found["use_text"] = N_("Skriv hur synpunkterna kommer att användas.")
    if not dialogue.phases:
        found["phases"] = N_("Lägg till minst en period då dialogen är öppen.")
    if STEPS[dialogue.level].accepts_contributions and not any(category.is_active for category in dialogue.categories):
        found["categories"] = N_("Lägg till minst en kategori.")
    return found


def warnings(dialogue: "Dialogue | Draft") -> list[str]:
    """What is allowed but seldom meant (Swedish msgids)."""
    found: list[str] = []
    end = last_close(dialogue.phases)
    last_day = local(end - timedelta(microseconds=1)).date() if end else date.max
    if dialogue.decision_on and dialogue.phases and last_day > dialogue.decision_on:
        found.append(N_("Dialogen slutar efter beslutet. Synpunkter som kommer efter beslutet kan inte påverka det."))
    if dialogue.phases and end is None:
        found.append(N_("Dialogen har inget slutdatum. Folk vill veta hur länge de kan svara."))
    if not dialogue.decision_body.strip():
        found.append(N_("Det står inte vem som beslutar."))
    if not dialogue.contact.strip():
        found.append(N_("Det saknas en kontakt att fråga."))
    return found


def last_close(phases: "Sequence[Phase] | Sequence[PhaseDraft]") -> datetime | None:
    """When the last phase closes; None when one has no end or there are none."""
    closes = [phase.closes_at for phase in phases]
    ends = [close for close in closes if close is not None]
    return max(ends) if ends and len(ends) == len(closes) else None


def has_other(categories: "Sequence[Category] | Sequence[CategoryDraft]") -> bool:
    """Is there a category for what fits nowhere else? Every dialogue has one, so that nobody is turned away."""
    return any(category.key == OTHER for category in categories)
