"""Sets a plan report as tagged PDF (PDF/UA-1, PDF/A-2a) in joined parts, so that 2,000 statements fit in memory.

The house's other papers are set by WeasyPrint; for a thousand pages it takes many minutes. Typst takes seconds, but as
much memory as the part is long, so each part is set by a process of its own.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from mapdialog.core.errors import Unavailable
from mapdialog.core.text import N_
from mapdialog.reports.papers import TEMPLATES, Brand
from mapdialog.reports.plan_pdf_part import RESULT, SOURCE, VALUES
from mapdialog.reports.plan_report import PlanReportContent
from mapdialog.reports.plan_report_blocks import Block, Heading, Image, Table, View, blocks
from mapdialog.reports.plan_report_looks import OUTCOME_COLORS, facts_on_top, footer, notices, running

# Some 120 pages, and 250 MB while they are set.
PART_WEIGHT = 600
_MINUTES = 5
_FAILED = N_("PDF-filen kunde inte göras. Försök igen, eller välj Word.")
_CONTROL = re.compile(r"(?<!\\)((?:\\\\)*)\\u00[01][0-9a-f]")
Tell = Callable[[int], None]


def write_pdf(
    of: PlanReportContent,
    path: Path,
    brand: Brand,
    *,
    tell: Tell = lambda percent: None,
    part_weight: int = PART_WEIGHT,
) -> None:
    """Write the report to `path`; `tell` hears how many percent are set. Raises Unavailable where it can't be made."""
    headings = [one for one in blocks(of) if isinstance(one, Heading)]
    total = sum(_weight(one) for one in blocks(of))
    with tempfile.TemporaryDirectory(prefix="mapdialog-plan-report-") as name:
        setter = _Setter(Path(name), of, brand)
        if total <= part_weight:
            setter.set_whole(headings)
        else:
            setter.set_in_parts(headings, part_weight, total, tell)
        shutil.copyfile(Path(name) / "whole.pdf", path)


