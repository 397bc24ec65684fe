"""The README's pictures, taken from a fresh demo as `bin/run` makes it: `bin/screenshots`."""

import base64
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.chromium import CHROMIUM, FLAGS

ROOT = Path(__file__).resolve().parent.parent.parent
TARGET = ROOT / "docs/images"
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESK = {
    "viewport": {"width": 1280, "height": 800},
}
PATIENCE_MS = 180_000  # drawing is slow on a busy machine

OVERVIEW = """
<!doctype html><style>
  body { margin: 0; width: 1600px; height: 900px; position: relative; }
  body { background: linear-gradient(160deg, #dfeaf0, #f6f7f5 70%); }
  img { position: absolute; box-shadow: 0 14px 44px #10243a45; border: 1px solid #10243a30; }
  .inbox { width: 880px; left: 460px; top: 50px; border-radius: 12px; }
  .results { width: 880px; left: 680px; top: 330px; border-radius: 12px; }
  .phone { width: 360px; left: 60px; top: 70px; border-radius: 34px; border: 9px solid #16222e; }
</style><img class="inbox" src="INBOX"><img class="results" src="DISTRICTS"><img class="phone" src="PHONE">
"""

PHONES = """
<!doctype html><style>
  body { margin: 0; width: 1340px; height: 900px; display: flex; justify-content: space-evenly; align-items: center; }
  body { background: #e9eef0; }
  img { width: 380px; border-radius: 34px; border: 9px solid #16222e; box-shadow: 0 10px 30px #10243a45; }
</style><img src="PHONE"><img src="FORM"><img src="LIST">
"""

SIDE_BY_SIDE = """
<!doctype html><style>
  body { margin: 0; width: 1340px; height: 900px; position: relative; }
  body { background: linear-gradient(160deg, #e9eef0, #f6f7f5 70%); }
  img { position: absolute; box-shadow: 0 14px 44px #10243a45; border: 1px solid #10243a30; }
  .desk { width: 940px; left: 360px; top: 150px; border-radius: 12px; }
  .phone { width: 360px; left: 50px; top: 50px; border-radius: 34px; border: 9px solid #16222e; }
</style><img class="desk" src="DESK"><img class="phone" src="PHONE">
"""


@contextmanager
def fresh_demo(port: int) -> Iterator[tuple[str, dict[str, str]]]:
    """`mapdialog run` on an empty folder: its address, and the demo's passwords by e-mail address."""
    with tempfile.TemporaryDirectory(prefix="mapdialog-pictures-") as folder:
        env = {name: value for name, value in os.environ.items() if not name.startswith("MAPDIALOG_")}
        env |= {"MAPDIALOG_DATA_DIR": folder, "MAPDIALOG_RATE_LIMITS": "off"}
        command = [sys.executable, "-m", "mapdialog.commands.main", "run", "--port", str(port)]
        running = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        assert running.stdout is not None
        passwords: dict[str, str] = {}
        try:
            for line in running.stdout:
                if found := re.match(r"\s+(\S+@\S+)\s+(\S+)", line):
                    passwords[found[1]] = found[2]
                if "mapdialog is at" in line:
                    break
            if running.poll() is not None or not passwords:
                raise SystemExit("bin/screenshots: the demo did not start; see above.")
            yield f"http://127.0.0.1:{port}", passwords
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(60)


def look(page: Page, path: str) -> None:
    """Open a page and wait until its map and pictures are there."""
    answer = page.goto(path)
    if not (answer and answer.ok):
        raise SystemExit(f"bin/screenshots: {path} is not served as it should be.")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1200)  # markers fade in


def save(picture: bytes, name: str) -> None:
    """Write it to docs/images."""
    Image.open(BytesIO(picture)).convert("RGB").save(TARGET / f"{name}.png", optimize=True)
    print(f"docs/images/{name}.png: {(TARGET / f'{name}.png').stat().st_size // 1024} kB")


def context(browser: Browser, address: str, options: dict[str, object]) -> BrowserContext:
    """A Swedish reader's browser."""
    made = browser.new_context(base_url=address, locale="sv-SE", timezone_id="Europe/Stockholm", **options)  # type: ignore[arg-type]
    made.set_default_timeout(PATIENCE_MS)
    return made


