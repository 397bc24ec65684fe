"""Which fields of a map file are likely to name its parts, going by what stands in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from mapdialog.core.text import clean_line
from mapdialog.plans.map_files import MapRow

# What a CAD program writes about its own drawing.
_DRAWING = frozenset({"SubClasses", "Linetype", "EntityHandle", "PaperSpace", "ExtendedEntity", "BlockName"})
_SAMPLES = 3


@dataclass(frozen=True)
class TextColumn:
    """A field that holds words: some of them, and how long they are on average."""

    name: str
    samples: tuple[str, ...]
    length: float


def text_columns(rows: Sequence[MapRow]) -> list[TextColumn]:
    """The fields in which letters stand, in the file's order."""
    found = []
    for name in rows[0].values if rows else ():
        said = [clean_line(one) for row in rows if isinstance(one := row.values.get(name), str)]
        words = [one for one in said if any(letter.isalpha() for letter in one)]
        if words and name not in _DRAWING:
            samples = tuple(dict.fromkeys(words))[:_SAMPLES]
            found.append(TextColumn(name, samples, fmean(len(one) for one in words)))
    return found


def likely_title(columns: Sequence[TextColumn], code: str, text: str) -> str:
    """The field that most likely has the names people understand: the longest words that are neither code nor text."""
    free = [one for one in columns if one.name not in (code, text)]
    return max(free, key=lambda one: one.length).name if free else ""
