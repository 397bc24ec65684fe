"""The map feed: whatever window is asked for, its counts are those of the rows themselves."""

import json
import random
from collections import OrderedDict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from mapdialog.contributions import feed, feed_held, grid
from mapdialog.contributions.feed_clusters import diameters
from mapdialog.contributions.feed_state import read_state
from mapdialog.contributions.queries import Filters
from mapdialog.core.clock import now
from mapdialog.core.errors import Invalid
from mapdialog.dialogues.models import Dialogue
from mapdialog.geo.bbox import BBox
from mapdialog.geo.crs import transform_point
from tests.seeds import TRELLEBORG, make_contribution, make_dialogue

# Three dense spots and a scatter; some rows wait for staff; words and days differ.
_FILL = """
    insert into contribution (kind, client_id, receipt, dialogue_id, category_id, geom, anchor, raw_text, public_text,
            state, channel, submitted_at)
        select 'comment', gen_random_uuid(), 'TST-' || :dialogue || '-' || lpad((:first + i)::text, 7, '0'), :dialogue,
            (cast(:categories as integer[]))[1 + i % 3], place, place, said, said,
            case when i % 7 = 0 then 'pending' else 'approved' end, 'web', now() - i % 30 * interval '1 day'
        from (select i, case when i % 5 = 0 then 'lampan blinkar' else 'gropig väg 100 %' end as said,
            st_setsrid(st_makepoint(
                383209 + (i % 3) * 2500 + ((i * 7919) % 1009 - 504) * case when i % 4 = 0 then 20 else 0.3 end,
                6138079 + (i % 2) * 1800 + ((i * 104729) % 997 - 498) * case when i % 4 = 0 then 20 else 0.3 end), 3006)
            as place from generate_series(1, :count) i) made
"""
_TRUE = """
    select count(*) from contribution where dialogue_id = :dialogue and state = 'approved'
        and lon_e6 between :w and :e and lat_e6 between :s and :n
"""


def fill(session: Session, dialogue: Dialogue, count: int, first: int = 0) -> None:
    ids = [category.id for category in dialogue.categories]
    session.execute(text(_FILL), {"dialogue": dialogue.id, "categories": ids, "count": count, "first": first})


@pytest.fixture(scope="module")
def filled(engine: Engine) -> Iterator[tuple[Connection, int]]:
    """A few thousand, made once for all tests, and the dialogue's id: most in the pyramid, some only in the log, some
    taken back, one moved."""
    with engine.connect() as connection, connection.begin() as outer:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            dialogue = make_dialogue(session, "mycket")
            fill(session, dialogue, 3000)
            session.execute(text("select grid_fold()"))
            fill(session, dialogue, 400, first=3000)
            for statement in (
                "update contribution set state = 'hidden' where dialogue_id = :id and id % 17 = 3",
                "update contribution set category_id = :other where dialogue_id = :id and id % 19 = 5",
                "update contribution set anchor = st_translate(anchor, 40, 0) where dialogue_id = :id and id % 23 = 7",
            ):
                session.execute(text(statement), {"id": dialogue.id, "other": dialogue.categories[0].id})
            session.commit()
            made = dialogue.id
        yield connection, made
        outer.rollback()


