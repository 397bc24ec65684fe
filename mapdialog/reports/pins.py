"""Single contributions for maps in files: the latest ones, with what the public sees of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.analysis.scope import Scope
from mapdialog.contributions.models import Contribution
from mapdialog.dialogues.models import Category
from mapdialog.reports.looks import MAX_PINS


@dataclass(frozen=True)
class Pin:
    """A public contribution at a place in EPSG:4326."""

    lat: float
    lon: float
    color: str
    category: str
    text: str | None
    submitted_at: datetime
    receipt: str


def list_pins(session: Session, scope: Scope, limit: int = MAX_PINS) -> list[Pin]:
    """The latest of the scope, at most `limit`; a scope that is not public is refused, since files travel."""
    if not scope.is_public:
        raise ValueError("pins are for what is public")
    rows = session.execute(
        select(
            Contribution.lat_e6,
            Contribution.lon_e6,
            Category.color,
            Category.label_sv,
            Contribution.public_text,
            Contribution.submitted_at,
            Contribution.receipt,
        )
        .join(Category, Category.id == Contribution.category_id)
        .where(*scope.conditions())
        .order_by(Contribution.submitted_at.desc(), Contribution.id.desc())
        .limit(limit)
    )
    return [Pin(row[0] / 1e6, row[1] / 1e6, *row[2:]) for row in rows]
