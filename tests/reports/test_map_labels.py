"""Names and numbers on a drawn map: each in its own district, none on another, small districts keyed to a list."""

import itertools

import shapely

from mapdialog.reports.map_labels import RADIUS, Wanted, place_keys, place_labels, wrapped
from mapdialog.reports.slide_paper import text_width

SIZE = (700.0, 430.0)


def wanted(name: str, box: tuple[float, float, float, float], count: int = 7) -> Wanted:
    return Wanted(name, str(count), count, shapely.MultiPolygon([shapely.box(*box)]))


def test_a_roomy_district_has_its_name_and_number_inside() -> None:
    labels, rest = place_labels([wanted("Anderslöv omland-Klagstorp", (100, 100, 400, 300))], SIZE, text_width, [])
    assert rest == []
    assert labels[0].lines == ("Anderslöv omland-", "Klagstorp")
    assert (100 < labels[0].x < 400, 100 < labels[0].y < 300) == (True, True)


def test_names_keep_clear_of_what_is_taken_and_of_each_other() -> None:
    taken = [(0.0, 0.0, 350.0, 430.0)]
    labels, _ = place_labels([wanted("Söder", (200, 100, 500, 300)), wanted("Norr", (380, 110, 490, 180))], SIZE,
                             text_width, taken)  # fmt: skip
    assert {label.about.name for label in labels} == {"Söder", "Norr"}
    assert all(label.x > 350 for label in labels)
    boxes = [shapely.box(*box) for box in taken]
    assert not any(one.intersection(other).area for one, other in itertools.combinations(boxes, 2))


def test_small_districts_are_keyed_with_the_most_first() -> None:
    small = [wanted(f"Kvarter {number}", (100 + 30 * number, 100, 125 + 30 * number, 125), number) for number in (1, 2)]
    taken: list[tuple[float, float, float, float]] = []
    labels, rest = place_labels(small, SIZE, text_width, taken)
    assert (labels, [about.count for about in rest]) == ([], [2, 1])
    keys = place_keys(rest, SIZE, taken)
    assert [(key.number, key.about.name, key.at) for key in keys] == [(1, "Kvarter 2", None), (2, "Kvarter 1", None)]


def test_discs_that_would_cover_each_other_are_led_beside() -> None:
    tiny = [wanted(f"Ö {number}", (300 + 4 * number, 200, 303 + 4 * number, 203)) for number in range(5)]
    taken: list[tuple[float, float, float, float]] = []
    keys = place_keys(tiny, SIZE, taken)
    assert len(keys) == 5
    assert sum(key.at is not None for key in keys) == 4
    for one, other in itertools.combinations(keys, 2):
        assert max(abs(one.x - other.x), abs(one.y - other.y)) >= 2 * RADIUS


def test_long_names_break_at_spaces_and_after_hyphens() -> None:
    assert wrapped("Kyrkoköpinge-Malörten-Akka-Pilevall") == ["Kyrkoköpinge-", "Malörten-Akka-", "Pilevall"]
    assert wrapped("Trelleborg innerstaden", 30) == ["Trelleborg innerstaden"]
