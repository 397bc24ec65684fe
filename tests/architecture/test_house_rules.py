"""The rules the house is built by, checked on the source itself."""

import ast
from pathlib import Path

from flask import Flask
from sqlalchemy import Text

from mapdialog.migrations.tables import metadata
from mapdialog.web.access import BLUEPRINTS, RIGHTS

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = sorted((ROOT / "mapdialog").rglob("*.py"))
CODE = [
    *(path for path in SOURCES if "versions" not in path.parts),  # a migration is as long as its tables
    *(ROOT / "tests").rglob("*.py"),
    *(ROOT / "benchmarks").rglob("*.py"),
    *(ROOT / "static/js").rglob("*.js"),
    *(ROOT / "static/css").rglob("*.css"),
    *(ROOT / "templates").rglob("*.html"),
]
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc"}


def test_no_file_is_longer_than_400_lines() -> None:
    long = {str(path.relative_to(ROOT)): count for path in CODE if (count := len(path.read_text().splitlines())) > 400}
    assert not long


def test_no_function_is_longer_than_40_lines() -> None:
    long = []
    for path in SOURCES:
        if "migrations/versions" in str(path):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                body = node.body[1:] if ast.get_docstring(node) else node.body
                if body and node.end_lineno - body[0].lineno + 1 > 40:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not long


def test_no_module_is_a_junk_drawer() -> None:
    assert not [path for path in SOURCES if path.stem in FORBIDDEN_NAMES or path.parent.name in FORBIDDEN_NAMES]


def test_every_module_says_what_it_is_for() -> None:
    assert not [
        str(path)
        for path in SOURCES
        if "versions" not in str(path) and not ast.get_docstring(ast.parse(path.read_text()))
    ]


def test_every_text_column_says_whether_it_holds_personal_data() -> None:
    unmarked = [
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Text) and "personal" not in column.info
    ]
    assert not unmarked


def test_every_route_has_an_access_rule(app: Flask) -> None:
    unlisted = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.split(".", 1)[0] not in BLUEPRINTS}
    assert not unlisted


def test_every_staff_route_that_changes_something_names_the_right_it_needs(app: Flask) -> None:
    bare = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if BLUEPRINTS.get(rule.endpoint.split(".", 1)[0]) == "staff"
        and rule.methods
        and "POST" in rule.methods
        and getattr(app.view_functions[rule.endpoint], "required_right", None) not in RIGHTS
    ]
    assert not bare


def is_of_the_web(path: Path) -> bool:
    """Views and forms, the pages a views_staff module is put together from, and what the web and commands are for."""
    inside = path.relative_to(ROOT / "mapdialog")
    if inside.parts[0] in {"web", "api", "factory.py", "commands"}:
        return True
    stem = path.stem
    return stem.startswith(("views", "forms")) or stem.endswith(("_page", "_pages")) or stem in {"desk", "signing_in"}


def imported_by(path: Path) -> set[str]:
    """The first part of every module it imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_flask_stops_above_the_domain() -> None:
    webby = {"flask", "flask_babel", "flask_login", "flask_wtf", "flask_limiter", "werkzeug"}
    importing = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in SOURCES
        if not is_of_the_web(path) and (found := webby & imported_by(path))
    ]
    assert not importing


def test_only_the_configuration_reads_the_environment() -> None:
    reading = [
        str(path.relative_to(ROOT)) for path in SOURCES if "os.environ" in path.read_text() and path.name != "config.py"
    ]
    assert not [path for path in reading if not path.startswith("mapdialog/cluster/")]


def test_nothing_calls_for_a_third_party() -> None:
    loading = [
        str(path.relative_to(ROOT))
        for path in CODE
        if path.suffix in {".html", ".css"}
        for word in ('src="http', "url(http", "@import")
        if word in path.read_text()
    ]
    assert not loading