@pytest.fixture
def session(filled: tuple[Connection, int], monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """What a test does to them is taken back for the next, which holds nothing of it either."""
    monkeypatch.setattr(feed_held, "_shelf", OrderedDict())
    with filled[0].begin_nested() as inner:
        with Session(filled[0], join_transaction_mode="create_savepoint") as session:
            yield session
        inner.rollback()


@pytest.fixture
def crowded(session: Session, filled: tuple[Connection, int]) -> Dialogue:
    """The dialogue with all of them."""
    return session.get_one(Dialogue, filled[1])


def ask(session: Session, dialogue: Dialogue, box: BBox, zoom: int, **filters: Any) -> dict[str, Any]:
    body = feed.map_features(session, read_state(session, dialogue.slug), box, zoom, Filters(**filters))
    assert len(body) <= feed.MAX_BYTES
    answer = json.loads(body)
    assert len(answer["features"]) <= feed.MAX_FEATURES
    assert sum(one["properties"].get("count", 1) for one in answer["features"]) == answer["total"]
    return dict(answer)


def count(session: Session, dialogue: Dialogue, box: BBox, also: str = "") -> int:
    edges = dict(zip("wsen", (round(edge * 1e6) for edge in box), strict=True))
    return int(session.execute(text(_TRUE + also), edges | {"dialogue": dialogue.id}).scalar_one())


def window(east_m: float, north_m: float, width_m: float, height_m: float) -> BBox:
    """A box whose south-western corner lies so far from the town centre, on whole millionths of a degree."""
    west, south = transform_point(TRELLEBORG[0] + east_m, TRELLEBORG[1] + north_m, 3006, 4326)
    edges = (west, south, west + width_m / 63_300, south + height_m / 111_300)
    return BBox(*(round(edge, 6) for edge in edges))


def windows(how_many: int) -> list[tuple[BBox, int]]:
    """Windows of all sizes, wherever: small ones at any zoom, too."""
    dice = random.Random(1287)
    made = []
    for _ in range(how_many):
        side = 10 ** dice.uniform(1, 4.6)
        at = dice.uniform(-9000, 9000), dice.uniform(-9000, 9000)
        made.append((window(*at, side, side * dice.uniform(0.3, 2)), dice.randint(0, 22)))
    return made


def test_whatever_the_window_the_features_add_up_to_the_rows_in_it(session: Session, crowded: Dialogue) -> None:
    for box, zoom in [*windows(60), (feed.WORLD, 0), (feed.WORLD, 22), (window(-9000, -9000, 18_000, 18_000), 13)]:
        assert ask(session, crowded, box, zoom)["total"] == count(session, crowded, box), (box, zoom)


# What a cluster of so many takes of the screen, in pixels: tests/js/pure.test.js holds what is drawn to the same.
DRAWN = {1: 36, 2: 43, 10: 50, 100: 60, 1_000: 69, 10_000: 72}


def drawn_at(one: dict[str, Any], zoom: int) -> tuple[float, float, float]:
    """(x, y, radius) on the web map's plane, in pixels."""
    lon, lat = one["geometry"]["coordinates"]
    size, count_ = 256 * 2.0**zoom, one["properties"].get("count", 1)
    y = 0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * np.pi)
    return lon / 360 * size, y * size, (36 if count_ == 1 else min(72, 40 + 9.8 * np.log10(count_))) / 2


@pytest.mark.parametrize("zoom", range(8, 18))
def test_nothing_that_is_drawn_covers_a_cluster(session: Session, crowded: Dialogue, zoom: int) -> None:
    features = ask(session, crowded, window(-9000, -9000, 18_000, 18_000), zoom)["features"]
    drawn = [(*drawn_at(one, zoom), one["properties"].get("cluster", False)) for one in features]
    for number, (x, y, radius, is_cluster) in enumerate(drawn):
        for x2, y2, radius2, is_cluster2 in drawn[:number]:
            assert not (is_cluster or is_cluster2) or np.hypot(x - x2, y - y2) >= radius + radius2
    assert zoom < 14 or len(features) > 20, "and they are not all thrown together"


def test_the_sizes_are_those_that_are_drawn() -> None:
    sizes = diameters(np.array(list(DRAWN)))
    assert all(drawn <= size <= drawn + 9 for drawn, size in zip(DRAWN.values(), sizes, strict=True))


def test_a_category_is_counted_exactly_and_nothing_else_with_it(session: Session, crowded: Dialogue) -> None:
    one = crowded.categories[1]
    for box, zoom in windows(25):
        answer = ask(session, crowded, box, zoom, category_ids=(one.id,))
        assert answer["total"] == count(session, crowded, box, f" and category_id = {one.id}")
        keys = {key for each in answer["features"] for key in each["properties"].get("categories", {one.key: 1})}
        assert keys <= {one.key}


def test_the_shares_of_a_cluster_add_up_to_its_count(session: Session, crowded: Dialogue) -> None:
    clusters = [one["properties"] for one in ask(session, crowded, feed.WORLD, 12)["features"]]
    shared = [one for one in clusters if "categories" in one]
    assert shared
    assert all(sum(one["categories"].values()) == one["count"] for one in shared)


