"""A real server with its own database, and a real Chromium, for the browser tests."""

import os
import signal
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from mapdialog.core.database import make_engine
from tests import served
from tests.conftest import ROOT, create_database, drop_database

CHROMIUM = "/usr/bin/chromium"
# The same program of the same package, built without windows: docs/decisions/0004 tells why most tests use it.
WINDOWLESS = "/usr/bin/chromium-headless-shell"
# How many times slower every page's processor is made; its server's answers then come late and in no order, too.
SLOW = float(os.environ.get("MAPDIALOG_TEST_SLOW", "1"))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# A machine that does other things too is slow; what never comes fails all the same.
PATIENCE_MS = round(15_000 * max(1, SLOW / 2))
expect.set_options(timeout=PATIENCE_MS)
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True
}  # fmt: skip
# What keeps pages for the time without a network is left out of the tests that never lose it: each new browser would
# load all that it keeps.
OFFLINE_PHONE: dict[str, Any] = PHONE | {"service_workers": "allow"}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}

# Two frames, after which every change of colour has begun, and then until the last has ended; never longer than three
# seconds, since one that is held back has no end.
AT_REST = """async () => {
    const atRest = async () => {
        for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
        const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime < 5000);
        await Promise.allSettled(ending.map((one) => one.finished));
    };
    await Promise.race([atRest(), new Promise((done) => setTimeout(done, 3000))]);
}"""


FITS = "document.documentElement.scrollWidth <= innerWidth"


@dataclass
class Live:
    """The application as a process of its own (gunicorn), on a loopback port."""

    url: str
    engine: Engine
    data_dir: Path
    environment: dict[str, str]
    port: int
    read_templates: str
    process: BaseProcess | None = field(default=None)

    def start(self) -> None:
        """Serve, and wait until it answers."""
        latest_s = SLOW / 30 if SLOW > 1 else 0
        self.process = served.start(self.environment, self.port, self.read_templates, latest_s=latest_s)
        last = time.monotonic() + 60
        while self.process.is_alive() and time.monotonic() < last:
            try:
                with urllib.request.urlopen(self.url + "/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def stop(self, how: int = signal.SIGTERM) -> None:
        """End the server; SIGKILL for an accident."""
        if self.process and self.process.pid and self.process.is_alive():
            os.killpg(self.process.pid, how)
            self.process.join(20)

    def seed(self, write: Callable[[Session], Any]) -> Any:
        """Run a function of tests.seeds in a committed transaction."""
        with Session(self.engine, expire_on_commit=False) as session:
            made = write(session)
            session.commit()
            return made


def wait_until(page: Page, holds: Callable[[], bool], every_ms: int = 50) -> None:
    """Let the page run on until what Python asks of the server holds; fails after as long as `expect` does."""
    last = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        assert time.monotonic() < last, "it never came"
        page.wait_for_timeout(every_ms)


def make_slow(context: BrowserContext) -> None:
    """Every page of it to come has a processor as slow as MAPDIALOG_TEST_SLOW says; what never comes fails in time."""
    context.set_default_timeout(PATIENCE_MS)
    if SLOW > 1:
        context.on(
            "page",
            lambda page: context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOW}),
        )


def settle(page: Page) -> None:
    """Nothing has been asked for during half a second; now and then Playwright never tells, so not for ever."""
    with suppress(PlaywrightTimeout):
        page.wait_for_load_state("networkidle", timeout=5000)


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def live(cluster_url: str, tmp_path_factory: pytest.TempPathFactory, read_templates: str) -> Iterator[Live]:
    """The running application with an empty migrated database: each file of tests has its own municipality."""
    name = f"mapdialog_live_{os.getpid()}"
    url = create_database(cluster_url, name)
    data_dir, port = tmp_path_factory.mktemp("live"), free_port()
    environment = {
        # What is set for the tests themselves is no setting of the application, which refuses what it does not know.
        **{key: value for key, value in os.environ.items() if not key.startswith("MAPDIALOG_")},
        "MAPDIALOG_DATABASE_URL": url,
        "MAPDIALOG_DATA_DIR": str(data_dir),
        "MAPDIALOG_SECRET_KEY": "t" * 64,
        "MAPDIALOG_RATE_LIMITS": "off",
        "MAPDIALOG_BASE_URL": f"http://127.0.0.1:{port}",
    }
    server = Live(f"http://127.0.0.1:{port}", make_engine(url), data_dir, environment, port, read_templates)
    server.start()
    yield server
    server.stop()
    server.engine.dispose()
    drop_database(cluster_url, name)


