"""Without JavaScript a press on the drawn map is the place that was pressed, on a phone and at a desk."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from mapdialog.geo.crs import transform_point
from tests.chromium import DESK, PHONE, Live
from tests.seeds import make_dialogue

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_a_press_on_the_drawn_map_chooses_the_place_within_two_metres(
    open_context: Callable[..., BrowserContext], live: Live, device: dict
) -> None:
    slug = f"tryck-{device['viewport']['width']}"
    live.seed(lambda session: make_dialogue(session, slug))
    page = open_context(**device, java_script_enabled=False).new_page()
    page.goto(f"/d/{slug}/new")
    page.fill("[name=coordinates]", "55.3751 13.1569")
    page.click("button[value=coordinates]")
    image = page.locator("input[type=image]:visible")
    west, _south, east, north = (
        float(edge)
        for edge in re.split(",|%2C", re.search(r"bbox=([^&]+)", image.get_attribute("src") or "")[1])  # type: ignore[index]
    )
    width, shown = int(image.get_attribute("width") or 0), image.bounding_box()
    assert shown is not None
    assert shown["width"] == width, "a picture that is scaled gives wrong places"
    size = (east - west) / width
    assert size <= 1.0
    image.click(position={"x": 90, "y": 70})
    page.wait_for_load_state()
    lon, lat = (float(page.locator(f"[name={axis}]").get_attribute("value") or 0) for axis in ("lon", "lat"))
    found = transform_point(lon, lat, 4326, 3006)
    assert found == pytest.approx((west + 90.5 * size, north - 70.5 * size), abs=2)
