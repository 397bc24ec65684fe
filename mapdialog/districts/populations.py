"""Reads how many people live where from a table beside the map file: codes, numbers and, where it has one, a year."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.districts import rules
from mapdialog.districts.importing import Incoming
from mapdialog.geo import readers
from mapdialog.geo.problems import GeoProblem

_LIKELY = {
    "code": re.compile(r"^(code|kod|.*kod|.*code|id|.*_id|nyckel|nr|nummer|omr[åa]de|region)$", re.IGNORECASE),
    "population": re.compile(
        r"^(population|pop|pop_?\d*|bef|befolkning.*|antal.*|inv|inv[åa]nare.*|folkm[äa]ngd.*|totalt|\d{4})$", re.I
    ),
    "year": re.compile(r"^([åa]r|[åa]rtal|year)$", re.IGNORECASE),
}
_PEOPLE_SHOWN = 12


@dataclass(frozen=True)
class TableFields:
    """Which columns of the table are what; `code` None takes the first, `year` None says none."""

    population: str
    code: str | None = None
    year: str | None = None


@dataclass(frozen=True)
class Matched:
    """How the table and the map fit: districts that got a number, those that got none, and codes only the table has."""

    found: int
    without: tuple[str, ...]
    unknown: tuple[str, ...]


def describe(path: Path) -> tuple[str, ...]:
    """The table's columns. Raises Invalid for field `population_file`."""
    try:
        with readers.open_table(path) as source:
            return source.layer().fields
    except GeoProblem as problem:
        raise Invalid(problem.message, field="population_file", **problem.params) from None


def likely(columns: tuple[str, ...], role: str, *, preferred: str = "") -> str:
    """The column that most likely is the code, the population or the year; '' when none looks like it."""
    if preferred in columns:
        return preferred
    return next((name for name in columns if _LIKELY[role].match(name.strip())), "")


def add_populations(incoming: list[Incoming], path: Path, fields: TableFields) -> Matched:
    """Fill populations, and years where the table has them (of several years for a code the latest).

    Raises Invalid with the field (`population_file`, `table_code`, `table_population`, `table_year`) that does not fit,
    also when not one code is found in the map.
    """
    people = _people(path, fields)
    without = []
    for district in incoming:
        if people.get(district.code, (None, None))[0] is None:
            without.append(district.code)
            continue
        district.population, district.year = people[district.code]
    known = {district.code for district in incoming}
    unknown = tuple(sorted(code for code in people if code and code not in known))
    if len(without) == len(incoming):
        _refuse_strangers([one for one in people if one], incoming)
    return Matched(len(incoming) - len(without), tuple(without), unknown)


def _refuse_strangers(codes: list[str], incoming: list[Incoming]) -> None:
    raise Invalid(
        N_(
            "Ingen kod i tabellen finns i kartfilen. Tabellen har %(table)s, kartfilen %(map)s. "
            "Välj ett annat fält med koden."
        ),
        field="table_code",
        table=", ".join(codes[:3]) or "–",
        map=", ".join(one.code for one in incoming[:3]),
    )


def _people(path: Path, fields: TableFields) -> dict[str, tuple[int | None, int | None]]:
    """Population and year by code."""
    try:
        with readers.open_table(path) as source:
            names = source.layer().fields
            code = fields.code or names[0]
            _check(names, code, fields)
            people: dict[str, tuple[int | None, int | None]] = {}
            for batch in source.batches():
                years = batch.columns[fields.year] if fields.year else [None] * len(batch)
                for key, number, said in zip(batch.columns[code], batch.columns[fields.population], years, strict=True):
                    made = rules.code_of(key)
                    found, before = (_number(number, made), _year(said)), people.get(made)
                    if made and before and before[1] == found[1] and before[0] != found[0]:
                        raise _several(made)
                    if before is None or (found[1] or 0) > (before[1] or 0):
                        people[made] = found
            return people
    except GeoProblem as problem:
        raise Invalid(problem.message, field="population_file", **problem.params) from None


def _several(code: str) -> Invalid:
    """Men and women, or ages, on rows of their own: whether they add up, or one of them is the sum, is not known."""
    return Invalid(
        N_(
            "Koden %(code)s står på flera rader med olika antal, till exempel för kvinnor och män. "
            "Gör en rad per område, med alla invånare i ett tal."
        ),
        field="population_file",
        code=code,
    )


def _check(names: tuple[str, ...], code: str, fields: TableFields) -> None:
    for role, name in (("table_code", code), ("table_population", fields.population), ("table_year", fields.year)):
        if name and name not in names:
            raise Invalid(
                N_("Fältet ”%(name)s” finns inte i filen. Den har: %(available)s."),
                field=role,
                name=name,
                available=", ".join(names[:_PEOPLE_SHOWN]),
            )


def _number(value: Any, code: str) -> int | None:
    try:
        return rules.population_of(value)
    except ValueError:
        raise Invalid(
            N_("”%(value)s” är inte ett antal invånare (koden %(code)s)."),
            field="table_population",
            value=str(value)[:40],
            code=code or "–",
        ) from None


def _year(value: Any) -> int | None:
    text = str(value).strip().removesuffix(".0") if value is not None else ""
    if not text:
        return None
    # A day such as 2024-12-31 says the year too.
    found = re.fullmatch(r"(\d{4})(-\d\d-\d\d.*)?", text)
    if found is None or int(found[1]) < rules.FIRST_YEAR:
        raise Invalid(N_("”%(value)s” är inte ett årtal."), field="table_year", value=text[:40])
    return int(found[1])