def citizens_pictures(browser: Browser, address: str) -> dict[str, bytes]:
    """On a phone the dialogue, the form's first step and the list; at a desk the start page."""
    pictures = {}
    phone = context(browser, address, PHONE).new_page()
    look(phone, "/d/trygg-vag")
    pictures["phone"] = phone.screenshot()
    phone.locator("#start").click()
    phone.wait_for_timeout(1500)
    pictures["form"] = phone.screenshot()
    look(phone, "/d/trygg-vag/list")
    pictures["list"] = phone.screenshot()
    desk = context(browser, address, DESK).new_page()
    look(desk, "/")
    pictures["home"] = desk.screenshot()
    return pictures


def sign_in(browser: Browser, address: str, email: str, password: str) -> Page:
    """A desk whose owner is signed in."""
    desk = context(browser, address, DESK).new_page()
    desk.goto("/staff/sign-in")
    desk.locator("[name=email]").fill(email)
    desk.locator("[name=password]").fill(password)
    desk.locator("[name=password]").press("Enter")
    desk.wait_for_url("**/staff/")
    return desk


def staff_pictures(desk: Page) -> dict[str, bytes]:
    """At a desk: the inbox and the results."""
    pictures = {}
    look(desk, "/staff/inbox")
    pictures["inbox"] = desk.screenshot()
    look(desk, "/staff/dialogues/trygg-vag/results")
    pictures["results"] = desk.screenshot()
    desk.locator("#districts-title").evaluate("title => scrollTo(0, scrollY + title.getBoundingClientRect().top - 90)")
    desk.wait_for_timeout(1500)
    pictures["districts"] = desk.screenshot()
    return pictures


def plan_pictures(phone: Page, desk: Page) -> dict[str, bytes]:
    """The plan that is consulted on, as a neighbour sees it, and the queue of answers of the one that is answered."""
    look(phone, "/plans/detaljplan-for-kvarteret-larkan")
    look(desk, "/staff/plans/detaljplan-for-anderslovs-forskola/answers")
    return {"phone": phone.screenshot(), "desk": desk.screenshot()}


def walk_pictures(phone: Page, desk: Page) -> dict[str, bytes]:
    """A walk's public page, and the board of what is to be done."""
    phone.goto("/walks")
    phone.locator("main a[href^='/walks/']").first.click()
    phone.wait_for_load_state("networkidle")
    phone.wait_for_timeout(1200)
    look(desk, "/staff/actions")
    return {"phone": phone.screenshot(), "desk": desk.screenshot()}


def put_together(browser: Browser, html: str, size: tuple[int, int], pictures: dict[str, bytes]) -> bytes:
    """One picture of several: each `src="NAME"` of the page becomes the picture of that name."""
    for name, picture in pictures.items():
        data = "data:image/png;base64," + base64.b64encode(picture).decode()
        html = html.replace(f'src="{name.upper()}"', f'src="{data}"')
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.set_content(html)
    page.wait_for_timeout(500)
    return page.screenshot()


def main() -> None:
    """Take all pictures and write them."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with fresh_demo(int(os.environ.get("PORT", "8017"))) as (address, passwords), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        pictures = citizens_pictures(browser, address)
        save(put_together(browser, PHONES, (1340, 900), pictures), "phones")
        save(pictures["home"], "home")
        planner = next(email for email in passwords if email.startswith("planerare"))
        desk = sign_in(browser, address, planner, passwords[planner])
        pictures |= staff_pictures(desk)
        phone = context(browser, address, PHONE).new_page()
        for name, shown in (("plans", plan_pictures(phone, desk)), ("walks", walk_pictures(phone, desk))):
            save(put_together(browser, SIDE_BY_SIDE, (1340, 900), shown), name)
        save(put_together(browser, OVERVIEW, (1600, 900), pictures), "overview")
        save(pictures["inbox"], "inbox")
        save(pictures["results"], "results")
        save(pictures["districts"], "districts")
        browser.close()


if __name__ == "__main__":
    main()
