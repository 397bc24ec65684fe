"""Changes of district sets: import and re-import, rename, choose the default, delete."""

from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import delete

from mapdialog.core import audit, clock
from mapdialog.core.errors import Conflict
from mapdialog.core.text import N_
from mapdialog.districts import display, importing, linking, matching, populations, rules
from mapdialog.districts.importing import Fields, Incoming, Progress
from mapdialog.districts.models import District, DistrictSet
from mapdialog.districts.populations import TableFields
from mapdialog.districts.report import ImportReport
from mapdialog.districts.rules import Edited
from mapdialog.geo.geometry import to_element


def import_districts(
    session: Session,
    source: Path,
    *,
    set_key: str,
    title: str | None = None,
    source_name: str | None = None,
    code_field: str,
    name_field: str,
    population_field: str | None = None,
    population_file: Path | None = None,
    population_fields: TableFields | None = None,
    population_year: int | None = None,
    display_file: Path | None = None,
    coast: display.Coast | None = None,
    crs: int | None = None,
    layer: str | None = None,
    local_zone: int | None = None,
    replace: bool = False,
    actor: int | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Make or update a district set from a map file; the caller commits.

    Districts are matched by code: new ones are added, others updated where something differs, vanished ones removed
    after their contributions have been linked anew. `crs` is an EPSG code (None: as the file says, else guessed with
    the municipality's `local_zone`). Districts are drawn as in `display_file`, else without the sea where a
    `coast` is given. `population_file` is a table of codes and numbers; without `population_fields` its codes stand in
    the column `code_field`, else in the first, and its numbers in `population_field`. `replace` allows that most
    districts vanish.
    Raises Invalid with the field that does not hold; then nothing has changed.
    """
    key = rules.check_key(set_key)
    in_map = None if population_file else population_field
    fields = Fields(code_field, name_field, in_map, layer, crs)
    incoming, report = importing.read_districts(source, fields, local_zone=local_zone, progress=progress)
    report.set_key = key
    if population_file and (population_fields or population_field):
        chosen = population_fields or _table_fields(population_file, code_field, population_field or "")
        report.unmatched = list(populations.add_populations(incoming, population_file, chosen).unknown)
    report.without_population = sum(one.population is None for one in incoming)
    display.add_display(incoming, display_file, code_field, coast=coast)
    district_set = linking.lock_set(session, key) or _new_set(session, key, title)
    if title:
        district_set.title = rules.check_title(title)
    district_set.source = (source_name or source.name)[:200]
    district_set.imported_at = clock.now()
    leaving = _merge(session, district_set, incoming, report, population_year, replace=replace)
    report.linked = linking.relink_set(session, district_set, leaving=leaving)
    if leaving:
        session.execute(delete(District).where(District.id.in_(leaving)))
        session.expire(district_set)
    audit.record(
        session,
        actor,
        "import_districts",
        district_set,
        added=len(report.added),
        changed=len(report.changed),
        removed=len(report.removed),
    )
    return report


def _table_fields(path: Path, code: str, population: str) -> TableFields:
    columns = populations.describe(path)
    return TableFields(population, code if code in columns else None)


def _new_set(session: Session, key: str, title: str | None) -> DistrictSet:
    """A new set; the first one of all becomes the default."""
    is_first = not session.scalar(select(func.count()).select_from(DistrictSet))
    made = DistrictSet(key=key, title=rules.check_title(title or key), is_default=is_first)
    session.add(made)
    session.flush()
    return made


def _merge(
    session: Session,
    district_set: DistrictSet,
    incoming: list[Incoming],
    report: ImportReport,
    year: int | None,
    *,
    replace: bool,
) -> tuple[int, ...]:
    """Add and update districts by code; returns the ids of those the file no longer has."""
    rows = session.scalars(select(District).where(District.district_set_id == district_set.id))
    known = {one.code: one for one in rows}
    matching.compare(known, incoming, report)
    rules.check_loss(len(known), len(report.removed), replace=replace)
    same = set(report.unchanged)
    for one in incoming:
        if one.code in same:
            continue
        district = known.get(one.code)
        if district is None:
            district = District(district_set_id=district_set.id, code=one.code)
            session.add(district)
        _fill(district, one, year)
    session.flush()
    return tuple(known[code].id for code in report.removed)


def _fill(district: District, one: Incoming, year: int | None) -> None:
    district.name, district.geom = one.name, to_element(one.shape)
    district.display_geom = to_element(one.display) if one.display is not None else None
    if one.population is not None:
        district.population, district.population_year = (
            one.population,
            one.year or year or clock.local(clock.now()).year,
        )


def rename_set(session: Session, district_set: DistrictSet, title: str, *, actor: int | None = None) -> None:
    """Give a set another title. Raises Invalid for field `title`."""
    district_set.title = rules.check_title(title)
    audit.record(session, actor, "rename_district_set", district_set)


def edit_districts(session: Session, district_set: DistrictSet, edited: dict[int, Edited], *, actor: int) -> int:
    """Give districts (by id) the name, population and year that were typed; returns how many changed."""
    changed = 0
    for district in session.scalars(select(District).where(District.district_set_id == district_set.id)):
        new = edited.get(district.id)
        if new is None or new == (district.name, district.population, district.population_year):
            continue
        district.name, district.population, district.population_year = new
        changed += 1
    if changed:
        audit.record(session, actor, "edit_districts", district_set, changed=changed)
    return changed


def make_default(session: Session, district_set: DistrictSet, *, actor: int | None = None) -> None:
    """Use this set where none is named: on start views, receipts and reports."""
    session.execute(update(DistrictSet).where(DistrictSet.is_default).values(is_default=False))
    district_set.is_default = True
    session.flush()
    audit.record(session, actor, "default_district_set", district_set)


def delete_set(session: Session, district_set: DistrictSet, *, actor: int | None = None) -> None:
    """Remove a set with its districts and links; contributions stay.

    The default set can't be removed while others are there: raises Conflict.
    """
    others = session.scalar(select(func.count()).select_from(DistrictSet).where(DistrictSet.id != district_set.id))
    if district_set.is_default and others:
        raise Conflict(N_("Välj en annan uppsättning som förvald innan du tar bort den här."))
    audit.record(session, actor, "delete_district_set", district_set, key=district_set.key)
    session.execute(delete(DistrictSet).where(DistrictSet.id == district_set.id))
    session.expunge(district_set)
