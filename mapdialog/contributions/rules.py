"""Pure rules of what a citizen may send: every field is looked at, and every complaint is tied to its field."""

import math
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import shapely
from email_validator import EmailNotValidError, validate_email
from shapely.geometry.base import BaseGeometry

from mapdialog.contributions.hints import has_strong_hint
from mapdialog.contributions.models import State
from mapdialog.contributions.submission import NewContribution
from mapdialog.contributions.terms import Terms
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.geo import geometry as geo
from mapdialog.geo.problems import GeoProblem

TEXT_MAX = 10_000
REPLY_MAX = 2_000
NAME_MAX = 120
EMAIL_MAX = 254
PLACE_MAX = 200
OLDEST_DRAFT = timedelta(days=60)
PLACE_SOURCES = frozenset({"pin", "gps", "search", "list", "coordinates", "drawing", "map_image"})
REPORT_REASONS = frozenset({"personal_data", "hate", "illegal", "off_topic", "other", "flood"})
NO_PLACE = N_("Visa på kartan var det gäller, eller välj en plats ur listan.")
CLOSED = N_("Dialogen tar inte emot synpunkter just nu.")
_SUMMARY = N_("Något behöver rättas innan synpunkten kan skickas.")
_NOWHERE = shapely.Point()
Value = TypeVar("Value")


class Complaints:
    """Collects what is wrong, one complaint a field, so that all are shown at once."""

    def __init__(self) -> None:
        self.fields: dict[str, DomainError] = {}

    def take(self, field: str, check: Callable[[], Value], default: Any = None) -> Value:
        """The checked value; what does not hold is noted and `default` returned."""
        try:
            return check()
        except (Invalid, GeoProblem) as error:
            self.fields.setdefault(field, Invalid(error.message, field=field, **error.params))
            return default

    def stop_if_any(self, summary: str = _SUMMARY) -> None:
        """Raise Invalid with everything that was noted."""
        if self.fields:
            raise Invalid(summary, fields=self.fields)


def check_new(
    sent: Mapping[str, Any], place: Any, terms: Terms, now: datetime, *, channel: str = "web"
) -> NewContribution:
    """A NewContribution from what was sent, or Invalid with every complaint.

    `sent` holds the fields by name, as JSON values or as text from a form; `place` is a GeoJSON geometry in EPSG:4326.
    """
    wrong = Complaints()
    text = wrong.take("text", lambda: check_text(sent.get("text"), TEXT_MAX), "")
    shape = wrong.take("geometry", lambda: check_place(place, terms), _NOWHERE)
    new = NewContribution(
        client_id=wrong.take("client_id", lambda: check_client_id(sent.get("client_id")), uuid.UUID(int=0)),
        category_id=wrong.take("category", lambda: check_category(sent.get("category"), terms), 0),
        geometry=shape,
        text=text,
        mood=wrong.take("mood", lambda: check_mood(sent.get("mood"))),
        contact_name=wrong.take("contact_name", lambda: check_name(sent.get("contact_name"))),
        contact_email=wrong.take("contact_email", lambda: check_email(sent.get("contact_email"))),
        shows_name=sent.get("shows_name") in (True, "1", "true", "on"),
        channel=channel,
        language=str(sent.get("language") or "sv"),
        place_source=check_source(sent.get("place_source")),
        place_label=wrong.take("place_label", lambda: check_label(sent.get("place_label")), ""),
        accuracy_m=wrong.take("accuracy_m", lambda: check_accuracy(sent.get("accuracy_m"))),
        submitted_at=wrong.take("submitted_at", lambda: check_submitted_at(sent.get("submitted_at"), now)),
        state=state_on_arrival(terms, text),
    )
    if sent.get("website"):  # The trap for robots: no person sees the field.
        wrong.fields["website"] = Invalid(N_("Lämna det här fältet tomt."), field="website")
    wrong.stop_if_any()
    return new


def state_on_arrival(terms: Terms, text: str) -> str:
    """Public at once only where staff read afterwards, and never with what looks like a personal number in it."""
    return State.PENDING if terms.is_premoderated or has_strong_hint(text) else State.APPROVED


def state_after_edit(terms: Terms, text: str, *, state: str, was_moderated: bool) -> str:
    """Edited words are read again where staff read first, where they had a hand in it, and after hiding."""
    if state == State.APPROVED and not was_moderated:
        return state_on_arrival(terms, text)
    return State.PENDING


