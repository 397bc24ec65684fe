"""Files full of hostile words, or not what they are called: rows come in as words, files are refused in words."""

import csv
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.contributions.import_mapping import Mapping
from mapdialog.contributions.importing import ImportReport, import_file
from mapdialog.contributions.models import Contribution
from mapdialog.core.errors import DomainError
from mapdialog.dialogues.models import Dialogue
from tests.attack.corpus import BODIES, SCRIPTS, bad_photos
from tests.contributions.conftest import make_dialogue


def load(session: Session, dialogue: Dialogue, path: Path) -> ImportReport:
    return import_file(
        session, dialogue, path, Mapping(text="text", category="category", x="lon", y="lat"), receipt_prefix="TRE"
    )


def write(path: Path, texts: list[str], *, as_category: bool = False) -> Path:
    """A table with the texts, or with them as categories."""
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["lon", "lat", "category", "text"])
        for number, text in enumerate(texts):
            words = ("Hej", text) if as_category else (text, "light")
            rows.writerow([13.15 + number * 1e-5, 55.37, words[1], words[0]])
    return path


def test_hostile_words_in_a_table_come_in_as_words(session: Session, texts: list[str], tmp_path: Path) -> None:
    dialogue = make_dialogue(session, area=None)
    for number, rows in enumerate((texts, texts[:150])):
        report = load(session, dialogue, write(tmp_path / f"{number}.csv", rows, as_category=number == 1))
        assert report.read == report.accepted + report.already + report.rejected
        assert report.accepted > 0
    kept = session.scalars(select(Contribution.raw_text).where(Contribution.dialogue_id == dialogue.id)).all()
    assert kept and not [text for text in kept if "\x00" in text]


def test_coordinates_that_are_words_are_rejected_row_by_row(session: Session, texts: list[str], tmp_path: Path) -> None:
    dialogue = make_dialogue(session, area=None)
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["lon", "lat", "category", "text"])
        rows.writerow([13.15, 55.37, "light", "Bra rad"])
        rows.writerows([text[:300], text[:300], "light", "Dålig rad"] for text in texts[:200])
    report = load(session, dialogue, path)
    assert report.accepted >= 1 and report.rejected > 20


def test_a_file_that_is_none_is_refused_in_one_line(session: Session, tmp_path: Path) -> None:
    dialogue = make_dialogue(session, area=None)
    contents = {**{f"body {number}": body for number, body in enumerate(BODIES)}, **bad_photos()}
    contents["words"] = "\n".join(SCRIPTS).encode()
    for name, data in contents.items():
        for suffix in (".csv", ".geojson", ".gpkg", ".zip", ".shp", ".xlsx"):
            path = tmp_path / f"x{suffix}"
            path.write_bytes(data)
            try:
                report = load(session, dialogue, path)
            except DomainError as error:
                assert "\n" not in str(error) and str(error), name
            else:
                assert report.accepted == 0, (name, suffix)


def test_published_hostile_files_are_refused_in_one_line(session: Session, attack_files: Path, tmp_path: Path) -> None:
    dialogue = make_dialogue(session, area=None)
    for file in sorted(attack_files.rglob("*")):
        if not file.is_file() or file.suffix in {".txt", ".json"}:
            continue
        for suffix in dict.fromkeys((file.suffix, ".csv", ".zip")):
            path = tmp_path / f"x{suffix}"
            path.write_bytes(file.read_bytes())
            try:
                load(session, dialogue, path)
            except DomainError as error:
                assert str(error)
    assert not (tmp_path.parent / "slip.txt").exists()
