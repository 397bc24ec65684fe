"""A dialogue to contribute to, and a way to contribute."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import shapely
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.contributions.models import Contribution
from mapdialog.contributions.receiving import receive
from mapdialog.core import clock
from mapdialog.dialogues.models import Category, Dialogue, Phase
from mapdialog.geo.geometry import to_element, to_store

TRELLEBORG = (13.1569, 55.3751)
POINT = {"type": "Point", "coordinates": list(TRELLEBORG)}


def make_dialogue(session: Session, **values: Any) -> Dialogue:
    """A published, open dialogue round the centre of Trelleborg with three categories."""
    now = clock.now()
    box = shapely.box(13.10, 55.35, 13.25, 55.42)
    given = {
        "slug": "vagen-" + uuid.uuid4().hex[:8],
        "title": "Trygg väg till tåget",
        "influence_text": "Mycket.",
        "use_text": "Som underlag.",
        "moderation": "pre",
        "published_at": now - timedelta(days=1),
        "area": to_element(shapely.MultiPolygon([to_store(box)])),
    }
    dialogue = Dialogue(**given | values)
    dialogue.phases = [Phase(title="Berätta", opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=30))]
    dialogue.categories = [
        Category(key="other", label_sv="Annat", label_en="Other", position=9),
        Category(key="light", label_sv="Belysning", label_en="Light", color="#E69F00", polarity="insecure"),
        Category(key="closed", label_sv="Gammal", is_active=False, position=10),
    ]
    session.add(dialogue)
    session.commit()
    return dialogue


@pytest.fixture
def dialogue(session: Session) -> Dialogue:
    """Staff read before anything is public."""
    return make_dialogue(session)


@pytest.fixture
def open_dialogue(session: Session) -> Dialogue:
    """Public at once, staff read afterwards."""
    return make_dialogue(session, moderation="post")


Send = Callable[..., Contribution]


@pytest.fixture
def send(session: Session, config: Config) -> Send:
    """Send a contribution to a dialogue and get its row as it was then."""

    def do(dialogue: Dialogue, text: str = "Det är mörkt här.", place: Any = None, **fields: Any) -> Contribution:
        sent = {"client_id": str(uuid.uuid4()), "category": "light", "text": text} | fields
        accepted = receive(session, dialogue.slug, sent, place or POINT, config)
        session.commit()
        found = session.get(Contribution, accepted.contribution_id)
        assert found is not None
        session.refresh(found)
        session.expunge(found)  # stays readable when a request has ended the session
        return found

    return do