def check_text(value: Any, most: int) -> str:
    """Cleaned text of 1 to `most` characters."""
    if value is not None and not isinstance(value, str):
        raise Invalid(N_("Texten måste vara text."))
    text = clean(value)
    if not text:
        raise Invalid(N_("Skriv något om platsen innan du går vidare."))
    if len(text) > most:
        raise Invalid(
            N_("Texten är %(length)s tecken lång. Korta den till högst %(most)s."), length=len(text), most=most
        )
    return text


def check_client_id(value: Any) -> uuid.UUID:
    """The sender's own UUID, which makes sending twice harmless."""
    try:
        return uuid.UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise Invalid(N_("Fältet client_id måste vara ett UUID. Ladda om sidan och skicka igen.")) from None


def check_category(value: Any, terms: Terms) -> int:
    """The id of an active category."""
    if value in (None, ""):
        raise Invalid(N_("Välj vad det gäller."))
    if not isinstance(value, str) or value not in terms.categories:
        raise Invalid(N_("Kategorin finns inte i den här dialogen. Välj en av dem som visas."))
    return terms.categories[value]


def check_mood(value: Any) -> int | None:
    """-2 (very bad) to 2 (very good), or None when it was not said."""
    if value in (None, ""):
        return None
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]", value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value not in (-2, -1, 0, 1, 2):
        raise Invalid(N_("Välj hur platsen känns bland dem som visas, eller hoppa över frågan."))
    return int(value)


def check_name(value: Any) -> str | None:
    """A name on one line, or None."""
    name = _line(value)
    if len(name) > NAME_MAX:
        raise Invalid(N_("Namnet är för långt. Korta det till högst %(most)s tecken."), most=NAME_MAX)
    return name or None


def check_email(value: Any) -> str | None:
    """An address mail can be sent to (Internet domain names in their ASCII form), or None."""
    address = _line(value)
    if not address:
        return None
    if len(address) > EMAIL_MAX:
        raise Invalid(N_("E-postadressen är för lång."))
    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise Invalid(N_("Skriv e-postadressen så här: namn@exempel.se. Eller lämna fältet tomt.")) from None
    return checked.ascii_email or checked.normalized


def check_place(value: Any, terms: Terms) -> BaseGeometry:
    """A valid geometry in EPSG:3006 whose anchor lies in the dialogue's area."""
    if value is None:
        raise Invalid(NO_PLACE)
    stored = geo.drawn_to_store(value, allowed=terms.geometry_types)
    if terms.area is not None and not shapely.covers(terms.area, geo.anchor(stored)):
        raise Invalid(N_("Platsen ligger utanför dialogens område. Välj en plats innanför gränsen på kartan."))
    return stored


def check_accuracy(value: Any) -> float | None:
    """The position's uncertainty in metres, or None."""
    if value in (None, ""):
        return None
    try:
        metres = float(value) if not isinstance(value, bool | dict | list) else math.nan
    except (ValueError, OverflowError):
        metres = math.nan
    if not 0 <= metres <= 20_000_000:
        raise Invalid(N_("Noggrannheten ska vara ett antal meter."))
    return metres


def check_submitted_at(value: Any, now: datetime) -> datetime | None:
    """When the sender wrote it (ISO 8601 with zone), kept between 60 days ago and now: a phone's clock may be wrong."""
    if value in (None, ""):
        return None
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max(moment.astimezone(UTC), now - OLDEST_DRAFT), now)
    except (ValueError, OverflowError):
        raise Invalid(N_("Tiden ska skrivas så här: 2026-11-21T14:32:00Z.")) from None


def check_label(value: Any) -> str:
    """The place in words on one line, as much as there is room for."""
    return _line(value)[:PLACE_MAX]


def check_source(value: Any) -> str:
    """How the place was chosen: for statistics only, so an unknown word is no reason to refuse somebody's view."""
    return value if isinstance(value, str) and value in PLACE_SOURCES else "pin"


def _line(value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise Invalid(N_("Det här måste vara text."))
    return clean_line(value)


# Where a contribution stands, in its author's words.
STATE_WORDS: dict[str, str] = {
    State.PENDING: N_("Mottagen. Vi läser den innan den syns på kartan."),
    State.APPROVED: N_("Publicerad. Den syns på kartan."),
    State.HIDDEN: N_("Mottagen, men visas inte på kartan."),
    State.WITHDRAWN: N_("Tillbakatagen av den som skrev den."),
}
