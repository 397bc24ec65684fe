"""Numbers and shares in words, as the reader's language writes them."""

from babel.numbers import format_decimal

from mapdialog.geo.classes import Classes

_THIN = "\u202f"


def number(value: float | None, language: str) -> str:
    """'1 234' or '3,25'; an en dash where there is no value."""
    if value is None:
        return "–"
    shown = format_decimal(round(value, 2), locale=language)
    return str(shown).replace("\xa0", _THIN) if language == "sv" else str(shown)


def span(low: float, high: float, language: str) -> str:
    """'12–40', or one number where both are the same."""
    first, last = number(low, language), number(high, language)
    return first if first == last else f"{first}–{last}"


def ranges(classes: Classes, language: str) -> list[str]:
    """What each class holds: the smallest and the largest value found in it."""
    return [span(low, high, language) for low, high in classes.ranges()]


def density(per_km2: float, language: str) -> str:
    """A density with two significant digits at most: more would pretend to know."""
    rounded = float(f"{per_km2:.2g}")
    return number(int(rounded) if rounded >= 10 else rounded, language)
