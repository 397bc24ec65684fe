"""Tells what a file is by what it holds, whatever it is called; what pretends to be two things is nothing."""

import io
import warnings
import zipfile

from PIL import Image
from pillow_heif import register_heif_opener

register_heif_opener()

_IMAGES = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp", "HEIF": "heic", "TIFF": "tif", "MPO": "jpg"}
_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_OPEN = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
# Streams of the old binary formats, as their names stand in the file's directory.
_OLE = {
    "doc": "WordDocument",
    "xls": "Workbook",
    "ppt": "PowerPoint Document",
    "msg": "__properties_version1.0",
}
_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_MEMBERS = 5_000
MOST_UNPACKED = 500_000_000
MOST_PIXELS = 200_000_000
_MARKUP = (b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml", b"<?php", b"#!", b"mz")
_LETTER_HEADS = (b"from:", b"date:", b"subject:", b"message-id:", b"received:", b"to:", b"mime-version:")


def kind_of(data: bytes) -> str | None:
    """The kind ('pdf', 'jpg', 'docx' …), or None for what is of no kind that is taken, broken, or hostile."""
    head = data[:16].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"%PDF-"):
        # Whoever stops in the middle leaves no end; a picture or a program with a PDF behind it begins otherwise.
        return "pdf" if b"%%EOF" in data[-65_536:] or b"startxref" in data[-65_536:] else None
    if data.startswith(b"PK\x03\x04"):
        return _packed(data)
    if data.startswith(_OLE_MARK):
        return next((kind for kind, name in _OLE.items() if name.encode("utf-16-le") in data), None)
    if data.startswith(b"{\\rtf"):
        return "rtf"
    return _picture(data) or _letter(data) or _plain(data)


def _packed(data: bytes) -> str | None:
    """An office document: a zip with a part of a known name, within bounds, not locked, without macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            members = zipped.infolist()
            if len(members) > MOST_MEMBERS or sum(item.file_size for item in members) > MOST_UNPACKED:
                return None
            names = {item.filename for item in members}
            if any(item.flag_bits & 1 for item in members) or any("vbaproject" in name.lower() for name in names):
                return None
            if "[Content_Types].xml" in names:
                return next((kind for part, kind in _PARTS.items() if part in names), None)
            if members and members[0].filename == "mimetype" and members[0].file_size < 200:
                return _OPEN.get(zipped.read(members[0]).strip())
    except Exception:  # A hostile zip raises anything.
        return None
    return None


def _picture(data: bytes) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "GIF", "WEBP", "HEIF", "TIFF", "MPO"))
            if image.width * image.height > MOST_PIXELS:
                return None
            kind = _IMAGES.get(image.format or "")
            image.verify()
    except Exception:  # Decoders of hostile files raise every kind of error.
        return None
    return kind


def _letter(data: bytes) -> str | None:
    """An e-mail: its first lines are headers, of which at least two are a letter's own."""
    lines = data[:20_000].replace(b"\r\n", b"\n").split(b"\n\n", 1)[0].split(b"\n")
    heads = [line.lower() for line in lines if not line.startswith((b" ", b"\t"))]
    if heads and heads[0].startswith(b"from "):  # mbox
        heads = heads[1:]
    known = sum(line.startswith(_LETTER_HEADS) for line in heads)
    return "eml" if known >= 2 and all(b":" in line for line in heads[:-1] if line) else None


def _plain(data: bytes) -> str | None:
    if any(byte in data for byte in (b"\x00", b"\x01", b"\x02", b"\x7f")):
        return None
    if data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        return None
    return "txt"
