"""Imports contributions from a table or map file: a row is accepted, already there, or handed back with its reason."""

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from sqlalchemy.orm import Session

from mapdialog.contributions import import_mapping, import_staging
from mapdialog.contributions.import_categories import CategoryBook
from mapdialog.contributions.import_mapping import Mapping
from mapdialog.contributions.import_places import PlaceReader
from mapdialog.contributions.import_rejects import Rejects
from mapdialog.contributions.import_texts import mended, plain_text
from mapdialog.contributions.import_times import TimeReader
from mapdialog.core.clock import now
from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.dialogues.models import Dialogue
from mapdialog.geo import geometry
from mapdialog.geo.crs import name_of
from mapdialog.geo.problems import GeoProblem
from mapdialog.geo.readers import Batch, Source, open_source

BATCH = 25_000  # large enough that folding the map counts after each is cheap, small enough for flat memory
LONGEST_TEXT = 20_000
NO_TEXT = N_("Texten saknas.")
LONG_TEXT = N_("Texten är längre än 20 000 tecken.")
BAD_TIME = N_("Tiden går inte att läsa.")
FUTURE = N_("Tiden ligger i framtiden.")
_NAMESPACE = uuid.UUID("6f1d2a52-6b0f-5a3e-9d6e-7f1c0b2a4e11")


@dataclass
class ImportReport:
    """What became of a file's rows: read = accepted + already + rejected."""

    read: int = 0
    accepted: int = 0
    already: int = 0
    rejected: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    new_categories: list[str] = field(default_factory=list)
    epsg: int = 0
    crs_reason: str = ""
    swapped: bool = False
    encoding: str | None = None
    delimiter: str | None = None

    @property
    def without_text(self) -> int:
        """How many rows were rejected for having no words."""
        return self.reasons.get(NO_TEXT, 0)

    def lines(self, translate: Callable[..., str]) -> list[str]:
        """The report in words: counts first, then what was decided, added and rejected."""
        said = [
            translate(
                N_("Lästa: %(read)s  Godtagna: %(accepted)s  Avvisade: %(rejected)s  Fanns redan: %(already)s"),
                read=self.read,
                accepted=self.accepted,
                rejected=self.rejected,
                already=self.already,
            ),
            translate(N_("Koordinatsystem: %(name)s."), name=name_of(self.epsg)) + " " + translate(self.crs_reason),
        ]
        if self.swapped:
            said.append(translate(N_("Filen hade nord i x-fältet och öst i y-fältet; de har bytts.")))
        if self.new_categories:
            names = "; ".join(self.new_categories)
            said.append(translate(N_("Nya kategorier: %(names)s"), names=names))
        said += [
            "  " + translate(N_("%(count)s avvisade: %(reason)s"), count=count, reason=translate(reason))
            for reason, count in sorted(self.reasons.items(), key=lambda item: -item[1])
        ]
        if self.read and self.already and not self.accepted:
            said.append(translate(N_("Allt som kunde godtas fanns redan. Inget nytt lades till.")))
        return said


def import_file(
    session: Session,
    dialogue: Dialogue,
    path: Path,
    mapping: Mapping,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    **options: Any,
) -> ImportReport:
    """Open a file and import it as `import_contributions`; `progress` gets rows read and, where known, rows in all.

    Raises Invalid with one clear line for a file, field or coordinate system that cannot be used.
    """
    try:
        with open_source(path, encoding=encoding, delimiter=delimiter) as source:
            total = source.layer(mapping.layer).count or (_rows_about(path) if source.table else None)
            told = (lambda read: progress(read, max(read, total) if total else None)) if progress else None
            return import_contributions(session, dialogue, source, mapping, progress=told, **options)
    except GeoProblem as problem:
        raise Invalid(problem.message, field="file", **problem.params) from None


def _rows_about(path: Path) -> int:
    """Lines of a table less its header: cells with line breaks make it too many, which a progress bar forgives."""
    with path.open("rb") as file:
        lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    return max(1, lines - 1)


