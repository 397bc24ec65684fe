"""What the keys and columns of figures over walks are called, in the language of `translate`."""

from collections.abc import Mapping

from mapdialog.core.text import N_
from mapdialog.core.wording import Translate
from mapdialog.walks import tending
from mapdialog.walks.drafts import LIGHTS
from mapdialog.walks.figures import Row

TITLES: dict[str, str] = {
    "district": N_("Per område"),
    "category": N_("Per kategori"),
    "season": N_("Per årstid"),
    "light": N_("Per ljus"),
    "party": N_("Per ansvarig"),
}
HEADS: dict[str, str] = {
    "district": N_("Område"),
    "category": N_("Kategori"),
    "season": N_("Årstid"),
    "light": N_("Ljus"),
    "party": N_("Ansvarig"),
}
SEASONS: dict[str, str] = {
    "winter": N_("Vinter"),
    "spring": N_("Vår"),
    "summer": N_("Sommar"),
    "autumn": N_("Höst"),
}
COLUMNS: tuple[str, ...] = (
    N_("Vandringar"),
    N_("Iakttagelser"),
    N_("Otrygga"),
    N_("Trygga"),
    N_("Åtgärder"),
    N_("Klara"),
    N_("Försenade"),
    N_("Görs inte"),
    N_("Dagar till klart, median"),
    N_("Klara i tid, andel"),
)
_UNKNOWN: dict[str, str] = {
    "district": N_("Utanför alla områden"),
    "category": N_("Utan iakttagelse"),
    "season": N_("Inte angivet"),
    "light": N_("Inte angivet"),
}
OWNER = "owner:"


def label(dimension: str, key: str, categories: Mapping[str, str], translate: Translate) -> str:
    """The name of a row."""
    if key.startswith(OWNER):
        owner = translate(tending.OWNERS[key.removeprefix(OWNER)])
        return translate(N_("%(owner)s, ingen vald"), owner=owner)
    if not key:
        return translate(_UNKNOWN[dimension])
    words = {"season": SEASONS, "light": LIGHTS}.get(dimension)
    return translate(words[key]) if words else categories.get(key, key) if dimension == "category" else key


def values(row: Row) -> tuple[int | float | None, ...]:
    """A row's figures, in the order of COLUMNS."""
    how = row.outcome
    counts = (row.walks, row.observations, row.insecure, row.secure, how.total, how.done, how.overdue, how.refused)
    return (*counts, how.median_days, how.within)
