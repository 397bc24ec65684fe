"""Words of the demo contributions: voices written by hand, spot by spot."""

import re
from dataclasses import dataclass, field

from build import HERE

DEMO = HERE / "demo"
_LINE = re.compile(r"(?P<code>[A-Z]) (?P<mood>-?[0-2]|\.) \| (?P<text>.+)")
_TAG = re.compile(r"\s*\{(\w+)(?::([^}]*))?\}\s*$")


@dataclass
class Voice:
    """What somebody says about a spot; `tags` are line, area, en, letter, pending, hidden (with a rule) and so on."""

    spot: str
    code: str
    mood: int | None
    text: str
    tags: dict[str, str] = field(default_factory=dict)


def read_voices(slug: str) -> list[Voice]:
    """The hand-written voices of a dialogue, from demo/voices/<slug>-*.txt."""
    found: list[Voice] = []
    for path in sorted((DEMO / "voices").glob(f"{slug}-[0-9m]*.txt")):
        spot = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                spot = line[2:].strip()
            elif line.strip():
                found.append(_voice(spot, line))
    return found


def _voice(spot: str, line: str) -> Voice:
    match = _LINE.fullmatch(line.strip())
    if not match:
        raise ValueError(f"not a voice: {line}")
    text, tags = match["text"], {}
    while tag := _TAG.search(text):
        tags[tag[1]] = tag[2] or ""
        text = text[: tag.start()]
    mood = None if match["mood"] == "." else int(match["mood"])
    return Voice(spot, match["code"], mood, text.strip(), tags)


@dataclass
class Answer:
    """What was said under a contribution: kind A (official, `who` is a unit), R (citizen) or O (the office's reply)."""

    kind: str
    who: str
    text: str


def read_answers(slug: str, voices: list[Voice]) -> dict[str, list[Answer]]:
    """Answers by the text of the voice they belong to, from demo/voices/answers-<slug>.txt.

    A block begins with `= ` and the first words of exactly one voice.
    """
    found: dict[str, list[Answer]] = {}
    text = ""
    for line in (DEMO / "voices" / f"answers-{slug}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            matching = [voice.text for voice in voices if voice.text.startswith(line[2:].strip())]
            if len(matching) != 1:
                raise ValueError(f"{len(matching)} voices begin with: {line[2:]}")
            text = matching[0]
        elif line.strip():
            head, _, words = line.partition(" | ")
            kind, _, who = head.partition(" ")
            found.setdefault(text, []).append(Answer(kind.strip(), who.strip(), words.strip()))
    return found
