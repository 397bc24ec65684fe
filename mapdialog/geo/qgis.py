"""QGIS styles: small QML documents for categories and classes, kept in a GeoPackage, where QGIS finds them."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Literal, NamedTuple
from xml.sax.saxutils import quoteattr

# A "cell" is a fill without a border: thousands of small squares would else be seen as their borders alone.
Symbol = Literal["marker", "line", "fill", "cell"]


class Style(NamedTuple):
    """A named style document; `is_default` is the one QGIS uses when the layer is opened."""

    name: str
    qml: str
    is_default: bool = True


def categorized(
    field: str, entries: Sequence[tuple[str, str, str]], *, symbol: Symbol = "marker", title: str = ""
) -> Style:
    """One symbol per value of `field`: entries are (value, label, '#rrggbb')."""
    categories = "".join(
        f'<category render="true" symbol="{index}" value={quoteattr(value)} label={quoteattr(label)}/>'
        for index, (value, label, _) in enumerate(entries)
    )
    symbols = "".join(_symbol(index, symbol, color) for index, (_, _, color) in enumerate(entries))
    renderer = (
        f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(field)} symbollevels="0">'
        f"<categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2>"
    )
    return Style(title or field, _document(renderer))


def graduated(
    field: str, ranges: Sequence[tuple[float, float, str, str]], *, symbol: Symbol = "fill", title: str = ""
) -> Style:
    """One symbol per range of `field`: ranges are (lower, upper, label, '#rrggbb')."""
    parts = "".join(
        f'<range render="true" symbol="{index}" lower="{lower!r}" upper="{upper!r}" label={quoteattr(label)}/>'
        for index, (lower, upper, label, _) in enumerate(ranges)
    )
    symbols = "".join(_symbol(index, symbol, color) for index, (*_, color) in enumerate(ranges))
    renderer = (
        f'<renderer-v2 type="graduatedSymbol" graduatedMethod="GraduatedColor" attr={quoteattr(field)} forceraster="0" '
        f'symbollevels="0" enableorderby="0"><ranges>{parts}</ranges><symbols>{symbols}</symbols></renderer-v2>'
    )
    return Style(title or field, _document(renderer))


def _document(renderer: str) -> str:
    return f'<!DOCTYPE qgis><qgis version="3.22" styleCategories="Symbology">{renderer}</qgis>'


def _symbol(index: int, kind: Symbol, color: str) -> str:
    rgb = ",".join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"
    ink = "22,36,45,255"
    layers = {
        "marker": (
            "SimpleMarker",
            {"name": "circle", "color": rgb, "outline_color": ink, "outline_width": "0.3", "size": "3.2"},
        ),
        "line": ("SimpleLine", {"line_color": rgb, "line_width": "0.8"}),
        "fill": ("SimpleFill", {"color": rgb, "outline_color": ink, "outline_width": "0.2", "style": "solid"}),
        "cell": ("SimpleFill", {"color": rgb, "outline_style": "no", "style": "solid"}),
    }
    name, options = layers[kind]
    props = "".join(f'<Option type="QString" name="{key}" value="{value}"/>' for key, value in options.items())
    shape = "fill" if kind == "cell" else kind
    return (
        f'<symbol type="{shape}" name="{index}" alpha="1"><layer class="{name}" enabled="1" pass="0" '
        f'locked="0"><Option type="Map">{props}</Option></layer></symbol>'
    )


def store_styles(path: Path, layer: str, styles: Sequence[Style]) -> None:
    """Add styles for a layer to a GeoPackage's `layer_styles` table, which is made when missing."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE TABLE IF NOT EXISTS layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "
            "f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), "
            "f_geometry_column TEXT(256), styleName TEXT(30), "
            "styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), "
            "update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"
        )
        database.execute(
            "INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier, description) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', '')"
        )
        database.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
            "styleQML, styleSLD, useAsDefault, description, owner, ui) "
            "VALUES ('', '', ?, 'geom', ?, ?, '', ?, '', '', NULL)",
            [(layer, style.name[:30], style.qml, style.is_default) for style in styles],
        )
