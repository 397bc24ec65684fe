"""What an export of contributions contains, whatever the format: named, typed columns for public, staff or archive."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlalchemy.types import Float, Text

from mapdialog.analysis.scope import Scope
from mapdialog.contributions.models import Comment, Contribution, ContributionDistrict
from mapdialog.core.text import N_
from mapdialog.dialogues.models import Category
from mapdialog.districts.models import District, DistrictSet
from mapdialog.geo import expressions
from mapdialog.geo.crs import STORE
from mapdialog.geo.tables import Field

Audience = Literal["public", "staff", "personal"]


@dataclass(frozen=True)
class Content:
    """What to export: which contributions, for whom, coordinates in which system, with districts of which set.

    `personal` adds names, addresses and the words as first sent; only who holds the right may ask for it.
    """

    scope: Scope
    audience: Audience = "staff"
    epsg: int = STORE
    district_set: DistrictSet | None = None


@dataclass(frozen=True)
class Column:
    """One column: its field and the SQL that fills it."""

    field: Field
    value: ColumnElement[Any] = dataclass_field(compare=False)


# Without an alias: the joined-table mapping would drag the whole comment along; its table has one column of interest.
_comment = Comment.__table__


def columns(content: Content) -> list[Column]:
    """The columns in order. `text` is what the public sees (for staff the original where nothing else is set yet);
    `lon`, `lat` are EPSG:4326, `east`, `north` are `content.epsg`."""
    made = [_column(*entry) for entry in _described(content)]
    if content.district_set is not None:
        made += [
            _column("district_code", "text", N_("Områdeskod"), District.code),
            _column("district_name", "text", N_("Område"), District.name),
        ]
    if content.audience == "personal":
        made += [
            _column("contact_name", "text", N_("Namn"), Contribution.contact_name),
            _column("contact_email", "text", N_("E-post"), Contribution.contact_email),
            _column("original_text", "text", N_("Ursprunglig text"), Contribution.raw_text),
        ]
    return made


def _described(content: Content) -> list[tuple[str, Any, str, Any]]:
    east, north = expressions.east_north(expressions.transform(Contribution.anchor, content.epsg))
    digits = 7 if content.epsg == 4326 else 3
    shown: Any = Contribution.public_text
    if content.audience != "public":
        shown = func.coalesce(shown, Contribution.raw_text, type_=Text)
    rows: list[tuple[str, Any, str, Any]] = [
        ("receipt", "text", N_("Kvittonummer"), Contribution.receipt),
        ("category", "text", N_("Kategorinyckel"), Category.key),
        ("category_label", "text", N_("Kategori"), Category.label_sv),
        ("text", "text", N_("Synpunkt"), shown),
        ("mood", "integer", N_("Känsla (−2 till 2)"), _comment.c.mood),
        ("submitted_at", "time", N_("Skickad"), Contribution.submitted_at),
        ("support_count", "integer", N_("Instämmer"), Contribution.support_count),
        ("reply_count", "integer", N_("Kommentarer"), Contribution.reply_count),
        ("photo_count", "integer", N_("Bilder"), Contribution.photo_count),
        ("answered_at", "time", N_("Besvarad"), Contribution.answered_at),
        ("lon", "number", N_("Longitud"), Contribution.lon_e6 / literal(1e6, Float)),
        ("lat", "number", N_("Latitud"), Contribution.lat_e6 / literal(1e6, Float)),
    ]
    if content.audience != "public":
        rows += [
            ("east", "number", N_("Öst"), expressions.rounded(east, digits)),
            ("north", "number", N_("Nord"), expressions.rounded(north, digits)),
            (
                "shape",
                "text",
                N_("Linje eller yta (WKT)"),
                case(
                    (expressions.is_point(Contribution.geom), None),
                    else_=expressions.as_text(expressions.transform(Contribution.geom, content.epsg), digits),
                ),
            ),
            ("kind", "text", N_("Slag"), Contribution.kind),
            ("state", "text", N_("Läge"), Contribution.state),
            ("channel", "text", N_("Kanal"), Contribution.channel),
            ("place_label", "text", N_("Plats"), Contribution.place_label),
            ("received_at", "time", N_("Mottagen"), Contribution.received_at),
        ]
    return rows


def _column(name: str, kind: Any, title: str, value: Any) -> Column:
    return Column(Field(name, kind, title), value)


def statement(content: Content, values: Sequence[ColumnElement[Any]]) -> Select[Any]:
    """SELECT the values FROM contribution JOIN category LEFT JOIN comment (LEFT JOIN district) in the scope."""
    source = (
        select(*values)
        .select_from(Contribution.__table__)
        .join(Category.__table__, Category.id == Contribution.category_id)
        .outerjoin(_comment, _comment.c.id == Contribution.id)
    )
    if content.district_set is not None:
        link = ContributionDistrict.__table__
        source = source.outerjoin(
            link, (link.c.contribution_id == Contribution.id) & (link.c.district_set_id == content.district_set.id)
        ).outerjoin(District.__table__, District.id == link.c.district_id)
    return source.where(*content.scope.conditions())
