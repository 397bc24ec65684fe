"""Finds what looks like personal data in free text: personal numbers, e-mail addresses, telephone numbers, plates.

A hint never changes what was sent. It asks the citizen before sending, and it tells the moderator where to look.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from typing import Literal

Kind = Literal["personal_number", "email", "phone", "plate"]

# ÅÅMMDD-NNNC with or without century; people also write spaces and dashes of every length. An interim number has a
# letter first among its last four (Skatteverket); it counts as 1 in the check sum.
_PERSONAL = re.compile(
    r"(?<![\dA-Za-z])(?P<century>18|19|20)?(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)"
    r"(?P<mark>[-+\u2010-\u2015\u2212 \u00a0\u202f]?)"
    r"(?P<serial>[\dTRSUWXJKLMN]\d\d)(?P<check>\d)(?!\d)"
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?![\w@])")
_PHONE = re.compile(
    r"(?<![\d:/,.])(?:\+46|0046|0)(?:[ \u00a0-]?\(0\))?[ \u00a0-]?[1-9]"
    r"(?:[ \u00a0-]{0,3}\d){6,9}(?![\d:/])"
)
# Swedish plates leave out I, Q, V, Å, Ä and Ö, and O as the last letter.
_PLATE = re.compile(r"(?<![\w])[A-HJ-PR-UW-Z]{3}[ \u00a0]?\d\d[A-HJ-NPR-UW-Z\d](?![\w])")
_NEAR_TELEPHONE = re.compile(r"(?:tel|tfn|telefon|mobil|ring|nr|nummer)\b[^\d]{0,12}$", re.IGNORECASE)
MAX_LENGTH = 20_000  # Longer text than any contribution may hold is not searched further.


@dataclass(frozen=True)
class Hint:
    """One find: its kind, whether it is certain enough to act on, and where it stands in the text."""

    kind: Kind
    is_strong: bool
    start: int
    end: int


def find_hints(text: str) -> list[Hint]:
    """Every find in reading order; one stretch of text gives one hint only, a personal number before a telephone."""
    text = text[:MAX_LENGTH]
    found = [hint for match in _PERSONAL.finditer(text) if (hint := _personal_number(match, text))]
    patterns: tuple[tuple[Kind, re.Pattern[str]], ...] = (("email", _EMAIL), ("phone", _PHONE), ("plate", _PLATE))
    for kind, pattern in patterns:
        for match in pattern.finditer(text):
            if not any(hint.start < match.end() and match.start() < hint.end for hint in found):
                found.append(Hint(kind, False, match.start(), match.end()))
    return sorted(found, key=lambda hint: hint.start)


def has_strong_hint(text: str) -> bool:
    """True if somebody should look before the text is public."""
    return any(hint.is_strong for hint in find_hints(text))


def masked(text: str, *, only_strong: bool = False) -> str:
    """The text with each find replaced by as many dots as it has characters, for public views."""
    characters = list(text)
    for hint in find_hints(text):
        if hint.is_strong or not only_strong:
            characters[hint.start : hint.end] = "•" * (hint.end - hint.start)
    return "".join(characters)


def _personal_number(match: re.Match[str], text: str) -> Hint | None:
    """A hint if date, serial number and check digit hold (SKV 704; coordination numbers have 60 added to the day).

    Organisation numbers fall out because their "month" is 20 or more. A telephone number can pass by chance
    (Trelleborg's own switchboard, 0410733000, does): bare ten digits that begin with 0 or follow a word such as "tel"
    are a weak hint.
    """
    if not _is_date(match["century"], int(match["year"]), int(match["month"]), int(match["day"])):
        return None
    serial, is_interim = match["serial"], not match["serial"].isdigit()
    serial = "1" + serial[1:] if is_interim else serial
    digits = match["year"] + match["month"] + match["day"] + serial + match["check"]
    if serial == "000" or not _passes_luhn(digits):
        return None
    is_marked = bool(match["mark"].strip()) or bool(match["century"])
    looks_like_telephone = match["year"].startswith("0") or bool(_NEAR_TELEPHONE.search(text[: match.start()]))
    return Hint("personal_number", is_marked or not looks_like_telephone, match.start(), match.end())


def _is_date(century: str | None, year: int, month: int, day: int) -> bool:
    if day >= 60:  # A coordination number leaves out what is unknown of the birth date.
        return 0 <= month <= 12 and day <= 91
    full_years = [int(century) * 100 + year] if century else [1900 + year, 2000 + year]
    return 1 <= month <= 12 and any(1 <= day <= monthrange(full, month)[1] for full in full_years)


def _passes_luhn(ten_digits: str) -> bool:
    total = 0
    for position, character in enumerate(ten_digits):
        value = int(character) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
