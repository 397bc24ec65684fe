"""Reading in files: every row is accepted, already there, or handed back with its reason."""

import csv
from pathlib import Path

import pytest
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from mapdialog.analysis.districts import district_table
from mapdialog.analysis.scope import Scope
from mapdialog.contributions.import_mapping import Mapping
from mapdialog.contributions.importing import ImportReport, import_file
from mapdialog.contributions.models import Contribution
from mapdialog.core.errors import Invalid
from mapdialog.core.wording import translator
from mapdialog.dialogues.models import Category, Dialogue
from mapdialog.districts.models import District, DistrictSet
from tests.seeds import make_dialogue, make_district_set

BOSTON = "comments/boston_vision_zero_entry_2016-2017.csv"
FIELDS = Mapping(text="text", category="typ", x="x", y="y", time="tid")


def run(session: Session, dialogue: Dialogue, path: Path, mapping: Mapping = FIELDS, **options: object) -> ImportReport:
    """Import as the command does."""
    return import_file(session, dialogue, path, mapping, receipt_prefix="TRE", local_zone=3008, **options)  # type: ignore[arg-type]


def write(folder: Path, *rows: str, encoding: str = "utf-8", header: str = "x;y;typ;text;tid") -> Path:
    """A table with these rows."""
    path = folder / "pinnar.csv"
    path.write_bytes("\r\n".join((header, *rows, "")).encode(encoding))
    return path


def test_rows_become_public_contributions_with_receipts_districts_and_categories(
    session: Session, tmp_path: Path
) -> None:
    district_set = make_district_set(session)
    dialogue = make_dialogue(session)
    path = write(
        tmp_path,
        "382709;6137579;Belysning;Mörkt här;2026-03-01 08:00",
        "383709;6137579;Cykelställ;Fler ställ;2026-03-02",
    )
    report = run(session, dialogue, path)
    assert (report.read, report.accepted, report.rejected) == (2, 2, 0)
    assert report.new_categories == ["Cykelställ"]
    rows = session.scalars(select(Contribution).order_by(Contribution.id)).all()
    assert [(row.state, row.channel, row.public_text) for row in rows] == [
        ("approved", "import", "Mörkt här"),
        ("approved", "import", "Fler ställ"),
    ]
    assert all(row.receipt.startswith("TRE-") and len(row.receipt) == 13 for row in rows)
    assert len({row.receipt for row in rows}) == 2
    counts = {row.code: row.count for row in district_table(session, Scope(dialogue.id), district_set).rows}
    assert counts == {"A": 1, "B": 1, "C": 0, "D": 0}


def test_the_same_file_again_adds_nothing(session: Session, tmp_path: Path) -> None:
    dialogue = make_dialogue(session)
    row = "382709;6137579;Belysning;Mörkt här;2026-03-01"
    path = write(tmp_path, row, row)
    assert run(session, dialogue, path).accepted == 2  # two people may say the very same
    again = run(session, dialogue, path)
    assert (again.accepted, again.already) == (0, 2)
    assert session.scalar(select(func.count(Contribution.id))) == 2


