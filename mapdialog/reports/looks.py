"""What the reader chose about a report's looks."""

from dataclasses import dataclass

MAX_PINS = 2_000


@dataclass(frozen=True)
class Look:
    """Decimal comma in CSV; pins in maps (the latest `MAX_PINS`); heat weighted by support, its bandwidth in metres
    (None: suggested from the data); and the municipality whose ground maps are drawn on."""

    decimal_comma: bool = False
    pins: bool = False
    weighted: bool = False
    bandwidth_m: float | None = None
    municipality_code: str = "1287"
