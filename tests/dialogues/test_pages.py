"""The dialogue's pages say the same: what it led to stands above the map and above the list."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.core.clock import now
from tests.seeds import make_dialogue

WORDS = "Vi bygger bron.\n\nKajen får vänta."


def pages(client: FlaskClient, slug: str) -> list[str]:
    return [client.get(f"/d/{slug}{page}").text for page in ("", "/list")]


def test_what_a_finished_dialogue_led_to_stands_above_the_map_and_the_list(
    client: FlaskClient, session: Session
) -> None:
    told = {"feedback_text": WORDS, "feedback_published_at": now() - timedelta(days=1)}
    make_dialogue(session, "klar", opened_days=-60, closes_days=-5, **told)
    session.commit()
    for page in pages(client, "klar"):
        assert page.count("Det här ledde dialogen till") == 1
        assert "<p>Vi bygger bron.</p>" in page and "<p>Kajen får vänta.</p>" in page
    listing = pages(client, "klar")[1]
    assert listing.index("Kajen får vänta.") < listing.index('id="views-title"')


def test_what_is_not_published_or_not_finished_is_not_told(client: FlaskClient, session: Session) -> None:
    make_dialogue(session, "utkast", opened_days=-60, closes_days=-5, feedback_text=WORDS)
    make_dialogue(session, "pagar", feedback_text=WORDS, feedback_published_at=now())
    session.commit()
    for slug in ("utkast", "pagar"):
        assert all("Kajen får vänta." not in page for page in pages(client, slug))
