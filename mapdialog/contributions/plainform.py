"""What somebody without JavaScript has filled in so far: it goes out with the page and comes back with the form."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from mapdialog.contributions.mapwindow import CLOSE, COARSEST, FINEST, MOVES, SIZES, MapWindow
from mapdialog.contributions.queries import start_box
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.dialogues.models import Dialogue
from mapdialog.geo.bbox import BBox
from mapdialog.geo.crs import STORE, WGS84, transform_point
from mapdialog.geo.geometry import from_element
from mapdialog.places.hits import Hit
from mapdialog.places.queries import describe_position, list_choices, search_places

TYPED = ("category", "mood", "text", "contact_name", "contact_email", "website", "place_query", "coordinates")
CARRIED = ("client_id", "started", "place_label", "place_source")
NEAR = 2.0  # metres a pixel: the streets around
SWEDEN = BBox(10.5, 55.2, 24.2, 69.1)


@dataclass
class PlainForm:
    """Typed words, the chosen place (EPSG:4326), the map's window, and what a search found. `errors` are by field."""

    values: dict[str, str]
    window: MapWindow
    lon: float | None = None
    lat: float | None = None
    hits: list[Hit] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def empty(cls, session: Session, dialogue: Dialogue) -> "PlainForm":
        """A new form, with a client_id of its own."""
        values = dict.fromkeys((*TYPED, *CARRIED), "")
        values |= {"client_id": str(uuid.uuid4()), "started": str(int(time.time()))}
        box = start_box(session, dialogue.id) or SWEDEN
        return cls(values, MapWindow.showing(box.to_store()))

    @classmethod
    def of(cls, session: Session, dialogue: Dialogue, sent: Mapping[str, str]) -> "PlainForm":
        """The form that came back; what is not as we sent it is as in an empty one."""
        form = cls.empty(session, dialogue)
        fresh = form.values["client_id"]
        given = {name: clean(sent.get(name)) for name in (*TYPED, *CARRIED)}
        form.values |= {name: value for name, value in given.items() if value}
        form.values["client_id"] = str(_uuid(given["client_id"]) or fresh)
        form.lon, form.lat = _number(sent.get("lon"), 180), _number(sent.get("lat"), 89)
        east, north, size = (_number(sent.get(name), 2e7) for name in ("map_east", "map_north", "map_size"))
        if east is not None and north is not None and size is not None and FINEST <= size <= COARSEST:
            form.window = MapWindow(east, north, size)
        if not form.position:
            form._forget()
        return form

    def show(self, lon: float, lat: float, *, chosen: bool, label: str = "") -> None:
        """Open the map at a place (EPSG:4326), which is the chosen one or only looked at."""
        self.window = self.window.centred(*transform_point(lon, lat, WGS84, STORE), at_most=NEAR)
        if chosen:
            self.lon, self.lat = lon, lat
            self.values["place_label"] = label

    @property
    def draft_id(self) -> uuid.UUID:
        """The client_id, under which photos are kept too."""
        return uuid.UUID(self.values["client_id"])

    @property
    def position(self) -> tuple[float, float] | None:
        """The chosen place, if there is one."""
        return (self.lon, self.lat) if self.lon is not None and self.lat is not None else None

    @property
    def geometry(self) -> dict[str, Any] | None:
        """The chosen place as a GeoJSON point."""
        return {"type": "Point", "coordinates": list(self.position)} if self.position else None

    def sent(self) -> dict[str, Any]:
        """The fields as `rules.check_new` takes them."""
        names = (
            "client_id",
            "category",
            "mood",
            "text",
            "contact_name",
            "contact_email",
            "website",
            "place_label",
            "place_source",
        )
        return {name: self.values[name] for name in names}

    def hidden(self) -> dict[str, Any]:
        """Every value the page must carry to come back whole."""
        window = {
            "map_east": f"{self.window.east:.1f}",
            "map_north": f"{self.window.north:.1f}",
            "map_size": f"{self.window.metres_per_pixel:.3f}",
        }
        place = {"lon": f"{self.lon:.6f}", "lat": f"{self.lat:.6f}"} if self.position else {"lon": "", "lat": ""}
        return self.values | window | place

    def press(self, session: Session, button: str, sent: Mapping[str, str], local_zone: int) -> None:
        """Do what a button of the place's part says; an unknown one does nothing."""
        if button in MOVES:
            self.window = self.window.moved(button)
        elif button in SIZES:
            self._press_map(
                session, button, _number(sent.get(f"{button}.x"), 2000), _number(sent.get(f"{button}.y"), 2000)
            )
        elif button == "search":
            self._search(session, local_zone)
        elif button == "choose":
            self._take_choice(session, clean_line(sent.get("place_choice")))
        elif button == "coordinates":
            self.take_typed_place(session, local_zone)
        elif button == "forget":
            self._forget()

    def take_typed_place(self, session: Session, local_zone: int) -> None:
        """Coordinates that were typed win over a place that was chosen before; words not searched for yet are."""
        typed = clean_line(self.values["coordinates"])
        if typed:
            found = search_places(session, typed, local_zone=local_zone)
            if found and found[0].kind == "coordinates":
                self._choose(session, found[0].lon, found[0].lat, source="coordinates")
                self.values["coordinates"] = ""
            else:
                self.errors["coordinates"] = N_("Skriv två tal, till exempel 55,3751 13,1569.")
        elif not self.position and self.values["place_query"]:
            self._search(session, local_zone)

    def _press_map(self, session: Session, picture: str, x: float | None, y: float | None) -> None:
        """A press on a drawn map, counted in pixels from its upper left corner."""
        width, height = SIZES[picture]
        if x is None or y is None or not (0 <= x < width and 0 <= y < height):
            return
        if x == y == 0:  # What browsers send when it is pressed with the keyboard: then the middle is meant.
            x, y = width // 2, height // 2
        place = self.window.frame(width, height).to_point(x, y)
        lon, lat = transform_point(*place, STORE, WGS84)
        if abs(lon) <= 180 and abs(lat) <= 89:
            self._choose(session, lon, lat, source="map_image", at_most=self.window.metres_per_pixel)

    def _search(self, session: Session, local_zone: int) -> None:
        words = clean_line(self.values["place_query"])
        near = transform_point(self.window.east, self.window.north, STORE, WGS84)
        self.hits = search_places(session, words, near=near, local_zone=local_zone) if words else []
        if not self.hits:
            self.errors["place_query"] = N_("Ingen plats heter så. Prova ett annat ord, eller välj ur listan.")

    def _take_choice(self, session: Session, choice: str) -> None:
        """A choice is 'lon,lat,name', as `choice_value` wrote it."""
        lon, lat, name = [*choice.split(",", 2), "", "", ""][:3]
        east, north = _number(lon, 180), _number(lat, 89)
        if east is None or north is None:
            self.errors["geometry"] = N_("Välj en plats ur listan först.")
        else:
            self._choose(session, east, north, source="list", label=name)

    def _choose(
        self, session: Session, lon: float, lat: float, *, source: str, label: str = "", at_most: float = CLOSE
    ) -> None:
        self.lon, self.lat = lon, lat
        self.window = self.window.centred(*transform_point(lon, lat, WGS84, STORE), at_most=at_most)
        self.values["place_source"] = source
        if not label:
            near = describe_position(session, lon, lat)
            label = ", ".join(dict.fromkeys(word for word in (near.place, near.district) if word))
        self.values["place_label"] = label
        self.hits = []

    def _forget(self) -> None:
        self.lon = self.lat = None
        self.values |= {"place_label": "", "place_source": ""}


def pressed_button(sent: Mapping[str, str]) -> str:
    """The name of the pressed map image, or what the pressed button says under `action`."""
    return next((name for name in SIZES if f"{name}.x" in sent), None) or sent.get("action", "")


def choice_value(hit: Hit) -> str:
    """A place as the value of a choice: 'lon,lat,name'."""
    return f"{hit.lon:.6f},{hit.lat:.6f},{hit.name}"


def offered_places(session: Session, dialogue: Dialogue) -> list[Hit]:
    """Areas and well-known places within the dialogue's area, to choose among."""
    return list_choices(session, from_element(dialogue.area) if dialogue.area is not None else None)


def _number(text: str | None, most: float) -> float | None:
    try:
        value = float((text or "").strip()[:20])
    except ValueError:
        return None
    return value if -most <= value <= most else None


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
