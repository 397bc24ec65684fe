"""The heatmap loses no contribution, stays small, and its file is one that calls nobody."""

import re
import sqlite3
from pathlib import Path

import numpy as np
import pyogrio
import pytest
from PIL import Image
from sqlalchemy.orm import Session

from mapdialog.analysis.heat import coarser
from mapdialog.analysis.scope import Scope
from mapdialog.contributions.queries import start_box
from mapdialog.core.errors import Invalid
from mapdialog.dialogues.models import Dialogue
from mapdialog.geo.crs import STORE, WGS84, transform_point
from mapdialog.reports.heading import make_heading
from mapdialog.reports.heat_files import write_heatmap
from mapdialog.reports.heat_pictures import web_picture
from mapdialog.reports.heat_report import HeatReport, make_heat, opening_view, sampled
from mapdialog.reports.looks import Look
from mapdialog.reports.ramps import heat_rgba
from tests.reports.conftest import SECRET_EMAIL, SECRET_NAME
from tests.seeds import TRELLEBORG, make_contribution, make_dialogue

REMOTE = re.compile(r"""(?:src|href)\s*=\s*["']?(?!data:)[^"'\s>]*//|url\((?!data:|#|"?data:)[^)]*//|@import""")


def heat_of(session: Session, dialogue: Dialogue, look: Look | None = None) -> HeatReport:
    scope = Scope(dialogue.id)
    return make_heat(session, make_heading(dialogue, scope, "Trelleborgs kommun"), scope, look or Look())


def written(session: Session, dialogue: Dialogue, path: Path, look: Look | None = None) -> Path:
    look = look or Look()
    write_heatmap(session, heat_of(session, dialogue, look), path.suffix[1:], path, look=look)
    return path


def test_cells_hold_every_public_contribution_and_no_other(
    session: Session, dialogue: Dialogue, tmp_path: Path
) -> None:
    path = written(session, dialogue, tmp_path / "h.gpkg")
    info = pyogrio.read_info(path, layer="rutor")
    assert info["crs"] == "EPSG:3006"
    cells = pyogrio.read_dataframe(path, layer="rutor")
    assert cells["count"].sum() == 5
    assert "layer_styles" in [name for name, _ in pyogrio.list_layers(path)]


def test_cells_in_a_file_are_squares_that_are_seen(session: Session, dialogue: Dialogue, tmp_path: Path) -> None:
    path = written(session, dialogue, tmp_path / "h.gpkg", Look(bandwidth_m=300))
    cells = pyogrio.read_dataframe(path, layer="rutor")
    assert set(cells.geometry.area.round()) == {200.0**2}
    assert cells["count"].sum() == 5
    assert cells["per_km2"].tolist() == [count / 0.04 for count in cells["weight"]]
    with sqlite3.connect(path) as database:
        ((name, style),) = database.execute("select styleName, styleQML from layer_styles").fetchall()
    assert name == "Synpunkter per ruta om 200 m"
    assert "outline_style" in style


def test_coarser_cells_lose_nothing(session: Session, dialogue: Dialogue) -> None:
    fine = heat_of(session, dialogue).cells
    for metres in (10, 70, 1000, 1e6):
        coarse = coarser(fine, metres)
        assert coarse.size_m >= metres
        assert (coarse.total, coarse.weight.sum()) == (fine.total, fine.weight.sum())
    assert len(coarser(fine, 1e6)) < len(coarser(fine, 70))


def test_support_weighs_when_asked(session: Session, dialogue: Dialogue) -> None:
    from sqlalchemy import update

    from mapdialog.contributions.models import Contribution

    session.execute(update(Contribution).values(support_count=3))
    assert heat_of(session, dialogue).cells.weight.sum() == 5
    assert heat_of(session, dialogue, Look(weighted=True)).cells.weight.sum() == 20


