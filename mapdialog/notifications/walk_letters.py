"""What the mails about actions of safety walks say: to the unit, company or association that is responsible."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mapdialog.core.text import clean_line
from mapdialog.core.wording import day_in_words, translator
from mapdialog.notifications.letters import Letter


@dataclass(frozen=True)
class Item:
    """An action in a letter; `url` is the whole address where it is answered."""

    title: str
    where: str
    walk_title: str
    deadline: date
    purpose: str
    url: str


@dataclass(frozen=True)
class Sender:
    """Who writes, to whom, in which language; links open until `open_until`."""

    language: str
    municipality: str
    contact: str
    party: str
    open_until: date


def write(sender: Sender, items: Sequence[Item]) -> Letter:
    """One letter about all of them: what is overdue first, then what is due soon, then what is asked."""
    _ = translator(sender.language)
    headings = {
        "overdue": _("De här skulle ha varit klara:"),
        "due_soon": _("De här ska snart vara klara:"),
        "question": _("Vi behöver ditt svar om de här:"),
    }
    parts = [_("Hej!"), _opening(sender, items)]
    for purpose, heading in headings.items():
        ones = [one for one in items if one.purpose == purpose]
        if ones:
            parts.append(heading)
            parts += [_item(one, sender.language) for one in ones]
    parts.append(
        _(
            "Öppna länken vid varje åtgärd och berätta hur långt den har kommit. Du behöver inget konto. "
            "Länkarna gäller till och med %(day)s. Skicka dem bara till den som ska svara.",
            day=day_in_words(sender.open_until, sender.language),
        )
    )
    parts.append(_("Är det inte ni som ansvarar? Säg det i svaret, så letar vi vidare."))
    parts.append(_("Vänliga hälsningar") + "\n" + sender.municipality + "\n" + sender.contact)
    purpose = "walk_question" if all(one.purpose == "question" for one in items) else "walk_reminder"
    return Letter(purpose, clean_line(_subject(sender, items)), "\n\n".join(parts) + "\n")


def _opening(sender: Sender, items: Sequence[Item]) -> str:
    _ = translator(sender.language)
    return _(
        "På en trygghetsvandring såg boende och andra sådant som %(party)s kan göra något åt. "
        "%(municipality)s följer upp det och visar för alla hur det går.",
        party=sender.party,
        municipality=sender.municipality,
    )


def _subject(sender: Sender, items: Sequence[Item]) -> str:
    _ = translator(sender.language)
    if any(one.purpose == "overdue" for one in items):
        return _("Påminnelse: åtgärder efter trygghetsvandring är försenade")
    if any(one.purpose == "due_soon" for one in items):
        return _("Påminnelse: åtgärder efter trygghetsvandring ska snart vara klara")
    return _("Åtgärder efter trygghetsvandring: hur går det?")


def _item(item: Item, language: str) -> str:
    _ = translator(language)
    place = f"{item.where}, {item.walk_title}" if item.where else item.walk_title
    return "\n".join(
        (
            item.title,
            place,
            _("Ska vara klar: %(day)s", day=day_in_words(item.deadline, language)),
            item.url,
        )
    )
