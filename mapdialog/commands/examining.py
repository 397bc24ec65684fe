"""What `mapdialog doctor` looks at. Each examination yields findings; none changes anything that stays."""

import shutil
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from mapdialog.basemap.layers import load_layers
from mapdialog.basemap.probing import find_problem
from mapdialog.commands import examining_database
from mapdialog.config import Config, ConfigError
from mapdialog.geo import crs

GOOD, WARNING, BAD = "good", "warning", "bad"

# Town centres in WGS 84 (lon, lat), and the same places in SWEREF 99 TM and the local zone:
# east and north in metres, by EPSG code.
CONTROL_POINTS = (
    ("Trelleborg", (13.1569, 55.3751), {3006: (383209.2, 6138079.5), 3008: (128249.0, 6139042.7)}),
    ("Krokom", (14.4507, 63.3262), {3006: (472487.7, 7022052.2), 3012: (160056.4, 7024759.9)}),
)
TOLERANCE_M = 0.2
LITTLE_SPACE = 2 * 2**30  # bytes
PANGO_REMEDY = "run bin/setup, or: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: which part, how it is, in words, and what to do."""

    part: str
    level: str
    words: str
    remedy: str = ""


Examination = Callable[[Config], Iterator[Finding]]


def safely(examination: Examination, config: Config) -> Iterator[Finding]:
    """The findings of an examination; one that breaks down is itself a finding."""
    try:
        yield from examination(config)
    except Exception as error:
        name = examination.__name__.removeprefix("examine_").replace("_", " ")
        yield Finding(name, BAD, f"{type(error).__name__}: {error}".splitlines()[0])


def examine_database(config: Config) -> Iterator[Finding]:
    """Whether it answers, its versions, migrations, coordinates, clock and the worker's traces in it."""
    for part, level, words, remedy in examining_database.examine(config, CONTROL_POINTS, TOLERANCE_M):
        yield Finding(part, level, words, remedy)


def examine_coordinates(_config: Config) -> Iterator[Finding]:
    """Whether PROJ gives the control points' known coordinates."""
    worst = 0.0
    for _town, (lon, lat), expected in CONTROL_POINTS:
        for epsg, (east, north) in expected.items():
            x, y = crs.transform_point(lon, lat, crs.WGS84, epsg)
            worst = max(worst, abs(x - east), abs(y - north))
    if worst <= TOLERANCE_M:
        yield Finding("coordinates", GOOD, f"control points in Python agree within {worst:.2f} m")
    else:
        yield Finding(
            "coordinates",
            BAD,
            f"control points in Python are {worst:.1f} m off",
            "PROJ's database does not belong to this version: run bin/setup in a fresh .venv, and unset PROJ_LIB",
        )


def examine_files(config: Config) -> Iterator[Finding]:
    """Whether the file store takes, gives back and removes a file, and how much room is left."""
    from mapdialog.core.files import FileStore

    try:
        FileStore(config.files_url).check()
    except Exception as error:
        yield Finding(
            "file store",
            BAD,
            f"{config.files_url}: {error}".splitlines()[0],
            "give this user the right to write there, or set MAPDIALOG_STORE_URL",
        )
    else:
        yield Finding("file store", GOOD, f"{config.files_url} can be written and read")
    free = shutil.disk_usage(config.data_dir).free
    level = GOOD if free > LITTLE_SPACE else WARNING
    yield Finding(
        "disk",
        level,
        f"{free / 2**30:.1f} GB free under {config.data_dir}",
        "" if level == GOOD else "make room: PostgreSQL stops when the disk is full",
    )


def examine_secret(config: Config) -> Iterator[Finding]:
    """Whether the key that signs sessions is kept from other users of the machine."""
    path = config.data_dir / "secret_key"
    if path.exists() and path.stat().st_mode & 0o077:
        yield Finding("secret key", WARNING, f"{path} can be read by other users", f"chmod 600 {path}")
    else:
        yield Finding("secret key", GOOD, "there, and private")


def examine_mail(config: Config) -> Iterator[Finding]:
    """Whether the mail server answers; without one, where mails are written."""
    if not config.smtp_url:
        yield Finding(
            "mail",
            WARNING,
            f"no server set: mails become files in {config.mail_dir}",
            "set MAPDIALOG_SMTP_URL before citizens are to get receipts",
        )
        return
    parts = urlsplit(config.smtp_url)
    port = parts.port or (465 if parts.scheme == "smtps" else 25)
    reason = _unreachable(parts.hostname or "localhost", port)
    if reason:
        yield Finding(
            "mail",
            WARNING,
            f"{parts.hostname}:{port} does not answer ({reason}); mails wait up to four days",
            "check MAPDIALOG_SMTP_URL and the way through the firewall",
        )
    else:
        yield Finding("mail", GOOD, f"{parts.hostname}:{port} answers")


_ONLY_BUILT_IN = (
    "the built-in map alone: land, sea, districts and names, but no streets; "
    "deploy/layers.example.toml is ready to be filled in (MAPDIALOG_MAP_LAYERS names your copy)"
)


def examine_map_layers(config: Config) -> Iterator[Finding]:
    """Whether the background layers' files are there and their servers answer."""
    if not config.map_layers:
        yield Finding("map layers", GOOD, _ONLY_BUILT_IN)
        return
    try:
        layers = load_layers(config.map_layers)
    except ConfigError as error:
        for line in error.problems:
            yield Finding("map layers", BAD, line, f"mend it in {config.map_layers}; nothing starts until then")
        return
    for layer in layers:
        problem = find_problem(layer, config.local_crs)
        yield Finding(
            "map layers",
            WARNING if problem else GOOD,
            f"{layer.key}: {problem or 'gives a picture'}",
            f"mend it in {config.map_layers}; until then its background stays empty" if problem else "",
        )


def examine_papers(_config: Config) -> Iterator[Finding]:
    """Whether the libraries that set PDF can be loaded: Pango and what it leans on."""
    from mapdialog.reports.papers import why_no_pdf

    if missing := why_no_pdf():
        yield Finding("papers", WARNING, f"PDF cannot be made: {missing}", PANGO_REMEDY)
    else:
        yield Finding("papers", GOOD, "Pango is there: protocols, route sheets and posters can be set")


def examine_acute_phone(config: Config) -> Iterator[Finding]:
    """Whether a phone that records an open manhole on a safety walk shows a number to call."""
    if config.acute_phone:
        yield Finding("acute phone", GOOD, f"safety walks tell {config.acute_phone} to call about acute faults")
    else:
        yield Finding(
            "acute phone",
            WARNING,
            "none set: who finds an open manhole on a safety walk is shown 112 and an e-mail address",
            "set MAPDIALOG_ACUTE_PHONE to a number that is answered in the evening",
        )


def _unreachable(host: str, port: int) -> str:
    """Why no connection can be made, or nothing where it can."""
    started = time.monotonic()
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError as error:
        return error.strerror or f"no answer in {time.monotonic() - started:.0f} s"
    return ""


ALL: tuple[Examination, ...] = (
    examine_database,
    examine_coordinates,
    examine_files,
    examine_secret,
    examine_mail,
    examine_map_layers,
    examine_papers,
    examine_acute_phone,
)
