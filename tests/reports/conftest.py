"""A dialogue counted by hand: what lies in which square, of which category, and what must never leave the house."""

import pytest
from sqlalchemy.orm import Session

from mapdialog.dialogues.models import Dialogue
from tests.seeds import make_contribution, make_dialogue, make_district_set

SECRET_NAME, SECRET_EMAIL = "Hemliga Hanna", "hemliga.hanna@example.org"


@pytest.fixture
def dialogue(session: Session) -> Dialogue:
    """Three public in square B (two of lighting), one in D, one in no square; one hidden and one pending in B."""
    made = make_dialogue(session)
    make_district_set(session)
    person = {"contact_name": SECRET_NAME, "contact_email": SECRET_EMAIL}
    make_contribution(session, made, "=1+1 mörkt vid spåret", at=(500, -500), **person)
    make_contribution(session, made, 'Lampan; "trasig"\nsedan i höst', at=(600, -600))
    make_contribution(session, made, "Vackra träd </script><b>{{ 7*7 }}", category="gront", at=(700, -500))
    make_contribution(session, made, "Mitt i rutan D", category="other", at=(900, 900))
    make_contribution(session, made, "Långt utanför", at=(9000, 9000))
    make_contribution(session, made, "Dold text", at=(500, -500), state="hidden")
    make_contribution(session, made, "Väntande text", at=(500, -500), state="pending")
    session.flush()
    return made
