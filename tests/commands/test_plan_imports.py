"""`mapdialog plan import-eml` and `import-statements`: run twice they register once, and say why what is refused is."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.commands.main import cli
from mapdialog.core import database
from mapdialog.plans.statement_models import PlanStatement
from tests.conftest import create_database, drop_database
from tests.plan_seeds import make_plan, make_plan_phase

LETTER = b"From: Anna Ek <anna@ek.example>\nMessage-ID: <1@ek>\nDate: Thu, 19 Nov 2025 10:00:00 +0100\n\nBygg lagre.\n"


@pytest.fixture(scope="module")
def url(cluster_url: str) -> Iterator[str]:
    """A database with one plan under consultation."""
    name = f"mapdialog_plan_{os.getpid()}"
    made = create_database(cluster_url, name)
    engine = database.make_engine(made)
    with Session(engine) as session:
        make_plan_phase(session, make_plan(session))
        session.commit()
    engine.dispose()
    yield made
    drop_database(cluster_url, name)


@pytest.fixture
def run(url: str, tmp_path: Path) -> Iterator[Callable[..., Result]]:
    """The command within this process; the session is given back to whom it belonged."""
    unset: dict[str, str | None] = {name: None for name in os.environ if name.startswith("MAPDIALOG_")}
    given = {"MAPDIALOG_DATABASE_URL": url, "MAPDIALOG_DATA_DIR": str(tmp_path / "var"), "LC_ALL": "C.UTF-8"}
    bound = database.session.session_factory.kw.get("bind")
    yield lambda *arguments: CliRunner().invoke(cli, ("plan", *arguments), env=unset | given)
    database.session.remove()
    database.session.configure(bind=bound)


def test_letters_and_rows_are_registered_once(run: Callable[..., Result], url: str, tmp_path: Path) -> None:
    folder = tmp_path / "brev"
    folder.mkdir()
    (folder / "a.eml").write_bytes(LETTER)
    (folder / "b.eml").write_bytes(b"inget brev")
    (tmp_path / "lista.csv").write_text("Namn;Yttrande;Skyddad\nBo Al;Bygg högre.;ja\nCia Ask;;\n", encoding="utf-8")
    plan = "detaljplan-for-ovre"
    letters, rows = ("import-eml", plan, str(folder)), ("import-statements", plan, str(tmp_path / "lista.csv"))
    rows = (*rows, "--text", "Yttrande", "--name", "Namn")
    said = [run(*letters, "--dry-run"), run(*letters), run(*letters), run(*rows), run(*rows)]
    assert [one.exit_code for one in said] == [0] * 5
    assert [one.stdout.split(",")[0] for one in said] == [
        "1 would be registered",
        "1 registered",
        "0 registered",
        "1 registered",
        "0 registered",
    ]
    assert "b.eml: " in said[1].stderr and said[3].stderr.startswith("3: ")
    engine = database.make_engine(url)
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(PlanStatement)) == 2
        hidden = session.scalars(select(PlanStatement.contact_name).where(PlanStatement.is_protected)).all()
        assert hidden == ["Bo Al"], "its column is known by its heading"
    engine.dispose()
    wrong = run(*rows[:3], "--text", "Text")
    assert wrong.exit_code == 1 and "Namn, Yttrande" in wrong.output


def test_parties_are_taken_in_once_and_no_name_is_printed(run: Callable[..., Result], url: str, tmp_path: Path) -> None:
    path = tmp_path / "sakagare.csv"
    path.write_text("Vem;Fastighet;Adress\nAnna Ek;Övre 1;Storgatan 1, 231 42 Trelleborg\n;Övre 2;\n", encoding="utf-8")
    assert run("import-parties", "detaljplan-for-ovre", str(path)).exit_code == 1, "no column is called a name"
    asked = ("import-parties", "detaljplan-for-ovre", str(path), "--column", "name=Vem")
    assert "1 new, 0 changed, 0 there already, 1 refused (nothing was written)" in run(*asked, "--dry-run").output
    first, second = run(*asked), run(*asked)
    assert "1 new" in first.output and "0 new, 0 changed, 1 there already" in second.output
    assert "row 3:" in first.output and "Anna" not in first.output + second.output
    assert run("import-parties", "detaljplan-for-ovre", str(path), "--column", "vem=Vem").exit_code == 2
