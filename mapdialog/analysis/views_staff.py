"""The planner's results of a dialogue: counts, districts, where it lies thick, and what waits for an answer."""

import io
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from mapdialog.analysis import asking, choropleth
from mapdialog.analysis.asking import Asked
from mapdialog.analysis.counts import DistrictRow
from mapdialog.analysis.heat import Heat, binned_cells, heat
from mapdialog.analysis.results_page import Districts, gather
from mapdialog.basemap import drawing
from mapdialog.basemap.frame import fit
from mapdialog.contributions.deciding import CHANNELS
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.dialogues.models import Dialogue
from mapdialog.dialogues.queries import get_dialogue
from mapdialog.districts import queries as districts
from mapdialog.districts.models import DistrictSet
from mapdialog.reports.heat_pictures import framed_picture, web_picture
from mapdialog.reports.heat_report import opening_view
from mapdialog.reports.ramps import heat_stops
from mapdialog.web.access import may
from mapdialog.web.mapdata import map_data
from mapdialog.web.shell import remember_dialogue

blueprint = Blueprint("analysis_staff", __name__)
PICTURE = (960, 540)
MOST_ROWS = 60


@blueprint.get("/dialogues/<slug>/results")
def results(slug: str) -> str:
    """The results page, narrowed by what its address says."""
    dialogue = get_dialogue(session(), slug)
    remember_dialogue(slug)
    district_set, asked = _asked(dialogue)
    found = gather(session(), asked, district_set, now())
    return render_template(
        "staff/results/page.html",
        dialogue=dialogue,
        asked=asked,
        results=found,
        rows=_shown(found.districts),
        quiet=len(found.districts.table.rows) - len(_shown(found.districts)) if found.districts else 0,
        channels=CHANNELS,
        sets=districts.list_sets(session()),
        choices=districts.list_districts(session(), district_set) if district_set else [],
        heat_stops=heat_stops(),
        picture_size=PICTURE,
        may_import=may("edit_dialogues"),
        island=_island(dialogue, found.districts, found.heat),
    )


@blueprint.get("/dialogues/<slug>/results/heat.png")
def heat_picture(slug: str) -> Response:
    """The density on a drawn map, for readers without JavaScript and for a quick copy into a presentation."""
    dialogue = get_dialogue(session(), slug)
    found = heat(binned_cells(session(), _asked(dialogue)[1].scope))
    if found is None:
        raise NotFound(N_("Det finns inga synpunkter att visa."))
    frame = fit(opening_view(found), *PICTURE)
    code = current_app.config["MAPDIALOG"].municipality_code
    ground = drawing.static_map(session(), frame, *PICTURE, municipality_code=code)
    answer = Response(_over(ground, framed_picture(found, frame, 1)), mimetype="image/png")
    answer.cache_control.private, answer.cache_control.max_age = True, 60
    return answer


def _shown(counted: Districts | None) -> list[DistrictRow]:
    """The table's rows, the highest first; of a large set only those with contributions."""
    if counted is None:
        return []
    rows = sorted(counted.table.rows, key=lambda row: (-(choropleth.value_of(row, counted.measure) or 0), row.name))
    return rows if len(rows) <= MOST_ROWS else [row for row in rows if row.count]


def _over(ground: bytes, picture: Any) -> bytes:
    """A PNG of one picture over another of the same size."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.alpha_composite(Image.open(io.BytesIO(ground)).convert("RGBA"), picture).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


def _asked(dialogue: Dialogue) -> tuple[DistrictSet | None, Asked]:
    """The chosen district set (the default one unless a known key is given), and what the address asks."""
    wanted = request.args.get("set", "")
    district_set = (districts.find_set(session(), wanted) if wanted else None) or districts.find_set(session())
    ids = [one.id for one in districts.list_districts(session(), district_set)] if district_set else []
    categories = {category.key: category.id for category in dialogue.categories}
    return district_set, asking.read(request.args, dialogue.id, categories, ids)


def _island(dialogue: Dialogue, counted: Districts | None, found: Heat | None) -> dict[str, Any]:
    """What the maps in the browser are made of."""
    shapes = None
    if counted is not None:
        shapes = choropleth.as_geojson(session(), counted.set, counted.table, counted.measure)
    image, corners = web_picture(found) if found is not None else (None, None)
    base = map_data(session(), dialogue)
    return {"layers": base["layers"], "bbox": base["bbox"], "districts": shapes, "heat": image, "corners": corners}
