"""Cells of a heatmap, read from the map's kept squares or from the contributions themselves."""

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from mapdialog.analysis import heat_kept
from mapdialog.analysis.heat import Cells, binned_cells
from mapdialog.analysis.scope import Scope
from mapdialog.dialogues.models import Dialogue
from tests.contributions.test_feed import fill
from tests.seeds import make_dialogue


@pytest.fixture
def crowded(session: Session) -> Dialogue:
    """Some in the pyramid, some only in the log, some hidden since."""
    dialogue = make_dialogue(session)
    fill(session, dialogue, 2000)
    session.execute(text("select grid_fold()"))
    fill(session, dialogue, 300, first=2000)
    session.execute(text("update contribution set state = 'hidden' where id % 17 = 3"))
    return dialogue


def middle(cells: Cells) -> np.ndarray:
    """Where their weight lies on average, EPSG:3006."""
    return np.array([np.average((side + 0.5) * cells.size_m, weights=cells.weight) for side in (cells.ix, cells.iy)])


def test_kept_squares_give_the_same_number_in_the_same_places(
    session: Session, crowded: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for scope in (Scope(crowded.id), Scope(crowded.id, (crowded.categories[1].id,))):
        one_by_one = binned_cells(session, scope, max_cells=2_000)
        with monkeypatch.context() as patch:
            patch.setattr(heat_kept, "FROM", 1)
            kept = binned_cells(session, scope, max_cells=2_000)
        assert kept.total == one_by_one.total > 0
        assert kept.size_m == one_by_one.size_m
        assert np.abs(middle(kept) - middle(one_by_one)).max() < kept.size_m / 20


def test_a_period_is_never_read_from_what_is_kept_of_all_time(
    session: Session, crowded: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from mapdialog.core.clock import local, now

    scope = Scope(crowded.id, since=(local(now()) - timedelta(days=3)).date())
    monkeypatch.setattr(heat_kept, "FROM", 1)
    assert 0 < binned_cells(session, scope).total < binned_cells(session, Scope(crowded.id)).total
