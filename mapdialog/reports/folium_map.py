"""A folium map that is one file: Leaflet and all data stand in it, and its policy forbids to fetch anything.

Folium's own page would load Leaflet, jQuery, Bootstrap and fonts from four foreign servers, forbid zooming the page,
and read citizens' words as Jinja templates and HTML. So data never passes through folium's templates: it is written
into the finished page, and drawn by static/js/map/report_map.js, which makes text nodes of it.
"""

import base64
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import folium
from branca.element import Figure, MacroElement
from folium.map import Layer
from folium.template import Template

STATIC = Path(__file__).resolve().parents[2] / "static"
_MARK = re.compile(r"<!--report:(head|before|after)-->")
_FILE = re.compile(r"url\((images/[^)]*)\)")


class ReportMap(folium.Map):
    """Folium's map without what it loads from elsewhere, in a page with room for a heading and tables."""

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []
    _template = Template("""
        {% macro header(this, kwargs) %}<!--report:head-->{% endmacro %}
        {% macro html(this, kwargs) %}<!--report:before--><div class="map" id={{ this.get_name()|tojson }} role="region"
            aria-labelledby="title" ></div><!--report:after-->{% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = reportMap.map({{ this.get_name()|tojson }}, {{ this.options|tojavascript }});
        {% endmacro %}
    """)


class Drawn(Layer):
    """A layer that report_map.js draws from the page's data: `kind` names its function, `key` the data."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = reportMap.{{ this.kind }}({{ this._parent.get_name() }}, {{ this.key|tojson }});
        {% endmacro %}
    """)

    def __init__(self, kind: str, key: str, name: str, *, overlay: bool = True, show: bool = True) -> None:
        super().__init__(name=name, overlay=overlay, control=kind != "ground", show=show)
        self._name, self.kind, self.key = "Drawn", kind, key


class Legend(MacroElement):
    """Shows the part of the legend that belongs to each layer only while the layer is seen."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            reportMap.legend({{ this._parent.get_name() }}, {{ this.parts|tojson }});
        {% endmacro %}
    """)

    def __init__(self, parts: dict[str, str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self.parts = "Legend", parts


def page(made: ReportMap, *, title: str, language: str, data: dict[str, Any], parts: dict[str, str]) -> str:
    """The whole file. `data` is what the layers draw; `parts` are ready HTML for `before` and `after` the map."""
    figure = Figure(title=None)
    figure.add_child(made)
    skeleton = figure.render().replace("<html>", f'<html lang="{language}">', 1)
    pieces = {"head": _head(title, data), **parts}
    # In one pass, so that nothing a citizen wrote is taken for a mark.
    return _MARK.sub(lambda found: pieces[found[1]], skeleton)


def _head(title: str, data: dict[str, Any]) -> str:
    from markupsafe import escape

    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    return (
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        f"<style>{_leaflet_css()}{_text('css/report_map.css')}</style>"
        f"<script>{_text('vendor/leaflet/leaflet.js')}</script>"
        f"<script>const reportData = {as_script(data)};\n{_text('js/map/report_map.js')}</script>"
    )


def as_script(data: Any) -> str:
    """JSON that is safe inside <script>: no tag can be closed or opened in it."""
    made = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark in "<>&\u2028\u2029":
        made = made.replace(mark, f"\\u{ord(mark):04x}")
    return made


@lru_cache(maxsize=8)
def _text(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8").replace("</script", "<\\/script")


@lru_cache(maxsize=1)
def _leaflet_css() -> str:
    """Leaflet's own style with its three pictures inside it."""
    folder = STATIC / "vendor" / "leaflet"

    def inlined(found: re.Match[str]) -> str:
        return f"url(data:image/png;base64,{base64.b64encode((folder / found[1]).read_bytes()).decode()})"

    return _FILE.sub(inlined, _text("vendor/leaflet/leaflet.css")).replace("url(#default#VML)", "none")
