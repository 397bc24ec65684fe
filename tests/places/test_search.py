"""Place names, districts and words for a position."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.core.errors import Invalid
from mapdialog.places import queries
from mapdialog.places.actions import PlaceFields, import_places
from tests.seeds import make_dialogue, make_district_set

NAMES = [
    ("Algatan", "street", 13.1575, 55.3752),
    ("Gislövs läge", "village", 13.2270, 55.3650),
    ("Gislöv", "village", 13.23, 55.39),
    ("Trelleborg", "town", 13.1569, 55.3751),
    ("Östra stranden", "beach", 13.18, 55.368),
    ("Algatan", "street", 13.50, 55.45),
]


@pytest.fixture
def places(session: Session, tmp_path: Path) -> Session:
    """A few names and four districts."""
    features = [
        {
            "type": "Feature",
            "properties": {"namn": name, "slag": kind},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }
        for name, kind, lon, lat in NAMES
    ]
    path = tmp_path / "platser.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    report = import_places(session, path, PlaceFields("namn", "slag"))
    assert (report.added, report.replaced, report.skipped) == (6, 0, [])
    assert import_places(session, path, PlaceFields("namn", "slag")).replaced == 6
    make_district_set(session)
    return session


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("algatan", "Algatan"),
        ("ALGATAN 13 b", "Algatan"),
        ("gislovs lage", "Gislövs läge"),
        ("gislöv", "Gislöv"),
        ("trelleborgg", "Trelleborg"),
        ("ostra str", "Östra stranden"),
        ("läge", "Gislövs läge"),
        ("ruta a", "Ruta A"),
    ],
)
def test_names_are_found_as_people_type_them(places: Session, text: str, first: str) -> None:
    assert queries.search_places(places, text)[0].name == first


def test_of_two_equal_names_the_nearest_comes_first(places: Session) -> None:
    assert queries.search_places(places, "algatan", near=(13.16, 55.37))[0].lon == pytest.approx(13.1575)
    assert queries.search_places(places, "algatan", near=(13.51, 55.46))[0].lon == pytest.approx(13.50)
    assert queries.search_places(places, "algatan", near=(13.16, 55.37))[0].district == "Ruta D"


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "a" * 5000, "\x00", "😀😀", "((("])
def test_odd_characters_find_nothing_and_break_nothing(places: Session, text: str) -> None:
    assert queries.search_places(places, text) == []


def test_a_position_gets_words(places: Session) -> None:
    near = queries.describe_position(places, 13.1575, 55.3753)
    assert (near.place, near.district, near.is_close) == ("Algatan", "Ruta D", True)
    assert queries.describe_position(places, -71.0, 42.3).place == ""


def test_the_api_answers_as_the_map_asks(places: Session, client: FlaskClient) -> None:
    make_dialogue(places)
    places.commit()
    found = client.get("/api/v1/places?q=algatan&lon=13.16&lat=55.37").get_json()
    assert found["features"][0]["properties"] == {"name": "Algatan", "kind": "street", "detail": "gata, Ruta D"}
    assert "message" in client.get("/api/v1/places?q=zzzz").get_json()
    assert client.get("/api/v1/places/near?lon=13.1575&lat=55.3753").get_json()["label"] == "Algatan, Ruta D"
    assert client.get("/api/v1/places/near?lon=x").status_code == 422
    assert client.get("/api/v1/places/near?lon=1e400&lat=nan").status_code == 422
    listed = client.get("/api/v1/places?dialogue=trygg-vag").get_json()["features"]
    assert [one["properties"]["name"] for one in listed][:4] == ["Ruta A", "Ruta B", "Ruta C", "Ruta D"]
    assert client.get("/api/v1/places?dialogue=finns-inte").status_code == 404


def test_a_table_needs_to_say_where_its_coordinates_are(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "adresser.csv"
    path.write_text("adress;n;e\nAlgatan 13;6139042,7;128249,0\n;6139042;128250\nBortom;;\n")
    with pytest.raises(Invalid):
        import_places(session, path, PlaceFields("adress"), local_zone=3008)
    report = import_places(session, path, PlaceFields("adress", x="e", y="n"), local_zone=3008)
    assert (report.added, len(report.skipped)) == (1, 2)
    hit = queries.search_places(session, "algatan 13")[0]
    assert (hit.lon, hit.lat) == pytest.approx((13.1569, 55.3751), abs=1e-5)
