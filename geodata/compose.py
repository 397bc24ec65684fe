"""Makes demo/contributions_<slug>.json and demo/areas.geojson, the same every time: `python geodata/compose.py`.

Words come from demo/voices, spots from demo/spots.json, answers from demo/voices/answers-*.txt.
Times are days before the demo is loaded plus a clock time, so that the demo is always as fresh.
"""

import json
import math
import random
from typing import Any

import shapely
from build import write
from responses import add_responses
from scatter import Scatter, areas, ground, lon_lat
from voices import DEMO, Answer, Voice, read_answers, read_voices

CODES = {
    "trygg-vag": {
        "L": "lighting",
        "V": "visibility",
        "C": "crossing",
        "G": "cycling",
        "T": "transit",
        "A": "alone",
        "S": "safe",
        "P": "proposal",
        "O": "other",
    },
    "ostervangsparken": {"B": "play", "N": "nature", "M": "meeting", "W": "insecure", "P": "paths", "O": "other"},
}
AREA = {"trygg-vag": "municipality", "ostervangsparken": "park"}
# Days on which much arrived: (day, share, how fast it ebbs in days): the launch, the newspaper, lessons at school.
PEAKS = {
    "trygg-vag": ((-33, 0.26, 2.2), (-21, 0.24, 2.0), (-12, 0.14, 1.2), (-4, 0.12, 2.0)),
    "ostervangsparken": ((-196, 0.4, 4.0), (-172, 0.3, 3.0)),
}
SPAN = {"trygg-vag": (-33.0, -0.02), "ostervangsparken": (-196.0, -151.2)}
# How busy each hour of the day is, from midnight.
HOURS = (2, 1, 0, 0, 1, 3, 9, 16, 12, 10, 9, 11, 17, 11, 9, 12, 16, 18, 15, 19, 22, 19, 12, 5)
PENDING = 37
DECIDED = -62
WITHDRAWN = 6


def main() -> None:
    """Write the areas and the contributions of both dialogues that have some."""
    spots: dict[str, Any] = json.loads((DEMO / "spots.json").read_text(encoding="utf-8"))
    land = ground()
    bounds = areas(land, spots["ostervangsparken"])
    write("demo/areas.geojson", [({"key": key}, lon_lat(area)) for key, area in bounds.items()])
    for slug in CODES:
        made = compose(slug, spots[slug], land.intersection(bounds[AREA[slug]]))
        lines = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in made]
        text = '{"contributions":[\n' + ",\n".join(lines) + "\n]}\n"
        (DEMO / f"contributions_{slug}.json").write_text(text, encoding="utf-8")


def compose(slug: str, spots: dict[str, Any], area: Any) -> list[dict[str, Any]]:
    """Every contribution of a dialogue, oldest first."""
    dice = random.Random(slug)  # noqa: S311 - a demo is no secret
    voices = read_voices(slug)
    if len({voice.text.casefold() for voice in voices}) != len(voices):
        raise ValueError("two voices are alike")
    answers = read_answers(slug, voices)
    scatter = Scatter(area, slug)
    made = []
    for voice in voices:
        day, clock = when(slug, voice, dice, has_answer=voice.text in answers)
        one: dict[str, Any] = {
            "spot": voice.spot,
            "category": CODES[slug][voice.code],
            "code": voice.code,
            "text": voice.text,
            "mood": voice.mood,
            "place": spots[voice.spot]["place"],
            "geometry": shape(voice, spots[voice.spot], scatter, dice),
            "days": day,
            "time": clock,
            "state": "approved",
        }
        made.append(one | manner(voice, dice))
    made.sort(key=lambda one: (one["days"], one["time"]))
    if slug == "trygg-vag":
        decide_states(made, answers, dice)
    add_sounds(made, answers, dice)
    if slug == "trygg-vag":  # The finished dialogue was answered as a whole, with what it led to.
        units = json.loads((DEMO / "answers.json").read_text(encoding="utf-8"))["units"]
        add_responses(made, units)
    for one in made:
        del one["code"], one["spot"]
    return made


def when(slug: str, voice: Voice, dice: random.Random, *, has_answer: bool) -> tuple[int, str]:
    """Day (0 is the day the demo is loaded) and clock time in Stockholm."""
    first, last = SPAN[slug]
    pick, day = dice.random(), dice.uniform(first, last)
    for start, share, ebb in PEAKS[slug]:
        if pick < share:
            day = start + dice.expovariate(1 / ebb)
            break
        pick -= share
    if has_answer:  # Answers take some days.
        day = min(day, dice.uniform(-14, -6))
    if "pending" in voice.tags:
        day = dice.uniform(-2, -0.1)
    if (
        voice.spot in {"gymnasiet", "liljeborg"} and not has_answer and dice.random() < 0.3
    ):  # The lesson when everyone wrote one.
        return -12, f"{dice.choice((10, 10, 13)):02d}:{dice.randrange(5, 55):02d}"
    hour = dice.choices(range(24), HOURS)[0]
    return math.floor(min(day, last)), f"{hour:02d}:{dice.randrange(60):02d}"


