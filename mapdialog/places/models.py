"""The table of named places."""

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal


class Place(Base):
    """A name and a point: a village, a street, a school, an address."""

    __tablename__ = "place"
    __table_args__ = (
        Index("ix_place_geom", "geom", postgresql_using="gist"),
        # Serves beginnings of words and slips of the finger alike.
        Index("ix_place_search", "search_name", postgresql_using="gin", postgresql_ops={"search_name": "gin_trgm_ops"}),
        Index(None, "source"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text, info=impersonal())
    search_name: Mapped[str] = mapped_column(Text, info=impersonal())
    kind: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    rank: Mapped[int] = mapped_column(server_default="50")
    source: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    geom: Mapped[WKBElement] = mapped_column(Geometry("POINT", 3006, spatial_index=False))
