"""The English catalogue is whole: every text marked for translation is in it, with the placeholders of the Swedish."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from mapdialog.config import ROOT
from mapdialog.core.wording import FOLDER

REMEDY = "run bin/translate, and fill in what it lists"
KEYWORDS = DEFAULT_KEYWORDS | {"N_": None, "_l": None}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdif.\d]*|\{(\w+)\}")
Key = str | tuple[str, ...]


def key(message: str | tuple[str, ...] | list[str]) -> Key:
    """A text, or the texts of a plural."""
    return message if isinstance(message, str) else tuple(message)


def forms(message: Message) -> list[tuple[str, str]]:
    """(Swedish, English) of every form."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return list(zip(message.id, message.string, strict=False))


def placeholders(text: str) -> set[str]:
    return {one or other for one, other in PLACEHOLDER.findall(text)}


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (FOLDER / "en/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="en")


@pytest.fixture(scope="module")
def marked() -> set[Key]:
    """Every text in the code and the templates, found as bin/translate finds it."""
    with (ROOT / "babel.cfg").open() as file:
        method_map, options = parse_mapping_cfg(file)
    found: set[Key] = set()
    for folder in ("mapdialog", "templates"):
        rows = extract_from_dir(
            ROOT / folder,
            [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in method_map],
            {pattern.removeprefix(f"{folder}/"): of for pattern, of in options.items()},
            KEYWORDS,
        )
        found |= {key(message) for _file, _line, message, _comments, _context in rows if message}
    return found


def test_every_text_marked_for_translation_is_translated(english: Catalog, marked: set[Key]) -> None:
    translated = {key(one.id) for one in english if one.id and all(said for _text, said in forms(one))}
    # A text that is said alone and in a plural has one entry, the plural's.
    translated |= {text for one in translated if isinstance(one, tuple) for text in one}
    assert sorted(map(str, marked - translated)) == [], REMEDY


def test_nothing_is_translated_that_nobody_says(english: Catalog, marked: set[Key]) -> None:
    said = marked | {one[0] for one in marked if isinstance(one, tuple)}
    assert sorted(str(one.id) for one in english if one.id and key(one.id) not in said) == [], REMEDY


def test_translations_keep_the_placeholders(english: Catalog) -> None:
    wrong = []
    for message in english:
        for swedish, said in forms(message) if message.id else []:
            # A form for one may leave the number out: it is known.
            if said and placeholders(swedish) - {"num"} != placeholders(said) - {"num"}:
                wrong.append((swedish, said))
    assert not wrong


def test_no_translation_is_a_guess(english: Catalog) -> None:
    assert [message.id for message in english if message.id and message.fuzzy] == [], REMEDY


def test_the_compiled_catalogue_is_there_and_new() -> None:
    source = FOLDER / "en/LC_MESSAGES/messages.po"
    compiled: Path = source.with_suffix(".mo")
    assert compiled.exists(), "run bin/setup"
    with compiled.open("rb") as file, source.open("rb") as text:
        usable = {key(one.id) for one in read_mo(file) if one.id}
        assert usable >= {key(one.id) for one in read_po(text) if one.id and all(said for _text, said in forms(one))}
