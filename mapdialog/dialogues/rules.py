"""Pure rules of dialogues: which status it has at a moment, and what is open."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, Protocol

Status = Literal["planned", "ongoing", "finished"]


class Span(Protocol):
    """Anything with an opening and a closing moment."""

    opens_at: datetime
    closes_at: datetime | None


def is_open(span: Span, at: datetime) -> bool:
    """True from opens_at (included) until closes_at (excluded; None means no end)."""
    return span.opens_at <= at and (span.closes_at is None or at < span.closes_at)


def status_at(phases: Iterable[Span], at: datetime) -> Status:
    """planned before the first phase opens (or without phases), finished after the last closes, ongoing between."""
    spans = list(phases)
    if not spans or at < min(span.opens_at for span in spans):
        return "planned"
    if all(span.closes_at is not None and span.closes_at <= at for span in spans):
        return "finished"
    return "ongoing"
