"""Unpacks a zip somebody sent us without trusting a single name, size or link in it."""

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from mapdialog.geo.problems import N_, GeoProblem

MAX_MEMBERS = 200
MAX_TOTAL = 1_000_000_000
_MAX_RATIO = 200
_WANTED = {
    ".shp",
    ".shx",
    ".dbf",
    ".prj",
    ".cpg",
    ".qpj",
    ".sbn",
    ".sbx",
    ".gpkg",
    ".geojson",
    ".json",
    ".kml",
    ".csv",
    ".txt",
    ".tsv",
    ".fgb",
    ".dxf",
    ".tab",
    ".dat",
    ".map",
    ".id",
    ".mif",
    ".mid",
    ".gpx",
}


def unpack(archive: Path, target: Path) -> list[Path]:
    """Unpack the map files of a zip into the folder `target`; returns their paths.

    Refused with GeoProblem: broken or encrypted zips, members outside the folder, links, more than 200 members, more
    than 1 GB unpacked or a compression no map file reaches. Members of other kinds are left in the zip.
    """
    try:
        with zipfile.ZipFile(archive) as zipped:
            members = [item for item in zipped.infolist() if not item.is_dir()]
            _check(members)
            return [_extract(zipped, item, target) for item in members if _is_wanted(item.filename)]
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error):
        with archive.open("rb") as file:
            is_zip = file.read(2) == b"PK"
        if not is_zip:
            raise GeoProblem(N_("Filen heter %(suffix)s men är ingen zip-fil."), suffix=archive.suffix) from None
        raise GeoProblem(N_("Zip-filen är skadad och går inte att packa upp.")) from None
    except RuntimeError:
        raise GeoProblem(N_("Zip-filen är låst med lösenord. Skicka den utan.")) from None


def demand_modest(archive: Path, limit: int) -> None:
    """Raise GeoProblem unless the file is a sound zip that unpacks to at most `limit` bytes: for workbooks, which are
    read as they are."""
    try:
        with zipfile.ZipFile(archive) as zipped:
            members = [item for item in zipped.infolist() if not item.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, EOFError):
        raise GeoProblem(N_("Filen %(name)s är skadad eller låst med lösenord."), name=archive.name) from None
    _check(members)
    if sum(item.file_size for item in members) > limit:
        raise GeoProblem(N_("Filen %(name)s är för stor. Spara bara tabellen som behövs."), name=archive.name)


def _check(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise GeoProblem(
            N_("Zip-filen har %(count)s filer. Gränsen är %(limit)s."), count=len(members), limit=MAX_MEMBERS
        )
    for item in members:
        name = PurePosixPath(item.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or (name.parts and ":" in name.parts[0]):
            raise GeoProblem(N_("Zip-filen innehåller en sökväg som pekar ut ur den. Packa om filerna."))
        if stat.S_ISLNK(item.external_attr >> 16):
            raise GeoProblem(N_("Zip-filen innehåller en länk. Packa om den med filerna själva."))
        if item.file_size > 10_000_000 and item.file_size > _MAX_RATIO * max(1, item.compress_size):
            raise GeoProblem(N_("Zip-filen är orimligt hårt packad och packas inte upp."))
    if sum(item.file_size for item in members) > MAX_TOTAL:
        raise GeoProblem(N_("Zip-filen blir större än %(limit)s MB uppackad."), limit=MAX_TOTAL // 1_000_000)


def _is_wanted(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in _WANTED and "__MACOSX" not in path.parts and not path.name.startswith("._")


def _extract(zipped: zipfile.ZipFile, item: zipfile.ZipInfo, target: Path) -> Path:
    """Write one member, counting bytes as they come: the size in the zip's own list may be a lie."""
    parts = PurePosixPath(item.filename.replace("\\", "/"))
    stem = "_".join(parts.parts)[-120:]
    path = target / (stem[: len(stem) - len(parts.suffix)] + parts.suffix.lower())
    written = 0
    with zipped.open(item) as source, path.open("wb") as sink:
        while block := source.read(1 << 20):
            written += len(block)
            if written > item.file_size:
                raise GeoProblem(N_("Zip-filen är skadad och går inte att packa upp."))
            sink.write(block)
    return path
