"""What all attacks share: the corpus, ours and the shared folder's, and the rule that no answer is a 5xx."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.attack.corpus import TEXTS
from tests.conftest import SHARED
from tests.contributions.conftest import dialogue, open_dialogue, send

__all__ = ["dialogue", "open_dialogue", "send"]


def published_texts() -> list[str]:
    """Every hostile text of the shared folder; empty where it is missing."""
    folder = SHARED / "attack"
    if not folder.is_dir():
        return []
    found: list[str] = json.loads((folder / "blns.json").read_text())
    for file in sorted(folder.glob("patt_*.txt")):
        found += file.read_text(errors="replace").splitlines()
    return [text for text in dict.fromkeys(found) if text.strip()]


@pytest.fixture(scope="session")
def attack_files(shared_data: Path) -> Path:
    """The shared folder of hostile files."""
    return shared_data / "attack"


@pytest.fixture(params=["ours", "published"])
def texts(request: pytest.FixtureRequest) -> list[str]:
    """Hostile texts: our own, and published lists of payloads."""
    if request.param == "ours":
        return list(TEXTS)
    found = published_texts()
    if not found:
        pytest.skip("needs the published payloads in ../shared/data/attack")
    return found


class Judge:
    """Looks at every answer: no 5xx, no trace, always the policy, and problem+json under /api."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def __call__(self, answer: TestResponse, what: object) -> None:
        said = f"{str(what)[:200]!r}: {answer.status}"
        if answer.status_code >= 500:
            self.complaints.append(said)
        if answer.headers.get("X-Content-Type-Options") != "nosniff":
            self.complaints.append(said + ", may be taken for something else")
        if answer.mimetype == "text/html":
            if "script-src 'self' 'nonce-" not in answer.headers.get("Content-Security-Policy", ""):
                self.complaints.append(said + ", without a policy")
            if b"Traceback" in answer.data:
                self.complaints.append(said + ", with a trace")
        is_api = answer.request.path.startswith("/api/")
        if is_api and answer.status_code >= 400 and answer.mimetype != "application/problem+json":
            self.complaints.append(said + ", not problem+json")


@pytest.fixture
def judge() -> Iterator[Judge]:
    """All complaints come at once, at the end."""
    made = Judge()
    yield made
    assert made.complaints == []
