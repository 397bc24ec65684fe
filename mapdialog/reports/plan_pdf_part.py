"""Sets one part of a plan report as PDF, in a process of its own that gives its memory back."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mapdialog.reports.plan_pdf_letters import known_letters, with_known

SOURCE, VALUES, RESULT = "part.typ", "part.json", "part.pdf"
_PLAIN = 0x24F  # the Latin letters, which every typeface here has


def main(folder: Path, standards: list[Any]) -> None:
    """Set FOLDER/part.typ, and what lies beside it, as tagged FOLDER/part.pdf; nothing is fetched from anywhere.

    A letter that no typeface of this machine has is told by its name: PDF/UA has no room for empty boxes.
    """
    import typst

    values = (folder / VALUES).read_text(encoding="utf-8")
    if rare := {one for one in values if ord(one) > _PLAIN}:
        known = known_letters(rare)
        _write(folder, values, lambda one: ord(one) <= _PLAIN or one in known)
    try:
        typst.compile(folder / SOURCE, output=folder / RESULT, root=folder, pdf_standards=standards)
    except typst.TypstError:
        # Letters that a typeface has alone may be missing where they meet others.
        _write(folder, values, lambda one: ord(one) <= _PLAIN or 0x2010 <= ord(one) <= 0x2027)
        typst.compile(folder / SOURCE, output=folder / RESULT, root=folder, pdf_standards=standards)


def _write(folder: Path, values: str, is_known: Callable[[str], bool]) -> None:
    (folder / VALUES).write_text(with_known(values, is_known), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
