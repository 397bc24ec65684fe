"""The one frozen configuration object, and the only reader of the environment."""

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "MAPDIALOG_"
# The demo municipality's customer service. Nobody else may be told to call it: it holds while nothing says who one is.
DEMO_ACUTE_PHONE = "0410-73 30 00"
_SOMEBODY_ELSES = frozenset({"municipality", "municipality_code", "contact", "acute_phone"})


class ConfigError(Exception):
    """One or more settings are wrong; `problems` has one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Config:
    """Every setting, each documented in docs/configuration.md. Names in the environment are MAPDIALOG_<NAME>."""

    data_dir: Path = ROOT / "var"
    database_url: str = ""  # empty: the private cluster under data_dir
    secret_key: str = field(default="", repr=False)  # empty: made once and kept in data_dir/secret_key
    base_url: str = "http://127.0.0.1:8000"  # in mails, QR codes and files, where no request tells it
    municipality: str = "Trelleborgs kommun"
    municipality_code: str = "1287"
    receipt_prefix: str = "TRE"
    local_crs: int = 3008  # the municipality's SWEREF 99 zone, for typed coordinates and exports
    contact: str = "kundtjanst@trelleborg.se"
    paper_color: str = "#0a5a78"  # of bands and headings in protocols, route sheets and posters
    paper_logo: str = ""  # path of a PNG or JPEG picture that stands on top of them; empty: the municipality's name
    plan_report_template: str = ""  # path of a Word file (.docx) whose styles and header plan reports take on
    walk_deadline_months: int = 6  # when an action after a safety walk is to be done, unless somebody says else
    acute_phone: str = ""  # whom to call about an open manhole or a live wire; shown at once on a safety walk
    service_promise_days: int = 15  # "svar senast": working promise shown on receipts
    accessibility_url: str = ""  # empty: the built-in statement
    languages: tuple[str, ...] = ("sv", "en")
    demo: bool = True  # bin/run loads the demo municipality once
    store_url: str = ""  # empty: data_dir/files; or s3://bucket/path
    smtp_url: str = ""  # empty: mails become files under data_dir/mail; or smtp://user:password@host:587?starttls=1
    mail_from: str = "Mapdialog <no-reply@localhost>"
    rate_limits: bool = True
    rate_limit_store: str = "memory://"  # redis://… where several machines share limits
    submit_limit: str = "30 per hour; 200 per day"  # contributions from one address
    proxies: int = 0  # how many proxies in front of us may be believed about the caller's address
    cookie_secure: bool = False  # set on https
    session_hours: int = 10
    photo_max_mb: int = 15
    photo_max_pixels: int = 50_000_000
    photos_per_contribution: int = 4
    upload_max_mb: int = 200  # district and area files from staff
    map_layers: str = ""  # path of a TOML file with [[layer]] entries; empty: the built-in vector map alone
    tile_cache_mb: int = 2000
    log_level: str = "INFO"
    worker_threads: int = 8
    web_workers: int = 2

    @property
    def files_url(self) -> str:
        """Where the file store lies."""
        return self.store_url or str(self.data_dir / "files")

    @property
    def mail_dir(self) -> Path:
        """Where mails become files when no SMTP server is set."""
        return self.data_dir / "mail"


def load_config(environ: Mapping[str, str] | None = None) -> Config:
    """Settings from MAPDIALOG_CONFIG (a TOML file with lower-case names) and the environment, which wins.

    Raises ConfigError with one line for every mistake.
    """
    environ = os.environ if environ is None else environ
    problems: list[str] = []
    given = _from_file(environ.get(PREFIX + "CONFIG", ""), problems)
    given |= {
        key.removeprefix(PREFIX).lower(): value
        for key, value in environ.items()
        if key.startswith(PREFIX) and key != PREFIX + "CONFIG"
    }
    known = {f.name: f for f in fields(Config)}
    values: dict[str, Any] = {}
    for name, raw in given.items():
        if name not in known:
            problems.append(f"{PREFIX}{name.upper()}: no such setting; see docs/configuration.md")
            continue
        try:
            values[name] = _parse(raw, known[name].type)
        except ValueError as error:
            problems.append(f"{PREFIX}{name.upper()}: {error}")
    config = Config(**values)
    if not values.keys() & _SOMEBODY_ELSES and config.demo:
        config = replace(config, acute_phone=DEMO_ACUTE_PHONE)
    problems += list(_check(config))
    if problems:
        raise ConfigError(problems)
    return config if config.secret_key else _with_kept_secret(config)


def let_links_lead_to(host: str, port: int) -> None:
    """Where no public address is set, links in mails and files lead to where we serve, here and in processes we start.

    Raises ConfigError.
    """
    if load_config().base_url == Config.base_url:
        reachable = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 (asked, not listened on)
        os.environ[f"{PREFIX}BASE_URL"] = f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{port}"


def _from_file(path: str, problems: list[str]) -> dict[str, Any]:
    if not path:
        return {}
    try:
        with Path(path).open("rb") as file:
            return tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{PREFIX}CONFIG: cannot read {path}: {error}")
        return {}


def _parse(raw: Any, kind: Any) -> Any:
    if kind is bool:
        if isinstance(raw, bool):
            return raw
        if str(raw).lower() in {"1", "true", "yes", "on"}:
            return True
        if str(raw).lower() in {"0", "false", "no", "off", ""}:
            return False
        raise ValueError(f"{raw!r} is neither on nor off")
    if kind is int:
        try:
            return int(raw)
        except ValueError:
            raise ValueError(f"{raw!r} is not a whole number") from None
    if kind is Path:
        return Path(raw).expanduser().resolve()
    if kind == tuple[str, ...]:
        return (
            tuple(raw) if isinstance(raw, list) else tuple(part.strip() for part in str(raw).split(",") if part.strip())
        )
    return str(raw)


_AT_LEAST_ONE = (
    "service_promise_days",
    "walk_deadline_months",
    "session_hours",
    "photo_max_mb",
    "photo_max_pixels",
    "photos_per_contribution",
    "upload_max_mb",
    "tile_cache_mb",
    "worker_threads",
    "web_workers",
)


def _check(config: Config) -> "list[str]":
    found: list[str] = []
    url = config.database_url
    if url and not url.startswith(("postgresql://", "postgres://", "postgresql+psycopg2://")):
        found.append(f"{PREFIX}DATABASE_URL: must begin with postgresql:// (PostGIS is the only database)")
    if config.secret_key and len(config.secret_key) < 32:
        found.append(f"{PREFIX}SECRET_KEY: needs at least 32 characters, for instance from `openssl rand -hex 32`")
    if config.local_crs != 3006 and not 3007 <= config.local_crs <= 3018:
        found.append(f"{PREFIX}LOCAL_CRS: {config.local_crs} is not SWEREF 99 (3006-3018)")
    if not config.base_url.startswith(("http://", "https://")):
        found.append(f"{PREFIX}BASE_URL: must begin with http:// or https://")
    if config.smtp_url and not config.smtp_url.startswith(("smtp://", "smtps://")):
        found.append(f"{PREFIX}SMTP_URL: must begin with smtp:// or smtps://")
    if not set(config.languages) <= {"sv", "en"} or not config.languages:
        found.append(f"{PREFIX}LANGUAGES: choose among sv, en")
    if not config.receipt_prefix.isalnum() or len(config.receipt_prefix) > 6:
        found.append(f"{PREFIX}RECEIPT_PREFIX: one to six letters or digits")
    if not re.fullmatch("[0-9]{4}", config.municipality_code):
        found.append(f"{PREFIX}MUNICIPALITY_CODE: {config.municipality_code!r} is not SCB's four digits, such as 1287")
    if not re.fullmatch(r"[+0-9][0-9 ()/-]{2,24}|", config.acute_phone):
        found.append(f"{PREFIX}ACUTE_PHONE: {config.acute_phone!r} is not a telephone number, such as 0410-12 34 56")
    if not _is_limit(config.submit_limit):
        found.append(f"{PREFIX}SUBMIT_LIMIT: {config.submit_limit!r} is no limit, such as 30 per hour; 200 per day")
    if config.map_layers and not Path(config.map_layers).is_file():
        found.append(f"{PREFIX}MAP_LAYERS: no file at {config.map_layers}")
    if config.log_level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        found.append(f"{PREFIX}LOG_LEVEL: one of DEBUG, INFO, WARNING, ERROR")
    found += _check_papers(config)
    small = (name for name in _AT_LEAST_ONE if getattr(config, name) < 1)
    found += [f"{PREFIX}{name.upper()}: must be at least 1" for name in small]
    return found


def _check_papers(config: Config) -> "list[str]":
    found = []
    if not re.fullmatch("#[0-9A-Fa-f]{6}", config.paper_color):
        found.append(f"{PREFIX}PAPER_COLOR: {config.paper_color!r} is not a colour such as #0a5a78")
    if config.paper_logo and not Path(config.paper_logo).is_file():
        found.append(f"{PREFIX}PAPER_LOGO: no file at {config.paper_logo}")
    if config.plan_report_template and not Path(config.plan_report_template).is_file():
        found.append(f"{PREFIX}PLAN_REPORT_TEMPLATE: no file at {config.plan_report_template}")
    return found


def _is_limit(words: str) -> bool:
    from limits import parse_many

    try:
        return bool(parse_many(words))
    except ValueError:
        return False


def _with_kept_secret(config: Config) -> Config:
    """The secret that signs sessions and personal links must outlive a restart, so it is kept in a private file."""
    path = config.data_dir / "secret_key"
    try:
        config.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        except FileExistsError:
            pass
        kept = path.read_text().strip()
    except OSError as error:
        raise ConfigError([f"{PREFIX}DATA_DIR: cannot write in {config.data_dir}: {error}"]) from None
    if len(kept) < 32:
        raise ConfigError([f"{PREFIX}SECRET_KEY: {path} is damaged; restore it or set the variable"])
    return Config(**{f.name: getattr(config, f.name) for f in fields(Config)} | {"secret_key": kept})
