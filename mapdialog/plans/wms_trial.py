"""Tries a map server's layer once, where the plan lies, before it is laid on the map; says in words what is wrong."""

import logging
import re
from dataclasses import replace

from mapdialog.basemap import upstream
from mapdialog.basemap.layers import Layer
from mapdialog.basemap.probing import tile_at
from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_

SECONDS = 5.0
ZOOM = 16
_LAYER = re.compile(rb"LayerNotDefined|(invalid|unknown|no such|find) layer", re.IGNORECASE)
_SYSTEM = re.compile(rb"Invalid[CS]RS|EPSG:3857", re.IGNORECASE)
_DENIED = ("status 401", "status 403")
log = logging.getLogger(__name__)


def demand_picture(layer: Layer, lon: float, lat: float) -> None:
    """Ask for one tile there (EPSG:4326), for at most SECONDS. Raises Invalid at the field that is to be changed."""
    try:
        # A server without the service at that address says so by 404, which is no picture for a WMS.
        found = upstream.probe(replace(layer, timeout_seconds=SECONDS), ZOOM, *tile_at(lon, lat, ZOOM))
    except upstream.Unreachable as error:
        log.info("a plan's map server gives no picture: %s", error)
        raise _fault(layer, str(error), error.said) from None
    if found is None:
        raise Invalid(_NO_SERVICE, field="wms_url")


def _fault(layer: Layer, why: str, said: bytes) -> Invalid:
    if _LAYER.search(said):
        message = N_("Kartservern känner inte till lagret ”%(layers)s”. Skriv namnen som de står i tjänsten.")
        return Invalid(message, field="wms_layers", layers=layer.layers)
    if _SYSTEM.search(said):
        return Invalid(_NO_SUCH_SYSTEM, field="wms_url")
    if why in _DENIED:
        message = N_("Kartservern släpper inte in oss. Administratören behöver ställa in lösenordet till den.")
        return Invalid(message, field="wms_url")
    if said:
        return Invalid(_NO_SERVICE, field="wms_url")
    return Invalid(_AWAY, field="wms_url")


_NO_SERVICE = N_("Kartservern svarar, men inte med en bild. Kontrollera att adressen leder till en WMS-tjänst.")
_NO_SUCH_SYSTEM = N_(
    "Kartservern kan inte rita i EPSG:3857, som kartan använder. Be den som sköter servern lägga till det systemet."
)
_AWAY = N_("Kartservern svarar inte. Kontrollera adressen, eller försök igen om en stund.")
