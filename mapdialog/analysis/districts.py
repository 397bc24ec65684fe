"""Contributions per district and category: from kept counts or a grouped scan of stored links, never a spatial join."""

from collections import defaultdict

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import Session

from mapdialog.analysis import queries
from mapdialog.analysis.counts import DistrictRow, DistrictTable
from mapdialog.analysis.models import DistrictCount, DistrictDelta
from mapdialog.analysis.scope import Scope
from mapdialog.contributions.models import Contribution, ContributionDistrict
from mapdialog.districts.models import District, DistrictSet


def district_table(session: Session, scope: Scope, district_set: DistrictSet) -> DistrictTable:
    """Every district of the set, zeros included, in order of code, with counts per category.

    What is public in all time is read from the kept counts: a few hundred rows, however many contributions there are. A
    period, or states that are not public, take a grouped scan of the stored links.
    """
    categories = tuple(queries.list_categories(session, scope))
    key_of = {category.id: category.key for category in categories}
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for district_id, category_id, count in session.execute(_grouped(scope, district_set.id)):
        if category_id in key_of:
            counts[district_id][key_of[category_id]] = int(count)
    rows = []
    for identity, code, name, population in session.execute(
        select(District.id, District.code, District.name, District.population)
        .where(District.district_set_id == district_set.id)
        .order_by(District.code.collate("C"))
    ):
        by_category = {category.key: counts[identity].get(category.key, 0) for category in categories}
        rows.append(DistrictRow(identity, code, name, population, sum(by_category.values()), by_category))
    return DistrictTable(
        district_set.key,
        district_set.title,
        district_set.source,
        categories,
        tuple(rows),
        sum(category.count for category in categories),
    )


def _grouped(scope: Scope, set_id: int) -> Select[int, int, int]:
    if scope.is_kept:
        return _kept(scope, set_id)
    link = ContributionDistrict
    counts = select(link.district_id, link.category_id, func.count())
    return (
        counts.join(Contribution, Contribution.id == link.contribution_id)
        .where(link.dialogue_id == scope.dialogue_id, link.district_set_id == set_id, *scope.conditions())
        .group_by(link.district_id, link.category_id)
    )


def _kept(scope: Scope, set_id: int) -> Select[int, int, int]:
    """SELECT district_id, category_id, sum(n) FROM (district_count UNION ALL district_delta) GROUP BY 1, 2."""
    both = union_all(
        *(
            select(table.district_id, table.category_id, number.label("n")).where(
                table.dialogue_id == scope.dialogue_id, table.district_set_id == set_id
            )
            for table, number in ((DistrictCount, DistrictCount.count), (DistrictDelta, DistrictDelta.change))
        )
    ).subquery()
    counts = select(both.c.district_id, both.c.category_id, func.sum(both.c.n))
    return counts.group_by(both.c.district_id, both.c.category_id)