def import_contributions(
    session: Session,
    dialogue: Dialogue,
    source: Source,
    mapping: Mapping,
    *,
    receipt_prefix: str,
    local_zone: int | None = None,
    rejects: Path | None = None,
    translate: Callable[[str], str] = str,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Read all rows of `source` into the dialogue, approved and with channel `import`; the caller commits.

    Rows already imported from the same content are recognised and left alone, so the same file may be imported again.
    `rejects` is written with one row per rejected one; `progress` is told how many rows have been read so far. Raises
    Invalid for a mapping that does not fit the file and GeoProblem for a damaged file.
    """
    run = _Run(session, dialogue, source, import_mapping.checked(mapping, source), local_zone=local_zone)
    run.prefix = receipt_prefix
    fields = source.layer(mapping.layer).fields
    run.rejects = Rejects(rejects, fields, delimiter=run.report.delimiter or ";", translate=translate)
    try:
        for batch in source.batches(run.mapping.layer, size=BATCH):
            run.take(batch)
            if progress:
                progress(run.report.read)
    finally:
        run.rejects.close()
    run.report.rejected, run.report.reasons = run.rejects.count, run.rejects.by_reason
    run.report.new_categories = run.categories.made
    return run.report


class _Run:
    """One import on its way through a file, a batch at a time."""

    def __init__(
        self,
        session: Session,
        dialogue: Dialogue,
        source: Source,
        mapping: Mapping,
        *,
        local_zone: int | None,
    ) -> None:
        self.session, self.dialogue, self.mapping, self.prefix = session, dialogue, mapping, ""
        area = geometry.from_element(dialogue.area) if dialogue.area is not None else None
        self.places = PlaceReader(
            source, mapping.layer, mapping.x, mapping.y, crs=mapping.crs, area=area, local_zone=local_zone
        )
        self.categories = CategoryBook(session, dialogue, mapping.category)
        sample = source.sample(mapping.layer, rows=1000)
        self.times = TimeReader(sample.columns.get(mapping.time or "", []))
        self.is_table, self.started = source.table is not None, now()
        # Old systems write old letters; where the file is a mixture, some of its rows are UTF-8 all the same.
        self.mends = source.table is not None and source.table.encoding == "cp1252"
        self.seen: dict[bytes, int] = {}
        self.rejects: Rejects
        table = source.table
        self.report = ImportReport(
            epsg=self.places.epsg,
            crs_reason=self.places.reason,
            swapped=self.places.swapped,
            encoding=table.encoding if table else None,
            delimiter=table.delimiter if table else None,
        )

    def take(self, batch: Batch) -> None:
        """Check a batch and write what holds."""
        places = self.places.read(batch)
        misfits = {number - batch.first: reason for number, reason in batch.problems}
        kept: list[tuple[int, uuid.UUID, int, str, datetime]] = []
        rows = list(zip(*batch.columns.values(), strict=True)) if batch.columns else [()] * len(batch)
        shapes = places.shapes
        for index, values in enumerate(rows):
            reason = misfits.get(index) or places.problems[index]
            words = moment = None
            if reason is None:
                words, moment, reason = self._contents(batch.columns, index)
            if reason is not None or words is None or moment is None:
                extra = batch.extra.get(batch.first + index, ())
                self.rejects.add(batch.first + index + (2 if self.is_table else 1), str(reason), (*values, *extra))
                continue
            kept.append(
                (index, self._identity(values, shapes[index]), self._category(batch.columns, index), words, moment)
            )
        self.report.read += len(rows)
        self._write(kept, shapes)

    def _contents(self, columns: dict[str, list[Any]], index: int) -> tuple[str, datetime, str | None]:
        value = columns[self.mapping.text][index]
        words = plain_text(mended(value) if self.mends and isinstance(value, str) else value) or self.mapping.empty_text
        if not words:
            return words, self.started, NO_TEXT
        if len(words) > LONGEST_TEXT:
            return words, self.started, LONG_TEXT
        try:
            moment = self.times.read(columns[self.mapping.time][index]) if self.mapping.time else None
        except (ValueError, OverflowError, OSError):
            return words, self.started, BAD_TIME
        if moment is not None and moment > self.started + timedelta(days=1):
            return words, moment, FUTURE
        return words, moment or self.started, None

    def _category(self, columns: dict[str, list[Any]], index: int) -> int:
        value = columns[self.mapping.category][index] if self.mapping.category else None
        return self.categories.id_of(mended(value) if self.mends and isinstance(value, str) else value)

    def _identity(self, values: tuple[Any, ...], shape: shapely.Geometry) -> uuid.UUID:
        """The row's UUID: of the dialogue, all its original values, and of how many like it came before in the file."""
        content = json.dumps(
            [self.dialogue.id, *values, None if self.is_table else shapely.to_wkt(shape, rounding_precision=-1)],
            default=str,
            ensure_ascii=False,
        )
        digest = hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=12).digest()
        before = self.seen.get(digest, 0)
        self.seen[digest] = before + 1
        return uuid.uuid5(_NAMESPACE, f"{digest.hex()}:{before}")

    def _write(self, kept: list[tuple[int, uuid.UUID, int, str, datetime]], shapes: np.ndarray) -> None:
        if not kept:
            return
        chosen = shapes[[index for index, *_ in kept]]
        anchors = np.array([geometry.anchor(shape) for shape in chosen], dtype=object)
        rows = (
            import_staging.Row(client, category, shape, anchor, words, moment)
            for (_, client, category, words, moment), shape, anchor in zip(
                kept, import_staging.hex_ewkb(chosen), import_staging.hex_ewkb(anchors), strict=True
            )
        )
        added = import_staging.insert_rows(self.session, self.dialogue.id, rows, receipt_prefix=self.prefix)
        self.report.accepted += added
        self.report.already += len(kept) - added