def shape(voice: Voice, spot: dict[str, Any], scatter: Scatter, dice: random.Random) -> dict[str, Any]:
    """GeoJSON geometry in EPSG:4326: mostly a point, sometimes a way or a small area."""
    pick = dice.random()
    if "line" in voice.tags or (voice.code in "GCL" and pick < 0.11 and "area" not in voice.tags):
        made: Any = scatter.route(spot)
    elif "area" in voice.tags or (voice.code in "AVNM" and pick > 0.86) or (voice.code in "LS" and pick > 0.955):
        made = scatter.patch(spot)
    else:
        made = scatter.point(spot)
    geometry: dict[str, Any] = json.loads(shapely.to_geojson(lon_lat(made)))
    return geometry


def manner(voice: Voice, dice: random.Random) -> dict[str, Any]:
    """Channel, language, name and how the place was found; only what differs from the usual."""
    found: dict[str, Any] = {}
    channel = next((tag for tag in ("letter", "phone", "meeting") if tag in voice.tags), "")
    if not channel and len(voice.text) > 60 and dice.random() < 0.05:
        channel = dice.choice(("phone", "phone", "meeting", "letter", "counter"))
    if channel:
        found["channel"] = channel
    language = next((tag for tag in ("en", "uk", "ar") if tag in voice.tags), "")
    if language:
        found["language"] = language
    source = dice.choices(("pin", "gps", "search", "list"), (66, 20, 10, 4))[0] if not channel else "list"
    if source != "pin":
        found["place_source"] = source
    if source == "gps":
        found["accuracy_m"] = round(dice.uniform(4, 30), 1)
    for tag, key in (("hidden", "hidden_rule"), ("public", "public_text")):
        if tag in voice.tags:
            found[key] = voice.tags[tag]
    if "report" in voice.tags:
        found["report"] = voice.tags["report"]
    for state in ("hidden", "pending", "withdrawn"):
        if state in voice.tags:
            found["state"] = state
    return found


def decide_states(made: list[dict[str, Any]], answers: dict[str, list[Answer]], dice: random.Random) -> None:
    """The newest wait to be read, as they do where staff read first; a few authors took theirs back."""
    waiting = sum(one["state"] == "pending" for one in made)
    for one in reversed(made):
        if waiting >= PENDING:
            break
        if one["state"] == "approved" and "public_text" not in one:
            one["state"] = "pending"
            waiting += 1
    for one in dice.sample(
        [one for one in made[:-80] if one["state"] == "approved" and one["text"] not in answers], WITHDRAWN
    ):
        one["state"] = "withdrawn"


def add_sounds(made: list[dict[str, Any]], answers: dict[str, list[Answer]], dice: random.Random) -> None:
    """Names, support, replies and official responses."""
    words: dict[str, Any] = json.loads((DEMO / "answers.json").read_text(encoding="utf-8"))
    for one in made:
        if dice.random() < 0.15:
            one["name"] = f"{dice.choice(words['first_names'])} {dice.choice(words['last_names'])}"
            one["shows_name"] = dice.random() < 0.5
        if one["state"] != "approved":
            continue
        age, length = min(abs(one["days"]), 25) / 25, len(one["text"])
        # A few are liked by many, most by hardly anyone (a long tail), and what is well put by more.
        liked = (dice.paretovariate(1.25) - 0.7) * (0.3 + age) * (1.5 if length > 60 else 0.5)
        liked += 2 * len(answers.get(one["text"], ()))
        if liked >= 1:
            one["support"] = min(round(liked), 34 + dice.randrange(14))
        for answer in answers.get(one["text"], ()):
            _attach(one, answer, words["units"], dice)
        # Replies wait to be read too; the office's own do not.
        for reply in one.get("replies", ()):
            if reply["days"] == -1 and "by" not in reply:
                reply["state"] = "pending"


def _attach(one: dict[str, Any], answer: Answer, units: dict[str, str], dice: random.Random) -> None:
    replies = one.get("replies", [])
    last = replies[-1]["days"] if replies else one["days"]
    if answer.kind == "A":
        later = min(one["days"] + dice.randint(3, 8), -1)
        if one["days"] < DECIDED:  # The park's answers tell what the committee decided.
            later = dice.randint(DECIDED + 2, DECIDED + 16)
        clock = f"{dice.randrange(8, 16):02d}:{dice.randrange(60):02d}"
        one["response"] = {"unit": units[answer.who], "text": answer.text, "days": later, "time": clock}
        return
    day = min(max(last, one["days"]) + 1 + int(dice.expovariate(0.5)), -1)
    if "response" in one:
        day = max(day, min(one["response"]["days"] + 1, -1))
    reply: dict[str, Any] = {
        "text": answer.text,
        "days": day,
        "time": f"{dice.randrange(16, 22):02d}:{len(replies):02d}",
    }
    if answer.kind == "O":
        reply |= {"by": "office", "time": f"{dice.randrange(8, 16):02d}:{dice.randrange(60):02d}"}
    elif answer.who:
        reply["name"] = answer.who
    one["replies"] = [*replies, reply]


if __name__ == "__main__":
    main()
