"""What in a table says that somebody has protected identity: the column for it, and addresses that are withheld."""

import re
from collections.abc import Iterable

HEADINGS = (
    "skyddad", "skyddat", "skydd", "sekretess", "skyddade uppgifter", "skyddad identitet", "sekretessmarkering",
    "skyddade personuppgifter", "protected",
)  # fmt: skip
_NO = frozenset({"", "nej", "n", "0", "0.0", "false", "falskt", "no", "-"})
# A cell that tells in plain words that the address is withheld must never become an address.
_WITHHELD = re.compile(
    r"skyddad(e)? (person)?uppgift|sekretessmarker|skyddad (identitet|folkbokf|adress)", re.IGNORECASE
)


def says_yes(word: str) -> bool:
    """Whether a cell of that column says yes: whoever wrote something meant something; one too many harms nobody."""
    return word.strip().casefold() not in _NO


def is_withheld(cells: Iterable[str]) -> bool:
    """Whether any of the cells tells in plain words that it is withheld."""
    return bool(_WITHHELD.search(" ".join(cells)))
