"""Which encoding the texts of a Shapefile are in, where the file does not say or says what cannot be."""

import codecs
from collections.abc import Iterator
from pathlib import Path

_CODE_PAGE_AT = 29  # of the .dbf; 0 where the program that wrote it said nothing
_HEADER_LENGTH_AT = slice(8, 10)
_CHUNK = 1 << 20
# Bytes that Windows-1252 leaves without a letter.
_NOT_WINDOWS = frozenset(b"\x81\x8d\x8f\x90\x9d")


def encoding_of(path: Path) -> str | None:
    """The encoding to read the Shapefile's texts in; None to leave it to what the file says about itself."""
    table = _beside(path, ".dbf")
    if path.suffix.lower() != ".shp" or table is None:
        return None
    said = _beside(path, ".cpg")
    name = said.read_bytes()[:40].decode("ascii", "replace").strip().upper() if said else ""
    with table.open("rb") as file:
        head = file.read(32)
    if len(head) < 32 or (name and name not in ("UTF-8", "UTF8", "65001")) or (not name and head[_CODE_PAGE_AT]):
        return None
    return _found(table)


def _found(table: Path) -> str:
    """UTF-8 where every text is; else what Swedish programs wrote before it."""
    decoder, is_utf8, is_odd = codecs.getincrementaldecoder("utf-8")(), True, False
    for part in _texts(table):
        is_odd = is_odd or not _NOT_WINDOWS.isdisjoint(part)
        try:
            decoder.decode(part)
        except UnicodeDecodeError:
            is_utf8 = False
            decoder.reset()
    return "UTF-8" if is_utf8 else "ISO-8859-1" if is_odd else "CP1252"


def _texts(table: Path) -> Iterator[bytes]:
    """The names of the columns, of which each has 11 bytes of 32, and then the rows."""
    with table.open("rb") as file:
        length = int.from_bytes(file.read(32)[_HEADER_LENGTH_AT], "little")
        columns = file.read(max(length - 32, 0))
        yield b"\n".join(columns[at : at + 11].split(b"\0")[0] for at in range(0, len(columns) - 31, 32)) + b"\n"
        while part := file.read(_CHUNK):
            yield part


def _beside(path: Path, suffix: str) -> Path | None:
    """The file of the same name with that ending, in whichever case it is written."""
    found = (one for one in path.parent.iterdir() if one.stem == path.stem and one.suffix.lower() == suffix)
    return next(found, None)
