"""The file of layers: read, checked line by line, and told to browsers without its secrets."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from mapdialog.basemap.layers import for_browser, load_layers
from mapdialog.basemap.probing import find_problem, tile_at
from mapdialog.basemap.tilefiles import HALF, open_tiles
from mapdialog.config import Config, ConfigError
from mapdialog.factory import create_app
from tests.basemap.conftest import MapServer, picture

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"
READY = Path(__file__).resolve().parents[2] / "deploy" / "layers.example.toml"
PLACE = (8, *tile_at(13.1569, 55.3751, 8))


def mbtiles(path: Path, kind: str = "png") -> Path:
    with sqlite3.connect(path) as database:
        database.execute("create table metadata (name text, value text)")
        database.execute("insert into metadata values ('format', ?)", [kind])
        database.execute("create table tiles (zoom_level int, tile_column int, tile_row int, tile_data blob)")
        z, x, y = PLACE
        database.execute("insert into tiles values (?, ?, ?, ?)", [z, x, 2**z - 1 - y, picture()])
    return path


def pmtiles(path: Path, kind: str = "PNG") -> Path:
    from pmtiles.tile import Compression, TileType, zxy_to_tileid
    from pmtiles.writer import Writer

    with path.open("wb") as file:
        writer = Writer(file)
        writer.write_tile(zxy_to_tileid(*PLACE), picture())
        degrees = {"min_lon_e7": 0, "min_lat_e7": 0, "max_lon_e7": 10**8, "max_lat_e7": 10**8}
        facts = {"tile_type": TileType[kind], "tile_compression": Compression.NONE, "min_zoom": 8, "max_zoom": 8}
        centre = {"center_zoom": 8, "center_lon_e7": 0, "center_lat_e7": 0}
        writer.finalize(facts | degrees | centre, {})
    return path


def gpkg(path: Path, epsg: int = 3857, pixel: float | None = None) -> Path:
    """A matrix set that begins at the tile itself, as exports of a small area do."""
    z, x, y = PLACE
    span = 2 * HALF / 2**z
    west, north = -HALF + x * span, HALF - y * span
    with sqlite3.connect(path) as database:
        database.executescript(
            "create table gpkg_contents (table_name text, data_type text);"
            "create table gpkg_tile_matrix_set (table_name, srs_id, min_x, min_y, max_x, max_y);"
            "create table gpkg_spatial_ref_sys (srs_id int, organization_coordsys_id int);"
            "create table gpkg_tile_matrix (table_name, zoom_level, pixel_x_size, tile_width, tile_height);"
            'create table "karta ""A""" (zoom_level int, tile_column int, tile_row int, tile_data blob);'
        )
        name = 'karta "A"'
        database.execute("insert into gpkg_contents values (?, 'tiles')", [name])
        database.execute("insert into gpkg_spatial_ref_sys values (1, ?)", [epsg])
        box = [west, north - span, west + span, north]
        database.execute("insert into gpkg_tile_matrix_set values (?, 1, ?, ?, ?, ?)", [name, *box])
        database.execute("insert into gpkg_tile_matrix values (?, 0, ?, 256, 256)", [name, pixel or span / 256])
        database.execute('insert into "karta ""A""" values (0, 0, 0, ?)', [picture()])
    return path


def write(tmp_path: Path, text: str) -> str:
    (tmp_path / "layers.toml").write_text(text, encoding="utf-8")
    return str(tmp_path / "layers.toml")


def one_file(tmp_path: Path, path: Path) -> str:
    entry = f'[[layer]]\nkey="karta"\nlabel="Karta"\nkind="{path.suffix[1:]}"\npath="{path.name}"\n'
    return write(tmp_path, entry)


@pytest.mark.parametrize(("make", "name"), [(mbtiles, "a.mbtiles"), (pmtiles, "a.pmtiles"), (gpkg, "a.gpkg")])
def test_a_local_file_gives_its_tiles_and_nothing_elsewhere(
    tmp_path: Path, make: Callable[[Path], Path], name: str
) -> None:
    (layer,) = load_layers(one_file(tmp_path, make(tmp_path / name)))
    read = open_tiles(layer)
    z, x, y = PLACE
    assert read(z, x, y) == picture()
    assert read(z, x + 1, y) is None
    assert read(z + 1, 2 * x, 2 * y) is None
    assert find_problem(layer, 3008) == ""


