"""What participants are counted by, in words: the three dimensions and their bands."""

from mapdialog.core.text import N_
from mapdialog.core.wording import Translate
from mapdialog.walks.models import HeadDimension

DIMENSIONS: dict[str, str] = {
    HeadDimension.GENDER: N_("Kön"),
    HeadDimension.AGE: N_("Ålder"),
    HeadDimension.ROLE: N_("Roll"),
}
BANDS: dict[str, str] = {
    "women": N_("Kvinnor"),
    "men": N_("Män"),
    "other": N_("Annat"),
    "not_stated": N_("Inte angivet"),
    "resident": N_("Boende"),
    "politician": N_("Politiker"),
    "staff": N_("Kommunens personal"),
    "police": N_("Polis"),
    "property_owner": N_("Fastighetsägare"),
    "association": N_("Föreningar"),
}


def band(key: str, say: Translate) -> str:
    """A band in words; ages are said as years."""
    return say(BANDS[key]) if key in BANDS else say(N_("%(years)s år"), years=key.replace("-", "–"))
