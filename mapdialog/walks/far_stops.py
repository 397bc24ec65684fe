"""Finds stops that lie far from the rest of their walk, as one does whose coordinates or street are mistyped."""

from collections.abc import Mapping

import shapely

FAR_M = 5_000.0  # nobody walks so far between two stops


def find(places: Mapping[int, shapely.Point], route: shapely.LineString | None) -> dict[int, float]:
    """How many metres from the route (EPSG:3006), else from the other stops, those lie that lie far away, by key.

    Without a route the walk is where most stops lie with less than `FAR_M` to the next; of as many, where the first is.
    A route that none of several stops lies near says nothing about them.
    """
    if route is not None and len(places) > 1 and all(route.distance(place) > FAR_M for place in places.values()):
        route = None
    rest = route or _most(list(places.values()))
    found = {key: float(rest.distance(place)) for key, place in places.items()}
    return {key: metres for key, metres in found.items() if metres > FAR_M}


def _most(places: list[shapely.Point]) -> shapely.MultiPoint:
    around = shapely.get_parts(shapely.unary_union([place.buffer(FAR_M / 2) for place in places]))
    together = [shapely.MultiPoint([place for place in places if area.covers(place)]) for area in around]
    nearest_first = sorted(together, key=lambda part: part.distance(places[0])) if places else []
    return max(nearest_first, key=lambda part: len(part.geoms), default=shapely.MultiPoint())
