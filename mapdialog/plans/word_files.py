"""A Word file as a template: told by what it holds, and opened without what does not belong in a paper of ours."""

import io
import zipfile
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from mapdialog.core.errors import DomainError, Invalid, TooLarge
from mapdialog.core.text import N_

MAX_BYTES = 20_000_000
_MOST_UNPACKED = 100_000_000
_MOST_MEMBERS = 2_000
_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TYPES = "[Content_Types].xml"
_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.%s.main+xml"
# Where the template lies at the municipality, locks on it and whom it is to be sent to are no matter of its papers.
_LEFT_OUT = ("attachedTemplate", "linkStyles", "documentProtection", "writeProtection", "mailMerge")

NOT_WORD = N_("Mallen ”%(name)s” är ingen Word-fil. Spara den i Word som dokument (.docx) eller mall (.dotx).")
OLD_WORD = N_("Mallen ”%(name)s” är i Words gamla format eller låst med lösenord. Spara den utan lösenord som .docx.")
MACROS = N_("Mallen ”%(name)s” innehåller makron. Spara den som .docx eller .dotx, utan makron.")
TOO_LARGE = N_("Mallen ”%(name)s” är större än 20 MB. Ta bort bilder ur den.")
BROKEN = N_("Mallen ”%(name)s” går inte att öppna. Öppna den i Word, spara den på nytt som .docx och försök igen.")


@dataclass(frozen=True)
class WordFile:
    """A template as it was saved in Word."""

    name: str
    data: bytes


def read(path: Path) -> WordFile:
    """The file at `path`. Raises Invalid where it can't be read, TooLarge."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _wrong(TOO_LARGE, path.name)
        return WordFile(path.name, path.read_bytes())
    except OSError as error:
        raise Invalid(
            N_("Mallen ”%(name)s” går inte att läsa: %(why)s."),
            field="template",
            name=path.name[:80],
            why=error.strerror or "?",
        ) from None


def opened(file: WordFile) -> Any:
    """The template as a document that may be written in and sent to anybody, its text still there.

    Raises Invalid and TooLarge, saying what is wrong with the file.
    """
    _demand_word(file)
    try:
        document = docx.Document(io.BytesIO(_as_document(file.data)))
        document.element.body.get_or_add_sectPr()
        if "Normal" not in document.styles:
            document.styles.add_style("Normal", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        _clean(document)
        _pass_on_headers(document)
    except Exception:  # A file made to harm raises anything.
        raise _wrong(BROKEN, file.name) from None
    return document


def empty(document: Any) -> None:
    """Take away all text of the body; the page, its header and its footer stay."""
    body = document.element.body
    for child in list(body):
        if child is not body.sectPr:
            body.remove(child)


def headers_and_footers(document: Any) -> list[Any]:
    """Each header and footer of the document as XML."""
    parts = {one.target_part for one in document.part.rels.values() if not one.is_external}
    return [one.element for one in parts if one.content_type.endswith(("header+xml", "footer+xml"))]


def say_swedish(document: Any) -> None:
    """Readers of screens pronounce Swedish as Swedish, also in a template that was made with another language."""
    properties = document.styles["Normal"].element.get_or_add_rPr()
    for earlier in properties.findall(qn("w:lang")):
        properties.remove(earlier)
    tag = OxmlElement("w:lang")
    tag.set(qn("w:val"), "sv-SE")
    properties.append(tag)


def _demand_word(file: WordFile) -> None:
    if len(file.data) > MAX_BYTES:
        raise _wrong(TOO_LARGE, file.name)
    if file.data.startswith(_OLE_MARK):
        raise _wrong(OLD_WORD, file.name)
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as zipped:
            members = zipped.infolist()
            if len(members) > _MOST_MEMBERS or sum(one.file_size for one in members) > _MOST_UNPACKED:
                raise _wrong(TOO_LARGE, file.name)
            types = zipped.read(_TYPES)
    except (zipfile.BadZipFile, KeyError, ValueError, RuntimeError, NotImplementedError):
        raise _wrong(NOT_WORD, file.name) from None
    if b"macroEnabled" in types or any("vbaproject" in one.filename.lower() for one in members):
        raise _wrong(MACROS, file.name)
    if _MAIN % b"document" not in types and _MAIN % b"template" not in types:
        raise _wrong(NOT_WORD, file.name)


def _wrong(message: str, name: str) -> DomainError:
    kind = TooLarge if message == TOO_LARGE else Invalid
    return kind(message, field="template", name=name[:80])


def _as_document(data: bytes) -> bytes:
    """A .dotx differs from a .docx in one word."""
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        types = zipped.read(_TYPES)
        if _MAIN % b"template" not in types:
            return data
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
            for one in zipped.infolist():
                target.writestr(one, zipped.read(one) if one.filename != _TYPES else _renamed(types))
        return made.getvalue()


def _renamed(types: bytes) -> bytes:
    return types.replace(_MAIN % b"template", _MAIN % b"document")


def _clean(document: Any) -> None:
    settings, relations = document.settings.element, document.part.part_related_by(RELATIONSHIP_TYPE.SETTINGS).rels
    for name in _LEFT_OUT:
        for one in settings.findall(qn(f"w:{name}")):
            settings.remove(one)
    for key in [key for key, one in relations.items() if one.is_external]:
        del relations[key]


def _pass_on_headers(document: Any) -> None:
    """A section without a header or footer of its own has that of the one before it: give the last one each that it
    has in this way, as those before it may be taken away."""
    found: dict[tuple[str, str], Any] = {}
    last = document.element.body.sectPr
    for section in document.element.body.iter(qn("w:sectPr")):
        for one in section:
            if one.tag in (qn("w:headerReference"), qn("w:footerReference")):
                found[one.tag, one.get(qn("w:type"))] = one
    own = {(one.tag, one.get(qn("w:type"))) for one in last}
    for key, one in found.items():
        if key not in own:
            last.insert(0, deepcopy(one))
