"""Names as people type them: without regard to accents, å ä ö, case and marks between words."""

import re
import unicodedata

_SPECIAL = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "đ": "d", "ł": "l"})
_BETWEEN = re.compile(r"[^a-z0-9]+")
_HOUSE_NUMBER = re.compile(r"\s+\d+\s?[a-z]?$")


def fold(text: str) -> str:
    """'Östra Förstaden' and 'ostra forstaden' become the same: lower case, ASCII, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_SPECIAL)).encode("ascii", "ignore").decode()
    return _BETWEEN.sub(" ", plain).strip()


def without_house_number(folded: str) -> str:
    """'algatan 13 b' becomes 'algatan': a street is found where its houses are not known."""
    return _HOUSE_NUMBER.sub("", folded)
