"""Ways out of GPX files: as phones and others write them, and as those write them who mean harm."""

import time
from pathlib import Path

import pytest

from mapdialog.geo import gpx
from mapdialog.geo.problems import GeoProblem

START, END = (13.1569, 55.3751), (13.1669, 55.3751)


def points(*places: tuple[float, float], tag: str = "trkpt") -> str:
    return "".join(f'<{tag} lat="{lat}" lon="{lon}"/>' for lon, lat in places)


def document(body: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    return f'{head}<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">{body}</gpx>'.encode()


def track(*segments: str, name: str = "") -> str:
    return f"<trk><name>{name}</name>" + "".join(f"<trkseg>{one}</trkseg>" for one in segments) + "</trk>"


def test_a_track_becomes_a_line_in_metres() -> None:
    line = gpx.read_route(document(track(points(START, END))))
    assert abs(line.length - 634) < 2
    assert line.coords[0] == pytest.approx((383209.2, 6138079.5), abs=10)


def test_segments_are_joined_and_empty_ones_skipped() -> None:
    middle = (13.16, 55.3755)
    body = track("", points(START, middle), "", points(middle, END), points(END))
    assert len(gpx.read_route(document(body)).coords) == 3


def test_a_route_is_taken_where_there_is_no_track() -> None:
    body = f"<rte>{points(START, END, tag='rtept')}</rte><trk><trkseg/></trk>"
    assert gpx.read_route(document(body)).length > 600


def test_tracks_that_follow_one_another_are_one_way() -> None:
    middle = (13.16, 55.3751)
    body = track(points(START, middle)) + track(points(middle, END))
    assert len(gpx.read_route(document(body)).coords) in (2, 3)


def test_tracks_that_lie_apart_are_named_and_can_be_chosen() -> None:
    body = track(points(START, (13.16, 55.3751)), name="Norr") + track(
        points((13.3, 55.4), (13.31, 55.4)), name="Söder"
    )
    with pytest.raises(GeoProblem, match=r"2 spår.*1 Norr \(\d+ m\); 2 Söder"):
        gpx.read_route(document(body))
    assert gpx.read_route(document(body), number=2).coords[0][0] > 390_000
    with pytest.raises(GeoProblem, match="mellan 1 och 2"):
        gpx.read_route(document(body), number=3)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_marks_and_other_encodings_are_read(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = document(track(points(START, END), name="Åäö"), f'<?xml version="1.0" encoding="{declared}"?>').decode()
    assert gpx.list_ways(text.encode(encoding))[0].name == "Åäö"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "inte att läsa"),
        (b"\x00\x01\x02", "inte att läsa"),
        (b"PK\x03\x04", "inte att läsa"),
        (b"<html><body/></html>", "inte en GPX-fil"),
        (document(track(points(START, END)))[:-20], "inte att läsa"),
        (document(""), "inget spår"),
        (document(track(points(START))), "inget spår"),
        (document(track(points(START, START, START))), "inget spår"),
        (document('<wpt lat="55" lon="13"/>'), "enstaka punkter"),
        (document(track(points((13.0, 95.0), (13.0, 96.0)))), "inte finns"),
        (document(track(points((13.0, 55.0), (13.0, 57.0)))), "223 km"),
    ],
)
def test_what_holds_no_way_says_why(data: bytes, words: str) -> None:
    with pytest.raises(GeoProblem, match=words):
        gpx.read_route(data)


ENTITIES = """<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>"""
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
ELSEWHERE = '<?xml version="1.0"?><!DOCTYPE gpx SYSTEM "http://127.0.0.1:1/x.dtd">'


@pytest.mark.parametrize("head", [ENTITIES, OUTSIDE, ELSEWHERE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_anything_is_unfolded(head: str, encoding: str) -> None:
    text = document(track(points(START, END), name="&c;&x;"), head).decode()
    began = time.monotonic()
    with pytest.raises(GeoProblem, match="deklarationer"):
        gpx.read_route(text.encode(encoding))
    assert time.monotonic() - began < 1


def test_a_huge_file_costs_no_more_than_a_look() -> None:
    with pytest.raises(GeoProblem, match="10 MB"):
        gpx.read_route(b"x" * (gpx.MAX_BYTES + 1))
    many = document(track('<trkpt lat="55" lon="13"/>' * (gpx.MAX_POINTS + 1)))
    with pytest.raises(GeoProblem, match="för många"):
        gpx.read_route(many)
    with pytest.raises(GeoProblem, match="för många"):
        gpx.read_route(document("<a>" * 50_000))


@pytest.mark.parametrize(
    ("name", "least_m", "most_m"),
    [("track-with-empty-segment.gpx", 50, 2_000), ("route.gpx", 1_000, 50_000)],
)
def test_real_files_with_one_way(shared_data: Path, name: str, least_m: float, most_m: float) -> None:
    line = gpx.read_route((shared_data / "gpx" / name).read_bytes())
    assert least_m < line.length < most_m and line.is_valid and not line.has_z


@pytest.mark.parametrize("name", ["cerknicko-jezero.gpx", "cerknicko-without-times.gpx", "korita-zbevnica.gpx"])
def test_real_files_with_several_tracks_give_each_of_them(shared_data: Path, name: str) -> None:
    data = (shared_data / "gpx" / name).read_bytes()
    ways = gpx.list_ways(data)
    assert len(ways) > 1
    for number, way in enumerate(ways, start=1):
        assert gpx.read_route(data, number=number).equals(way.line)


def test_a_track_without_times_is_the_same_as_with(shared_data: Path) -> None:
    timed, untimed = (
        gpx.list_ways((shared_data / "gpx" / f"cerknicko-{name}.gpx").read_bytes())
        for name in ("jezero", "without-times")
    )
    assert [way.line for way in timed] == [way.line for way in untimed]


def test_a_file_with_a_mark_and_one_point_alone_is_told_so(shared_data: Path) -> None:
    with pytest.raises(GeoProblem, match="enstaka punkter"):
        gpx.read_route((shared_data / "gpx" / "unicode_with_bom.gpx").read_bytes())
