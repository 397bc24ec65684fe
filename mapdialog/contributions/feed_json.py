"""Writes the map feed's GeoJSON by hand: numbers and known words only, five times as fast as a general encoder."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from mapdialog.contributions.feed_tallies import Tallies


class Words:
    """The dialogue's category keys as JSON strings: `column` in the order of ids, and `key` by id."""

    def __init__(self, ids: Sequence[int], keys: Sequence[str]) -> None:
        self.column = [json.dumps(key, ensure_ascii=False) for key in keys]
        self.key = dict(zip(ids, self.column, strict=True))


def clusters(tallies: Tallies, words: Words, *, with_categories: bool) -> list[str]:
    """Point features at the members' means, with `count` and, if there is room, `categories`."""
    count = tallies.count
    lons, lats = (tallies.lon / count / 1e6).tolist(), (tallies.lat / count / 1e6).tolist()
    shares = _shares(tallies, words) if with_categories else [""] * len(lons)
    return [
        f'{{"type":"Feature","geometry":{{"type":"Point","coordinates":[{lon:.6f},{lat:.6f}]}},'
        f'"properties":{{"cluster":true,"count":{number}{share}}}}}'
        for lon, lat, number, share in zip(lons, lats, count.tolist(), shares, strict=True)
    ]


def _shares(tallies: Tallies, words: Words) -> list[str]:
    keyed = ([f"{key}:{n}" for key, n in zip(words.column, row, strict=True) if n] for row in tallies.by.tolist())
    return [f',"categories":{{{",".join(each)}}}' for each in keyed]


def pin(row: Any, words: Words) -> str:
    """A feature for one contribution from a row of `feed_rows.pins`: a Point, or its small line or area.

    A shape's `anchor` is where its pin stands.
    """
    receipt, category_id, mood, lon_e6, lat_e6, shape = row
    place = f"[{lon_e6 / 1e6:.6f},{lat_e6 / 1e6:.6f}]"
    more = f',"mood":{mood}' if mood is not None else ""
    if shape is not None:
        more += f',"anchor":{place}'
    geometry = shape if shape is not None else f'{{"type":"Point","coordinates":{place}}}'
    return (
        f'{{"type":"Feature","id":"{receipt}","geometry":{geometry},'
        f'"properties":{{"id":"{receipt}","category":{words.key[category_id]}{more}}}}}'
    )


def collection(total: int, features: Iterable[str]) -> bytes:
    """The FeatureCollection; `total` is a foreign member."""
    return f'{{"type":"FeatureCollection","total":{total},"features":[{",".join(features)}]}}'.encode()
