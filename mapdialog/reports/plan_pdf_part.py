"""Sets one part of a plan report as PDF, in a process of its own that gives its memory back."""

import sys
from pathlib import Path
from typing import Any

SOURCE, RESULT = "part.typ", "part.pdf"


def main(folder: Path, standards: list[Any]) -> None:
    """Set FOLDER/part.typ, and what lies beside it, as tagged FOLDER/part.pdf; nothing is fetched from anywhere."""
    import typst

    typst.compile(folder / SOURCE, output=folder / RESULT, root=folder, pdf_standards=standards)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