class _Setter:
    """Sets the parts of one report in a folder."""

    def __init__(self, folder: Path, of: PlanReportContent, brand: Brand) -> None:
        self._folder, self._of, self._brand = folder, of, brand
        self._logo = _keep_picture(folder, "logo", brand.logo.data, brand.logo.mime) if brand.logo else None
        shutil.copyfile(TEMPLATES / "papers" / "plan_report.typ", folder / SOURCE)

    def set_whole(self, headings: Sequence[Heading]) -> None:
        """All in one: first to learn on which pages the headings stand, then with the numbers in the contents."""
        from mapdialog.reports import plan_pdf_joining as joining

        body = list(blocks(self._of))
        part = self._set(body, first_page=1, contents=_contents(headings, ()), is_only=True)
        _, places = joining.measure(part)
        part = self._set(body, first_page=1, contents=_contents(headings, [one + 1 for one in places]), is_only=True)
        self._join([part], headings)

    def set_in_parts(self, headings: Sequence[Heading], weight: int, total: int, tell: Tell) -> None:
        """Front page and contents last of all, when every page is known; their number does not change them."""
        from mapdialog.reports import plan_pdf_joining as joining

        front = self._set([], first_page=1, contents=_contents(headings, ()), is_only=False)
        first, _ = joining.measure(front)
        page, done, places, parts = first + 1, 0, [], []
        for number, body in enumerate(_cut(blocks(self._of), weight)):
            part = self._set(body, first_page=page, contents=None, is_only=False)
            parts.append(part.rename(self._folder / f"{number}.pdf"))
            count, found = joining.measure(parts[-1])
            places += [page + one for one in found]
            page += count
            done += sum(_weight(one) for one in body)
            tell(min(95, 95 * done // total))
        front = self._set([], first_page=1, contents=_contents(headings, places), is_only=False)
        self._join([front, *parts], headings)

    def _join(self, parts: Sequence[Path], headings: Sequence[Heading]) -> None:
        from mapdialog.reports import plan_pdf_joining as joining

        joining.join(parts, self._folder / "whole.pdf", [(one.level, one.words) for one in headings])

    def _set(
        self, body: Sequence[Block], *, first_page: int, contents: list[dict[str, Any]] | None, is_only: bool
    ) -> Path:
        """One part, set by a process of its own."""
        of = self._of
        front = {
            "logo": self._logo,
            "title": of.title,
            "subtitle": of.plan_name,
            "facts": facts_on_top(of),
            "notices": notices(of),
            "contents": contents,
        }
        values = {
            "document_title": f"{of.title}: {of.plan_name}",
            "made_on": [of.made_on.year, of.made_on.month, of.made_on.day],
            "brand_name": self._brand.name,
            "brand_color": self._brand.color,
            "running": running(of),
            "footer": footer(of),
            "first_page": first_page,
            "is_only": is_only,
            "front": front if contents is not None else None,
            "blocks": [self._plain(one) for one in body],
        }
        (self._folder / VALUES).write_text(_as_json(values), encoding="utf-8")
        # A part that goes on in the middle of a chapter is no whole document, and only the whole one can be PDF/UA.
        _run(self._folder, "a-2a", *(["ua-1"] if contents is not None else []))
        return self._folder / RESULT

    def _plain(self, one: Block) -> dict[str, Any]:
        """A block as values that stand in JSON; a picture becomes a file beside them."""
        if isinstance(one, Image):
            picture = one.picture
            file = _keep_picture(self._folder, "map", picture.data, picture.mime)
            return {"is": "Image", "file": file, "alt": picture.alt, "caption": one.caption}
        values = {"is": type(one).__name__, **asdict(one)}
        if isinstance(one, View):
            values["color"] = OUTCOME_COLORS[one.outcome]
        return values


def _as_json(values: dict[str, Any]) -> str:
    """JSON without the control characters that it would write as escapes, and that no typeface can show."""
    return _CONTROL.sub(r"\1", json.dumps(values, ensure_ascii=False))


def _run(folder: Path, *standards: str) -> None:
    command = [sys.executable, "-m", "mapdialog.reports.plan_pdf_part", str(folder), *standards]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60 * _MINUTES, check=False)
    except subprocess.TimeoutExpired:
        raise Unavailable(_FAILED) from None
    if done.returncode:
        # What the program says may quote the text it stumbled over, and goes nowhere.
        raise Unavailable(_FAILED)


def _keep_picture(folder: Path, name: str, data: bytes, mime: str) -> str:
    file = f"{name}.{'png' if mime == 'image/png' else 'jpg'}"
    (folder / file).write_bytes(data)
    return file


def _contents(headings: Sequence[Heading], pages: Sequence[int]) -> list[dict[str, Any]]:
    """The lines of the table of contents; a page that is not known yet is empty."""
    return [
        {"level": one.level, "words": one.words, "number": number, "page": str(pages[number - 1]) if pages else ""}
        for number, one in enumerate(headings, start=1)
        if one.level <= 2
    ]


def _weight(one: Block) -> int:
    """How much a block takes, in views of the usual length."""
    if isinstance(one, View):
        return 1 + (len(one.view) + len(one.quote) + sum(len(said) for _, said in one.answer)) // 4_000
    return sum(_row_weight(row) for row in one.rows) // 8 if isinstance(one, Table) else 0


def _row_weight(row: Sequence[str]) -> int:
    """How high a row is in rows of a line or two: its fullest cell decides."""
    return 1 + max(map(len, row)) // 80


def _cut(all_blocks: Iterator[Block], weight: int) -> Iterator[list[Block]]:
    """The blocks in lists of about that weight; a new one begins at a heading or a long table's next rows, and so on a
    new page."""
    body: list[Block] = []
    heavy = 0
    for one in (piece for block in all_blocks for piece in _pieces(block, weight)):
        may_begin = isinstance(one, Heading) or (isinstance(one, Table) and _goes_on(body, one))
        if may_begin and heavy >= weight and not (body and isinstance(body[-1], Heading)):
            yield body
            body, heavy = [], 0
        body.append(one)
        heavy += _weight(one)
    if body:
        yield body


def _pieces(one: Block, weight: int) -> Iterator[Block]:
    """The block, or a table that is too heavy for one part as several, each with the head."""
    if not isinstance(one, Table) or _weight(one) <= weight:
        yield one
        return
    rows: list[tuple[str, ...]] = []
    heavy = 0
    for row in one.rows:
        rows.append(row)
        heavy += _row_weight(row)
        if heavy >= 8 * weight:
            yield replace(one, rows=tuple(rows), has_sum=False, is_kept=False)
            rows, heavy = [], 0
    if rows:
        yield replace(one, rows=tuple(rows))


def _goes_on(body: Sequence[Block], one: Table) -> bool:
    return bool(body) and isinstance(body[-1], Table) and body[-1].caption == one.caption