def test_every_rejected_row_comes_back_with_its_number_values_and_reason(session: Session, tmp_path: Path) -> None:
    area = shapely.MultiPolygon([shapely.box(380_000, 6_130_000, 390_000, 6_140_000)])
    dialogue = make_dialogue(session, area=area)
    path = write(
        tmp_path,
        "382709;6137579;Belysning;Bra;2026-03-01",
        "382709;6137579;Belysning;;2026-03-01",
        ";;Belysning;Utan plats;2026-03-01",
        "x;y;Belysning;Ord i stället för tal;2026-03-01",
        "582709;6637579;Belysning;Långt bort;2026-03-01",
        "382709;6137579;Belysning;Konstig tid;i förrgår",
        "382709;6137579;Belysning;Framtid;2199-01-01",
        "382709;6137579",
        f"382709;6137579;Belysning;{'lång ' * 5000};2026-03-01",
        "382709;6137579;Belysning;Ett skiljetecken;för mycket;2026-03-01;;=1",
        "382709;6137579;Belysning;=HYPERLINK(1);2199-01-01",
    )
    report = run(session, dialogue, path, rejects=tmp_path / "rejects.csv")
    assert (report.read, report.accepted, report.rejected, report.without_text) == (11, 1, 10, 1)
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        back = list(csv.DictReader(file, delimiter=";", restkey="beyond"))
    assert [int(row["row"]) for row in back] == list(range(3, 13))
    assert list(back[-2]["beyond"]) == ["2026-03-01", "", "'=1"], (
        "what stands beyond the header's columns comes back too"
    )
    reasons = {row["text"][:12]: row["reason"] for row in back}
    assert reasons["Utan plats"] == "Platsen saknas."
    assert reasons["Ord i ställe"] == "Koordinaterna går inte att läsa."
    assert reasons["Långt bort"] == "Platsen ligger utanför dialogens område."
    assert reasons["Konstig tid"] == "Tiden går inte att läsa."
    assert reasons["Framtid"] == "Tiden ligger i framtiden."
    assert back[-1]["text"] == "'=HYPERLINK(1)"
    assert sum(report.reasons.values()) == 10
    told = "\n".join(report.lines(translator("en")))
    assert "Rejected: 10" in told and "1 rejected: The text is missing." in told
    assert not {"Lästa", "avvisade:", "saknas."} & set(told.split()), told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_old_encodings_are_told_apart(session: Session, tmp_path: Path, encoding: str) -> None:
    dialogue = make_dialogue(session)
    run(session, dialogue, write(tmp_path, "382709;6137579;Övrigt;Åäö på gångvägen;", encoding=encoding))
    assert session.scalar(select(Contribution.public_text)) == "Åäö på gångvägen"


def test_tabs_html_and_coordinates_with_north_first_are_read(session: Session, tmp_path: Path) -> None:
    area = shapely.MultiPolygon([shapely.box(380_000, 6_130_000, 390_000, 6_140_000)])
    dialogue = make_dialogue(session, area=area)
    path = write(tmp_path, "6137579\t382709\tBelysning\t<p>Mörkt &amp; kallt</p>\t", header="x\ty\ttyp\ttext\ttid")
    report = run(session, dialogue, path)
    assert report.swapped
    assert session.scalar(select(Contribution.public_text)) == "Mörkt & kallt"
    assert session.scalar(text("select round(st_x(anchor)) from contribution")) == 382709


@pytest.mark.parametrize(
    ("mapping", "field"),
    [
        (Mapping(text="finns_ej", category="typ"), "text"),
        (Mapping(text="text", category="finns_ej"), "category"),
        (Mapping(text="text", category="typ", x="x"), "y"),
        (Mapping(text="text", category="typ", x="x", y="finns_ej"), "y"),
    ],
)
def test_a_field_that_the_file_lacks_is_named_beside_those_it_has(
    session: Session, tmp_path: Path, mapping: Mapping, field: str
) -> None:
    path = write(tmp_path, "382709;6137579;Belysning;Bra;")
    with pytest.raises(Invalid) as caught:
        run(session, make_dialogue(session), path, mapping)
    assert caught.value.field == field
    assert "%(" not in str(caught.value)
    assert field == "y" or "x, y, typ, text, tid" in str(caught.value)


def test_a_field_with_too_many_values_is_no_category(session: Session, tmp_path: Path) -> None:
    rows = [f"382709;6137579;nummer {index};Bra;" for index in range(250)]
    with pytest.raises(Invalid, match="kan inte vara kategori"):
        run(session, make_dialogue(session), write(tmp_path, *rows))


def test_the_millionth_receipt_keeps_all_its_digits(session: Session, tmp_path: Path) -> None:
    dialogue = make_dialogue(session)
    number = session.scalar(text("select last_value from receipt_number"))
    session.execute(text("select setval('receipt_number', 1000007)"))
    run(session, dialogue, write(tmp_path, "382709;6137579;Belysning;En;", "382709;6137579;Belysning;Två;"))
    # A sequence is not rolled back with its transaction, and other tests read their receipts too.
    session.execute(text("select setval('receipt_number', :number)"), {"number": number})
    receipts = list(session.scalars(select(Contribution.receipt).order_by(Contribution.id)))
    assert [receipt.rsplit("-", 1)[1] for receipt in receipts] == ["1000008", "1000009"]