def test_the_picture_is_thickest_where_contributions_lie(session: Session, dialogue: Dialogue) -> None:
    found = heat_of(session, dialogue, Look(bandwidth_m=100)).heat
    assert found is not None
    east, north = TRELLEBORG
    at, away = sampled(found, np.array([east + 600.0, east - 1500]), np.array([north - 533.0, north - 1500]))
    assert at > 0.8
    assert away < 0.01


def test_the_web_picture_lies_at_its_true_place(session: Session, dialogue: Dialogue) -> None:
    found = heat_of(session, dialogue, Look(bandwidth_m=100)).heat
    assert found is not None
    _, ((south, west), (north, east)) = web_picture(found)
    lon, lat = transform_point(TRELLEBORG[0] + 600, TRELLEBORG[1] - 533, STORE, WGS84)
    assert west < lon < east
    assert south < lat < north
    # The picture reaches a few bandwidths beyond the contributions, not across the country.
    assert east - west < 0.3


def test_one_far_away_is_counted_and_does_not_widen_what_a_map_opens_on(session: Session) -> None:
    dialogue = make_dialogue(session, "vilsen")
    for number in range(12):
        make_contribution(session, dialogue, at=(40 * number, 30 * number))
    before, box = heat_of(session, dialogue), start_box(session, dialogue.id)
    make_contribution(session, dialogue, at=(200_000, 700_000))
    after = heat_of(session, dialogue)
    assert after.cells.total == 13
    assert before.heat and after.heat
    west, south, east, north = opening_view(after.heat)
    assert east - west < 10_000 > north - south
    assert start_box(session, dialogue.id) == box


def test_nothing_is_see_through_and_the_most_is_dark() -> None:
    none, most = heat_rgba(np.array([[0.0, 1.0]]))[0]
    assert none[3] == 0
    assert most[3] > 180
    assert most[:3].sum() < 250


@pytest.mark.parametrize("pins", [False, True])
def test_the_page_names_no_other_server(session: Session, dialogue: Dialogue, tmp_path: Path, pins: bool) -> None:
    page = written(session, dialogue, tmp_path / "h.html", Look(pins=pins)).read_text()
    markup = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not REMOTE.search(markup)
    assert "default-src 'none'" in page
    assert '<html lang="sv">' in page
    assert len(page) < 600_000


def test_the_page_holds_public_words_as_data_and_nothing_personal(
    session: Session, dialogue: Dialogue, tmp_path: Path
) -> None:
    page = written(session, dialogue, tmp_path / "h.html", Look(pins=True)).read_text()
    assert "Vackra träd \\u003c/script\\u003e" in page
    assert "{{ 7*7 }}" in page, "folium must not read what people wrote as a template"
    assert SECRET_NAME not in page
    assert SECRET_EMAIL not in page
    assert "Dold text" not in page
    assert "Väntande text" not in page


def test_a_title_full_of_markup_stays_text(session: Session, tmp_path: Path) -> None:
    odd = make_dialogue(session, "udda", title="<script>alert(1)</script>{{ 7*7 }}<!--report:after-->")
    page = written(session, odd, tmp_path / "h.html").read_text()
    assert "<script>alert(1)" not in page
    assert "49" not in page.split("<h1")[1].split("</h1>")[0]


@pytest.mark.parametrize("kind", ["html", "png", "gpkg"])
def test_a_dialogue_without_contributions_gives_every_format(session: Session, kind: str, tmp_path: Path) -> None:
    path = written(session, make_dialogue(session, "tyst"), tmp_path / f"h.{kind}")
    assert path.stat().st_size > 1000
    if kind == "html":
        assert re.search(r'id="legend" hidden', path.read_text("utf-8")), "an empty legend is an empty box"


def test_the_slide_is_a_picture_for_a_wide_screen(session: Session, dialogue: Dialogue, tmp_path: Path) -> None:
    with Image.open(written(session, dialogue, tmp_path / "h.png")) as picture:
        assert picture.size == (1920, 1080)


def test_an_unknown_format_is_refused(session: Session, dialogue: Dialogue, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="pdf"):
        written(session, dialogue, tmp_path / "h.pdf")
