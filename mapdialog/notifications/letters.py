"""What the mails say: plain text in the reader's language, without the citizen's own words or name.

An address is never confirmed before the first mail goes there, so a mail must not carry text that a stranger wrote:
otherwise anyone could make the municipality send their words to anybody.
"""

from dataclasses import dataclass
from datetime import datetime

from mapdialog.core.text import clean_line
from mapdialog.core.wording import day_in_words, moment_in_words, translator


@dataclass(frozen=True)
class Letter:
    """Subject on one line and a plain-text body."""

    purpose: str
    subject: str
    body: str


@dataclass(frozen=True)
class About:
    """What every letter about a contribution needs to know. Links are whole addresses."""

    language: str
    municipality: str
    contact: str
    receipt: str
    dialogue_title: str
    page_url: str
    personal_url: str


def receipt(about: About, received_at: datetime, answer_by: datetime, is_public: bool) -> Letter:
    """Thank you, the number, the personal link and what happens next."""
    _ = translator(about.language)
    next_step = (
        _("Synpunkten syns nu på kartan.")
        if is_public
        else _("Vi läser synpunkten innan den syns på kartan. Du får ett brev när det är gjort.")
    )
    return _letter(
        about,
        "receipt",
        _("Vi har tagit emot din synpunkt %(receipt)s", receipt=about.receipt),
        [
            _("Tack! Vi tog emot din synpunkt den %(moment)s.", moment=moment_in_words(received_at, about.language)),
            _facts(about),
            next_step
            + " "
            + _("Har du ställt en fråga svarar vi senast %(day)s.", day=day_in_words(answer_by, about.language)),
            _("Din personliga länk: med den kan du läsa, ändra eller ta tillbaka synpunkten. Dela den inte med någon.")
            + "\n"
            + about.personal_url,
            _("Har du inte lämnat någon synpunkt? Då har någon skrivit fel adress. Bortse från brevet."),
        ],
    )


def link(about: About) -> Letter:
    """The personal link once more."""
    _ = translator(about.language)
    return _letter(
        about,
        "link",
        _("Din länk till synpunkt %(receipt)s", receipt=about.receipt),
        [
            _("Här är länken som du bad om. Med den kan du läsa, ändra eller ta tillbaka synpunkten.")
            + "\n"
            + about.personal_url,
            _facts(about),
            _("Bad du inte om länken? Då kan du bortse från det här brevet."),
        ],
    )


def published(about: About) -> Letter:
    """It is public now."""
    _ = translator(about.language)
    return _letter(
        about,
        "published",
        _("Din synpunkt %(receipt)s syns nu på kartan", receipt=about.receipt),
        [
            _("Vi har läst din synpunkt, och nu kan alla se den här:") + "\n" + about.page_url,
            _facts(about),
        ],
    )


def hidden(about: About, reason: str) -> Letter:
    """It is not shown, why, and what can be done about it."""
    _ = translator(about.language)
    why = [_("Skälet är: %(reason)s", reason=reason)] if reason else []
    return _letter(
        about,
        "hidden",
        _("Din synpunkt %(receipt)s visas inte på kartan", receipt=about.receipt),
        [
            _("Vi har läst din synpunkt och visar den inte för andra. De som arbetar med frågan läser den ändå."),
            *why,
            _("Du kan ändra texten med din personliga länk, så läser vi den igen:") + "\n" + about.personal_url,
            _("Tycker du att det blev fel? Hör av dig till %(contact)s.", contact=about.contact),
            _facts(about),
        ],
    )


def answered(about: About) -> Letter:
    """There is an answer to read."""
    _ = translator(about.language)
    return _letter(
        about,
        "answered",
        _("Du har fått svar på din synpunkt %(receipt)s", receipt=about.receipt),
        [
            _("%(municipality)s har svarat på din synpunkt. Läs svaret här:", municipality=about.municipality)
            + "\n"
            + about.personal_url,
            _facts(about),
        ],
    )


def replied(about: About) -> Letter:
    """Somebody has written under it."""
    _ = translator(about.language)
    return _letter(
        about,
        "replied",
        _("Någon har skrivit under din synpunkt %(receipt)s", receipt=about.receipt),
        [
            _("Läs vad de skriver här:") + "\n" + about.page_url,
            _facts(about),
        ],
    )


def _facts(about: About) -> str:
    _ = translator(about.language)
    return (
        _("Kvittonummer: %(receipt)s", receipt=about.receipt)
        + "\n"
        + _("Dialog: %(title)s", title=about.dialogue_title)
    )


def _letter(about: About, purpose: str, subject: str, parts: list[str]) -> Letter:
    _ = translator(about.language)
    foot = _("Vänliga hälsningar") + "\n" + about.municipality + "\n" + about.contact
    return Letter(purpose, clean_line(subject), "\n\n".join([_("Hej!"), *parts, foot]) + "\n")
