"""Takes in a folder or a zip of saved e-mails (.eml): each becomes a statement with its attachments, once."""

import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from sqlalchemy.orm import Session

from mapdialog.core.errors import DomainError, Invalid, TooLarge
from mapdialog.core.text import N_
from mapdialog.plans import eml
from mapdialog.plans.models import Plan
from mapdialog.plans.registering import Door, as_meant, files_of, notes_about, statement_of
from mapdialog.plans.statement_importing import ALREADY, NEW, Arrived, Taken, refused, take

MOST_LETTERS = 2_000
MOST_UNPACKED = 1_000_000_000
_TWICE = N_("Samma brev finns två gånger i filen.")
_NO_LETTERS = N_("Där finns inga .eml-filer.")


def take_letters(session: Session, plan: Plan, path: Path, door: Door, *, dry: bool = False) -> Iterator[Taken]:
    """Register every .eml file of a folder (and folders in it), a zip, or the one file; with `dry` only look.

    The caller commits, and may after each. Raises Invalid for a zip that cannot be used or holds no letters.
    """
    seen: set[uuid.UUID] = set()
    for name, data in _letters(path):
        yield _take(session, plan, name, data, door, seen=seen if dry else None)


def count_letters(path: Path) -> int:
    """How many there are, for a progress bar. Raises Invalid as `take_letters` does."""
    if path.is_dir():
        return len(_in_folder(path))
    if path.suffix.lower() == ".zip":
        with _opened(path) as zipped:
            return len(_members(zipped))
    return 1


def _take(
    session: Session, plan: Plan, name: str, data: bytes | DomainError, door: Door, *, seen: set[uuid.UUID] | None
) -> Taken:
    """With `seen`, the letters looked at before, it only looks."""
    if isinstance(data, DomainError):
        return refused(name, data)
    try:
        letter = as_meant(eml.read_letter(data, at=door.at), door.config)
    except DomainError as error:
        return refused(name, error)
    new = statement_of(plan, letter)
    if not new.text and not letter.attachments:
        return refused(name, Invalid(N_("Brevet har varken text, ämne eller bilagor.")))
    files, left_out = files_of(letter, data, name)
    arrived = Arrived(new, tuple(files), notes_about(letter, door.config), tuple(left_out))
    taken = take(session, plan, name, arrived, door, dry=seen is not None)
    if seen is not None and taken.status == NEW and new.client_id in seen:
        taken = replace(taken, status=ALREADY, notes=(*taken.notes, _TWICE))
    if seen is not None:
        seen.add(new.client_id)
    return taken


def _letters(path: Path) -> Iterator[tuple[str, bytes | DomainError]]:
    if path.is_dir():
        for file in _in_folder(path):
            name = str(file.relative_to(path))
            yield name, _too_large(name) if file.stat().st_size > eml.MAX_BYTES else file.read_bytes()
    elif path.suffix.lower() == ".zip":
        yield from _in_zip(path)
    else:
        yield path.name, _too_large(path.name) if path.stat().st_size > eml.MAX_BYTES else path.read_bytes()


def _in_folder(path: Path) -> list[Path]:
    """The letters of a folder in the order of their names; links that lead out of it are not followed."""
    root = path.resolve()
    found = [file for file in sorted(path.rglob("*")) if file.suffix.lower() == ".eml" and file.is_file()]
    found = [file for file in found if file.resolve().is_relative_to(root)]
    if not found:
        raise Invalid(_NO_LETTERS, field="file")
    return found


def _in_zip(path: Path) -> Iterator[tuple[str, bytes | DomainError]]:
    total = 0
    with _opened(path) as zipped:
        for item in _members(zipped):
            name = PurePosixPath(item.filename.replace("\\", "/")).name
            if item.flag_bits & 1:
                yield name, Invalid(N_("Filen är låst med lösenord."), field="file")
                continue
            try:
                with zipped.open(item) as source:
                    data = source.read(eml.MAX_BYTES + 1)  # The size in the zip's own list may be a lie.
            except Exception:  # A broken member raises anything.
                yield name, Invalid(N_("Filen är skadad i zip-filen."), field="file")
                continue
            total += len(data)
            if total > MOST_UNPACKED:
                raise TooLarge(
                    N_("Zip-filen blir större än %(limit)s MB uppackad."),
                    field="file",
                    limit=MOST_UNPACKED // 1_000_000,
                )
            yield name, _too_large(name) if len(data) > eml.MAX_BYTES else data


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError):
        raise Invalid(N_("Zip-filen är skadad och går inte att packa upp."), field="file") from None


def _members(zipped: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The letters in a zip, in the order of their names; what a Mac adds beside them is passed over."""
    found = []
    for item in zipped.infolist():
        path = PurePosixPath(item.filename.replace("\\", "/"))
        if path.suffix.lower() == ".eml" and "__MACOSX" not in path.parts and not item.is_dir():
            found.append(item)
    if not found:
        raise Invalid(_NO_LETTERS, field="file")
    if len(found) > MOST_LETTERS:
        raise Invalid(
            N_("Zip-filen har %(count)s filer. Gränsen är %(limit)s."),
            field="file",
            count=len(found),
            limit=MOST_LETTERS,
        )
    return sorted(found, key=lambda item: item.filename)


def _too_large(name: str) -> TooLarge:
    return TooLarge(
        N_("Filen %(name)s är för stor. Gränsen är %(limit)s MB."),
        field="file",
        name=name,
        limit=eml.MAX_BYTES // 1_000_000,
    )
