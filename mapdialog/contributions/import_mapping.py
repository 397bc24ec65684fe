"""Which field of a file is what: given by the planner, or recognised by its usual names."""

from dataclasses import dataclass, replace

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.geo.readers import Source

_EAST = (
    "x",
    "lon",
    "lng",
    "long",
    "longitude",
    "longitud",
    "east",
    "easting",
    "e",
    "öst",
    "ost",
    "x_koord",
    "xkoord",
    "point_x",
)
_NORTH = ("y", "lat", "latitude", "latitud", "north", "northing", "n", "nord", "norr", "y_koord", "ykoord", "point_y")
_WORDS = (
    "text", "comment", "comments", "kommentar", "synpunkt", "beskrivning", "description", "fritext", "meddelande",
)  # fmt: skip
_KINDS = ("category", "kategori", "tema", "theme", "typ", "type", "ämne", "kategorier", "categories", "requesttype")
_TIMES = ("submitted_at", "tid", "datum", "date", "time", "created", "created_at", "skapad", "requestdate", "inkom")


@dataclass(frozen=True)
class Mapping:
    """Field names of a file. `x` and `y` are needed for tables only; `crs` is an EPSG code where the file lacks one."""

    text: str
    category: str
    x: str | None = None
    y: str | None = None
    time: str | None = None
    crs: int | None = None
    layer: str | None = None
    empty_text: str = ""  # stands where a row has no words; without it such rows are rejected


def checked(mapping: Mapping, source: Source) -> Mapping:
    """The mapping with the fields' exact names; raises Invalid that names the missing field and lists what there is.

    A field may be written in other letter case. Tables without x and y get them by their usual names.
    """
    fields = source.layer(mapping.layer).fields
    mapping = replace(
        mapping,
        text=_field(mapping.text, fields, "text") or "",
        category=_field(mapping.category, fields, "category") or "",
        time=_field(mapping.time, fields, "time"),
    )
    if source.table is None:
        return replace(mapping, x=None, y=None)
    if bool(mapping.x) != bool(mapping.y):
        raise Invalid(N_("Ange både x-fält (öst) och y-fält (nord)."), field="y" if mapping.x else "x")
    x = _field(mapping.x, fields, "x") or recognised(fields, _EAST)
    y = _field(mapping.y, fields, "y") or recognised(fields, _NORTH)
    if not x or not y:
        raise Invalid(
            N_(
                "Filen är en tabell: ange vilka fält som har koordinaterna (x är öst, y är nord). "
                "Den har fälten %(known)s."
            ),
            field="x",
            known=", ".join(fields),
        )
    return replace(mapping, x=x, y=y)


def suggested(fields: tuple[str, ...]) -> dict[str, str]:
    """Fields by their usual names, for a form's first choice: keys text, category, x, y, time; missing ones are ''."""
    return {
        name: recognised(fields, usual) or ""
        for name, usual in (("text", _WORDS), ("category", _KINDS), ("x", _EAST), ("y", _NORTH), ("time", _TIMES))
    }


def recognised(fields: tuple[str, ...], usual: tuple[str, ...]) -> str | None:
    """The first field whose name is one of the usual, in the order of the usual."""
    by_name = {field.strip().casefold(): field for field in reversed(fields)}
    return next((by_name[name] for name in usual if name in by_name), None)


def _field(name: str | None, fields: tuple[str, ...], role: str) -> str | None:
    if not name:
        return None
    if name in fields:
        return name
    match = [field for field in fields if field.casefold() == name.strip().casefold()]
    if len(match) == 1:
        return match[0]
    raise Invalid(
        N_("Fältet ”%(name)s” finns inte i filen. Den har fälten %(known)s."),
        field=role,
        name=name[:60],
        known=", ".join(fields) or "–",
    )
