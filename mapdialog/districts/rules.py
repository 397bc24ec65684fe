"""What a row of a district file must hold: pure checks of codes, names, populations and keys."""

import math
import re
from typing import Any, NamedTuple

from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_, clean_line, slugify

MAX_DISTRICTS = 20_000
# Past this share of vanished codes the file is probably of something else, and somebody must say that it is meant.
LARGEST_LOSS = 0.5
FIRST_YEAR = 1900
_TAKEN_ADDRESSES = {"import"}  # pages of their own beside those of the sets
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


class Edited(NamedTuple):
    """A district's name, population and the population's year, as an officer typed them."""

    name: str
    population: int | None
    year: int | None


def check_key(key: str | None) -> str:
    """A set's key as it is used in addresses and commands: a-z, 0-9, - and _. Raises Invalid for field `set_key`."""
    made = clean_line(key).lower()
    if not _KEY.fullmatch(made):
        made = slugify(made) if made else ""
    if not _KEY.fullmatch(made) or made in _TAKEN_ADDRESSES:
        raise Invalid(N_("Ge uppsättningen en kort nyckel, till exempel regso."), field="set_key")
    return made


def free_key(title: str, taken: set[str]) -> str:
    """A key made of a title that no set has yet: regso-2025, regso-2025-2 …"""
    made = check_key(slugify(title)[:50].strip("-"))
    return next(key for key in (made, *(f"{made}-{number}" for number in range(2, 10_000))) if key not in taken)


def check_title(title: str | None) -> str:
    """A set's title, 1–100 characters. Raises Invalid for field `title`."""
    made = clean_line(title)
    if not made:
        raise Invalid(N_("Skriv vad uppsättningen heter, till exempel RegSO 2025."), field="title")
    if len(made) > 100:
        raise Invalid(N_("Korta namnet till högst 100 tecken."), field="title")
    return made


def code_of(value: Any) -> str:
    """A code as text: '0114' keeps its zero, 1287.0 from a spreadsheet becomes '1287'; '' for none."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        value = int(value) if value.is_integer() else value
    return clean_line(str(value))[:60] if value is not None else ""


def name_of(value: Any, code: str) -> str:
    """A district's name; its code where it has none."""
    return (clean_line(str(value))[:200] if value is not None else "") or code


def population_of(value: Any) -> int | None:
    """A number of people as written ('10 834', '10834.0'), None when missing; else raises ValueError."""
    if value is None:
        return None
    text = re.sub(r"\s", "", str(value))
    if text in ("", "-", "–", "..", "nan", "None"):
        return None
    number = float(text.replace(",", "."))
    if not math.isfinite(number) or number < 0 or number > 2_000_000_000:
        raise ValueError(text)
    return round(number)


def is_large_loss(known: int, vanishing: int) -> bool:
    """Do most of the districts that are here lack in the file?"""
    return bool(known) and vanishing > known * LARGEST_LOSS


def check_loss(known: int, vanishing: int, *, replace: bool) -> None:
    """Raise Invalid when a file lacks most of the districts that are here, unless `replace` is said."""
    if is_large_loss(known, vanishing) and not replace:
        raise Invalid(
            N_(
                "Filen saknar %(vanishing)s av de %(known)s områden som finns. Är det rätt fil och rätt fält? "
                "Välj annars att ersätta uppsättningen."
            ),
            field="replace",
            vanishing=vanishing,
            known=known,
        )


def check_district(name: str | None, population: str | None, year: str | None, *, this_year: int) -> Edited:
    """What was typed about one district. Raises Invalid with `name`, `population`, `year` as fields."""
    wrong: dict[str, DomainError] = {}
    made = clean_line(name)[:200]
    if not made:
        wrong["name"] = Invalid(N_("Skriv vad området heter."))
    people: int | None = None
    try:
        people = population_of(population)
    except ValueError:
        wrong["population"] = Invalid(N_("Skriv antalet invånare med siffror, eller lämna tomt."))
    stated = (year or "").strip()
    known = int(stated) if stated.isdecimal() and len(stated) == 4 else None
    if stated and (known is None or not FIRST_YEAR <= known <= this_year + 1):
        wrong["year"] = Invalid(N_("Skriv ett år mellan 1900 och nästa år, till exempel 2024."))
    if wrong:
        raise Invalid(N_("Rätta uppgifterna om %(name)s."), fields=wrong, name=made or "–")
    return Edited(made, people, (known or this_year) if people is not None else None)