@pytest.mark.parametrize(
    ("filters", "also"),
    [
        ({"q": "lampan"}, " and public_text ilike '%lampan%'"),
        ({"q": "100 %"}, " and public_text ilike '%100 \\%%'"),
        ({"q": "100_%"}, " and false"),
        ({"since": timedelta(days=9.5)}, " and submitted_at >= now() - interval '9.5 days'"),
        ({"until": timedelta(days=9.5)}, " and submitted_at < now() - interval '9.5 days'"),
        (
            {"since": timedelta(days=20.5), "until": timedelta(days=3.5), "q": "GROPIG"},
            " and submitted_at >= now() - interval '20.5 days' and submitted_at < now() - interval '3.5 days'"
            " and public_text ilike '%gropig%'",
        ),
    ],
)
def test_time_and_words_are_counted_exactly(
    session: Session, crowded: Dialogue, filters: dict[str, Any], also: str
) -> None:
    at = now()
    asked = {name: at - value if isinstance(value, timedelta) else value for name, value in filters.items()}
    for box, zoom in windows(10):
        assert ask(session, crowded, box, zoom, **asked)["total"] == count(session, crowded, box, also)


@pytest.fixture(params=["held", "too many to hold"])
def large(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ways of a dialogue of hundreds of thousands."""
    monkeypatch.setattr(feed, "_FOUND_BY_PLACE", 10)
    monkeypatch.setattr(feed, "_SOON_FOUND", 5)
    if request.param != "held":
        monkeypatch.setattr(feed_held, "MOST_ROWS", 20)


@pytest.mark.usefixtures("large")
def test_where_the_reader_has_most_of_them_is_counted_by_time_and_words_too(
    session: Session, crowded: Dialogue
) -> None:
    one = crowded.categories[1]
    for box, zoom in [*windows(20), (feed.WORLD, 0), (feed.WORLD, 22)]:
        found = ask(session, crowded, box, zoom, q="lampan")
        assert found["total"] == count(session, crowded, box, " and public_text ilike '%lampan%'")
        found = ask(session, crowded, box, zoom, q="lampan", category_ids=(one.id,))
        also = f" and public_text ilike '%lampan%' and category_id = {one.id}"
        assert found["total"] == count(session, crowded, box, also)
        keys = {key for each in found["features"] for key in each["properties"].get("categories", {one.key: 1})}
        assert keys <= {one.key}


@pytest.mark.usefixtures("large")
def test_what_is_held_is_never_older_than_the_rows(session: Session, crowded: Dialogue) -> None:
    for statement in (
        "select 1",
        "update contribution set public_text = 'tyst nu' where dialogue_id = :id and id % 13 = 2",
        "update contribution set state = 'withdrawn' where dialogue_id = :id and id % 11 = 1",
        "select grid_fold()",
        "update contribution set state = 'approved' where dialogue_id = :id and state = 'withdrawn'",
    ):
        session.execute(text(statement), {"id": crowded.id})
        for box in (feed.WORLD, window(-4000, -4000, 8000, 8000)):
            found = ask(session, crowded, box, 12, q="gropig")
            assert found["total"] == count(session, crowded, box, " and public_text ilike '%gropig%'")


def test_a_held_answer_is_the_one_that_counting_by_place_gives(
    session: Session, crowded: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_place = [ask(session, crowded, *one, q="lampan") for one in windows(20)]
    monkeypatch.setattr(feed, "_FOUND_BY_PLACE", 1)
    monkeypatch.setattr(feed, "_SOON_FOUND", 0)
    assert [ask(session, crowded, *one, q="lampan") for one in windows(20)] == by_place


def test_a_word_of_two_letters_is_refused(session: Session, crowded: Dialogue) -> None:
    with pytest.raises(Invalid):
        ask(session, crowded, feed.WORLD, 3, q="på")


def test_folding_the_log_changes_nothing_that_is_seen(session: Session, crowded: Dialogue) -> None:
    before = [ask(session, crowded, *one) for one in windows(15)]
    session.execute(text("select grid_fold()"))
    assert [ask(session, crowded, *one) for one in windows(15)] == before
    session.execute(text("select grid_rebuild()"))
    assert [ask(session, crowded, *one) for one in windows(15)] == before


def test_a_lone_contribution_is_a_pin_with_its_receipt_category_and_mood(session: Session) -> None:
    dialogue = make_dialogue(session)
    receipt = make_contribution(session, dialogue, mood=-2)
    (pin,) = ask(session, dialogue, feed.WORLD, 14)["features"]
    lon, lat = transform_point(*TRELLEBORG, 3006, 4326)
    assert pin["properties"] == {"id": receipt, "category": "belysning", "mood": -2}
    assert pin["id"] == receipt
    assert pin["geometry"] == {"type": "Point", "coordinates": pytest.approx([lon, lat], abs=1e-6)}


def test_an_area_is_drawn_close_by_and_a_pin_from_afar(session: Session) -> None:
    dialogue = make_dialogue(session)
    east, north = TRELLEBORG
    make_contribution(session, dialogue, geometry=shapely.box(east, north, east + 300, north + 200))
    (near,), (far,) = (ask(session, dialogue, feed.WORLD, zoom)["features"] for zoom in (15, 8))
    assert near["geometry"]["type"] == "Polygon"
    assert far["geometry"]["type"] == "Point"
    assert near["properties"]["anchor"] == far["geometry"]["coordinates"]


def test_neighbours_are_one_cluster_from_afar_and_two_pins_in_the_street(session: Session) -> None:
    dialogue = make_dialogue(session)
    for metres in (0, 3):
        make_contribution(session, dialogue, at=(metres, 0))
    (cluster,) = ask(session, dialogue, feed.WORLD, 12)["features"]
    assert cluster["properties"] == {"cluster": True, "count": 2, "categories": {"belysning": 2}}
    assert len(ask(session, dialogue, window(-50, -50, 100, 100), 18)["features"]) == 2


def test_what_is_not_approved_is_nowhere(session: Session) -> None:
    dialogue = make_dialogue(session)
    for state in ("pending", "hidden"):
        make_contribution(session, dialogue, state=state)
    assert ask(session, dialogue, feed.WORLD, 10) == {"type": "FeatureCollection", "total": 0, "features": []}


def test_a_contribution_on_the_window_s_edge_is_in_it(session: Session) -> None:
    dialogue = make_dialogue(session)
    make_contribution(session, dialogue)
    query = text("select lon_e6, lat_e6 from contribution where dialogue_id = :id")
    lon, lat = session.execute(query, {"id": dialogue.id}).one()
    lon, lat = lon / 1e6, lat / 1e6
    for box in (BBox(lon, lat, lon + 1, lat + 1), BBox(lon - 1, lat - 1, lon, lat), BBox(lon, lat, lon, lat)):
        assert ask(session, dialogue, box, 16)["total"] == 1
    assert ask(session, dialogue, BBox(lon + 1e-6, lat, lon + 1, lat + 1), 16)["total"] == 0


def test_ten_thousand_on_one_spot_are_one_cluster_that_opens_nowhere(session: Session) -> None:
    dialogue = make_dialogue(session)
    fill(session, dialogue, 10_000)
    session.execute(text("update contribution set anchor = st_setsrid(st_makepoint(383209, 6138079), 3006)"))
    session.execute(text("select grid_rebuild(:id)"), {"id": dialogue.id})
    (one,) = ask(session, dialogue, feed.WORLD, 22)["features"]
    assert one["properties"]["count"] == 10_000 - 10_000 // 7


def test_the_mark_changes_with_what_is_seen_and_with_the_question_only(session: Session, crowded: Dialogue) -> None:
    box = window(-500, -500, 1000, 1000)
    mark = feed.etag(read_state(session, crowded.slug), box, 14)
    assert feed.etag(read_state(session, crowded.slug), box, 14) == mark
    assert feed.etag(read_state(session, crowded.slug), box, 15) != mark
    assert feed.etag(read_state(session, crowded.slug), box, 14, Filters(q="lampan")) != mark
    make_contribution(session, crowded, state="pending")
    assert feed.etag(read_state(session, crowded.slug), box, 14) == mark
    make_contribution(session, crowded)
    changed = feed.etag(read_state(session, crowded.slug), box, 14)
    assert changed != mark
    session.execute(text("select grid_fold()"))
    assert feed.etag(read_state(session, crowded.slug), box, 14) not in {mark, changed}


@given(st.lists(st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1)), min_size=1, max_size=50))
@settings(max_examples=100)
def test_a_key_is_taken_apart_into_what_it_was_made_of(pairs: list[tuple[int, int]]) -> None:
    columns, rows = np.array(pairs, dtype=np.int64).T
    again = grid.columns_rows(grid.keys(columns, rows))
    assert (again[0] == columns).all()
    assert (again[1] == rows).all()


@given(st.floats(-180, 179), st.floats(-90, 89), st.floats(0.00001, 170), st.floats(0.00001, 90), st.integers(1, 500))
@settings(max_examples=100)
def test_the_squares_of_a_window_are_few_and_cover_it(w: float, s: float, dx: float, dy: float, most: int) -> None:
    view = grid.window(BBox(w, s, min(180.0, w + dx), min(90.0, s + dy)))
    level = grid.level_for(view, 22, most)
    cells = grid.cells_in(view, level)
    assert 1 <= len(cells) <= most
    assert grid.place(cells, level, view)[0].all()
