"""The demo is loaded once, whole, and says how far it has come."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account
from mapdialog.contributions.models import Contribution
from mapdialog.core.errors import NotFound
from mapdialog.demo import content
from mapdialog.demo.loading import DemoReport, load_demo

SECRET = "t" * 64


def load(session: Session) -> DemoReport:
    return load_demo(session, secret_key=SECRET, receipt_prefix="TRE")


def test_it_tells_how_far_it_has_come_and_loading_again_changes_nothing(session: Session) -> None:
    def counted() -> tuple[int | None, int | None]:
        contributions = session.scalar(select(func.count()).select_from(Contribution))
        return contributions, session.scalar(select(func.count()).select_from(Account))

    told: list[tuple[int, int]] = []
    first = load_demo(
        session,
        secret_key=SECRET,
        receipt_prefix="TRE",
        progress=lambda _what, step, steps: told.append((step, steps)),
    )
    assert first.is_new
    assert told[-1][0] == told[-1][1]
    assert told == sorted(told)
    before = counted()
    again = load(session)
    assert not again.is_new
    assert not again.accounts
    assert counted() == before


def test_without_geodata_it_says_so(session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(content, "DISTRICTS", tmp_path / "missing.geojson")
    with pytest.raises(NotFound):
        load(session)
