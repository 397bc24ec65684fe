"""Official responses to most of what has waited longest: from demo/responses.json, by subject, the same every time."""

import json
import random
import re
from typing import Any

from voices import DEMO

PROMISED_DAYS = 15
SHARE_OLD, SHARE_NEW = 0.98, 0.35
# Subjects told by words, per category. Praise is thanked for, and a proposal stays one: what it asks for isn't decided.
_TELLING: dict[str, tuple[str, ...]] = {
    "safe": (), "proposal": (), "lighting": (), "visibility": (), "alone": ("crime", "light", "green"),
    "other": ("crime", "light", "green", "cycle", "winter", "crossing", "transit"),
}  # fmt: skip
_VILLAGES = {
    "Anderslöv", "Skegrie", "Smygehamn", "Smygehuk", "Klagstorp", "Alstad", "Kurland", "Skåre", "Västra Tommarp",
    "Södra Åby", "Grönby", "Beddingestrand", "Gislövs läge", "Fagerängen", "Högalid", "Västervång", "Kattebäck",
}  # fmt: skip
_SPOKEN = {
    "Trelleborgs centralstation": "centralstationen", "Gångtunneln": "gångtunneln", "Stadsparken": "stadsparken",
    "Hållplatserna vid stationen": "stationens hållplatser", "Trelleborgs lasarett": "lasarettet",
}  # fmt: skip


def add_responses(made: list[dict[str, Any]], units: dict[str, str]) -> None:
    """Give an official response to a share of the public ones that have none; no two responses are alike."""
    words: dict[str, Any] = json.loads((DEMO / "responses.json").read_text(encoding="utf-8"))
    dice = random.Random("responses")  # noqa: S311 - a demo is no secret
    used: set[str] = set()
    for one in made:
        is_old = one["days"] < -PROMISED_DAYS
        wanted = dice.random() < (SHARE_OLD if is_old else SHARE_NEW)
        if not wanted or one["state"] != "approved" or "response" in one or "language" in one or one["days"] > -7:
            continue
        subject = _subject(one, words["subjects"])
        text = _fresh(one, subject, words, used, dice)
        if not text:
            continue
        used.add(text)
        latest = min(13 if is_old else 9, -1 - one["days"])
        day = one["days"] + dice.randint(4, max(4, latest))
        clock = f"{dice.randrange(8, 16):02d}:{dice.randrange(60):02d}"
        one["response"] = {"unit": units[subject["unit"]], "text": text, "days": day, "time": clock}


def _subject(one: dict[str, Any], subjects: list[dict[str, Any]]) -> dict[str, Any]:
    """What the words are about, where that says more than the category; else the category."""
    said = one["text"].casefold()
    telling = _TELLING.get(one["category"], ("crime", "winter"))
    by_words = (it for it in subjects if it["key"] in telling and re.search(it["pattern"], said))
    return next(by_words, None) or next(it for it in subjects if one["category"] in it.get("categories", ()))


def _fresh(
    one: dict[str, Any], subject: dict[str, Any], words: dict[str, Any], used: set[str], dice: random.Random
) -> str:
    place = _SPOKEN.get(one["place"], one["place"])
    for _ in range(60):
        opening = "" if subject.get("plain") else dice.choice(words["openings"])
        closing = "" if subject.get("plain") else dice.choice(words["closings"])
        text = f"{opening}{dice.choice(subject['texts'])}{closing}".replace("vid {place}", _at(one["place"], place))
        text = text.replace("{place}", place)
        if text not in used and text.casefold().count(place.casefold()) < 2:
            return text
    return ""


def _at(name: str, spoken: str) -> str:
    """'i' a village or park, 'på' a street or square, 'vid' all else."""
    if name in _VILLAGES or name.endswith(("parken", "tunneln", "skogen")):
        return f"i {spoken}"
    return f"{'på' if name.endswith(('gatan', 'vägen', 'torget', 'torg', 'plan')) else 'vid'} {spoken}"
