"""Tables of district sets and their districts."""

from datetime import datetime

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import DateTime, ForeignKey, Identity, Index, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal


class DistrictSet(Base):
    """A division of the land, such as RegSO 2025; several live side by side, at most one is the default."""

    __tablename__ = "district_set"
    __table_args__ = (Index("uq_district_set_default", "is_default", unique=True, postgresql_where=text("is_default")),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True, info=impersonal())
    title: Mapped[str] = mapped_column(Text, info=impersonal())
    source: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    is_default: Mapped[bool] = mapped_column(server_default="false")
    imported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    districts: Mapped[list["District"]] = relationship(
        back_populates="district_set", order_by="District.code", passive_deletes=True, cascade="all, delete-orphan"
    )


class District(Base):
    """One area. `geom` is what points are counted by; `display_geom` is what is drawn (sea clipped off, simplified)."""

    __tablename__ = "district"
    __table_args__ = (
        UniqueConstraint("district_set_id", "code"),
        Index("ix_district_geom", "geom", postgresql_using="gist"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    district_set_id: Mapped[int] = mapped_column(ForeignKey("district_set.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(Text, info=impersonal())
    name: Mapped[str] = mapped_column(Text, info=impersonal())
    geom: Mapped[WKBElement] = mapped_column(Geometry("MULTIPOLYGON", 3006, spatial_index=False))
    display_geom: Mapped[WKBElement | None] = mapped_column(Geometry("MULTIPOLYGON", 3006, spatial_index=False))
    population: Mapped[int | None]
    population_year: Mapped[int | None]
    district_set: Mapped[DistrictSet] = relationship(back_populates="districts")
