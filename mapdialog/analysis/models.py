"""Kept counts per district and category, so that a report over a million contributions reads a few hundred rows."""

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import Mapped, mapped_column

from mapdialog.core.database import Base


class DistrictCount(Base):
    """How many public contributions lie in a district, per category.

    Changes not folded in yet stand in `DistrictDelta`; only both together are the truth. Triggers on
    `contribution_district` write both, so nobody can forget it.
    """

    __tablename__ = "district_count"

    dialogue_id: Mapped[int] = mapped_column(primary_key=True)
    district_set_id: Mapped[int] = mapped_column(primary_key=True)
    district_id: Mapped[int] = mapped_column(primary_key=True)
    category_id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]


class DistrictDelta(Base):
    """The log beside it: submitting appends here instead of waiting for the lock of a counter that everybody shares."""

    __tablename__ = "district_delta"

    dialogue_id: Mapped[int] = mapped_column(primary_key=True)
    district_set_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    district_id: Mapped[int]
    category_id: Mapped[int]
    change: Mapped[int]