@pytest.fixture
def boston(session: Session, shared_data: Path, tmp_path: Path) -> tuple[Dialogue, ImportReport]:
    """The real file, read in."""
    dialogue = make_dialogue(session, slug="boston")
    mapping = Mapping(text="COMMENTS", category="REQUESTTYPE", x="X", y="Y", time="REQUESTDATE")
    return dialogue, run(session, dialogue, shared_data / BOSTON, mapping, rejects=tmp_path / "rejects.csv")


def test_the_boston_file_is_counted_as_geopandas_counts_it(
    session: Session, shared_data: Path, boston: tuple[Dialogue, ImportReport]
) -> None:
    import geopandas
    import pandas

    _dialogue, report = boston
    frame = pandas.read_csv(shared_data / BOSTON, encoding="utf-8-sig")
    spoken = frame[frame["COMMENTS"].fillna("").str.strip() != ""]
    assert report.read == len(frame)
    assert report.accepted == len(spoken)
    assert report.rejected == len(frame) - len(spoken)
    points = geopandas.GeoSeries.from_xy(spoken["X"], spoken["Y"], crs=4326).to_crs(3006)
    extent = session.execute(
        text(
            "select st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e) from "
            "(select st_extent(anchor) e from contribution) x"
        )
    ).one()
    assert tuple(extent) == pytest.approx(tuple(points.total_bounds), abs=0.01)
    by_label = dict(
        session.execute(
            select(Category.label_sv, func.count())
            .join(Contribution, Contribution.category_id == Category.id)
            .group_by(Category.label_sv)
        ).all()
    )
    # 15 rows begin with what is left of an HTML tag.
    kinds = spoken["REQUESTTYPE"].str.replace(r"^.*>(&nbsp;)?", "", regex=True).str.split().str.join(" ")
    assert by_label == kinds.value_counts().to_dict()


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("regso_2025_trelleborg_kavlinge_3006.gpkg", "regsokod"),
        ("deso_2025_goteborgsregionen_excl_gbg_3006.gpkg", "desokod"),
        ("goteborg_primaromraden_2025_3006.gpkg", "omrade_kod"),
    ],
)
def test_imported_points_are_counted_per_district_as_geopandas_joins_them(
    session: Session, shared_data: Path, tmp_path: Path, file: str, code: str
) -> None:
    import geopandas
    import numpy as np

    areas = geopandas.read_file(shared_data / "areas" / file)
    made = DistrictSet(key="verkliga", title=file, source="")
    for row in areas.itertuples():
        shape = row.geometry if row.geometry.geom_type == "MultiPolygon" else shapely.MultiPolygon([row.geometry])
        value = str(getattr(row, code))
        made.districts.append(District(code=value, name=value, geom=from_shape(shapely.force_2d(shape), 3006)))
    session.add(made)
    session.flush()
    west, south, east, north = areas.total_bounds
    random = np.random.default_rng(7)
    xy = np.column_stack([random.uniform(west, east, 2000), random.uniform(south, north, 2000)]).round(3)
    path = write(tmp_path, *(f"{x:.3f};{y:.3f};Belysning;Punkt {index};" for index, (x, y) in enumerate(xy)))
    dialogue = make_dialogue(session)
    assert run(session, dialogue, path, Mapping("text", "typ", "x", "y", crs=3006)).accepted == 2000
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(xy[:, 0], xy[:, 1]), crs=3006)
    joined = geopandas.sjoin(points, areas.to_crs(3006), predicate="intersects")
    expected = joined[code].astype(str).value_counts().to_dict()
    table = district_table(session, Scope(dialogue.id), made)
    assert {row.code: row.count for row in table.rows if row.count} == expected
    assert table.inside == len(joined) and table.outside == 2000 - len(joined)
