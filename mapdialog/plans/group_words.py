"""What a table's words for groups mean: the groups that the law names, by the words that registers use for them."""

import hashlib
import re

from mapdialog.core.text import N_
from mapdialog.plans.kinds import PartyGroup, PlanKind
from mapdialog.plans.labels import group_labels

UNKNOWN = N_("”%(word)s” är ingen grupp som vi känner till. Skriv till exempel sakägare, boende, nämnd eller förening.")
_WORDS: dict[str, str] = {
    "länsstyrelsen": PartyGroup.AUTHORITY_MANDATORY, "lantmäteriet": PartyGroup.AUTHORITY_MANDATORY,
    "lantmäterimyndigheten": PartyGroup.AUTHORITY_MANDATORY, "kommun": PartyGroup.AUTHORITY_MANDATORY,
    "myndighet": PartyGroup.OTHER_INTEREST, "nämnd": PartyGroup.MUNICIPAL_BODY, "bolag": PartyGroup.MUNICIPAL_BODY,
    "förvaltning": PartyGroup.MUNICIPAL_BODY, "sakägare": PartyGroup.PROPERTY_PARTY,
    "fastighetsägare": PartyGroup.PROPERTY_PARTY, "ägare": PartyGroup.PROPERTY_PARTY,
    "lagfaren ägare": PartyGroup.PROPERTY_PARTY, "rättighetshavare": PartyGroup.PROPERTY_PARTY,
    "samfällighet": PartyGroup.PROPERTY_PARTY, "servitut": PartyGroup.PROPERTY_PARTY,
    "boende": PartyGroup.RESIDENT_AFFECTED, "hyresgäst": PartyGroup.RESIDENT_AFFECTED,
    "bostadsrättshavare": PartyGroup.RESIDENT_AFFECTED, "granne": PartyGroup.RESIDENT_AFFECTED,
    "hyresgästförening": PartyGroup.TENANTS_ORGANISATION, "hyresgästföreningen": PartyGroup.TENANTS_ORGANISATION,
    "hyresgästorganisation": PartyGroup.TENANTS_ORGANISATION, "förening": PartyGroup.OTHER_INTEREST,
    "företag": PartyGroup.OTHER_INTEREST, "organisation": PartyGroup.OTHER_INTEREST,
    "övrig": PartyGroup.OTHER_INTEREST, "övriga": PartyGroup.OTHER_INTEREST, "allmänhet": PartyGroup.PUBLIC,
    "allmänheten": PartyGroup.PUBLIC, "medborgare": PartyGroup.PUBLIC, "boenden": PartyGroup.RESIDENT_AFFECTED,
    "grannar": PartyGroup.RESIDENT_AFFECTED, "hyresgäster": PartyGroup.RESIDENT_AFFECTED,
    "myndigheter": PartyGroup.OTHER_INTEREST, "föreningar": PartyGroup.OTHER_INTEREST,
    "organisationer": PartyGroup.OTHER_INTEREST,
}  # fmt: skip
# Whom the law always names is known by name, whichever of these (or nothing) the table says that they are.
_AUTHORITY_WORDS = frozenset(
    {"", "myndighet", "myndigheter", "statlig myndighet", "region", "kommuner", "organisation", "remissinstans"}
)
_ALWAYS_NAMED = re.compile(r"länsstyrelse|lantmäteri|^[^,]+ kommun$", re.IGNORECASE)
_NAMED_IN_COMPREHENSIVE_PLANS = re.compile(r"^region |^boverket$", re.IGNORECASE)


def find_group(word: str, plan_kind: str = PlanKind.DETAILED_PLAN) -> str | None:
    """The group that the word means in a plan of that kind, or None."""
    wanted, labels = word.casefold(), group_labels(plan_kind)
    for key, said in labels.items():
        if wanted in (key, said.casefold()):
            return str(key)
    found = _WORDS.get(wanted)
    return str(found) if found in labels else None


def key_of(word: str) -> str:
    """A word's short mark, to be asked about by: addresses end up in logs, and a word may stand in the wrong column."""
    return hashlib.blake2b(word.casefold().encode(), digest_size=5).hexdigest()


def find_authority(word: str, called: str, plan_kind: str) -> str | None:
    """The group of those the law always names, when somebody called so is one of them; `word` is what the table says
    of the group."""
    if word.casefold() not in _AUTHORITY_WORDS:
        return None
    is_named = _ALWAYS_NAMED.search(called) or (
        plan_kind == PlanKind.COMPREHENSIVE_PLAN and _NAMED_IN_COMPREHENSIVE_PLANS.search(called)
    )
    return PartyGroup.AUTHORITY_MANDATORY.value if is_named else None
