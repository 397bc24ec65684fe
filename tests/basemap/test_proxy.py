"""Tiles of other servers come through ours: kept, without the citizen's traces, never at our threads' expense."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mapdialog.basemap import tiles, upstream, views
from mapdialog.basemap.layers import Layer
from mapdialog.basemap.pictures import kind_of
from mapdialog.basemap.tilecache import TileCache
from tests.basemap.conftest import MapServer, picture


def xyz(server: MapServer, **values: object) -> Layer:
    return Layer("karta", "Karta", "xyz", f"{server.url}/{{z}}/{{x}}/{{y}}.png?token=hemlig", **values)  # type: ignore[arg-type]


@pytest.fixture
def layers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Layer]:
    """The layers the application has, to be filled by the test."""
    given: list[Layer] = []
    monkeypatch.setattr(views, "layers", lambda: tuple(given))
    folder = app.config["MAPDIALOG"].data_dir / "tiles" / "karta"
    for file in folder.rglob("*.tile") if folder.exists() else ():
        file.unlink()
    return given


def test_a_tile_is_fetched_once_and_kept(client: FlaskClient, map_server: MapServer, layers: list[Layer]) -> None:
    layers.append(xyz(map_server))
    first = client.get("/basemap/karta/12/2197/1283.png")
    assert (first.status_code, first.mimetype, first.data) == (200, "image/png", picture())
    again = client.get("/basemap/karta/12/2197/1283.png", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert map_server.paths == ["/12/2197/1283.png?token=hemlig"]


def test_nothing_about_the_citizen_goes_to_the_map_server(
    client: FlaskClient, map_server: MapServer, layers: list[Layer]
) -> None:
    layers.append(xyz(map_server, headers={"X-Key": "k"}, user="u", password="p"))
    client.set_cookie("session", "secret")
    client.get(
        "/basemap/karta/1/0/0.png?who=me",
        headers={"Referer": "http://x/d/trygg-vag", "User-Agent": "Citizen/1.0", "X-Forwarded-For": "203.0.113.7",
                 "Accept-Language": "sv", "Forwarded": "for=203.0.113.7"},
    )  # fmt: skip
    sent = map_server.headers[0]
    assert set(sent) == {"host", "user-agent", "accept", "x-key", "authorization", "accept-encoding", "connection"}
    assert "Citizen" not in sent["user-agent"]
    assert "203.0.113.7" not in str(map_server.headers) + str(map_server.paths)
    assert "who" not in map_server.paths[0]


@pytest.mark.parametrize("way", ["broken", "html", "redirect", "huge", "cut", "slow", "drip"])
def test_a_server_that_misbehaves_gives_an_empty_tile_that_is_not_kept(
    client: FlaskClient, map_server: MapServer, layers: list[Layer], way: str
) -> None:
    layers.append(xyz(map_server, timeout_seconds=0.5))
    map_server.way = way
    began = time.monotonic()
    answer = client.get("/basemap/karta/12/1/1.png")
    assert time.monotonic() - began < 3
    assert (answer.status_code, answer.mimetype) == (503, "image/png")
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"script" not in answer.data
    map_server.way = "well"
    asked = len(map_server.paths)
    assert client.get("/basemap/karta/12/1/1.png").status_code == 503
    assert len(map_server.paths) == asked == 1, "a server that failed is left alone for a while"
    upstream.resume("karta")
    assert client.get("/basemap/karta/12/1/1.png").status_code == 200


def test_a_server_that_is_not_there_is_told_without_its_key(map_server: MapServer) -> None:
    with pytest.raises(upstream.Unreachable) as caught:
        upstream.probe(Layer("karta", "K", "xyz", "http://127.0.0.1:9/{z}/{x}/{y}?token=hemlig"), 1, 0, 0)
    assert "hemlig" not in str(caught.value)
    assert "hemlig" not in repr(xyz(map_server))


def test_an_old_tile_is_better_than_none(tmp_path: Path, map_server: MapServer) -> None:
    cache = TileCache(tmp_path, 10)
    cache.put("karta", 3, 1, 1, picture((0, 0, 255)))
    map_server.way = "broken"
    stale = replace(xyz(map_server), keep_days=0)
    assert tiles.get_tile(stale, 3, 1, 1, cache).data == picture((0, 0, 255))
    upstream.resume("karta")
    map_server.way = "well"
    assert tiles.get_tile(stale, 3, 1, 1, cache).data == picture()


def test_no_tile_there_is_remembered_as_that(tmp_path: Path, map_server: MapServer) -> None:
    map_server.way = "missing"
    for _ in range(2):
        found = tiles.get_tile(xyz(map_server), 3, 1, 1, TileCache(tmp_path, 10))
        assert (found.data, found.is_failure) == (None, False)
    assert len(map_server.paths) == 1


def test_the_cache_never_grows_far_beyond_its_limit(tmp_path: Path) -> None:
    cache = TileCache(tmp_path, 1)
    for number in range(30):
        cache.put("karta", 10, number, 0, b"x" * 100_000)
    cache.sweep()
    kept = sum(file.stat().st_size for file in tmp_path.rglob("*.tile"))
    assert 0 < kept <= 1_000_000
    assert cache.get("karta", 10, 29, 0) is not None, "the latest are kept"


def test_a_cache_that_can_not_be_written_costs_only_speed(tmp_path: Path, map_server: MapServer) -> None:
    (tmp_path / "karta").write_text("in the way")
    assert tiles.get_tile(xyz(map_server), 3, 1, 1, TileCache(tmp_path, 10)).data == picture()


@pytest.mark.parametrize(
    "address",
    ["/basemap/karta/3/9/1.png", "/basemap/karta/3/-1/1.png", "/basemap/karta/99/1/1.png", "/basemap/okand/3/1/1.png",
     "/basemap/..%2f..%2fetc/3/1/1.png", "/basemap/karta/3/1/..%2f..%2fpasswd.png", "/basemap/karta/19/1/1.png"],
)  # fmt: skip
def test_addresses_outside_the_layer_are_not_found_and_ask_nobody(
    client: FlaskClient, map_server: MapServer, layers: list[Layer], address: str
) -> None:
    layers.append(xyz(map_server, max_zoom=18))
    assert client.get(address).status_code == 404
    assert map_server.paths == []


def test_wms_is_asked_for_the_tiles_square_in_web_mercator(map_server: MapServer) -> None:
    layer = Layer("karta", "K", "wms", f"{map_server.url}/wms?map=a", layers="topo,text", version="1.1.1")
    assert kind_of(upstream.fetch(layer, 1, 0, 0) or b"") == "image/png"
    asked = map_server.paths[0]
    assert asked.startswith("/wms?map=a&SERVICE=WMS&REQUEST=GetMap&VERSION=1.1.1&LAYERS=topo%2Ctext")
    assert "SRS=EPSG%3A3857" in asked
    assert "BBOX=-20037508.3428%2C0.0000%2C0.0000%2C20037508.3428" in asked
    assert "CRS=EPSG%3A3857" in upstream.tile_address(replace(layer, version="1.3.0"), 1, 0, 0)


def test_tms_rows_count_from_the_south() -> None:
    layer = Layer("karta", "K", "xyz", "https://tiles.example/{s}/{z}/{x}/{-y}.png")
    assert upstream.tile_address(layer, 3, 2, 1) == "https://tiles.example/a/3/2/6.png"
