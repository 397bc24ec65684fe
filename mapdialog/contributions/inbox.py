"""The inbox's address: what is asked for in words, as a filter and back again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from mapdialog.contributions.queries_staff import FLAGS, TABS, InboxFilter
from mapdialog.dialogues.models import Dialogue
from mapdialog.dialogues.queries import find_dialogue

NAMES = ("dialogue", "state", "category", "district", "flag", "q", "order")


@dataclass(frozen=True)
class Asked:
    """What the address asks for: its words, the filter they mean, and the dialogue they name."""

    words: dict[str, str]
    wanted: InboxFilter
    dialogue: Dialogue | None

    @property
    def query(self) -> str:
        """The words as the query part of an address."""
        return urlencode(self.words)

    def has_filter(self) -> bool:
        """True when more than a tab and a dialogue is asked for."""
        return any(self.words.get(name) for name in ("category", "district", "flag", "q"))


def asked(session: Session, given: Mapping[str, str], promised: datetime, *, default_dialogue: str = "") -> Asked:
    """What an address or a form's `back` field asks for; unknown words are left out.

    What was received before `promised` and has no answer is overdue.
    """
    words = {name: given.get(name, "").strip()[:200] for name in NAMES}
    if "dialogue" not in given and default_dialogue:
        words["dialogue"] = default_dialogue
    dialogue = find_dialogue(session, words["dialogue"]) if words["dialogue"] else None
    category = next((one.id for one in dialogue.categories if one.key == words["category"]), None) if dialogue else None
    words["dialogue"] = dialogue.slug if dialogue else ""
    words["state"] = words["state"] if words["state"] in TABS else "waiting"
    words["flag"] = words["flag"] if words["flag"] in FLAGS else ""
    words["category"] = words["category"] if category else ""
    words["district"] = words["district"] if words["district"].isdecimal() and len(words["district"]) < 10 else ""
    words["order"] = "old" if words["order"] == "old" else ""
    wanted = InboxFilter(
        dialogue_id=dialogue.id if dialogue else None,
        state=words["state"],
        category_id=category,
        flag=words["flag"],
        district_id=int(words["district"]) if words["district"] else None,
        q=words["q"].replace("\x00", ""),
        order=words["order"] or "new",
        unanswered_since=promised,
    )
    return Asked(
        {name: word for name, word in words.items() if word and (name, word) != ("state", "waiting")}, wanted, dialogue
    )