@pytest.fixture(scope="session")
def playwright_() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright_: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    if not Path(CHROMIUM).exists():
        pytest.skip("needs Debian's chromium package")
    windowless = WINDOWLESS if Path(WINDOWLESS).exists() else CHROMIUM
    chromium = playwright_.chromium.launch(executable_path=windowless, args=FLAGS)
    yield chromium
    chromium.close()


@pytest.fixture
def open_context(browser: Browser, live: Live) -> Iterator[Callable[..., BrowserContext]]:
    """Make browser contexts; a script error or a blocked resource in any of their pages fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(
            **(
                {"base_url": live.url, "locale": "sv-SE", "timezone_id": "Europe/Stockholm"}
                | {"service_workers": "block", "reduced_motion": "reduce"}  # What is drawn on the way costs time.
                | options
            )
        )
        make_slow(context)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if "Content Security Policy" in message.text or "Uncaught" in message.text
                else None
            ),
        )
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def phone(open_context: Callable[..., BrowserContext]) -> Page:
    """A page on a phone, 390×844, with touch."""
    return open_context(**PHONE).new_page()


@pytest.fixture
def desk(open_context: Callable[..., BrowserContext]) -> Page:
    """A page at a desk, 1280×800."""
    return open_context(**DESK).new_page()


@pytest.fixture
def without_script(open_context: Callable[..., BrowserContext]) -> Page:
    """A phone whose browser runs no JavaScript."""
    return open_context(**PHONE, java_script_enabled=False).new_page()


@pytest.fixture(scope="session")
def axe_source() -> str:
    """axe-core, from npm."""
    file = ROOT / "node_modules/axe-core/axe.min.js"
    if not file.exists():
        pytest.skip("needs axe-core: npm ci")
    return file.read_text()


EVERYTHING = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
CONTRAST = ["color-contrast"]
LAID_OUT = ["target-size", "scrollable-region-focusable"]
"""What depends on a page's width: all else is the same on a phone and at a desk."""


def _find(page: Page, rules: dict[str, Any], where: str, within: str | None) -> None:
    """Fail with axe's own words when it finds anything."""
    result = page.evaluate(
        "([within, runOnly]) => axe.run(within ?? document, {runOnly, resultTypes: ['violations']})", [within, rules]
    )
    found = [
        f"{one['id']}: {one['help']} {[node['target'] for node in one['nodes']][:4]}" for one in result["violations"]
    ]
    assert found == [], f"{page.url} ({where}): {found}"


def _check(page: Page, axe_source: str, *, in_both_sizes: bool, within: str | None = None) -> None:
    """Everything as the page stands; then what may differ in its other scheme, and in both other size and scheme."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_source)
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    schemes: list[Literal["dark", "light"]] = ["dark", "light"] if is_dark else ["light", "dark"]
    size, where, differs = page.viewport_size, schemes[1], CONTRAST
    assert size is not None
    _find(page, EVERYTHING, schemes[0], within)
    if not in_both_sizes and page.evaluate("'theme' in document.documentElement.dataset"):
        return  # Its look was chosen on the page, and is the same in both schemes.
    page.emulate_media(color_scheme=schemes[1])
    if in_both_sizes:
        assert page.evaluate(FITS), f"{page.url} is too wide"
        where, differs = f"{schemes[1]}, the other size", [*CONTRAST, *LAID_OUT]
        page.set_viewport_size((DESK if size["width"] < 600 else PHONE)["viewport"])
        assert page.evaluate(FITS), f"{page.url} is too wide in the other size"
    page.evaluate(AT_REST)  # A button on its way from light to dark has neither's contrast.
    _find(page, {"type": "rule", "values": differs}, where, within)
    page.emulate_media(color_scheme=schemes[0])
    page.set_viewport_size(size)


@pytest.fixture
def assert_accessible(axe_source: str) -> Callable[..., None]:
    """Fails when axe finds anything on the page as it stands, or anything too pale in its other scheme, light or dark:
    all else is the same in both. With `within`, a selector, only there: of a page that has been looked at, what is new.
    """
    return lambda page, within=None: _check(page, axe_source, in_both_sizes=False, within=within)


@pytest.fixture
def assert_accessible_in_both_sizes(axe_source: str) -> Callable[[Page], None]:
    """The same, with the page made wide as a desk's or narrow as a phone's for the other scheme, where what depends on
    the width is looked at again too; in neither does anything stick out sideways."""

    def check(page: Page) -> None:
        settle(page)
        _check(page, axe_source, in_both_sizes=True)

    return check
