"""What a row of a district file must hold: pure checks of codes, names, populations and keys."""

import math
import re
from typing import Any

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_, clean_line, slugify

MAX_DISTRICTS = 20_000
# Past this share of vanished codes the file is probably of something else, and somebody must say that it is meant.
LARGEST_LOSS = 0.5
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def check_key(key: str | None) -> str:
    """A set's key as it is used in addresses and commands: a-z, 0-9, - and _. Raises Invalid for field `set_key`."""
    made = clean_line(key).lower()
    if not _KEY.fullmatch(made):
        made = slugify(made) if made else ""
    if not _KEY.fullmatch(made):
        raise Invalid(N_("Ge uppsättningen en kort nyckel, till exempel regso."), field="set_key")
    return made


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


def check_loss(known: int, vanishing: int, *, replace: bool) -> None:
    """Raise Invalid when a file lacks most of the districts that are here, unless `replace` is said."""
    if known and vanishing > known * LARGEST_LOSS and not replace:
        raise Invalid(
            N_(
                "Filen saknar %(vanishing)s av de %(known)s områden som finns. Är det rätt fil och rätt fält? "
                "Välj annars att ersätta uppsättningen."
            ),
            field="replace",
            vanishing=vanishing,
            known=known,
        )