def test_files_of_another_kind_are_told_at_the_start(tmp_path: Path, shared_data: Path) -> None:
    plain = tmp_path / "b.mbtiles"
    plain.write_bytes(b"no database")
    wrong = [
        mbtiles(tmp_path / "vector.mbtiles", "pbf"),
        pmtiles(tmp_path / "vector.pmtiles", "MVT"),
        gpkg(tmp_path / "sweref.gpkg", epsg=3006),
        gpkg(tmp_path / "odd.gpkg", pixel=123.4),
        plain,
    ]
    for name in ("pmtiles_empty.pmtiles", "pmtiles_invalid.pmtiles", "pmtiles_invalid_v4.pmtiles"):
        wrong.append(tmp_path / name)
        wrong[-1].write_bytes((shared_data / "attack" / name).read_bytes())
    for path in wrong:
        with pytest.raises(ConfigError) as caught:
            load_layers(one_file(tmp_path, path))
        assert path.name in caught.value.problems[0], path.name
        assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('key="a"\nlabel="A"\nkind="xyz"\nurl="file:///etc/passwd/{z}/{x}/{y}"', "url must begin with"),
        ('key="a"\nlabel="A"\nkind="xyz"\nurl="https://{x}.example/{z}/{x}/{y}"', "host name"),
        ('key="a"\nlabel="A"\nkind="xyz"\nurl="https://a.example/{z}/{x}"', "url must hold"),
        ('key="../a"\nlabel="A"\nkind="xyz"\nurl="https://a.example/{z}/{x}/{y}"', "key must be"),
        ('key="a"\nlabel="A"\nkind="tms"\nurl="https://a.example/{z}/{x}/{y}"', "kind must be"),
        ('key="a"\nlabel="A"\nkind="wms"\nurl="https://a.example/wms"', "layers must name"),
        ('key="a"\nlabel="A"\nkind="mbtiles"\npath="saknas.mbtiles"', "no file at"),
        ('key="a"\nlabel="A"\nkind="xyz"\nurl="https://a.example/{z}/{x}/{y}"\ncrs="EPSG:3006"', "EPSG:3857"),
        ('key="a"\nlabel="A"\nkind="xyz"\nurl="https://a.example/{z}/{x}/{y}"\nfarg="rod"', "no such setting: farg"),
        ('key="a"\nlabel="A"\nkind="xyz"\nurl="https://a.example/{z}/{x}/{y}"\nmax_zoom="18"', "wrong type"),
    ],
)
def test_each_mistake_is_a_line(tmp_path: Path, entry: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_layers(write(tmp_path, f"[[layer]]\n{entry}\n"))
    assert any(words in problem for problem in caught.value.problems), caught.value.problems


def test_a_mistake_stops_the_start_and_not_the_first_citizen(tmp_path: Path, config: Config) -> None:
    broken = write(tmp_path, "[[layer]]\nkey='a'\n")
    values = {"database_url": config.database_url, "data_dir": tmp_path, "secret_key": "t" * 64}
    with pytest.raises(ConfigError):
        create_app(Config(**values, map_layers=broken))


def test_the_example_in_the_documentation_works(tmp_path: Path) -> None:
    text = DOCUMENT.read_text("utf-8")
    example = text.split("```toml\n")[1].split("```")[0]
    mbtiles(tmp_path / "stadskarta.mbtiles")
    layers = load_layers(write(tmp_path, example.replace("/srv/mapdialog/", "")))
    assert {layer.kind for layer in layers} == {"xyz", "wms", "mbtiles"}


@pytest.mark.parametrize("everything", [False, True])
def test_the_file_that_is_ready_to_be_filled_in_works(tmp_path: Path, everything: bool) -> None:
    example = READY.read_text("utf-8")
    if everything:
        example = re.sub(r"^#(?=[a-z\[])", "", example, flags=re.MULTILINE).replace("/srv/mapdialog/", "")
        gpkg(tmp_path / "topowebb_nedtonad_3857.gpkg")
    layers = load_layers(write(tmp_path, example))
    assert [layer.kind for layer in layers] == (["xyz", "gpkg", "xyz", "wms"] if everything else ["xyz"])
    assert all(layer.attribution for layer in layers)


def test_browsers_learn_our_addresses_only(tmp_path: Path) -> None:
    entry = 'key="a"\nlabel="Karta"\nkind="xyz"\nurl="https://a.example/{TileMatrix}/{TileCol}/{TileRow}?k=hemlig"'
    told = for_browser(load_layers(write(tmp_path, f'[[layer]]\n{entry}\nattribution="© A"\n')), "Inbyggd")
    assert [one["key"] for one in told] == ["a", "vector"]
    assert told[0]["url"] == "/basemap/a/{z}/{x}/{y}.png"
    assert "hemlig" not in str(told)
    assert "a.example" not in str(told)


def test_a_dialogue_chooses_its_layers_in_its_order(tmp_path: Path) -> None:
    text = "".join(
        f'[[layer]]\nkey="{k}"\nlabel="{k}"\nkind="xyz"\nurl="https://a.example/{{z}}/{{x}}/{{y}}"\n' for k in "abc"
    )
    layers = load_layers(write(tmp_path, text))
    assert [one["key"] for one in for_browser(layers, "Inbyggd", ["c", "a", "gone"])] == ["c", "a", "vector"]


def test_doctor_says_which_layer_gives_no_picture(map_server: MapServer, tmp_path: Path) -> None:
    entry = f'[[layer]]\nkey="karta"\nlabel="K"\nkind="xyz"\nurl="{map_server.url}/{{z}}/{{x}}/{{y}}?k=hemlig"\n'
    (layer,) = load_layers(write(tmp_path, entry))
    assert find_problem(layer, 3008) == ""
    for way, words in (("broken", "status 500"), ("html", "no picture"), ("redirect", "status 302")):
        map_server.way = way
        assert words in find_problem(layer, 3008)
