"""Which letters the typefaces of this machine have, and what stands for one that none of them has."""

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
_SUFFIXES = frozenset({".ttf", ".otf", ".ttc"})
_MISSING = "?"
# Marks that only change the letter before them: skin tones, joiners, the choice between drawing and text.
_MARKS = frozenset({"Mn", "Me", "Cf", "Sk", "Cc"})


def known_letters(wanted: set[str]) -> set[str]:
    """Those of the letters that some typeface here has."""
    from fontTools.ttLib import TTCollection, TTFont, TTLibError  # type: ignore[import-untyped]

    found: set[str] = set()
    for path in _typefaces():
        if found == wanted:
            break
        try:
            faces = TTCollection(path, lazy=True).fonts if path.suffix == ".ttc" else [TTFont(path, lazy=True)]
            for face in faces:
                has = face.getBestCmap() or {}
                found |= {one for one in wanted if ord(one) in has}
                face.close()
        except (TTLibError, OSError, KeyError, AssertionError):
            continue  # what can't be read here can't be set either
    return found


def with_known(text: str, is_known: Callable[[str], bool]) -> str:
    """The text with each unknown sign told by its name, as screen readers do; an unknown letter is a question mark."""
    return "".join(one if is_known(one) else _instead(one) for one in text)


def _instead(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in _MARKS:
        return ""
    name = unicodedata.name(letter, "").lower()
    return f"[{name}]" if category.startswith("S") and name else _MISSING


def _typefaces() -> Iterator[Path]:
    for folder in _FOLDERS:
        yield from (one for one in sorted(Path(folder).expanduser().rglob("*")) if one.suffix in _SUFFIXES)
