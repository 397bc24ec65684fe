"""Reads what a phone says of an observation: values of the right kind, or Invalid with the field; rules come later."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import shapely

from mapdialog.contributions.rules import Complaints
from mapdialog.core.errors import Invalid, NotFound
from mapdialog.core.text import N_, clean
from mapdialog.geo.geometry import drawn_to_store
from mapdialog.walks.recording import NewObservation

_LARGEST = 2**31 - 1


def read_observation(
    sent: Mapping[str, Any], *, client_id: uuid.UUID, recorded_by: str, sent_at: datetime | None, language: str
) -> NewObservation:
    """A NewObservation; `place` is a GeoJSON Point in EPSG:4326, or null at a stop. Raises Invalid with every field."""
    wrong = Complaints()
    place = wrong.take("place", lambda: _place(sent.get("place")))
    observed_at = wrong.take("observed_at", lambda: _observed_at(sent.get("observed_at")), datetime.now(UTC))
    numbers = {
        name: wrong.take(name, lambda name=name: _whole(sent.get(name)))  # type: ignore[misc]
        for name in ("group_id", "stop_id", "severity", "follows_id")
    }
    accuracy = wrong.take("accuracy_m", lambda: _number(sent.get("accuracy_m")))
    wrong.stop_if_any(N_("Något i iakttagelsen behöver rättas."))
    return NewObservation(
        client_id=client_id,
        group_id=numbers["group_id"] or 0,
        category=_word(sent.get("category")),
        polarity=_word(sent.get("polarity")),
        text=clean(_word(sent.get("text"))),
        observed_at=observed_at,
        point_source=_word(sent.get("point_source")),
        place=place,
        stop_id=numbers["stop_id"],
        severity=numbers["severity"],
        light=_word(sent.get("light")) or None,
        said_by=_word(sent.get("said_by")) or "unknown",
        accuracy_m=accuracy,
        is_acute=sent.get("is_acute") is True,
        recorded_by=recorded_by,
        sent_at=sent_at,
        language=language,
        follows_id=numbers["follows_id"],
        verdict=_word(sent.get("verdict")) or None,
    )


def read_uuid(text: str) -> uuid.UUID:
    """The UUID of an address, or NotFound."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound(N_("Adressen saknar ett giltigt UUID.")) from None


def read_revision(sent: Mapping[str, Any]) -> int:
    """The phone's own count of its changes, from 1. Raises Invalid."""
    value = sent.get("revision")
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _LARGEST:
        raise Invalid(N_("Ange revision som ett heltal från 1."), field="revision")
    return value


def read_moment(value: Any) -> datetime | None:
    """A moment with its zone; None for anything else. A clock that lost its battery begins at 1970, and is believed."""
    try:
        found = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo is not None and 1970 <= found.year <= 2100 else None


def _observed_at(value: Any) -> datetime:
    found = read_moment(value)
    if found is None:
        raise Invalid(N_("Ange observed_at som en tidpunkt med tidszon, som 2026-11-24T18:05:00+01:00."))
    return found


def _place(value: Any) -> shapely.Point | None:
    return drawn_to_store(value, allowed=("Point",)) if value is not None else None  # type: ignore[return-value]


def _whole(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
        raise Invalid(N_("Ange ett heltal."))
    return value


def _number(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid(N_("Ange ett tal."))
    return float(value)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""
